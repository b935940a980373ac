"""What a file has to say: sections of a README or a card, lines of a configuration."""

import re
from collections.abc import Iterator

from mlgovern.facts.snapshot import EXECUTABLE, REGULAR, Ask, File, Snapshot
from mlgovern.fields import Hint, Needed, Stricter
from mlgovern.finding import Finding, NotJudged, Place
from mlgovern.globs import expand, fragment, matcher, suspects
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Pattern, Verdicts
from mlgovern.rules.structure.tree import because, brought, heads, under, whole
from mlgovern.rx import holds, rx

MOST_CHARACTERS = 1_000_000  # of one file: nobody writes more by hand

_POINTER = b"version https://git-lfs"
_FENCE = rx(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_HEADING = (
    rx(  # every repetition that something else could repeat as well has a bound: a line may be as long as the file
        r"^ {0,3}#{1,6}[ \t]+(.+)$|^(?=\S)(.+)\n[=\-~^\"'`*+#]{3,}[ \t]*$|<h[1-6][^>]{0,200}>(.{0,200}?)</h[1-6]>",
        re.MULTILINE | re.IGNORECASE,
    )
)
_MARKUP = rx(r"<[^>]{0,200}>|\]\([^)]{0,200}\)|:[a-z_]{1,40}:|[\W_]+")


class Content(NamedTuple):
    """What the files that a glob selects have to say."""

    path: Glob = Glob("")
    nocase: bool = False  # of the path
    sections: tuple[str, ...] = ()  # words of headings, in any letter case; `|` separates alternatives
    pattern: Pattern = Pattern("")  # found somewhere in the text
    example: Hint[str] = ""  # what fits the pattern
    roots: tuple[Glob, ...] = ()  # folders below which `path` is meant, such as services/*
    why: Hint[str] = ""
    mend: Hint[str] = ""


class Contents(NamedTuple):
    content: Needed[Content] = ()
    always: Stricter = False  # at each commit, not only where it writes the file


def missing_content(snapshot: Snapshot, settings: Contents) -> Verdicts:
    """A file does not say what the team agreed on.

    Why: a README without set-up, or a card without limits, is there for its name alone.
    Mend: add the section, or the line
    """
    tracked = snapshot.tracked
    at_all = whole(snapshot, always=settings.always)
    files = tracked if at_all else {path: tracked[path] for path in brought(snapshot) if path in tracked}
    for entry in settings.content:
        globs = [under(head, entry.path) for head in heads(tracked, entry.roots)]
        selected = matcher(globs, nocase=entry.nocase)
        likely = files if entry.nocase else suspects(files, map(fragment, expand(entry.path)))
        for file in [files[path] for path in likely if selected(path)]:
            if file.mode in (REGULAR, EXECUTABLE):
                yield from _judged(snapshot, file, entry)
            else:
                yield NotJudged(file.path, "what it says: it is a link or a submodule", expected=False)


def asks(settings: Contents) -> tuple[Ask, ...]:
    """The contents of the files that settings speak of."""
    return tuple(("contents", glob) for entry in settings.content for glob in _everywhere(entry))


def lacking(text: str, sections: tuple[str, ...]) -> list[str]:
    """The sections that no heading of a text names."""
    there = [f" {_words(next(filter(None, found.groups()), ''))} " for found in _HEADING.finditer(_FENCE.sub("", text))]
    return [
        section
        for section in sections
        if not any(f" {_words(name)} " in heading for name in section.split("|") for heading in there)
    ]


def _everywhere(entry: Content) -> list[str]:
    return [f"{root.rstrip('/')}/{entry.path}" for root in entry.roots] or [entry.path]


def _judged(snapshot: Snapshot, file: File, entry: Content) -> Verdicts:
    data = snapshot.read(file)
    if data is None:
        yield NotJudged(file.path, "what it says: its content was not read")
    elif b"\0" in data[:MOST_CHARACTERS]:
        yield NotJudged(file.path, "what it says: it is no UTF-8 text", expected=False)
    elif not data.startswith(_POINTER):
        text = data[:MOST_CHARACTERS].decode("utf-8-sig", "replace").replace("\r\n", "\n")
        yield from _flaws(file, text, entry)


def _flaws(file: File, text: str, entry: Content) -> Iterator[Finding]:
    place = Place(path=file.path)
    for section in lacking(text, entry.sections) if entry.sections else ():
        name, _, others = section.partition("|")
        also = f", or {' or '.join(others.split('|'))}" if others else ""
        message = f"{file.name} has no section {name}{also}{because(entry.why)}"
        yield Finding(
            message, place, entry.mend or f"add a heading such as ## {name}, and what belongs below it", section
        )
    if entry.pattern and not holds(entry.pattern, text):
        what = entry.example or f"anything that fits {entry.pattern}"
        yield Finding(
            f"{file.name} lacks {what}{because(entry.why)}", place, entry.mend or f"add {what}", entry.pattern
        )


def _words(text: str) -> str:
    return _MARKUP.sub(" ", text[:300]).strip().lower()
