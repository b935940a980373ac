"""One look at one file: total on every input, and measured on the labelled corpus."""

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgovern.rules.secrets import scan as scanning
from mlgovern.rules.secrets.found import CUT
from mlgovern.rules.secrets.names import EnvFiles
from mlgovern.rules.secrets.scan import decode, scan


@settings(max_examples=60)
@given(
    st.binary(),
    st.sampled_from(
        [".env", ".envrc", "a.py", "a.yaml", "a.ini", "a.sh", "a.ipynb", "a.md", "a.xml", "a.sql", "a.pem", "x"]
    ),
)
def test_total(data: bytes, path: str) -> None:
    for prefix in (b"", b'password = "', b"key: ", b"DB_URL=postgres://a:", b'{"cells": [{"source": ["'):
        text = decode(prefix + data) or (prefix + data).decode("latin-1")
        for hit in scan(path, prefix + data, EnvFiles()):
            assert hit.span is not None
            line, column, end_line, end_column = hit.span
            assert (1, 1) <= (line, column) < (end_line, end_column)
            assert end_line <= text.count("\n") + text.count("\r") + 1


@pytest.mark.parametrize("path", [".env", "a.py", "a.txt"])
def test_a_line_of_ten_megabytes_ends(path: str) -> None:
    assert scan(path, b"DB_PASSWORD=" + b"aB3" * 3_300_000, EnvFiles()) is not None


@pytest.mark.parametrize(
    ("path", "line"), [(".env", "DB_PASSWORD=k9F2Xq7Lm{}\n"), ("a.py", "password = 'k9F2Xq7Lm{}'\n")]
)
def test_of_very_many_a_thousand_are_enough(path: str, line: str) -> None:
    text = "".join(line.format(number) for number in range(3000))
    *hits, last = scan(path, text.encode(), EnvFiles())
    assert (500 <= len(hits) <= 1000, last.rule) == (True, CUT)


def test_a_file_of_nothing_but_words_that_tell_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "_MOST_PAIRS", 500)
    for path, text in (("a.py", 'password="'), (".env", "TOKEN=x\n"), ("a.sh", "TOKEN=x\n")):
        assert [hit.rule for hit in scan(path, text.encode() * 1500, EnvFiles())] == [CUT]
        assert [*scan(path, text.encode() * 400, EnvFiles())] == []


@pytest.mark.slow
@pytest.mark.parametrize("path", ["a.py", ".env", "a.yaml", "a.md", "a.json"])
def test_fifty_megabytes_of_nothing_but_words_that_tell_end(path: str) -> None:
    start = process_time()
    assert {hit.rule for hit in scan(path, b'password="' * 5_000_000, EnvFiles())} <= {CUT, "env-secret"}
    assert process_time() - start < 60


def test_the_labelled_corpus() -> None:
    root = Path(__file__).parents[4] / "shared" / "corpus" / "dotenv"
    if not root.is_dir():
        pytest.skip("the labelled corpus is not beside this repository")
    joint = "<" + "+>"
    right, wrong = [], []
    for name, lines in json.loads((root / "labels.json").read_text()).items():
        data = (root / name).read_text().replace(joint, "").encode()
        flagged = {hit.span[0] for hit in scan(name, data, EnvFiles()) if hit.span}
        right += [(name, line) for line, label in lines.items() if label == "secret" and int(line) in flagged]
        wrong += [(name, line) for line, label in lines.items() if label == "benign" and int(line) in flagged]
    assert len(right) >= 50
    assert len(wrong) <= 1
