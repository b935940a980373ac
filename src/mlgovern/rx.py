"""Patterns, compiled when first needed: a commit waits for each that is compiled for nothing."""

import re
from collections.abc import Iterator
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


# Between the patterns of several policies, all or any of which have to match: no policy may write these two letters in one.
ALL, ANY = " \u2227 ", " \u2228 "


def holds(pattern: str, text: str, *, whole: bool = False, nocase: bool = False) -> bool:
    """Whether a pattern that a policy supplies, in the RE2 dialect, is in a text, or is the whole of it."""
    if ALL in pattern:
        return all(holds(part, text, whole=whole, nocase=nocase) for part in pattern.split(ALL))
    if ANY in pattern:
        return any(holds(part, text, whole=whole, nocase=nocase) for part in pattern.split(ANY))
    held = supplied(pattern, nocase=nocase)
    clean = text.encode("utf-8", "replace").decode()  # RE2 reads UTF-8 alone
    return (held.fullmatch(clean) if whole else held.search(clean)) is not None


def joined(before: str, after: str, by: str) -> str:
    """Two patterns as one, by `ALL` or `ANY`; associative and idempotent."""
    return by.join(dict.fromkeys((*before.split(by), *after.split(by))))


def found(pattern: str, text: bytes) -> Iterator[tuple[int, int]]:
    """Where such a pattern is in a text of UTF-8, in bytes; of several, any of them, in the order of the text."""
    from heapq import merge

    return merge(*(_places(supplied(part), text) for part in pattern.split(ANY)))


def _places(held: Any, text: bytes) -> Iterator[tuple[int, int]]:
    if not isinstance(held, re.Pattern):
        yield from (one.span() for one in held.finditer(text))
        return
    letters = text.decode("utf-8", "surrogateescape")  # the standard library counts characters
    at = counted = 0
    for one in held.finditer(letters):
        before, inside = letters[counted : one.start()], one[0]
        at += len(before.encode("utf-8", "surrogateescape"))
        yield at, at + len(inside.encode("utf-8", "surrogateescape"))
        counted = one.start()


@lru_cache(maxsize=512)
def supplied(pattern: str, *, nocase: bool = False) -> Any:  # re2 has no types
    """A pattern that a policy supplies, compiled; by the standard library where google-re2 is absent."""
    try:
        import re2
    except ImportError:  # only what is not unfit has come here
        from mlgovern.dialect import compiled

        return compiled(pattern, nocase=nocase)
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not nocase
    return re2.compile(pattern, options)
