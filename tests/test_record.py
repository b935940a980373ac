"""Records against `typing.NamedTuple`, whose classes they stand in for."""

import ast
import copy
import pickle
import runpy
import sys
import typing
from typing import Any

import pytest

from mlgovern import record
from mlgovern.record import NamedTuple
from tests.test_architecture import MODULES


class Point(NamedTuple):
    """A place."""

    x: int
    y: "int | None" = None
    name: str = "here"

    @property
    def half(self) -> float:
        return self.x / 2

    def moved(self, by: int) -> "Point":
        return self._replace(x=self.x + by)


class Twin(typing.NamedTuple):
    """A place."""

    x: int
    y: "int | None" = None
    name: str = "here"


class Reserved(NamedTuple):
    """Fields that are called like what a constructor is made of."""

    cls: int = 1
    new: int = 2
    given: int = 3
    named: int = 4
    self: int = 5


MAKING: Any = type(NamedTuple)
OFTEN = 2 * record.OFTEN  # type: ignore[attr-defined]  # of the half that mypy does not look at


def often(make: Any) -> list[Any]:
    """What is made in every way that a class ever has: before its constructor is compiled, and after."""
    return [make() for _ in range(OFTEN)]


@pytest.mark.parametrize(
    ("given", "named"),
    [((1,), {}), ((1, 2), {}), ((1, 2, "z"), {}), ((1,), {"name": "z"}), ((), {"x": 1, "y": 3}), ((1,), {"name": "a", "y": 3})],
)  # fmt: skip
def test_a_record_is_made_as_a_named_tuple_is(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    expected = Twin(*given, **named)
    for point in often(lambda: Point(*given, **named)):
        assert point == expected
        assert repr(point) == repr(expected).replace("Twin", "Point")
        assert point._asdict() == expected._asdict()
        assert hash(point) == hash(expected)


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), ((1, 2, "z", 4), {}), ((1,), {"x": 2}), ((1,), {"z": 2}), ((), {"name": "a"})],
)
def test_what_does_not_fit_is_a_type_error(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Twin(*given, **named)
    for _ in range(OFTEN):
        with pytest.raises(TypeError):
            Point(*given, **named)


def test_a_record_is_a_tuple_with_names() -> None:
    point = Point(4, name="z")
    assert type(point).__mro__ == (Point, tuple, object)
    assert (point.x, point.y, point.name, point.half, point.moved(1)) == (4, None, "z", 2, Point(5, name="z"))
    assert (Point._fields, Point._field_defaults) == (Twin._fields, Twin._field_defaults)
    assert (Point.__doc__, Point.__module__, Point.__qualname__) == ("A place.", __name__, "Point")
    assert Point._make(iter((1, 2, "a"))) == Point(1, 2, "a")
    match point:
        case Point(x, y, name="z"):
            assert (x, y) == (4, None)
        case _:
            pytest.fail("it does not match")
    with pytest.raises(AttributeError):
        point.x = 5  # type: ignore[misc]  # what is tried here
    with pytest.raises(AttributeError):
        point.other = 5  # type: ignore[attr-defined]  # what is tried here
    with pytest.raises(ValueError, match="Point has no z"):
        point._replace(z=1)  # type: ignore[call-arg]  # what is tried here


def test_a_record_survives_a_pickle() -> None:
    assert all(type(one) is Point for one in (pickle.loads(pickle.dumps(Point(1, 2))),))
    assert pickle.loads(pickle.dumps(Point(1, 2, "z"))) == Point(1, 2, "z")


def test_a_subclass_stays_itself() -> None:
    class Sub(Point):
        """With nothing of its own."""

    assert {type(one) for one in often(lambda: Sub(1))} == {Sub}


def test_a_constructor_of_ones_own_stays() -> None:
    class Doubled(Point):
        def __new__(cls, x: int) -> typing.Self:
            return super().__new__(cls, 2 * x, name="own")

    assert {tuple(one) for one in often(lambda: Doubled(7))} == {(14, None, "own")}


def test_other_bases_are_refused() -> None:
    with pytest.raises(TypeError, match="Bad: a record has no other bases"):
        MAKING("Bad", (NamedTuple, dict), {"__annotations__": {}})


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace comes with Python 3.13")
def test_a_record_is_replaced_in_part() -> None:
    assert copy.replace(Point(1), name="z") == Point(1, name="z")  # type: ignore[attr-defined]  # from 3.13 on


def test_what_counts_uses_is_let_go() -> None:
    often(lambda: Reserved(1))
    assert Reserved._made == []  # type: ignore[attr-defined]  # of the half that mypy does not look at


def test_fields_may_have_any_name() -> None:
    made = often(lambda: Reserved(new=7))
    assert {tuple(one) for one in made} == {(1, 7, 3, 4, 5)}


def test_a_default_is_followed_by_defaults() -> None:
    with pytest.raises(TypeError, match="Bad: a field without a default"):
        MAKING("Bad", (NamedTuple,), {"__annotations__": {"a": int, "b": int}, "a": 1})


@pytest.mark.parametrize("name", ["__annotate__", "__annotate_func__"])
def test_annotations_may_come_from_a_function(name: str) -> None:
    made = MAKING("Late", (NamedTuple,), {name: lambda _format: {"a": int, "b": str}, "b": "z"})
    assert made(1) == (1, "z")


def test_an_interpreter_without_the_getter_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_collections", None)
    base: Any = runpy.run_path(str(record.__file__))["NamedTuple"]
    made: Any = type(base)("Made", (base,), {"__annotations__": {"a": int, "b": int}, "b": 2})
    assert (made(1).a, made(1).b, repr(made(1))) == (1, 2, "Made(a=1, b=2)")


def test_nobody_pays_for_the_other() -> None:
    others = [
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "typing" and module != "record"
        if "NamedTuple" in {alias.name for alias in node.names}
    ]
    assert others == []
