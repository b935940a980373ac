"""pyproject.toml and uv.lock: no hash, but every value that uv itself compares, compared as uv does."""

from collections.abc import Iterator, Mapping
from typing import Any

from mlgovern.rules.lockfiles.integrity import Entry, by_name, flaw
from mlgovern.rules.lockfiles.markers import World, agree, marker_of, possible
from mlgovern.rules.lockfiles.pep508 import Requirement, normal
from mlgovern.rules.lockfiles.places import key_line
from mlgovern.rules.lockfiles.project import CycleError, dependencies, extras, groups, pythons, requirements
from mlgovern.rules.lockfiles.uv_lists import Comparing, recorded
from mlgovern.rules.lockfiles.uv_options import indexes, options
from mlgovern.rules.lockfiles.uv_project import (
    Member,
    Workspace,
    own_entry,
    own_lists,
    own_values,
    root_groups,
    workspace_of,
)
from mlgovern.rules.lockfiles.verdict import (
    Broken,
    Document,
    Fresh,
    Reason,
    Stale,
    Unknown,
    Verdict,
    array,
    lock_toml,
    manifest_toml,
    string,
    table,
    tables,
)
from mlgovern.rules.lockfiles.versions import Specifiers, same_pythons, specifiers_of

Differences = Iterator[Reason | Unknown]


def judge(
    manifest: bytes | None,
    lock: bytes | None,
    settings: Mapping[str, Any] | None = None,
    members: tuple[tuple[str, str, bytes | None], ...] = (),
) -> Verdict:
    """What uv.lock is to pyproject.toml.

    `settings` are those of a uv.toml, which replace `[tool.uv]`'s; `members` are the manifests of the other projects of the
    workspace: path, folder as seen from the lock, content.
    """
    project, locked = manifest_toml(manifest, marked=True), lock_toml(lock, marked=True)
    if not isinstance(locked, Document):
        return locked
    if locked.values.get("version") != 1:
        return _foreign(locked)
    if not isinstance(project, Document):
        return project
    projects = [Member(project)]
    for path, folder, data in members:
        read = manifest_toml(data, path, marked=True)
        if not isinstance(read, Document):
            return read._replace(path=path) if isinstance(read, Broken) else read
        projects.append(Member(read, path, folder))
    obeyed = table(project.values, "tool", "uv") if settings is None else settings
    workspace = workspace_of(tuple(projects), obeyed)
    try:
        found = list(_differences(workspace, locked))
        reasons = tuple(one for one in found if isinstance(one, Reason))
        if reasons:
            return Stale(tuple(dict.fromkeys(reasons)))
        broken = _flaw(workspace, locked.values)
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


def _differences(workspace: Workspace, locked: Document) -> Differences:
    root = workspace.root
    world = _world(workspace, locked.values)
    yield from _python(workspace, locked)
    yield from options(root.project, locked, workspace.settings)
    yield from _environments(workspace, locked, world)
    yield from _manifest(workspace, locked, world)
    yield from indexes(root.project, locked, workspace.settings)
    if not root.own and not workspace.declared:
        yield Unknown("needs uv: no [project]")
        return
    yield from _members(workspace, locked)
    for member in workspace.projects:
        entry = own_entry(locked.values, member) if member.own else None
        if entry is not None:
            yield from own_values(member, entry, needed=member.name in workspace.needed)
            yield from own_lists(member, locked, entry, workspace.origins(member), world)
        gone = sorted(member.dynamic & {"dependencies", "optional-dependencies", "requires-python"})
        if gone:
            yield Unknown(f"needs uv: dynamic {', '.join(gone)}")
    if not root.own:
        held = table(locked.values, "manifest", "dependency-groups")
        yield from root_groups(root, held, workspace.origins(root), world)


