"""pipenv: one project, one change, one verdict."""

import pytest

from mlgovern.rules.lockfiles import pipenv
from mlgovern.rules.lockfiles.pep508 import normal
from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale, Unknown, Verdict, digest
from tests.rules.lockfiles.verdicts import PIPENV, verify

FRESH, STALE, BROKEN, UNKNOWN = Fresh, Stale, Broken, Unknown
PIPENV_TEXT = "Pipfile.lock was made from a differently written Pipfile (a source, a constraint or its spelling)"

# fmt: off
CASES = [
    pytest.param(("Pipfile", "", ""), FRESH, "", id="as locked"),
    pytest.param(("Pipfile", "", "# comment\n[scripts]\nx = 'y'\n"), FRESH, "", id="scripts"),
    pytest.param(("Pipfile", "click =", "Click ="), FRESH, "", id="spelling of a name"),
    pytest.param(("Pipfile", 'click = ">=8"', 'click = ">= 8"'), STALE, PIPENV_TEXT, id="spaces"),
    pytest.param(("Pipfile", 'click = ">=8"', 'click = {version = ">=9"}'), STALE, "Pipfile.lock has click 8.5.1, Pipfile asks for >=9", id="not satisfied"),
    pytest.param(("Pipfile", 'click = ">=8"', 'click = "odd"'), STALE, PIPENV_TEXT, id="odd constraint"),
    pytest.param(("Pipfile", "[dev-packages]", 'six = "*"\n[dev-packages]'), STALE, "six is in Pipfile but not in Pipfile.lock", id="added"),
    pytest.param(("Pipfile", '"3.11"', '"3.12"'), STALE, "Pipfile.lock is for python_version 3.11, Pipfile asks for 3.12", id="Python"),
    pytest.param(("Pipfile", "", "\n[docs]\nsix = '*'\n"), STALE, "six is in Pipfile but not in Pipfile.lock", id="category"),
    pytest.param(("Pipfile", 'click = ">=8"', "click = 2026-01-01"), UNKNOWN, "Pipfile has a value that JSON lacks", id="a date"),
    pytest.param(("Pipfile", "[packages]", "[packages"), BROKEN, "it cannot be parsed as TOML", id="manifest is no TOML"),
    pytest.param(("Pipfile.lock", '"idna"', '"gone"'), BROKEN, "it has no entry for idna, which the manifest asks for", id="entry dropped"),
    pytest.param(("Pipfile.lock", '"==3.20"', '"==4.1"'), BROKEN, "it has idna 4.1, the manifest asks for idna>=3,<4", id="entry edited"),
    pytest.param(("Pipfile.lock", '"_meta"', "_meta"), BROKEN, "it cannot be parsed as JSON", id="no JSON"),
    pytest.param(("Pipfile.lock", '    "_meta"', '<<<<<<< HEAD\n"_meta"'), BROKEN, "unresolved merge conflict", id="conflict"),
]
# fmt: on


@pytest.mark.parametrize(("change", "verdict", "text"), CASES)
def test_verdict(change: tuple[str, str, str], verdict: type[Verdict], text: str | None) -> None:
    verify(PIPENV, change, verdict, text)


def test_pipenv_adds_the_public_index_where_none_is_named_and_once_kept_names_as_written() -> None:
    manifest = b"[packages]\nMy_Pkg = '*'\n"
    for names, sources in (
        (str, [{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}]),
        (normal, []),
    ):
        content = {"_meta": {"sources": sources, "requires": {}}, "default": {names("My_Pkg"): "*"}, "develop": {}}
        lock = f'{{"_meta": {{"hash": {{"sha256": "{digest(content, (",", ":"))}"}}}}, "default": {{"my-pkg": {{"version": "==1"}}}}}}'
        assert isinstance(pipenv.judge(manifest, lock.encode()), Fresh)
