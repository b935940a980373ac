"""Lines that a `.gitignore` lacks, added at its end."""

from collections.abc import Iterable, Iterator

from mlgovern.finding import Finding
from mlgovern.fix.draft import Draft, Side
from mlgovern.fix.step import Step
from mlgovern.gitignore import Ignores
from mlgovern.rules.structure.ignoring import additions

IGNORE = ".gitignore"


def missing(draft: Draft, found: Iterable[Finding], keep: tuple[str, ...]) -> Iterator[Step]:
    """The steps for paths that nothing ignores and that should be; what only an owner can tell is left to a person."""
    by_lines: dict[tuple[str, ...], list[Finding]] = {}
    for finding in found:
        added = additions(draft.tracked, finding.key, keep)
        if added and finding.place.line is None and finding.mend.startswith("printf "):
            by_lines.setdefault(tuple(added), []).append(finding)
    for lines, findings in by_lines.items():
        for side in draft.sides:
            text = side.read(IGNORE)
            side.write(IGNORE, appended(text, [line for line in lines if line not in _written(text)]))
        what = f"the line {lines[0]}" if len(lines) == 1 else f"the lines {', '.join(lines)}"
        yield Step(f"add {what} to {IGNORE}", tuple(findings), add="" if draft.staged else IGNORE)


def appended(text: bytes | None, lines: Iterable[str]) -> bytes:
    """A text with lines at its end, ended as its own are."""
    start = text or b""
    eol = b"\r\n" if b"\r\n" in start else b"\n"
    added = b"".join(line.encode("utf-8", "surrogateescape") + eol for line in lines)
    return start + (eol if added and start and not start.endswith(b"\n") else b"") + added


def ignores_of(side: Side, path: str, added: list[str]) -> Ignores:
    """What the `.gitignore` files above a path say, with lines added to the top one."""
    folders = ["", *(path[:end] for end, char in enumerate(path) if char == "/")]
    texts = {folder: side.read(f"{folder}/{IGNORE}".lstrip("/")) or b"" for folder in folders}
    return Ignores({**texts, "": appended(texts[""], added)})


def _written(text: bytes | None) -> list[str]:
    return (text or b"").decode("utf-8", "surrogateescape").splitlines()
