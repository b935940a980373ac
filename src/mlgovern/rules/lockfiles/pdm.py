"""pyproject.toml and pdm.lock: a hash over dependencies, sources and resolution settings."""

from typing import Any

from mlgovern.rules.lockfiles.integrity import Entry, by_name, differences, flaw, rewritten
from mlgovern.rules.lockfiles.markers import TRUE, Marker, World, joined, marker_of, possible
from mlgovern.rules.lockfiles.pep508 import Requirement, normal, requirement_of
from mlgovern.rules.lockfiles.places import key_line
from mlgovern.rules.lockfiles.project import dependencies, extras, groups, requirements
from mlgovern.rules.lockfiles.verdict import (
    Broken,
    Document,
    Fresh,
    Reason,
    Stale,
    Unknown,
    Verdict,
    array,
    digest,
    lock_toml,
    manifest_toml,
    sha256,
    string,
    table,
    tables,
)
from mlgovern.rules.lockfiles.versions import specifiers_of

LOCK_VERSION = (4, 5)  # as of pdm 2.29


Members = tuple[tuple[str, str, bytes | None], ...]


def judge(manifest: bytes | None, lock: bytes | None, members: Members = ()) -> Verdict:
    """What pdm.lock is to pyproject.toml, and to the `members` of its workspace: path, folder as seen from the lock, content."""
    project, locked = manifest_toml(manifest), lock_toml(lock)
    if not isinstance(locked, Document):
        return locked
    if not isinstance(project, Document):
        return project
    settings, metadata = table(project.values, "tool", "pdm"), table(locked.values, "metadata")
    line = key_line(locked.text, "content_hash")
    if not _format_known(string(metadata, "lock_version")):
        return Stale((Reason("pdm.lock has a format that current pdm writes anew", None, line),))
    if table(settings, "resolution").get("lock_inputs") is True and "lock_inputs" not in metadata:
        return Stale((Reason("pyproject.toml asks for lock_inputs, pdm.lock has none", None, line),))
    if "lock_inputs" in metadata:
        return Unknown("needs pdm: lock_inputs")
    others: list[tuple[str, Document]] = []
    for path, folder, data in members:
        read = manifest_toml(data, path)
        if not isinstance(read, Document):
            return read._replace(path=path) if isinstance(read, Broken) else read
        others.append((folder, read))
    made_from = hash_of(project, others)
    if made_from is None:
        return Unknown("pyproject.toml has a value that JSON lacks")
    return _judged(
        project, locked, [one for _, one in others], string(metadata, "content_hash") == f"sha256:{made_from}"
    )


def hash_of(project: Document, others: list[tuple[str, Document]]) -> str | None:
    """The hash of a project, or that of a workspace over those of its projects; None where JSON lacks a value."""
    own = digest(content(project.values))
    if own is None or not table(project.values, "tool", "pdm", "workspace"):
        return own
    parts = [own]
    for folder, one in sorted(others, key=lambda other: other[0]):
        parts += [folder, digest(content(one.values)) or ""]
    return sha256("\0".join(parts).encode()) if all(parts) else None


def content(values: dict[str, Any]) -> dict[str, Any]:
    """What the hash covers."""
    project, settings = table(values, "project"), table(values, "tool", "pdm")
    dev = {
        normal(name): list(array(values.get("dependency-groups"), name)) for name in table(values, "dependency-groups")
    }
    for name in table(settings, "dev-dependencies"):
        dev.setdefault(normal(name), []).extend(array(settings["dev-dependencies"], name))
    return {
        "sources": settings.get("source", []),
        "dependencies": project.get("dependencies", []),
        "dev-dependencies": dev,
        "optional-dependencies": project.get("optional-dependencies", {}),
        "requires-python": project.get("requires-python", ""),
        "resolution": settings.get("resolution", {}),
    }


