"""What a text adds to the one before it: two versions of a file mostly begin and end alike."""

from collections.abc import Callable, Sequence

from mlgovern.record import NamedTuple


class Part(NamedTuple):
    """Whole lines of a text, from one character to another."""

    text: str
    start: int
    end: int


class Piece(NamedTuple):
    """Lines in which something may be assigned, with the line behind them; then what a value may go on into. Bytes are UTF-8."""

    text: str | bytes
    ahead: str | bytes = ""


class Look(NamedTuple):
    """What lines tell, by kind, and the pieces of a text in which something may be assigned."""

    kinds: int = 0
    pieces: Sequence[Piece] = ()


def whole(text: str) -> Part:
    """All lines of a text."""
    return Part(text, 0, len(text))


def added(text: str, before: str) -> Part:
    """The lines of a text between those with which it begins and ends like another."""
    most = min(len(text), len(before))
    alike, limit = 0, most
    while alike < limit:
        middle = (alike + limit + 1) // 2
        if text.startswith(before[alike:middle], alike):
            alike = middle
        else:
            limit = middle - 1
    low, limit, size, last = 0, most - alike, len(text), len(before)
    while low < limit:
        middle = (low + limit + 1) // 2
        if text.startswith(before[last - middle : last - low], size - middle):
            low = middle
        else:
            limit = middle - 1
    return Part(text, text.rfind("\n", 0, alike) + 1, line_end(text, size - low))


def begun(part: Part, before: int) -> Part:
    """A part that begins so many characters before."""
    start = part.start - before
    return part._replace(start=part.text.rfind("\n", 0, start) + 1 if start > 0 else 0) if before else part


def widened(part: Part, tells: Callable[[str], bool], quiet: Callable[[Sequence[str]], bool]) -> Part:
    """A part with the runs of telling lines that it touches, and the line behind the last of them.

    `quiet` says at once of some lines that none tells, as round most parts.
    """
    text, start, end = part
    above, after = text.rfind("\n", 0, start - 1) + 1 if start else 0, line_end(text, end + 1)
    final = text[max(text.rfind("\n", start, end) + 1, start) : end]
    if quiet((text[above : max(start - 1, 0)], final, text[end + 1 : after])):
        return part
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        if not tells(text[above : start - 1]):
            break
        start = above
    last = end < len(text) and tells(text[max(text.rfind("\n", start, end) + 1, start) : end])
    while end < len(text):
        after = line_end(text, end + 1)
        last, before = tells(text[end + 1 : after]), last
        if not (last or before):
            break
        end = after
    return Part(text, start, end)


def line_end(text: str, place: int) -> int:
    """Where the line of a character ends."""
    end = text.find("\n", place)
    return end if end >= 0 else len(text)
