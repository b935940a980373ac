"""What of ours Git is told of: a hook script by a marker line near its top, the notebook filter by its name."""

import os

from mlgovern.regular import regular

MARKER = "# mlgovern 1"
FILTER = "mlgovern-notebook"  # as attributes name it
PROCESS = f"filter.{FILTER}.process"


def marked(text: bytes) -> bool:
    """Whether a script carries our marker, where we write it: in the second line."""
    return any(line.startswith(f"{MARKER}:".encode()) for line in text[:512].splitlines()[1:2])


def is_ours(path: str) -> bool:
    """Whether the hook at this path is one that mlgovern wrote or ships, and that git would run."""
    if not os.access(path, os.X_OK):
        return False
    try:
        with open(path, "rb", opener=regular) as file:
            return marked(file.read(512))
    except OSError:
        return False
