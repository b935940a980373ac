"""What nobody can see in a message, and what makes it read other than it is stored."""

import re
from collections.abc import Iterator
from itertools import islice

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Severity
from mlgovern.rule import Verdicts
from mlgovern.rules.commits.correct import UNSEEN, corrected, joins
from mlgovern.rules.commits.exempt import Subject, headers, subjects
from mlgovern.rules.commits.structure import Typed
from mlgovern.rules.commits.suggest import quoted

MOST = 20  # findings of one rule in one message: the rest is shown once these are mended

_NAMES = {
    "\0": "a NUL byte",
    "\x0b": "a vertical tab",
    "\x0c": "a form feed",
    "\r": "a carriage return",
    "\x1b": "an escape character (U+001B)",
    "\x85": "a next-line character (U+0085)",
    "\xad": "a soft hyphen (U+00AD)",
    "\u200b": "a zero-width blank (U+200B)",
    "\u2028": "a line separator (U+2028)",
    "\u2029": "a paragraph separator (U+2029)",
    "\ufeff": "a byte order mark (U+FEFF)",
}
# What moves the cursor of a terminal, reorders text, splits a line for some tools alone, or is read by machines alone.
_DECEIVING = "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\U000e0000-\U000e007f]++"
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CLUMSY = frozenset("\x0b\x0c\x85\u2028\u2029")  # an accident, as a rule


def commit_subject_invisible(snapshot: Snapshot, settings: Typed) -> Verdicts:
    """The subject holds a character that nobody can see.

    Why: a byte order mark hides the type from every tool, and bidirectional controls make a text read other than it is stored.
    Mend: type the subject again instead of pasting it
    """
    for subject in headers(snapshot):
        text, header = subject.text, subject.header
        if text.isprintable():
            continue
        mend = corrected(text, settings.types) or "type the subject again"
        for found in islice(re.finditer(UNSEEN, text), MOST):
            start, end = found.span()
            if joins(found):
                continue
            name = _named(found[0][0])
            ahead = (end <= header.type_at or not header.type) and not text[:start].strip()
            message, place = f"the subject holds {name} in column {start + 1}", subject.place(start, end)
            yield Finding(message, place, mend, name, Severity.ERROR if ahead else Severity.WARNING)


def commit_body_invisible(snapshot: Snapshot, settings: object) -> Verdicts:  # noqa: ARG001
    """The body holds a character that hides or reorders what stands there.

    Why: a terminal obeys control characters, and bidirectional controls make a text read other than it is stored: a log
    then shows what nobody wrote. In merges and reverts, the subject is looked at as well.
    Mend: type the line again instead of pasting it
    """
    for subject in subjects(snapshot):
        if "".join(subject.lines).isprintable():
            continue
        for number, found in islice(_deceiving(subject), MOST):
            name = _named(found[0][0])
            at_most = Severity.WARNING if _CLUMSY.issuperset(found[0]) else Severity.ERROR
            message = f"line {number + 1} holds {name} in column {found.start() + 1}"
            place = subject.place(*found.span(), number)
            yield Finding(message, place, f"type line {number + 1} again", f"{name} {quoted(found.string)}", at_most)


def _deceiving(subject: Subject) -> Iterator[tuple[int, re.Match[str]]]:
    """Each such run by the number of its line; `commit-subject-invisible` looks at subjects that are judged."""
    for number in range(subject.at + (subject.exempt in {"", "initial"}), len(subject.lines)):
        line = subject.lines[number].rstrip(" \t\r")
        if not line.isprintable():
            yield from ((number, found) for found in re.finditer(_DECEIVING, line) if not joins(found))


def _named(char: str) -> str:
    code = f"U+{ord(char):04X}"
    usual = f"a bidirectional control ({code})" if char in _BIDIRECTIONAL else f"the invisible character {code}"
    return _NAMES.get(char, usual)
