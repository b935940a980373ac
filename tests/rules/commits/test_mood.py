"""The form rule of the imperative mood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.commits import verbs
from mlgovern.rules.commits.mood import imperative, mood


@pytest.mark.parametrize(
    ("text", "kind", "base"),
    [
        pytest.param("Added the loader", "past tense", "Add", id="-ed"),
        pytest.param("dropped a column", "past tense", "drop", id="doubled"),
        pytest.param("updated", "past tense", "update", id="-e dropped, alone"),
        pytest.param("applied a filter", "past tense", "apply", id="-ied"),
        pytest.param("Refactored loader", "past tense", "Refactor", id="known verb, any next word"),
        pytest.param("Foobared the loader", "past tense", "", id="unknown verb"),
        pytest.param("REMOVED the loader", "past tense", "REMOVE", id="capitals"),
        pytest.param("retrained the model", "past tense", "retrain", id="base with a prefix"),
        pytest.param("re-added the loader", "past tense", "re-add", id="base with a hyphenated prefix"),
        pytest.param("tokenized the corpus", "past tense", "tokenize", id="machine learning"),
        pytest.param("Made it work", "past tense", "Make", id="irregular"),
        pytest.param("forgot the lockfile", "past tense", "remember", id="forgot"),
        pytest.param("enabled the cache", "past tense", "enable", id="an adjective before a determiner"),
        pytest.param("Adds the loader", "third person", "Add", id="-s"),
        pytest.param("fixes #56", "third person", "fix", id="-es, issue"),
        pytest.param("applies the filter", "third person", "apply", id="-ies"),
        pytest.param("does more work", "third person", "do", id="irregular third person"),
        pytest.param("tests the loader", "third person", "test", id="a plural before a determiner"),
        pytest.param("Updates pandas", "third person", "Update", id="-s before a noun"),
        pytest.param("Adding a loader", "gerund", "Add", id="-ing"),
        pytest.param("dropping columns", "gerund", "drop", id="-ing, doubled"),
        pytest.param("training the model", "gerund", "train", id="a noun in -ing before a determiner"),
        pytest.param("This commit adds x", "preamble", "", id="this commit"),
        pytest.param("this fixes x", "preamble", "", id="this fixes"),
        pytest.param("It is time", "preamble", "", id="it is"),
        pytest.param("I've moved x", "preamble", "", id="I have"),
        pytest.param("We should move x", "preamble", "", id="we"),
        pytest.param("- [io] :bug: Fixed x", "past tense", "Fix", id="tags first"),
        pytest.param("✨ added x", "past tense", "add", id="emoji first"),
        pytest.param("#12 - Fixed x", "past tense", "Fix", id="issue first"),
        pytest.param("Fixed: the loader", "past tense", "Fix", id="colon after the word"),
    ],
)
def test_flagged(text: str, kind: str, base: str) -> None:
    flaw = mood(text)
    assert flaw is not None
    assert (flaw.kind, flaw.base) == (kind, base)
    assert text[flaw.start : flaw.end] == flaw.word


@pytest.mark.parametrize(
    "text",
    [
        *(
            "add x",
            "fix x",
            "embed x",
            "Deepspeed integration with the trainer",
            "process x",
            "speed x up",
            "bring x back",
            "address x",
            "focus on x",
            "need x",
            "seed x",
        ),
        *(
            "access x",
            "alias x",
            "pass x on",
            "discuss x",
            "compress x",
            "bypass x",
            "string x together",
            "ping x",
            "feed x",
        ),
        *(
            "nested loops fail",
            "deprecated API",
            "related work",
            "unused imports",
            "unified loader",
            "used by x",
            "updated by x",
        ),
        *(
            "expected a string",
            "failed the build",
            "reset x",
            "put x",
            "set x",
            "cut x",
            "read x",
            "let x be",
            "split x",
            "left pad",
        ),
        *("broken link", "hidden files", "found nothing", "lost update"),
        *(
            "logging",
            "Formatting",
            "training loop",
            "batching of rows",
            "missing blank",
            "during startup",
            "nothing works",
        ),
        *("testing is important", "adding", "misusing x"),
        *(
            "tests",
            "tests for x",
            "docs",
            "typos",
            "fixes for x",
            "fixes to x",
            "updates (minor)",
            "changes since v1",
            "updates",
        ),
        *("loss curve", "pandas 2", "css", "status page", "class names", "virus", "DNS lookup", "Redis client"),
        *(
            "foo_bar added",
            "a.added",
            "load() added",
            "--added flag",
            "`added` flag",
            '"added" flag',
            "addedFlag x",
            "Ändert x",
        ),
        *(
            "",
            "   ",
            "12",
            "[io]",
            ":bug:",
            "x" * 200,
            "This",
            "it",
            "Iterate over x",
            "wednesday",
            "Foobared",
            "foobared to x",
        ),
    ],
)
def test_not_flagged(text: str) -> None:
    assert mood(text) is None


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Added the loader", "Add the loader"),
        ("[io] adds x", "[io] add x"),
        ("add x", "add x"),
        ("Foobared the x", "Foobared the x"),
        ("This adds x", "This adds x"),
    ],
)
def test_imperative(text: str, mended: str) -> None:
    assert imperative(text) == mended


@given(st.text(max_size=80) | st.text(st.sampled_from(list("adeing s-:[]#1'’✨")), max_size=40))
def test_total_and_mended_once(text: str) -> None:
    flaw = mood(text)
    if flaw is not None:
        assert text[flaw.start : flaw.end] == flaw.word
    once = imperative(text)
    assert mood(once) is None or imperative(once) == once or flaw is not None


@pytest.mark.parametrize(
    "name",
    [
        "_VERBS",
        "_LOOKALIKES",
        "_ADJECTIVES",
        "_NOUNS_ING",
        "_PLURALS",
        "_ACTS",
        "_AUXILIARIES",
        "_CLAUSES",
        "_DETERMINERS",
        "_PREPOSITIONS",
    ],
)
def test_lists_are_alphabetical_and_without_doubles(name: str) -> None:
    words = getattr(verbs, name).split()
    assert words == sorted(set(words))


@pytest.mark.parametrize(
    "text", ["[" * 200_000, ":" * 200_000, "- " * 100_000, "a" * 200_000, "#1 " * 60_000, "'" * 200_000]
)
def test_hostile_subjects_take_linear_time(text: str) -> None:
    assert mood(text) is None
