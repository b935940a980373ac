"""The text at a place: lines and columns as findings count them."""

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.finding import Place
from mlgovern.rx import rx

LONGEST = 10_000  # characters of a line that is looked at whole

_NEWLINE = rx(r"\r\n?|\n")
_STRING = rx(r'\s*"((?:[^"\\]|\\.)*+)"\s*,?\s*')


def line_begins(text: str) -> list[int]:
    """Where each line begins, whichever of the three ways the one before ends in."""
    if "\r" in text:
        return [0, *(newline.end() for newline in _NEWLINE.finditer(text))]
    return [0, *accumulate(map((1).__add__, map(len, text.split("\n")[:-1])))]


class Lines:
    """One version of one file. In a notebook, a line is one line of a source or an output, as its JSON says it."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path, self.data = path, data
        self.notebook = path.endswith(".ipynb")

    @cached_property
    def text(self) -> str:
        if self.data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return self.data.decode("utf-16", "replace")
        body = self.data.removeprefix(b"\xef\xbb\xbf")
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            return body.decode("latin-1")

    @cached_property
    def _begins(self) -> list[int]:
        return line_begins(self.text)

    def __len__(self) -> int:
        return len(self._begins)

    def number(self, offset: int) -> int:
        """The line that a character is in."""
        return bisect_right(self._begins, offset)

    def at(self, number: int) -> str:
        """A line without its end; nothing where there is none, or none that can be looked at by itself."""
        if not 0 < number <= len(self._begins):
            return ""
        begin = self._begins[number - 1]
        end = self._begins[number] if number < len(self._begins) else len(self.text)
        if end - begin > LONGEST:
            return ""
        line = self.text[begin:end].rstrip("\r\n")
        return _source(line) if self.notebook else line

    def excerpt(self, place: Place) -> str:
        """What a finding speaks of, if it says from where to where."""
        line, column, end_line, end_column = place.line, place.column, place.end_line, place.end_column
        if line is None or column is None or end_line is None or end_column is None:
            return ""
        if not 0 < line <= end_line <= len(self._begins):
            return ""
        return self.text[self._begins[line - 1] + column - 1 : self._begins[end_line - 1] + end_column - 1]


def _source(line: str) -> str:
    """A line of a notebook's JSON that is one string, if it says one line."""
    from json import loads

    said = _STRING.fullmatch(line)
    if said is None:
        return ""
    try:
        text = str(loads(f'"{said[1]}"', strict=False)).removesuffix("\n")
    except ValueError:
        return ""
    return "" if "\n" in text else text


class Versions:
    """The versions of files that a snapshot holds, by the places of findings."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._files = {(file.path, file.commit): file for file in snapshot.files}
        self._read: dict[tuple[str, str], Lines] = {}

    def at(self, path: str | None, commit: str | None) -> Lines | None:
        """The version at a place, if its content was gathered."""
        file = self._files.get((path or "", commit))
        if file is None and commit is None:
            file = self._snapshot.tracked.get(path or "")
        return None if file is None else self.of(file)

    def of(self, file: File) -> Lines | None:
        """The content of a version."""
        key = file.path, file.blob
        if key not in self._read:
            data = self._snapshot.read(file)
            if data is None:
                return None
            self._read[key] = Lines(file.path, data)
        return self._read[key]
