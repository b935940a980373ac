"""What a commit means for a release: one row, one sentence of Conventional Commits."""

import re

import pytest

from mlgovern.compose.releases import BUMPS, HEADINGS, PATTERN, told
from mlgovern.facts.snapshot import Commit


def read(lines: tuple[str, ...]) -> str:
    """The gravest bump of the lines, as commitizen reads each by pattern and table."""
    kinds = [found[1] for line in lines if (found := re.search(PATTERN, line))]
    bumps = {bump for kind in kinds for key, bump in BUMPS.items() if re.match(key, kind)}
    return next((bump for bump in ("MAJOR", "MINOR", "PATCH") if bump in bumps), "NONE")


@pytest.mark.parametrize(
    ("message", "lines", "bump"),
    [
        pytest.param("feat: add x", ("feat: add x",), "MINOR", id="feat"),
        pytest.param("fix(io): close x", ("fix(io): close x",), "PATCH", id="fix with a scope"),
        pytest.param("perf: x", ("perf: x",), "PATCH", id="perf"),
        pytest.param("refactor: x", ("refactor: x",), "PATCH", id="refactor"),
        pytest.param("FEAT: add x", ("feat: add x",), "MINOR", id="item 15: no letter case"),
        pytest.param("data: add labels", ("data: add labels",), "NONE", id="a heading without a bump"),
        pytest.param("docs: explain", (), "NONE", id="neither heading nor bump"),
        pytest.param("feature: add x", (), "NONE", id="no type of the table"),
        pytest.param("Add x", (), "NONE", id="no type"),
        pytest.param("feat:add x", (), "NONE", id="malformed"),
        pytest.param(" feat: add x", (), "NONE", id="a blank before the type"),
        pytest.param("feat:", (), "NONE", id="no description"),
        pytest.param("", (), "NONE", id="empty"),
        pytest.param("docs: explain\n\nfeat: add x\nfix: x\n", (), "NONE", id="a body that quotes headers"),
        pytest.param("feat!: drop x", ("feat!: drop x", "BREAKING CHANGE: drop x"), "MAJOR", id="item 13"),
        pytest.param("docs(api)!: drop x", ("BREAKING CHANGE(api): drop x",), "MAJOR", id="item 13 for any type"),
        pytest.param("fix: x\n\nBREAKING CHANGE: y\n", ("fix: x", "BREAKING CHANGE: y"), "MAJOR", id="item 12"),
        pytest.param("fix: x\n\nBREAKING-CHANGE: y\n", ("fix: x", "BREAKING CHANGE: y"), "MAJOR", id="item 16"),
        pytest.param(
            "fix: x\n\nBREAKING CHANGE: y\n  z\nRefs: #1\n\nand more\n",
            ("fix: x", "BREAKING CHANGE: y z"),
            "MAJOR",
            id="item 10",
        ),
        pytest.param("fix: x\n\nBREAKING CHANGE:\ny\n", ("fix: x", "BREAKING CHANGE: y"), "MAJOR", id="text below"),
        pytest.param("fix: x\n\nBREAKING CHANGE:\n", ("fix: x", "BREAKING CHANGE: x"), "MAJOR", id="without a text"),
        pytest.param("fix: x\n\nbreaking change: y\n", ("fix: x",), "PATCH", id="a near miss, which the gate tells"),
        pytest.param("fix: x\nBREAKING CHANGE: y\n", ("fix: x",), "PATCH", id="in the paragraph of the header"),
        pytest.param("Drop x\n\nBREAKING CHANGE: y\n", ("BREAKING CHANGE: y",), "MAJOR", id="below no header at all"),
        pytest.param("fix: x\udcff", ("fix: x\ufffd",), "PATCH", id="bytes of an unknown encoding"),
    ],
)
def test_told(message: str, lines: tuple[str, ...], bump: str) -> None:
    assert told(Commit(message), HEADINGS) == lines
    assert read(lines) == bump
