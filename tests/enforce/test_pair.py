"""Two processes come to what one comes to, whatever happens to the other."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from mlgovern.enforce.pair import Pair
from mlgovern.facts.git import Git

NOWHERE = Git("/", "/", "/", {})
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is one"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),  # pytest's workers are
]
HERE = os.getpid()
Work = Callable[[Git, list[int]], Iterator[tuple[int, bool]]]


def squares(_git: Git, chunk: list[int]) -> Iterator[tuple[int, bool]]:
    """What each number comes to, and whether another process found it."""
    for number in chunk:
        yield number * number, os.getpid() != HERE


def told(chunks: list[list[int]], work: Work = squares) -> list[tuple[int, bool]]:
    with Pair(NOWHERE, chunks, work) as pair:
        return list(pair.results())


def test_each_chunk_once(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = [[number, number + 1] for number in range(0, 3000, 2)]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    both = told(chunks)
    assert sorted(square for square, _ in both) == [number * number for number in range(3000)]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0})
    assert told(chunks) == [(number * number, False) for number in range(3000)]
    assert told([]) == []


def slow(git: Git, chunk: list[int]) -> Iterator[tuple[int, bool]]:
    """The first one leaves the rest to the other."""
    if os.getpid() == HERE:
        signal.sigtimedwait([], 0.05)
    yield from squares(git, chunk)


def broken(git: Git, chunk: list[int]) -> Iterator[tuple[int, bool]]:
    if os.getpid() != HERE:
        raise ValueError(chunk)
    yield from slow(git, chunk)


def killed(git: Git, chunk: list[int]) -> Iterator[tuple[int, bool]]:
    if os.getpid() != HERE and chunk[0] > 3:
        os.kill(os.getpid(), signal.SIGKILL)
    yield from slow(git, chunk)


@pytest.mark.parametrize(("work", "helped"), [(slow, True), (broken, False), (killed, None)])
def test_whatever_happens_to_the_other(monkeypatch: pytest.MonkeyPatch, work: Work, helped: bool | None) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    found = told([[number] for number in range(12)], work)
    assert sorted(square for square, _ in found) == [number * number for number in range(12)]
    assert helped is None or any(other for _, other in found) is helped


LONE = """
import os
from mlgovern.enforce.pair import Pair
from mlgovern.facts.git import Git

here = os.getpid()
os.sched_getaffinity = lambda _pid: {0, 1}

def work(_git, chunk):
    if os.getpid() == here:
        print(pair._other.pid, flush=True)
        os.read(0, 1)  # for ever
    yield chunk

with Pair(Git("/", "/", "/", {}), [bytes(200_000)] * 100, work) as pair:
    list(pair.results())
"""


def test_no_second_process_outlives_the_first_one() -> None:
    first = subprocess.Popen([sys.executable, "-P", "-c", LONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert first.stdout is not None
    other = int(first.stdout.readline())
    first.kill()
    try:
        first.communicate(timeout=30)  # both hold the pipe that this reads to its end
    finally:
        with suppress(ProcessLookupError):
            os.kill(other, signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="the size of a pipe is fixed elsewhere")
@pytest.mark.parametrize("count", [2, 1024, 1025, 5000])
def test_every_chunk_is_judged_however_small_the_pipe_is(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    from fcntl import F_SETPIPE_SZ, fcntl

    pipe = os.pipe

    def small() -> tuple[int, int]:
        ends = pipe()
        fcntl(ends[1], F_SETPIPE_SZ, 4096)
        return ends

    def work(_git: Git, chunk: int) -> Iterator[int]:
        yield chunk

    monkeypatch.setattr(os, "pipe", small)
    with Pair(NOWHERE, range(count), work) as pair:
        assert sorted(pair.results()) == list(range(count))


def test_without_room_for_another_process_one_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise BlockingIOError("no room")

    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    monkeypatch.setattr(os, "fork", full)
    assert told([[1], [2], [3]]) == [(1, False), (4, False), (9, False)]
