"""What a plan will have changed: its steps read what earlier ones wrote, and nothing is written before all are made."""

import os
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from mlgovern import files
from mlgovern.errors import UserError
from mlgovern.facts import listings, state
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import REGULAR, SYMLINK, File
from mlgovern.fix import index, undo
from mlgovern.record import NamedTuple


class Side(NamedTuple):
    """The work tree or the index: how a file of it is read and written."""

    read: Callable[[str], bytes | None]
    write: Callable[[str, bytes], None]


class Draft:
    """Files on disk and in the index as they will be. With `staged` both get what a step writes, else the disk alone."""

    def __init__(self, git: Git, tracked: Mapping[str, File], unmerged: Container[str] = (), *, staged: bool) -> None:
        self.git, self.tracked, self.staged = git, tracked, staged
        self._unmerged = unmerged
        self._seen: dict[str, str] = {}  # what was on disk, by its hash alone: notebooks are large
        self._disk: dict[str, bytes] = {}
        self._index: dict[str, bytes | None] = {}  # None: it is to go

    @property
    def sides(self) -> tuple[Side, ...]:
        """Where a file that belongs to the repository is written."""
        disk = Side(self.on_disk, self.write)
        return (disk, Side(self.in_index, self.stage)) if self.staged else (disk,)

    @cached_property
    def changed(self) -> frozenset[str]:
        """What is staged: the paths where the index is not as HEAD."""
        return frozenset(listings.staged_paths(self.git, unborn=state.resolve(self.git, "HEAD") is None))

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is planned within is planned whole, or, where it raises, not at all."""
        before = (dict(self._seen), dict(self._disk), dict(self._index))
        try:
            yield
        except UserError:
            self._seen, self._disk, self._index = before
            raise

    def on_disk(self, path: str) -> bytes | None:
        """The bytes of a file as they will be; UserError where a link leads to it, or it cannot be read."""
        if path in self._disk:
            return self._disk[path]
        data = self._read(path)
        self._seen.setdefault(path, undo.hashed(data))
        return data

    def another(self, path: str) -> str:
        """The folder of the repository within this one that a path belongs to; nothing where it belongs to this one."""
        folders = ["/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 1)]
        return next((one for one in folders if os.path.lexists(os.path.join(self.git.top, one, ".git"))), "")

    def in_index(self, path: str) -> bytes | None:
        """The staged bytes of a file as they will be; UserError where both sides of a merge are staged."""
        if path in self._index:
            return self._index[path]
        self._is_settled(path)
        file = self.tracked.get(path)
        return None if file is None else self.git.read(file.blob)

    def holds(self, path: str) -> bool:
        """Whether the index will have a path."""
        return self._index[path] is not None if path in self._index else path in self.tracked

    def planned(self, path: str) -> bytes | None:
        """What a step writes to a file, be it on disk or in the index alone; None where none does."""
        return self._disk.get(path, self._index.get(path))

    def untracks(self, path: str) -> bool:
        """Whether a path is to go from the index: what was found there is settled by that."""
        return path in self._index and self._index[path] is None

    def takes_away(self) -> bool:
        """Whether others have what is to go: Git deletes it on their disks once they pull that it went."""
        gone = [path for path in self._index if self.untracks(path)]
        return bool(self.git.kinds(f"HEAD:{path}" for path in gone if "\n" not in path))

    def write(self, path: str, data: bytes) -> None:
        """Plan a file on disk."""
        self._is_settled(path)
        self.on_disk(path)
        self._disk[path] = data

    def stage(self, path: str, data: bytes) -> None:
        """Plan a file in the index, with the mode that it has there."""
        file = self.tracked.get(path)
        if file is not None and file.mode == SYMLINK:
            raise UserError(f"{path} is a symbolic link; it is left alone")
        if file is None:
            self._has_room(path)
        self._index[path] = data

    def untrack(self, path: str) -> None:
        """Plan a file out of the index; it stays on disk."""
        self._index[path] = None

    def apply(self) -> None:
        """Do it: blobs first, then the files, each whole or not at all, then the index, in one step of git's own."""
        self._unchanged()
        kept = {path: data for path, data in self._index.items() if data is not None}
        staged = {self.tracked.get(path, File(path, REGULAR)): data for path, data in kept.items()}
        blobs = index.stored(self.git, staged)
        gone = [self.tracked[path] for path, data in self._index.items() if data is None and path in self.tracked]
        after = {file.path: file._replace(blob=blob) for file, blob in blobs.items()}
        entries = {path: (self.tracked.get(path), after.get(path)) for path in self._index}
        undo.record(self.git, self._changes(), entries)
        try:
            for path, data in self._disk.items():
                files.write(Path(self.git.top) / path, data)
            if self._index:
                index.enter(self.git, blobs, gone)
        except UserError as error:
            raise UserError(f"{error}; `mlgovern fix --undo` takes back what was done until then") from error

    def _is_settled(self, path: str) -> None:
        if path in self._unmerged:
            raise UserError(f"{path} has merge conflicts; settle them first")

    def _has_room(self, path: str) -> None:
        """UserError where the index has a file for a folder of a path, or a folder for it: Git would drop the one for the other."""
        above = (path[:end] for end, char in enumerate(path) if char == "/")
        other = next(filter(self.holds, above), "") or next(
            filter(lambda o: o.startswith(f"{path}/"), self.tracked), ""
        )
        if other:
            raise UserError(f"{other} is staged, which cannot be there beside it")

    def _unchanged(self) -> None:
        """UserError where the index is no longer as the plan found it, or about to be changed by somebody else."""
        own = self.git.environment.get("GIT_INDEX_FILE") or os.path.join(self.git.git_dir, "index")
        lock = os.path.join(self.git.top, f"{own}.lock")
        if self._index and os.path.lexists(lock):
            raise UserError(f"another git command is at work; if there is none, remove {lock} and run this again")
        tracked, unmerged = listings.tracked(self.git) if self._index else ({}, ())
        for path in self._index:
            if path in unmerged or tracked.get(path, File(""))[:3] != self.tracked.get(path, File(""))[:3]:
                raise UserError(f"{path} has changed meanwhile: run `mlgovern fix` again")

    def _changes(self) -> Iterator[tuple[str, bytes | None, bytes]]:
        """Each file on disk, from what to what; UserError where it is no longer as the plan found it."""
        for path, after in self._disk.items():
            before = self._read(path)
            if undo.hashed(before) != self._seen[path]:
                raise UserError(f"{path} has changed meanwhile: run `mlgovern fix` again")
            yield path, before, after

    def _read(self, path: str) -> bytes | None:
        unlinked(self.git.top, path)
        return files.read(Path(self.git.top) / path)


def unlinked(top: str, path: str) -> None:
    """UserError where a path leads out of the work tree, be it through a symbolic link, or into Git's own folder."""
    if not files.sound(path):
        raise UserError(f"{path} is no path of this work tree; it is left alone")
    link = files.link_on(Path(top), path)
    if link:
        raise UserError(f"{link} is a symbolic link; it is left alone")
