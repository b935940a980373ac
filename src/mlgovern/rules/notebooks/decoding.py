"""Bytes to the JSON object that a notebook is, or to the flaw that says why there is none, and where."""

import re
from collections.abc import Iterator
from typing import Any

from mlgovern.finding import Severity
from mlgovern.record import NamedTuple
from mlgovern.rules.notebooks.spans import position, skip_blank
from mlgovern.rx import rx, rxb

MOST_VALUES = 4_000_000  # each takes up to 70 bytes of memory, and three bytes of JSON if it is an object or an array
MOST_DEPTH = 200  # Python's own limit differs between versions

_LONGEST_KEY = 40
_TWICE = ""
_CONTAINERS = frozenset((dict, list))
_MARKS, _BLOCK = (b",", b"[", b"{"), 65536
_STRING = rxb(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_CONFLICT = rx(r"^[ \t]*(?:<<<<<<<[ \r\n]|=======\r?$|>>>>>>>[ \r\n])", re.MULTILINE)


class Flaw(NamedTuple):
    """Why a notebook, or one cell of it, is broken."""

    why: str
    cell: int | None = None
    line: int | None = None
    column: int | None = None
    at_most: Severity = Severity.ERROR

    @property
    def sentence(self) -> str:
        """The flaw with its subject."""
        return f"{subject(self.cell)} {self.why}"


def subject(cell: int | None) -> str:
    """A cell, counted from 1 as editors do, or the notebook."""
    return "the notebook" if cell is None else f"cell {cell + 1}"


class BrokenError(Exception):
    """There is nothing to judge; the flaw says why."""

    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw


def decoded(data: bytes) -> tuple[dict[str, Any], str, Flaw | None, tuple[Flaw, ...]]:
    """The object that bytes hold, its text, a key that an object in it has twice, and all that is odd about it.

    BrokenError where they hold none.
    """
    text = _text(data)
    value, odd = _value(text)
    if not odd:
        return value, text, None, ()
    repeated = _repeated(text) if _TWICE in odd else None
    return value, text, repeated, (*_constants(text, odd), *([repeated] if repeated else ()))


def _text(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise BrokenError(Flaw("starts with a byte order mark", line=1, column=1))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BrokenError(Flaw("is UTF-16 and not UTF-8", line=1, column=1))
    if len(data) > 3 * MOST_VALUES and _values(data) > MOST_VALUES:
        raise BrokenError(Flaw(f"holds more than {MOST_VALUES:,} values, and is not read"))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BrokenError(Flaw(f"is not UTF-8 (byte {error.start})", line=line)) from None
    if not text or text.isspace():
        raise BrokenError(Flaw("is empty"))
    return text


def _values(data: bytes) -> int:
    """How many values a JSON text holds at the most; what is within strings is looked at only where it matters."""
    count = _marks(data)
    if count <= MOST_VALUES or data.count(b'"') > MOST_VALUES:  # of so many strings each is a value or its key
        return count
    return _marks(_STRING.sub(b"", data))


def _marks(data: bytes) -> int:
    """How often a comma or an opening bracket stands anywhere. Images have none, and to look for one is faster than to count."""
    blocks = range(0, len(data), _BLOCK)
    held = ((mark, at) for at in blocks for mark in _MARKS if data.find(mark, at, at + _BLOCK) >= 0)
    return sum(data.count(mark, at, at + _BLOCK) for mark, at in held)


def _value(text: str) -> tuple[dict[str, Any], set[str]]:
    """The object that a text holds, and what is odd about it: constants that are not JSON, and _TWICE."""
    import json

    odd: set[str] = set()
    constants = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}

    def constant(name: str) -> float:
        odd.add(name)
        return constants[name]

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            odd.add(_TWICE)
        return found

    try:
        value = json.loads(text, parse_constant=constant, object_pairs_hook=members)
    except json.JSONDecodeError as error:
        raise BrokenError(_unparsable(text, error.msg, error.lineno, error.colno)) from None
    except ValueError:  # Python's limit on the digits of one integer
        raise BrokenError(_too_long(text)) from None
    except RecursionError:
        raise BrokenError(_too_deep(text)) from None
    if not isinstance(value, dict):
        raise BrokenError(_flaw(text, skip_blank(text, 0), "is not a JSON object"))
    if _is_too_deep(value):
        raise BrokenError(_too_deep(text))
    return value, odd


def _flaw(text: str, at: int, why: str, at_most: Severity = Severity.ERROR) -> Flaw:
    line, column = position(text, at)
    return Flaw(why, line=line, column=column, at_most=at_most)


def _too_deep(text: str) -> Flaw:
    from mlgovern.rules.notebooks.faults import deeper_at

    return _flaw(text, deeper_at(text, MOST_DEPTH), "is nested too deeply")


def _too_long(text: str) -> Flaw:
    from mlgovern.rules.notebooks.faults import digits_at

    return _flaw(text, digits_at(text), "holds a number with too many digits")


def _constants(text: str, odd: set[str]) -> Iterator[Flaw]:
    from mlgovern.rules.notebooks.faults import constant_at

    names = " and ".join(sorted(odd - {_TWICE}))
    if names:
        yield _flaw(text, constant_at(text), f"holds {names}, which is not JSON for other readers", Severity.INFO)


def _repeated(text: str) -> Flaw:
    from mlgovern.rules.notebooks.faults import repeated

    key, at = repeated(text)
    why = f"has the key {key[:_LONGEST_KEY]!r} twice in one object; readers differ on which counts"
    return _flaw(text, at, why, Severity.WARNING)


def _unparsable(text: str, why: str, line: int, column: int) -> Flaw:
    conflict = _CONFLICT.search(text)
    if conflict is None:
        return Flaw(f"is not JSON: {why}", line=line, column=column)
    marked = text.count("\n", 0, conflict.start()) + 1
    return Flaw(f"has an unresolved merge conflict, line {marked}", line=marked)


def _is_too_deep(value: Any) -> bool:
    level: list[Any] = [value]
    for _ in range(MOST_DEPTH):
        level = [
            child
            for one in level
            for child in (one.values() if type(one) is dict else one)
            if type(child) in _CONTAINERS
        ]
        if not level:
            return False
    return True
