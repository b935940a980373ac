"""What a history holds, asked of real repositories, and compared with a look at every tree."""

from collections.abc import Callable

import pytest

from mlgovern.facts import versions
from mlgovern.facts.snapshot import REGULAR, SYMLINK
from mlgovern.facts.versions import History, Listing, Version
from tests.conftest import Sealed
from tests.facts.test_collect import opened

Past = Callable[..., History]


@pytest.fixture
def past(monkeypatch: pytest.MonkeyPatch) -> Past:
    """The history of a repository, or of a selection of it."""

    def look(repo: Sealed, *selection: str) -> History:
        with opened(repo, monkeypatch) as here, Listing(here, selection or versions.EVERYTHING) as listing:
            return versions.history(listing)

    return look


def trees(repo: Sealed) -> set[tuple[str, str]]:
    """Path and blob of every entry of every tree of every commit."""
    found = set()
    for commit in repo.git("rev-list", "--all").split():
        for entry in repo.git("ls-tree", "-r", "-z", commit).split("\0")[:-1]:
            head, _, path = entry.partition("\t")
            if head.split()[1] == "blob":
                found.add((path, head.split()[2]))
    return found


def held(history: History) -> set[tuple[str, str]]:
    return {(version.path, version.blob) for version in history.first}


def bring(repo: Sealed, path: str, data: str, message: str = "feat: a change") -> str:
    repo.stage(path, data)
    return repo.commit(message)


def tangled(repo: Sealed) -> None:
    """Renames, merges with and without a conflict, an orphan branch, a stash, odd paths, a symbolic link, a submodule."""
    first = bring(repo, "a.txt", "1\n2\n3\n")
    repo.git("mv", "a.txt", "b.txt")
    repo.commit("feat: rename")
    repo.git("switch", "-qc", "side", first)
    bring(repo, "a.txt", "1\n2\nside\n")
    bring(repo, "données/.env", "A=1\n")
    repo.git("switch", "-q", "main")
    bring(repo, "b.txt", "1\n2\nmain\n")
    assert repo.run("git", "merge", "-q", "side").returncode == 1
    repo.write("b.txt", "resolved\n")
    repo.git("add", "-A")
    repo.commit("feat: merge")
    repo.git("switch", "-q", "--orphan", "other")
    bring(repo, "dir/na\nme", "newline")
    (repo.top / "link").symlink_to("dir")
    repo.git("add", "link")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{first},module")
    repo.commit("feat: a link and a module")
    repo.git("tag", "-am", "v1", "v1", "side~1")
    repo.git("branch", "-qD", "side")
    repo.write("dir/na\nme", "stashed")
    repo.git("stash", "-q")


@pytest.mark.parametrize("format_", ("sha1", "sha256"))
def test_every_version_of_every_tree(make_repo: Callable[..., Sealed], past: Past, format_: str) -> None:
    repo = make_repo("repo", f"--object-format={format_}")
    tangled(repo)
    seen = past(repo)
    assert held(seen) == trees(repo)
    assert set(seen.commits) == set(repo.git("rev-list", "--all").split())
    assert sorted(version for blob in seen.blobs for version in blob) == sorted(seen.first)
    assert all(len({version.blob for version in blob}) == 1 for blob in seen.blobs)
    assert {version.mode for version in seen.first if version.path == "link"} == {SYMLINK}


def test_the_first_commit_that_brings_a_version(repo: Sealed, past: Past) -> None:
    commits = [bring(repo, "a", "1"), bring(repo, "b", "1"), bring(repo, "a", "2"), bring(repo, "a", "1")]
    seen = past(repo)
    assert list(seen.commits) == commits
    named = {(version.path, repo.git("cat-file", "blob", version.blob)): at for version, at in seen.first.items()}
    assert named == {("a", "1"): 0, ("b", "1"): 1, ("a", "2"): 2}


def test_a_mode_is_no_version(repo: Sealed, past: Past) -> None:
    bring(repo, "a.sh", "x")
    repo.git("update-index", "--chmod=+x", "a.sh")
    repo.commit("feat: run it")
    assert [version[::2] for version in past(repo).first] == [("a.sh", REGULAR)]


def test_a_range(repo: Sealed, past: Past) -> None:
    base = bring(repo, "a", "1")
    tip = bring(repo, "a", "2")
    seen = past(repo, f"{base}..{tip}")
    assert (list(seen.commits), len(seen.first)) == ([tip], 1)


def test_what_refs_hold_without_a_commit(repo: Sealed, past: Past) -> None:
    bring(repo, "a/b", "1")
    blob = repo.git("hash-object", "-w", "--stdin", stdin="key")
    repo.git("tag", "key", blob)
    repo.git("tag", "cut\u2028here", blob)
    repo.git("tag", "-am", "deep", "again", "key")
    repo.stage("c/d", "2")
    repo.git("tag", "tree", repo.git("write-tree"))
    first = {(version.path, at) for version, at in past(repo).first.items()}
    tags = {(f"refs/tags/{name}", -1) for name in ("key", "again", "cut\u2028here")}
    assert first == {("a/b", 0), ("c/d", -1), *tags}


def test_every_stash(repo: Sealed, past: Past) -> None:
    bring(repo, "a", "1")
    for number in range(3):
        repo.stage(f"stashed{number}", "x")
        repo.git("stash", "-q")
    assert {path for path, _ in held(past(repo))} == {"a", "stashed0", "stashed1", "stashed2"}


def test_an_object_that_another_stands_in_for_is_seen(repo: Sealed, past: Past) -> None:
    bring(repo, "a", "hidden")
    old = repo.git("rev-parse", "HEAD:a")
    repo.git("replace", old, repo.git("hash-object", "-w", "--stdin", stdin="harmless"))
    assert ("a", old) in held(past(repo))


def test_a_shallow_clone_says_so(repo: Sealed, past: Past) -> None:
    bring(repo, "a", "1")
    bring(repo, "a", "2")
    repo.git("clone", "-q", "--depth=1", f"file://{repo.top}", "clone")
    seen = past(Sealed(repo.top / "clone", repo.environment))
    assert len(seen.first) == 1
    assert [gap.why for gap in seen.gaps] == ["this clone is shallow; `git fetch --unshallow` brings the rest"]


def test_what_a_partial_clone_left_out(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(repo, "a", "1")
    left = repo.git("rev-parse", "HEAD:a")
    bring(repo, "a", "2")
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--filter=blob:none", f"file://{repo.top}", "clone")
    with opened(Sealed(repo.top / "clone", repo.environment), monkeypatch) as here:
        assert versions.missing(here) == {left}
    with opened(repo, monkeypatch) as here:
        assert versions.missing(here) == frozenset()


def test_contents_in_pages(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_PAGE", 3)
    for number in range(10):
        repo.write(f"f{number}", "x" * number)
    repo.git("add", "-A")
    repo.commit()
    with opened(repo, monkeypatch) as here:
        with Listing(here) as listing:
            past = versions.history(listing)
        gone = [Version("gone", "0" * 40)]
        found = versions.contents(here, [*past.blobs, gone], lambda version: version.path != "f5", 7)
        seen = {content.versions[0].path: (content.size, content.data) for content in found}
    wanted = {f"f{n}": (n, None if n in {5, 8, 9} else b"x" * n) for n in range(10)}
    assert seen == {**wanted, "gone": (-1, None)}
