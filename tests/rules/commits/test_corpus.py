"""Hand-made cases with a settled verdict, and the labelled corpus where it lies beside the project."""

import json
from pathlib import Path
from typing import Any

import pytest

from mlgovern.facts.message import stored
from mlgovern.rules.commits.exempt import subjects
from mlgovern.rules.commits.mood import mood
from tests.rules.commits.judging import PARENT, about, refused

CASES = [
    json.loads(line) for line in (Path(__file__).parent / "cases" / "settled.jsonl").read_text("utf-8").splitlines()
]
CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "commits"
SPEC = {
    "commit-message-empty",
    "commit-header-malformed",
    "commit-scope-empty",
    "commit-description-empty",
    "commit-body-not-separated",
}
STYLE = {
    "subject-case",
    "subject-full-stop",
    "header-max-length",
    "header-trim",
    "body-max-line-length",
    "footer-max-line-length",
}


def corpus(name: str) -> list[dict[str, Any]]:
    if not CORPUS.is_dir():
        pytest.skip("the labelled corpus is not beside the project")
    return [json.loads(line) for line in (CORPUS / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_settled_verdict(case: dict[str, Any]) -> None:
    text = stored(case["message"].encode(), editor=True, comment=case["comment_char"])
    assert (not refused(text) & SPEC) is case["spec"], case["note"]


def explained(row: dict[str, Any], peer: str, ours: set[str]) -> str:
    """The cause of a difference between our verdict and a peer's; nothing where there is none known."""
    header = row["message"].lstrip("\n").partition("\n")[0]
    exempt = subjects(about(row["message"], parents=(PARENT,) * row["parents"]))[0].exempt
    upper = header[:1].isupper() and ":" in header
    wrong = set(row["commitlint_rules"])
    causes = (  # we accept, the peer refuses
        ("a merge by its parents", not ours and exempt == "merge"),
        ("git's own revert by its body", not ours and exempt == "revert"),
        ("style alone", not ours and peer == "commitlint" and wrong <= STYLE),
        (
            "an upper-case type, item 15",
            not ours and upper and (peer == "cz" or wrong <= STYLE | {"type-case", "type-enum"}),
        ),
        ("the characters of a scope", not ours and peer == "cpc" and "(" in header),
        # we refuse, the peer accepts
        ("the type bump", ours == {"commit-type-unknown"} and peer == "cz" and header.startswith("bump:")),
        ("a line that begins with # is no comment", bool(ours) and peer == "commitlint" and header.startswith("#")),
        ("a bare version is no header", bool(ours) and peer == "commitlint" and header.lstrip("v")[:1].isdigit()),
        ("a merge or revert by its text alone", bool(ours) and header.startswith(("Merge ", "Revert "))),
        ("the body at once, item 6", ours == {"commit-body-not-separated"} and peer == "commitlint"),
    )
    return next((cause for cause, holds in causes if holds), "")


def test_every_difference_from_three_peers_has_a_cause() -> None:
    unexplained, differences = [], 0
    for row in corpus("real.jsonl"):
        ours = refused(row["message"], parents=(PARENT,) * row["parents"]) & (SPEC | {"commit-type-unknown"})
        for peer, accepted in row["peers"].items():
            if accepted == bool(ours):
                differences += 1
                if not explained(row, peer, ours):
                    unexplained.append((row["id"], peer, accepted, sorted(ours)))
    assert differences > 300
    assert unexplained == []


def test_mood_is_as_sure_as_promised() -> None:
    weights = {(flagged, label): 0.0 for flagged in (True, False) for label in (True, False)}
    for row in corpus("mood.jsonl"):
        weights[mood(row["text"]) is not None, row["non_imperative"]] += row["weight"]
    hit = weights[True, True]
    assert hit / (hit + weights[True, False]) >= 0.97, "precision"
    assert hit / (hit + weights[False, True]) >= 0.90, "recall"
