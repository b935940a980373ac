"""Whoever looks for bytes that a parser breaks over, or never ends with."""

import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlgovern.facts.listings import Change, raw_changes
from mlgovern.facts.snapshot import File
from tests.abuse.fuzz import GROUPS
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


EXAMPLES = 8  # of each parser; the slow tests give it time


# Those that no other test feeds; the slow tests feed all of them.
NEW = (
    "lock of a policy", "waivers", "cases", "gitleaks", "title", "event", "ignore file", "attributes file", "notes of a fix", "dvc pipeline",
    "uv.lock of uv.lock", "poetry.lock of poetry.lock", "pdm.lock of pdm.lock", "Pipfile.lock of Pipfile.lock", "requirements.txt of requirements.txt",
)  # fmt: skip


@pytest.mark.parametrize(
    "name", [*NEW, *(pytest.param(name, marks=pytest.mark.slow) for name in TARGETS if name not in NEW)]
)
def test_break_a_parser(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
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


@pytest.mark.slow
@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this system or this Python")
@pytest.mark.parametrize("group", range(GROUPS))
def test_break_a_parser_with_time_to_look(group: int) -> None:
    """Guided by what the code does with the bytes; whatever raises or takes longer than ten seconds ends it."""
    words = [sys.executable, "-m", "tests.abuse.fuzz", str(group), "12"]
    done = subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, timeout=200, check=False)
    out = (done.stdout + done.stderr).decode(errors="replace")
    assert (done.returncode, "DONE" in out) == (0, True), out[-3000:]


IDS = st.text("0123456789abcdef", min_size=40, max_size=40).filter(lambda text: set(text) != {"0"})
MODES = st.sampled_from((0o100644, 0o100755, 0o120000, 0o160000))
PATHS = st.binary(min_size=1, max_size=20).filter(lambda path: b"\0" not in path)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(PATHS, MODES, IDS, st.lists(IDS, min_size=1, max_size=3))))
def test_hide_a_change_behind_a_path(changes: list[tuple[bytes, int, str, list[str]]]) -> None:
    """Of one parent or of several, a raw diff of any paths is read as it was written."""
    fields: list[bytes] = []
    for path, mode, blob, parents in changes:
        modes = " ".join(f"{mode:06o}" for _ in range(len(parents) + 1))
        head = f"{':' * len(parents)}{modes} {' '.join([*parents, blob])} {'M' * len(parents)}"
        fields += [head.encode(), path]
    names = [
        File(path.decode("utf-8", "surrogateescape"), mode, blob, commit="c", before=parents[0])
        for path, mode, blob, parents in changes
    ]
    assert list(raw_changes([*fields, b""], "c")) == [Change("M", file) for file in names]
