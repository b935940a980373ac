"""The bytes of large blobs that lie in the work tree as well: read there, they count only if they hash to the blob's id.

So what is judged is the blob, as everywhere, but git need not inflate it: of a notebook of 20 MB that is a third of the hook's time.
Whoever can make two files with one id fools the hook of nobody but themselves; the gate reads what was committed.
"""

import os

from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import EXECUTABLE, REGULAR, File
from mlgovern.regular import ours

LEAST = 1_000_000  # bytes; less is inflated while hashlib would still be imported
_HASHES = {40: "sha1", 64: "sha256"}  # by the length of an id


def vouched(git: Git, file: File) -> bytes | None:
    """A blob's bytes from the work tree; None for what is small, another version, converted by a filter, or not there."""
    if file.commit is not None or file.mode not in (REGULAR, EXECUTABLE) or file.size < LEAST or git.bare:
        return None
    top, folder = os.path.realpath(git.top), os.path.dirname(file.path)
    try:
        if os.path.realpath(os.path.join(top, folder)) != os.path.join(top, *filter(None, folder.split("/"))):
            return None  # it would be read through a link, or elsewhere
        with open(os.path.join(top, file.path), "rb", opener=ours) as opened:
            if os.fstat(opened.fileno()).st_size != file.size:
                return None
            data = opened.read(file.size + 1)
    except (OSError, ValueError):
        return None
    from hashlib import new

    name = _HASHES.get(len(file.blob))
    if name is None:
        return None
    found = new(name, b"blob %d\0" % len(data), usedforsecurity=False)
    found.update(data)
    return data if found.hexdigest() == file.blob else None
