"""Patterns, compiled when first needed: a commit waits for each that is compiled for nothing."""

import re
from functools import lru_cache
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
    """A constant pattern of ours."""
    return cast("re.Pattern[str]", _Pending(text, flags))


def rxb(text: bytes, flags: int = 0) -> re.Pattern[bytes]:
    """A constant pattern of ours over bytes."""
    return cast("re.Pattern[bytes]", _Pending(text, flags))


def holds(pattern: str, text: str, *, whole: bool = False, nocase: bool = False) -> bool:
    """Whether a pattern that a policy supplies, in the RE2 dialect, is in a text, or is the whole of it."""
    compiled = _supplied(pattern, nocase)
    clean = text.encode("utf-8", "replace").decode()  # RE2 reads UTF-8 alone
    return (compiled.fullmatch(clean) if whole else compiled.search(clean)) is not None


@lru_cache(maxsize=64)
def _supplied(pattern: str, nocase: bool) -> Any:  # re2 has no types
    try:
        import re2
    except ImportError:  # only what is not unfit has come here
        from mlgovern.linear import compiled

        return compiled(pattern, nocase=nocase)
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not nocase
    return re2.compile(pattern, options)


@lru_cache(maxsize=512)
def supplied(pattern: str) -> Any:
    """A pattern that a policy supplies, compiled; by the standard library where google-re2 is absent."""
    return _supplied(pattern, nocase=False)
