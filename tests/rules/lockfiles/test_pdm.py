"""pdm: one project, one change, one verdict."""

import pytest

from mlgovern.rules.lockfiles import RULES
from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale, Unknown, Verdict
from tests.factories import a_snapshot, judged, not_judged, rule_of
from tests.rules.lockfiles.bases import PDM
from tests.rules.lockfiles.verdicts import changed, verify

FRESH, STALE, BROKEN, UNKNOWN = Fresh, Stale, Broken, Unknown
M = "pyproject.toml"
_HELD = "sha256:9787a64382d22c82efec0c0becc53921b417943273ac49bb623d02fa7efb9d58"
REWRITTEN = "{} was made from a differently written {} (constraint, order, spelling or spaces)"

# fmt: off
CASES = [
    pytest.param((M, "", ""), FRESH, "", id="as locked"),
    pytest.param((M, 'version = "0.1.0"', 'version = "9"'), FRESH, "", id="version"),
    pytest.param((M, '"click>=8", ', '"click>=8", "attrs", '), STALE, "attrs is in pyproject.toml but not in pdm.lock", id="added"),
    pytest.param((M, "click>=8", "Click>=8"), STALE, REWRITTEN.format("pdm.lock", M), id="letter case"),
    pytest.param((M, "click>=8", "click>>8"), STALE, REWRITTEN.format("pdm.lock", M), id="odd requirement"),
    pytest.param((M, "distribution = false", "[tool.pdm.dev-dependencies]\nq = ['six']"), STALE, None, id="older groups"),
    pytest.param((M, "distribution = false", "resolution = {lock_inputs = true}"), STALE, "pyproject.toml asks for lock_inputs, pdm.lock has none", id="lock_inputs wanted"),
    pytest.param((M, "distribution = false", "workspace = {members = ['a']}"), STALE, REWRITTEN.format("pdm.lock", M), id="became a workspace"),
    pytest.param((M, "distribution = false", "source = 2026-01-01"), UNKNOWN, "pyproject.toml has a value that JSON lacks", id="a date"),
    pytest.param(("pdm.lock", 'lock_version = "4.5.1"', 'lock_version = "4.6"'), STALE, "pdm.lock has a format that current pdm writes anew", id="newer format"),
    pytest.param(("pdm.lock", 'lock_version = "4.5.1"', ""), STALE, "pdm.lock has a format that current pdm writes anew", id="no format"),
    pytest.param(("pdm.lock", 'name = "idna"', 'name = "gone"'), BROKEN, "it has no entry for idna, which the manifest asks for", id="entry dropped"),
    pytest.param(("pdm.lock", 'summary = ""', 'summary = ""\ndependencies = ["gone>=1"]'), BROKEN, "it has no entry for gone, which click needs", id="open edge"),
    pytest.param(("pdm.lock", 'summary = ""', 'summary = ""\ndependencies = ["Demo>=0"]'), FRESH, "", id="a plugin needs the project itself"),
    pytest.param(("pdm.lock", 'summary = ""', 'summary = ""\ndependencies = ["gone>=1; python_version < \'3.9\'"]'), FRESH, "", id="edge for other Pythons"),
    pytest.param(("pdm.lock", 'summary = ""', 'summary = ""\ndependencies = [">>"]'), UNKNOWN, "needs pdm: no requirement", id="odd edge"),
    pytest.param(("pdm.lock", 'requires_python = ">=3.11"\n', 'requires_python = ">=3.11"\nplatform = "linux"\n'), FRESH, "", id="for one system"),
    pytest.param(("pdm.lock", "[[metadata.targets]]", "lock_inputs = 1\n[[metadata.targets]]"), UNKNOWN, "needs pdm: lock_inputs", id="lock_inputs held"),
]
# fmt: on


@pytest.mark.parametrize(("change", "verdict", "text"), CASES)
def test_verdict(change: tuple[str, str, str], verdict: type[Verdict], text: str | None) -> None:
    verify(PDM, change, verdict, text)


WORKSPACE = changed(PDM, M, "distribution = false", "distribution = false\nworkspace = {members = ['libs/*', 'app']}")
MEMBERS = {
    "app/pyproject.toml": "[project]\nname = 'app'\ndependencies = ['idna']\n",
    "libs/b/pyproject.toml": "[project]\nname = 'b'\n",
}
# what pdm 2.29.4 itself says of this workspace
HASH_OF_ALL = "677f878197688afe26655f10604ddd934626339c23c57ec92c501a0683f5f9c3"


@pytest.mark.parametrize(
    ("path", "old", "new", "count"),
    (
        pytest.param(M, "", "", 0, id="as locked"),
        pytest.param("app/pyproject.toml", "'idna'", "'idna', 'six'", 1, id="a member asks for more"),
        pytest.param("app/pyproject.toml", "'app'", "'other'", 0, id="a member's name is not covered"),
        pytest.param(M, "'libs/*', ", "", 1, id="a member less"),
        pytest.param(M, '"click>=8"', '"click>=9"', 1, id="the root asks for more"),
    ),
)
def test_a_workspace(path: str, old: str, new: str, count: int) -> None:
    files = {**changed(WORKSPACE, "pdm.lock", _HELD, f"sha256:{HASH_OF_ALL}"), **MEMBERS}
    files[path] = files[path].replace(old, new) if old else files[path]
    snapshot = a_snapshot({path: files[path]}, {other: files[other] for other in files if other != path})
    assert len(judged(rule_of(RULES, "stale-lockfile"), snapshot)) == count
    assert not_judged(rule_of(RULES, "stale-lockfile"), snapshot) == []
    assert judged(rule_of(RULES, "missing-lockfile"), snapshot) == []
