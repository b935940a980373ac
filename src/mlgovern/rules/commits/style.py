"""How a subject reads: its length, its mood, its capitals, its end, and what nobody can see in it."""

import re
from itertools import islice
from typing import Literal, NamedTuple

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Severity
from mlgovern.rule import Verdicts
from mlgovern.rules.commits.exempt import BOTS, headers
from mlgovern.rules.commits.header import INVISIBLE, Header
from mlgovern.rules.commits.mood import mood
from mlgovern.rules.commits.suggest import pasteable, quoted

MOST = 20  # findings of one rule in one message: the rest is shown once these are mended

_PULL_REQUEST = r" \([#!]\d++\)\Z"
_UNSEEN = rf"[{INVISIBLE}\x00-\x08\x0b-\x1f\x7f-\x9f]++"
_JOINERS = frozenset("\u200c\u200d")  # they join letters of Indic and Arabic script, and emoji
_CHARACTERS = {
    "\r": "a carriage return",
    "\ufeff": "a byte order mark (U+FEFF)",
    "\u200b": "a zero-width blank (U+200B)",
    "\u00ad": "a soft hyphen (U+00AD)",
}


class Length(NamedTuple):
    """Characters of the subject; a trailing pull request number, ` (#123)`, is free."""

    warn: int = 72
    max: int = 100
    merges: bool = False  # judge merge commits as well
    bots: tuple[str, ...] = BOTS


class Bots(NamedTuple):
    """Authors or committers, by name or address, who are not asked for style."""

    bots: tuple[str, ...] = BOTS


class FirstWord(NamedTuple):
    """First words that are no flaw, and authors who are not asked for style."""

    exempt: tuple[str, ...] = ()
    bots: tuple[str, ...] = BOTS


class Case(NamedTuple):
    """How the subject after the type begins."""

    case: Literal["any", "lower", "sentence"] = "any"
    bots: tuple[str, ...] = BOTS


def _bare(text: str) -> str:
    """Without the number that a forge appends when it squashes a pull request."""
    tail = re.compile(_PULL_REQUEST).search(text, max(0, len(text) - 24)) if text.endswith(")") else None
    return text[: tail.start()] if tail else text


def commit_header_long(snapshot: Snapshot, settings: Length) -> Verdicts:
    """The subject is longer than a log shows in one line.

    Why: logs, mails and forges cut a long subject off, and its end is often what matters.
    Mend: shorten the subject; the reasons belong in the body, after a blank line
    """
    for subject in headers(snapshot, merges=settings.merges):
        length = len(_bare(subject.text))
        limit = settings.max if length > settings.max else settings.warn
        if length > limit and not subject.by(settings.bots):
            message = f"the subject has {length} characters; {settings.warn} fit in a log, {settings.max} are the most"
            at_most = Severity.ERROR if length > settings.max else Severity.WARNING
            mend = f"shorten the subject to {settings.warn} characters; put the rest in the body after a blank line"
            yield Finding(message, subject.place(limit, length), mend, key="length", at_most=at_most)


def commit_full_stop(snapshot: Snapshot, settings: Bots) -> Verdicts:
    """The subject ends with a full stop.

    Why: a subject is a title; the full stop takes a character and says nothing.
    Mend: leave the full stop out
    """
    for subject in headers(snapshot):
        bare = _bare(subject.text)
        if not bare.endswith(".") or bare[:-1].endswith((".", " ", ":")) or subject.by(settings.bots):
            continue  # an ellipsis, or a path as in `ruff check .`
        end = len(bare)
        mend = bare[:-1] + subject.text[end:]
        yield Finding(
            f"the subject ends with a full stop: {_end(bare)}",
            subject.place(end - 1, end),
            pasteable(mend, "leave the full stop out"),
        )


def _end(text: str) -> str:
    return quoted(text if len(text) <= 60 else "…" + text[-59:])


def commit_not_imperative(snapshot: Snapshot, settings: FirstWord) -> Verdicts:
    """The subject is not in the imperative mood.

    Why: git itself writes "Merge" and "Revert"; a subject that completes "this commit will …" reads alike in every log.
    Mend: write "Add the loader", not "Added", "Adds" or "Adding the loader"
    """
    exempt = {word.lower() for word in settings.exempt}
    for subject in headers(snapshot):
        header = subject.header
        flaw = mood(header.description)
        if flaw is None or flaw.word.lower() in exempt or subject.by(settings.bots):
            continue
        if flaw.kind == "preamble":
            message, mend = f"{quoted(flaw.word)} says nothing that the commit does not", "begin with the verb"
        else:
            wanted = f"write {quoted(f'{flaw.base} …')}" if flaw.base else "write the verb as a command"
            message, mend = f"{quoted(flaw.word)} is {_KINDS[flaw.kind]}, not the imperative; {wanted}", wanted
        if flaw.base:
            mend = pasteable(_rewritten(header, flaw.start, flaw.end, flaw.base), mend)
        start = header.description_at + flaw.start
        yield Finding(message, subject.place(start, start + len(flaw.word)), mend)


_KINDS = {"past tense": "past tense", "third person": "third person", "gerund": "a gerund"}


def _rewritten(header: Header, start: int, end: int, word: str) -> str:
    at = header.description_at
    return header.text[: at + start] + word + header.text[at + end :]


def commit_subject_case(snapshot: Snapshot, settings: Case) -> Verdicts:
    """The subject does not begin in the letter case that was agreed.

    Why: a log in which every subject begins alike is read faster; names and acronyms keep their capitals.
    Mend: begin with a small letter under `lower`, with a capital under `sentence`
    """
    if settings.case == "any":
        return
    for subject in headers(snapshot):
        header = subject.header
        word = re.match(_FIRST, header.description)
        if word is None or subject.by(settings.bots):
            continue
        first = word[0]
        wanted = first.lower() if settings.case == "lower" else first[:1].upper() + first[1:]
        plain = first[1:].islower() if settings.case == "lower" else first.islower()
        if plain and first != wanted:  # `README`, `GitHub`, `I` and `iOS` are names
            kind = "a small letter" if settings.case == "lower" else "a capital"
            place = subject.place(header.description_at, header.description_at + len(first))
            mend = pasteable(_rewritten(header, 0, len(first), wanted), f"begin with {quoted(wanted)}")
            yield Finding(f"the subject begins with {quoted(first)}; {kind} is wanted", place, mend)


_FIRST = r"[^\W\d_]++(?=[\s,;:!?]|\Z)"


def commit_subject_invisible(snapshot: Snapshot, settings: object) -> Verdicts:  # noqa: ARG001
    """The subject holds a character that nobody can see.

    Why: a byte order mark hides the type from every tool, and bidirectional controls make a text read other than it is stored.
    Mend: type the subject again instead of pasting it
    """
    for subject in headers(snapshot):
        text, header = subject.text, subject.header
        if text.isprintable():
            continue
        mend = pasteable(re.sub(_UNSEEN, "", text), "type the subject again")
        for found in islice(re.finditer(_UNSEEN, text), MOST):
            start, end = found.span()
            if not _JOINERS.isdisjoint(found[0]) and text[start - 1 : start] > "\u02ff":
                continue
            name = _CHARACTERS.get(found[0][0], f"the invisible character U+{ord(found[0][0]):04X}")
            ahead = (end <= header.type_at or not header.type) and not text[:start].strip()
            message, place = f"the subject holds {name} in column {start + 1}", subject.place(start, end)
            yield Finding(message, place, mend, name, Severity.ERROR if ahead else Severity.WARNING)
