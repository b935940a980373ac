import pytest

from mlgovern.facts.snapshot import RefUpdate, Snapshot
from mlgovern.finding import NotJudged, Severity
from mlgovern.rules.branches import RULES
from mlgovern.rules.branches.protection import PushSettings
from mlgovern.rules.branches.strategy import Settings, Strategy
from tests.factories import a_commit, a_snapshot, judged, not_judged, rule_of
from tests.rules.branches.snapshots import COMMIT, NEW, OLD, PUSH, ZERO, created, on, push, to


@pytest.mark.parametrize(
    ("facts", "flagged"),
    [
        pytest.param(on("main", "pre-commit"), True, id="trunk"),
        pytest.param(on("release/1.2", "pre-commit"), True, id="release branch"),
        pytest.param(on("main", "pre-commit", operation="cherry-pick"), True, id="cherry-pick"),
        pytest.param(on("main", "pre-commit", operation="rebase"), True, id="rebase"),
        pytest.param(on("feature/x", "pre-commit"), False, id="working branch"),
        pytest.param(on("Main", "pre-commit"), False, id="another branch"),
        pytest.param(on("main/x", "pre-commit"), False, id="below a protected name"),
        pytest.param(on("main", "pre-commit", unborn=True), False, id="root commit"),
        pytest.param(on("main", "pre-commit", operation="merge"), False, id="merge"),
        pytest.param(on("dependabot/x", "pre-commit"), False, id="machine's branch"),
        pytest.param(push(to("main"), commits=(a_commit("x", id=NEW),)), True, id="pushed"),
        pytest.param(push(to("fix/x"), commits=(a_commit("x", id=NEW),), branch="main"), False, id="pushed elsewhere"),
        pytest.param(push(created("main"), commits=(a_commit("x", id=NEW),)), False, id="first push"),
        pytest.param(push(to("main", new=ZERO)), False, id="deleted"),
        pytest.param(
            push(to("main"), commits=(a_commit("m", id=NEW, parents=(OLD, "3" * 40)), a_commit("x", id="3" * 40))),
            False,
            id="a merge, and what came through it",
        ),
        pytest.param(
            push(
                to("main"),
                commits=(a_commit("m", id=NEW, parents=("4" * 40, "3" * 40)), a_commit("x", id="4" * 40)),
            ),
            True,
            id="a commit below a merge",
        ),
        pytest.param(push(to("main"), commits=(a_commit("root", id=NEW, parents=()),)), False, id="root"),
    ],
)
def test_protected_commit(facts: Snapshot, flagged: bool) -> None:
    assert bool(judged(COMMIT, facts)) is flagged


def test_protected_commit_says() -> None:
    (finding,) = judged(COMMIT, on("main", "pre-commit"))
    assert finding.message == 'this commit would go straight onto the protected branch "main"'
    assert finding.mend == "git switch -c feature/my-topic"
    commits = (a_commit("b", id=NEW, parents=("3" * 40,)), a_commit("a", id="3" * 40))
    (finding,) = judged(COMMIT, push(to("main"), commits=commits))
    assert finding.message == '2 commits went straight onto the protected branch "main"'
    assert finding.mend == "git switch -c feature/b && git push -u origin feature/b"


@pytest.mark.parametrize(
    ("message", "strategy", "mend"),
    [
        pytest.param("Add CSVReader", Strategy(), "git switch -c feature/add-csv-reader", id="subject"),
        pytest.param("fix(io)!: read a/b\n\nbody", Strategy(), "git switch -c fix/read-a-b", id="type of the subject"),
        pytest.param("perf: read faster", Strategy(), "git switch -c feature/read-faster", id="no type of branches"),
        pytest.param("add " + "s3cr3t" * 5, Strategy(), "git switch -c feature/add", id="what may be a key stays out"),
        pytest.param("日本", Strategy(), "git switch -c feature/my-topic", id="nothing left of the subject"),
        pytest.param("add x", Strategy(types=("chore",)), "git switch -c chore/add-x", id="first type"),
        pytest.param("add x", Strategy(grammar="any"), "git switch -c feature/add-x", id="any name"),
        pytest.param("x", Strategy(types=("a" * 60,)), "commit on a working branch", id="no name fits"),
    ],
)
def test_the_work_goes_to_a_branch(message: str, strategy: Strategy, mend: str) -> None:
    facts = a_snapshot(stages=("pre-commit", "commit-msg"), branch="main", message=message)
    assert [finding.mend for finding in judged(COMMIT, facts, Settings(strategy))] == [mend]


def test_where_nothing_is_committed_nothing_is_protected() -> None:
    assert not judged(COMMIT, a_snapshot(stages=("pre-commit",), branch="main"))


def test_no_branch_is_switched_in_a_rebase() -> None:
    (finding,) = judged(COMMIT, on("main", "pre-commit", operation="rebase"))
    assert finding.mend == "after the rebase, move the commit to a new branch such as feature/my-topic"


