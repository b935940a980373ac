"""The gate in clones as CI services make them, with their recorded variables."""

import json

import pytest

from mlgovern.enforce.gate import _of_title
from mlgovern.policy.cache import every
from mlgovern.policy.load import load
from tests.conftest import Sealed
from tests.enforce.hub import PASSWORD, POLICY, Hub, findings, gate, pull

ZERO = "0" * 40


def test_a_merge_ref_of_one_commit_without_its_event(hub: Hub) -> None:
    hub.merge_ref("feat/x")
    work = hub.checkout("refs/pull/7/merge")
    assert work.git("rev-list", "--count", "HEAD") == "1"
    code, out = gate(work, "--format", "json", **pull(work))
    assert (code, json.loads(out)["not_judged"]) == (1, [])
    assert {"env-secret", "tracked-env-file"} <= findings(out)  # of the second commit, although the third takes it out
    assert json.loads(out)["judged"]["commits"] == 3
    assert PASSWORD not in out


def test_a_pull_request_with_its_event_and_annotations(hub: Hub) -> None:
    hub.merge_ref("feat/x")
    work = hub.checkout("refs/pull/7/merge")
    ends = {end: {"sha": hub.server.git("rev-parse", name)} for end, name in (("base", "main"), ("head", "feat/x"))}
    summary = work.top / ".git" / "summary.md"
    code, out = gate(
        work, "--report", "sarif=out.sarif", GITHUB_STEP_SUMMARY=str(summary),
        **pull(work, {"pull_request": {"title": "feat: add x", **ends}}),
    )  # fmt: skip
    assert code == 1
    lines = out.splitlines()
    token = lines[0].removeprefix("::stop-commands::")
    end = lines.index(f"::{token}::")
    assert len(token) == 32
    assert lines[1].startswith("mlgovern: ")
    assert [line for line in lines[end + 1 :] if line.startswith("::error file=conf/.env,line=1")]
    assert summary.read_text().startswith("## mlgovern: ")
    assert json.loads((work.top / "out.sarif").read_text())["version"] == "2.1.0"


def test_a_title_that_is_squashed(hub: Hub) -> None:
    hub.server.stage(".mlgovern.yaml", POLICY + "commit_scope: title\n")
    hub.server.commit("feat: squash")
    hub.server.git("switch", "-q", "feat/x")
    hub.server.commit("wip")
    hub.server.git("switch", "-q", "main")
    work = hub.clone()
    words = (
        "--head",
        "origin/feat/x",
        "--base",
        "origin/main",
        "--branch",
        "feat/x",
        "--target",
        "main",
        "--format",
        "json",
    )
    _, out = gate(work, *words, "--title", "Draft: added x.")
    titles = [f["message"] for f in json.loads(out)["findings"] if f["rule"].startswith("commit-")]
    assert titles
    assert all(message.startswith("title: ") for message in titles)
    _, out = gate(work, *words, "--title", "feat: add x (#7)")
    assert not [rule for rule in findings(out) if rule.startswith("commit-")]
    _, out = gate(work, *words)
    assert {"what": "title", "why": "commit_scope is title, and no title is known here; say --title"} in json.loads(
        out
    )["not_judged"]
    assert "commit-header-malformed" in findings(out)  # then the commits are judged


@pytest.mark.parametrize("depth", ("--depth=1", "--depth=2"))
def test_a_shallow_gitlab_clone_is_deepened(hub: Hub, depth: str) -> None:
    base, head = hub.server.git("merge-base", "main", "feat/x"), hub.server.git("rev-parse", "feat/x")
    work = hub.clone(depth, "--branch", "feat/x", "--no-local")
    code, out = gate(
        work, "--format", "json", GITLAB_CI="true", CI_PIPELINE_SOURCE="merge_request_event", CI_COMMIT_SHA=head,
        CI_MERGE_REQUEST_DIFF_BASE_SHA=base, CI_MERGE_REQUEST_SOURCE_BRANCH_NAME="feat/x", CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main",
    )  # fmt: skip
    assert (code, json.loads(out)["not_judged"], json.loads(out)["judged"]["commits"]) == (1, [], 3)
    assert "env-secret" in findings(out)


def test_a_commit_that_the_target_has_already_hides_nothing(hub: Hub) -> None:
    hub.server.git("switch", "-q", "main")
    hub.server.git("merge", "-q", "--no-edit", "feat/x")
    base, head = hub.server.git("rev-parse", "main~3"), hub.server.git("rev-parse", "main")
    work = hub.clone("--depth=1", "--branch", "main", "--no-local")
    code, out = gate(work, "--base", base, "--head", head, "--branch", "feat/x", "--target", "main", "--format", "json")
    assert (code, "env-secret" in findings(out)) == (1, True)
    code, out = gate(
        work, "--base", "e" * 40, "--head", head, "--branch", "feat/x", "--target", "main", "--format", "json"
    )
    assert [gap["what"] for gap in json.loads(out)["not_judged"]] == ["commit range"]


