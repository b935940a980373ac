"""The grammar of suppressions: a table of lines, each with what it asks for."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.lines import LONGEST, Lines
from mlgovern.suppressions.cells import cells
from mlgovern.suppressions.comments import LONGEST_REASON, MOST, comments, foreign
from mlgovern.suppressions.gathered import Secrets


def asked(text: str, path: str = "a.py") -> list[tuple[tuple[str, ...], str, int | None]]:
    return [(one.rules, one.reason, one.covers) for one in comments(Lines(path, text.encode()))]


R = ("env-secret",)


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        pytest.param("x = 1  # mlgovern: ignore env-secret a demo", [(R, "a demo", 1)], id="behind code"),
        pytest.param("# mlgovern: ignore env-secret a demo\nx", [(R, "a demo", 2)], id="alone above"),
        pytest.param("  ## mlgovern:ignore env-secret a demo  \r\nx", [(R, "a demo", 2)], id="blanks and CRLF"),
        pytest.param("x // mlgovern: ignore env-secret why", [(R, "why", 1)], id="//"),
        pytest.param("x -- mlgovern: ignore env-secret why", [(R, "why", 1)], id="SQL"),
        pytest.param("; mlgovern: ignore env-secret why", [(R, "why", 2)], id="INI"),
        pytest.param("% mlgovern: ignore env-secret why", [(R, "why", 2)], id="TeX"),
        pytest.param("REM mlgovern: ignore env-secret why", [(R, "why", 2)], id="REM"),
        pytest.param("rem mlgovern: ignore env-secret why", [(R, "why", 2)], id="rem"),
        pytest.param("x <!-- mlgovern: ignore env-secret why --> y", [(R, "why", 1)], id="HTML"),
        pytest.param("<!-- mlgovern: ignore env-secret why -->\nx", [(R, "why", 2)], id="HTML, alone"),
        pytest.param("/* mlgovern: ignore env-secret why */ x", [(R, "why", 1)], id="C, before code"),
        pytest.param("/* mlgovern: ignore env-secret why */", [(R, "why", 2)], id="C, alone"),
        pytest.param("# noqa # mlgovern: ignore env-secret why", [(R, "why", 1)], id="behind another comment"),
        pytest.param("# mlgovern: ignore env-secret, url-credentials why", [(("env-secret", "url-credentials"), "why", 2)], id="two rules"),
        pytest.param("# mlgovern: ignore a-b ,c-d,e why", [(("a-b", "c-d", "e"), "why", 2)], id="three rules"),
        pytest.param("# mlgovern: ignore env-secret: why", [(R, "why", 2)], id="colon before the reason"),
        pytest.param("# mlgovern: ignore env-secret -- why", [(R, "why", 2)], id="dashes before the reason"),
        pytest.param("# mlgovern: ignore env-secret", [(R, "", 2)], id="no reason"),
        pytest.param("# mlgovern: ignore", [((), "", 2)], id="no rule"),
        pytest.param("# mlgovern: ignore env-secret a\n# mlgovern: ignore b c\nx", [(R, "a", 3), (("b",), "c", 3)], id="two above one line"),
        pytest.param("# mlgovern: ignore env-secret a\nx # mlgovern: ignore b c", [(R, "a", 2), (("b",), "c", 2)], id="above and behind"),
        pytest.param("x# mlgovern: ignore env-secret why", [], id="part of a value"),
        pytest.param("x mlgovern: ignore env-secret why", [], id="no comment"),
        pytest.param("# see mlgovern: ignore env-secret why", [], id="not at the beginning of a comment"),
        pytest.param("# mlgovern: ignore RULE[, RULE] reason", [], id="a page about suppressions"),
        pytest.param("# mlgovern: ignored env-secret why", [], id="another word"),
        pytest.param("# mlgovern: ignore env_secret why", [], id="no id of a rule"),
        pytest.param("# mlgovern: ignore env-secret- why", [], id="half an id"),
        pytest.param("#mlgovern: policy\n", [], id="another mark"),
        pytest.param("x" * LONGEST + " # mlgovern: ignore env-secret why", [], id="a line that nobody reads"),
        pytest.param("# mlgovern: ignore env-secret " + "x" * 999, [(R, "x" * LONGEST_REASON, 2)], id="a long reason"),
    ),
)  # fmt: skip
def test_comments(text: str, expected: list[tuple[tuple[str, ...], str, int | None]]) -> None:
    assert asked(text) == expected


def test_the_covered_line_is_told() -> None:
    (one,) = comments(Lines("a", b"\n# mlgovern: ignore env-secret why\r\nA = 1\r\n"))
    assert (one.line, one.covers, one.text) == (2, 3, "A = 1")


def test_many_comments_end_somewhere() -> None:
    assert len(asked("x # mlgovern: ignore env-secret why\n" * (MOST + 5))) == MOST
    assert len(asked("mlgovern:" * 100_000)) == 0


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for path in ("a.py", "a.ipynb"):
        lines = Lines(path, data + b" # mlgovern: ignore env-secret why " + data)
        assert all(one.rules == R for one in [*comments(lines), *cells(lines)])


def notebook(*sources: list[str], metadata: object = None, indent: int | None = 1) -> str:
    kept = {} if metadata is None else {"mlgovern": metadata}
    found = [{"cell_type": "code", "metadata": kept, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent)


def test_a_comment_in_a_notebook_speaks_of_its_line() -> None:
    text = notebook(["a = 1  # mlgovern: ignore env-secret why\n", 'b = "2"'])
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "mlgovern" in line)
    assert asked(text, "a.ipynb") == [(R, "why", line)]
    alone = notebook(['# mlgovern: ignore env-secret it is "so"\n', "a = 1\n"])
    assert asked(alone, "a.ipynb") == [(R, 'it is "so"', line + 1)]


@pytest.mark.parametrize(
    "text",
    (
        pytest.param(notebook(["# mlgovern: ignore env-secret why\n", "a"], indent=None), id="all on one line"),
        pytest.param(notebook(["# mlgovern: ignore env-secret why\na = 1\n"]), id="two lines in one string"),
        pytest.param(' "# mlgovern: ignore env-secret \\q"', id="no JSON string"),
        pytest.param("# mlgovern: ignore env-secret why", id="no JSON"),
    ),
)
def test_a_comment_never_covers_a_whole_notebook(text: str) -> None:
    assert asked(text, "a.ipynb") == []


@pytest.mark.parametrize("indent", (1, None))
def test_metadata_speaks_of_a_cell(indent: int | None) -> None:
    text = notebook(["a"], ["b"], metadata={"ignore": ["env-secret, url-credentials for the demo"]}, indent=indent)
    found = [*cells(Lines("a.ipynb", text.encode()))]
    assert [(one.cell, one.rules, one.reason, one.covers) for one in found] == [
        (cell, ("env-secret", "url-credentials"), "for the demo", None) for cell in (0, 1)
    ]
    assert found[0].line == next(number for number, line in enumerate(text.splitlines(), 1) if "demo" in line)


@pytest.mark.parametrize(
    "metadata", ({"ignore": "env-secret why"}, {"ignore": [1, "RULE why"]}, {}, [], "x", {"ignore": {}})
)
def test_other_metadata_asks_for_nothing(metadata: object) -> None:
    assert [*cells(Lines("a.ipynb", notebook(["a"], metadata=metadata).encode()))] == []


@pytest.mark.parametrize(
    "text",
    (
        "{",
        "[]",
        '{"mlgovern": 1}',
        '{"cells": {"mlgovern": 1}}',
        '{"cells": ["mlgovern"]}',
        "[" * 100_000 + '"mlgovern"',
    ),
)
def test_what_is_no_notebook_has_no_cells(text: str) -> None:
    assert [*cells(Lines("a.ipynb", text.encode()))] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("x # pragma: allowlist secret", "pragma: allowlist secret"),
        ("x # pragma:whitelist secret", "pragma:whitelist secret"),
        ("x // gitleaks:allow", "gitleaks:allow"),
        ("x # betterleaks:allow because", "betterleaks:allow"),
        ("x # ggignore", "ggignore"),
        ("x # ggignore-start", ""),
        ("x # gitleaks:allowed", ""),
        ("x # nosec", ""),
        ("x # pragma: allowlist nextline secret", ""),
        ("# pragma: allowlist nextline secret\nx", "pragma: allowlist nextline secret"),
        ("# gitleaks:allow\nx", ""),
    ),
)
def test_marks_of_other_tools(text: str, expected: str) -> None:
    number = text.count("\n") + 1
    assert foreign(Lines("a.py", text.encode()), number, number) == expected


def test_a_mark_on_the_last_line_of_a_long_secret() -> None:
    assert foreign(Lines("a.py", b"a\nb\nc # gitleaks:allow\nd"), 1, 3) == "gitleaks:allow"
    assert foreign(Lines("a.py", b"a\nb\nc # gitleaks:allow\nd"), 1, 2) == ""


@pytest.mark.parametrize(
    ("secret", "reason", "told"),
    (
        ("Otter7Lunch", "as in Otter7L", True),
        ("Otter7Lunch", "as in Otter", False),
        ("abc", "the abc of it", True),
        ("", "anything", False),
        ("x" * 200_001, "anything", True),
    ),
)
def test_a_reason_that_tells(secret: str, reason: str, told: bool) -> None:
    assert Secrets([secret]).told_by(reason) is told
