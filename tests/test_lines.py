"""The text at a place, whatever a file is written in."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Place
from mlgovern.lines import Lines, Versions, line_begins
from tests.factories import a_file, a_snapshot


@pytest.mark.parametrize(
    ("data", "second"),
    (
        pytest.param(b"a\nb\n", "b", id="LF"),
        pytest.param(b"a\r\nb\r\n", "b", id="CRLF"),
        pytest.param(b"a\rb", "b", id="CR"),
        pytest.param(b"\xef\xbb\xbfa\n\xc3\xa4", "ä", id="UTF-8 with its mark"),
        pytest.param("a\nä".encode("utf-16"), "ä", id="UTF-16"),
        pytest.param(b"a\n\xe4", "ä", id="Latin-1"),
        pytest.param(b"a", "", id="no such line"),
    ),
)
def test_a_line(data: bytes, second: str) -> None:
    lines = Lines("a", data)
    assert (lines.at(1), lines.at(2), lines.at(0), lines.at(9)) == ("a", second, "", "")


@pytest.mark.parametrize(
    ("place", "text"),
    (
        (Place("a", 1, 2, 1, 3), "b"),
        (Place("a", 1, 3, 2, 2), "c\nd"),
        (Place("a", 1), ""),
        (Place("a", 9, 1, 9, 2), ""),
        (Place("a", 2, 1, 1, 2), ""),
    ),
)
def test_an_excerpt(place: Place, text: str) -> None:
    assert Lines("a", b"abc\ndef").excerpt(place) == text


def test_versions() -> None:
    file = a_file("a", b"new", commit="1" * 40)
    snapshot = a_snapshot({"b": "x"}, {"a": "old"})
    versions = Versions(snapshot._replace(files=(file,), contents={**snapshot.contents, file.blob: b"new"}))
    texts = [versions.at("a", "1" * 40), versions.at("a", None), versions.at("gone", None), versions.at(None, None)]
    assert [lines and lines.text for lines in texts] == ["new", "old", None, None]
    assert versions.at("a", None) is versions.at("a", None)
    assert Versions(snapshot._replace(contents={})).at("a", None) is None


@given(st.text("ab\n\r\u2028é", max_size=30))
def test_lines_begin_behind_every_end(text: str) -> None:
    ends = [found.end() for found in re.finditer(r"\r\n|\r|\n", text)]
    assert line_begins(text) == [0, *ends]
