"""uv over several projects, and requirements that come from elsewhere: locked by the real uv once, one change each."""

import pytest

from mlgovern.finding import Place
from mlgovern.rules.lockfiles import RULES
from tests.factories import a_snapshot, judged, not_judged, rule_of

_BUILT = "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n"


def _project(name: str, more: str = "") -> str:
    return f"[project]\nname = '{name}'\nversion = '1'\nrequires-python = '>=3.11'\n{more}"


ROOT = _project(
    "root",
    """\
dependencies = ["g @ git+https://host.example/g@v1", "gs", "pk", "vt", "mem", "two>=1"]

[project.optional-dependencies]
e = ["pk>=1"]

[dependency-groups]
dev = ["pk"]

[tool.uv.sources]
gs = {git = "https://me:word@host.example/gs", subdirectory = "sub", branch = "b"}
pk = [{path = "../pk", editable = true, marker = "sys_platform == 'linux'"}, {index = "cpu", marker = "sys_platform != 'linux'"}]
vt = {path = "../vt"}
mem = {workspace = true}
two = {workspace = true}

[[tool.uv.index]]
name = "cpu"
url = "https://cpu.example/simple"
explicit = true

[tool.uv.workspace]
members = ["mem*", "libs/*"]
exclude = ["libs/old"]
""",
)
LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[manifest]
members = ["mem", "root", "two"]

[[package]]
name = "g"
version = "1"
source = { git = "https://host.example/g?rev=v1#4ef6934484c1c80dbd494ddfb5eff39293cf4d3b" }

[[package]]
name = "gs"
version = "1"
source = { git = "https://host.example/gs?subdirectory=sub&branch=b#4ef6934484c1c80dbd494ddfb5eff39293cf4d3b" }

[[package]]
name = "mem"
version = "1"
source = { editable = "mem" }

[[package]]
name = "pk"
version = "1"
source = { registry = "https://cpu.example/simple" }

[[package]]
name = "pk"
version = "1"
source = { editable = "../pk" }

[[package]]
name = "root"
version = "1"
source = { virtual = "." }

[package.metadata]
requires-dist = [
    { name = "g", git = "https://host.example/g?rev=v1" },
    { name = "gs", git = "https://host.example/gs?subdirectory=sub&branch=b" },
    { name = "mem", editable = "mem" },
    { name = "pk", marker = "sys_platform != 'linux'", index = "https://cpu.example/simple" },
    { name = "pk", marker = "sys_platform == 'linux'", editable = "../pk" },
    { name = "pk", marker = "sys_platform == 'linux' and extra == 'e'", editable = "../pk" },
    { name = "pk", marker = "sys_platform != 'linux' and extra == 'e'", specifier = ">=1", index = "https://cpu.example/simple" },
    { name = "two", editable = "libs/two" },
    { name = "vt", directory = "../vt" },
]
provides-extras = ["e"]

[package.metadata.requires-dev]
dev = [
    { name = "pk", marker = "sys_platform != 'linux'", index = "https://cpu.example/simple" },
    { name = "pk", marker = "sys_platform == 'linux'", editable = "../pk" },
]

[[package]]
name = "two"
version = "1"
source = { editable = "libs/two" }

