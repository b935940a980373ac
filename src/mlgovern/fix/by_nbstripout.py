"""Stripping by nbstripout itself: it changes the value, and we change the text where the value differs."""

import json
from typing import Any

from mlgovern.rules.notebooks.definition import Settings, keeps, keeps_by_default, numbers_cells, stripped_keys
from mlgovern.rules.notebooks.parse import Notebook
from mlgovern.rules.notebooks.rewrite import GONE, rewritten
from mlgovern.rules.notebooks.spans import Span, skip_blank
from mlgovern.rules.notebooks.stripped import Reason


def by_nbstripout(notebook: Notebook, settings: Settings, path: str, _reasons: tuple[Reason, ...]) -> str:
    """The text of a notebook as nbstripout strips it."""
    text = notebook.text
    start, end = skip_blank(text, 0), len(text.rstrip())
    new = _stripped(json.loads(text), notebook, settings, path)
    return text[:start] + rewritten(text, Span(None, start, start, end, json.loads(text)), new) + text[end:]


def _stripped(value: dict[str, Any], notebook: Notebook, settings: Settings, path: str) -> dict[str, Any]:
    """What nbstripout makes of a notebook; an output that it takes away leaves a gap, so that places still correspond."""
    from nbformat import from_dict
    from nbstripout._utils import strip_output, strip_zeppelin_output

    if notebook.holder == "paragraphs":
        stripped: dict[str, Any] = strip_zeppelin_output(value)
        return stripped
    node: Any = from_dict(value)  # type: ignore[no-untyped-call]  # nbformat's types are partial
    sheets = node["worksheets"] if notebook.holder == "worksheets" else [node]
    cells = [cell for sheet in sheets for cell in sheet["cells"]]
    default = keeps_by_default(notebook, settings, path)
    before = [_marked(cell, keep=keeps(cell, default, settings) is not False) for cell in cells]
    bare = "metadata" not in node
    node["metadata"] = node.get("metadata", {})
    numbered = numbers_cells(settings)
    if numbered and (4, 5) <= notebook.version < (5, 0):
        for cell in cells:
            cell.setdefault("id", "")
    strip_output(
        nb=node,
        keep_output=False,
        keep_count=settings.keep_count,
        keep_id=not numbered,
        extra_keys=list(stripped_keys(settings, notebook.version[0])),
        max_size=settings.max_output_bytes,
    )
    for cell, was in zip(cells, before, strict=True):
        _unmark(cell, was)
    if bare:
        del node["metadata"]
    result: dict[str, Any] = node
    return result


def _marked(cell: Any, *, keep: bool) -> dict[str, Any]:
    """Tell nbstripout by `init_cell`, which it asks before anything else, what the policy decided; and what was there."""
    was = {
        "outputs": cell.get("outputs"),
        "bare": "metadata" not in cell,
        "init_cell": cell.get("metadata", {}).get("init_cell", GONE),
    }
    cell["metadata"] = cell.get("metadata", {})  # assigned, an object becomes one that nbstripout can use
    cell["metadata"]["init_cell"] = keep
    return was


def _unmark(cell: Any, was: dict[str, Any]) -> None:
    if "outputs" in cell:
        kept = {id(output) for output in cell["outputs"]}
        cell["outputs"] = [output if id(output) in kept else GONE for output in was["outputs"]]
    if was["bare"]:
        cell.pop("metadata", None)
    elif "init_cell" in cell.get("metadata", {}):
        if was["init_cell"] is GONE:
            del cell["metadata"]["init_cell"]
        else:
            cell["metadata"]["init_cell"] = was["init_cell"]
