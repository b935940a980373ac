"""poetry, pdm, pipenv, pip-tools and uv themselves as oracles: one project each, one change each, their verdict and ours."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgovern.rules.lockfiles import pdm, pipenv, poetry, requirements, uv
from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale, Unknown, Verdict
from tests.rules.lockfiles.bases import LEGACY, PDM, POETRY
from tests.rules.lockfiles.verdicts import PIPENV

UV = Path(sys.executable).with_name("uv")
SEALED = {
    **{key: value for key, value in os.environ.items() if not key.startswith(("UV_", "POETRY_", "PDM_", "PIPENV_"))},
    "PIPENV_IGNORE_VIRTUALENVS": "1",
    "PDM_CHECK_UPDATE": "false",
}
CHECKS = {
    "poetry": ("poetry", "check", "--lock"),
    "pdm": ("pdm", "lock", "--check"),
    "pipenv": ("pipenv", "verify"),
}
JUDGES: dict[str, Callable[[bytes, bytes], Verdict]] = {
    "poetry": poetry.judge,
    "pdm": pdm.judge,
    "pipenv": pipenv.judge,
}
pytestmark = pytest.mark.slow


def run(program: Path | str, *words: str, cwd: Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([str(program), *words], cwd=cwd, env=SEALED, capture_output=True, check=False, timeout=300)


@pytest.fixture(scope="session")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A package manager from the index, each in an environment of its own, installed once."""
    done: dict[str, Path] = {}

    def install(name: str) -> Path:
        if name not in done:
            folder = tmp_path_factory.mktemp(name)
            made = run(UV, "venv", "-q", "-p", sys.executable, str(folder), cwd=folder) if UV.exists() else None
            python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            if (
                made is None
                or made.returncode
                or run(UV, "pip", "install", "-q", "-p", str(python), name, cwd=folder).returncode
            ):
                pytest.skip(f"needs uv and the package index, for {name}")
            done[name] = python.parent
        return done[name]

    return install


# fmt: off
PROJECT = [  # what the labelled cases have not
    ("", ""), ("click>=8", "click >=8"), ('"click>=8", "idna>=3,<4"', '"idna>=3,<4", "click>=8"'), ('"click>=8", ', ""), ("extra = ", "more = "),
    ('dev = ["iniconfig>=2"]', 'dev = ["iniconfig>=2"]\nt = [{include-group = "dev"}]'), ('description = "d"', 'description = "e"'),
]
POETRYS = [*PROJECT, ("package-mode = false", "package-mode = true\npackages = []"), ('priority = "primary"', 'priority = "supplemental"'),
           ("", '\n[tool.poetry.dependencies]\nclick = {version = ">=8"}\n'), ("", "\n[tool.poetry.group.docs.dependencies]\nsix = '*'\n")]
LEGACIES = [("", ""), ('click = "^8.0"', 'click = "^8"'), ('click = "^8.0"', 'click = {version = "^8.0"}'), ('click = "^8.0"\nidna = ">=3,<4"', 'idna = ">=3,<4"\nclick = "^8.0"'),
            ('python = "^3.11"', 'python = ">=3.11"'), ("[tool.poetry.group.dev.dependencies]", "[tool.poetry.dev-dependencies]"), ("", '\n[tool.poetry.extras]\ne = ["click"]\n'),
            ("", '\n[tool.poetry.scripts]\nx = "a:b"\n'), ('version = "0.1.0"', 'version = "1"')]
PDMS = [*PROJECT, ("", "\n[tool.pdm.dev-dependencies]\ntest = ['six']\n"), ("", "\n[[tool.pdm.source]]\nname = 'x'\nurl = 'https://pypi.example/simple'\n"),
        ("", "\n[tool.pdm.resolution.overrides]\nsix = '1.17.0'\n"), ("", "\n[tool.pdm.scripts]\nx = 'y'\n")]
PIPFILES = [("", ""), ("click = ", "Click = "), ('click = ">=8"\nidna = ">=3,<4"', 'idna = ">=3,<4"\nclick = ">=8"'), ('">=8"', '">=8.0"'), ('">=8"', '"*"'), ('click = ">=8"\n', ""),
            ('click = ">=8"', 'click = {version = ">=8"}'), ('"3.11"', '"3.12"'), ("verify_ssl = true", "verify_ssl = false"), ("", '\n[scripts]\nx = "y"\n'), ("", '\n[docs]\nsix = "*"\n'),
            ("", "\n[pipenv]\nallow_prereleases = true\n"), ("", "# a comment\n")]
# fmt: on
CASES = [
    *(("poetry", POETRY, change) for change in POETRYS),
    *(("poetry", LEGACY, change) for change in LEGACIES),
    *(("pdm", PDM, change) for change in PDMS),
    *(("pipenv", PIPENV, change) for change in PIPFILES),
]


@pytest.mark.parametrize(("name", "base", "change"), CASES)
def test_verdicts_are_those_of_the_tools(
    tool: Callable[[str], Path], tmp_path: Path, name: str, base: dict[str, str], change: tuple[str, str]
) -> None:
    manifest, lock = base
    text = base[manifest].replace(*change) if change[0] else base[manifest] + change[1]
    assert not change[0] or text != base[manifest]
    (tmp_path / manifest).write_bytes(text.encode())
    (tmp_path / lock).write_bytes(base[lock].encode())
    program, *words = CHECKS[name]
    done = run(tool(name) / program, *words, cwd=tmp_path)
    said = JUDGES[name](text.encode(), base[lock].encode())
    assert type(said) is (Stale if done.returncode else Fresh), (said, done.stdout + done.stderr)


