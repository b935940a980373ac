"""Which suppressions there are in a snapshot, and which of them count."""

import re
from collections.abc import Iterable, Iterator

from mlgovern.facts.snapshot import NEEDLE, File, Snapshot
from mlgovern.finding import Finding, Place
from mlgovern.lines import Lines, Versions
from mlgovern.policy.model import SECRETS, Policy
from mlgovern.record import NamedTuple
from mlgovern.rx import rx
from mlgovern.suppressions.cells import cells
from mlgovern.suppressions.comments import MARK, Asked, comments, foreign
from mlgovern.suppressions.past import Past

INLINE = "inline: "
WITHHELD = "its reason repeats what it hides"

_VALUE = rx(r"""\"([^\"]{4,200})\"|'([^']{4,200})'|[=:][ \t]*+([^\s"'#,;]{4,200})""")
_WORD = rx(r"[A-Za-z0-9_+/=.-]{10,200}")
_TELLING = 6  # characters of a value that already tell too much of it
_MOST = 200_000  # characters that are compared; where there are more, no reason is shown


class Suppression(NamedTuple):
    """One rule that one comment names, for one version of a file."""

    rule: str
    place: Place  # where it stands
    covers: int | None  # a line; None: the whole cell
    why: str  # as the report says it
    foreign: bool = False
    fault: str = ""  # why it does not count
    told: bool = False  # it stands in a file under judgement as it is now: its fault is worth telling
    due: bool = False  # and its rule looked at that file: so is that it hides nothing
    also: bool = False  # the tree holds the same version, so it speaks of findings without a commit as well

    def hides(self, finding: Finding) -> bool:
        """Whether this is the finding that it was written for."""
        place = finding.place
        if self.fault or self.rule != finding.rule or self.place.path != place.path:
            return False
        if place.commit != self.place.commit and not (self.also and place.commit is None):
            return False
        if self.covers is None:
            return place.cell == self.place.cell
        return self.covers in {place.line, place.end_line}


class Secrets:
    """What the findings of one file speak of, to keep it out of the reasons that are shown."""

    def __init__(self, texts: Iterable[str]) -> None:
        every = [text for text in texts if text]
        self._short = {text for text in every if len(text) < _TELLING}
        self._many = sum(map(len, every)) > _MOST
        self._parts = {part for text in every for part in _parts(text)} if not self._many else set()

    def told_by(self, reason: str) -> bool:
        """Whether a reason tells a part of any of them."""
        return self._many or any(text in reason for text in self._short) or not self._parts.isdisjoint(_parts(reason))


def _parts(text: str) -> Iterator[str]:
    return (text[at : at + _TELLING] for at in range(len(text) - _TELLING + 1))


