"""The folders that are parts of a repository, and the scopes that they name."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.globs import matcher


@lru_cache(maxsize=4096)
def within(folder: str, globs: tuple[str, ...]) -> tuple[str, ...]:
    """The folders that globs select of one and those around it, outermost first."""
    match = matcher(globs)
    around = accumulate(folder.split("/"), lambda outer, inner: f"{outer}/{inner}")
    return tuple([one for one in around if one and match(one)])


def above(path: str, globs: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of the repository that a path lies in, outermost first."""
    return within(path.rpartition("/")[0], globs)


def spellings(folders: Iterable[str]) -> dict[str, str]:
    """How scopes may name some folders, in small letters: by the last component, which is usual, or by the whole path."""
    names = {folder.lower(): folder for folder in folders}
    return {**names, **{path.rpartition("/")[2]: folder.rpartition("/")[2] for path, folder in names.items()}}


def parts(snapshot: Snapshot, commit: Commit, globs: tuple[str, ...]) -> dict[str, str]:
    """The spellings of every part that there is, or that a commit changes."""
    if not globs:
        return {}
    tracked = snapshot.tracked
    if not _last or _last[0][0] is not tracked or _last[0][1] != globs:
        homes = dict.fromkeys([path.rpartition("/")[0] for path in tracked])
        _last[:] = [(tracked, globs, spellings(part for home in homes for part in within(home, globs)))]
    changed = spellings(part for path in commit.paths or () for part in above(path, globs))
    return {**changed, **_last[0][2]}


_last: list[tuple[object, tuple[str, ...], dict[str, str]]] = []
