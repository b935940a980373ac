"""`mlgovern commit` as a process: on a terminal, without one, and when the last message is to be tried again."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Sealed


@pytest.fixture
def hooked(repo: Sealed) -> Sealed:
    """Our hooks, a policy of conventions alone, and something staged."""
    assert repo.mlgovern("install").returncode == 0
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    return repo


def said(repo: Sealed, *words: str, **variables: str) -> tuple[int, str]:
    done = repo.mlgovern("commit", *words, **variables)
    return done.returncode, done.stderr.decode()


def test_without_a_terminal_it_says_so(hooked: Sealed) -> None:
    assert said(hooked) == (
        2,
        "mlgovern: this asks questions, so it needs a terminal; without one: git commit -m 'type: subject'\n",
    )
    assert said(hooked, "--retry") == (
        2,
        "mlgovern: no refused message is kept here; `mlgovern commit` asks for a new one\n",
    )


def test_retry_opens_the_corrected_message_and_passes_options_on(hooked: Sealed, tmp_path: Path) -> None:
    hooked.git("switch", "-qc", "feat/it")
    hooked.commit("chore: begin")
    assert hooked.run("git", "commit", "--amend", "-m", "Added it.").returncode == 1
    seen = tmp_path / "seen"
    elsewhere = Sealed(tmp_path, hooked.environment)
    words = ("--retry", "-C", str(hooked.top), "--", "--amend", "-q", "--signoff")
    editor = f'f() {{ cp "$1" "{seen}"; }}; f'
    assert said(elsewhere, *words, GIT_EDITOR=editor, GIT_DIR="/nowhere") == (0, "")
    assert seen.read_text().startswith("feat: add it\n\nSigned-off-by: Ann Author <ann@acme.example>\n\n# Please")
    assert hooked.git("log", "--format=%s") == "feat: add it"
    assert said(hooked, "--retry")[0] == 2


def test_a_message_that_is_refused_again_waits_again(hooked: Sealed) -> None:
    assert hooked.run("git", "commit", "-m", "junk").returncode == 1
    code, err = said(hooked, "--retry", GIT_EDITOR="true")
    assert (code, err.startswith("mlgovern: commit refused, ")) == (1, True)
    assert (hooked.top / ".git/mlgovern/refused-message").read_text() == "junk\n"


def test_another_hook_that_refuses_loses_no_message(hooked: Sealed) -> None:
    next_hook = hooked.top / ".git/hooks/commit-msg.mlgovern-next"
    next_hook.write_text("#!/bin/sh\nexit 1\n")
    next_hook.chmod(0o755)
    assert hooked.mlgovern("install").returncode == 0
    assert hooked.run("git", "commit", "-m", "junk").returncode == 1
    kept = hooked.top / ".git/mlgovern/refused-message"
    kept.write_text("feat: add it\n")
    assert said(hooked, "--retry", GIT_EDITOR="true")[0] == 1
    assert kept.read_text() == "feat: add it\n"


# On a terminal.


def typed(repo: Sealed, *answers: str, words: tuple[str, ...] = ()) -> tuple[int, str]:
    """The program on a terminal of its own; each answer is typed once the program waits for it."""
    import pty
    import select

    ours, theirs = pty.openpty()
    program = (sys.executable, "-P", "-m", "mlgovern", "commit", *words)
    running = subprocess.Popen(
        program, cwd=repo.top, env={**repo.environment, "TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    where = b"\x1b[6n"  # a question asks where the cursor is, once, before it reads
    out, given, end = b"", 0, time.monotonic() + 60
    try:
        while running.poll() is None and time.monotonic() < end:
            if select.select([ours], [], [], 0.2)[0]:
                data = os.read(ours, 65536)
                out += data
                os.write(ours, b"\x1b[1;1R" * data.count(where))
            elif given < min(len(answers), out.count(where)):
                os.write(ours, answers[given].encode())
                given += 1
    except OSError:  # the other end was closed
        running.wait()
    finally:
        running.kill()
        os.close(ours)
    return running.wait(), out.decode(errors="replace")


@pytest.mark.skipif(os.name != "posix", reason="a terminal that a test can type on")
def test_on_a_terminal(hooked: Sealed) -> None:
    code, out = typed(hooked, "\r", "io\r", "Added it.\r", "\r", "\r", "n", words=("--", "--quiet"))
    assert (code, hooked.git("log", "-1", "--format=%B").strip()) == (0, "feat(io): Add it"), out
    code, out = typed(hooked)
    assert (code, "mlgovern: nothing is staged; `git add` what belongs together first" in out) == (2, True)
    hooked.stage("a.txt", "a\n")
    code, out = typed(hooked, "\x03")
    assert (code, "mlgovern: interrupted." in out) == (130, True)
