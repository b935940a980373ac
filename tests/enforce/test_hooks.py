"""Real `git commit` through real hooks: what is refused, what passes, and what is seen of it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sealed
from tests.reporters.vscode import dialog_line

PASSWORD = "Otter" + "AfterLunch"  # joined here, so that no scanner trips over this file

POLICY = """\
schema: 1
extends: [base, strategies/github-flow]
rules: {branch-name-malformed: error, branch-protected-push: {settings: {plain: error}}}
"""


@pytest.fixture
def hooked(repo: Sealed) -> Sealed:
    """A repository with a policy, one commit, our hooks, and a feature branch checked out."""
    repo.stage(".mlgovern.yaml", POLICY)
    repo.stage("README.md", "# Readme\n")
    repo.commit("chore: begin")
    assert repo.mlgovern("install").returncode == 0
    repo.git("switch", "-qc", "feat/work")
    return repo


def commit(repo: Sealed, *words: str, **variables: str) -> tuple[int, str]:
    """`git commit`; its exit code and everything that it printed."""
    done = repo.run("git", "commit", *words, **variables)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "surrogateescape")


def test_a_sound_commit_is_silent(hooked: Sealed) -> None:
    hooked.stage("src/load.py", "print('hello')\n")
    assert commit(hooked, "-q", "-m", "feat: load the data") == (0, "")


def test_message_and_files_are_refused_in_one_sentence(hooked: Sealed) -> None:
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    before = hooked.status()
    code, out = commit(hooked, "-m", "added some stuff")
    assert code == 1
    line = dialog_line(out)
    assert line == (
        "Git: mlgovern: commit refused, 3 problems: the subject has no type (feat: add some stuff); "
        ".env is an environment file and holds a credential (git rm --cached .env); and 1 more."
    )
    assert PASSWORD not in out
    assert hooked.status() == before


def test_the_message_alone(hooked: Sealed) -> None:
    hooked.stage("a.txt", "a\n")
    code, out = commit(hooked, "-m", "feat: load the data.")
    assert (code, "full stop" in dialog_line(out)) == (1, True)


def test_what_is_not_staged_is_not_judged(hooked: Sealed) -> None:
    hooked.stage("a.txt", "a\n")
    hooked.write(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    assert commit(hooked, "-q", "-m", "feat: add a") == (0, "")


def test_the_index_counts_not_the_disk(hooked: Sealed) -> None:
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    hooked.write(".env", "LOG_LEVEL=info\n")
    assert commit(hooked, "-m", "feat: add settings")[0] == 1


def test_commit_all_and_commit_of_a_path_use_their_own_index(hooked: Sealed) -> None:
    hooked.stage("a.env", "LOG_LEVEL=info\n")
    hooked.stage("b.txt", "b\n")
    hooked.commit("feat: both")
    hooked.write("a.env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    hooked.write("b.txt", "c\n")
    assert commit(hooked, "-q", "-m", "feat: change b", "b.txt") == (0, "")
    assert commit(hooked, "-am", "feat: change all")[0] == 1
    assert commit(hooked, "-m", "feat: change a", "a.env")[0] == 1


def test_amend_and_its_message(hooked: Sealed) -> None:
    hooked.stage("a.txt", "a\n")
    assert commit(hooked, "-q", "-m", "feat: add a")[0] == 0
    assert commit(hooked, "-q", "--amend", "--no-edit") == (0, "")
    assert commit(hooked, "--amend", "-m", "oops")[0] == 1
    assert hooked.git("log", "-1", "--format=%s") == "feat: add a"


def editor(tmp_path: Path, message: str) -> str:
    """An editor that writes a message above git's comments."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys\npath = sys.argv[1]\nold = open(path, encoding='utf-8').read()\n"
        f"open(path, 'w', encoding='utf-8').write({message!r} + old)\n"
    )
    return f'"{sys.executable}" "{script}"'


def test_an_editor_s_comments_are_not_judged(hooked: Sealed, tmp_path: Path) -> None:
    hooked.stage("a.txt", "a\n")
    assert commit(hooked, "-q", "-v", GIT_EDITOR=editor(tmp_path, "feat: add a\n\n# a comment\n"))[0] == 0
    assert hooked.git("log", "-1", "--format=%B") == "feat: add a"


def test_without_an_editor_a_hash_line_is_stored_and_judged(hooked: Sealed) -> None:
    hooked.stage("a.txt", "a\n")
    code, out = commit(hooked, "-m", "#12 junk")
    assert (code, "#12 junk" in out) == (1, True)


