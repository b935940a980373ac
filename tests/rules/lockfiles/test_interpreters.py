"""`.python-version` against what projects allow."""

import pytest

from mlgovern.finding import Finding, Place, Severity
from mlgovern.rules.lockfiles import RULES
from tests.factories import a_snapshot, judged, rule_of


def project(requires: str, more: str = "") -> str:
    return f"[project]\nname = 'demo'\nrequires-python = '{requires}'\ndependencies = ['a']\n{more}"


POETRY = "[tool.poetry.dependencies]\npython = '{}'\n"

# fmt: off
CASES = [
    pytest.param(project(">=3.11"), "3.12\n", [], id="fits"),
    pytest.param(project(">=3.11"), "3.11.0\n", [], id="the oldest"),
    pytest.param(project(">=3.11"), "3.10\n", [".python-version says 3.10, pyproject.toml asks for >=3.11"], id="too old"),
    pytest.param(project(">=3.11,<3.13"), "3.13.1", [".python-version says 3.13.1, pyproject.toml asks for >=3.11,<3.13"], id="too new"),
    pytest.param(project(">=3.11.4"), "3.11\n", [], id="a later release of it fits"),
    pytest.param(project(">=3.11.4"), "3.11.3\n", [".python-version says 3.11.3, pyproject.toml asks for >=3.11.4"], id="an earlier one does not"),
    pytest.param(project("==3.11.*"), "3\n", [], id="only the first number"),
    pytest.param(project(">=3.11"), "# comment\ncpython-3.10\n", [".python-version says 3.10, pyproject.toml asks for >=3.11"], id="with the implementation"),
    pytest.param(project(">=3.11"), "my-env\npypy3.9\nsystem\n", [], id="other names"),
    pytest.param(project(">=3.11"), "3.12.1\n3.10.2\n", [".python-version says 3.10.2, pyproject.toml asks for >=3.11"], id="one of several"),
    pytest.param(POETRY.format("^3.11"), "3.10\n", [".python-version says 3.10, pyproject.toml asks for ^3.11"], id="poetry's own table"),
    pytest.param(POETRY.format("^3.10 || ^3.12"), "3.11\n", [], id="a union is not compared"),
    pytest.param(project("three"), "3.10\n", [], id="requires-python cannot be read"),
    pytest.param("[tool.ruff]\n", "3.10\n", [], id="no project"),
    pytest.param("[project\n", "3.10\n", [], id="no TOML"),
    pytest.param("[project]\nname = 'x'\ndependencies = ['a']\n", "3.10\n", ["pyproject.toml has no requires-python"], id="no requires-python"),
    pytest.param("[project]\nname = 'x'\ndependencies = ['a']\ndynamic = ['requires-python']\n", "3.10\n", [], id="dynamic"),
]
# fmt: on


@pytest.mark.parametrize(("manifest", "pinned", "messages"), CASES)
@pytest.mark.parametrize("changed", ["pyproject.toml", ".python-version"])
def test_python_version_conflict(manifest: str, pinned: str, messages: list[str], changed: str) -> None:
    files = {"pyproject.toml": manifest, ".python-version": pinned}
    snapshot = a_snapshot({changed: files[changed]}, {path: text for path, text in files.items() if path != changed})
    findings = judged(rule_of(RULES, "python-version-conflict"), snapshot)
    assert [finding.message for finding in findings] == messages


def test_what_a_conflict_says() -> None:
    snapshot = a_snapshot({"a/pyproject.toml": project(">=3.12.1")}, {".python-version": "#\n3.10\n"})
    (finding,) = judged(rule_of(RULES, "python-version-conflict"), snapshot)
    assert finding.message == ".python-version says 3.10, pyproject.toml asks for >=3.12.1"
    assert finding.place == Place(".python-version", 2)
    assert finding.mend == "echo 3.12 > .python-version && git add .python-version"


def test_a_nearer_pin_counts() -> None:
    files = {"a/pyproject.toml": project(">=3.12"), "a/.python-version": "3.12\n", ".python-version": "3.10\n"}
    assert judged(rule_of(RULES, "python-version-conflict"), a_snapshot(files)) == []


def test_no_requires_python_only_warns() -> None:
    snapshot = a_snapshot({"pyproject.toml": "[project]\nname = 'x'\ndependencies = ['a']\n"})
    assert judged(rule_of(RULES, "python-version-conflict"), snapshot) == [
        Finding(
            "pyproject.toml has no requires-python",
            Place("pyproject.toml", 2),
            'add requires-python = ">=3.11", or whichever is the oldest that you try',
            "requires-python",
            Severity.WARNING,
        )
    ]
