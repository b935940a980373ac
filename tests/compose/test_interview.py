"""The questions under a policy: real prompts with typed answers, and what is said of an answer that would be refused."""

from typing import Any

import pytest
import questionary
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from mlgovern.compose.asks import asks
from mlgovern.compose.interview import SCOPE_RULES, SUBJECT_RULES, TRAILER_RULES, Interview
from mlgovern.compose.judge import Judge
from mlgovern.policy.load import load
from mlgovern.policy.model import POLICY_FILE
from mlgovern.rules import RULES
from tests.conftest import Sealed
from tests.facts.test_collect import opened

ENTER, DOWN = "\r", "\x1b[B"
SCOPES = "  commit-scope-unknown: {severity: error, settings: {scopes: [io, model]}}\n"
PARTS = "  commit-scope-unknown: {severity: error, settings: {scopes: [io], folders: [parts/*]}}\n"
WORDS = "  commit-forbidden-word: error\n"
SCOPE = "  commit-scope-missing: error\n"
MOOD = "  commit-not-imperative: error\n"
NO_TYPES = "  commit-header-malformed: off\n  commit-type-unknown: off\n"
WIDTH = "  commit-body-long-line: {severity: warning, settings: {width: 20}}\n"
TRAILERS = (
    "  commit-trailer-missing: {severity: error, settings: "
    "{required: {Signed-off-by: '', Reviewed-by: '[a-z]+'}, mention: 'ML-[0-9]+'}}\n"
)


def interview(rules: str = "", *, mark: bool = False) -> Interview:
    judge = Judge(None)
    text = "schema: 1\nextends: [ml-project]\n" + (f"rules:\n{rules}" if rules else "")
    every = tuple(rule for family in RULES.values() for rule in family)
    judge.policy = load({POLICY_FILE: text.encode()}.get, every).policy
    return Interview(asks(judge.policy), judge.refusing, "Ann Author <ann@acme.example>", mark=mark)


def answered(made: Interview, *typed: str) -> str:
    """The message that typed answers make; each but the confirmation ends with Enter."""
    with create_pipe_input() as pipe:
        pipe.send_text("".join(typed))
        return made.message(questionary.unsafe_prompt(made.questions(), input=pipe, output=DummyOutput()))


@pytest.mark.parametrize(
    ("rules", "typed", "message"),
    [
        pytest.param("", (ENTER, ENTER, "add x\r", ENTER, "n"), "feat: add x", id="the least"),
        pytest.param(
            "",
            (DOWN, ENTER, "io\r", "Removed x.\r", ENTER, "why | so||and\r", "y", "y is gone\r"),
            "fix(io): Remove x\n\nwhy\nso\n\nand\n\nBREAKING CHANGE: y is gone",
            id="everything, and a correction",
        ),
        pytest.param(
            "", (ENTER, ENTER, "adds x\r", " too\r", ENTER, "n"), "feat: add x too", id="a correction, edited"
        ),
        pytest.param(SCOPES, (ENTER, DOWN, ENTER, "add x\r", ENTER, "n"), "feat(io): add x", id="a list of scopes"),
        pytest.param(PARTS, (ENTER, "io\r", "add x\r", ENTER, "n"), "feat(io): add x", id="scopes of folders as well"),
        pytest.param(SCOPES + SCOPE, (ENTER, ENTER, "add x\r", ENTER, "n"), "feat(io): add x", id="without a way out"),
        pytest.param(NO_TYPES, ("Added x.\r", ENTER, ENTER, "n"), "Add x", id="without types"),
        pytest.param(
            WIDTH,
            (ENTER, ENTER, "add x\r", "one two three four five|six\r", "n"),
            "feat: add x\n\none two three four\nfive\nsix",
            id="a narrow body",
        ),
        pytest.param(
            TRAILERS,
            (ENTER, ENTER, "add x\r", ENTER, "n", ENTER, "bob\r", "ML-7\r"),
            "feat: add x\n\nSigned-off-by: Ann Author <ann@acme.example>\nReviewed-by: bob\nRefs: ML-7",
            id="trailers and a ticket",
        ),
        pytest.param(
            TRAILERS,
            (ENTER, ENTER, "add x (ML-7)\r", ENTER, "n", ENTER, "bob\r"),
            "feat: add x (ML-7)\n\nSigned-off-by: Ann Author <ann@acme.example>\nReviewed-by: bob",
            id="a ticket that is there already",
        ),
    ],
)
def test_a_message(rules: str, typed: tuple[str, ...], message: str) -> None:
    assert answered(interview(rules), *typed) == message


