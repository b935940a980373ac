"""Versions and specifiers against `packaging`, which is what the tools agree with."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version as Oracle

from mlgovern.rules.lockfiles.versions import admits, same, same_pythons, specifiers_of, version_of

RELEASES = st.lists(st.integers(0, 3).map(str), min_size=1, max_size=4).map(".".join)
VERSIONS = st.tuples(
    st.sampled_from(("", "", "", "1!")),
    RELEASES,
    st.sampled_from(("", "", "a1", "b", "rc2", ".pre1", "-alpha.2", "c3")),
    st.sampled_from(("", "", "-1", ".post2", "r", "post")),
    st.sampled_from(("", "", ".dev1", "dev")),
).map("".join)
LOCAL = st.tuples(VERSIONS, st.sampled_from(("", "", "+local.1", "+1", "+a-2"))).map("".join)
SPECIFIERS = st.one_of(
    st.tuples(st.sampled_from(("<=", ">=", "<", ">", "==", "!=", "~=")), VERSIONS).map("".join),
    st.tuples(st.sampled_from(("==", "!=")), RELEASES, st.just(".*")).map("".join),
    st.tuples(st.sampled_from(("==", "!=", "===")), LOCAL).map("".join),
)


@settings(max_examples=200, deadline=None)
@given(LOCAL, LOCAL)
def test_versions_are_ordered_as_packaging_orders_them(left: str, right: str) -> None:
    ours, theirs = (version_of(left), version_of(right)), (Oracle(left), Oracle(right))
    assert ours[0] is not None
    assert ours[1] is not None
    assert (ours[0].key < ours[1].key, ours[0].key == ours[1].key) == (theirs[0] < theirs[1], theirs[0] == theirs[1])


@settings(max_examples=400, deadline=None)
@given(SPECIFIERS, LOCAL)
def test_specifiers_admit_what_packaging_admits(specifier: str, version: str) -> None:
    try:
        oracle = SpecifierSet(specifier)
    except InvalidSpecifier:
        with pytest.raises(ValueError):
            specifiers_of(specifier)
    else:
        assert admits(specifiers_of(specifier), version) is oracle.contains(version, prereleases=True)


@given(st.text())
def test_any_text_is_a_version_or_none(text: str) -> None:
    version_of(text)
    try:
        specifiers_of(text)
    except ValueError:
        assert text.strip()


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        pytest.param(">=8", ">=8.0", True, id="trailing zero"),
        pytest.param(">=3,<4", "< 4 , >= 3", True, id="order and spaces"),
        pytest.param("==1.0", "==1.0.*", False, id="a wildcard is more"),
        pytest.param("~=2.0", ">=2.0,<3", True, id="a range in other words"),
        pytest.param("~=2.0", ">=2.0,==2.*", True, id="a prefix in other words"),
        pytest.param(">=8", ">7,>=8", True, id="idle part"),
        pytest.param("<4", "<4.0a1", False, id="pre-releases"),
        pytest.param(">=1rc1", ">=1rc2", False, id="two pre-releases"),
        pytest.param("==1.*", "==1.0.*", False, id="zeros count before a wildcard"),
        pytest.param("~=1.4", "~=1.4.0", False, id="zeros count after ~="),
        pytest.param(">=1.0a1", ">=1.0.alpha-1", True, id="spelling of a pre-release"),
        pytest.param(">=1", ">1", False, id="operator"),
        pytest.param("", "", True, id="nothing"),
        pytest.param("===x", "===y", False, id="arbitrary equality"),
    ],
)
def test_same(left: str, right: str, equal: bool) -> None:
    assert same(specifiers_of(left), specifiers_of(right)) is equal


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        pytest.param(">=3.11", ">=3.11.0", True, id="trailing zero"),
        pytest.param("~=3.11", ">=3.11,<4", True, id="uv writes a tilde as a range"),
        pytest.param("==3.11.*", ">=3.11,<3.12", True, id="wildcard as a range"),
        pytest.param(">=3.11", ">=3.12", False, id="other boundary"),
        pytest.param(">=3.11", ">=3.11,<4", False, id="ceiling"),
        pytest.param(">=3.11", ">=3.11,!=3.11.4", True, id="uv compares no holes"),
        pytest.param(">3.11", ">=3.11.1", False, id="just above"),
    ],
)
def test_same_pythons(left: str, right: str, equal: bool) -> None:
    assert same_pythons(specifiers_of(left), specifiers_of(right)) is equal


@pytest.mark.parametrize(
    "text", ["x", ">=", "~=1", "==1.0a1.*", ">=1.*", "1.0", ">=1+local", ">=" + "1" * 600, "==1;x"]
)
def test_no_specifier(text: str) -> None:
    with pytest.raises(ValueError):
        specifiers_of(text)


def test_a_text_that_is_no_version_satisfies_only_its_own_equality() -> None:
    assert admits(specifiers_of("===Foo"), "foo")
    assert not admits(specifiers_of(">=1"), "foo")
    assert admits(specifiers_of(""), "foo")
