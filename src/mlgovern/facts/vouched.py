"""The bytes of blobs that lie in the work tree as well: read there, they count only if they hash to the blob's id.

So what is judged is the blob, as everywhere, but git need not inflate it: of a notebook of 20 MB that is a third of the hook's time.
Whoever can make two files with one id fools the hook of nobody but themselves; the gate reads what was committed.
"""

import os
from collections.abc import Iterable

from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import EXECUTABLE, REGULAR, File
from mlgovern.regular import ours

MUCH = 1_000_000  # bytes in all; less is inflated while hashlib would still be imported
_HASHES = {40: "sha1", 64: "sha256"}  # by the length of an id


def vouched(git: Git, files: Iterable[File]) -> dict[str, bytes]:
    """Blobs from the work tree, each once; not those of commits, other versions, what a filter converts, or what is not there."""
    held: dict[str, bytes] = {}
    if git.bare:
        return held
    top = os.path.realpath(git.top)
    inside: dict[str, bool] = {}  # by folder, whether it is one of the work tree and no link leads out of it
    for file in files:
        if file.commit is not None or file.mode not in (REGULAR, EXECUTABLE) or file.blob in held:
            continue
        folder = os.path.dirname(file.path)
        if folder not in inside:
            inside[folder] = _is_inside(top, folder)
        data = _read(os.path.join(top, file.path), file.size) if inside[folder] else None
        if data is not None and _id(data, len(file.blob)) == file.blob:
            held[file.blob] = data
    return held


def _is_inside(top: str, folder: str) -> bool:
    try:
        return os.path.realpath(os.path.join(top, folder)) == os.path.join(top, *filter(None, folder.split("/")))
    except ValueError:  # a NUL in the name
        return False


def _read(path: str, size: int) -> bytes | None:
    """A file of this very size."""
    try:
        with open(path, "rb", buffering=0, opener=ours) as opened:
            if os.fstat(opened.fileno()).st_size != size:
                return None
            return opened.read(size + 1)
    except (OSError, ValueError):
        return None


def _id(data: bytes, length: int) -> str | None:
    from hashlib import new

    name = _HASHES.get(length)
    if name is None:
        return None
    try:
        found = new(name, b"blob %d\0" % len(data), usedforsecurity=False)
    except ValueError:  # an interpreter without it
        return None
    found.update(data)
    return found.hexdigest()
