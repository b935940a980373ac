"""The rules about what stands beside what: missing, ignored, rival and lone locks, virtual environments."""

import pytest

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Place, Severity
from mlgovern.rule import Glob
from mlgovern.rules.lockfiles import RULES
from mlgovern.rules.lockfiles.folders import Environments
from mlgovern.rules.lockfiles.wanting import Locks
from tests.factories import a_snapshot, judged, not_judged, rule_of
from tests.rules.lockfiles.bases import POETRY, PROJECT, UV
from tests.rules.lockfiles.verdicts import PIP_TOOLS, PIPENV

ALONE = a_snapshot({"pyproject.toml": PROJECT})


def found(rule_id: str, snapshot: Snapshot, settings: object = None) -> list[Finding]:
    return judged(rule_of(RULES, rule_id), snapshot, settings)


# fmt: off
MISSING = [
    pytest.param({"pyproject.toml": PROJECT}, ["pyproject.toml"], id="project"),
    pytest.param({"pyproject.toml": PROJECT, "uv.lock": ""}, [], id="uv.lock"),
    pytest.param({"pyproject.toml": PROJECT, "pixi.lock": ""}, [], id="pixi.lock"),
    pytest.param({"pyproject.toml": PROJECT, "pylock.dev.toml": ""}, [], id="named pylock"),
    pytest.param({"pyproject.toml": PROJECT, "a/uv.lock": ""}, ["pyproject.toml"], id="lock elsewhere"),
    pytest.param({"pyproject.toml": "[tool.ruff]\n"}, [], id="linter settings alone"),
    pytest.param({"pyproject.toml": "[project]\nname = 'x'\ndependencies = []\n"}, [], id="asks for nothing"),
    pytest.param({"pyproject.toml": "[project]\ndynamic = ['dependencies']\n"}, ["pyproject.toml"], id="dynamic"),
    pytest.param({"pyproject.toml": "[dependency-groups]\ndev = ['six']\n"}, ["pyproject.toml"], id="groups alone"),
    pytest.param({"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\n"}, [], id="Python alone"),
    pytest.param({"pyproject.toml": "[tool.poetry.dependencies]\nsix = '*'\n"}, ["pyproject.toml"], id="older poetry"),
    pytest.param({"{{name}}/pyproject.toml": PROJECT, "{{name}}/Pipfile": PIPENV["Pipfile"]}, [], id="paths of a template"),
    pytest.param({"a/pyproject.toml": PROJECT.replace("demo", "{{ cookiecutter.slug }}")}, [], id="project of a template"),
    pytest.param({"pyproject.toml": "[tool.poetry]\nname = '{{name}}'\n[tool.poetry.dependencies]\nsix = '*'\n"}, [], id="poetry project of a template"),
    pytest.param({"Pipfile": "[packages]\nsix = '*'\n"}, ["Pipfile"], id="Pipfile"),
    pytest.param({"Pipfile": "[packages]\n"}, [], id="empty Pipfile"),
    pytest.param({"Pipfile": PIPENV["Pipfile"], "Pipfile.lock": ""}, [], id="Pipfile.lock"),
    pytest.param({"requirements.in": "six\n"}, ["requirements.in"], id="requirements.in"),
    pytest.param({"requirements.in": "six\n", "requirements.txt": ""}, [], id="requirements.txt"),
    pytest.param(PIP_TOOLS, [], id="compiled"),
    pytest.param({"MANIFEST.in": "include x\n"}, [], id="another .in file"),
    pytest.param({"requirements.in": "-r base-requirements.in\nsix\n", "base-requirements.in": "x\n", "requirements.txt": ""}, [], id="included"),
    pytest.param({"requirements.in": "# nothing\n"}, [], id="empty input"),
    pytest.param({"a/pyproject.toml": PROJECT, "uv.lock": "", "pyproject.toml": "[tool.uv.workspace]\nmembers = ['a*']\n"}, [], id="member of a workspace"),
    pytest.param({"a/pyproject.toml": PROJECT, "uv.lock": "", "pyproject.toml": "[tool.uv.workspace]\nmembers = ['b']\n"}, ["a/pyproject.toml"], id="beside a workspace"),
    pytest.param({"a/pyproject.toml": PROJECT, "uv.lock": "", "pyproject.toml": "[tool.uv.workspace]\nmembers = ['*']\nexclude = ['./a/']\n"}, ["a/pyproject.toml"], id="left out of a workspace"),
    pytest.param({"a/pyproject.toml": PROJECT, "uv.lock": "", "pyproject.toml": "[tool.ruff]\n"}, ["a/pyproject.toml"], id="no workspace"),
]
# fmt: on


