"""Whoever wants bad work to pass: by weakening what judges it, by going round the hooks, by hiding commits."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from mlgovern.facts import ranges
from mlgovern.policy.lock import LOCK_FILE
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE
from tests.abuse.test_policy_files import FAR, KEPT, LOCK, VENDORED
from tests.conftest import Sealed

ENV, SECRET = "conf/.env", "DB_PASSWORD=" + "Otter7" + "AfterLunch\n"
OPEN = "schema: 1\nextends: [base]\n"
OUTSIDE = dict.fromkeys(("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL", "CI"), "")


@pytest.fixture
def based(repo: Sealed) -> Sealed:
    """main with a policy, and feat/work checked out upon it."""
    repo.stage(POLICY_FILE, OPEN)
    repo.commit("feat: begin")
    repo.git("switch", "-qc", "feat/work")
    return repo


def gated(repo: Sealed, *words: str, base: str = "main", **variables: str) -> tuple[int, Any]:
    words = ("gate", "--base", base, "--branch", "feat/work", "--target", "main", *words, "--format", "json")
    done = repo.mlgovern(*words, **{**OUTSIDE, **variables})
    assert b"Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr.decode()


def rules(said: Any) -> set[str]:
    return {finding["rule"] for finding in said["findings"] if finding["waiver"] is None}


def test_switch_the_rule_off_with_the_work_that_it_refuses(based: Sealed) -> None:
    based.stage(POLICY_FILE, OPEN + "rules: {env-secret: off, tracked-env-file: off}\ninline_suppressions: allow\n")
    based.stage(ENV, SECRET)
    based.commit("feat: add settings")
    code, said = gated(based)
    assert (code, {"env-secret", "tracked-env-file", "weakened-policy"} <= rules(said)) == (1, True)


@pytest.mark.parametrize("gone", (LOCK_FILE, pytest.param(KEPT, marks=pytest.mark.slow)))
def test_take_out_what_pins_a_policy_from_elsewhere(based: Sealed, gone: str) -> None:
    based.stage(POLICY_FILE, FAR)
    based.stage(LOCK_FILE, LOCK)
    based.stage(KEPT, VENDORED)
    base = based.commit("feat: extend")
    based.git("rm", "-q", gone)
    based.stage(ENV, SECRET)
    based.commit("feat: add settings")
    code, said = gated(based, base=base)
    assert (code, f"{POLICY_FILE}:3:5: " in said) == (2, True), said


def test_accept_his_own_work_by_a_waiver_a_baseline_or_a_comment(based: Sealed) -> None:
    based.stage(
        POLICY_FILE, OPEN + "inline_suppressions: warn\nrules: {hardcoded-secret: {severity: error, waivable: false}}\n"
    )
    base = based.commit("feat: tighten")
    based.stage(
        "a.py", 'password = "' + "Otter7" + 'AfterLunch"  # mlgovern: ' + "ignore hardcoded-secret it is a test\n"
    )
    based.stage(ENV, SECRET)
    assert based.mlgovern("check", "--write-baseline").returncode in {0, 1}
    based.git("add", "-A")
    waiver = f"{{rule: env-secret, paths: [{ENV}], reason: r, owner: o, created: 2026-11-01, until: 2026-12-31}}"
    based.stage(WAIVERS_FILE, f"schema: 1\nwaivers: [{waiver}]\n")
    based.commit("feat: add all that is needed")
    code, said = gated(based, base=base)
    assert (code, {"env-secret", "tracked-env-file", "hardcoded-secret"} <= rules(said)) == (1, True), rules(said)


@pytest.mark.slow
def test_go_round_the_hooks(based: Sealed) -> None:
    """No verification, no hooks, no porcelain: each commits what hooks refuse, and the gate and the push hook refuse it."""
    installed = based.mlgovern("install")
    assert installed.returncode == 0
    base = based.git("rev-parse", "HEAD")
    based.stage(ENV, SECRET)
    tree = based.git("write-tree")
    commit = based.git("commit-tree", "-p", base, "-m", "Changed.", tree)
    ways = (
        ("commit", "-q", "--no-verify", "-m", "Changed."),
        ("-c", f"core.hooksPath={os.devnull}", "commit", "-q", "-m", "Changed."),
        ("-c", f"core.hooksPath={os.devnull}", "update-ref", "refs/heads/feat/work", commit),
    )
    for way in ways:
        based.git("-c", f"core.hooksPath={os.devnull}", "reset", "-q", "--soft", base)
        based.git(*way)
        code, said = gated(based, base=base)
        assert (code, {"commit-header-malformed", "env-secret"} <= rules(said)) == (1, True), way
        fed = f"refs/heads/feat/work {based.git('rev-parse', 'HEAD')} refs/heads/feat/work {'0' * 40}\n"
        assert based.mlgovern("hook", "pre-push", "origin", "https://h.example/a", stdin=fed).returncode == 1, way


@pytest.mark.slow
def test_take_a_secret_out_again_before_anybody_looks(based: Sealed) -> None:
    based.stage(ENV, SECRET)
    based.commit("feat: add settings")
    based.git("rm", "-q", ENV)
    based.commit("fix: take settings out")
    code, said = gated(based)
    assert (code, "env-secret" in rules(said)) == (1, True)


@pytest.mark.slow
def test_bring_a_secret_in_by_a_merge(based: Sealed) -> None:
    """One that neither side has, an octopus, and a history that begins anew."""
    based.commit("feat: one")
    tree = based.git("write-tree")
    sides = [based.git("commit-tree", "-p", "main", "-m", f"feat: side {n}", tree) for n in "abc"]
    orphan = based.git("commit-tree", "-m", "feat: begin anew", tree)
    based.stage(ENV, SECRET)
    evil = based.git("write-tree")
    for parents in ((sides[0], sides[1]), sides, (sides[0], orphan)):
        words = [word for parent in parents for word in ("-p", parent)]
        head = based.git("commit-tree", *words, "-m", "Merge branches", evil)
        code, said = gated(based, "--head", head)
        assert (code, "env-secret" in rules(said), said["not_judged"]) == (1, True, []), parents


@pytest.mark.parametrize("page", (2000, pytest.param(1, marks=pytest.mark.slow)))
def test_bring_a_file_back_by_a_merge_with_the_past(based: Sealed, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No commit of the change adds it: it is as an old commit of the target has it, which the change merges once more."""
    monkeypatch.setattr(ranges, "PAGE", page)
    based.stage(ENV, SECRET)
    old = based.commit("feat: add settings")
    based.git("rm", "-q", ENV)
    base = based.commit("fix: take settings out")
    merge = based.git("commit-tree", "-p", base, "-p", old, "-m", "Merge branch 'old'", f"{old}^{{tree}}")
    head = based.git("commit-tree", "-p", merge, "-m", "feat: go on", f"{merge}^{{tree}}")
    found = {"tracked-env-file", "env-secret"}
    code, said = gated(based, "--head", head, base=base)
    assert (code, found <= rules(said)) == (1, True), said
    assert based.mlgovern("check", "--range", f"{base}..{head}").returncode == 1


