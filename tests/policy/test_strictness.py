from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.fields import (
    FEWER,
    MORE,
    Allowed,
    Chosen,
    Covered,
    Fixed,
    Form,
    Hint,
    Laxer,
    Limit,
    Maximum,
    Minimum,
    Must,
    MustNot,
    Rising,
    Stricter,
)
from mlgovern.finding import Severity
from mlgovern.policy.strictness import ORDER, compared, worst
from mlgovern.rule import Pattern
from tests.policy.sample import Required, Strategy

Words = Rising[Literal["any", "lower"]]
Sizes = Annotated[Mapping[str, Maximum], FEWER]


@pytest.mark.parametrize(
    ("kind", "before", "after", "way"),
    [
        pytest.param(Severity, Severity.ERROR, Severity.OFF, "weaker", id="severity"),
        pytest.param(Severity, Severity.OFF, Severity.INFO, "tighter", id="severity, up"),
        pytest.param(Annotated[Severity, "lower"], Severity.WARNING, Severity.ERROR, "weaker", id="fail_on"),
        pytest.param(Allowed[str], ("a", "b"), ("a",), "tighter", id="fewer are allowed"),
        pytest.param(Allowed[str], ("a",), (), "tighter", id="nothing is allowed"),
        pytest.param(Allowed[str], ("a",), ("a", "b"), "weaker", id="more are allowed"),
        pytest.param(Allowed[str], ("a",), ("b",), "weaker", id="others are allowed"),
        pytest.param(Allowed[str], ("a", "b"), ("b", "a"), "neutral", id="in another order"),
        pytest.param(Chosen[str], ("a",), (), "weaker", id="anything is allowed"),
        pytest.param(Chosen[str], (), ("a",), "tighter", id="one is allowed"),
        pytest.param(Annotated[Any, "fixed"], 1, True, "unclear", id="one is not true"),
        pytest.param(Covered[str], ("a",), ("a", "b"), "tighter", id="more is looked at"),
        pytest.param(Covered[str], ("a", "b"), ("a",), "weaker", id="less is looked at"),
        pytest.param(Covered[str], ("a",), ("b",), "weaker", id="other things are looked at"),
        pytest.param(Covered[Required], (Required("a"),), (Required("a", "why"),), "neutral", id="a reason"),
        pytest.param(Covered[Required], (Required("a"),), (Required("a", nocase=True),), "weaker", id="another item"),
        pytest.param(Maximum, 5, 4, "tighter", id="maximum"),
        pytest.param(Maximum, 5, 0, "tighter", id="a maximum of nothing"),
        pytest.param(Limit, 5, 0, "weaker", id="no limit"),
        pytest.param(Limit, 0, 5, "tighter", id="a limit"),
        pytest.param(Limit, 5, 4, "tighter", id="a lower limit"),
        pytest.param(Minimum, 5, 4, "weaker", id="minimum"),
        pytest.param(Stricter, True, False, "weaker", id="flag"),
        pytest.param(Laxer, True, False, "tighter", id="flag that excuses"),
        pytest.param(Words, "any", "lower", "tighter", id="words"),
        pytest.param(Words, "lower", "any", "weaker", id="words, back"),
        pytest.param(Must, "", "a", "tighter", id="a pattern"),
        pytest.param(Must, "a", "", "weaker", id="no pattern"),
        pytest.param(Must, "a", "b", "unclear", id="another pattern"),
        pytest.param(MustNot, "a", "b", "unclear", id="another pattern that may not match"),
        pytest.param(Must, "a", "a \u2227 b", "tighter", id="one pattern more"),
        pytest.param(Must, "a \u2227 b", "b", "weaker", id="one pattern less"),
        pytest.param(MustNot, "a", "b \u2228 a", "tighter", id="one pattern more that may not match"),
        pytest.param(Form[Pattern], "", "a", "unclear", id="a pattern in place of something else"),
        pytest.param(Form[Pattern], "a", "a \u2227 b", "tighter", id="two patterns in place of something else"),
        pytest.param(Hint[str], "a", "b", "neutral", id="text"),
        pytest.param(Fixed[int], 1, 2, "unclear", id="nobody can say"),
        pytest.param(Sizes, {"a": 1}, {"a": 2}, "weaker", id="an entry"),
        pytest.param(Sizes, {"a": 1}, {"a": 1, "b": 1}, "weaker", id="an exception more"),
        pytest.param(Sizes, {"a": 2, "b": 1}, {"a": 1}, "tighter", id="an exception less"),
        pytest.param(Annotated[Mapping[str, Must], MORE], {}, {"Ticket": ""}, "tighter", id="something more is needed"),
        pytest.param(Strategy, Strategy(), Strategy(lifetime_days=2), "tighter", id="record"),
        pytest.param(Strategy, Strategy(), Strategy((), 2), "weaker", id="record, one field of which got weaker"),
        pytest.param(Maximum, 5, 5, "same", id="the same"),
    ],
)
def test_which_way_a_value_went(kind: Any, before: Any, after: Any, way: str) -> None:
    assert compared(kind, before, after) == way


LISTS = st.lists(st.sampled_from("abcd"), max_size=4, unique=True).map(tuple)
TYPED = (
    st.tuples(st.sampled_from([Allowed[str], Covered[str]]), LISTS, LISTS, LISTS)
    | st.tuples(st.sampled_from([Maximum, Limit, Minimum]), *[st.integers(0, 4)] * 3)
    | st.tuples(st.just(Severity), *[st.sampled_from(Severity)] * 3)
    | st.tuples(st.just(Sizes), *[st.dictionaries(st.sampled_from("ab"), st.integers(0, 2))] * 3)
)


@given(TYPED)
def test_tighter_and_tighter_again_is_tighter(values: tuple[Any, ...]) -> None:
    kind, one, two, three = values
    ways = {compared(kind, one, two), compared(kind, two, three)}
    if ways <= {"same", "neutral", "tighter"}:
        assert compared(kind, one, three) in ({"tighter"} if "tighter" in ways else {"same", "neutral"})


@given(TYPED)
def test_what_is_tighter_one_way_is_weaker_the_other(values: tuple[Any, ...]) -> None:
    kind, one, two, _ = values
    if compared(kind, one, two) == "tighter":
        assert compared(kind, two, one) == "weaker"


def test_of_several_ways_the_worst_counts() -> None:
    assert worst(ORDER) == "weaker"
    assert worst([]) == "same"
