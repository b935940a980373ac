"""Looks for exact values, however a file may spell them: as they are, escaped for JSON, percent-encoded, in base64."""

from binascii import b2a_base64
from collections.abc import Callable, Iterator
from json import dumps

from mlgovern.record import NamedTuple

PLAIN, JSON, PERCENT, BASE64 = "", "escaped for JSON", "percent-encoded", "base64-encoded"

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_BOUNDED = 16  # a shorter value of letters and digits alone has to stand by itself


class Found(NamedTuple):
    """Where a value stands, by its number, and in which form."""

    number: int
    start: int
    end: int
    form: str


class Needles:
    """Values to look for, by number. What prints it shows none of them."""

    def __init__(self, values: tuple[str, ...]) -> None:
        self._forms: dict[bytes, tuple[int, str]] = {}
        self._alone: set[bytes] = set()
        for number, value in enumerate(values):
            for text, form in forms(value):
                self._forms.setdefault(text, (number, form))
            if len(value) < _BOUNDED and value.isalnum():
                self._alone.add(value.encode())

    def __repr__(self) -> str:
        return f"<{len(self._forms)} needles>"

    def find(self, data: bytes, counts: Callable[[int], bool] = lambda _number: True) -> Iterator[Found]:
        """Every place at which a value stands, value by value; `counts` is asked of those that stand anywhere."""
        for text, (number, form) in self._forms.items():
            start = data.find(text)
            while start >= 0 and counts(number):
                end = start + len(text)
                if text not in self._alone or not (data[start - 1 : start].isalnum() or data[end : end + 1].isalnum()):
                    yield Found(number, start, end, form)
                start = data.find(text, end)


def forms(value: str) -> Iterator[tuple[bytes, str]]:
    """The spellings of a value, the value itself first."""
    raw = value.encode("utf-8", "surrogateescape")
    yield raw, PLAIN
    for escaped in (dumps(value), dumps(value, ensure_ascii=False)):
        yield escaped[1:-1].encode("utf-8", "surrogateescape"), JSON
    for kept, code in ((b"", "%%%02X"), (b"/", "%%%02X"), (b"", "%%%02x")):
        yield "".join(chr(c) if c in _UNRESERVED or c in kept else code % c for c in raw).encode(), PERCENT
    for shift in range(3):
        text = _base64(raw, shift)
        yield text, BASE64
        yield text.translate(_URL_SAFE), BASE64


def _base64(raw: bytes, shift: int) -> bytes:
    """What base64 makes of it behind so many other bytes: only the characters that nothing else has a share in."""
    whole = b2a_base64(b"\0" * shift + raw, newline=False)
    return whole[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]
