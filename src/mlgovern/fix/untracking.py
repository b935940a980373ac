"""Takes env files out of Git with all that belongs to it: an ignore line, a template, and what a person must do first."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mlgovern import files
from mlgovern.facts import history
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File
from mlgovern.fix import env_files, index
from mlgovern.fix.step import Step
from mlgovern.gitignore import Ignores, exactly

IGNORE = ".gitignore"


class Side(NamedTuple):
    """The work tree or the index: how a file of it is read and written."""

    read: Callable[[str], bytes | None]
    write: Callable[[str, bytes], None]


def untracking(git: Git, found: tuple[File, ...], *, staged: bool) -> Iterator[Step]:
    """The steps for these env files. With `staged` the index gets what the work tree gets, so that the commit is whole."""
    top = Path(git.top)
    disk = Side(lambda path: files.read(top / path), lambda path, data: files.write(top / path, data))
    held = Side(partial(index.get, git), partial(index.put, git))
    sides = (disk, held) if staged else (disk,)
    pushed = history.pushed(git, [file.path for file in found])
    for file in found:
        if file.path in pushed:
            has = f"{pushed[file.path][:8]} is pushed and has it; what follows does not undo that"
            yield Step(f"first rotate what is secret in {file.path}: {has}")
        stays = "it stays on disk" if (top / file.path).is_file() else "it is not on disk"
        yield Step(f"untrack {file.path} ({stays})", partial(index.untrack, git, [file.path]))
        yield from _ignoring(file.path, sides, staged=staged)
        yield from _template(file.path, git.read(file.blob) or b"", sides, staged=staged)


def _ignoring(path: str, sides: tuple[Side, ...], *, staged: bool) -> Iterator[Step]:
    if not any(_lines(side, path) for side in sides):
        return

    def act() -> None:
        for side in sides:
            lines = _lines(side, path)
            if lines:
                side.write(IGNORE, _appended(side.read(IGNORE), lines))

    yield Step(f"add a line for {path} to {IGNORE}", act, "" if staged else IGNORE)


def _lines(side: Side, path: str) -> list[str]:
    """The lines that the top `.gitignore` lacks: one that ignores the env file, one that lets its template through."""
    folders = ["", *(path[:end] for end, char in enumerate(path) if char == "/")]
    texts = {folder: side.read(f"{folder}/{IGNORE}".lstrip("/")) or b"" for folder in folders}

    def ignored(added: list[str], which: str) -> bool:
        return Ignores({**texts, "": _appended(texts[""], added)}).ignored(which) is not None

    lines = [] if ignored([], path) else [exactly(path)]
    template = env_files.template_path(path)
    through = [*lines, f"!{exactly(template)}"]  # which cannot help where a whole folder is ignored
    return through if ignored(lines, template) and not ignored(through, template) else lines


def _template(path: str, data: bytes, sides: tuple[Side, ...], *, staged: bool) -> Iterator[Step]:
    place = env_files.template_path(path)
    drafts = [(side, env_files.template(path, data, side.read(place))) for side in sides]

    def act() -> None:
        for side, draft in drafts:
            if draft is not None:
                side.write(place, draft)

    if any(draft is not None for _, draft in drafts):
        yield Step(f"write {place} with the keys and no values", act, "" if staged else place)


def _appended(text: bytes | None, lines: list[str]) -> bytes:
    start = text or b""
    end = b"\n" if start and not start.endswith(b"\n") else b""
    return start + end + "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
