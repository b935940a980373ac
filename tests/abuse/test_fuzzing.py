"""Whoever looks for bytes that a parser breaks over, or never ends with."""

import os
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.abuse.targets import TARGETS

TOKENS = [
    token.encode()
    for token in ("[", "]", "{", "}", '"', "'", "\\", "\n", "\r", "\t", "\0", ":", "=", "#", "&a", "*a", "!!", "-", "---\n", "null", "-1", "1e999", "[[a]]\n", "${", "\ufeff", "\u2028", "é", "0" * 30, "[" * 200, '"a":', "🐍")
] + [b"\xff", b"\xc3(", b"\xed\xa0\x80"]  # fmt: skip


@st.composite
def spliced(draw: st.DrawFn, sample: bytes) -> bytes:
    """What is taken well, with pieces of it gone, doubled or replaced."""
    data = sample
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(data)))
        end = draw(st.integers(begin, min(len(data), begin + 40)))
        piece = draw(st.sampled_from(TOKENS) | st.binary(max_size=8) | st.just(data[begin:end] * 2))
        data = data[:begin] + piece + data[end:]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_break_a_parser(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=int(os.environ.get("EX", "10")), deadline=None, database=None)
    @given(spliced(target.sample.encode()) | st.binary(max_size=60))
    def holds(data: bytes) -> None:
        target.feed(data)

    target.feed(target.sample.encode())
    holds()


DEEP = [
    before + piece * 10_000
    for before in (b"", b"a = ")
    for piece in (
        b"[",
        b"{",
        b"(",
        b"- ",
        b"? ",
        b'{"a":',
        b"{a=",
        b"${",
        b"{{",
        b"a.",
        b"!!",
        b"\\",
        b"'",
        b'"',
        b"`",
        b"*",
        b"**/",
        b"[!",
        b"\n",
        b"\r\n ",
        b" ",
        b"<!--",
        b"<<A\n",
        b"a=b;",
        b"x:",
        b"=",
    )
]


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_stall_or_overflow_a_parser(name: str) -> None:
    """What nests, repeats and never ends."""
    for data in DEEP:
        begun = time.perf_counter()
        TARGETS[name].feed(data)
        assert time.perf_counter() - begun < 5, data[:20]
