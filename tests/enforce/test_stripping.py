"""`on_commit: strip` through real `git commit`s: outputs stay on disk and out of the commit, and nothing else changes."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlgovern.facts.git import locate
from mlgovern.facts.listings import tracked
from mlgovern.fix import index
from tests.conftest import Sealed

STREAM = {"name": "stdout", "output_type": "stream", "text": ["42\n"]}
POLICY = "schema: 1\nextends: [base]\nrules: {notebook-output: {settings: {on_commit: strip}}}\n"


def notebook(source: str = "6 * 7", *, clean: bool = False, **metadata: Any) -> str:
    cell: dict[str, Any] = {"cell_type": "code", "execution_count": None if clean else 3, "id": "a"}
    cell |= {"metadata": metadata, "outputs": [] if clean else [STREAM], "source": [source]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def committed(repo: Sealed, *words: str, **variables: str) -> tuple[int, str]:
    done = repo.run("git", "commit", *words, stdin="y\n" * 9, **variables)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "surrogateescape")


def versions(repo: Sealed, path: str = "a.ipynb") -> list[bool]:
    """Whether it is stripped in HEAD, in the index and on disk."""
    held = (repo.git("show", f"HEAD:{path}"), repo.git("show", f":{path}"), (repo.top / path).read_text())
    return ["42" not in text for text in held]


@pytest.fixture
def stripping(repo: Sealed) -> Sealed:
    """A policy that strips at commit, a stripped notebook in HEAD, and our hooks."""
    repo.stage(".mlgovern.yaml", POLICY)
    repo.stage("a.ipynb", notebook("0", clean=True))
    repo.stage("b.txt", "b\n")
    repo.commit()
    assert repo.mlgovern("install").returncode == 0
    repo.git("switch", "-qc", "feat/work")
    return repo


WAYS = pytest.mark.parametrize(
    "words",
    [
        pytest.param(("-m", "feat: work"), id="plain"),
        pytest.param(("-am", "feat: work"), id="all"),
        pytest.param(("-m", "feat: work", "a.ipynb"), id="a path"),
        pytest.param(("-m", "feat: work", "-i", "a.ipynb"), id="a path as well"),
        pytest.param(("-p", "-m", "feat: work"), id="hunks"),
        pytest.param(("--amend", "-m", "feat: work", "a.ipynb"), id="a path, amended"),
    ],
)


@WAYS
def test_outputs_stay_on_disk_and_out_of_the_commit(stripping: Sealed, words: tuple[str, ...]) -> None:
    stripping.write("a.ipynb", notebook())
    stripping.stage("c.txt", "c\n")
    if len(words) == 2 and words[0] == "-m":
        stripping.git("add", "a.ipynb")
    before = stripping.git("ls-files", "-s", ":!a.ipynb")
    code, said = committed(stripping, *words)
    assert (code, versions(stripping)) == (0, [True, True, False]), said
    assert "6 * 7" in stripping.git("show", "HEAD:a.ipynb")
    assert (
        "mlgovern: a.ipynb goes into this commit without outputs; your copy keeps its own and shows as modified, "
        "which `mlgovern install --notebook-filter` avoids.\n"
    ) in said
    assert stripping.git("ls-files", "-s", ":!a.ipynb") == before
    assert stripping.git("ls-files", "--others") == ""
    status = [" M a.ipynb"] + ["A  c.txt"] * ("a.ipynb" in words and "-i" not in words)
    assert stripping.git("status", "--porcelain").splitlines() == status
    assert left_over(stripping) == []


def left_over(repo: Sealed) -> list[str]:
    return [name for name in os.listdir(repo.top / ".git") if "lock" in name or name.startswith("next-index")]


def test_a_partially_staged_notebook(stripping: Sealed) -> None:
    stripping.stage("a.ipynb", notebook("staged"))
    stripping.write("a.ipynb", notebook("staged\n\nunstaged"))
    assert committed(stripping, "-m", "feat: work")[0] == 0
    assert stripping.git("show", "HEAD:a.ipynb") + "\n" == notebook("staged", clean=True)
    assert (stripping.top / "a.ipynb").read_text() == notebook("staged\n\nunstaged")


@pytest.mark.slow
@pytest.mark.parametrize("words", [("-m", "feat: work"), ("-am", "feat: work"), ("-m", "feat: work", "a.ipynb")])
def test_a_commit_that_would_be_empty(stripping: Sealed, words: tuple[str, ...]) -> None:
    stripping.write("a.ipynb", notebook("0"))
    if words == ("-m", "feat: work"):
        stripping.git("add", "a.ipynb")
    head, staged = stripping.git("rev-parse", "HEAD"), stripping.git("ls-files", "-s", ":!a.ipynb")
    code, said = committed(stripping, *words)
    assert (code, said) == (
        1,
        "mlgovern: commit refused: without outputs a.ipynb is what HEAD has already, and nothing else is left to commit.\n",
    )
    assert (stripping.git("rev-parse", "HEAD"), versions(stripping)) == (head, [True, True, False])
    assert (stripping.git("ls-files", "-s", ":!a.ipynb"), left_over(stripping)) == (staged, [])


@pytest.mark.slow
def test_what_else_is_refused_is_refused(stripping: Sealed) -> None:
    stripping.write("a.ipynb", notebook())
    stripping.stage("b.ipynb", notebook(tags=["keep_output"], keep_output=False))
    before = stripping.git("ls-files", "-s")
    code, said = committed(stripping, "-am", "feat: work")
    assert code == 1
    assert "b.ipynb: cell 1 has a tag that keeps its output" in said
    assert (stripping.git("ls-files", "-s"), versions(stripping)) == (before, [True, True, False])
    stripping.git("rm", "-qf", "b.ipynb")
    assert committed(stripping, "-am", "Work.")[0] == 1  # the message: judged after the notebooks are stripped
    assert committed(stripping, "-qam", "feat: work")[0] == 0


@pytest.mark.slow
def test_with_an_editor_and_only_our_first_hook(stripping: Sealed, tmp_path: Path) -> None:
    (stripping.top / ".git/hooks/commit-msg").unlink()
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho 'feat: work' > \"$1\"\n")
    editor.chmod(0o755)
    stripping.stage("a.ipynb", notebook())
    assert committed(stripping, GIT_EDITOR=str(editor))[0] == 0
    assert versions(stripping) == [True, True, False]


@pytest.mark.slow
def test_a_hook_manager_would_take_it_for_a_failure(stripping: Sealed) -> None:
    stripping.stage("a.ipynb", notebook())
    done = stripping.mlgovern("hook", "pre-commit", PRE_COMMIT="1", GIT_INDEX_FILE=".git/index")
    assert done.returncode == 1
    assert b"mlgovern fix --staged a.ipynb" in done.stderr
    assert "42" in stripping.git("show", ":a.ipynb")


@pytest.mark.slow
def test_a_merge_is_judged_as_it_is(stripping: Sealed) -> None:
    stripping.git("switch", "-qc", "feat/other")
    stripping.write("a.ipynb", notebook())
    stripping.commit("feat: outputs", "-a")
    stripping.git("switch", "-q", "feat/work")
    stripping.write("b.txt", "c\n")
    stripping.commit("feat: b", "-a")
    assert stripping.mlgovern("install", "--hook", "pre-merge-commit").returncode == 0
    done = stripping.run("git", "merge", "-q", "--no-edit", "feat/other")
    assert done.returncode != 0
    assert b"mlgovern: commit refused" in done.stderr
    assert "42" in stripping.git("show", ":a.ipynb")


@pytest.mark.slow
def test_anywhere(make_repo: Callable[..., Sealed], tmp_path: Path) -> None:
    """A linked worktree of a SHA-256 repository, from a folder, a path with blanks, a mode, Windows line ends."""
    main = make_repo("main repo", "--object-format=sha256")
    main.stage(".mlgovern.yaml", POLICY)
    main.commit()
    assert main.mlgovern("install").returncode == 0
    main.git("worktree", "add", "-q", "-b", "feat/work", str(tmp_path / "a worktree"))
    repo = Sealed(tmp_path / "a worktree", main.environment)
    path = "my notes/ö [1].ipynb"
    dirty = notebook().replace("\n", "\r\n")
    repo.write(path, dirty).chmod(0o755)
    repo.git("add", "--all")
    folder = Sealed(repo.top / "my notes", repo.environment)
    code, said = committed(folder, "-m", "feat: work", ".")
    assert (code, versions(repo, path)) == (0, [True, True, False]), said
    assert repo.git("ls-files", "-s", "--", f":(literal){path}").startswith("100755 ")
    assert repo.run("git", "show", f"HEAD:{path}").stdout == notebook(clean=True).replace("\n", "\r\n").encode()
    assert (repo.top / path).read_bytes() == dirty.encode()


@pytest.mark.slow
def test_flags_of_the_index_stay(stripping: Sealed) -> None:
    for path in ("c.ipynb", "d.ipynb", "e.ipynb"):
        stripping.stage(path, notebook())
    stripping.git("update-index", "--skip-worktree", "a.ipynb", "c.ipynb", "d.ipynb")
    stripping.git("update-index", "--assume-unchanged", "c.ipynb", "e.ipynb")
    before = stripping.git("ls-files", "-v")
    with locate(str(stripping.top)) as git:
        files = tracked(git)[0]
        index.replace(git, {files[path]: b"{}" for path in ("c.ipynb", "d.ipynb", "e.ipynb")})
    assert stripping.git("ls-files", "-v") == before
    assert [stripping.git("show", f":{path}") for path in ("c.ipynb", "d.ipynb", "e.ipynb")] == ["{}"] * 3


READ = "mlgovern.policy.cache", "mlgovern.enforce.client"


def loaded(repo: Sealed) -> str:
    """What of these the hook pre-commit imports, where commit-msg is ours and no editor is opened."""
    code = (
        "import sys; from mlgovern.__main__ import run; code = run(['hook', 'pre-commit']); "
        f"print(code, [name for name in {READ!r} if name in sys.modules])"
    )
    return repo.run(sys.executable, "-P", "-c", code, GIT_EDITOR=":").stdout.decode().strip()


@pytest.mark.slow
def test_a_policy_that_does_not_strip_is_read_once(stripping: Sealed) -> None:
    assert loaded(stripping) == loaded(stripping) == f"0 {[*READ]}"
    stripping.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    assert [loaded(stripping), loaded(stripping)] == [f"0 {[*READ]}", "0 []"]
    stripping.write(".mlgovern.yaml", POLICY)  # it may be staged at any time
    assert loaded(stripping) == loaded(stripping) == f"0 {[*READ]}"
    stripping.git("rm", "-qf", ".mlgovern.yaml")
    assert loaded(stripping) == "0 []"


@pytest.mark.slow
def test_a_refusal_has_the_policy_read_again(stripping: Sealed) -> None:
    stripping.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    loaded(stripping)
    stripping.stage("a.ipynb", notebook())
    assert committed(stripping, "-m", "feat: work")[0] == 1
    assert loaded(stripping) == f"0 {[*READ]}"


def killed(repo: Sealed, words: tuple[str, ...], after: float) -> bool:
    """Start a command and kill it, with all that it started, after some seconds; whether that was in time."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        words, cwd=repo.top, env=repo.environment, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.3)  # a git that our hook had started ends by itself
        return True
    return False


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="process groups are killed")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("git", "commit", "-qam", "feat: work"), id="commit all"),
        pytest.param(("git", "commit", "-qm", "feat: work", "a.ipynb"), id="commit a path"),
        pytest.param((sys.executable, "-m", "mlgovern", "fix", "--staged"), id="fix the index"),
        pytest.param((sys.executable, "-m", "mlgovern", "fix", "a.ipynb"), id="fix the file"),
    ],
)
def test_killed_at_any_moment_nothing_is_lost(stripping: Sealed, words: tuple[str, ...]) -> None:
    dirty, clean = notebook("1" * 100_000), notebook("1" * 100_000, clean=True)
    stripping.stage("a.ipynb", dirty)
    others = stripping.git("ls-files", "-s", ":!a.ipynb")
    chance, hit = random.Random(words[-1]), 0
    for _ in range(25):
        stripping.stage("a.ipynb", dirty)
        head = stripping.git("rev-parse", "HEAD")
        hit += killed(stripping, words, chance.uniform(0.02, 0.5))
        for name in left_over(stripping):  # git leaves its locks as well, and says which file to remove
            (stripping.top / ".git" / name).unlink()
        assert (stripping.top / "a.ipynb").read_text() in ({dirty, clean} if words[-1] == "a.ipynb" else {dirty})
        assert stripping.git("show", ":a.ipynb") + "\n" in (dirty, clean)
        assert stripping.git("ls-files", "-s", ":!a.ipynb") == others
        if stripping.git("rev-parse", "HEAD") != head:
            assert stripping.git("show", "HEAD:a.ipynb") + "\n" == clean
            stripping.git("reset", "-q", "--soft", head)
    assert hit > 5
    assert stripping.run("git", "fsck", "--strict").returncode == 0
