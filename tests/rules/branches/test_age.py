"""How long branches live, and how many of them."""

from datetime import date

import pytest

from mlgovern.facts.snapshot import Head, Snapshot
from mlgovern.rule import Glob
from mlgovern.rules.branches.age import DAY
from mlgovern.rules.branches.strategy import Settings, Strategy
from tests.factories import judged, not_judged
from tests.rules.branches.snapshots import MANY, OLD_AGE, on

TODAY = "2026-11-27"
NOW = (date.fromisoformat(TODAY).toordinal() - date(1970, 1, 1).toordinal()) * DAY


def ago(days: float) -> int:
    return int(NOW - days * DAY)


def here(*heads: Head, branch: str = "feat/x") -> Snapshot:
    return on(branch, heads=(Head("main", "origin", changed=NOW), *heads), day=TODAY)


def work(
    name: str = "feat/x", began: float | None = 0, changed: float = 0, remote: str = "", merged: bool = False
) -> Head:
    return Head(name, remote, "1" * 40, ago(changed), merged, None if began is None else ago(began))


@pytest.mark.parametrize(
    ("head", "flagged"),
    (
        pytest.param(work(began=2), False, id="two days"),
        pytest.param(work(began=2.1), True, id="the third day"),
        pytest.param(work(began=40), True, id="forgotten"),
        pytest.param(work(began=None), False, id="nothing of its own"),
        pytest.param(work(began=9, merged=True), False, id="merged"),
        pytest.param(work("release/1", began=99), False, id="another branch"),
    ),
)
def test_age(head: Head, flagged: bool) -> None:
    assert bool(judged(OLD_AGE, here(head))) is flagged


@pytest.mark.parametrize("name", ("main", "release/1.2", "dependabot/pip/x", "develop"))
def test_what_lives_long_or_is_a_machine_s_has_no_age(name: str) -> None:
    assert not judged(OLD_AGE, here(work(name, began=99), branch=name))


def test_a_strategy_may_set_no_limit() -> None:
    free = Settings(Strategy(lifetime_days=0, active_limit=0))
    crowd = here(*(work(f"feat/{n}", began=99) for n in "abcdx"))
    assert not judged(OLD_AGE, crowd, free)
    assert not judged(MANY, crowd, free)
    assert not not_judged(MANY, on("feat/x", day=TODAY), free)


def test_a_strategy_may_have_no_trunk() -> None:
    trunkless = Settings(Strategy(trunk=()))
    assert not [*not_judged(OLD_AGE, on("feat/x", day=TODAY), trunkless), *OLD_AGE.asks(trunkless)]
    assert not [*not_judged(MANY, on("feat/x", day=TODAY), trunkless), *MANY.asks(trunkless)]


def test_age_says() -> None:
    (finding,) = judged(OLD_AGE, here(work(began=9)))
    assert finding.message == 'branch "feat/x" is 9 days old; at most 2 are wanted (trunk-based)'
    assert finding.mend == "merge what is ready into main, and put the rest behind a setting"


THREE = [work(f"feat/{n}", remote="origin") for n in "abx"]
FOUR = [work(f"feat/{n}", remote="origin") for n in "abcx"]


@pytest.mark.parametrize(
    ("heads", "flagged"),
    (
        pytest.param(THREE, False, id="three"),
        pytest.param(FOUR, True, id="four"),
        pytest.param(FOUR[:3], True, id="the fourth is made"),
        pytest.param([work(f"feat/{n}", remote="origin", changed=30) for n in "abcd"], True, id="a month"),
        pytest.param([work(f"feat/{n}", remote="origin", changed=31) for n in "abcd"], False, id="forgotten"),
        pytest.param([work(f"feat/{n}", remote="origin", merged=True) for n in "abcd"], False, id="merged"),
        pytest.param([*FOUR[:3], work(remote="origin", merged=True)], False, id="what is judged is merged"),
        pytest.param(
            [*FOUR[:3], work(), work(remote="origin", merged=True)], True, id="what is judged goes on after a merge"
        ),
        pytest.param([work(f"renovate/{n}", remote="origin") for n in "abcd"], False, id="machines"),
        pytest.param([work(f"feat/{n}") for n in "abcx"], True, id="local, without a remote"),
        pytest.param(
            [*(work(f"feat/{n}") for n in "abcd"), work("feat/e", remote="origin")], False, id="local, beside a remote"
        ),
        pytest.param(
            [work("feat/a"), *(work("feat/a", remote=f"r{n}") for n in "abcd")], False, id="one at many remotes"
        ),
    ),
)
def test_active_branches(heads: list[Head], flagged: bool) -> None:
    assert bool(judged(MANY, here(*heads))) is flagged


@pytest.mark.parametrize("name", ("main", "release/1.2", "renovate/x"))
def test_what_is_no_working_branch_is_told_nothing_of_the_others(name: str) -> None:
    assert not judged(MANY, here(*FOUR, branch=name))


def test_active_branches_says() -> None:
    (finding,) = judged(MANY, here(*(work(f"feat/{n}", remote="origin") for n in "abcdefg")))
    assert finding.message == (
        '8 branches are active, at most 3 are wanted (trunk-based): "feat/a", "feat/b", "feat/c", "feat/d", "feat/e", '
        '"feat/f" and 2 more'
    )
    assert finding.mend == "merge or delete what is done: git branch -r --no-merged origin/main"


def test_names_of_refs_are_quoted_for_the_shell() -> None:
    odd = Settings(Strategy(trunk=(Glob("main;x"),), active_limit=1))
    heads = (Head("main;x", "up", changed=NOW), work("feat/a", remote="up"), work(remote="up"))
    (finding,) = judged(MANY, on("feat/x", heads=heads, day=TODAY), odd)
    assert finding.mend == "merge or delete what is done: git branch -r --no-merged 'up/main;x'"


def test_without_a_trunk_nothing_is_judged() -> None:
    snapshot = on("feat/x", day=TODAY)
    assert [entry.why for rule in (OLD_AGE, MANY) for entry in not_judged(rule, snapshot)] == [
        "no branch main or master is known here: git fetch"
    ] * 2
