"""Trailers: the lines `Token: value` that end a message, as git itself reads them."""

import re
from collections.abc import Iterator, Sequence

from mlgovern.facts.snapshot import Person
from mlgovern.record import NamedTuple

_TRAILER = r"(?s:(?P<token>[A-Za-z0-9-]++)[ \t]*+:(?P<value>.*))"
_PERSON = r"(?s:(?P<name>[^<]*+)<(?P<email>[^<>]*+)>)"
_PICKED = "(cherry picked from commit "
_BY_GIT = ("Signed-off-by: ", _PICKED)


class Trailer(NamedTuple):
    """One trailer, from its token to the last character of its value; all counted from 0 in the message."""

    token: str
    value: str
    line: int
    end_line: int
    end_column: int

    @property
    def person(self) -> Person | None:
        """Whom `NAME <ADDRESS>` names; None where there is no address."""
        found = re.match(_PERSON, self.value)
        return Person(found["name"].strip(), found["email"].strip()) if found else None


def trailers_of(message: str) -> tuple[Trailer, ...]:
    """The trailers of a whole message."""
    lines = message.removesuffix("\n").split("\n")  # LF alone ends a line
    return trailers(lines, next((number for number, line in enumerate(lines) if line.strip(" \t\r")), len(lines)))


def trailers(lines: Sequence[str], at: int) -> tuple[Trailer, ...]:
    """Those of a message whose header is line `at`: the last paragraph, if enough of it is trailers; folds undone."""
    start = end = len(lines)
    while end > at and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):  # git passes over comments
        start = end = end - 1
    while start > at and lines[start - 1].strip():
        start -= 1
    if start <= at:  # the only paragraph holds the subject
        return ()
    block = tuple(_block(lines, start, end))
    others = sum(entry.end_line - entry.line + 1 for entry in block if not entry.token)
    by_git = any(lines[entry.line].startswith(_BY_GIT) for entry in block)
    read = tuple(entry for entry in block if entry.token not in {"", _PICKED})
    count = sum(1 for entry in block if entry.token)
    return read if count and (not others or (by_git and count * 3 >= others)) else ()


def body(lines: Sequence[str], at: int) -> list[str]:
    """The lines below the header `at` that are neither trailers nor what git takes for comments."""
    trailing = {number for entry in trailers(lines, at) for number in range(entry.line, entry.end_line + 1)}
    numbers = (number for number in range(at + 1, len(lines)) if number not in trailing)
    return [lines[number] for number in numbers if not lines[number].startswith("#")]


def _block(lines: Sequence[str], start: int, end: int) -> Iterator[Trailer]:
    """One entry for each line that is not folded into the one before; no token where it is no trailer."""
    folded: list[list[int]] = []
    for number in range(start, end):
        if lines[number].startswith("#"):
            continue
        if folded and lines[number][:1] in {" ", "\t"}:
            folded[-1].append(number)
        else:
            folded.append([number])
    for first, *others in folded:
        found = re.match(_TRAILER, lines[first])
        last = others[-1] if others else first
        place = (first, last, len(lines[last].rstrip()))
        if lines[first].startswith(_PICKED):
            yield Trailer(_PICKED, lines[first], *place)
        elif found:
            value = " ".join((found["value"].strip(), *(lines[number].strip() for number in others))).strip()
            yield Trailer(found["token"], value, *place)
        else:
            yield Trailer("", lines[first], *place)
