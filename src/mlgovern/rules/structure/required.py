"""What a tree must hold: paths, folders, one of several files."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from shlex import quote
from typing import NamedTuple

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, File, Snapshot
from mlgovern.finding import Finding, Place
from mlgovern.globs import matcher
from mlgovern.rule import Glob
from mlgovern.rules.structure.tree import folders, moved, nfc, plain, whole

PLACEHOLDERS = frozenset((".gitkeep", ".keep", ".gitignore"))


class Required(NamedTuple):
    """A path that must be there; with a final `/` a folder, that is a tracked file below it."""

    path: Glob = Glob("")
    also: tuple[Glob, ...] = ()  # accepted in its place
    nocase: bool = False
    min_files: int = 0  # below the folder, placeholders such as .gitkeep not counted
    match: Glob = Glob("")  # which files count: of their name, or with a `/` of their path below the folder
    why: str = ""
    mend: str = ""


class AnyOf(NamedTuple):
    """Several paths of which one must be there."""

    name: str = ""
    paths: tuple[Glob, ...] = ()
    nocase: bool = False
    why: str = ""
    mend: str = ""


class Requirements(NamedTuple):
    required: tuple[Required, ...] = ()
    any_of: tuple[AnyOf, ...] = ()
    roots: tuple[Glob, ...] = ()  # folders that each need all this, such as services/*; none: the repository's root
    always: bool = False  # at each commit, not only where it adds to the root or removes what is required


class Tree:
    """The part of a repository below one root; paths are relative to it."""

    def __init__(self, root: str, files: Mapping[str, File], touched: Iterable[str] | None) -> None:
        self.root = root
        self.files = files
        self.folders = folders(files)
        self.touched = touched  # what the change adds or removes; None: all is judged

    @cached_property
    def levels(self) -> dict[int, list[str]]:
        """Files by the number of folders above them."""
        levels: dict[int, list[str]] = {}
        for path in self.files:
            levels.setdefault(path.count("/"), []).append(path)
        return levels

    def judges(self, globs: tuple[str, ...], *, nocase: bool) -> bool:
        """Whether a requirement is judged at this stage, by this change."""
        if self.touched is None:
            return True
        match = matcher(globs, nocase=nocase)
        return any("/" not in path or match(path) for path in self.touched)


def missing_required_path(snapshot: Snapshot, settings: Requirements) -> Iterator[Finding]:
    """A file or folder that the team agreed on is missing.

    Why: people, CI and tools look for the same things at the same places in every repository.
    Mend: add the path, or rename what stands in for it.
    """
    for tree in _trees(snapshot, settings):
        for entry in settings.required:
            globs = tuple(map(nfc, (entry.path, *entry.also)))
            if tree.judges(globs, nocase=entry.nocase):
                found = [path for glob in globs for path in _matches(tree, glob, nocase=entry.nocase)]
                if not found:
                    yield _missing(tree, entry)
                elif entry.min_files and (count := _count(tree, found, entry.match)) < entry.min_files:
                    yield _too_few(tree, entry, found[0], count)
        for group in settings.any_of:
            globs = tuple(map(nfc, group.paths))
            if tree.judges(globs, nocase=group.nocase) and not any(
                _matches(tree, glob, nocase=group.nocase) for glob in globs
            ):
                yield _none_of(tree, group)


def _trees(snapshot: Snapshot, settings: Requirements) -> Iterator[Tree]:
    touched = None if whole(snapshot, always=settings.always) else tuple(map(nfc, moved(snapshot)))
    if touched == ():
        return
    ascii_only = all(map(str.isascii, snapshot.tracked))
    files = snapshot.tracked if ascii_only else {nfc(path): file for path, file in snapshot.tracked.items()}
    if not settings.roots:
        yield Tree("", files, touched)
        return
    is_root = matcher(root.rstrip("/") for root in settings.roots)
    for inner in [f"{folder}/" for folder in folders(files) if is_root(folder)]:
        start = len(inner)
        below = {path[start:]: file for path, file in files.items() if path.startswith(inner)}
        yield Tree(inner, below, touched and [path[start:] for path in touched if path.startswith(inner)])


def _matches(tree: Tree, glob: str, *, nocase: bool) -> list[str]:
    """The paths of a tree that one glob means; folders without their final `/`."""
    name, folder = glob.rstrip("/"), glob.endswith("/")
    if plain(name) and not nocase:
        return [name] if _is_there(tree, name, folder=folder) else []
    match = matcher((name,), nocase=nocase)
    if folder:
        return [path for path in tree.folders if match(path)] + [path for path in _links(tree) if match(path)]
    at_level = tree.levels.get(name.count("/"), ())  # only `**` matches at several
    return [path for path in (tree.files if "**" in name else at_level) if match(path)]


def _is_there(tree: Tree, name: str, *, folder: bool) -> bool:
    if not folder:
        return name in tree.files
    return name in tree.folders or (name in tree.files and tree.files[name].mode in (SUBMODULE, SYMLINK))


def _links(tree: Tree) -> Iterator[str]:
    return (path for path, file in tree.files.items() if file.mode in (SUBMODULE, SYMLINK))


def _count(tree: Tree, found: list[str], match: str) -> int:
    counts = _counter(match)
    heads = tuple(f"{path}/" for path in found)
    below = (path for path in tree.files if path.startswith(heads))
    return sum(any(counts(path[len(head) :]) for head in heads if path.startswith(head)) for path in below)


def _counter(match: str) -> Callable[[str], object]:
    fits = matcher((match,)) if match else None

    def counts(path: str) -> object:
        name = path.rpartition("/")[2]
        return name not in PLACEHOLDERS and (fits is None or fits(path if "/" in match else name))

    return counts


def _missing(tree: Tree, entry: Required) -> Finding:
    near = _near(tree, entry.path)
    there = f"; there is {tree.root}{near}" if near else ""
    also = f"; {' or '.join(entry.also)} would do" if entry.also else ""
    path = tree.root + entry.path
    place = Place(path=path) if plain(path) else Place()
    mend = entry.mend or _added(path, near and tree.root + near)
    return Finding(f"{path} is missing{there}{also}{_because(entry.why)}", place, mend, path)


def _added(path: str, near: str) -> str:
    if not plain(path):
        return f"a file that matches {path} has to be there"
    if near and _ending(near) != _ending(path):
        return f"put its text into {path}, or let the policy accept {near} as well"
    if near:
        return f"git mv -- {quote(near.rstrip('/'))} {quote(path.rstrip('/'))}"
    if path.endswith("/"):
        keep = quote(f"{path}.gitkeep")
        return f"mkdir -p {quote(path)} && touch {keep} && git add {keep}"
    return f"touch {quote(path)} && git add {quote(path)}"


def _too_few(tree: Tree, entry: Required, found: str, count: int) -> Finding:
    what = f"files that match {entry.match}" if entry.match else "files"
    message = f"{tree.root}{found}/ holds {count} {what}, at least {entry.min_files} wanted{_because(entry.why)}"
    mend = entry.mend or f"{entry.min_files - count} more {what} have to be there"
    return Finding(message, Place(path=f"{tree.root}{found}/"), mend)


def _none_of(tree: Tree, group: AnyOf) -> Finding:
    message = f"no {group.name or 'such file'} in {tree.root or 'the root'}: looked for {', '.join(group.paths)}"
    mend = group.mend or f"one of these has to be there, such as {tree.root}{group.paths[0] if group.paths else ''}"
    return Finding(message + _because(group.why), Place(), mend, f"{tree.root}{group.name}")


def _because(why: str) -> str:
    return f" ({why})" if why else ""


def _near(tree: Tree, path: str) -> str:
    """A sibling that was perhaps meant: test/ for tests/, Readme.md or README.rst for README.md."""
    if not plain(path):
        return ""
    folder = path.rstrip("/").rpartition("/")[0]
    there = tree.folders if path.endswith("/") else tree.files
    slash = path[len(path.rstrip("/")) :]
    siblings = [other + slash for other in there if other.rpartition("/")[0] == folder]
    alike = [other for other in siblings if _stem(other) == _stem(path)]
    return min(alike, key=lambda other: _ending(other) != _ending(path), default="")


def _stem(path: str) -> str:
    """The name without its extension, letter case and the s of the plural."""
    name = path.rstrip("/").rpartition("/")[2].lower()
    return name.removesuffix(_ending(path)).removesuffix("s")


def _ending(path: str) -> str:
    """The extension, with its dot, in lower case; a folder has none."""
    stem, dot, last = path.rpartition("/")[2].lower().rpartition(".")
    return dot + last if stem else ""
