"""Running git: hardened, bounded, and every failure one sentence."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgovern.errors import GitError
from mlgovern.facts import git
from tests.conftest import Sealed
from tests.facts.test_collect import opened


def test_relative_variables_are_those_of_the_folder_that_git_was_started_in(
    repo: Sealed, make_repo: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.stage("a.txt", "a")
    opened(make_repo("elsewhere"), monkeypatch)
    monkeypatch.setenv("GIT_DIR", "../repo/.git")
    monkeypatch.setenv("GIT_WORK_TREE", "../repo")
    with git.locate() as here:
        assert here.read(":a.txt") == b"a"


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    (
        pytest.param(lambda _top: None, "there is no Git repository at this folder; `git init` makes one", id="none"),
        pytest.param(lambda top: (top / ".git").write_text("gitdir: nowhere\n"), "", id="broken pointer"),
    ),
)
def test_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[Path], object], sentence: str
) -> None:
    prepare(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.delenv("GIT_DIR", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GitError) as raised:
        git.locate()
    assert sentence in str(raised.value)


def test_a_bare_repository_that_is_named(make_repo: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch) -> None:
    bare = make_repo("bare.git", "--bare")
    with opened(make_repo(), monkeypatch), git.locate(str(bare.top), bare=True) as here:
        assert (here.bare, here.ask("rev-parse", "--is-bare-repository")) == (True, b"true\n")
    for directory, meant in ((str(bare.top), False), (str(bare.top / "refs"), True)):
        with pytest.raises(GitError, match="this is a bare repository"):
            git.locate(directory, bare=meant)
    monkeypatch.chdir(bare.top)
    with pytest.raises(GitError, match="this is a bare repository; name it if you mean it: -C PATH"):
        git.locate(bare=True)


def test_a_bare_repository(make_repo: Callable[..., Sealed]) -> None:
    done = make_repo("bare.git", "--bare").mlgovern("check")
    sentence = b"mlgovern: this is a bare repository, without an index to judge; work in a clone of it\n"
    assert (done.returncode, done.stderr) == (2, sentence)


def test_a_failing_command_says_git_s_own_last_line(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(repo, monkeypatch) as here, pytest.raises(GitError, match="git cat-file failed: Not a valid object"):
        here.ask("cat-file", "-t", "nothing")


def test_objects_in_many_chunks_and_missing_ones(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(300):
        repo.write(f"f{number}", f"{number}" * 500)
    repo.git("add", "-A")
    with opened(repo, monkeypatch) as here:
        names = [f":f{number}" for number in range(300)]
        blobs = list(here.objects([*names, ":missing", "1" * 40]))
        assert [blob.data for blob in blobs[:300] if blob] == [f"{number}".encode() * 500 for number in range(300)]
        assert blobs[300:] == [None, None]
        assert here.read(":line\nbreak") is None
        assert here.read(":f7") == b"7" * 500


def test_a_damaged_object_is_not_judged(repo: Sealed) -> None:
    repo.stage("a.txt", "some text")
    blob = repo.git("rev-parse", ":a.txt")
    target = repo.top / ".git/objects" / blob[:2] / blob[2:]
    target.chmod(0o644)
    target.write_bytes(b"garbage")
    done = repo.mlgovern("check")
    assert (done.returncode, done.stderr) == (3, b"")
    assert b"  a.txt: its object is missing from this clone; `git fsck` tells more\n" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a PATH of POSIX")
def test_git_is_never_taken_from_the_current_directory(repo: Sealed, tmp_path: Path) -> None:
    fake = repo.write("git", f'#!/bin/sh\ntouch "{tmp_path}/canary"\n')
    fake.chmod(0o755)
    repo.process("check", PATH=f".{os.pathsep}{os.pathsep}{repo.environment['PATH']}")
    assert not (tmp_path / "canary").exists()
    nowhere = repo.process("check", PATH="")
    assert nowhere.returncode == 2
    assert nowhere.stderr == b"mlgovern: git was not found on PATH; it must be installed\n"


def test_gitpython_comes_hardened(repo: Sealed) -> None:
    repo.stage("a.txt", "a")
    repo.commit()
    with git.administration(str(repo.top)) as handed:
        assert handed.git.config("--get", "core.fsmonitor") == "false"
        assert handed.head.commit.message == "feat: begin\n"


def test_a_partial_clone_does_not_fetch(repo: Sealed, tmp_path: Path) -> None:
    repo.stage("notes.txt", "some notes")
    repo.commit()
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repo.top}", str(tmp_path / "clone"))
    clone = Sealed(tmp_path / "clone", repo.environment)
    clone.git("read-tree", "HEAD")
    missing = clone.git("rev-list", "--objects", "--missing=print", "HEAD").count("?")
    done = clone.mlgovern("check")
    assert clone.git("rev-list", "--objects", "--missing=print", "HEAD").count("?") == missing == 1
    assert done.returncode in (2, 3)
    assert b"Traceback" not in done.stderr
