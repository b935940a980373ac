"""Who makes a commit and what it is signed with, as real git tells of it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgovern.facts import ranges
from mlgovern.facts.snapshot import Commit, Person, Wants
from tests.conftest import Sealed
from tests.facts.test_collect import opened

# Run by a real commit-msg hook: who commits, for rules that ask and for rules that do not?
PROBE = """
import json, sys
from mlgovern.facts import collect, git
from mlgovern.facts.snapshot import Wants
seen = []
with git.locate() as here:
    for asks in ((), (("people",),)):
        text = collect.Message(b"feat: x", False)
        commit = collect.message(here, Wants(files=False, asks=asks), ("commit-msg",), text).commits[0]
        seen.append([*commit.author, *commit.committer])
with open(sys.argv[1], "w") as out: json.dump(seen, out)
"""
ANN, BOB = ["Ann", "ann@acme.example"], ["Bob", "bob@acme.example"]
BOB_S = {"GIT_AUTHOR_NAME": "Bob", "GIT_AUTHOR_EMAIL": "bob@acme.example"}
NO_ONE = ["", ""]


@pytest.fixture
def configured(repo: Sealed) -> Sealed:
    """A repository whose identity is in git's configuration alone, and not in the environment."""
    anonymous = {
        key: value for key, value in repo.environment.items() if not key.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_"))
    }
    own = Sealed(repo.top, anonymous)
    own.git("config", "user.name", "Ann")
    own.git("config", "user.email", "ann@acme.example")
    return own


def test_git_tells_its_hook_of_the_author(configured: Sealed, tmp_path: Path) -> None:
    probe, seen = tmp_path / "probe.py", tmp_path / "seen.json"
    probe.write_text(PROBE, "utf-8")
    hook = configured.write(".git/hooks/commit-msg", f'#!/bin/sh\nexec "{sys.executable}" -P "{probe}" "{seen}"\n')
    hook.chmod(0o755)

    def made(*words: str, **variables: str) -> list[list[str]]:
        configured.git(*words, **variables)
        told: list[list[str]] = json.loads(seen.read_text("utf-8"))
        seen.unlink()
        return told

    commit = ("commit", "-q", "--allow-empty", "-m", "feat: x")
    assert made(*commit) == [ANN + NO_ONE, ANN + ANN]
    assert made(*commit, "--author=Bob <bob@acme.example>") == [BOB + NO_ONE, BOB + ANN]
    assert made(*commit, "--amend") == [BOB + NO_ONE, BOB + ANN]
    assert made(*commit, "--amend", "--reset-author") == [ANN + NO_ONE, ANN + ANN]
    assert made(*commit, **BOB_S) == [BOB + NO_ONE, BOB + ANN]
    committer = {"GIT_COMMITTER_NAME": "Bob", "GIT_COMMITTER_EMAIL": "bob@acme.example"}
    assert made(*commit, **committer) == [ANN + BOB, ANN + BOB]
    assert made(*commit, GIT_COMMITTER_NAME="Bob") == [ANN + NO_ONE, [*ANN, "Bob", "ann@acme.example"]]
    configured.git("switch", "-qc", "feat/x", "HEAD~1")
    made(*commit)
    assert made("merge", "-q", "--no-edit", "main") == [NO_ONE + NO_ONE, ANN + ANN]


def test_the_author_of_a_conflict_is_the_first_one(configured: Sealed, tmp_path: Path) -> None:
    for branch, text in (("main", "a"), ("theirs", "b"), ("ours", "c")):
        configured.git("switch", "-q", *(["-c", branch] if branch != "main" else ["--orphan", "base"]))
        configured.stage("a.txt", text)
        configured.git("commit", "-qm", f"feat: {branch}", **BOB_S)
    probe, seen = tmp_path / "probe.py", tmp_path / "seen.json"
    probe.write_text(PROBE, "utf-8")
    configured.git("switch", "-qc", "picks", "theirs~1")
    assert configured.run("git", "cherry-pick", "ours").returncode == 1
    configured.stage("a.txt", "c")
    hook = configured.write(".git/hooks/commit-msg", f'#!/bin/sh\nexec "{sys.executable}" -P "{probe}" "{seen}"\n')
    hook.chmod(0o755)
    configured.git("-c", "core.editor=true", "cherry-pick", "--continue")
    assert json.loads(seen.read_text("utf-8")) == [BOB + NO_ONE, BOB + ANN]


