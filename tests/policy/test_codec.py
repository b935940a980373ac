import json
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Severity
from mlgovern.policy.codec import from_json, to_json
from mlgovern.rule import Glob, Pattern
from tests.policy.sample import RULES, Branches, Direction, Paths, Required, Sizes, Strategy, Types


@pytest.mark.parametrize(
    "value",
    [
        *(rule.settings for rule in RULES),
        Sizes(max_bytes=7, ratio=0.1, lfs_exempt=False, per_glob={Glob("*"): 3}, at_most=Severity.INFO),
        Paths((Required("a", "b", nocase=True),)),
        Branches(Strategy((Glob("é"),), 3, (Direction(Glob("x"), (Glob("y"),)),)), 5),
        Types((), "any", Pattern("^x")),
    ],
)
def test_settings_come_back_as_they_were(value: Any) -> None:
    for base in (None, RULES[[type(rule.settings) for rule in RULES].index(type(value))].settings):
        back = from_json(type(value), json.loads(json.dumps(to_json(value, base))), base)
        assert (back, repr(back)) == (value, repr(value))


def test_only_what_differs_is_kept() -> None:
    assert to_json(Branches(Strategy(lifetime_days=3))) == {"strategy": {"lifetime_days": 3}}
    assert to_json(Sizes(max_bytes=1), Sizes(max_bytes=1)) == {}


def test_types_come_back() -> None:
    back = from_json(Sizes, to_json(Sizes(per_glob={Glob("*"): 3})))
    assert [type(item) for item in (back.at_most, next(iter(back.per_glob)))] == [Severity, Glob]
    assert type(from_json(float, 1)) is float


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (int, True),
        (int, "1"),
        (bool, 1),
        (str, None),
        (float, "1"),
        (Severity, 9),
        (Severity, "error"),
        (Literal["a"], "b"),
        (Literal["a"], ["a"]),
        (tuple[str, ...], "ab"),
        (tuple[str, ...], [1]),
        (tuple, [1]),
        (Required, {"why": "a"}),
        (Required, {"path": "a", "why": 1}),
        (Required, ["a", "b", True]),
        (Required, {"path": "a", "why": "b", "nocase": True, "more": 1}),
        (bytes, "a"),
    ],
)
def test_what_does_not_fit_is_refused(kind: Any, data: Any) -> None:
    with pytest.raises(ValueError):
        from_json(kind, data)


DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*(type(rule.settings) for rule in RULES), Required, Severity, int, str]), DATA)
def test_any_data_is_a_value_or_refused(kind: Any, data: Any) -> None:
    try:
        value = from_json(kind, data)
    except ValueError:
        return
    assert isinstance(value, kind)
