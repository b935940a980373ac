import pytest

from mlgovern.facts.snapshot import Snapshot
from mlgovern.rules.branches import RULES
from mlgovern.rules.branches.strategy import Settings, Strategy
from tests.factories import a_snapshot, judged, rule_of
from tests.rules.branches.strategies import NAMES, PACKS, pack, strategy

SOUND = {
    "trunk-based": "main master develop feature/x fix/x exp/lr-3 data/clean model/resnet-50 release/1.2.0 hotfix/1.2.1 patch-1",
    "github-flow": "main master add-login feature/add-login ann/loader release/1.2 dependabot/pip/x",
    "gitflow": "main develop feature/x bugfix/x release/1.2.0 release-1.2 hotfix/1.2.1 hotfix-1.2.1 support/1.x",
    "gitlab-flow": "main pre-production production 2-3-stable 12-add-loader feature/x data/clean",
    "release-flow": "main users/ann/loader users/ann.lee/loader features/loader releases/M130 releases/M130.1",
}
UNSOUND = {
    "trunk-based": "loader wip/x feature/Add_Login feature/io.csv feature/io/csv releases/1.2",
    "github-flow": "Add_Login feature/Add-Login new--login a/b/c io.csv",
    "gitflow": "loader chore/x feat/x feature/1.2 production",
    "gitlab-flow": "loader 12_add wip/x 2-3-Stable release/1.2",
    "release-flow": "loader features/Add_Login users/loader feature/x releases/130",
}
ALLOWED = {
    "trunk-based": "feature/x>main fix/x>master dependabot/pip/x>release/1.2 main>main",
    "github-flow": "loader>main",
    "gitflow": "feature/x>develop release/1.2>main release/1.2>develop release-1.2>main hotfix/1>main hotfix-1>develop "
    "hotfix/1>release/1.2 main>develop",
    "gitlab-flow": "12-x>main main>pre-production pre-production>production",
    "release-flow": "users/ann/x>main features/x>main",
}
REFUSED = {
    "trunk-based": "feature/x>feature/y release/1.2>main main>feature/x",
    "github-flow": "loader>other",
    "gitflow": "feature/x>main bugfix/x>main develop>main feature/x>feature/y support/1.x>main main>feature/x",
    "gitlab-flow": "production>main pre-production>main main>production 12-x>2-3-stable 2-3-stable>main 12-x>production",
    "release-flow": "releases/M130>main features/x>releases/M130",
}


def rows(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, word) for name, words in table.items() for word in words.split()]


def names_flagged(name: str, branch: str) -> bool:
    facts = a_snapshot(stages=("ci",), branch=branch)
    rules = [rule_of(RULES, rule) for rule in ("branch-name-malformed", "branch-type-unknown", "branch-name-long")]
    return any(judged(rule, facts, Settings(strategy(name))) for rule in rules)


def merge(way: str) -> Snapshot:
    source, target = way.split(">")
    return a_snapshot(stages=("ci",), branch=source, target=target)


def test_every_pack_is_here() -> None:
    assert sorted(path.stem for path in PACKS.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_pack_says_its_name_and_explains_each_entry(name: str) -> None:
    assert pack(name).keys() == {"schema", "name", "strategy"}
    assert pack(name)["schema"] == 1
    assert pack(name)["name"] == strategy(name).name == name
    lines = (PACKS / f"{name}.yaml").read_text(encoding="utf-8").split("strategy:\n")[1].splitlines()
    entries = [number for number, line in enumerate(lines) if line.startswith("  ") and line[2] not in "# "]
    assert len(entries) == len(pack(name)["strategy"])
    assert all(lines[number - 1].lstrip().startswith("# ") or lines[number] == "  allowed:" for number in entries)


def test_the_default_is_the_trunk_based_pack() -> None:
    assert strategy("trunk-based") == Strategy()


@pytest.mark.parametrize(("name", "branch"), rows(SOUND))
def test_sound_names(name: str, branch: str) -> None:
    assert not names_flagged(name, branch)


@pytest.mark.parametrize(("name", "branch"), rows(UNSOUND))
def test_unsound_names(name: str, branch: str) -> None:
    assert names_flagged(name, branch)


@pytest.mark.parametrize(("name", "way"), rows(ALLOWED))
def test_allowed_directions(name: str, way: str) -> None:
    assert not judged(rule_of(RULES, "branch-merge-direction"), merge(way), Settings(strategy(name)))


@pytest.mark.parametrize(("name", "way"), rows(REFUSED))
def test_refused_directions(name: str, way: str) -> None:
    assert judged(rule_of(RULES, "branch-merge-direction"), merge(way), Settings(strategy(name)))