def _judged(project: Document, locked: Document, others: list[Document], matches: bool) -> Verdict:
    line = key_line(locked.text, "content_hash")
    names = [normal(string(table(one.values, "project"), "name")) for one in (project, *others)]
    try:
        wanted, entries = _wanted(project.values, locked.values), by_name(_entries(locked.values))
    except ValueError as error:
        return Unknown(f"needs pdm: {error}") if matches else Stale((rewritten("pdm.lock", "pyproject.toml", line),))
    if matches:
        overridden = table(project.values, "tool", "pdm", "resolution", "overrides")
        return flaw(entries, wanted, overridden, names) or Fresh()
    everything = [
        *names,
        *(w.name for one in (project, *others) for group in _named(one.values).values() for w in group),
    ]
    reasons = tuple(differences(project, wanted, entries, "pdm.lock", everything))
    return Stale(reasons or (rewritten("pdm.lock", "pyproject.toml", line),))


def _format_known(lock_version: str) -> bool:
    major, _, rest = lock_version.partition(".")
    minor = rest.partition(".")[0] or "0"
    return major == str(LOCK_VERSION[0]) and minor.isdecimal() and len(minor) < 9 and int(minor) <= LOCK_VERSION[1]


def _named(values: dict[str, Any]) -> dict[str, list[Requirement]]:
    """All groups by name."""
    named = {"default": dependencies(values), **extras(values), **groups(values)}
    for name, texts in table(values, "tool", "pdm", "dev-dependencies").items():
        own_group = [text for text in array({"": texts}, "") if not str(text).startswith("-e ")]
        named[normal(name)] = [
            *named.get(normal(name), []),
            *requirements(own_group, f"tool.pdm.dev-dependencies.{name}"),
        ]
    return named


def _wanted(values: dict[str, Any], locked: dict[str, Any]) -> list[Requirement]:
    """The requirements of the groups that the lock holds, where its environments need them."""
    held = {normal(name) for name in array(table(locked, "metadata"), "groups") if isinstance(name, str)} or {"default"}
    own = {normal(string(table(values, "project"), "name")), *_excluded(values)}
    listed = [one for name, group in _named(values).items() if name in held for one in group if one.name not in own]
    world = _world(locked)
    return [one for one in listed if _needed(one.marker, world)]


def _excluded(values: dict[str, Any]) -> set[str]:
    excludes = array(table(values, "tool", "pdm", "resolution"), "excludes")
    return {normal(name) for name in excludes if isinstance(name, str)}


def _world(locked: dict[str, Any]) -> World | None:
    """The Pythons of the lock; None where it is for some systems only: what has a marker is then not asked after."""
    targets = tables(table(locked, "metadata"), "targets")
    if len(targets) != 1 or set(targets[0]) - {"requires_python"}:
        return None
    return World(specifiers_of(string(targets[0], "requires_python")))


def _needed(marker: Marker, world: World | None) -> bool:
    return marker == TRUE or (world is not None and possible(marker, world))


def _entries(locked: dict[str, Any]) -> list[Entry]:
    inherits = "inherit_metadata" in array(table(locked, "metadata"), "strategy")
    world = _world(locked) if inherits else None
    entries = []
    for package in tables(locked, "package"):
        here = marker_of(string(package, "marker"))
        edges = [requirement_of(text) for text in array(package, "dependencies") if isinstance(text, str)]
        needs = [
            edge.name
            for edge in edges
            if _needed(joined("and", (here, edge.marker)) if edge.marker != TRUE else TRUE, world)
        ]
        sources = sorted(
            f"{key}={value}" for key, value in package.items() if isinstance(value, str) and key != "summary"
        )
        identity = " ".join([*map(str, array(package, "extras")), *sources])
        names = (edge.name for edge in edges)
        version = "" if {"path", "git", "url"} & set(package) else string(package, "version")
        entries.append(Entry(normal(string(package, "name")), version, identity, tuple(needs), tuple(names)))
    return entries