[[package]]
name = "vt"
version = "1"
source = { directory = "../vt" }
"""
FILES: dict[str, str] = {
    "pyproject.toml": ROOT,
    "uv.lock": LOCK,
    "mem/pyproject.toml": _project("mem"),
    "libs/two/pyproject.toml": _project("two", _BUILT),
    "libs/old/pyproject.toml": "[tool.ruff]\n",
}
R, MEM, TWO = "pyproject.toml", "mem/pyproject.toml", "libs/two/pyproject.toml"

# fmt: off
CHANGES = [
    pytest.param(R, "", "", [], id="as locked"),
    pytest.param(R, "g@v1", "g@v2", ["uv.lock was made for g (git https://host.example/g?rev=v1), pyproject.toml asks for g (git https://host.example/g?rev=v2)"], id="another revision"),
    pytest.param(R, 'branch = "b"', 'tag = "b"', ["uv.lock was made for gs (git https://host.example/gs?subdirectory=sub&branch=b), pyproject.toml asks for gs (git https://host.example/gs?subdirectory=sub&tag=b)"], id="a tag for a branch"),
    pytest.param(R, "https://me:word@host", "https://host", [], id="credentials do not count"),
    pytest.param(R, "../vt", "../vu", ["uv.lock was made for vt (folder ../vt), pyproject.toml asks for vt (folder ../vu)"], id="another folder"),
    pytest.param(R, "../vt", "./../vt/", [], id="the same folder"),
    pytest.param(R, 'vt = {path = "../vt"}\n', "", ["uv.lock was made for vt (folder ../vt), pyproject.toml asks for vt"], id="no source any more"),
    pytest.param(R, "cpu.example", "gpu.example", None, id="another index"),
    pytest.param(R, "sys_platform != 'linux'", "sys_platform == 'win32'", None, id="a source for fewer systems"),
    pytest.param(R, "sys_platform == 'linux'", "platform_system == 'Linux'", [], id="the same marker"),
    pytest.param(R, "two = {workspace = true}", "two = {workspace = true, editable = false}", ["uv.lock was made for two (editable libs/two), pyproject.toml asks for two (folder libs/two)"], id="not editable"),
    pytest.param(R, '"mem*", ', "", ["mem is a project in uv.lock, but none of the workspace"], id="a member less"),
    pytest.param(R, '"libs/old"', '"old"', [], id="a member that is no project"),
    pytest.param(MEM, "version = '1'", "version = '2'", ["uv.lock still says version 1, mem/pyproject.toml says 2"], id="version of a member"),
    pytest.param(MEM, "", "dependencies = ['six']\n", ["six is in mem/pyproject.toml but not in uv.lock"], id="dependency of a member"),
    pytest.param(MEM, ">=3.11", ">=3.12", ["uv.lock is for Python >=3.11, mem/pyproject.toml says >=3.12"], id="Python of a member"),
    pytest.param(MEM, ">=3.11", ">=3.10", [], id="what another member rules out"),
    pytest.param(MEM, "name = 'mem'", "name = 'men'", None, id="name of a member"),
    pytest.param(TWO, _BUILT, "", [], id="a member that others need is a package"),
    pytest.param(TWO, _BUILT, "[tool.uv.sources]\ntwo = {workspace = true}\n", [], id="itself does not count among those"),
    pytest.param(TWO, "", "[tool.uv]\npackage = false\n", None, id="a member that is no package"),
    pytest.param(TWO, "", "[dependency-groups]\nx = []\n", ["the dependency group x is in libs/two/pyproject.toml but not in uv.lock"], id="group of a member"),
]
# fmt: on


@pytest.mark.parametrize(("path", "old", "new", "reasons"), CHANGES)
def test_a_workspace(path: str, old: str, new: str, reasons: list[str] | None) -> None:
    text = FILES[path].replace(old, new) if old else FILES[path] + new
    snapshot = a_snapshot({path: text}, {other: FILES[other] for other in FILES if other != path}, stages=("audit",))
    assert not_judged(rule_of(RULES, "stale-lockfile"), snapshot) == []
    findings = judged(rule_of(RULES, "stale-lockfile"), snapshot)
    if reasons is None:
        assert len(findings) == 1
    else:
        assert [finding.message for finding in findings] == (["; ".join(reasons)] if reasons else [])
    assert judged(rule_of(RULES, "broken-lockfile"), snapshot) == []


def test_the_place_is_in_the_manifest_of_the_member() -> None:
    files = {**FILES, MEM: FILES[MEM].replace("version = '1'", "version = '2'")}
    (finding,) = judged(rule_of(RULES, "stale-lockfile"), a_snapshot(files, stages=("audit",)))
    assert finding.place == Place(MEM, 3)
    assert finding.mend == "uv lock && git add uv.lock"


def test_a_member_that_cannot_be_read_is_named() -> None:
    snapshot = a_snapshot({**FILES, MEM: "[project"}, stages=("audit",))
    (finding,) = judged(rule_of(RULES, "broken-lockfile"), snapshot)
    assert (finding.message, finding.place.path) == ("pyproject.toml line 1: it cannot be parsed as TOML", MEM)


def test_a_root_that_is_no_project_has_groups() -> None:
    root = "[dependency-groups]\ndev = ['ruff>=1']\n[tool.uv.workspace]\nmembers = ['mem']\n"
    lock = """\
version = 1
requires-python = ">=3.11"

[manifest]
members = ["mem"]

[manifest.dependency-groups]
dev = [{ name = "ruff", specifier = ">=1" }]

[[package]]
name = "mem"
version = "1"
source = { virtual = "mem" }

[[package]]
name = "ruff"
version = "1.2"
source = { registry = "https://pypi.org/simple" }
"""
    files = {"pyproject.toml": root, "uv.lock": lock, MEM: FILES[MEM]}
    rule = rule_of(RULES, "stale-lockfile")
    assert [*rule.judge(a_snapshot(files), rule.settings)] == []
    (finding,) = judged(rule, a_snapshot({**files, "pyproject.toml": root.replace(">=1", ">=2")}))
    assert finding.message.endswith("uv.lock was made for ruff>=1, pyproject.toml asks for ruff>=2")
    assert finding.place == Place("pyproject.toml", 2)


def test_a_project_that_names_itself_is_no_package_for_that() -> None:
    root = "[tool.uv.workspace]\nmembers = ['mem']\n"
    lock = LOCK.partition("[manifest]")[0] + (
        '[manifest]\nmembers = ["mem"]\n\n[[package]]\nname = "mem"\nversion = "1"\nsource = { virtual = "mem" }\n'
    )
    files = {"pyproject.toml": root, "uv.lock": lock, MEM: FILES[MEM] + "[tool.uv.sources]\nmem = {workspace = true}\n"}
    assert judged(rule_of(RULES, "stale-lockfile"), a_snapshot(files)) == []


def test_a_lock_below_that_of_the_workspace_is_not_used() -> None:
    snapshot = a_snapshot({**FILES, "mem/uv.lock": LOCK}, stages=("audit",))
    (finding,) = judged(rule_of(RULES, "orphan-lockfile"), snapshot)
    assert finding.message == "mem/uv.lock is not used: its project belongs to the workspace that uv.lock locks"
    assert finding.mend == "git rm --cached -- mem/uv.lock"
