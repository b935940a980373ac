"""Kinds that speak of commits, branches and tags."""

from typing import Any

import pytest

from mlgovern.facts.snapshot import Person, RefUpdate, Snapshot
from mlgovern.finding import Place
from tests.custom.sample import found, messages, report
from tests.factories import a_commit, a_snapshot

MERGE = ("1" * 40, "2" * 40)
STAGE = ("commit-msg",)


@pytest.mark.parametrize(
    ("settings", "message", "expected"),
    (
        pytest.param("must: ML-[0-9]+", "feat: a\n\nML-1", [], id="anywhere"),
        pytest.param("must: ML-[0-9]+", "feat: a", ["the message does not fit ML-[0-9]+"], id="nowhere"),
        pytest.param("{must: ML-1, part: subject}", "feat: a\n\nML-1", ["the subject does not fit ML-1"], id="below"),
        pytest.param("{must: ML-1, part: body}", "feat: ML-1\n\nb", ["the body does not fit ML-1"], id="above"),
        pytest.param("{must: ^Why, part: body}", "feat: a\n\nWhy: b", [], id="a body begins with its text"),
        pytest.param(
            "must_not: (?i)wip", "feat: WIP", ["the message fits (?i)wip, which is not allowed"], id="refused"
        ),
        pytest.param("must_not: ^wip", "feat: a\n\nwip", [], id="a caret is the beginning of all"),
        pytest.param(
            "must_not: (?m)^wip", "feat: a\n\nwip", ["the message fits (?m)^wip, which is not allowed"], id="m"
        ),
        pytest.param("{must: a, must_not: b}", "feat: a", [], id="both"),
        pytest.param("must: é", "feat: \udce9", [], id="no UTF-8 is not judged"),
        pytest.param("must: x", "", [], id="an empty one is told of elsewhere"),
    ),
)
def test_message_regex(settings: str, message: str, expected: list[str]) -> None:
    body = settings if settings.startswith("{") else f"{{{settings.replace(': ', ': ' + chr(39), 1)}'}}"
    snapshot = a_snapshot(message=message, stages=STAGE)
    assert messages(f"kind: message.regex\nsettings: {body}", snapshot) == expected


def test_git_words_its_merges_itself_but_may_not_say_all() -> None:
    merge = a_snapshot(commits=(a_commit("Merge branch 'wip'", parents=MERGE),), stages=STAGE)
    assert messages("kind: message.regex\nsettings: {must: ML-1}", merge) == []
    assert len(messages("kind: message.regex\nsettings: {must_not: wip}", merge)) == 1


@pytest.mark.parametrize(
    ("settings", "message", "expected"),
    (
        ("{field: type, one_of: [feat]}", "fix: a", ["'fix' is no type here; allowed: feat"]),
        ("{field: type, one_of: [feat]}", "feat: a", []),
        ("{field: type, one_of: [feat]}", "no type", []),
        ("{field: type, required: true}", "no type", ["the message has no type"]),
        ("{field: scope, required: true, one_of: [a, b]}", "feat: x", ["the message has no scope; allowed: a, b"]),
        ("{field: scope, one_of: [a, b]}", "feat(c): x", ["'c' is no scope here; allowed: a, b"]),
        ("{field: ticket, required: true}", "feat: x\n\nML-431", []),
        ("{field: ticket, required: true}", "feat: x UTF-8x SHA256", ["the message has no ticket"]),
        ("{field: ticket, one_of: [ML]}", "feat: OPS-1", ["'OPS' is no ticket here; allowed: ML"]),
        ("{field: ticket, required: true}", 'Revert "a"\n\nThis reverts commit 1234567.', []),
    ),
)
def test_message_field(settings: str, message: str, expected: list[str]) -> None:
    assert messages(f"kind: message.field\nsettings: {settings}", a_snapshot(message=message, stages=STAGE)) == expected


@pytest.mark.parametrize(
    ("message", "expected"),
    (
        ("feat: a\n\nReviewed-by: Ann <ann@acme.example>", []),
        ("feat: a\n\nreviewed-BY: Ann <ann@acme.example>", []),
        ("feat: a", ["the message has no trailer Reviewed-by"]),
        ("feat: a\n\nReviewed-by: Ann <ann@else.example>", ["the trailer Reviewed-by does not fit @acme"]),
        (
            "feat: a\n\nReviewed-by: Ann <ann@acme.example>\nmore text\n\nlast",
            ["the message has no trailer Reviewed-by"],
        ),
    ),
)
def test_trailer_required(message: str, expected: list[str]) -> None:
    rule = 'kind: trailer.required\nsettings: {name: Reviewed-by, value: "@acme"}'
    assert messages(rule, a_snapshot(message=message, stages=STAGE)) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    (
        ('{must: "@acme"}', []),
        ('{must: "@else", field: email}', ["the email of the author does not fit @else: 'ann@acme.example'"]),
        (
            "{must_not: root, field: name, who: committer}",
            ["the name of the committer fits root, which is not allowed: 'root'"],
        ),
        ('{must: "^A", field: name, who: both}', ["the name of the committer does not fit ^A: 'root'"]),
    ),
)
def test_author_regex(settings: str, expected: list[str]) -> None:
    commit = a_commit("feat: a", committer=Person("root", "root@host"), id="a" * 40)
    snapshot = a_snapshot(commits=(commit,), stages=("ci",))
    assert messages(f"kind: author.regex\nsettings: {settings}", snapshot) == expected


UPDATES = (RefUpdate("refs/heads/x", new="1"), RefUpdate("refs/heads/old", new="0"), RefUpdate("refs/tags/v1", new="1"))


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    (
        ("branch", {"branch": "feat/a"}, []),
        ("branch", {"branch": "a"}, ["the branch 'a' does not fit ^feat/; such as feat/b"]),
        ("branch", {"branch": None}, []),
        ("branch", {"branch": "feat/a", "updates": UPDATES}, ["the branch 'x' does not fit ^feat/; such as feat/b"]),
        ("tag", {"branch": "feat/a", "updates": UPDATES}, ["the tag 'v1' does not fit ^feat/; such as feat/b"]),
        ("tag", {"branch": "feat/a"}, []),
    ),
)
def test_names(kind: str, facts: dict[str, Any], expected: list[str]) -> None:
    rule = f"kind: {kind}.regex\nsettings: {{must: ^feat/, example: feat/b}}"
    assert messages(rule, a_snapshot(stages=("pre-push",), **facts)) == expected


@pytest.mark.parametrize(
    "rule",
    (
        "kind: message.regex\nsettings: {must: x}",
        "kind: message.field\nsettings: {required: true}",
        "kind: trailer.required\nsettings: {name: A}",
    ),
)
def test_a_subject_that_nobody_can_read_is_not_judged(rule: str) -> None:
    made = report(rule, a_snapshot(message="feat: \udce9", stages=STAGE))
    assert (made.findings, [gap.why for gap in made.not_judged]) == ((), ["its subject is not UTF-8"])


def test_the_finding_is_at_the_commit() -> None:
    snapshot = Snapshot(("ci",), commits=(a_commit("feat: a", id="a" * 40),))
    (finding,) = found("kind: message.regex\nsettings: {must: x}", snapshot)
    assert finding.place == Place(line=1, column=1, end_line=1, end_column=8, commit="a" * 40)
