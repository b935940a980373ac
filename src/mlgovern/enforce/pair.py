"""Hands out the chunks of a history to two processes, where there are two processors; which one judges what does not matter."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from mlgovern.facts.git import LEAST_PIPE, Git

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Chunk = TypeVar("Chunk")
Told = TypeVar("Told")

_NUMBER = 4  # bytes of a chunk's number


class Pair(Generic[Chunk, Told]):
    """Two that take chunks from one queue, a pipe: whoever reads a number judges it. The other one may die at any time."""

    def __init__(self, git: Git, chunks: Sequence[Chunk], work: Callable[[Git, Chunk], Iterator[Told]]) -> None:
        self._git, self._chunks, self._work = git, chunks, work
        self._left = set(range(len(chunks)))
        self._queue: int | None = None
        self._other: Any = None
        self._told: Connection[Any, Any] | None = None

    def __enter__(self) -> Self:
        if len(self._chunks) > 1 and sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1:
            self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._other is not None:
            self._other.kill()
            self._other.join()
        if self._told is not None:
            self._told.close()
        if self._queue is not None:
            os.close(self._queue)

    def results(self) -> Iterator[Told]:
        """What is told of each chunk, in no order."""
        for number in self._taken():
            yield from self._work(self._git, self._chunks[number])
            self._left.discard(number)
            yield from self._brought(wait=False)
        yield from self._brought(wait=True)
        for number in sorted(self._left):  # all that is left if there is no other; else what it took and did not bring
            yield from self._work(self._git, self._chunks[number])

    def _taken(self) -> Iterator[int]:
        while self._queue is not None and (data := os.read(self._queue, _NUMBER)):
            yield int.from_bytes(data)

    def _brought(self, *, wait: bool) -> Iterator[Told]:
        """What the other one has judged, as far as it is there; or all that it will."""
        with suppress(EOFError, OSError):
            while self._told is not None and (wait or self._told.poll()):
                number, told = self._told.recv()
                self._left.discard(number)
                yield from told

    def _start(self) -> None:
        from multiprocessing import get_context

        self._queue, queue_end = os.pipe()
        os.set_blocking(queue_end, False)
        numbers = b"".join(number.to_bytes(_NUMBER) for number in range(len(self._chunks)))
        with suppress(BlockingIOError):  # what does not fit into the pipe is left to this process
            for start in range(0, len(numbers), LEAST_PIPE):  # each is written whole, or not at all (PIPE_BUF)
                os.write(queue_end, numbers[start : start + LEAST_PIPE])
        os.close(queue_end)
        context = get_context("fork")  # all that is known so far goes along
        self._told, end = context.Pipe(duplex=False)
        other = context.Process(target=self._judge, args=(end,), daemon=True)
        with suppress(OSError):  # there may be no room for another process
            other.start()
            self._other = other
        end.close()

    def _judge(self, end: "Connection[Any, Any]") -> None:
        """In the other process. Whatever goes wrong here goes wrong again, and is told, where the chunk is judged then."""
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self._told is not None:
            self._told.close()  # so that a pipe without a reader ends this process, should the first one be killed
        with (
            suppress(Exception),
            self._git.twin() as git,
        ):
            for number in self._taken():
                end.send((number, list(self._work(git, self._chunks[number]))))
