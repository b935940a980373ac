"""JSON with comments keeps every byte that is not ours."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.setup.jsonc import document, insert, item, member, parse

NEW = {"git.new": True}


def added(text: str, new: dict[str, Any] = NEW) -> str:
    return insert(text, parse(text), [member(key, value) for key, value in new.items()])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("{}", '{\n    "git.new": true\n}', id="empty object"),
        pytest.param("{\n}\n", '{\n    "git.new": true\n}\n', id="empty object on two lines"),
        pytest.param('{"a": 1}', '{"a": 1,\n    "git.new": true\n}', id="on one line"),
        pytest.param('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "git.new": true\n}\n', id="two blanks"),
        pytest.param('{\n\t"a": 1\n}', '{\n\t"a": 1,\n\t"git.new": true\n}', id="tabs"),
        pytest.param('{\r\n  "a": 1\r\n}', '{\r\n  "a": 1,\r\n  "git.new": true\r\n}', id="CRLF"),
        pytest.param('{\n  "a": 1,\n}', '{\n  "a": 1,\n  "git.new": true\n}', id="comma after the last"),
        pytest.param(
            '{\n  "a": 1 // why  \n}', '{\n  "a": 1, // why  \n  "git.new": true\n}', id="comment behind the last"
        ),
        pytest.param(
            '{\n  "a": 1, // why\n  // more\n}', '{\n  "a": 1, // why\n  // more\n  "git.new": true\n}', id="below it"
        ),
        pytest.param("{ /* none yet */ }", '{ /* none yet */ \n    "git.new": true\n}', id="a comment alone"),
        pytest.param(
            '// head\n{"a": "}//"} // tail', '// head\n{"a": "}//",\n    "git.new": true\n} // tail', id="around"
        ),
        pytest.param(
            '\ufeff{\n  "a": {"b": [1,]},\n}', '\ufeff{\n  "a": {"b": [1,]},\n  "git.new": true\n}', id="BOM, nested"
        ),
        pytest.param('  {\n    "a": 1\n  }', '  {\n    "a": 1,\n    "git.new": true\n  }', id="indented as a whole"),
    ],
)
def test_insert(before: str, after: str) -> None:
    assert added(before) == after


def test_nested_values_take_the_indentation_of_the_file() -> None:
    text = '{\n  "tasks": [\n    {"label": "a"} // mine\n  ]\n}'
    tasks = parse(text).get("tasks")
    assert tasks is not None
    assert insert(text, tasks, [item({"label": "b", "args": ["c"]})]) == (
        '{\n  "tasks": [\n    {"label": "a"}, // mine\n    {\n      "label": "b",\n      "args": [\n        "c"\n      ]\n    }\n  ]\n}'
    )


def test_nothing_to_insert() -> None:
    assert insert('{"a": 1}', parse('{"a": 1}'), []) == '{"a": 1}'


def test_a_repeated_key_means_the_last() -> None:
    node = parse('{"a": 1, "a": 2}')
    found = node.get("a")
    assert (node.value, found and found.value, node.get("b")) == ({"a": 2}, 2, None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("{", 1),
        ('{"a" 1}', 1),
        ('{"a": 1 "b": 2}', 1),
        ("{,}", 1),
        ("[1,,]", 1),
        ('{\n"a": tru\n}', 2),
        ("{'a': 1}", 1),
        ('{"a": "\n"}', 1),
        ('{"a": "\\x"}', 1),
        ("{} {}", 1),
        ("{/* }", 1),
        ("{a: 1}", 1),
        ("NaN", 1),
        ("01", 1),
        ("[" * 100_000, 1),
    ],
)
def test_what_is_not_json_with_comments(text: str, line: int) -> None:
    with pytest.raises(ValueError, match=f"line {line} is not JSON with comments"):
        parse(text)


@given(st.text(alphabet='{}[]",:/* \n\r\t\\u0041abtrue1-.', max_size=60))
def test_total(text: str) -> None:
    try:
        node = parse(text)
    except ValueError:
        return
    assert text[node.start : node.end].strip() == text[node.start : node.end]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from([None, 2, "\t"]))
def test_plain_json_means_what_it_means_elsewhere(value: object, indent: int | str | None) -> None:
    assert parse(json.dumps(value, indent=indent)).value == value
    assert parse(document(value)).value == value


@st.composite
def written(draw: st.DrawFn) -> tuple[str, dict[str, Any], list[str]]:
    """An object as a person may write it: the text, what it means, and its comments in order."""
    comments: list[str] = []

    def gap() -> str:
        parts = draw(st.lists(st.sampled_from((" ", "\n", "\r\n", "\t", "  ", "//", "/*")), max_size=3))
        for number, part in enumerate(parts):
            if part in ("//", "/*"):
                mark = f'{part} "{{[{len(comments)}, '
                comments.append(mark)
                parts[number] = mark + ("\n" if part == "//" else "*/")
        return "".join(parts)

    def comma(node: object) -> str:
        return ("," if node and draw(st.booleans()) else "") + gap()

    def value(node: object) -> str:
        if isinstance(node, list):
            body = ",".join(gap() + value(each) + gap() for each in node)
            return f"[{body}{comma(node)}]"
        if isinstance(node, dict):
            pairs = ",".join(f"{gap()}{json.dumps(k)}{gap()}:{gap()}{value(v)}{gap()}" for k, v in node.items())
            return f"{{{pairs}{comma(node)}}}"
        return json.dumps(node)

    meaning = draw(st.dictionaries(st.text(max_size=4), JSON, max_size=4))
    return gap() + value(meaning) + gap(), meaning, comments


@given(written(), st.dictionaries(st.text(min_size=5, max_size=7), JSON, max_size=3))
def test_the_old_and_the_new_and_every_comment(
    before: tuple[str, dict[str, Any], list[str]], new: dict[str, Any]
) -> None:
    text, meaning, comments = before
    after = added(text, new)
    assert parse(after).value == {**meaning, **new}
    places = [after.index(comment) for comment in comments]
    assert places == sorted(places)
    rest = iter(after)
    assert all(char in rest for char in text)  # nothing taken out, nothing moved
    assert insert(after, parse(after), []) == after
