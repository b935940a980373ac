"""`.pre-commit-hooks.yaml` says what other repositories may ask for: consistent here, real in pre-commit and prek."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlgovern.enforce.client import HOOKS
from mlgovern.rules import RULES
from tests.conftest import Sealed, sealed_environment

ROOT = Path(__file__).parent.parent
MANIFEST: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
PASSWORD = "Otter" + "AfterLunch"


def test_every_entry_is_complete() -> None:
    for hook in MANIFEST:
        assert hook["name"].startswith("mlgovern: "), hook["id"]
        assert hook["stages"], hook["id"]
        assert (hook["language"], hook["require_serial"], hook["always_run"]) == ("python", True, True)
        assert hook.get("pass_filenames", True) is (hook["stages"] == ["commit-msg"])
        words = hook["entry"].split()
        assert words[:2] == ["mlgovern", "hook"]
        assert words[2] in HOOKS


def test_one_id_per_stage_and_one_per_family() -> None:
    ids = {hook["id"] for hook in MANIFEST}
    assert {f"mlgovern-{family}" for family in RULES if family != "policy"} <= ids  # that one judges what others leave
    assert {"mlgovern-pre-commit", "mlgovern-commit-msg", "mlgovern-pre-push"} <= ids


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This project as a repository with one commit, as a hook manager clones it."""
    folder = tmp_path_factory.mktemp("checkout")
    top = folder / "mlgovern"
    environment = sealed_environment(folder)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in listed.stdout.decode().split("\0")[:-1]:
        source, target = ROOT / name, top / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    repo = Sealed(top, environment)
    repo.git("init", "-q", "--template=", "-b", "main")
    repo.git("add", "-A")
    repo.commit("chore: snapshot")
    repo.git("tag", "v0.1.0")
    return top


def planted(repo: Sealed) -> None:
    repo.stage("README.md", "# R\n")
    repo.commit("chore: begin")
    repo.git("switch", "-qc", "feat/work")
    repo.stage(".env", f"POSTGRES_PASSWORD={PASSWORD}\n")


@pytest.mark.slow
@pytest.mark.parametrize("family", ("secrets", "notebooks", "structure", "lockfiles", "data", "branches", "pre-commit"))
def test_try_repo(repo: Sealed, checkout: Path, family: str, tmp_path: Path) -> None:
    planted(repo)
    cache = str(checkout.parent / "cache")
    words = (sys.executable, "-m", "pre_commit", "try-repo", str(checkout), f"mlgovern-{family}", "--ref", "v0.1.0")
    done = repo.run(*words, PRE_COMMIT_HOME=cache)
    expected = 1 if family in ("secrets", "pre-commit") else 0
    assert done.returncode == expected, done.stdout.decode()
    assert PASSWORD.encode() not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("manager", ("pre_commit", "prek"))
def test_refused_then_accepted_through_a_hook_manager(repo: Sealed, checkout: Path, manager: str) -> None:
    planted(repo)
    hooks = "".join(
        f"      - {{id: mlgovern-{stage}, fail_fast: true}}\n" for stage in ("pre-commit", "commit-msg", "pre-push")
    )
    config = (
        "default_install_hook_types: [pre-commit, commit-msg, pre-push]\n"
        f"repos:\n  - repo: {checkout}\n    rev: v0.1.0\n    hooks:\n{hooks}"
    )
    repo.stage(".pre-commit-config.yaml", config)
    caches = {"PRE_COMMIT_HOME": str(checkout.parent / "cache"), "PREK_HOME": str(checkout.parent / "prek")}
    program = (
        [sys.executable, "-m", "pre_commit"] if manager == "pre_commit" else [str(Path(sys.executable).parent / "prek")]
    )
    installed = repo.run(*program, "install", **caches)
    assert installed.returncode == 0, installed.stderr.decode()

    refused = repo.run("git", "commit", "-m", "feat: add settings", **caches)
    assert refused.returncode == 1
    out = (refused.stderr + refused.stdout).decode()
    assert "mlgovern: commit refused, 2 problems: .env is an environment file and holds a credential" in out
    assert PASSWORD not in out

    repo.git("rm", "-q", "--cached", ".env")
    vague = repo.run("git", "commit", "-m", "added stuff", **caches)
    assert vague.returncode == 1
    assert "the subject has no type" in (vague.stderr + vague.stdout).decode()

    sound = repo.run("git", "commit", "-m", "chore: use hooks", **caches)
    assert sound.returncode == 0, sound.stderr.decode()
    assert repo.git("log", "-1", "--format=%s") == "chore: use hooks"

    bare = repo.top.parent / "remote.git"
    repo.git("init", "-q", "--bare", str(bare))
    repo.git("remote", "add", "origin", str(bare))
    repo.git("push", "-q", "--no-verify", "origin", "main")
    pushed = repo.run("git", "push", "-q", "origin", "HEAD:refs/heads/Odd_Name", **caches)
    assert pushed.returncode == 1
    assert "branch-name-malformed" in (pushed.stderr + pushed.stdout).decode()
    assert repo.run("git", "push", "-q", "origin", "feat/work", **caches).returncode == 0


def test_the_action_expands_nothing_into_a_shell_line() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    steps = action["runs"]["steps"]
    assert action["runs"]["using"] == "composite"
    assert not [step for step in steps if "${{" in step.get("run", "")]  # what comes from outside comes as a variable
    assert all("@" in step["uses"] and len(step["uses"].partition("@")[2]) == 40 for step in steps if "uses" in step)
    assert steps[-1]["run"].startswith("mlgovern gate ")
