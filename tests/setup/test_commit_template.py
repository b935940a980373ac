"""The template behind commit.template: what git and VS Code make of it, filled in and not, and whose it is."""

import os
import re
import sys
from pathlib import Path

import pytest

from mlgovern.compose.asks import Asks
from mlgovern.rules.commits.rewritten import Manner
from mlgovern.setup.commit_template import put, take, text
from tests.conftest import Sealed
from tests.rules.commits.judging import refused
from tests.setup.test_install import git_of

SHORT = Manner(types=("feat", "ml"))


def vs_code_box(template: str) -> str:
    """What VS Code's message box is filled with: its rule as read in its Git extension."""
    return re.sub(r"^\s*#.*$\n?", "", template, flags=re.MULTILINE).strip()


@pytest.mark.parametrize(
    ("wanted", "box"),
    [
        pytest.param(Asks(SHORT), "type:", id="types"),
        pytest.param(Asks(SHORT, scope=True), "type(scope):", id="a scope is asked for"),
        pytest.param(Asks(Manner(typed=False)), "", id="no types"),
    ],
)
def test_the_box_is_filled_with_what_is_refused_as_it_stands(wanted: Asks, box: str) -> None:
    assert vs_code_box(text(wanted, "#")) == vs_code_box(text(wanted, "")) == box
    assert refused(box)
    assert not box or refused(f"{box} add the loader") == {"commit-type-unknown"}


def test_its_text() -> None:
    wanted = Asks(SHORT, ("io", "model"), True, 50, 80, {"Signed-off-by": "", "Reviewed-by": "[a-z]+"}, "ML-[0-9]+")
    assert text(wanted, ";") == (
        "type(scope): \n"
        ";\n"
        "; type(scope): subject, in the imperative, without a full stop, 50 characters at the most\n"
        ";\n"
        "; types:\n"
        ";   feat  something new for whoever uses this\n"
        ";   ml\n"
        ";\n"
        "; scopes: io, model\n"
        ";\n"
        "; then a blank line, and why; lines of 80 characters at the most\n"
        ";\n"
        "; a breaking change, after a blank line: BREAKING CHANGE: what breaks, and what to do\n"
        ";\n"
        "; at the end: Signed-off-by: value\n"
        "; at the end: Reviewed-by: [a-z]+\n"
        "; mention: ML-[0-9]+\n"
        ";\n"
        "; Written by `mlgovern install --template`, which also brings it up to date; `mlgovern uninstall` removes it.\n"
    )


POLICY = "schema: 1\nextends: [base]\n"


@pytest.fixture
def templated(repo: Sealed) -> Sealed:
    """Hooks and template put in by our own command."""
    repo.stage(".mlgovern.yaml", POLICY)
    done = repo.mlgovern("install", "--template")
    assert done.stdout.decode().endswith(f"commit.template: {place(repo).as_posix()}\n")
    return repo


def place(repo: Sealed) -> Path:
    return repo.top / ".git/mlgovern/commit-template"


def template(repo: Sealed, policy: str = POLICY) -> str:
    """Put the template in; what is said of it."""
    repo.stage(".mlgovern.yaml", policy)
    with git_of(repo) as git:
        return "\n".join(put(git))


def filled(tmp_path: Path) -> str:
    """An editor that fills the first line in."""
    script = tmp_path / "fill.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\npath = Path(sys.argv[1])\n"
        "path.write_text(path.read_text().replace('type: ', 'feat: add it', 1))\n"
    )
    return f'"{sys.executable}" "{script}"'


def test_git_takes_it_filled_in_alone(templated: Sealed, tmp_path: Path) -> None:
    done = templated.run("git", "commit", "--no-verify", GIT_EDITOR="true")  # without our hooks, git itself refuses
    assert done.returncode == 1
    assert b"Aborting commit; you did not edit the message." in done.stderr
    done = templated.run("git", "commit", GIT_EDITOR="true")
    assert (done.returncode, done.stderr.startswith(b"mlgovern: commit refused, 2 problems: ")) == (1, True)
    assert b"kept" not in done.stderr
    box = vs_code_box(place(templated).read_text())
    done = templated.run("git", "commit", "--quiet", "--allow-empty-message", "--file", "-", stdin=box)
    assert (done.returncode, b"has no description after the colon" in done.stderr) == (1, True)
    assert templated.run("git", "commit", "-q", GIT_EDITOR=filled(tmp_path)).returncode == 0
    assert templated.git("log", "-1", "--format=%B").strip() == "feat: add it"


def test_every_worktree_and_folder_has_it(templated: Sealed, tmp_path: Path) -> None:
    templated.commit("chore: begin")
    templated.git("worktree", "add", "-q", "-b", "feat/tree", str(tmp_path / "tree"))
    below = Sealed(tmp_path / "tree", templated.environment).write("src/a.txt", "a\n").parent
    Sealed(below, templated.environment).git("add", "a.txt")
    done = Sealed(below, templated.environment).run("git", "commit", "-q", GIT_EDITOR=filled(tmp_path))
    assert done.returncode == 0
    assert template(Sealed(tmp_path / "tree", templated.environment)) == "commit.template: nothing to do."


def test_it_follows_the_policy_when_asked_again(repo: Sealed) -> None:
    template(repo)
    template(repo, POLICY + "rules: {commit-scope-missing: error}\n")
    assert place(repo).read_text().startswith("type(scope): \n")


@pytest.mark.parametrize(
    ("key", "value", "second"),
    [
        pytest.param("core.commentChar", ";", ";", id="another mark"),
        pytest.param("core.commentChar", "auto", None, id="a mark that git would choose because of ours"),
        pytest.param("commit.cleanup", "whitespace", None, id="help that git would keep"),
    ],
)
def test_help_is_what_git_drops(repo: Sealed, key: str, value: str, second: str | None) -> None:
    repo.git("config", key, value)
    template(repo)
    lines = place(repo).read_text().splitlines()
    assert (lines[0], lines[1] if len(lines) > 1 else None) == ("type: ", second)


def test_uninstall_takes_it_out(templated: Sealed) -> None:
    assert templated.mlgovern("uninstall").stdout.decode().endswith("commit.template: removed.\n")
    assert templated.run("git", "config", "commit.template").returncode == 1
    assert not place(templated).exists()


def test_somebody_s_own_template_stays(repo: Sealed) -> None:
    repo.git("config", "commit.template", ".gitmessage")
    assert template(repo) == (
        "commit.template (local) is .gitmessage and stays; git config --local --unset commit.template makes room for ours."
    )
    with git_of(repo) as git:
        assert take(git) == []
    assert repo.git("config", "commit.template") == ".gitmessage"


def test_a_repository_that_was_moved_is_mended(repo: Sealed) -> None:
    template(repo)
    moved = Sealed(repo.top.with_name("moved"), repo.environment)
    os.replace(repo.top, moved.top)
    assert template(moved) == f"commit.template: {place(moved).as_posix()}"
