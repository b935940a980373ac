"""The text that git will store, held against what git does store."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.facts.message import CUT, decoded, ends_early, needs_config, stored

Git = Callable[..., bytes]
SCISSORS = b" ------------------------ >8 ------------------------\n"


def run(folder: Path, *args: str, data: bytes = b"", check: bool = True, **variables: str) -> bytes:
    base = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    sealed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder), "LC_ALL": "C"}
    people = {f"GIT_{who}_{what}": "a@acme.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *args],
        cwd=folder,
        input=data,
        capture_output=True,
        check=check,
        env={**base, **sealed, **people, **variables},
    )
    return done.stdout


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A repository whose commit-msg hook keeps what it was handed."""
    run(tmp_path, "init", "--quiet", "--template=", "-b", "main")
    hook = tmp_path / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir()
    hook.write_text('#!/bin/sh\ncp "$1" "$(git rev-parse --git-dir)/seen"\nprintf %s "${GIT_EDITOR-}" >"$0.editor"\n')
    hook.chmod(0o755)
    (tmp_path / "a.txt").write_text("one\n")
    run(tmp_path, "add", "a.txt")

    def call(*args: str, data: bytes = b"", check: bool = True, **variables: str) -> bytes:
        return run(tmp_path, *args, data=data, check=check, **variables)

    return call


def editing(folder: Path, text: bytes, *, append: bool = True) -> str:
    """An editor that writes a text above what git offers, or instead of it."""
    (folder / "typed").write_bytes(text)
    script = folder / "editor.sh"
    rest = 'cat "$1" >>new' if append else ":"
    script.write_text(f'#!/bin/sh\ncp typed new\n{rest}\nmv new "$1"\n')
    script.chmod(0o755)
    return str(script)


def outcome(folder: Path, git: Git, comment: str, cleanup: str) -> tuple[str, str]:
    """What we say, and what git stored."""
    seen = (folder / ".git" / "seen").read_bytes()
    editor = (folder / ".git" / "hooks" / "commit-msg.editor").read_text() != ":"
    ours = stored(seen, editor=editor, cleanup=cleanup, comment=comment)
    log = git("log", "-1", "-z", "--format=%B").removesuffix(b"\0")
    return ours, log.decode("utf-8", "surrogateescape")


MESSAGES = {
    "plain": b"feat: add x\n",
    "comment first": b"# what to write\nfeat: add x\n",
    "issue number first": b"#12 fix it\n\nbody\n",
    "blank runs": b"\n\n  \nfeat: add x   \n\n\n\nbody\t\n \n\n",
    "crlf": b"feat: add x\r\n\r\nbody\r\n",
    "lone cr": b"feat: add x\rmore\n",
    "leading blanks": b"  feat: add x\n",
    "indented and trailing #": b"feat: add x # y\n\n # no comment\n",
    "form feed and NEL": b"feat: add x\n\nbody\x0c\n\xc2\x85next\xe2\x80\xa8line\n",
    "byte order mark": b"\xef\xbb\xbffeat: add x\n",
    "scissors": b"feat: add x\n\n#" + SCISSORS + b"below\n",
    "look-alike scissors": b"feat: add x\n\n# -------- >8 --------\nbelow\n#"
    + SCISSORS.replace(b"\n", b" \n")
    + b"under\n",
    "semicolons": b"; hint\nfeat: add x\n\n; more\n# text\n",
    "no final newline": b"feat: add x\n\nbody",
    "bytes that are not UTF-8": b"feat: caf\xe9 \xe2\x82( \xed\xa0\x80 \xc0\x80\n\n\xff\n",
}
MODES = ("default", "strip", "whitespace", "scissors", "verbatim")


@pytest.mark.parametrize("cleanup", MODES)
@pytest.mark.parametrize("comment", ["#", ";"])
def test_without_an_editor(tmp_path: Path, git: Git, cleanup: str, comment: str) -> None:
    git("config", "commit.cleanup", cleanup)
    git("config", "core.commentChar", comment)
    for name, message in MESSAGES.items():
        git("commit", "--quiet", "--allow-empty", "-F", "-", data=message)
        ours, gits = outcome(tmp_path, git, comment, cleanup)
        assert ours.rstrip("\n") == gits.rstrip("\n"), name


@pytest.mark.parametrize("cleanup", MODES)
def test_with_an_editor(tmp_path: Path, git: Git, cleanup: str) -> None:
    git("config", "commit.cleanup", cleanup)
    for name, message in MESSAGES.items():
        if name != "scissors":
            git("commit", "--quiet", "--allow-empty", GIT_EDITOR=editing(tmp_path, message))
            ours, gits = outcome(tmp_path, git, "#", cleanup)
            assert ours.rstrip("\n") == gits.rstrip("\n"), name


@pytest.mark.parametrize("cleanup", MODES)
@pytest.mark.parametrize("comment", ["#", ";"])
def test_the_diff_of_a_verbose_commit_is_never_judged(tmp_path: Path, git: Git, cleanup: str, comment: str) -> None:
    git("config", "commit.cleanup", cleanup)
    git("config", "core.commentChar", comment)
    git("commit", "--quiet", "-v", GIT_EDITOR=editing(tmp_path, b"feat: add x\n\nbody\n"))
    ours, gits = outcome(tmp_path, git, comment, cleanup)
    assert ours.rstrip("\n") == gits.rstrip("\n")
    assert "diff --git" not in ours


