"""What can be said of a manifest and its lock, and how their texts are read."""

import re
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from mlgovern.rx import rx

MOST_BYTES = 20_000_000  # of a lock; what is larger is not judged

_CONFLICT = rx(r"^(?:<{7}|>{7}|\|{7})(?: |$)|^={7}$", re.MULTILINE)
_TEXT = r'"[^"\\\x00-\x1f\x7f]{0,1000}"'
_PAIRS = rf"(?:url|file) = {_TEXT}(?:, [a-z-]{{1,20}} = (?:{_TEXT}|[1-9]\d{{0,15}}))*+"
_ARTEFACT = rx(
    rf"^    \{{ ?{_PAIRS} ?\}},\n", re.MULTILINE
)  # as uv, poetry and pdm write it: valid TOML, most of a lock
_SDIST = rx(rf"^sdist = \{{ {_PAIRS} \}}\n", re.MULTILINE)
_HEADER = rx(r"^[ \t]*\[{1,2}[ \t]*[\w\"'][^\]\n]*\]{1,2}[ \t]*(?:#|$)", re.MULTILINE)
_KEY = rx(r"""^[ \t]*(?:[\w.-]+|"[^"\n]*"|'[^'\n]*')[ \t]*=""", re.MULTILINE)
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


def lock_text(data: bytes | None) -> str | Broken | Unknown:
    """The text of a lock, or why there is none."""
    if data is None:
        return Unknown("its content was not read")
    if len(data) > MOST_BYTES:
        return Unknown(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    text = text_of(data)
    if text is None:
        return Broken("it is not UTF-8", cause="text")
    line = conflict_line(text)
    return text if line is None else Broken("unresolved merge conflict", line, "text")


def lock_toml(data: bytes | None) -> Document | Broken | Unknown:
    """Text and values of a TOML lock; artefacts are left out of the values, for they are most of its bulk."""
    text = lock_text(data)
    if not isinstance(text, str):
        return text
    values = _toml(text)
    return (
        Document(text, values)
        if isinstance(values, dict)
        else Broken("it cannot be parsed as TOML", values or None, "text")
    )


def manifest_toml(data: bytes | None, name: str = "pyproject.toml") -> Document | Unknown:
    """Text and values of a TOML manifest, or why there are none."""
    text = None if data is None else text_of(data)
    if text is None:
        return Unknown(f"{name} is not UTF-8" if data else f"{name} was not read")
    line = conflict_line(text)
    if line is not None:
        return Unknown(f"{name} line {line}: unresolved merge conflict")
    values = _toml(text)
    if isinstance(values, dict):
        return Document(text, values)
    return Unknown(f"{name} cannot be parsed as TOML" + (f" (line {values})" if values else ""))


@lru_cache(maxsize=16)
def _toml(text: str) -> dict[str, Any] | int:
    """The values, or the line where parsing stopped, 0 where that is unknown. Callers change nothing in the values."""
    import tomllib

    try:
        return tomllib.loads(_SDIST.sub("sdist = 0\n", _ARTEFACT.sub("", text)))
    except (ValueError, RecursionError):
        pass
    try:
        return tomllib.loads(text)  # for the right line, and should a multi-line string have looked like an artefact
    except ValueError as error:
        found = _LINE.search(str(error))
        return int(found[1]) if found else 0
    except RecursionError:
        return 0


def digest(value: object, separators: tuple[str, str] | None = None) -> str | None:
    """The sha256 of a value's sorted JSON, as the tools make it; None where JSON has no such value."""
    from hashlib import sha256
    from json import dumps

    try:
        return sha256(dumps(value, sort_keys=True, separators=separators).encode()).hexdigest()
    except (TypeError, ValueError, RecursionError):
        return None


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


def line_of(text: str, name: str) -> int | None:
    """The first line that names a dependency as TOML or requirements do."""
    found = _mention(name).search(text)
    return None if found is None else text.count("\n", 0, found.end()) + 1


def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^[ \t]*|[\"'\[{{,][ \t]*){_spellings(name)}(?![\w.-]*\w)", re.IGNORECASE | re.MULTILINE)


def _spellings(name: str) -> str:
    return "[-_.]+".join(re.escape(word) for word in name.split("-"))


def line_in(text: str, header: str, key: str, name: str) -> int | None:
    """The line that names a dependency in the array at a key below a `[header]`; None where none is seen there."""
    table_start = re.search(rf"^[ \t]*\[[ \t]*{re.escape(header)}[ \t]*\]", text, re.MULTILINE)
    if table_start is None:
        return None
    next_table = _HEADER.search(text, table_start.end())
    end = next_table.start() if next_table else len(text)
    assigns = re.compile(rf"^[ \t]*[\"']?{_spellings(key)}[\"']?[ \t]*=", re.IGNORECASE | re.MULTILINE)
    assigned = assigns.search(text, table_start.end(), end)
    if assigned is None:
        return None
    next_key = _KEY.search(text, assigned.end(), end)
    found = _mention(name).search(text, assigned.end(), next_key.start() if next_key else end)
    return None if found is None else text.count("\n", 0, found.end()) + 1


def key_line(text: str, key: str) -> int | None:
    """The first line that assigns a key."""
    found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", text, re.MULTILINE)
    return None if found is None else text.count("\n", 0, found.end()) + 1
