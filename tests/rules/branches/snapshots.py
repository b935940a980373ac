"""Snapshots of pushes and checked-out branches, and the rules by name."""

from typing import Any

from mlgovern.facts.snapshot import RefUpdate, Snapshot
from mlgovern.finding import Finding
from mlgovern.rules.branches import RULES
from tests.factories import a_snapshot, rule_of

OLD, NEW, ZERO = "1" * 40, "2" * 40, "0" * 40
UPSTREAM, OLD_AGE, MANY = (rule_of(RULES, f"branch-{name}") for name in ("not-upstream-first", "too-old", "too-many"))
MALFORMED, UNKNOWN, LONG, COMMIT, PUSH, DIRECTION, CASE, PREFIX = (
    rule_of(RULES, f"branch-{name}")
    for name in (
        *("name-malformed", "type-unknown", "name-long", "protected-commit", "protected-push"),
        *("merge-direction", "case-clash", "prefix-clash"),
    )
)


def on(branch: str | None, stage: str = "ci", **facts: Any) -> Snapshot:
    return a_snapshot(files={"a.py": "a"}, stages=(stage,), branch=branch, **facts)


def push(*updates: RefUpdate, stage: str = "pre-push", **facts: Any) -> Snapshot:
    return a_snapshot(stages=(stage,), updates=updates, **facts)


def to(name: str, old: str = OLD, new: str = NEW, forced: bool | None = False) -> RefUpdate:
    return RefUpdate(f"refs/heads/{name}", old, new, forced, "HEAD")


def created(name: str) -> RefUpdate:
    return to(name, ZERO)


def branches_of(findings: list[Finding]) -> list[str | None]:
    return [finding.place.branch for finding in findings]
