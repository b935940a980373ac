"""Files of the work tree, read whole and written whole: a reader never meets half of one."""

import os
import re
import tempfile
from pathlib import Path

from mlgovern.errors import UserError
from mlgovern.regular import regular

_IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")  # by macOS, within names
_DRIVE = re.compile("[A-Za-z]:")


def sound(path: str) -> bool:
    """Whether a path stays in the work tree and out of Git's own folders, on every system: a text may name anything."""
    parts = path.replace("\\", "/").split("/")
    return "\0" not in path and not _DRIVE.match(path) and all(map(_is_name, parts))


def _is_name(part: str) -> bool:
    """Not empty, not `..`, not what some system takes for `.git`."""
    name = _IGNORED.sub("", part).rstrip(". ").lower()
    return bool(name) and name.partition(":")[0].rstrip(". ") not in (".git", "git~1")


def read(path: Path) -> bytes | None:
    """The bytes of a file, or None where there is none."""
    try:
        with open(path, "rb", opener=regular) as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error


def link_on(top: Path, path: str) -> str:
    """The first symbolic link on the way from a folder to a path below it, or nothing: a link may lead anywhere."""
    parts = [Path(path), *Path(path).parents][:-1]
    return next((part.as_posix() for part in reversed(parts) if (top / part).is_symlink()), "")


def write(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put a whole file in place at once; without a mode it keeps the one that was there.

    An interruption leaves the old file or the new one. A symbolic link is refused, never followed.
    """
    if path.is_symlink():
        raise UserError(f"{path} is a symbolic link; it is left alone")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if mode is None:
            mode = path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask()
        number, draft = tempfile.mkstemp(dir=path.parent, prefix=".mlgovern-")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(mode)
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from error


def _umask() -> int:
    mask = os.umask(0o077)  # it can only be read by setting it
    os.umask(mask)
    return mask
