"""Bytes of a notebook to its cells, or to what is broken about them."""

from collections.abc import Iterator
from typing import Any

from mlgovern.finding import Severity
from mlgovern.record import NamedTuple
from mlgovern.rules.notebooks.decoding import BrokenError, Flaw, decoded

MOST_CELLS = 100_000
_MOST_KEPT, _MOST_KEPT_BYTES = 256, 16_000_000


class Notebook(NamedTuple):
    """A parsed notebook. Nobody changes it: rules share it."""

    cells: tuple[tuple[int, dict[str, Any]], ...] = ()  # those that are objects, with their index
    metadata: dict[str, Any] = {}  # noqa: RUF012 - never changed
    version: tuple[int, int] = (4, 0)  # nbformat and its minor; (1, 0) where the notebook states none
    holder: str = "cells"  # the key of the cells: cells, worksheets or, for Zeppelin, paragraphs
    flaws: tuple[Flaw, ...] = ()
    text: str = ""  # where it could be parsed
    repeated: Flaw | None = None  # a key that an object has twice

    @property
    def broken(self) -> tuple[Flaw, ...]:
        """The flaws that make a verdict on the whole notebook impossible."""
        return tuple(flaw for flaw in self.flaws if flaw.at_most is Severity.ERROR)

    @property
    def known(self) -> dict[int, dict[str, Any]] | None:
        """The cells by index, if in no object a key stands twice: what is between the two is not to be told from these."""
        return dict(self.cells) if self.repeated is None else None


_kept: dict[int, tuple[bytes, Notebook]] = {}


def parse(data: bytes, *, zeppelin: bool = False) -> Notebook:
    """Parse a notebook; total: every input has an answer. The rules of one run share the parse of one blob."""
    if zeppelin:
        return _parse(data, zeppelin=True)
    held = _kept.get(id(data))  # the entry holds the bytes: while it lives, no other object has their id
    if held is not None:
        return held[1]
    notebook = _parse(data, zeppelin=False)
    if len(_kept) >= _MOST_KEPT or len(data) + sum(map(_bytes, _kept.values())) > _MOST_KEPT_BYTES:
        _kept.clear()
    _kept[id(data)] = (data, notebook)
    return notebook


def _bytes(entry: tuple[bytes, Notebook]) -> int:
    return len(entry[0])


def _parse(data: bytes, *, zeppelin: bool) -> Notebook:
    try:
        value, text, repeated, oddities = decoded(data)
        holder, version = ("paragraphs", (4, 0)) if zeppelin else _format(value)
        cells = list(_cells(value, holder))
    except BrokenError as error:
        return Notebook(flaws=(error.flaw,))
    if len(cells) > MOST_CELLS:
        return Notebook(flaws=(Flaw(f"has {len(cells):,} cells; at most {MOST_CELLS:,} are judged"),))
    flaws = list(oddities)
    metadata = value.get("metadata", {})
    if not isinstance(metadata, dict):
        flaws.append(Flaw("has metadata that is not an object"))
        metadata = {}
    elif version[0] == 4 and not zeppelin and "metadata" not in value:
        flaws.append(Flaw("has no metadata; some readers refuse it", at_most=Severity.WARNING))
    flaws += _cell_flaws(cells, strict=version[0] == 4 and not zeppelin)
    good = tuple((index, cell) for index, cell in enumerate(cells) if isinstance(cell, dict))
    return Notebook(good, metadata, version, holder, tuple(flaws), text, repeated)


def _format(value: dict[str, Any]) -> tuple[str, tuple[int, int]]:
    if "nbformat" not in value:
        return "cells", (1, 0)
    major, minor = value["nbformat"], value.get("nbformat_minor", 0)
    if type(major) is not int:
        raise BrokenError(Flaw("has an nbformat that is not a whole number"))
    return "cells" if major >= 4 else "worksheets", (major, minor if type(minor) is int else 0)


def _cells(value: dict[str, Any], holder: str) -> Iterator[Any]:
    holding = value.get(holder)
    if not isinstance(holding, list):
        raise BrokenError(Flaw(f"has no list of {holder}"))
    if holder != "worksheets":
        yield from holding
        return
    for sheet in holding:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(cells, list):
            raise BrokenError(Flaw("has a worksheet without a list of cells"))
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
