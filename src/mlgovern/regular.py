"""Opening files that others may have put there: a pipe in place of one makes nobody wait, a link leads no writer away."""

import os
from errno import EINVAL, EISDIR
from stat import S_ISDIR, S_ISREG


def regular(path: str, flags: int) -> int:
    """An opener for `open`: OSError for what is no regular file."""
    number = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)
    mode = os.fstat(number).st_mode
    if S_ISREG(mode):
        return number
    os.close(number)
    raise OSError(*((EISDIR, os.strerror(EISDIR)) if S_ISDIR(mode) else (EINVAL, "it is no regular file")), path)


def ours(path: str, flags: int) -> int:
    """The same for what we keep beside Git's data, where a link can only be somebody else's."""
    return regular(path, flags | getattr(os, "O_NOFOLLOW", 0))
