"""What only history and refs tell, asked of real repositories."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mlgovern.facts import history, ranges
from mlgovern.facts.snapshot import Ask, Head, RefUpdate, Snapshot, Wants
from tests.conftest import Sealed
from tests.facts.test_collect import opened

See = Callable[..., Snapshot]
Strays = Callable[..., tuple[str, ...] | None]


@pytest.fixture
def see(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> See:
    """The one snapshot of a span of the repository, with some facts asked for."""

    def look(*asks: Ask, span: ranges.Span | None = None, stage: str = "ci", files: bool = False) -> Snapshot:
        with opened(repo, monkeypatch) as here:
            tip = repo.git("rev-parse", "HEAD")
            (seen,) = ranges.commit_range(
                here, Wants(files=files, asks=asks), (stage,), span or ranges.Span((tip,), tip)
            )
            return seen

    return look


def test_nobody_asks(repo: Sealed, see: See) -> None:
    repo.stage("a", "a")
    repo.commit()
    seen = see()
    assert (seen.files, seen.tracked, seen.heads, seen.known) == ((), {}, None, None)
    assert [(c.paths, c.signature, c.merged) for c in seen.commits] == [(None, None, ())]


def test_paths_of_each_commit(repo: Sealed, see: See) -> None:
    repo.stage("a", "a")
    repo.stage("b", "b")
    repo.commit()
    repo.git("rm", "-q", "a")
    repo.commit("fix: remove a")
    assert [commit.paths for commit in see(("paths",)).commits] == [("a", "b"), ("a",)]


SIGNED = """\
tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
author A <a@acme.example> 1700000000 +0000
committer A <a@acme.example> 1700000000 +0000
gpgsig -----BEGIN {kind}-----

 bm90IGEgc2lnbmF0dXJl
 -----END {kind}-----

feat: signed

