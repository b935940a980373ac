"""Git's filter protocol, packet by packet; real git commands are in tests/setup/test_notebook_filter.py."""

import sys
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.errors import UserError
from mlgovern.fix.filter_process import MOST_PAYLOAD, Talk
from tests.conftest import Sealed
from tests.rules.notebooks.samples import STREAM, code, written

DIRTY, CLEAN = written(code(STREAM, count=3)), written(code())
GREETING = (
    [b"git-filter-client\n", b"version=2\n"],
    [b"capability=clean\n", b"capability=smudge\n", b"capability=delay\n"],
)
GREETED = ([b"git-filter-server\n", b"version=2\n"], [b"capability=clean\n", b"capability=smudge\n"])


def packed(*lists: list[bytes]) -> bytes:
    """Lists of packets, each with its flush."""
    return b"".join(
        b"".join(b"%04x%s" % (len(packet) + 4, packet) for packet in packets) + b"0000" for packets in lists
    )


def unpacked(data: bytes) -> list[list[bytes]]:
    """The lists that were sent."""
    lists: list[list[bytes]] = [[]]
    while data:
        size = int(data[:4], 16)
        if size:
            lists[-1].append(data[4:size])
        else:
            lists.append([])
        data = data[max(size, 4) :]
    assert lists.pop() == []
    return lists


def asked(command: bytes, path: bytes, *chunks: bytes) -> bytes:
    return packed([b"command=%s\n" % command, b"pathname=%s\n" % path], [*chunks])


def served(repo: Sealed, *requests: bytes) -> tuple[list[list[bytes]], str]:
    """What the process answers after the greeting, and what it says."""
    done = repo.mlgovern("filter-process", stdin=packed(*GREETING) + b"".join(requests))
    assert done.returncode == 0
    lists = unpacked(done.stdout)
    assert tuple(lists[:2]) == GREETED
    return lists[2:], done.stderr.decode()


OK: list[list[bytes]] = [[b"status=success\n"]]


def test_strips_and_brings_back_as_stored(repo: Sealed) -> None:
    requests = (
        asked(b"clean", b"a.ipynb", DIRTY[:20], DIRTY[20:]),
        asked(b"smudge", b"a.ipynb", DIRTY),
        asked(b"clean", b"my notes/a=b \xe9.ipynb", CLEAN),
        asked(b"clean", b"a.zpln", b'{"paragraphs": [{"results": {"a": 1}}]}'),
        asked(b"smudge", b"empty.ipynb"),
    )
    answers = [[CLEAN], [DIRTY], [CLEAN], [b'{"paragraphs": [{"results": {}}]}'], []]
    assert served(repo, *requests) == ([part for answer in answers for part in (*OK, answer, [])], "")


def test_what_cannot_be_stripped_is_git_s_to_decide(repo: Sealed) -> None:
    broken = [asked(b"clean", path, b"{") for path in (b"a\x1b.ipynb", b"b.ipynb", b"c.ipynb")]
    answers, said = served(repo, broken[0], asked(b"clean", b"a.ipynb", DIRTY), *broken[1:])
    error = [[b"status=error\n"]]
    assert answers == [*error, *OK, [CLEAN], [], *error, *error]
    why = "the notebook is not JSON: Expecting property name enclosed in double quotes"
    assert said == (
        f"mlgovern: a\\x1b.ipynb was left alone: {why}\n"
        "mlgovern: 2 more notebooks were left alone; `mlgovern check` tells of each\n"
    )


def test_the_policy_that_is_staged_says_what_stripped_means(repo: Sealed) -> None:
    rule = "{settings: {keep_output: ['docs/**'], max_file_bytes: 2000}, exempt: ['old/**']}"
    repo.stage(".mlgovern.yaml", f"schema: 1\nextends: [base]\nrules: {{notebook-output: {rule}}}\n")
    repo.write(".mlgovern.yaml", "schema: 1\n")
    large = DIRTY + b" " * 2000
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    answers, said = served(
        repo,
        asked(b"clean", b"docs/a.ipynb", DIRTY),
        asked(b"clean", b"old/a.ipynb", large),
        asked(b"clean", b"a.ipynb", pointer),
        asked(b"clean", b"a.ipynb", large[:100], large[100:]),
    )
    kept = written(code(STREAM))
    assert answers == [*OK, [kept], [], *OK, [large], [], *OK, [pointer], [], [b"status=error\n"]]
    assert said == f"mlgovern: a.ipynb was left alone: it has {len(large)} bytes; at most 2000 are judged\n"


def test_without_a_policy_nothing_is_stripped(repo: Sealed) -> None:
    repo.stage(".mlgovern.yaml", "schema: 1\nruls: {}\n")
    answers, said = served(repo, asked(b"clean", b"a.ipynb", DIRTY), asked(b"smudge", b"a.ipynb", CLEAN))
    assert answers == [[b"status=abort\n"], *OK, [CLEAN], []]
    assert said.startswith("mlgovern: notebooks are taken as they are: .mlgovern.yaml:2:1: unknown key 'ruls'")


def test_nothing_is_imported_before_a_notebook_has_to_be_stripped(repo: Sealed) -> None:
    script = (
        "import sys; before = {*sys.modules}; from mlgovern.__main__ import run; run(['filter-process']); "
        "print(*sorted({*sys.modules} - before - {'mlgovern.__main__'}), file=sys.stderr)"
    )
    unmeasured = {key: value for key, value in repo.environment.items() if not key.startswith("COVERAGE")}
    asks = packed(*GREETING) + asked(b"smudge", b"a.ipynb", DIRTY)
    done = Sealed(repo.top, unmeasured).run(sys.executable, "-P", "-c", script, stdin=asks)
    assert done.stderr.decode().split() == [
        "gc",
        "mlgovern",
        "mlgovern.errors",
        "mlgovern.fix",
        "mlgovern.fix.filter_process",
    ]


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        pytest.param(b"", EOFError, id="git is gone"),
        pytest.param(b"00", EOFError, id="in the middle of a length"),
        pytest.param(b"0016git-filter", EOFError, id="in the middle of a packet"),
        pytest.param(b"hello\n", UserError, id="somebody types"),
        pytest.param(b"0001", UserError, id="a packet of another protocol"),
        pytest.param(packed([b"git-filter-client\n", b"version=3\n"]), UserError, id="another version"),
        pytest.param(packed([b"git-upload-pack\n", b"version=2\n"]), UserError, id="another program"),
    ],
)
def test_what_is_no_greeting(sent: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        Talk(BytesIO(sent), BytesIO()).greet()


@given(st.lists(st.binary(min_size=1, max_size=MOST_PAYLOAD), max_size=3), st.integers(0, 3))
def test_content_of_any_size_comes_back(chunks: list[bytes], times: int) -> None:
    content = b"".join(chunks) * times
    sink = BytesIO()
    Talk(BytesIO(), sink).answer("success", content)
    status, packets, end = unpacked(sink.getvalue())
    assert (status, end, b"".join(packets)) == ([b"status=success\n"], [], content)
    assert all(0 < len(packet) <= MOST_PAYLOAD for packet in packets)
    assert b"".join(Talk(BytesIO(packed(chunks)), BytesIO()).packets()) == b"".join(chunks)
