"""Hand-made cases with a settled verdict, and the labelled corpus where it lies beside the project."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import differences
from mlgovern.facts.message import stored
from mlgovern.rules.commits.mood import mood
from tests.rules.commits.judging import refused

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


def corpus(name: str) -> list[dict[str, Any]]:
    if not CORPUS.is_dir():
        pytest.skip("the labelled corpus is not beside the project")
    return [json.loads(line) for line in (CORPUS / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_settled_verdict(case: dict[str, Any]) -> None:
    text = stored(case["message"].encode(), editor=True, comment=case["comment_char"])
    assert (not refused(text) & SPEC) is case["spec"], case["note"]


def test_every_difference_from_three_peers_has_a_cause() -> None:
    corpus("real.jsonl")
    found = list(differences.differences())
    assert len(found) > 300
    assert [one for one in found if not one.cause] == [], differences.table(found)


ROW = {"id": "x", "parents": 1, "commitlint_rules": [], "commitlint_warnings": []}


@pytest.mark.parametrize(
    ("row", "causes"),
    [
        pytest.param({"message": "feat: x", "peers": {"cz": True}}, [], id="both accept"),
        pytest.param({"message": "junk", "peers": {"cz": False}}, [], id="both refuse"),
        pytest.param({"message": "feat: x", "peers": {"cz": False}}, [""], id="nobody knows why"),
        pytest.param({"message": "junk", "peers": {"commitlint": True}}, [""], id="nor here"),
        pytest.param(
            {"message": "feat: x", "peers": {"commitlint": False}, "commitlint_rules": ["odd"]},
            [""],
            id="nor of a rule",
        ),
        pytest.param({"message": "Fix: x", "peers": {"cz": False}}, ["commit-type-case"], id="a rule of ours"),
        pytest.param(
            {"message": "feat: Add x", "peers": {"commitlint": False}, "commitlint_rules": ["subject-case"]},
            ["commit-subject-case"],
            id="a rule of ours that is off",
        ),
        pytest.param(
            {"message": "x", "peers": {"cpc": False}, "parents": 2},
            ["exempt by structure: a merge by its parents"],
            id="an exemption",
        ),
        pytest.param(
            {"message": "Merge x", "peers": {"cz": True}},
            ["commit-header-malformed (it exempts by text: Merge or Revert)"],
            id="the peer exempts more",
        ),
    ],
)
def test_what_the_comparison_calls_a_cause(tmp_path: Path, row: dict[str, Any], causes: list[str]) -> None:
    (tmp_path / "rows").write_text(json.dumps({**ROW, **row}))
    assert [one.cause for one in differences.differences(tmp_path / "rows")] == causes


def test_mood_is_as_sure_as_promised() -> None:
    weights = {(flagged, label): 0.0 for flagged in (True, False) for label in (True, False)}
    for row in corpus("mood.jsonl"):
        weights[mood(row["text"]) is not None, row["non_imperative"]] += row["weight"]
    hit = weights[True, True]
    assert hit / (hit + weights[True, False]) >= 0.97, "precision"
    assert hit / (hit + weights[False, True]) >= 0.90, "recall"
