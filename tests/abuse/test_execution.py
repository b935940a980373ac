"""Whoever wants a program run: no command of ours runs what a repository, its configuration or the environment names."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mlgovern import cli
from mlgovern.__main__ import CALLED_BY_GIT
from mlgovern.administer.actions import ACTIONS
from mlgovern.enforce.client import HOOKS
from tests.abuse.hostile import ATTRIBUTES, Armed, armed, configured
from tests.conftest import Sealed

NOTEBOOK = '{"cells": [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["1"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}\n'
MESSAGE = ".git/COMMIT_EDITMSG"
# Words for what a command asks for, by the name that its help gives it; what is not here gets a name of nothing.
SAID = {
    "RULE": "env-secret", "RULE|FAMILY": "env-secret", "DATE": (datetime.now(UTC).date() + timedelta(30)).isoformat(), "A..B": "HEAD~1..HEAD", "REV": "HEAD~1",
    "FORMAT=FILE": "json=../out.json", "junit=FILE": "junit=../out.xml", "DIR": ".", "HEX": "0" * 16, "N": "3",
    "FILE|REV": "HEAD", "B": "HEAD", "A": "HEAD~1", "SERVICE": "github", "P": "base", "S": "gitflow", "T": "course",
    "WHO": "ann@acme.example", "WHY": "it has to be", "TEXT": "feat: add",
}  # fmt: skip
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "commit-msg": (MESSAGE,),
    "prepare-commit-msg": (MESSAGE,),
    "pre-push": ("origin", "https://h.example/a"),
    "post-checkout": ("HEAD", "HEAD", "1"),
    "reference-transaction": ("prepared",),
    "textconv": ("a.ipynb",),
    "waive": ("--path", "conf/.env", "--reason", "it has to be", "--owner", "ann@acme.example"),
}


def words() -> Iterator[tuple[str, ...]]:
    """Every command, action, hook and service to git that there is, each with the least that it asks for."""
    actions = {f"policy {action.name}": action.options for action in ACTIONS}
    for name, options in ({c.name: c.options for c in cli.COMMANDS if c.name != "policy"} | actions).items():
        needed = [word for option in options for word in _needed(option.names, option.keywords)]
        yield (*name.split(), *needed, *ARGUMENTS.get(name, ()))
    for name in CALLED_BY_GIT:
        for hook in HOOKS if name == "hook" else ("",):
            yield (name, *filter(None, (hook,)), *ARGUMENTS.get(hook or name, ()))


def _needed(names: tuple[str, ...], keywords: dict[str, object]) -> tuple[str, ...]:
    value = SAID.get(str(keywords.get("metavar")), "a")
    if not names[0].startswith("-"):
        return () if keywords.get("nargs") in ("*", "?") else (value,)
    return (names[0], value) if keywords.get("required") else ()


@pytest.fixture
def hostile(repo: Sealed, tmp_path: Path) -> tuple[Sealed, Armed]:
    """Armed, with something to find, to strip and to mend, and work in the index and on disk."""
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    repo.commit()
    repo.stage("a.ipynb", NOTEBOOK)
    repo.stage("a.bin", b"\0\1")
    repo.stage(".gitattributes", ATTRIBUTES)
    repo.commit("feat: add")
    repo.stage("conf/.env", "POSTGRES_PASSWORD=" + "Otter7" + "AfterLunch\n")
    repo.stage("b.ipynb", NOTEBOOK)
    repo.write("a.bin", b"\0\2")
    repo.write(MESSAGE, "feat: add\n")
    return repo, armed(repo, tmp_path)


# What looks at more than the bare command does.
MORE = (
    ("check", "--staged"), ("check", "--history"), ("check", "--range", "HEAD~1..HEAD"), ("gate", "--base", "HEAD~1"),
    ("fix", "--staged"), ("fix", "--undo"), ("install", "--notebook-filter"),
)  # fmt: skip


def run_and_look(repo: Sealed, canaries: Armed, command: tuple[str, ...], **variables: str) -> None:
    fed = f"refs/heads/main {repo.git('rev-parse', 'HEAD')} refs/heads/main {'0' * 40}\n"
    for path in canaries.folder.iterdir():
        path.unlink()
    done = repo.mlgovern(*command, stdin=fed, **variables)
    assert (b"Traceback" in done.stderr, done.returncode in range(4)) == (False, True), (command, done)
    assert canaries.fired() == [], command


def test_have_a_program_of_the_configuration_run(hostile: tuple[Sealed, Armed]) -> None:
    for command in (*MORE, *words()):
        run_and_look(*hostile, command)


@pytest.mark.slow
def test_have_a_program_run_by_some_option(hostile: tuple[Sealed, Armed]) -> None:
    actions = {f"policy {action.name}": action.options for action in ACTIONS}
    options = {command.name: command.options for command in cli.COMMANDS} | actions
    for command in words():
        for option in options.get(" ".join(command[:2]), options.get(command[0], ())):
            choices = option.keywords.get("choices", (SAID.get(str(option.keywords.get("metavar")), "a"),))
            takes = option.names[0].startswith("-") and option.keywords.get("action") != "store_true"
            for value in choices if takes or not option.names[0].startswith("-") else ("",):
                flag = (option.names[0],) if option.names[0].startswith("-") else ()
                run_and_look(*hostile, (*command, *flag, *filter(None, (value,))))


def test_have_a_program_of_the_environment_run(hostile: tuple[Sealed, Armed]) -> None:
    repo, canaries = hostile
    variables = {"GIT_CONFIG_COUNT": "0"}
    for number, (key, value) in enumerate(configured(canaries).items()):
        variables |= {
            "GIT_CONFIG_COUNT": str(number + 1),
            f"GIT_CONFIG_KEY_{number}": key,
            f"GIT_CONFIG_VALUE_{number}": value,
        }
    for name in (
        "GIT_EXTERNAL_DIFF",
        "GIT_SSH_COMMAND",
        "GIT_SSH",
        "GIT_PROXY_COMMAND",
        "GIT_PAGER",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
    ):
        variables[name] = canaries.script(name)
    for command in (("check", "--staged"), ("fix",), ("hook", "commit-msg", MESSAGE), ("policy", "lock")):
        run_and_look(repo, canaries, command, **variables)


@pytest.mark.slow
def test_be_looked_at_in_an_embedded_bare_repository(repo: Sealed, tmp_path: Path) -> None:
    """A folder that is a repository by its looks alone, tracked as any other: whoever enters it is not in it."""
    repo.stage("a.txt", "a")
    repo.commit()
    inner = repo.top / "data"
    repo.git("init", "-q", "--bare", "--template=", str(inner))
    canaries = Armed(tmp_path)
    for key, value in configured(canaries).items():
        repo.git("config", "--file", str(inner / "config"), key, value)
    repo.git("config", "--file", str(inner / "config"), "core.bare", "false")
    repo.git("config", "--file", str(inner / "config"), "core.worktree", "..")
    here = Sealed(inner, repo.environment)
    for command in (
        ("check",),
        ("check", "--staged"),
        ("fix",),
        ("hook", "pre-commit"),
        ("rules",),
        ("policy", "show"),
    ):
        done = here.mlgovern(*command)
        assert (done.returncode in {0, 2}, b"Traceback" in done.stderr) == (True, False), (command, done)
        assert canaries.fired() == [], command
    assert (
        here.mlgovern("check").stderr
        == b"mlgovern: this is a bare repository, without an index to judge; work in a clone of it\n"
    )


@pytest.mark.slow
def test_have_a_module_of_the_work_tree_imported(repo: Sealed, tmp_path: Path) -> None:
    canaries = Armed(tmp_path)
    code = f"open({str(canaries.folder / 'imported')!r}, 'w').close()\n"
    names = (
        "yaml",
        "re2",
        "git",
        "hyperscan",
        "nbstripout",
        "commitizen",
        "sitecustomize",
        "usercustomize",
        "conftest",
        "json",
    )
    for name in names:
        repo.stage(f"{name}.py", code)
        repo.stage(f"{name}/__init__.py", code)
    repo.stage("mlgovern/__init__.py", code)
    repo.stage("setup.py", code)
    repo.stage("pyproject.toml", "[project]\nname = 'a'\n[tool.commitizen]\nname = 'conftest'\n")
    repo.write(MESSAGE, "feat: add\n")
    calls: list[tuple[str, ...]] = [
        (sys.executable, "-E", "-P", "-m", "mlgovern", "hook", "commit-msg", MESSAGE)
    ]  # as our hooks do
    calls += [(str(SCRIPT), "check")] if SCRIPT.exists() else []
    for call in calls:
        done = repo.run(*call, PYTHONPATH="." if "-E" in call else "")
        assert (done.returncode in {0, 1}, done.stderr, canaries.fired()) == (True, b"", []), done


SCRIPT = Path(sys.executable).with_name("mlgovern")  # where a package manager puts it
