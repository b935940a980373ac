"""What a structure requires and a repository lacks, as files to be: stubs, folders held open; nothing that is there is touched."""

import re
from collections.abc import Iterator
from keyword import iskeyword
from typing import Any

from mlgovern.facts.snapshot import Snapshot
from mlgovern.files import sound
from mlgovern.globs import expand, matcher
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple
from mlgovern.rules.structure.content import Content
from mlgovern.rules.structure.required import AnyOf, Required, Requirements, lacks
from mlgovern.rules.structure.tree import plain

KEEP = ".gitkeep"
_EMPTY = frozenset((KEEP, ".gitignore", "__init__.py"))  # which may be


class Names(NamedTuple):
    """What a new project calls itself: `churn-model`, and `churn_model` where it is imported."""

    project: str
    package: str


class Made(NamedTuple):
    """A file to be; `key` is how the finding about it is known, and a path that cannot be told is empty."""

    key: str
    path: str
    data: bytes = b""


def names(folder: str) -> Names:
    """The names that a folder's name makes."""
    project = re.sub(r"[^A-Za-z0-9._-]+", "-", folder).strip("-._") or "project"
    package = re.sub(r"[^a-z0-9]+", "_", project.lower()).strip("_")
    sound = package[:1].isalpha() and not iskeyword(package)
    return Names(project, package if sound else f"project_{package}".rstrip("_"))


def made(snapshot: Snapshot, policy: Policy, project: str) -> Iterator[Made]:
    """What `missing-required-path` asks for and a tree lacks; where no file can or may be made of it, the key alone."""
    settings: Requirements = _settings(policy, "missing-required-path", Requirements())
    contents: tuple[Content, ...] = getattr(_settings(policy, "missing-content", None), "content", ())
    for root, entry in lacks(snapshot, settings):
        called = names(root.rstrip("/").rpartition("/")[2] or project)
        found = _made(root, entry, called, contents)
        yield found if sound(found.path) else Made(found.key, "")


def folders(policy: Policy) -> list[str]:
    """The folders that a clone should have although what is in them is local."""
    entries = getattr(_settings(policy, "missing-or-unignored-path", None), "required_or_ignored", ())
    paths = [entry.path for entry in entries if entry.path.endswith("/") and plain(entry.path) and not entry.roots]
    return [path for path in paths if sound(path + KEEP)]


def _settings(policy: Policy, rule: str, otherwise: Any) -> Any:
    from mlgovern import engine

    decision = policy.decisions.get(rule)
    return engine.settings(policy, rule) if decision is not None and decision.severity else otherwise


def _made(root: str, entry: Required | AnyOf, called: Names, contents: tuple[Content, ...]) -> Made:
    key = root + (entry.path if isinstance(entry, Required) else entry.name)
    glob = entry.path if isinstance(entry, Required) else next(iter(entry.paths), "")
    path = concrete(glob, called.package)
    if not path:
        return Made(key, "")
    if path.endswith("/"):
        counted = isinstance(entry, Required) and entry.min_files
        return Made(key, "" if counted else root + path + KEEP)
    text = entry.stub or _stub(path, contents)
    return Made(key, "" if text is None else root + path, _named(text or "", called).encode())


def concrete(glob: str, package: str) -> str:
    """The path that a glob means in a new project: one folder of any name is that of the package. Empty: who knows."""
    path = next(iter(expand(glob)), "")
    parts = path.split("/")
    if parts.count("*") == 1 and "/" in path:
        path = "/".join(package if part == "*" else part for part in parts)
    return path if plain(path) else ""


def _stub(path: str, contents: tuple[Content, ...]) -> str | None:
    """What stands in a file that nobody wrote a stub for; nothing where an empty one would only look like it."""
    name = path.rpartition("/")[2].lower()
    if name.endswith(".md"):
        asked = (each.sections for each in contents if matcher((each.path,), nocase=each.nocase)(path))
        sections = dict.fromkeys(section.partition("|")[0] for found in asked for section in found)
        return "# {project}\n" + "".join(f"\n## {section}\n" for section in sections)
    return "" if name in _EMPTY else None


def _named(text: str, called: Names) -> str:
    return text.replace("{project}", called.project).replace("{package}", called.package)