def test_pre_commit_refuses_before_a_message_is_written_in_vain(hooked: Sealed, tmp_path: Path) -> None:
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    canary = tmp_path / "editor-was-opened"
    code, out = commit(hooked, GIT_EDITOR=f'touch "{canary}"; false')
    assert (code, canary.exists()) == (1, False)
    assert dialog_line(out).startswith("Git: mlgovern: commit refused, 2 problems: .env ")


def test_pre_commit_does_not_defer_to_a_commit_msg_hook_that_is_not_ours(hooked: Sealed) -> None:
    hook = hooked.top / ".git/hooks/commit-msg"
    hook.write_text("#!/bin/sh\nexit 0\n# mlgovern 1: not where we write it\n: # mlgovern 1:\n")
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    assert commit(hooked, "-m", "feat: add settings")[0] == 1


def test_a_merge_is_judged_by_its_resolution(hooked: Sealed) -> None:
    hooked.git("switch", "-q", "main")
    hooked.stage("old/.env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    hooked.commit("feat: what main did long ago")
    hooked.git("switch", "-q", "feat/work")
    hooked.stage("a.txt", "a\n")
    assert commit(hooked, "-q", "-m", "feat: add a")[0] == 0
    done = hooked.run("git", "merge", "-q", "--no-edit", "main")
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_merge_that_adds_a_secret_is_refused(hooked: Sealed) -> None:
    hooked.git("switch", "-q", "main")
    hooked.stage("theirs.txt", "t\n")
    hooked.commit("feat: theirs")
    hooked.git("switch", "-q", "feat/work")
    hooked.stage("ours.txt", "o\n")
    hooked.commit("feat: ours")
    hooked.git("merge", "-q", "--no-commit", "main")
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    assert commit(hooked, "--no-edit")[0] == 1


def test_a_one_parent_commit_that_calls_itself_a_merge_is_judged(hooked: Sealed) -> None:
    hooked.stage("a.txt", "a\n")
    assert commit(hooked, "-m", "Merge my junk")[0] == 1


def test_revert_after_a_conflict_and_reword_in_a_rebase(hooked: Sealed) -> None:
    hooked.stage("a.txt", "1\n")
    assert commit(hooked, "-q", "-m", "feat: one")[0] == 0
    hooked.stage("a.txt", "2\n")
    assert commit(hooked, "-q", "-m", "feat: two")[0] == 0
    hooked.git("revert", "--no-edit", "HEAD")
    assert hooked.git("log", "-1", "--format=%s") == 'Revert "feat: two"'
    todo = f"\"{sys.executable}\" -c \"import sys; p = sys.argv[1]; t = open(p).read(); open(p, 'w').write(t.replace('pick', 'reword', 1))\""
    message = f"\"{sys.executable}\" -c \"import sys; open(sys.argv[1], 'w').write('junk')\""
    done = hooked.run("git", "rebase", "-i", "HEAD~2", GIT_SEQUENCE_EDITOR=todo, GIT_EDITOR=message)
    assert done.returncode == 1
    assert b"mlgovern: commit refused" in done.stderr
    sound = f"\"{sys.executable}\" -c \"import sys; open(sys.argv[1], 'w').write('feat: reworded')\""
    hooked.git("commit", "--amend", GIT_EDITOR=sound)
    hooked.git("rebase", "--continue", GIT_EDITOR=sound)
    assert hooked.git("log", "--format=%s", "-2", "--reverse").splitlines()[0] == "feat: reworded"


def test_a_direct_commit_to_a_protected_branch(hooked: Sealed) -> None:
    hooked.git("switch", "-q", "main")
    hooked.stage("a.txt", "a\n")
    code, out = commit(hooked, "-m", "feat: add a")
    assert (code, "git switch -c" in out) == (1, True)


def test_the_root_commit_may_stand_on_main(repo: Sealed) -> None:
    repo.mlgovern("install")
    repo.stage(".mlgovern.yaml", POLICY)
    assert commit(repo, "-q", "-m", "chore: begin") == (0, "")


def test_a_worktree_uses_the_same_hooks(hooked: Sealed, tmp_path: Path) -> None:
    hooked.git("worktree", "add", "-q", "-b", "feat/tree", str(tmp_path / "tree"))
    tree = Sealed(tmp_path / "tree", hooked.environment)
    tree.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    assert commit(tree, "-m", "feat: add settings")[0] == 1
    tree.git("rm", "-qf", "--cached", ".env")
    tree.stage("a.txt", "a\n")
    assert commit(tree, "-q", "-m", "feat: add a") == (0, "")


def test_a_broken_policy_refuses_and_says_where(hooked: Sealed) -> None:
    hooked.stage(".mlgovern.yaml", "schema: 1\nruels: {}\n")
    code, out = commit(hooked, "-m", "feat: change the policy")
    assert code == 1
    assert dialog_line(out).startswith("Git: mlgovern: commit refused: .mlgovern.yaml:2:1: ")
    assert "Traceback" not in out


# Push.


@pytest.fixture
def remote(hooked: Sealed, make_repo: Callable[..., Sealed]) -> Sealed:
    """A bare repository behind `origin` that has main."""
    bare = make_repo("remote.git", "--bare")
    hooked.git("remote", "add", "origin", str(bare.top))
    hooked.git("push", "-q", "--no-verify", "origin", "main")
    return bare


def push(repo: Sealed, *words: str) -> tuple[int, str]:
    done = repo.run("git", "push", "-q", *words)
    return done.returncode, (done.stdout + done.stderr).decode()


def test_a_sound_push_is_silent(hooked: Sealed, remote: Sealed) -> None:
    hooked.stage("a.txt", "a\n")
    hooked.commit("feat: add a")
    assert push(hooked, "-u", "origin", "feat/work") == (0, "")


def test_a_push_judges_commits_that_went_past_the_hooks(hooked: Sealed, remote: Sealed) -> None:
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    hooked.commit("feat: add settings")
    hooked.git("rm", "-q", "--cached", ".env")
    hooked.commit("fix: remove settings")
    code, out = push(hooked, "origin", "feat/work")
    assert code == 1
    assert out.startswith("mlgovern: push refused, ")
    assert ".env" in out
    assert PASSWORD not in out


def test_a_push_judges_the_remote_branch(hooked: Sealed, remote: Sealed) -> None:
    hooked.commit("feat: nothing")
    code, out = push(hooked, "origin", "HEAD:main")
    assert (code, "main" in out.splitlines()[0]) == (1, True)
    assert push(hooked, "origin", "HEAD:refs/heads/Odd_Name")[0] == 1


def test_every_branch_of_a_push_is_judged(hooked: Sealed, remote: Sealed) -> None:
    hooked.stage("a.txt", "a\n")
    hooked.commit("feat: add a")
    hooked.git("switch", "-qc", "feat/other")
    hooked.stage("A.txt", "A\n")
    hooked.commit("feat: add another a")
    for order in (("feat/work", "feat/other"), ("feat/other", "feat/work")):
        code, out = push(hooked, "origin", *order)
        assert (code, "case-collision" in out) == (1, True)


def test_a_push_may_not_delete_or_force_a_protected_branch(hooked: Sealed, remote: Sealed) -> None:
    assert push(hooked, "origin", ":main")[0] == 1
    hooked.git("switch", "-q", "main")
    hooked.commit("feat: other", "--amend")
    assert push(hooked, "--force", "origin", "main")[0] == 1


def test_deleting_a_feature_branch_and_pushing_a_tag_pass(hooked: Sealed, remote: Sealed) -> None:
    assert push(hooked, "origin", "feat/work") == (0, "")
    hooked.git("tag", "v1.0.0")
    assert push(hooked, "origin", "v1.0.0") == (0, "")
    assert push(hooked, "origin", ":feat/work") == (0, "")


def test_nothing_to_push(hooked: Sealed, remote: Sealed) -> None:
    assert push(hooked, "origin", "main") == (0, "")


# Checkout, and the hooks that only speak.


def test_a_malformed_branch_is_told_at_once(hooked: Sealed) -> None:
    done = hooked.run("git", "switch", "-q", "-c", "Feature/Add_Login")
    assert done.returncode == 0
    assert b"git branch -m" in done.stderr
    assert hooked.git("branch", "--show-current") == "Feature/Add_Login"


def test_vs_code_is_given_the_line(hooked: Sealed) -> None:
    done = hooked.run("git", "switch", "-q", "-c", "Feature/Add_Login", VSCODE_GIT_COMMAND="checkout")
    assert done.returncode == 1
    assert dialog_line(done.stderr.decode()).startswith("Git: mlgovern: ")


def test_a_hook_manager_shows_the_line(hooked: Sealed) -> None:
    hooked.git("symbolic-ref", "HEAD", "refs/heads/Feature/Add_Login")
    told = hooked.mlgovern("hook", "post-checkout", PRE_COMMIT="1", PRE_COMMIT_CHECKOUT_TYPE="1")
    assert (told.returncode, told.stderr.startswith(b"mlgovern: this branch name needs mending")) == (1, True)


def test_a_sound_branch_and_a_checkout_of_files_are_silent(hooked: Sealed) -> None:
    assert hooked.run("git", "switch", "-q", "-c", "feat/sound").stderr == b""
    assert hooked.mlgovern("hook", "post-checkout", "1", "2", "0").stderr == b""


def test_post_commit_tells_what_went_past_the_hooks(hooked: Sealed) -> None:
    assert hooked.mlgovern("install", "--hook", "post-commit").returncode == 0
    hooked.stage("a.txt", "a\n")
    done = hooked.run("git", "commit", "-q", "--no-verify", "-m", "junk")
    assert done.returncode == 0
    assert done.stderr.startswith(b"mlgovern: this commit went past the hooks, ")
    hooked.stage("a.txt", "b\n")
    assert hooked.run("git", "commit", "-q", "-m", "feat: sound").stderr == b""


# What is called wrongly.


@pytest.mark.parametrize(
    ("words", "line"),
    (
        (("pre-rebase",), "mlgovern: there is no hook 'pre-rebase' here; known: pre-commit, "),
        ((), "mlgovern: there is no hook '' here; known: pre-commit, "),
        (("--help",), "mlgovern: there is no hook '--help' here; known: pre-commit, "),
        (("commit-msg",), "mlgovern: commit refused: commit-msg takes one argument, the file that holds the message"),
        (
            ("commit-msg", "missing"),
            "mlgovern: commit refused: the message file cannot be read: No such file or directory: missing",
        ),
        (
            ("pre-commit", "--only", "secret"),
            "mlgovern: commit refused: 'secret' is no rule and no family; did you mean 'secrets'?",
        ),
        (("pre-commit", "--only"), "mlgovern: commit refused: --only takes a rule or a family"),
    ),
)
def test_a_wrong_call_is_one_sentence(repo: Sealed, words: tuple[str, ...], line: str) -> None:
    done = repo.mlgovern("hook", *words)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(line)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_git_directory_never_blocks(hooked: Sealed) -> None:
    (hooked.top / ".git/mlgovern").chmod(0o500)
    hooked.stage("a.txt", "a\n")
    assert hooked.mlgovern("hook", "pre-commit").returncode == 0


def test_a_hook_manager_that_runs_by_itself_judges_everything_or_its_range(hooked: Sealed) -> None:
    base = hooked.git("rev-parse", "HEAD")
    assert hooked.mlgovern("hook", "pre-commit", PRE_COMMIT="1").returncode == 0
    hooked.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    tip = hooked.commit("feat: past the hooks")
    everything = hooked.mlgovern("hook", "pre-commit", PRE_COMMIT="1")
    assert everything.stderr.startswith(b"mlgovern: what is tracked refused, 2 problems: .env ")
    ends = {"PRE_COMMIT_FROM_REF": base, "PRE_COMMIT_TO_REF": tip}
    span = hooked.mlgovern("hook", "pre-commit", PRE_COMMIT="1", **ends)
    assert span.stderr.startswith(b"mlgovern: this range refused, 2 problems: .env ")


def test_a_commit_of_nothing_is_silent_too(hooked: Sealed) -> None:
    hooked.stage(".gitattributes", "*.pt filter=lfs\n")
    hooked.commit("chore: say what is large")
    assert commit(hooked, "-q", "--allow-empty", "-m", "feat: begin again") == (0, "")
    assert commit(hooked, "-q", "--amend", "--allow-empty", "-m", "feat: begin anew") == (0, "")


def test_a_corrupt_cache_never_blocks(hooked: Sealed) -> None:
    hooked.stage("a.txt", "a\n")
    hooked.mlgovern("hook", "pre-commit")
    entries = list((hooked.top / ".git/mlgovern").glob("effective-*.json"))
    assert entries
    for entry in entries:
        entry.write_bytes(entry.read_bytes()[:100])
    assert commit(hooked, "-q", "-m", "feat: add a") == (0, "")
