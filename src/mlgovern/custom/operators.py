"""What data.assert may ask of values: one row for each operator."""

from collections.abc import Callable
from typing import Any, Literal

from mlgovern.rx import holds

Op = Literal[
    "exists",
    "absent",
    "eq",
    "ne",
    "in",
    "not_in",
    "matches",
    "not_matches",
    "lt",
    "le",
    "gt",
    "ge",
    "contains",
    "lacks",
]

_MOST_BITS = 10_000  # of a number that is looked at as text
MISSING = object()  # in place of a value that is not there


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one: true is not 1, a date is as it is written. A list is one of simple values: in a file, one may hold itself."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    return _alike(one, other)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple | dict) or isinstance(other, list | tuple | dict):
        return False
    one, other = (value.isoformat() if hasattr(value, "isoformat") else value for value in (one, other))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def _among(value: Any, wanted: Any) -> bool:
    return any(_same(value, one) for one in wanted)


def _within(value: Any, wanted: Any) -> bool:
    """A text, an item of a list, or a key."""
    if isinstance(value, str):
        return isinstance(wanted, str) and wanted in value
    return isinstance(value, list | dict) and _among(wanted, value)


def number(value: Any) -> bool:
    """True and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _each(test: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any], bool]:
    """All of it has to be there, and to be so."""
    return lambda there, wanted: all(value is not MISSING and test(value, wanted) for value in there)


def _none(test: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any], bool]:
    """What is not there is not so."""
    return lambda there, wanted: not any(value is not MISSING and test(value, wanted) for value in there)


def _fits(value: Any, pattern: Any) -> bool:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return False
    return isinstance(value, str | int | float) and holds(str(pattern), str(value))


ALONE = ("exists", "absent")
TESTS: dict[str, Callable[[list[Any], Any], bool]] = {
    "exists": lambda there, _wanted: all(value is not MISSING for value in there),
    "absent": lambda there, _wanted: all(value is MISSING for value in there),
    "eq": _each(_same),
    "ne": _none(_same),
    "in": _each(_among),
    "not_in": _none(_among),
    "matches": _each(_fits),
    "not_matches": _none(_fits),
    "lt": _each(lambda value, wanted: number(value) and value < wanted),
    "le": _each(lambda value, wanted: number(value) and value <= wanted),
    "gt": _each(lambda value, wanted: number(value) and value > wanted),
    "ge": _each(lambda value, wanted: number(value) and value >= wanted),
    "contains": _each(_within),
    "lacks": _none(_within),
}
SAID = {
    "exists": "is missing",
    "absent": "must not be there",
    "eq": "must be",
    "ne": "must not be",
    "in": "must be one of",
    "not_in": "must be none of",
    "matches": "must fit",
    "not_matches": "must not fit",
    "lt": "must be less than",
    "le": "must be at most",
    "gt": "must be more than",
    "ge": "must be at least",
    "contains": "must contain",
    "lacks": "must not contain",
}