def _repeats(reason: str, line: str) -> bool:
    """Whether a reason has a whole value of the line that it speaks of; it may be a password that nothing found."""
    values = {value for found in _VALUE.finditer(line) for value in found.groups() if value}
    return any(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", reason) for value in values if value in reason)


def _stands_elsewhere(reason: str, text: str) -> bool:
    """Whether a reason has a word that may be a secret, for which nothing looks, and that stands in the file once more."""
    words = {word for word in _WORD.findall(reason) if not word.isalpha() and not word.isdigit()}
    return any(text.count(word) > reason.count(word) for word in words)


class Subject(NamedTuple):
    """One version of a file, what was found in it, and whether it is under judgement."""

    place: Place
    lines: Lines
    findings: tuple[Finding, ...]
    judged: bool  # as it is now
    also: bool
    speaks: bool  # our name is in it


class Gathering(NamedTuple):
    """By what suppressions are weighed: the policy, the rules that looked at the files, and what the change began with."""

    policy: Policy
    ran: frozenset[str]
    past: Past | None = None


def gathered(
    snapshot: Snapshot, findings: Iterable[Finding], policy: Policy, ran: frozenset[str]
) -> Iterator[Suppression]:
    """The suppressions in files under judgement, and in those that findings speak of."""
    weighing = Gathering(policy, ran, Past(snapshot) if policy.inline_suppressions == "deny" else None)
    for subject in _subjects(snapshot, findings, aliased=weighing.past is None or snapshot.scope == "all"):
        yield from _ours(subject, weighing)
        if policy.foreign_suppressions != "ignore":
            yield from _others(subject, weighing)


def _subjects(snapshot: Snapshot, findings: Iterable[Finding], *, aliased: bool) -> Iterator[Subject]:
    versions = Versions(snapshot)
    found: dict[tuple[str, str | None], list[Finding]] = {}
    for finding in findings:
        if finding.place.path is not None:
            found.setdefault((finding.place.path, finding.place.commit), []).append(finding)
    judged = {(file.path, file.commit): file for file in snapshot.files}
    if snapshot.scope == "whole":  # its files come in batches of their own, with what is found in them
        found = {key: told for key, told in found.items() if key not in judged}
        judged = {}
    speaking = dict.fromkeys(key for key, file in judged.items() if NEEDLE in (snapshot.read(file) or b""))
    for path, commit in dict.fromkeys((*found, *speaking)):
        lines = versions.at(path, commit)
        if lines is not None:
            file = judged.get((path, commit))
            now = file is not None and _is_now(snapshot, file)
            here = tuple(found.get((path, commit), ()))
            speaks = (path, commit) in speaking or (file is None and NEEDLE in lines.data)
            yield Subject(Place(path, commit=commit), lines, here, now, now and aliased, speaks)


def _is_now(snapshot: Snapshot, file: File) -> bool:
    """Whether the tree holds this very version."""
    held = snapshot.tracked.get(file.path)
    return held is not None and held.blob == file.blob


def _ours(subject: Subject, weighing: Gathering) -> Iterator[Suppression]:
    if not subject.speaks:
        return
    secrets = Secrets((*(subject.lines.excerpt(finding.place) for finding in subject.findings), *_held(subject)))
    for asked in (*comments(subject.lines), *cells(subject.lines)):
        telling = secrets.told_by(asked.reason) or _repeats(asked.reason, asked.text.partition(MARK)[0])
        telling = telling or _stands_elsewhere(asked.reason, subject.lines.text)
        why = INLINE + (WITHHELD if telling else asked.reason)
        place = subject.place._replace(line=asked.line, cell=asked.cell)
        for rule in asked.rules or ("",):
            fault = _fault(rule, asked, subject, weighing)
            due = subject.judged and rule in weighing.ran
            known = rule if fault != "unknown" else ""  # what is no rule could be anything, a secret too
            yield Suppression(known, place, asked.covers, why, False, fault, subject.judged, due, subject.also)


def _held(subject: Subject) -> Iterator[str]:
    """The secrets that a file holds, though no rule may have looked for them here."""
    from mlgovern.rules.secrets.names import EnvFiles
    from mlgovern.rules.secrets.scan import scan

    path = subject.place.path or ""
    for hit in scan(path, subject.lines.data, EnvFiles()):
        if hit.span is not None:
            line, column, end_line, end_column = hit.span
            yield subject.lines.excerpt(Place(path, line, column, end_line, end_column))


def _fault(rule: str, asked: Asked, subject: Subject, weighing: Gathering) -> str:
    decision = weighing.policy.decisions.get(rule)
    if decision is None:
        return "unknown"
    if not decision.waivable:
        return "fixed"
    if not asked.reason:
        return "reason"
    past, path = weighing.past, subject.place.path or ""
    return "added" if past is not None and not past.has(path, rule, asked.text) else ""


def _others(subject: Subject, weighing: Gathering) -> Iterator[Suppression]:
    for finding in subject.findings:
        decision, line = weighing.policy.decisions[finding.rule], finding.place.line
        if line is None or decision.outline.family != SECRETS or not decision.waivable:
            continue
        mark = foreign(subject.lines, line, finding.place.end_line or line)
        text = subject.lines.at(line)
        if mark and (weighing.past is None or weighing.past.has_mark(subject.place.path or "", text)):
            yield Suppression(finding.rule, subject.place, line, f"{INLINE}{mark}", foreign=True, also=subject.also)
