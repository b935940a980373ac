"""What a push brings, read from real repositories."""

import pytest

from mlgovern.errors import GitError
from mlgovern.facts import pushes
from mlgovern.facts.snapshot import Wants
from tests.conftest import Sealed
from tests.facts.test_collect import opened

ALL = Wants(reads=("**",))
ZERO = "0" * 40


def test_push_lines(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    old = repo.commit()
    new = repo.commit("feat: more")
    zero = "0" * 40
    gone = "1" * 40
    lines = (
        f"HEAD {new} refs/heads/main {old}\n"
        f"HEAD {old} refs/heads/back {new}\n"
        f"HEAD {new} refs/heads/new {zero}\n"
        f"(delete) {zero} refs/heads/dead {old}\n"
        f"HEAD {new} refs/heads/unknown {gone}\n"
    )
    with opened(repo, monkeypatch) as here:
        push = pushes.pushed(here, ALL, ("pre-push",), lines.encode(), "origin")
    assert [(u.branch, u.forced, u.creates, u.deletes) for u in push.facts.updates] == [
        ("main", False, False, False),
        ("back", True, False, False),
        ("new", False, True, False),
        ("dead", False, False, True),
        ("unknown", None, False, False),
    ]
    assert [span.tip for span in push.spans] == [new, old]
    assert all(span.facts is push.facts for span in push.spans)  # gathered once, however many refs there are
    assert [span.selection for span in push.spans] == [
        (new, "--not", old, new, "--remotes=origin"),
        (old, "--not", old, new, "--remotes=origin", new),
    ]


def test_a_push_line_that_git_would_not_write(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(repo, monkeypatch) as here, pytest.raises(GitError, match="pre-push reads"):
        pushes.pushed(here, ALL, ("pre-push",), b"nonsense\n", "origin")


@pytest.mark.parametrize(("remote", "told"), [("fork", "fork"), ("https://ann:pass@acme.example/x", "origin")])
def test_the_remote_is_told_by_its_name_alone(
    repo: Sealed, monkeypatch: pytest.MonkeyPatch, remote: str, told: str
) -> None:
    line = f"a {repo.commit()} refs/heads/feat/x {ZERO}\n"
    with opened(repo, monkeypatch) as here:
        assert pushes.pushed(here, ALL, ("pre-push",), line.encode(), remote).facts.remote == told


def test_what_one_tip_brings_is_known_at_the_other(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit()
    repo.git("switch", "-qc", "feat/x")
    side = repo.commit("feat: x")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "feat/x")
    merge = repo.git("rev-parse", "HEAD")
    lines = f"a {side} refs/heads/feat/x {ZERO}\nb {merge} refs/heads/main {ZERO}\n"
    with opened(repo, monkeypatch) as here:
        push = pushes.pushed(here, Wants(asks=(("merges",),)), ("pre-push",), lines.encode(), "origin")
        alone = pushes.pushed(here, ALL, ("pre-push",), lines.splitlines()[0].encode(), "origin")
    known = {commit.id: commit for commit in push.facts.lineage}
    assert (known[merge].merged, known[side].message, len(known)) == (("feat/x",), "feat: x", 3)
    assert alone.facts.lineage == ()


def test_of_notes_the_files_are_judged_and_of_other_objects_nothing(
    repo: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.stage("a", "a")
    head = repo.commit()
    repo.git("notes", "add", "-m", "seen")
    notes, blob = repo.git("rev-parse", "refs/notes/commits"), repo.git("rev-parse", "HEAD:a")
    lines = f"n {notes} refs/notes/commits {ZERO}\nt {blob} refs/tags/key {head}\n"
    with opened(repo, monkeypatch) as here:
        push = pushes.pushed(here, ALL, ("pre-push",), lines.encode(), "origin")
        whole, files = pushes.contents(here, ALL, push)
    assert [(gap.what, gap.why) for gap in push.facts.gaps] == [("refs/tags/key", "it is no commit")]
    assert (whole.commits, whole.files, len(whole.updates)) == ((), (), 2)
    assert (files.scope, files.commits, [file.path for file in files.files]) == ("files", (), [head])
