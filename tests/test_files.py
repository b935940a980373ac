"""Files are written whole or not at all."""

import os
import sys
from pathlib import Path

import pytest

from mlgovern import files
from mlgovern.errors import UserError


def test_a_new_file_with_its_folders(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b.txt"
    assert files.read(place) is None
    files.write(place, b"x")
    assert files.read(place) == b"x"
    assert os.listdir(place.parent) == ["b.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="modes of POSIX")
def test_the_mode_is_kept(tmp_path: Path) -> None:
    place = tmp_path / "run"
    place.write_bytes(b"old")
    place.chmod(0o750)
    files.write(place, b"new")
    assert (place.read_bytes(), place.stat().st_mode & 0o777) == (b"new", 0o750)
    files.write(place, b"newer", 0o600)
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"t")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(UserError, match="is a symbolic link; it is left alone"):
        files.write(tmp_path / "link", b"x")
    assert target.read_bytes() == b"t"


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        files.read(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UserError, match="cannot be written: "):
        files.write(tmp_path / "file" / "below", b"x")


@pytest.mark.parametrize(
    ("path", "sound"),
    [
        pytest.param("a/b.txt", True, id="a path"),
        pytest.param("-rf", True, id="a dash"),
        pytest.param(":a", True, id="a colon"),
        pytest.param("ab:c\\d\nd.ipynb", True, id="what Windows cannot have"),
        pytest.param(".github/.gitignore", True, id="like Git's own"),
        pytest.param("caf\udce9", True, id="no UTF-8"),
        pytest.param("", False, id="nothing"),
        pytest.param("/a", False, id="absolute"),
        pytest.param("a//b", False, id="an empty name"),
        pytest.param("./a", False, id="here"),
        pytest.param("a/../../b", False, id="above"),
        pytest.param("..\\a", False, id="above on Windows"),
        pytest.param("C:/a", False, id="a drive"),
        pytest.param("sub/.GIT/config", False, id="Git's own"),
        pytest.param(".git. /x", False, id="Git's own on Windows"),
        pytest.param(".git::$INDEX_ALLOCATION/x", False, id="Git's own as a stream"),
        pytest.param(".g\u200cit/x", False, id="Git's own on macOS"),
        pytest.param("GIT~1/x", False, id="Git's own by its short name"),
        pytest.param("a\0b", False, id="NUL"),
    ],
)
def test_paths_that_stay_in_the_work_tree(path: str, sound: bool) -> None:
    assert files.sound(path) is sound
