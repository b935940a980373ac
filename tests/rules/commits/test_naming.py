"""Types: which there are and how they are written."""

import pytest

from mlgovern.rules.commits.naming import TypeCase, Types
from mlgovern.rules.commits.structure import Grammar
from tests.rules.commits.judging import findings, only

ML = Types((*Types().types, "data", "model", "exp"))


@pytest.mark.parametrize(
    ("message", "settings", "flagged"),
    [
        *(pytest.param(f"{kind}: x", Types(), False, id=kind) for kind in Types().types),
        pytest.param("Feat: x", Types(), False, id="capitals do not count"),
        pytest.param("data: x", Types(), True, id="not of the list"),
        pytest.param("data: x", ML, False, id="a team's own"),
        pytest.param("feat:x", Types(()), False, id="malformed is another rule's"),
        pytest.param("feat: x", Types(()), True, id="an empty list allows nothing"),
        pytest.param("junk", Types(), False, id="no type"),
        pytest.param("foo():", Types(), True, id="an empty scope hides no type"),
    ],
)
def test_commit_type_unknown(message: str, settings: Types, flagged: bool) -> None:
    assert bool(findings("commit-type-unknown", message, settings)) is flagged


@pytest.mark.parametrize(
    ("message", "said", "mend"),
    [
        ("feet: x", 'the type "feet" is not allowed (did you mean "feat"?); allowed are feat, fix', "feat: x"),
        ("bug: x", 'the type "bug" is not allowed (did you mean "fix"?); allowed are feat, fix', "fix: x"),
        ("bump: x", 'the type "bump" is not allowed; allowed are feat, fix', "use one of: feat, fix"),
        (
            "feet:",
            'the type "feet" is not allowed (did you mean "feat"?); allowed are feat, fix',
            "use one of: feat, fix",
        ),
    ],
)
def test_what_an_unknown_type_reads_like(message: str, said: str, mend: str) -> None:
    found = only(findings("commit-type-unknown", message, Types(("feat", "fix"))))
    assert (found.message, found.mend) == (said, mend)
    assert found.place[1:5] == (1, 1, 1, message.index(":") + 1)


def test_where_nothing_is_allowed_no_type_is_proposed() -> None:
    found = only(findings("commit-type-unknown", "feat: x", Types(())))
    assert found.mend == "`types` is empty: whoever owns the policy lists some"
    assert "types" not in only(findings("commit-header-malformed", "junk", Grammar(types=()))).message


def test_two_types_that_are_as_near_are_no_guess() -> None:
    found = only(findings("commit-type-unknown", "fest: x"))
    assert "did you mean" not in found.message
    assert found.mend.startswith("use one of: build, ")


@pytest.mark.parametrize(
    ("message", "settings", "mend"),
    [
        pytest.param("Feat(IO)!: Add x", TypeCase(), "feat(IO)!: Add x", id="capital"),
        pytest.param("CI: x", TypeCase(), "ci: x", id="capitals"),
        pytest.param("ci: x", TypeCase(), None, id="lower"),
        pytest.param("Data: x", TypeCase(), "data: x", id="usual in ML"),
        pytest.param("Feet: x", TypeCase(), None, id="an unknown type is another rule's"),
        pytest.param("DS: x", TypeCase(types=("ds",)), "ds: x", id="a team's own"),
        pytest.param("ci: x", TypeCase("upper"), "CI: x", id="a team's case"),
        pytest.param("Ci: x", TypeCase("any"), None, id="any"),
        pytest.param("Ci: x", TypeCase(bots=("Ann Author",)), None, id="a bot"),
        pytest.param("Ci: " + "x" * 300, TypeCase(), 'write the type as "ci"', id="too long to paste"),
    ],
)
def test_commit_type_case(message: str, settings: TypeCase, mend: str | None) -> None:
    assert [found.mend for found in findings("commit-type-case", message, settings)] == ([] if mend is None else [mend])


def test_what_a_type_in_capitals_reads_like() -> None:
    assert only(findings("commit-type-case", "CI: x")).message == 'the type "CI" is not in lower case; write "ci"'