def test_hide_a_secret_below_where_the_clone_ends(based: Sealed) -> None:
    """Both ends and what they share are here, but one side of a merge is cut off above the commit with the secret."""
    clean = based.git("write-tree")
    based.stage(ENV, SECRET)
    evil = based.git("commit-tree", based.git("write-tree"), "-p", "main", "-m", "feat: add settings")
    side = based.git("commit-tree", clean, "-p", evil, "-m", "fix: take settings out")
    head = based.git("commit-tree", clean, "-p", "main", "-p", side, "-m", "Merge branch 'side'")
    based.write(".git/shallow", f"{side}\n")
    code, said = gated(based, "--head", head)
    assert (code, [gap["what"] for gap in said["not_judged"]]) == (3, ["commit range"])


def test_have_a_merge_of_the_target_taken_for_his_work(based: Sealed) -> None:
    """What the target brought meanwhile, and the change merges, is not the change's."""
    based.commit("feat: one")
    based.git("switch", "-q", "main")
    based.stage(ENV, SECRET)
    based.commit("feat: add settings")
    based.git("switch", "-q", "feat/work")
    based.git("merge", "-q", "--no-edit", "main")
    assert rules(gated(based)[1]).isdisjoint({"env-secret", "tracked-env-file"})


@pytest.mark.parametrize(
    "base",
    ("0" * 40, *(pytest.param(base, marks=pytest.mark.slow) for base in ("0" * 64, "e" * 40, "nowhere", "unrelated"))),
)
def test_make_the_range_unknown(based: Sealed, base: str) -> None:
    """Never clean: a secret is found, or it is said that not everything was judged."""
    tree = based.git("mktree", stdin="")
    based.git("update-ref", "refs/heads/unrelated", based.git("commit-tree", "-m", "feat: other", tree))
    based.stage(ENV, SECRET)
    based.commit("feat: add settings")
    based.git("rm", "-q", ENV)
    based.commit("fix: take settings out")
    code, said = gated(based, base=base)
    assert code in {1, 2, 3}
    assert code == 1 or "commit range" in json.dumps(said) or "there is no commit" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("branch", "named"),
    (
        pytest.param("gh-readonly-queue/main/pr-7-" + "a" * 40, False, id="a merge queue"),
        pytest.param("refs/pull/7/merge", True, id="the ref of a pull request"),
        pytest.param("HEAD", True, id="no branch at all"),
    ),
)
def test_pass_as_a_branch_that_is_none(based: Sealed, branch: str, named: bool) -> None:
    based.stage(ENV, SECRET)
    based.commit("feat: add settings")
    words = ("check", "--branch", branch, "--format", "json")
    done = based.mlgovern(*words)
    assert (done.returncode, bool(json.loads(done.stdout)["findings"])) == (0, named)
    code, said = gated(based, "--branch", branch)
    assert (code, "env-secret" in rules(said)) == (1, True)


