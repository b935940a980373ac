"""Reads notebooks as text that was written: JSON decoded, the pieces of a cell joined, each character with its place in the file."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import lru_cache

from mlgovern.record import NamedTuple

_OUTPUTS = frozenset({"text", "text/plain", "text/html", "text/markdown", "evalue", "traceback", "application/json"})
_MOST_DEPTH = 60


class Piece(NamedTuple):
    """One JSON string of the file: where it begins behind its quote, and what it says."""

    start: int
    raw: str
    text: str


class Part(NamedTuple):
    """One source, or all else of a cell, joined. `begins` are the offsets in `text` at which its pieces begin."""

    text: str
    pieces: tuple[Piece, ...]
    begins: tuple[int, ...]
    cell: int | None = None
    source: bool = False

    def offset(self, position: int) -> int:
        """Where a character of the text stands in the file."""
        number = bisect_right(self.begins, position) - 1
        piece = self.pieces[max(number, 0)]
        return piece.start + _raw_length(piece.raw, position - self.begins[max(number, 0)])


@lru_cache(maxsize=4)
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def parts(text: str) -> Iterator[Part]:
    """Each source, and what else each cell and the notebook hold; nothing where the text is no JSON object."""
    waiting: list[tuple[tuple[object, ...], Piece]] = []
    current: tuple[object, ...] = ()
    for path, piece in _strings(text):
        place = tuple(name for name in path if name != "[]")
        if not _is_read(place):
            continue
        group = (*place[: 2 if place[0] == "cells" else 1], place[-1] == "source")
        if group != current and waiting:
            yield _joined(waiting)
            waiting = []
        current = group
        waiting.append((place, piece))
    if waiting:
        yield _joined(waiting)


def _is_read(place: tuple[object, ...]) -> bool:
    """Sources, metadata, and outputs that are text; images are not."""
    return "metadata" in place or place[-1:] == ("source",) or not _OUTPUTS.isdisjoint(place)


def _joined(waiting: list[tuple[tuple[object, ...], Piece]]) -> Part:
    """The pieces of one place belong together; those of two are kept apart by a newline."""
    texts: list[str] = []
    begins: list[int] = []
    total, before = 0, waiting[0][0]
    for place, piece in waiting:
        if place != before:
            texts.append("\n")
            total += 1
        begins.append(total)
        texts.append(piece.text)
        total += len(piece.text)
        before = place
    cell = before[1] if before[0] == "cells" and len(before) > 1 else None
    number = cell if isinstance(cell, int) else None
    return Part(
        _uncoloured("".join(texts)), tuple(piece for _, piece in waiting), tuple(begins), number, before[-1] == "source"
    )


def _uncoloured(text: str) -> str:
    """Codes that colour a terminal become blanks, so that a token beside one stands alone, in its place."""
    return text if "\x1b" not in text else _rx(r"\x1b\[[0-9;]{0,40}m").sub(lambda code: " " * len(code[0]), text)


def _strings(text: str) -> Iterator[tuple[tuple[object, ...], Piece]]:
    """Every string value with the names that lead to it; of a list of strings the name is `[]`."""
    stack: list[list[object]] = []  # [name of the member or number of the item, is it an object, does a name come next]
    for found in _rx(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]').finditer(text):
        mark = found[0]
        if mark in "{[":
            if len(stack) >= _MOST_DEPTH:
                return
            stack.append(["", True, True] if mark == "{" else [0, False, False])
        elif not stack:
            return
        elif mark in "}]":
            stack.pop()
        elif mark == ",":
            stack[-1][2] = stack[-1][1]
            if isinstance(stack[-1][0], int):
                stack[-1][0] += 1
        elif mark != ":":
            yield from _string(stack, found)


def _string(stack: list[list[object]], found: re.Match[str]) -> Iterator[tuple[tuple[object, ...], Piece]]:
    raw = found[0][1:-1]
    if stack[-1][2]:  # the name of a member
        stack[-1][0], stack[-1][2] = _decode(raw), False
        return
    path = tuple(level[0] for level in stack[:-1])
    last = stack[-1][0] if stack[-1][1] else "[]"
    yield (*path, last), Piece(found.start() + 1, raw, _decode(raw))


def _decode(raw: str) -> str:
    if "\\" not in raw:
        return raw
    if raw.endswith("\\n") and raw.count("\\") == 1:  # a line of source, as most strings of a notebook are
        return raw[:-2] + "\n"
    try:
        return str(_decoder()(f'"{raw}"'))
    except ValueError:
        return raw


@lru_cache(maxsize=1)
def _decoder() -> Callable[[str], object]:
    from json import JSONDecoder

    return JSONDecoder(strict=False).decode


def _raw_length(raw: str, decoded: int) -> int:
    """How much of a raw JSON string makes so many characters."""
    if "\\" not in raw:
        return min(decoded, len(raw))
    ends = _raw_ends(raw)
    return ends[min(decoded, len(ends)) - 1] if decoded and ends else 0


@lru_cache(maxsize=1)
def _raw_ends(raw: str) -> tuple[int, ...]:
    """Where each character of a JSON string ends in its raw form."""
    pair = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    return tuple(found.end() for found in _rx(rf"(?s){pair}|\\u[0-9a-fA-F]{{4}}|\\.|.").finditer(raw))