@pytest.mark.parametrize(("files", "paths"), MISSING)
def test_missing_lockfile(files: dict[str, str], paths: list[str]) -> None:
    assert [finding.place.path for finding in found("missing-lockfile", a_snapshot(files))] == paths


def test_what_a_missing_lock_says() -> None:
    assert found("missing-lockfile", ALONE) == [
        Finding(
            "pyproject.toml asks for packages, but no lock beside it records their versions; uv.lock would",
            Place("pyproject.toml", 1),
            "uv lock && git add uv.lock",
            "pyproject.toml",
        )
    ]


def test_a_library_and_an_exempt_folder_need_no_lock() -> None:
    assert found("missing-lockfile", ALONE, Locks(kind="library")) == []
    data = a_snapshot({"tests/data/pyproject.toml": PROJECT})
    assert found("missing-lockfile", data, Locks(exempt=(Glob("tests/**"),))) == []


def test_a_lock_that_is_removed_is_missing() -> None:
    snapshot = a_snapshot(tracked={"pyproject.toml": PROJECT}, removed=("uv.lock",))
    assert len(found("missing-lockfile", snapshot)) == 1


def test_a_manifest_that_cannot_be_read_has_no_lock_to_miss() -> None:
    snapshot = a_snapshot({"pyproject.toml": "[project\n"})
    assert found("missing-lockfile", snapshot) == found("ignored-lockfile", snapshot) == []
    assert not_judged(rule_of(RULES, "missing-lockfile"), snapshot) == []


def test_what_ignored_locks_say() -> None:
    assert found("ignored-lockfile", a_snapshot({"pyproject.toml": PROJECT, ".gitignore": "*.log\nuv.lock\n"})) == [
        Finding(
            "uv.lock is ignored by .gitignore line 2, so the next clone lacks it",
            Place(".gitignore", 2),
            r"printf '\n%s\n' '!/uv.lock' >> .gitignore && git add .gitignore && uv lock && git add uv.lock",
            "uv.lock",
        )
    ]
    assert found("ignored-lockfile", a_snapshot({**UV, ".gitignore": "*.lock\n"})) == [
        Finding(
            "uv.lock is tracked, yet .gitignore line 1 ignores it: removed once, it stays away unseen",
            Place(".gitignore", 1),
            r"printf '\n%s\n' '!/uv.lock' >> .gitignore && git add .gitignore",
            "uv.lock",
            Severity.WARNING,
        )
    ]


@pytest.mark.parametrize(
    ("snapshot", "count"),
    [
        pytest.param(a_snapshot({**UV, ".gitignore": "*.log\n"}), 0, id="not ignored"),
        pytest.param(a_snapshot({".gitignore": "uv.lock\n"}, UV), 1, id="the pattern is new"),
        pytest.param(a_snapshot({"a.py": ""}, {**UV, ".gitignore": "uv.lock\n"}), 0, id="nothing of it changed"),
        pytest.param(a_snapshot({**UV, ".gitignore": "*.lock\n!uv.lock\n"}), 0, id="taken back"),
        pytest.param(
            a_snapshot({"pyproject.toml": PROJECT, ".gitignore": "/uv.lock\npdm.lock\n"}), 2, id="two that would do"
        ),
    ],
)
def test_ignored_lockfile(snapshot: Snapshot, count: int) -> None:
    assert len(found("ignored-lockfile", snapshot)) == count
    assert found("ignored-lockfile", snapshot, Locks(kind="library")) == []


def test_what_rival_locks_say() -> None:
    assert found("rival-lockfiles", a_snapshot({**UV, "poetry.lock": "", "a/uv.lock": ""})) == [
        Finding(
            "uv.lock and poetry.lock lock the same folder; keep the one that is used",
            Place("uv.lock"),
            key="",
            at_most=Severity.WARNING,
        )
    ]
    (finding,) = found("rival-lockfiles", a_snapshot({**POETRY, "uv.lock": "", "pdm.lock": ""}))
    assert finding.mend == "git rm --cached -- uv.lock pdm.lock"
    assert found("rival-lockfiles", a_snapshot({**UV, "poetry.lock": ""}), Locks(exempt=(Glob("*.lock"),))) == []


