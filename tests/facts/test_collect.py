"""The wall against real repositories: in every state git can be in, the snapshot is what git is about to record."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgovern.facts import collect, git, listings, ranges, state
from mlgovern.facts.batches import batches
from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, Snapshot, Wants
from tests.conftest import Sealed

ALL = Wants(reads=("**",))

# Run by real hooks: what does the collector see from inside `git commit`?
PROBE = """
import json, sys
from mlgovern.facts import collect, git
from mlgovern.facts.snapshot import Wants
with git.locate() as here:
    s = collect.staged(here, Wants(reads=("**",)), ("pre-commit",))
    files = {f.path: s.read(f).decode() for f in s.files}
    seen = {"files": files, "removed": s.removed, "branch": s.branch, "operation": s.operation, "tracked": sorted(s.tracked)}
    with open(sys.argv[1], "w") as out: json.dump(seen, out)
"""


def opened(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> git.Git:
    """The repository as a process inside it sees it."""
    for key in [key for key in os.environ if key.startswith("GIT_")]:
        monkeypatch.delenv(key)
    for key, value in repo.environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.chdir(repo.top)
    return git.locate()


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sealed], Snapshot]:
    """What `collect.staged` sees in a repository."""

    def look(repo: Sealed) -> Snapshot:
        with opened(repo, monkeypatch) as here:
            return collect.staged(here, ALL, ("pre-commit",))

    return look


def paths(snapshot: Snapshot) -> list[str]:
    return sorted(file.path for file in snapshot.files)


def test_unborn_branch(repo: Sealed, staged: Callable[[Sealed], Snapshot]) -> None:
    repo.stage("a.txt", "a")
    seen = staged(repo)
    assert (seen.unborn, seen.branch, paths(seen)) == (True, "main", ["a.txt"])


def test_nothing_staged(repo: Sealed, staged: Callable[[Sealed], Snapshot]) -> None:
    repo.stage("a.txt", "a")
    repo.commit()
    repo.write("a.txt", "changed on disk only")
    seen = staged(repo)
    assert (seen.files, seen.removed, list(seen.tracked)) == ((), (), ["a.txt"])


def test_added_changed_removed_and_retyped(repo: Sealed, staged: Callable[[Sealed], Snapshot]) -> None:
    for name in ("changed", "removed", "moved", "retyped"):
        repo.stage(name, f"the old {name}\n" * 5)
    repo.commit()
    repo.stage("added", "new")
    repo.stage("changed", "new")
    repo.git("rm", "-q", "removed")
    repo.git("mv", "moved", "there")
    (repo.top / "retyped").unlink()
    (repo.top / "retyped").symlink_to("added")
    repo.git("add", "retyped")
    seen = staged(repo)
    assert paths(seen) == ["added", "changed", "retyped", "there"]
    assert sorted(seen.removed) == ["moved", "removed"]
    link = seen.tracked["retyped"]
    assert (link.mode, seen.read(link)) == (SYMLINK, b"added")


def test_contents_come_from_the_index_not_from_disk(repo: Sealed, staged: Callable[[Sealed], Snapshot]) -> None:
    repo.stage("a.txt", "staged")
    repo.write("a.txt", "on disk")
    seen = staged(repo)
    assert (seen.at("a.txt"), seen.files[0].size) == (b"staged", 6)


def test_a_file_that_is_only_announced_is_not_committed(repo: Sealed, staged: Callable[[Sealed], Snapshot]) -> None:
    repo.stage("a.txt", "a")
    repo.commit()
    repo.write("later.ipynb", "{}")
    repo.git("add", "--intent-to-add", "later.ipynb")
    repo.stage("a.txt", "b")
    assert paths(staged(repo)) == ["a.txt"]
    repo.commit()
    assert "later.ipynb" not in repo.git("ls-tree", "--name-only", "HEAD")


def test_detached_head(repo: Sealed, staged: Callable[[Sealed], Snapshot]) -> None:
    repo.commit()
    repo.git("checkout", "-q", "--detach")
    repo.stage("a.txt")
    seen = staged(repo)
    assert (seen.branch, seen.operation, paths(seen)) == (None, None, ["a.txt"])


def test_merge_in_progress_judges_the_resolution_alone(repo: Sealed, staged: Callable[[Sealed], Snapshot]) -> None:
    repo.stage("both", "base\n")
    repo.commit()
    repo.git("switch", "-qc", "side")
    repo.stage("theirs", "t")
    repo.stage("both", "side\n")
    repo.commit("feat: side")
    repo.git("switch", "-q", "main")
    repo.stage("ours", "o")
    repo.stage("both", "main\n")
    repo.commit("feat: main")
    assert repo.run("git", "merge", "side").returncode == 1
    repo.stage("both", "resolved\n")
    seen = staged(repo)
    assert (seen.operation, seen.branch, paths(seen)) == ("merge", "main", ["both"])
    assert sorted(seen.tracked) == ["both", "ours", "theirs"]


@pytest.mark.parametrize("command", ("cherry-pick", "revert"))
def test_cherry_pick_and_revert_in_progress(repo: Sealed, staged: Callable[[Sealed], Snapshot], command: str) -> None:
    repo.stage("a", "1\n")
    repo.commit()
    repo.stage("a", "2\n")
    picked = repo.commit("feat: two")
    repo.stage("a", "3\n")
    repo.commit("feat: three")
    assert repo.run("git", command, picked).returncode == 1
    repo.stage("a", "mended\n")
    seen = staged(repo)
    assert (seen.operation, seen.branch, seen.at("a")) == (command, "main", b"mended\n")


def test_rebase_in_progress_knows_the_branch(repo: Sealed, staged: Callable[[Sealed], Snapshot]) -> None:
    repo.stage("a", "1\n")
    repo.commit()
    repo.git("switch", "-qc", "feat/x")
    repo.stage("a", "2\n")
    repo.commit("feat: two")
    repo.git("switch", "-q", "main")
    repo.stage("a", "3\n")
    repo.commit("feat: three")
    repo.git("switch", "-q", "feat/x")
    assert repo.run("git", "rebase", "main").returncode == 1
    repo.stage("a", "mended\n")
    seen = staged(repo)
    assert (seen.operation, seen.branch, paths(seen)) == ("rebase", "feat/x", ["a"])


def test_linked_worktree(
    repo: Sealed, tmp_path: Path, staged: Callable[[Sealed], Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit()
    repo.git("worktree", "add", "-q", "-b", "feat/tree", str(tmp_path / "tree"))
    tree = Sealed(tmp_path / "tree", repo.environment)
    tree.stage("a.txt", "a")
    seen = staged(tree)
    assert (seen.branch, paths(seen)) == ("feat/tree", ["a.txt"])
    with opened(tree, monkeypatch) as here:
        assert Path(here.common_dir) == repo.top / ".git"
        assert Path(git.hooks_folder(here)) == repo.top / ".git/hooks"


def test_submodule_is_not_opened(
    repo: Sealed, make_repo: Callable[..., Sealed], staged: Callable[[Sealed], Snapshot]
) -> None:
    inner = make_repo("inner")
    inner.commit()
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.top), "vendor/inner")
    seen = staged(repo)
    assert paths(seen) == [".gitmodules", "vendor/inner"]
    module = seen.tracked["vendor/inner"]
    assert (module.mode, seen.read(module)) == (SUBMODULE, None)


def test_inside_a_submodule(
    repo: Sealed, make_repo: Callable[..., Sealed], staged: Callable[[Sealed], Snapshot]
) -> None:
    inner = make_repo("inner")
    inner.commit()
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.top), "sub")
    within = Sealed(repo.top / "sub", repo.environment)
    within.stage("a.txt", "a")
    assert paths(staged(within)) == ["a.txt"]


def test_sha256_repository(make_repo: Callable[..., Sealed], staged: Callable[[Sealed], Snapshot]) -> None:
    repo = make_repo("sha256", "--object-format=sha256")
    repo.stage("a.txt", "a")
    repo.commit()
    repo.stage("b.txt", "b")
    seen = staged(repo)
    assert (paths(seen), len(seen.files[0].blob), seen.at("b.txt")) == (["b.txt"], 64, b"b")


ODD = (
    "données/.env",
    "a b",
    "tab\there",
    "line\nbreak",
    'quo"te',
    ":colon",
    "-rf",
    "caf\udce9",
    "\u202egnp.exe",
    "\x1b]0;x\x07",
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot hold these names")
@pytest.mark.parametrize("name", ODD)
def test_odd_names_survive(repo: Sealed, staged: Callable[[Sealed], Snapshot], name: str) -> None:
    repo.stage("before", "1")
    repo.commit()
    repo.git("config", "core.quotePath", "true")
    target = os.fsencode(repo.top) + b"/" + name.encode("utf-8", "surrogateescape")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    Path(os.fsdecode(target)).write_bytes(b"odd")
    repo.git("add", "-A", "--force")
    seen = staged(repo)
    assert (paths(seen), seen.at(name)) == ([name], b"odd")
    repo.commit("feat: odd")
    tree = listings_of(repo)
    assert name in tree


def listings_of(repo: Sealed) -> dict[str, object]:
    here = git.Git(str(repo.top), str(repo.top / ".git"), str(repo.top / ".git"), repo.environment)
    return dict(listings.tree(here, "HEAD"))


# Commits that use another index: git hands its path to the hook in GIT_INDEX_FILE.


@pytest.fixture
def probed(repo: Sealed, tmp_path: Path) -> Callable[..., dict[str, object]]:
    """Run `git commit …` with a hook that writes down what the collector sees."""
    script, out = tmp_path / "probe.py", tmp_path / "seen.json"
    script.write_text(PROBE)
    hooks = repo.top / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    hook = hooks / "pre-commit"
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P "{script}" "{out}"\n')
    hook.chmod(0o755)

    def run(*words: str, stdin: bytes = b"") -> dict[str, object]:
        repo.git(*words, stdin=stdin)
        seen: dict[str, object] = json.loads(out.read_text())
        return seen

    return run


def two_changes(repo: Sealed) -> None:
    repo.stage("a", "1\n")
    repo.stage("b", "1\n")
    repo.commit()
    repo.write("a", "2\n")
    repo.write("b", "2\n")


def test_commit_of_a_path(repo: Sealed, probed: Callable[..., dict[str, object]]) -> None:
    two_changes(repo)
    repo.git("add", "b")
    seen = probed("commit", "-m", "feat: a", "a")
    assert seen["files"] == {"a": "2\n"}


def test_commit_all(repo: Sealed, probed: Callable[..., dict[str, object]]) -> None:
    two_changes(repo)
    assert probed("commit", "-am", "feat: all")["files"] == {"a": "2\n", "b": "2\n"}


def test_commit_of_a_patch(repo: Sealed, probed: Callable[..., dict[str, object]]) -> None:
    two_changes(repo)
    seen = probed("commit", "-pm", "feat: part", stdin=b"y\nn\n")
    assert seen["files"] == {"a": "2\n"}


def test_commit_from_a_worktree(repo: Sealed, tmp_path: Path, probed: Callable[..., dict[str, object]]) -> None:
    repo.commit()
    repo.git("worktree", "add", "-q", "-b", "feat/tree", str(tmp_path / "tree"))
    (tmp_path / "tree" / "w").write_text("w\n")
    repo.git("-C", str(tmp_path / "tree"), "add", "w")
    seen = probed("-C", str(tmp_path / "tree"), "commit", "-m", "feat: w")
    assert (seen["files"], seen["branch"]) == ({"w": "w\n"}, "feat/tree")


def test_commit_of_a_deletion(repo: Sealed, probed: Callable[..., dict[str, object]]) -> None:
    two_changes(repo)
    repo.git("rm", "-qf", "a")
    seen = probed("commit", "-m", "feat: gone")
    assert (seen["files"], seen["removed"]) == ({}, ["a"])


# Ranges, pushes and whole trees.


def test_range_holds_every_version_even_if_a_later_commit_removes_it(
    repo: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = repo.commit()
    repo.stage("secret", "one")
    first = repo.commit("feat: one\n\nbody")
    repo.git("rm", "-q", "secret")
    repo.stage("kept", "two")
    second = repo.commit("feat: two")
    with opened(repo, monkeypatch) as here:
        span = ranges.Span((f"{base}..HEAD",), second)
        (seen,) = ranges.commit_range(here, ALL, ("ci",), span)
    assert [(file.path, file.commit) for file in seen.files] == [("secret", first), ("kept", second)]
    assert [seen.read(file) for file in seen.files] == [b"one", b"two"]
    assert [commit.message for commit in seen.commits] == ["feat: one\n\nbody", "feat: two"]
    assert (seen.removed, list(seen.tracked)) == (("secret",), ["kept"])


def test_a_merge_brings_only_what_differs_from_all_parents(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("a", "1")
    base = repo.commit()
    repo.git("switch", "-qc", "side")
    repo.stage("theirs", "t")
    repo.commit("feat: side")
    repo.git("switch", "-q", "main")
    repo.stage("ours", "o")
    repo.commit("feat: main")
    repo.git("merge", "-q", "--no-commit", "side")
    repo.stage("evil", "e")
    merge = repo.commit("Merge branch 'side'")
    with opened(repo, monkeypatch) as here:
        (seen,) = ranges.commit_range(here, ALL, ("ci",), ranges.Span((f"{base}..HEAD",), merge))
    brought = {file.path: file.commit for file in seen.files}
    assert sorted(brought) == ["evil", "ours", "theirs"]
    assert brought["evil"] == merge
    assert [len(commit.parents) for commit in seen.commits] == [1, 1, 2]


def test_whole_index_in_batches(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        repo.stage(f"{name}.txt", name * 1000)
    with opened(repo, monkeypatch) as here:
        wants = Wants(reads=("*.txt",), consults=((("**",), ("a.txt",)),))
        (whole,), _ = collect.whole_index(here, wants, ("audit",))
        seen = list(batches(here, wants, whole, 1500))
    files = [(batch.scope, "".join(file.path[0] for file in batch.files)) for batch in seen]
    assert files == [("whole", "abc"), ("files", "ab"), ("files", "c")]
    assert all(batch.read(file) is not None for batch in seen[1:] for file in batch.files)
    assert all(batch.at("a.txt") == b"a" * 1000 for batch in seen)


def test_too_large_is_left_unread(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("large", "x" * 101)
    repo.stage("small", "x" * 100)
    with opened(repo, monkeypatch) as here:
        (seen,), _ = collect.whole_index(here, Wants(reads=("**",), max_file_bytes=100), ("audit",))
    assert {file.path: (file.size, seen.read(file) is None) for file in seen.files} == {
        "large": (101, True),
        "small": (100, False),
    }


def test_consulted_files_are_read_only_when_triggered(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("lock", "l")
    repo.stage("other", "o")
    repo.commit()
    wants = Wants(consults=((("manifest",), ("lock",)),))
    repo.stage("other", "changed")
    with opened(repo, monkeypatch) as here:
        assert collect.staged(here, wants, ("pre-commit",)).at("lock") is None
        repo.stage("manifest", "m")
        assert collect.staged(here, wants, ("pre-commit",)).at("lock") == b"l"


def test_of_two_names_of_one_setting_the_last_one_set_wins(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("commentChar", ";"), ("commentString", "//"), ("commentChar", "%")):
        repo.git("config", "--add", f"core.{name}", value)
    with opened(repo, monkeypatch) as here:
        assert state.comment(state.settings(here, r"^core\.comment")) == "%"
        assert state.help_mark(here) == "%"


def test_branches_local_and_remote(
    repo: Sealed, make_repo: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit()
    repo.git("branch", "feat/a")
    other = make_repo("other")
    other.commit()
    other.git("branch", "fix/b")
    repo.git("remote", "add", "up", str(other.top))
    repo.git("fetch", "-q", "up")
    with opened(repo, monkeypatch) as here:
        assert sorted(state.branches(here)) == ["feat/a", "fix/b", "main"]
    repo.git("remote", "rename", "up", "acme/up")
    with opened(repo, monkeypatch) as here:
        assert [head[:2] for head in state.heads(here) if head.remote] == [("fix/b", "acme/up"), ("main", "acme/up")]


def test_the_branch_that_a_revision_names(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    first = repo.commit()
    tip = repo.commit("feat: go on")
    repo.git("branch", "feat/a", first)
    repo.git("remote", "add", "acme/up", "https://acme.example/x")
    repo.git("update-ref", "refs/remotes/acme/up/fix/b", first)
    rows = {"feat/a": first, "acme/up/fix/b": first, "main": tip, "HEAD": tip, tip: tip, first: first, "main~1": first}
    with opened(repo, monkeypatch) as here:
        assert [state.named_branch(here, name, commit) for name, commit in rows.items()] == [
            "feat/a", "fix/b", "main", "main", "main", None, None,
        ]  # fmt: skip


def test_a_message_does_not_end_at_a_nul(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit()
    tree, parent = repo.git("rev-parse", "HEAD^{tree}"), repo.git("rev-parse", "HEAD")
    who = "Ann Author <ann@acme.example> 1700000000 +0000"
    raw = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nfeat: add x\n\nseen\0unseen\n"
    tip = repo.git("hash-object", "--literally", "-t", "commit", "-w", "--stdin", stdin=raw)
    with opened(repo, monkeypatch) as here:
        ((found,), named) = listings.commits(here, (f"{parent}..{tip}",), 9), listings.named(here, [parent, tip])
    assert (found.message, found.id, found.parents) == ("feat: add x\n\nseen\0unseen", tip, (parent,))
    assert [commit.message for commit in named] == ["feat: begin", found.message]


def test_shallow_clone_is_noticed(repo: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit()
    repo.commit("feat: two")
    repo.git("clone", "-q", "--depth=1", f"file://{repo.top}", str(tmp_path / "clone"))
    clone = Sealed(tmp_path / "clone", repo.environment)
    end = clone.git("rev-parse", "HEAD")
    new = clone.commit("feat: three")
    with opened(clone, monkeypatch) as here:
        assert state.boundary(here) == {end}
        assert state.count(here, "HEAD") == 2
        spans = {
            (stage, selection): next(ranges.commit_range(here, ALL, (stage,), ranges.Span(selection, new))).gaps
            for stage in ("ci", "pre-push")
            for selection in ((new, "--not", end), (new,))
        }
    assert [bool(gaps) for gaps in spans.values()] == [True, True, False, True]


def test_what_is_tracked_is_told_where_only_messages_are_judged(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("packages/io/a", "1")
    repo.commit()
    repo.stage("packages/web/b", "1")
    head = repo.commit("feat: add web")
    repo.stage("packages/new/c", "1")
    wants = Wants(files=False, asks=(("paths",), ("tracked",)))
    with opened(repo, monkeypatch) as here:
        writing = collect.message(here, wants, ("commit-msg",), collect.Message(b"feat: x\n", editor=True))
        assert sorted(writing.tracked) == ["packages/io/a", "packages/new/c", "packages/web/b"]
        assert writing.commits[0].paths == ("packages/new/c",)
        span = ranges.Span((head,), head)
        stored = next(ranges.commit_range(here, wants, ("ci",), span))
        monkeypatch.setattr(ranges, "PAGE", 1)
        paged = next(ranges.commit_range(here, wants, ("ci",), span))
    for seen in (stored, paged):
        assert sorted(seen.tracked) == ["packages/io/a", "packages/web/b"]
    assert [commit.paths for commit in stored.commits] == [("packages/io/a",), ("packages/web/b",)]
    assert (paged.scope, len(paged.commits)) == ("commits", 1)


def test_git_configuration_is_told_where_it_is_asked_for(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.git("config", "filter.nbstripout.extraKeys", "metadata.old")
    repo.git("config", "--add", "filter.nbstripout.extraKeys", "metadata.a cell.b")
    repo.stage("a.txt", "a")
    asking = Wants(asks=(("config", "filter.nbstripout.extrakeys", "filter.nbstripout.keepmetadatakeys"),))
    with opened(repo, monkeypatch) as here:
        assert collect.staged(here, ALL, ("pre-commit",)).config == {}
        told = collect.staged(here, asking, ("pre-commit",)).config
    assert told == {"filter.nbstripout.extrakeys": "metadata.a cell.b"}
