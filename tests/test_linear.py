"""Patterns without google-re2: what is taken means the same, and takes no time that grows faster than the text."""

import time
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgovern.dialect import compiled
from mlgovern.linear import unfit
from mlgovern.policy.cache import every
from mlgovern.policy.load import load
from mlgovern.policy.packs import names
from mlgovern.policy.patterns import wrong_pattern
from mlgovern.rules.branches.protection import TagNames
from mlgovern.rules.notebooks.runs import Kernels

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("pattern", "whole", "taken"),
    [
        (TagNames().pattern, True, True),
        (TagNames().pattern, False, False),
        (Kernels().environments, False, True),
        (r"^(?:feat|feature|fix)/[a-z-]+$", False, True),
        (r"ML-[0-9]+", False, True),
        (r"acme_[a-z0-9]{32}", False, True),
        (r"(?m)^\[tool\.kedro\]", False, True),
        (r"^a\z", False, True),
        (r"^.*$", False, True),
        (r"(?m)^.*$", False, False),
        (r"(?m)^[a-z]+:", False, True),
        (r"[^@]+@acme\.example", True, True),
        (r"^[^x]*x$", False, True),
        (r"(?i)^[^x]*X$", False, True),
        (r"^[^x]*[xy]$", False, False),
        (r"(?:[^a]*A)+", True, False),
        (r"[0-9é]+", True, False),
        (r"(?:(?:a{64}){64}){64}b", False, False),
        (r"[a-c]{40}-[a-c]{40}", False, False),
        (r"\Ba", False, False),
        (r"[A-Z]{2,}-[0-9]+", False, False),
        (r"^(a+)+$", False, False),
        (r"^(a|aa)+$", False, False),
        (r"^(?:a?){30}a{30}$", False, False),
        (r".*@acme\.example", True, False),
        (r"x*x*", True, False),
        (r"(?:a|b|c|ab)(?:a|b|c|ab)(?:a|b|c|ab)(?:a|b|c|ab)", False, False),
        (r"a(?=b)", False, False),
        (r"(a)\1", False, False),
        (r"a++", False, False),
        (r"(?>a)", False, False),
        (r"[[:alpha:]]", False, False),
        (r"\pL", False, False),
        (r"(?i)straße", False, False),
        (r"a{,3}", False, False),
        (r"(?i:a)b", False, False),
        (r"(?x) a", False, False),
        (r"(?ix) a", False, False),
        (r"a\Z", False, False),
        (r"(", False, False),
        ("(" * 200 + ")" * 200, False, True),
    ],
)
def test_what_is_taken(pattern: str, whole: bool, taken: bool) -> None:
    assert (unfit(pattern, whole=whole) == "") is taken


def test_why_not() -> None:
    assert unfit("^(a+)+$") == (
        "it needs google-re2, which is not installed here: what a repetition takes may also stand behind it"
    )
    assert unfit("a(?=b)").startswith("it is not in the RE2 dialect")


@pytest.fixture
def without_re2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "re2", None)


@pytest.mark.usefixtures("without_re2")
def test_every_pack_loads_without_it() -> None:
    for name in names(str(ROOT / "policies")):
        text = f"schema: 1\nextends: [{name}]\n".encode()
        load(lambda path, text=text: text if path == ".mlgovern.yaml" else None, every())  # type: ignore[misc]  # bound above
    assert wrong_pattern("^(a+)+$").startswith("it needs google-re2")
    assert wrong_pattern("a" * 512) == "512 characters; a pattern has at most 511"


ATOMS = st.sampled_from(
    ["a", "b", "[ab]", "[^a]", ".", r"\d", r"\w", r"\s", r"\S", r"\W", "s", "[^k]", "-", "^", "$", r"\b"]
)
ENDS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}"])
PIECES = st.builds(lambda atom, end: atom if atom in {"^", "$", r"\b"} else atom + end, ATOMS, ENDS)
PATTERNS = st.recursive(
    st.lists(PIECES, min_size=1, max_size=4).map("".join),
    lambda inner: st.one_of(
        st.builds(lambda one, two: f"(?:{one}|{two})", inner, inner),
        st.builds(lambda one, end: f"(?:{one}){end}", inner, ENDS),
        st.builds(lambda one, two: one + two, inner, inner),
    ),
    max_leaves=5,
).flatmap(lambda text: st.sampled_from([text, f"(?i){text}", f"(?m){text}"]))


@settings(max_examples=60, deadline=None)
@given(PATTERNS, st.text("abskSK-1 \n\v\u017f\u212aé", max_size=12), st.booleans())
def test_what_is_taken_means_the_same(pattern: str, text: str, whole: bool) -> None:
    if unfit(pattern, whole=whole):
        return
    ours = compiled(pattern, nocase=False)
    options = re2.Options()
    options.log_errors = False
    theirs = re2.compile(pattern, options)
    found = (ours.fullmatch, theirs.fullmatch) if whole else (ours.search, theirs.search)
    assert len({one(text) is not None for one in found}) == 1


@settings(max_examples=15, deadline=None)
@given(PATTERNS)
def test_what_is_taken_takes_no_time(pattern: str) -> None:
    if unfit(pattern):
        return
    ours = compiled(pattern, nocase=False)
    for text in ("a" * 20_000, "ab" * 10_000, "a1-x" * 5_000, "b" * 20_000 + "\n"):
        begun = time.process_time()
        ours.search(text)
        assert time.process_time() - begun < 1