# fmt: off
ORPHANS = [
    pytest.param(a_snapshot(UV), [], id="with its manifest"),
    pytest.param(a_snapshot({"uv.lock": ""}), ["uv.lock has no pyproject.toml beside it"], id="alone"),
    pytest.param(a_snapshot(tracked={"a/pdm.lock": ""}, removed=("a/pyproject.toml",)), ["pdm.lock has no pyproject.toml beside it"], id="manifest removed"),
    pytest.param(a_snapshot({"uv.lock": "", "pyproject.toml": "[tool.ruff]\n"}), ["uv.lock has no project in the pyproject.toml beside it"], id="no project"),
    pytest.param(a_snapshot({"poetry.lock": "", "pyproject.toml": "[tool.poetry]\n"}), [], id="older poetry"),
    pytest.param(a_snapshot({"uv.lock": "", "pyproject.toml": "[tool.uv.workspace]\n"}), [], id="workspace"),
    pytest.param(a_snapshot({"uv.lock": "", "pyproject.toml": "= 1"}), [], id="manifest cannot be read"),
    pytest.param(a_snapshot({"requirements.txt": PIP_TOOLS["requirements.txt"]}), ["requirements.txt was compiled from requirements.in, which is not tracked"], id="compiled from nothing"),
    pytest.param(a_snapshot({"a.py": ""}, {"uv.lock": ""}), [], id="nothing of it changed"),
]
# fmt: on


@pytest.mark.parametrize(("snapshot", "messages"), ORPHANS)
def test_orphan_lockfile(snapshot: Snapshot, messages: list[str]) -> None:
    assert [finding.message for finding in found("orphan-lockfile", snapshot)] == messages


ENVIRONMENTS = [
    pytest.param(["my env/pyvenv.cfg", "my env/lib/python3.11/site-packages/x.py"], ["my env"], id="whatever its name"),
    pytest.param([".venv/lib/python3.11/site-packages/x.py"], [".venv"], id="site-packages on Linux"),
    pytest.param(["env/Lib/site-packages/x.py"], ["env"], id="site-packages on Windows"),
    pytest.param(["site-packages/x.py", "pyvenv.cfg"], [""], id="at the root"),
    pytest.param(["a/pyvenv.cfg", "b/pyvenv.cfg", "a/b/pyvenv.cfg"], ["a", "b"], id="the outer one"),
    pytest.param(["envs/a/conda-meta/history"], ["envs/a"], id="conda"),
    pytest.param(["docs/pyvenv.cfg.md", "site-packages"], [], id="something like it"),
]


@pytest.mark.parametrize(("paths", "roots"), ENVIRONMENTS)
@pytest.mark.parametrize("stage", ["pre-commit", "audit"])
def test_committed_virtualenv(paths: list[str], roots: list[str], stage: str) -> None:
    snapshot = a_snapshot(dict.fromkeys(paths, ""), stages=(stage,))
    assert [finding.key for finding in found("committed-virtualenv", snapshot)] == roots


# fmt: off
UNIGNORED = [
    pytest.param({}, ("my env",), ["my env"], id="whatever its name"),
    pytest.param({".gitignore": "venv/\n"}, ("venv", ".venv"), [".venv"], id="one of two is ignored"),
    pytest.param({"a/.gitignore": "/x\n"}, ("a/x",), [], id="by the .gitignore beside it"),
    pytest.param({"venv/pyvenv.cfg": ""}, ("venv",), [], id="committed, which another rule says"),
    pytest.param({}, (), [], id="none"),
]
# fmt: on


@pytest.mark.parametrize(("files", "environments", "keys"), UNIGNORED)
def test_unignored_virtualenv(files: dict[str, str], environments: tuple[str, ...], keys: list[str]) -> None:
    findings = found("unignored-virtualenv", a_snapshot(files, environments=environments))
    assert [finding.key for finding in findings] == keys
    exempt = Environments(exempt=(Glob("**"),))
    assert found("unignored-virtualenv", a_snapshot(files, environments=environments), exempt) == []


def test_what_an_unignored_environment_says() -> None:
    (finding,) = found("unignored-virtualenv", a_snapshot(environments=("my env",)))
    assert finding.message == "my env/ is a virtual environment that .gitignore does not name"
    assert finding.mend == r"printf '\n%s\n' '/my env/' >> .gitignore"


def test_what_a_committed_environment_says() -> None:
    (finding,) = found("committed-virtualenv", a_snapshot({"my env/pyvenv.cfg": ""}))
    assert finding.message == "my env is a virtual environment"
    assert finding.mend == r"git rm -r -q --cached -- 'my env' && printf '\n%s\n' '/my env/' >> .gitignore"
