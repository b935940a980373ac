"""Whose subject is judged: exemptions go by the structure of a commit, never by its text alone."""

import re
from collections.abc import Iterator
from typing import Literal

from mlgovern.bots import any_called
from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.finding import NotJudged, Place
from mlgovern.record import NamedTuple
from mlgovern.rules.commits.header import Header, parse

Exemption = Literal["", "empty", "merge", "revert", "autosquash", "initial"]

_REVERT = r'(?s:(?:Revert|Reapply) ".*"(?: \([#!]\d++\))?)'
_REVERTS = r"(?m:^This reverts commit ([0-9a-f]{7,64}+)(?![0-9A-Za-z]))"
_UNDOING = ('Revert "', 'Reapply "')
AUTOSQUASH = ("fixup! ", "squash! ", "amend! ")


class Subject(NamedTuple):
    """One commit's message in lines, where its header stands, and why the header rules would not apply."""

    commit: Commit
    lines: tuple[str, ...] = ()
    at: int = 0  # the header's line, counted from 0
    header: Header = Header("")
    exempt: Exemption = ""
    decodable: bool = True  # the header is text, and not bytes of an unknown encoding

    @property
    def text(self) -> str:
        """The header's line."""
        return self.header.text

    @property
    def name(self) -> str:
        """How a reader finds the message."""
        return f"the message of commit {self.commit.id[:12]}" if self.commit.id else "the commit message"

    def place(self, start: int = 0, end: int | None = None, line: int | None = None) -> Place:
        """Characters of the header, or of the line with that number, counted from 0."""
        line = self.at if line is None else line
        end = len("".join(self.lines[line : line + 1])) if end is None else end
        return Place(line=line + 1, column=start + 1, end_line=line + 1, end_column=end + 1, commit=self.commit.id)

    def by(self, names: tuple[str, ...]) -> bool:
        """Whether author or committer has one of these names or addresses."""
        return any_called(names, (self.commit.author, self.commit.committer))


def subjects(snapshot: Snapshot) -> tuple[Subject, ...]:
    """Every message under judgement, the exempt ones included."""
    return _read(snapshot)[()]


def headers(snapshot: Snapshot, *, initial: bool = True, merges: bool = False) -> tuple[Subject, ...]:
    """The subjects that the header rules judge; `initial` passes "Initial commit" on a root commit."""
    parts, wanted = _read(snapshot), ("", "" if initial else "initial", "merge" if merges else "")
    if wanted not in parts:
        parts[wanted] = tuple([one for one in parts[()] if one.exempt in wanted and one.decodable])
    return parts[wanted]


def flawed(snapshot: Snapshot) -> tuple[Subject, ...]:
    """Those among them that are not what the grammar asks for."""
    return tuple([subject for subject in headers(snapshot) if subject.header.flaws])


def certain(snapshot: Snapshot) -> tuple[Subject, ...]:
    """Those among them whose parts are certain: what is malformed is refused for that."""
    parts = _read(snapshot)
    if _CERTAIN not in parts:
        parts[_CERTAIN] = tuple([one for one in headers(snapshot) if not one.header.malformed])
    return parts[_CERTAIN]


def _read(snapshot: Snapshot) -> dict[tuple[str, ...], tuple[Subject, ...]]:
    """The subjects, and the parts of them that were asked for: every rule of the family looks at the same commits."""
    if not _last or _last[0][0] is not snapshot:
        _last[:] = [(snapshot, {(): tuple([_subject(commit, snapshot) for commit in snapshot.commits])})]
    return _last[0][1]


_CERTAIN = ("certain",)
_last: list[tuple[Snapshot, dict[tuple[str, ...], tuple[Subject, ...]]]] = []


def undecodable(snapshot: Snapshot) -> Iterator[NotJudged]:
    """The subjects that nobody can read."""
    for subject in subjects(snapshot):
        if not subject.exempt and not subject.decodable:
            why = "its subject is not UTF-8; write it in UTF-8 and leave i18n.commitEncoding unset"
            yield NotJudged(subject.name, why)


def _subject(commit: Commit, snapshot: Snapshot) -> Subject:
    lines = tuple(commit.message.removesuffix("\n").split("\n"))  # LF alone ends a line
    at = 0 if lines[0][:1].isalnum() else next((n for n, line in enumerate(lines) if line.strip(" \t\r")), -1)
    if at < 0:
        return Subject(commit, exempt="empty")
    header = parse(lines[at].rstrip(" \t\r"))
    return Subject(commit, lines, at, header, _exemption(commit, header.text, snapshot), _decodable(header.text))


def _exemption(commit: Commit, text: str, snapshot: Snapshot) -> Exemption:
    making = commit.id is None
    if len(commit.parents) >= 2 or (making and snapshot.operation == "merge"):
        return "merge"
    if text.startswith(_UNDOING) and _reverts(commit, text, snapshot.known):
        return "revert"
    # Over a range `commit-autosquash` refuses them instead; a title that a squash merge would write has no such excuse.
    if text.startswith(AUTOSQUASH) and not (making and {"ci", "pre-receive"} & {*snapshot.stages}):
        return "autosquash"
    if text == "Initial commit" and not commit.parents and (snapshot.unborn or not making):
        return "initial"
    return ""


def _reverts(commit: Commit, text: str, known: frozenset[str] | None) -> bool:
    """The form that git gives a revert, of a commit that exists where that was looked up."""
    if not re.fullmatch(_REVERT, text):
        return False
    named = re.findall(_REVERTS, commit.message)
    return any(known is None or sha in known for sha in named)


def _decodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
