import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rule import Whole
from mlgovern.rules.branches.names import sound
from mlgovern.rules.branches.strategy import Strategy
from mlgovern.rules.branches.suggest import folded, parents, slug, suggestion, taken_apart, unclashed
from tests.rules.branches.strategies import NAMES, real_names, strategy

SLUG, ISSUE = Strategy(grammar="slug"), Strategy(grammar="issue")
ALL = (Strategy(), SLUG, ISSUE, Strategy(ticket_case="any", nested=True), *map(strategy, NAMES))


@pytest.mark.parametrize(
    ("name", "rules", "new"),
    [
        pytest.param("feature/add-login", Strategy(), "feature/add-login", id="sound"),
        pytest.param("main", Strategy(), "main", id="trunk"),
        pytest.param("dependabot/pip/X_y", Strategy(), "dependabot/pip/X_y", id="made by a machine"),
        pytest.param("feature/Add_Login", Strategy(), "feature/add-login", id="underscore"),
        pytest.param("Feat/AddCSVReader", Strategy(), "feat/add-csv-reader", id="camel case"),
        pytest.param("feature/io/read_csv", Strategy(), "feature/io-read-csv", id="second slash"),
        pytest.param("bug/x--y-", Strategy(), "bugfix/x-y", id="alias and hyphens"),
        pytest.param("release/V1.2", Strategy(), "release/v1.2", id="version"),
        pytest.param("hotfix/1.2._x", Strategy(), "hotfix/1.2-x", id="dots between digits alone"),
        pytest.param("feature/io.csv", Strategy(), "feature/io-csv", id="dots elsewhere"),
        pytest.param("fetaure/x", Strategy(), "feature/x", id="misspelt type"),
        pytest.param("faet/x", Strategy(), "feat/x", id="two letters swapped"),
        pytest.param("Hot-Fix/x", Strategy(), "hotfix/x", id="alias in another case"),
        pytest.param("bug/x", Strategy(types=("feat", "fix")), "fix/x", id="alias of an alias"),
        pytest.param("origin/feature/x", Strategy(), "feature/x", id="a remote's name"),
        pytest.param("origin/feature/x", Strategy(types=("origin",)), "origin/feature-x", id="no remote's name"),
        pytest.param("releases/1.0", Strategy(), "release/1.0", id="plural"),
        pytest.param("Develop", SLUG, "develop-2", id="trunk of another strategy"),
        pytest.param("releases/1.0", Strategy(types=("releases",)), "releases/1.0", id="plural that the strategy uses"),
        pytest.param("feature-x", Strategy(), "feature/x", id="type without a slash"),
        pytest.param("fix_the_loader", Strategy(), "fix/the-loader", id="type before an underscore"),
        pytest.param("hot-fix-x", Strategy(), "hotfix/x", id="type of two words"),
        pytest.param("release-V1.2", Strategy(), "release/v1.2", id="version without a slash"),
        pytest.param("add_loader", Strategy(), "feature/add-loader", id="template"),
        pytest.param("qa/x", Strategy(), "feature/x", id="a short word is near to nothing"),
        pytest.param("feature", Strategy(), None, id="a type alone"),
        pytest.param("feature/", Strategy(), None, id="no topic"),
        pytest.param("feature/日本語", Strategy(), None, id="nothing left"),
        pytest.param("feature/🚀", Strategy(), None, id="emoji"),
        pytest.param("feature/Crème_brûlée", Strategy(), "feature/creme-brulee", id="accents"),
        pytest.param("feature/$(rm -rf ~)", Strategy(), "feature/rm-rf", id="shell"),
        pytest.param("feature/ABC-12_Add", Strategy(), "feature/abc-12-add", id="ticket"),
        pytest.param("feature/ABC-12_Add", Strategy(ticket_case="any"), "feature/ABC-12-add", id="ticket kept"),
        pytest.param("feature/IO/CSV_x", Strategy(nested=True), "feature/io/csv-x", id="nested"),
        pytest.param("ml/x", Strategy(types=("ML",)), "ML/x", id="a team's type"),
        pytest.param("Any/Thing_x", Strategy(types=()), "any/thing-x", id="any type"),
        pytest.param("Add_Login", SLUG, "add-login", id="slug"),
        pytest.param("Ann/Add_Login", SLUG, "ann/add-login", id="slug with prefix"),
        pytest.param("日本/Add_Login", SLUG, "add-login", id="slug without its prefix"),
        pytest.param("12_Add_Loader", ISSUE, "12-add-loader", id="issue"),
        pytest.param("Loader", ISSUE, "feature/loader", id="no issue"),
        pytest.param("ML_12", Strategy(pattern=Whole("[a-z]+/[a-z]{2}-[0-9]+")), "feature/ml-12", id="own pattern"),
        pytest.param("ML_12", Strategy(pattern=Whole("[A-Z]+-[0-9]+")), None, id="own pattern beyond us"),
        pytest.param("feature/" + "word-" * 60 + "x", Strategy(), "feature/" + "-".join(["word"] * 10), id="long"),
        pytest.param("feature/" + "x" * 300, Strategy(), "feature/" + "x" * 52, id="one long word"),
        pytest.param("feature/X" + "x" * 300, Strategy(max_length=0), "feature/x" + "x" * 300, id="no limit"),
    ],
)
def test_suggestion(name: str, rules: Strategy, new: str | None) -> None:
    assert suggestion(name, rules) == new


