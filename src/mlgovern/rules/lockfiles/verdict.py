"""What can be said of a manifest and its lock, and how their texts are read."""

import re
from functools import lru_cache
from typing import Any, Literal

from mlgovern.record import NamedTuple
from mlgovern.rx import rx

MOST_BYTES = 20_000_000  # of a lock; what is larger is not judged
MOST_MANIFEST = 2_000_000  # bytes of a manifest
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # what a file of that encoding begins with
MOST_VALUES = 1_000_000  # commas, brackets and the like of one document
MOST_PARTS = 100  # of a dotted key: tomllib takes the square of them, in time and in memory

_CONFLICT = rx(r"^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$", re.MULTILINE)
_TEXT = r'"[^"\\\x00-\x1f\x7f]{0,1000}"'
_PAIRS = rf"(?:url|file) = {_TEXT}(?:, [a-z-]{{1,20}} = (?:{_TEXT}|[1-9]\d{{0,15}}))*+"
_ARTEFACT = rx(
    rf"^    \{{ ?{_PAIRS} ?\}},\n", re.MULTILINE
)  # as uv, poetry and pdm write it: valid TOML, most of a lock
_SDIST = rx(rf"^sdist = \{{ {_PAIRS} \}}\n", re.MULTILINE)
_LONG_KEY = rx(rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}""", re.ASCII)
_BRACKET = rx(r"[\[{\]}]")
_LINE = rx(r"at line (\d+)")


class Reason(NamedTuple):
    """One difference; `line` is in the manifest (or in `path`), where it is known; `lock_line` in the lock."""

    text: str
    line: int | None = None
    lock_line: int | None = None
    path: str = ""


class Fresh(NamedTuple):
    """The lock answers this manifest and is whole."""

    why: str = ""


class Stale(NamedTuple):
    """Locking again would change the lock."""

    reasons: tuple[Reason, ...]


class Broken(NamedTuple):
    """The lock cannot be used."""

    why: str
    line: int | None = None
    cause: Literal["entries", "text", "format", "manifest"] = "entries"  # what its tool stumbles over
    path: str = ""  # of the manifest that is the cause, where it is not the one beside the lock


class Unknown(NamedTuple):
    """Cannot be decided here."""

    why: str


Verdict = Fresh | Stale | Broken | Unknown


class Document(NamedTuple):
    """A file that could be read."""

    text: str
    values: dict[str, Any]


def text_of(data: bytes) -> str | None:
    """UTF-8 with universal newlines, or None; a carriage return alone counts as a newline too."""
    try:
        return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return None


def conflict_line(text: str) -> int | None:
    """The line of the first merge-conflict marker."""
    marked = any(mark in text for mark in ("<<<<<<<", ">>>>>>>", "|||||||", "======="))
    found = _CONFLICT.search(text) if marked else None
    return None if found is None else text.count("\n", 0, found.start()) + 1


def readable(data: bytes, *, marked: bool = False) -> str | Broken:
    """The text of a file, or what keeps its tool from reading it; some accept a byte order mark."""
    if data[:2] in UTF_16:
        return Broken("it is UTF-16, not UTF-8", 1, "text")
    text = text_of(data)
    if text is None:
        return Broken("it is not UTF-8", _odd_line(data), "text")
    if text.startswith("\ufeff") and not marked:
        return Broken("it begins with a byte order mark", 1, "text")
    line = conflict_line(text)
    return text.removeprefix("\ufeff") if line is None else Broken("unresolved merge conflict", line, "text")


def _odd_line(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1


def lock_text(data: bytes | None, *, marked: bool = False) -> str | Broken | Unknown:
    """The text of a lock, or why there is none."""
    if data is None:
        return Unknown("its content was not read")
    if len(data) > MOST_BYTES:
        return Unknown(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    return readable(data, marked=marked)


def lock_toml(data: bytes | None, *, marked: bool = False) -> Document | Broken | Unknown:
    """Text and values of a TOML lock; artefacts are left out of the values, for they are most of its bulk."""
    text = lock_text(data, marked=marked)
    if not isinstance(text, str):
        return text
    values = _toml(text)
    if isinstance(values, dict):
        return Document(text, values)
    return Unknown(values) if isinstance(values, str) else Broken("it cannot be parsed as TOML", values or None, "text")


def manifest_toml(
    data: bytes | None, name: str = "pyproject.toml", *, marked: bool = False
) -> Document | Broken | Unknown:
    """Text and values of a TOML manifest, or why there are none."""
    if data is None:
        return Unknown(f"{name} was not read")
    if len(data) > MOST_MANIFEST:
        return Unknown(f"{name} is larger than {MOST_MANIFEST // 1_000_000} MB")
    text = readable(data, marked=marked)
    if isinstance(text, Broken):
        return text._replace(cause="manifest")
    values = _toml(text)
    if isinstance(values, dict):
        return Document(text, values)
    if isinstance(values, str):
        return Unknown(f"{name}: {values}")
    return Broken("it cannot be parsed as TOML", values or None, "manifest")


@lru_cache(maxsize=16)
def _toml(text: str) -> dict[str, Any] | int | str:
    """The values; or the line where parsing stopped, 0 where that is unknown; or why it was not begun.

    Callers change nothing in the values.
    """
    import tomllib

    bare = _SDIST.sub("sdist = 0\n", _ARTEFACT.sub("", text))
    if too_many(bare):
        return "it holds too many values to be judged"
    if _LONG_KEY.search(bare):
        long_key = _LONG_KEY.search(text)
        return text.count("\n", 0, long_key.start()) + 1 if long_key else 0
    try:
        return tomllib.loads(bare)
    except (ValueError, RecursionError):
        pass
    try:
        return tomllib.loads(text)  # for the right line, and should a multi-line string have looked like an artefact
    except ValueError as error:
        found = _LINE.search(str(error))
        return int(found[1]) if found else text.count("\n") + 1  # at the end of the document
    except RecursionError:
        return _steep(text)


def _steep(text: str) -> int:
    """The line where brackets nest more deeply than in any lock; 0 where none do."""
    level = 0
    for found in _BRACKET.finditer(text):
        level += 1 if found[0] in "[{" else -1
        if level > MOST_PARTS:
            return text.count("\n", 0, found.start()) + 1
    return 0


def values_of(text: str) -> dict[str, Any]:
    """The values of a TOML text; none where it cannot be parsed."""
    values = _toml(text)
    return values if isinstance(values, dict) else {}


def too_many(text: str) -> bool:
    """More values than a lock or a manifest has: to hold them all takes far more memory than their text."""
    return len(text) > MOST_VALUES and sum(map(text.count, ",[{=")) > MOST_VALUES


def digest(value: object, separators: tuple[str, str] | None = None) -> str | None:
    """The sha256 of a value's sorted JSON, as the tools make it; None where JSON has no such value."""
    from json import dumps

    try:
        return sha256(dumps(value, sort_keys=True, separators=separators).encode())
    except (TypeError, ValueError, RecursionError):
        return None


def sha256(data: bytes) -> str:
    """64 hex digits."""
    try:  # as policy/cache.py does: hashlib would load OpenSSL, for which every commit waits
        from _sha2 import sha256 as made  # type: ignore[import-not-found]  # Python >= 3.12
    except ImportError:
        try:
            from _sha256 import sha256 as made  # type: ignore[import-not-found]  # Python 3.11
        except ImportError:
            from hashlib import sha256 as made
    found: str = made(data).hexdigest()
    return found


def table(values: object, *keys: str) -> dict[str, Any]:
    """The table at a path of keys; empty where there is none."""
    for key in keys:
        values = values.get(key) if isinstance(values, dict) else None
    return values if isinstance(values, dict) else {}


def array(values: object, key: str) -> list[Any]:
    """The array at a key; empty where there is none."""
    found = values.get(key) if isinstance(values, dict) else None
    return found if isinstance(found, list) else []


def tables(values: object, key: str) -> list[dict[str, Any]]:
    """The tables of an array; what is none is left out."""
    return [entry for entry in array(values, key) if isinstance(entry, dict)]


def string(values: object, key: str) -> str:
    """The string at a key; empty where there is none."""
    found = values.get(key) if isinstance(values, dict) else None
    return found if isinstance(found, str) else ""
