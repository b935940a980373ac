"""What `.gitignore` says, and whether the tree agrees."""

from collections.abc import Iterable, Iterator
from shlex import quote

from mlgovern.facts.snapshot import SUBMODULE, Snapshot
from mlgovern.fields import Covered, Hint, Needed, Stricter
from mlgovern.finding import Finding, Place
from mlgovern.gitignore import Ignores, Source, appending, gather
from mlgovern.globs import expand, matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.structure.lines import exception, ignoring, meant, split
from mlgovern.rules.structure.tree import because, changed, folders, heads, moved, plain, under, whole

PROBE = "mlgovern-probe"  # a name that no pattern means by itself
_PRIVATE = matcher(("**/.env", "**/*.env"))  # never to be kept in Git


class Entry(NamedTuple):
    """A path to ask the ignore rules about; with a final `/` a folder."""

    path: Glob = Glob("")
    roots: tuple[Glob, ...] = ()  # folders that each need it, such as services/*; none: the repository's root
    why: Hint[str] = ""
    mend: Hint[str] = ""


class IgnoredOrThere(NamedTuple):
    required_or_ignored: Needed[Entry] = ()
    always: Stricter = (
        False  # at each commit, not only where it adds to the root, removes from it or edits a .gitignore
    )


class MustIgnore(NamedTuple):
    must_ignore: Needed[Entry] = ()
    keep: Covered[Glob] = (Glob("**/.gitkeep"), Glob("**/.env.example"))  # no pattern may swallow these
    always: Stricter = False


def missing_or_unignored_path(snapshot: Snapshot, settings: IgnoredOrThere) -> Verdicts:
    """A folder is neither tracked nor declared as not for Git.

    Why: whoever clones the repository has to know whether the folder was forgotten or is made locally.
    Mend: add a file below it, or a line for it to .gitignore
    """
    if not (settings.required_or_ignored and _judged(snapshot, settings.always)):
        return
    ignores, unread = gather(snapshot)
    yield from unread
    if unread:
        return
    there = folders(snapshot.tracked)
    for head, entry in _placed(snapshot, settings.required_or_ignored):
        path = head + entry.path
        if not (_tracked(snapshot, there, head, entry.path.rstrip("/")) or covered(ignores, head, entry.path)):
            message = f"{path} is neither tracked nor ignored{because(entry.why)}"
            mend = entry.mend or appending(ignoring(path, snapshot.tracked))
            yield Finding(message, Place(path=".gitignore"), mend, path)


def not_ignored_path(snapshot: Snapshot, settings: MustIgnore) -> Verdicts:
    """`.gitignore` lets in what must stay out, or keeps out what must come in.

    Why: what is not ignored is committed by the next `git add .`: environments, data, secrets.
    Mend: add the pattern to .gitignore
    """
    if not (settings.must_ignore and _judged(snapshot, settings.always)):
        return
    ignores, unread = gather(snapshot)
    yield from unread
    if unread:
        return
    keep = matcher(settings.keep)
    for head, entry in unignored(snapshot, settings, ignores):
        path = head + entry.path
        mend = entry.mend or _ignore(snapshot, path, settings.keep)
        yield Finding(f"{path} is not ignored{because(entry.why)}", Place(path=".gitignore"), mend, path)
    wanted = [path for glob in settings.keep if plain(path := glob.removeprefix("**/"))]
    for path in dict.fromkeys([*wanted, *(path for path in _excepted(ignores) if keep(path))]):
        source = ignores.ignored(path)
        if source is not None:
            yield _swallowed(ignores, path, source)


def unignored(snapshot: Snapshot, settings: MustIgnore, ignores: Ignores) -> Iterator[tuple[str, Entry]]:
    """The entries that nothing ignores, each with what the folder that needs it is called up to its final `/`."""
    for head, entry in _placed(snapshot, settings.must_ignore):
        if not (covered(ignores, head, entry.path) or _in_dvc(snapshot, head + entry.path)):
            yield head, entry


def _placed(snapshot: Snapshot, entries: Iterable[Entry]) -> Iterator[tuple[str, Entry]]:
    known: dict[tuple[Glob, ...], list[str]] = {}
    for entry in entries:
        if entry.roots not in known:
            known[entry.roots] = heads(snapshot.tracked, entry.roots)
        yield from ((head, entry) for head in known[entry.roots])


