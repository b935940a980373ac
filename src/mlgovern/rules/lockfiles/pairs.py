"""Which manifest answers to which lock, and which pairs a change touches."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from posixpath import basename, dirname
from typing import Any

from mlgovern.facts.snapshot import SYMLINK, Snapshot
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.compiled import Header, header_of
from mlgovern.rules.lockfiles.names import (
    MANIFESTS,
    NAMED,
    TEXTS,
    TOOLS,
    beside,
    is_conda_lock,
    is_environment,
    is_pylock,
    relevant,
)
from mlgovern.rules.lockfiles.verdict import (
    UTF_16,
    Broken,
    Document,
    Unknown,
    Verdict,
    array,
    manifest_toml,
    readable,
    table,
    text_of,
)

Read = Callable[[str], bytes | None]

_WORKSPACES = ("uv", "pdm")  # tools of which one lock may be for several projects
_ENDINGS = (".txt", ".toml", "pixi.lock", "conda-lock.yml", "conda-lock.yaml")  # of locks that name their own sources


class Pair(NamedTuple):
    """A tracked lock and what it answers to; `manifest` is the first of `sources`."""

    tool: str
    lock: str
    manifest: str
    sources: tuple[str, ...]
    header: Header | None = None
    judge: Callable[[str, Read], Verdict] | None = None  # of a lock that is read together with all its sources


def touched(snapshot: Snapshot) -> set[str]:
    """The manifests, locks and requirements files under judgement, and those that are removed."""
    wanted = relevant()
    return {path for path in (*(file.path for file in snapshot.files), *snapshot.removed) if wanted(path)}


def pairs(snapshot: Snapshot) -> Iterator[Pair]:
    """The pairs of which the change touches a member."""
    changed = touched(snapshot)
    if not changed:
        return
    homes = {tool: workspaces(snapshot, tool) for tool in _WORKSPACES}
    seen: set[str] = set()
    for path in sorted(changed):
        for lock in (_near(snapshot, homes, path, name) for name in MANIFESTS if basename(path) in NAMED):
            if lock and lock not in seen:
                seen.add(lock)
                manifest, tool = beside(lock, MANIFESTS[basename(lock)]), TOOLS[basename(lock)]
                others = sorted(path for path, home in homes.get(tool, {}).items() if home == lock)
                yield Pair(tool, lock, manifest, (manifest, *others))
    for pair in compiled(snapshot):
        if not changed.isdisjoint((pair.lock, *pair.sources)):
            yield pair


def _near(snapshot: Snapshot, homes: Mapping[str, Mapping[str, str]], path: str, name: str) -> str:
    """The tracked lock of that name that answers to what is beside a path: the one there, or that of its workspace."""
    lock, manifest = beside(path, name), beside(path, MANIFESTS[name])
    above = homes.get(TOOLS[name], {}).get(manifest, "")
    if above or lock not in snapshot.tracked:
        return above
    return lock if manifest in snapshot.tracked else ""


def workspaces(snapshot: Snapshot, tool: str = "uv") -> dict[str, str]:
    """The tracked lock that answers to each project that is a member of a workspace above it."""
    manifests = [path for path in snapshot.tracked if path.endswith("pyproject.toml")]
    manifests = [path for path in manifests if basename(path) == "pyproject.toml"]
    homes: dict[str, str] = {}
    for root in sorted(manifests, key=len):  # a workspace within another is its own
        lock, declared = beside(root, f"{tool}.lock"), table(values_at(snapshot, root), "tool", tool, "workspace")
        if declared and lock in snapshot.tracked:
            homes.update(dict.fromkeys(_members(declared, root, manifests), lock))
    return homes


def _members(declared: dict[str, Any], root: str, manifests: Iterable[str]) -> Iterator[str]:
    """The manifests of the other projects of a workspace, by the globs of its root."""
    folder = f"{dirname(root)}/" if dirname(root) else ""
    within, without = (_folders(declared, key) for key in ("members", "exclude"))
    for path in manifests:
        below = dirname(path)[len(folder) :]
        if path != root and path.startswith(folder) and within(below) and not without(below):
            yield path


def _folders(settings: dict[str, Any], key: str) -> Callable[[str], object]:
    globs = [posix.removeprefix("./").rstrip("/") for posix in array(settings, key) if isinstance(posix, str)]
    try:
        return matcher(globs)
    except ValueError:  # braces without end
        return lambda _path: None


def values_at(snapshot: Snapshot, path: str) -> dict[str, Any]:
    """The values of a TOML file; empty where it cannot be read."""
    read = manifest_toml(snapshot.at(path), marked=True)
    return read.values if isinstance(read, Document) else {}


def manifest_flaw(snapshot: Snapshot, path: str) -> Broken | None:
    """What keeps every tool from reading a manifest, with or without a lock."""
    if is_environment(path):
        from mlgovern.rules.lockfiles.yamls import yaml_of

        data = snapshot.at(path) or b""
        flaw = yaml_of(data, basename(path)) if b"\ndependencies:" in data or data[:2] in UTF_16 else None
        return flaw if isinstance(flaw, Broken) else None
    if path.endswith((".txt", ".in")):  # pip alone reads UTF-16, which PowerShell writes
        text = readable(snapshot.at(path) or b"", marked=True)
        return text._replace(cause="manifest") if isinstance(text, Broken) else None
    if basename(path) not in {*MANIFESTS.values(), "uv.toml", "pixi.toml"}:
        return None
    read = manifest_toml(snapshot.at(path), basename(path), marked=True)
    return read if isinstance(read, Broken) else None


def compiled(snapshot: Snapshot) -> Iterator[Pair]:
    """Every lock that was gathered and is read together with all that it was made from."""
    wanted, read = matcher(TEXTS), snapshot.at
    for path in snapshot.tracked:
        if not path.endswith(_ENDINGS):
            continue
        name = basename(path)
        if path.endswith(".txt") and wanted(path):
            header = header_of(text_of(read(path) or b"") or "")
            if header is not None:
                yield from _of_text(path, header, read)
        elif is_pylock(name):
            yield _pylock(path, read)
        elif is_conda_lock(name):
            yield _conda_lock(path, read)
        elif name == "pixi.lock":
            yield _pixi(path, read)


def _pylock(path: str, read: Read) -> Pair:
    from mlgovern.rules.lockfiles import pylock

    made = pylock.origin(path, read)
    return Pair(made.tool, path, made.sources[0], made.sources, made.header, pylock.judge)


def _conda_lock(path: str, read: Read) -> Pair:
    from mlgovern.rules.lockfiles import conda_lock

    sources = conda_lock.sources(path, read)
    return Pair("conda-lock", path, sources[0], sources, None, conda_lock.judge)


def _pixi(path: str, read: Read) -> Pair:
    from mlgovern.rules.lockfiles import pixi

    manifest = pixi.manifest_of(path, read)
    return Pair("pixi", path, manifest, (manifest,), None, pixi.judge_beside)


def _of_text(path: str, header: Header, read: Read) -> Iterator[Pair]:
    if header.exported:
        from mlgovern.rules.lockfiles import exported

        lock = exported.lock_of(path, read) or path
        yield Pair("uv export", path, lock, (lock,), header, exported.judge)
        return
    from mlgovern.rules.lockfiles import requirements
    from mlgovern.rules.lockfiles.inputs import read_inputs

    sources = tuple(read_inputs(path, header, read).files)
    if sources:
        yield Pair(header.tool, path, sources[0], sources, header, requirements.judge)


def verdict(snapshot: Snapshot, pair: Pair) -> Verdict:
    """What the lock of a pair is to its manifest."""
    for path in (pair.lock, pair.manifest):
        file = snapshot.tracked.get(path)
        if file is not None and file.mode == SYMLINK:
            return Unknown(f"{path} is a symbolic link")
    if pair.judge is not None:
        return pair.judge(pair.lock, snapshot.at)
    manifest, lock = snapshot.at(pair.manifest), snapshot.at(pair.lock)
    if pair.tool not in _WORKSPACES:
        return _verdict(pair.tool, manifest, lock)
    below = len(dirname(pair.lock)) + 1 if dirname(pair.lock) else 0
    members = tuple((path, dirname(path)[below:], snapshot.at(path)) for path in pair.sources[1:])
    if pair.tool == "pdm":
        return _pdm_verdict(manifest, lock, members)
    return _uv_verdict(manifest, lock, _uv_settings(snapshot, pair.manifest), members)


@lru_cache(maxsize=16)
def _verdict(tool: str, manifest: bytes | None, lock: bytes | None) -> Verdict:
    judge: Callable[[bytes | None, bytes | None], Verdict] = import_module(f"mlgovern.rules.lockfiles.{tool}").judge
    return judge(manifest, lock)


@lru_cache(maxsize=16)
def _pdm_verdict(
    manifest: bytes | None, lock: bytes | None, members: tuple[tuple[str, str, bytes | None], ...]
) -> Verdict:
    from mlgovern.rules.lockfiles import pdm

    return pdm.judge(manifest, lock, members)


@lru_cache(maxsize=16)
def _uv_verdict(
    manifest: bytes | None,
    lock: bytes | None,
    settings: tuple[str, bytes] | None,
    members: tuple[tuple[str, str, bytes | None], ...],
) -> Verdict:
    from mlgovern.rules.lockfiles import uv

    if settings is None:
        return uv.judge(manifest, lock, None, members)
    read = manifest_toml(settings[1], settings[0], marked=True)
    if not isinstance(read, Document):
        return read._replace(path=settings[0]) if isinstance(read, Broken) else read
    own = read.values if basename(settings[0]) == "uv.toml" else table(read.values, "tool", "uv")
    return uv.judge(manifest, lock, own, members)


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
