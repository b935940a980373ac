"""What to write into a `.gitignore`, so that it ignores what it should and nothing that is meant to be tracked."""

from collections.abc import Collection, Iterable

from mlgovern.gitignore import Ignores, Source, appending, exactly
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rules.structure.tree import plain

# What holds a folder open or explains it; the folder may be ignored all the same.
_FILLERS = ("**/.{gitkeep,keep,gitignore}", "**/README*")
# Made to be tracked: placeholders, templates, and locks, which the next clone would miss.
_MEANT = (
    *_FILLERS,
    "**/*.{example,sample,template,dist}",
    "**/{uv,poetry,pdm,Pipfile,pixi}.lock",
    "**/conda-lock.yml",
    "**/requirements*.txt",
)


def meant(path: str) -> bool:
    """A file of this name belongs in Git, whatever a broad pattern says."""
    return matcher(_MEANT)(path) is not None


_CODE = ("**/*.{py,pyi,pyx,r,R,jl,c,cc,cpp,h,hpp,cu,rs,go,java,scala,js,jsx,ts,tsx,sh,sql,proto}",)
_MADE = (  # code that a tool put there
    "**/{node_modules,site-packages,venv,.venv,env,.env,build,dist,.eggs,*.egg-info,.tox,.nox,__pycache__,generated,gen}/**",
)


def is_source(path: str) -> bool:
    """A file of this name is code that somebody wrote, so that the pattern that ignores it is the likelier mistake."""
    return matcher(_CODE)(path) is not None and matcher(_MADE)(path) is None


def split(paths: Iterable[str], keep: Iterable[str]) -> tuple[list[str], list[str]]:
    """Paths that must come through where their folder is ignored, and the others."""
    through = matcher((*keep, *_FILLERS))
    kept: list[str] = []
    others: list[str] = []
    for path in paths:
        (others if through(path) is None else kept).append(path)
    return kept, others


def ignoring(entry: str, paths: Iterable[str], kept: Collection[str] = ()) -> list[str]:
    """The lines that ignore a path of the root, but neither what is kept below it nor others of its name in `paths`."""
    if not (plain(entry) and entry.endswith("/")):
        return [entry]
    root = "/" if any(f"/{entry}" in path for path in paths) else ""
    if not kept:
        return [root + entry]
    return _open(root + entry, kept)


class Letting(NamedTuple):
    """The lines that let a path through, at the end of the file that ignores it, or instead of one of its lines."""

    lines: list[str]
    instead: int = 0


def letting(ignores: Ignores, path: str, source: Source) -> Letting:
    """What lets an ignored path through; below an ignored folder nothing can, so that its content is ignored instead."""
    base = source.file.removesuffix(".gitignore")
    folder, inside = _ignored_folder(ignores, path), path.removeprefix(base)
    if not folder:
        return Letting([f"!{exactly(inside)}"])
    inner = folder.removeprefix(base)
    if source.pattern.strip("/") == inner.rstrip("/"):
        return Letting(_open(inner, [inside]), source.line)
    return Letting([f"!/{inner}", *_open(f"/{inner}", [inside])])


def exception(ignores: Ignores, path: str, source: Source, *, words: bool = False) -> str:
    """The command that lets an ignored path through; below an ignored folder, where none can, the lines in words."""
    lines, instead = letting(ignores, path, source)
    if instead:
        return f"in {source.file}, write {_listed(lines)} instead of {source.pattern}"
    if len(lines) > 1:
        return f"in {source.file}, add the lines {_listed(lines)}"
    return f"add the line {lines[0]} to {source.file}" if words else appending(lines, source.file)


def _ignored_folder(ignores: Ignores, path: str) -> str:
    """The topmost folder above a path that is ignored as a whole, so that no exception helps below it."""
    parts = path.split("/")
    above = ("/".join(parts[:depth]) + "/" for depth in range(1, len(parts)))
    return next((folder for folder in above if ignores.ignored(folder) is not None), "")


def _open(folder: str, kept: Collection[str]) -> list[str]:
    """The lines that ignore what is in a folder, but not some files."""
    depth = folder.strip("/").count("/") + 1
    if all(path.count("/") == depth for path in kept):
        return [f"{folder}*", *(f"!{folder}{exactly(path.rpartition('/')[2])[1:]}" for path in kept)]
    names = dict.fromkeys(exactly(path.rpartition("/")[2])[1:] for path in kept)
    return [f"{folder}**", f"!{folder}**/", *(f"!{folder}**/{name}" for name in names)]


def _listed(lines: list[str]) -> str:
    return f"{', '.join(lines[:-1])} and {lines[-1]}"
