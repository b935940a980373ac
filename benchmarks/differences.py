"""Where our verdict differs from commitlint's, commitizen's and conventional-pre-commit's on real messages, and why.

Run: python benchmarks/differences.py. It reads ../shared/corpus/commits/real.jsonl beside the project. What follows from
Conventional Commits decides, and the usual list of types. A cause is a rule of ours, which is asked whether it fires; an exemption
by structure; or a named peculiarity of the peer. A difference without a cause is an error.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.rules.commits import RULES, body, style
from mlgovern.rules.commits.exempt import Subject, subjects

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "commits" / "real.jsonl"
PEERS = {"commitlint": "commitlint", "cz": "commitizen", "cpc": "conventional-pre-commit"}
DECIDING = (
    *("commit-message-empty", "commit-header-malformed", "commit-scope-empty", "commit-description-empty"),
    *("commit-body-not-separated", "commit-type-unknown"),
)


class Difference(NamedTuple):
    """One message on which we and a peer disagree; without a cause, nobody knows why."""

    id: str
    peer: str
    refused_by: str
    cause: str


class Stricter(NamedTuple):
    """A rule of commitlint's usual configuration: ours that asks for the same where it is on, and what ours lets pass."""

    rule: str
    settings: Any
    spares: str


COMMITLINT = {
    "subject-case": Stricter("commit-subject-case", style.Case("lower"), "names, acronyms and compounds"),
    "subject-full-stop": Stricter("commit-full-stop", style.Bots(), "abbreviations and paths"),
    "header-max-length": Stricter("commit-header-long", style.Length(100, 100), "a pull request's number"),
    "body-max-line-length": Stricter("commit-body-long-line", body.Width(100), "links, tables, code, bots"),
    "footer-max-line-length": Stricter("commit-body-long-line", body.Width(100), "links and trailers"),
}


def differences(corpus: Path = CORPUS) -> Iterator[Difference]:
    """Every difference, in the order of the corpus."""
    for row in map(json.loads, corpus.read_text("utf-8").splitlines()):
        commit = Commit(row["message"], "a" * 40, ("1" * 40,) * row["parents"])
        snapshot = Snapshot(stages=("ci",), commits=(commit,))
        ours = tuple(rule for rule in DECIDING if _fires(rule, snapshot))
        for peer, accepted in row["peers"].items():
            if ours and accepted:
                yield Difference(row["id"], PEERS[peer], "us", _laxer(row, peer, ours))
            elif not ours and not accepted:
                yield Difference(row["id"], PEERS[peer], "the peer", _stricter(row, peer, snapshot))


def table(found: list[Difference]) -> str:
    """The causes with their counts, in Markdown."""
    counts = Counter((one.peer, one.refused_by, one.cause) for one in found)
    rows = sorted(counts.items(), key=lambda entry: (*entry[0][:2], -entry[1], entry[0][2]))
    lines = [f"| {peer} | {refused} | {cause or 'UNEXPLAINED'} | {number} |" for (peer, refused, cause), number in rows]
    return "\n".join(("| peer | refused by | cause | messages |", "|---|---|---|--:|", *lines))


def _fires(rule: str, snapshot: Snapshot, settings: Any = None) -> bool:
    entry = next(one for one in RULES if one.id == rule)
    return any(True for _ in entry.judge(snapshot, entry.settings if settings is None else settings))


def _laxer(row: dict[str, Any], peer: str, ours: tuple[str, ...]) -> str:
    """Why the peer accepts what we refuse."""
    header = row["message"].lstrip("\n").partition("\n")[0]
    lint = peer == "commitlint"
    causes = (
        ("commit-header-malformed", "it exempts by text: Merge or Revert", header.startswith(("Merge ", 'Revert "'))),
        ("commit-header-malformed", "it drops lines that begin with #", lint and header.startswith("#")),
        ("commit-header-malformed", "it exempts versions", lint and _version(header)),
        ("commit-body-not-separated", "it exempts versions", lint and _version(header)),
        ("commit-body-not-separated", "it only warns", "body-leading-blank" in row["commitlint_warnings"]),
        ("commit-type-unknown", "its own releases are of the type bump", peer == "cz" and header.startswith("bump:")),
    )
    return next((f"{rule} ({why})" for rule, why, holds in causes if holds and ours == (rule,)), "")


def _version(header: str) -> bool:
    return re.fullmatch(r"(?:chore(?:\([^()]*\))?: )?v?\d+\.\d+\.\d+\S*(?: \(#\d+\))?", header) is not None


def _stricter(row: dict[str, Any], peer: str, snapshot: Snapshot) -> str:
    """Why the peer refuses what we accept."""
    (subject,) = subjects(snapshot)
    if subject.exempt:
        kinds = {"merge": "a merge by its parents", "revert": "a revert by its body"}
        return f"exempt by structure: {kinds[subject.exempt]}"
    if peer == "commitlint":
        causes = [_said_by_commitlint(name, subject, snapshot) for name in row["commitlint_rules"]]
        return " + ".join(sorted({*causes})) if all(causes) else ""
    if _fires("commit-type-case", snapshot):
        return "commit-type-case"
    odd = re.search(r"[^\w /,-]", subject.header.scope or "")
    return f"commit-header-malformed allows {odd[0]} in a scope" if peer == "cpc" and odd else ""


def _said_by_commitlint(name: str, subject: Subject, snapshot: Snapshot) -> str:
    if name in {"type-case", "type-enum"}:
        return "commit-type-case" if _fires("commit-type-case", snapshot) else ""
    if name == "header-trim":
        return "no rule: git drops blanks around a subject" if subject.lines[subject.at] != subject.text else ""
    stricter = COMMITLINT.get(name)
    if stricter is None:
        return ""
    fires = _fires(stricter.rule, snapshot, stricter.settings)
    return stricter.rule if fires else f"{stricter.rule} (spares {stricter.spares})"


def main() -> int:
    """Print the table; 1 where something is not explained."""
    found = list(differences())
    print(table(found))
    unexplained = [one for one in found if not one.cause]
    print(*(f"{one.peer}: {one.id}, refused by {one.refused_by}" for one in unexplained), sep="\n")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
