"""The developer's own env files: the one thing that is read from the work tree, into memory and nowhere else."""

import os
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from operator import attrgetter

from mlgovern.compose_env import env_files_of, is_compose
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import Hidden, Snapshot, Wants
from mlgovern.finding import NotJudged
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple

MOST_DEPTH, MOST_FILES, MOST_BYTES = 4, 50, 1_000_000
MOST_ENTRIES, MOST_OF_A_FOLDER = 20_000, 2_000  # names that are looked at; a folder of more holds data
WHAT = "your own env files"

_CLOSED = frozenset((".git", "node_modules", "__pycache__", "site-packages", ".venv", "venv", ".tox", ".nox"))
_OTHERS = frozenset((".git", "pyvenv.cfg", "conda-meta"))  # what makes a folder another repository or an environment

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


class _Looked(NamedTuple):
    found: dict[str, bytes]
    left: list[str]


def with_own(git: Git, wants: Wants, facts: Snapshot, tracked: Collection[str]) -> Snapshot:
    """The facts with what the developer keeps in env files that are not tracked."""
    looked = _Looked({}, [])
    matches = matcher(dict.fromkeys(name for ask in wants.asked("own-env") for name in ask), nocase=True)
    named = [(path, os.path.join(git.top, *path.split("/"))) for path in _of_compose(git, tracked)]
    for path, place in (*_walk(git.top, matches, looked.left), *named):
        if path not in tracked:
            if len(looked.found) == MOST_FILES:
                looked.left.append(f"there are more than {MOST_FILES}")
                break
            _take(path, place, looked)
    gaps = [NotJudged(WHAT, why, expected=False) for why in looked.left]
    return facts._replace(own=Hidden(looked.found), gaps=(*facts.gaps, *gaps))


def _of_compose(git: Git, tracked: Collection[str]) -> Iterator[str]:
    """The untracked files that tracked compose files hand to their services; those beyond a link are not ours."""
    for path in [path for path in tracked if "compose" in path and is_compose(path)]:
        for name in env_files_of(path, git.read(f":{path}") or b""):
            place = os.path.join(git.top, *name.split("/"))
            plain = os.path.isfile(place) and not os.path.islink(place)
            if name not in tracked and plain and not _beyond_link(git.top, name):
                yield name


def _beyond_link(top: str, path: str) -> bool:
    inside = os.path.dirname(os.path.join(top, *path.split("/")))
    return os.path.realpath(inside) != os.path.normpath(os.path.join(os.path.realpath(top), os.path.dirname(path)))


def _walk(top: str, matches: Callable[[str], object], left: list[str]) -> Iterator[tuple[str, str]]:
    """Files by name, those of the upper folders first: path in the repository, place on disk. No link is followed."""
    todo, seen = [("", top, 0)], 0
    for prefix, folder, depth in todo:  # grows as it goes
        most = MOST_ENTRIES if not prefix else min(MOST_OF_A_FOLDER, MOST_ENTRIES - seen)
        entries = _entries(folder, most)
        if entries is None or len(entries) > most:
            left.append(
                f"{prefix or 'the top folder'} {'cannot be read' if entries is None else 'holds too many files'}"
            )
            seen += most
            continue
        seen += len(entries)
        if prefix and not _OTHERS.isdisjoint([entry.name for entry in entries]):
            continue
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name not in _CLOSED]
        if depth < MOST_DEPTH:
            todo += [(f"{prefix}{entry.name}/", entry.path, depth + 1) for entry in sorted(folders, key=_name)]
        files = [entry for entry in entries if matches(entry.name) and entry.is_file(follow_symlinks=False)]
        yield from [(prefix + entry.name, entry.path) for entry in sorted(files, key=_name)]


_name: Callable[["os.DirEntry[str]"], str] = attrgetter("name")


def _entries(folder: str, most: int) -> "list[os.DirEntry[str]] | None":
    try:
        with os.scandir(folder) as entries:
            return list(islice(entries, most + 1))
    except OSError:
        return None


def _take(path: str, place: str, looked: _Looked) -> None:
    """Read a file, unless it became a link or a pipe meanwhile."""
    from stat import S_ISREG

    try:
        number = os.open(place, _FLAGS)
        with os.fdopen(number, "rb") as file:
            data = file.read(MOST_BYTES + 1) if S_ISREG(os.fstat(number).st_mode) else b""
    except OSError as error:
        looked.left.append(f"{path} cannot be read: {error.strerror}")
        return
    if len(data) > MOST_BYTES:
        looked.left.append(f"{path} is larger than {MOST_BYTES:,} bytes")
    else:
        looked.found[path] = data