@pytest.mark.parametrize("stage", ["pre-push", "pre-receive"])
@pytest.mark.parametrize(
    ("update", "key"),
    [
        pytest.param(to("main"), "pushed", id="plain"),
        pytest.param(to("main", forced=True), "forced", id="forced"),
        pytest.param(to("main", forced=None), "pushed", id="unknown"),
        pytest.param(to("main", new=ZERO), "deleted", id="deleted"),
        pytest.param(to("release/1.2", new=ZERO), "deleted", id="release deleted"),
        pytest.param(to("feature/x", new=ZERO), None, id="working branch deleted"),
        pytest.param(to("feature/x", forced=True), None, id="working branch forced"),
        pytest.param(created("main"), None, id="first push"),
        pytest.param(created("release/1.2"), None, id="release branch cut"),
        pytest.param(RefUpdate("refs/tags/main", OLD, NEW, True), None, id="tag"),
    ],
)
def test_protected_push(stage: str, update: RefUpdate, key: str | None) -> None:
    facts = push(update, stage=stage, branch="feature/x")
    assert [finding.key for finding in judged(PUSH, facts)] == ([] if key is None else [key])
    assert len(not_judged(PUSH, facts)) == (update.forced is None)


def test_protected_push_says() -> None:
    updates = (to("main"), to("master", forced=True), to("release/1", new=ZERO), to("release/2", forced=None))
    facts = push(*updates, branch="fix/x")
    assert [(finding.message, finding.mend) for finding in judged(PUSH, facts)] == [
        ('the push goes straight to the protected branch "main"', "git push -u origin fix/x\nthen ask for a merge"),
        ('the push rewrites the protected branch "master"', "git push -u origin fix/x\nthen ask for a merge"),
        ('the push deletes the protected branch "release/1"', "leave the deletion out"),
        (
            'the push goes straight to the protected branch "release/2"',
            "git push -u origin fix/x\nthen ask for a merge",
        ),
    ]
    why = "the commit that it points to on the remote was never fetched: git fetch"
    assert not_judged(PUSH, facts) == [NotJudged('whether the push rewrites "release/2"', why, expected=False)]


def test_plain_pushes_are_the_policys_choice() -> None:
    facts = push(to("main"), to("master", forced=True))
    assert [f.at_most for f in judged(PUSH, facts, PushSettings(plain=Severity.WARNING))] == [
        Severity.WARNING,
        Severity.ERROR,
    ]
    assert [f.key for f in judged(PUSH, facts, PushSettings(plain=Severity.OFF))] == ["forced"]
    assert not judged(PUSH, facts, PushSettings(Strategy(protected=())))


def test_a_push_for_which_no_name_fits() -> None:
    (finding,) = judged(PUSH, push(to("main")), PushSettings(Strategy(types=("a" * 60,))))
    assert finding.mend == "push to a working branch, then ask for a merge"


SECOND, MOVED, NAMED = (rule_of(RULES, name) for name in ("second-trunk", "tag-moved", "tag-name-malformed"))


@pytest.mark.parametrize(
    ("name", "branches", "flagged"),
    (
        pytest.param("master", ("main",), True, id="master beside main"),
        pytest.param("main", ("master",), True, id="main beside master"),
        pytest.param("main", (), False, id="the first"),
        pytest.param("feat/x", ("main", "master"), False, id="another branch"),
    ),
)
def test_second_trunk(name: str, branches: tuple[str, ...], flagged: bool) -> None:
    assert bool(judged(SECOND, push(created(name), branches=branches))) is flagged
    assert not judged(SECOND, push(to(name), branches=branches))


def test_second_trunk_says() -> None:
    (finding,) = judged(SECOND, push(created("master"), branches=("main",)))
    assert finding.message == 'branch "master" would be a second trunk beside "main"'


def tagged(name: str, old: str = OLD, new: str = NEW) -> RefUpdate:
    return RefUpdate(f"refs/tags/{name}", old, new, forced=True)


@pytest.mark.parametrize(
    ("update", "message"),
    (
        pytest.param(tagged("v1.2"), 'the push moves the published tag "v1.2"', id="moved"),
        pytest.param(tagged("1.2", new=ZERO), 'the push deletes the published tag "1.2"', id="deleted"),
        pytest.param(tagged("v1.2", ZERO), "", id="new"),
        pytest.param(tagged("latest"), "", id="one that is meant to move"),
        pytest.param(to("v1.2"), "", id="a branch of that name"),
    ),
)
def test_tag_moved(update: RefUpdate, message: str) -> None:
    assert [finding.message for finding in judged(MOVED, push(update))] == [message] * bool(message)


@pytest.mark.parametrize(
    ("name", "flagged"),
    (("v1.2.3", False), ("1.2.3-rc.1+cpu", False), ("v1.2", True), ("model-2024", True), ("V1.2.3", True)),
)
def test_tag_name(name: str, flagged: bool) -> None:
    assert bool(judged(NAMED, push(tagged(name, ZERO)))) is flagged
    assert not judged(NAMED, push(tagged(name)))
