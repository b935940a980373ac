"""Whoever brings too much: what is large, deep or many is bounded, in time and in memory, and never clean by omission."""

import json
import subprocess
import sys
import time
from typing import Any

import pytest

from mlgovern.facts.snapshot import BASELINE
from mlgovern.policy.lock import LOCK_FILE
from mlgovern.policy.model import POLICY_FILE
from tests.abuse.test_policy_files import FAR
from tests.conftest import Sealed

MB = 1_000_000
POLICY = "schema: 1\nextends: [base]\n"
MESSAGE = ".git/COMMIT_EDITMSG"
MEASURED = """
import sys
from mlgovern.__main__ import run
code = run(sys.argv[1:])
sys.stdout.flush()
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")][0], file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def work(repo: Sealed) -> Sealed:
    repo.git("config", "core.looseCompression", "1")
    repo.git("config", "core.bigFileThreshold", "1m")
    repo.stage(POLICY_FILE, POLICY)
    repo.commit("feat: begin")
    repo.git("switch", "-qc", "feat/work")
    return repo


def measured(repo: Sealed, *words: str) -> tuple[int, float, int, "subprocess.CompletedProcess[bytes]"]:
    """Exit code, seconds, megabytes at most."""
    begun = time.perf_counter()
    done = repo.run(sys.executable, "-P", "-c", MEASURED, *words)
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode, time.perf_counter() - begun, int(done.stderr.split()[-1]) // 1024, done


def zeros(repo: Sealed, path: str, size: int) -> None:
    target = repo.write(path)
    with target.open("wb") as file:
        file.truncate(size)
    repo.git("add", "--force", "--", path)


LARGE = pytest.mark.skipif(
    sys.platform != "linux", reason="memory is told in another unit, and sparse files cost room, elsewhere"
)


@pytest.mark.slow
@LARGE
def test_fill_the_memory_by_one_file(work: Sealed) -> None:
    """Its size is known from its header: it is never read."""
    zeros(work, "weights.npy", 300 * MB)
    zeros(work, "conf/.env", 300 * MB)
    code, seconds, peak, done = measured(work, "check", "--staged", "--format", "json")
    said: dict[str, Any] = json.loads(done.stdout)
    assert (code, seconds < 5, peak < 200) == (1, True, True), (code, seconds, peak)
    assert {finding["rule"] for finding in said["findings"]} >= {"oversized-file", "tracked-env-file"}
    assert [gap for gap in said["not_judged"] if "conf/.env" in gap["what"]]


@pytest.mark.slow
@LARGE
def test_fill_the_memory_by_one_line_of_a_notebook(work: Sealed) -> None:
    output = (
        '{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"output_type": "stream", "name": "stdout", "text": "'
        + "x" * 200 * MB
    )
    work.stage("a.ipynb", output + '"}], "source": ""}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    code, seconds, peak, done = measured(work, "check", "--staged", "--format", "json")
    assert (code, seconds < 5, peak < 200) == (1, True, True), (code, seconds, peak)
    assert [gap for gap in json.loads(done.stdout)["not_judged"] if "a.ipynb" in gap["what"]]


@pytest.mark.slow
@LARGE
@pytest.mark.parametrize("path", (POLICY_FILE, LOCK_FILE, BASELINE))
def test_fill_the_memory_by_a_policy(work: Sealed, path: str) -> None:
    work.stage(POLICY_FILE, FAR if path == LOCK_FILE else POLICY)
    zeros(work, path, 300 * MB)
    code, seconds, peak, done = measured(work, "check", "--staged")
    assert (code, seconds < 5, peak < 200) == (2, True, True), (code, seconds, peak)
    assert path.encode() in done.stderr


@pytest.mark.slow
@LARGE
def test_fill_the_memory_by_a_message(work: Sealed) -> None:
    work.stage("a.py", "x = 1\n")
    work.write(MESSAGE, b"feat: add\n\n" + b"long line " * (5 * MB))
    code, seconds, peak, done = measured(work, "hook", "commit-msg", MESSAGE)
    assert (code, seconds < 5, peak < 200) == (1, True, True), (code, seconds, peak, done.stderr[:300])
    work.run("git", "commit", "-q", "--no-verify", "-F", MESSAGE)
    code, seconds, peak, done = measured(work, "check", "--range", "HEAD~1..HEAD", "--only", "commits")
    assert (code, seconds < 5) == (1, True), (code, seconds, peak, done.stderr[:300])


@pytest.mark.slow
@LARGE
def test_stall_by_a_deep_tree_and_many_files_refs_and_commits(work: Sealed) -> None:
    """300 folders deep, 100,000 files, 10,000 refs, 5,000 commits, by one fast import."""
    lines = ["blob", "mark :1", "data 6", "x = 1\n"]
    lines += [
        "commit refs/heads/feat/work",
        "committer A <a@b.example> 1700000000 +0000",
        "data 10",
        "feat: many",
        f"from {work.git('rev-parse', 'HEAD')}",
    ]
    lines += [f"M 100644 :1 src/d{number % 300}/f{number}.py" for number in range(100_000)]
    lines += [f"M 100644 :1 {'/'.join('d' * 300)}/f.py", ""]
    for number in range(5_000):
        lines += [
            "commit refs/heads/feat/work",
            f"committer A <a@b.example> {1700000001 + number} +0000",
            "data 9",
            "feat: one",
            "",
        ]
    work.git("fast-import", "--quiet", "--force", stdin="\n".join(lines) + "\n")
    head = work.git("rev-parse", "feat/work")
    work.write(
        ".git/packed-refs",
        "# pack-refs with: peeled fully-peeled sorted\n"
        + "".join(f"{head} refs/heads/feat/x{number:05}\n" for number in range(10_000)),
    )
    work.git("update-ref", "HEAD", head)
    work.git("read-tree", "HEAD")
    work.stage("a.py", "x = 2\n")
    work.write(MESSAGE, "feat: add a\n")
    for words, budget in (
        (("hook", "commit-msg", MESSAGE), 5),
        (("check", "--staged"), 5),
        (("check", "--range", "main..HEAD"), 60),
    ):
        code, seconds, peak, done = measured(work, *words)
        assert (code in {0, 1}, seconds < budget, peak < 500) == (True, True, True), (
            words,
            code,
            seconds,
            peak,
            done.stderr[:200],
        )


def test_hide_among_more_commits_than_are_judged(work: Sealed) -> None:
    work.stage(POLICY_FILE, POLICY + "limits: {max_commits: 2}\n")
    base = work.commit("feat: limit")
    for _ in range(4):
        work.commit("feat: one more")
    done = work.mlgovern(
        "gate", "--base", base, "--branch", "feat/work", "--format", "json", CI="1", GITHUB_ACTIONS="", GITLAB_CI=""
    )
    said = json.loads(done.stdout)
    assert (done.returncode, "commit range" in {gap["what"] for gap in said["not_judged"]}) == (3, True), said
