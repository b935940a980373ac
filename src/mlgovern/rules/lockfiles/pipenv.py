"""Pipfile and Pipfile.lock: a hash over sources, required Python and packages."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mlgovern.rules.lockfiles.integrity import Entries, Entry, by_name, flaw
from mlgovern.rules.lockfiles.pep508 import Requirement, normal
from mlgovern.rules.lockfiles.places import key_line, line_of
from mlgovern.rules.lockfiles.verdict import (
    Broken,
    Document,
    Fresh,
    Reason,
    Stale,
    Unknown,
    Verdict,
    digest,
    lock_text,
    manifest_toml,
    string,
    table,
    too_many,
)
from mlgovern.rules.lockfiles.versions import admits, specifiers_of

_LONG_NUMBER = re.compile(r"\d{4301}")  # more digits than Python reads
_NO_CATEGORY = {"source", "requires", "scripts", "pipenv", "pipfile", "packages", "dev-packages"}
_PYPI = [
    {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}
]  # added where a Pipfile names no source


def judge(manifest: bytes | None, lock: bytes | None) -> Verdict:
    """What Pipfile.lock is to Pipfile."""
    read, text = manifest_toml(manifest, "Pipfile"), lock_text(lock, marked=True)
    if not isinstance(text, str):
        return text
    locked = _json(text)
    if not isinstance(locked, dict):
        return locked
    if not isinstance(read, Document):
        return read
    source, pipfile = read.text, read.values
    made = string(table(locked, "_meta", "hash"), "sha256")
    hashes = [digest(content, (",", ":")) for content in _contents(pipfile)]
    if hashes[0] is None:
        return Unknown("Pipfile has a value that JSON lacks")
    if made not in hashes:
        line = text.count("\n", 0, max(text.find('"hash"'), 0)) + 1
        reasons = tuple(_differences(source, pipfile, locked))
        why = "Pipfile.lock was made from a differently written Pipfile (a source, a constraint or its spelling)"
        return Stale(reasons or (Reason(why, lock_line=line),))
    for category, name in _categories(pipfile):
        broken = flaw(_entries(table(locked, category)), _wanted(table(pipfile, name)))
        if broken:
            return broken
    return Fresh()


@lru_cache(maxsize=4)
def _json(text: str) -> "dict[str, Any] | Broken | Unknown":
    """The values, or why there are none: of a key that is there twice, tools see one, and which one differs."""
    from json import JSONDecodeError, loads

    if too_many(text):
        return Unknown("it holds too many values to be judged")
    try:
        values = loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except JSONDecodeError as error:
        return Broken("it cannot be parsed as JSON", error.lineno, "text")
    except RecursionError:
        return Broken("it is nested too deeply", 1, "text")
    except _FlawError as error:
        return Broken(*_named(str(error), text), cause="text")
    except ValueError:
        found = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else None
        return Broken("it holds a number that is too long", line, "text")
    return values if isinstance(values, dict) else Broken("it is no JSON object", 1, "text")


class _FlawError(ValueError):
    """What JSON should not hold: the name of a key that is there twice, or a constant after `=`."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _FlawError(name)
            seen.add(name)
    return values


def _no_constant(word: str) -> None:
    raise _FlawError(f"={word}")


def _named(flaw: str, text: str) -> tuple[str, int | None]:
    """A key that is there twice, or a constant after `=`; and its line where only one can be meant."""
    if flaw.startswith("="):
        return f"{flaw[1:]} is no JSON", text.count("\n", 0, max(text.find(flaw[1:]), 0)) + 1
    places = [found.start() for found in re.finditer(re.escape(f'"{flaw}"') + r"\s*:", text)]
    return f"the key {flaw!r:.80} is there twice", text.count("\n", 0, places[1]) + 1 if len(places) == 2 else None


def _categories(pipfile: dict[str, Any]) -> list[tuple[str, str]]:
    others = [(name, name) for name in pipfile if name not in _NO_CATEGORY]
    return [("default", "packages"), ("develop", "dev-packages"), *others]


def _contents(pipfile: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the hash covers, as recent versions see it and as older ones did: they kept names as written."""
    for sources in [pipfile["source"]] if "source" in pipfile else [_PYPI, []]:
        meta = {"sources": sources, "requires": pipfile.get("requires", {})}
        for spell in (normal, str):
            packages = {
                category: {spell(key): value for key, value in table(pipfile, name).items()}
                for category, name in _categories(pipfile)
            }
            yield {"_meta": meta, **packages}


def _differences(source: str, pipfile: dict[str, Any], locked: dict[str, Any]) -> Iterator[Reason]:
    for category, name in _categories(pipfile):
        entries = _entries(table(locked, category))
        for package, value in table(pipfile, name).items():
            line, ones = line_of(source, normal(package)), entries.get(normal(package), ())
            if not ones:
                yield Reason(f"{normal(package)} is in Pipfile but not in Pipfile.lock", line)
            elif not any(_admitted(value, one.version) for one in ones):
                yield Reason(
                    f"Pipfile.lock has {ones[0].name} {ones[0].version}, Pipfile asks for {_asked(value)}", line
                )
    for key, value in table(locked, "_meta", "requires").items():
        wanted = table(pipfile, "requires").get(key)
        if wanted != value and isinstance(value, str) and isinstance(wanted, str):
            yield Reason(f"Pipfile.lock is for {key} {value}, Pipfile asks for {wanted}", key_line(source, key))


def _entries(packages: dict[str, Any]) -> Entries:
    return by_name(Entry(normal(name), string(value, "version").removeprefix("==")) for name, value in packages.items())


def wanted_everywhere(pipfile: dict[str, Any]) -> Iterator[Requirement]:
    """The requirements of all categories that a lock must hold whatever system it was made on."""
    for _, name in _categories(pipfile):
        yield from _wanted(table(pipfile, name))


def _wanted(packages: dict[str, Any]) -> Iterator[Requirement]:
    """The requirements that a lock must hold whatever system it was made on."""
    for name, value in packages.items():
        plain = isinstance(value, str) or not {"path", "file", "git", "editable"}.intersection(table({"": value}, ""))
        conditional = isinstance(value, dict) and any(_is_condition(key) for key in value)
        asked = _asked(value)
        if plain and not conditional and not isinstance(value, list):
            try:
                yield Requirement(normal(name), specifiers=specifiers_of(asked), asked=asked)
            except ValueError:
                yield Requirement(normal(name))


def _is_condition(key: str) -> bool:
    return key in {"markers", "os_name", "sys_platform", "implementation_name"} or key.startswith(
        ("platform_", "python_")
    )


def _asked(value: object) -> str:
    asked = value if isinstance(value, str) else string(value, "version")
    return "" if asked.strip() == "*" else asked


def _admitted(value: object, version: str) -> bool:
    try:
        return not version or admits(specifiers_of(_asked(value)), version)
    except ValueError:
        return True
