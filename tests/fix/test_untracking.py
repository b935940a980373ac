"""`mlgovern fix` and env files: out of Git whole, in the index alone or on disk, and what a person has to do first."""

from collections.abc import Callable

import pytest

from tests.conftest import Sealed
from tests.fix.test_mend import lines

PASSWORD = "Otter7" + "AfterLunch"
ENV = f"POSTGRES_PASSWORD={PASSWORD}\nLOG_LEVEL=info\n"
HEADING = "# Copy to .env and fill in; .env itself stays out of Git.\n"
NOTHING = ["nothing to mend mechanically; `mlgovern check` lists what is left for a person"]


@pytest.fixture
def held(repo: Sealed) -> Sealed:
    repo.stage("README.md", "# R\n")
    repo.commit()
    repo.stage("a/.env", ENV)
    repo.stage("b/.env", "API_KEY=\n")
    return repo


def test_staged_the_next_commit_is_whole(held: Sealed) -> None:
    held.stage(".gitignore", "*.log\n")
    held.write(".gitignore", "*.log\n*.tmp\n")  # not staged, and not to be
    said = lines(held, "--staged")
    assert said == [
        "untrack a/.env (it stays on disk)",
        "add a line for a/.env to .gitignore",
        "write a/.env.example with the keys and no values",
        "untrack b/.env (it stays on disk)",
        "add a line for b/.env to .gitignore",
        "write b/.env.example with the keys and no values",
    ]
    assert held.git("diff", "--cached", "--name-only").split() == [".gitignore", "a/.env.example", "b/.env.example"]
    assert held.git("show", ":.gitignore") == "*.log\n/a/.env\n/b/.env"
    assert (held.top / ".gitignore").read_text() == "*.log\n*.tmp\n/a/.env\n/b/.env\n"
    assert held.git("show", ":a/.env.example") + "\n" == f"{HEADING}POSTGRES_PASSWORD=\nLOG_LEVEL=\n"
    assert held.git("diff", "--name-only") == ".gitignore"
    assert held.git("status", "--porcelain", "a", "b").split() == ["A", "a/.env.example", "A", "b/.env.example"]
    assert (held.top / "a/.env").read_text() == ENV
    assert lines(held, "--staged") == NOTHING


def test_on_disk_twice_is_once(held: Sealed) -> None:
    said = lines(held)
    assert said[-1] == "then: git add .gitignore a/.env.example b/.env.example"
    assert (held.top / ".gitignore").read_text() == "/a/.env\n/b/.env\n"
    held.git("add", "--all")
    before = held.status()
    assert lines(held) == NOTHING
    assert held.status() == before


def test_a_dry_run_changes_nothing(held: Sealed) -> None:
    before = held.status()
    assert all(line.startswith("would ") for line in lines(held, "--staged", "--dry-run"))
    assert held.status() == before


def test_what_was_pushed_is_rotated_first(held: Sealed, make_repo: Callable[..., Sealed]) -> None:
    remote = make_repo("remote", "--bare")
    pushed = held.commit()
    held.git("remote", "add", "origin", str(remote.top))
    held.git("push", "-q", "origin", "main")
    held.stage("c/.env", ENV)
    has = f"{pushed[:8]} is pushed and has it; what follows does not undo that"
    said = lines(held, "--dry-run")
    assert said[0] == f"first rotate what is secret in a/.env: {has}"
    assert "first rotate what is secret in c/.env" not in "\n".join(said)
    found = held.mlgovern("check", "--only", "env-secret", "a", "c").stdout.decode().splitlines()
    mends = [line.strip() for line in found if "mend:" in line]
    assert mends == [
        f"mend: rotate the secret first: {pushed[:8]} is pushed and has this file",
        "mend: git rm --cached c/.env && printf '\\n%s\\n' /c/.env >> .gitignore",
    ]


def test_a_file_that_is_not_on_disk(held: Sealed) -> None:
    (held.top / "a/.env").unlink()
    assert lines(held, "a")[0] == "untrack a/.env (it is not on disk)"


@pytest.mark.parametrize(
    ("ignored", "after"),
    (
        pytest.param(".env\n", ".env\n", id="ignored already"),
        pytest.param(".env*\n", ".env*\n!/a/.env.example\n", id="the template is let through"),
        pytest.param(".env*\n!.env.example\n", ".env*\n!.env.example\n", id="the template is let through already"),
        pytest.param("*.log", "*.log\n/a/.env\n", id="no newline at the end"),
        pytest.param("a/\n", "a/\n", id="a folder that is ignored"),
    ),
)
def test_ignore_lines(held: Sealed, ignored: str, after: str) -> None:
    held.stage(".gitignore", ignored)
    lines(held, "a")
    assert (held.top / ".gitignore").read_text() == after


def test_a_shell_env_file_has_a_shell_template(repo: Sealed) -> None:
    repo.stage(".envrc", f"use nix\nexport A_TOKEN={PASSWORD} B=2\n")
    lines(repo)
    assert (repo.top / ".envrc.example").read_text() == (
        "# Copy to .envrc and fill in; .envrc itself stays out of Git.\nexport A_TOKEN=\nexport B=\n"
    )


def test_an_accepted_env_file_is_left(held: Sealed) -> None:
    held.mlgovern("check", "--write-baseline")
    held.git("add", ".mlgovern")
    assert lines(held) == NOTHING
