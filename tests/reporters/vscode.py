"""What VS Code's dialog shows of a failed git command: its rule as a pure function, read in its Git extension."""

import re


def dialog_line(stderr: str, stdout: str = "") -> str:
    """The one line that a developer sees."""
    text = stderr or stdout or "Failed to execute git"
    text = re.sub(r"^error: ", "", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^> husky.*$", "", text, count=1, flags=re.MULTILINE)
    lines = [line for line in re.split(r"[\r\n]", text) if line]
    return f"Git: {lines[0]}"
