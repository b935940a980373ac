"""Length, full stop, mood and case."""

import pytest

from mlgovern.facts.snapshot import Person
from mlgovern.finding import Severity
from mlgovern.rules.commits.style import Bots, Case, Length, Verbs
from tests.rules.commits.judging import PARENT, SHA, findings, only

BOT = {"author": Person("dependabot[bot]", "bot@acme.example")}


@pytest.mark.parametrize(
    ("length", "tail", "at_most"),
    [
        pytest.param(72, "", None, id="as long as may be"),
        pytest.param(73, "", Severity.WARNING, id="above warn"),
        pytest.param(100, "", Severity.WARNING, id="as long as may be warned of"),
        pytest.param(101, "", Severity.ERROR, id="above max"),
        pytest.param(72, " (#123)", None, id="a pull request's number is free"),
        pytest.param(101, " (#123)", Severity.ERROR, id="the number saves nobody"),
        pytest.param(70, " (#x)", Severity.WARNING, id="no number"),
    ],
)
def test_commit_header_long(length: int, tail: str, at_most: Severity | None) -> None:
    found = findings("commit-header-long", "feat: " + "ä" * (length - 6) + tail + "\n")
    assert [finding.at_most for finding in found] == ([] if at_most is None else [at_most])


def test_what_a_long_header_reads_like() -> None:
    found = only(findings("commit-header-long", "feat: " + "x" * 74))
    assert found.message == "the subject has 80 characters; 72 fit in a log, 100 are the most"
    assert found.mend == "shorten the subject to 72 characters; put the rest in the body after a blank line"
    assert found.place[1:5] == (1, 73, 1, 81)


@pytest.mark.parametrize(
    ("facts", "settings", "flagged"),
    [
        pytest.param({}, Length(), True, id="a person"),
        pytest.param(BOT, Length(), False, id="a bot"),
        pytest.param(
            {"committer": Person("x", "Bot@acme.example")},
            Length(bots=("bot@ACME.example",)),
            False,
            id="a bot's address",
        ),
        pytest.param(BOT, Length(bots=()), True, id="no bots"),
        pytest.param({"parents": (PARENT, SHA)}, Length(), False, id="a merge"),
        pytest.param({"parents": (PARENT, SHA)}, Length(merges=True), True, id="merges as well"),
        pytest.param({}, Length(max=200, warn=200), False, id="a team's length"),
    ],
)
def test_whose_length_is_judged(facts: dict[str, object], settings: Length, flagged: bool) -> None:
    assert bool(findings("commit-header-long", "feat: " + "x" * 120, settings, **facts)) is flagged


@pytest.mark.parametrize(
    ("message", "mend"),
    [
        pytest.param("feat: add x.", "feat: add x", id="full stop"),
        pytest.param("Add x.", "feat: add x", id="no type"),
        pytest.param("feat: add x. (#12)", "feat: add x (#12)", id="before the number"),
        pytest.param("feat: add x..", "feat: add x", id="two full stops"),
        pytest.param("feat: use e.g.", None, id="abbreviation"),
        pytest.param("wip.", "leave the full stop out", id="nothing tells the type"),
        pytest.param("feat: add x...", None, id="ellipsis"),
        pytest.param("feat: add x…", None, id="ellipsis character"),
        pytest.param("feat: run ruff check .", None, id="a path"),
        pytest.param("feat: add x", None, id="none"),
        pytest.param("feat: add " + "x" * 300 + ".", "leave the full stop out", id="too long to paste"),
    ],
)
def test_commit_full_stop(message: str, mend: str | None) -> None:
    assert [found.mend for found in findings("commit-full-stop", message)] == ([] if mend is None else [mend])
    assert not findings("commit-full-stop", message, Bots(), **BOT)


def test_what_a_full_stop_reads_like() -> None:
    found = only(findings("commit-full-stop", "feat: add x."))
    assert found.message == 'the subject ends with a full stop: "feat: add x."'
    assert found.place[1:5] == (1, 12, 1, 13)


@pytest.mark.parametrize(
    ("message", "said", "mend"),
    [
        ("feat: Added x", '"Added" is past tense, not the imperative; write "Add …"', "feat: Add x"),
        ("adds x", '"adds" is third person, not the imperative; write "add …"', "feat: add x"),
        ("fix: closing a file", '"closing" is a gerund, not the imperative; write "close …"', "fix: close a file"),
        (
            "fix: Foobared a file",
            '"Foobared" is past tense, not the imperative; write the verb as a command',
            "write the verb as a command",
        ),
        (
            "fix: this fixes x",
            '"this fixes" goes without saying; a subject begins with its verb',
            "begin with the verb",
        ),
        ("fix: fixed " + "x" * 300, '"fixed" is past tense, not the imperative; write "fix …"', 'write "fix …"'),
    ],
)
def test_commit_not_imperative(message: str, said: str, mend: str) -> None:
    found = only(findings("commit-not-imperative", message))
    assert (found.message, found.mend) == (said, mend)
    assert found.place.column is not None
    assert found.place.end_column is not None
    assert message[found.place.column - 1 : found.place.end_column - 1] in found.message


@pytest.mark.parametrize(
    ("message", "settings", "facts"),
    [
        pytest.param("feat: add x", Verbs(), {}, id="imperative"),
        pytest.param("feat: Added x", Verbs(exempt=("added",)), {}, id="a team's exemption"),
        pytest.param("feat: added x", Verbs(), BOT, id="a bot"),
        pytest.param("Added x", Verbs(), {"parents": (PARENT, SHA)}, id="a merge"),
    ],
)
def test_imperative_enough(message: str, settings: Verbs, facts: dict[str, object]) -> None:
    assert not findings("commit-not-imperative", message, settings, **facts)


@pytest.mark.parametrize(
    ("message", "case", "mend"),
    [
        pytest.param("feat: Add x", "any", None, id="any"),
        pytest.param("feat: Add x", "lower", "feat: add x", id="capital"),
        pytest.param("feat: add x", "lower", None, id="small"),
        pytest.param("feat: README x", "lower", None, id="acronym"),
        pytest.param("feat: GitHub x", "lower", None, id="name"),
        pytest.param("feat: I x", "lower", None, id="I"),
        pytest.param("feat: add x", "sentence", "feat: Add x", id="sentence"),
        pytest.param("feat: iOS x", "sentence", None, id="a name that begins small"),
        pytest.param("feat: `x` y", "sentence", None, id="no word"),
        pytest.param("feat: load_x y", "sentence", None, id="an identifier"),
        pytest.param("add x", "sentence", "feat: Add x", id="no type"),
    ],
)
def test_commit_subject_case(message: str, case: str, mend: str | None) -> None:
    found = findings("commit-subject-case", message, Case(case))  # type: ignore[arg-type]  # the table says which
    assert [finding.mend for finding in found] == ([] if mend is None else [mend])
    assert not findings("commit-subject-case", message, Case(case), **BOT)  # type: ignore[arg-type]  # likewise


def test_what_the_case_reads_like() -> None:
    assert only(findings("commit-subject-case", "feat: Add x", Case("lower"))).message == (
        'the subject begins with "Add"; a small letter is wanted'
    )
    assert "a capital is wanted" in only(findings("commit-subject-case", "feat: add x", Case("sentence"))).message
