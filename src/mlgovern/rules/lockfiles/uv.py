"""pyproject.toml and uv.lock: no hash, but every value that uv itself compares, compared as uv does."""

from collections.abc import Iterator, Mapping
from typing import Any

from mlgovern.rules.lockfiles.integrity import Entry, by_name, flaw
from mlgovern.rules.lockfiles.markers import World, agree, marker_of, possible
from mlgovern.rules.lockfiles.pep508 import normal
from mlgovern.rules.lockfiles.project import CycleError, dependencies, extras, groups, pythons, requirements
from mlgovern.rules.lockfiles.uv_lists import Comparing, recorded
from mlgovern.rules.lockfiles.uv_options import indexes, options
from mlgovern.rules.lockfiles.uv_project import own_entry, own_lists, own_values
from mlgovern.rules.lockfiles.verdict import (
    Broken,
    Document,
    Fresh,
    Reason,
    Stale,
    Unknown,
    Verdict,
    array,
    key_line,
    lock_toml,
    manifest_toml,
    string,
    table,
    tables,
)
from mlgovern.rules.lockfiles.versions import same_pythons, specifiers_of

Differences = Iterator[Reason | Unknown]


def judge(manifest: bytes | None, lock: bytes | None, settings: Mapping[str, Any] | None = None) -> Verdict:
    """What uv.lock is to pyproject.toml; `settings` are those of a uv.toml, which replace `[tool.uv]`'s."""
    project, locked = manifest_toml(manifest), lock_toml(lock)
    if not isinstance(locked, Document):
        return locked
    if locked.values.get("version") != 1:
        return _foreign(locked)
    if not isinstance(project, Document):
        return project
    try:
        found = list(
            _differences(project, locked, table(project.values, "tool", "uv") if settings is None else settings)
        )
        reasons = tuple(one for one in found if isinstance(one, Reason))
        if reasons:
            return Stale(tuple(dict.fromkeys(reasons)))
        broken = _flaw(project.values, locked.values)
    except CycleError as error:
        return Broken(str(error), cause="manifest")
    except ValueError as error:
        return Unknown(f"needs uv: {error}")
    return broken or next((one for one in found if isinstance(one, Unknown)), None) or Fresh()


def _foreign(locked: Document) -> Broken:
    """The format of a lock is not the one that there is today."""
    version, line = locked.values.get("version"), key_line(locked.text, "version")
    if isinstance(version, int) and version > 1:
        return Broken("it was written by a newer uv", line, "format")
    return Broken("it does not say which format it has", line, "text")


def _differences(project: Document, locked: Document, settings: Mapping[str, Any]) -> Differences:
    own = table(project.values, "project")
    dynamic = {key for key in array(own, "dynamic") if isinstance(key, str)}
    world = _world(project.values, locked.values)
    if "workspace" in table(project.values, "tool", "uv") or array(table(locked.values, "manifest"), "members"):
        yield Unknown("needs uv: a workspace")
    else:  # in a workspace, requires-python is what all members have in common
        yield from _python(project, locked, dynamic)
    yield from options(project, locked, settings)
    yield from _environments(project, locked, world)
    yield from _manifest(project, locked, world)
    yield from indexes(project, locked, settings)
    if not own:
        yield Unknown("needs uv: no [project]")
        return
    entry = own_entry(locked.values, normal(string(own, "name")))
    if entry is None:
        name = normal(string(own, "name"))
        yield Reason(f"{name}, the project of pyproject.toml, is not in uv.lock", key_line(project.text, "name"))
        return
    yield from own_values(project, entry, dynamic)
    yield from own_lists(project, locked, entry, world)
    gone = sorted(dynamic & {"dependencies", "optional-dependencies", "requires-python"})
    if gone:
        yield Unknown(f"needs uv: dynamic {', '.join(gone)}")


def _world(values: dict[str, Any], locked: dict[str, Any]) -> World:
    return World(pythons(values) or specifiers_of(string(locked, "requires-python")))


def _python(project: Document, locked: Document, dynamic: set[str]) -> Differences:
    wanted = string(table(project.values, "project"), "requires-python")
    held = string(locked.values, "requires-python")
    if not wanted:
        if "requires-python" not in dynamic:
            yield Unknown("needs uv: pyproject.toml has no requires-python, so uv takes that of its interpreter")
    elif not same_pythons(specifiers_of(wanted), specifiers_of(held)):
        line = key_line(project.text, "requires-python")
        yield Reason(f"uv.lock is for Python {held or 'of any version'}, pyproject.toml says {wanted}", line)


