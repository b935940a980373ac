"""Whether a hook script is ours: told by a marker line near its top."""

import os

MARKER = "# mlgovern 1"


def is_ours(path: str) -> bool:
    """Whether the hook at this path is one that mlgovern wrote or ships, and that git would run."""
    if not os.access(path, os.X_OK):
        return False
    try:
        with open(path, "rb") as file:
            head = file.read(400)
    except OSError:
        return False
    return MARKER.encode() in head
