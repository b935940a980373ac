"""The lines of a manifest that name a dependency or assign a key; one pass, however many are asked for."""

import re
from functools import lru_cache

from mlgovern.rx import rx

_MENTION = rx(r"(?:^[ \t]*|[\"'\[{,][ \t]*)([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
_ASSIGNED = rx(r"""^[ \t]*["']?([^\s"'=\[\]{}#]+)["']?[ \t]*=""", re.MULTILINE)
_HEADER = rx(r"^[ \t]*\[{1,2}[ \t]*[\w\"'][^\]\n]*\]{1,2}[ \t]*(?:#|$)", re.MULTILINE)
_KEY = rx(r"""^[ \t]*(?:[\w.-]+|"[^"\n]*"|'[^'\n]*')[ \t]*=""", re.MULTILINE)


def line_of(text: str, name: str) -> int | None:
    """The first line that names a dependency as TOML or requirements do."""
    return _mentions(text, 0, len(text)).get(name)


@lru_cache(maxsize=16)
def _mentions(text: str, start: int, end: int) -> dict[str, int]:
    """The line of each name where it first stands; one pass, however many are asked for."""
    lines: dict[str, int] = {}
    line, at = text.count("\n", 0, start) + 1, start
    for found in _MENTION.finditer(text, start, end):
        line, at = line + text.count("\n", at, found.start(1)), found.start(1)
        lines.setdefault(re.sub(r"[-_.]+", "-", found[1].rstrip("-_.")).lower(), line)
    return lines


def _spellings(name: str) -> str:
    return "[-_.]+".join(re.escape(word) for word in name.split("-"))


def line_in(text: str, header: str, key: str, name: str) -> int | None:
    """The line that names a dependency in the array at a key below a `[header]`; None where none is seen there."""
    start, end = _section(text, header, key)
    return _mentions(text, start, end).get(name)


@lru_cache(maxsize=64)
def _section(text: str, header: str, key: str) -> tuple[int, int]:
    """Where the value of a key below a `[header]` begins and ends; nothing where it is not there."""
    table_start = re.search(rf"^[ \t]*\[[ \t]*{re.escape(header)}[ \t]*\]", text, re.MULTILINE)
    if table_start is None:
        return 0, 0
    next_table = _HEADER.search(text, table_start.end())
    end = next_table.start() if next_table else len(text)
    assigns = re.compile(rf"^[ \t]*[\"']?{_spellings(key)}[\"']?[ \t]*=", re.IGNORECASE | re.MULTILINE)
    assigned = assigns.search(text, table_start.end(), end)
    if assigned is None:
        return 0, 0
    next_key = _KEY.search(text, assigned.end(), end)
    return assigned.end(), next_key.start() if next_key else end


def key_line(text: str, key: str) -> int | None:
    """The first line that assigns a key."""
    return _keys(text).get(key)


@lru_cache(maxsize=8)
def _keys(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    line, at = 1, 0
    for found in _ASSIGNED.finditer(text):
        line, at = line + text.count("\n", at, found.start(1)), found.start(1)
        lines.setdefault(found[1], line)
    return lines
