"""Whether a hook script is ours: told by a marker line near its top."""

import os

MARKER = "# mlgovern 1"


def marked(text: bytes) -> bool:
    """Whether a script carries our marker, where we write it: in the second line."""
    return any(line.startswith(f"{MARKER}:".encode()) for line in text[:512].splitlines()[1:2])


def is_ours(path: str) -> bool:
    """Whether the hook at this path is one that mlgovern wrote or ships, and that git would run."""
    if not os.access(path, os.X_OK):
        return False
    try:
        with open(path, "rb") as file:
            return marked(file.read(512))
    except OSError:
        return False
