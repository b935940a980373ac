"""Paths that do not belong in Git, and changes that bring too many."""

from collections.abc import Callable, Iterable, Iterator
from shlex import quote

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.fields import Denied, Hint, Maximum
from mlgovern.finding import Finding, Place, Severity
from mlgovern.globs import expand, fragment, suspects
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob
from mlgovern.rules.structure.tree import any_below, brought, mended


class Forbidden(NamedTuple):
    """Paths that nobody may add, `but` for some."""

    paths: tuple[Glob, ...] = ()
    but: tuple[Glob, ...] = ()
    nocase: bool = False
    roots: tuple[Glob, ...] = ()  # folders below which both are meant, such as services/*
    only_new: bool = False  # what the base already has is not held against a change
    severity: Severity = Severity.ERROR  # at most
    why: Hint[str] = ""
    mend: Hint[str] = ""  # `{path}` stands for the path


class Forbid(NamedTuple):
    forbidden: Denied[Forbidden] = ()


class Growth(NamedTuple):
    max: Maximum = 500


def forbidden_path(snapshot: Snapshot, settings: Forbid) -> Iterator[Finding]:
    """A file that does not belong in Git is tracked.

    Why: caches, checkpoints and raw data change with every run, hide what matters in a review and stay in history for good.
    Mend: git rm --cached PATH, and a line for it in .gitignore
    """
    rows = [(entry, *_matchers(entry)) for entry in settings.forbidden]
    fragments = ["" if entry.nocase else one for entry in settings.forbidden for one in _fragments(entry.paths)]
    judged = brought(snapshot)
    for path in suspects(judged, fragments):
        file = judged[path]
        for entry, wanted, spared in rows:
            if wanted(file.path) and not spared(file.path) and (not entry.only_new or file.path in snapshot.added):
                yield _forbidden(file, entry)
                break


def too_many_new_files(snapshot: Snapshot, settings: Growth) -> Iterator[Finding]:
    """One change brings more files than anybody can review.

    Why: a dataset, an environment or a cache that slips in is found by its number of files first.
    Mend: git reset -q, and add what is meant folder by folder
    """
    if len(snapshot.added) > settings.max:
        folder, count = _fullest(snapshot.added)
        where = f"{folder}/" if folder else "the root"
        message = f"{len(snapshot.added)} new files in one change, at most {settings.max} expected; most of them, {count}, in {where}"
        staged = "pre-commit" in snapshot.stages
        mend = (
            f"git reset -q -- {quote(folder or '.')}"
            if staged
            else "bring them in several changes, or leave out what is made again"
        )
        yield Finding(message, Place(), mend, key="count")


def _matchers(entry: Forbidden) -> tuple[Callable[[str], object], Callable[[str], object]]:
    """What tells a path that is meant, and one that is spared."""
    wanted = any_below(entry.roots, entry.paths, nocase=entry.nocase)
    return wanted, any_below(entry.roots, entry.but, nocase=entry.nocase)


def _fragments(globs: Iterable[str]) -> Iterator[str]:
    return (fragment(one) for glob in globs for one in expand(glob))


def _forbidden(file: File, entry: Forbidden) -> Finding:
    path = quote(file.path)
    mend = entry.mend.replace("{path}", path) or mended(file, f"git rm --cached -- {path}")
    message = "this path does not belong in Git" + (f": {entry.why}" if entry.why else "")
    return Finding(message, Place(path=file.path, commit=file.commit), mend, at_most=entry.severity)


def _fullest(paths: frozenset[str]) -> tuple[str, int]:
    counts: dict[str, int] = {}
    for path in paths:
        top = path.partition("/")[0] if "/" in path else ""
        counts[top] = counts.get(top, 0) + 1
    return min(counts.items(), key=lambda item: (-item[1], item[0]))
