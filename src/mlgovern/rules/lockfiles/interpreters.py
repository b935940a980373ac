"""The rule about Python itself: what is pinned for a project is what the project allows."""

from collections.abc import Iterator
from posixpath import basename, dirname
from shlex import quote
from typing import Any

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Place, Severity
from mlgovern.globs import matcher
from mlgovern.rule import Verdicts
from mlgovern.rules.lockfiles.names import beside
from mlgovern.rules.lockfiles.pairs import values_at
from mlgovern.rules.lockfiles.places import key_line
from mlgovern.rules.lockfiles.verdict import array, string, table, text_of
from mlgovern.rules.lockfiles.versions import Specifiers, admits_python, python_points, specifiers_of, version_of
from mlgovern.rules.lockfiles.wanting import Locks

PINNED = ".python-version"


def python_version_conflict(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """The Python that a folder pins is none that its project allows, or the project says nothing of Python.

    Why: uv, pyenv and CI then make environments in which the project refuses to install, or fails at the first new syntax.
    Mend: uv python pin 3.12
    """
    exempt = matcher(settings.exempt)
    changed = {file.path for file in snapshot.files} | set(snapshot.removed)
    manifests = [path for path in snapshot.tracked if path.endswith("pyproject.toml")]
    for manifest in sorted(path for path in manifests if basename(path) == "pyproject.toml"):
        pinned = _nearest(snapshot, manifest)
        if changed.isdisjoint((manifest, pinned)) or exempt(manifest) or "{{" in manifest:
            continue
        values = values_at(snapshot, manifest)
        try:
            yield from _conflict(snapshot, manifest, pinned, values)
        except ValueError:
            continue  # stale-lockfile says that it cannot be read


def _conflict(snapshot: Snapshot, manifest: str, pinned: str, values: dict[str, Any]) -> Iterator[Finding]:
    text = text_of(snapshot.at(manifest) or b"") or ""
    wanted, asked = _wanted(values)
    if not asked:
        own = table(values, "project")
        if array(own, "dependencies") and "requires-python" not in array(own, "dynamic"):
            line = key_line(text, "name") or 1
            mend = 'add requires-python = ">=3.11", or whichever is the oldest that you try'
            message = f"{basename(manifest)} has no requires-python"
            yield Finding(message, Place(manifest, line), mend, "requires-python", Severity.WARNING)
        return
    for number, version in _pins(snapshot, pinned):
        if not _possible(wanted, version):
            oldest = next((one.version.release for one in wanted if one.op in {">=", "~=", "=="}), (3, 12))
            fitting = ".".join(map(str, oldest[:2]))
            mend = f"echo {fitting} > {quote(pinned)} && git add {quote(pinned)}"
            message = f"{pinned} says {version}, {basename(manifest)} asks for {asked}"
            yield Finding(message, Place(pinned, number), mend, manifest)


def _wanted(values: dict[str, Any]) -> tuple[Specifiers, str]:
    """What the project allows, and its text."""
    standard = string(table(values, "project"), "requires-python")
    if standard:
        return specifiers_of(standard), standard
    from mlgovern.rules.lockfiles import poetry

    own = string(table(values, "tool", "poetry", "dependencies"), "python")
    return poetry.specifiers(own), own


def _nearest(snapshot: Snapshot, manifest: str) -> str:
    """The `.python-version` at or above a manifest that tools obey there; the one beside it where there is none."""
    path = manifest
    while beside(path, PINNED) not in snapshot.tracked:
        folder = dirname(path)
        if not folder:
            return beside(manifest, PINNED)
        path = folder
    return beside(path, PINNED)


def _pins(snapshot: Snapshot, path: str) -> Iterator[tuple[int, str]]:
    """The CPython versions that a `.python-version` names; names of environments and other interpreters say nothing."""
    text = text_of(snapshot.at(path) or b"") or ""
    for number, line in enumerate(text.split("\n")[:100], 1):
        word = line.partition("#")[0].strip().removeprefix("cpython-").removeprefix("cpython@").removeprefix("python-")
        if word and version_of(word) is not None:
            yield number, word


def _possible(wanted: Specifiers, version: str) -> bool:
    """Some release of a version, which may leave out its last number, is allowed."""
    found = version_of(version)
    release = found.release if found else ()
    near = python_points([release, *(one.version.release for one in wanted)])
    points = [point for point in near if point[: len(release)] == release] if len(release) < 3 else [release]
    return any(admits_python(wanted, point) for point in points)
