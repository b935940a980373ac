"""Globs over whole paths, against a reference that tries everything."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.globs import MOST_BRACES, expand, fragment, matcher, suspects


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        pytest.param("README.md", "README.md", True, id="a plain path"),
        pytest.param("README.md", "docs/README.md", False, id="from the root"),
        pytest.param("*.md", "README.md", True, id="a star"),
        pytest.param("*.md", "docs/a.md", False, id="a star takes no slash"),
        pytest.param("*", ".env", True, id="a star takes dots"),
        pytest.param("a*b*c", "aXbYbZc", True, id="stars"),
        pytest.param("a*b*c", "aXcYb", False, id="stars, wrong order"),
        pytest.param("*ab", "aab", True, id="a run that begins twice"),
        pytest.param("**/*.md", "a.md", True, id="two stars, no folder"),
        pytest.param("**/*.md", "a/b/c.md", True, id="two stars, folders"),
        pytest.param("a/**/b/**/c", "a/b/x/b/c", True, id="two stars twice"),
        pytest.param("a/**/b", "a/b", True, id="two stars between, no folder"),
        pytest.param("a/**/b", "ab", False, id="two stars keep the slash"),
        pytest.param("data/", "data/raw/a.csv", True, id="a final slash"),
        pytest.param("data/", "data", False, id="a final slash is no file"),
        pytest.param("data/**", "data/a", True, id="everything below"),
        pytest.param("**", "a/b", True, id="everything"),
        pytest.param("**/", "a/b", True, id="everything in folders"),
        pytest.param("?.py", "a.py", True, id="one character"),
        pytest.param("?.py", "é.py", True, id="one character, not ASCII"),
        pytest.param("a?b", "a/b", False, id="one character is no slash"),
        pytest.param("[ab].py", "a.py", True, id="a set"),
        pytest.param("[!ab].py", "a.py", False, id="a negated set"),
        pytest.param("a[!b]c", "a/c", False, id="a negated set takes no slash"),
        pytest.param("[0-9].py", "5.py", True, id="a range"),
        pytest.param("[", "[", True, id="a bracket alone"),
        pytest.param("[^a]", "^", True, id="only an exclamation mark negates"),
        pytest.param("*.{md,rst}", "a.rst", True, id="braces"),
        pytest.param("{a,b}/{c,d{e,f}}", "b/df", True, id="braces in braces"),
        pytest.param("a{,b}", "a", True, id="an empty choice"),
        pytest.param("{a", "{a", True, id="a brace alone"),
        pytest.param("a.b", "axb", False, id="a dot is a dot"),
        pytest.param("a.B", "a.b", False, id="letter case counts"),
        pytest.param("*", "a\nb", True, id="a line break in a name"),
        pytest.param("", "a", False, id="nothing"),
    ],
)
def test_matcher(glob: str, path: str, matches: bool) -> None:
    assert bool(matcher((glob,))(path)) is matches


def test_any_of_several_and_none() -> None:
    assert matcher(("*.md", "*.py"))("a.py")
    assert not matcher(())("a.py")
    assert matcher(("README.md",), nocase=True)("readme.MD")
    assert matcher(("a.py", "**"))("anything/at/all")


def test_too_many_alternatives_are_refused() -> None:
    assert len(expand("{a,b}" * 8)) == MOST_BRACES
    with pytest.raises(ValueError, match="more than 256 alternatives"):
        expand("{a,b}" * 9)


def naive(glob: str, path: str) -> bool:
    """One glob without braces, component by component, by trying everything."""
    parts = (glob + "**" if glob.endswith("/") else glob).split("/")
    return _parts(tuple(parts), tuple(path.split("/")))


def _parts(globs: tuple[str, ...], names: tuple[str, ...]) -> bool:
    if not globs:
        return not names
    if globs[0] == "**":
        if len(globs) == 1:
            return bool(names)
        return any(_parts(globs[1:], names[start:]) for start in range(len(names) + 1))
    return bool(names) and _name(globs[0], names[0]) and _parts(globs[1:], names[1:])


def _name(glob: str, name: str) -> bool:
    if not glob:
        return not name
    if glob[0] == "*":
        return any(_name(glob[1:], name[start:]) for start in range(len(name) + 1))
    found = re.match(r"\[(!?)([a-c]+)\]", glob)
    if found:
        return bool(name) and ((name[0] in found[2]) is not bool(found[1])) and _name(glob[found.end() :], name[1:])
    return bool(name) and glob[0] in {"?", name[0]} and _name(glob[1:], name[1:])


pieces = st.sampled_from(("a", "b", "c", "*", "?", "[ab]", "[!a]", ".", "**"))
components = st.lists(pieces, min_size=1, max_size=5).map("".join)
globs = st.builds(
    "{}{}".format,
    st.lists(components | st.just("**"), min_size=1, max_size=5).map("/".join),
    st.sampled_from(("", "/")),
)
names = st.text("abc.", min_size=1, max_size=6)


@given(globs, st.lists(st.lists(names, min_size=1, max_size=5).map("/".join), min_size=1, max_size=20))
def test_the_reference_says_the_same(glob: str, paths: list[str]) -> None:
    match = matcher((glob,))
    assert [bool(match(path)) for path in paths] == [naive(glob, path) for path in paths]


@given(st.text() | st.text("a*?[]!{}/,-^\\.", max_size=30), st.text("ab/[]{}*-\n", max_size=20))
def test_any_text_is_a_glob_or_has_too_many_alternatives(glob: str, path: str) -> None:
    with suppress(ValueError):
        expand(glob)
        matcher((glob,))(path)


@pytest.mark.parametrize(
    "glob", ["*a" * 100 + "b", "**/a/" * 50 + "b", "**/*a*/" * 20 + "z", "?" * 200, "[ab]*" * 100 + "c"]
)
@pytest.mark.parametrize("path", ["a" * 4000, "a/" * 2000 + "a", ("a" * 20 + "/") * 190 + "b"])
def test_no_glob_takes_long(glob: str, path: str) -> None:
    matcher((glob,))(path)  # a backtracking engine would never return


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("**/.DS_Store", ".DS_Store"), ("*.pyc", ".pyc"), ("data/**", "data"), ("a/**/bc", "bc"), ("/build", "build"),
        ("[Bb]in/obj", "in/obj"), ("x[!a]", "x"), ("**", ""), ("*", ""), ("[ab]", ""), (r"\#x", "#x"), ("a?bcd", "bcd"),
    ],
)  # fmt: skip
def test_what_every_match_has(pattern: str, text: str) -> None:
    assert fragment(pattern) == text


@given(st.text("ab/*?[]!.", min_size=1, max_size=8), st.lists(st.text("ab/.", min_size=1, max_size=8), max_size=6))
def test_no_match_is_left_out(pattern: str, paths: list[str]) -> None:
    left = suspects(paths, [fragment(pattern)])
    assert [path for path in paths if matcher((pattern,))(path) and path not in left] == []
