"""Rules that follow from the specification, and who is exempt from them."""

import pytest

from mlgovern.finding import Place
from mlgovern.rules.commits import RULES
from mlgovern.rules.commits.structure import Grammar
from tests.factories import not_judged, rule_of
from tests.rules.commits.judging import PARENT, SHA, about, findings, only, refused

REVERT = 'Revert "feat: add x"\n\nThis reverts commit 676104eabcdef.\n'
TYPES = "build, chore, ci, docs, feat, fix, perf, refactor, revert, style, test"


@pytest.mark.parametrize(
    ("message", "facts", "flagged"),
    [
        pytest.param("feat: add x\n", {}, False, id="sound"),
        pytest.param("add x\n", {}, True, id="no type"),
        pytest.param("foo:bar\n", {}, True, id="a colon without a type"),
        pytest.param("feet: add x\n", {}, False, id="an unknown type is another rule's"),
        pytest.param("feat(): add x\n", {}, False, id="an empty scope is another rule's"),
        pytest.param("feat:\n", {}, False, id="no description is another rule's"),
        pytest.param("\n", {}, False, id="nothing is another rule's"),
        pytest.param("\n\nfeat: add x\n", {}, False, id="blank lines before the header"),
        pytest.param("feat: add x   \n", {}, False, id="trailing blanks"),
        pytest.param("Merge branch 'x'\n", {}, True, id="a merge by its text alone"),
        pytest.param("Merge branch 'x'\n", {"parents": (PARENT, SHA)}, False, id="a merge by its parents"),
        pytest.param("Merge branch 'x'\n", {"id": None, "operation": "merge"}, False, id="a merge being made"),
        pytest.param("Merge branch 'x'\n", {"id": None, "operation": "rebase"}, True, id="a rebase is no merge"),
        pytest.param(
            "Merge branch 'x'\n", {"operation": "merge"}, True, id="a stored commit while a merge is being made"
        ),
        pytest.param("junk\n\nMerge branch 'x'\n", {}, True, id="a merge text in the body"),
        pytest.param(REVERT, {}, False, id="git's own revert"),
        pytest.param(REVERT.replace('"\n', '" (#12)\n'), {}, False, id="a forge's number after it"),
        pytest.param(REVERT.replace("Revert", "Reapply"), {}, False, id="git's own reapply"),
        pytest.param(
            f'Revert "{REVERT[:20]}""\n\nThis reverts commit {SHA}, reversing\n', {}, False, id="nested revert"
        ),
        pytest.param('Revert "feat: add x"\n', {}, True, id="a revert without git's line"),
        pytest.param('Revert "feat: add x"\n\nThis reverts commit 12.\n', {}, True, id="a revert of no commit"),
        pytest.param(
            "Revert junk\n\nThis reverts commit 676104eabcdef.\n", {}, True, id="git's line under another subject"
        ),
        pytest.param("revert everything I hate\n", {}, True, id="a subject that begins with revert"),
        pytest.param("fixup! feat: add x\n", {"id": None, "stages": ("commit-msg",)}, False, id="a fixup being made"),
        pytest.param("fixup! feat: add x\n", {}, False, id="a stored fixup is another rule's"),
        pytest.param("fixup! feat: add x\n", {"id": None}, True, id="a title in CI is no fixup"),
        pytest.param(
            "fixup!feat: add x\n", {"id": None, "stages": ("commit-msg",)}, True, id="a fixup without its blank"
        ),
        pytest.param("Initial commit\n", {"parents": ()}, False, id="the first commit"),
        pytest.param(
            "Initial commit\n", {"parents": (), "id": None, "unborn": True}, False, id="the first commit being made"
        ),
        pytest.param("Initial commit\n", {"parents": (), "id": None}, True, id="a title has no parents either"),
        pytest.param("Initial commit\n", {}, True, id="the first commit's text on a later one"),
        pytest.param("First junk\n", {"parents": ()}, True, id="another text on the first commit"),
        pytest.param("v1.2.3\n", {}, True, id="a bare version"),
        pytest.param("feat: : add x\n", {}, True, id="a description that begins with a colon"),
        pytest.param("feat: :bug: add x\n", {}, False, id="a description that begins with an emoji code"),
        pytest.param("BREAKING CHANGE: y\n", {}, True, id="a breaking change as the type"),
        pytest.param("BREAKING CHANGE: y\n\nBREAKING CHANGE: z\n", {}, True, id="unless a footer tells the break"),
        pytest.param("fix(a:b): close file\n", {}, True, id="scope characters"),
        pytest.param("[pre-commit.ci] autoupdate\n", {}, True, id="bots keep to the grammar"),
    ],
)
def test_commit_header_malformed(message: str, facts: dict[str, object], flagged: bool) -> None:
    assert bool(findings("commit-header-malformed", message, **facts)) is flagged


def test_a_team_allows_more_scope_characters_and_no_initial_commit() -> None:
    assert not findings("commit-header-malformed", "fix(a:b): x\n", Grammar(scope_characters=":"))
    assert findings("commit-header-malformed", "Initial commit\n", Grammar(initial_commit=False), parents=())
    (typeless,) = findings("commit-header-malformed", "Added x\n", Grammar(types=()))
    assert typeless.mend == 'write the subject as "type(scope): subject"'


