import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Severity
from mlgovern.rule import Glob, Whole
from mlgovern.rules.branches.names import conforms, flaw_of, has_unknown_type, shown, spared, wanted
from mlgovern.rules.branches.strategy import Strategy

SLUG, ISSUE, ANY = Strategy(grammar="slug"), Strategy(grammar="issue"), Strategy(grammar="any")
TICKETS, NESTED = Strategy(ticket_case="any"), Strategy(nested=True)
FEW = Strategy(types=("feature", "fix"))
OWN = Strategy(pattern=Whole("(?i)[a-z]+-[0-9]+|wip/.+"))


@pytest.mark.parametrize(
    ("name", "strategy", "flaw"),
    [
        pytest.param("feature/add-login", Strategy(), None, id="type and words"),
        pytest.param("fix/2-crashes", Strategy(), None, id="digits"),
        pytest.param("release/1.2.0-rc1", Strategy(), None, id="version of a release"),
        pytest.param("hotfix/v1.2", Strategy(), None, id="version of a hotfix"),
        pytest.param("experiment/lr-3e-4", Strategy(), None, id="work of an ML project"),
        pytest.param("main", Strategy(), None, id="trunk"),
        pytest.param("wip/loader", Strategy(), None, id="unknown type, which another rule says"),
        pytest.param("loader", Strategy(), "has no type", id="no type"),
        pytest.param("HEAD", Strategy(), "can be mistaken for a commit", id="HEAD has no type either"),
        pytest.param("a" * 40, Strategy(), "can be mistaken for a commit", id="an id has no type either"),
        pytest.param("develop", Strategy(), None, id="trunk of another strategy"),
        pytest.param("master", Strategy(trunk=(Glob("main"),), protected=()), None, id="trunk under its older name"),
        pytest.param(
            "bug/x--y-",
            FEW,
            "has a hyphen or dot without a word on each side, and its type is none of feature, fix",
            id="form and type",
        ),
        pytest.param("Wip/x", FEW, "has capitals, and its type is none of feature, fix", id="capitals and type"),
        pytest.param(
            "origin/feature/x", FEW, "has a second slash, and its type is none of feature, fix", id="a remote's name"
        ),
        pytest.param("", Strategy(), "has no type", id="empty"),
        pytest.param("feature/", Strategy(), "has an empty part", id="no topic"),
        pytest.param("/x", Strategy(), "has an empty part", id="empty type"),
        pytest.param("feature/Add-Login", Strategy(), "has capitals", id="capitals in the topic"),
        pytest.param("Feature/add-login", Strategy(), "has capitals", id="capitals in the type"),
        pytest.param("feature/add_login", Strategy(), "has underscores", id="underscore"),
        pytest.param("feature/Add_Login", Strategy(), "has capitals and underscores", id="two flaws"),
        pytest.param("feature/a--b", Strategy(), "has a hyphen or dot without a word on each side", id="double hyphen"),
        pytest.param("feature/-x", Strategy(), "has a hyphen or dot without a word on each side", id="leading hyphen"),
        pytest.param("feature/x-", Strategy(), "has a hyphen or dot without a word on each side", id="trailing hyphen"),
        pytest.param(
            "release/1.-2", Strategy(), "has a hyphen or dot without a word on each side", id="dot before a hyphen"
        ),
        pytest.param("feature/io/csv", Strategy(), "has a second slash", id="nested"),
        pytest.param("feature/io.csv", Strategy(), "has dots", id="dots outside a version"),
        pytest.param("feature/x;rm", Strategy(), "has characters outside a-z and 0-9", id="shell metacharacter"),
        pytest.param("feature/$(id)", Strategy(), "has characters outside a-z and 0-9", id="command substitution"),
        pytest.param("feature/\x1b[31m", Strategy(), "has characters outside a-z and 0-9", id="control character"),
        pytest.param("feature/x\n", Strategy(), "has characters outside a-z and 0-9", id="trailing line feed"),
        pytest.param("feature/café", Strategy(), "has characters outside a-z and 0-9", id="accent"),
        pytest.param("feature/🚀", Strategy(), "has characters outside a-z and 0-9", id="emoji"),
        pytest.param("feature/٣", Strategy(), "has characters outside a-z and 0-9", id="digit of another script"),
        pytest.param("feature/a\udcff", Strategy(), "has characters outside a-z and 0-9", id="not UTF-8"),
        pytest.param("feature/ABC-12-x", Strategy(), "has capitals", id="ticket in capitals"),
        pytest.param("feature/ABC-12-x", TICKETS, None, id="ticket where allowed"),
        pytest.param("feature/ABC-12", TICKETS, None, id="ticket alone"),
        pytest.param("feature/ABC-x", TICKETS, "has capitals", id="a ticket has a number"),
        pytest.param("feature/io/csv", NESTED, None, id="nested where allowed"),
        pytest.param("feature/io//csv", NESTED, "has an empty part", id="nested with an empty part"),
        pytest.param("feature/io.csv", Strategy(dots="all"), None, id="dots where allowed"),
        pytest.param("release/1.2", Strategy(dots="none"), "has dots", id="dots nowhere"),
        pytest.param("anything/goes", Strategy(types=()), None, id="any type"),
        pytest.param("Anything/goes", Strategy(types=()), "has capitals", id="any type in lower case"),
        pytest.param("release/1.2", Strategy(types=()), None, id="any type with a version"),
        pytest.param("ML/x", Strategy(types=("ML",)), None, id="a team's type in capitals"),
        pytest.param(
            "ml/x", Strategy(types=("ML",)), "has its type in another letter case", id="a team's type in another case"
        ),
        pytest.param("add-login", SLUG, None, id="slug"),
        pytest.param("ann/add-login", SLUG, None, id="slug with a prefix"),
        pytest.param("add_login", SLUG, "has underscores", id="slug with an underscore"),
        pytest.param("a" * 40, SLUG, "can be mistaken for a commit", id="40 hex digits"),
        pytest.param("a" * 39, SLUG, None, id="39 hex digits"),
        pytest.param("0" * 64, ANY, "can be mistaken for a commit", id="64 hex digits"),
        pytest.param("HEAD", ANY, "can be mistaken for a commit", id="HEAD"),
        pytest.param("12-add-loader", ISSUE, None, id="number and words"),
        pytest.param("feature/add-loader", ISSUE, None, id="type and words instead"),
        pytest.param("12_Add", ISSUE, "has capitals and underscores", id="number and other words"),
        pytest.param("loader", ISSUE, "has neither number nor type", id="neither number nor type"),
        pytest.param("12", ISSUE, "has no words after its number", id="number alone"),
        pytest.param("io.x/y", SLUG, "has dots", id="dots in a prefix"),
        pytest.param("any_Thing at ~all", ANY, None, id="anything"),
        pytest.param("ML-12", OWN, None, id="own pattern with a flag"),
        pytest.param("wip/é", OWN, None, id="own pattern, other alphabet"),
        pytest.param(
            "feature/x",
            OWN,
            "does not have the form that this strategy asks for",
            id="own pattern takes the grammar's place",
        ),
        pytest.param(
            "ML-12x", OWN, "does not have the form that this strategy asks for", id="own pattern is for the whole name"
        ),
        pytest.param("x\udcff", OWN, "does not have the form that this strategy asks for", id="own pattern, not UTF-8"),
    ],
)
def test_form(name: str, strategy: Strategy, flaw: str | None) -> None:
    found = flaw_of(name, strategy)
    assert (found and found.text) == flaw


