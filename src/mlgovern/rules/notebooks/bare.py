"""What is left of a notebook without what its verdict names: our own stripping, of the text, and only where it must change."""

from collections.abc import Iterator
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.notebooks.definition import Settings, below, keeps, keeps_by_default, numbers_cells, stripped_keys
from mlgovern.rules.notebooks.parse import Notebook
from mlgovern.rules.notebooks.rewrite import GONE, rewritten
from mlgovern.rules.notebooks.spans import Layout, Span, layout
from mlgovern.rules.notebooks.stripped import Reason, size


class Edit(NamedTuple):
    """New text for a part of one cell, or of the notebook around them (None)."""

    cell: int | None
    span: Span
    text: str


def bare(notebook: Notebook, settings: Settings, path: str, reasons: tuple[Reason, ...]) -> str:
    """The text of a notebook without what these reasons name."""
    text, parts, at = notebook.text, [], 0
    cells = {reason.cell for reason in reasons}
    found = edits(notebook, layout(text, notebook.holder, cells, notebook.known), settings, path, cells)
    for edit in sorted(found, key=lambda edit: edit.span.start):
        parts += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*parts, text[at:]])


def edits(notebook: Notebook, spans: Layout, settings: Settings, path: str, cells: set[int | None]) -> Iterator[Edit]:
    """What stripping makes of these cells, and of the metadata of the notebook if None is among them."""
    keys, text = stripped_keys(settings, notebook.version[0]), notebook.text
    if None in cells and spans.metadata is not None:
        metadata = _without(spans.metadata.content, below("metadata.", keys))
        yield Edit(None, spans.metadata, rewritten(text, spans.metadata, metadata))
    default, of_cells = keeps_by_default(notebook, settings, path), below("cell.", keys)
    for index in sorted(cell for cell in cells if cell is not None):
        span = spans.cells[index]
        if notebook.holder == "paragraphs":
            new = span.content | {"results": {}}
        else:
            new = _cell(span.content, keeps(span.content, default, settings), settings)
            new = _without(_numbered(new, index, notebook, settings), of_cells)
        yield from (Edit(index, part, rewritten(text, part, value)) for part, value in _parts(span, new))


def _parts(span: Span, new: dict[str, Any]) -> Iterator[tuple[Span, Any]]:
    """The members that get another value; or the whole cell, where it has other members than before."""
    if span.members is None or new.keys() != span.content.keys():
        yield span, new
        return
    for member in span.members:
        if member.key is not None and new[member.key] is not member.content:
            yield member, new[member.key]


def _cell(cell: dict[str, Any], keep: bool | None, settings: Settings) -> dict[str, Any]:
    new, most = dict(cell), settings.max_output_bytes
    outputs = cell.get("outputs")
    if isinstance(outputs, list) and outputs:
        goes = [keep is False and size(one, most) > most for one in outputs]
        new["outputs"] = [GONE if gone else _uncounted(one, settings) for one, gone in zip(outputs, goes, strict=True)]
    for name in ("execution_count", "prompt_number"):
        if cell.get(name) is not None and not settings.keep_count:
            new[name] = None
    return new


def _uncounted(output: Any, settings: Settings) -> Any:
    counted = isinstance(output, dict) and "execution_count" in output and not settings.keep_count
    return output | {"execution_count": None} if counted else output


def _numbered(cell: dict[str, Any], index: int, notebook: Notebook, settings: Settings) -> dict[str, Any]:
    if not numbers_cells(settings) or ("id" not in cell and not (4, 5) <= notebook.version < (5, 0)):
        return cell
    return cell | {"id": str(index)}


def _without(place: dict[str, Any], keys: list[tuple[str, str]]) -> dict[str, Any]:
    for _, rest in keys:
        place = _less(place, rest)
    return place


def _less(place: dict[str, Any], key: str) -> dict[str, Any]:
    """An object without a dotted key: the whole key first, then level by level."""
    if key in place:
        return {name: value for name, value in place.items() if name != key}
    head, _, rest = key.partition(".")
    inner = place.get(head)
    if not rest or not isinstance(inner, dict):
        return place
    less = _less(inner, rest)
    return place if less is inner else place | {head: less}
