"""Whatever happens meanwhile, by chance or on purpose: no file is half written, no work is lost, and a sentence says what to do."""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from tests.abuse.hostile import Armed
from tests.conftest import Sealed

PROGRAM = (sys.executable, "-P", "-m", "mlgovern")
MESSAGE = ".git/COMMIT_EDITMSG"
NOTEBOOK = '{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["1"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}\n'
UNTIL = (datetime.now(UTC).date() + timedelta(30)).isoformat()
POLICY = "schema: 1\nextends: [base]\n"


@pytest.fixture
def work(repo: Sealed) -> Sealed:
    """Something to refuse, to mend and to keep."""
    repo.stage(".mlgovern.yaml", POLICY)
    repo.stage("a.ipynb", NOTEBOOK)
    repo.commit("feat: begin")
    repo.git("switch", "-qc", "feat/work")
    repo.stage("conf/.env", "DB_PASSWORD=" + "Otter7" + "AfterLunch\n")
    repo.stage("a.py", "print(1)\n")
    repo.write(MESSAGE, "Changed some things.\n")
    return repo


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """What waits for ever fails instead."""
    if not hasattr(signal, "alarm"):
        yield
        return

    def late(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def held(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but Git's own and what we keep there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


# --- what is kept is damaged


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f": > {os.environ['BOMB']}",)


def damaged(path: Path, how: str, victim: Path) -> None:
    data = path.read_bytes()
    path.unlink()
    if how == "pipe":
        os.mkfifo(path)
    elif how == "link":
        path.symlink_to(victim)
    elif how == "folder":
        path.mkdir()
    else:
        path.write_bytes(
            {
                "empty": b"",
                "half": data[: len(data) // 2],
                "noise": Random(1).randbytes(5000),
                "pickle": pickle.dumps(Bomb()),
            }[how]
        )


@pytest.mark.parametrize(
    "how",
    (
        "noise",
        "link",
        *(pytest.param(how, marks=pytest.mark.slow) for how in ("empty", "half", "pickle", "folder", "pipe")),
    ),
)
def test_change_a_verdict_by_what_is_kept(
    work: Sealed, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cache, kept history, marks and notes: whatever stands there instead, the verdicts are the same, and nothing else is touched."""
    if how in {"pipe", "link"} and os.name == "nt":
        pytest.skip("Windows has no such files")
    armed = Armed(tmp_path)
    monkeypatch.setenv("BOMB", str(armed.folder / "pickle"))
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious\n")
    calls = (("check", "--staged"), ("check", "--history"), ("hook", "commit-msg", MESSAGE), ("hook", "pre-commit"))
    before = [work.mlgovern(*words, GIT_EDITOR=":") for words in calls]
    assert work.mlgovern("fix", "--only", "notebooks").returncode == 0
    kept = [path for path in (work.top / ".git" / "mlgovern").iterdir() if not path.name.endswith("-message")]
    assert len(kept) > 2
    for path in kept:
        damaged(path, how, victim)
    with within(20):
        after = [work.mlgovern(*words, GIT_EDITOR=":") for words in calls]
        undone = work.mlgovern("fix", "--undo")
    assert [(one.returncode, one.stdout, one.stderr) for one in after] == [
        (one.returncode, one.stdout, one.stderr) for one in before
    ]
    assert (undone.returncode, b"Traceback" in undone.stderr) == (2, False), undone
    assert (victim.read_bytes(), armed.fired()) == (b"precious\n", [])


def test_have_a_fix_taken_back_outside_the_work_tree(work: Sealed, tmp_path: Path) -> None:
    """Notes that somebody made up, of a file that they would like to have written."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious\n")
    blob = work.git("hash-object", "-w", "--stdin", stdin="evil\n")
    for path in ("../victim", str(victim), ".git/config"):
        now = (work.top / path).read_bytes()
        notes = {"disk": [[path, blob, sha256(now).hexdigest()]], "index": []}
        work.write(".git/mlgovern/undo.json", json.dumps(notes))
        done = work.mlgovern("fix", "--undo")
        assert (done.returncode, b"notes of the last fix are damaged" in done.stderr) == (2, True), done
        assert (work.top / path).read_bytes() == now


# --- no room on the disk


def no_room() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux", reason="a limit on files stands for a full disk; elsewhere it counts otherwise"
)
@pytest.mark.parametrize(
    ("words", "code"),
    (
        (("hook", "commit-msg", MESSAGE), 1),
        (("hook", "pre-commit"), 1),
        (("check",), 1),
        (("check", "--history"), 0),
        (("check", "--report", "json=out.json"), 2),
        (("check", "--write-baseline"), 2),
        (("fix",), 2),
        (("waive", "env-secret", "--path", "conf/.env", "--until", UNTIL, "--reason", "r", "--owner", "o"), 2),
        (("install",), 2),
        (("install", "--template"), 2),
        (("install", "--notebook-filter"), 2),
        (("init", "--ci", "github"), 2),
        (("policy", "schema", "--output", "schema.json"), 2),
    ),
)
def test_run_out_of_room(work: Sealed, words: tuple[str, ...], code: int) -> None:
    """Verdicts need no room; what has to write says that it could not, and has changed nothing."""
    before = held(work.top), work.git("ls-files", "-s"), (work.top / ".git" / "config").read_bytes()
    done = subprocess.run(
        [*PROGRAM, *words], cwd=work.top, env=work.environment, capture_output=True, check=False, preexec_fn=no_room
    )
    said = done.stderr.decode()
    assert (done.returncode, "Traceback" in said, bool(said)) == (code, False, code == 2 or words[0] == "hook"), done
    assert (held(work.top), work.git("ls-files", "-s"), (work.top / ".git" / "config").read_bytes()) == before
    assert code != 2 or said.startswith("mlgovern: "), said


# --- a Git directory that may not be written


CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24


def like_anybody() -> None:
    """Even root is held by the rights of files without these two."""
    import ctypes

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "it cannot be dropped")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="rights and whom they hold are of another kind elsewhere")
def test_write_where_nothing_may_be_written(work: Sealed) -> None:
    """The same verdicts, and a sentence wherever something has to be written."""
    folders = [work.top, *(path for path in work.top.rglob("*") if path.is_dir())]

    def run(*words: str) -> "subprocess.CompletedProcess[bytes]":
        lowered = like_anybody if os.getuid() == 0 else None
        return subprocess.run(
            [*PROGRAM, *words], cwd=work.top, env=work.environment, capture_output=True, check=False, preexec_fn=lowered
        )

    try:
        run("--version")
    except subprocess.SubprocessError:
        pytest.skip("root keeps its rights here")
    for folder in folders:
        folder.chmod(0o555)
    try:
        for words in (("hook", "commit-msg", MESSAGE), ("hook", "pre-commit"), ("check",), ("check", "--history")):
            done = run(*words)
            assert (done.returncode, b"Traceback" in done.stderr) == (0 if "--history" in words else 1, False), (
                words,
                done,
            )
        for words in (
            ("fix",),
            ("install",),
            ("init", "--ci", "github"),
            ("check", "--write-baseline"),
            ("install", "--template"),
            ("install", "--notebook-filter"),
        ):
            done = run(*words)
            assert (done.returncode, done.stderr.startswith(b"mlgovern: "), b"Traceback" in done.stderr) == (
                2,
                True,
                False,
            ), (words, done)
        assert not (work.top / ".git" / "mlgovern").exists()
    finally:
        for folder in folders:
            folder.chmod(0o755)


