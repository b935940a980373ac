"""pdm: one project, one change, one verdict."""

import pytest

from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale, Unknown, Verdict
from tests.rules.lockfiles.bases import PDM
from tests.rules.lockfiles.verdicts import verify

FRESH, STALE, BROKEN, UNKNOWN = Fresh, Stale, Broken, Unknown
M = "pyproject.toml"
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
    pytest.param((M, "distribution = false", "workspace = {members = ['a']}"), UNKNOWN, "needs pdm: tool.pdm.workspace", id="workspace"),
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
