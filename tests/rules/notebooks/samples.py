"""Notebooks for tests: made by hand, generated, and what nbstripout itself says of them."""

import json
import warnings
from argparse import Namespace
from io import StringIO
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from mlgovern.rules.notebooks.definition import KEYS, Settings

CASES = Path(__file__).parent / "cases"
EXTRA_KEYS = (
    "cell.metadata.trusted",
    "cell.metadata.a.b",
    "metadata.tool",
    "metadata.orig_nbformat",
    "cell.metadata.tags",
)
STREAM = {"output_type": "stream", "name": "stdout", "text": ["1\n"]}


def code(*outputs: Any, count: int | None = None, source: Any = "x = 1\n", **more: Any) -> dict[str, Any]:
    """A code cell."""
    cell: dict[str, Any] = {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {},
        "outputs": [*outputs],
        "source": [source],
    }
    return cell | more


def notebook(*cells: Any, **more: Any) -> dict[str, Any]:
    """A notebook of format 4.4, whose cells need no ids."""
    return {"cells": [*cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 4} | more


def written(*cells: Any, **more: Any) -> bytes:
    """The bytes of a notebook as Jupyter writes them."""
    return (json.dumps(notebook(*cells, **more), indent=1, ensure_ascii=False) + "\n").encode()


def nbstripout_says(data: bytes, settings: Settings, *, keep_id: bool) -> str | None:
    """The verdict of nbstripout, run in this process; None where it stops with an error."""
    try:
        changes, _ = nbstripout(data, settings, keep_id=keep_id, dry_run=True)
    except Exception:  # noqa: BLE001 - whatever it stops with, it has no verdict
        return None
    return "not stripped" if changes else "stripped"


def nbstripout(data: bytes, settings: Settings, *, keep_id: bool, dry_run: bool = False) -> tuple[bool, str]:
    """Whether nbstripout changes a notebook, and what it writes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbformat warns about notebooks that are the very point here
        from nbstripout._nbstripout import process_jupyter_notebook

        arguments = Namespace(
            **dict.fromkeys(("drop_tagged_cells",), ""),
            **dict.fromkeys(("drop_output_type", "keep_output_type"), ()),
            **dict.fromkeys(("drop_empty_cells", "strip_init_cells", "textconv"), False),
            keep_output=None,
            keep_count=settings.keep_count,
            keep_id=keep_id,
            max_size=str(settings.max_output_bytes),
            dry_run=dry_run,
        )
        asked = {"metadata.kernelspec": settings.kernel, "metadata.language_info.version": settings.language_version}
        keys = (*KEYS, *settings.extra_keys, *(key for key, word in asked.items() if word == "strip"))
        keys = tuple(key for key in keys if key not in settings.keep_keys)
        written = StringIO()
        changes = process_jupyter_notebook(StringIO(data.decode()), written, arguments, [*keys])
    return bool(changes), written.getvalue()


def as_read(text: str) -> Any:
    """A notebook as nbformat reads it, whoever wrote it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import nbformat

        return nbformat.reads(text, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]  # partial types


_settings: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "compat": st.sampled_from(("none", "nbstripout")),
        "cell_ids": st.sampled_from(("keep", "keep", "number")),
        "kernel": st.sampled_from(("keep", "keep", "strip")),
        "language_version": st.sampled_from(("keep", "keep", "strip")),
        "extra_keys": st.lists(st.sampled_from(EXTRA_KEYS), max_size=2).map(tuple),
        "keep_keys": st.lists(st.sampled_from(KEYS), max_size=2).map(tuple),
        "keep_count": st.booleans(),
        "max_output_bytes": st.sampled_from((0, 0, 0, 12, 30)),
    }
)
settings_strategy = _settings.map(lambda fields: Settings(**fields))