@pytest.mark.parametrize(
    ("message", "said", "mend", "place"),
    [
        pytest.param(
            "added some stuff\n",
            f'the subject has no type: "added some stuff" is not "type(scope): subject" (types: {TYPES})',
            "feat: add some stuff",
            Place(line=1, column=1, end_line=1, end_column=17, commit=SHA),
            id="no type",
        ),
        pytest.param(
            "\nfeat:add x\n",
            'no blank follows the colon: "feat:add x" is not "type(scope): subject"',
            "feat: add x",
            Place(line=2, column=5, end_line=2, end_column=6, commit=SHA),
            id="no blank",
        ),
        pytest.param(
            "fix(a:b): close file\n",
            'the scope holds ":"; a scope has letters, digits, inner blanks and _ - . / @ , # *: '
            '"fix(a:b): close file" is not "type(scope): subject"',
            "fix(a-b): close file",
            Place(line=1, column=5, end_line=1, end_column=8, commit=SHA),
            id="scope",
        ),
    ],
)
def test_what_a_malformed_header_reads_like(message: str, said: str, mend: str, place: Place) -> None:
    found = only(findings("commit-header-malformed", message))
    assert (found.message, found.mend, found.place) == (said, mend, place)


def test_a_character_nobody_can_print_is_named() -> None:
    assert "U+0007" in only(findings("commit-header-malformed", "fix(a\ab): x\n")).message


def test_every_violation_is_a_finding_with_one_mend() -> None:
    found = findings("commit-header-malformed", " feat :add x\n")
    assert [finding.place.column for finding in found] == [1, 6, 7]
    assert {finding.mend for finding in found} == {"feat: add x"}


@pytest.mark.parametrize("rule", ["commit-header-malformed"])
@pytest.mark.parametrize(
    ("message", "facts", "expected"),
    [
        pytest.param("feat: \udcff\n", {}, 1, id="a subject that is no UTF-8"),
        pytest.param("feat: x\n\n\udcff\n", {}, 0, id="a body that is no UTF-8"),
        pytest.param("Merge \udcff\n", {"parents": (PARENT, SHA)}, 0, id="an exempt commit"),
    ],
)
def test_undecodable(rule: str, message: str, facts: dict[str, object], expected: int) -> None:
    entries = not_judged(rule_of(RULES, rule), about(message, **facts))
    assert len(entries) == expected
    assert not findings(rule, message, **facts)
    for entry in entries:
        assert entry.what == "the message of commit aaaaaaaaaaaa"
        assert entry.why == "its subject is not UTF-8; write it in UTF-8 and leave i18n.commitEncoding unset"


@pytest.mark.parametrize(
    "message", ["\udcff", "feat: \udcff.\n\udcfe\n\nBREAKING CHANGE \udcfd\n", "", "\n", "\r\r", "\x00", "\ud800: x"]
)
def test_no_rule_crashes(message: str) -> None:
    for found in [found for rule in RULES for found in findings(rule.id, message)]:
        found.message.encode()
        found.mend.encode()


@pytest.mark.parametrize(
    ("rule", "message", "said", "mend"),
    [
        pytest.param(
            "commit-scope-empty",
            "feat(): add x\n",
            'the scope is empty: "feat(): add x"; name a part of the code or leave the brackets out',
            "feat: add x",
            id="empty scope",
        ),
        pytest.param(
            "commit-description-empty",
            "feat(io):\n",
            'the subject ends after the type: "feat(io):" has no description after the colon',
            "say after the colon what the commit does",
            id="no description",
        ),
        pytest.param(
            "commit-body-not-separated",
            "feat: add x\nbody\n",
            'line 2 follows the subject at once: "body"; one blank line stands between',
            "put an empty line before line 2",
            id="body at once",
        ),
        pytest.param(
            "commit-message-empty",
            " \n",
            "the message is empty once git has dropped comments and blanks; one line of text is needed",
            'write "type(scope): subject"',
            id="nothing",
        ),
        pytest.param(
            "commit-autosquash",
            "fixup! feat: add x\n",
            '"fixup! feat: add x" waits to be folded into the commit it mends; no fixup! commit is kept',
            "git rebase -i --autosquash origin/HEAD",
            id="fixup",
        ),
    ],
)
def test_one_flaw_one_finding(rule: str, message: str, said: str, mend: str) -> None:
    found = only(findings(rule, message))
    assert (found.message, found.mend) == (said, mend)
    assert refused(message) == {rule}


@pytest.mark.parametrize(
    ("message", "facts", "flagged"),
    [
        pytest.param("feat: x\n\nbody\n", {}, False, id="separated"),
        pytest.param("feat: x\n  \nbody\n", {}, False, id="a line of blanks"),
        pytest.param("feat: x\n", {}, False, id="no body"),
        pytest.param("x\nbody\n", {}, True, id="whatever the header"),
        pytest.param("Merge x\nbody\n", {"parents": (PARENT, SHA)}, False, id="merge"),
        pytest.param("fixup! x\nbody\n", {}, True, id="fixup"),
    ],
)
def test_commit_body_not_separated(message: str, facts: dict[str, object], flagged: bool) -> None:
    assert bool(findings("commit-body-not-separated", message, **facts)) is flagged


def test_quoted_text_is_short_and_holds_no_key() -> None:
    long = only(findings("commit-header-malformed", "word " * 40 + "\n")).message
    assert f'"{("word " * 40)[:59]}…"' in long
    key = "hf_" + "a1" * 17
    for found in findings("commit-header-malformed", f"use {key} now\n"):
        assert key[:8] not in found.message + found.mend
