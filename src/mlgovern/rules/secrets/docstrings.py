"""Where the documentation of Python source stands: an assignment that it shows is none."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_MOST = 1_000_000  # characters; a longer source is taken line by line


def docstrings(text: str, places: Iterable[int]) -> list[tuple[int, int]]:
    """Strings that are statements of their own, up to the last place, or to where the source is no Python any more.

    None if no place can be in one.
    """
    import tokenize

    found: list[tuple[int, int]] = []
    asked = sorted(places)
    if len(text) <= _MOST and _in_first_string(text, asked):
        try:
            found.extend(_docstrings(text, asked[-1]))
        except (tokenize.TokenError, SyntaxError):
            return found
    return found


_STRING = r"""#[^\n]*+|"{3}(?:[^"\\]|\\.|"(?!""))*+"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*+'{3}|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'"""


@lru_cache(maxsize=1)
def _strings() -> re.Pattern[str]:
    return re.compile(_STRING, re.DOTALL)


def _in_first_string(text: str, places: list[int]) -> bool:
    """Whether some place is in a string with which a line begins; to tell statements apart takes fifty times as long."""
    number = 0
    for found in _strings().finditer(text):
        while number < len(places) and places[number] <= found.start():
            number += 1
        if number == len(places):
            return False
        if text[found.start()] == "#":
            continue
        before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip()
        if places[number] < found.end() and (not before or (before.isalpha() and len(before) < 3)):
            return True
    return False


def _docstrings(text: str, last: int) -> Iterator[tuple[int, int]]:
    import tokenize
    from io import StringIO

    begins = [0]
    for line in text.split("\n"):
        begins.append(begins[-1] + len(line) + 1)
    before, waiting = tokenize.NEWLINE, None
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type in {tokenize.NL, tokenize.COMMENT}:
            continue
        if waiting is not None and token.type in {tokenize.NEWLINE, tokenize.ENDMARKER}:
            yield begins[waiting.start[0] - 1] + waiting.start[1], begins[waiting.end[0] - 1] + waiting.end[1]
        if begins[token.start[0] - 1] + token.start[1] > last:
            return
        begins_statement = before in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
        waiting = token if token.type == tokenize.STRING and begins_statement else None
        before = token.type
