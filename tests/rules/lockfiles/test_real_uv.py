"""The real uv as oracle: lock a small project, change its manifest, and say what `uv lock --check` says."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlgovern.rules.lockfiles import uv
from mlgovern.rules.lockfiles.verdict import Fresh, Stale

UV = Path(sys.executable).with_name("uv")
BASE = """\
[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["idna>=3,<4", "six; python_version < '3.13' or sys_platform == 'win32'", "iniconfig~=2.0"]

[project.optional-dependencies]
a = ["packaging>=23; platform_machine != 'arm64'"]
all = ["demo[a]", "pluggy"]

[dependency-groups]
dev = ["attrs", {include-group = "t"}]
t = ["typing-extensions>=4; python_full_version >= '3.12.1'"]

"""
# fmt: off
CHANGES = [
    ("idna>=3,<4", "idna>=3.0.0,<4"), ("idna>=3,<4", "idna<4,>=3,>2"), ("idna>=3,<4", "idna>=3,<4.0a1"), ("idna>=3,<4", "idna~=3.0"),
    ('"idna>=3,<4"', '"idna>=3,<4", "idna>=2"'), ('"idna>=3,<4"', "\"idna>=3,<4\", \"idna>=3; os_name == 'nt'\""),
    ("~=2.0", "~=2.0.0"), ("~=2.0", ">=2.0,==2.*"), ("python_version < '3.13'", "python_full_version < '3.13'"),
    ("sys_platform == 'win32'", "platform_system == 'Windows'"), ("sys_platform == 'win32'", "os_name == 'nt'"),
    ("demo[a]", "Demo[A]"), ('"demo[a]", ', ""), ('">=3.11"', '"~=3.11"'), ('">=3.11"', '">=3.11,!=3.11.3"'), ('">=3.11"', '">3.10"'),
    ('version = "0.1.0"', 'version = "v0.1"'), (">= '3.12.1'", "> '3.12'"), ("t = [", "u = []\nt = ["), ('dev = ["attrs"', 'Dev = ["Attrs"'),
    ("", "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]\n"), ("", "[tool.uv]\nconstraint-dependencies = ['six<100']\n"),
    ("", "[tool.uv]\nconflicts = [[{extra='a'},{group='dev'}]]\n"), ("", "[tool.uv]\ndev-dependencies = ['attrs']\n"),
    ("", "[tool.uv.dependency-groups]\nt = {requires-python='>=3.11'}\n"), ("", "[tool.uv.dependency-groups]\nt = {requires-python='>=3.13'}\n"),
    ("", "[[tool.uv.index]]\nurl = 'https://other.example/simple'\ndefault = true\n"), ("", "[tool.uv]\nexclude-newer = '1 week'\n"),
    ("", "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n[tool.uv]\npackage = false\n"),
    ("", "[tool.uv.sources]\nidna = {index = 'p'}\n[[tool.uv.index]]\nname = 'p'\nurl = 'https://pypi.org/simple'\nexplicit = true\n"),
]
# fmt: on


def run(folder: Path, *words: str) -> int:
    env = {key: value for key, value in os.environ.items() if not key.startswith("UV_") or key == "UV_INDEX_URL"}
    return subprocess.run([UV, *words], cwd=folder, env=env, capture_output=True, check=False).returncode


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uv")
    (folder / "pyproject.toml").write_text(BASE)
    if not UV.exists() or run(folder, "lock"):
        pytest.skip("needs uv and the package index")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_verdicts_are_those_of_uv(locked: Path, tmp_path: Path, old: str, new: str) -> None:
    manifest = BASE.replace(old, new) if old else BASE + new
    lock = (locked / "uv.lock").read_bytes()
    (tmp_path / "pyproject.toml").write_text(manifest)
    (tmp_path / "uv.lock").write_bytes(lock)
    fresh = run(tmp_path, "lock", "--check") == 0
    assert isinstance(uv.judge(manifest.encode(), lock), Fresh if fresh else Stale)
    if run(tmp_path, "lock") == 0:
        assert isinstance(uv.judge(manifest.encode(), (tmp_path / "uv.lock").read_bytes()), Fresh)