# --- somebody else at work


def test_wait_for_or_take_a_lock_of_git(work: Sealed) -> None:
    """Another git holds the index and the configuration: verdicts need neither, what writes says so, and the locks stay."""
    locks = [work.write(f".git/{name}.lock", "held\n") for name in ("index", "config", "HEAD")]
    before = held(work.top), work.git("ls-files", "-s")
    for words in (("hook", "commit-msg", MESSAGE), ("hook", "pre-commit"), ("check", "--staged"), ("check",)):
        assert work.mlgovern(*words).returncode == 1, words
    for words in (("fix",), ("fix", "--staged"), ("install", "--notebook-filter"), ("install", "--template")):
        done = work.mlgovern(*words)
        assert (done.returncode, done.stderr[:10], b"lock" in done.stderr) == (2, b"mlgovern: ", True), (words, done)
    assert [lock.read_text() for lock in locks] == ["held\n"] * 3
    assert (held(work.top), work.git("ls-files", "-s")) == before


@pytest.mark.slow
def test_run_many_at_once(work: Sealed) -> None:
    """On an empty cache: the same verdict from each, and what they leave behind is sound."""
    calls = [("hook", "commit-msg", MESSAGE), ("check", "--history"), ("check", "--staged")] * 4
    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda words: work.process(*words), calls))
    first = dict(zip(calls, done, strict=True))
    for words, one in zip(calls, done, strict=True):
        assert (one.returncode, one.stdout, one.stderr) == (
            first[words].returncode,
            first[words].stdout,
            first[words].stderr,
        )
    assert {one.returncode for one in done} == {0, 1}
    assert not [
        path.name for path in (work.top / ".git" / "mlgovern").iterdir() if path.name.endswith((".tmp", ".part"))
    ]
    again = work.mlgovern("check", "--history")
    assert (again.returncode, again.stdout) == (first[calls[1]].returncode, first[calls[1]].stdout)


