"""What the rules of this family ask of a tree of paths; no rule here needs a search per glob and path."""

import re
from collections.abc import Callable, Iterable, Iterator
from unicodedata import normalize

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.globs import expand, matcher
from mlgovern.rx import rx

_WILD = frozenset("*?[{")
_SHAPE = rx(
    r"(?P<head>(?:[^*?\[]+/)?)(?P<deep>\*\*/)?(?:\*(?P<suffix>\.[^*?\[/.]+)|(?P<folder>[^*?\[/]+)/\*\*|(?P<name>[^*?\[/]+))"
)


def nfc(path: str) -> str:
    """A path as it is compared: macOS and Windows write accents differently."""
    return path if path.isascii() else normalize("NFC", path)


def plain(glob: str) -> bool:
    """A glob without wildcards names one path."""
    return _WILD.isdisjoint(glob)


def folders(paths: Iterable[str]) -> dict[str, None]:
    """Every folder above some path, without the root, in order of appearance."""
    found: dict[str, None] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found[folder] = None
            folder = folder.rpartition("/")[0]
    return found


def heads(paths: Iterable[str], roots: tuple[str, ...]) -> list[str]:
    """What every path below a folder that `roots` selects begins with, folder by folder; without roots, nothing."""
    if not roots:
        return [""]
    is_root = matcher(root.rstrip("/") for root in roots)
    return [f"{folder}/" for folder in folders(paths) if is_root(folder)]


def below(roots: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """A function that gives the heads of a path: folders above it, with their final `/`, that `roots` selects."""
    if not roots:
        return lambda _path: ("",)
    is_root = matcher(root.rstrip("/") for root in roots)
    known: dict[str, tuple[str, ...]] = {"": ()}

    def of(folder: str) -> tuple[str, ...]:
        above = folder.rpartition("/")[0]
        found = known[above] if above in known else of(above)
        known[folder] = (*found, f"{folder}/") if is_root(folder) else found
        return known[folder]

    def heads_of(path: str) -> tuple[str, ...]:
        folder = path.rpartition("/")[0]
        return known[folder] if folder in known else of(folder)

    return heads_of


def any_below(roots: tuple[str, ...], globs: Iterable[str], *, nocase: bool = False) -> Callable[[str], object]:
    """As `any_glob`, but the globs are meant from each folder that `roots` selects."""
    match, heads_of = matcher(globs, nocase=True) if nocase else any_glob(globs), below(roots)

    return (lambda path: any(match(path[len(head) :]) for head in heads_of(path))) if roots else match


def under(head: str, glob: str) -> str:
    """A glob as it is written from the repository's root; braces, which nothing escapes, match as any character."""
    return re.sub(r"[{}]", "?", re.sub(r"([*?\[])", r"[\1]", head)) + glob


def because(why: str) -> str:
    """A reason, behind what it is the reason for."""
    return f" ({why})" if why else ""


def changed(snapshot: Snapshot) -> set[str]:
    """The paths that the judged change writes or removes."""
    return {file.path for file in snapshot.files}.union(snapshot.removed)


def moved(snapshot: Snapshot) -> set[str]:
    """The paths that the judged change adds or removes: what else it writes leaves the tree as it was."""
    return {*snapshot.added, *snapshot.removed}


def whole(snapshot: Snapshot, *, always: bool = False) -> bool:
    """The tree is judged whatever the change: an old flaw is not held against each commit, but CI and audits tell it.

    Where no file at all is under judgement, neither is the tree.
    """
    if not (snapshot.files or snapshot.removed):
        return False
    return always or "ci" in snapshot.stages or "audit" in snapshot.stages


def brought(snapshot: Snapshot) -> dict[str, File]:
    """Each path under judgement once, in the version that came first."""
    first: dict[str, File] = {}
    for file in snapshot.files:
        first.setdefault(file.path, file)
    return first


def mended(file: File, command: str) -> str:
    """A command that mends what is staged; what a commit holds already, only a new history leaves out."""
    return f"take it out of that commit: git rebase -i {file.commit[:8]}~" if file.commit else command


class _Shapes:
    """Globs sorted by shape: those that a look-up answers, and the others."""

    def __init__(self, globs: Iterable[str]) -> None:
        self.paths: set[str] = set()  # a/b
        self.below: set[str] = set()  # a/b/**
        self.inside: set[str] = set()  # **/folder/**
        self.deep: dict[str, tuple[set[str], set[str]]] = {}  # **/name and **/*.ext, by what stands before the stars
        self.named: list[str] = []  # **/na*me
        self.others: list[str] = []
        for glob in [one for braced in globs for one in expand(braced)]:
            self._sort(glob)

    def _sort(self, glob: str) -> None:
        found = _SHAPE.fullmatch(glob + "**" if glob.endswith("/") else glob)
        if found is None or (found["folder"] and found["deep"] and found["head"]):
            deep = glob.startswith("**/") and "/" not in glob[3:]
            (self.named if deep else self.others).append(glob[3:] if deep else glob)
        elif found["folder"]:
            (self.inside if found["deep"] else self.below).add(found["head"] + found["folder"])
        elif found["deep"]:
            names, suffixes = self.deep.setdefault(found["head"], (set(), set()))
            (suffixes if found["suffix"] else names).add(found["suffix"] or found["name"])
        elif found["name"]:
            self.paths.add(glob)
        else:
            self.others.append(glob)


def any_glob(globs: Iterable[str]) -> Callable[[str], object]:
    """As `globs.matcher`, but a path is looked up where the shape of a glob allows it."""
    shapes = _Shapes(globs)
    named = matcher(shapes.named) if shapes.named else None
    rest = matcher(shapes.others) if shapes.others else None
    deep = tuple((head, *sets) for head, sets in shapes.deep.items())
    known: dict[str, bool] = {"": False}  # folders: is everything in it matched?

    def all_of(folder: str) -> bool:
        hit = any(name in shapes.inside for name in folder.split("/")) or any(
            above in shapes.below for above in _up(folder)
        )
        known[folder] = hit
        return hit

    def match(path: str) -> object:
        folder, _, name = path.rpartition("/")
        if path in shapes.paths or (known[folder] if folder in known else all_of(folder)):
            return True
        for head, names, suffixes in deep:
            if path.startswith(head) and (name in names or (suffixes and name[name.rfind(".") :] in suffixes)):
                return True
        if named is not None and named(name):
            return True
        return rest is not None and rest(path)

    return match


def _up(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
