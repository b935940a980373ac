import pytest

from mlgovern.facts.snapshot import RefUpdate
from mlgovern.finding import Severity
from mlgovern.rule import Glob
from mlgovern.rules.branches.strategy import Flow, Settings, Strategy
from tests.factories import judged
from tests.rules.branches.snapshots import CASE, DIRECTION, PREFIX, ZERO, branches_of, created, on, push, to


@pytest.mark.parametrize(
    ("source", "target", "flagged"),
    [
        pytest.param("feature/x", "main", False, id="to trunk"),
        pytest.param("feature/x", "feature/y", True, id="branch to branch"),
        pytest.param("release/1", "main", True, id="a release comes back"),
        pytest.param("feature/x", None, False, id="no target"),
        pytest.param("main", "main", False, id="a fork's trunk, or a push"),
        pytest.param("dependabot/x", "release/1", False, id="machines go by target alone"),
    ],
)
def test_merge_direction(source: str, target: str | None, flagged: bool) -> None:
    assert bool(judged(DIRECTION, on(source, target=target))) is flagged


GITFLOW = Strategy(
    name="gitflow",
    allowed=(
        Flow(Glob("release/*"), (Glob("develop"),), (Glob("main"), Glob("develop"))),
        Flow(Glob("main"), (), (Glob("develop"),), (Glob("feature/*"),)),
        Flow(Glob("feature/*"), (Glob("develop"),), (Glob("develop"),)),
        Flow(Glob("support/*")),
    ),
)


@pytest.mark.parametrize(
    ("source", "target", "message", "mend"),
    [
        pytest.param(
            "feature/x",
            "main",
            '"feature/x" may be merged into develop, not "main" (gitflow)',
            'change the target to develop\ninto "main" go release/* (cut from develop)',
            id="past the release",
        ),
        pytest.param(
            "support/1",
            "develop",
            '"support/1" may be merged nowhere, so not into "develop" (gitflow)',
            'cherry-pick what is missing there\ninto "develop" go release/* (cut from develop), main, '
            "feature/* (cut from develop)",
            id="never back",
        ),
        pytest.param(
            "release/1",
            "other",
            '"release/1" may be merged into main, develop, not "other" (gitflow)',
            "change the target to main or develop",
            id="unknown target",
        ),
    ],
)
def test_merge_direction_says(source: str, target: str, message: str, mend: str) -> None:
    (finding,) = judged(DIRECTION, on(source, target=target), Settings(GITFLOW))
    assert (finding.message, finding.mend, finding.at_most) == (message, mend, Severity.ERROR)


def test_some_directions_are_only_discouraged() -> None:
    (finding,) = judged(DIRECTION, on("main", target="feature/x"), Settings(GITFLOW))
    assert finding.at_most is Severity.WARNING
    assert not judged(DIRECTION, on("anything", target="main"), Settings(GITFLOW))


@pytest.mark.parametrize(
    ("pushed", "branches", "twin"),
    [
        pytest.param([created("feature/x")], ("Feature/x", "main"), "Feature/x", id="letter case"),
        pytest.param([created("caf\u00e9")], ("cafe\u0301",), "cafe\u0301", id="Unicode form"),
        pytest.param([created("STRASSE")], ("straße",), "straße", id="folded"),
        pytest.param([created("feature/x")], ("feature/x",), None, id="itself"),
        pytest.param([created("feature/x")], ("feature/y", "x"), None, id="others"),
        pytest.param([created("feature/x"), to("Feature/x", new=ZERO)], ("Feature/x",), None, id="renamed"),
        pytest.param([to("Feature/x", new=ZERO)], ("feature/x",), None, id="deleted"),
        pytest.param([created("head")], ("HEAD",), None, id="origin/HEAD is no branch"),
    ],
)
def test_case_clash(pushed: list[RefUpdate], branches: tuple[str, ...], twin: str | None) -> None:
    findings = judged(CASE, push(*pushed, branches=branches))
    assert [finding.key for finding in findings] == ([] if twin is None else [twin])


def test_case_clash_within_one_push() -> None:
    assert branches_of(judged(CASE, push(created("Fix/x"), created("fix/x")))) == ["Fix/x", "fix/x"]


def test_case_clash_says() -> None:
    facts = push(created("feature/x"), branch="feature/x", branches=("feature/x", "Feature/x"))
    (finding,) = judged(CASE, facts)
    assert finding.message == 'branch "feature/x" differs from "Feature/x" in letter case or Unicode form alone'
    assert finding.mend == "git branch -m feature/x feature/x-2"


@pytest.mark.parametrize(
    ("name", "branches", "bar"),
    [
        pytest.param("feature", ("feature/x",), "feature/x", id="a branch for a folder"),
        pytest.param("feature/x/y", ("feature/x",), "feature/x", id="a folder for a branch"),
        pytest.param("feature/x", ("feature/x",), None, id="itself"),
        pytest.param("feature/x", ("feature/xy", "feature-x"), None, id="a longer name"),
    ],
)
def test_prefix_clash(name: str, branches: tuple[str, ...], bar: str | None) -> None:
    findings = judged(PREFIX, push(created(name), branches=branches))
    assert [finding.key for finding in findings] == ([] if bar is None else [bar])


def test_prefix_clash_says() -> None:
    (finding,) = judged(PREFIX, push(created("fix/x/y"), branch="fix/x/y", branches=("fix/x",)))
    assert finding.message == 'branches "fix/x/y" and "fix/x" cannot both exist: one would be a folder to the other'
    assert finding.mend == "git branch -m fix/x/y fix/x-y"


def test_nothing_helps_beside_a_branch_named_as_a_type() -> None:
    (finding,) = judged(PREFIX, push(created("feature/x"), branches=("feature",)))
    assert finding.mend == ""
