"""Where the values of a JSON text stand: for places in findings, and for rewriting nothing but what must change.

The text is one that `json.loads` has accepted.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from mlgovern.rx import rx

_BLANK = rx(r"[ \t\n\r]*")


class Span(NamedTuple):
    """One member of an object (with its key) or item of an array (without)."""

    key: str | None
    start: int  # of the key, or of the item
    value: int
    end: int  # one past the value


class Position(NamedTuple):
    """Line and column, counted from 1, in characters."""

    line: int
    column: int


@lru_cache(maxsize=1)
def _decoder() -> Callable[[str, int], tuple[Any, int]]:
    from json import JSONDecoder

    return JSONDecoder().raw_decode


def skip_blank(text: str, at: int) -> int:
    """The next place that is no white space."""
    found = _BLANK.match(text, at)
    return at if found is None else found.end()


def children(text: str, at: int) -> Iterator[Span]:
    """The members of the object, or the items of the array, that starts at a place; a scalar has none."""
    decode = _decoder()
    keyed = text[at] == "{"
    if text[at] not in "{[":
        return
    at = skip_blank(text, at + 1)
    while text[at] not in "]}":
        key, start = None, at
        if keyed:
            key, at = decode(text, at)
            at = skip_blank(text, skip_blank(text, at) + 1)
        end = decode(text, at)[1]
        yield Span(key, start, at, end)
        at = skip_blank(text, end)
        if text[at] == ",":
            at = skip_blank(text, at + 1)


def _values(text: str, at: int, key: str) -> Iterator[Span]:
    """The items of the array under a key; of keys that repeat, the last counts, as it does for json."""
    found = [span for span in children(text, at) if span.key == key]
    if found:
        yield from children(text, found[-1].value)


def cell_positions(text: str, key: str) -> list[Position]:
    """Where the cells of a notebook start; `key` holds them: cells, paragraphs, or worksheets with cells of their own."""
    top = _values(text, skip_blank(text, 0), key)
    cells = (cell for sheet in top for cell in _values(text, sheet.value, "cells")) if key == "worksheets" else top
    places, line, last = [], 1, 0
    for cell in cells:
        line, last = line + text.count("\n", last, cell.start), cell.start
        places.append(Position(line, cell.start - text.rfind("\n", 0, cell.start)))
    return places
