"""What the lines of a text by themselves tell of a secret: most tell nothing, whatever stands around them.

Versions of a file share most of their lines, and each line is looked at once.
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import accumulate, compress, count
from operator import or_

from mlgovern.rules.secrets.assignments import telling_places
from mlgovern.rules.secrets.keyblocks import MARKS
from mlgovern.rules.secrets.parts import Look, Part, Piece, line_end
from mlgovern.rules.secrets.tokens import find_bound, loose_gates
from mlgovern.rules.secrets.urls import find_url_passwords

# A line holds a secret; a word of a key, or of a token that may stand on further lines; a word that tells of an assignment.
HOLDS, KEY, LOOSE, TELLS = 1, 2, 4, 8

KELVIN = "\u212a"  # its lower case is a k
_MOST_CHARACTERS = 8_000_000  # of the lines that are known to tell nothing
_MOST_TELLING = 200_000


class Lines:
    """What is known of the lines seen so far; never much more than a fixed amount."""

    def __init__(self) -> None:
        self._plain: set[str] = set()
        self._room = _MOST_CHARACTERS
        self._kinds: dict[str, int] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Look at the lines of some texts that are not known yet."""
        lines = set[str]().union(*(text.split("\n") for text in texts)).difference(self._plain, self._kinds)
        self._room -= sum(map(len, lines))
        found = classified(lines)
        self._kinds.update(found)
        self._plain |= lines.difference(found)

    def forget(self) -> bool:
        """Make room where there is none left; whether that was so."""
        if self._room >= 0 and len(self._kinds) <= _MOST_TELLING:
            return False
        self._plain.clear()
        self._kinds.clear()
        self._room = _MOST_CHARACTERS
        return True

    def tells(self, line: str) -> bool:
        """Whether a known line tells of an assignment."""
        return bool(self._kinds.get(line, 0) & TELLS)

    def quiet(self, lines: Iterable[str]) -> bool:
        """Whether none of some known lines tells."""
        return not any(map(self.tells, lines))

    def look(self, part: Part, ahead: int = 0) -> Look:
        """What a part tells whose lines are known; its pieces go so many characters further."""
        lines = part.text[part.start : part.end].split("\n")
        known = {line: self._kinds[line] for line in set(lines).difference(self._plain)}
        kinds = reduce(or_, known.values(), 0)
        if not kinds & TELLS or kinds & HOLDS:
            return Look(kinds)
        telling = {line for line, kind in known.items() if kind & TELLS}
        return Look(kinds, list(_pieces(part, lines, telling, ahead)))


def _pieces(part: Part, lines: list[str], telling: set[str], ahead: int) -> Iterator[Piece]:
    """The runs of lines that tell, each with the line behind it, where a value may stand."""
    places = list(compress(count(), map(telling.__contains__, lines)))
    starts = list(accumulate((len(line) + 1 for line in lines), initial=part.start))
    begin = 0
    for number, place in enumerate(places):
        if number + 1 == len(places) or places[number + 1] > place + 1:
            end = line_end(part.text, starts[place + 1]) + 1
            yield Piece(part.text[starts[places[begin]] : end], part.text[end : end + ahead])
            begin = number + 1


def classified(lines: Iterable[str]) -> dict[str, int]:
    """Those of some lines that can tell of a secret, and how. Nothing that is looked for here goes beyond its line."""
    text = "\n".join(lines)
    found: dict[str, int] = {}
    start, end, kinds = 0, -1, 0
    for place, kind in sorted(_places(text)):
        if place > end:
            if kinds:
                found[text[start:end]] = kinds
            start, end, kinds = text.rfind("\n", 0, place) + 1, line_end(text, place), 0
        kinds |= kind
    if kinds:
        found[text[start:end]] = kinds
    return found


def holds(text: str) -> Iterator[int]:
    """Where something stands within one line that gives itself away."""
    for token in find_bound(text):
        yield token.start
    for url in find_url_passwords(f"{text}\n://", code=True):  # what a query gives away counts beside any URL
        yield url.start


def _places(text: str) -> Iterator[tuple[int, int]]:
    for place in holds(text):
        yield place, HOLDS
    for words, kind in ((MARKS, KEY), (loose_gates(), LOOSE), ((KELVIN,), TELLS)):
        for word in words:
            place = text.find(word)
            while place >= 0:
                yield place, kind
                place = text.find(word, place + len(word))
    for place in telling_places(text):
        yield place, TELLS
