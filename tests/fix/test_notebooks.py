"""Stripping changes what the verdict names and no other byte."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from mlgovern.errors import UserError
from mlgovern.fix.by_nbstripout import by_nbstripout
from mlgovern.fix.notebooks import Once, strip
from mlgovern.rule import Glob
from mlgovern.rules.notebooks.bare import bare
from mlgovern.rules.notebooks.definition import KEYS, Settings
from mlgovern.rules.notebooks.stripped import verdict
from tests.rules.notebooks.samples import (
    CASES,
    STREAM,
    as_read,
    code,
    in_style,
    nbstripout,
    notebook,
    notebooks,
    settings_strategy,
    styles,
    written,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:nbformat", "ignore::DeprecationWarning:traitlets")

WAYS = pytest.mark.parametrize("once", [bare, by_nbstripout], ids=("ours", "nbstripout's"))
DIRTY = written(code(STREAM, count=3))
CLEAN = written(code())


@WAYS
@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir() if path.suffix in {".ipynb", ".zpln"}))
def test_hand_made_cases(name: str, once: Once) -> None:
    data = (CASES / name).read_bytes()
    before = verdict(data, Settings(), name)
    if before.word == "broken" or "keep_output" in {reason.code for reason in before.reasons}:
        with pytest.raises(UserError, match="was left alone"):
            strip(data, Settings(), name, once)
        return
    after = strip(data, Settings(), name, once)
    assert verdict(after, Settings(), name).word == "stripped"
    assert (after == data) is (before.word == "stripped")


@pytest.mark.parametrize(
    "name",
    sorted(path.name for path in CASES.glob("*.ipynb") if verdict(path.read_bytes(), Settings()).word[:3] != "bro"),
)
def test_what_others_read_is_what_nbstripout_would_have_written(name: str) -> None:
    data = (CASES / name).read_bytes()
    for policy in (Settings(), Settings(compat="nbstripout"), Settings(kernel="strip", max_output_bytes=100)):
        if "keep_output" not in {reason.code for reason in verdict(data, policy).reasons}:
            _, theirs = nbstripout(data, policy, keep_id=policy.compat == "none")
            assert as_read(strip(data, policy).decode()) == as_read(theirs)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(notebooks(), settings_strategy, styles)
def test_strip_changes_what_the_verdict_names(value: dict[str, Any], policy: Settings, style: dict[str, Any]) -> None:
    data = in_style(value, style)
    found = verdict(data, policy)
    assume(all(reason.code != "keep_output" for reason in found.reasons))
    after = strip(data, policy)
    assert strip(data, policy, once=by_nbstripout) == after
    assert (after == data) is (found.word == "stripped")
    assert verdict(after, policy).word == "stripped"
    assert strip(after, policy) == after
    assert _reported_places_aside(json.loads(after), policy) == _reported_places_aside(value, policy)


@settings(max_examples=100, deadline=None)
@given(notebooks(), styles)
def test_the_style_of_the_file_stays(value: dict[str, Any], style: dict[str, Any]) -> None:
    data = in_style(value, style)
    policy = Settings(allow_tags=())
    assert strip(data, policy) == in_style(json.loads(strip(data, policy)), style)


def _reported_places_aside(value: dict[str, Any], policy: Settings) -> str:
    """Everything that no verdict may name, as text: NaN equals nothing, and the order of keys counts."""
    value = json.loads(json.dumps(value))
    keys = [*KEYS, *policy.extra_keys]
    keys += ["metadata.kernelspec"] * (policy.kernel == "strip")
    keys += ["metadata.language_info.version"] * (policy.language_version == "strip")
    for owner, head in ((value, ""), *((cell, "cell.") for cell in _cells(value))):
        for key in keys:
            if key.startswith(head) and (head or not key.startswith("cell.")):
                _drop(owner, key.removeprefix(head))
    for cell in _cells(value):
        for name in (
            "execution_count",
            "prompt_number",
            "outputs",
            *(("id",) if "nbstripout" in policy.compat or policy.cell_ids == "number" else ()),
        ):
            cell.pop(name, None)
    return json.dumps(value)


def _drop(owner: Any, key: str) -> None:
    if isinstance(owner, dict):
        owner.pop(key, None)
        head, _, rest = key.partition(".")
        _drop(owner.get(head), rest)


def _cells(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for sheet in value.get("worksheets", [value]):
        yield from sheet["cells"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('{"cells": [{"execution_count": 1.50e3}], "n": 1.50e3}', '{"cells": [{"execution_count": null}], "n": 1.50e3}', id="text of numbers"),
        pytest.param('{"cells": [{"execution_count": 1}], "n": [12345678901234567890, -0, NaN]}', '{"cells": [{"execution_count": null}], "n": [12345678901234567890, -0, NaN]}', id="odd numbers"),
        pytest.param('{"n": "\\u00e9\\/\\ud800", "cells": [{"prompt_number": 1, "source": "é"}]}', '{"n": "\\u00e9\\/\\ud800", "cells": [{"prompt_number": null, "source": "é"}]}', id="escapes"),
        pytest.param('{"z": 1, "cells": [ {"outputs": [ {"text": "a"} ] , "a": 1} ], "b": {}}', '{"z": 1, "cells": [ {"outputs": [] , "a": 1} ], "b": {}}', id="order and spacing"),
        pytest.param('{"cells": [{"metadata": {"collapsed": true, "a": 1}}]}', '{"cells": [{"metadata": {"a": 1}}]}', id="first key"),
        pytest.param('{"cells": [{"metadata": {"a": 1, "collapsed": true }}]}', '{"cells": [{"metadata": {"a": 1 }}]}', id="last key"),
        pytest.param('{"cells": [{"metadata": { "collapsed": true }}]}', '{"cells": [{"metadata": {}}]}', id="only key"),
        pytest.param('\r\n{"metadata": {"widgets": {}}, "cells": []}\r\n \n', '\r\n{"metadata": {}, "cells": []}\r\n \n', id="blank around"),
        pytest.param('{"cells": [{"outputs": [{}, {"text": "a"}, {"text": ""}]}]}', '{"cells": [{"outputs": [{}, {"text": ""}]}]}', id="outputs without content stay"),
    ],
)  # fmt: skip
@WAYS
def test_every_other_byte_stays(before: str, after: str, once: Once) -> None:
    assert strip(before.encode(), Settings(), once=once) == after.encode()


@WAYS
def test_indented_as_it_was(once: Once) -> None:
    data = json.dumps(notebook(code(STREAM, count=3)), indent="\t").replace("\n", "\r\n").encode()
    assert (
        strip(data, Settings(), once=once) == json.dumps(notebook(code()), indent="\t").replace("\n", "\r\n").encode()
    )


@pytest.mark.parametrize(
    ("policy", "before", "after"),
    [
        pytest.param(Settings(), code(STREAM, id="ab"), code(id="ab"), id="ids are kept"),
        pytest.param(Settings(compat="nbstripout"), code(id="ab"), code(id="0"), id="ids are numbered"),
        pytest.param(Settings(cell_ids="number"), code(STREAM, id="ab"), code(id="0"), id="on request as well"),
        pytest.param(Settings(compat="nbstripout"), code(), code(id="0"), id="a missing id is added"),
        pytest.param(Settings(compat="nbstripout"), {"metadata": {}}, {"metadata": {}, "id": "0"}, id="to a bare cell"),
        pytest.param(Settings(keep_count=True), code(STREAM, count=2), code(count=2), id="counts may stay"),
        pytest.param(Settings(keep_output=(Glob("docs/**"),)), code(STREAM, count=2), code(STREAM), id="outputs may stay"),
        pytest.param(Settings(allow_tags=()), code(STREAM, metadata={"init_cell": True}), code(metadata={"init_cell": True}), id="no exemption"),
        pytest.param(Settings(allow_tags=("show",)), code(STREAM, {"execution_count": 1}, metadata={"tags": ["show"]}), code(STREAM, {"execution_count": None}, metadata={"tags": ["show"]}), id="a team's tag"),
        pytest.param(Settings(extra_keys=("cell.metadata.init_cell",)), code(metadata={"init_cell": 1}), code(), id="a key that speaks of outputs"),
        pytest.param(Settings(extra_keys=("cell.metadata",)), code(STREAM), {key: value for key, value in code().items() if key != "metadata"}, id="all metadata of a cell"),
        pytest.param(Settings(extra_keys=("cell.outputs",)), code(STREAM), {key: value for key, value in code().items() if key != "outputs"}, id="outputs as a key"),
        pytest.param(Settings(extra_keys=("cell.metadata.tags",)), code(STREAM, metadata={"tags": ["keep_output"]}), code(), id="a key that kept outputs"),
        pytest.param(Settings(extra_keys=("metadata.x",)), {"execution_count": 1}, {"execution_count": None}, id="no metadata at all"),
    ],
)  # fmt: skip
@WAYS
def test_settings(policy: Settings, before: dict[str, Any], after: dict[str, Any], once: Once) -> None:
    data = written(before, nbformat_minor=5)
    assert json.loads(strip(data, policy, "docs/a.ipynb", once))["cells"] == [after]


@WAYS
def test_an_empty_cell_gets_an_id(once: Once) -> None:
    value = {"cells": [{}], "nbformat": 4, "nbformat_minor": 5}
    assert (
        strip(json.dumps(value).encode(), Settings(compat="nbstripout"), once=once)
        == json.dumps(value).replace("{}", '{"id": "0"}').encode()
    )


@pytest.mark.parametrize(
    ("data", "policy", "message"),
    [
        pytest.param(b"", Settings(), "a.ipynb was left alone: the notebook is empty", id="empty"),
        pytest.param(b"x" * 9, Settings(max_file_bytes=8), "a.ipynb was left alone: it has 9 bytes; at most 8 are judged", id="too large"),
        pytest.param(b'{"cells": [{"execution_count": 1, "a": 1, "a": 2}]}', Settings(), "a.ipynb was left alone: the notebook has the key 'a' twice in one object; readers differ on which counts", id="a key twice"),
        pytest.param(written(code(metadata={"keep_output": 0, "tags": ["keep_output"]})), Settings(), "a.ipynb was left alone: cell 1 has a tag that keeps its output, and metadata that says not to", id="a contradiction"),
        pytest.param(DIRTY, Settings(extra_keys=("foo",)), "the key 'foo' of notebook-output starts neither with metadata. nor with cell.", id="a key that names nothing"),
    ],
)  # fmt: skip
def test_refusals(data: bytes, policy: Settings, message: str) -> None:
    with pytest.raises(UserError) as raised:
        strip(data, policy, "a.ipynb")
    assert str(raised.value) == message


KERNEL = {"kernelspec": {"name": "x"}, "language_info": {"name": "python", "version": "3.11.7"}}


@WAYS
@pytest.mark.parametrize(
    ("policy", "left"),
    [
        (Settings(), KERNEL),
        (Settings(kernel="strip"), {"language_info": KERNEL["language_info"]}),
        (Settings(language_version="strip"), {**KERNEL, "language_info": {"name": "python"}}),
        (Settings(language_version="strip", keep_keys=("metadata.language_info.version",)), KERNEL),
    ],
    ids=("kept", "kernel", "language version", "a key to keep"),
)
def test_what_ran_it(policy: Settings, left: dict[str, Any], once: Once) -> None:
    assert json.loads(strip(written(metadata=KERNEL), policy, once=once))["metadata"] == left


def test_a_stripped_notebook_with_a_key_twice_is_left_as_it_is() -> None:
    data = b'{"cells": [], "a": 1, "a": 2}'
    assert strip(data, Settings()) is data