gpgsig -----BEGIN PGP SIGNATURE-----
"""


@pytest.mark.parametrize(
    ("kind", "name"),
    (("PGP SIGNATURE", "gpg"), ("SSH SIGNATURE", "ssh"), ("SIGNED MESSAGE", "x509"), ("OTHER THING", "")),
)
def test_kind_of_a_signature(repo: Sealed, see: See, kind: str, name: str) -> None:
    repo.git("mktree", stdin="")
    commit = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=SIGNED.format(kind=kind))
    repo.git("update-ref", "refs/heads/main", commit)
    assert [commit.signature for commit in see(("signatures",)).commits] == [name]


def test_a_signature_in_the_message_is_none(repo: Sealed, see: See) -> None:
    repo.commit("feat: x\n\ngpgsig -----BEGIN PGP SIGNATURE-----")
    assert [commit.signature for commit in see(("signatures",)).commits] == [""]


def test_reverts_of_what_exists(repo: Sealed, see: See) -> None:
    first = repo.commit()
    gone = "d" * 40
    repo.commit(f'Revert "x"\n\nThis reverts commit {first}.')
    repo.commit(f'Revert "y"\n\nThis reverts commit {first[:9]}.')
    repo.commit(f'Revert "z"\n\nThis reverts commit {gone}.')
    repo.commit("docs: cite\n\nThis reverts commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904.")  # a tree
    assert see(("reverts",)).known == frozenset({first, first[:9]})


def at(day: int) -> dict[str, str]:
    return {f"GIT_{who}_DATE": f"2026-11-{day:02}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}


def committed(repo: Sealed, message: str, day: int) -> str:
    repo.git("commit", "-q", "--allow-empty", "-m", message, **at(day))
    return repo.git("rev-parse", "HEAD")


def seconds(day: int) -> int:
    from datetime import UTC, datetime

    return int(datetime(2026, 11, day, 12, tzinfo=UTC).timestamp())


def test_branches_against_the_trunk(repo: Sealed, see: See) -> None:
    root = committed(repo, "feat: begin", 1)
    repo.git("switch", "-qc", "feat/old")
    committed(repo, "feat: one", 3)
    old = committed(repo, "feat: two", 5)
    repo.git("update-ref", "refs/remotes/origin/feat/old", old)
    repo.git("branch", "feat/merged", root)
    heads = see(("heads", "trunk", "main")).heads
    assert heads == (
        Head("feat/merged", "", root, seconds(1), merged=True),
        Head("feat/old", "", old, seconds(5), began=seconds(3)),
        Head("main", "", root, seconds(1), merged=True),
        Head("feat/old", "origin", old, seconds(5), began=seconds(3)),
    )


def test_a_rebased_branch_is_as_old_as_its_work(repo: Sealed, see: See) -> None:
    repo.commit()
    repo.git("switch", "-qc", "feat/x")
    repo.git(
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "feat: x",
        **{**at(20), "GIT_AUTHOR_DATE": "2026-11-10T12:00:00Z"},
    )
    began = [head.began for head in see(("heads", "main")).heads or () if head.name == "feat/x"]
    assert began == [seconds(10)]


def test_the_remote_s_trunk_counts(repo: Sealed, see: See) -> None:
    root = repo.commit()
    ahead = repo.commit("feat: not pushed yet")
    repo.git("update-ref", "refs/remotes/origin/main", root)
    repo.git("branch", "feat/x", ahead)
    assert {head.name: head.merged for head in see(("heads", "main")).heads or ()}["feat/x"] is False


def test_without_a_trunk(repo: Sealed, see: See) -> None:
    repo.commit()
    assert see(("heads", "develop")).heads is None


def test_merges_are_told_by_the_tips_of_branches(repo: Sealed, see: See) -> None:
    repo.commit()
    repo.git("switch", "-qc", "feat/x")
    repo.commit("feat: x")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "feat/x")
    assert [commit.merged for commit in see(("merges",)).commits] == [(), (), ("feat/x",)]


@pytest.fixture
def environments(repo: Sealed) -> Sealed:
    """A repository with main, and production at its root."""
    repo.stage("a", "1\n")
    repo.commit()
    repo.git("branch", "production")
    repo.stage("b", "1\n")
    repo.commit("feat: add b")
    return repo


@pytest.fixture
def strays(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> Strays:
    """What a push of production from one commit to another brings there first."""

    def look(old: str, new: str, upstream: str = "main") -> tuple[str, ...] | None:
        wants = Wants(asks=(("arrivals", "production", upstream, "trunk"),))
        with opened(repo, monkeypatch) as here:
            return history.updates(here, wants, (RefUpdate("refs/heads/production", old, new),))[0].strays

    return look


def test_what_is_upstream_already_may_arrive(environments: Sealed, strays: Strays) -> None:
    repo = environments
    old, new = repo.git("rev-parse", "production"), repo.git("rev-parse", "main")
    assert strays(old, new) == ()


def test_a_cherry_pick_may_arrive_and_a_fix_on_the_spot_may_not(environments: Sealed, strays: Strays) -> None:
    repo = environments
    old = repo.git("rev-parse", "production")
    repo.git("switch", "-q", "production")
    repo.git("cherry-pick", "main")
    assert strays(old, repo.git("rev-parse", "HEAD")) == ()
    repo.stage("c", "1\n")
    stray = repo.commit("fix: mend it here")
    assert strays(old, stray) == (stray,)


def test_a_cherry_pick_that_was_changed_names_its_origin(environments: Sealed, strays: Strays) -> None:
    repo = environments
    old, origin = (repo.git("rev-parse", name) for name in ("production", "main"))
    repo.git("switch", "-q", "production")
    repo.stage("b", "another\n")
    new = repo.commit(f"feat: add b\n\n(cherry picked from commit {origin})")
    assert strays(old, new) == ()
    repo.stage("b", "yet another\n")
    forged = repo.commit(f"feat: add b\n\n(cherry picked from commit {new})")
    assert strays(old, forged) == (forged,)


def test_an_upstream_that_is_not_here(environments: Sealed, strays: Strays) -> None:
    new = environments.git("rev-parse", "HEAD")
    assert strays("0" * 40, new, "develop") is None
    assert strays("0" * 40, new, "main") == ()


def test_what_decides_on_arrivals_runs_nothing(environments: Sealed, strays: Strays, tmp_path: Path) -> None:
    """`rev-list --cherry-pick` compares changes: no textconv and no external diff of the repository may have a say."""
    repo, canary = environments, tmp_path / "canary"
    for key in ("diff.external", "diff.x.textconv", "diff.x.command"):
        repo.git("config", key, f'touch "{canary}"; cat')
    repo.write(".git/info/attributes", "* diff=x\n")
    old = repo.git("rev-parse", "production")
    repo.git("switch", "-q", "production")
    repo.stage("c", "1\n")
    stray = repo.commit("fix: mend it here")
    assert strays(old, stray) == (stray,)
    assert not canary.exists()


def test_a_long_history_comes_in_pages(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcde":
        repo.stage(name, name)
        repo.stage("all", f"until {name}")
        repo.commit(f"feat: add {name}")
    repo.git("rm", "-q", "a")
    tip = repo.commit("fix: remove a")
    monkeypatch.setattr(ranges, "PAGE", 4)
    span = ranges.Span((tip,), tip)
    with opened(repo, monkeypatch) as here:
        seen = list(ranges.commit_range(here, Wants(reads=("**",)), ("ci",), span))
        cut = list(ranges.commit_range(here, Wants(max_commits=5), ("ci",), span))
    assert [(s.scope, len(s.commits), [f.path for f in s.files]) for s in seen] == [
        ("commits", 4, []),
        ("files", 4, ["a", "all", "all", "b", "all", "c", "all", "d"]),
        ("commits", 2, []),
        ("files", 2, ["all", "e"]),
        ("whole", 2, ["all", "b", "c", "d", "e"]),
    ]
    assert (seen[-1].removed, sorted(seen[-1].tracked)) == (("a",), ["all", "b", "c", "d", "e"])
    assert [gap.why for gap in cut[0].gaps] == ["it has 6 commits, limits.max_commits is 5: the newest were judged"]
    assert next(c.message for s in cut if s.scope == "commits" for c in s.commits) == "feat: add b"
