"""Exact values in every spelling, and what stands beside them."""

from base64 import b64encode, urlsafe_b64encode
from json import dumps
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.secrets.local.needles import BASE64, JSON, PERCENT, PLAIN, Needles

VALUE = 'Zebra8/"Runs"+fäst'
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=8, max_size=40)


def form(value: str, data: bytes) -> set[str]:
    return {found.form for found in Needles((value,)).find(data)}


@pytest.mark.parametrize(
    ("data", "expected"),
    (
        pytest.param(VALUE.encode(), PLAIN, id="as it is"),
        pytest.param(dumps(VALUE).encode(), JSON, id="JSON"),
        pytest.param(dumps(VALUE, ensure_ascii=False).encode(), JSON, id="JSON with its letters"),
        pytest.param(quote(VALUE, safe="").encode(), PERCENT, id="percent"),
        pytest.param(quote(VALUE).encode(), PERCENT, id="percent, slashes kept"),
        pytest.param(quote(VALUE, safe="").lower().replace("zebra", "Zebra").replace("runs", "Runs").encode(), PERCENT, id="small percent"),
    ),
)  # fmt: skip
def test_spellings(data: bytes, expected: str) -> None:
    assert expected in form(VALUE, b"x=" + data + b"\n")


@given(VALUES, st.binary(max_size=7), st.binary(max_size=7))
def test_base64_at_any_place(value: str, before: bytes, after: bytes) -> None:
    raw = value.encode()
    for encode in (b64encode, urlsafe_b64encode):
        assert BASE64 in form(value, encode(before + raw + after))


@given(VALUES, st.text(max_size=20))
def test_any_spelling_of_any_value_is_found(value: str, around: str) -> None:
    if value.isalnum() and len(value) < 16:
        around = f"{around}="
    for spelled in (value, dumps(value)[1:-1], quote(value, safe=""), quote(value)):
        assert form(value, f"{around}{spelled}".encode("utf-8", "replace"))
    assert quote_plus(value) == quote(value, safe="") or " " in value


@pytest.mark.parametrize(
    ("value", "text", "found"),
    (
        ("Otter7After", "x=Otter7After;", True),
        ("Otter7After", "xOtter7After", False),
        ("Otter7After", "Otter7After9", False),
        ("Otter7After", "xOtter7After Otter7After", True),
        ("Otter7-After", "xOtter7-Afterx", True),
        ("Otter7AfterLunch", "xOtter7AfterLunchx", True),
    ),
)
def test_a_short_plain_value_stands_by_itself(value: str, text: str, found: bool) -> None:
    assert bool([*Needles((value,)).find(text.encode())]) is found


def test_places_and_numbers() -> None:
    found = [*Needles(("Otter7-After", "Zebra8-Runs")).find(b"Zebra8-Runs Otter7-After Zebra8-Runs")]
    assert [(one.number, one.start, one.end) for one in found] == [(0, 12, 24), (1, 0, 11), (1, 25, 36)]


def test_what_does_not_count_is_asked_for_once_and_left() -> None:
    asked: list[int] = []

    def counts(number: int) -> bool:
        asked.append(number)
        return False

    assert [*Needles(("Otter7-After", "Zebra8-Runs")).find(b"Zebra8-Runs " * 9, counts)] == []
    assert asked == [1]


def test_nothing_is_shown() -> None:
    assert repr(Needles(("Otter7-After",))).startswith("<")
    assert "Otter" not in repr(Needles(("Otter7-After",)))
