"""Below the subject: line lengths, breaking changes that tools would overlook, and required trailers."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Annotated

from mlgovern.anew import redone
from mlgovern.bots import BOTS
from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import MORE, Allowed, Maximum, Must, Stricter
from mlgovern.finding import Finding
from mlgovern.record import NamedTuple
from mlgovern.rule import Pattern, Verdicts
from mlgovern.rules.commits.breaking import announced, near_misses
from mlgovern.rules.commits.characters import MOST
from mlgovern.rules.commits.exempt import Subject, subjects
from mlgovern.rules.commits.footers import footer
from mlgovern.rules.commits.suggest import pasteable, quoted
from mlgovern.rx import holds
from mlgovern.trailers import trailers


class Width(NamedTuple):
    """Characters of a line of the body; links, tables, code, quotes and trailers may be longer."""

    width: Maximum = 100
    bots: Allowed[str] = BOTS


class Trailers(NamedTuple):
    """Trailers that every message ends with, each with a pattern of its value, and a pattern the message must hold."""

    required: Annotated[Mapping[str, Must], MORE] = {}  # token: pattern of the whole value; an empty pattern takes any
    mention: Must = Pattern("")  # looked for in the whole message, such as a ticket number
    merges: Stricter = False  # ask merge commits as well
    bots: Allowed[str] = BOTS


def commit_body_long_line(snapshot: Snapshot, settings: Width) -> Verdicts:
    """A line of the body is longer than agreed.

    Why: git does not wrap text, so a long line runs out of the terminal in every log.
    Mend: break the line
    """
    for subject in subjects(snapshot):
        if subject.exempt in {"empty", "merge", "revert"} or subject.by(settings.bots):
            continue
        for number in islice(_long(subject, settings.width), MOST):
            line = subject.lines[number].rstrip()
            message = f"line {number + 1} has {len(line)} characters, {settings.width} are the most: {quoted(line)}"
            mend = f"break line {number + 1} before column {settings.width + 1}"
            yield Finding(message, subject.place(settings.width, len(line), number), mend, key=quoted(line))


def _long(subject: Subject, width: int) -> Iterator[int]:
    """The lines that are too long and have a blank to break at, other than that behind the mark of a list."""
    if max(map(len, subject.lines)) <= width:
        return
    for number in _prose(subject):
        line = subject.lines[number].rstrip()
        if len(line) > width and " " in line[:width].lstrip(_MARKS).rstrip():
            yield number


_MARKS = " \t-*+.)0123456789"


def _prose(subject: Subject) -> Iterator[int]:
    """The lines of the body that could be broken."""
    lines = subject.lines
    end = len(lines)
    while end > subject.at + 1 and lines[end - 1].startswith("#"):  # comments that git may still drop
        end -= 1
    code = trailer = False
    for number in range(subject.at + 1, end):
        line, text = lines[number], lines[number].strip()
        if text.startswith(("```", "~~~")):
            code = not code
        trailer = bool(footer(line)) or (trailer and line[:1] in {" ", "\t"})
        coded = code or line.startswith(("    ", "\t")) or (text.startswith("`") and text.endswith("`"))
        if not (coded or trailer or text.startswith((">", "|")) or "://" in line or line.count("|") > 1):
            yield number


def commit_breaking_near_miss(snapshot: Snapshot, settings: object) -> Verdicts:  # noqa: ARG001
    """A breaking change is written so that release tools overlook it.

    Why: only `BREAKING CHANGE: …` at a line's start, or an exclamation mark before the colon, makes a major version.
    Mend: write `BREAKING CHANGE: ` in capitals, with a colon and a blank, at the start of a line below the body
    """
    for subject in subjects(snapshot):
        for number, near, what in islice(near_misses(subject), MOST):
            line = subject.lines[number].rstrip()
            message = f"{what}, so release tools overlook it: {quoted(line)}"
            place = subject.place(*near.span("words"), number)
            yield Finding(message, place, _line(near), key=quoted(line))


def _line(near: re.Match[str]) -> str:
    rest = announced(near) or "what breaks, and what to do"
    return pasteable(f"BREAKING CHANGE: {rest}", "begin a line with BREAKING CHANGE, a colon and a blank")


def commit_trailer_missing(snapshot: Snapshot, settings: Trailers) -> Verdicts:
    """The message lacks a trailer or a mention that the policy asks for.

    Why: a sign-off or a ticket number ties a commit to the person or the work that answers for it.
    Mend: git commit --amend --trailer "TOKEN: VALUE", or --signoff for a sign-off
    """
    passed = {"empty", "autosquash", "" if settings.merges else "merge"}
    for subject in subjects(snapshot):
        if (subject.exempt and subject.exempt in passed) or subject.by(settings.bots):
            continue
        found = trailers(subject.lines, subject.at) if settings.required else ()
        for token, pattern in settings.required.items():
            values = [entry.value for entry in found if entry.token.lower() == token.lower()]
            if not any(_holds(pattern, value, whole=True) for value in values):
                yield _lacking(subject, token, pattern, values, snapshot)
        if settings.mention and not _holds(settings.mention, "\n".join(subject.lines), whole=False):
            message = f"the message mentions nothing of the form {settings.mention}"
            yield Finding(
                message, subject.place(), f"mention {settings.mention} in the subject or the body", key="mention"
            )


def _lacking(subject: Subject, token: str, pattern: str, values: list[str], snapshot: Snapshot) -> Finding:
    form = f" of the form {pattern}" if pattern else ""
    message = (
        f"the trailer {token} has no value{form}" if values else f"the last paragraph has no trailer {token}{form}"
    )
    mend = f'end the message with "{token}: VALUE"'
    if token.lower() == "signed-off-by":
        making = subject.commit.id is None
        mend = "git commit --signoff" if making else redone(subject.commit, snapshot, "--signoff")
    return Finding(message, subject.place(), mend, key=token)


def _holds(pattern: str, text: str, *, whole: bool) -> bool:
    return holds(pattern, text, whole=whole) if pattern else bool(text.strip())
