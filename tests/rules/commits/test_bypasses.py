"""What peers let through, committed with real git and judged over the range; and what they refuse for no reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlgovern.facts.message import stored
from tests.rules.commits.judging import refused

FIRST = "feat: begin"


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--template=", "-b", "main")
        self.git("commit", "--quiet", "--allow-empty", "-m", FIRST)

    def git(self, *words: str, data: str = "", **variables: str) -> str:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        people = {
            f"GIT_{who}_{what}": "a@acme.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        sealed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.folder)}
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            input=data.encode(),
            env={**kept, **people, **sealed, **variables},
            check=True,
            capture_output=True,
        )
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n\0")

    def refused(self) -> set[str]:
        commit, parents, message = f"{self.git('log', '-1', '--format=%H%n%P%n%B')}\n".split("\n", 2)
        return refused(message, id=commit, parents=tuple(parents.split()))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("-m", "#12 total junk subject"), "commit-header-malformed"),
        (("-m", "junk subject", "-m", "Merge branch 'x'"), "commit-header-malformed"),
        (("-m", "revert everything I hate"), "commit-header-malformed"),
        (("-m", "feat(): x"), "commit-scope-empty"),
        (("-m", "feat: x\nbody"), "commit-body-not-separated"),
        (("-m", "Merge my junk"), "commit-header-malformed"),
        (("-m", "Revert junk"), "commit-header-malformed"),
        (("-m", "fixup! nothing at all"), "commit-autosquash"),
        (("-m", "feat(a)(b): x"), "commit-header-malformed"),
        (("-m", "fixup!feat: x"), "commit-header-malformed"),
        (("-m", " feat: x"), "commit-header-malformed"),
        (("-m", "feat: x", "-m", "breaking change: key renamed"), "commit-breaking-near-miss"),
        (("--no-verify", "-m", "junk"), "commit-header-malformed"),
        (("--fixup", "HEAD"), "commit-autosquash"),
        (("--allow-empty-message", "-m", ""), "commit-message-empty"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_refused(repository: Repository, words: tuple[str, ...], rule: str) -> None:
    repository.git("commit", "--quiet", "--allow-empty", *words)
    assert repository.refused() == {rule}


@pytest.mark.parametrize(
    ("message", "config"),
    [
        pytest.param("; hint\nfeat: add x\n\n; more\n", {"core.commentChar": ";"}, id="another comment character"),
        pytest.param("feat: add x\n   \nbody\n", {}, id="a separator of blanks"),
        pytest.param("\n\nfeat: add x\n", {}, id="leading blank lines"),
        pytest.param("feat: Add x\n", {}, id="a capital after the colon"),
        pytest.param("feat: add x\n\n#12 is the issue\n", {"core.commentChar": ";"}, id="a number sign that is text"),
    ],
)
def test_accepted(repository: Repository, tmp_path: Path, message: str, config: dict[str, str]) -> None:
    for key, value in config.items():
        repository.git("config", key, value)
    (tmp_path / "typed").write_text(message)
    repository.git("commit", "--quiet", "--allow-empty", GIT_EDITOR=f"cp '{tmp_path / 'typed'}'")
    comment = config.get("core.commentChar", "#")
    assert refused(stored(message.encode(), editor=True, comment=comment), id=None, stages=("commit-msg",)) == set()
    assert repository.refused() == set()


def test_git_reverts_reapplies_and_merges_are_accepted(repository: Repository) -> None:
    (repository.folder / "a").write_text("a")
    repository.git("add", "a")
    repository.git("commit", "--quiet", "-m", "feat: add a")
    repository.git("revert", "--no-edit", "HEAD")
    assert repository.refused() == set()
    repository.git("revert", "--no-edit", "HEAD")
    assert repository.refused() == set()
    repository.git("switch", "--quiet", "-c", "side", "HEAD~1")
    repository.git("commit", "--quiet", "--allow-empty", "-m", "feat: add b")
    repository.git("merge", "--quiet", "--no-edit", "--no-ff", "main")
    assert repository.refused() == set()


def test_a_first_commit_may_say_so(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.git("commit", "--quiet", "--amend", "--allow-empty", "-m", "Initial commit")
    assert repository.refused() == set()


def test_judging_a_message_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "before = set(sys.modules)  # coverage brings its own\n"
        "from mlgovern.facts.message import stored\n"
        "from mlgovern.facts.snapshot import Commit, Snapshot\n"
        "from mlgovern.rules.commits import RULES\n"
        "snapshot = Snapshot(commits=(Commit(stored(b'feat: Added x.', editor=False)),))\n"
        "print(sum(len([*rule.judge(snapshot, rule.settings)]) for rule in RULES))\n"
        "heavy = {'dataclasses', 'inspect', 'importlib.metadata', 'logging', 'pathlib', 'tomllib', 'yaml', 're2', 'json'}\n"
        "print(sorted(heavy & sys.modules.keys() - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


HIJACKING = (
    "Authentication failed",
    "Please commit your changes",
    "Aborting commit due to",
    "not a git repository",
    "Another git process",
)


def test_no_page_or_message_hijacks_the_dialog() -> None:
    from mlgovern.rules.commits import RULES

    pages = " ".join(rule.judge.__doc__ or "" for rule in RULES).lower()
    assert not [phrase for phrase in HIJACKING if phrase.lower() in pages]
