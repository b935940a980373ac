"""AI tools in trailers: where they are not wanted, and where they are."""

from typing import Any

import pytest

from mlgovern.facts.snapshot import Commit, Person, RefUpdate
from mlgovern.rules.authorship import RULES
from mlgovern.rules.authorship.agents import TOOLS, Agents, Tool
from mlgovern.rules.authorship.disclosure import CoAuthors, Undeclared
from tests.factories import a_commit, a_snapshot, judged, not_judged, rule_of

CREDITED, UNDECLARED = rule_of(RULES, "ai-co-author"), rule_of(RULES, "undeclared-ai")
ANN = Person("Ann Author", "ann@acme.example")
ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40
CLAUDE = "Co-authored-by: Claude Opus 4.6 (1M context) <noreply@anthropic.com>"
BOB = "Co-authored-by: Bob <bob@acme.example>"


def stored(*trailers: str, **facts: object) -> Commit:
    return a_commit("\n".join(("feat: x", "", *trailers)), **{"id": ONE, "parents": (THREE,), **facts})


WRITTEN = (  # as the tools write them
    "aider (gpt-5) <aider@aider.chat>",
    "aider (gemini/gemini-2.5-pro) <noreply@aider.dev>",
    "Amp <amp@ampcode.com>",
    "Claude <noreply@anthropic.com>",
    "anthropic-code-agent[bot] <242468646+Claude@users.noreply.github.com>",
    "coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>",
    "Codex <noreply@openai.com>",
    "Codex <codex@openai.com>",
    "Copilot <175728472+Copilot@users.noreply.github.com>",
    "Copilot <223556219+Copilot@users.noreply.github.com>",
    "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>",
    "Copilot Autofix powered by AI <62310815+github-advanced-security[bot]@users.noreply.github.com>",
    "Copilot <copilot@github.com>",
    "Crush <crush@charm.land>",
    "Cursor <cursoragent@cursor.com>",
    "Devin <158243242+devin-ai-integration[bot]@users.noreply.github.com>",
    "factory-droid[bot] <138933559+factory-droid[bot]@users.noreply.github.com>",
    "gemini-code-assist[bot] <176961590+gemini-code-assist[bot]@users.noreply.github.com>",
    "google-labs-jules[bot] <161369871+google-labs-jules[bot]@users.noreply.github.com>",
    "opencode <noreply@opencode.ai>",
    "openhands <openhands@all-hands.dev>",
    "Qwen-Coder <qwen-coder@alibabacloud.com>",
    "Oz <oz-agent@warp.dev>",
)


@pytest.mark.parametrize("value", WRITTEN)
def test_what_each_tool_writes_is_known(value: str) -> None:
    assert judged(CREDITED, a_snapshot(commits=(stored(f"Co-authored-by: {value}"),)))


def test_every_tool_but_those_without_an_address_has_a_sample() -> None:
    written = " ".join(WRITTEN).lower()
    known = [tool.name for tool in TOOLS if any(email.split("@")[0] in written for email in tool.emails)]
    assert known == [tool.name for tool in TOOLS if tool.emails]


