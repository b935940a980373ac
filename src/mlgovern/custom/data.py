"""The kind that speaks of values in a JSON, TOML or YAML file."""

from collections.abc import Iterable, Iterator
from typing import Any

from mlgovern.custom.kinds import Kind
from mlgovern.custom.operators import ALONE, MISSING, SAID, TESTS, Op, number
from mlgovern.custom.outcome import APART, HOLDS, Flaw, Outcome, broken, fails, unknown
from mlgovern.facts.snapshot import EXECUTABLE, REGULAR, File, Snapshot
from mlgovern.fields import Fixed
from mlgovern.finding import NotJudged, Place
from mlgovern.globs import expand, matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, unread
from mlgovern.rx import rx

MOST_BYTES = 2_000_000
MOST_VALUES = 10_000  # of one path
ENDS = (".json", ".toml", ".yaml", ".yml")

_STEP = rx(r'(?:^|\.)(?:"(?P<quoted>[^"]+)"|(?P<key>[^."\[\]]+))|\[(?P<index>\*|[0-9]{1,6})\]|(?P<wrong>.)')
_WILD = frozenset("*?[")
_WORDS = {
    "on": True,
    "yes": True,
    "true": True,
    "off": False,
    "no": False,
    "false": False,
}  # keys, as YAML 1.1 has them


class Assertion(NamedTuple):
    """What has to be so of the values at a place: keys with dots, `[0]` for an item, `[*]` for each."""

    file: Fixed[Glob] = Glob("")
    at: Fixed[str] = ""
    op: Fixed[Op] = "exists"
    value: Fixed[Any] = None


def data_assert(snapshot: Snapshot, file: File, settings: Assertion) -> Outcome:
    """A file that cannot be parsed is refused; the values that it holds are not repeated, since they may be secrets."""
    if file.mode not in (REGULAR, EXECUTABLE) or not matcher((settings.file,))(file.path):
        return APART
    data = snapshot.read(file)
    if data is None:
        return unknown(unread(file))
    read = _values(file, data)
    if isinstance(read, NotJudged):
        return unknown(read)
    place = Place(file.path, commit=file.commit)
    if isinstance(read, str):
        return broken(Flaw(read, place, key="broken"))
    there: list[Any] = [read[0]]
    for step in _steps(settings.at):
        there = [inner for value in there for inner in _inside(value, step)]
        if len(there) > MOST_VALUES:  # what aliases of YAML repeat is counted again
            return unknown(NotJudged(file.path, f"more than {MOST_VALUES:,} values at {settings.at}"))
    if TESTS[settings.op](there, settings.value):
        return HOLDS
    wanted = f"{SAID[settings.op]}{'' if settings.op in ALONE else f' {_shown(settings.value)}'}"
    return fails(Flaw(f"{settings.at or 'the whole'} {wanted}", place, key=settings.at))


def _values(file: File, data: bytes) -> tuple[Any] | str | NotJudged:
    """The values of a file; or what keeps it from being read, or from being looked at."""
    from mlgovern.rules.lockfiles.verdict import Broken, Document, manifest_toml, readable

    if len(data) > MOST_BYTES:
        return NotJudged(file.path, f"larger than {MOST_BYTES:,} bytes, the most that data.assert reads")
    if file.path.endswith(".toml"):
        read = manifest_toml(data, file.name)
        if isinstance(read, Document):
            return (read.values,)
        return _unusable(read) if isinstance(read, Broken) else NotJudged(file.path, read.why)
    if not file.path.endswith(ENDS):
        return NotJudged(file.path, f"its name ends with none of {', '.join(ENDS)}", expected=False)
    text = readable(data, marked=True)
    if isinstance(text, Broken):
        return _unusable(text)
    if file.path.endswith(".json"):
        return _json(text)
    from mlgovern.rules.lockfiles.yamls import parsed

    values = parsed(text)
    return _unusable(values) if isinstance(values, Broken) else (values,)


def _unusable(read: Any) -> str:
    return f"{read.why}, line {read.line}" if read.line else read.why


def _json(text: str) -> tuple[Any] | str:
    import json

    try:
        return (json.loads(text),)
    except json.JSONDecodeError as error:
        return f"it cannot be parsed as JSON, line {error.lineno}"
    except (ValueError, RecursionError):
        return "it cannot be parsed as JSON"


def _steps(at: str) -> Iterator[str | int | None]:
    """The keys and numbers of a path; None stands for each item."""
    for found in _STEP.finditer(at):
        index = found["index"]
        if index is None:
            yield found["quoted"] or found["key"]
        else:
            yield None if index == "*" else int(index)


def _inside(value: Any, step: str | int | None) -> Iterable[Any]:
    """What a step leads to: one value or each item, of which there may be none; or a mark that there is no such thing."""
    if step is None and isinstance(value, list | dict):
        return value.values() if isinstance(value, dict) else value
    if isinstance(step, int) and isinstance(value, list) and step < len(value):
        return (value[step],)
    if isinstance(step, str) and isinstance(value, dict):
        key: Any = step if step in value else _WORDS.get(step.lower(), step)
        return (value.get(key, MISSING),)
    return (MISSING,)


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def wrong_assertion(settings: Assertion) -> Iterator[tuple[str, str]]:
    """A path that leads nowhere, or a value that the operator cannot use."""
    op, value = settings.op, settings.value
    ends = [one.rpartition(".")[2] for one in expand(settings.file)]
    if settings.file and not all(f".{end}" in ENDS or not _WILD.isdisjoint(end) for end in ends):
        yield "file", f"'file' ends with {', '.join(ENDS)}: these formats are read"
    if any(found["wrong"] for found in _STEP.finditer(settings.at)):
        yield "at", "'at' is keys with dots between them, [0] for an item, [*] for each, quotes around a key with a dot"
    if op in ALONE:
        if value is not None:
            yield "value", f"{op} takes no value"
    elif value is None:
        yield "value", f"{op} needs 'value'"
    elif op in {"in", "not_in"} and not isinstance(value, list | tuple):
        yield "value", f"{op} needs a list"
    elif op in {"lt", "le", "gt", "ge"} and not number(value):
        yield "value", f"{op} needs a number"
    elif op in {"matches", "not_matches"} and not isinstance(value, str):
        yield "value", f"{op} needs a regular expression"


def _file(settings: Assertion) -> tuple[str, ...]:
    return (settings.file,)


_MEND = "edit it, and git add {path}"

DEFINED = {"data.assert": Kind(Assertion(), "file", data_assert, (("file",),), wrong_assertion, _file, mend=_MEND)}
