"""Types and scopes."""

import pytest

from mlgovern.rule import Glob
from mlgovern.rules.commits.naming import ScopeMissing, Scopes, TypeCase, Types
from tests.rules.commits.judging import findings, only

ML = Types((*Types().types, "data", "model", "exp"))
SCOPES = Scopes((Glob("io"), Glob("packages/*")))


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
        ("feet: add x", 'the type "feet" is not allowed; allowed are feat, fix', "feat: add x"),
        ("bump: 1.0", 'the type "bump" is not allowed; allowed are feat, fix', "use one of: feat, fix"),
        ("feet:", 'the type "feet" is not allowed; allowed are feat, fix', "use one of: feat, fix"),
    ],
)
def test_what_an_unknown_type_reads_like(message: str, said: str, mend: str) -> None:
    found = only(findings("commit-type-unknown", message, Types(("feat", "fix"))))
    assert (found.message, found.mend) == (said, mend)
    assert found.place[1:5] == (1, 1, 1, 5)


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


@pytest.mark.parametrize(
    ("message", "settings", "flagged"),
    [
        pytest.param("fix(io): x", SCOPES, False, id="of the list"),
        pytest.param("fix(IO): x", SCOPES, False, id="capitals do not count"),
        pytest.param("fix(packages/a): x", SCOPES, False, id="glob"),
        pytest.param("fix(packages/a/b): x", SCOPES, True, id="a star takes no slash"),
        pytest.param("fix(io,packages/b): x", SCOPES, False, id="two of the list"),
        pytest.param("fix(io,web): x", SCOPES, True, id="one is not"),
        pytest.param("fix: x", SCOPES, False, id="no scope"),
        pytest.param("fix(): x", SCOPES, False, id="an empty scope is another rule's"),
        pytest.param("fix(io): x", Scopes(), True, id="an empty list allows nothing"),
    ],
)
def test_commit_scope_unknown(message: str, settings: Scopes, flagged: bool) -> None:
    assert bool(findings("commit-scope-unknown", message, settings)) is flagged


def test_what_an_unknown_scope_reads_like() -> None:
    found = only(findings("commit-scope-unknown", "fix(io,web): x", SCOPES))
    assert found.message == 'the scope "web" is not allowed; allowed are io, packages/*'
    assert found.mend == "use one of: io, packages/*"
    assert found.place[1:5] == (1, 5, 1, 11)


@pytest.mark.parametrize(
    ("message", "settings", "flagged"),
    [
        pytest.param("fix(io): x", ScopeMissing(), False, id="scope"),
        pytest.param("fix: x", ScopeMissing(), True, id="no scope"),
        pytest.param("fix(): x", ScopeMissing(), False, id="an empty one is another rule's"),
        pytest.param("Docs: x", ScopeMissing(("docs",)), False, id="an exempt type"),
        pytest.param("junk", ScopeMissing(), False, id="malformed is another rule's"),
    ],
)
def test_commit_scope_missing(message: str, settings: ScopeMissing, flagged: bool) -> None:
    assert bool(findings("commit-scope-missing", message, settings)) is flagged


def test_what_a_missing_scope_reads_like() -> None:
    found = only(findings("commit-scope-missing", "fix!: drop x"))
    assert found.message == '"fix!: drop x" names no scope; "fix(SCOPE): …" is wanted'
    assert found.mend == "fix(SCOPE)!: drop x"
