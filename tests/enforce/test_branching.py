"""Branches through real hooks: made, entered, pushed, merged."""

import pytest

from tests.conftest import Sealed
from tests.enforce.test_hooks import hooked, push, remote  # noqa: F401 - fixtures
from tests.reporters.vscode import dialog_line


@pytest.fixture
def guarded(hooked: Sealed) -> Sealed:  # noqa: F811 - the fixture
    """A repository that judges a branch when it is made."""
    assert hooked.mlgovern("install", "--hook", "reference-transaction").returncode == 0
    return hooked


@pytest.mark.parametrize(
    "words", (("branch", "Odd_Name"), ("switch", "-c", "Odd_Name"), ("worktree", "add", "-b", "Odd_Name", "../t"))
)
def test_a_malformed_branch_is_not_made(guarded: Sealed, words: tuple[str, ...]) -> None:
    before = guarded.status()
    done = guarded.run("git", *words)
    assert done.returncode != 0
    assert b'mlgovern: branch refused, 1 problem: branch "Odd_Name" has capitals and underscores' in done.stderr
    assert b"mend: name it odd-name\n" in done.stderr  # there is nothing to rename yet
    assert guarded.status() == before


@pytest.mark.parametrize("char", ("\u2028", "\x85"))
def test_a_name_with_a_line_separator_is_judged_as_a_whole(guarded: Sealed, remote: Sealed, char: str) -> None:  # noqa: F811 - the fixture
    done = guarded.run("git", "branch", f"feat/a{char}b")
    assert (done.returncode != 0, b"branch refused, 1 problem" in done.stderr) == (True, True)
    code, out = push(guarded, "origin", f"HEAD:refs/heads/feat/a{char}b")
    assert (code, "push refused, 1 problem" in out) == (1, True)
    guarded.git("update-ref", f"refs/remotes/origin/a{char}b", "HEAD")  # a colleague's stops nobody
    assert push(guarded, "origin", "HEAD:feat/ab") == (0, "")


def test_a_sound_branch_is_made_in_silence(guarded: Sealed) -> None:
    for words in (
        ("branch", "feat/a"),
        ("switch", "-c", "feat/b"),
        ("branch", "-f", "feat/a", "HEAD"),
        ("tag", "Odd_Tag"),
    ):
        assert guarded.run("git", *words).returncode == 0, words
    guarded.stage("a.txt", "a\n")
    assert guarded.run("git", "commit", "-q", "-m", "feat: add a").stderr == b""
    assert guarded.run("git", "pack-refs", "--all").stderr == b""


def test_a_branch_that_clashes_is_not_made(guarded: Sealed) -> None:
    guarded.stage(
        ".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {branch-case-clash: error, branch-name-malformed: off}\n"
    )
    done = guarded.run("git", "branch", "Feat/Work")
    assert (done.returncode != 0, b'differs from "feat/work" in letter case' in done.stderr) == (True, True)


def test_a_colleague_s_branch_may_be_checked_out_whatever_its_name(guarded: Sealed) -> None:
    guarded.git("update-ref", "refs/remotes/origin/Odd_Name", "HEAD")
    done = guarded.run("git", "switch", "-q", "-c", "Odd_Name", "origin/Odd_Name")
    assert done.returncode == 0
    assert b"this branch name needs mending" in done.stderr  # said, not refused
    assert b"git branch -m Odd_Name odd-name && git push origin -u odd-name && git push origin --delete Odd_Name" in (
        done.stderr
    )


def test_vs_code_shows_the_refusal_of_a_branch(guarded: Sealed) -> None:
    done = guarded.run("git", "checkout", "-q", "-b", "Odd_Name", VSCODE_GIT_COMMAND="checkout")
    assert dialog_line(done.stderr.decode()).startswith("Git: mlgovern: branch refused, 1 problem: ")


def test_entering_a_branch_that_clashes_is_told(hooked: Sealed) -> None:  # noqa: F811 - the fixture
    hooked.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    done = hooked.run("git", "switch", "-q", "-c", "Feat/Work")
    assert b"mend: git branch -m Feat/Work feat/work-2\n" in done.stderr


