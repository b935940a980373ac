"""Notebooks are committed without what running them leaves behind."""

from functools import partial
from itertools import groupby

from mlgovern.facts.snapshot import Ask, Snapshot
from mlgovern.fields import Covered, Minimum
from mlgovern.finding import Finding, NotJudged
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Rule, Verdicts
from mlgovern.rules.notebooks.definition import MAX_FILE_BYTES, OF_NBSTRIPOUT, Settings, agreed, unknown_keys
from mlgovern.rules.notebooks.leaks import Leaks, leaks
from mlgovern.rules.notebooks.reading import (
    broken,
    leaking,
    notebooks,
    place_of,
    placed,
    quoted,
    unordered,
    unstripped,
)
from mlgovern.rules.notebooks.runs import Kernels, Order, kernel_flaws, out_of_order
from mlgovern.rules.notebooks.stripped import reasons

_JUPYTER = ("**/*.ipynb",)
_ALL = (*_JUPYTER, "**/*.zpln")


class Limits(NamedTuple):
    """What is larger is not judged."""

    max_file_bytes: Minimum = MAX_FILE_BYTES


class Names(NamedTuple):
    """Names that nobody chose."""

    globs: Covered[Glob] = (Glob("**/Untitled*.ipynb"), Glob("**/* copy*.ipynb"), Glob("**/*-Copy[0-9]*.ipynb"))


def notebook_output(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """A notebook holds outputs, execution counts or other traces of a run.

    Why: outputs swell the history, hide the change from its reviewers, conflict in every merge and leak data for good.
    Mend: mlgovern fix PATH
    """
    for key in unknown_keys(settings):
        yield NotJudged(f"the key {key!r} of notebook-output", "a key starts with metadata. or cell.")
    settings = agreed(settings, snapshot.config)
    for read in notebooks(snapshot, settings.max_file_bytes, (".ipynb", ".zpln")):
        if isinstance(read, NotJudged):
            yield read
            continue
        path = read.file.path
        if read.notebook.version >= (5, 0):
            yield NotJudged(path, "its nbformat is newer than 4, and is judged like 4")
        for flaw in read.notebook.broken[:1]:
            yield NotJudged(path, flaw.sentence, expected=False)
        grouped = groupby(reasons(read.notebook, settings, path), key=lambda reason: reason.cell)
        by_cell = {cell: list(found) for cell, found in grouped}
        yield from placed(read, list(by_cell.values()), partial(unstripped, settings=settings), by_cell)


def broken_notebook(snapshot: Snapshot, settings: Limits) -> Verdicts:
    """A notebook cannot be read as one.

    Why: editors refuse to open it, and nothing else about it can be judged.
    Mend: repair the file, or take back an older version: git restore --source COMMIT PATH
    """
    for read in notebooks(snapshot, settings.max_file_bytes, (".ipynb", ".zpln")):
        if isinstance(read, NotJudged):
            yield read
        else:
            yield from placed(read, sorted(read.notebook.flaws, key=lambda flaw: -flaw.at_most), broken)


def notebook_leak(snapshot: Snapshot, settings: Leaks) -> Verdicts:
    """A notebook shows a traceback, somebody's home directory or a path on a drive.

    Why: all of them describe the machine that it was run on, and such a path works nowhere else.
    Mend: mlgovern fix PATH for outputs; in the source, a path relative to the repository
    """
    for read in notebooks(snapshot):
        if isinstance(read, NotJudged):
            yield read
        else:
            yield from placed(read, list(leaks(read.notebook, settings)), leaking)


def untitled_notebook(snapshot: Snapshot, settings: Names) -> Verdicts:
    """A notebook has a name that nobody chose.

    Why: a name says what a notebook is for, and unnamed copies drift apart.
    Mend: git mv PATH TOPIC.ipynb
    """
    matches = matcher(settings.globs)
    for file in snapshot.files:
        if matches(file.path):
            named = quoted(f"{file.path.removesuffix(file.name)}TOPIC.ipynb")
            message = f"the editor named this notebook; a name says its topic, as in {named}"
            yield Finding(message, place_of(file), f"git mv {quoted(file.path)} {named}", key="name")


def tracked_checkpoint(snapshot: Snapshot, _settings: tuple[()]) -> Verdicts:
    """A checkpoint of Jupyter is tracked.

    Why: checkpoints are automatic copies that still hold what was taken out of the notebook, outputs and secrets included.
    Mend: git rm --cached PATH, and the line .ipynb_checkpoints/ in .gitignore
    """
    for file in snapshot.files:
        folders = file.path.split("/")[:-1]
        if ".ipynb_checkpoints" in folders or file.name.endswith("-checkpoint.ipynb"):
            message = "an automatic copy made by Jupyter is tracked; .gitignore should hold .ipynb_checkpoints/"
            yield Finding(message, place_of(file), f"git rm --cached {quoted(file.path)}", key="checkpoint")


def notebook_kernel(snapshot: Snapshot, settings: Kernels) -> Verdicts:
    """A notebook asks for a kernel that others do not have.

    Why: the name of one's own environment makes every save a change, and tells about the machine.
    Mend: select a kernel that everybody has, and save
    """
    for read in notebooks(snapshot):
        if isinstance(read, NotJudged):
            yield read
            continue
        mend = f"select the kernel {' or '.join(settings.names)}, and save"
        for flaw in kernel_flaws(read.notebook, settings):
            yield Finding(flaw, place_of(read.file), mend)


def notebook_order(snapshot: Snapshot, settings: Order) -> Verdicts:
    """The cells of a notebook were not run from top to bottom.

    Why: what it shows may come from an order, or from cells, that nobody can see any more.
    Mend: restart the kernel, run all cells, and save
    """
    for read in notebooks(snapshot):
        if isinstance(read, NotJudged):
            yield read
        else:
            yield from placed(read, out_of_order(read.notebook, settings), unordered)


def _asks(settings: Settings) -> tuple[Ask, ...]:
    return (("config", *OF_NBSTRIPOUT),) if settings.compat == "nbstripout" else ()


RULES = (
    Rule("notebook-output", notebook_output, Settings(), reads=_ALL, each="file", asks=_asks),
    Rule("broken-notebook", broken_notebook, Limits(), reads=_ALL, each="file"),
    Rule("notebook-leak", notebook_leak, Leaks(), reads=_JUPYTER, each="file"),
    Rule("untitled-notebook", untitled_notebook, Names(), each="file"),
    Rule("tracked-checkpoint", tracked_checkpoint, each="file"),
    Rule("notebook-kernel", notebook_kernel, Kernels(), reads=_JUPYTER, each="file"),
    Rule("notebook-order", notebook_order, Order(), reads=_JUPYTER, each="file"),
)
