"""What `.gitignore` says, and whether the tree agrees."""

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import NamedTuple

from mlgovern.facts.snapshot import SUBMODULE, Snapshot
from mlgovern.finding import Finding, Place
from mlgovern.gitignore import Ignores, Source, appending, gather
from mlgovern.globs import expand, matcher
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.structure.lines import exception, ignoring, meant, split
from mlgovern.rules.structure.tree import changed, folders, moved, plain, whole

PROBE = "mlgovern-probe"  # a name that no pattern means by itself
_PRIVATE = matcher(("**/.env", "**/*.env"))  # never to be kept in Git


class Entry(NamedTuple):
    """A path to ask the ignore rules about; with a final `/` a folder."""

    path: Glob = Glob("")
    why: str = ""
    mend: str = ""


class IgnoredOrThere(NamedTuple):
    required_or_ignored: tuple[Entry, ...] = ()
    always: bool = False  # at each commit, not only where it adds to the root, removes from it or edits a .gitignore


class MustIgnore(NamedTuple):
    must_ignore: tuple[Entry, ...] = ()
    keep: tuple[Glob, ...] = (Glob("**/.gitkeep"), Glob("**/.env.example"))  # no pattern may swallow these
    always: bool = False


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
    for entry in settings.required_or_ignored:
        name = entry.path.rstrip("/")
        if not (_tracked(snapshot, there, name) or _covered(ignores, entry.path)):
            message = f"{entry.path} is neither tracked nor ignored{_because(entry.why)}"
            mend = entry.mend or appending(ignoring(entry.path, snapshot.tracked))
            yield Finding(message, Place(path=".gitignore"), mend, entry.path)


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
    for entry in settings.must_ignore:
        if not (_covered(ignores, entry.path) or _in_dvc(snapshot, entry.path)):
            mend = entry.mend or _ignore(snapshot, entry.path, settings.keep)
            message = f"{entry.path} is not ignored{_because(entry.why)}"
            yield Finding(message, Place(path=".gitignore"), mend, entry.path)
    wanted = [path for glob in settings.keep if plain(path := glob.removeprefix("**/"))]
    for path in dict.fromkeys([*wanted, *(path for path in _excepted(ignores) if keep(path))]):
        source = ignores.ignored(path)
        if source is not None:
            yield _swallowed(ignores, path, source)


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
    for path in paths:
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


def _tracked(snapshot: Snapshot, there: Iterable[str], name: str) -> bool:
    if plain(name):
        return name in there or name in snapshot.tracked
    match = matcher((name,))
    return any(match(path) for path in there) or any(match(path) for path in snapshot.tracked)


def _covered(ignores: Ignores, entry: str) -> bool:
    """Whether files at or below a path are ignored, whatever their names; wildcards stand for any name."""
    return all(_covers(ignores, one) for one in expand(entry.removesuffix("**") if entry.endswith("/**") else entry))


def _covers(ignores: Ignores, path: str) -> bool:
    path = path.removeprefix("**/").replace("**", PROBE).replace("*", PROBE).replace("?", "x")
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


def _ignore(snapshot: Snapshot, entry: str, keep: Iterable[str]) -> str:
    """The command that ignores a path; where files below it belong in Git, only their owner can say what does not."""
    folder = entry.removesuffix("**") if entry.endswith("/**") else entry
    below = [path for path in snapshot.tracked if path.startswith(folder)] if folder.endswith("/") else []
    kept, others = split(below, keep)
    if others:
        return f"some of {folder} is tracked: ignore what is generated, e.g. /{folder}{'raw' if 'data' in folder else 'generated'}/"
    return appending(ignoring(folder, snapshot.tracked, kept))


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


def _because(why: str) -> str:
    return f" ({why})" if why else ""
