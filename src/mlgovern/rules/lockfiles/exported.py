"""Requirements that `uv export` wrote from uv.lock: each line is an entry of the lock."""

from collections.abc import Iterator
from posixpath import basename, dirname
from typing import Any

from mlgovern.rules.lockfiles.compiled import Header, Pin, header_of, pins_of
from mlgovern.rules.lockfiles.inputs import Read
from mlgovern.rules.lockfiles.pep508 import normal
from mlgovern.rules.lockfiles.verdict import (
    Broken,
    Document,
    Fresh,
    Reason,
    Stale,
    Unknown,
    Verdict,
    lock_text,
    lock_toml,
    string,
    table,
    tables,
)
from mlgovern.rules.lockfiles.versions import version_of

_PARTIAL = (
    "--only-group",
    "--only-dev",
    "--package",
    "--prune",
    "--no-emit-package",
    "--script",
    "--only-emit-project",
)


def lock_of(path: str, read: Read) -> str:
    """The uv.lock at or above an exported file; empty where there is none."""
    folder = path
    while folder:
        folder = dirname(folder)
        lock = f"{folder}/uv.lock" if folder else "uv.lock"
        if read(lock) is not None:
            return lock
    return ""


def judge(path: str, read: Read) -> Verdict:
    """What an exported file is to uv.lock."""
    text, lock = lock_text(read(path)), lock_of(path, read)
    if not isinstance(text, str):
        return text
    header = header_of(text) or Header("uv")
    locked = lock_toml(read(lock), marked=True) if lock else Unknown("needs uv: the uv.lock it was exported from")
    if not isinstance(locked, Document):
        return Unknown(f"{lock or basename(path)}: {locked.why}")
    try:
        pins, _ = pins_of(text)
    except ValueError:
        return Broken("a line is no requirement", cause="text")
    reasons = tuple(differences(basename(path), header, pins, locked.values))
    return Stale(reasons) if reasons else Fresh()


def differences(name: str, header: Header, pins: list[Pin], locked: dict[str, Any]) -> Iterator[Reason]:
    """What differs between the pins of a file and the entries of uv.lock."""
    versions: dict[str, list[str]] = {}
    for entry in tables(locked, "package"):
        versions.setdefault(normal(string(entry, "name")), []).append(string(entry, "version"))
    for pin in pins:
        package, held = pin.requirement.name, versions.get(pin.requirement.name)
        if held is None:
            yield Reason(f"{package} is in {name} but not in uv.lock", None, pin.number)
        elif pin.version and not any(_alike(pin.version, version) for version in held):
            yield Reason(f"{name} has {package} {pin.version}, uv.lock has {' and '.join(held)}", None, pin.number)
    if any(header.has(option) for option in _PARTIAL):
        return
    listed = {pin.requirement.name for pin in pins}
    for wanted in _always(locked):
        if wanted not in listed:
            yield Reason(f"{wanted} is in uv.lock but not in {name}", None, 1)


def _always(locked: dict[str, Any]) -> Iterator[str]:
    """What the project at the root asks for everywhere, from an index."""
    sources = {normal(string(one, "name")): table(one, "source") for one in tables(locked, "package")}
    for package in tables(locked, "package"):
        if "." in {string(package.get("source"), kind) for kind in ("virtual", "editable")}:
            for edge in tables(package, "dependencies"):
                name = normal(string(edge, "name"))
                if "marker" not in edge and "registry" in sources.get(name, {}):
                    yield name


def _alike(left: str, right: str) -> bool:
    one, other = version_of(left), version_of(right)
    return left == right or (one is not None and other is not None and one.key == other.key)
