"""What is kept of a history comes back as it was, and nothing that is damaged does."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgovern.enforce import checkpoint
from mlgovern.enforce.checkpoint import CLEAN, Checkpoint, Verdict
from mlgovern.facts.versions import Version
from mlgovern.finding import Finding, NotJudged, Place, Severity

FLAW = Finding("m", Place("a", 1, 2, 3, 4, cell=5), "mend", "k", Severity.WARNING, "r", Severity.INFO, "evaluate", "w")
KNOWN = {
    Version("a", "1" * 40): CLEAN,
    Version("caf\udce9", "1" * 40): CLEAN,
    Version("b", "2" * 40): Verdict((FLAW, FLAW._replace(place=Place())), (NotJudged("b", "why", expected=False),)),
}


def kept(folder: Path, known: dict[Version, Verdict] = KNOWN) -> Path:
    """The file that holds these verdicts, each in a block of its own."""
    with Checkpoint(str(folder), "key") as one:
        for version, verdict in known.items():
            one.add(version, verdict)
            one.save()
    return folder / "history-key"


def recalled(folder: Path, key: str = "key") -> dict[Version, Verdict]:
    one = Checkpoint(str(folder), key)
    return {version: verdict for version in KNOWN if (verdict := one.verdict(version)) is not None}


def test_verdicts_come_back(tmp_path: Path) -> None:
    path = kept(tmp_path / "new")
    assert recalled(tmp_path / "new") == KNOWN
    assert recalled(tmp_path / "new", "other") == {}
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o600


def test_path_mode_and_content_tell_versions_apart(tmp_path: Path) -> None:
    kept(tmp_path, {Version("a", "1" * 40): CLEAN})
    one = Checkpoint(str(tmp_path), "key")
    others = Version("b", "1" * 40), Version("a", "2" * 40), Version("a", "1" * 40, 0o120000)
    assert [one.verdict(version) for version in others] == [None, None, None]


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_file_is_cut(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("kept")
    path = kept(folder)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = data.draw(
        st.sampled_from((whole[:place], whole[:place] + b"\0" + whole[place + 1 :], whole + b"s00000002"))
    )
    path.write_bytes(damaged)
    seen = recalled(folder)
    assert seen.items() <= KNOWN.items()
    assert whole.startswith(path.read_bytes())
    kept(folder)
    assert recalled(folder) == KNOWN


@pytest.mark.parametrize(
    "body",
    (
        b'{"00": 1}',
        b"[1]",
        b'[["zz",[],[]]]',
        b'[["00",[[1]],[]]]',
        b'[["00",[["m",["a","1",2,3,4,null,null,null],"","",3,"r",3,"enforce",null]],[]]]',
        b'[["00",[["m",["a",1],"","",3,"r",3,"enforce",null]],[]]]',
        b'[["00",[],[[1,"why",true]]]]',
        b"\xff",
        b"[" * 100_000,
    ),
)
def test_what_is_no_verdict_is_forgotten(tmp_path: Path, body: bytes) -> None:
    path = kept(tmp_path)
    good = path.read_bytes()
    one = Checkpoint(str(tmp_path), "key")
    one._append(b"s", body)
    assert recalled(tmp_path) == KNOWN
    assert path.read_bytes() == good


def test_it_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "MOST_BYTES", 100)
    assert kept(tmp_path).stat().st_size <= 100
    for number in range(4):
        with Checkpoint(str(tmp_path), str(number)) as one:
            one.add(Version("a", "1" * 40), CLEAN)
        os.utime(tmp_path / f"history-{number}", (number, number))
    with Checkpoint(str(tmp_path), "5"):
        pass
    assert len(list(tmp_path.iterdir())) == checkpoint.KEPT


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Checkpoint(str(tmp_path / "file"), "key") as one:
        one.add(Version("a", "1" * 40), CLEAN)
    assert (tmp_path / "file").read_text() == ""
