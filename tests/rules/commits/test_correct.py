"""The one corrected subject: what it is, that it is sound, and that every rule offers it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.commits.correct import LONGEST, TYPES, bare, corrected, full_stop
from tests.rules.commits.judging import findings, refused


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("feat: add x", "feat: add x", id="sound"),
        pytest.param("feat:add x", "feat: add x", id="no blank"),
        pytest.param("feat: : add x", "feat: add x", id="a second colon"),
        pytest.param("feat: :bug: add x", "feat: :bug: add x", id="an emoji code"),
        pytest.param("feat!(io): drop x", "feat(io)!: drop x", id="mark before the scope"),
        pytest.param("fix(a:b): close file", "fix(a-b): close file", id="scope characters"),
        pytest.param("[feat] add x", "feat: add x", id="square brackets"),
        pytest.param("[feat]: add x", "feat: add x", id="square brackets and colon"),
        pytest.param("[Fix(io)] close file", "fix(io): close file", id="square brackets and scope"),
        pytest.param("(docs) explain x", "docs: explain x", id="round brackets"),
        pytest.param("feet: add x", "feat: add x", id="misspelt"),
        pytest.param("faet:add x", "feat: add x", id="swapped, and no blank"),
        pytest.param("Feet: Add x", "feat: Add x", id="capital"),
        pytest.param("FEET: Added x.", "feat: Add x", id="misspelt, capitals, past tense and full stop"),
        pytest.param("feature: add x", "feat: add x", id="another word for it"),
        pytest.param("feat add x", "feat: add x", id="no colon"),
        pytest.param("feat - add x", "feat: add x", id="hyphen for the colon"),
        pytest.param("Docs; explain x", "docs: explain x", id="semicolon for the colon"),
        pytest.param("JIRA-12 Feat: add x", "feat: add x (JIRA-12)", id="ticket first"),
        pytest.param("#12 fix(io): close file", "fix(io): close file (#12)", id="issue number first"),
        pytest.param("✨ feat: add x", "feat: add x", id="emoji first"),
        pytest.param(":bug: fix: close file", "fix: close file", id="emoji code first"),
        pytest.param("BREAKING CHANGE: drop x", "feat!: drop x", id="breaking change for the type"),
        pytest.param("added some stuff", "feat: add some stuff", id="a verb that tells the type"),
        pytest.param("Fixed the reader.", "fix: fix the reader", id="and its form and full stop"),
        pytest.param("FIX the reader", "fix: fix the reader", id="and its capitals"),
        pytest.param("Renames the reader", "refactor: rename the reader", id="third person"),
        pytest.param("test the reader", "test: test the reader", id="a type that is a verb"),
        pytest.param("Fix license in x", "fix: fix license in x", id="a type that is a verb, and a noun that is one"),
        pytest.param("Docs for the reader", "docs: for the reader", id="a type that is a noun"),
        pytest.param("fix add a missing check", "fix: add a missing check", id="a type before a verb"),
        pytest.param("feat: added x. (#12)", "feat: add x (#12)", id="before a number"),
        pytest.param("\ufefffeat: \u200badd x", "feat: add x", id="what nobody sees"),
        pytest.param("feat: 👩\u200d🔬 x.", "feat: 👩\u200d🔬 x", id="a joined emoji is kept"),
    ],
)
def test_corrected(text: str, wanted: str) -> None:
    assert corrected(text, TYPES) == wanted
    assert refused(wanted) == set()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("Added the reader.", "Add the reader", id="form and full stop"),
        pytest.param("Loader: added x. (#12)", "Loader: added x (#12)", id="what stands before a colon is no type"),
        pytest.param("Reader added", "Add reader", id="the verb at the end"),
        pytest.param("Add it", "Add it", id="sound"),
        pytest.param("Adding", "Adding", id="one word tells no mood"),
        pytest.param("This adds it", None, id="no mechanical correction"),
        pytest.param("Add " + "x" * 100, None, id="long"),
    ],
)
def test_without_types_none_is_put_there(text: str, wanted: str | None) -> None:
    assert corrected(text, ()) == wanted


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("wip", id="one word"),
        pytest.param("v1.2.3", id="a version"),
        pytest.param("Merge my junk", id="a verb that tells no type"),
        pytest.param("https://acme.example is down", id="an address"),
        pytest.param("[acme] sync", id="an unknown tag"),
        pytest.param("bump: 1.0", id="an unknown type"),
        pytest.param("feat:", id="no description"),
        pytest.param("feat: this adds x.", id="a preamble is not mended by rule"),
        pytest.param("feat:" + "x" * 99, id="too long for a subject"),
        pytest.param("feat:" + "x" * 300, id="too long to paste"),
        pytest.param("feat:use hf_" + "a1" * 17, id="what may be a key is not repeated"),
        pytest.param("", id="nothing"),
    ],
)
def test_no_correction(text: str) -> None:
    assert corrected(text, ("feat", "fix")) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            (text, 0)
            for text in ("add x", "add x...", "add x…", "add x....", "run ruff check .", "list ..", "open ../..")
        ),
        *(
            (text, 0)
            for text in ("use e.g.", "add i.e.", "read a, b, etc.", "a vs.", "cf.", "run at 6 a.m.", "in the U.S.")
        ),
        *((text, 1) for text in ("add x.", "end it.", "read etcetc.", "plan B.")),
        *((text, 2) for text in ("add x..", "add etc..")),
        *((text, 0) for text in ("", ".", "..")),
    ],
)
def test_full_stop(text: str, number: int) -> None:
    assert full_stop(text) == number


@pytest.mark.parametrize(
    ("message", "rules"),
    [
        pytest.param(
            "FEAT:Added x.",
            {"commit-header-malformed", "commit-full-stop", "commit-not-imperative"},
            id="malformed",
        ),
        pytest.param(
            "Fear(): \u200bAdded x.",
            {
                *("commit-type-unknown", "commit-scope-empty", "commit-subject-invisible"),
                *("commit-full-stop",),
            },
            id="misspelt",
        ),
        pytest.param("Feat: Added x.", {"commit-type-case", "commit-full-stop", "commit-not-imperative"}, id="case"),
        pytest.param("BREAKING CHANGE: y.", {"commit-header-malformed", "commit-full-stop"}, id="near miss"),
    ],
)
def test_every_rule_offers_the_same(message: str, rules: set[str]) -> None:
    assert refused(message) == rules
    assert {found.mend for rule in rules for found in findings(rule, message)} == {corrected(message, TYPES)}


PIECES = (
    *("feat", "Fix", "docs", "feet", "FEAT", "bump", "[fix]", "BREAKING CHANGE", "(io)", "()", "(a:b)", "!", ":", ": "),
    *(
        " ",
        "  ",
        ".",
        "..",
        "...",
        "Added",
        "adds",
        "adding",
        "this adds",
        "the",
        "x",
        "license",
        "e.g",
        "etc",
        " (#12)",
    ),
    *(
        "\u200b",
        "\ufeff",
        "\t",
        "\uff1a",
        "✨",
        "👩\u200d🔬",
        "#12",
        "fixup! ",
        "Revert",
        '"',
        "\r",
        "é",
        "\u2028",
        "word " * 30,
    ),
)


@given(
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join) | st.text(max_size=60).filter(lambda t: "\n" not in t)
)
def test_a_correction_is_sound_and_its_own(text: str) -> None:
    new = corrected(text, TYPES)
    if new is not None:
        assert corrected(new, TYPES) == new
        assert refused(new) <= {"commit-header-long", "commit-passive-subject"}
        assert len(bare(new)) <= LONGEST


@pytest.mark.parametrize("text", ["[" * 200_000, "feat" + "(" * 200_000, "feat: " + "." * 200_000, ":" * 200_000])
def test_hostile_subjects_take_linear_time(text: str) -> None:
    assert corrected(text, TYPES) is None
    assert full_stop(text) == 0
