"""Markers against `packaging`, and truth tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker as Oracle

from mlgovern.rules.lockfiles.markers import MOST_DEPTH, TRUE, World, agree, certain, holds, marker_of, possible
from mlgovern.rules.lockfiles.versions import specifiers_of

OPERATORS = st.sampled_from(("<", "<=", ">", ">=", "==", "!="))
SHORT, LONG = st.sampled_from(("3.8", "3.9", "3.10", "3.12")), st.sampled_from(("3.8", "3.9.1", "3.10.0", "3.11.4"))
ATOMS = st.one_of(
    st.builds("python_version {} '{}'".format, OPERATORS, SHORT),
    st.builds("'{1}' {0} python_version".format, OPERATORS, SHORT),
    st.builds("python_full_version {} '{}'".format, OPERATORS, LONG),
    st.builds("python_full_version {} '{}.*'".format, st.sampled_from(("==", "!=")), SHORT),
    st.builds(
        "sys_platform {} '{}'".format,
        st.sampled_from(("==", "!=", "in", "not in")),
        st.sampled_from(("linux", "win32", "a linux")),
    ),
    st.builds(
        "'{1}' {0} sys_platform".format, st.sampled_from(("==", "in", "not in")), st.sampled_from(("linux", "win"))
    ),
    st.builds('platform_machine {} "{}"'.format, st.sampled_from(("==", "!=")), st.sampled_from(("x86_64", "arm64"))),
    st.builds("extra {} '{}'".format, st.sampled_from(("==", "!=")), st.sampled_from(("a", "B_c"))),
)
MARKERS = st.recursive(
    ATOMS,
    lambda inner: (
        st.builds("{}{} {} {}{}".format, st.just(""), inner, st.sampled_from(("and", "or")), inner, st.just(""))
        | st.builds("({} {} {})".format, inner, st.sampled_from(("and", "or")), inner)
    ),
    max_leaves=6,
)
ENVIRONMENTS = st.fixed_dictionaries(
    {
        "python_full_version": st.sampled_from(
            ("3.7.9", "3.8.0", "3.8.5", "3.9.0", "3.9.1", "3.10.0", "3.11.4", "3.12.0", "3.13.0")
        ),
        "sys_platform": st.sampled_from(("linux", "win32", "darwin", "")),
        "platform_machine": st.sampled_from(("x86_64", "arm64", "z")),
        "extra": st.sampled_from(("", "a", "b-c")),
    }
).map(lambda row: {**row, "python_version": row["python_full_version"].rpartition(".")[0]})


@settings(max_examples=250, deadline=None)
@given(MARKERS, ENVIRONMENTS)
def test_markers_hold_where_packaging_says_so(text: str, environment: dict[str, str]) -> None:
    assert holds(marker_of(text), environment) is Oracle(text).evaluate(dict(environment))


@settings(max_examples=100, deadline=None)
@given(MARKERS, MARKERS, ENVIRONMENTS)
def test_markers_that_agree_hold_together(left: str, right: str, environment: dict[str, str]) -> None:
    if agree(marker_of(left), marker_of(right)):
        assert Oracle(left).evaluate(dict(environment)) is Oracle(right).evaluate(dict(environment))


@settings(max_examples=100, deadline=None)
@given(MARKERS)
def test_a_marker_agrees_with_itself_in_other_words(text: str) -> None:
    assert agree(marker_of(text), marker_of(f"({text}) or ({text}) and python_version >= '2'")) is not False


@given(st.text(alphabet="()'\" <>=!~andorpython_version3.x", max_size=40))
def test_any_text_is_a_marker_or_a_value_error(text: str) -> None:
    try:
        marker_of(text)
    except ValueError:
        assert text.strip()


@pytest.mark.parametrize(
    ("left", "right", "pythons", "equal"),
    [
        pytest.param("python_version < '3.9'", "python_full_version < '3.9'", "", True, id="as uv rewrites it"),
        pytest.param("python_version > '3.9'", "python_full_version >= '3.10'", "", True, id="above a minor version"),
        pytest.param("python_version <= '3.9'", "python_full_version < '3.10'", "", True, id="up to a minor version"),
        pytest.param(
            "python_version in '3.9 3.10'",
            "python_full_version >= '3.9' and python_full_version < '3.11'",
            "",
            True,
            id="list",
        ),
        pytest.param("python_version == '3.9'", "python_full_version == '3.9.*'", "", True, id="one minor version"),
        pytest.param("python_version >= '3.9'", "", ">=3.11", True, id="vacuous under requires-python"),
        pytest.param("python_version >= '3.9'", "", "", False, id="not vacuous without"),
        pytest.param(
            "platform_system == 'Windows'", "sys_platform == 'win32'", "", True, id="uv's other name for a system"
        ),
        pytest.param("os_name == 'nt'", "sys_platform == 'win32'", "", False, id="two variables"),
        pytest.param("os.name == 'nt'", "os_name == 'nt'", "", True, id="old name of a variable"),
        pytest.param("'win32' == sys_platform", 'sys_platform == "win32"', "", True, id="flipped"),
        pytest.param("platform_release >= '20'", "platform_release < '20'", "", False, id="order of another variable"),
        pytest.param(
            "platform_version >= 'b' or os_name == 'x'",
            "os_name == 'x' or platform_version >= 'b'",
            "",
            True,
            id="text",
        ),
        pytest.param("platform_version > 'b'", "platform_version <= 'b'", "", False, id="order of texts"),
        pytest.param("extra == 'a.b'", "extra == 'A_B'", "", True, id="extras are names"),
        pytest.param("implementation_version >= 'x'", "implementation_version < 'x'", "", False, id="no version"),
    ],
)
def test_agree(left: str, right: str, pythons: str, equal: bool) -> None:
    assert agree(marker_of(left), marker_of(right), World(specifiers_of(pythons))) is equal


def test_too_many_cases_are_not_decided() -> None:
    many = " and ".join(
        f"{name} == '{value}'"
        for name in ("os_name", "platform_machine", "sys_platform", "extra")
        for value in "abcdefgh"
    )
    assert agree(marker_of(many), TRUE) is None
    assert not possible(marker_of(many))
    assert not certain(marker_of(many))


def test_environments_limit_the_world() -> None:
    linux = World(environments=(marker_of("sys_platform == 'linux'"),))
    assert not possible(marker_of("sys_platform == 'win32'"), linux)
    assert certain(marker_of("sys_platform != 'win32'"), linux)


@pytest.mark.parametrize(
    "text",
    [
        "python_version",
        "python_version >=",
        "'a' == 'b'",
        "os_name == sys_platform",
        "colour == 'red'",
        "(os_name == 'a'",
        "os_name == 'a')",
        "os_name == 'a' os_name == 'b'",
        "os_name not 'a'",
        "os_name and 'a'",
        "@",
        "os_name == 'a' and",
        "(" * (MOST_DEPTH + 1) + "os_name == 'a'" + ")" * (MOST_DEPTH + 1),
    ],
)
def test_no_marker(text: str) -> None:
    with pytest.raises(ValueError):
        marker_of(text)
