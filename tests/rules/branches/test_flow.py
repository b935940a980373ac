"""Directions of a push, and what has to be upstream first."""

import pytest

from mlgovern.facts.snapshot import Commit, RefUpdate, Snapshot
from mlgovern.finding import NotJudged, Severity
from mlgovern.rules.branches.strategy import Settings
from tests.factories import judged, not_judged
from tests.rules.branches.snapshots import DIRECTION, NEW, OLD, UPSTREAM, ZERO, push
from tests.rules.branches.strategies import strategy

GITFLOW, GITLAB, TRUNK = (Settings(strategy(name)) for name in ("gitflow", "gitlab-flow", "trunk-based"))


def moved(target: str, local: str = "", old: str = OLD, strays: tuple[str, ...] | None = ()) -> RefUpdate:
    return RefUpdate(f"refs/heads/{target}", old, NEW, local=local, strays=strays)


@pytest.mark.parametrize(
    ("local", "target", "settings", "flagged"),
    (
        pytest.param("refs/heads/feature/x", "main", GITFLOW, True, id="a feature to main"),
        pytest.param("refs/heads/feature/x", "develop", GITFLOW, False, id="a feature to develop"),
        pytest.param("refs/heads/main", "main", GITFLOW, False, id="a branch to itself"),
        pytest.param("HEAD", "main", GITFLOW, True, id="what is checked out, by HEAD"),
        pytest.param("refs/heads/feature/x", "feature/y", GITFLOW, False, id="a working branch under another name"),
        pytest.param("1234abcd", "main", GITFLOW, False, id="a commit without a name"),
        pytest.param("refs/heads/dependabot/pip/x", "main", GITFLOW, False, id="machines go by target alone"),
        pytest.param("refs/heads/main", "production", GITLAB, True, id="past an environment"),
        pytest.param("refs/heads/pre-production", "production", GITLAB, False, id="downstream"),
        pytest.param("refs/heads/release/1", "main", TRUNK, True, id="a release flows back"),
    ),
)
def test_direction_of_a_push(local: str, target: str, settings: Settings, flagged: bool) -> None:
    snapshot = push(moved(target, local), branch="feature/x")
    assert bool(judged(DIRECTION, snapshot, settings)) is flagged


def test_a_push_that_creates_a_branch_merges_nothing() -> None:
    assert not judged(DIRECTION, push(moved("main", "refs/heads/feature/x", ZERO)), GITFLOW)


def merges(*names: str, on_the_side: bool = False) -> Snapshot:
    tip = Commit("chore: on top", NEW, ("2" * 39 + "a",) if not on_the_side else ("2" * 39 + "b", "2" * 39 + "a"))
    merge = Commit("Merge", "2" * 39 + "a", (OLD, "3" * 40), merged=names)
    return push(moved("main", "refs/heads/main"), branch="main", commits=(merge, tip))


def test_a_merge_is_told_by_what_its_parent_is_the_tip_of() -> None:
    (finding,) = judged(DIRECTION, merges("feature/x"), GITFLOW)
    assert finding.message == '"feature/x" may be merged into develop, not "main" (gitflow)'
    assert not judged(DIRECTION, merges("release/1.2"), GITFLOW)


def test_a_merge_of_a_branch_that_is_gone_is_said_not_to_be_judged() -> None:
    (entry,) = not_judged(DIRECTION, merges(), GITFLOW)
    assert (entry.what, entry.expected) == ('where a merge on "main" comes from', False)
    assert not judged(DIRECTION, merges(), GITFLOW)


def test_one_of_several_names_may_go_there() -> None:
    assert not judged(DIRECTION, merges("feature/x", "release/1.2"), GITFLOW)


def test_merges_that_come_through_a_merge_were_judged_where_they_were_made() -> None:
    assert not judged(DIRECTION, merges("feature/x", on_the_side=True), GITFLOW)


@pytest.mark.parametrize(
    ("target", "settings", "strays", "severity"),
    (
        pytest.param("production", GITLAB, ("a" * 40,), Severity.ERROR, id="an environment"),
        pytest.param("2-3-stable", GITLAB, ("a" * 40,), Severity.ERROR, id="a stable branch"),
        pytest.param("release/1", TRUNK, ("a" * 40,), Severity.WARNING, id="only advised"),
        pytest.param("production", GITLAB, (), None, id="all of it is upstream"),
        pytest.param("main", GITLAB, ("a" * 40,), None, id="nothing is upstream of main"),
        pytest.param("production", GITFLOW, ("a" * 40,), None, id="a strategy without an order"),
    ),
)
def test_upstream_first(target: str, settings: Settings, strays: tuple[str, ...], severity: Severity | None) -> None:
    found = judged(UPSTREAM, push(moved(target, strays=strays)), settings)
    assert [finding.at_most for finding in found] == ([] if severity is None else [severity])


def test_upstream_first_says() -> None:
    (finding,) = judged(UPSTREAM, push(moved("production", strays=("a" * 40, "b" * 40))), GITLAB)
    assert finding.message == '2 commits reach "production" before pre-production (gitlab-flow)'
    assert finding.mend == (
        "merge it into pre-production first, then git cherry-pick -x what it became there\n"
        "git log --oneline --no-walk aaaaaaaaaaaa bbbbbbbbbbbb"
    )


def test_an_unknown_upstream_is_not_judged() -> None:
    found = not_judged(UPSTREAM, push(moved("production", strays=None)), GITLAB)
    assert found == [
        NotJudged('what is new on "production"', "none of pre-production is known here: git fetch", expected=False)
    ]
