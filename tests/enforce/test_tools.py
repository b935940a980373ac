"""uv is asked about what the rules leave open: only in CI, only if the policy says so, and never the repository's own."""

import sys
from pathlib import Path

import pytest

from mlgovern.enforce import check, tools
from mlgovern.facts import git as wall
from mlgovern.finding import NotJudged, Report
from mlgovern.policy.cache import effective
from mlgovern.policy.model import POLICY_FILE, Policy
from tests.conftest import Sealed

UV = Path(sys.executable).with_name("uv.exe" if sys.platform == "win32" else "uv")
MANIFEST = (
    "[project]\nname = 'demo'\nversion = '1'\ndependencies = []\n"  # no requires-python: that of uv's interpreter
)
LOCK = 'version = 1\nrequires-python = ">={}.{}"\n\n[[package]]\nname = "demo"\nversion = "1"\nsource = {{ virtual = "." }}\n'
OPEN = NotJudged("uv.lock", "needs uv: pyproject.toml has no requires-python, so uv takes that of its interpreter")


def policy(settings: str) -> Policy:
    text = f"schema: 1\nextends: [base]\nrules:\n  stale-lockfile: {{settings: {settings}}}\n"
    return effective({POLICY_FILE: text.encode()}.get, None)


def asked(repo: Sealed, settings: str, *entries: NotJudged) -> Report:
    with wall.locate(str(repo.top)) as git:
        return tools.resolved(git, policy(settings), Report("ci", not_judged=entries), repo.git("rev-parse", "HEAD"))


@pytest.fixture
def project(repo: Sealed) -> Sealed:
    repo.stage("pyproject.toml", MANIFEST)
    repo.stage("uv.lock", LOCK.format(*sys.version_info[:2]))
    repo.commit("chore: lock")
    return repo


@pytest.mark.skipif(not UV.exists(), reason="needs uv")
def test_uv_decides_what_is_open(project: Sealed) -> None:
    other = NotJudged("a.ipynb", "too large")
    settings = f"{{run_tool: on-unknown, tool: '{UV.as_posix()}'}}"
    report = asked(project, settings, other, OPEN)
    assert report.not_judged == (other,)
    assert report.notes == ("uv.lock: uv says that it is fresh",)
    project.stage("uv.lock", LOCK.format(3, 0))
    project.commit("chore: lock")
    assert [entry.why for entry in asked(project, settings, OPEN).not_judged] == [
        f"{OPEN.why}; uv says that it needs to be updated: uv lock"
    ]


@pytest.mark.parametrize(
    ("settings", "notes"),
    (
        pytest.param("{run_tool: never}", 0, id="unless the policy says so"),
        pytest.param("{}", 0, id="by default"),
        pytest.param("{run_tool: on-unknown, tool: /nowhere/uv}", 1, id="a path that is not there"),
        pytest.param("{run_tool: on-unknown, tool: TOP/uv}", 1, id="one in the repository"),
        pytest.param("{run_tool: on-unknown, tool: TOP/uv-link}", 1, id="a link in the repository"),
        pytest.param("{run_tool: on-unknown, tool: TOP/../uv-outside}", 1, id="a link into the repository"),
        pytest.param("{run_tool: on-unknown, tool: TOP/../other}", 1, id="another program"),
    ),
)
def test_nothing_is_run(project: Sealed, settings: str, notes: int) -> None:
    for name in ("uv", "../other"):
        (project.top / name).write_text(f"#!/bin/sh\ntouch {project.top}/ran\n")
        (project.top / name).chmod(0o755)
    if sys.platform != "win32":
        (project.top / "uv-link").symlink_to("../other")
        (project.top / "../uv-outside").symlink_to("repo/uv")
    report = asked(project, settings.replace("TOP", project.top.as_posix()), OPEN)
    assert report.not_judged == (OPEN,)
    assert len(report.notes) == notes
    assert not (project.top / "ran").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs sh")
@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param("..", "; uv could not decide without building or network", id="a folder above"),
        pytest.param("x" * 300, "; uv was not asked: File name too long", id="a name that no system has"),
        pytest.param("uv.lock", "; uv was not asked: File exists", id="a folder for a file"),
    ],
)
def test_trees_made_by_hand_write_nothing_outside(project: Sealed, tmp_path: Path, name: str, why: str) -> None:
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\nexit 2\n")
    program.chmod(0o755)
    below = project.git("mktree", stdin=f"100644 blob {project.git('rev-parse', 'HEAD:uv.lock')}\tuv.lock\n")
    top = project.git("mktree", stdin=f"{project.git('ls-tree', 'HEAD')}\n040000 tree {below}\t{name}\n")
    commit = project.git("commit-tree", top, "-m", "feat: begin")
    settings = policy(f"{{run_tool: on-unknown, tool: {program.as_posix()}}}")
    with pytest.MonkeyPatch.context() as patch, wall.locate(str(project.top)) as git:
        patch.setattr("tempfile.tempdir", str(tmp_path))
        report = tools.resolved(git, settings, Report("ci", not_judged=(OPEN,)), commit)
    assert [entry.why for entry in report.not_judged] == [OPEN.why + why]
    assert [*tmp_path.glob("**/uv.lock")] == [project.top / "uv.lock"]


def test_what_is_not_open_is_not_asked(project: Sealed) -> None:
    told = (
        NotJudged("uv.lock", "its content was not read"),
        NotJudged("pixi.lock", "needs uv"),
        OPEN._replace(expected=False),
    )
    assert asked(project, "{run_tool: on-unknown}", *told).not_judged == told


@pytest.mark.skipif(not UV.exists(), reason="needs uv")
def test_a_range_is_where_it_is_asked(project: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check --range` is what CI calls; nothing else asks."""
    rules = f"rules:\n  stale-lockfile: {{settings: {{run_tool: on-unknown, tool: '{UV.as_posix()}'}}}}\n"
    project.stage(POLICY_FILE, f"schema: 1\nextends: [base]\n{rules}")
    project.stage("pyproject.toml", MANIFEST + "# changed\n")
    project.commit("chore: change")
    monkeypatch.chdir(project.top)
    for key, value in project.environment.items():
        monkeypatch.setenv(key, value)
    report = check.check(check.Request(range="HEAD~1..HEAD", only=("stale-lockfile",), foreign=True))
    assert (report.exit_code, report.notes[:1]) == (0, ("uv.lock: uv says that it is fresh",))
    assert check.check(check.Request(only=("stale-lockfile",), foreign=True)).exit_code == 3