@pytest.mark.parametrize(
    ("name", "strategy", "at_most"),
    [
        pytest.param("feature/io.csv", Strategy(), Severity.WARNING, id="dots are disputed"),
        pytest.param("feature/io.csv", Strategy(dots="none"), Severity.ERROR, id="dots are forbidden"),
        pytest.param("feature/Io.csv", Strategy(), Severity.ERROR, id="not dots alone"),
        pytest.param("wip/io.csv", Strategy(), Severity.ERROR, id="dots after an unknown type"),
        pytest.param("f" * 40, SLUG, Severity.WARNING, id="ambiguous"),
        pytest.param("f" * 40, Strategy(), Severity.ERROR, id="ambiguous and without a type"),
    ],
)
def test_how_grave(name: str, strategy: Strategy, at_most: Severity) -> None:
    flaw = flaw_of(name, strategy)
    assert flaw is not None
    assert flaw.at_most is at_most


@pytest.mark.parametrize(
    ("name", "strategy", "unknown"),
    [
        pytest.param("feature/x", Strategy(), False, id="known"),
        pytest.param("Feature/x", Strategy(), False, id="known in another case"),
        pytest.param("fetaure/x", Strategy(), True, id="misspelt"),
        pytest.param("wip/Add_Login", Strategy(), True, id="unknown, whatever follows"),
        pytest.param("loader", Strategy(), False, id="none"),
        pytest.param("/x", Strategy(), False, id="empty"),
        pytest.param("wip/x", SLUG, False, id="slugs have free prefixes"),
        pytest.param("wip/x", ISSUE, True, id="beside issue numbers"),
        pytest.param("wip/x", ANY, False, id="anything"),
        pytest.param("wip/x", OWN, False, id="own pattern"),
        pytest.param("wip/x", Strategy(types=()), False, id="any type"),
    ],
)
def test_unknown_type(name: str, strategy: Strategy, unknown: bool) -> None:
    assert has_unknown_type(name, strategy) is unknown


