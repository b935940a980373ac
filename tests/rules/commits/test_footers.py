"""Footers and trailers: where each stands, exactly."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.commits.exempt import subjects
from mlgovern.rules.commits.footers import Footer, footers
from mlgovern.trailers import Trailer, body, trailers
from tests.rules.commits.judging import about

LINES = st.lists(
    st.sampled_from(
        [
            *(
                "",
                " ",
                "why",
                "Refs: 1",
                "Fixes #12",
                "Refs:",
                "Refs:1",
                "Refs : 2",
                " folded",
                "\tfolded ",
                "# comment",
            ),
            *(
                "BREAKING CHANGE: y",
                "BREAKING-CHANGE: z",
                "BREAKING CHANGE:",
                "breaking change: w",
                "BREAKING CHANGE #1",
            ),
            *(
                "Signed-off-by: Ann",
                "(cherry picked from commit a)",
                "Ünit: x",
                "a: b\r",
                "a: \u2028b",
                "-: x",
                "a #",
                "a: ",
            ),
        ]
    )
    | st.text(max_size=12).filter(lambda text: "\n" not in text)
)


def text_of(lines: list[str], entry: Footer | Trailer) -> str:
    """What lies between both ends of a footer."""
    inner = lines[entry.line : entry.end_line + 1]
    return "\n".join([*inner[:-1], inner[-1][: entry.end_column]])


@given(LINES)
def test_every_footer_lies_where_it_says(below: list[str]) -> None:
    lines = ["feat: x", *below]
    for entry in footers(lines, 0):
        inside = text_of(lines, entry)
        assert inside.startswith(entry.token)
        assert inside.endswith(entry.value)
        between = inside.removeprefix(entry.token)
        assert between[: len(between) - len(entry.value)].strip() == entry.separator
    for trailer in trailers(lines, 0):
        inside = text_of(lines, trailer)
        assert inside.startswith(trailer.token)
        said = "\n".join(line for line in inside.split("\n") if not line.startswith("#"))  # a comment may lie between
        assert said.partition(":")[2].split() == trailer.value.split()


@given(LINES)
def test_footers_follow_each_other_and_hold_the_rest(below: list[str]) -> None:
    lines = ["feat: x", *below]
    found = footers(lines, 0)
    assert [entry.line for entry in found] == sorted({entry.line for entry in found})
    assert all(one.end_line < two.line for one, two in pairwise(found))
    assert not found or not "".join(lines[found[-1].end_line + 1 :]).strip()
    assert all(0 < entry.line <= entry.end_line < len(lines) for entry in found)


@given(LINES)
def test_what_is_no_trailer_and_no_comment_is_the_body(below: list[str]) -> None:
    lines = ["feat: x", *below]
    inside = [line for entry in trailers(lines, 0) for line in lines[entry.line : entry.end_line + 1]]
    comments = [line for line in below if line.startswith("#") and line not in inside]
    assert sorted([*body(lines, 0), *inside, *comments]) == sorted(below)


@given(st.text() | LINES.map("\n".join))
def test_any_text_is_read(text: str) -> None:
    (subject,) = subjects(about(text))
    assert subject.exempt == "empty" or subject.text in text
    for flaw in subject.header.flaws:
        assert 0 <= flaw.start <= flaw.end <= len(subject.text)
    assert {entry.token for entry in footers(subject.lines, subject.at)} <= {
        *re.findall(r"BREAKING CHANGE|[\w-]+", text)
    }


@pytest.mark.parametrize(
    ("below", "spans"),
    [
        pytest.param(["", "Refs: 1"], [(2, 2, 7)], id="one line"),
        pytest.param(["", "Refs: 1", " and 2  ", "", "and 3", "", "Fixes #4"], [(2, 5, 5), (7, 7, 8)], id="paragraphs"),
        pytest.param(["why", "", "BREAKING CHANGE:", "all of it"], [(3, 4, 9)], id="on the next line"),
    ],
)
def test_spans(below: list[str], spans: list[tuple[int, int, int]]) -> None:
    found = footers(["feat: x", *below], 0)
    assert [(entry.line, entry.end_line, entry.end_column) for entry in found] == spans


@pytest.mark.parametrize("line", ["a-" * 100_000, "a" * 200_000 + ":", "BREAKING CHANGE" * 20_000, ": " * 100_000])
def test_hostile_lines_take_linear_time(line: str) -> None:
    lines = ["feat: x", "", *[line] * 5]
    assert len(footers(lines, 0)) <= 5
    assert len(trailers(lines, 0)) <= 5
