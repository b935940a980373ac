"""Footers: by the specification's token rule, and by git's narrower rule for trailers."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_FOOTER = r"(?s:(?P<token>BREAKING[ -]CHANGE|[A-Za-z][A-Za-z0-9-]*+)(?P<separator>: | #|:(?=\Z))(?P<value>.*))"
_TRAILER = r"(?s:(?P<token>[A-Za-z0-9-]++)[ \t]*+:(?P<value>.*))"
_BY_GIT = ("Signed-off-by: ", "(cherry picked from commit ")


class Footer(NamedTuple):
    """One footer or trailer; `line` counts from 0 in the message."""

    token: str
    separator: str
    value: str
    line: int


def footer(line: str) -> re.Match[str] | None:
    """Read one line as the start of a footer: token, `: ` or ` #`, value."""
    return re.match(_FOOTER, line)


def footers(lines: Sequence[str], at: int) -> tuple[Footer, ...]:
    """The footers of a message whose header is line `at`: from the first paragraph that opens with one."""
    first = next((n for n in range(at + 2, len(lines)) if not lines[n - 1].strip() and footer(lines[n])), len(lines))
    found: list[tuple[str, str, list[str], int]] = []
    for number in range(first, len(lines)):
        start = footer(lines[number])
        if start:
            found.append((start["token"], start["separator"].strip(), [start["value"]], number))
        else:  # a value may span lines and paragraphs (item 10)
            found[-1][2].append(lines[number])
    return tuple(Footer(token, mark, "\n".join(value).strip(), line) for token, mark, value, line in found)


def breaking(lines: Sequence[str], at: int) -> bool:
    """Whether a sound BREAKING CHANGE footer begins a line below the header's blank line."""
    return any(map(_breaks, lines[at + 2 :]))


def breaks(lines: Sequence[str], at: int) -> Iterator[str]:
    """What each of these footers says, up to the next footer or the end of its paragraph."""
    for number in range(at + 2, len(lines)):
        if _breaks(lines[number]):
            below = range(number + 1, len(lines))
            end = next((n for n in below if not lines[n].strip() or footer(lines[n])), len(lines))
            yield "\n".join(lines[number:end])[len("BREAKING CHANGE:") :].strip()


def _breaks(line: str) -> bool:
    return line.startswith(("BREAKING CHANGE: ", "BREAKING-CHANGE: ")) or line in _OPEN


_OPEN = frozenset({"BREAKING CHANGE:", "BREAKING-CHANGE:"})  # the text follows on the next line


def trailers(lines: Sequence[str], at: int) -> tuple[Footer, ...]:
    """The trailers as git reads them: the last paragraph, if enough of it is trailers; folded values unfolded."""
    start = end = len(lines)
    while end > at and not lines[end - 1].strip():
        start = end = end - 1
    while start > at and lines[start - 1].strip():
        start -= 1
    if start <= at:  # the only paragraph holds the subject
        return ()
    block = tuple(_block(lines, start, end))
    others = sum(1 for entry in block if not entry.token)
    by_git = any(lines[entry.line].startswith(_BY_GIT) for entry in block)
    read = tuple(entry for entry in block if entry.token and entry.separator)
    count = len(block) - others
    return read if count and (not others or (by_git and count * 3 >= others)) else ()


def _block(lines: Sequence[str], start: int, end: int) -> Iterator[Footer]:
    """One entry for each line that is not folded into the one before; no token where it is no trailer."""
    folded: list[list[int]] = []
    for number in range(start, end):
        if folded and lines[number][:1] in {" ", "\t"}:
            folded[-1].append(number)
        else:
            folded.append([number])
    for first, *others in folded:
        found = re.match(_TRAILER, lines[first])
        if lines[first].startswith(_BY_GIT[1]):
            yield Footer(_BY_GIT[1], "", lines[first], first)
        elif found:
            value = " ".join((found["value"].strip(), *(lines[number].strip() for number in others)))
            yield Footer(found["token"], ":", value, first)
        else:
            yield Footer("", "", lines[first], first)
