"""What a change takes the place of, and which paths a remote has: real repositories."""

from collections.abc import Callable

import pytest

from mlgovern.facts import collect, history, ranges
from mlgovern.facts.batches import batches
from mlgovern.facts.snapshot import File, Snapshot, Wants, origins
from tests.conftest import Sealed
from tests.facts.test_collect import opened

PLAIN = Wants(reads=("**",))
ASKED = Wants(reads=("**",), asks=(("before",),))


def before(snapshot: Snapshot) -> dict[str, bytes | None]:
    """Each path under judgement, and what stood there: None where that was not gathered, empty where nothing stood."""
    return {
        file.path: snapshot.contents.get(file.before or "", b"" if file.before == "" else None)
        for file in snapshot.files
    }


def test_staged(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("a", "1")
    with opened(repo, monkeypatch) as here:
        assert before(collect.staged(here, ASKED, ("pre-commit",))) == {"a": b""}  # unborn
        repo.commit()
        repo.stage("a", "2")
        repo.stage("b", "new")
        assert before(collect.staged(here, ASKED, ("pre-commit",))) == {"a": b"1", "b": b""}
        assert before(collect.staged(here, PLAIN, ("pre-commit",))) == {"a": None, "b": b""}
        (audited,) = collect.whole_index(here, ASKED, ("audit",))[0]
        assert {file.before for file in audited.files} == {None}


def test_a_range(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("a", "1")
    first = repo.commit()
    for text in ("2", "3"):
        repo.stage("a", text)
        repo.commit()
    with opened(repo, monkeypatch) as here:
        span = ranges.Span((f"{first}..HEAD",), "HEAD")
        (found,) = ranges.commit_range(here, ASKED, ("ci",), span)
        assert [(found.read(file), found.contents[file.before or ""]) for file in found.files] == [
            (b"2", b"1"), (b"3", b"2")
        ]  # fmt: skip
        sizes = {f.blob: 1 for f in found.files}
        assert len(sizes) == 2
        parts = [*batches(here, ASKED, found._replace(contents={}), budget=1)]
        assert [before(part) for part in parts[2:]] == [{"a": b"1"}, {"a": b"2"}]


@pytest.mark.parametrize(
    ("files", "began"),
    [
        ([("a", "1", "0")], {"a": {"0"}}),
        ([("a", "1", "")], {"a": {""}}),
        ([("a", "1", "0"), ("a", "2", "1")], {"a": {"0"}}),
        ([("a", "1", "0"), ("a", "0", "1"), ("a", "2", "0")], {"a": {"0", "1"}}),
        ([("a", "1", None)], {}),
        ([("a", "1", "0"), ("b", "0", "1")], {"a": {"0"}, "b": {"1"}}),
    ],
    ids=["a change", "a new file", "twice", "there and back", "no change", "two paths"],
)
def test_what_a_change_began_with(files: list[tuple[str, str, str | None]], began: dict[str, set[str]]) -> None:
    assert origins(File(path, blob=blob, before=replaced) for path, blob, replaced in files) == began


def test_a_merge_in_progress(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("a", "1\n")
    repo.commit()
    repo.git("switch", "-qc", "side")
    repo.stage("b", "side\n")
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.stage("c", "main\n")
    repo.commit()
    repo.git("merge", "-q", "--no-commit", "side")
    repo.stage("a", "2\n")
    with opened(repo, monkeypatch) as here:
        assert before(collect.staged(here, ASKED, ("pre-commit",))) == {"a": b"1\n"}


def test_what_a_remote_has(repo: Sealed, make_repo: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("a/.env", "gone.env", "[x].env", "-y.env"):
        repo.stage(path, "A=1")
    repo.commit()
    repo.git("rm", "-q", "gone.env")
    tip = repo.commit()
    with opened(repo, monkeypatch) as here:
        paths = ["a/.env", "gone.env", "[x].env", "x.env", "-y.env", "new.env"]
        assert history.pushed(here, paths) == {}  # there is no remote
        repo.git("remote", "add", "origin", str(make_repo("remote", "--bare").top))
        repo.git("push", "-q", "origin", "main")
        first = repo.git("rev-parse", "HEAD~")
        pushed = {"a/.env": first, "gone.env": tip, "[x].env": first, "-y.env": first}
        assert history.pushed(here, paths) == pushed
        assert history.pushed(here, ["new.env"] * history.MOST_PUSHED + ["a/.env"]) == {}
        repo.stage("a/.env", "A=2")
        wants = Wants(reads=("**",), asks=(("pushed", ".env"),))
        assert collect.staged(here, wants, ("pre-commit",)).pushed == {"a/.env": first}
        assert collect.staged(here, PLAIN, ("pre-commit",)).pushed == {}
