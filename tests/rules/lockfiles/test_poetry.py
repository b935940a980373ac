"""poetry: one project, one change, one verdict."""

import pytest

from mlgovern.rules.lockfiles import poetry
from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale, Unknown, Verdict, digest
from mlgovern.rules.lockfiles.versions import admits
from tests.rules.lockfiles.bases import LEGACY, POETRY
from tests.rules.lockfiles.verdicts import verify

FRESH, STALE, BROKEN, UNKNOWN = Fresh, Stale, Broken, Unknown
M = "pyproject.toml"
REWRITTEN = "{} was made from a differently written {} (constraint, order, spelling or spaces)"

# fmt: off
CASES = [
    pytest.param(POETRY, (M, "", ""), FRESH, "", id="as locked"),
    pytest.param(LEGACY, (M, "", ""), FRESH, "", id="as locked, older tables"),
    pytest.param(POETRY, (M, 'version = "0.1.0"', 'version = "9"'), FRESH, "", id="version"),
    pytest.param(POETRY, (M, '"click>=8", ', '"click>=8", "attrs", '), STALE, "attrs is in pyproject.toml but not in poetry.lock", id="added"),
    pytest.param(POETRY, (M, ', "idna>=3,<4"', ""), STALE, "idna is in poetry.lock but nothing in pyproject.toml asks for it", id="removed"),
    pytest.param(POETRY, (M, "click>=8", "click>=9"), STALE, "poetry.lock has click 8.5.1, pyproject.toml asks for click>=9", id="not satisfied"),
    pytest.param(POETRY, (M, "click>=8", "click >= 8"), STALE, REWRITTEN.format("poetry.lock", M), id="spaces"),
    pytest.param(POETRY, (M, "click>=8", "click>>8"), STALE, REWRITTEN.format("poetry.lock", M), id="odd requirement"),
    pytest.param(POETRY, (M, ">=3.11", ">=3.12"), STALE, "poetry.lock is for Python >=3.11, pyproject.toml says >=3.12", id="Python"),
    pytest.param(POETRY, (M, 'extra = ["six>=1.16"]', 'extra = ["six>=1.16"]\nmore = ["six"]'), STALE, "the extra more is in pyproject.toml but not in poetry.lock", id="extra"),
    pytest.param(POETRY, (M, 'extra = ["six>=1.16"]', ""), STALE, None, id="extra removed"),
    pytest.param(LEGACY, (M, 'idna = ">=3,<4"', 'idna = "^4.1"'), STALE, "poetry.lock has idna 3.20, pyproject.toml asks for idna ^4.1", id="caret"),
    pytest.param(LEGACY, (M, 'idna = ">=3,<4"', 'idna = "~3.19"'), STALE, "poetry.lock has idna 3.20, pyproject.toml asks for idna ~3.19", id="tilde"),
    pytest.param(LEGACY, (M, 'idna = ">=3,<4"', 'idna = {version = "3.*", optional = true}'), STALE, REWRITTEN.format("poetry.lock", M), id="inline table"),
    pytest.param(LEGACY, (M, 'idna = ">=3,<4"', 'idna = [{version = "3"}, {version = "4"}]'), STALE, None, id="several constraints"),
    pytest.param(LEGACY, (M, 'idna = ">=3,<4"', 'idna = {git = "https://host.example/x"}'), STALE, None, id="from Git"),
    pytest.param(POETRY, ("poetry.lock", "content-hash", "other-hash"), STALE, "poetry.lock has no content-hash: a very old Poetry made it", id="no hash"),
    pytest.param(POETRY, ("poetry.lock", 'name = "idna"', 'name = "gone"'), BROKEN, "it has no entry for idna, which the manifest asks for", id="entry dropped"),
    pytest.param(POETRY, ("poetry.lock", "files = [", '[package.dependencies]\ngone = "*"\n[package.x]\nfiles = ['), BROKEN, "it has no entry for gone, which click needs", id="open edge"),
    pytest.param(POETRY, ("poetry.lock", "files = [", '[package.dependencies]\ndemo = "*"\n[package.x]\nfiles = ['), FRESH, "", id="a plugin needs the project itself"),
    pytest.param(LEGACY, ("poetry.lock", "files = [", '[package.dependencies]\nDemo = "*"\n[package.x]\nfiles = ['), FRESH, "", id="a plugin needs it, in poetry's own table"),
    pytest.param(POETRY, ("poetry.lock", "files = [", '[package.dependencies]\ngone = {version = "*", optional = true}\n[package.x]\nfiles = ['), FRESH, "", id="optional edge"),
    pytest.param(POETRY, ("poetry.lock", "files = [", "[package.dependencies]\ngone = {version = '*', markers = 'python_version < \"3.9\"'}\n[package.x]\nfiles = ["), FRESH, "", id="edge for other Pythons"),
    pytest.param(POETRY, ("poetry.lock", "files = [", "[package.dependencies]\ngone = {version = '*', markers = 'nonsense'}\n[package.x]\nfiles = ["), UNKNOWN, "needs poetry: no environment marker", id="odd marker"),
    pytest.param(POETRY, ("poetry.lock", '"click"\nversion = "8.5.1"', '"idna"\nversion = "3.20"'), BROKEN, None, id="entry overwritten by its neighbour"),
    pytest.param(POETRY, (M, 'name = "demo"', 'name = "demo'), BROKEN, "it cannot be parsed as TOML", id="manifest is no TOML"),
    pytest.param(POETRY, (M, "priority = ", "day = 2026-01-01\npriority = "), UNKNOWN, "pyproject.toml has a value that JSON lacks", id="a date"),
]
# fmt: on


@pytest.mark.parametrize(("base", "change", "verdict", "text"), CASES)
def test_verdict(base: dict[str, str], change: tuple[str, str, str], verdict: type[Verdict], text: str | None) -> None:
    verify(base, change, verdict, text)


def test_poetry_before_2_3_left_the_groups_out() -> None:
    hashed = digest(poetry.content({"project": {"requires-python": ">=3.11"}}))
    lock = f'[metadata]\nlock-version = "2.1"\npython-versions = ">=3.11"\ncontent-hash = "{hashed}"\n'
    manifest = b'[project]\nrequires-python = ">=3.11"\n[dependency-groups]\ndev = ["six"]\n'
    made = "# This file is automatically @generated by Poetry {} and should not be changed by hand.\n"
    assert isinstance(poetry.judge(manifest, (made.format("2.2.1") + lock).encode()), Fresh)
    assert isinstance(poetry.judge(manifest, (made.format("2.3.0") + lock).encode()), Stale)


# fmt: off
CONSTRAINTS = [
    ("^1.2.3", "1.9", True),
    ("^1.2.3", "2.0", False),
    ("^0.2.3", "0.3", False),
    ("^0.0.3", "0.0.4", False),
    ("^0", "0.9", True),
    ("^0.0", "0.0.9", True),
    ("^0.0", "0.1", False),
    ("~1.2.3", "1.2.9", True),
    ("~1.2", "1.3", False),
    ("~1", "1.9", True),
    ("*", "7", True),
    ("1.2", "1.2.0", True),
    ("1.2.*", "1.3", False),
    (">=1 <2", "2", False),
    (">=1,<2", "1.5", True),
    ("^1 || ^3", "2", True),
    ("^x", "2", True),
    ("~=1.4", "1.5", True),
    ("", "1", True),
]
# fmt: on


@pytest.mark.parametrize(("constraint", "version", "admitted"), CONSTRAINTS)
def test_constraints_of_poetry(constraint: str, version: str, admitted: bool) -> None:
    assert admits(poetry.specifiers(constraint), version) is admitted