POLICY = """\
schema: 1
extends: [base]
rules: {unapproved-identity: {severity: error, settings: {emails: ['.*@acme\\.example']}}}
"""


def test_where_git_knows_nobody_nothing_breaks(configured: Sealed) -> None:
    configured.stage(".mlgovern.yaml", POLICY)
    configured.git("config", "user.useConfigOnly", "true")
    configured.git("config", "--unset", "user.email")
    done = configured.mlgovern("check", "--message", "-", stdin="feat: load the data\n")
    out = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Not judged:\n  who commits: git knows no identity here; `git config user.email ADDRESS`" in out


SIGNATURES = {
    "gpg": ("gpgsig", "PGP SIGNATURE"),
    "ssh": ("gpgsig", "SSH SIGNATURE"),
    "x509": ("gpgsig", "SIGNED MESSAGE"),
}


def signed(repo: Sealed, header: str, kind: str, message: str = "feat: x") -> str:
    """A commit with a signature of that kind, made by hand; its id."""
    armour = "\n ".join((f"-----BEGIN {kind}-----", "", "c2lnbmVk", f"-----END {kind}-----"))
    return written(repo, f"{header} {armour}\n" if header else "", message)


def written(repo: Sealed, headers: str, message: str = "feat: x") -> str:
    who = "Ann <ann@acme.example> 1700000000 +0000"
    tree = repo.git("write-tree")
    text = f"tree {tree}\nauthor {who}\ncommitter {who}\n{headers}\n{message}\n"
    return repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=text)


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sealed, str], Commit]:
    """One stored commit, as a rule sees it that asks for signatures."""

    def seen(repo: Sealed, commit: str) -> Commit:
        with opened(repo, monkeypatch) as here:
            span = ranges.Span(("--no-walk", commit), commit)
            wants = Wants(files=False, asks=(("signatures",),))
            return next(iter(ranges.commit_range(here, wants, ("ci",), span))).commits[0]

    return seen


@pytest.mark.parametrize("kind", SIGNATURES)
def test_a_signature_and_its_kind(repo: Sealed, look: Callable[[Sealed, str], Commit], kind: str) -> None:
    seen = look(repo, signed(repo, *SIGNATURES[kind]))
    assert (seen.signature, seen.author) == (kind, Person("Ann", "ann@acme.example"))


MERGED_TAG = "mergetag object {}\n type commit\n tag v1\n tagger A <a@a.example> 1 +0000\n \n v1\n -----BEGIN PGP SIGNATURE-----\n \n c2ln\n -----END PGP SIGNATURE-----\n"


@pytest.mark.parametrize(
    ("headers", "message"),
    (
        pytest.param("", "feat: x", id="none"),
        pytest.param("", "feat: x\n\ngpgsig -----BEGIN PGP SIGNATURE-----", id="in the message alone"),
        pytest.param(MERGED_TAG.format("1" * 40), "feat: x", id="of a tag that was merged"),
        pytest.param("gpgsig -----BEGIN CERTIFICATE-----\n", "feat: x", id="of no kind that git knows"),
    ),
)
def test_no_signature(repo: Sealed, look: Callable[[Sealed, str], Commit], headers: str, message: str) -> None:
    assert look(repo, written(repo, headers, message)).signature == ""


def test_signatures_of_a_sha256_repository(
    make_repo: Callable[..., Sealed], look: Callable[[Sealed, str], Commit]
) -> None:
    repo = make_repo("long", "--object-format=sha256")
    commit = signed(repo, "gpgsig-sha256", "SSH SIGNATURE")
    assert len(commit) == 64
    assert look(repo, commit).signature == "ssh"
    assert look(repo, written(repo, "")).signature == ""
