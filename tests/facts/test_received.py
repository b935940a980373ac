import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.errors import GitError
from mlgovern.facts.received import Graph, updates
from mlgovern.facts.snapshot import RefUpdate

A, B, Z, LONG = "a" * 40, "b" * 40, "0" * 40, "c" * 64


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(b"", (), id="nothing"),
        pytest.param(f"{A} {B} refs/heads/x\n".encode(), (RefUpdate("refs/heads/x", A, B),), id="moved"),
        pytest.param(f"{Z} {B} refs/heads/x\n".encode(), (RefUpdate("refs/heads/x", Z, B),), id="created"),
        pytest.param(
            f"{'0' * 64} {LONG} refs/tags/v\n".encode(), (RefUpdate("refs/tags/v", "0" * 64, LONG),), id="sha256"
        ),
        pytest.param(
            f"{A} {B} refs/heads/".encode() + b"caf\xe9 x\x1b",
            (RefUpdate("refs/heads/caf\udce9 x\x1b", A, B),),
            id="any bytes",
        ),
        pytest.param(
            f"{A} {B} refs/heads/a\r\n".encode(),
            (RefUpdate("refs/heads/a\r", A, B),),
            id="a newline ends a line, nothing else",
        ),
    ],
)
def test_updates(lines: bytes, expected: tuple[RefUpdate, ...]) -> None:
    assert updates(lines) == expected


@pytest.mark.parametrize(
    "lines",
    [
        b"x",
        b"a b refs/heads/x",
        f"{A} {B}".encode(),
        f"{A} {B} heads/x".encode(),
        f"{A[1:]} {B} refs/x".encode(),
        f"{A.upper()} {B} refs/x".encode(),
    ],
)
def test_no_lines_of_git(lines: bytes) -> None:
    with pytest.raises(GitError, match="OLD NEW REF"):
        updates(lines)


def test_a_ref_is_there_once() -> None:
    with pytest.raises(GitError, match="updates a ref twice"):
        updates(f"{Z} {A} refs/heads/x\n{A} {B} refs/heads/x\n".encode())


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parser(lines: bytes) -> None:
    try:
        found = updates(lines)
    except GitError:
        return
    assert all(update.ref.startswith("refs/") for update in found)


@pytest.mark.parametrize(
    ("tip", "reached", "edge"),
    [
        ("d", {"d", "c", "b"}, {"a"}),
        ("b", {"b"}, {"a"}),
        ("a", set(), {"a"}),
        ("m", {"m", "d", "c", "b"}, {"a", "x"}),
        ("r", {"r"}, set()),
    ],
)
def test_graph(tip: str, reached: set[str], edge: set[str]) -> None:
    graph = Graph({"b": ("a",), "c": ("b",), "d": ("c",), "m": ("d", "x"), "r": ()})
    assert (graph.reached(tip), graph.edge(tip)) == (reached, edge)
