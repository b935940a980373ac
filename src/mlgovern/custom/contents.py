"""Kinds that speak of what a file holds: its text, or the cells of a notebook."""

from collections.abc import Iterator
from itertools import islice

from mlgovern.custom.kinds import Kind, globs
from mlgovern.custom.outcome import APART, HOLDS, Flaw, Outcome, broken, fails, unknown
from mlgovern.custom.pointers import is_pointer
from mlgovern.facts.snapshot import EXECUTABLE, REGULAR, File, Snapshot
from mlgovern.fields import Covered, Fixed, Laxer, Limit, Must, MustNot
from mlgovern.finding import NotJudged, Place
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Pattern, unread
from mlgovern.rx import ALL, found, holds

MOST_PLACES = 100  # of one file
LONGEST = 10_000  # bytes of a line that is looked at whole
_EVERY = (Glob("**"),)


class Absent(NamedTuple):
    """What no line of a text may hold."""

    globs: Covered[Glob] = _EVERY
    must_not: MustNot = Pattern("")


class Present(NamedTuple):
    """What a text has to hold somewhere."""

    globs: Covered[Glob] = ()
    must: Must = Pattern("")


class Notebook(NamedTuple):
    """What a notebook may hold; `kernel` names those allowed, `max_cells: 0` is no limit."""

    globs: Covered[Glob] = (Glob("**/*.ipynb"),)
    outputs: Laxer = True
    execution_count: Laxer = True
    kernel: Fixed[tuple[str, ...]] = ()
    max_cells: Limit = 0


def content_regex(snapshot: Snapshot, file: File, settings: Absent) -> Outcome:
    """What is found is not repeated: it may be a secret."""
    text = _text(snapshot, file, settings.globs)
    if isinstance(text, Outcome):
        return text
    flaws, line, begin = [], 1, 0
    for number, (start, end) in enumerate(islice(found(settings.must_not, text), MOST_PLACES + 1)):
        line += text.count(b"\n", begin, start)
        begin = max(begin, text.rfind(b"\n", begin, start) + 1)
        what = f"the text fits {settings.must_not}, which is not allowed"
        flaw = Flaw(what, _at(file, text, Span(line, begin, start, end)), key="text")
        flaws.append(flaw if number < MOST_PLACES else flaw._replace(what="there is more like this"))
    return fails(*flaws) if flaws else HOLDS


def content_required(snapshot: Snapshot, file: File, settings: Present) -> Outcome:
    """Once is enough."""
    text = _text(snapshot, file, settings.globs)
    if isinstance(text, Outcome):
        return text
    if all(next(found(part, text), None) is not None for part in settings.must.split(ALL)):
        return HOLDS
    return fails(Flaw(f"nothing in it fits {settings.must}", _place(file), key="text"))


def notebook_assert(snapshot: Snapshot, file: File, settings: Notebook) -> Outcome:
    """A notebook that cannot be read is refused: nothing can be said for it."""
    text = _text(snapshot, file, settings.globs)
    if isinstance(text, Outcome):
        return text
    from mlgovern.rules.notebooks.parse import parse

    notebook = parse(text)
    if notebook.broken:
        return broken(Flaw(notebook.broken[0].sentence, _place(file), key="broken"))
    cells = [cell for _, cell in notebook.cells]
    kernel = notebook.metadata.get("kernelspec")
    name = kernel.get("name") if isinstance(kernel, dict) else None
    counted = (cell.get("execution_count", cell.get("prompt_number")) for cell in cells)
    most = settings.max_cells
    wrong = {
        "it holds outputs": not settings.outputs and any(cell.get("outputs") for cell in cells),
        "it holds execution counts": not settings.execution_count and any(count is not None for count in counted),
        f"its kernel is none of {', '.join(settings.kernel)}": bool(settings.kernel) and name not in settings.kernel,
        f"it has {len(cells):,} cells, {most:,} are the most": 0 < most < len(cells),
    }
    flaws = [Flaw(what, _place(file), key=what) for what, is_so in wrong.items() if is_so]
    return fails(*flaws) if flaws else HOLDS


def _text(snapshot: Snapshot, file: File, globs: tuple[Glob, ...]) -> bytes | Outcome:
    """The text of a file as UTF-8, or why there is nothing to look at."""
    if file.mode not in (REGULAR, EXECUTABLE) or not matcher(globs)(file.path):
        return APART
    data = snapshot.read(file)
    if data is None:
        return unknown(unread(file))
    if is_pointer(data):
        return unknown(NotJudged(file.path, "Git LFS holds its content", expected=False))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(b"\xef\xbb\xbf")


def _place(file: File) -> Place:
    return Place(file.path, commit=file.commit)


class Span(NamedTuple):
    """A part of a text, in bytes: the line that it begins in, where that line begins, where it begins and ends itself."""

    line: int
    begin: int
    start: int
    end: int


def _at(file: File, text: bytes, span: Span) -> Place:
    """The first and the last character of a part of a text; of one that is long, or far out, its line alone."""
    line, begin, start, end = span
    if end - begin > LONGEST:
        return Place(file.path, line, commit=file.commit)
    last = text.rfind(b"\n", begin, end) + 1 or begin
    column, end_column = (len(text[one:at].decode("utf-8", "replace")) + 1 for one, at in ((begin, start), (last, end)))
    return Place(file.path, line, column, line + text.count(b"\n", start, end), end_column, file.commit)


def wrong_absent(settings: Absent) -> Iterator[tuple[str, str]]:
    """An empty text is found everywhere."""
    if settings.must_not and holds(settings.must_not, ""):
        yield "must_not", "'must_not' fits an empty text, so that no file could pass"


_MEND = "edit it, and git add {path}"

DEFINED = {
    "content.regex": Kind(Absent(), "file", content_regex, (("must_not",),), wrong_absent, globs, mend=_MEND),
    "content.required": Kind(Present(), "file", content_required, (("globs",), ("must",)), reads=globs, mend=_MEND),
    "notebook.assert": Kind(
        Notebook(),
        "file",
        notebook_assert,
        (("outputs", "execution_count", "kernel", "max_cells"),),
        reads=globs,
        mend="strip it, or mend it in Jupyter, and git add {path}",
    ),
}
