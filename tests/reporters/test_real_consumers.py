"""Reports in the hands of those who read them, or of their validators: code scanning, reviewdog, GitLab, a browser."""

import json
import re
import subprocess
from pathlib import Path
from shutil import which

import pytest

from mlgovern.reference import documented
from mlgovern.reporters import gitlab, html, rdjsonl, sarif
from tests.reporters.test_services import ALL, REPORT

pytestmark = pytest.mark.slow

MULTITOOL = "@microsoft/sarif-multitool-linux"
RDFORMAT = "@umbrelladocs/rdformat-validator"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The validators, from their published packages."""
    npm = which("npm")
    if npm is None:
        pytest.skip("npm is not here")
    folder = tmp_path_factory.mktemp("npm")
    wanted = (f"{MULTITOOL}@5.7.0", f"{RDFORMAT}@1.0.1")
    subprocess.run([npm, "install", "--no-audit", "--no-fund", *wanted], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def multitool(folder: Path) -> Path:
    """Microsoft's, which may come without the right to run."""
    program = folder / "node_modules" / MULTITOOL / "Sarif.Multitool"
    program.chmod(0o755)
    return program


def validated(multitool: Path, path: Path, text: str) -> list[str]:
    """What it complains of; it exits with 0 whatever it finds."""
    path.write_text(text)
    words = [str(multitool), "validate", str(path), "--rule-kind", "Sarif;Ghas"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "Analysis completed successfully" in done.stdout, done.stderr
    return re.findall(r"^.*(?:error|warning) \w+.*$", done.stdout, re.MULTILINE)


def test_github_would_take_it(multitool: Path, tmp_path: Path) -> None:
    report = documented(REPORT)
    assert validated(multitool, tmp_path / "a.sarif", sarif.render(report)) == []
    broken = sarif.render(report).replace('"help"', '"helps"')
    assert validated(multitool, tmp_path / "b.sarif", broken)


def test_reviewdog_would_take_it(folder: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in rdjsonl.render(REPORT).splitlines()]
    program = folder / "node_modules" / ".bin" / "rdformat-validator"

    def taken(rows: list[dict[str, object]]) -> int:
        path = tmp_path / "rdjson.json"
        path.write_text(json.dumps({"diagnostics": rows}))
        words = [str(program), "--strict", "--no-extra-fields", str(path)]
        return subprocess.run(words, capture_output=True, check=False).returncode

    assert taken(rows) == 0
    assert taken([{**rows[0], "severity": "GRAVE"}]) != 0


def test_gitlab_would_take_it() -> None:
    """As its parser does: https://gitlab.com/gitlab-org/gitlab, app/validators/json_schemas/codeclimate.json."""
    rows = json.loads(gitlab.render(REPORT))
    texts = [(row["description"], row["fingerprint"], row["severity"], row["location"]["path"]) for row in rows]
    assert all(isinstance(text, str) and text for each in texts for text in each)
    assert {type(row["location"]["lines"]["begin"]) for row in rows} == {int}
    assert {row["severity"] for row in rows} <= {"info", "minor", "major", "critical", "blocker"}
    assert len({row["fingerprint"] for row in rows}) == len(rows)


def test_a_browser_filters_and_fetches_nothing(tmp_path: Path) -> None:
    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium is here")
    page = tmp_path / "report.html"
    chosen = '<script>document.getElementById("rule").value = "env-secret"; show();</script></body>'
    page.write_text(html.render(REPORT).replace("</body>", chosen))
    words = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", f"--user-data-dir={tmp_path}/u"]
    done = subprocess.run([*words, page.as_uri()], capture_output=True, text=True, check=True)
    shown = re.findall(r"<tr data-rule=\"([\w-]+)\"[^>]*>", done.stdout)
    hidden = re.findall(r"<tr data-rule=\"([\w-]+)\"[^>]* hidden", done.stdout)
    assert (len(shown), len(hidden)) == (len(ALL), len(ALL) - 1)
    assert '<output id="count">1 shown</output>' in done.stdout
