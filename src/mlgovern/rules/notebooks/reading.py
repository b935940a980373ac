"""From the files of a snapshot to notebooks, and from what is wrong with their cells to findings with a place."""

from collections.abc import Callable, Container, Iterator, Sequence
from typing import TypeVar

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, File, Snapshot
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.record import NamedTuple
from mlgovern.rule import unread
from mlgovern.rules.notebooks.decoding import Flaw, subject
from mlgovern.rules.notebooks.definition import MAX_FILE_BYTES, Settings
from mlgovern.rules.notebooks.leaks import Leak
from mlgovern.rules.notebooks.parse import Notebook, parse
from mlgovern.rules.notebooks.spans import Layout, layout, positions
from mlgovern.rules.notebooks.stripped import LFS, Reason, unjudgeable

MOST_FINDINGS = 500  # of one rule in one notebook: more say nothing new

_WORDS = {
    "id": "an id that is not its number",
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
    spans: Layout = Layout()  # where its cells stand, once something is found in it


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


def placed(
    read: Read,
    items: Sequence[Item],
    finding: Callable[[Read, Item], Finding],
    opened: Container[int | None] = (),
) -> Iterator[Finding]:
    """A finding for each item, with the line of its cell; `opened` are cells whose members it looks at."""
    text = read.notebook.text
    if items and text:
        read = read._replace(spans=layout(text, read.notebook.holder, opened, read.notebook.known))
    places = positions(text, read.spans.cells)
    by_index = dict(read.notebook.cells) if places else {}
    for one in (finding(read, item) for item in items[:MOST_FINDINGS]):
        place, key, cell = one.place._replace(path=read.file.path, commit=read.file.commit), one.key, one.place.cell
        if cell is not None:
            place = place._replace(line=places[cell].line, column=places[cell].column)
            key = f"{by_index.get(cell, {}).get('id', cell)} {key}"  # an id stays when cells move
        yield one._replace(place=place, key=key)
    if len(items) > MOST_FINDINGS:
        more = f"the notebook has {len(items) - MOST_FINDINGS:,} more cells like these"
        yield finding(read, items[-1])._replace(message=more, place=place_of(read.file), key="more")


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
    mend = f"repair it, or leave it out: {_left_out(read.file)}"
    key = "broken" if flaw.cell is None and flaw.at_most is Severity.ERROR else flaw.why
    return Finding(flaw.sentence, place, mend, key=key, at_most=flaw.at_most)


def _left_out(file: File) -> str:
    """A command by which a file is no part of what is judged: of a commit, of the one that is being made, of all."""
    if file.commit is not None:
        return f"git rebase -i {file.commit[:8]}~"
    return f"git {'rm --cached' if file.before is None else 'restore --staged'} {quoted(file.path)}"


def unstripped(read: Read, reasons: Sequence[Reason], settings: Settings) -> Finding:
    """One finding for all that is wrong with one cell, or with the metadata of the notebook."""
    cell = reasons[0].cell
    key = " ".join(reason.code for reason in reasons)
    if any(reason.code == "keep_output" for reason in reasons):
        message = f"{subject(cell)} has a tag that keeps its output, and metadata that says not to"
        return Finding(message, Place(cell=cell), "take away the tag, or the metadata keep_output: false", key=key)
    things = ", ".join(map(_thing, reasons))
    message = f"{subject(cell)} is not stripped: {things}{_loss(read, cell, settings)}"
    return Finding(message, Place(cell=cell), _fix(read), key=key)


def _loss(read: Read, cell: int | None, settings: Settings) -> str:
    """How many bytes would go."""
    from mlgovern.rules.notebooks.bare import edits  # what is clean does not wait for it

    text, gone = read.notebook.text, 0
    for edit in edits(read.notebook, read.spans, settings, read.file.path, {cell}):
        start, end = edit.span.start, edit.span.end
        gone += end - start if text.isascii() else len(text[start:end].encode())
        gone -= len(edit.text.encode())
    return f" ({_rough(gone)} would go)" if gone > 0 else ""


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


def unordered(_read: Read, turn: tuple[int, str]) -> Finding:
    """The first cell that was not run in its turn."""
    cell, why = turn
    return Finding(
        f"{subject(cell)} {why}", Place(cell=cell), "restart the kernel, run all cells, and save", key="order"
    )


def _fix(read: Read) -> str:
    """What strips the notebook where it is judged: in the index, or on disk and then in the index."""
    path = quoted(read.file.path)
    if read.file.commit is not None:
        return f"take its outputs out of that commit: git rebase -i {read.file.commit[:8]}~"
    return f"mlgovern fix --staged {path}" if read.staged else f"mlgovern fix {path} && git add {path}"


def _thing(reason: Reason) -> str:
    if reason.code not in _WORDS:
        return reason.code.removeprefix("cell.")
    counted = reason.code.endswith(("count", "number")) and isinstance(reason.value, int) and reason.value < 1_000_000
    return _WORDS[reason.code] + (f" {reason.value}" if counted else "")


def _rough(amount: int) -> str:
    if amount < 1000:
        return f"{amount} byte{'' if amount == 1 else 's'}"
    return f"{amount / 1000:.1f} KB" if amount < 1_000_000 else f"{amount / 1_000_000:.1f} MB"
