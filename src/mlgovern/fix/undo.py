"""`mlgovern fix --undo`: what the last fix changed is put back, where nobody has changed it since.

Before anything is changed, a journal in the Git directory says what will be. It names objects of Git alone: what a file held, be it
a secret, is in Git's own store, which has it already where the file was staged as it is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from mlgovern import files
from mlgovern.errors import UserError
from mlgovern.facts import listings
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File
from mlgovern.fix import index
from mlgovern.record import NamedTuple
from mlgovern.rx import rx

MOST_LINES = 20  # about the index
_BLOB = rx("[0-9a-f]{40}(?:[0-9a-f]{24})?")
NOTHING = "there is nothing to take back: a fix is kept until it is taken back, or the next one"

Disk = Iterable[tuple[str, bytes | None, bytes]]
Entries = Mapping[str, tuple[File | None, File | None]]


class Noted(NamedTuple):
    """A file on disk: what it was is a blob, none where it was not there; what it was made has a hash."""

    path: str
    blob: str | None
    after: str


class Changed(NamedTuple):
    """A path of the index: mode and blob of before and after, none where it was not there, and the mark that it had."""

    path: str
    before: Any
    after: Any
    mark: Any = None


def hashed(data: bytes | None) -> str:
    """What tells whether a file is as it was; empty where there is none."""
    return "" if data is None else sha256(data).hexdigest()


def record(git: Git, disk: Disk, entries: Entries) -> None:
    """Note what is about to be changed, from what to what."""
    noted = [
        Noted(path, None if before is None else _stored(git, before), hashed(after)) for path, before, after in disk
    ]
    marks = index.marks(git, entries) if entries else {}
    changed = [[path, _noted(before), _noted(after), marks.get(path)] for path, (before, after) in entries.items()]
    files.write(_journal(git), json.dumps({"disk": noted, "index": changed}).encode())


def undo(git: Git, *, dry_run: bool = False) -> Iterator[str]:
    """Put back what the last fix changed, a line for each file."""
    plan = _plan(git)
    if plan is None:
        yield NOTHING
        return
    for entry in reversed(plan["disk"]):
        yield from _back_on_disk(git, Noted(*entry), dry_run=dry_run)
    yield from _back_in_index(git, plan["index"], dry_run=dry_run)
    if not dry_run:
        _journal(git).unlink()


def _plan(git: Git) -> Any:
    data = files.read(_journal(git))
    try:
        plan = None if data is None else json.loads(data)
        if plan is None or _sound(plan):
            return plan
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise UserError("the notes of the last fix are damaged; nothing was taken back")


def _sound(plan: Any) -> bool:
    """Whether these are notes of ours, about paths of the work tree alone."""
    disk: list[Any] = [Noted(*entry) for entry in plan["disk"]]  # whatever the file says they are
    changed: list[Any] = [Changed(*entry) for entry in plan["index"]]
    blobs: list[Any] = [(0, noted.blob) for noted in disk if noted.blob is not None]
    blobs += [tuple(side) for entry in changed for side in (entry.before, entry.after) if side is not None]
    marks = all(entry.mark is None or isinstance(entry.mark, str) for entry in changed)
    hashes = all(isinstance(noted.after, str) for noted in disk)
    ids = all(isinstance(mode, int) and _BLOB.fullmatch(blob) for mode, blob in blobs)
    return marks and hashes and ids and all(files.sound(entry.path) for entry in (*disk, *changed))


def _back_on_disk(git: Git, noted: Noted, *, dry_run: bool) -> Iterator[str]:
    path, top = noted.path, Path(git.top)
    before = None if noted.blob is None else git.read(noted.blob)
    linked = files.link_on(top, path)
    now = None if linked else files.read(top / path)
    if now == before and not linked:
        if before is None and not dry_run:
            _unfolded(top, path)  # an interruption may have left a folder without the file
        return
    if now is None or hashed(now) != noted.after or (noted.blob is not None and before is None):
        yield f"leave {path}: it has changed since"
        return
    yield f"{'would ' if dry_run else ''}{'remove' if before is None else 'put back'} {path}"
    if before is not None and not dry_run:
        files.write(top / path, before)
    elif not dry_run:
        (top / path).unlink()
        _unfolded(top, path)


def _unfolded(top: Path, path: str) -> None:
    for folder in Path(path).parents[:-1]:
        with suppress(OSError):  # what else is in it stays
            (top / folder).rmdir()


def _back_in_index(git: Git, changed: list[Any], *, dry_run: bool) -> Iterator[str]:
    tracked, unmerged = listings.tracked(git)
    would, back = "would " if dry_run else "", Back({}, [], {})
    for path, before, after, *mark in changed:
        now = _noted(tracked.get(path))
        if now == before and path not in unmerged:
            continue
        if now != after or path in unmerged:
            yield f"leave {path} in the index: it has changed since"
            continue
        back.add(path, tracked.get(path), before, *mark)
        if back.size <= MOST_LINES:
            yield f"{would}take {path} out of the index" if before is None else f"{would}put {path} back into the index"
    if back.size > MOST_LINES:
        yield f"and {back.size - MOST_LINES:,} more in the index"
    if back.size and not dry_run:
        back.enter(git)


class Back(NamedTuple):
    """What the index gets back, with the marks that it had, and what goes from it."""

    blobs: dict[File, str]
    gone: list[File]
    marks: dict[str, str]

    @property
    def size(self) -> int:
        """How many paths."""
        return len(self.blobs) + len(self.gone)

    def add(self, path: str, now: File | None, before: list[Any] | None, mark: str | None = None) -> None:
        """A path as it was before."""
        if before is not None:
            self.blobs[File(path, *before)] = before[1]
            self.marks.update({path: mark} if mark else {})
        elif now is not None:
            self.gone.append(now)

    def enter(self, git: Git) -> None:
        """Do it; what was announced alone is announced again, if it is still there."""
        announced = {file for file in self.blobs if self.marks.get(file.path) == index.ANNOUNCED}
        blobs = {file: blob for file, blob in self.blobs.items() if file not in announced}
        if blobs or self.gone:
            index.enter(git, blobs, self.gone, self.marks)
        if there := [file.path for file in announced if (Path(git.top) / file.path).is_file()]:
            index.announce(git, sorted(there))


def _noted(file: File | None) -> list[Any] | None:
    return None if file is None else [file.mode, file.blob]


def _journal(git: Git) -> Path:
    return Path(git.git_dir) / "mlgovern" / "undo.json"


def _stored(git: Git, data: bytes) -> str:
    return git.ask("hash-object", "-w", "--stdin", stdin=data).decode().strip()
