"""Git commands that are read while they work: in order, bounded, and every failure one sentence."""

import sys
from collections.abc import Callable
from threading import Thread

import pytest

from mlgovern.errors import GitError
from mlgovern.facts import git as wall
from mlgovern.facts.received import bounded
from mlgovern.facts.streams import Stream, blobs, heads
from tests.conftest import Sealed
from tests.facts.test_collect import opened


def test_many_objects_come_in_their_order(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        repo.write(f"f{number}", str(number) * 5000)
    repo.git("add", "-A")
    ids = [line.split()[1] for line in repo.git("ls-files", "-s").splitlines()]
    asked = [*ids, "0" * 40, *ids] * 10
    with opened(repo, monkeypatch) as here:
        seen = [None if blob is None else blob.id for blob in blobs(here, iter(asked))]
        begun = [found and (len(found[0].data), found[1]) for found in heads(here, asked[:2], 7)]
        assert (begun, bounded(here, ":f1", 7)) == ([(7, 5000), (7, 5000)], b"#" * 8)
    assert seen == [None if name == "0" * 40 else name for name in asked]


def test_nothing_asked(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(repo, monkeypatch) as here:
        assert list(blobs(here, [])) == []


def test_a_command_that_fails_says_why(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = pytest.raises(GitError, match="git log failed: bad revision 'nowhere'")
    with opened(repo, monkeypatch) as here, Stream(here, "log", "--format=%H", "nowhere", "--") as stream, failure:
        list(stream.lines())


def test_git_that_stops_in_the_middle(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(repo, monkeypatch) as here, Stream(here, "rev-parse", "--git-dir") as stream:
        assert stream.line() == b".git\n"
        with pytest.raises(GitError, match="it stopped in the middle; `git fsck` tells what is wrong"):
            stream.line()


def test_git_that_says_nothing_is_ended(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "TIMEOUT", 0.1)
    failure = pytest.raises(GitError, match="git did not answer within 0 seconds")
    with opened(repo, monkeypatch) as here, Stream(here, "cat-file", "--batch") as stream, failure:
        stream.line()


@pytest.mark.skipif(sys.platform != "linux", reason="the size of a pipe is fixed elsewhere")
@pytest.mark.parametrize("size", [pytest.param(4096, id="the least"), pytest.param(-1, id="cannot be had")])
def test_no_side_waits_for_ever_however_small_a_pipe_is(
    make_repo: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    repo = make_repo("repo", "--object-format=sha256")
    for number in range(400):
        repo.write(f"f{number}", f"{number} " * 5000)
    repo.git("add", "-A")
    ids = [line.split()[1] for line in repo.git("ls-files", "-s").splitlines()]
    monkeypatch.setattr(wall, "_PIPE", size)
    seen: list[int] = []

    def read() -> None:
        with wall.locate(str(repo.top)) as git:
            seen.extend(sum(blob is not None for blob in look) for look in (git.objects(ids), blobs(git, ids)))

    thread = Thread(target=read, daemon=True)
    thread.start()
    thread.join(30)
    assert seen == [400, 400]
