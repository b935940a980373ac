"""The faster engine: the same findings with it and without, and no harm where it is absent, broken or outdated."""

import sys
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from mlgovern import engine
from mlgovern.enforce import fast
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Report
from mlgovern.policy.cache import effective
from mlgovern.policy.model import Policy
from mlgovern.rules.secrets.parts import Piece, whole
from tests.factories import a_snapshot
from tests.rules.secrets.histories import notebooks, texts

hyperscan = pytest.importorskip("hyperscan", reason="the extra `fast` is not installed")

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
POLICY = effective({".mlgovern.yaml": b"schema: 1\nextends: [strict]\n"}.get, None)
TEXT = "a token\nx = 1\n"


@pytest.fixture
def here(tmp_path: Path) -> Git:
    """A repository as far as the cache needs one."""
    return Git(str(tmp_path), str(tmp_path), str(tmp_path), {})


def kept(git: Git) -> list[Path]:
    return sorted(Path(git.common_dir, "mlgovern").glob("hyperscan-*"))


def judged(snapshots: list[Snapshot], git: Git | None, policy: Policy = POLICY) -> Report:
    wanted: Any = snapshots if git is None else fast.screened(git, policy, snapshots, ("secrets",))
    return engine.evaluate_all(wanted, policy, "2026-11-23", ("secrets",))


def many(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> list[Snapshot]:
    """An audit of these files, which counts as much."""
    monkeypatch.setattr(fast, "_MUCH", 1)
    return [a_snapshot(files, stages=("audit",), scope="all")]


def test_both_engines_find_the_same_in_generated_files(here: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    random, files = Random(3), {}
    for number in range(200):
        path, data = (notebooks if number % 5 == 0 else texts)(random)[-1]
        files[f"d{number}/{path}"] = data
    snapshots = many(files, monkeypatch)
    plain = judged(snapshots, None)
    assert judged(snapshots, here) == plain
    assert len(plain.findings) > 50
    silent = next(iter(fast.screened(here, POLICY, snapshots, ()))).silent
    assert 20 < len(silent) < 200


def test_both_engines_find_the_same_in_the_corpora(here: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpora are not beside this repository")
    paths = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.stat().st_size < 300_000)
    snapshots = many({path.relative_to(CORPUS).as_posix(): path.read_bytes() for path in paths[:600]}, monkeypatch)
    assert judged(snapshots, here) == judged(snapshots, None)


ADDED = r"""schema: 1
extends: [strict]
secrets: {detectors: [{id: team, pattern: 'team-\d{6}'}], allow_values: ['^team-0']}
"""


def test_what_the_policy_and_a_compose_file_add(here: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "deploy/compose.yaml": b"env_file: app.txt\n",
        "deploy/app.txt": b"A=1\nDB_PASSWORD=otter\n",
        "a.py": b"x = 1\n",
    }
    files |= {"b.py": b"x = 'team-123456'\n", "c.py": b"x = 'team-012345'\n"}
    snapshots, policy = many(files, monkeypatch), effective({".mlgovern.yaml": ADDED.encode()}.get, None)
    found = [(finding.rule, finding.place.path) for finding in judged(snapshots, here, policy).findings]
    assert found == [
        ("tracked-env-file", "deploy/app.txt"),
        ("env-secret", "deploy/app.txt"),
        ("provider-token", "b.py"),
    ]
    assert judged(snapshots, here, policy) == judged(snapshots, None, policy)


def test_little_is_left_as_it_is(here: Git) -> None:
    snapshots = [a_snapshot({"a.py": "x = 1\n"}, stages=("audit",))]
    assert list(fast.screened(here, POLICY, snapshots, ())) == snapshots
    assert kept(here) == []


def test_versions_are_screened_without_the_engine_as_well(here: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "finder", lambda _git: None)
    snapshots = many({"a.py": b"x = 1\n", "b.py": b"DB_PASSWORD = 'Otter7!lunch'\n"}, monkeypatch)
    (told,) = fast.screened(here, POLICY, snapshots, ())
    assert [file.path for file in told.silent] == ["a.py"]
    assert fast.quick_screens(here, POLICY, snapshots[0], ()) == []


def test_no_screen_where_the_family_is_not_asked_for(here: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots = many({"a.py": b"x = 1\n"}, monkeypatch)
    assert next(iter(fast.screened(here, POLICY, snapshots, ("data",)))).silent == frozenset()


def test_the_database_is_kept(here: Git) -> None:
    first = fast.finder(here)
    (path,) = kept(here)
    state = path.stat()
    again = fast.finder(here)
    assert first is not None
    assert again is not None
    assert again.look(whole(TEXT)) == first.look(whole(TEXT))
    assert again.look(whole(TEXT)).pieces == [Piece(b"a token\nx = 1\n", b"")]
    assert (kept(here), path.stat().st_mtime_ns) == ([path], state.st_mtime_ns)


@pytest.mark.parametrize("damage", (b"", b"x" * 100, None))
def test_a_damaged_database_is_made_anew(here: Git, damage: bytes | None) -> None:
    fast.finder(here)
    (path,) = kept(here)
    good = path.read_bytes()
    path.write_bytes(good[:-1] if damage is None else damage)
    found = fast.finder(here)
    assert found is not None
    assert found.look(whole(TEXT)).pieces
    assert path.read_bytes() == good


def test_another_version_makes_its_own(here: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    fast.finder(here)
    before = kept(here)
    monkeypatch.setattr(hyperscan, "__version__", "0.0.0")
    assert fast.finder(here) is not None
    assert len(kept(here)) == 1
    assert kept(here) != before


class Broken(ModuleType):
    """A module that is there, but does not work."""

    class Database:
        def __init__(self) -> None:
            raise OSError("no such instruction")


@pytest.mark.parametrize("module", (None, Broken("hyperscan")))
def test_without_it_nothing_is_said(here: Git, monkeypatch: pytest.MonkeyPatch, module: ModuleType | None) -> None:
    monkeypatch.setitem(sys.modules, "hyperscan", module)  # None: cannot be imported
    assert fast.finder(here) is None
    snapshots = many({"a.py": b"x = 1\n"}, monkeypatch)
    assert fast.quick_screens(here, POLICY, snapshots[0], ()) == []
    assert fast.hushed(snapshots[0], []) == snapshots[0]._replace(silent=frozenset(), unmarked=frozenset())


def test_where_nothing_can_be_kept_it_works_as_well(here: Git, tmp_path: Path) -> None:
    (tmp_path / "mlgovern").write_text("")
    assert fast.finder(here) is not None


class Failing:
    """A database whose every scan fails."""

    def scan(self, _data: bytes, **_: object) -> None:
        raise hyperscan.error


def test_a_scan_that_fails_or_finds_too_much_tells_nothing(here: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fast._search(hyperscan, Failing(), b"token") is None
    monkeypatch.setattr(fast, "_MOST_FOUND", 10)
    found = fast.finder(here)
    assert found is not None
    assert found.look(whole("token " * 9)).pieces
    assert found.look(whole("token " * 11)).kinds == 1
