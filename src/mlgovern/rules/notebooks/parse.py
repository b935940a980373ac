"""Bytes of a notebook to its cells, or to what is broken about them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mlgovern.finding import Severity
from mlgovern.rx import rx

MOST_DEPTH = 200  # Python's own limit differs between versions
_MOST_KEPT, _MOST_KEPT_BYTES = 256, 16_000_000

_CONTAINERS = frozenset((dict, list))
_CONFLICT = rx(r"^[ \t]*(?:<<<<<<<[ \r\n]|=======\r?$|>>>>>>>[ \r\n])", re.MULTILINE)


class Flaw(NamedTuple):
    """Why a notebook, or one cell of it, is broken."""

    why: str
    cell: int | None = None
    line: int | None = None
    column: int | None = None
    at_most: Severity = Severity.ERROR

    @property
    def sentence(self) -> str:
        """The flaw with its subject."""
        return f"{subject(self.cell)} {self.why}"


def subject(cell: int | None) -> str:
    """A cell, counted from 1 as editors do, or the notebook."""
    return "the notebook" if cell is None else f"cell {cell + 1}"


class Notebook(NamedTuple):
    """A parsed notebook. Nobody changes it: rules share it."""

    cells: tuple[tuple[int, dict[str, Any]], ...] = ()  # those that are objects, with their index
    metadata: dict[str, Any] = {}  # noqa: RUF012 - never changed
    version: tuple[int, int] = (4, 0)  # nbformat and its minor; (1, 0) where the notebook states none
    holder: str = "cells"  # the key of the cells: cells, worksheets or, for Zeppelin, paragraphs
    flaws: tuple[Flaw, ...] = ()

    @property
    def broken(self) -> tuple[Flaw, ...]:
        """The flaws that make a verdict on the whole notebook impossible."""
        return tuple(flaw for flaw in self.flaws if flaw.at_most is Severity.ERROR)


_kept: dict[int, tuple[bytes, Notebook]] = {}


def parse(data: bytes, *, zeppelin: bool = False) -> Notebook:
    """Parse a notebook; total: every input has an answer. The rules of one run share the parse of one blob."""
    if zeppelin:
        return _parse(data, zeppelin=True)
    held = _kept.get(id(data))  # the entry holds the bytes: while it lives, no other object has their id
    if held is not None:
        return held[1]
    notebook = _parse(data, zeppelin=False)
    if len(_kept) >= _MOST_KEPT or len(data) + sum(len(entry[0]) for entry in _kept.values()) > _MOST_KEPT_BYTES:
        _kept.clear()
    _kept[id(data)] = (data, notebook)
    return notebook


def _parse(data: bytes, *, zeppelin: bool) -> Notebook:
    try:
        value, flaws = _value(data)
        holder, version = ("paragraphs", (4, 0)) if zeppelin else _format(value)
        cells = list(_cells(value, holder))
    except _BrokenError as error:
        return Notebook(flaws=(error.flaw,))
    metadata = value.get("metadata", {})
    if not isinstance(metadata, dict):
        flaws.append(Flaw("has metadata that is not an object"))
        metadata = {}
    elif version[0] == 4 and not zeppelin and "metadata" not in value:
        flaws.append(Flaw("has no metadata; some readers refuse it", at_most=Severity.WARNING))
    flaws += _cell_flaws(cells, strict=version[0] == 4 and not zeppelin)
    good = tuple((index, cell) for index, cell in enumerate(cells) if isinstance(cell, dict))
    return Notebook(good, metadata, version, holder, tuple(flaws))


class _BrokenError(Exception):
    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw


def _value(data: bytes) -> tuple[dict[str, Any], list[Flaw]]:
    import json

    text = _text(data)
    flaws: list[Flaw] = []
    odd: set[str] = set()
    constants = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}

    def constant(name: str) -> float:
        odd.add(name)
        return constants[name]

    try:
        value = json.loads(text, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise _BrokenError(_unparsable(text, error.msg, error.lineno, error.colno)) from None
    except ValueError:  # Python's limit on the digits of one integer
        raise _BrokenError(Flaw("holds a number with too many digits")) from None
    except RecursionError:
        raise _BrokenError(Flaw("is nested too deeply")) from None
    if not isinstance(value, dict):
        raise _BrokenError(Flaw("is not a JSON object"))
    if _too_deep(value):
        raise _BrokenError(Flaw("is nested too deeply"))
    if odd:
        names = " and ".join(sorted(odd))
        flaws.append(Flaw(f"holds {names}, which is not JSON for other readers", at_most=Severity.INFO))
    return value, flaws


def _text(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise _BrokenError(Flaw("starts with a byte order mark", line=1, column=1))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _BrokenError(Flaw(f"is not UTF-8 (byte {error.start})", line=line)) from None
    if not text or text.isspace():
        raise _BrokenError(Flaw("is empty"))
    return text


def _unparsable(text: str, why: str, line: int, column: int) -> Flaw:
    conflict = _CONFLICT.search(text)
    if conflict is None:
        return Flaw(f"is not JSON: {why}", line=line, column=column)
    marked = text.count("\n", 0, conflict.start()) + 1
    return Flaw(f"has an unresolved merge conflict, line {marked}", line=marked)


def _too_deep(value: Any) -> bool:
    level: list[Any] = [value]
    for _ in range(MOST_DEPTH):
        level = [
            child
            for one in level
            for child in (one.values() if type(one) is dict else one)
            if type(child) in _CONTAINERS
        ]
        if not level:
            return False
    return True


def _format(value: dict[str, Any]) -> tuple[str, tuple[int, int]]:
    if "nbformat" not in value:
        return "cells", (1, 0)
    major, minor = value["nbformat"], value.get("nbformat_minor", 0)
    if type(major) is not int:
        raise _BrokenError(Flaw("has an nbformat that is not a whole number"))
    return "cells" if major >= 4 else "worksheets", (major, minor if type(minor) is int else 0)


def _cells(value: dict[str, Any], holder: str) -> Iterator[Any]:
    holding = value.get(holder)
    if not isinstance(holding, list):
        raise _BrokenError(Flaw(f"has no list of {holder}"))
    if holder != "worksheets":
        yield from holding
        return
    for sheet in holding:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(cells, list):
            raise _BrokenError(Flaw("has a worksheet without a list of cells"))
        yield from cells


def _cell_flaws(cells: list[Any], *, strict: bool) -> Iterator[Flaw]:
    for index, cell in enumerate(cells):
        if not isinstance(cell, dict):
            yield Flaw("is not an object", index)
            continue
        outputs = cell.get("outputs")
        if not isinstance(outputs, list) and "outputs" in cell:
            yield Flaw("has outputs that are not a list", index)
        elif outputs and not all(isinstance(output, dict) for output in outputs):
            yield Flaw("has an output that is not an object", index)
        if not isinstance(cell.get("metadata"), dict):
            if "metadata" in cell:
                yield Flaw("has metadata that is not an object", index)
            elif strict:
                yield Flaw("has no metadata; some readers refuse it", index, at_most=Severity.WARNING)
