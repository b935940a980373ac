"""Reads environment files: every assignment with its place, nothing expanded, nothing run."""

import re
from collections.abc import Generator, Iterator
from functools import lru_cache

from mlgovern.record import NamedTuple

_MOST_LINES = 200  # of one quoted value
_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*+"
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


class Assignment(NamedTuple):
    """A key and its value. `start` and `end` are the whole assignment, `inside` the value as written, without its quotes."""

    key: str
    value: str
    start: int
    end: int
    inside: tuple[int, int]
    quote: str = ""
    commented: bool = False


@lru_cache(maxsize=16)
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


def _head() -> re.Pattern[str]:
    return _rx(
        rf"[ \t]*+(?P<comment>\#[\# \t]*+)?(?:export[ \t]++)?(?P<key>{_NAME})[ \t]*+(?P<sign>=|:(?=[ \t]))[ \t]*+"
    )


def parse(text: str, *, shell: bool = False) -> Iterator[Assignment]:
    """The assignments of a dotenv text, commented ones included; of a shell text, only those that need no shell to read."""
    position, size = len(text) - len(text.lstrip(" \t\r\n")), len(text)
    head, blank = _head(), _rx(r"[ \t\r\n]*+")
    while position < size:
        found = head.match(text, position)
        end = line_end(text, position)
        if found is not None and found.end() <= end:
            end = yield from _statement(text, found, end, shell)
        empty = blank.match(text, end)
        position = max(end + 1, empty.end() if empty else 0)


def line_end(text: str, position: int) -> int:
    """Where the line ends that a position is in: at LF, CRLF or CR."""
    found = _rx(r"[\r\n]").search(text, position)
    return len(text) if found is None else found.start()


def _statement(text: str, found: re.Match[str], end: int, shell: bool) -> Generator[Assignment, None, int]:
    """Yields the assignments of one statement, and returns where its last line ends."""
    commented = found["comment"] is not None
    if shell and not commented:
        return (yield from _words(text, found.start("key"), found["key"], found.end()))
    assignment = _assignment(text, found, end)
    lenient = commented or found["sign"] == ":"
    if commented and (found["sign"] == ":" or not _telling(found["key"]) or assignment.end > end):
        return end
    if lenient and not assignment.quote and any(map(str.isspace, assignment.value)):
        return end
    yield assignment._replace(commented=commented)
    return max(end, line_end(text, assignment.end))


def _telling(key: str) -> bool:
    from mlgovern.rules.secrets.keys import STRONG, classify

    return "_" in key or classify(key) == STRONG


def _assignment(text: str, found: re.Match[str], end: int) -> Assignment:
    begin = found.end()
    quoted = _quoted(text, begin, end) if text[begin : begin + 1] in {'"', "'", "`"} else None
    if quoted is not None:
        inside, after = quoted
        value = text[inside[0] : inside[1]]
        quote = text[begin]
        if quote == '"' and "\\" in value:
            value = _rx(r"\\([nrt\"\\$])").sub(lambda escape: _ESCAPES[escape[1]], value)
        return Assignment(found["key"], value, found.start("key"), after, inside, quote)
    comment = _rx(r"[ \t]\#").search(text, max(begin - 1, found.end("sign")), end)
    stop = max(begin, end if comment is None else comment.start())
    value = text[begin:stop].rstrip(" \t")
    return Assignment(found["key"], value, found.start("key"), begin + len(value), (begin, begin + len(value)))


def _quoted(text: str, begin: int, end: int) -> tuple[tuple[int, int], int] | None:
    """Where a quoted value is inside its quotes, and where it ends; None if it is not well quoted."""
    quote = text[begin]
    closing = _rx(r'(?:[^"\\]|\\.)*+"' if quote == '"' else f"[^{quote}]*+{quote}").match(text, begin + 1)
    if closing is None or not _rx(r"[ \t]*+(?:\#[^\r\n]*+)?(?=[\r\n]|\Z)").match(text, closing.end()):
        return None
    inside = begin + 1, closing.end() - 1
    if inside[1] > end and text.count("\n", *inside) + text.count("\r", *inside) >= _MOST_LINES:
        return None
    return inside, closing.end()


def _words(text: str, start: int, key: str, begin: int) -> Generator[Assignment, None, int]:
    """`export A=1 B="2"`: shell words as long as they are assignments; returns where the line ends."""
    while True:
        word = shell_word(text, begin)
        yield Assignment(key, word.value, start, word.end, (word.start, word.end), word.quote)
        following = _rx(rf"[ \t]++({_NAME})=").match(text, word.end)
        if following is None:
            return line_end(text, word.end)
        start, key, begin = following.start(1), following[1], following.end()


class Word(NamedTuple):
    """A word of a shell line, its quotes removed."""

    value: str
    start: int
    end: int
    quote: str = ""


def shell_word(text: str, begin: int) -> Word:
    """The word at a position; substitutions are kept as written."""
    pieces: list[str] = []
    position, quote = begin, ""
    while position < len(text):
        if text.startswith("$(", position):
            position, piece = _substitution(text, position)
            pieces.append(piece)
            continue
        found = _rx(
            r"""'(?P<single>[^']*+)'|"(?P<double>(?:[^"\\]|\\.)*+)"|(?P<command>`[^`]*+`)"""
            r"""|\\(?P<escaped>[^\r\n])|(?P<plain>[^\s'"`\\;&|$]++|\$)"""
        ).match(text, position)
        if found is None:
            if text[position] in "'\"`":  # an opening quote without a partner: to the end of the line
                stop = line_end(text, position)
                return Word("".join(pieces) + text[position + 1 : stop], begin, stop)
            break
        name = found.lastgroup or ""
        pieces.append(_rx(r"\\([\"\\$`])").sub(r"\1", found[name]) if name == "double" else found[name])
        quote = quote or {"single": "'", "double": '"'}.get(name, "")
        position = found.end()
    return Word("".join(pieces), begin, position, quote)


def _substitution(text: str, begin: int) -> tuple[int, str]:
    """Where `$(…)` ends on its line, and what it says; one that goes on is closed there."""
    depth, quote, stop = 0, "", line_end(text, begin)
    for position in range(begin + 1, stop):
        char = text[position]
        if quote:
            quote = "" if char == quote and text[position - 1] != "\\" else quote
        elif char in "'\"":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth == 0:
                return position + 1, text[begin : position + 1]
    return stop, f"{text[begin:stop]})"
