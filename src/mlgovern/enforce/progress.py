"""How far a long run is, on a terminal: one line that is written over, and nothing where nobody watches."""

import sys
from time import monotonic
from types import TracebackType
from typing import Self

_EVERY = 0.1  # seconds


class Progress:
    """A counter such as `12,345 of 100,000 file versions, 3 findings`."""

    def __init__(self, noun: str, total: int) -> None:
        self._noun, self._total, self._done = noun, total, 0
        self._shown = sys.stderr.isatty()
        self._due = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
        if kind is KeyboardInterrupt:
            kept = f"{self._done:,} of {self._total:,} {self._noun} are judged; the same command goes on from there."
            sys.stderr.write(f"mlgovern: {kept}\n")
        sys.stderr.flush()

    def tell(self, done: int, found: int) -> None:
        """Show where it stands, not more often than a reader can follow."""
        self._done = done
        if not self._shown or monotonic() < self._due:
            return
        self._due = monotonic() + _EVERY
        count = f"{done:,} of {self._total:,}"
        more = f", {found:,} finding{'' if found == 1 else 's'}" if found else ""
        sys.stderr.write(f"\rmlgovern: {count} {self._noun}{more}\x1b[K")
        sys.stderr.flush()
