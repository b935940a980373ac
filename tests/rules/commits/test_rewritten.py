"""A whole message corrected: what changes, what stays, and that nothing is left to correct."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.commits.rewritten import Manner, rewritten
from tests.rules.commits.judging import SHA, refused

PLAIN = Manner()


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        pytest.param("feat: add x\n", None, id="sound"),
        pytest.param("wip\n", None, id="nobody's guess"),
        pytest.param("\n\n", None, id="empty"),
        pytest.param("Added some stuff.\n", "feat: add some stuff\n", id="the subject"),
        pytest.param("\n\nfeat:add x", "feat: add x\n", id="the subject below blank lines"),
        pytest.param("feat: add x\nbecause\n", "feat: add x\n\nbecause\n", id="the blank line"),
        pytest.param("wip\nbecause\n", "wip\n\nbecause\n", id="the blank line alone"),
        pytest.param(
            "Feat: adds x.\nwhy\n\nbreaking change: y is gone\n\nSigned-off-by: A <a@b.example>\n",
            "feat: add x\n\nwhy\n\nBREAKING CHANGE: y is gone\n\nSigned-off-by: A <a@b.example>\n",
            id="everything at once",
        ),
        pytest.param("feat: x\n\nBREAKING CHANGES: y\n", "feat: x\n\nBREAKING CHANGE: y\n", id="plural"),
        pytest.param("feat: x\n\n- **Breaking change**: y\n", None, id="an emphasis that no tool would read either"),
        pytest.param("feat: x\n\n- Breaking change: y\n", "feat: x\n\nBREAKING CHANGE: y\n", id="in a list"),
        pytest.param("feat: x\n\nBreaking changes:\ny\n", "feat: x\n\nBREAKING CHANGE:\ny\n", id="text below"),
        pytest.param("feat: x\n\nBreaking changes:\n", None, id="no text at all"),
        pytest.param("feat: x\n\nThis is a BREAKING CHANGE: y\n", None, id="words ahead, which would be lost"),
        pytest.param("feat!: x\n\nbreaking change: y\n", None, id="marked in the header"),
        pytest.param("fixup! Added x.\n", None, id="autosquash"),
        pytest.param(f'Revert "Added x."\n\nThis reverts commit {SHA}.\n', None, id="git's own revert"),
        pytest.param("feat: x\udcff\n", None, id="bytes of an unknown encoding"),
    ],
)
def test_rewritten(message: str, wanted: str | None) -> None:
    assert rewritten(message, PLAIN) == wanted


@pytest.mark.parametrize(
    ("message", "manner", "wanted"),
    [
        pytest.param("Fix: Close x", Manner(type_case="upper"), "FIX: Close x\n", id="types in capitals"),
        pytest.param("fix: Close x", Manner(subject_case="lower"), "fix: close x\n", id="a small letter"),
        pytest.param("fix: README is long", Manner(subject_case="lower"), None, id="a name"),
        pytest.param("fix: close x", Manner(subject_case="sentence"), "fix: Close x\n", id="a capital"),
        pytest.param("Added x.", Manner(typed=False), "Add x\n", id="no types"),
        pytest.param("add x", Manner(typed=False, subject_case="sentence"), "Add x\n", id="no types, a capital"),
        pytest.param("ml: add x", Manner(types=("ml",)), None, id="a team's type"),
        pytest.param("fix(a:b): close x", Manner(scope_characters=":"), None, id="a team's scope"),
    ],
)
def test_in_the_manner_of_a_policy(message: str, manner: Manner, wanted: str | None) -> None:
    assert rewritten(message, manner) == wanted


LINES = (
    "",
    "feat: x",
    "Added x.",
    "wip",
    "why",
    "breaking change: y",
    "BREAKING CHANGE: y",
    "Breaking changes:",
    " # z",
)


@given(st.lists(st.sampled_from(LINES), max_size=7).map("\n".join) | st.text(max_size=80))
def test_nothing_is_left_to_correct(message: str) -> None:
    new = rewritten(message, PLAIN)
    if new is not None:
        assert rewritten(new, PLAIN) is None
        assert refused(new) <= refused(message)
