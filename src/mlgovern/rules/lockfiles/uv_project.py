"""What uv.lock records of the projects that it is for: their kind, their version and their requirements."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.markers import Marker, World, marker_of
from mlgovern.rules.lockfiles.pep508 import Requirement, normal
from mlgovern.rules.lockfiles.places import key_line
from mlgovern.rules.lockfiles.project import dependencies, extras, groups, includes, requirements
from mlgovern.rules.lockfiles.uv_lists import Comparing, flattened, recorded, under
from mlgovern.rules.lockfiles.uv_sources import Origins, origins
from mlgovern.rules.lockfiles.verdict import Document, Reason, Unknown, array, string, table, tables
from mlgovern.rules.lockfiles.versions import same_pythons, specifiers_of, version_of


class Member(NamedTuple):
    """A project that a lock is for: its manifest, where that is, and its folder as seen from the lock."""

    project: Document
    path: str = ""  # empty for the manifest beside the lock
    folder: str = ""

    @property
    def own(self) -> dict[str, Any]:
        """`[project]`; empty at the root of a workspace that is no project itself."""
        return table(self.project.values, "project")

    @property
    def name(self) -> str:
        """The normalised name."""
        return normal(string(self.own, "name"))

    @property
    def dynamic(self) -> set[str]:
        """What only the build says."""
        return {key for key in array(self.own, "dynamic") if isinstance(key, str)}

    def packaged(self, *, needed: bool) -> bool:
        """Whether it is built and installed; `needed` by another project of the workspace, it is without a build system."""
        settings = table(self.project.values, "tool", "uv")
        return settings.get("package", needed or "build-system" in self.project.values) is True

    def reason(self, text: str, line: int | None = None) -> Reason:
        """A difference whose line is in this manifest."""
        return Reason(text, line, None, self.path)

    @property
    def shown(self) -> str:
        """The manifest as messages name it."""
        return self.path or "pyproject.toml"


class Workspace(NamedTuple):
    """The projects that one lock is for, its root first, and the settings that uv obeys."""

    projects: tuple[Member, ...]
    settings: Mapping[str, Any]
    needed: frozenset[str]  # names that a project takes from the workspace
    places: Mapping[str, str]  # what is recorded of each project

    @property
    def root(self) -> Member:
        """The project beside the lock, or the root that is none."""
        return self.projects[0]

    @property
    def declared(self) -> bool:
        """There is a workspace at all."""
        return "workspace" in table(self.root.project.values, "tool", "uv")

    def origins(self, member: Member) -> Origins:
        """Where a project takes its requirements from."""
        return origins(member.project.values, self.root.project.values, self.settings, member.folder, self.places)


def workspace_of(projects: tuple[Member, ...], settings: Mapping[str, Any]) -> Workspace:
    """The projects with what they are to each other."""
    needed = frozenset(
        normal(name)
        for one in projects
        for name, source in table(one.project.values, "tool", "uv", "sources").items()
        if _from_workspace(source) and normal(name) != one.name
    )
    places = {
        one.name: f"{'editable' if one.packaged(needed=one.name in needed) else 'folder'} {one.folder or '.'}"
        for one in projects
        if one.own
    }
    return Workspace(projects, settings, needed, places)


def _from_workspace(source: object) -> bool:
    ones = source if isinstance(source, list) else [source]
    return any(isinstance(one, dict) and one.get("workspace") is True for one in ones)


def own_entry(locked: dict[str, Any], member: Member) -> dict[str, Any] | None:
    """The package entry of a project itself."""
    for package in tables(locked, "package"):
        source = package.get("source")
        here = (member.folder or ".") in {string(source, "virtual"), string(source, "editable")}
        if here and normal(string(package, "name")) == member.name:
            return package
    return None


def own_values(member: Member, entry: dict[str, Any], *, needed: bool) -> Iterator[Reason | Unknown]:
    """Differences in what the project says of itself: whether it is a package, and its version."""
    text = member.project.text
    if member.packaged(needed=needed) is not ("editable" in table(entry, "source")):
        kind = "a package" if member.packaged(needed=needed) else "no package"
        line = key_line(text, "package") or key_line(text, "build-backend")
        yield member.reason(f"{member.shown} is {kind} now, uv.lock says otherwise", line)
    version, held = string(member.own, "version"), string(entry, "version")
    line = key_line(text, "version")
    if "version" in member.dynamic:
        if held:
            where = key_line(text, "dynamic")
            yield member.reason(f"uv.lock still says version {held}, in {member.shown} it is dynamic", where)
    elif not version:
        yield Unknown(f"needs uv: {member.shown} has no version")
    elif version != held and (version_of(version) is None or _key(version) != _key(held)):
        yield member.reason(f"uv.lock still says version {held or 'none'}, {member.shown} says {version}", line)


def _key(version: str) -> object:
    parsed = version_of(version)
    return parsed and parsed.key


def own_lists(
    member: Member, locked: Document, entry: dict[str, Any], origins: Origins, world: World
) -> Iterator[Reason | Unknown]:
    """The project's own requirements: `requires-dist`, `provides-extras` and `requires-dev`."""
    values, metadata = member.project.values, table(entry, "metadata")
    comparing = Comparing(member.project.text, world, origins.obscure(), member.path)
    if not member.dynamic & {"dependencies", "optional-dependencies"}:
        yield from comparing.lists(*_distribution(member, metadata, origins), "")
        yield from _extras(member, locked, metadata)
    asked = {name: [*origins.placed(group, group=name)] for name, group in _groups(values).items()}
    yield from group_lists(member, asked, table(metadata, "requires-dev"), comparing)
    limits = _limits(values)
    kept = {normal(name): text for name, text in table(entry, "group-requires-python").items() if isinstance(text, str)}
    for name in {**limits, **kept}:
        line = key_line(member.project.text, name)
        if not same_pythons(specifiers_of(",".join(limits.get(name, []))), specifiers_of(kept.get(name, ""))):
            yield member.reason(f"uv.lock was made for another requires-python of the dependency group {name}", line)
        elif name not in kept:
            yield member.reason(f"the requires-python of the dependency group {name} is not in uv.lock", line)
    if origins.obscure():
        yield Unknown("needs uv: tool.uv.sources")


