"""Work apart: what it tells, how it ends, and that nothing of it outlives the deadline."""

import os
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from mlgovern.enforce.server import apart
from mlgovern.enforce.server.apart import Ended, Tell, told
from mlgovern.errors import GitError
from mlgovern.facts.git import Git, close, locate
from tests.conftest import Sealed
from tests.enforce.server.arriving import PASSWORD


@pytest.fixture
def git(repo: Sealed) -> Git:
    repo.commit()
    found = locate(str(repo.top))
    found.together = []
    return found


def tells(tell: Tell) -> None:
    tell("first")
    tell("second")


def stops(tell: Tell) -> None:
    tell("first")
    raise GitError("git is gone")


def breaks(_tell: Tell) -> None:
    raise ValueError(PASSWORD)


def hangs_on(_tell: Tell) -> None:
    time.sleep(9)


def needs_much(_tell: Tell) -> None:
    raise MemoryError


@pytest.mark.parametrize("forks", [True, False])
@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (tells, ["first", "second", Ended("done")]),
        (stops, ["first", Ended("refused", "git is gone")]),
        (needs_much, [Ended("large")]),
    ],
)
def test_what_is_told(git: Git, forks: bool, work: Callable[[Tell], None], expected: list[object]) -> None:
    assert list(told(git, work, time.monotonic() + 60, forks=forks)) == expected


@pytest.mark.parametrize("forks", [True, False])
def test_what_breaks_says_no_secret(git: Git, forks: bool) -> None:
    (ended,) = told(git, breaks, time.monotonic() + 60, forks=forks)
    assert (ended.how, "ValueError" in ended.why, PASSWORD in ended.why) == ("broke", True, False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="without processes that split there is none to kill")
def test_what_dies_is_no_pass(git: Git) -> None:
    assert list(told(git, lambda _tell: os._exit(0), time.monotonic() + 60)) == [Ended("died")]


@pytest.mark.parametrize("forks", [True, False])
def test_all_ends_at_the_deadline(git: Git, forks: bool, tmp_path: Path) -> None:
    mark = tmp_path / "pid"

    def hangs(tell: Tell) -> None:
        process = git.spawn(("-c", "alias.wait=!sleep 7", "wait"))  # ends by nothing but a signal
        mark.write_text(str(process.pid))
        tell("started")
        time.sleep(5 if forks else 0.6)  # a thread would be in the way of the tests behind this one
        close(process)

    assert list(told(git, hangs, time.monotonic() + 0.5, forks=forks)) == ["started", Ended("late")]
    assert not alive(int(mark.read_text()))


def alive(pid: int) -> bool:
    for _ in range(50):
        try:
            if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return False
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return False
        time.sleep(0.1)
    return True


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a thread ends with its process")
def test_it_ends_where_nobody_is_left_to_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_GRACE", 0.1)
    context = get_context("fork")
    pipe = context.Pipe(duplex=False)
    process = context.Process(target=apart._alone, args=(hangs_on, pipe[1], pipe[0], time.monotonic()))
    process.start()
    process.join(5)
    assert process.exitcode == -signal.SIGALRM


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a bound for each process is one of systems that split them")
def test_nobody_takes_more_memory_than_there_is_for_a_push(git: Git) -> None:
    def grows(tell: Tell) -> None:
        tell(len(bytearray(1 << 31)))

    assert list(told(git, grows, time.monotonic() + 60)) == [Ended("large")]
