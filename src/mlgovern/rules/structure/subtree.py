"""The part of a repository below one folder, and what it has there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, File, Snapshot
from mlgovern.globs import expand, fragment, matcher, suspects
from mlgovern.rules.structure.tree import below, folders, moved, nfc, plain, whole

PLACEHOLDERS = frozenset((".gitkeep", ".keep", ".gitignore"))


class Tree:
    """The part of a repository below one root; paths are relative to it."""

    def __init__(self, root: str, files: Mapping[str, File], touched: Iterable[str] | None) -> None:
        self.root = root
        self.files = files
        self.folders = folders(files)
        self.touched = touched  # what the change adds or removes; None: all is judged

    @cached_property
    def text(self) -> str:
        """All paths of files in one text."""
        return "\0".join(self.files)

    @cached_property
    def links(self) -> list[str]:
        """What may lead to a folder, or be one of another repository."""
        return [path for path, file in self.files.items() if file.mode in (SUBMODULE, SYMLINK)]

    def judges(self, globs: tuple[str, ...], *, nocase: bool) -> bool:
        """Whether a requirement is judged at this stage, by this change."""
        if self.touched is None:
            return True
        match = matcher(globs, nocase=nocase)
        return any("/" not in path or match(path) for path in self.touched)


def trees(snapshot: Snapshot, roots: tuple[str, ...], *, always: bool) -> Iterator[Tree]:
    """The trees below the folders that globs select, or the whole one; none where the change leaves them as they were."""
    touched = None if whole(snapshot, always=always) else tuple(map(nfc, moved(snapshot)))
    if touched == ():
        return
    ascii_only = all(map(str.isascii, snapshot.tracked))
    files = snapshot.tracked if ascii_only else {nfc(path): file for path, file in snapshot.tracked.items()}
    if not roots:
        yield Tree("", files, touched)
        return
    heads_of, parts = below(roots), dict[str, dict[str, File]]()
    for path, file in files.items():
        for head in heads_of(path):
            parts.setdefault(head, {})[path[len(head) :]] = file
    for head, part in parts.items():
        yield Tree(head, part, touched and [path[len(head) :] for path in touched if path.startswith(head)])


def matches(tree: Tree, glob: str, *, nocase: bool) -> list[str]:
    """The paths of a tree that one glob means; folders without their final `/`."""
    name, folder = glob.rstrip("/"), glob.endswith("/")
    if plain(name) and not nocase:
        return [name] if _is_there(tree, name, folder=folder) else []
    match = matcher((name,), nocase=nocase)
    if folder:
        return [path for path in tree.folders if match(path)] + [path for path in tree.links if match(path)]
    likely = tree.files if nocase else suspects(tree.files, map(fragment, expand(name)), tree.text)
    depth = None if "**" in name or "{" in name else name.count("/")  # only `**` matches at several
    return [path for path in likely if (depth is None or path.count("/") == depth) and match(path)]


def _is_there(tree: Tree, name: str, *, folder: bool) -> bool:
    if not folder:
        return name in tree.files
    return name in tree.folders or (name in tree.files and tree.files[name].mode in (SUBMODULE, SYMLINK))


def count(tree: Tree, found: list[str], match: str) -> int:
    """How many files below some folders count."""
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


def near(tree: Tree, path: str) -> str:
    """A sibling that was perhaps meant: test/ for tests/, Readme.md or README.rst for README.md."""
    if not plain(path):
        return ""
    folder = path.rstrip("/").rpartition("/")[0]
    there = tree.folders if path.endswith("/") else tree.files
    slash = path[len(path.rstrip("/")) :]
    siblings = [other + slash for other in there if other.rpartition("/")[0] == folder]
    alike = [other for other in siblings if _stem(other) == _stem(path)]
    return min(alike, key=lambda other: ending(other) != ending(path), default="")


def _stem(path: str) -> str:
    """The name without its extension, letter case and the s of the plural."""
    name = path.rstrip("/").rpartition("/")[2].lower()
    return name.removesuffix(ending(path)).removesuffix("s")


def ending(path: str) -> str:
    """The extension, with its dot, in lower case; a folder has none."""
    stem, dot, last = path.rpartition("/")[2].lower().rpartition(".")
    return dot + last if stem else ""