@pytest.mark.parametrize(
    ("name", "existing", "new"),
    [
        pytest.param("feature/X", ["feature/X"], "feature/x", id="its own old name is free"),
        pytest.param("feature/X", ["feature/x"], "feature/x-2", id="taken"),
        pytest.param("feature/X", ["feature/x", "feature/x-2"], "feature/x-3", id="taken twice"),
        pytest.param("feature/X_y", ["Feature/X-Y"], "feature/x-y-2", id="taken in another case"),
        pytest.param("feature/X", ["feature/x/y"], "feature/x-2", id="a folder is there"),
        pytest.param("feature/X", ["feature"], None, id="a branch bars the folder"),
        pytest.param("feature/" + "x" * 99, ["feature/" + "x" * 52], "feature/" + "x" * 50 + "-2", id="cut for -2"),
    ],
)
def test_beside_others(name: str, existing: list[str], new: str | None) -> None:
    assert suggestion(name, Strategy(), existing) == new


def test_trunk_is_never_suggested() -> None:
    assert suggestion("Main", SLUG) == "main-2"


def test_a_type_that_nothing_tells_is_guessed() -> None:
    assert taken_apart("add_loader", Strategy()).guessed
    assert taken_apart("wip/loader", Strategy()).guessed
    assert not taken_apart("feat_loader", Strategy()).guessed
    assert not taken_apart("wip/loader", Strategy(types=())).guessed


@given(
    st.text() | st.from_regex(r"\A[A-Za-z_/.-]{1,80}\Z"), st.sampled_from(ALL), st.lists(st.text("aA/-", min_size=1))
)
def test_suggestions_are_sound_idempotent_and_free(name: str, rules: Strategy, existing: list[str]) -> None:
    new = suggestion(name, rules, existing)
    if sound(name, rules):
        assert new == name
    elif new is not None:
        assert sound(new, rules)
        assert suggestion(new, rules, existing) == new
        others = [other for other in existing if other != name]
        assert folded(new) not in map(folded, others)
        assert not any(other.startswith(f"{new}/") or new.startswith(f"{other}/") for other in others)


def test_real_names_have_sound_suggestions() -> None:
    names = list(real_names())
    made = [suggestion(name, Strategy()) for name in names]
    assert all(new is None or sound(new, Strategy()) for new in made)
    assert sum(new is None for new in made) < len(made) / 20


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("AddLogin", "add-login", id="camel"),
        pytest.param("CSVReader", "csv-reader", id="run of capitals"),
        pytest.param("ReadCSV", "read-csv", id="run at the end"),
        pytest.param("--x__y  z--", "x-y-z", id="trimmed"),
        pytest.param("ﬁne ½", "fine-1-2", id="compatibility forms"),
    ],
)
def test_slug(text: str, words: str) -> None:
    assert slug(text) == words


def test_forms_of_one_name() -> None:
    assert folded("Caf\u00e9") == folded("cafe\u0301")
    assert folded("STRASSE/x") == folded("straße/x")
    assert parents("a/b/c") == ["a", "a/b"]
    assert unclashed("a/b", ["A"], 60) is None