@pytest.mark.parametrize(
    ("trailer", "settings", "flagged"),
    (
        pytest.param(CLAUDE, CoAuthors(), True, id="by its address"),
        pytest.param(CLAUDE.upper(), CoAuthors(), True, id="in capitals"),
        pytest.param("Co-authored-by: Gemini 2.5 Flash", CoAuthors(), True, id="without an address, by its name"),
        pytest.param("Signed-off-by: Claude <noreply@anthropic.com>", CoAuthors(), True, id="a tool signs nothing off"),
        pytest.param("Assisted-by: Claude:claude-opus-4.6", CoAuthors(), True, id="a declaration"),
        pytest.param("Generated-by: some model", CoAuthors(), True, id="a declaration of what nobody knows"),
        pytest.param("Assisted-by: Claude <noreply@anthropic.com>", CoAuthors(), True, id="one with an address"),
        pytest.param("Assisted-by: Bob <bob@acme.example>", CoAuthors(), False, id="people assist, too"),
        pytest.param("Assisted-by:", CoAuthors(), False, id="an empty declaration"),
        pytest.param("Assisted-by: Claude", CoAuthors(declarations=False), False, id="declarations may stay"),
        pytest.param(CLAUDE, CoAuthors(declarations=False), True, id="co-authors may not"),
        pytest.param(BOB, CoAuthors(), False, id="a person"),
        pytest.param("Co-authored-by: Claude Monet <claude@acme.example>", CoAuthors(), False, id="a person's name"),
        pytest.param("Co-authored-by: Claudette", CoAuthors(), False, id="a longer word"),
        pytest.param("Co-authored-by:", CoAuthors(), False, id="empty"),
        pytest.param("Reviewed-by: Claude <noreply@anthropic.com>", CoAuthors(), False, id="another trailer"),
        pytest.param("Reviewed-by: Claude", CoAuthors(trailers=("reviewed-by",)), True, id="which a team adds"),
        pytest.param(f"{CLAUDE}\n\nmore text", CoAuthors(), False, id="no trailer, but text"),
        pytest.param(
            "Co-authored-by: Acme Coder <coder@acme.example>",
            CoAuthors(Agents((*TOOLS, Tool("Acme Coder", ("Coder@Acme.example",))))),
            True,
            id="a team's own tool",
        ),
        pytest.param("Co-authored-by: x", CoAuthors(Agents((Tool(" "),))), False, id="a tool without a name"),
    ),
)
def test_ai_co_author(trailer: str, settings: CoAuthors, flagged: bool) -> None:
    assert bool(judged(CREDITED, a_snapshot(commits=(stored(trailer),)), settings)) is flagged


@pytest.mark.parametrize(
    ("commits", "mend"),
    (
        pytest.param([a_commit(f"feat: x\n\n{CLAUDE}")], "take line 3 out of the message", id="being made"),
        pytest.param(
            [stored(CLAUDE)],
            "git commit --amend\nreword this commit: take line 3 out of the message",
            id="the last one",
        ),
        pytest.param(
            [stored(CLAUDE), stored(id=TWO, parents=(ONE,))],
            "git rebase --interactive 111111111111~1\nreword this commit: take line 3 out of the message",
            id="further back",
        ),
    ),
)
def test_what_takes_a_credit_out(commits: list[Commit], mend: str) -> None:
    assert judged(CREDITED, a_snapshot(commits=commits))[0].mend == mend


def test_what_a_credit_reads_like() -> None:
    found = judged(CREDITED, a_snapshot(commits=(stored(BOB, "Assisted-by: Cursor"),)))
    assert [(finding.message, finding.place.line) for finding in found] == [
        ('Assisted-by credits an AI tool: "Cursor"', 4)
    ]


BOT = Person("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com")
AIDER = Person("Ann Author (aider)", "ann@acme.example")


@pytest.mark.parametrize(
    ("trailer", "facts", "settings", "flagged"),
    (
        pytest.param(BOB, {}, Undeclared(), False, id="people"),
        pytest.param(BOB, {"author": BOT}, Undeclared(), True, id="the author"),
        pytest.param(BOB, {"committer": BOT}, Undeclared(), True, id="the committer"),
        pytest.param(BOB, {"author": AIDER}, Undeclared(), True, id="a name says so"),
        pytest.param(BOB, {"committer": AIDER}, Undeclared(), False, id="a tool that only saved a person's work"),
        pytest.param("Assisted-by: anything", {"author": BOT}, Undeclared(), False, id="declared"),
        pytest.param("generated-by: x <x@x.example>", {"author": BOT}, Undeclared(), False, id="in any form"),
        pytest.param("Assisted-by:", {"author": BOT}, Undeclared(), True, id="declared as nothing"),
        pytest.param(CLAUDE, {"author": BOT}, Undeclared(), False, id="a tool is a co-author"),
        pytest.param(CLAUDE, {"author": BOT}, Undeclared(co_authors=False), True, id="which is not enough"),
        pytest.param(BOB, {"author": BOT, "parents": (ONE, TWO)}, Undeclared(), False, id="a merge"),
        pytest.param(BOB, {"author": BOT, "parents": (ONE, TWO)}, Undeclared(merges=True), True, id="merges as well"),
        pytest.param(
            BOB, {"author": BOT}, Undeclared(Agents(declarations=()), co_authors=False), False, id="nothing is wanted"
        ),
    ),
)
def test_undeclared_ai(trailer: str, facts: dict[str, Any], settings: Undeclared, flagged: bool) -> None:
    commit = stored(trailer, **{"author": ANN, "committer": ANN, **facts})
    assert bool(judged(UNDECLARED, a_snapshot(commits=(commit,)), settings)) is flagged


