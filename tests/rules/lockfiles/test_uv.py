"""uv: one project, one change, one verdict."""

import pytest

from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale, Unknown, Verdict
from tests.rules.lockfiles.bases import UV
from tests.rules.lockfiles.verdicts import verify

FRESH, STALE, BROKEN, UNKNOWN = Fresh, Stale, Broken, Unknown
M = "pyproject.toml"

# fmt: off
CASES = [
    pytest.param((M, "", ""), FRESH, "", id="as locked"),
    pytest.param((M, 'version = "0.1.0"', 'version = "0.2.0"'), STALE, "uv.lock still says version 0.1.0, pyproject.toml says 0.2.0", id="version"),
    pytest.param((M, 'version = "0.1.0"', 'version = "0.1"'), FRESH, "", id="the same version"),
    pytest.param((M, 'version = "0.1.0"', 'dynamic = ["version"]'), STALE, "uv.lock still says version 0.1.0, in pyproject.toml it is dynamic", id="version became dynamic"),
    pytest.param((M, 'version = "0.1.0"\n', ""), UNKNOWN, "needs uv: pyproject.toml has no version", id="no version"),
    pytest.param((M, '"demo"', '"other"'), STALE, "other, the project of pyproject.toml, is not in uv.lock", id="name"),
    pytest.param((M, "click>=8", "Click >= 8.0"), FRESH, "", id="spelling"),
    pytest.param((M, "click>=8", "click>=8.1"), STALE, "uv.lock was made for click>=8, pyproject.toml asks for click>=8.1", id="constraint"),
    pytest.param((M, '"click>=8", ', '"click>=8", "attrs", '), STALE, "attrs is in pyproject.toml but not in uv.lock", id="added"),
    pytest.param((M, '"click>=8", ', '"click>=8", "six", '), STALE, "six is in dependencies but not in uv.lock", id="added, and in an extra before"),
    pytest.param((M, 'extra = ["six>=1.16"]', 'extra = ["six>=1.16", "click"]'), STALE, None, id="in an extra as well, but no stricter"),
    pytest.param((M, 'extra = ["six>=1.16"]', 'extra = ["six>=1.16", "click<9"]'), STALE, "click<9 ; extra == 'extra' is in optional-dependencies but not in uv.lock", id="in an extra as well, and stricter"),
    pytest.param((M, "six>=1.16", "six>=1.17 ; os_name == 'nt' or os_name == 'x'"), STALE, "uv.lock was made for six>=1.16 ; extra == 'extra', pyproject.toml asks for six>=1.17 ; (os_name == 'nt' or os_name == 'x') and extra == 'extra'", id="both sides show the extra"),
    pytest.param((M, 'dev = ["iniconfig>=2"]', 'dev = ["iniconfig>=2", "iniconfig<9"]'), STALE, "iniconfig<9 is in pyproject.toml (group dev) but not in uv.lock", id="twice in a group"),
    pytest.param((M, '"click>=8", ', ""), STALE, "click is in uv.lock but not in pyproject.toml", id="removed"),
    pytest.param((M, "click>=8", "click>=8 ; python_version >= '3.9'"), FRESH, "", id="vacuous marker"),
    pytest.param((M, "click>=8", "click>=8 ; os_name == 'nt'"), STALE, "uv.lock was made for click>=8, pyproject.toml asks for click>=8 ; os_name == 'nt'", id="marker"),
    pytest.param((M, "click>=8", "click[x]>=8"), STALE, "uv.lock was made for click>=8, pyproject.toml asks for click[x]>=8", id="extra of a dependency"),
    pytest.param((M, 'requires-python = ">=3.11"\n', ""), UNKNOWN, "needs uv: pyproject.toml has no requires-python, so uv takes that of its interpreter", id="no requires-python"),
    pytest.param((M, ">=3.11", ">=3.12"), STALE, "uv.lock is for Python >=3.11, pyproject.toml says >=3.12", id="requires-python"),
    pytest.param((M, ">=3.11", "three"), UNKNOWN, "needs uv: requires-python cannot be read", id="odd requires-python"),
    pytest.param((M, "click>=8", "click>>8"), UNKNOWN, "needs uv: project.dependencies[0] is no requirement that can be read", id="odd requirement"),
    pytest.param((M, "extra = ", "more = "), STALE, None, id="renamed extra"),
    pytest.param((M, "", "\n[build-system]\nrequires = []\n"), STALE, "pyproject.toml is a package now, uv.lock says otherwise", id="build system"),
    pytest.param((M, "", "\n[build-system]\n[tool.uv]\npackage = false\n"), FRESH, "", id="build system, but no package"),
    pytest.param((M, "", "\n[tool.uv]\nresolution = 'lowest'\n"), STALE, "uv.lock was made with resolution highest, now it is lowest", id="resolution"),
    pytest.param((M, "", "\n[tool.uv]\nexclude-newer = '2026-01-01'\n"), STALE, "uv.lock was made without exclude-newer, now it is 2026-01-01", id="exclude-newer"),
    pytest.param((M, "", "\n[tool.uv]\nexclude-newer = '1 week'\n"), STALE, "uv.lock was made with exclude-newer of a fixed time, now it is 1 week", id="exclude-newer span"),
    pytest.param((M, "", "\n[tool.uv]\nexclude-newer-package = { click = '2026-01-01' }\n"), STALE, "exclude-newer-package has click in pyproject.toml but not in uv.lock", id="exclude-newer-package"),
    pytest.param((M, "", "\n[tool.uv]\nenvironments = ['os_name == \"nt\"']\n"), STALE, "uv.lock was made for other environments than pyproject.toml names", id="environments"),
    pytest.param((M, "", "\n[tool.uv]\nconflicts = [[{extra='extra'},{group='dev'}]]\n"), STALE, "uv.lock was made for other conflicts than pyproject.toml names", id="conflicts"),
    pytest.param((M, "", "\n[tool.uv]\nconstraint-dependencies = ['click<9']\n"), STALE, "click (constraint) is in pyproject.toml but not in uv.lock", id="constraint list"),
    pytest.param((M, "", "\n[tool.uv]\nexclude-dependencies = ['click']\n"), STALE, "uv.lock was made for other exclude-dependencies than pyproject.toml names", id="excludes"),
    pytest.param((M, "", "\n[[tool.uv.dependency-metadata]]\nname = 'x'\n"), STALE, "uv.lock was made for other dependency-metadata than pyproject.toml has", id="dependency metadata"),
    pytest.param((M, "", "\n[[tool.uv.index]]\nurl = 'https://pypi.example/simple'\n"), FRESH, "", id="the index of the lock"),
    pytest.param((M, "", "\n[[tool.uv.index]]\nurl = 'https://me:word@pypi.example/simple'\n"), FRESH, "", id="an index with credentials"),
    pytest.param((M, "", "\n[[tool.uv.index]]\nurl = 'https://other.example'\ndefault = true\n"), STALE, "uv.lock takes click from an index that pyproject.toml does not name", id="another index"),
    pytest.param((M, "", "\n[tool.uv]\nextra-index-url = 'https://pypi.example/simple'\n"), FRESH, "", id="extra index as one text"),
    pytest.param((M, "", "\n[tool.uv.sources]\nclick = { path = '../click' }\n"), STALE, "uv.lock was made for click>=8, pyproject.toml asks for click (folder ../click)", id="source"),
    pytest.param((M, "", "\n[tool.uv.sources]\nclick = { path = '/home/x/click' }\n"), UNKNOWN, "needs uv: tool.uv.sources", id="source that depends on the machine"),
    pytest.param((M, "", "\n[tool.uv.workspace]\nmembers = ['a']\n"), FRESH, "", id="workspace of one"),
    pytest.param((M, "", "\n[tool.uv]\ndev-dependencies = ['six']\n"), STALE, "six (group dev) is in pyproject.toml but not in uv.lock", id="older dev dependencies"),
    pytest.param((M, "", "\n[tool.uv.dependency-groups]\ndev = { requires-python = '>=3.12' }\n"), STALE, None, id="Python of a group"),
    pytest.param((M, "", "\n[tool.uv.dependency-groups]\ndev = { requires-python = '>=3.10' }\n"), STALE, None, id="vacuous Python of a group"),
    pytest.param((M, 'dev = ["iniconfig>=2"]', 'dev = [{include-group = "t"}]\nt = ["iniconfig>=2"]'), STALE, "the dependency group t is in pyproject.toml but not in uv.lock", id="included group"),
    pytest.param((M, 'dev = ["iniconfig>=2"]', 'dev = ["iniconfig>=2", {include-group = "t"}]\nt = []'), STALE, "the dependency group t is in pyproject.toml but not in uv.lock", id="included empty group"),
    pytest.param((M, 'dev = ["iniconfig>=2"]', 'dev = [{include-group = "t"}]\nt = [{include-group="Dev"}]'), BROKEN, "dependency group dev includes itself", id="group cycle"),
    pytest.param((M, "click>=8", "click @ git+https://host.example/click"), STALE, "uv.lock was made for click>=8, pyproject.toml asks for click (git https://host.example/click)", id="from Git"),
    pytest.param((M, "click>=8", "click @ file:///x/click"), UNKNOWN, "needs uv: a requirement from a folder", id="from a folder"),
    pytest.param((M, 'version = "0.1.0"', 'version = "0.1.0"\ndynamic = ["dependencies"]'), UNKNOWN, "needs uv: dynamic dependencies", id="dynamic dependencies"),
    pytest.param(("uv.lock", 'name = "idna"\nversion = "3.20"', 'name = "gone"\nversion = "3.20"'), BROKEN, "it has no entry for idna, which the manifest asks for", id="entry dropped"),
    pytest.param(("uv.lock", 'version = "3.20"', 'version = "4.1"'), BROKEN, "it has idna 4.1, the manifest asks for idna>=3,<4", id="entry edited"),
    pytest.param(("uv.lock", '    { name = "idna" },', '    { name = "idna" },\n    { name = "gone" },'), BROKEN, "it has no entry for gone, which demo needs", id="open edge"),
    pytest.param(("uv.lock", "version = 1\n", "version = 2\n"), BROKEN, "it was written by a newer uv", id="newer format"),
    pytest.param(("uv.lock", "version = 1\n", ""), BROKEN, "it does not say which format it has", id="no format"),
    pytest.param(("uv.lock", "revision = 5", "revision = 99"), FRESH, "", id="larger revision"),
    pytest.param(("uv.lock", "version = 1", "version = 1\n<<<<<<< HEAD"), BROKEN, "unresolved merge conflict", id="conflict"),
    pytest.param(("uv.lock", "version = 1", "version = = 1"), BROKEN, "it cannot be parsed as TOML", id="no TOML"),
]
# fmt: on


@pytest.mark.parametrize(("change", "verdict", "text"), CASES)
def test_verdict(change: tuple[str, str, str], verdict: type[Verdict], text: str | None) -> None:
    verify(UV, change, verdict, text)
