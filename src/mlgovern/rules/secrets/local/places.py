"""Offsets of bytes as lines, columns and cells."""

import re
from bisect import bisect_right
from functools import cached_property

from mlgovern.facts.snapshot import File
from mlgovern.finding import Place

_BINARY_HEAD = 8000
_MARK = b"\xef\xbb\xbf"


class Places:
    """The places within one file; of a binary one, the file alone."""

    def __init__(self, file: File, data: bytes) -> None:
        self._file, self._data = file, data
        self._binary = b"\0" in data[:_BINARY_HEAD]

    def of(self, start: int, end: int) -> Place:
        """The place of some bytes."""
        path, commit = self._file.path, self._file.commit
        if self._binary:
            return Place(path, commit=commit)
        cell = next((cell for begin, stop, cell in self._cells if begin <= start < stop), None)
        return Place(path, *self._position(start), *self._position(end), commit=commit, cell=cell)

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._begins, offset)
        return line, len(_text(self._data[self._begins[line - 1] : offset])) + 1

    @cached_property
    def _begins(self) -> list[int]:
        first = len(_MARK) if self._data.startswith(_MARK) else 0
        return [first, *(newline.end() for newline in re.finditer(rb"\r\n?|\n", self._data))]

    @cached_property
    def _cells(self) -> list[tuple[int, int, int]]:
        """Begin, end and number of what the cells of a notebook hold, string by string."""
        if not self._file.path.endswith(".ipynb"):
            return []
        from mlgovern.rules.secrets.notebooks import parts

        text = _text(self._data)
        pieces = [(piece, part.cell) for part in parts(text) if part.cell is not None for piece in part.pieces]
        found, seen, offset = [], 0, self._begins[0]
        for piece, cell in sorted(pieces):
            offset += len(text[seen : piece.start].encode("utf-8", "surrogateescape"))
            seen = piece.start
            found.append((offset, offset + len(piece.raw.encode("utf-8", "surrogateescape")), cell))
        return found


def _text(data: bytes) -> str:
    return data.removeprefix(_MARK).decode("utf-8", "surrogateescape")