_counts = st.sampled_from((None, None, 0, 1, 7))
_text = st.sampled_from(("", "1\n", 'é \u2028 "{[', "/home/ann/x.csv"))
_outputs = st.one_of(
    st.just({}),
    st.just({"text": ""}),
    st.builds(lambda text: {"output_type": "stream", "name": "stdout", "text": text}, _text),
    st.builds(
        lambda count, text: {
            "output_type": "execute_result",
            "execution_count": count,
            "metadata": {},
            "data": {"text/plain": text},
        },
        _counts,
        _text,
    ),
    st.builds(lambda count, text: {"output_type": "pyout", "prompt_number": count, "text": text}, _counts, _text),
    st.just({"output_type": "error", "ename": "E", "evalue": "", "traceback": []}),
    st.just({"output_type": "display_data", "metadata": {}, "data": {"application/json": {"a": [1.50, None, True]}}}),
)


def _some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_metadata = _some(
    {
        "collapsed": st.booleans(),
        "scrolled": st.just(False),
        "ExecuteTime": st.just({"start": "now"}),
        "init_cell": st.sampled_from((True, False, None, {}, 1)),
        "keep_output": st.sampled_from((True, False, 0, "yes")),
        "tags": st.sampled_from(([], ["keep_output"], ["a"], "keep_output", {"keep_output": 1})),
        "trusted": st.just(True),
        "a": st.sampled_from(({"b": 1}, {"c": 1}, None)),
        "a.b": st.just(1),
        "vscode": st.just({"languageId": "python"}),
    }
)
_top = _some(
    {
        "widgets": st.just({}),
        "signature": st.just("sha256:0"),
        "keep_output": st.sampled_from((True, False, None, 1)),
        "tool": st.just({"b": [float("nan")]}),
        "orig_nbformat": st.just(2),
        "kernelspec": st.just({"name": "python3"}),
        "language_info": st.just({"name": "python", "version": "3.11.7"}),
    }
)


@st.composite
def _cell(draw: st.DrawFn, index: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(("code", "code", "markdown", "raw")))
    cell = {"cell_type": kind, "metadata": draw(_metadata), "source": draw(st.sampled_from(("", [], ["a\n", "b"])))}
    if kind == "code" or draw(st.integers(0, 9)) == 0:
        cell["outputs"] = draw(st.lists(_outputs, max_size=3))
    if kind == "code":
        cell["input"] = "x"
    rare = {
        "execution_count": _counts,
        "prompt_number": _counts,
        "id": st.sampled_from((str(index), str(index), "0", "a1b2", 0)),
        "collapsed": st.just(True),
    }
    return cell | draw(_some(rare))


@st.composite
def notebooks(draw: st.DrawFn) -> dict[str, Any]:
    """Notebooks of every format, as they are and as they should not be."""
    cells = [draw(_cell(index)) for index in range(draw(st.integers(0, 4)))]
    version = draw(st.sampled_from((2, 3, None, 4, 4, 4, 4)))
    metadata = draw(_top)
    if version is None:
        return {"metadata": metadata, "cells": cells}
    minor = draw(st.integers(0, 5)) if version == 4 else 0
    head = {"metadata": metadata, "nbformat": version, "nbformat_minor": minor}
    if version == 4:
        return {"cells": cells, **head}
    cut = draw(st.integers(0, len(cells)))
    return {**head, "worksheets": [{"cells": cells[:cut]}, {"cells": cells[cut:], "metadata": {}}]}


styles = st.builds(
    lambda indent, separators, ascii_only, newline, end: {
        "indent": indent,
        "separators": separators,
        "ensure_ascii": ascii_only,
        "newline": newline,
        "end": end,
    },
    st.sampled_from((1, 2, 4, "\t", None)),
    st.sampled_from(((",", ": "), (",", ":"), (", ", ": "), (" ,", " : "))),
    st.booleans(),
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from(("", "\n", "\n\n")),
)


def in_style(value: Any, style: dict[str, Any]) -> bytes:
    """A notebook as some other writer would have written it."""
    options = {key: style[key] for key in ("indent", "separators", "ensure_ascii")}
    text: str = json.dumps(value, **options).replace("\n", style["newline"]) + style["end"]
    return text.encode()
