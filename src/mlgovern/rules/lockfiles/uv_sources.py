"""Where uv takes a requirement from, as `[tool.uv.sources]` says and as uv.lock records it."""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import join, normpath
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.markers import Group, Marker, joined, marker_of
from mlgovern.rules.lockfiles.pep508 import Requirement, normal
from mlgovern.rules.lockfiles.verdict import string, table, tables

_KINDS = (("git", "git"), ("url", ""), ("editable", "editable"), ("directory", "folder"), ("virtual", "folder"))
_RECORDED = (*_KINDS, ("path", "folder"), ("index", "index"))
_SCOPE = {"marker", "extra", "group"}  # of any source: where it holds
_REFERENCES = ("rev", "tag", "branch")

Source = dict[str, Any]


class Origins(NamedTuple):
    """The sources of one project: its own, and those of the workspace for names that it says nothing of."""

    sources: Mapping[str, list[Source]]
    indexes: Mapping[str, str]
    folder: str = ""  # of the project, as seen from the lock
    members: Mapping[str, str] = {}  # what is recorded of the projects of the workspace, by name

    def obscure(self) -> frozenset[str]:
        """The names of which a source says what cannot be told from the texts."""
        return frozenset(
            name for name, ones in self.sources.items() if any(self._place(name, one) is None for one in ones)
        )

    def placed(self, wanted: Iterable[Requirement], extra: str = "", group: str = "") -> Iterator[Requirement]:
        """Requirements with their sources, one for each source that may apply, and one for where none does."""
        for one in wanted:
            scope = {"extra": extra, "group": group}
            own = self.sources.get(one.name, [])
            ones = [source for source in own if all(normal(string(source, key)) in {"", scope[key]} for key in scope)]
            if one.url or not ones:
                yield one._replace(url=direct(one.url)) if one.url else one
                continue
            markers: list[Marker] = [marker_of(string(source, "marker")) for source in ones]
            for source, marker in zip(ones, markers, strict=True):
                place = self._place(one.name, source) or ""
                kept = one if place.startswith("index ") else one._replace(specifiers=frozenset(), asked="")
                yield kept._replace(url=place, marker=joined("and", (one.marker, marker)))
            if all(string(source, "marker") for source in ones):
                elsewhere = Group("not", (joined("or", markers),))
                yield one._replace(marker=joined("and", (one.marker, elsewhere)))

    def _place(self, name: str, source: Source) -> str | None:
        """What uv.lock would record of a source; None where that cannot be told."""
        keys = set(source) - _SCOPE
        if keys == {"index"}:
            url = self.indexes.get(string(source, "index"))
            return f"index {url}" if url else None
        if keys <= {"workspace", "editable"} and name in self.members:
            place = self.members[name]
            return f"folder {place.partition(' ')[2]}" if source.get("editable") is False else place
        if keys <= {"path", "editable"} and string(source, "path") and not _absolute(string(source, "path")):
            path = normpath(join(self.folder, string(source, "path").replace("\\", "/")))
            return f"{'editable' if source.get('editable') is True else 'folder'} {path}"
        if keys == {"url"}:
            return string(source, "url")
        if "git" in keys and keys <= {"git", "subdirectory", *_REFERENCES}:
            parts = [f"{key}={string(source, key)}" for key in ("subdirectory", *_REFERENCES) if string(source, key)]
            return git_place(string(source, "git"), parts)
        return None


def origins(
    values: dict[str, Any], root: dict[str, Any], settings: Mapping[str, Any], folder: str, members: Mapping[str, str]
) -> Origins:
    """The sources of a project below the root of a workspace, or at it."""
    listed = [*tables(table(root, "tool", "uv"), "index"), *tables(table(values, "tool", "uv"), "index")]
    indexes = {string(one, "name"): string(one, "url") for one in (*tables(settings, "index"), *listed)}
    above = {} if values is root else _sources(root)
    shared = {name: [_moved(one, folder) for one in ones] for name, ones in above.items()}
    return Origins({**shared, **_sources(values)}, indexes, folder, members)


def _sources(values: dict[str, Any]) -> dict[str, list[Source]]:
    named = table(values, "tool", "uv", "sources")
    listed = {normal(name): source if isinstance(source, list) else [source] for name, source in named.items()}
    return {name: [one for one in ones if isinstance(one, dict)] for name, ones in listed.items()}


def _moved(source: Source, folder: str) -> Source:
    """A source of the root as a project below it would write it."""
    if not folder or not string(source, "path"):
        return source
    return {**source, "path": join("/".join(".." for _ in folder.split("/")), string(source, "path"))}


def recorded_place(entry: dict[str, Any]) -> str:
    """What an entry of uv.lock says of where a requirement comes from."""
    for key, kind in _RECORDED:
        value = entry.get(key)
        if isinstance(value, str):
            return f"{kind} {value}".strip()
    return ""


def direct(url: str) -> str:
    """A requirement's own URL as uv.lock records it."""
    if not url.startswith("git+"):
        return url
    location, _, fragment = url.removeprefix("git+").partition("#")
    scheme, separator, rest = location.partition("://")
    host, slash, path = rest.partition("/")
    path, _, reference = path.partition("@")
    below = [part for part in fragment.split("&") if part.startswith("subdirectory=")]
    return git_place(f"{scheme}{separator}{host}{slash}{path}", [*below, *([f"rev={reference}"] if reference else [])])


def git_place(url: str, parts: list[str]) -> str:
    """A repository and what is asked of it; credentials are not recorded."""
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    bare = f"{scheme}{separator}{host.rpartition('@')[2] if scheme.startswith('http') else host}{slash}{path}"
    return f"git {bare}" + (f"?{'&'.join(parts)}" if parts else "")


def _absolute(path: str) -> bool:
    return path.startswith(("/", "~")) or path[1:2] == ":"
