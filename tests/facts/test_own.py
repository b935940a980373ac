"""The developer's own env files: which are read, which never, and that nothing shows them."""

import copy
import os
import pickle
from pathlib import Path

import pytest

from mlgovern.facts import collect, git, own, ranges
from mlgovern.facts.snapshot import Hidden, Snapshot, Wants
from tests.conftest import Sealed
from tests.facts.test_collect import opened

NAMES = (".env", ".env.*", "*.env")
WANTS = Wants(reads=("**",), asks=(("own-env", *NAMES),))
SECRET = b"PASSWORD=" + b"Otter7" + b"AfterLunch"


def looked(top: Path, *tracked: str) -> Snapshot:
    """What is found in a folder of which some paths are tracked."""
    here = git.Git(str(top), str(top / ".git"), str(top / ".git"), {})
    return own.with_own(here, WANTS, Snapshot(), tracked)


def found(top: Path, *tracked: str) -> list[str]:
    return [path for path, _ in looked(top, *tracked).own or ()]


def put(top: Path, *paths: str, data: bytes = SECRET) -> None:
    for path in paths:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_bytes(data)


@pytest.mark.parametrize(
    ("paths", "read"),
    (
        pytest.param([".env", "a/.env.local", "b/PROD.ENV"], [".env", "a/.env.local", "b/PROD.ENV"], id="by name"),
        pytest.param(["env.py", "environment.yml", "a/settings"], [], id="other names"),
        pytest.param(["kept/.env", ".env"], [".env"], id="tracked ones are in Git already"),
        pytest.param(["1/2/3/4/.env", "1/2/3/4/5/.env"], ["1/2/3/4/.env"], id="depth"),
        pytest.param([".git/.env", "node_modules/a/.env", ".venv/.env", "a/site-packages/.env"], [], id="what tools fill"),
        pytest.param(["v/pyvenv.cfg", "v/.env", "sub/.git/HEAD", "sub/.env", "tree/.git", "tree/.env"], [], id="environments and repositories"),
        pytest.param([".env/a.env", "b.env"], ["b.env", ".env/a.env"], id="a folder of that name; upper folders first"),
    ),
)  # fmt: skip
def test_which_are_read(tmp_path: Path, paths: list[str], read: list[str]) -> None:
    put(tmp_path, *paths)
    assert found(tmp_path, "kept/.env") == read


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")
def test_nothing_is_read_through_a_link_or_a_pipe(tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/.env", "top/a")
    (tmp_path / "top/.env").symlink_to(tmp_path / "elsewhere/.env")
    (tmp_path / "top/folder").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "top/b.env")
    assert found(tmp_path / "top") == []
    looks = own._Looked({}, [])
    own._take(".env", str(tmp_path / "top/.env"), looks)  # it became a link after it was listed
    own._take("b.env", str(tmp_path / "top/b.env"), looks)  # or a pipe, which must not hang
    assert (looks.found, len(looks.left)) == ({"b.env": b""}, 1)


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_what_a_tracked_compose_file_names(repo: Sealed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    repo.stage("deploy/compose.yaml", "env_file: [app.conf, kept.conf, none.conf, link.conf, out/x.conf, ../.env]\n")
    repo.stage("deploy/kept.conf", SECRET)
    put(repo.top, "deploy/app.conf", ".env", "deploy/other.conf")
    put(tmp_path, "far/x.conf")
    (repo.top / "deploy/link.conf").symlink_to(repo.top / "deploy/app.conf")
    (repo.top / "deploy/out").symlink_to(tmp_path / "far")
    with opened(repo, monkeypatch) as here:
        facts = collect.staged(here, WANTS, ("pre-commit",))
    assert ([path for path, _ in facts.own or ()], facts.gaps) == ([".env", "deploy/app.conf"], ())


def test_limits_are_said(tmp_path: Path) -> None:
    put(tmp_path, *(f"{number:02}.env" for number in range(own.MOST_FILES + 1)))
    put(tmp_path, "large/.env", data=b"#" * (own.MOST_BYTES + 1))
    facts = looked(tmp_path, "00.env", "01.env")
    assert len(facts.own or ()) == own.MOST_FILES - 1
    assert [(gap.why, gap.expected) for gap in facts.gaps] == [("large/.env is larger than 1,000,000 bytes", False)]
    facts = looked(tmp_path)
    assert len(facts.own or ()) == own.MOST_FILES
    assert [gap.why for gap in facts.gaps] == ["there are more than 50"]


def test_a_folder_of_data_is_not_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_OF_A_FOLDER", 3)
    put(tmp_path, ".env", "a/1", "a/2", "a/3", "a/.env", "b/.env")
    facts = looked(tmp_path)
    assert [path for path, _ in facts.own or ()] == [".env", "b/.env"]
    assert [gap.why for gap in facts.gaps] == ["a/ holds too many files"]
    monkeypatch.setattr(own, "MOST_ENTRIES", 2)
    assert [gap.why for gap in looked(tmp_path).gaps] == ["the top folder holds too many files"]


def test_a_folder_that_cannot_be_read_is_no_end() -> None:
    left: list[str] = []
    assert [*own._walk(os.path.join("no", "such", "folder"), str, left)] == []
    assert left == ["the top folder cannot be read"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read anything")
def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    put(tmp_path, "a/.env", ".env")
    (tmp_path / ".env").chmod(0)
    (tmp_path / "a").chmod(0)
    assert [gap.why for gap in looked(tmp_path).gaps] == [".env cannot be read: Permission denied", "a/ cannot be read"]
    (tmp_path / "a").chmod(0o700)


def test_nothing_shows_what_is_hidden() -> None:
    hidden = Hidden({".env": SECRET, "b.env": b"x"})
    snapshot = Snapshot(own=hidden)
    assert (repr(hidden), str(hidden), f"{hidden}", len(hidden)) == ("<2 values>", "<2 values>", "<2 values>", 2)
    assert "own=<2 values>" in repr(snapshot)
    for shown in (repr(snapshot), repr(snapshot._asdict()), "%s" % (snapshot,)):  # noqa: UP031 - an old way to print
        assert "Otter7" not in shown
    for store in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="this stays in memory"):
            store(hidden)


def test_where_work_is_made_alone(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage(".gitignore", ".env\n")
    repo.stage("conf/.env.example", "A=1\n")
    first = repo.commit()
    repo.write(".env", SECRET)
    repo.write("untracked.env", SECRET)
    repo.stage("a.py", "a\n")
    with opened(repo, monkeypatch) as here:
        staged = collect.staged(here, WANTS, ("pre-commit",))
        assert dict(staged.own or ()) == {".env": SECRET, "untracked.env": SECRET}
        assert staged.at("conf/.env.example") == b"A=1\n"  # what it tells everybody is no secret
        assert collect.staged(here, Wants(reads=("**",)), ("pre-commit",)).own is None
        repo.commit()
        span = ranges.Span((f"{first}..HEAD",), "HEAD")
        for stage, sees in (("pre-push", True), ("ci", False)):
            (pushed,) = ranges.commit_range(here, WANTS, (stage,), span)
            assert bool(pushed.own) is sees
        (audited,) = collect.whole_index(here, WANTS, ("audit",))[0]
        assert audited.own is None
        assert collect.staged(here, WANTS, ("pre-commit",)).own is None  # nothing staged, nothing read
