"""Work that tells what it finds as it goes, and ends at a deadline whatever it is doing: in a process group of its own."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any, Literal

from mlgovern.errors import UserError, trace
from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.record import NamedTuple

MOST_MEMORY = 320 << 20  # bytes of each process, beside what it began with; a push cannot take more from the server
_GRACE = 0.5  # seconds after which the system itself ends what was left behind

Tell = Callable[[Any], None]
Work = Callable[[Tell], None]
FORKS = sys.platform != "win32" and hasattr(os, "fork")


class Ended(NamedTuple):
    """The last that is told: how the work ended, and what went wrong."""

    how: Literal["done", "late", "died", "large", "refused", "broke"]
    why: str = ""


def told(git: Git, work: Work, end: float, *, forks: bool = FORKS) -> Iterator[Any]:
    """What the work tells until it is done, or until `end` on the monotonic clock; then how it ended."""
    return _forked(work, end) if forks else _beside(git, work, end)


def _forked(work: Work, end: float) -> Iterator[Any]:
    from multiprocessing import get_context

    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_alone, args=(work, sender, receiver, end))
    process.start()
    sender.close()
    try:
        yield from _until(end, receiver.poll, receiver.recv)
    finally:
        with suppress(ProcessLookupError, PermissionError):  # it has ended, or has not begun
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.kill()
        process.join()
        receiver.close()


def _alone(work: Work, sender: Any, receiver: Any, end: float) -> None:
    """In the other process, whose group all that it starts belongs to."""
    os.setpgid(0, 0)
    _bound_memory()
    receiver.close()  # so that a pipe without a reader ends this process, should the first one be killed
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, max(end - monotonic(), 0) + _GRACE)  # nobody may be left to end it
    with suppress(BrokenPipeError):
        sender.send(_result(work, sender.send))


def _bound_memory() -> None:
    import resource

    most = _held() + MOST_MEMORY
    with suppress(OSError, ValueError):  # a stricter bound is set already
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _held() -> int:
    """The bytes that this process has, where the system tells: a thread that could not begin would be waited for."""
    import resource

    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[5]) * resource.getpagesize()
    except OSError:
        return 0


def _beside(git: Git, work: Work, end: float) -> Iterator[Any]:
    """Where a process cannot be split: a thread of this one, which ends with it."""
    from queue import Empty, SimpleQueue
    from threading import Thread

    queue: SimpleQueue[Any] = SimpleQueue()
    waiting: list[Any] = []

    def poll(seconds: float) -> bool:
        with suppress(Empty):
            waiting.append(queue.get(timeout=seconds))
        return bool(waiting)

    Thread(target=lambda: queue.put(_result(work, queue.put)), daemon=True).start()
    try:
        yield from _until(end, poll, waiting.pop)
    finally:
        for process in git.together or ():
            if process.poll() is None:
                wall.kill(process)


def _until(end: float, poll: Callable[[float], bool], take: Callable[[], Any]) -> Iterator[Any]:
    while True:
        left = end - monotonic()
        if left <= 0 or not poll(left):
            yield Ended("late")
            return
        try:
            message = take()
        except (EOFError, OSError):
            yield Ended("died")
            return
        yield message
        if isinstance(message, Ended):
            return


def _result(work: Work, tell: Tell) -> Ended:
    try:
        work(tell)
    except UserError as error:
        return Ended("refused", str(error))
    except BrokenPipeError:
        raise
    except MemoryError:
        return Ended("large")
    except Exception as error:  # noqa: BLE001 - it would be lost with its process; whoever listens says it, and fails closed
        return Ended("broke", trace(error))
    return Ended("done")
