"""The notebook filter in real repositories: in, at work under every git command, and out again without a trace."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgovern.errors import UserError
from mlgovern.setup import attribute_lines
from mlgovern.setup.notebook_filter import HAZARD, Wanted, put, take
from tests.conftest import Sealed
from tests.rules.notebooks.samples import STREAM, code, written
from tests.setup.test_install import git_of

DIRTY, CLEAN = written(code(STREAM, count=3)), written(code())
NOTHING_MORE = Wanted()
OTHER = {"text": "43\n"}
INFO = ".git/info/attributes"
LINES = "".join(f"{line}\n" for line in attribute_lines.lines(diff=True)).encode()


def put_in(repo: Sealed, wanted: Wanted = NOTHING_MORE) -> list[str]:
    with git_of(repo) as git:
        return put(git, wanted)


def take_out(repo: Sealed) -> list[str]:
    with git_of(repo) as git:
        return take(git)


def blob(repo: Sealed, name: str) -> bytes:
    return repo.run("git", "show", name).stdout


@pytest.fixture
def filtering(repo: Sealed) -> Sealed:
    """A repository whose notebooks are stripped, with one that has outputs on disk."""
    done = repo.mlgovern("install", "--notebook-filter")
    assert (done.returncode, done.stderr) == (0, b"")
    repo.stage("a.ipynb", DIRTY)
    repo.stage("b.txt", "b\n")
    repo.commit()
    return repo


def test_what_is_said_and_that_nothing_is_left(repo: Sealed) -> None:
    repo.git("config", "user.name", "Ann")
    repo.stage("a.ipynb", DIRTY)
    before = (repo.top / ".git/config").read_bytes()
    assert put_in(repo, Wanted(python="/opt/my env/python")) == [
        "notebook filter: lines in .git/info/attributes, filter.mlgovern-notebook.process, diff.mlgovern-notebook.textconv.",
        HAZARD,
        "a.ipynb is in Git with outputs; this stages them without: git add --renormalize -- '*.ipynb'",
    ]
    assert repo.git("config", "filter.mlgovern-notebook.process").startswith(
        "[ -x '/opt/my env/python' ] && '/opt/my env/python' -E -P -X utf8 -m mlgovern filter-process; "
    )
    assert (repo.top / INFO).read_bytes() == LINES
    assert put_in(repo, Wanted(python="/opt/my env/python")) == ["notebook filter: nothing to do."]
    assert put_in(repo, Wanted(python="/new", required=True))[0] == (
        "notebook filter: filter.mlgovern-notebook.process, diff.mlgovern-notebook.textconv, filter.mlgovern-notebook.required."
    )
    assert take_out(repo) == [
        "notebook filter: filter.mlgovern-notebook and diff.mlgovern-notebook and its lines in .git/info/attributes removed."
    ]
    assert (repo.top / ".git/config").read_bytes() == before
    assert not (repo.top / INFO).exists()
    assert take_out(repo) == []


@pytest.mark.parametrize(
    ("text", "extended"),
    [
        pytest.param(b"", LINES, id="no file"),
        pytest.param(b"*.png -diff", LINES + b"*.png -diff", id="no end of the last line"),
        pytest.param(b"a\r\n", LINES.replace(b"\n", b"\r\n") + b"a\r\n", id="Windows line ends"),
        pytest.param(b"\xef\xbb\xbf*.png -diff\n", b"\xef\xbb\xbf" + LINES + b"*.png -diff\n", id="byte order mark"),
        pytest.param(b"*.ipynb text\n", LINES + b"*.ipynb text\n", id="somebody else's line"),
    ],
)
def test_lines_of_others_stay_byte_by_byte(text: bytes, extended: bytes) -> None:
    assert attribute_lines.added(text, diff=True) == extended
    assert attribute_lines.added(extended, diff=True) == extended
    assert attribute_lines.removed(extended) == attribute_lines.removed(attribute_lines.added(text, diff=False)) == text


def test_a_file_that_everybody_has(repo: Sealed) -> None:
    repo.stage(".gitattributes", "*.png -diff\n")
    said = put_in(repo, Wanted(shared=True))
    assert said[0].startswith("notebook filter: lines in .gitattributes, ")
    assert said[2].startswith("Stage .gitattributes; ")
    assert (repo.top / ".gitattributes").read_bytes() == LINES + b"*.png -diff\n"
    assert not (repo.top / INFO).exists()
    take_out(repo)
    assert (repo.top / ".gitattributes").read_bytes() == b"*.png -diff\n"


@pytest.mark.slow
def test_git_lfs_for_some_notebooks(repo: Sealed) -> None:
    attributes = b"big/** filter=lfs diff=lfs -text\n*.bin filter=lfs\n"
    repo.stage(".gitattributes", attributes)
    repo.stage("big/a.ipynb", DIRTY)
    with pytest.raises(UserError) as raised:
        put_in(repo)
    assert str(raised.value) == (
        "big/a.ipynb goes through the filter lfs, whose place ours would take in .git/info/attributes; "
        "`mlgovern install --notebook-filter --gitattributes` writes to .gitattributes, where the line of that one can follow"
    )
    assert not (repo.top / INFO).exists()
    assert repo.run("git", "config", "filter.mlgovern-notebook.process").returncode == 1
    assert "big/a.ipynb keeps its own filter, lfs." in put_in(repo, Wanted(shared=True))
    repo.stage("a.ipynb", DIRTY)
    repo.git("add", "--renormalize", ".")
    assert (blob(repo, ":a.ipynb"), blob(repo, ":big/a.ipynb")) == (CLEAN, DIRTY)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ("*.ipynb filter=nbstripout", "the filter nbstripout already, and a path has one alone: `nbstripout --uninstall` takes it out"),
        ("*.ipynb filter=lfs", "the filter lfs already, and a path has one alone: a notebook in Git LFS is not stripped"),
        ("* -filter", "the filter unset already, and a path has one alone: `git check-attr filter notebook.ipynb` tells"),
    ],
)  # fmt: skip
def test_another_filter_stays(repo: Sealed, attributes: str, said: str) -> None:
    repo.write(".gitattributes", attributes)
    with pytest.raises(UserError) as raised:
        put_in(repo)
    assert str(raised.value) == f"notebooks here go through {said}"
    assert not (repo.top / INFO).exists()


@pytest.mark.slow
def test_another_view_of_notebooks_stays(repo: Sealed) -> None:
    repo.write(".gitattributes", "*.ipynb diff=jupyternotebook\n")
    assert "What Git shows of notebooks stays with jupyternotebook." in put_in(repo)
    assert repo.git("check-attr", "filter", "diff", "--", "a.ipynb").splitlines() == [
        "a.ipynb: filter: mlgovern-notebook",
        "a.ipynb: diff: jupyternotebook",
    ]


@pytest.mark.slow
def test_no_work_tree(make_repo: Callable[..., Sealed]) -> None:
    bare = make_repo("bare", "--bare")
    done = bare.mlgovern("install", "--notebook-filter", GIT_DIR=str(bare.top))
    assert (done.returncode, done.stderr.startswith(b"mlgovern: a filter needs a work tree: ")) == (2, True)


@pytest.mark.slow
def test_add_commit_status_and_diff(filtering: Sealed) -> None:
    repo = filtering
    assert (blob(repo, "HEAD:a.ipynb"), (repo.top / "a.ipynb").read_bytes()) == (CLEAN, DIRTY)
    assert repo.git("status", "--porcelain") == ""
    repo.write("a.ipynb", written(code(OTHER, count=7)))
    assert repo.git("diff") == ""
    repo.git("add", "a.ipynb")  # of a file whose size has changed, git status believes nothing else
    assert repo.git("status", "--porcelain") == ""
    repo.write("a.ipynb", written(code(OTHER, count=7, source="x = 2\n")))
    changed = [line for line in repo.git("diff").splitlines() if line.startswith(("-", "+"))]
    assert changed == ["--- a/a.ipynb", "+++ b/a.ipynb", '-    "x = 1\\n"', '+    "x = 2\\n"']
    repo.git("commit", "-qam", "feat: change")
    assert blob(repo, "HEAD:a.ipynb") == written(code(source="x = 2\n"))
    assert b"43" in (repo.top / "a.ipynb").read_bytes()


@pytest.mark.slow
def test_old_outputs_do_not_show(repo: Sealed) -> None:
    repo.stage("my notes/ä.ipynb", DIRTY)
    repo.commit("feat: outputs")
    assert repo.mlgovern("install", "--notebook-filter").returncode == 0
    repo.stage("my notes/ä.ipynb", written(code(STREAM, count=3, source="x = 2\n")))
    repo.commit("feat: change")
    assert b"1\\n" in blob(repo, "HEAD~:my notes/ä.ipynb")
    shown = repo.git("log", "-p", "-1")
    assert ("x = 2" in shown, "stdout" in shown) == (True, False)


@pytest.mark.slow
def test_what_git_writes_anew_has_no_outputs(filtering: Sealed) -> None:
    repo, path = filtering, filtering.top / "a.ipynb"
    repo.write("b.txt", "changed\n")
    repo.git("stash")
    assert path.read_bytes() == DIRTY
    repo.git("stash", "pop")
    repo.git("commit", "-qam", "feat: b")
    repo.git("switch", "-qc", "feat/x")
    repo.write("a.ipynb", written(code(OTHER, source="x = 2\n")))
    repo.git("commit", "-qam", "feat: x")
    repo.git("switch", "-q", "main")
    assert path.read_bytes() == CLEAN
    repo.write("a.ipynb", written(code(OTHER, count=3)))
    repo.git("stash")
    assert path.read_bytes() == CLEAN


@pytest.mark.slow
def test_one_process_for_all_notebooks(filtering: Sealed) -> None:
    for number in range(5):
        filtering.write(f"n {number}.ipynb", DIRTY)
    done = filtering.run("git", "add", "--all", GIT_TRACE="1")
    assert done.stderr.count(b"filter-process") <= 2  # the call, and the shell that makes it
    assert blob(filtering, ":n 4.ipynb") == CLEAN


@pytest.mark.slow
def test_a_stripped_notebook_passes_as_it_is(filtering: Sealed) -> None:
    odd = b'{"metadata": {}, "nbformat_minor": 4,\r\n\t"nbformat": 4,  "cells": [ ]}'
    path = filtering.write("odd.ipynb", odd)
    filtering.git("add", "odd.ipynb")
    assert filtering.git("rev-parse", ":odd.ipynb") == filtering.git("hash-object", "--no-filters", str(path))


@pytest.mark.slow
def test_a_worktree_of_a_sha256_repository_with_windows_line_ends(
    make_repo: Callable[..., Sealed], tmp_path: Path
) -> None:
    main = make_repo("main repo", "--object-format=sha256")
    main.git("config", "core.autocrlf", "true")
    main.commit()
    assert main.mlgovern("install", "--notebook-filter").returncode == 0
    main.git("worktree", "add", "-q", "-b", "feat/x", str(tmp_path / "a worktree"))
    repo = Sealed(tmp_path / "a worktree", main.environment)
    dirty = DIRTY.replace(b"\n", b"\r\n")
    repo.write("my notes/é [1].ipynb", dirty)
    repo.run("git", "add", "--all")
    assert blob(repo, ":my notes/é [1].ipynb") == CLEAN
    assert repo.git("status", "--porcelain") == 'A  "my notes/\\303\\251 [1].ipynb"'
    repo.git("config", "core.autocrlf", "false")
    repo.git("add", "--renormalize", ".")
    assert blob(repo, ":my notes/é [1].ipynb") == CLEAN.replace(b"\n", b"\r\n")
    assert (repo.top / "my notes/é [1].ipynb").read_bytes() == dirty


@pytest.mark.slow
def test_what_cannot_be_stripped_is_taken_or_refused(filtering: Sealed) -> None:
    repo = filtering
    repo.write("broken.ipynb", b"{")
    done = repo.run("git", "add", "broken.ipynb")
    assert (done.returncode, blob(repo, ":broken.ipynb")) == (0, b"{")
    assert done.stderr.startswith(b"mlgovern: broken.ipynb was left alone: the notebook is not JSON: ")
    repo.git("rm", "-qf", "broken.ipynb")
    assert b"Every git command that looks at" in repo.mlgovern("install", "--notebook-filter", "--required").stdout
    repo.write("worse.ipynb", b"{")
    done = repo.run("git", "add", "worse.ipynb")
    assert done.returncode != 0
    assert b"worse.ipynb: clean filter 'mlgovern-notebook' failed" in done.stderr
    (repo.top / "a.ipynb").unlink()
    repo.git("checkout", "--", "a.ipynb")  # a required filter must also bring back


@pytest.mark.slow
def test_hooks_and_filter_go_together(filtering: Sealed) -> None:
    assert filtering.mlgovern("install").returncode == 0
    done = filtering.mlgovern("uninstall")
    assert b"pre-commit: removed." in done.stdout
    assert b"notebook filter: " in done.stdout
    assert not (filtering.top / INFO).exists()


@pytest.mark.slow
def test_check_recommends_it_to_whoever_needs_it(repo: Sealed) -> None:
    def notes() -> list[bytes]:
        return [line for line in repo.mlgovern("check").stdout.splitlines() if b"install --notebook-filter" in line]

    repo.stage("a.ipynb", CLEAN)
    assert notes() == []
    repo.stage("a.ipynb", DIRTY)
    said = b"Git can strip notebooks as it stages them, and your copies keep their outputs: mlgovern install --notebook-filter"
    assert notes() == [said]
    refused = repo.mlgovern("hook", "pre-commit")
    assert (refused.returncode, said in refused.stderr) == (1, True)
    repo.git("config", "filter.nbstripout.clean", "nbstripout")
    assert notes() == []


@pytest.mark.slow
def test_textconv(repo: Sealed, tmp_path: Path) -> None:
    def shown(path: Path, *more: str) -> tuple[int, bytes]:
        done = repo.mlgovern("textconv", str(path), *more)
        return done.returncode, done.stdout

    dirty, broken = repo.write("a.ipynb", DIRTY), repo.write("b.ipynb", b"{")
    assert (shown(dirty), shown(broken)) == ((0, CLEAN), (0, b"{"))
    assert (shown(tmp_path / "none.ipynb")[0], shown(dirty, "more")[0]) == (2, 2)
    repo.stage(
        ".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {notebook-output: {settings: {keep_output: [x]}}}\n"
    )
    assert shown(dirty) == (0, written(code(STREAM)))  # what may be committed somewhere is never hidden
    outside = Sealed(tmp_path, {**repo.environment, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)})
    assert outside.mlgovern("textconv", str(dirty)).stdout == CLEAN


@pytest.mark.slow
def test_the_interpreter_is_the_one_that_installs(filtering: Sealed) -> None:
    assert Path(sys.executable).absolute().as_posix() in filtering.git("config", "filter.mlgovern-notebook.process")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [("[ -x ", "[ -x /gone"), (" -m mlgovern ", " -m mlgovern_gone "), (" && ", " && /gone/")],
    ids=("no interpreter", "no package", "no program"),
)
def test_without_the_filter_nothing_is_stripped_and_nothing_stops(filtering: Sealed, old: str, new: str) -> None:
    for key in ("filter.mlgovern-notebook.process", "diff.mlgovern-notebook.textconv"):
        filtering.git("config", key, filtering.git("config", key).replace(old, new, 1))
    filtering.write("c.ipynb", DIRTY)
    done = filtering.run("git", "add", "c.ipynb")
    assert (done.returncode, blob(filtering, ":c.ipynb")) == (0, DIRTY), done.stderr
    assert b'run "mlgovern install --notebook-filter" again\n' in done.stderr
    assert "+  {" in filtering.git("diff", "--cached")