@pytest.mark.parametrize(
    "name",
    [
        *("main", "master", "dependabot/pip/urllib3-2.0", "renovate/configure", "pre-commit-ci-update-config"),
        *("gh-readonly-queue/main/pr-1-abc", "gh-pages", "revert-12-feature/x", "revert-7-main", "patch-1"),
        *("octocat-patch-12", "snyk-fix-0a1b", "all-contributors/add-x", "changeset-release/main"),
        *("release-please--branches--main", "release-please--branches/main", "mergify/bp/1.x/pr-2", "imgbot"),
        *("backport-12/x", "backport/1.x/y", "create-pull-request/patch", "whitesource/configure"),
        *("copilot/fix-1", "claude/x", "codex/x", "cursor/x", "ai/x"),
    ],
)
def test_spared(name: str) -> None:
    assert spared(name, Strategy())
    assert flaw_of(name, Strategy()) is None


@pytest.mark.parametrize(
    "name", ["dependabot", "dependabot-x/y", "patch-", "patch-x", "patch-1-x", "revert-x-y", "Main", "release/V1"]
)
def test_not_spared(name: str) -> None:
    assert not spared(name, Strategy())


def test_a_protected_name_that_is_written_out_is_spared() -> None:
    strategy = Strategy(protected=(Glob("Production"), Glob("stable/*")))
    assert spared("Production", strategy)
    assert not spared("stable/X", strategy)


@pytest.mark.parametrize(
    ("strategy", "form"),
    [
        pytest.param(Strategy(), "TYPE/lower-case-words", id="conventional"),
        pytest.param(TICKETS, "TYPE/[TICKET-1-]lower-case-words", id="tickets"),
        pytest.param(SLUG, "lower-case-words, with or without TYPE/ before them", id="slug"),
        pytest.param(ISSUE, "NUMBER-lower-case-words or TYPE/lower-case-words", id="issue"),
        pytest.param(ANY, "any name that is not a commit's", id="any"),
        pytest.param(OWN, "(?i)[a-z]+-[0-9]+|wip/.+", id="own pattern"),
        pytest.param(Strategy(pattern=Whole("a" * 200)), "a" * 119 + "…", id="long pattern"),
    ],
)
def test_wanted(strategy: Strategy, form: str) -> None:
    assert wanted(strategy) == form


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("feature/é", '"feature/é"', id="plain"),
        pytest.param("a\x1b[0m\nb", '"a\\u{1b}[0m\\u{a}b"', id="control characters"),
        pytest.param("a\u202eb", '"a\\u{202e}b"', id="writing direction"),
        pytest.param("not a name", '"not\\u{20}a\\u{20}name"', id="blanks, with which phrases could be made"),
        pytest.param("a\udcff", '"a\\u{dcff}"', id="not UTF-8"),
        pytest.param("x" * 300, '"' + "x" * 79 + '…"', id="long"),
    ],
)
def test_shown(name: str, text: str) -> None:
    assert shown(name) == text


@given(st.text(), st.sampled_from([Strategy(), SLUG, ISSUE, ANY, TICKETS, NESTED, OWN]))
def test_any_text_is_judged(name: str, strategy: Strategy) -> None:
    flaw = flaw_of(name, strategy)
    assert flaw is None or not conforms(name, strategy) or flaw.at_most is Severity.WARNING
    assert shown(name).isprintable()


@pytest.mark.parametrize("piece", ["a", "a-", "-", "/", "A", "A-1-", "a.", "."])
def test_time_grows_with_length_alone(piece: str) -> None:
    for strategy in (Strategy(), SLUG, ISSUE, Strategy(ticket_case="any", nested=True, dots="all")):
        flaw_of("feature/" + piece * 200_000 + "!", strategy)