def _distribution(
    member: Member, metadata: dict[str, Any], origins: Origins
) -> tuple[list[Requirement], list[Requirement]]:
    """Dependencies and extras as one list, as pyproject.toml asks for them and as the lock records them."""
    values, own = member.project.values, member.name
    named = {name: [*origins.placed(group, extra=name)] for name, group in extras(values).items()}
    wanted = [
        *origins.placed(dependencies(values)),
        *(under(one, name) for name, group in named.items() for one in group),
    ]
    held = recorded(tables(metadata, "requires-dist"))
    return (wanted if any(one.name == own for one in held) else flattened(wanted, named, own)), held


def _extras(member: Member, locked: Document, metadata: dict[str, Any]) -> Iterator[Reason]:
    revision = locked.values.get("revision", 0)
    provided = {normal(name) for name in array(metadata, "provides-extras") if isinstance(name, str)}
    if isinstance(revision, int) and revision >= 1:
        yield from _names(member, provided, set(extras(member.project.values)), "extra")


def root_groups(root: Member, held: dict[str, Any], origins: Origins, world: World) -> Iterator[Reason | Unknown]:
    """The groups of a workspace whose root is no project."""
    asked = {name: [*origins.placed(group, group=name)] for name, group in _groups(root.project.values).items()}
    yield from group_lists(root, asked, held, Comparing(root.project.text, world, origins.obscure()))


def group_lists(
    member: Member, asked: dict[str, list[Requirement]], held: dict[str, Any], comparing: Comparing
) -> Iterator[Reason | Unknown]:
    """Dependency groups, one by one."""
    dev = {normal(name): tables({"": group}, "") for name, group in held.items()}
    yield from _names(member, set(dev), set(asked), "dependency group")
    for name in [name for name in asked if name in dev]:
        arrays = ("dependency-groups", name), *((("tool.uv", "dev-dependencies"),) if name == "dev" else ())
        yield from comparing.lists(asked[name], recorded(dev[name]), f" (group {name})", arrays)


def _names(member: Member, held: set[str], named: set[str], what: str) -> Iterator[Reason]:
    for name in sorted(held ^ named):
        there, gone = (member.shown, "uv.lock") if name in named else ("uv.lock", member.shown)
        line = key_line(member.project.text, name)
        yield member.reason(f"the {what} {name} is in {there} but not in {gone}", line)


def _limits(values: dict[str, Any]) -> dict[str, list[str]]:
    """`requires-python` of each group: its own and that of every group it includes."""
    own = {
        normal(name): string(one, "requires-python")
        for name, one in table(values, "tool", "uv", "dependency-groups").items()
    }
    inner, limits = includes(values), {}
    for name in inner:
        reached, todo = {name}, [name]
        while todo:
            new = inner.get(todo.pop(), set()) - reached
            reached |= new
            todo += new
        texts = [own[one] for one in sorted(reached) if own.get(one)]
        if texts:
            limits[name] = texts
    return limits


def _groups(values: dict[str, Any]) -> dict[str, list[Requirement]]:
    settings = table(values, "tool", "uv")
    limits: dict[str, Marker] = {}
    for name, one in table(settings, "dependency-groups").items():
        parts = [part.strip() for part in string(one, "requires-python").split(",") if part.strip()]
        texts = (re.sub(r"^([<>=!~]+)\s*(.*)$", r"python_full_version \1 '\2'", part) for part in parts)
        limits[normal(name)] = marker_of(" and ".join(texts))
    named = groups(values, limits)
    older = requirements(array(settings, "dev-dependencies"), "tool.uv.dev-dependencies")
    if older:
        named["dev"] = [*named.get("dev", []), *older]
    return named
