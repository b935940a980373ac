"""What the metadata of a notebook's cells asks for: `"mlgovern": {"ignore": ["RULE[, RULE] reason"]}`."""

from collections.abc import Iterator
from typing import Any

from mlgovern.lines import Lines
from mlgovern.suppressions.comments import Asked, asked_for

KEY = b'"mlgovern"'


def cells(lines: Lines) -> Iterator[Asked]:
    """What each cell asks for itself, in the order of the notebook."""
    if not lines.notebook or KEY not in lines.data:
        return
    from json import loads

    try:
        held = loads(lines.text)["cells"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return  # what is no notebook has no cells; broken-notebook says so
    for number, cell in enumerate(held if isinstance(held, list) else ()):
        for entry in _entries(cell):
            asked = asked_for(entry)
            if asked is not None:
                yield asked._replace(line=_line(lines, entry), text=repr(cell.get("source")), cell=number)


def _entries(cell: Any) -> list[str]:
    """The texts under metadata.mlgovern.ignore, whatever else is there."""
    node = cell
    for key in ("metadata", "mlgovern", "ignore"):
        node = node.get(key) if isinstance(node, dict) else None
    return [entry for entry in node if isinstance(entry, str)] if isinstance(node, list) else []


def _line(lines: Lines, entry: str) -> int | None:
    """The first line that has these words."""
    from json import dumps

    position = lines.text.find(dumps(entry, ensure_ascii=False))
    return lines.number(position) if position >= 0 else None
