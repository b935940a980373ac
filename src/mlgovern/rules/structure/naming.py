"""How files and folders are named."""

from collections.abc import Callable, Collection, Iterator, Mapping
from shlex import quote
from typing import Literal

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.fields import Hint, Needed
from mlgovern.finding import Finding, Place
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Pattern
from mlgovern.rules.structure.tree import any_below, brought
from mlgovern.rx import holds, rx

Case = Literal["", "snake", "kebab", "camel", "pascal", "screaming-snake", "lower"]

_WORDS = rx(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


class Naming(NamedTuple):
    """How the names that a glob selects are written; a glob with a final `/` selects folders."""

    under: Glob = Glob("")
    case: Case = ""  # of the name up to its first dot; leading and trailing underscores are free
    pattern: Pattern = Pattern("")  # found in the whole name; anchor it with ^ and $
    example: Hint[str] = ""
    roots: tuple[Glob, ...] = ()  # folders below which `under` is meant, such as services/*
    why: Hint[str] = ""
    mend: Hint[str] = ""


class Names(NamedTuple):
    naming: Needed[Naming] = ()


def misnamed_path(snapshot: Snapshot, settings: Names) -> Iterator[Finding]:
    """A file or folder is not named as its neighbours are.

    Why: names that follow one form sort, import and glob the same way on every machine.
    Mend: git mv OLD NEW
    """
    judged = brought(snapshot)
    above = _folders(judged)
    for entry in settings.naming:
        selected = any_below(entry.roots, (entry.under.rstrip("/"),))
        for path, file in (above if entry.under.endswith("/") else judged).items():
            if not _fits(path.rpartition("/")[2], entry) and selected(
                path
            ):  # most names fit, and that is quick to tell
                yield _misnamed(path, file, entry, snapshot.tracked)


def _folders(files: Mapping[str, File]) -> dict[str, File]:
    """Every folder, with the first file below it."""
    found: dict[str, File] = {}
    for path, file in files.items():
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found[folder] = file
            folder = folder.rpartition("/")[0]
    return found


def _stem(name: str) -> str:
    return name.lstrip(".").partition(".")[0]


def _fits(name: str, entry: Naming) -> bool:
    if entry.pattern and not holds(entry.pattern, name):
        return False
    usual = _USUAL.get(entry.case)
    if usual is not None and usual.fullmatch(name):
        return True
    return not entry.case or _CASES[entry.case](_stem(name).strip("_"))


def _made_of(stem: str, separator: str) -> bool:
    bare = stem.replace(separator, "") if separator else stem
    return not bare or bare.isalnum()


_USUAL = {  # names that need no second look
    "snake": rx(r"[._]*[a-z0-9_]*(?:\..*)?"),
    "kebab": rx(r"[._]*[a-z0-9-]*_*(?:\..*)?"),
}
_CASES: dict[str, Callable[[str], bool]] = {
    "snake": lambda stem: _made_of(stem, "_") and stem == stem.lower(),
    "kebab": lambda stem: _made_of(stem, "-") and stem == stem.lower(),
    "camel": lambda stem: _made_of(stem, "") and stem[:1] == stem[:1].lower(),
    "pascal": lambda stem: _made_of(stem, "") and stem[:1] == stem[:1].upper() and not stem[:1].isdigit(),
    "screaming-snake": lambda stem: _made_of(stem, "_") and stem == stem.upper(),
    "lower": lambda stem: stem == stem.lower(),
}
_WRITERS: dict[str, Callable[[list[str]], str]] = {
    "snake": "_".join,
    "kebab": "-".join,
    "camel": lambda words: words[0] + "".join(word.capitalize() for word in words[1:]),
    "pascal": lambda words: "".join(word.capitalize() for word in words),
    "screaming-snake": lambda words: "_".join(words).upper(),
}


def _proposal(name: str, case: Case) -> str:
    """The name as the case would have it, or nothing where that cannot be told."""
    stem = _stem(name)
    if case == "lower":
        return name.lower()
    words = [word.lower() for word in _WORDS.findall(stem)]
    if not words or not stem.isascii():
        return ""
    fixed = _WRITERS[case](words)
    return name.replace(stem, fixed, 1) if _CASES[case](fixed) else ""


def _misnamed(path: str, file: File, entry: Naming, tracked: Collection[str]) -> Finding:
    folder, slash, name = path.rpartition("/")
    fits_pattern = not entry.pattern or holds(entry.pattern, name)
    proposal = _proposal(name, entry.case) if fits_pattern else ""
    if fits_pattern:
        wanted = f"{entry.case.replace('-', ' ')} case" if entry.case != "lower" else "lower case"
        example = entry.example or proposal
    else:
        wanted, example = f"of the form {entry.pattern}", entry.example
    message = f"the name {name} is not {'in ' if fits_pattern else ''}{wanted}"
    message += (f", such as {example}" if example else "") + (f" ({entry.why})" if entry.why else "")
    mend = f"give it a name such as {example}" if example else "give it such a name"
    if proposal and file.path in tracked and not _is_there(tracked, folder + slash + proposal):
        mend = f"git mv -- {quote(path)} {quote(folder + slash + proposal)}"
    return Finding(message, Place(path=path, commit=file.commit), entry.mend or mend, key=entry.under)


def _is_there(tracked: Collection[str], path: str) -> bool:
    return path in tracked or any(other.startswith(f"{path}/") for other in tracked)
