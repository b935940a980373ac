"""Whether a notebook is stripped: the verdict of nbstripout 0.9.1, cell ids aside, as a pure function of bytes and settings."""

from collections.abc import Iterator
from itertools import compress
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.notebooks.definition import (
    MAX_FILE_BYTES,
    Settings,
    below,
    keeps,
    keeps_by_default,
    numbers_cells,
    stripped_keys,
)
from mlgovern.rules.notebooks.parse import Notebook, parse

LFS = "it is a Git LFS pointer"


class Reason(NamedTuple):
    """One thing that stripping would take away, or `keep_output` where a cell contradicts itself about that."""

    code: str  # outputs, execution_count, prompt_number, output.execution_count, id, keep_output, or the key
    cell: int | None = None
    value: Any = None


class Verdict(NamedTuple):
    """The word: stripped, not stripped, broken or not judged; and what led to it."""

    word: str
    reasons: tuple[Reason, ...] = ()
    why: str = ""


def verdict(data: bytes, settings: Settings, path: str = "") -> Verdict:
    """Judge one notebook; the path tells Zeppelin notebooks and those that may keep outputs."""
    why = unjudgeable(data, settings.max_file_bytes)
    if why:
        return Verdict("not judged", why=why)
    notebook = parse(data, zeppelin=path.endswith(".zpln"))
    found = tuple(reasons(notebook, settings, path))
    if notebook.broken:
        return Verdict("broken", found, notebook.broken[0].sentence)
    return Verdict("not stripped" if found else "stripped", found)


def unjudgeable(data: bytes, max_file_bytes: int = MAX_FILE_BYTES) -> str:
    """Why the bytes are not even looked at as a notebook, or nothing."""
    if is_pointer(data):
        return LFS
    if len(data) > max_file_bytes:
        return f"it has {len(data)} bytes; at most {max_file_bytes} are judged"
    return ""


def is_pointer(data: bytes) -> bool:
    """Whether Git LFS holds the notebook, and these bytes only say which."""
    return data.startswith(b"version https://git-lfs.github.com/spec/")


def reasons(notebook: Notebook, settings: Settings, path: str = "") -> Iterator[Reason]:
    """Everything that is not stripped, in the order of cells."""
    if notebook.holder == "paragraphs":
        for index, cell in notebook.cells:
            if cell.get("results", {}) != {}:
                yield Reason("outputs", index, cell["results"])
        return
    keys = stripped_keys(settings, notebook.version[0])
    yield from _held(notebook.metadata, below("metadata.", keys))
    of_cells = below("cell.", keys)
    names = {
        name for _, rest in of_cells for name in (rest, rest.partition(".")[0]) if name != "metadata" or name == rest
    }
    default = keeps_by_default(notebook, settings, path)
    numbered = numbers_cells(settings)
    missing = None if (4, 5) <= notebook.version < (5, 0) else ...  # nbformat 4.5 adds an id where none is
    for index, cell in notebook.cells:
        keyed = cell.get("metadata") or not names.isdisjoint(cell)
        if not keyed and not numbered and _bare(cell):  # most cells: nothing to look into
            continue
        yield from _cell(index, cell, keeps(cell, default, settings), settings)
        if numbered and cell.get("id", missing) not in (str(index), ...):
            yield Reason("id", index)
        if keyed:
            yield from _held(cell, of_cells, index)


def _cell(index: int, cell: dict[str, Any], keep: bool | None, settings: Settings) -> Iterator[Reason]:
    outputs = cell.get("outputs", [])
    if not isinstance(outputs, list):
        outputs = []
    if keep is None:
        yield Reason("keep_output", index)
    most = settings.max_output_bytes
    goes = [keep is False and size(one, most) > most for one in outputs]
    if any(goes):
        yield Reason("outputs", index, [*compress(outputs, goes)])
    if settings.keep_count:
        return
    for name in ("execution_count", "prompt_number"):
        if cell.get(name) is not None:
            yield Reason(name, index, cell[name])
    staying = (one for one, gone in zip(outputs, goes, strict=True) if not gone)
    if any(isinstance(one, dict) and one.get("execution_count") is not None for one in staying):
        yield Reason("output.execution_count", index)


def _bare(cell: dict[str, Any]) -> bool:
    """Whether a cell was not run."""
    get = cell.get
    return not (get("outputs") or get("execution_count") is not None or get("prompt_number") is not None)


def _held(place: dict[str, Any], keys: list[tuple[str, str]], cell: int | None = None) -> Iterator[Reason]:
    for key, rest in keys:
        found = _at(place, rest)
        if found:
            yield Reason(key, cell, found[0])


def _at(place: Any, key: str) -> tuple[Any] | None:
    """The value under a dotted key: the whole key first, then level by level."""
    while isinstance(place, dict):
        if key in place:
            return (place[key],)
        head, dot, key = key.partition(".")
        if not dot or head not in place:
            return None
        place = place[head]
    return None


def size(value: Any, enough: float = float("inf")) -> int:
    """The length of all text in a value, as nbstripout counts it; counting stops once it is more than enough."""
    total, todo = 0, [value]
    while todo and total <= enough:
        one = todo.pop()
        if isinstance(one, str):
            total += len(one)
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            todo += one.values()
        else:
            total += len(str(one))
    return total
