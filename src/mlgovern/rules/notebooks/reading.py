"""From the files of a snapshot to notebooks, and from what is wrong with their cells to findings with a place."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, File, Snapshot
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.rule import unread
from mlgovern.rules.notebooks.leaks import Leak
from mlgovern.rules.notebooks.parse import Flaw, Notebook, parse, subject
from mlgovern.rules.notebooks.spans import cell_positions
from mlgovern.rules.notebooks.stripped import LFS, MAX_FILE_BYTES, Reason, size, unjudgeable

_WORDS = {
    "execution_count": "execution count",
    "prompt_number": "prompt number",
    "output.execution_count": "execution counts in outputs",
}

Item = TypeVar("Item")


class Read(NamedTuple):
    """A notebook that was read, broken or not."""

    file: File
    data: bytes
    notebook: Notebook
    staged: bool = False  # about to be committed: the index is what must be mended


def notebooks(
    snapshot: Snapshot, most: int = MAX_FILE_BYTES, ends: tuple[str, ...] = (".ipynb",)
) -> Iterator[Read | NotJudged]:
    """The notebooks under judgement; links and submodules have no cells."""
    for file in snapshot.files:
        if file.mode in (SYMLINK, SUBMODULE) or not file.path.endswith(ends):
            continue
        data = snapshot.read(file)
        if data is None:
            yield unread(file)
        elif why := unjudgeable(data, most):
            yield NotJudged(file.path, why, expected=why != LFS)
        else:
            notebook = parse(data, zeppelin=file.path.endswith(".zpln"))
            yield Read(file, data, notebook, staged="pre-commit" in snapshot.stages)


def placed(read: Read, items: Sequence[Item], finding: Callable[[Read, Item], Finding]) -> Iterator[Finding]:
    """A finding for each item, with the line of its cell."""
    found = [finding(read, item) for item in items]
    cells = [one.place.cell for one in found if one.place.cell is not None]
    positions = cell_positions(read.data.decode(), read.notebook.holder) if cells else []
    by_index = dict(read.notebook.cells) if cells else {}
    for one in found:
        place, key, cell = one.place._replace(path=read.file.path, commit=read.file.commit), one.key, one.place.cell
        if cell is not None:
            place = place._replace(line=positions[cell].line, column=positions[cell].column)
            key = f"{by_index.get(cell, {}).get('id', cell)} {key}"  # an id stays when cells move
        yield one._replace(place=place, key=key)


def place_of(file: File) -> Place:
    """A whole file."""
    return Place(file.path, commit=file.commit)


def quoted(path: str) -> str:
    """A path to paste into a shell, after any command."""
    from shlex import quote

    return quote(f"./{path}" if path.startswith(("-", ":", "~")) else path)


def broken(read: Read, flaw: Flaw) -> Finding:
    """What a flaw says to its reader."""
    place = Place(cell=flaw.cell, line=flaw.line, column=flaw.column)
    mend = f"repair it, or leave it out: git restore --staged {quoted(read.file.path)}"
    key = "broken" if flaw.cell is None and flaw.at_most is Severity.ERROR else flaw.why
    return Finding(flaw.sentence, place, mend, key=key, at_most=flaw.at_most)


def unstripped(read: Read, reasons: Sequence[Reason]) -> Finding:
    """One finding for all that is wrong with one cell, or with the metadata of the notebook."""
    cell = reasons[0].cell
    key = " ".join(reason.code for reason in reasons)
    if any(reason.code == "keep_output" for reason in reasons):
        message = f"{subject(cell)} has a tag that keeps its output, and metadata that says not to"
        return Finding(message, Place(cell=cell), "take away the tag, or the metadata keep_output: false", key=key)
    things = ", ".join(map(_thing, reasons))
    return Finding(f"{subject(cell)} is not stripped: {things}", Place(cell=cell), _fix(read), key=key)


def leaking(read: Read, leak: Leak) -> Finding:
    """What a cell shows; where its outputs are kept, fix leaves them, so that only another run mends it."""
    shown = [
        f"{' and '.join(words)} in its {where}"
        for words, where in ((leak.output, "output"), (leak.source, "source"))
        if words
    ]
    message = f"{subject(leak.cell)} shows {', '.join(shown)}; it tells strangers about one machine"
    mends = ["change the path to one relative to the repository"] if leak.source else []
    if leak.output:
        mends.append("run the cell again without it" if leak.kept else _fix(read))
    return Finding(message, Place(cell=leak.cell), "\n".join(mends), key=", ".join(shown))


def unordered(_read: Read, ran: tuple[int, int]) -> Finding:
    """The first cell that was not run in its turn."""
    cell, wanted = ran
    message = f"{subject(cell)} was not run as number {wanted}, as it is when all cells are run from top to bottom"
    return Finding(message, Place(cell=cell), "restart the kernel, run all cells, and save", key="order")


def _fix(read: Read) -> str:
    """What strips the notebook where it is judged: in the index, or on disk and then in the index."""
    path = quoted(read.file.path)
    if read.file.commit is not None:
        return f"take its outputs out of that commit: git rebase -i {read.file.commit[:8]}~"
    return f"mlgovern fix --staged {path}" if read.staged else f"mlgovern fix {path} && git add {path}"


def _thing(reason: Reason) -> str:
    if reason.code == "outputs":
        return f"outputs ({_rough(size(reason.value))})"
    if reason.code == "id":
        return "an id that is not its number"
    if reason.code in _WORDS:
        count = f" {reason.value}" if isinstance(reason.value, int) and reason.value < 1_000_000 else ""
        return _WORDS[reason.code] + count
    amount = size(reason.value)
    return f"{reason.code.removeprefix('cell.')}" + (f" ({_rough(amount)})" if amount > 99 else "")


def _rough(amount: int) -> str:
    if amount < 1000:
        return f"{amount} bytes"
    return f"{amount / 1000:.1f} KB" if amount < 1_000_000 else f"{amount / 1_000_000:.1f} MB"
