"""Where the values of a JSON text stand: for places in findings, and for rewriting nothing but what must change.

The text is one that `json.loads` has accepted.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Any, cast

from mlgovern.record import NamedTuple
from mlgovern.rx import rx

_BLANK = rx(r"[ \t\n\r]*")
_COLON = rx(r"[ \t\n\r]*:[ \t\n\r]*")
_COMMA = rx(r"[ \t\n\r]*,?[ \t\n\r]*")
_MARK = rx(r'["\[\]{}]')
_LARGE = 200_000  # characters from which on stepping over strings is faster than decoding them once more
_MOST_QUOTES = 2000  # of one value that are looked at; where there are more, decoding it is faster
_MOST_BACKSLASHES = 64  # before one of them

_Match = Callable[[str, int], re.Match[str]]  # of these three, each matches wherever it is tried
_Search = Callable[[str, int], re.Match[str] | None]
_Read = Callable[
    [str | None, int], tuple[Any, int]
]  # a member's key and its value's place to what it holds, and its end


class Span(NamedTuple):
    """One member of an object (with its key) or item of an array (without)."""

    key: str | None
    start: int  # of the key, or of the item
    value: int
    end: int  # one past the value
    content: Any
    members: tuple["Span", ...] | None = None  # where they were looked at


class Position(NamedTuple):
    """Line and column, counted from 1, in characters."""

    line: int
    column: int


class Layout(NamedTuple):
    """Where the parts of a notebook stand: its metadata and its cells, those of all worksheets together."""

    metadata: Span | None = None
    cells: tuple[Span, ...] = ()


@lru_cache(maxsize=1)
def _decoder() -> Callable[[str, int], tuple[Any, int]]:
    from json import JSONDecoder
    from json.scanner import make_scanner

    # Without raw_decode's care for bad text.
    return make_scanner(JSONDecoder())  # type: ignore[arg-type]  # typeshed takes the function for its own argument


def skip_blank(text: str, at: int) -> int:
    """The next place that is no white space."""
    return cast("_Match", _BLANK.match)(text, at).end()


def children(text: str, at: int, read: _Read | None = None) -> Iterator[Span]:
    """The members of the object, or the items of the array, that starts at a place; a scalar has none."""
    decode, colon, comma = _decoder(), cast("_Match", _COLON.match), cast("_Match", _COMMA.match)
    keyed = text[at] == "{"
    if text[at] not in "{[":
        return
    at = skip_blank(text, at + 1)
    while text[at] not in "]}":
        key, start = None, at
        if keyed:
            key, at = decode(text, at)
            at = colon(text, at).end()
        content, end = decode(text, at) if read is None else read(key, at)
        yield Span(key, start, at, end, content)
        at = comma(text, end).end()


def layout(
    text: str, holder: str, opened: Container[int | None] = (), known: Mapping[int, dict[str, Any]] | None = None
) -> Layout:
    """The parts of a notebook, with the members of some cells; where no key repeats, contents that are `known` are not decoded again.

    `holder` holds its cells: cells, paragraphs, or worksheets with cells of their own.
    """
    contents = known if known is not None and len(text) >= _LARGE else {}

    def read(key: str | None, at: int) -> tuple[Any, int]:
        if key != holder or text[at] != "[":
            return _decoder()(text, at)
        items = tuple(_cells(text, at, opened, contents) if holder != "worksheets" else children(text, at))
        return items, _closed(text, at, items)  # most of the text, which is thus decoded once

    parts = {
        span.key: span for span in children(text, skip_blank(text, 0), read)
    }  # of keys that repeat, the last counts
    held: tuple[Span, ...] = parts[holder].content
    return Layout(parts.get("metadata"), held if holder != "worksheets" else tuple(_in_sheets(text, held)))


def _cells(text: str, at: int, opened: Container[int | None], known: Mapping[int, dict[str, Any]]) -> Iterator[Span]:
    number = count()
    members: tuple[Span, ...] | None = None

    def read(_key: str | None, at: int) -> tuple[Any, int]:
        nonlocal members
        members, index = None, next(number)
        if index not in opened or text[at] != "{":
            return _decoder()(text, at)
        cell = known.get(index)
        if cell is None:
            members = tuple(children(text, at))
            cell = {member.key or "": member.content for member in members}
        else:
            contents = cell
            members = tuple(children(text, at, lambda key, at: (contents[key or ""], ended(text, at))))
        return cell, _closed(text, at, members)

    for span in children(text, at, read):
        yield span if members is None else span._replace(members=members)


def ended(text: str, at: int) -> int:
    """One past the value at a place. Strings are stepped over, since an image takes long to decode."""
    start, depth, left, mark = at, 0, _MOST_QUOTES, cast("_Search", _MARK.search)
    if text[at] not in '"[{':
        return _decoder()(text, at)[1]
    while left > 0 and (found := mark(text, at)) is not None:
        at = found.end()
        if found[0] == '"':
            at, left = _string_ended(text, at, left)
        else:
            depth += 1 if found[0] in "[{" else -1
        if depth == 0 and left > 0:
            return at
    return _decoder()(text, start)[1]


def _string_ended(text: str, at: int, left: int) -> tuple[int, int]:
    """One past the quote that ends the string whose first character is here, and how many quotes may be met after it."""
    while left > 0:
        at, left = text.index('"', at) + 1, left - 1
        before = text[max(at - 1 - _MOST_BACKSLASHES, 0) : at - 1]
        backslashes = len(before) - len(before.rstrip("\\"))
        if backslashes == _MOST_BACKSLASHES:
            return at, 0
        if backslashes % 2 == 0:  # as many as escape each other
            break
    return at, left


def _closed(text: str, at: int, members: tuple[Span, ...]) -> int:
    """One past the array or object at a place."""
    return skip_blank(text, members[-1].end if members else at + 1) + 1


def _in_sheets(text: str, sheets: tuple[Span, ...]) -> Iterator[Span]:
    for sheet in sheets:
        for span in [span for span in children(text, sheet.value) if span.key == "cells"][-1:]:
            yield from children(text, span.value)


def positions(text: str, spans: tuple[Span, ...]) -> list[Position]:
    """Line and column of each of these spans, which stand in order."""
    places, line, last = [], 1, 0
    for span in spans:
        line, last = line + text.count("\n", last, span.start), span.start
        places.append(Position(line, span.start - text.rfind("\n", 0, span.start)))
    return places


def position(text: str, at: int) -> Position:
    """Line and column of one place."""
    return Position(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
