"""fixup!, squash! and amend! commits, and the way on which they are met."""

import pytest

from mlgovern.facts.snapshot import Commit, RefUpdate, Snapshot
from mlgovern.rule import Glob
from mlgovern.rules.commits import RULES
from mlgovern.rules.commits.autosquash import Sharing
from tests.conftest import Sealed
from tests.factories import judged, rule_of
from tests.rules.commits.judging import findings, only

RULE = rule_of(RULES, "commit-autosquash")


@pytest.mark.parametrize(
    ("message", "facts", "flagged"),
    [
        pytest.param("squash! feat: add x\n", {}, True, id="squash"),
        pytest.param("amend! feat: add x\n\nfeat: add y\n", {}, True, id="amend"),
        pytest.param("fixup! nothing at all\n", {}, True, id="whatever it mends"),
        pytest.param("fixup! x\n", {"id": None, "stages": ("commit-msg",)}, False, id="being made"),
        pytest.param("feat: allow fixup! commits\n", {}, False, id="not at the start"),
    ],
)
def test_commit_autosquash(message: str, facts: dict[str, object], flagged: bool) -> None:
    assert bool(findings("commit-autosquash", message, **facts)) is flagged


def test_the_base_of_the_rebase_is_quoted_for_the_shell() -> None:
    assert (
        only(findings("commit-autosquash", "fixup! x\n", target="a;b")).mend
        == "git rebase -i --autosquash 'origin/a;b'"
    )


@pytest.mark.parametrize(
    ("messages", "base"),
    [
        pytest.param(("feat: x", "feat: y", "fixup! feat: y"), "2222~1", id="what it mends"),
        pytest.param(("feat: x", "fixup! feat: x", "fixup! feat: y"), "origin/HEAD", id="something not here"),
        pytest.param(("feat: x", "feat: y", "fixup! feat: y", "squash! feat: x"), "1111~1", id="the oldest of two"),
        pytest.param(("fix: x", "feat: x", "feat: x", "fixup! fixup! feat: x"), "2222~1", id="twice, of two alike"),
    ],
)
def test_where_the_rebase_begins(messages: tuple[str, ...], base: str) -> None:
    commits = [Commit(text, f"{n}" * 4, (f"{n - 1}" * 4,)) for n, text in enumerate(messages, 1)]
    found = judged(RULE, Snapshot(stages=("ci",), commits=tuple(commits)))
    assert {finding.mend for finding in found} == {f"git rebase -i --autosquash {base}"}
    begun = Snapshot(stages=("ci",), commits=(commits[0]._replace(parents=()), *commits[1:]))
    assert {f.mend for f in judged(RULE, begun)} == {f"git rebase -i --autosquash {base.replace('1111~1', '--root')}"}


def test_the_autosquash_rule_is_off_while_a_commit_is_made() -> None:
    assert rule_of(RULES, "commit-autosquash").stages == ("pre-push", "ci", "pre-receive")


MAIN, TOPIC = RefUpdate("refs/heads/main", "0", "c"), RefUpdate("refs/heads/fix/x", "0", "c")
LINE = (Commit("fix: x", "a", ("0",)), Commit("fixup! fix: x", "b", ("a",)), Commit("fix: y", "c", ("b",)))
FORK = (Commit("fix: x", "a", ("0",)), Commit("fixup! fix: x", "b", ("a",)), Commit("fix: y", "c", ("a",)))
MERGED = (*FORK[:2], Commit("Merge x", "c", ("a", "b")))
AT = Sharing()


@pytest.mark.parametrize(
    ("commits", "updates", "settings", "facts", "flagged"),
    [
        pytest.param(LINE, (MAIN,), AT, {}, True, id="to a protected branch"),
        pytest.param(LINE, (TOPIC,), AT, {}, False, id="for a review"),
        pytest.param(LINE, (TOPIC, MAIN), AT, {}, True, id="to both"),
        pytest.param(FORK, (MAIN, TOPIC._replace(new="b")), AT, {}, False, id="only to the other branch"),
        pytest.param(MERGED, (MAIN,), AT, {}, True, id="through a merge"),
        pytest.param(LINE, (MAIN._replace(ref="refs/tags/main"),), AT, {}, False, id="to a tag"),
        pytest.param(LINE, (MAIN._replace(new="0" * 40),), AT, {}, False, id="a deletion brings nothing"),
        pytest.param(LINE, (TOPIC,), Sharing((Glob("fix/*"),)), {}, True, id="a team's protected branch"),
        pytest.param(LINE, (MAIN,), Sharing(()), {}, False, id="nothing is protected"),
        pytest.param(LINE, (TOPIC,), Sharing(everywhere=True), {}, True, id="everywhere"),
        pytest.param(LINE[:2], (MAIN,), AT, {"scope": "commits"}, True, id="a page of a long history"),
        pytest.param(LINE[:2], (TOPIC,), AT, {"scope": "commits"}, False, id="a page for a review"),
        pytest.param(LINE, (TOPIC,), AT, {"stages": ("pre-receive",)}, True, id="at the server"),
        pytest.param(LINE, (), AT, {"stages": ("ci",)}, True, id="in CI"),
    ],
)
def test_where_a_push_goes(
    commits: tuple[Commit, ...],
    updates: tuple[RefUpdate, ...],
    settings: Sharing,
    facts: dict[str, object],
    flagged: bool,
) -> None:
    snapshot = Snapshot(**{"stages": ("pre-push",), "commits": commits, "updates": updates, **facts})  # type: ignore[arg-type]  # the table says which
    assert [found.place.commit for found in judged(RULE, snapshot, settings)] == ["b"] * flagged


@pytest.mark.parametrize(
    ("policy", "branch", "code"),
    [
        pytest.param("", "main", 1, id="protected"),
        pytest.param("", "topic", 0, id="for a review"),
        pytest.param("strategy: {protected: {$append: [topic]}}", "topic", 1, id="the strategy protects it"),
        pytest.param("rules: {commit-autosquash: {settings: {everywhere: true}}}", "topic", 1, id="everywhere"),
    ],
)
def test_a_push_of_a_fixup(repo: Sealed, policy: str, branch: str, code: int) -> None:
    repo.stage(".mlgovern.yaml", f"schema: 1\nextends: [base, strategies/trunk-based]\n{policy}\n")
    repo.commit()
    head = repo.commit("fixup! feat: begin")
    line = f"refs/heads/x {head} refs/heads/{branch} {'0' * 40}\n"
    done = repo.mlgovern("hook", "pre-push", "--only", "commit-autosquash", "origin", "url", stdin=line)
    assert done.returncode == code, done.stderr
    assert (b"waits to be folded" in done.stderr) is bool(code)