# --- the end comes at any point

ENDED = """
import os, signal, sys
left, here = int(sys.argv.pop(1)), os.getcwd() + os.sep
WRITES = {"os.rename", "os.remove", "os.mkdir", "os.chmod", "os.rmdir", "os.truncate", "os.link", "os.symlink"}
def seen(event, arguments):
    global left
    writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if not (event in WRITES or writing) or isinstance(arguments[0], int):
        return
    if os.path.abspath(os.fsdecode(arguments[0])).startswith(here):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(seen)
from mlgovern.policy import lock
lock.SCHEMES += ("file",)  # what is fetched lies beside it
from mlgovern.__main__ import run
sys.exit(run(sys.argv[1:]))
"""
DRAFTS = (".mlgovern-", "effective-", "message-", "history-", "hyperscan-")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a kill is of another kind there")
@pytest.mark.parametrize(
    ("words", "again"),
    (
        pytest.param(("hook", "commit-msg", MESSAGE), 1, id="a hook"),
        pytest.param(("check", "--history"), 0, id="a history"),
        pytest.param(("check", "--report", "json=out.json"), 1, id="a report"),
        pytest.param(("check", "--write-baseline"), 0, id="a baseline"),
        pytest.param(
            ("waive", "env-secret", "--path", "conf/.env", "--until", UNTIL, "--reason", "r", "--owner", "o"),
            0,
            id="a waiver",
        ),
        pytest.param(("install",), 0, id="hooks"),
        pytest.param(("install", "--notebook-filter"), 0, id="a filter"),
        pytest.param(("init",), 0, id="a scaffold"),
        pytest.param(("fix", "--only", "notebooks"), 0, id="a fix"),
        pytest.param(("policy", "lock"), 0, id="a lock"),
    ),
)
def test_be_killed_at_any_point(make_repo: Callable[..., Sealed], words: tuple[str, ...], again: int) -> None:
    """Before each change of a file in turn: every file is as before or as after, nothing but drafts is left, and again works."""

    far = make_repo("acme/policies")
    far.stage("a.yaml", "schema: 1\n")
    far.commit()
    far.git("tag", "v1")
    parent = f"extends: [base, {{git: {far.top.as_uri()}, rev: v1, path: a.yaml}}]"
    policy = f"schema: 1\n{parent}\n" if words == ("policy", "lock") else POLICY

    def run(repo: Sealed, point: int = 1000) -> "subprocess.CompletedProcess[bytes]":
        return repo.run(sys.executable, "-P", "-c", ENDED, str(point), *words)

    def fresh(name: str) -> Sealed:
        repo = make_repo(name)
        repo.stage(".mlgovern.yaml", policy)
        repo.stage("a.ipynb", NOTEBOOK)
        repo.commit("feat: begin")
        repo.git("switch", "-qc", "feat/work")
        repo.stage("conf/.env", "DB_PASSWORD=" + "Otter7" + "AfterLunch\n")
        repo.write(MESSAGE, "Changed some things.\n")
        repo.write(".git/hooks/commit-msg", "#!/bin/sh\nexit 0\n").chmod(0o755)
        return repo

    whole = fresh("whole")
    before, index = everything(whole), whole.git("ls-files", "-s")
    done = run(whole)
    assert done.returncode == again, done
    after = everything(whole)
    for point in range(0, 200, 3 if words == ("policy", "lock") else 1):
        repo = fresh(f"killed{point}")
        ended = run(repo, point)
        if ended.returncode != -signal.SIGKILL:
            break
        now = everything(repo)
        for path, data in now.items():
            if not path.rpartition("/")[2].startswith(DRAFTS) and not path.endswith(".part"):
                same = _alike(path, data)
                assert same in (_alike(path, before.get(path)), _alike(path, after.get(path))), (point, path, data)
        lost = [path for path in before if path not in now and path in after]
        assert lost in ([], [".git/hooks/commit-msg"]), point  # it waits beside its place, and is put back below
        assert repo.git("ls-files", "-s") == index
        assert words[0] != "fix" or repo.run("git", "fsck", "--strict").returncode == 0
        once_more = run(repo)
        assert (once_more.returncode, b"Traceback" in once_more.stderr) == (again, False), (point, once_more)
        if words == ("install",):
            assert repo.process("uninstall").returncode == 0
            assert (repo.top / ".git/hooks/commit-msg").read_text() == "#!/bin/sh\nexit 0\n", point
    assert point > 1


