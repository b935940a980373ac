"""Virtual environments in the work tree, told by what is in them; nothing in them is read but whether it hides itself."""

import os
from collections.abc import Iterator

from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import SUBMODULE, Snapshot, Wants
from mlgovern.globs import matcher
from mlgovern.regular import regular

MOST_FOLDERS = 500  # that are looked into; an environment lies near the root

_CLOSED = frozenset((".git", "node_modules", "__pycache__"))


def environments(git: Git, wants: Wants, facts: Snapshot) -> tuple[str, ...]:
    """Folders at the root, or one below it, that hold an environment and do not ignore themselves."""
    globs = [glob for ask in wants.asked("environments") for glob in ask]
    fires = matcher(globs)
    if not any(fires(path) for path in (*(file.path for file in facts.files), *facts.removed)):
        return ()
    closed = {path for path, file in facts.tracked.items() if file.mode == SUBMODULE}
    return tuple(sorted(_found(git.top, closed)))


def _found(top: str, closed: set[str]) -> Iterator[str]:
    below = [name for name in _folders(top) if name not in closed]
    looked = [*below, *(f"{name}/{inner}" for name in below for inner in _folders(os.path.join(top, name)))]
    for path in looked[:MOST_FOLDERS]:
        folder = os.path.join(top, path)
        made = (os.path.join(folder, "pyvenv.cfg"), os.path.join(folder, "conda-meta", "history"))
        if any(map(os.path.isfile, made)) and not _hides(os.path.join(folder, ".gitignore")):
            yield path


def _folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            found = (entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
            return sorted(name for name in found if name not in _CLOSED)
    except OSError:
        return []  # what cannot be listed cannot be added either


def _hides(path: str) -> bool:
    """The `.gitignore` that uv, virtualenv and newer Pythons put into an environment."""
    try:
        with open(path, "rb", opener=regular) as file:
            return b"*" in file.read(1000).split()
    except OSError:
        return False
