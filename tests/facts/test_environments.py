"""Virtual environments in the work tree: which are seen, and when anybody looks."""

from pathlib import Path

import pytest

from mlgovern.facts import git
from mlgovern.facts.environments import environments
from mlgovern.facts.snapshot import SUBMODULE, Snapshot, Wants
from tests.factories import a_file, a_snapshot

WANTS = Wants(asks=(("environments", "**/.gitignore"),))
CHANGED = a_snapshot({".gitignore": ""})


def looked(top: Path, facts: Snapshot = CHANGED) -> tuple[str, ...]:
    return environments(git.Git(str(top), str(top / ".git"), str(top / ".git"), {}), WANTS, facts)


def put(top: Path, *paths: str, text: str = "") -> None:
    for path in paths:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(text)


@pytest.mark.parametrize(
    ("paths", "found"),
    (
        pytest.param([".venv/pyvenv.cfg", "my env/pyvenv.cfg"], (".venv", "my env"), id="by pyvenv.cfg"),
        pytest.param(["backend/env/pyvenv.cfg"], ("backend/env",), id="one folder below"),
        pytest.param(["a/b/env/pyvenv.cfg"], (), id="two folders below"),
        pytest.param(["conda/conda-meta/history"], ("conda",), id="conda"),
        pytest.param(["venv/bin/python", "pyvenv.cfg"], (), id="by name alone"),
        pytest.param([".git/x/pyvenv.cfg", "node_modules/x/pyvenv.cfg"], (), id="closed folders"),
    ),
)
def test_environments(tmp_path: Path, paths: list[str], found: tuple[str, ...]) -> None:
    put(tmp_path, *paths)
    assert looked(tmp_path) == found


def test_one_that_hides_itself_is_no_danger(tmp_path: Path) -> None:
    put(tmp_path, "a/pyvenv.cfg", "b/pyvenv.cfg")
    put(tmp_path, "a/.gitignore", text="# by virtualenv\n*\n")
    assert looked(tmp_path) == ("b",)


def test_submodules_and_links_are_not_entered(tmp_path: Path) -> None:
    put(tmp_path, "sub/pyvenv.cfg")
    (tmp_path / "link").symlink_to(tmp_path / "sub", target_is_directory=True)
    tracked = {**CHANGED.tracked, "sub": a_file("sub", b"", SUBMODULE)}
    assert looked(tmp_path, CHANGED._replace(tracked=tracked)) == ()


def test_nobody_looks_where_nothing_fires(tmp_path: Path) -> None:
    put(tmp_path, "a/pyvenv.cfg")
    assert looked(tmp_path, a_snapshot({"a.py": ""})) == ()
