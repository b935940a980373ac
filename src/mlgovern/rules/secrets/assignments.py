"""Finds what is assigned to telling names in code and configuration, line by line, near the words that tell."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from mlgovern.rules.secrets.languages import is_store
from mlgovern.rules.secrets.tokens import LONGEST_BARE, SHORTEST_BARE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.readers import Pair

TELLING = (
    "passw", "pass_", "_pass", "pass=", "pass:", "pass ", "pass>", 'pass"', "pass'", "passphrase", "passcode", "pwd", "pepper", "secret",
    "token", "key", "credential", "auth", "login", "connection", "conn_", "_conn", "salt", "webhook", "_pat", "-u ", "identified by",
    "securestring", "mysql", "mariadb",
)  # fmt: skip
_OF_STEM = [(stem, [word for word in TELLING if stem in word]) for stem in ("pass", "conn", "sec")]
_ALONE = [word for word in TELLING if not any(stem in word for stem, _ in _OF_STEM)]
_BEFORE, _BEHIND = 160, 600
_NESTED = frozenset({"yaml", "manifest", "json", "ini", "settings"})
WHOLE = frozenset({"pgpass", "git-credentials", "terraform"})  # no word tells, or the value stands lines below it
_UNREAD = frozenset({"skip", "text", "notebook"})
_MOST_PARENTS_BACK = 3000
_MOST_KEPT = 400  # characters of a line that is remembered


def find_pairs(text: str, language: str, path: str, until: int | None = None) -> "Iterator[Pair]":
    """The assignments to telling names, as a language writes them; a place may come twice.

    With `until`, only words before it tell, as if a line ended there; what follows may still be part of a value.
    """
    if language in _UNREAD:
        return
    windows = [*_windows(text, until)] if language not in WHOLE else [(0, len(text))]
    if not windows:
        return
    from mlgovern.rules.secrets.readers import READERS, fences, is_idle

    language = "manifest" if language == "yaml" and "kind: Secret" in text else language
    store, nested = is_store(path), language in _NESTED or path.endswith(".toml")
    fenced = fences(text) if language == "prose" else []
    for start, end in windows:
        if language == "prose" and not (bisect_left(fenced, start) % 2 or text[start : start + 4] == "    "):
            continue  # prose outside code blocks: fenced, or indented by four
        for pair in READERS[language](text, start, end):
            if not (store or pair.live) and is_idle(pair):
                continue
            line = text[max(pair.start - 120, 0) : pair.start].rpartition("\n")[2]
            bare = SHORTEST_BARE <= len(pair.value) <= LONGEST_BARE
            above = _parents(text, pair.start) if nested and bare else ""
            context = f"{path.rpartition('/')[2]} {above}{line}"
            yield pair._replace(context=context, live=pair.live or store)


def tells(text: str) -> bool:
    """Whether any telling word is there."""
    lower = text.lower()
    for word in _ALONE:  # no `any`: asked of every line of a history, it takes twice as long
        if word in lower:
            return True
    return any(stem in lower and any(word in lower for word in words) for stem, words in _OF_STEM)


def line_tells(line: str) -> bool:
    """The same of one line; those round what versions change come again and again."""
    return _known(line) if len(line) <= _MOST_KEPT else tells(line)


@lru_cache(maxsize=20_000)
def _known(line: str) -> bool:
    return tells(line)


def _parents(text: str, place: int) -> str:
    """What a line is nested in: the lines above that are indented less, and the section."""
    lines = text[max(0, place - _MOST_PARENTS_BACK) : place].split("\n")
    depth = _indent(lines.pop())
    above = ""
    for line in reversed(lines):
        section = line.startswith("[")
        if section or (line.strip() and _indent(line) < depth):
            depth = _indent(line)
            above = f"{line.strip()[:80]} {above}"
        if section:
            break
    return above


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def telling_places(text: str) -> list[int]:
    """Where telling words stand; of those in one line, not each."""
    lower = text.lower()
    if len(lower) != len(text):  # some capitals grow: leave those as they are
        lower = "".join(char.lower() if char.isascii() else char for char in text)
    places = set()
    there = (word for stem, words in _OF_STEM if stem in lower for word in words)
    for word in (*_ALONE, *there):
        place = lower.find(word)
        while place >= 0:
            places.add(place)
            newline = text.find("\n", place, place + _BEHIND // 2)
            place = lower.find(word, newline if newline >= 0 else place + _BEHIND // 2)
    return sorted(places)


def _windows(text: str, until: int | None) -> Iterator[tuple[int, int]]:
    """The lines round telling words; of a very long line, what is near them."""
    current = None
    for place in telling_places(text[:until]):
        start = max(text.rfind("\n", max(0, place - _BEFORE), place) + 1, place - _BEFORE)
        end = _line_end(text, place)
        if current is not None and start <= current[1]:
            current = current[0], max(end, current[1])
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current


def _line_end(text: str, place: int) -> int:
    """The end of this line and the next, where a value may stand that is broken off."""
    first = text.find("\n", place, place + _BEHIND)
    second = text.find("\n", first + 1, first + _BEHIND) if first >= 0 else -1
    return second if second >= 0 else min(len(text), place + _BEHIND)