def to(branch: str, new: str = ONE) -> RefUpdate:
    return RefUpdate(f"refs/heads/{branch}", TWO, new)


@pytest.mark.parametrize(
    ("facts", "flagged"),
    (
        pytest.param({"branch": "feat/x"}, False, id="a person's branch"),
        pytest.param({"branch": None}, False, id="no branch"),
        pytest.param({"branch": "claude/x/y"}, True, id="a tool's branch"),
        pytest.param({"branch": "Copilot/fix-1"}, True, id="in capitals"),
        pytest.param({"branch": "claude"}, False, id="no prefix"),
        pytest.param({"branch": "feat/x", "updates": (to("codex/x"),)}, True, id="what is pushed counts"),
        pytest.param({"branch": "codex/x", "updates": (to("feat/x"),)}, False, id="and not what is checked out"),
        pytest.param({"updates": (to("codex/x"), to("feat/x"))}, False, id="one of two: whose commits, nobody knows"),
        pytest.param({"updates": (to("codex/x"), to("feat/x", "0" * 40))}, True, id="the other is deleted"),
    ),
)
def test_undeclared_by_the_branch(facts: dict[str, Any], flagged: bool) -> None:
    assert bool(judged(UNDECLARED, a_snapshot(commits=(stored(BOB),), **facts))) is flagged


@pytest.mark.parametrize(
    ("commits", "facts", "said", "mend"),
    (
        pytest.param(
            [stored(author=BOT)],
            {},
            "the author is Copilot, and no trailer declares an AI tool; "
            "wanted: Assisted-by, Generated-by, Co-authored-by",
            "git commit --amend --no-edit --trailer Assisted-by=Copilot",
            id="by the author",
        ),
        pytest.param(
            [a_commit("feat: x")],
            {"branch": "claude/x"},
            'the branch is "claude/x", and no trailer declares an AI tool; '
            "wanted: Assisted-by, Generated-by, Co-authored-by",
            "git commit --trailer Assisted-by=TOOL",
            id="by the branch, being made",
        ),
        pytest.param(
            [stored(), stored("Assisted-by: x", id=TWO, parents=(ONE,), author=BOT)],
            {"branch": "claude/x"},
            'the branch is "claude/x", and no trailer declares an AI tool; '
            "wanted: Assisted-by, Generated-by, Co-authored-by",
            "git rebase --interactive 111111111111~1\n"
            "edit this commit: git commit --amend --no-edit --trailer Assisted-by=TOOL",
            id="with somebody else's after it",
        ),
    ),
)
def test_what_the_undeclared_reads_like(commits: list[Commit], facts: dict[str, Any], said: str, mend: str) -> None:
    found = judged(UNDECLARED, a_snapshot(commits=commits, **facts))
    assert [(finding.message, finding.mend) for finding in found] == [(said, mend)]


def test_where_git_knows_nobody_that_is_said() -> None:
    snapshot = a_snapshot(commits=(a_commit("feat: x", committer=Person()),))
    assert [entry.what for entry in not_judged(UNDECLARED, snapshot)] == ["who commits"]