@pytest.mark.parametrize("text", [b"feat: add x\n", b"#12 fix it\n"])
def test_comment_char_auto(tmp_path: Path, git: Git, text: bytes) -> None:
    git("config", "core.commentChar", "auto")
    args = ("commit", "--quiet", "-e", "-m", text.decode().strip(), "-m", "# a heading")
    git(*args, GIT_EDITOR="true")
    ours, gits = outcome(tmp_path, git, "auto", "default")
    assert ours.rstrip("\n") == gits.rstrip("\n")


def test_comment_char_auto_of_an_empty_verbose_commit(tmp_path: Path, git: Git) -> None:
    git("config", "core.commentChar", "auto")
    git("commit", "--quiet", "-v", check=False, GIT_EDITOR="true")
    assert stored((tmp_path / ".git" / "seen").read_bytes(), editor=True, comment="auto") == ""


@pytest.mark.parametrize(
    ("raw", "facts", "text"),
    [
        pytest.param(b"//hint\nfeat: x\n/one\n", {"comment": "//"}, "feat: x\n/one\n", id="a comment string of two"),
        pytest.param(b"#hint\nfeat: x\n", {"comment": ""}, "feat: x\n", id="an empty comment string is git's own"),
        pytest.param(b"#hint\nfeat: x\n", {"cleanup": "odd"}, "feat: x\n", id="an unknown mode is the default"),
        pytest.param(b"#" + SCISSORS + b"diff --git a b\n", {}, "", id="scissors first"),
        pytest.param(
            b"x\n%" + SCISSORS + b"diff\n", {"comment": "auto"}, "x\n", id="auto, no comment above the scissors"
        ),
        pytest.param(b"%" + SCISSORS + b"diff\n", {"comment": "auto"}, "", id="auto, nothing above the scissors"),
        pytest.param(b"feat: \xff\n", {}, "feat: ÿ\n", id="git takes bytes that are not UTF-8 for Latin-1"),
        pytest.param(b"feat: \xff\n", {"encoding": "odd"}, "feat: \udcff\n", id="of an unknown encoding they survive"),
        pytest.param(b"feat: \xa4\n", {"encoding": "iso-8859-15"}, "feat: €\n", id="the encoding that is set"),
        pytest.param(b"", {}, "", id="nothing"),
    ],
)
def test_stored(raw: bytes, facts: dict[str, str], text: str) -> None:
    assert stored(raw, editor=True, **facts) == text


@pytest.mark.parametrize(
    ("raw", "needed"),
    [
        pytest.param(b"feat: add x\n\nbody # 12\n", False, id="letters"),
        pytest.param(b"feat: add x\r\n\r\nbody\r\n", False, id="CRLF"),
        pytest.param(b"feat: add x\n\n# comment\n", True, id="number sign"),
        pytest.param(b"feat: add x\n- item\n", True, id="hyphen"),
        pytest.param("Änderung\n".encode(), False, id="a letter beyond ASCII"),
        pytest.param("§ 1\n".encode(), True, id="a sign beyond ASCII"),
        pytest.param(b"\xff\n", True, id="no text"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_needs_config(raw: bytes, needed: bool) -> None:
    assert needs_config(raw) is needed


@given(
    st.lists(st.sampled_from([b"#", b"a", b" ", b"\t", b"\r", b"\n", b"\n\n", b"#x\n", b"\x0b", b"\xff"])).map(b"".join)
)
def test_cleanup_twice_is_cleanup_once(raw: bytes) -> None:
    once = stored(raw, editor=False)
    assert stored(once.encode("utf-8", "surrogateescape"), editor=False) == once


@pytest.mark.parametrize("strip", [True, False])
def test_the_same_as_git_stripspace(tmp_path: Path, strip: bool) -> None:
    pieces = (b"#", b"a", b" ", b"\t", b"\r", b"\n", b"\n\n", b"#x\n", b"\x0b\n", b"\xff")
    for seed in range(60):
        raw = b"".join(pieces[(seed * 7 + step * step * (seed % 5 + 1)) % len(pieces)] for step in range(24))
        gits = run(tmp_path, "stripspace", *(("--strip-comments",) if strip else ()), data=raw)
        ours = stored(raw, editor=strip, cleanup="strip" if strip else "whitespace")
        assert ours == decoded(gits), raw


@given(st.binary(max_size=200), st.booleans(), st.sampled_from(MODES), st.sampled_from(["#", ";", "//", "auto", ""]))
def test_total(raw: bytes, editor: bool, cleanup: str, comment: str) -> None:
    text = stored(raw, editor=editor, cleanup=cleanup, comment=comment)
    assert cleanup == "verbatim" or not text.startswith("\n")
    assert needs_config(raw) in {True, False}


@pytest.mark.parametrize(
    ("raw", "editor", "cleanup", "early"),
    [
        pytest.param(b"feat: x\n#" + CUT + b"diff --git a b", True, "default", True, id="a verbose commit"),
        pytest.param(b"feat: x\n#" + CUT + b"diff --git a b", False, "default", False, id="no editor cuts nothing"),
        pytest.param(b"feat: x\n#" + CUT + b"more", True, "verbatim", False, id="nothing is cut"),
        pytest.param(
            b"feat: x\n#" + CUT + b"diff --git a b",
            True,
            "verbatim",
            True,
            id="a verbose commit that keeps its comments",
        ),
        pytest.param(b"feat: x\n\nwhy", True, "default", False, id="no scissors"),
    ],
)
def test_a_message_ends_at_the_scissors_however_long_the_diff_is(
    raw: bytes, editor: bool, cleanup: str, early: bool
) -> None:
    assert ends_early(raw, editor=editor, cleanup=cleanup) is early
