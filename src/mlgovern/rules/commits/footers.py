"""Footers by the specification's token rule; git's narrower one is that of trailers."""

import re
from collections.abc import Iterator, Sequence

from mlgovern.record import NamedTuple

_FOOTER = r"(?s:(?P<token>BREAKING[ -]CHANGE|[A-Za-z][A-Za-z0-9-]*+)(?P<separator>: | #|:(?=\Z))(?P<value>.*))"


class Footer(NamedTuple):
    """One footer, from its token to the last character of its value; all counted from 0 in the message."""

    token: str
    separator: str
    value: str
    line: int
    end_line: int
    end_column: int


def footer(line: str) -> re.Match[str] | None:
    """Read one line as the start of a footer: token, `: ` or ` #`, value."""
    return re.match(_FOOTER, line)


def footers(lines: Sequence[str], at: int) -> tuple[Footer, ...]:
    """The footers of a message whose header is line `at`: from the first paragraph that opens with one."""
    first = next((n for n in range(at + 2, len(lines)) if not lines[n - 1].strip() and footer(lines[n])), len(lines))
    starts = [(number, start) for number in range(first, len(lines)) if (start := footer(lines[number]))]
    ends = [number for number, _ in starts[1:]] + [len(lines)]  # a value may span lines and paragraphs (item 10)
    return tuple([_footer(lines, number, start, end) for (number, start), end in zip(starts, ends, strict=False)])


def _footer(lines: Sequence[str], number: int, start: re.Match[str], end: int) -> Footer:
    value = "\n".join((start["value"], *lines[number + 1 : end])).strip()
    last = next((n for n in range(end - 1, number, -1) if lines[n].strip()), number)
    return Footer(start["token"], start["separator"].strip(), value, number, last, len(lines[last].rstrip()))


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
