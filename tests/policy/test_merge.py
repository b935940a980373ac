from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.policy.document import Entry, Fields, Items, Layers, Mark, Node, Scalar, is_null
from mlgovern.policy.load import parse
from mlgovern.policy.merge import layers, merge
from mlgovern.policy.merge import merged as merge_all
from mlgovern.policy.settings import Reader
from tests.policy.sample import Paths, Sizes, Types

PLACES = st.builds(Mark, st.just("p"), st.integers(1, 9), st.integers(1, 9))
SCALARS = st.builds(
    lambda value, mark: Scalar(value, str(value), mark), st.sampled_from([None, True, 3, "x", "y"]), PLACES
)


def fields(values: dict[str, Node], mark: Mark) -> Fields:
    return Fields({key: Entry((Scalar(key, key, mark),), value) for key, value in values.items()}, mark)


def items(values: list[Node], mark: Mark) -> Items:
    return Items(tuple(values), mark)


T = TypeVar("T", bound=Types | Sizes | Paths)
KEYS = st.sampled_from(["a", "b", "c"])
OPERATIONS = st.dictionaries(
    st.sampled_from(["$append", "$remove", "$replace"]),
    st.builds(items, st.lists(SCALARS, max_size=2), PLACES),
    min_size=1,
)
NODES = st.recursive(
    SCALARS | st.builds(fields, OPERATIONS, PLACES),
    lambda inner: (
        st.builds(items, st.lists(inner, max_size=3), PLACES)
        | st.builds(fields, st.dictionaries(KEYS, inner, max_size=3), PLACES)
    ),
    max_leaves=12,
)
DOCUMENTS = st.builds(fields, st.dictionaries(KEYS, NODES, max_size=3), PLACES)


@given(NODES, NODES, NODES)
def test_merge_is_associative(one: Node, two: Node, three: Node) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@given(DOCUMENTS, PLACES)
def test_an_empty_policy_changes_nothing(document: Fields, mark: Mark) -> None:
    assert merge(document, fields({}, mark)) == document
    assert merge(fields({}, mark), document) == document or not document.entries


@given(NODES.filter(lambda node: not is_null(node)), PLACES)
def test_null_changes_nothing(node: Node, mark: Mark) -> None:
    nothing = Scalar(None, "", mark)
    assert merge(nothing, node) == node
    assert merge(node, nothing) == node


TEXTS = st.sampled_from(
    [
        "types: [feat]",
        "types: [a, b]\ncase: any",
        "case: lower",
        "types: ~",
        "header: ^x",
        "{}",
    ]
)
SIZES = st.sampled_from(
    ["max_bytes: 5", "per_glob: {a: 1}", "per_glob: {a: 2, b: 3}", "nearest: x", "nearest: {why: y}", "{}"]
)


@given(st.lists(TEXTS, max_size=4))
def test_merging_twice_is_merging_once(texts: list[str]) -> None:
    assert typed(Types, *texts, *texts) == typed(Types, *texts)


PATHS = st.sampled_from(["required: [a]", "required: [a, {path: b, why: w}]", "required: {$append: [c]}", "{}"])


@given(st.lists(PATHS, max_size=4))
def test_what_is_required_only_adds_up(texts: list[str]) -> None:
    once = typed(Paths, *texts)
    assert typed(Paths, *texts, *texts) == once
    assert {*typed(Paths, *texts[:-1]).required} <= {*once.required}


@given(st.lists(SIZES, max_size=4), SIZES)
def test_the_last_word_stands_however_often_it_is_said(texts: list[str], last: str) -> None:
    assert typed(Sizes, *texts, last, last) == typed(Sizes, *texts, last)


def typed(kind: type[T], *texts: str) -> T:
    reader = Reader()
    value: T = reader.record(kind, kind(), merged(*texts), "the policy")
    assert not reader.problems
    return value


def merged(*texts: str) -> Node:
    nodes = [parse(f"f{number}", text.encode(), []) for number, text in enumerate(texts, 1)]
    return merge_all([node for node in nodes if node is not None], fields({}, Mark("f0")))


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        pytest.param(("case: any", "types: [a]"), Types(("a",), "any"), id="key by key"),
        pytest.param(("types: [a]", "types: [b]"), Types(("b",)), id="a list replaces"),
        pytest.param(("types: [a]", "types: {$append: [b]}", "types: {$remove: [a]}"), Types(("b",)), id="operators in turn"),
        pytest.param(("types: {$append: [a]}", "types: [b]"), Types(("b",)), id="a list after an operator"),
        pytest.param(("types: [a]", "types: ~", "types: {$append: [b]}"), Types(("a", "b")), id="null between"),
        pytest.param(("nearest: {path: a, why: w}", "nearest: b"), Sizes(nearest=Sizes().nearest._replace(path="b", why="w")), id="the short form sets one field"),
    ],
)  # fmt: skip
def test_what_several_files_add_up_to(texts: tuple[str, ...], value: Types | Sizes) -> None:
    assert typed(type(value), *texts) == value


def test_every_layer_keeps_its_place() -> None:
    node = merged("a: {b: 1}", "a: {c: 2}", "\na:\n  b: 3")
    assert isinstance(node, Fields)
    inner = node.entries["a"].value
    assert isinstance(inner, Fields)
    assert [(part.mark, part.text) for part in layers(inner.entries["b"].value) if isinstance(part, Scalar)] == [
        (Mark("f1", 1, 8), "1"),
        (Mark("f3", 3, 6), "3"),
    ]
    assert [key.mark.file for key in inner.entries["b"].keys] == ["f1", "f3"]
    assert isinstance(inner.entries["b"].value, Layers)
    assert inner.entries["b"].value.mark == Mark("f3", 3, 6)
