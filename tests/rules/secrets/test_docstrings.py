"""What Python source only shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.secrets.docstrings import docstrings
from mlgovern.rules.secrets.names import EnvFiles
from mlgovern.rules.secrets.scan import scan

PW = "Otter" + "7Lunch!x"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param('"""\npassword = "{}"\n"""\n', False, id="of a module"),
        pytest.param('def f():\n    """Log in.\n\n    >>> f(password="{}")\n    """\n    return 1\n', False, id="of a function"),
        pytest.param('# note\nclass A:\n    # note\n    """password = "{}"\n    """  # note\n', False, id="between comments"),
        pytest.param('r"password = \'{}\'"\nx = 1\n', False, id="with a prefix"),
        pytest.param('x = "it\'s" # "\n"password = \'{}\'"\n', False, id="quotes above"),
        pytest.param("x = 1\n'''password = \"{}\" '''\n", False, id="a string alone"),
        pytest.param('"""a"""\npassword = "{}"\n', True, id="below one"),
        pytest.param('# password = "{}"\n', True, id="commented out"),
        pytest.param('x = """\npassword = "{}"\n"""\n', True, id="a string that is used"),
        pytest.param('f("""password = "{}" """)\n', True, id="an argument"),
        pytest.param('"""a"""\npassword = "{}"\ndef f(:\n    x = """', True, id="no Python"),
        pytest.param('def f():\n    """password = "{}"\n    """\nx = """', False, id="no Python further down"),
        pytest.param('"""password = "{}"\n', True, id="a string that never ends"),
    ],
)  # fmt: skip
def test_documentation_is_no_assignment(text: str, found: bool) -> None:
    assert bool(scan("a.py", text.format(PW).encode(), EnvFiles())) is found


def test_a_token_counts_there_too() -> None:
    token = "h" + "f_" + "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL"
    assert [hit.rule for hit in scan("a.py", f'"""Log in with {token}."""\n'.encode(), EnvFiles())] == [
        "provider-token"
    ]


def test_a_source_without_end_is_taken_line_by_line() -> None:
    assert docstrings('"""x"""\n' + "x = 1\n" * 200_000, [4]) == []


@given(st.text())
def test_total(text: str) -> None:
    for start, end in docstrings(f'"""x"""\n{text}', [4]):
        assert 0 <= start < end <= len(text) + 8


SOURCE = st.lists(
    st.sampled_from(
        ['"""', "'''", '"', "'", "#", "\\", "\n", "\n    ", "x", " = ", "f(", ")", "r", "def f():", ":", ";"]
    ),
    max_size=25,
).map("".join)


@given(SOURCE, st.integers(0, 60))
def test_what_stands_behind_a_place_does_not_matter_to_it(text: str, place: int) -> None:
    alone, among = docstrings(text, [place]), docstrings(text, [place, len(text)])
    assert [span for span in among if span[0] < place < span[1]] == [
        span for span in alone if span[0] < place < span[1]
    ]