def test_a_mark_for_the_breaking_change() -> None:
    typed = (ENTER, "io\r", "drop x\r", ENTER, "y", "x is gone\r")
    assert answered(interview(mark=True), *typed) == "feat(io)!: drop x\n\nBREAKING CHANGE: x is gone"


@pytest.mark.parametrize(
    ("rules", "name", "text", "said"),
    [
        pytest.param("", "subject", "add x", None, id="sound"),
        pytest.param("", "subject", "Added x.", None, id="what its correction mends"),
        pytest.param("", "subject", "", "the subject ends after the type", id="empty"),
        pytest.param("", "subject", "add " + "x" * 100, "the subject has 110 characters", id="long"),
        pytest.param(MOOD, "subject", "This adds x", '"This adds" goes without saying', id="no mechanical correction"),
        pytest.param(WORDS, "subject", "add wip", 'the subject holds "wip"', id="a word that is not wanted"),
        pytest.param(TRAILERS, "subject", "add x", None, id="what is asked for later"),
        pytest.param("", "header", "wip", "the subject has no type", id="an edited line"),
        pytest.param("", "scope", "io", None, id="a scope"),
        pytest.param("", "scope", "", None, id="no scope"),
        pytest.param(SCOPE, "scope", "", '"feat: add it" names no scope', id="no scope where one is wanted"),
        pytest.param("", "scope", "a:b", 'the scope holds ":"', id="a character that no scope has"),
        pytest.param(SCOPES.replace("io,", "'io*',"), "scope", "x", 'the scope "x" is not allowed', id="a glob"),
        pytest.param("", "breaks", " ", "a line of text is needed here", id="a break of nothing"),
        pytest.param(TRAILERS, "Signed-off-by", "", "the trailer Signed-off-by has no value", id="no sign-off"),
        pytest.param(
            TRAILERS, "Reviewed-by", "Bob", "the trailer Reviewed-by has no value of the form [a-z]+", id="form"
        ),
        pytest.param(TRAILERS, "Reviewed-by", "bob", None, id="a trailer"),
        pytest.param(TRAILERS, "mention", "soon", "the message mentions nothing of the form ML-[0-9]+", id="mention"),
        pytest.param(TRAILERS, "mention", "ML-7", None, id="a ticket"),
    ],
)
def test_an_answer_is_judged_at_once(rules: str, name: str, text: str, said: str | None) -> None:
    made = interview(rules)
    made.answers = {"type": "feat", "scope": "", "subject": "add x"} if name != "subject" else {"type": "feat"}
    question: dict[str, Any] = next(one for one in made.questions() if one["name"] == name)
    verdict = question["validate"](text)
    assert verdict is True if said is None else str(verdict).startswith(said)


def test_a_scope_may_be_a_folder_of_the_repository(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage(".mlgovern.yaml", f"schema: 1\nextends: [base]\nrules:\n{PARTS}")
    repo.stage("parts/web/a.py", "a = 1\n")
    with opened(repo, monkeypatch) as git:
        judge = Judge(git)
        made = Interview(asks(judge.policy), judge.refusing)
        made.answers = {"type": "feat"}
        question: dict[str, Any] = next(one for one in made.questions() if one["name"] == "scope")
        assert [question["validate"](text) is True for text in ("web", "io", "", "wbe")] == [True, True, True, False]


def test_every_rule_on_subjects_is_asked_before_the_message_is_whole() -> None:
    """What is left to the hook needs the whole message, or what `git commit -a` will add."""
    later = {"commit-message-empty", "commit-message-oversized", "commit-autosquash", "commit-scope-mismatch"}
    asked = {*SCOPE_RULES, *SUBJECT_RULES, *TRAILER_RULES}
    rules = {rule.id for rule in RULES["commits"] if not rule.id.startswith(("commit-body", "commit-breaking"))}
    assert rules - later == asked