def test_what_cannot_be_deepened_is_not_judged(hub: Hub) -> None:
    work = hub.clone("--depth=1", "--branch", "feat/x", "--no-local")
    work.git("remote", "remove", "origin")
    code, out = gate(work, "--base", hub.server.git("rev-parse", "main"), "--format", "json")
    assert code == 3
    (gap,) = [gap for gap in json.loads(out)["not_judged"] if gap["what"] == "commit range"]
    assert (
        gap["why"] == "this clone has no remote; check out the whole history (fetch-depth: 0), or say --base and --head"
    )


def push(**event: object) -> dict[str, object]:
    return {"repository": {"default_branch": "main"}, **event}


def as_push(work: Sealed, name: str, event: dict[str, object]) -> dict[str, str]:
    named = {
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF_NAME": name,
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_HEAD_REF": "",
        "GITHUB_BASE_REF": "",
    }
    return {**pull(work, event), **named}


def test_a_new_branch_is_judged_by_what_the_default_branch_lacks(hub: Hub) -> None:
    work = hub.clone("--depth=1", "--branch", "feat/x", "--no-local")
    head = work.git("rev-parse", "HEAD")
    code, out = gate(work, **as_push(work, "feat/x", push(before=ZERO, after=head)))
    assert (code, "What is new here was not told: judged is what main lacks." in out) == (1, True)
    assert "3 commits and " in out


def test_a_push_and_one_that_was_forced(hub: Hub) -> None:
    work = hub.clone("--branch", "feat/x")
    head, before = work.git("rev-parse", "HEAD"), work.git("rev-parse", "HEAD~1")
    code, out = gate(work, "--format", "json", **as_push(work, "feat/x", push(before=before, after=head)))
    assert (code, json.loads(out)["judged"]["commits"]) == (0, 1)
    code, out = gate(work, "--format", "json", **as_push(work, "feat/x", push(before="e" * 40, after=head)))
    assert (code, json.loads(out)["judged"]["commits"]) == (1, 3)


def test_a_deleted_branch(hub: Hub) -> None:
    work = hub.clone()
    code, out = gate(work, **as_push(work, "feat/x", push(before="a" * 40, after=ZERO, deleted=True)))
    assert (code, "There is nothing to judge: the branch or tag was deleted." in out) == (0, True)


def test_a_first_push_of_the_default_branch_is_not_clean(hub: Hub) -> None:
    work = hub.clone("--branch", "main")
    head = work.git("rev-parse", "HEAD")
    code, out = gate(work, **as_push(work, "main", push(before=ZERO, after=head)))
    assert code in {1, 3}
    assert "commit range: the commit that it begins with is not known here" in out


