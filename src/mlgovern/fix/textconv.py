"""What `git diff` and `git log -p` show of a notebook: its text without what is not committed."""

import sys
from contextlib import suppress
from pathlib import Path

from mlgovern.errors import GitError, UserError
from mlgovern.facts.git import locate
from mlgovern.fix.terms import Terms, staged_terms
from mlgovern.rule import Glob

EVERYTHING = (Glob("**"),)


def run(words: list[str]) -> int:
    """Print one file, stripped where that can be done."""
    if len(words) != 1:
        raise UserError("textconv takes one file; Git calls it by itself")
    path = Path(words[0])
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    with suppress(UserError):  # then it is shown as it is: a difference is no place for a refusal
        data = _terms().stripped(data, path.name)
    sys.stdout.buffer.write(data)
    return 0


def _terms() -> Terms:
    """The terms of the repository. Git tells only the name of a file: where some may keep outputs, those of all are shown."""
    try:
        with locate() as git:
            settings, exempt = staged_terms(git)
    except GitError:  # git diff --no-index, anywhere
        return Terms()
    return Terms(settings._replace(keep_output=EVERYTHING) if exempt or settings.keep_output else settings)
