"""Which manifest answers to which lock, and which pairs a change touches."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from posixpath import basename, dirname
from typing import Any, NamedTuple

from mlgovern.facts.snapshot import SYMLINK, Snapshot
from mlgovern.globs import matcher
from mlgovern.rules.lockfiles import pdm, pipenv, poetry, requirements, uv
from mlgovern.rules.lockfiles.compiled import Header, header_of
from mlgovern.rules.lockfiles.inputs import read_inputs
from mlgovern.rules.lockfiles.verdict import Document, Unknown, Verdict, manifest_toml, table, text_of

MANIFESTS = {
    "uv.lock": "pyproject.toml",
    "poetry.lock": "pyproject.toml",
    "pdm.lock": "pyproject.toml",
    "Pipfile.lock": "Pipfile",
}
TOOLS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}
TEXTS = ("**/*requirements*.txt", "**/requirements/**/*.txt", "**/*constraints*.txt", "**/*.in")
GLOBS = (*(f"**/{name}" for name in ("pyproject.toml", "Pipfile", "uv.toml", "setup.cfg", *MANIFESTS)), *TEXTS)

_JUDGES: dict[str, Callable[[bytes | None, bytes | None], Verdict]] = {
    "poetry": poetry.judge,
    "pdm": pdm.judge,
    "pipenv": pipenv.judge,
}
_NAMES = {"pyproject.toml", "Pipfile", "uv.toml", *MANIFESTS}


class Pair(NamedTuple):
    """A tracked lock and what it answers to; `manifest` is the first of `sources`."""

    tool: str
    lock: str
    manifest: str
    sources: tuple[str, ...]
    header: Header | None = None


def touched(snapshot: Snapshot) -> set[str]:
    """The manifests, locks and requirements files under judgement, and those that are removed."""
    wanted = _wanted()
    return {path for path in (*(file.path for file in snapshot.files), *snapshot.removed) if wanted(path)}


@lru_cache(maxsize=1)
def _wanted() -> Callable[[str], bool]:
    texts = matcher(TEXTS)
    return lambda path: basename(path) in _NAMES or (path.endswith((".txt", ".in")) and texts(path) is not None)


def beside(path: str, name: str) -> str:
    """The path of a neighbour."""
    folder = dirname(path)
    return f"{folder}/{name}" if folder else name


def pairs(snapshot: Snapshot) -> Iterator[Pair]:
    """The pairs of which the change touches a member."""
    changed = touched(snapshot)
    seen: set[tuple[str, str]] = set()
    for path in sorted(changed):
        for lock, manifest in (_near(snapshot, path, name) for name in MANIFESTS if basename(path) in _NAMES):
            if lock and (lock, manifest) not in seen:
                seen.add((lock, manifest))
                yield Pair(TOOLS[basename(lock)], lock, manifest, (manifest,))
    if changed:
        for pair in compiled(snapshot):
            if not changed.isdisjoint((pair.lock, *pair.sources)):
                yield pair


def _near(snapshot: Snapshot, path: str, name: str) -> tuple[str, str]:
    """The tracked lock of that name beside a path, and its manifest; else that of the workspace above it."""
    lock, manifest = beside(path, name), beside(path, MANIFESTS[name])
    if lock in snapshot.tracked:
        return (lock, manifest) if manifest in snapshot.tracked else ("", "")
    return (workspace(snapshot, path), path) if name == "uv.lock" and basename(path) == "pyproject.toml" else ("", "")


def workspace(snapshot: Snapshot, path: str) -> str:
    """The uv.lock of the workspace above a manifest; empty where there is none."""
    folder = dirname(path)
    while folder:
        folder = dirname(folder)
        root = f"{folder}/pyproject.toml" if folder else "pyproject.toml"
        lock = beside(root, "uv.lock")
        if lock in snapshot.tracked and "workspace" in table(values_at(snapshot, root), "tool", "uv"):
            return lock
    return ""


def values_at(snapshot: Snapshot, path: str) -> dict[str, Any]:
    """The values of a TOML file; empty where it cannot be read."""
    read = manifest_toml(snapshot.at(path))
    return read.values if isinstance(read, Document) else {}


def compiled(snapshot: Snapshot) -> Iterator[Pair]:
    """Every compiled requirements file that was gathered, with all that it was made from."""
    wanted = matcher(TEXTS)
    for path in snapshot.tracked:
        if path.endswith(".txt") and wanted(path):
            header = header_of(text_of(snapshot.at(path) or b"") or "")
            if header is not None:
                sources = tuple(read_inputs(path, header, snapshot.at).files)
                if sources:
                    yield Pair(header.tool, path, sources[0], sources, header)


def verdict(snapshot: Snapshot, pair: Pair) -> Verdict:
    """What the lock of a pair is to its manifest."""
    for path in (pair.lock, pair.manifest):
        file = snapshot.tracked.get(path)
        if file is not None and file.mode == SYMLINK:
            return Unknown(f"{path} is a symbolic link")
    if pair.header is not None:
        return requirements.judge(pair.lock, snapshot.at)
    settings = _uv_settings(snapshot, pair.manifest) if pair.tool == "uv" else None
    if pair.tool == "uv" and dirname(pair.manifest) != dirname(pair.lock):
        return Unknown("needs uv: a workspace")
    return _verdict(pair.tool, snapshot.at(pair.manifest), snapshot.at(pair.lock), settings)


@lru_cache(maxsize=16)
def _verdict(tool: str, manifest: bytes | None, lock: bytes | None, settings: tuple[str, bytes] | None) -> Verdict:
    if tool == "uv":
        if settings is None:
            return uv.judge(manifest, lock)
        read = manifest_toml(settings[1], settings[0])
        if isinstance(read, Unknown):
            return read
        return uv.judge(
            manifest, lock, read.values if basename(settings[0]) == "uv.toml" else table(read.values, "tool", "uv")
        )
    return _JUDGES[tool](manifest, lock)


def _uv_settings(snapshot: Snapshot, manifest: str) -> tuple[str, bytes] | None:
    """The file whose settings uv obeys in place of the manifest's: the nearest uv.toml, or `[tool.uv]` further up."""
    folder = manifest
    while True:
        own, above = beside(folder, "uv.toml"), beside(folder, "pyproject.toml")
        data = snapshot.at(own)
        if data is not None:
            return own, data
        if "uv" in table(values_at(snapshot, above), "tool"):
            data = snapshot.at(above)
            return None if above == manifest or data is None else (above, data)
        folder = dirname(folder)
        if not folder:
            return None