@pytest.fixture
def weak(hub: Hub) -> Hub:
    """A change that switches a rule off, waives another for itself, and commits what both refuse."""
    hub.server.git("switch", "-qc", "feat/weak", "main")
    hub.server.stage(".mlgovern.yaml", POLICY + "rules: {tracked-env-file: off, env-secret: warning}\n")
    waiver = "{rule: oversized-file, paths: ['**'], reason: r, owner: o, created: 2026-11-01, until: 2027-01-15}"
    hub.server.stage(".mlgovern/waivers.yaml", f"schema: 1\nwaivers: [{waiver}]\n")
    hub.server.stage("conf/.env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    hub.server.stage("notes.txt", "x" * 1_500_000)
    hub.server.commit("feat: weaken")
    hub.server.git("switch", "-q", "main")
    return hub


def test_a_change_does_not_weaken_what_judges_it(weak: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlgovern.enforce.gate.today", lambda: "2026-11-27")
    work = weak.clone()
    words = ("--base", "origin/main", "--head", "origin/feat/weak", "--branch", "feat/weak", "--target", "main")
    code, out = gate(work, *words)
    assert code == 1
    assert (
        ".mlgovern.yaml:3:27: error weakened-policy this change makes the policy weaker: tracked-env-file.severity: error -> off"
        in out
    )
    assert "conf/.env:1:1: error tracked-env-file " in out
    assert "conf/.env:1:19: error env-secret " in out
    assert "notes.txt:1:1: error oversized-file " in out
    assert "comes with this change or is widened by it, so it does not count here" in out


def test_a_new_policy_judges_where_there_was_none(hub: Hub) -> None:
    server = hub.server
    server.git("switch", "-q", "--orphan", "bare")
    server.commit("feat: begin anew")
    server.git("switch", "-qc", "feat/policy")
    server.stage(".mlgovern.yaml", POLICY)
    server.commit("feat: add a policy")
    work = hub.clone()
    code, out = gate(work, "--base", "origin/bare", "--head", "origin/feat/policy", "--branch", "feat/policy")
    assert (code, ".mlgovern.yaml is new: .mlgovern.yaml judged." in out) == (0, True)


def test_nothing_that_the_clone_names_is_run_while_it_fetches(hub: Hub) -> None:
    work = hub.clone("--depth=1", "--branch", "feat/x", "--no-local")
    canary = work.top / "canary"
    script = work.write("evil.sh", f"#!/bin/sh\ntouch '{canary}'\n")
    script.chmod(0o755)
    for key in ("remote.origin.uploadpack", "core.sshCommand", "core.gitProxy", "core.fsmonitor", "core.askPass"):
        work.git("config", key, str(script))
    work.git("config", "core.alternateRefsCommand", str(script))
    (work.top / ".git" / "objects" / "info" / "alternates").write_text(f"{hub.server.top}/.git/objects\n")
    hooks = work.top / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-checkout", "pre-auto-gc"):
        (hooks / hook).write_bytes(script.read_bytes())
        (hooks / hook).chmod(0o755)
    assert gate(work, "--base", hub.server.git("rev-parse", "main"), "--branch", "feat/x")[0] == 1
    work.git("config", "credential.helper", f"!{script}")
    other = hub.clone("--depth=1", "--branch", "feat/x", "--no-local")
    other.git("config", "credential.helper", f"!{script}")
    code, out = gate(other, "--base", hub.server.git("rev-parse", "main"), "--branch", "feat/x")
    assert (code, "names a credential helper, which is not run" in out) == (3, True)
    assert not canary.exists()


def jenkins(**variables: str) -> dict[str, str]:
    told = {"CHANGE_ID": "7", "CHANGE_BRANCH": "feat/x", "CHANGE_TARGET": "main", "CHANGE_TITLE": "feat: add x"}
    return {"JENKINS_URL": "https://ci.example/", "CI": "", **told, **variables}


def test_a_merge_that_ends_a_change_is_not_taken_for_the_services_own(hub: Hub) -> None:
    hub.server.git("switch", "-q", "feat/x")
    hub.server.git("merge", "-q", "--no-edit", "main")
    hub.server.git("switch", "-q", "main")
    work = hub.clone("--branch", "feat/x")
    code, out = gate(work, "--format", "json", **jenkins())
    assert (code, json.loads(out)["judged"]["commits"]) == (1, 4)
    assert "env-secret" in findings(out)


def test_what_a_merge_brings_by_itself_is_judged(hub: Hub) -> None:
    work = hub.clone("--branch", "main")
    work.git("merge", "-q", "--no-commit", "--no-ff", "origin/feat/x")
    work.stage("late/.env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    work.git("commit", "-qm", "Merge", "--no-verify", "--author=Jenkins <nobody@nowhere>")
    code, out = gate(work, "--format", "json", **jenkins())
    judged = json.loads(out)["judged"]
    assert (code, judged["commits"], judged["files"]) == (1, 3, 3)
    assert "placeholder-identity" not in findings(out)
    assert {f["commit"] for f in json.loads(out)["findings"] if f["path"] == "late/.env"} == {
        work.git("rev-parse", "HEAD")
    }


@pytest.mark.parametrize("remembered", (True, False))
def test_without_a_target_the_default_branch_is_asked_for(hub: Hub, remembered: bool) -> None:
    work = hub.clone("--branch", "feat/x")
    if not remembered:
        work.git("symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    told = {"CIRCLECI": "true", "CIRCLE_SHA1": work.git("rev-parse", "HEAD"), "CIRCLE_BRANCH": "feat/x"}
    code, out = gate(work, **told)
    assert (code, "What is new here was not told: judged is what main lacks." in out) == (1, True)


@pytest.mark.parametrize("told", ({}, {"CIRCLECI": "true", "CIRCLE_BRANCH": "main"}))
def test_the_default_branch_itself_is_never_clean_for_lack_of_a_beginning(hub: Hub, told: dict[str, str]) -> None:
    code, out = gate(hub.clone("--branch", "main"), "--format", "json", **told)
    assert (code, next(gap["what"] for gap in json.loads(out)["not_judged"])) == (3, "commit range")


def test_a_beginning_that_is_given_needs_no_note(hub: Hub) -> None:
    _, out = gate(hub.clone("--branch", "feat/x"), "--base", "origin/main")
    assert "What is new here" not in out


@pytest.mark.parametrize("adopted", (True, False))
def test_a_change_is_not_blamed_for_what_the_base_has_made_stricter_since(hub: Hub, adopted: bool) -> None:
    server, rule = hub.server, "rules: {missing-lockfile: error}\n"
    own = "custom: {acme/large: {kind: file.max_size, settings: {max_bytes: %d}}}\n"
    if adopted:
        server.stage(".mlgovern.yaml", POLICY + own % 5000)
        server.commit("chore: ask for small files")
    else:
        server.git("switch", "-q", "--orphan", "young")
        server.git("clean", "-qfd")
        server.commit("feat: begin anew")
        server.git("branch", "-f", "main")
        server.git("switch", "-q", "main")
    server.git("switch", "-qc", "feat/y")
    server.stage("b.txt", "b")
    server.commit("feat: add b")
    server.git("switch", "-q", "main")
    server.stage(".mlgovern.yaml", POLICY + rule + own % 4000)
    server.commit("chore: ask for locks")
    words = ("--base", "origin/main", "--head", "origin/feat/y", "--branch", "feat/y", "--target", "main")
    code, out = gate(hub.clone(), *words)
    assert (code, "weakened-policy" in out) == (0, False)
    server.git("switch", "-q", "feat/y")
    server.stage(".mlgovern.yaml", POLICY + rule.replace("error", "info") + own % 4000)
    server.commit("chore: ask for fewer locks")
    code, out = gate(hub.clone(), *words)
    assert (code, "weaker: missing-lockfile.severity: error -> info" in out) == (1, True)


def test_a_squash_is_judged_by_its_commit_once_there_is_one(hub: Hub) -> None:
    hub.server.stage(".mlgovern.yaml", POLICY + "commit_scope: title\n")
    hub.server.commit("feat: squash")
    hub.server.git("switch", "-qc", "gh-readonly-queue/main/pr-7-abc")
    hub.server.stage("b.txt", "b")
    hub.server.commit("added b")
    hub.server.git("switch", "-q", "main")
    work = hub.clone()
    base, head = work.git("rev-parse", "origin/main"), work.git("rev-parse", "origin/gh-readonly-queue/main/pr-7-abc")
    event: dict[str, object] = {"merge_group": {"base_sha": base, "head_sha": head, "base_ref": "refs/heads/main"}}
    code, out = gate(work, "--format", "json", **{**pull(work, event), "GITHUB_EVENT_NAME": "merge_group"})
    assert (code, "commit-header-malformed" in findings(out), "commit_scope" in out) == (1, True, False)
    words = ("--base", base, "--head", head, "--branch", "feat/y", "--target", "main")
    code, out = gate(work, *words, "--title", "feat: add b")
    assert (code, " title: " in out, "commit message:1:1: error commit-header-malformed" in out) == (1, False, True)


@pytest.mark.parametrize(
    ("title", "sound"),
    (
        pytest.param("[WIP] Draft: feat: add x", True, id="drafts"),
        pytest.param("(draft) feat: add x (#7)", True, id="number"),
        pytest.param("added draft: feat: x", False, id="a draft elsewhere"),
        pytest.param("Draft feat: add x", False, id="a verb"),
    ),
)
def test_what_of_a_title_does_not_count(title: str, sound: bool) -> None:
    assert (_of_title(load({".mlgovern.yaml": POLICY.encode()}.get, every()).policy, title).findings == ()) is sound


def test_a_base_whose_policy_is_broken_says_who_can_mend_it(hub: Hub) -> None:
    hub.server.stage(".mlgovern.yaml", "schema: 1\nrules: {no-such-rule: error}\n")
    base = hub.server.commit("chore: break it")
    hub.server.stage(".mlgovern.yaml", POLICY)
    hub.server.commit("fix: mend it")
    code, out = gate(hub.clone(), "--base", base, "--branch", "fix/x")
    assert (code, "no-such-rule" in out) == (2, True)
    assert out.startswith(f"mlgovern: {base[:8]} .mlgovern.yaml:2:9: unknown rule 'no-such-rule'")
    assert out.endswith("; it can judge no change, so whoever owns it merges what mends it\n")


def test_a_mistake_in_a_policy_is_no_command(hub: Hub) -> None:
    key = "##vso[task.setvariable variable=x]y"
    hub.server.stage(".mlgovern.yaml", f"schema: 1\n'{key}': 1\nextends: ['./##[add-mask]x.yaml']\n")
    hub.server.commit("feat: forge")
    code, out = gate(hub.clone(), "--base", "HEAD~1", "--branch", "feat/x")
    assert (code, "## vso[task" in out, "##vso[" in out, "##[" in out) == (2, True, False, False)
    assert out.endswith("\nmlgovern: 2 problems.\n")


def test_a_partial_clone_says_what_brings_the_rest(hub: Hub) -> None:
    work = hub.clone("--filter=blob:none", "--branch", "feat/x", "--no-local")
    words = ("--base", "origin/main", "--branch", "feat/x", "--target", "main")
    code, out = gate(work, *words)
    assert (code, "`git fetch --refetch --no-filter` brings them" in out) == (2, True)
    work.git("fetch", "-q", "--refetch", "--no-filter")
    assert gate(work, *words)[0] == 1
