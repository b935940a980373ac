"""Git commands that are read while they work: a little at a time, and each wait is bounded."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from math import inf
from tempfile import TemporaryFile
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import IO, Self, cast

from mlgovern.errors import GitError
from mlgovern.facts import git as wall
from mlgovern.facts.git import Blob, Git

_LONGEST_ID = 64  # characters
_AHEAD = wall.LEAST_PIPE // (_LONGEST_ID + 1)  # ids that are asked for before they are needed: no side waits for ever
_PIECE = 1 << 16


class Stream:
    """One git command at work. A watch ends it where it says nothing for too long."""

    def __init__(self, git: Git, *arguments: str, fed: bytes | None = None) -> None:
        self._name = arguments[0]
        self._errors = _scratch()
        self._process = _started(git, arguments, self._errors, fed)
        self._in = cast("IO[bytes]", self._process.stdin)  # None where it is fed, and then nobody tells it anything
        self._out = cast("IO[bytes]", self._process.stdout)
        self._due, self._late, self._over = inf, False, Event()
        self._watcher = Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._watcher.join()  # nobody who forks later takes a half of it along
        wall.close(self._process)
        self._errors.close()

    def _watch(self) -> None:
        while not self._over.wait(1):
            if monotonic() > self._due:
                self._late = True
                wall.kill(self._process)
                return

    def tell(self, names: Iterable[str]) -> None:
        """Write names, a line for each."""
        try:
            self._in.write("".join(f"{name}\n" for name in names).encode())
            self._in.flush()
        except OSError as error:
            raise self._broken() from error

    def line(self) -> bytes:
        """The next line."""
        self._due = monotonic() + wall.TIMEOUT
        data = self._out.readline()
        self._due = inf
        if not data.endswith(b"\n"):
            raise self._broken()
        return data

    def read(self, size: int) -> bytes:
        """So many bytes."""
        self._due = monotonic() + wall.TIMEOUT
        data = self._out.read(size)
        self._due = inf
        if len(data) != size:
            raise self._broken()
        return data

    def fields(self) -> Iterator[bytes]:
        """All that it prints, cut at its NULs; GitError where it fails."""
        return self._cut(b"\0")

    def lines(self) -> Iterator[bytes]:
        """All that it prints, cut at its newlines; GitError where it fails."""
        return self._cut(b"\n")

    def _cut(self, end: bytes) -> Iterator[bytes]:
        rest = b""
        while piece := self._piece():
            *whole, rest = (rest + piece).split(end)
            yield from whole
        self._ended()
        if rest:
            yield rest

    def _ended(self) -> None:
        if self._late or self._process.wait() != 0:
            raise self._broken()

    def _piece(self) -> bytes:
        self._due = monotonic() + wall.TIMEOUT
        data: bytes = self._out.read1(_PIECE)  # type: ignore[attr-defined]  # a pipe is a BufferedReader
        self._due = inf
        return data

    def _broken(self) -> GitError:
        if self._late:
            return GitError(f"git did not answer within {wall.TIMEOUT:.0f} seconds")
        self._errors.seek(0)
        said = wall.last_line(self._errors.read())
        return GitError(
            f"git {self._name} failed: {said or 'it stopped in the middle; `git fsck` tells what is wrong'}"
        )


def _started(git: Git, arguments: tuple[str, ...], errors: IO[bytes], fed: bytes | None) -> "wall.Process":
    """What it is fed with lies in a file, so that neither side waits for the other."""
    if fed is None:
        return git.start(arguments, errors)
    with TemporaryFile() as file:
        file.write(fed)
        file.seek(0)
        return git.start(arguments, errors, file)


def _scratch() -> IO[bytes]:
    """Where git complains: a file, since a pipe that nobody reads would stop it; on a full disk nowhere."""
    try:
        return TemporaryFile()
    except OSError:
        return open(os.devnull, "r+b")


def blobs(git: Git, ids: Iterable[str]) -> Iterator[Blob | None]:
    """The objects of these ids one by one, in their order; git reads on while the caller looks at one."""
    return (None if found is None else found[0] for found in heads(git, ids, inf))


def heads(git: Git, ids: Iterable[str], most: float) -> Iterator[tuple[Blob, int] | None]:
    """The same, of each no more than so many bytes, and how many it has."""
    queue, asked = iter(ids), 0
    with Stream(git, "cat-file", "--batch") as stream:
        while True:
            if asked <= _AHEAD // 2 and (more := list(islice(queue, _AHEAD - asked))):
                stream.tell(more)
                asked += len(more)
            if not asked:
                return
            yield _object(stream, most)
            asked -= 1


def _object(stream: Stream, most: float) -> tuple[Blob, int] | None:
    words = stream.line().split()
    if len(words) != 3 or not words[2].isdigit():
        return None
    size = int(words[2])
    data = stream.read(int(min(size, most)))
    left = size - len(data) + 1  # with a newline
    while left:
        left -= len(stream.read(min(left, _PIECE)))
    return Blob(words[0].decode(), words[1].decode(), data), size