def _members(workspace: Workspace, locked: Document) -> Differences:
    """Which projects the lock is for; a project that is alone is not listed, but has an entry."""
    listed = {normal(name) for name in array(table(locked.values, "manifest"), "members") if isinstance(name, str)}
    there = {member.name: member for member in workspace.projects if member.own}
    for name, member in there.items():
        if name not in listed and (listed or len(there) > 1 or own_entry(locked.values, member) is None):
            line = key_line(member.project.text, "name")
            yield member.reason(f"{name}, the project of {member.shown}, is not in uv.lock", line)
        elif own_entry(locked.values, member) is None:
            line = key_line(member.project.text, "name")
            yield member.reason(f"{name} has another place in uv.lock than {member.shown}", line)
    for name in sorted(listed - set(there)):
        line = key_line(workspace.root.project.text, "members")
        yield Reason(f"{name} is a project in uv.lock, but none of the workspace", line)


def _world(workspace: Workspace, locked: dict[str, Any]) -> World:
    own = pythons(workspace.root.project.values) if len(workspace.projects) == 1 else frozenset()
    return World(own or specifiers_of(string(locked, "requires-python")))


def _python(workspace: Workspace, locked: Document) -> Differences:
    """What all projects have in common."""
    held = specifiers_of(string(locked.values, "requires-python"))
    saying = [member for member in workspace.projects if string(member.own, "requires-python")]
    wanted = [string(member.own, "requires-python") for member in saying]
    if any("requires-python" in member.dynamic for member in workspace.projects):
        return  # said where the project is judged
    if not wanted:
        yield Unknown("needs uv: pyproject.toml has no requires-python, so uv takes that of its interpreter")
    elif not same_pythons(specifiers_of(",".join(wanted)), held):
        made = string(locked.values, "requires-python") or "of any version"
        odd = next((one for one in saying if not _within(held, one)), saying[0])
        line = key_line(odd.project.text, "requires-python")
        yield odd.reason(f"uv.lock is for Python {made}, {odd.shown} says {string(odd.own, 'requires-python')}", line)


def _within(held: Specifiers, member: Member) -> bool:
    """All that the lock is for suits a project."""
    return same_pythons(held | specifiers_of(string(member.own, "requires-python")), held)


def _environments(workspace: Workspace, locked: Document, world: World) -> Differences:
    project = workspace.root.project
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
    declared = [_conflicts(table(one.project.values, "tool", "uv"), one.name) for one in workspace.projects]
    if set().union(*declared) != _conflicts(locked.values, workspace.root.name):
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


def _manifest(workspace: Workspace, locked: Document, world: World) -> Differences:
    """Constraints, overrides and what else uv records of `[tool.uv]`."""
    project, placed = workspace.root.project, workspace.origins(workspace.root)
    settings, held = table(project.values, "tool", "uv"), table(locked.values, "manifest")
    for key in ("constraint", "override", "build-constraint"):
        setting = f"{key}-dependencies"
        wanted = [*placed.placed(requirements(array(settings, setting), f"tool.uv.{setting}"))]
        yield from Comparing(project.text, world, placed.obscure()).lists(
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


def _flaw(workspace: Workspace, locked: dict[str, Any]) -> Broken | None:
    settings = table(workspace.root.project.values, "tool", "uv")
    overridden = {one.name for one in requirements(array(settings, "override-dependencies"), "override-dependencies")}
    excluded = {normal(name) for name in array(settings, "exclude-dependencies") if isinstance(name, str)}
    world = _world(workspace, locked)._replace(
        environments=tuple(marker_of(text) for text in array(locked, "supported-markers") if isinstance(text, str))
    )
    free = overridden | excluded
    listed = [one for member in workspace.projects for one in _listed(member)]
    sourced = {name for member in workspace.projects for name in workspace.origins(member).sources}
    wanted = [one for one in listed if one.name not in free and possible(one.marker, world)]
    return flaw(by_name(_entries(locked)), wanted, sourced)


def _listed(member: Member) -> Iterator[Requirement]:
    """All that a project asks for, whatever the extra or group."""
    values = member.project.values
    dynamic = member.dynamic
    yield from [] if "dependencies" in dynamic else dependencies(values)
    named = {} if "optional-dependencies" in dynamic else extras(values)
    yield from (one for each in (named, groups(values)) for group in each.values() for one in group)


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