def ignored_but_tracked(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A file is tracked although `.gitignore` says otherwise.

    Why: changes to it are committed although everybody believes that they are not, and a new clone cannot add its like.
    Mend: git rm --cached PATH; for a lock, a template or a placeholder, an exception line `!PATH` in .gitignore
    """
    paths = _to_compare(snapshot)
    if not paths:
        return
    ignores, unread = gather(snapshot)
    yield from unread
    if unread:
        return
    for path in ignores.suspects(paths):
        submodule = snapshot.tracked[path].mode == SUBMODULE
        source = ignores.ignored(f"{path}/" if submodule else path)
        if source is not None:
            message = f"tracked although line {source.line} of {source.file} ignores it ({source.pattern})"
            yield Finding(message, Place(path=path), _unsettled(ignores, path, source), key="ignored")


def _to_compare(snapshot: Snapshot) -> list[str]:
    """CI looks at the whole tree, once; other stages at the files under judgement, which an audit is given all."""
    if "ci" in snapshot.stages and whole(snapshot):
        return list(snapshot.tracked)
    return [path for path in dict.fromkeys(file.path for file in snapshot.files) if path in snapshot.tracked]


def _judged(snapshot: Snapshot, always: bool) -> bool:
    if whole(snapshot, always=always):
        return True
    edited = any(path.rpartition("/")[2] == ".gitignore" for path in changed(snapshot))
    return edited or any("/" not in path for path in moved(snapshot))


def _tracked(snapshot: Snapshot, there: Iterable[str], head: str, name: str) -> bool:
    if plain(name):
        return head + name in there or head + name in snapshot.tracked
    match = matcher((under(head, name),))
    return any(match(path) for path in there) or any(match(path) for path in snapshot.tracked)


def covered(ignores: Ignores, head: str, entry: str) -> bool:
    """Whether files at or below a path are ignored, whatever their names; wildcards stand for any name."""
    whole_folder = entry.removesuffix("**") if entry.endswith("/**") else entry
    return all(_covers(ignores, head, one) for one in expand(whole_folder))


def _covers(ignores: Ignores, head: str, path: str) -> bool:
    path = head + path.removeprefix("**/").replace("**", PROBE).replace("*", PROBE).replace("?", "x")
    if ignores.ignored(path) is not None:
        return True
    deeper = (path + PROBE, f"{path}{PROBE}/{PROBE}") if path.endswith("/") else ()
    return bool(deeper) and all(ignores.ignored(below) is not None for below in deeper)


def _excepted(ignores: Ignores) -> Iterator[str]:
    """The paths that exception lines name: `!data/.gitkeep` does nothing where `data/` is ignored as a whole."""
    for folder, source in ignores.exceptions():
        name = source.pattern[1:].removeprefix("/")
        if name and plain(name) and "\\" not in name and not name.endswith("/"):
            yield f"{folder}/{name}" if folder else name


def _in_dvc(snapshot: Snapshot, entry: str) -> bool:
    """DVC keeps what is below a folder, and ignores it by a `.gitignore` of its own beside each `.dvc` file."""
    below = [path for path in snapshot.tracked if path.startswith(entry)] if entry.endswith("/") else []
    return any(path.endswith(".dvc") for path in below) and any(path.endswith("/.gitignore") for path in below)


def additions(tracked: Iterable[str], entry: str, keep: Iterable[str]) -> list[str]:
    """The lines that ignore a path; none where files below it belong in Git: only their owner can say what does not."""
    paths = list(tracked)
    folder = entry.removesuffix("**") if entry.endswith("/**") else entry
    below = [path for path in paths if path.startswith(folder)] if folder.endswith("/") else []
    kept, others = split(below, keep)
    return [] if others else ignoring(folder, paths, kept)


def _ignore(snapshot: Snapshot, entry: str, keep: Iterable[str]) -> str:
    added = additions(snapshot.tracked, entry, keep)
    if added:
        return appending(added)
    folder = entry.removesuffix("**")
    return f"some of {folder} is tracked: ignore what is generated, e.g. /{folder}{'raw' if 'data' in folder else 'generated'}/"


def _swallowed(ignores: Ignores, path: str, source: Source) -> Finding:
    message = f"{path} must not be ignored, but line {source.line} does ({source.pattern})"
    mend = exception(ignores, path, source)
    if mend.startswith("in "):
        message += "; nothing below an ignored folder can be taken back"
    return Finding(message, Place(path=source.file, line=source.line), mend, key=path)


def _unsettled(ignores: Ignores, path: str, source: Source) -> str:
    """Out with it or in with it, whichever its name speaks for; else the first, with the second as another way."""
    if meant(path):
        return exception(ignores, path, source)
    remove = f"git rm --cached -- {quote(path)}"
    return remove if _PRIVATE(path) else f"{remove}\nor keep it: {exception(ignores, path, source, words=True)}"
