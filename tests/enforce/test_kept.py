"""A refused message waits in the Git directory: real commits through real hooks, and the command that is offered."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlgovern.enforce import kept
from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.finding import Crash, Report
from mlgovern.policy.load import load
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.rules import RULES
from tests.conftest import Sealed
from tests.reporters.vscode import dialog_line

PASSWORD = "Otter" + "AfterLunch"  # joined here, so that no scanner trips over this file
COMMAND = re.compile(
    rb"^Your message is (.*) \(repeat --amend or -a if you gave it\): (git commit (?:-e )?(?:--cleanup=scissors )?-F .*)$",
    re.MULTILINE,
)


@pytest.fixture
def hooked(repo: Sealed) -> Sealed:
    """Our hooks, a policy of conventions alone, and something staged."""
    assert repo.mlgovern("install").returncode == 0
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    return repo


def offered(done: object) -> tuple[str, str]:
    """How the message is kept, and the command that is offered."""
    found = COMMAND.search(done.stderr)  # type: ignore[attr-defined]  # a finished process
    assert found is not None
    return found[1].decode(), found[2].decode()


def waiting(repo: Sealed, folder: str = ".git") -> dict[str, str]:
    place = repo.top / folder / "mlgovern"
    return {path.name: path.read_text() for path in sorted(place.glob("*-message"))}


def test_the_corrected_message_is_one_command_away(hooked: Sealed) -> None:
    done = hooked.run("git", "commit", "-m", "Added some stuff.")
    assert dialog_line(done.stderr.decode()).startswith("Git: mlgovern: commit refused, 2 problems: ")
    state, command = offered(done)
    assert (state, command.endswith("/.git/mlgovern/corrected-message")) == ("kept, corrected", True)
    assert waiting(hooked) == {
        "corrected-message": "feat: add some stuff\n",
        "refused-message": "Added some stuff.\n",
    }
    if os.name == "posix":
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (hooked.top / ".git/mlgovern").glob("*-message")}
        assert modes == {0o600}
    below = Sealed(hooked.write("src/a.txt").parent, hooked.environment)
    assert below.run("sh", "-c", command, GIT_EDITOR="true").returncode == 0
    assert hooked.git("log", "-1", "--format=%B").strip() == "feat: add some stuff"
    assert waiting(hooked) == {}


@pytest.mark.parametrize("tool", ("git", "mlgovern"))
def test_lines_that_look_like_comments_are_not_lost_in_the_editor(hooked: Sealed, tool: str) -> None:
    done = hooked.run("git", "commit", "-m", "Added it", "-m", "# Why\n- because")
    if tool == "git":
        assert hooked.run("sh", "-c", offered(done)[1], GIT_EDITOR="true").returncode == 0
    else:
        assert hooked.mlgovern("commit", "--retry", GIT_EDITOR="true").returncode == 0
    assert hooked.git("log", "-1", "--format=%B").strip() == "feat: add it\n\n# Why\n- because"


def test_the_message_of_refused_files_is_not_lost(hooked: Sealed) -> None:
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    done = hooked.run("git", "commit", "--quiet", "--allow-empty-message", "--file", "-", stdin="feat: add\n\nwhy\n")
    state, command = offered(done)
    assert (state, "-e" in command) == ("sound and kept", False)
    assert sum(b"kept" in line for line in done.stderr.splitlines()) == 1
    hooked.git("rm", "-q", "--cached", ".env")
    assert hooked.run("sh", "-c", command).returncode == 0
    assert hooked.git("log", "-1", "--format=%B").strip() == "feat: add\n\nwhy"


def test_a_worktree_keeps_its_own_and_the_last_one_alone(hooked: Sealed, tmp_path: Path) -> None:
    hooked.commit("chore: begin")
    hooked.git("worktree", "add", "-q", "-b", "feat/tree", str(tmp_path / "tree"))
    tree = Sealed(tmp_path / "tree", hooked.environment)
    tree.stage("a.txt", "a\n")
    assert tree.run("git", "commit", "-m", "Added a.").returncode == 1
    state, command = offered(tree.run("git", "commit", "-m", "junk"))
    assert state == "kept"
    assert waiting(hooked, ".git/worktrees/tree") == {"refused-message": "junk\n"}
    assert waiting(hooked) == {}
    assert tree.run("sh", "-c", command, GIT_EDITOR="sed -i.old s/junk/feat:\\ add\\ a/").returncode == 0


def test_git_keeps_the_message_of_a_merge_itself(hooked: Sealed) -> None:
    hooked.commit("chore: begin")
    hooked.git("switch", "-qc", "feat/work")
    hooked.commit("feat: ours")
    hooked.git("switch", "-q", "main")
    hooked.commit("feat: theirs")
    hooked.git("merge", "-q", "--no-commit", "feat/work")
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    done = hooked.run("git", "commit", "--no-edit")
    assert (done.returncode, b"kept" in done.stderr, waiting(hooked)) == (1, False, {})


def test_a_hook_manager_keeps_it_as_well(hooked: Sealed) -> None:
    message = hooked.write(".git/COMMIT_EDITMSG", "Added it.\n# a comment\n")
    done = hooked.mlgovern("hook", "commit-msg", str(message), PRE_COMMIT="1")
    assert (done.returncode, offered(done)[0]) == (1, "kept, corrected")
    assert waiting(hooked)["refused-message"] == "Added it.\n"


def test_a_folder_that_cannot_be_written_changes_no_verdict(hooked: Sealed) -> None:
    hooked.write(".git/mlgovern", "a file where the folder would be")
    done = hooked.run("git", "commit", "-m", "Added it.")
    assert (done.returncode, b"kept" in done.stderr) == (1, False)
    assert hooked.run("git", "commit", "-q", "-m", "feat: add it").returncode == 0


# In process: what is kept of which message under which policy.


@pytest.fixture
def here(repo: Sealed) -> Iterator[Git]:
    with wall.locate(str(repo.top)) as git:
        yield git


def policy(text: str = "") -> Policy:
    rules = tuple(rule for family in RULES.values() for rule in family)
    return load({POLICY_FILE: f"schema: 1\nextends: [base]\n{text}".encode()}.get, rules).policy


def noted(git: Git, message: str, text: str = "", verdict: Report | None = None) -> tuple[str, ...]:
    from mlgovern import engine

    snapshot = Snapshot(stages=("pre-commit", "commit-msg"), commits=(Commit(message, parents=("HEAD",)),))
    report = verdict or engine.evaluate(snapshot, policy(text), "2026-11-01")
    return kept.noted(kept.Judged(git, policy(text), "2026-11-01", snapshot, report)).notes


NO_STOP = "rules: {commit-header-malformed: off, commit-type-unknown: off, commit-not-imperative: error}\n"


@pytest.mark.parametrize(
    ("message", "text", "wanted"),
    [
        pytest.param("Added it.\nwhy\n", "", "feat: add it\n\nwhy\n", id="corrected"),
        pytest.param("Added it.\n", NO_STOP, "Add it\n", id="without types"),
        pytest.param("Added " + "it " * 40 + ".\n", "", None, id="still too long"),
        pytest.param("feat: add it.\n", "rules: {commit-scope-missing: error}\n", None, id="a scope is nobody's guess"),
        pytest.param("wip\n", "", None, id="no type is anybody's guess"),
    ],
)
def test_a_correction_is_offered_only_if_it_would_pass(here: Git, message: str, text: str, wanted: str | None) -> None:
    assert len(noted(here, message, text)) >= 1
    latest = kept.latest(here)
    assert latest is not None
    assert os.path.basename(latest) == ("refused-message" if wanted is None else "corrected-message")
    assert Path(latest).read_text() == (wanted or message)


@pytest.mark.parametrize("message", ["", "type:", "type(scope):\n", "feat:\n", "feat:\n\nRefs: AB-1\n"])
def test_a_template_that_nobody_filled_in_is_not_kept(here: Git, message: str) -> None:
    assert noted(here, message) == ()
    assert kept.latest(here) is None


@pytest.mark.parametrize("message", ["feat:\n\nwhy\n", "feat: x y.\n\nRefs: AB-1\n", "Refs: AB-1\n"])
def test_what_somebody_wrote_is_kept(here: Git, message: str) -> None:
    assert noted(here, message)


def test_a_rule_of_ours_that_broke_loses_no_message(here: Git) -> None:
    broken = Report("commit-msg", crashes=(Crash("commit-full-stop", "Traceback"),))
    assert noted(here, "feat: add it\n", verdict=broken)[0].startswith("Your message is kept (repeat")


def test_a_huge_message_is_not_kept(here: Git) -> None:
    assert noted(here, "x" * (kept.MOST_BYTES + 1)) == ()
    assert kept.latest(here) is None


def test_a_path_with_blanks_is_quoted(make_repo: Callable[..., Sealed]) -> None:
    with wall.locate(str(make_repo("my repo").top)) as git:
        assert noted(git, "wip")[0].endswith("/my repo/.git/mlgovern/refused-message'")


def test_the_shorter_command_is_named_where_it_can_be_found(
    here: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert len(noted(here, "wip")) == 1
    program = tmp_path / ("mlgovern" if os.name == "posix" else "mlgovern.exe")
    program.write_bytes(b"")
    program.chmod(0o755)
    assert noted(here, "wip")[1] == "    or: mlgovern commit --retry"
