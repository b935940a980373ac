"""Requirements against `packaging`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Oracle
from packaging.utils import canonicalize_name

from mlgovern.rules.lockfiles.pep508 import normal, requirement_of

NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
TEXTS = st.builds(
    "{}{}{}{}".format,
    NAMES,
    st.sampled_from(("", "[a]", " [A, b-c]", "[]")),
    st.sampled_from(("", ">=1", " >= 1 , < 2", "(==1.*)", "~=1.4", " @ https://host.example/x.whl ", ">")),
    st.sampled_from(("", "; python_version >= '3.9'", " ;os_name == 'nt' ", ";", "; nonsense")),
)


@given(TEXTS)
def test_requirements_are_read_as_packaging_reads_them(text: str) -> None:
    try:
        oracle = Oracle(text)
    except InvalidRequirement:
        with pytest.raises(ValueError):
            requirement_of(text)
        return
    ours = requirement_of(text)
    assert ours.name == canonicalize_name(oracle.name)
    assert ours.extras == {canonicalize_name(extra) for extra in oracle.extras}
    assert len(ours.specifiers) == len(oracle.specifier)
    assert bool(ours.url) is bool(oracle.url)


@given(st.text())
def test_any_text_is_a_requirement_or_a_value_error(text: str) -> None:
    try:
        assert requirement_of(text).name
    except ValueError:
        assert True


@given(NAMES)
def test_names_are_normalised_as_packaging_does(name: str) -> None:
    assert normal(name) == canonicalize_name(name)


def test_a_message_never_shows_what_may_be_a_credential() -> None:
    assert (
        requirement_of("x[b,a] @ https://user:word@host.example/x.whl?token=word#word ; os_name == 'nt'").text
        == "x[a,b] (https://host.example/x.whl) ; os_name == 'nt'"
    )


@pytest.mark.parametrize("text", ["", "-r x", "x @", "x @ https://h.example/x y", "x >= 1 y", "x" * 5000, "x;"])
def test_no_requirement(text: str) -> None:
    with pytest.raises(ValueError):
        requirement_of(text)
