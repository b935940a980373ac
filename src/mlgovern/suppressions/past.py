"""What a change started from, to tell which suppressions it adds itself."""

from functools import cached_property

from mlgovern.facts.snapshot import Snapshot, origins
from mlgovern.lines import Lines
from mlgovern.suppressions.cells import cells
from mlgovern.suppressions.comments import Asked, comments, foreign


class Past:
    """The versions that the change under judgement began with, of which only some files may be looked at here."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._contents = snapshot.contents
        self._began = origins(snapshot.files) if snapshot.origins is None else snapshot.origins
        self._versions: dict[str, list[_Version]] = {}

    def has(self, path: str, rule: str, text: str) -> bool:
        """Whether the rule was suppressed for these words before, or the file is not part of the change."""
        return all((rule, text) in version.asked for version in self._of(path))

    def has_mark(self, path: str, text: str) -> bool:
        """The same for a mark of another tool on or above a line."""
        return all(version.marked(text) for version in self._of(path))

    def _of(self, path: str) -> "list[_Version]":
        if path not in self._versions:
            blobs = self._began.get(path, ())
            self._versions[path] = [_Version(Lines(path, self._contents.get(blob, b""))) for blob in sorted(blobs)]
        return self._versions[path]


class _Version:
    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    @cached_property
    def asked(self) -> set[tuple[str, str]]:
        every: list[Asked] = [*comments(self._lines), *cells(self._lines)]
        return {(rule, asked.text) for asked in every for rule in asked.rules}

    def marked(self, text: str) -> bool:
        return any(foreign(self._lines, number, number) for number in self._numbers.get(text, ()))

    @cached_property
    def _numbers(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number in range(1, len(self._lines) + 1):
            found.setdefault(self._lines.at(number), []).append(number)
        return found
