"""Rules of an installed distribution: found by its metadata, described and judged in another process."""

import json
import pickle
import re
from collections import namedtuple
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from mlgovern.errors import PluginError
from mlgovern.facts.snapshot import STAGES, Snapshot
from mlgovern.fields import Fixed, Hint
from mlgovern.finding import Finding, NotJudged, Page, Place, Severity
from mlgovern.plugins.answering import GROUP
from mlgovern.plugins.asking import MOST_BYTES, ask, places
from mlgovern.policy.codec import to_json
from mlgovern.policy.model import PLUGINS
from mlgovern.policy.patterns import wrong_glob
from mlgovern.record import NamedTuple
from mlgovern.rule import Rule

MOST_RULES = 200
MOST_LETTERS = 5_000  # of one text
# What a plugin may ask for: nothing of a developer's own, and no secret that was accepted.
ASKS = frozenset(("paths", "tracked", "people", "signatures", "reverts", "merges", "before", "contents"))

_NAMED = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.!+_-]*)")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_KINDS: Mapping[str, Any] = {
    "bool": Fixed[bool],
    "int": Fixed[int],
    "float": Fixed[float],
    "str": Fixed[str],
    "list": Fixed[tuple[str, ...]],
}


class Plugin(NamedTuple):
    """The distribution that brings a rule, at the version that the policy names."""

    plugin: Hint[str] = ""  # that it is another is told where plugins are named


class _Found(NamedTuple):
    """A distribution with its entry points."""

    named: str
    entries: tuple[tuple[str, str], ...]


_rules: dict[tuple[str, str], Rule] = {}  # those that were described, by plugin and id


def namespace(named: str) -> str:
    """What the ids of its rules begin with."""
    return re.sub(r"[-_.]+", "-", named.partition("==")[0]).lower()


def missing(named: str) -> str:
    """Why a plugin cannot be used, with the command that mends it; empty if it can."""
    from importlib.metadata import distributions

    said = _NAMED.fullmatch(named)
    if said is None:
        return "a plugin is named with its version, such as acme-rules==1.0"
    found = next(iter(distributions(name=said[1], path=places())), None)
    if found is None:
        return f"it is not installed beside mlgovern; pip install {named}"
    if found.version != said[2]:
        return f"{found.version} is installed; pip install {named}"
    if not found.entry_points.select(group=GROUP):
        return f"it has no entry point in the group {GROUP}"
    return ""


@lru_cache(maxsize=32)
def described(named: str) -> tuple[Rule, ...]:
    """The rules of a plugin that is not missing; PluginError where it breaks or says what it must not."""
    rules = rules_of(named, _asked(_found(named), {}).get("rules"))
    _rules.update({(named, rule.id): rule for rule in rules})
    return rules


def rules_of(named: str, rows: Any) -> tuple[Rule, ...]:
    """The rules that a plugin describes."""
    if not isinstance(rows, list) or not rows or len(rows) > MOST_RULES:
        raise PluginError(named, f"it brings no rules, or more than {MOST_RULES}")
    rules = tuple(_rule(named, row) for row in rows)
    if len({rule.id for rule in rules}) < len(rules):
        raise PluginError(named, "two of its rules have one id")
    return rules


def rule_of(own: Plugin, name: str) -> Rule:
    """A rule that was described before."""
    return _rules[own.plugin, name]


def _found(named: str) -> _Found:
    from importlib.metadata import distributions

    found = next(iter(distributions(name=named.partition("==")[0], path=places())))
    points = sorted(found.entry_points.select(group=GROUP), key=lambda one: one.name)
    return _Found(named, tuple((one.name, one.value) for one in points))


def _asked(found: _Found, more: Mapping[str, Any]) -> dict[str, Any]:
    """One answer; PluginError for whatever is none."""
    answer = ask(pickle.dumps({"entries": found.entries, **more}))
    if answer.late:
        raise PluginError(found.named, f"it gave no answer within {answer.late} seconds")
    if len(answer.data) > MOST_BYTES:
        raise PluginError(found.named, f"its answer is longer than {MOST_BYTES:,} bytes")
    if answer.printed:
        raise PluginError(found.named, f"it prints, where only yielding counts: {_brief(answer.printed)}")
    try:
        said = json.loads(answer.data)
    except ValueError:
        said = None
    if not isinstance(said, dict) or answer.code:
        raise PluginError(found.named, f"it ended its process with {answer.code}, and gave no answer")
    if "broke" in said:
        where = str(said["broke"])[:MOST_LETTERS]
        raise PluginError(found.named, f"it raised {where.rstrip().rpartition(chr(10))[2]}", where)
    return said


