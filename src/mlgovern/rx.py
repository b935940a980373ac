"""Our own constant patterns, compiled when first needed: a commit waits for each that is compiled for nothing."""

import re
from typing import Any, cast


class _Pending:
    """Stands for a pattern until one of its methods is asked for; from then on each method is the pattern's own."""

    def __init__(self, text: Any, flags: int) -> None:
        self._source = text, flags

    def __getattr__(self, name: str) -> object:
        method = getattr(re.compile(*self._source), name)
        setattr(self, name, method)
        return method


def rx(text: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern of a text."""
    return cast("re.Pattern[str]", _Pending(text, flags))


def rxb(text: bytes, flags: int = 0) -> re.Pattern[bytes]:
    """The pattern of bytes."""
    return cast("re.Pattern[bytes]", _Pending(text, flags))
