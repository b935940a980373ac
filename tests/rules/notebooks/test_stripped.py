"""The verdict: equal to that of nbstripout 0.9.1, and reasons that say why."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from mlgovern.rule import Glob
from mlgovern.rules.notebooks.decoding import MOST_VALUES
from mlgovern.rules.notebooks.definition import (
    OF_NBSTRIPOUT,
    Settings,
    agreed,
    numbers_cells,
    stripped_keys,
    unknown_keys,
)
from mlgovern.rules.notebooks.stripped import Reason, size, verdict
from tests.rules.notebooks.samples import (
    CASES,
    STREAM,
    code,
    in_style,
    nbstripout_says,
    notebook,
    notebooks,
    settings_strategy,
    styles,
    written,
)

EXTRA, KEEP = OF_NBSTRIPOUT
COMPAT = Settings(compat="nbstripout")
WORDS = {"stripped": "clean", "not stripped": "dirty", "broken": "broken"}
EXPECTED = json.loads((CASES / "expected.json").read_text())["cases"]
TAGGED = {"tags": ["keep_output"]}


@pytest.mark.parametrize("name", EXPECTED)
def test_hand_made_cases(name: str) -> None:
    data, accepted = (CASES / name).read_bytes(), EXPECTED[name]["accept"]
    assert WORDS[verdict(data, Settings(), name).word] in accepted["keep_id"]
    assert WORDS[verdict(data, Settings(compat="nbstripout"), name).word] in accepted["default"]


@pytest.mark.parametrize("name", [name for name in EXPECTED if name.endswith(".ipynb")])
def test_hand_made_cases_against_nbstripout(name: str) -> None:
    data = (CASES / name).read_bytes()
    for compat, keep_id in (("none", True), ("nbstripout", False)):
        said = nbstripout_says(data, Settings(), keep_id=keep_id)
        ours = verdict(data, Settings(compat=compat), name).word  # type: ignore[arg-type]  # one of the two literals
        assert ours == said or said is None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(notebooks(), settings_strategy)
@example(
    {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [{"cell_type": "code", "metadata": {"trusted": True}, "outputs": [], "input": ""}]}]},
    Settings(compat="nbstripout", extra_keys=("cell.metadata.trusted",)),
)  # fmt: skip
def test_the_verdict_is_that_of_nbstripout(value: dict[str, Any], policy: Settings) -> None:
    data = json.dumps(value).encode()
    said = nbstripout_says(data, policy, keep_id=not numbers_cells(policy))
    assume(said is not None)
    found = verdict(data, policy)
    hidden = policy.compat == "none" and value.get("nbformat") == 4  # what nbformat drops before nbstripout looks
    dropped = {"metadata.signature", "metadata.orig_nbformat", "cell.metadata.trusted"} if hidden else set()
    reasons = [reason for reason in found.reasons if reason.code not in dropped]
    assert ("not stripped" if reasons else "stripped") == said


KEPT = code(STREAM, metadata=TAGGED)


@pytest.mark.parametrize(
    ("cells", "more", "policy", "codes"),
    [
        pytest.param([code()], {}, Settings(), [], id="source only"),
        pytest.param([code(STREAM)], {}, Settings(), ["outputs"], id="output"),
        pytest.param([code({}, {"text": ""}, {"a": [{}, [""]]})], {}, Settings(), [], id="outputs without any content"),
        pytest.param([code({"a": None})], {}, Settings(), ["outputs"], id="null is content"),
        pytest.param([code(count=0)], {}, Settings(), ["execution_count"], id="count zero"),
        pytest.param([code(count=1)], {}, Settings(keep_count=True), [], id="counts may stay"),
        pytest.param(
            [{"cell_type": "markdown", "metadata": {}, "source": [], "execution_count": 2}],
            {},
            Settings(),
            ["execution_count"],
            id="count of a Markdown cell",
        ),
        pytest.param([code(prompt_number=3)], {}, Settings(), ["prompt_number"], id="prompt number"),
        pytest.param(
            [code({**STREAM, "execution_count": 2}, metadata=TAGGED)],
            {},
            Settings(),
            ["output.execution_count"],
            id="count of a kept output",
        ),
        pytest.param(
            [code({"execution_count": 7})],
            {},
            Settings(max_output_bytes=1),
            ["output.execution_count"],
            id="count of a small output",
        ),
        pytest.param(
            [code(metadata={"scrolled": None})], {}, Settings(), ["cell.metadata.scrolled"], id="presence counts"
        ),
        pytest.param(
            [code(metadata={"collapsed": True})],
            {},
            Settings(keep_keys=("cell.metadata.collapsed",)),
            [],
            id="a key to keep",
        ),
        pytest.param(
            [code(metadata={"a": {"b": 1}})],
            {},
            Settings(extra_keys=("cell.metadata.a.b",)),
            ["cell.metadata.a.b"],
            id="a nested key",
        ),
        pytest.param(
            [code(metadata={"a.b": 1, "a": 2})],
            {},
            Settings(extra_keys=("cell.metadata.a.b",)),
            ["cell.metadata.a.b"],
            id="a key with a dot",
        ),
        pytest.param(
            [code(metadata={"a": [1]})], {}, Settings(extra_keys=("cell.metadata.a.b",)), [], id="no object below a key"
        ),
        pytest.param([], {"metadata": {"widgets": {}}}, Settings(), ["metadata.widgets"], id="widgets"),
        pytest.param([], {"metadata": {"signature": "s"}}, Settings(), ["metadata.signature"], id="signature"),
        pytest.param(
            [], {"metadata": {"signature": "s"}}, Settings(compat="nbstripout"), [], id="signature that nbformat drops"
        ),
        pytest.param([code(id="abc")], {}, Settings(), [], id="ids are kept"),
        pytest.param([code(id="abc")], {}, Settings(compat="nbstripout"), ["id"], id="ids are numbers for nbstripout"),
        pytest.param([code(id="0"), code(id="1")], {}, Settings(compat="nbstripout"), [], id="ids that are numbers"),
        pytest.param([code()], {"nbformat_minor": 5}, Settings(compat="nbstripout"), ["id"], id="a missing id"),
        pytest.param([KEPT], {}, Settings(), [], id="a tag keeps"),
        pytest.param([KEPT], {}, Settings(allow_tags=()), ["outputs"], id="a policy allows no tag"),
        pytest.param(
            [code(STREAM, metadata={"init_cell": True})],
            {},
            Settings(allow_tags=()),
            ["outputs"],
            id="nor any other exemption",
        ),
        pytest.param(
            [code(STREAM)],
            {"metadata": {"keep_output": True}},
            Settings(allow_tags=()),
            ["outputs"],
            id="nor one of the notebook",
        ),
        pytest.param(
            [code(STREAM, metadata={"tags": ["show"]})], {}, Settings(allow_tags=("show",)), [], id="a team's tag"
        ),
        pytest.param([code(STREAM, metadata={"tags": None})], {}, Settings(), ["outputs"], id="tags that are no list"),
        pytest.param([code(STREAM, metadata={"keep_output": True})], {}, Settings(), [], id="metadata keeps"),
        pytest.param(
            [code(metadata={"keep_output": False, **TAGGED})], {}, Settings(), ["keep_output"], id="a contradiction"
        ),
        pytest.param([code(STREAM)], {"metadata": {"keep_output": True}}, Settings(), [], id="the notebook keeps"),
        pytest.param(
            [code(STREAM, metadata={"keep_output": False})],
            {"metadata": {"keep_output": True}},
            Settings(),
            ["outputs"],
            id="the cell speaks before the notebook",
        ),
        pytest.param(
            [code(STREAM)],
            {"metadata": {"keep_output": False}},
            Settings(keep_output=(Glob("**"),)),
            ["outputs"],
            id="the notebook speaks before the policy",
        ),
        pytest.param([code(STREAM)], {}, Settings(keep_output=(Glob("docs/**"),)), [], id="the policy keeps"),
        pytest.param(
            [code(STREAM)], {}, Settings(keep_output=(Glob("*.ipynb"),)), ["outputs"], id="the policy keeps others"
        ),
        pytest.param(
            [code(STREAM, {"text": "long" * 9})],
            {},
            Settings(max_output_bytes=18),
            ["outputs"],
            id="one output is too long",
        ),
        pytest.param([code(STREAM)], {}, Settings(max_output_bytes=18), [], id="a short output"),
        pytest.param(
            [code(STREAM, count=1, metadata={"hidden": True})],
            {},
            Settings(),
            ["outputs", "execution_count", "cell.metadata.hidden"],
            id="all at once",
        ),
    ],
)
def test_reasons(cells: list[Any], more: dict[str, Any], policy: Settings, codes: list[str]) -> None:
    found = verdict(written(*cells, **more), policy, "docs/a.ipynb")
    assert [reason.code for reason in found.reasons] == codes
    assert found.word == ("not stripped" if codes else "stripped")


def test_a_reason_names_its_cell_and_what_goes() -> None:
    found = verdict(written(code(), code({}, STREAM, count=4)), Settings())
    assert found.reasons == (Reason("outputs", 1, [STREAM]), Reason("execution_count", 1, 4))


@pytest.mark.parametrize(
    ("results", "word"),
    [
        ({"results": {"code": "SUCCESS"}}, "not stripped"),
        ({"results": None}, "not stripped"),
        ({"results": {}}, "stripped"),
        ({}, "stripped"),
    ],
    ids=("results", "null", "empty", "none"),
)
def test_zeppelin(results: dict[str, Any], word: str) -> None:
    data = json.dumps({"paragraphs": [{"text": "1", **results}]}).encode()
    assert verdict(data, Settings(), "a.zpln").word == word
    assert verdict(data, Settings(), "a.ipynb").word == "broken"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "it is a Git LFS pointer", id="LFS"
        ),
        pytest.param(b" " * 101, "it has 101 bytes; at most 100 are judged", id="too large"),
    ],
)
def test_not_judged(data: bytes, why: str) -> None:
    found = verdict(data, Settings(max_file_bytes=100))
    assert (found.word, found.why) == ("not judged", why)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        pytest.param(b'{"cells": [], "a": [' + b"[]," * MOST_VALUES, "broken", id="many values"),
        pytest.param(b'{"cells": [], "a": "\\"' + b"[{," * MOST_VALUES + b'"}', "stripped", id="one long text"),
    ],
)
def test_many_values_are_not_loaded(data: bytes, word: str) -> None:
    assert verdict(data, Settings()).word == word


@pytest.mark.parametrize(
    ("policy", "config", "extra", "kept"),
    [
        pytest.param(Settings(), {EXTRA: "metadata.a"}, (), (), id="not asked for"),
        pytest.param(COMPAT, {}, (), (), id="nothing set"),
        pytest.param(COMPAT, {EXTRA: " metadata.a  cell.b\n"}, ("metadata.a", "cell.b"), (), id="keys"),
        pytest.param(COMPAT, {EXTRA: "foo metadata.a", KEEP: "x"}, ("metadata.a",), (), id="nbstripout ignores what names nothing"),
        pytest.param(COMPAT._replace(extra_keys=("cell.c",)), {KEEP: "cell.metadata.hidden"}, ("cell.c",), ("cell.metadata.hidden",), id="beside the policy's"),
    ],
)  # fmt: skip
def test_what_git_tells_nbstripout(
    policy: Settings, config: dict[str, str], extra: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    found = agreed(policy, config)
    assert (found.extra_keys, found.keep_keys) == (extra, kept)


def test_keys_that_name_nothing() -> None:
    assert unknown_keys(Settings(extra_keys=("foo", "cell.x"), keep_keys=("metadata", "metadata.y"))) == [
        "foo",
        "metadata",
    ]


def test_a_key_is_asked_for_once() -> None:
    assert stripped_keys(Settings(extra_keys=("metadata.widgets",))).count("metadata.widgets") == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda some: st.lists(some) | st.dictionaries(st.text(), some),
    ),
    st.integers(0, 20),
)
def test_size_is_that_of_nbstripout(value: Any, enough: int) -> None:
    from nbstripout._utils import get_size

    assert size(value) == get_size(value)
    assert (size(value, enough) > enough) is (get_size(value) > enough)


@given(st.binary() | st.builds(in_style, notebooks(), styles) | st.text().map(str.encode))
@example(b"[" * 100_000)
@example(json.dumps(notebook()).encode("utf-16"))
def test_every_input_has_a_verdict(data: bytes) -> None:
    words = {"stripped", "not stripped", "broken", "not judged"}
    assert {verdict(data, Settings()).word, verdict(data, Settings(), "a.zpln").word} <= words
