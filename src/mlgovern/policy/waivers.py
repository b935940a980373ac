"""Waivers: the file that holds them, read under the terms of the policy."""

import re
from collections.abc import Container, Iterable, Mapping
from datetime import date

from mlgovern.policy.document import Fields, Items, Mark, Node, Scalar, is_null, shown
from mlgovern.policy.migrations import SCHEMA, current, unread
from mlgovern.policy.model import WAIVERS_FILE, Decision, Terms, Waiver
from mlgovern.policy.settings import MISSING, Reader, described
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob
from mlgovern.rx import rx

PLACES = ("paths", "commits", "branches", "fingerprints")

_COMMIT = rx(r"[0-9a-f]{7,64}")
_DAY = rx(r"\d{4}-\d\d-\d\d", re.ASCII)
_FINGERPRINT = rx(r"[0-9a-f]{16}")


class _Said(NamedTuple):
    """The keys of one waiver, as its author writes them."""

    rule: str
    created: str
    until: str
    id: str = ""
    paths: tuple[Glob, ...] = ()
    commits: tuple[str, ...] = ()
    branches: tuple[Glob, ...] = ()
    fingerprints: tuple[str, ...] = ()
    reason: str = ""
    owner: str = ""
    ticket: str = ""


def waivers(
    tree: Node, terms: Terms, decisions: Mapping[str, Decision], reader: Reader, away: Container[str] = ()
) -> tuple[Waiver, ...]:
    """The waivers of a file; what is wrong with any of them goes to the reader. Of rules whose plugin is away there are none."""
    whole = reader.fields(current(tree), ("schema", "waivers"), WAIVERS_FILE)
    schema = whole.entries.get("schema")
    said = None if schema is None else reader.value(int, SCHEMA, schema.value, "'schema'")
    if said != SCHEMA:
        place = whole.mark if schema is None else schema.value.mark
        reader.problem(place, f"write schema: {SCHEMA}" if said is None else unread(said))
    entry = whole.entries.get("waivers")
    if entry is None or is_null(entry.value):
        return ()
    if not isinstance(entry.value, Items):
        reader.problem(entry.value.mark, f"'waivers' must be a list, got {described(entry.value)}")
        return ()
    there = [item for item in entry.value.items if _rule(item) in decisions or _rule(item).split("/")[0] not in away]
    read = [_waiver(item, terms, decisions, reader) for item in there]
    found = [waiver for waiver in read if waiver is not None]
    _distinct(found, reader)
    return tuple(found)


def _rule(item: Node) -> str:
    rule = item.entries["rule"].value if isinstance(item, Fields) and "rule" in item.entries else None
    return rule.text if isinstance(rule, Scalar) else ""


def _waiver(item: Node, terms: Terms, decisions: Mapping[str, Decision], reader: Reader) -> Waiver | None:
    before = len(reader.problems)
    if not isinstance(item, Fields):
        reader.problem(item.mark, f"a waiver is a mapping, not {described(item)}")
        return None
    said: _Said = reader.record(_Said, MISSING, item, "a waiver")
    if len(reader.problems) > before:
        return None
    for text, key in _wrong(said, terms, decisions, reader):
        entry = item.entries.get(key)
        reader.problem(item.mark if entry is None else entry.value.mark, text)
    name = said.id or f"{WAIVERS_FILE.rpartition('/')[2]}:{item.mark.line}"
    return Waiver(**said._replace(id=name)._asdict(), line=item.mark.line)


def _wrong(said: _Said, terms: Terms, decisions: Mapping[str, Decision], reader: Reader) -> Iterable[tuple[str, str]]:
    """What is wrong with one waiver, and the key to mend."""
    decision = decisions.get(said.rule)
    if decision is None:
        hint = reader.nearest(said.rule, tuple(decisions), "; `mlgovern rules` lists them")
        yield f"unknown rule {shown(said.rule)}{hint}", "rule"
    elif not decision.waivable:
        yield f"{said.rule} cannot be waived: this policy has it waivable: false", "rule"
    yield from ((f"missing required key '{key}'", key) for key in terms.require if not getattr(said, key).strip())
    named = [key for key in PLACES if getattr(said, key)]
    if len(named) != 1:
        yield f"a waiver names one of {', '.join(PLACES)}; this one has {' and '.join(named) or 'none'}", "rule"
    shapes = (("commits", _COMMIT, "7 to 64 hexadecimal digits"), ("fingerprints", _FINGERPRINT, "16 of them"))
    for key, shape, words in shapes:
        wrong = [item for item in getattr(said, key) if not shape.fullmatch(item)]
        yield from ((f"each of '{key}' is an id of {words}, got {shown(item)}", key) for item in wrong[:1])
    yield from _wrong_days(said, terms)


def _wrong_days(said: _Said, terms: Terms) -> Iterable[tuple[str, str]]:
    days: dict[str, date] = {}
    for key in ("created", "until"):
        text = getattr(said, key)
        try:
            days[key] = day(text)
        except ValueError as error:
            yield f"not a date YYYY-MM-DD: {shown(text)} ({error})", key
    if len(days) == 2:
        life = (days["until"] - days["created"]).days
        if life < 0:
            yield f"it ends before it begins, on {said.created}", "until"
        elif life > terms.max_days:
            yield f"it lasts {life} days; this policy allows {terms.max_days} (waivers.max_days)", "until"


def day(text: str) -> date:
    """The date that YYYY-MM-DD stands for; ValueError where it stands for none."""
    if not _DAY.fullmatch(text):
        raise ValueError("four, two and two digits")
    return date.fromisoformat(text)


def _distinct(found: list[Waiver], reader: Reader) -> None:
    first: dict[str, Waiver] = {}
    for waiver in found:
        other = first.setdefault(waiver.id, waiver)
        if other is not waiver:
            mark = Mark(WAIVERS_FILE, waiver.line)
            reader.problem(mark, f"the id {shown(waiver.id)} is taken (first on line {other.line})")


def settled(now: tuple[Waiver, ...], before: Iterable[Waiver]) -> tuple[Waiver, ...]:
    """The waivers, each of which tells whether the work under judgement brings or widens it."""
    known = tuple(before)
    return tuple(waiver._replace(arriving=not any(_within(waiver, other) for other in known)) for waiver in now)


def _within(waiver: Waiver, other: Waiver) -> bool:
    """Whether a waiver accepts nothing that another one does not."""
    same = waiver.rule == other.rule and waiver.until <= other.until and other.created <= waiver.created
    return same and all(set(getattr(waiver, key)) <= set(getattr(other, key)) for key in PLACES)
