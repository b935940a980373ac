"""Footers by the specification's token rule; git's narrower one is that of trailers."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_FOOTER = r"(?s:(?P<token>BREAKING[ -]CHANGE|[A-Za-z][A-Za-z0-9-]*+)(?P<separator>: | #|:(?=\Z))(?P<value>.*))"


class Footer(NamedTuple):
    """One footer; `line` counts from 0 in the message."""

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
