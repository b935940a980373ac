"""Reports in the hands of those who read them: Microsoft's SARIF validator, a browser."""

import re
import subprocess
from pathlib import Path
from shutil import which

import pytest

from mlgovern.reference import documented
from mlgovern.reporters import html, sarif
from tests.reporters.test_services import ALL, REPORT

pytestmark = pytest.mark.slow

MULTITOOL = "@microsoft/sarif-multitool-linux"


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The validator, from its published package."""
    npm = which("npm")
    if npm is None:
        pytest.skip("npm is not here")
    folder = tmp_path_factory.mktemp("sarif")
    subprocess.run([npm, "install", "--no-audit", "--no-fund", f"{MULTITOOL}@5.7.0"], cwd=folder, check=True)
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
