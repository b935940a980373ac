"""Bytes to cells, or to one sentence about what is broken and where."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Severity
from mlgovern.rules.notebooks import spans
from mlgovern.rules.notebooks.decoding import MOST_DEPTH, Flaw
from mlgovern.rules.notebooks.parse import MOST_CELLS, parse
from mlgovern.rules.notebooks.spans import Position, children, layout, positions
from tests.rules.notebooks.samples import STREAM, code, notebook, written


def _nested(depth: int) -> bytes:
    """A notebook as deep as this: two levels are its own."""
    return b'{"nbformat": 4, "metadata": {}, "cells": [], "a": ' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        pytest.param(b"", Flaw("is empty"), id="empty"),
        pytest.param(b" \r\n", Flaw("is empty"), id="blank"),
        pytest.param(b"\xef\xbb\xbf" + written(), Flaw("starts with a byte order mark", line=1, column=1), id="byte order mark"),
        pytest.param('{\n"a": "é"}'.encode("latin-1"), Flaw("is not UTF-8 (byte 8)", line=2), id="latin-1"),
        pytest.param(written().decode().encode("utf-16"), Flaw("is UTF-16 and not UTF-8", line=1, column=1), id="UTF-16"),
        pytest.param(written().decode().encode("utf-16-be"), Flaw("is not JSON: Expecting value", line=1, column=1), id="UTF-16 without a mark"),
        pytest.param(b'{"a": 1\n "b"}', Flaw("is not JSON: Expecting ',' delimiter", line=2, column=2), id="comma forgotten"),
        pytest.param(written(code())[:-20], None, id="cut off"),
        pytest.param(b"# %% [markdown]\n", Flaw("is not JSON: Expecting value", line=1, column=1), id="a script"),
        pytest.param(b'{\n "cells": [\n<<<<<<< ours\n],\n=======\n]\n>>>>>>> theirs\n}', Flaw("has an unresolved merge conflict, line 3", line=3), id="conflict"),
        pytest.param(b"{\r\n  <<<<<<< ours\r\n", Flaw("has an unresolved merge conflict, line 2", line=2), id="conflict, indented"),
        pytest.param(b'{\n "a": 1,\n=======\n}', Flaw("has an unresolved merge conflict, line 3", line=3), id="half of a conflict"),
        pytest.param(b"\n []", Flaw("is not a JSON object", line=2, column=2), id="list"),
        pytest.param(b"null", Flaw("is not a JSON object", line=1, column=1), id="null"),
        pytest.param(b'{"a": "' + b"1" * 5000 + b'",\n"b": ' + b"1" * 5000 + b"}", Flaw("holds a number with too many digits", line=2, column=6), id="long number"),
        pytest.param(_nested(MOST_DEPTH + 1), Flaw("is nested too deeply", line=1, column=50 + MOST_DEPTH), id="one level too deep"),
        pytest.param(b'{"[": ' * 300 + b"0" + b"}" * 300, Flaw("is nested too deeply", line=1, column=6 * MOST_DEPTH + 1), id="deep objects"),
        pytest.param(b"[" * 200_000, Flaw("is nested too deeply", line=1, column=MOST_DEPTH + 1), id="too deep for Python"),
        pytest.param(b"{}", Flaw("has no list of cells"), id="no cells"),
        pytest.param(b'{"cells": {}}', Flaw("has no list of cells"), id="cells are no list"),
        pytest.param(b'{"nbformat": 3, "cells": []}', Flaw("has no list of worksheets"), id="no worksheets"),
        pytest.param(b'{"nbformat": 3, "worksheets": [{}]}', Flaw("has a worksheet without a list of cells"), id="empty worksheet"),
        pytest.param(b'{"nbformat": 2, "worksheets": [1]}', Flaw("has a worksheet without a list of cells"), id="worksheet is no object"),
        pytest.param(b'{"nbformat": "4", "cells": []}', Flaw("has an nbformat that is not a whole number"), id="nbformat is text"),
        pytest.param(b'{"nbformat": null, "cells": []}', Flaw("has an nbformat that is not a whole number"), id="nbformat is null"),
        pytest.param(b'{"nbformat": true, "cells": []}', Flaw("has an nbformat that is not a whole number"), id="nbformat is true"),
        pytest.param(b'{"nbformat": 4, "cells": [], "metadata": []}', Flaw("has metadata that is not an object"), id="metadata is no object"),
        pytest.param(written("x"), Flaw("is not an object", 0), id="cell is text"),
        pytest.param(b'{"cells": [1' + b",1" * MOST_CELLS + b"]}", Flaw("has 100,001 cells; at most 100,000 are judged"), id="too many cells"),
        pytest.param(written(code(), code(outputs=None)), Flaw("has outputs that are not a list", 1), id="outputs are null"),
        pytest.param(written(code("x")), Flaw("has an output that is not an object", 0), id="output is text"),
        pytest.param(written(code(metadata=None)), Flaw("has metadata that is not an object", 0), id="metadata of a cell is null"),
    ],
)  # fmt: skip
def test_broken(data: bytes, flaw: Flaw | None) -> None:
    found = parse(data)
    assert len(found.broken) == 1
    assert flaw is None or found.broken == (flaw,)


@pytest.mark.parametrize(
    ("data", "flaws"),
    [
        pytest.param(written(code()), (), id="usual"),
        pytest.param(_nested(MOST_DEPTH), (), id="as deep as may be"),
        pytest.param(written(code(), metadata={"a": [[]] * 300}), (), id="many lists, none deep"),
        pytest.param(b'{"cells": []}', (), id="no format, as at the very beginning"),
        pytest.param(b'{"nbformat": 5, "cells": []}', (), id="a format of the future"),
        pytest.param(b'{"nbformat": 4, "nbformat_minor": "x", "cells": [], "metadata": {}}', (), id="minor is text"),
        pytest.param(written(code(source="<<<<<<< ours\n=======\n>>>>>>> theirs\n")), (), id="conflict in a source"),
        pytest.param(b'{"cells": [], "a": "\\ud800", "b": 1e400}', (), id="lone surrogate and infinite number"),
        pytest.param(b'{"cells": [], "NaN":\n [NaN, -Infinity, NaN]}', (Flaw("holds -Infinity and NaN, which is not JSON for other readers", line=2, column=3, at_most=Severity.INFO),), id="NaN"),
        pytest.param(b'{"cells": [], "a": {"b": {"a": 1}, "c": "b"},\n "\\u0061": 1}', (Flaw("has the key 'a' twice in one object; readers differ on which counts", line=2, column=2, at_most=Severity.WARNING),), id="a key twice"),
        pytest.param(b'{"nbformat": 4, "cells": [{}]}', (Flaw("has no metadata; some readers refuse it", at_most=Severity.WARNING), Flaw("has no metadata; some readers refuse it", 0, at_most=Severity.WARNING)), id="no metadata"),
        pytest.param(b'{"nbformat": 3, "worksheets": [{"cells": [{}]}]}', (), id="no metadata in an old format"),
    ],
)  # fmt: skip
def test_not_broken(data: bytes, flaws: tuple[Flaw, ...]) -> None:
    found = parse(data)
    assert found.flaws == flaws
    assert found.broken == ()


def test_the_cells_of_all_worksheets_are_counted_together() -> None:
    value = {"nbformat": 3, "worksheets": [{"cells": [{"a": 1}]}, {"cells": ["x", {"b": 2}]}]}
    assert parse(json.dumps(value).encode()).cells == ((0, {"a": 1}), (2, {"b": 2}))


def test_a_blob_is_parsed_once() -> None:
    data = written(code(STREAM))
    assert parse(data) is parse(data)


def test_few_parsed_notebooks_are_kept() -> None:
    first = written(code(STREAM))
    parsed = parse(first)
    for number in range(300):
        parse(written(code(source=str(number))))
    assert parse(first) is not parsed
    assert parse(first) == parsed


@pytest.mark.parametrize(
    ("value", "holder"),
    [
        pytest.param(notebook(code(), code(STREAM), {}), "cells", id="cells"),
        pytest.param({"cells": 1, "worksheets": [{"metadata": {}}, {"cells": [{}]}, {"cells": [{}, {}]}]}, "worksheets", id="worksheets"),
        pytest.param({"paragraphs": [{}, {}, {}]}, "paragraphs", id="paragraphs"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("indent", [None, 1, "\t"])
def test_layout(value: dict[str, Any], holder: str, indent: Any) -> None:
    text = "\n " + json.dumps(value, indent=indent)
    lines = text.split("\n")
    cells = layout(text, holder).cells
    places = positions(text, cells)
    assert len(places) == 3
    assert all(lines[place.line - 1][place.column - 1] == "{" for place in places)
    assert all(json.loads(text[cell.start : cell.end]) == cell.content for cell in cells)
    assert places == sorted(places)


def test_of_keys_that_repeat_the_last_counts() -> None:
    text = '{"cells": 1, "cells": [{}, {}],\n"cells": [ {}]}'
    assert positions(text, layout(text, "cells").cells) == [Position(2, 12)]


def test_a_scalar_has_no_children() -> None:
    assert [*children("1", 0)] == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text('"\\\\[]{},:aä\n')
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('"\\\\[]{}ab', max_size=3), inner, max_size=4),
    max_leaves=30,
)


@given(
    value=JSON, indent=st.sampled_from([None, 1, "\t"]), ascii_only=st.booleans(), most=st.sampled_from([1, 3, 2000])
)
def test_a_value_ends_where_its_decoder_stops(value: Any, indent: Any, *, ascii_only: bool, most: int) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "_MOST_QUOTES", most)
        assert spans.ended(f"x{text}, [1]", 1) == len(text) + 1


@given(
    cells=st.lists(st.dictionaries(st.sampled_from(["outputs", "source", "a"]), JSON) | JSON, max_size=4),
    indent=st.sampled_from([None, 1]),
)
def test_what_is_known_need_not_be_decoded(cells: list[Any], indent: Any) -> None:
    text = json.dumps(notebook(*cells), indent=indent)
    known = {number: cell for number, cell in enumerate(cells) if isinstance(cell, dict)}
    opened = range(len(cells))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "_LARGE", 0)
        assert layout(text, "cells", opened, known) == layout(text, "cells", opened)


@pytest.mark.parametrize(
    "twice",
    [
        '"cells": [{"a": [1], "b": 2, "a": [3]}]',
        '"cells": [{"a": 1}], "cells": [{"b": 2}]',
    ],
)
def test_where_a_key_stands_twice_nothing_is_known(twice: str) -> None:
    text = f'{{"metadata": {{}}, "nbformat": 4, "nbformat_minor": 4, {twice}, "pad": "{"x" * spans._LARGE}"}}'
    read = parse(text.encode())
    assert read.known is None
    assert layout(text, "cells", {0}, read.known) == layout(text, "cells", {0})


@pytest.mark.parametrize(
    "text",
    ['"' + "\\\\" * 200_000 + '"', '["' + '\\"' * 200_000 + '", 1]', json.dumps([json.dumps({"a": "b"})] * 3000)],
)
def test_a_string_of_many_quotes_or_backslashes_ends_where_it_ends(text: str) -> None:
    assert spans.ended(f"{text} ", 0) == len(text)
