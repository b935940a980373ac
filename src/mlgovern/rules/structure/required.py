"""What a tree must hold: paths, folders, one of several files."""

from collections.abc import Iterator
from shlex import quote

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Fixed, Hint, Needed, Stricter
from mlgovern.finding import Finding, Place
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob
from mlgovern.rules.structure.subtree import Tree, count, ending, matches, near, trees
from mlgovern.rules.structure.tree import because, nfc, plain


class Required(NamedTuple):
    """A path that must be there; with a final `/` a folder, that is a tracked file below it."""

    path: Glob = Glob("")
    also: tuple[Glob, ...] = ()  # accepted in its place
    nocase: bool = False
    min_files: int = 0  # below the folder, placeholders such as .gitkeep not counted
    match: Glob = Glob("")  # which files count: of their name, or with a `/` of their path below the folder
    roots: tuple[Glob, ...] = ()  # folders that each need it, such as services/*; none: what `roots` says for all
    stub: Hint[str] = (
        ""  # what `init` and `fix` write there; {project} and {package} stand for names made of the folder's
    )
    why: Hint[str] = ""
    mend: Hint[str] = ""


class AnyOf(NamedTuple):
    """Several paths of which one must be there."""

    name: Hint[str] = ""
    paths: tuple[Glob, ...] = ()
    nocase: bool = False
    roots: tuple[Glob, ...] = ()
    stub: Hint[str] = ""  # for the first path
    why: Hint[str] = ""
    mend: Hint[str] = ""


class Requirements(NamedTuple):
    required: Needed[Required] = ()
    any_of: Needed[AnyOf] = ()
    # Folders that each need all this, such as services/*; none: the repository's root.
    roots: Fixed[tuple[Glob, ...]] = ()
    always: Stricter = False  # at each commit, not only where it adds to the root or removes what is required


def missing_required_path(snapshot: Snapshot, settings: Requirements) -> Iterator[Finding]:
    """A file or folder that the team agreed on is missing.

    Why: people, CI and tools look for the same things at the same places in every repository.
    Mend: mlgovern fix --only missing-required-path, or rename what stands in for it.
    """
    for tree, entry, found in _judged(snapshot, settings):
        if isinstance(entry, AnyOf):
            if not found:
                yield _none_of(tree, entry)
        elif not found:
            yield _missing(tree, entry)
        elif entry.min_files and (there := count(tree, found, entry.match)) < entry.min_files:
            yield _too_few(tree, entry, found[0], there)


def lacks(snapshot: Snapshot, settings: Requirements) -> Iterator[tuple[str, Required | AnyOf]]:
    """The entries of which nothing is there, not even under a similar name, each with the folder that needs it."""
    for tree, entry, found in _judged(snapshot, settings):
        if not found and not (isinstance(entry, Required) and near(tree, entry.path)):
            yield tree.root, entry


def _judged(snapshot: Snapshot, settings: Requirements) -> Iterator[tuple[Tree, Required | AnyOf, list[str]]]:
    """Each entry below each of its roots, with what is there of it; where none is counted, of the first glob that matches."""
    known: dict[tuple[Glob, ...], list[Tree]] = {}
    entries: tuple[Required | AnyOf, ...] = (*settings.required, *settings.any_of)
    for entry in entries:
        roots = entry.roots or settings.roots
        if roots not in known:
            known[roots] = list(trees(snapshot, roots, always=settings.always))
        paths = (entry.path, *entry.also) if isinstance(entry, Required) else entry.paths
        globs = tuple(map(nfc, paths))
        for tree in known[roots]:
            if tree.judges(globs, nocase=entry.nocase):
                found = (matches(tree, glob, nocase=entry.nocase) for glob in globs)
                every = isinstance(entry, Required) and entry.min_files
                yield (
                    tree,
                    entry,
                    [path for paths in found for path in paths] if every else next(filter(None, found), []),
                )


def _missing(tree: Tree, entry: Required) -> Finding:
    other = near(tree, entry.path)
    there = f"; there is {tree.root}{other}" if other else ""
    also = f"; {' or '.join(entry.also)} would do" if entry.also else ""
    path = tree.root + entry.path
    place = Place(path=path) if plain(path) else Place()
    mend = entry.mend or _added(path, other and tree.root + other)
    return Finding(f"{path} is missing{there}{also}{because(entry.why)}", place, mend, path)


def _added(path: str, other: str) -> str:
    if not plain(path):
        return f"a file that matches {path} has to be there"
    if other and ending(other) != ending(path):
        return f"put its text into {path}, or let the policy accept {other} as well"
    if other:
        return f"git mv -- {quote(other.rstrip('/'))} {quote(path.rstrip('/'))}"
    if path.endswith("/"):
        keep = quote(f"{path}.gitkeep")
        return f"mkdir -p {quote(path)} && touch {keep} && git add {keep}"
    return f"touch {quote(path)} && git add {quote(path)}"


def _too_few(tree: Tree, entry: Required, found: str, count: int) -> Finding:
    what = f"files that match {entry.match}" if entry.match else "files"
    message = f"{tree.root}{found}/ holds {count} {what}, at least {entry.min_files} wanted{because(entry.why)}"
    mend = entry.mend or f"{entry.min_files - count} more {what} have to be there"
    return Finding(message, Place(path=f"{tree.root}{found}/"), mend)


def _none_of(tree: Tree, group: AnyOf) -> Finding:
    message = f"no {group.name or 'such file'} in {tree.root or 'the root'}: looked for {', '.join(group.paths)}"
    mend = group.mend or f"one of these has to be there, such as {tree.root}{group.paths[0] if group.paths else ''}"
    return Finding(message + because(group.why), Place(), mend, f"{tree.root}{group.name}")
