"""Whose subject is judged: exemptions go by the structure of a commit, never by its text alone."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mlgovern.bots import any_called
from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.finding import NotJudged, Place
from mlgovern.rules.commits.header import Header, parse

Exemption = Literal["", "empty", "merge", "revert", "autosquash", "initial"]

_REVERT = r'(?s:(?:Revert|Reapply) ".*"(?: \([#!]\d++\))?)'
_REVERTS = r"(?m:^This reverts commit ([0-9a-f]{7,64}+)(?![0-9A-Za-z]))"
_AUTOSQUASH = ("fixup! ", "squash! ", "amend! ")


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
        end = len(self.lines[line]) if end is None else end
        return Place(line=line + 1, column=start + 1, end_line=line + 1, end_column=end + 1, commit=self.commit.id)

    def by(self, names: tuple[str, ...]) -> bool:
        """Whether author or committer has one of these names or addresses."""
        return any_called(names, (self.commit.author, self.commit.committer))


def subjects(snapshot: Snapshot) -> tuple[Subject, ...]:
    """Every message under judgement, the exempt ones included."""
    if not _last or _last[0][0] is not snapshot:  # every rule of the family asks for the same commits
        _last[:] = [(snapshot, tuple(_subject(commit, snapshot) for commit in snapshot.commits))]
    return _last[0][1]


_last: list[tuple[Snapshot, tuple[Subject, ...]]] = []


def headers(snapshot: Snapshot, *, initial: bool = True, merges: bool = False) -> Iterator[Subject]:
    """The subjects that the header rules judge; `initial` passes "Initial commit" on a root commit."""
    wanted = {"", "" if initial else "initial", "merge" if merges else ""}
    for subject in subjects(snapshot):
        if subject.exempt in wanted and subject.decodable:
            yield subject


def undecodable(snapshot: Snapshot) -> Iterator[NotJudged]:
    """The subjects that nobody can read."""
    for subject in subjects(snapshot):
        if not subject.exempt and not subject.decodable:
            why = "its subject is not UTF-8; write it in UTF-8 and leave i18n.commitEncoding unset"
            yield NotJudged(subject.name, why)


def _subject(commit: Commit, snapshot: Snapshot) -> Subject:
    lines = tuple(commit.message.removesuffix("\n").split("\n"))  # LF alone ends a line
    at = next((number for number, line in enumerate(lines) if line.strip(" \t\r")), None)
    if at is None:
        return Subject(commit, exempt="empty")
    text = lines[at].rstrip(" \t\r")
    subject = Subject(commit, lines, at, parse(text), decodable=_decodable(text))
    return subject._replace(exempt=_exemption(subject, snapshot))


def _exemption(subject: Subject, snapshot: Snapshot) -> Exemption:
    commit = subject.commit
    making = commit.id is None
    if len(commit.parents) >= 2 or (making and snapshot.operation == "merge"):
        return "merge"
    if _reverts(subject, snapshot.known):
        return "revert"
    # Over a range `commit-autosquash` refuses them instead; a title that a squash merge would write has no such excuse.
    if subject.text.startswith(_AUTOSQUASH) and not (making and {"ci", "pre-receive"} & {*snapshot.stages}):
        return "autosquash"
    if subject.text == "Initial commit" and not commit.parents and (snapshot.unborn or not making):
        return "initial"
    return ""


def _reverts(subject: Subject, known: frozenset[str] | None) -> bool:
    """The form that git gives a revert, of a commit that exists where that was looked up."""
    if not subject.text.startswith(('Revert "', 'Reapply "')) or not re.fullmatch(_REVERT, subject.text):
        return False
    named = re.findall(_REVERTS, "\n".join(subject.lines[subject.at + 1 :]))
    return any(known is None or sha in known for sha in named)


def _decodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
