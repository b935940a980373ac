"""Manifests that ask for packages and have no lock."""

from collections.abc import Iterator
from posixpath import basename, dirname
from typing import Any, Literal

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Rising
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob
from mlgovern.rules.lockfiles.compiled import lines_of
from mlgovern.rules.lockfiles.names import MANIFESTS, TEXTS, beside, is_lock
from mlgovern.rules.lockfiles.pairs import compiled, touched, workspaces
from mlgovern.rules.lockfiles.verdict import Document, Unknown, array, manifest_toml, string, table, text_of


class Locks(NamedTuple):
    """`kind`: a library may go without a lock. `exempt`: manifests and locks that are none, such as test data."""

    kind: Rising[Literal["library", "application"]] = "application"
    exempt: Allowed[Glob] = ()


def wanting(snapshot: Snapshot, settings: Locks) -> Iterator[tuple[str, tuple[str, ...] | Unknown]]:
    """Manifests without a lock among what the change touches, and the names that a lock could have, the likeliest first."""
    changed, exempt = touched(snapshot), matcher(settings.exempt)
    near = {
        beside(path, name)
        for path in changed
        if not path.endswith((".in", ".txt", ".yml", ".yaml"))
        for name in ("pyproject.toml", "Pipfile", "pixi.toml")
    }
    near |= {path.removesuffix(".txt") + ".in" for path in changed if path.endswith(".txt")}
    made = {path for pair in compiled(snapshot) for path in pair.sources} if changed else set()
    made |= {*workspaces(snapshot, "uv"), *workspaces(snapshot, "pdm")} if changed else set()
    for path in sorted(near | changed):
        if path in snapshot.tracked and path not in made and "{{" not in path and not exempt(path):
            choices = _choices(snapshot, path)
            if isinstance(choices, Unknown) or (choices and not _locked(snapshot, path, choices)):
                yield path, choices


def _choices(snapshot: Snapshot, path: str) -> tuple[str, ...] | Unknown:
    """The locks that would do for a manifest; none where it asks for nothing."""
    if path.endswith(".in"):
        return (basename(path).removesuffix(".in") + ".txt",) if _is_input(snapshot, path) else ()
    if basename(path) not in {*MANIFESTS.values(), "pixi.toml"}:
        return ()
    read = manifest_toml(snapshot.at(path), basename(path), marked=True)
    if not isinstance(read, Document):
        return read if isinstance(read, Unknown) else ()  # broken-lockfile says so
    if basename(path) == "Pipfile":
        asks = any(table(read.values, name) for name in ("packages", "dev-packages"))
        return ("Pipfile.lock",) if asks else ()
    if basename(path) == "pixi.toml":
        return ("pixi.lock",) if _asks_pixi(read.values) else ()
    return _project_choices(read.values)


def _asks_pixi(own: dict[str, Any]) -> bool:
    return any(table(own, key) for key in ("dependencies", "pypi-dependencies", "feature", "target"))


def _project_choices(values: dict[str, Any]) -> tuple[str, ...]:
    if _asks_pixi(table(values, "tool", "pixi")):
        return ("pixi.lock",)
    project, tools, poetry = table(values, "project"), table(values, "tool"), table(values, "tool", "poetry")
    asks = bool(array(project, "dependencies") or table(project, "optional-dependencies"))
    asks = asks or "dependencies" in array(project, "dynamic") or any(table(values, "dependency-groups").values())
    asks = asks or bool(
        set(table(poetry, "dependencies")) - {"python"} or table(poetry, "group") or "dev-dependencies" in poetry
    )
    template = any("{{" in string(owner, "name") for owner in (project, poetry))
    if template or not asks or not ({"project", "dependency-groups"} & set(values) or poetry):
        return ()
    if "poetry" in tools or "pdm" in tools:
        return ("poetry.lock",) if "poetry" in tools else ("pdm.lock",)
    return ("uv.lock", "poetry.lock", "pdm.lock")


def _is_input(snapshot: Snapshot, path: str) -> bool:
    """A `.in` file of requirements, not included by another: those have a compiled file of their own."""
    named = "requirements" in path or "constraints" in basename(path)
    text = text_of(snapshot.at(path) or b"") if named and matcher(TEXTS)(path) else None
    if not text or not any(not line.text.startswith("-") for line in lines_of(text)):
        return False
    others = (
        other
        for other in snapshot.tracked
        if other.endswith(".in") and dirname(other) == dirname(path) and other != path
    )
    return not any(basename(path).encode() in (snapshot.at(other) or b"") for other in others)


def _locked(snapshot: Snapshot, path: str, choices: tuple[str, ...]) -> bool:
    """Any lock beside the manifest will do, and so does that of a workspace above it."""
    if path.endswith(".in"):
        names = choices
    else:
        names = {"Pipfile": ("Pipfile.lock",), "pixi.toml": ("pixi.lock",)}.get(basename(path), tuple(MANIFESTS))
    if any(beside(path, name) in snapshot.tracked for name in names):
        return True
    there = (other for other in snapshot.tracked if dirname(other) == dirname(path))
    return basename(path) == "pyproject.toml" and any(is_lock(basename(other)) for other in there)