COMPILED = "idna>=3,<4\niniconfig\nsix ; python_version >= '3.8'\n"
# fmt: off
INPUTS = [("", ""), ("idna>=3,<4", "idna<4,>=3"), ("idna>=3,<4", "Idna >=3,<4"), ("iniconfig\n", ""), ("iniconfig", "iniconfig>=2"), ("iniconfig", "iniconfig<2"), ("", "packaging\n"),
          ("idna>=3,<4", "idna>=3,<4 ; sys_platform != 'nowhere'"), ("six ; python_version >= '3.8'", "six"), ("", "# comment\n"), ("", "tomli ; python_version < '3.8'\n")]
# fmt: on


@pytest.fixture(scope="session", params=["pip-compile", "uv"])
def recompile(
    request: pytest.FixtureRequest, tool: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], tuple[bytes, bytes]]:
    """What the tool makes of an input, over what it made of the first: the old output and the new one."""
    program = (
        (tool("pip-tools") / "pip-compile", "-q", "--strip-extras", "--no-emit-index-url")
        if request.param == "pip-compile"
        else (UV, "pip", "compile", "-q")
    )
    folder = tmp_path_factory.mktemp("compiled")
    words = (*map(str, program[1:]), "requirements.in", "-o", "requirements.txt")

    def compile_anew(text: str) -> tuple[bytes, bytes]:
        for source in (COMPILED, text):
            (folder / "requirements.in").write_text(source)
            old = (folder / "requirements.txt").read_bytes() if (folder / "requirements.txt").exists() else b""
            if source == COMPILED and old:
                continue
            done = run(program[0], *words, cwd=folder)
            if done.returncode:
                pytest.skip(f"needs the package index: {done.stderr[-200:]!r}")
        new = (folder / "requirements.txt").read_bytes()
        (folder / "requirements.txt").unlink()
        return old or new, new

    return compile_anew


def lines(text: bytes) -> list[bytes]:
    return [line for line in text.splitlines() if not line.startswith(b"#")]


@pytest.mark.parametrize(("old", "new"), INPUTS)
def test_what_would_be_compiled_otherwise_is_stale(
    recompile: Callable[[str], tuple[bytes, bytes]], old: str, new: str
) -> None:
    text = COMPILED.replace(old, new) if old else COMPILED + new
    before, after = recompile(text)
    said = requirements.judge("requirements.txt", {"requirements.in": text.encode(), "requirements.txt": before}.get)
    assert type(said) is (Fresh if lines(before) == lines(after) else Stale), said


SOURCES = """\
[project]
name = "root"
version = "1"
requires-python = ">=3.11"
dependencies = ["near", "mem", "two"]

[dependency-groups]
dev = ["near"]

[tool.uv.sources]
near = [{path = "../near", editable = true, marker = "sys_platform == 'linux'"}, {path = "../near", marker = "sys_platform != 'linux'"}]
mem = {workspace = true}
two = {workspace = true}

[tool.uv.workspace]
members = ["mem*", "two"]
"""
BUILT = "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n"
MEMBERS = {"mem": "", "two": BUILT, "../near": BUILT}
# fmt: off
MOVES = [
    ("pyproject.toml", "", ""), ("pyproject.toml", "editable = true, ", ""), ("pyproject.toml", "sys_platform == 'linux'", "platform_system == 'Linux'"),
    ("pyproject.toml", '"near", "mem"', '"near>=1", "mem"'), ("pyproject.toml", 'dev = ["near"]', "dev = []"), ("pyproject.toml", '"../near"', '"./../near"'),
    ("pyproject.toml", "two = {workspace = true}", "two = {workspace = true, editable = false}"), ("mem/pyproject.toml", "version='1'", "version='2'"),
    ("mem/pyproject.toml", ">=3.11", ">=3.10"), ("mem/pyproject.toml", ">=3.11", ">=3.12"), ("mem/pyproject.toml", "", "[dependency-groups]\nx = ['two']\n[tool.uv.sources]\ntwo = {workspace = true}\n"),
    ("two/pyproject.toml", BUILT, ""), ("two/pyproject.toml", "", "[tool.uv]\npackage = false\n"), ("mem/pyproject.toml", "", BUILT),
]
# fmt: on


@pytest.mark.parametrize(("path", "old", "new"), MOVES)
def test_workspaces_and_sources_are_judged_as_uv_does(tmp_path: Path, path: str, old: str, new: str) -> None:
    root = tmp_path / "root"
    files = {"pyproject.toml": SOURCES}
    for folder, more in MEMBERS.items():
        name = folder.rpartition("/")[2]
        files[f"{folder}/pyproject.toml"] = f"[project]\nname='{name}'\nversion='1'\nrequires-python='>=3.11'\n{more}"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    if not UV.exists() or run(UV, "lock", "-q", "--offline", cwd=root).returncode:
        pytest.skip("needs uv")
    text = files[path].replace(old, new) if old else files[path] + new
    (root / path).write_text(text)
    lock = (root / "uv.lock").read_bytes()
    members = tuple(
        (f"{name}/pyproject.toml", name, (root / name / "pyproject.toml").read_bytes()) for name in ("mem", "two")
    )
    said = uv.judge((root / "pyproject.toml").read_bytes(), lock, None, members)
    fresh = run(UV, "lock", "--check", "--offline", cwd=root).returncode == 0
    assert type(said) is (Fresh if fresh else Stale), said
    assert not isinstance(said, Broken | Unknown)
