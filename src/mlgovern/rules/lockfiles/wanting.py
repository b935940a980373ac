"""Manifests that ask for packages and have no lock."""

from collections.abc import Iterator
from posixpath import basename, dirname
from typing import Any, Literal, NamedTuple

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Rising
from mlgovern.globs import matcher
from mlgovern.rule import Glob
from mlgovern.rules.lockfiles.compiled import lines_of
from mlgovern.rules.lockfiles.pairs import MANIFESTS, TEXTS, beside, compiled, touched, workspace
from mlgovern.rules.lockfiles.verdict import Document, Unknown, array, manifest_toml, string, table, text_of

_OTHERS = ("pixi.lock", "pylock.toml", "conda-lock.yml")  # locks that this family does not judge yet


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
        if not path.endswith((".in", ".txt"))
        for name in ("pyproject.toml", "Pipfile")
    }
    near |= {path.removesuffix(".txt") + ".in" for path in changed if path.endswith(".txt")}
    made = {path for pair in compiled(snapshot) for path in pair.sources} if changed else set()
    for path in sorted(near | changed):
        if path in snapshot.tracked and path not in made and "{{" not in path and not exempt(path):
            choices = _choices(snapshot, path)
            if isinstance(choices, Unknown) or (choices and not _locked(snapshot, path, choices)):
                yield path, choices


def _choices(snapshot: Snapshot, path: str) -> tuple[str, ...] | Unknown:
    """The locks that would do for a manifest; none where it asks for nothing."""
    if path.endswith(".in"):
        return (basename(path).removesuffix(".in") + ".txt",) if _is_input(snapshot, path) else ()
    if basename(path) not in MANIFESTS.values():
        return ()
    read = manifest_toml(snapshot.at(path), basename(path))
    if not isinstance(read, Document):
        return read
    if basename(path) == "Pipfile":
        asks = any(table(read.values, name) for name in ("packages", "dev-packages"))
        return ("Pipfile.lock",) if asks else ()
    return _project_choices(read.values)


def _project_choices(values: dict[str, Any]) -> tuple[str, ...]:
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
    names = choices if path.endswith(".in") else (*MANIFESTS, *_OTHERS)
    if basename(path) == "Pipfile":
        names = ("Pipfile.lock",)
    if any(beside(path, name) in snapshot.tracked for name in names):
        return True
    folder = f"{dirname(path)}/" if dirname(path) else ""
    if any(
        beside(path, name) == other
        for other in snapshot.tracked
        for name in (other.removeprefix(folder),)
        if _is_pylock(name)
    ):
        return True
    return basename(path) == "pyproject.toml" and bool(workspace(snapshot, path))


def _is_pylock(name: str) -> bool:
    return "/" not in name and name.endswith((".conda-lock.yml", ".toml")) and name.startswith(("pylock.", "conda"))
