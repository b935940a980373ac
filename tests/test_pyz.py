"""`make pyz`: the one file does its work under a bare Python, without the packages that this suite has."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sealed
from tests.enforce.server.arriving import ENV, PASSWORD, POLICY, Hosted

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pyz") / "mlgovern.pyz"
    done = subprocess.run([sys.executable, ROOT / "release" / "pyz.py", target], capture_output=True, check=True)
    assert re.search(rb"mlgovern.pyz: [\d,]+ bytes", done.stdout)
    return target


@pytest.fixture
def bare_python(pyz: Path) -> str:
    """The interpreter behind this environment, without site packages."""
    return f"{Path(sys.base_prefix, 'bin', 'python3')} -I -S {pyz}"


def test_it_holds_no_test_and_what_it_needs(pyz: Path) -> None:
    names = set(zipfile.ZipFile(pyz).namelist())
    assert {
        "__main__.py",
        "mlgovern/__main__.py",
        "mlgovern/policies/base.yaml",
        "yaml/__init__.py",
        "LICENSE",
    } <= names
    assert not [name for name in names if name.endswith((".so", ".pyd")) or name.startswith("tests")]


def test_it_judges_a_push(make_repo: Callable[..., Sealed], bare_python: str) -> None:
    hosted = Hosted(make_repo, bare_python)
    hosted.clone.stage(".mlgovern.yaml", POLICY)
    hosted.clone.commit("chore: begin")
    assert hosted.push("main").returncode == 0
    hosted.clone.stage(".env", ENV[".env"])
    hosted.clone.commit("added some stuff.")
    done = hosted.push("main:feat/x")
    assert done.returncode == 1
    assert b"remote: REFUSED: 1 commit message, 1 file (policy main@" in done.stderr
    assert PASSWORD.encode() not in done.stderr
    assert not hosted.holds(hosted.clone.git("rev-parse", "HEAD:.env"))


def test_a_pattern_that_it_cannot_run_is_refused_and_not_run(
    make_repo: Callable[..., Sealed], bare_python: str
) -> None:
    hosted = Hosted(make_repo, bare_python)
    lines = "rules: {tag-name-malformed: {severity: error, settings: {pattern: '(a+)+'}}}\n"
    hosted.clone.stage(".mlgovern.yaml", f"schema: 1\nextends: [base]\n{lines}")
    hosted.clone.commit("chore: begin")
    done = hosted.push("main")
    assert done.returncode == 1
    assert b"it needs google-re2" in b" ".join(
        line.strip() for line in done.stderr.replace(b"remote:", b"").splitlines()
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("check",), 1, b"error env-secret"),
        (("rules",), 0, b"commits\n"),
        (("explain", "env-secret"), 0, b"env-secret"),
        (("policy", "validate"), 0, b""),
        (("install", "--server"), 0, b"mlgovern.pyz"),
        (("--version",), 0, b"mlgovern 0."),
        (("commit",), 2, b""),  # needs packages that are not in it, and says so
    ],
)
def test_its_other_commands(repo: Sealed, bare_python: str, words: tuple[str, ...], code: int, said: bytes) -> None:
    repo.stage(".mlgovern.yaml", POLICY)
    repo.stage(".env", ENV[".env"])
    done = repo.run(*bare_python.split(" "), *words)
    assert done.returncode == code, done.stderr
    assert said in done.stdout
    assert b"our own bug" not in done.stderr


def test_deep_yaml_is_no_matter_for_the_pure_loader(repo: Sealed, bare_python: str) -> None:
    repo.stage(".mlgovern.yaml", "[" * 100_000)
    done = repo.run(*bare_python.split(" "), "check")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_the_self_test(repo: Sealed, bare_python: str) -> None:
    done = repo.run(*bare_python.split(" "), "hook", "pre-receive", "--self-test")
    assert done.returncode == 0, done.stderr.decode()
    assert b"no google-re2" in done.stderr
