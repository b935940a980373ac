"""Lines that a `.gitignore` lacks, added at its end."""

from collections.abc import Iterable

from mlgovern.finding import Finding
from mlgovern.fix.draft import Draft, Side
from mlgovern.fix.step import Step
from mlgovern.gitignore import Ignores
from mlgovern.rules.structure.ignoring import additions, covered

IGNORE = ".gitignore"


def missing(draft: Draft, found: Iterable[Finding], keep: tuple[str, ...]) -> list[Step]:
    """The steps for paths that nothing ignores and that should be; what only an owner can tell is left to a person."""
    steps: list[Step] = []
    for finding in found:
        lines = additions(draft.tracked, finding.key, keep)
        if not (lines and finding.place.line is None and finding.mend.startswith("printf ")):
            continue
        if steps and all(covered(Ignores({"": side.read(IGNORE) or b""}), "", finding.key) for side in draft.sides):
            steps[-1] = steps[-1]._replace(mends=(*steps[-1].mends, finding))  # an earlier line will do
            continue
        for side in draft.sides:
            side.write(IGNORE, appended(side.read(IGNORE), lines))
        what = f"the line {lines[0]}" if len(lines) == 1 else f"the lines {', '.join(lines)}"
        steps.append(Step(f"add {what} to {IGNORE}", (finding,), add="" if draft.staged else IGNORE))
    return steps


def appended(text: bytes | None, lines: Iterable[str]) -> bytes:
    """A text with lines at its end, ended as its own are."""
    start = text or b""
    eol = b"\r\n" if b"\r\n" in start else b"\n"
    added = b"".join(line.encode("utf-8", "surrogateescape") + eol for line in lines)
    return start + (eol if added and start and not start.endswith(b"\n") else b"") + added


def replaced(text: bytes, number: int, lines: Iterable[str]) -> bytes:
    """A text with other lines in the place of one, ended as it was."""
    rows = text.split(b"\n")
    end = b"\r" if rows[number - 1].endswith(b"\r") else b""
    rows[number - 1 : number] = [line.encode("utf-8", "surrogateescape") + end for line in lines]
    return b"\n".join(rows)


def ignores_of(side: Side, path: str, added: list[str]) -> Ignores:
    """What the `.gitignore` files above a path say, with lines added to the top one."""
    folders = ["", *(path[:end] for end, char in enumerate(path) if char == "/")]
    texts = {folder: side.read(f"{folder}/{IGNORE}".lstrip("/")) or b"" for folder in folders}
    return Ignores({**texts, "": appended(texts[""], added)})
