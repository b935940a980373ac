import shutil
import subprocess
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.facts.snapshot import RefUpdate, Snapshot
from mlgovern.finding import Finding, NotJudged, Severity
from mlgovern.rule import Rule, Whole, page
from mlgovern.rules.branches import RULES
from mlgovern.rules.branches.strategy import Settings, Strategy
from tests.factories import a_snapshot, judged, not_judged
from tests.rules.branches.snapshots import (
    COMMIT,
    DIRECTION,
    LONG,
    MALFORMED,
    NEW,
    UNKNOWN,
    ZERO,
    branches_of,
    created,
    on,
    push,
    to,
)

HIJACKERS = (
    *("authentication failed", "please commit your changes", "aborting commit due to", "not a git repository"),
    *("another git process", "unmerged files", "unable to access", "repository not found", "bad config file"),
    *("dubious ownership", "is not fully merged", "is not a valid branch name", "untracked files", "already exists"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_its_function_and_page(rule: Rule) -> None:
    assert rule.judge.__name__ == rule.id.replace("-", "_")
    assert all(page(rule)[:3])


LONG_NAME = "wip/" + "a" * 60
ELSE = Settings(Strategy(pattern=Whole("fix/x")))  # in which even the form of LONG_NAME is wrong
NAMING = ((MALFORMED, ELSE), (UNKNOWN, Settings()), (LONG, Settings()))


@pytest.mark.parametrize(("rule", "settings"), NAMING)
@pytest.mark.parametrize(
    ("facts", "flagged"),
    [
        pytest.param(on(LONG_NAME), [LONG_NAME], id="what is checked out"),
        pytest.param(push(created(LONG_NAME), branch="main"), [LONG_NAME], id="the name on the remote"),
        pytest.param(push(to("fix/x"), branch=LONG_NAME), [], id="not what is checked out"),
        pytest.param(push(to(LONG_NAME, new=ZERO)), [], id="deletion"),
        pytest.param(push(RefUpdate(f"refs/tags/{LONG_NAME}", ZERO, NEW)), [], id="tag"),
        pytest.param(push(RefUpdate("refs/notes/x", ZERO, NEW)), [], id="notes"),
        pytest.param(push(), [], id="nothing pushed"),
        pytest.param(push(created("fix/x"), created(f"{LONG_NAME}b")), [f"{LONG_NAME}b"], id="one of two"),
        pytest.param(push(created(LONG_NAME), stage="pre-receive"), [LONG_NAME], id="at the server"),
        pytest.param(on(f"dependabot/{LONG_NAME}"), [], id="made by a machine"),
    ],
)
def test_which_names_are_judged(rule: Rule, settings: Settings, facts: Snapshot, flagged: list[str]) -> None:
    assert branches_of(judged(rule, facts, settings)) == flagged
    assert not not_judged(rule, facts)


@pytest.mark.parametrize("rule", [MALFORMED, UNKNOWN, LONG, COMMIT, DIRECTION], ids=lambda rule: rule.id)
def test_a_detached_head_has_no_name(rule: Rule) -> None:
    facts = on(None, "pre-commit" if rule is COMMIT else "ci", target="main")
    why = "HEAD is detached: no branch is checked out"
    assert [*rule.judge(facts, rule.settings)] == [NotJudged("branch name", why, expected=False)]


@pytest.mark.parametrize(
    ("stages", "at_most"),
    [
        (("pre-commit",), Severity.WARNING),
        (("pre-commit", "commit-msg"), Severity.WARNING),
        (("pre-push",), Severity.ERROR),
        (("ci",), Severity.ERROR),
        (("pre-receive",), Severity.ERROR),
    ],
)
def test_names_are_mended_in_peace_before_a_push(stages: tuple[str, ...], at_most: Severity) -> None:
    facts = a_snapshot(stages=stages, branch=LONG_NAME, updates=(created(LONG_NAME),))
    for rule, settings in NAMING:
        assert [finding.at_most for finding in judged(rule, facts, settings)] == [at_most]


@pytest.mark.parametrize("name", ["bug/x--y-", "Features/x", "origin/feature/x", "a" * 40, "f" * 64, "HEAD"])
def test_one_name_one_finding(name: str) -> None:
    (finding,) = [found for rule, _ in NAMING for found in judged(rule, on(name, "pre-commit"))]
    assert finding.message.startswith(f'branch "{name}" ')


def test_form_and_type_in_one_message() -> None:
    (finding,) = judged(MALFORMED, on("bug/x--y-", "pre-commit"), Settings(Strategy(types=("bugfix", "fix"))))
    assert finding.message == (
        'branch "bug/x--y-" has a hyphen or dot without a word on each side, and its type is none of bugfix, fix; '
        "wanted: TYPE/lower-case-words"
    )
    assert finding.mend == "git branch -m bug/x--y- bugfix/x-y"


@pytest.mark.parametrize(
    "name",
    [
        *("-x", "@", "HEAD", "a..b", "a@{b", "a/", "/a", "a//b", "a/.b", "a.lock", "a.lock/b", "a."),
        *("a b", "a~b", "a^b", "a:b", "a?b", "a*b", "a[b", "a\\b"),
    ],
)
def test_no_command_for_a_name_that_git_refuses(name: str) -> None:
    git = shutil.which("git")
    assert git is not None
    assert (
        subprocess.run([git, "check-ref-format", "--branch", name], capture_output=True, check=False).returncode
        or name == "@"
    )
    (finding,) = judged(MALFORMED, on(name, "pre-commit"))
    assert "git " not in finding.mend


def test_malformed_says() -> None:
    (finding,) = judged(MALFORMED, on("feature/Add_Login", "pre-commit"))
    assert finding.message == ('branch "feature/Add_Login" has capitals and underscores; wanted: TYPE/lower-case-words')
    assert finding.mend == "git branch -m feature/Add_Login feature/add-login"


def test_type_unknown_says() -> None:
    (finding,) = judged(UNKNOWN, on("fetaure/x", "pre-commit"), Settings(Strategy(types=("feature", "fix"))))
    assert finding.message == '"fetaure" is not a type of branch here; known: feature, fix'
    assert finding.mend == "git branch -m fetaure/x feature/x"


def test_name_long_says() -> None:
    (finding,) = judged(LONG, on("feature/some-" + "x" * 60, "pre-commit"))
    assert finding.message == f'branch "feature/some-{"x" * 60}" has 73 characters; at most 60 are wanted'
    assert finding.mend == f"git branch -m feature/some-{'x' * 60} feature/some"


@pytest.mark.parametrize(
    ("facts", "mend"),
    [
        pytest.param(on("feature/a;rm", "pre-commit"), "git branch -m 'feature/a;rm' feature/a-rm", id="quoted"),
        pytest.param(on("feature/a'b", "pre-commit"), "git branch -m 'feature/a'\"'\"'b' feature/a-b", id="quote"),
        pytest.param(on("feature/a\x1bb", "pre-commit"), "name it feature/a-b", id="control character"),
        pytest.param(on("feature/a b", "pre-commit"), "name it feature/a-b", id="a blank, which Git refuses"),
        pytest.param(
            on("fix/X", "pre-commit", branches=("main",)), "git branch -m fix/X fix/x", id="not what is checked out"
        ),
        pytest.param(
            on("-x/y", "pre-commit"), "name it feature/y\nchoose the type that fits", id="looks like an option"
        ),
        pytest.param(
            on("add_x", "pre-commit"), "git branch -m add_x feature/add-x\nchoose the type that fits", id="no type"
        ),
        pytest.param(on("feature/日本", "pre-commit"), "", id="nothing to suggest"),
        pytest.param(
            on("fix/X", "pre-commit", operation="rebase"), "after the rebase, rename it to fix/x", id="rebase"
        ),
        pytest.param(push(created("fix/X"), branch="fix/X"), "git branch -m fix/X fix/x", id="not yet pushed"),
        pytest.param(
            push(to("fix/X"), branch="fix/X"),
            "git branch -m fix/X fix/x && git push origin -u fix/x && git push origin --delete fix/X",
            id="pushed before",
        ),
        pytest.param(
            push(created("fix/X"), branch="main"),
            f"git push origin {NEW[:12]}:refs/heads/fix/x",
            id="HEAD pushed to a name",
        ),
        pytest.param(
            push(to("fix/X"), branch="main"),
            f"git push origin {NEW[:12]}:refs/heads/fix/x && git push origin --delete fix/X",
            id="HEAD pushed to a name that is there",
        ),
        pytest.param(
            push(to("fix/X"), branch="fix/X", remote="my fork"),
            "git branch -m fix/X fix/x && git push 'my fork' -u fix/x && git push 'my fork' --delete fix/X",
            id="another remote",
        ),
        pytest.param(
            push(created("fix/X")._replace(local=""), branches=("fix/x",)), "name it fix/x-2", id="not yet made"
        ),
        pytest.param(push(created("fix/X"), branches=("fix/x",)), "git branch -m fix/X fix/x-2", id="taken"),
        pytest.param(
            push(created("fix/X"), branch="main", stage="pre-receive"), "git branch -m fix/X fix/x", id="server"
        ),
        pytest.param(
            on("fix/X"),
            "git branch -m fix/X fix/x && git push origin -u fix/x && git push origin --delete fix/X",
            id="ci",
        ),
        pytest.param(on("fix/a.b", "pre-commit"), "git branch -m fix/a.b fix/a-b", id="dots"),
    ],
)
def test_how_a_name_is_mended(facts: Snapshot, mend: str) -> None:
    assert [finding.mend for finding in judged(MALFORMED, facts)] == [mend]


def verdicts(name: str, other: str) -> Iterator[Finding | NotJudged]:
    facts = push(to(name, forced=None), to(other, new=ZERO), branch=other, branches=(other, name), target=other)
    for rule in RULES:
        for stage in rule.stages:
            yield from rule.judge(facts._replace(stages=(stage,)), rule.settings)


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_name_is_judged_without_harm(name: str, other: str) -> None:
    for verdict in verdicts(name, other):
        texts = (verdict.message, verdict.mend) if isinstance(verdict, Finding) else (verdict.what, verdict.why)
        assert all(line.isprintable() for text in texts for line in text.split("\n"))


@pytest.mark.parametrize("phrase", HIJACKERS)
def test_a_name_cannot_hijack_a_dialog(phrase: str) -> None:
    found = [verdict for verdict in verdicts(phrase, f"main {phrase}") if isinstance(verdict, Finding)]
    found += judged(DIRECTION, on("fix/x", target=phrase))
    assert len(found) > 3
    assert not any(phrase in text for finding in found for text in (finding.message, finding.mend))
