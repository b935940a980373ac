"""How a subject reads: its length, its mood, its capitals and its end."""

import re
from typing import Literal

from mlgovern.bots import BOTS
from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Fixed, Hint, Maximum, Stricter
from mlgovern.finding import Finding, Severity
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts
from mlgovern.rules.commits.correct import KNOWN, bare, corrected, full_stop
from mlgovern.rules.commits.exempt import headers
from mlgovern.rules.commits.header import parse
from mlgovern.rules.commits.mood import mood
from mlgovern.rules.commits.passive import passive
from mlgovern.rules.commits.suggest import quoted


class Length(NamedTuple):
    """Characters of the subject; a trailing pull request number, ` (#123)`, is free."""

    warn: Maximum = 72
    max: Maximum = 100
    merges: Stricter = False  # judge merge commits as well
    bots: Allowed[str] = BOTS


class Bots(NamedTuple):
    """Authors or committers, by name or address, who are not asked for style."""

    bots: Allowed[str] = BOTS
    types: Hint[tuple[str, ...]] = KNOWN  # for the mend


class Verbs(NamedTuple):
    """Words that are no flaw as a verb, and authors who are not asked for style."""

    exempt: Allowed[str] = ()
    bots: Allowed[str] = BOTS
    types: Hint[tuple[str, ...]] = KNOWN  # for the mend


class Case(NamedTuple):
    """How the subject after the type begins."""

    case: Fixed[Literal["any", "lower", "sentence"]] = "any"
    bots: Allowed[str] = BOTS
    types: Hint[tuple[str, ...]] = KNOWN  # for the mend


def commit_header_long(snapshot: Snapshot, settings: Length) -> Verdicts:
    """The subject is longer than a log shows in one line.

    Why: logs, mails and forges cut a long subject off, and its end is often what matters.
    Mend: shorten the subject; the reasons belong in the body, after a blank line
    """
    for subject in headers(snapshot, merges=settings.merges):
        if len(subject.header.text) <= settings.warn:
            continue
        length = len(bare(subject.text))
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
        if "." not in subject.header.text[-24:]:  # in front of a pull request's number, at the latest
            continue
        front = bare(subject.text)
        number = full_stop(front)
        if number and not subject.by(settings.bots):
            place = subject.place(len(front) - number, len(front))
            mend = corrected(subject.text, settings.types) or "leave the full stop out"
            yield Finding(f"the subject ends with a full stop: {_end(front)}", place, mend)


def _end(text: str) -> str:
    return quoted(text if len(text) <= 60 else "…" + text[-59:])


def commit_not_imperative(snapshot: Snapshot, settings: Verbs) -> Verdicts:
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
            message, mend = (
                f"{quoted(flaw.word)} goes without saying; a subject begins with its verb",
                "begin with the verb",
            )
        else:
            wanted = f"write {quoted(f'{flaw.base} …')}" if flaw.base else "write the verb as a command"
            message, mend = f"{quoted(flaw.word)} is {_KINDS[flaw.kind]}, not the imperative; {wanted}", wanted
        start = header.description_at + flaw.start
        yield Finding(
            message, subject.place(start, start + len(flaw.word)), corrected(subject.text, settings.types) or mend
        )


_KINDS = {"past tense": "past tense", "third person": "third person", "gerund": "a gerund"}


def commit_passive_subject(snapshot: Snapshot, settings: Verbs) -> Verdicts:
    """The subject ends with its verb.

    Why: in "Connection to db added" what was done comes last, where logs cut it off; "Add connection to db" reads at once.
    Mend: begin with the verb, as a command
    """
    exempt = {word.lower() for word in settings.exempt}
    for subject in headers(snapshot):
        header = subject.header
        flaw = passive(bare(header.description))
        if flaw is None or flaw.word.lower() in exempt or subject.by(settings.bots):
            continue
        place = subject.place(header.description_at + flaw.start, header.description_at + flaw.end)
        message = f"the subject ends with its verb, {quoted(flaw.word)}; a command begins with it"
        written = corrected(subject.text, settings.types) if flaw.active else ""
        yield Finding(
            message, place, written or (flaw.active and f"write {quoted(flaw.active)}") or "begin with the verb"
        )


def commit_subject_case(snapshot: Snapshot, settings: Case) -> Verdicts:
    """The subject does not begin in the letter case that was agreed.

    Why: a log in which every subject begins alike is read faster; names and acronyms keep their capitals.
    Mend: begin with a small letter under `lower`, with a capital under `sentence`
    """
    for subject in headers(snapshot) if settings.case != "any" else ():
        header = subject.header
        begun = misbegun(header.description, settings.case)
        if begun is not None and not subject.by(settings.bots):
            first, wanted = begun
            kind = "a small letter" if settings.case == "lower" else "a capital"
            place = subject.place(header.description_at, header.description_at + len(first))
            mend = _begun(corrected(subject.text, settings.types), settings.case) or f"begin with {quoted(wanted)}"
            yield Finding(f"the subject begins with {quoted(first)}; {kind} is wanted", place, mend)


def misbegun(description: str, case: str) -> tuple[str, str] | None:
    """The first word and how it is wanted, where that differs."""
    word = re.match(_FIRST, description)
    if word is None or case == "any":
        return None
    first = word[0]
    wanted = first.lower() if case == "lower" else first[:1].upper() + first[1:]
    plain = first[1:].islower() if case == "lower" else first.islower()
    return (first, wanted) if plain and first != wanted else None  # `README`, `GitHub`, `I` and `iOS` are names


def _begun(text: str | None, case: str) -> str:
    at = parse(text).description_at if text else 0
    return f"{text[:at]}{text[at].lower() if case == 'lower' else text[at].upper()}{text[at + 1 :]}" if text else ""


_FIRST = r"[^\W\d_]++(?=[\s,;:!?]|\Z)"
