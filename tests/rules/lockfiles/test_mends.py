"""The mends: commands that work when they are pasted, or words."""

import pytest

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Place
from mlgovern.rules.lockfiles import RULES
from tests.factories import a_snapshot, judged, rule_of
from tests.rules.lockfiles.bases import PDM, POETRY, PROJECT, UV
from tests.rules.lockfiles.verdicts import PIP_TOOLS, PIPENV, changed

BUMPED = changed(UV, "pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"')
ANEW = "\nevery version is resolved anew"


def found(rule_id: str, snapshot: Snapshot) -> list[Finding]:
    return judged(rule_of(RULES, rule_id), snapshot)


def under(folder: str, files: dict[str, str]) -> dict[str, str]:
    return {f"{folder}/{path}": text for path, text in files.items()}


MENDS = [
    pytest.param(under("a b", BUMPED), "cd 'a b' && uv lock && git add uv.lock", id="in a folder"),
    pytest.param(
        changed(POETRY, "pyproject.toml", "click>=8", "click>=9"), "poetry lock && git add poetry.lock", id="poetry 2"
    ),
    pytest.param(
        changed(
            changed(POETRY, "pyproject.toml", "click>=8", "click>=9"), "poetry.lock", "Poetry 2.5.1", "Poetry 1.8.2"
        ),
        "poetry lock --no-update && git add poetry.lock",
        id="poetry 1",
    ),
    pytest.param(
        changed(PDM, "pyproject.toml", "click>=8", "click>=9"), "pdm lock --update-reuse && git add pdm.lock", id="pdm"
    ),
    pytest.param(
        changed(PIPENV, "Pipfile", ">=8", ">=9"),
        "pipenv lock && git add Pipfile.lock\npipenv resolves every version anew",
        id="pipenv",
    ),
    pytest.param(
        changed(PIP_TOOLS, "requirements.in", "click>=8", "click>=9"),
        "pip-compile --output-file=requirements.txt --strip-extras requirements.in && git add requirements.txt",
        id="the command of the header",
    ),
    pytest.param(
        changed(
            changed(PIP_TOOLS, "requirements.in", "click>=8", "click>=9"),
            "requirements.txt",
            "--strip-extras",
            "$(reboot)",
        ),
        "pip-compile --output-file=requirements.txt '$(reboot)' requirements.in && git add requirements.txt",
        id="foreign text is quoted",
    ),
    pytest.param(
        changed(
            changed(PIP_TOOLS, "requirements.in", "click>=8", "click>=9"),
            "requirements.txt",
            "--strip-extras",
            "-i https://a:b@c.example",
        ),
        "pip-compile requirements.in -o requirements.txt && git add requirements.txt",
        id="credentials are never repeated",
    ),
    pytest.param(
        under("sub", changed(PIP_TOOLS, "requirements.in", "click>=8", "click>=9")),
        "cd sub && pip-compile --output-file=requirements.txt --strip-extras requirements.in && git add requirements.txt",
        id="run in the folder of the file",
    ),
]


@pytest.mark.parametrize(("files", "mend"), MENDS)
def test_mends_of_stale_locks(files: dict[str, str], mend: str) -> None:
    assert [finding.mend for finding in found("stale-lockfile", a_snapshot(files))] == [mend]


def test_a_command_that_ran_at_the_root_runs_there_again() -> None:
    text = (
        PIP_TOOLS["requirements.txt"]
        .replace("=requirements.txt", "=sub/requirements.txt")
        .replace("requirements.in\n#\n", "sub/requirements.in\n#\n")
    )
    files = {"sub/requirements.in": "click>=9\n", "sub/requirements.txt": text}
    (finding,) = found("stale-lockfile", a_snapshot(files))
    assert finding.mend.endswith(
        "--output-file=sub/requirements.txt --strip-extras sub/requirements.in && git add sub/requirements.txt"
    )
    assert finding.place == Place("sub/requirements.in", 1)


@pytest.mark.parametrize(
    ("files", "mend"),
    [
        pytest.param({"a/Pipfile": PIPENV["Pipfile"]}, "cd a && pipenv lock && git add Pipfile.lock", id="pipenv"),
        pytest.param({"pyproject.toml": PROJECT + "[tool.pdm]\n"}, "pdm lock && git add pdm.lock", id="pdm"),
        pytest.param(
            {"pyproject.toml": PROJECT + "[tool.poetry]\n"}, "poetry lock && git add poetry.lock", id="poetry"
        ),
        pytest.param(
            {"requirements.in": "six"},
            "uv pip compile requirements.in -o requirements.txt && git add requirements.txt",
            id="requirements",
        ),
    ],
)
def test_mends_of_missing_locks(files: dict[str, str], mend: str) -> None:
    assert [finding.mend for finding in found("missing-lockfile", a_snapshot(files))] == [mend]


# fmt: off
BROKEN = [
    pytest.param(changed(UV, "uv.lock", '"idna"\nversion', '"gone"\nversion'), "rm uv.lock && uv lock && git add uv.lock" + ANEW, id="uv reads no lock with a gap"),
    pytest.param(under("a b", changed(UV, "uv.lock", "version = 1\n", "= 1\n")), "cd 'a b' && rm uv.lock && uv lock && git add uv.lock" + ANEW, id="in a folder"),
    pytest.param(under("a", changed(UV, "uv.lock", "version = 1\n", "version = 2\n")), "update uv, then: cd a && uv lock && git add uv.lock", id="newer"),
    pytest.param(changed(UV, "pyproject.toml", '"iniconfig>=2"', '{include-group = "dev"}'), "take the circle out of the dependency groups in pyproject.toml", id="circle"),
    pytest.param(changed(POETRY, "poetry.lock", "", "=======\n"), "rm poetry.lock && poetry lock && git add poetry.lock" + ANEW, id="poetry, conflict"),
    pytest.param(changed(PIPENV, "Pipfile.lock", '"_meta"', "_meta"), "rm Pipfile.lock && pipenv lock && git add Pipfile.lock" + ANEW, id="pipenv, no JSON"),
    pytest.param(changed(PIPENV, "Pipfile.lock", '"idna"', '"gone"'), "pipenv lock && git add Pipfile.lock\npipenv resolves every version anew", id="pipenv, gap"),
    pytest.param(changed(PIP_TOOLS, "requirements.txt", "click==8.5.1", "<<<<<<< HEAD\nclick==8.5.1"), "rm requirements.txt && pip-compile --output-file=requirements.txt --strip-extras requirements.in && git add requirements.txt" + ANEW, id="compiled, conflict"),
]
IGNORED = [
    pytest.param({**under("a", {"pyproject.toml": PROJECT}), "a/.gitignore": "*.lock"}, r"printf '\n%s\n' '!/uv.lock' >> a/.gitignore && git add a/.gitignore && cd a && uv lock && git add uv.lock", id="the file that decides"),
    pytest.param({**under("a [1]", UV), ".gitignore": "*.lock"}, r"printf '\n%s\n' '!/a \[1]/uv.lock' >> .gitignore && git add .gitignore", id="relative to its folder"),
    pytest.param({**under("a/b", UV), ".gitignore": "x\n/a/\n"}, "change line 2 of .gitignore (/a/): below an ignored folder no exception helps", id="below an ignored folder"),
]
# fmt: on


@pytest.mark.parametrize(("files", "mend"), BROKEN)
def test_mends_of_broken_locks(files: dict[str, str], mend: str) -> None:
    assert [finding.mend for finding in found("broken-lockfile", a_snapshot(files))] == [mend]


@pytest.mark.parametrize(("files", "mend"), IGNORED)
def test_mends_of_ignored_locks(files: dict[str, str], mend: str) -> None:
    assert mend in [finding.mend for finding in found("ignored-lockfile", a_snapshot(files))]


TWICE = """
[project.urls]
six = "https://six.example"

[tool.uv]
constraint-dependencies = [
    "six<2",
]
override-dependencies = ["attrs"]
"""


@pytest.mark.parametrize(
    ("more", "place"),
    [
        pytest.param(TWICE, '    "six<2",', id="in its own array"),
        pytest.param("\n[tool.uv]\ndev-dependencies = ['six']\n", "dev-dependencies = ['six']", id="older group"),
        pytest.param("\n[tool]\nuv.constraint-dependencies = ['six']\n", "", id="no such header"),
    ],
)
def test_the_line_is_in_the_right_table(more: str, place: str) -> None:
    text = UV["pyproject.toml"] + more
    (finding,) = found("stale-lockfile", a_snapshot({**UV, "pyproject.toml": text}))
    reason = next(part for part in finding.message.split("; ") if part.startswith("six ("))
    lines = text.splitlines()
    expected = Place("pyproject.toml", lines.index(place) + 1) if place else Place("uv.lock", 1)
    assert reason.endswith(" is in pyproject.toml but not in uv.lock")
    assert finding.place == expected
