"""`mlgovern waive`: what it writes, and what it leaves as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.policy.cache import effective
from mlgovern.policy.load import waivers_of
from mlgovern.policy.model import WAIVERS_FILE, Waiver
from mlgovern.rule import Glob
from mlgovern.setup.waive import extended
from tests.conftest import Sealed

POLICY = effective(lambda _path: None, None)
MADE = Waiver(
    "oversized-file",
    "2026-11-27",
    "2026-12-24",
    "W-1",
    (Glob("models/*.onnx"),),
    reason="a demo: for now",
    owner="ann@acme.example",
)
WORDS = ("oversized-file", "--path", "models/*.onnx", "--reason", "a demo: for now")
TEXT = """\
schema: 1
waivers:
  - id: W-1
    rule: oversized-file
    paths: ["models/*.onnx"]
    reason: "a demo: for now"
    owner: ann@acme.example
    created: 2026-11-27
    until: 2026-12-24
"""  # fmt: skip


def waive(repo: Sealed, *words: str) -> tuple[int, str, str]:
    done = repo.mlgovern("waive", *words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def soon() -> str:
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC).date() + timedelta(days=30)).isoformat()


def test_a_file_of_our_own() -> None:
    assert extended(None, MADE).decode() == TEXT
    assert extended(b"schema: 1\nwaivers: []\n", MADE).decode() == TEXT


@pytest.mark.parametrize("newline", ("\n", "\r\n"))
def test_what_stands_stays(newline: str) -> None:
    before = f"# ours{newline}schema: 1{newline}waivers:{newline}- {{rule: x}} # one line{newline}{newline}".encode()
    after = extended(before, MADE)
    assert after.startswith(before.rstrip() + newline.encode() + b"- id: W-1" + newline.encode() + b"  rule: ")
    assert after.count(b"\n") == after.count(newline.encode())


text = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"], exclude_characters="\ufeff\x7f"), min_size=1
)


@given(reason=text, owner=text, ticket=text, path=text.map(lambda name: name.replace("{", "")))
def test_what_is_said_is_read(reason: str, owner: str, ticket: str, path: str) -> None:
    said = MADE._replace(reason=f"x{reason}", owner=f"{owner}x", ticket=ticket, paths=(Glob(path[:200]),), line=3)
    assert waivers_of(extended(None, said), POLICY) == (said,)
    assert waivers_of(extended(TEXT.replace("W-1", "W-0").encode(), said), POLICY)[1] == said._replace(line=10)


@pytest.mark.parametrize(
    "word",
    ("true", "No", "null", "~", "12", "0x1f", "1e3", ".inf", "-", "- a", "a: b", "a #b", "2026-11-27", "''", "*a"),
)
def test_what_yaml_would_take_for_something_else_stays_text(word: str) -> None:
    said = MADE._replace(reason=word, ticket=word)
    (found,) = waivers_of(extended(None, said), POLICY)
    assert (found.reason, found.ticket) == (word, word)


def test_it_is_added_and_said(repo: Sealed) -> None:
    repo.stage("models/[demo] {1}.onnx")
    until = soon()
    assert waive(repo, *WORDS, "--until", until, "--owner", "ann@acme.example")[0] == 0
    code, out, err = waive(
        repo, "model-in-git", "--path", "models/[demo] {1}.onnx", "--reason", "r", "--owner", "o", "--until", until
    )
    assert (code, err) == (0, "")
    assert out.startswith("Added W-2 to .mlgovern/waivers.yaml: model-in-git in models/[[]demo] ?1?.onnx, ends 20")
    assert "Nothing that is tracked" not in out
    first, second = waivers_of((repo.top / WAIVERS_FILE).read_bytes(), POLICY)
    assert (first.id, first.paths, second.id, second.owner) == ("W-1", ("models/*.onnx",), "W-2", "o")


def test_a_dry_run_changes_nothing_and_git_knows_the_owner(repo: Sealed) -> None:
    repo.git("config", "user.email", "bea@acme.example")
    code, out, _ = waive(repo, *WORDS, "--until", soon(), "--dry-run")
    assert (code, out.startswith("Would add W-1 to "), (repo.top / WAIVERS_FILE).exists()) == (0, True, False)
    assert "Nothing that is tracked now lies at models/*.onnx.\n" in out
    waive(repo, *WORDS, "--until", soon())
    assert waivers_of((repo.top / WAIVERS_FILE).read_bytes(), POLICY)[0].owner == "bea@acme.example"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("oversized-fil", *WORDS[1:], "--until", "2026-12-24"), "unknown rule 'oversized-fil', did you mean 'oversized-file'?", id="rule"),
        pytest.param((*WORDS[:3], "--until", soon()), "this policy wants --reason", id="reason"),
        pytest.param(("oversized-file", "--reason", "r", "--until", soon()), "say what it accepts, with one of --path, --commit, --branch, --fingerprint", id="place"),
        pytest.param((*WORDS, "--until", "2999-01-01"), "this policy allows 90 (waivers.max_days)", id="end"),
    ],
)  # fmt: skip
def test_what_is_refused(repo: Sealed, words: tuple[str, ...], said: str) -> None:
    code, out, err = waive(repo, *words, "--owner", "o")
    assert (code, out, err.startswith("mlgovern: ") or "problems." in err, said in err) == (2, "", True, True)
    assert WAIVERS_FILE not in err
    assert not (repo.top / WAIVERS_FILE).exists()


def test_a_file_that_cannot_be_extended_is_left(repo: Sealed) -> None:
    flow = b"{schema: 1, waivers: [{rule: oversized-file, paths: [a], reason: r, owner: o, created: 2026-11-01, until: 2026-12-01}]}\n"
    repo.write(WAIVERS_FILE, flow)
    code, _, err = waive(repo, *WORDS, "--until", soon(), "--owner", "o")
    assert (code, (repo.top / WAIVERS_FILE).read_bytes()) == (2, flow)
    assert ".mlgovern/waivers.yaml" in err


def test_a_file_may_be_named_from_the_folder_that_one_is_in(repo: Sealed) -> None:
    repo.stage("data/big [1].bin", "b")
    repo.stage("top.bin", "t")
    below = Sealed(repo.top / "data", repo.environment)
    words = ("oversized-file", "--reason", "r", "--owner", "o", "--until", soon(), "--dry-run")
    for said, meant in (
        ("big [1].bin", "data/big [[]1].bin"),
        ("top.bin", "top.bin"),
        ("*.bin", "*.bin"),
        ("../top.bin", "top.bin"),
    ):
        assert f": oversized-file in {meant}, ends " in waive(below, *words, "--path", said)[1]
