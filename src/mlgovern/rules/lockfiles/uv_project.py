"""What uv.lock records of the project itself: its kind, its version and its requirements."""

import re
from collections.abc import Iterator
from typing import Any

from mlgovern.rules.lockfiles.markers import Marker, World, marker_of
from mlgovern.rules.lockfiles.pep508 import Requirement, normal
from mlgovern.rules.lockfiles.project import dependencies, extras, groups, includes, requirements
from mlgovern.rules.lockfiles.uv_lists import Comparing, flattened, recorded, under
from mlgovern.rules.lockfiles.verdict import Document, Reason, Unknown, array, key_line, string, table, tables
from mlgovern.rules.lockfiles.versions import same_pythons, specifiers_of, version_of


def own_entry(locked: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The package entry of the project itself."""
    for package in tables(locked, "package"):
        source = package.get("source")
        here = string(source, "virtual") == "." or string(source, "editable") == "."
        if here and normal(string(package, "name")) == name:
            return package
    return None


def own_values(project: Document, entry: dict[str, Any], dynamic: set[str]) -> Iterator[Reason | Unknown]:
    """Differences in what the project says of itself: whether it is a package, and its version."""
    own, settings = table(project.values, "project"), table(project.values, "tool", "uv")
    packaged = settings.get("package", "build-system" in project.values)
    if packaged is not ("editable" in table(entry, "source")):
        kind = "a package" if packaged else "no package"
        line = key_line(project.text, "package") or key_line(project.text, "build-backend")
        yield Reason(f"pyproject.toml is {kind} now, uv.lock says otherwise", line)
    version, held = string(own, "version"), string(entry, "version")
    line = key_line(project.text, "version")
    if "version" in dynamic:
        if held:
            yield Reason(
                f"uv.lock still says version {held}, in pyproject.toml it is dynamic", key_line(project.text, "dynamic")
            )
    elif not version:
        yield Unknown("needs uv: pyproject.toml has no version")
    elif version != held and (version_of(version) is None or _key(version) != _key(held)):
        yield Reason(f"uv.lock still says version {held or 'none'}, pyproject.toml says {version}", line)


def _key(version: str) -> object:
    parsed = version_of(version)
    return parsed and parsed.key


def own_lists(project: Document, locked: Document, entry: dict[str, Any], world: World) -> Iterator[Reason | Unknown]:
    """The project's own requirements: `requires-dist`, `provides-extras` and `requires-dev`."""
    named, metadata = extras(project.values), table(entry, "metadata")
    own = normal(string(entry, "name"))
    pinned, elsewhere = _sources(project.values)
    wanted = [*dependencies(project.values), *(under(one, name) for name, group in named.items() for one in group)]
    held = recorded(tables(metadata, "requires-dist"))
    if not any(one.name == own for one in held):
        wanted = flattened(wanted, named, own)
    comparing = Comparing(project.text, world, frozenset(elsewhere))
    yield from comparing.lists(_placed(wanted, pinned), held, "")
    revision = locked.values.get("revision", 0)
    provided = {normal(name) for name in array(metadata, "provides-extras") if isinstance(name, str)}
    if isinstance(revision, int) and revision >= 1:
        yield from _names(project, provided, set(named), "extra")
    dev = {normal(name): tables({"": group}, "") for name, group in table(metadata, "requires-dev").items()}
    limits, asked = _limits(project.values), _groups(project.values)
    yield from _names(project, set(dev), set(asked), "dependency group")
    for name in [name for name in asked if name in dev]:
        arrays = ("dependency-groups", name), *((("tool.uv", "dev-dependencies"),) if name == "dev" else ())
        yield from comparing.lists(_placed(asked[name], pinned), recorded(dev[name]), f" (group {name})", arrays)
    kept = {normal(name): text for name, text in table(entry, "group-requires-python").items() if isinstance(text, str)}
    for name in {**limits, **kept}:
        if not same_pythons(specifiers_of(",".join(limits.get(name, []))), specifiers_of(kept.get(name, ""))):
            yield Reason(
                f"uv.lock was made for another requires-python of the dependency group {name}",
                key_line(project.text, name),
            )
        elif name not in kept:
            yield Reason(
                f"the requires-python of the dependency group {name} is not in uv.lock", key_line(project.text, name)
            )
    if elsewhere:
        yield Unknown("needs uv: tool.uv.sources")


def _names(project: Document, held: set[str], named: set[str], what: str) -> Iterator[Reason]:
    for name in sorted(held ^ named):
        there, gone = ("pyproject.toml", "uv.lock") if name in named else ("uv.lock", "pyproject.toml")
        yield Reason(f"the {what} {name} is in {there} but not in {gone}", key_line(project.text, name))


def _sources(values: dict[str, Any]) -> tuple[dict[str, str], set[str]]:
    """The URL of the index that a name is pinned to, and the names whose source cannot be told from the text."""
    indexes = {string(one, "name"): string(one, "url") for one in tables(table(values, "tool", "uv"), "index")}
    pinned, elsewhere = {}, set()
    for name, source in table(values, "tool", "uv", "sources").items():
        url = indexes.get(string(source, "index")) if isinstance(source, dict) and set(source) == {"index"} else None
        if url:
            pinned[normal(name)] = f"index {url}"
        else:
            elsewhere.add(normal(name))
    return pinned, elsewhere


def _placed(wanted: list[Requirement], pinned: dict[str, str]) -> list[Requirement]:
    return [one._replace(url=pinned.get(one.name, one.url)) for one in wanted]


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
