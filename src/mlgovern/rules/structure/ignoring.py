"""What `.gitignore` says, and whether the tree agrees."""

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import NamedTuple

from mlgovern.facts.snapshot import SUBMODULE, Snapshot
from mlgovern.finding import Finding, Place
from mlgovern.gitignore import Ignores, Source, gather
from mlgovern.globs import expand, matcher
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.structure.tree import changed, folders, plain, whole

PROBE = "mlgovern-probe"  # a name that no pattern means by itself


class Entry(NamedTuple):
    """A path to ask the ignore rules about; with a final `/` a folder."""

    path: Glob = Glob("")
    why: str = ""
    mend: str = ""


class IgnoredOrThere(NamedTuple):
    required_or_ignored: tuple[Entry, ...] = ()
    always: bool = False  # at each commit, not only where the change touches the root or a .gitignore


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
    there = folders(snapshot.tracked)
    for entry in settings.required_or_ignored:
        name = entry.path.rstrip("/")
        if not (_tracked(snapshot, there, name) or _covered(ignores, entry.path)):
            message = f"{entry.path} is neither tracked nor ignored{_because(entry.why)}"
            yield Finding(message, Place(path=".gitignore"), entry.mend or _append(snapshot, [entry.path]), entry.path)


def not_ignored_path(snapshot: Snapshot, settings: MustIgnore) -> Verdicts:
    """`.gitignore` lets in what must stay out, or keeps out what must come in.

    Why: what is not ignored is committed by the next `git add .`: environments, data, secrets.
    Mend: add the pattern to .gitignore
    """
    if not (settings.must_ignore and _judged(snapshot, settings.always)):
        return
    ignores, unread = gather(snapshot)
    yield from unread
    keep = matcher(settings.keep)
    for entry in settings.must_ignore:
        if not _covered(ignores, entry.path):
            mend = entry.mend or _append(snapshot, _lines(snapshot, entry.path, settings.keep))
            message = f"{entry.path} is not ignored{_because(entry.why)}"
            yield Finding(message, Place(path=".gitignore"), mend, entry.path)
    wanted = [path for glob in settings.keep if plain(path := glob.removeprefix("**/"))]
    for path in dict.fromkeys([*wanted, *(path for path in _excepted(ignores) if keep(path))]):
        source = ignores.ignored(path)
        if source is not None:
            yield _swallowed(path, source)


def ignored_but_tracked(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A file is tracked although `.gitignore` says otherwise.

    Why: changes to it are committed although everybody believes that they are not, and a new clone cannot add its like.
    Mend: git rm --cached PATH, or an exception line `!PATH` in .gitignore
    """
    paths = _to_compare(snapshot)
    if not paths:
        return
    ignores, unread = gather(snapshot)
    yield from unread
    for path in paths:
        submodule = snapshot.tracked[path].mode == SUBMODULE
        source = ignores.ignored(f"{path}/" if submodule else path)
        if source is not None:
            message = f"tracked although line {source.line} of {source.file} ignores it ({source.pattern})"
            yield Finding(message, Place(path=path), _unsettled(ignores, path, source), key="ignored")


def _to_compare(snapshot: Snapshot) -> list[str]:
    """CI looks at the whole tree, once; other stages at the files under judgement, which an audit is given all."""
    if "ci" in snapshot.stages:
        return list(snapshot.tracked)
    return [path for path in dict.fromkeys(file.path for file in snapshot.files) if path in snapshot.tracked]


def _judged(snapshot: Snapshot, always: bool) -> bool:
    if always or whole(snapshot):
        return True
    return any("/" not in path or path.endswith("/.gitignore") for path in changed(snapshot))


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


def _swallowed(path: str, source: Source) -> Finding:
    message = f"{path} must not be ignored, but line {source.line} does ({source.pattern})"
    inner = path.removeprefix(source.file.removesuffix(".gitignore"))
    folder = inner.rpartition("/")[0]
    mend = f"add the line !/{inner} to {source.file}"
    if folder:
        message += "; nothing below an ignored folder can be taken back"
        mend = f"in {source.file}, write {folder}/* and !{inner} instead"
    return Finding(message, Place(path=source.file, line=source.line), mend, key=path)


def _lines(snapshot: Snapshot, entry: str, keep: Iterable[str]) -> list[str]:
    """The lines that ignore a path; where placeholders below it are tracked, in the form that lets them through."""
    if not entry.endswith("/") or not plain(entry):
        return [entry]
    match = matcher(keep)
    kept = [path for path in snapshot.tracked if path.startswith(entry) and match(path)]
    if not kept:
        return [entry]
    if all("/" not in path[len(entry) :] for path in kept):
        return [f"{entry}*", *(f"!{path}" for path in kept)]
    names = dict.fromkeys(path.rpartition("/")[2] for path in kept)
    return [f"{entry}**", f"!{entry}**/", *(f"!{entry}**/{name}" for name in names)]


def _append(snapshot: Snapshot, lines: Iterable[str]) -> str:
    text = snapshot.at(".gitignore") or b""
    start = ["''"] if text and not text.endswith(b"\n") else []  # else the first line would join the last one there
    return " ".join(["printf", r"'%s\n'", *start, *map(quote, lines), ">> .gitignore"])


def _unsettled(ignores: Ignores, path: str, source: Source) -> str:
    mend = f"git rm --cached -- {quote(path)}"
    parent = path.rpartition("/")[0]
    if parent and ignores.ignored(f"{parent}/") is not None:
        return mend  # no exception line helps below an ignored folder
    inner = path.removeprefix(source.file.removesuffix(".gitignore"))
    return f"{mend}  # or keep it: add the line !/{inner} to {source.file}"


def _because(why: str) -> str:
    return f" ({why})" if why else ""
