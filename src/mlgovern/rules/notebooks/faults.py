"""Where a JSON text has what nobody, or not everybody, can read: scans in linear time, made once it is known to be there."""

import re

from mlgovern.rx import rx

_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)'
_BRACKET = rx(rf"{_STRING}|([\[{{])|([\]}}])", re.DOTALL)
_KEY = rx(rf"({_STRING})([ \t\n\r]*:)?|([\[{{])|[\]}}]", re.DOTALL)
_CONSTANT = rx(rf"{_STRING}|(NaN|-?Infinity)", re.DOTALL)
_DIGITS = rx(rf"{_STRING}|([0-9]{{4301,}})", re.DOTALL)  # sys.int_info.default_max_str_digits


def constant_at(text: str) -> int:
    """Where the first NaN or Infinity stands."""
    return _first(_CONSTANT, text)


def digits_at(text: str) -> int:
    """Where the first number stands that has too many digits."""
    return _first(_DIGITS, text)


def deeper_at(text: str, most: int) -> int:
    """Where the first bracket stands that is nested more deeply than this."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += 1 if found[1] else -1 if found[2] else 0
        if depth > most:
            return found.start()
    return 0


def repeated(text: str) -> tuple[str, int]:
    """The first key that an object has a second time, and where that is."""
    import json

    objects: list[set[str]] = []
    for found in _KEY.finditer(text):
        if found[3]:
            objects.append(set())
        elif found[1] is None:
            objects.pop()
        elif found[2]:
            key = json.loads(found[1], strict=False)
            if key in objects[-1]:
                return key, found.start()
            objects[-1].add(key)
    raise ValueError("no object has a key twice")


def _first(pattern: re.Pattern[str], text: str) -> int:
    return next((found.start() for found in pattern.finditer(text) if found[1]), 0)