def _environments(project: Document, locked: Document, world: World) -> Differences:
    settings = table(project.values, "tool", "uv")
    for key, held_key in (("environments", "supported-markers"), ("required-environments", "required-markers")):
        raw = settings.get(key, [])
        wanted = [raw] if isinstance(raw, str) else [text for text in array(settings, key) if isinstance(text, str)]
        held = [text for text in array(locked.values, held_key) if isinstance(text, str)]
        pairs = zip(wanted, held, strict=False)
        alike = [agree(marker_of(left), marker_of(right), world) for left, right in pairs]
        if len(wanted) != len(held) or False in alike:
            yield Reason(f"uv.lock was made for other {key} than pyproject.toml names", key_line(project.text, key))
        elif None in alike:
            yield Unknown(f"needs uv: the markers of tool.uv.{key}")
    name = normal(string(table(project.values, "project"), "name"))
    if _conflicts(settings, name) != _conflicts(locked.values, name):
        yield Reason(
            "uv.lock was made for other conflicts than pyproject.toml names", key_line(project.text, "conflicts")
        )


def _conflicts(values: object, own: str) -> set[frozenset[tuple[str, str, str]]]:
    sets = [entry for entry in array(values, "conflicts") if isinstance(entry, list)]
    return {
        frozenset(
            (normal(string(one, "package")) or own, normal(string(one, "extra")), normal(string(one, "group")))
            for one in entry
        )
        for entry in sets
    }


def _manifest(project: Document, locked: Document, world: World) -> Differences:
    """Constraints, overrides and what else uv records of `[tool.uv]`."""
    settings, held = table(project.values, "tool", "uv"), table(locked.values, "manifest")
    for key in ("constraint", "override", "build-constraint"):
        setting = f"{key}-dependencies"
        wanted = requirements(array(settings, setting), f"tool.uv.{setting}")
        yield from Comparing(project.text, world).lists(
            wanted, recorded(tables(held, f"{key}s")), f" ({key})", (("tool.uv", setting),)
        )
    excludes = {normal(name) for name in array(settings, "exclude-dependencies") if isinstance(name, str)}
    if excludes != {normal(name) for name in array(held, "excludes") if isinstance(name, str)}:
        line = key_line(project.text, "exclude-dependencies")
        yield Reason("uv.lock was made for other exclude-dependencies than pyproject.toml names", line)
    described = sorted(normal(string(entry, "name")) for entry in tables(settings, "dependency-metadata"))
    if described != sorted(normal(string(entry, "name")) for entry in tables(held, "dependency-metadata")):
        line = key_line(project.text, "dependency-metadata")
        yield Reason("uv.lock was made for other dependency-metadata than pyproject.toml has", line)
    elif described:
        yield Unknown("needs uv: tool.uv.dependency-metadata")


def _flaw(values: dict[str, Any], locked: dict[str, Any]) -> Broken | None:
    settings = table(values, "tool", "uv")
    overridden = {one.name for one in requirements(array(settings, "override-dependencies"), "override-dependencies")}
    excluded = {normal(name) for name in array(settings, "exclude-dependencies") if isinstance(name, str)}
    world = _world(values, locked)._replace(
        environments=tuple(marker_of(text) for text in array(locked, "supported-markers") if isinstance(text, str))
    )
    listed = [
        *dependencies(values),
        *(one for named in (extras(values), groups(values)) for group in named.values() for one in group),
    ]
    free = overridden | excluded
    wanted = [one for one in listed if one.name not in free and possible(one.marker, world)]
    return flaw(by_name(_entries(locked)), wanted)


def _entries(locked: dict[str, Any]) -> Iterator[Entry]:
    for package in tables(locked, "package"):
        optional = (table(package, key) for key in ("optional-dependencies", "dev-dependencies"))
        edges = [
            *tables(package, "dependencies"),
            *(edge for named in optional for key in named for edge in tables(named, key)),
        ]
        source = table(package, "source")
        version = string(package, "version") if "registry" in source else ""
        needs = tuple(normal(string(edge, "name")) for edge in edges)
        identity = f"{sorted(source.items())}{package.get('version')}{package.get('resolution-markers')}"
        yield Entry(normal(string(package, "name")), version, identity, needs)
