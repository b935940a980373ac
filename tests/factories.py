"""Values with the defaults of an empty, clean repository: a test row states only what matters."""

from collections.abc import Iterable, Mapping
from hashlib import sha1
from typing import Any

from mlgovern.facts.snapshot import REGULAR, Commit, File, Person, Snapshot
from mlgovern.finding import Finding, NotJudged
from mlgovern.rule import Rule


def a_file(path: str, data: bytes = b"", mode: int = REGULAR, commit: str | None = None) -> File:
    """A file whose blob id is made from its bytes."""
    return File(path, mode, sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest(), len(data), commit)


def a_commit(message: str, **facts: Any) -> Commit:
    """A commit with one parent by a person."""
    facts.setdefault("author", Person("Ann Author", "ann@acme.example"))
    facts.setdefault("committer", facts["author"])
    return Commit(message, parents=facts.pop("parents", ("1" * 40,)), **facts)


def a_snapshot(
    files: Mapping[str, bytes | str] | None = None,
    tracked: Mapping[str, bytes | str] | None = None,
    message: str | None = None,
    **facts: Any,
) -> Snapshot:
    """`files` are judged and tracked, `tracked` are tracked only; text or bytes; `message` is the commit being made."""
    judged = {path: a_file(path, _bytes(data)) for path, data in (files or {}).items()}
    others = {path: a_file(path, _bytes(data)) for path, data in (tracked or {}).items()}
    contents = {
        a_file(path, _bytes(data)).blob: _bytes(data)
        for path, data in [*(files or {}).items(), *(tracked or {}).items()]
    }
    if message is not None:
        facts.setdefault("commits", (a_commit(message),))
    facts.setdefault("files", tuple(judged.values()))
    facts.setdefault("added", frozenset() if "audit" in facts.get("stages", ()) else frozenset(judged))
    facts.setdefault("tracked", {**others, **judged})
    facts.setdefault("contents", contents)
    return Snapshot(**facts)


def judged(rule: Rule, snapshot: Snapshot, settings: Any = None) -> list[Finding]:
    """The findings of one rule under its default settings or others."""
    verdicts = rule.judge(snapshot, rule.settings if settings is None else settings)
    return [verdict for verdict in verdicts if isinstance(verdict, Finding)]


def not_judged(rule: Rule, snapshot: Snapshot, settings: Any = None) -> list[NotJudged]:
    """What one rule could not judge."""
    verdicts = rule.judge(snapshot, rule.settings if settings is None else settings)
    return [verdict for verdict in verdicts if isinstance(verdict, NotJudged)]


def rule_of(rules: Iterable[Rule], rule_id: str) -> Rule:
    """The rule with this id."""
    return next(rule for rule in rules if rule.id == rule_id)


def _bytes(data: bytes | str) -> bytes:
    return data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
