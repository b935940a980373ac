"""Large blobs from the work tree: only what hashes to the blob's id is ever taken."""

import os
from pathlib import Path

import pytest

from mlgovern.facts import batches as batching
from mlgovern.facts import collect
from mlgovern.facts import vouched as vouching
from mlgovern.facts.batches import batches
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import EXECUTABLE, SYMLINK, File, Snapshot, Wants
from mlgovern.facts.vouched import MUCH, vouched
from tests.conftest import Sealed

LARGE = b"0123456789abcde\n" * (MUCH // 16 + 1)
OTHER = LARGE[:-2] + b"X\n"
WANTS = Wants(reads=("**",))


def staged(repo: Sealed, data: bytes = LARGE, path: str = "large.csv") -> File:
    """A staged file, as a snapshot holds it."""
    (repo.top / path).write_bytes(data)
    repo.git("add", path)
    return File(path, blob=repo.git("rev-parse", f":{path}").strip(), size=len(data))


def opened(repo: Sealed) -> Git:
    """The repository, whatever the environment says of another."""
    return Git(str(repo.top), str(repo.top / ".git"), str(repo.top / ".git"), repo.environment)


def taken(repo: Sealed, file: File) -> bytes | None:
    with opened(repo) as git:
        return vouched(git, [file]).get(file.blob)


def test_what_is_staged_and_on_disk_is_read_there(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    file = staged(repo)
    assert taken(repo, file) == LARGE
    assert taken(repo, file._replace(mode=EXECUTABLE)) == LARGE
    with opened(repo) as git:
        monkeypatch.setattr(git, "objects", lambda names: [pytest.fail(name) for name in names])
        assert next(batches(git, WANTS, Snapshot(files=(file,)), budget=None)).contents == {file.blob: LARGE}


@pytest.mark.parametrize("budget", [None, 10])
def test_what_differs_on_disk_is_judged_as_it_is_staged(repo: Sealed, budget: int | None) -> None:
    file = staged(repo)
    (repo.top / file.path).write_bytes(OTHER)
    assert taken(repo, file) is None
    with opened(repo) as git:
        held = {b: d for one in batches(git, WANTS, Snapshot(files=(file,)), budget) for b, d in one.contents.items()}
    assert held == {file.blob: LARGE}


def put_nothing(path: Path) -> None:
    path.unlink()


def put_a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def put_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def put_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def put_less(path: Path) -> None:
    path.write_bytes(LARGE[:-1])


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")
@pytest.mark.parametrize("put", [put_nothing, put_a_link, put_a_pipe, put_a_folder, put_less])
def test_what_is_no_such_file_is_left_to_git(repo: Sealed, put: object) -> None:
    file = staged(repo)
    assert callable(put)
    put(repo.top / file.path)
    assert taken(repo, file) is None
    with opened(repo) as git:
        assert next(batches(git, WANTS, Snapshot(files=(file,)), None)).contents == {file.blob: LARGE}


def test_only_files_of_the_index_are_looked_for(repo: Sealed) -> None:
    file = staged(repo)
    others = [file._replace(commit="c" * 40), file._replace(mode=SYMLINK), file._replace(blob="0" * 50)]
    assert [taken(repo, other) for other in (*others, file._replace(path="a\0/b"))] == [None] * 4
    with Git(str(repo.top), str(repo.top), str(repo.top), {}) as bare:
        assert vouched(bare, [file]) == {}


def test_where_there_is_little_git_is_asked(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [staged(repo, b"%d\n" % number * 1000, f"{number}.csv") for number in range(3)]
    monkeypatch.setattr(batching, "vouched", lambda _git, _files: pytest.fail("it is looked for"))
    with opened(repo) as git:
        assert len(next(batches(git, WANTS, Snapshot(files=tuple(few)), None)).contents) == 3


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_nothing_is_read_through_a_link_to_a_folder(repo: Sealed, tmp_path: Path) -> None:
    (repo.top / "data").mkdir()
    file = staged(repo, path="data/large.csv")
    assert taken(repo, file) == LARGE
    (repo.top / "data").rename(tmp_path / "elsewhere")
    (repo.top / "data").symlink_to(tmp_path / "elsewhere")
    assert taken(repo, file) is None
    assert taken(repo, file._replace(path="../elsewhere/large.csv")) is None
    assert taken(repo, file._replace(path=f"{tmp_path}/elsewhere/large.csv")) is None


def test_copies_are_read_once(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    files = tuple(staged(repo, path=f"{number}.csv") for number in range(3))
    looks: list[str] = []
    read = vouching._read

    def watched(path: str, size: int) -> bytes | None:
        looks.append(path)
        return read(path, size)

    monkeypatch.setattr(vouching, "_read", watched)
    with opened(repo) as git:
        assert next(batches(git, WANTS, Snapshot(files=files), None)).contents == {files[0].blob: LARGE}
    assert [Path(path).name for path in looks] == ["0.csv"]


def test_line_ends_that_git_converts_are_left_to_git(repo: Sealed) -> None:
    repo.write(".gitattributes", "*.csv text eol=crlf\n")
    file = staged(repo, LARGE.replace(b"\n", b"\r\n"))
    file = file._replace(size=len(LARGE))
    with opened(repo) as git:
        assert vouched(git, [file]) == {}
        assert collect.staged(git, WANTS, ("pre-commit",)).contents[file.blob] == LARGE


def test_ids_of_sha256(tmp_path: Path, repo: Sealed) -> None:
    repo.git("init", "-q", "--object-format=sha256", str(tmp_path / "other"))
    other = Sealed(tmp_path / "other", repo.environment)
    file = staged(other)
    assert len(file.blob) == 64
    assert taken(other, file) == LARGE
    (other.top / file.path).write_bytes(OTHER)
    assert taken(other, file) is None
