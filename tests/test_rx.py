"""A policy's own patterns: RE2's dialect over any text that git may hold."""

import pytest

from mlgovern.rx import holds


@pytest.mark.parametrize(
    ("pattern", "text", "options", "held"),
    (
        pytest.param("b+", "abbc", {}, True, id="somewhere"),
        pytest.param("b+", "abbc", {"whole": True}, False, id="not the whole"),
        pytest.param("b+", "bb", {"whole": True}, True, id="the whole"),
        pytest.param("b", "B", {}, False, id="letter case counts"),
        pytest.param("b", "B", {"nocase": True}, True, id="unless it does not"),
        pytest.param("^a.b$", "a\udcffb", {}, True, id="a byte that is not UTF-8 is one character"),
    ),
)
def test_holds(pattern: str, text: str, options: dict[str, bool], held: bool) -> None:
    assert holds(pattern, text, **options) is held