def everything(repo: Sealed) -> dict[str, bytes]:
    """The files of the work tree, and those of Git's that we may write."""
    known = held(repo.top)
    for folder in ("hooks", "mlgovern", "info"):
        known |= {f".git/{folder}/{path}": data for path, data in held(repo.top / ".git" / folder).items()}
    return known


def _alike(path: str, data: bytes | None) -> bytes | None:
    """What differs from one repository to the next, such as a salt, a day or a folder, put aside."""
    if data is not None and path.startswith((".git/mlgovern/", ".mlgovern/secrets-baseline", "out.json")):
        return b"" if not data else b"whole"
    return data


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are of another kind there")
def test_be_interrupted_at_any_moment(work: Sealed) -> None:
    """SIGINT ends with 130 and a sentence, SIGTERM by itself; the next run is as if there had been none."""
    for number in range(400):
        work.stage(f"src/f{number}.py", f"x = {number}\n" * 200)
    work.commit("feat: add many")
    whole = work.process("check", "--history")
    chance = Random(7)
    seen: set[int] = set()
    for number in range(24):
        told = (signal.SIGINT, signal.SIGTERM)[number % 2]
        for path in (work.top / ".git" / "mlgovern").glob("history-*"):
            path.unlink()
        words = [*PROGRAM, "check", "--history"]
        with subprocess.Popen(
            words, cwd=work.top, env=work.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            try:
                process.wait(chance.uniform(0.15, 0.6))
            except subprocess.TimeoutExpired:
                process.send_signal(told)
            _, err = process.communicate(timeout=30)
        seen.add(process.returncode)
        if process.returncode == 130:
            assert err.endswith(b"mlgovern: interrupted.\n")
        again = work.process("check", "--history")
        assert (again.returncode, again.stdout) == (whole.returncode, whole.stdout)
    assert seen & {130, -signal.SIGTERM}
