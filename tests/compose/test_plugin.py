"""commitizen under the policy: the same verdict, the same bump, for every message of the corpus and by its own commands."""

import re
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commitizen import factory
from commitizen.cli import main
from commitizen.commands.bump import Bump
from commitizen.config import read_cfg
from commitizen.cz.base import BaseCommitizen
from commitizen.exceptions import CommitizenException, InvalidConfigurationError
from commitizen.git import GitCommit

from mlgovern import engine
from mlgovern.compose.judge import Judge
from mlgovern.facts import git as wall
from mlgovern.facts import listings
from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.finding import Report
from mlgovern.rules.commits.footers import breaking
from mlgovern.rules.commits.header import parse
from tests.conftest import Sealed
from tests.rules.commits.test_corpus import corpus

TODAY = "2026-11-01"
POLICY = "schema: 1\nextends: [ml-project]\n"
CONFIGURATION = (
    '[tool.commitizen]\nname = "cz_mlgovern"\nversion = "1.0.0"\nbump_message = "chore: release $new_version"\n'
)


def plugin() -> Any:
    settings = read_cfg()
    settings.update({"name": "cz_mlgovern"})
    return factory.committer_factory(settings)


def verdict(cz: BaseCommitizen, text: str, commit: str = "", **asked: Any) -> bool:
    usual = {"allow_abort": False, "allowed_prefixes": ["Merge", "Revert", "fixup!"], "max_msg_length": 0}
    pattern = re.compile(cz.schema_pattern())
    return cz.validate_commit_message(
        commit_msg=text, pattern=pattern, commit_hash=commit, **{**usual, **asked}
    ).is_valid


def bumped(cz: BaseCommitizen) -> Callable[[str], str]:
    """The bump that commitizen's own command finds in one commit."""
    unset: Any = defaultdict(lambda: None)
    command = Bump(cz.config, unset)
    return lambda commit: command._find_increment([GitCommit(commit, "", "")]) or "NONE"


def report(judge: Judge, commit: Commit, stage: str, known: frozenset[str] | None = None) -> Report:
    """The engine itself, on a commit of its own making; `known` are the commits that a message may say it reverts."""
    snapshot = Snapshot(stages=(stage,), commits=(commit,), known=known)
    return engine.evaluate(snapshot, judge.policy, TODAY, ("commits",))


def by_our_parser(message: str) -> str:
    """The bump that Conventional Commits asks for, from the header and the footers."""
    lines = message.split("\n")
    at = next((number for number, line in enumerate(lines) if line.strip(" \t\r")), 0)
    header = parse(lines[at].rstrip(" \t\r"))
    sound = not header.malformed and bool(header.description.strip())
    if breaking(lines, at) or (sound and header.breaking):
        return "MAJOR"
    kinds = {"feat": "MINOR", "fix": "PATCH", "perf": "PATCH", "refactor": "PATCH"}
    return kinds.get(header.type.lower(), "NONE") if sound else "NONE"


