"""A policy as somebody writes it: a file on disk with what stands beside it, or one of a revision."""

import os

from mlgovern.errors import UserError
from mlgovern.facts.git import Git
from mlgovern.facts.state import resolve
from mlgovern.policy.cache import every
from mlgovern.policy.load import Loaded, load
from mlgovern.policy.model import POLICY_FILE
from mlgovern.policy.packs import Read
from mlgovern.record import NamedTuple
from mlgovern.regular import regular


class Written(NamedTuple):
    """A policy that somebody is writing: how to read it and what stands beside it."""

    read: Read
    root: str = POLICY_FILE

    def loaded(self) -> Loaded:
        """With everything that it was made of; PolicyError with every problem at once."""
        return load(self.read, every(), self.root)


def on_disk(git: Git | None, file: str | None = None) -> Written:
    """The file of that name, or the repository's own; what is not there is not there, and the default pack holds."""
    folder, name = os.path.split(file) if file is not None else (git.top if git else "", POLICY_FILE)
    if file is None and git is None:
        return Written(lambda _path: None)
    written = Written(lambda path: _bytes(folder or ".", path), name)
    if file is not None and written.read(name) is None:
        raise UserError(f"{file}: there is no such file, or it cannot be read")
    return written


def at(git: Git, revision: str) -> Written:
    """The repository's policy at a revision."""
    commit = resolve(git, revision)
    if commit is None:
        raise UserError(f"{revision!r} is no file and no revision here")
    return Written(lambda path: git.read(f"{commit}:{path}"))


def _bytes(folder: str, path: str) -> bytes | None:
    """Of a file that lies below the folder, wherever links lead."""
    real, top = os.path.realpath(os.path.join(folder, path)), os.path.realpath(folder)
    try:
        if os.path.commonpath((real, top)) != top:
            return None
        with open(real, "rb", opener=regular) as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # it is not there, or on another drive
        return None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
