"""What a text tells of a secret, in one pass of an engine that looks for all words and formats at once.

The engine only points: what it points at is confirmed by the same functions that look without it.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.assignments import TELLING, line_tells, tells
from mlgovern.rules.secrets.keyblocks import MARKS
from mlgovern.rules.secrets.lines import HOLDS, KELVIN, KEY, LOOSE, TELLS, holds
from mlgovern.rules.secrets.parts import Look, Part, Piece, line_end
from mlgovern.rules.secrets.tokens import loose_gates, patterns
from mlgovern.rules.secrets.urls import QUERY

_LONGEST_CHARACTER = 4  # bytes

Search = Callable[[bytes], list[tuple[int, int]] | None]  # which expressions end where, each time; or nothing is known


class Expression(NamedTuple):
    """One thing to look for, and what it tells."""

    pattern: bytes
    kind: int
    nocase: bool = False

    @property
    def once(self) -> bool:
        """Its place does not matter."""
        return self.kind in {KEY, LOOSE}


def expressions() -> tuple[Expression, ...]:
    """All that `lines.classified` looks for, or more."""
    found = [Expression(_widened(pattern).encode(), HOLDS) for pattern in patterns()]
    found += [Expression(rb"://[^\s@]+@", HOLDS), Expression(_widened(QUERY).encode(), HOLDS)]
    found += [Expression(re.escape(word).encode(), KEY) for word in MARKS]
    found += [Expression(re.escape(word).encode(), LOOSE) for word in loose_gates()]
    found += [Expression(re.escape(word).encode(), TELLS, nocase=True) for word in TELLING]
    return (*dict.fromkeys(found), Expression(KELVIN.encode(), TELLS))


class Sweep:
    """The look at a text through an engine for `expressions`; in the place of `Lines`, but with nothing to remember."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._kinds = [expression.kind for expression in expressions()]

    def learn(self, _texts: Iterable[str]) -> None:
        """Every text is looked at by itself."""

    def forget(self) -> bool:
        """There is always room."""
        return False

    def tells(self, line: str) -> bool:
        """Whether a line tells of an assignment."""
        return KELVIN in line or line_tells(line)

    def quiet(self, lines: Iterable[str]) -> bool:
        """Whether none of some lines tells: no word goes beyond its line."""
        text = "\n".join(lines)
        return KELVIN not in text and not tells(text)

    def look(self, part: Part, ahead: int = 0) -> Look:
        """What a whole text tells; its pieces go so many characters further."""
        own = part.text[part.start : part.end].encode("utf-8", "surrogatepass")
        found = self._search(own)
        if found is None:
            return Look(HOLDS)
        kinds, holding, telling = 0, [], []
        for number, end in found:
            kind = self._kinds[number]
            if kind == TELLS:
                telling.append(end - 1)
            elif kind == HOLDS:
                holding.append(end - 1)
            kinds |= kind
        if holding and not any(_confirmed(own, holding)):
            kinds &= ~HOLDS
        if kinds & HOLDS or not telling:
            return Look(kinds)
        end = line_end(part.text, part.end + 1) + 1 + ahead
        data = own + part.text[part.end : end].encode("utf-8", "surrogatepass")
        return Look(kinds, _pieces(data, telling, ahead * _LONGEST_CHARACTER))


def _confirmed(data: bytes, places: list[int]) -> Iterator[bool]:
    """Whether the lines of these places hold a secret; each line once."""
    after = 0
    for place in sorted(places):
        if place >= after:
            start = data.rfind(b"\n", 0, place) + 1
            after = _line_end(data, place) + 1
            yield any(True for _ in holds(data[start:after].decode("utf-8", "surrogatepass")))


def _pieces(data: bytes, places: list[int], ahead: int) -> list[Piece]:
    """The runs of the lines of these places, each with the line behind it, where a value may stand."""
    runs: list[tuple[int, int]] = []
    begin = after = 0  # of the run: where it begins, and where the line behind it does
    for place in sorted(places):
        if place < after:
            continue
        start = data.rfind(b"\n", after, place) + 1 or after
        if start != after and after:
            runs.append((begin, _line_end(data, after) + 1))
        if start != after or not after:
            begin = start
        after = _line_end(data, place) + 1
    if after:
        runs.append((begin, _line_end(data, after) + 1))
    return [Piece(data[start:end], _whole_characters(data, end, end + ahead)) for start, end in runs]


def _whole_characters(data: bytes, start: int, end: int) -> bytes:
    while start < end < len(data) and data[end] & 0xC0 == 0x80:  # within a character
        end += 1
    return data[start:end]


def _line_end(data: bytes, place: int) -> int:
    end = data.find(b"\n", place)
    return end if end >= 0 else len(data)


_FEW = 64  # repetitions that an engine can count at little cost
_PARTS = re.compile(r"\[(?:\\.|[^\]])+\]|\\.|(?P<mark>[*+?])\+|\{(?P<least>\d+)(?:,(?P<most>\d*))?\}\+?")


def _widened(pattern: str) -> str:
    """A pattern for an engine without possessive quantifiers; a long repetition ends at its least, or nowhere."""
    return _PARTS.sub(_wide, pattern)


def _wide(found: re.Match[str]) -> str:
    least, most = found["least"], found["most"]
    if least is None:
        return found["mark"] or found[0]
    if most is None or (most and int(most) <= _FEW):
        return found[0].removesuffix("+")
    return f"{{{least}}}" if found.end() == len(found.string) else f"{{{least},}}"