def _brief(printed: bytes) -> str:
    return repr(printed[:60].decode("utf-8", "replace"))


def _rule(named: str, row: Any) -> Rule:
    """The rule that a description makes here: to judge, it asks."""
    try:
        name, settings = row["id"], _settings(row["settings"])
        family, _, own = name.partition("/")
        if family != namespace(named) or not _ID.fullmatch(own):
            raise PluginError(named, f"the id {name[:80]!r} has to be {namespace(named)}/NAME, in small letters")
        heading, why, mend, url = map(_text, row["page"])
        if not heading:
            raise PluginError(named, f"{name} has no docstring, which would say what it finds")
        asks = tuple(tuple(map(_text, ask)) for ask in row["asks"])
        stages = tuple(stage for stage in STAGES if stage in row["stages"])
        _sound(
            stages,
            {*row["stages"]} <= {*STAGES},
            {ask[0] for ask in asks} <= ASKS,
            row["each"] in {"", "file", "commit"},
        )
        globs = {key: tuple(map(_text, row[key])) for key in ("reads", "consults", "triggers")}
        _sound(*(not wrong_glob(glob) for said in globs.values() for glob in said))
        return Rule(
            name,
            lambda snapshot, said: _verdicts(named, name, snapshot, said),
            settings,
            stages,
            **globs,
            each=row["each"],
            files=bool(row["files"]),
            waivable=bool(row["waivable"]),
            asks=lambda _settings: asks,
            own=Plugin(named),
            family=PLUGINS,
            said=Page(heading, why, mend, url),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise PluginError(named, "it describes a rule in a way that cannot be used") from None


def _settings(rows: list[list[Any]]) -> Any:
    """A record with the fields and the defaults that a rule has there."""
    if not rows:
        return ()
    names = [_text(name) for name, _, _ in rows]
    defaults = [tuple(value) if kind == "list" else value for _, kind, value in rows]
    make: Any = namedtuple  # noqa: PYI024 - the fields are known only now
    record = make("Settings", names, defaults=defaults)
    record.__annotations__ = {name: _KINDS[kind] for name, kind, _ in rows}
    return record()


def _verdicts(named: str, name: str, snapshot: Snapshot, settings: Any) -> Iterator[Finding | NotJudged]:
    snapshot = snapshot._replace(own=None, baseline=b"", silent=frozenset(), unmarked=frozenset())
    asked = {"rule": name, "settings": to_json(settings) if settings else [], "snapshot": snapshot}
    yield from verdicts_of(named, _asked(_found(named), asked).get("verdicts"))


def verdicts_of(named: str, rows: Any) -> list[Finding | NotJudged]:
    """What a rule found; one row that cannot be used spoils them all."""
    try:
        return [_verdict(row) for row in rows]
    except (KeyError, TypeError, ValueError, IndexError):
        raise PluginError(named, "it yields a finding that cannot be used") from None


def _verdict(row: dict[str, Any]) -> Finding | NotJudged:
    if "not_judged" in row:
        what, why, expected = row["not_judged"]
        return NotJudged(_text(what), _text(why), bool(expected))
    message, place = _text(row["message"]), Place(**row["place"])
    words = (place.path, place.commit, place.branch)
    numbers = (place.line, place.column, place.end_line, place.end_column, place.cell)
    _sound(message, *(word is None or isinstance(word, str) for word in words))
    _sound(row["at_most"], *(number is None or (type(number) is int and number >= 0) for number in numbers))
    return Finding(message, place, _text(row["mend"]), _text(row["key"]), Severity(row["at_most"]))


def _sound(*demands: object) -> None:
    if not all(demands):
        raise ValueError


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MOST_LETTERS:
        raise TypeError
    return value