STRATEGY = """\
schema: 1
extends: [base, strategies/gitlab-flow]
rules: {branch-protected-push: off, branch-protected-commit: off}
"""


@pytest.fixture
def environments(hooked: Sealed, remote: Sealed) -> Sealed:  # noqa: F811 - fixtures
    """Under GitLab flow: main and production at the remote, and a commit on main that production lacks."""
    repo = hooked
    repo.git("switch", "-q", "main")
    repo.stage(".mlgovern.yaml", STRATEGY)
    repo.commit("chore: choose a strategy")
    for name in ("pre-production", "production"):
        repo.git("branch", name)
    repo.git("push", "-q", "--no-verify", "origin", "main", "pre-production", "production")
    repo.stage("b.txt", "b\n")
    repo.commit("feat: add b")
    repo.git("push", "-q", "--no-verify", "origin", "main")
    return repo


def test_main_may_not_skip_an_environment(environments: Sealed) -> None:
    code, out = push(environments, "origin", "main:production")
    assert code == 1
    assert '"main" may be merged into pre-production, not "production" (gitlab-flow)' in out
    assert push(environments, "origin", "main:pre-production") == (0, "")


def test_a_merge_is_judged_by_where_it_came_from(environments: Sealed) -> None:
    environments.git("switch", "-q", "production")
    environments.git("merge", "-q", "--no-ff", "--no-edit", "main")
    code, out = push(environments, "origin", "production")
    assert (code, '"main" may be merged into pre-production' in out) == (1, True)


def test_a_fix_is_upstream_first(environments: Sealed) -> None:
    repo = environments
    repo.git("switch", "-q", "production")
    repo.stage("c.txt", "c\n")
    stray = repo.commit("fix: mend it here")
    code, out = push(repo, "origin", "production")
    assert (code, '1 commit reaches "production" before pre-production' in out, stray[:12] in out) == (1, True, True)
    repo.git("switch", "-q", "pre-production")
    repo.git("cherry-pick", "-x", stray)
    assert push(repo, "--no-verify", "origin", "pre-production") == (0, "")
    assert push(repo, "origin", "production") == (0, "")


def test_notes_and_tags_of_other_objects_may_be_pushed(hooked: Sealed, remote: Sealed) -> None:  # noqa: F811 - fixtures
    hooked.git("notes", "add", "-m", "a note", "main")
    assert push(hooked, "origin", "refs/notes/commits") == (0, "")
    hooked.git("tag", "key", "main:README.md")
    told = "mlgovern: not judged before this push: refs/tags/key (it is no commit).\n"
    assert push(hooked, "origin", "key") == (0, told)


def test_what_reaches_a_protected_branch_is_judged_beside_another(repo: Sealed) -> None:
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [strict]\n")
    base = repo.commit()
    waiting = repo.commit("fixup! feat: begin")
    tip = repo.commit("feat: go on")
    lines = f"a {waiting} refs/heads/feat/a {base}\nb {tip} refs/heads/main {base}\n"
    only = "commit-autosquash,branch-protected-commit"
    done = repo.mlgovern("hook", "pre-push", "--only", only, "origin", "url", stdin=lines)
    assert done.returncode == 1
    assert b"waits to be folded" in done.stderr
    assert done.stderr.count(b"2 commits went straight onto the protected branch") == 1


def test_a_published_tag_stays(hooked: Sealed, remote: Sealed) -> None:  # noqa: F811 - fixtures
    hooked.git("tag", "v1.0.0", "main")
    assert push(hooked, "origin", "v1.0.0") == (0, "")
    hooked.stage("a.txt", "a\n")
    hooked.commit("feat: add a")
    hooked.git("tag", "-f", "v1.0.0")
    code, out = push(hooked, "--force", "origin", "v1.0.0")
    assert (code, 'the push moves the published tag "v1.0.0"' in out) == (1, True)
    assert push(hooked, "origin", ":v1.0.0")[0] == 1
