"""A small self-made repository of the kind of the course's own, end to end under the embedded default."""

import json
from typing import Any

import pytest

from tests.conftest import Sealed

PASSWORDS = ["Otter" + suffix for suffix in ("AfterLunch", "BeforeTea9", "AtNoon-77", "InTheRain3")]

DIRTY = {
    "cell_type": "code",
    "execution_count": 3,
    "metadata": {},
    "outputs": [{"name": "stdout", "output_type": "stream", "text": ["42\n"]}],
    "source": ["6 * 7"],
}
CLEAN = {**DIRTY, "execution_count": None, "outputs": []}


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 2}, indent=1) + "\n"


LOCK = """\
version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "course"
version = "0.1.0"
source = { virtual = "." }
"""

FILES = {
    "readme.md": "# Course\n",
    ".gitignore": ".env\nenv/\n.venv/\nlogs/\n__pycache__/\n*.xlsx\nuv.lock\n05_src/data/*\n!05_src/data/.gitkeep\n",
    "pyproject.toml": '[project]\nname = "course"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n',
    "uv.lock": LOCK,
    "01_materials/labs/clean.ipynb": notebook(CLEAN, CLEAN),
    "01_materials/labs/dirty.ipynb": notebook(CLEAN, DIRTY, DIRTY),
    "01_materials/notes.xlsx": "PK\x03\x04",
    "05_src/.env": f"LOG_LEVEL=info\nDB_URL=postgresql://postgres:{PASSWORDS[0]}@localhost:5432/db\n",
    "05_src/.env.example": "DB_URL=postgresql://user:password@localhost/db\nAPI_KEY=your-api-key\n",
    "05_src/docker/.env": f"POSTGRES_PASSWORD={PASSWORDS[1]}\nPGADMIN_DEFAULT_PASSWORD={PASSWORDS[2]}\nMINIO_SECRET_ACCESS_KEY={PASSWORDS[3]}\n",
    "05_src/benign/.env": "LOG_LEVEL=debug\nMODEL_DIR=./models\n",
    "05_src/model.pkl": "\x80\x04K\x01.",
    "05_src/data/.gitkeep": "",
    "docs/index.md": "# Docs\n",
}


@pytest.fixture
def course(repo: Sealed) -> Sealed:
    for path, text in FILES.items():
        repo.stage(path, text.encode("latin-1"))
    repo.commit("feat: the course")
    return repo


def findings(repo: Sealed) -> tuple[int, list[dict[str, Any]]]:
    done = repo.mlgovern("check", "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == report["exit_code"]
    found: list[dict[str, Any]] = report["findings"]
    return done.returncode, found


def places(found: list[dict[str, Any]], *rules: str) -> list[tuple[str, int | None]]:
    return sorted({(finding["path"], finding["line"]) for finding in found if finding["rule"] in rules}, key=str)


def test_what_is_found(course: Sealed) -> None:
    code, found = findings(course)
    assert code == 1
    secrets = ("env-secret", "url-credentials", "provider-token", "hardcoded-secret", "private-key")
    assert places(found, *secrets) == [("05_src/.env", 2), *(("05_src/docker/.env", line) for line in (1, 2, 3))]
    benign = [f for f in found if f["path"] == "05_src/benign/.env" and f["rule"] != "ignored-but-tracked"]
    assert {(f["rule"], f["severity"]) for f in benign} == {("tracked-env-file", "warning")}
    assert not [f for f in found if f["path"] == "05_src/.env.example"]
    dirty = [f for f in found if f["rule"] == "notebook-output"]
    assert {(f["path"], f["cell"]) for f in dirty} == {
        ("01_materials/labs/dirty.ipynb", 1),
        ("01_materials/labs/dirty.ipynb", 2),
    }
    assert {f["path"] for f in found if f["rule"] in ("model-in-git", "unsafe-pickle")} == {"05_src/model.pkl"}
    ignored = {f["path"] for f in found if f["rule"] == "ignored-but-tracked"}
    assert ignored == {"uv.lock", "01_materials/notes.xlsx", "05_src/.env", "05_src/docker/.env", "05_src/benign/.env"}
    missing = [f["message"] for f in found if f["rule"] == "missing-required-path"]
    assert len(missing) == 1
    assert "tests/" in missing[0]
    assert not [f for f in found if f["rule"] in ("stale-lockfile", "broken-lockfile", "missing-lockfile")]


def test_the_embedded_default_is_said(course: Sealed) -> None:
    out = course.mlgovern("check").stdout.decode()
    assert (
        "There is no .mlgovern.yaml here: the ml-project pack judged; `mlgovern init` writes a policy to start from."
        in out
    )


def test_no_value_of_a_secret_is_printed_anywhere(course: Sealed) -> None:
    for words in (
        ("check",),
        ("check", "--format", "json"),
        ("check", "--verbose"),
        ("check", "--range", "HEAD..HEAD"),
        ("fix", "--dry-run"),
    ):
        done = course.mlgovern(*words, MLGOVERN_DEBUG="1")
        assert not [p for p in PASSWORDS for part in (p, p[:6] + p[6:8]) if part.encode() in done.stdout + done.stderr]
    course.mlgovern("hook", "pre-commit")
    for path in (course.top / ".git/mlgovern").rglob("*"):
        assert not [p for p in PASSWORDS if p.encode() in path.read_bytes()]


def test_fix_mends_what_is_mechanical(course: Sealed) -> None:
    before = {path: (course.top / path).read_bytes() for path in FILES}
    plan = course.mlgovern("fix", "--dry-run").stdout.decode()
    assert "would strip 01_materials/labs/dirty.ipynb\n" in plan
    assert {path: (course.top / path).read_bytes() for path in FILES} == before
    done = course.mlgovern("fix")
    assert done.returncode == 0, done.stderr
    course.git("add", "--all")
    _, found = findings(course)
    rules = {finding["rule"] for finding in found}
    assert not rules & {"notebook-output", "env-secret", "url-credentials", "tracked-env-file"}
    assert (course.top / "05_src/docker/.env").read_bytes() == before["05_src/docker/.env"]
    template = (course.top / "05_src/docker/.env.example").read_text()
    assert template == (
        "# Copy to .env and fill in; .env itself stays out of Git.\n"
        "POSTGRES_PASSWORD=\nPGADMIN_DEFAULT_PASSWORD=\nMINIO_SECRET_ACCESS_KEY=\n"
    )


def test_fix_staged_leaves_the_disk_alone(course: Sealed) -> None:
    course.stage("new.ipynb", notebook(DIRTY))
    course.write("new.ipynb", notebook(DIRTY, CLEAN))
    on_disk = (course.top / "new.ipynb").read_bytes()
    others = course.git("ls-files", "-s", "--", ":!new.ipynb")
    done = course.mlgovern("fix", "--staged")
    assert done.stdout.startswith(b"strip new.ipynb in the index alone; it will show as modified")
    assert (course.top / "new.ipynb").read_bytes() == on_disk
    assert json.loads(course.git("show", ":new.ipynb"))["cells"][0]["outputs"] == []
    assert course.git("ls-files", "-s", "--", ":!new.ipynb") == others
    assert course.mlgovern("fix", "--staged").stdout.startswith(b"nothing to mend mechanically")
