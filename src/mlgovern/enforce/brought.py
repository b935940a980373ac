"""The findings of many versions, each flaw once: where it came in, by whom, and how far it goes.

Two findings are one flaw if what they point at is the same text. That is told by a hash which never leaves this process.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mlgovern.facts.snapshot import Commit
from mlgovern.facts.versions import Version
from mlgovern.finding import Finding, Place
from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.scan import decode

_NAMED = 2  # further paths that are spelled out
_GONE = "rotate it: {} lacks it by now, but whoever has a clone has it"


class Flaw(NamedTuple):
    """What tells one flaw from another through the versions of a file."""

    rule: str
    path: str
    message: str
    mark: int  # of the text that it points at
    number: int  # of its like in one version
    severity: int
    mode: str
    waiver: str


class Spread(NamedTuple):
    """The versions that a flaw is in: the commit of the first and of the last, by their places in history, and how many."""

    first: int
    last: int
    versions: int
    finding: Finding  # in the first
    paths: tuple[str, ...]
    still: bool = False  # in the tree of the tip

    def and_(self, other: "Spread") -> "Spread":
        """Both together."""
        early, late = sorted((self, other), key=lambda one: (one.first, one.paths))
        return Spread(
            early.first,
            max(self.last, other.last),
            self.versions + other.versions,
            early.finding,
            (*early.paths, *late.paths) if early.paths != late.paths else early.paths,
            self.still or other.still,
        )


class Brought:
    """Gathers findings, and tells them by the commits that brought them."""

    def __init__(self, first: Mapping[Version, int], tip: Mapping[str, str]) -> None:
        self._first = first
        self._tip = tip  # the blob at each path
        self._spreads: dict[Flaw, Spread] = {}
        self._same: dict[str, str] = {}  # a path, and one at which there was the same content with a flaw

    def __len__(self) -> int:
        return len(self._spreads)

    def add(self, found: Iterable[tuple[Version, Sequence[Finding], Sequence[int]]]) -> None:
        """The findings of one content at each of its paths, with the marks of these."""
        flawed = [each for each in found if each[1]]
        for version, findings, marks in flawed:
            self._join(flawed[0][0].path, version.path)
            place, still = self._first[version], self._tip.get(version.path) == version.blob
            seen: Counter[Flaw] = Counter()
            for finding, mark in zip(findings, marks, strict=True):
                rest = finding.severity, finding.mode, finding.waiver or ""
                flaw = Flaw(finding.rule, version.path, finding.message, mark, 0, *rest)
                seen[flaw] += 1
                flaw = flaw._replace(number=seen[flaw])
                spread = Spread(place, place, 1, finding, (version.path,), still)
                known = self._spreads.get(flaw)
                self._spreads[flaw] = spread if known is None else known.and_(spread)

    def spreads(self) -> list[Spread]:
        """Each flaw, the oldest first; one that moved from path to path is one."""
        merged: dict[Flaw, Spread] = {}
        for flaw, spread in sorted(self._spreads.items(), key=lambda one: _order(one[1])):
            whole = flaw._replace(path=self._root(flaw.path))
            merged[whole] = merged[whole].and_(spread) if whole in merged else spread
        return sorted(merged.values(), key=_order)

    def _root(self, path: str) -> str:
        while path in self._same:
            path = self._same[path]
        return path

    def _join(self, one: str, other: str) -> None:
        one, other = sorted((self._root(one), self._root(other)))
        if one != other:
            self._same[other] = one


def _order(spread: Spread) -> tuple[object, ...]:
    place = spread.finding.place
    return spread.first, spread.paths, place.line or 0, place.column or 0, spread.finding.rule, spread.finding.message


def marks(data: bytes | None, findings: Sequence[Finding]) -> tuple[int, ...]:
    """A hash of what each finding points at."""
    lines = _lines(data) if findings and data is not None else []
    return tuple(_mark(lines, finding.place) for finding in findings)


def _lines(data: bytes) -> list[str]:
    """The lines that places count."""
    return re.split(r"\r\n?|\n", decode(data) or data.decode("latin-1"))


def _mark(lines: list[str], place: Place) -> int:
    """What stands at a place, as a hash."""
    if place.line is None or place.line > len(lines):
        return 0
    held = lines[place.line - 1 : place.end_line or place.line]
    if place.end_column is not None:
        held[-1] = held[-1][: place.end_column - 1]
    held[0] = held[0][(place.column or 1) - 1 :]
    return hash(tuple(held))


def told(
    spread: Spread, ids: Sequence[str], authors: Mapping[str, Commit], *, secret: bool, tip: str = "HEAD"
) -> Finding:
    """A finding at the commit that brought it, whose message says by whom and how far it goes; a tip has a name."""
    finding = spread.finding
    commit = ids[spread.first] if spread.first >= 0 else None
    author = authors[commit].author if commit and commit in authors else None
    said = [f"brought by {author.name or author.email or 'somebody without a name'}" if author else "held by a tag"]
    last = f" up to {ids[spread.last][:8]}" if spread.last >= 0 else ""
    said += [f"in {spread.versions} versions{last}"] if spread.versions > 1 else []
    said += [f"also at {_some(spread.paths[1:])}"] if spread.paths[1:] else []
    said += [f"still in {tip}"] if spread.still else []
    return finding._replace(
        message=f"{finding.message}; {', '.join(said)}",
        mend=_GONE.format(tip) if secret and not spread.still else finding.mend,
        place=finding.place._replace(commit=commit),
    )


def _some(paths: tuple[str, ...]) -> str:
    more = len(paths) - _NAMED
    return ", ".join(paths[:_NAMED]) + (f" and {more} more" if more > 0 else "")
