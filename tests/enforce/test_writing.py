"""What stands in the editor when a message is about to be written."""

from pathlib import Path

import pytest

from mlgovern.enforce.writing import Draft, draft
from mlgovern.policy.cache import effective
from tests.conftest import Sealed
from tests.enforce.test_hooks import hooked  # noqa: F401 - a fixture

TRUNK = effective(lambda _path: None, None)
GITLAB = effective(
    lambda path: b"schema: 1\nextends: [ml-project, strategies/gitlab-flow]\n" if "/" not in path else None, None
)
GITFLOW = effective(lambda path: b"schema: 1\nextends: [base, strategies/gitflow]\n" if "/" not in path else None, None)


@pytest.mark.parametrize(
    ("branch", "policy", "told"),
    (
        pytest.param("feature/loader", TRUNK, Draft("feat"), id="an alias of the type"),
        pytest.param("fix/PROJ-12-crash", TRUNK, Draft("fix", "PROJ-12"), id="a ticket"),
        pytest.param("hotfix/1.2.1", GITFLOW, Draft("fix"), id="a version is no ticket"),
        pytest.param("exp/lr-3", TRUNK, Draft("exp"), id="a type of ML work"),
        pytest.param("experiment/x", GITFLOW, Draft(), id="a type that the policy has not"),
        pytest.param("12-add-loader", GITLAB, Draft("", "#12"), id="an issue's button"),
        pytest.param("feature/12-add-loader", TRUNK, Draft("feat", "#12"), id="an issue behind a type"),
        pytest.param("model/resnet-50", TRUNK, Draft("model"), id="a name with a number"),
        pytest.param("main", TRUNK, Draft(), id="the trunk"),
        pytest.param("loader", TRUNK, Draft(), id="no type"),
        pytest.param("wip/loader", TRUNK, Draft(), id="an unknown type"),
        pytest.param(None, TRUNK, Draft(), id="detached"),
    ),
)
def test_draft(branch: str | None, policy: object, told: Draft) -> None:
    assert draft(branch, policy) == told  # type: ignore[arg-type]  # parametrised


@pytest.fixture
def helped(hooked: Sealed) -> Sealed:  # noqa: F811 - the fixture
    """A repository with the hook, a ticket in its branch's name, and something to commit."""
    assert hooked.mlgovern("install", "--hook", "prepare-commit-msg").returncode == 0
    hooked.git("switch", "-qc", "fix/PROJ-12-crash")
    hooked.stage("a.txt", "a\n")
    return hooked


def seen_by_the_editor(repo: Sealed, tmp_path: Path, *words: str) -> list[str]:
    """The lines that an editor is given; it writes nothing, so git stops."""
    seen = tmp_path / "seen"
    repo.run("git", "commit", "-q", *words, GIT_EDITOR=f'sh -c \'cp "$1" "{seen}"; : > "$1"\' --')
    return seen.read_text().splitlines()


def test_an_empty_message_begins_with_what_the_branch_tells(helped: Sealed, tmp_path: Path) -> None:
    lines = seen_by_the_editor(helped, tmp_path)
    assert lines[:4] == ["fix: ", "", "Refs: PROJ-12", "# type(scope): subject, in the imperative, without a full stop"]
    assert lines[4].startswith("# types: build, chore, ci, ")
    assert "# Please enter the commit message for your changes. Lines starting" in lines


def test_a_verbose_commit_is_helped_as_well(helped: Sealed, tmp_path: Path) -> None:
    assert seen_by_the_editor(helped, tmp_path, "-v")[:3] == ["fix: ", "", "Refs: PROJ-12"]
    assert seen_by_the_editor(helped, tmp_path, "-v", "-e", "-m", "feat: mine")[0] == "feat: mine"


def test_without_types_nothing_begins_that_would_be_committed_unwritten(helped: Sealed, tmp_path: Path) -> None:
    rules = "{commit-header-malformed: off, commit-type-unknown: off}"
    helped.stage(".mlgovern.yaml", f"schema: 1\nextends: [base]\nrules: {rules}\n")
    hints = ["# subject, in the imperative, without a full stop", "# at the end: Refs: PROJ-12"]
    assert seen_by_the_editor(helped, tmp_path)[:3] == ["", *hints]
    done = helped.run("git", "commit", "-q", GIT_EDITOR="true")
    assert (done.returncode, b"the message is empty" in done.stderr) == (1, True)


def test_the_trailer_is_the_one_that_the_policy_requires(helped: Sealed, tmp_path: Path) -> None:
    required = '{severity: error, settings: {required: {Ticket: "[A-Z]+-[0-9]+"}}}'
    helped.stage(".mlgovern.yaml", f"schema: 1\nextends: [base]\nrules: {{commit-trailer-missing: {required}}}\n")
    assert seen_by_the_editor(helped, tmp_path)[2] == "Ticket: PROJ-12"


@pytest.mark.parametrize("cleanup", ("scissors", "verbatim", "whitespace"))
def test_no_comment_stays_in_the_message(helped: Sealed, tmp_path: Path, cleanup: str) -> None:
    helped.git("config", "commit.cleanup", cleanup)
    lines = seen_by_the_editor(helped, tmp_path)
    assert lines[:3] == ["fix: ", "", "Refs: PROJ-12"]
    assert not [line for line in lines if "imperative" in line]


def test_another_comment_character(helped: Sealed, tmp_path: Path) -> None:
    helped.git("config", "core.commentChar", ";")
    assert seen_by_the_editor(helped, tmp_path)[3].startswith("; type(scope): ")


@pytest.mark.parametrize("words", (("-m", "feat: mine", "-e"), ("--amend",), ("-c", "HEAD")))
def test_a_message_that_a_person_gave_stays(helped: Sealed, tmp_path: Path, words: tuple[str, ...]) -> None:
    lines = seen_by_the_editor(helped, tmp_path, *words)
    assert lines[0] == ("feat: mine" if "-m" in words else "chore: begin")
    assert not [line for line in lines if "imperative" in line]


def test_a_template_stays(helped: Sealed, tmp_path: Path) -> None:
    helped.write("template", "Our template\n")
    assert seen_by_the_editor(helped, tmp_path, "-t", "template")[0] == "Our template"


def test_a_commit_without_an_editor_is_left_alone(helped: Sealed) -> None:
    helped.git("commit", "-q", "-m", "fix: avoid the crash")
    assert helped.git("log", "-1", "--format=%B") == "fix: avoid the crash"


def test_an_unfinished_beginning_is_refused(helped: Sealed) -> None:
    done = helped.run("git", "commit", "-q", GIT_EDITOR="true")
    assert done.returncode == 1
    assert b"the subject ends after the type" in done.stderr