@pytest.fixture
def inside(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> Sealed:
    """The current folder is a repository with a policy."""
    repo.stage(".mlgovern.yaml", POLICY)
    for key, value in repo.environment.items():
        monkeypatch.setenv(key, value)
    monkeypatch.chdir(repo.top)
    return repo


def imported(repo: Sealed, rows: list[dict[str, Any]]) -> list[str]:
    """Every message of the corpus as a real commit with as many parents as it has there; their ids."""
    person = "Ann Author <ann@acme.example> 1700000000 +0000"
    stream = []
    for number, row in enumerate([{"message": "chore: begin", "parents": 0}] * 2 + rows, 1):
        text = row["message"].encode()
        stream += [f"commit refs/heads/row-{number}\nmark :{number}\ncommitter {person}\ndata {len(text)}\n".encode()]
        parents = b"".join([b"from :1\n", b"merge :2\n"][: row["parents"]])
        stream += [text, b"\n", parents]
    marks = repo.top / ".git/marks"
    repo.git("fast-import", "--quiet", f"--export-marks={marks}", stdin=b"".join(stream))
    ids = dict(line.split() for line in marks.read_text().splitlines())
    return [ids[f":{number}"] for number in range(3, len(rows) + 3)]


@pytest.mark.slow
def test_the_verdict_and_the_bump_of_every_stored_message(inside: Sealed) -> None:
    rows = corpus("real.jsonl")
    ids = imported(inside, rows)
    cz, judge = plugin(), Judge(None)
    with wall.locate() as git:
        commits = {c.id: c for c in listings.commits(git, ("--no-walk", "--branches"), len(rows) + 2)}
        assert listings.recorded(git, ids) == {commit: commits[commit] for commit in ids}
    bump_of = bumped(cz)
    different, accepted, bumps = [], 0, set()
    for commit, row in zip(ids, rows, strict=True):
        ours = report(judge, commits[commit], "ci", frozenset()).exit_code == 0
        theirs = verdict(cz, row["message"], commit)
        bump, wanted = bump_of(commit), by_our_parser(row["message"])
        if (ours, wanted) != (theirs, bump):
            different.append((row["id"], ours, theirs, wanted, bump))
        accepted += ours
        bumps.add(wanted)
    assert different == []
    assert 300 < accepted < len(rows) - 300
    assert bumps == {"NONE", "PATCH", "MINOR", "MAJOR"}


def test_the_verdict_of_every_message_that_is_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no repository: the built-in policy
    cz, judge = plugin(), Judge(None)
    texts = [row["message"] for name in ("real.jsonl", "edge.jsonl") for row in corpus(name)]
    different = [
        text
        for text in texts
        if verdict(cz, text) is not (report(judge, Commit(text, parents=("HEAD",)), "commit-msg").exit_code == 0)
    ]
    assert different == []


@pytest.mark.parametrize(
    ("text", "asked", "valid"),
    [
        pytest.param("feat: add x", {}, True, id="sound"),
        pytest.param("Merge my junk", {}, False, id="no exemption by a prefix"),
        pytest.param("fixup! feat: add x", {}, True, id="waits to be folded in"),
        pytest.param("", {}, False, id="empty"),
        pytest.param("", {"allow_abort": True}, True, id="empty, and that is allowed"),
        pytest.param("feat: add x", {"max_msg_length": 5}, False, id="longer than asked for"),
        pytest.param("feat: add x", {"max_msg_length": 11}, True, id="as long as asked for"),
        pytest.param("feat: add x", {"max_msg_length": None}, True, id="no limit"),
    ],
)
def test_what_is_asked_besides(inside: Sealed, text: str, asked: dict[str, Any], valid: bool) -> None:
    assert verdict(plugin(), text, **asked) is valid


def test_a_broken_policy_is_one_sentence(inside: Sealed) -> None:
    inside.stage(".mlgovern.yaml", "schema: 1\nruels: {}\n")
    with pytest.raises(InvalidConfigurationError, match=r"^mlgovern: \.mlgovern\.yaml:2:1: unknown key 'ruels'"):
        verdict(plugin(), "feat: add x")


def test_what_it_says_of_the_form(inside: Sealed) -> None:
    cz = plugin()
    assert verdict(cz, cz.example())
    assert cz.schema() == "type[(scope)]: subject\n\nbody\n\nBREAKING CHANGE: what breaks"
    assert "  exp       an experiment, and what it showed\n" in cz.info()


def test_a_team_s_own_form(inside: Sealed) -> None:
    inside.stage(
        ".mlgovern.yaml",
        "schema: 1\nextends: [base]\nrules:\n  commit-header-malformed: off\n"
        "  commit-trailer-missing: {severity: error, settings: {required: {Signed-off-by: ''}}}\n",
    )
    cz = plugin()
    assert cz.schema() == "subject\n\nbody\n\nBREAKING CHANGE: what breaks\n\nSigned-off-by: value"
    assert not cz.example().startswith("feat: ")


Cz = Callable[..., tuple[int, str, str]]


@pytest.fixture
def cz(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cz:
    """commitizen's command line in this process, which spares its start: exit code, output, and what it says is wrong."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # it sets its own

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["cz", *words])
        try:
            main()
        except CommitizenException as error:
            return int(error.exit_code), capsys.readouterr().out, error.message
        return 0, *capsys.readouterr()

    return run


@pytest.fixture
def released(inside: Sealed) -> Sealed:
    """Version 1.0.0 is tagged; since then a type in capitals, a body that quotes a header, and a sound commit."""
    inside.stage(".cz.toml", CONFIGURATION)
    inside.commit("chore: begin")
    inside.git("tag", "1.0.0")
    inside.commit("FIX(io): close the file")
    inside.commit("docs: explain\n\nfeat: is what new things are called")
    return inside


def test_cz_check(released: Sealed, cz: Cz) -> None:
    assert cz("check", "--rev-range", "1.0.0..HEAD")[0] == 0
    released.commit("Merge my junk")
    done = released.run(sys.executable, "-m", "commitizen.cli", "check", "--rev-range", "1.0.0..HEAD")
    head = released.git("rev-parse", "--short=8", "HEAD")
    assert done.returncode == 14
    assert done.stderr.decode().startswith(f"mlgovern: 1 error; 1 commit judged.\n\n{head} commit message:1:1: error ")
    message = released.write("message", "feat:add x\n# a comment of git\n")
    assert cz("check", "--commit-msg-file", str(message))[0] == 14
    assert cz("check", "--message", "exp: add x")[0] == 0
    assert cz("check", "--message", "exp: add x", "--message-length-limit", "5")[0] == 14


CHANGELOG = """\
## Unreleased

### BREAKING CHANGE

- old weights do not load
- **api**: drop x

### Fix

- **io**: close the file

### Model

- add a head

## 1.0.0 (2026-11-01)

"""


def test_cz_bump_and_changelog(released: Sealed, cz: Cz) -> None:
    assert cz("bump", "--get-next")[:2] == (0, "1.0.1\n")
    released.commit("docs(api)!: drop x")
    released.commit("model: add a head\n\nBREAKING CHANGE: old weights\ndo not load\n\nfeat: not one")
    assert cz("bump", "--get-next")[:2] == (0, "2.0.0\n")
    assert cz("changelog", "--dry-run")[:2] == (0, CHANGELOG)
    assert released.mlgovern("install").returncode == 0
    released.git("switch", "-qc", "feat/release")
    assert cz("bump", "--yes")[0] == 0
    assert released.git("log", "-1", "--format=%s") == "chore: release 2.0.0"
