"""Near misses of BREAKING CHANGE."""

import pytest

from tests.rules.commits.judging import PARENT, SHA, findings, only, refused


@pytest.mark.parametrize(
    ("message", "said", "mend"),
    [
        pytest.param("feat: x\n\nbreaking change: y", "not in capitals", "BREAKING CHANGE: y", id="lower case"),
        pytest.param("feat: x\n\nBreaking Change: y", "not in capitals", "BREAKING CHANGE: y", id="mixed case"),
        pytest.param("feat: x\n\nBreaking change: y", "not in capitals", "BREAKING CHANGE: y", id="a capital"),
        pytest.param("feat: x\n\nBREAKING CHANGE y", "has no colon", "BREAKING CHANGE: y", id="no colon"),
        pytest.param("feat: x\n\nBREAKING CHANGE #12", "has no colon", "BREAKING CHANGE: #12", id="number"),
        pytest.param(
            "feat: x\n\n## BREAKING CHANGES",
            "has no colon",
            "BREAKING CHANGE: what breaks, and what to do",
            id="heading",
        ),
        pytest.param("feat: x\n\nBREAKING CHANGES: y", "is not BREAKING CHANGE", "BREAKING CHANGE: y", id="plural"),
        pytest.param("feat: x\n\nBREAKING_CHANGE: y", "is not BREAKING CHANGE", "BREAKING CHANGE: y", id="underscore"),
        pytest.param("feat: x\n\n* BREAKING CHANGE: y", "does not begin its line", "BREAKING CHANGE: y", id="list"),
        pytest.param(
            "feat: x\n\nA BREAKING CHANGE: y", "does not begin its line", "BREAKING CHANGE: y", id="in a line"
        ),
        pytest.param("feat: x\n\nBREAKING CHANGE:y", "no blank follows", "BREAKING CHANGE: y", id="no blank"),
        pytest.param("feat: x\nBREAKING CHANGE y", "has no colon", "BREAKING CHANGE: y", id="under the subject"),
    ],
)
def test_commit_breaking_near_miss(message: str, said: str, mend: str) -> None:
    found = only(findings("commit-breaking-near-miss", message))
    assert said in found.message
    assert found.mend == mend


def test_what_a_near_miss_reads_like() -> None:
    found = only(findings("commit-breaking-near-miss", "feat: x\n\nbreaking change: y"))
    assert found.message == (
        'the breaking change is not in capitals, so release tools overlook it: "breaking change: y"'
    )
    assert found.place[1:5] == (3, 1, 3, 16)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("feat: x\n\nBREAKING CHANGE: y", id="sound"),
        pytest.param("feat: x\n\nBREAKING-CHANGE: y", id="sound with a hyphen"),
        pytest.param("feat: x\n\nBREAKING CHANGE:\ny", id="the text on the next line"),
        pytest.param("feat!: x\n\nbreaking change: y", id="the header tells it"),
        pytest.param("feat: x\n\nBREAKING CHANGE: y\n\nbreaking change: z", id="a footer tells it"),
        pytest.param("feat: x\n\nThis is no breaking change: fine", id="prose"),
        pytest.param("feat: x\n\nbreaking changes come later", id="prose at the start"),
        pytest.param("feat: x\n\nBreaking change y", id="prose with a capital"),
        pytest.param("feat: x\n\nBREAKING CHANGED", id="another word"),
        pytest.param("docs: explain BREAKING CHANGE: lines", id="in the subject"),
    ],
)
def test_no_near_miss(message: str) -> None:
    assert not findings("commit-breaking-near-miss", message)


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        ("BREAKING CHANGE: y", "commit-header-malformed"),
        ("Breaking change: y", "commit-header-malformed"),
        ("BREAKING-CHANGE: y", "commit-type-unknown"),
    ],
)
def test_a_breaking_change_as_the_type_is_one_finding(message: str, rule: str) -> None:
    assert refused(message) == {rule}


def test_a_merge_is_no_near_miss() -> None:
    assert not findings("commit-breaking-near-miss", "Merge x\n\nbreaking change: y", parents=(PARENT, SHA))