@pytest.mark.slow
def test_commit_from_no_branch_or_in_the_middle_of_something(based: Sealed) -> None:
    """Detached, in a rebase, a merge or a cherry-pick: files are judged as ever, and nothing breaks over the branch."""
    based.stage("a.txt", "1\n")
    based.commit("feat: add a")
    based.git("switch", "-qc", "feat/side", "main")
    based.stage("a.txt", "2\n")
    based.commit("feat: add another a")
    for begin in (
        ("switch", "-q", "--detach"),
        ("rebase", "-q", "feat/work"),
        ("merge", "feat/work"),
        ("cherry-pick", "feat/work"),
    ):
        based.run("git", *begin)
        based.stage("a.txt", "3\n")
        based.stage(ENV, SECRET)
        done = based.mlgovern("hook", "pre-commit")
        assert (done.returncode, b"DB_PASSWORD holds" in done.stderr) == (1, True), begin
        for end in ("rebase", "merge", "cherry-pick"):
            based.run("git", end, "--abort")
        based.git("reset", "-q", "--hard")
        based.git("switch", "-q", "feat/side")


@pytest.mark.slow
def test_judge_another_index_or_configuration(based: Sealed, make_repo: Callable[..., Sealed]) -> None:
    """The index that git names counts, whatever else the environment says."""
    based.stage(ENV, SECRET)
    clean = based.top / ".git" / "clean-index"
    based.git("read-tree", "HEAD", GIT_INDEX_FILE=str(clean))
    assert based.mlgovern("check", "--staged").returncode == 1
    assert based.mlgovern("check", "--staged", GIT_INDEX_FILE=str(clean)).returncode == 0  # it is what git would commit
    other = make_repo("other")
    assert (
        other.mlgovern("check", "--staged", GIT_DIR=str(based.top / ".git"), GIT_WORK_TREE=str(based.top)).returncode
        == 1
    )
    variables = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": os.devnull}
    assert based.mlgovern("hook", "pre-commit", **variables).returncode == 1
