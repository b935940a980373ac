"""Whoever writes paths, messages, titles and branch names that are more than text: to git, a terminal, a service, a browser."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest

from mlgovern.flags import FORMATS
from tests.conftest import Sealed, sealed_environment

PASSWORD = "Otter7" + "AfterLunch"
COMMANDS = (
    "::set-output name=a::b",
    "##[add-mask]a",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStop]",
    "::error::forged",
)
FOLDERS = (
    "données", "caf\udce9", "\x1b]0;owned\x07\x1b[31m", "-rf", "--upload-pack=x", ":(exclude)a", "*", "a\nb", "a\rb", "a\tb", 'a"b', "a'b",
    "a\\b", "$(touch canary)", "`touch canary`", "a|b", "| a |", "<img src=x onerror=alert(1)>", "</script><script>alert(1)<",
    "=cmd()", "a%0Ab", "a;b]c", "\u202egnp", "@all #1", "]]>", "&amp;", *(f"{command} x" for command in COMMANDS),
)  # fmt: skip
PATHS = [f"{folder.replace('/', '_')}/.env" for folder in FOLDERS]
MESSAGE = (
    "Added: <img src=x onerror=alert(1)> \x1b[31m | =cmd() "
    + " and ".join(COMMANDS)
    + "\n\n"
    + "\n".join(COMMANDS)
    + "\n"
)
BRANCH = "wip;$(touch canary)`touch canary`|<img/src=x>##vso[task.complete]"


class Told(NamedTuple):
    """What the gate printed, by service, and the reports that it wrote, by format."""

    codes: dict[str, int]
    printed: dict[str, str]
    reports: dict[str, str]
    summary: str


def entered(repo: Sealed, *paths: str, data: str = f"DB_PASSWORD={PASSWORD}\n") -> None:
    """Into the index alone: no disk has all these names."""
    blob = repo.git("hash-object", "-w", "--stdin", stdin=data)
    lines = "".join(f"100644 {blob}\t{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    repo.git(
        "-c",
        "core.protectNTFS=false",
        "-c",
        "core.protectHFS=false",
        "update-index",
        "--add",
        "-z",
        "--index-info",
        stdin=lines,
    )


def sealed(top: Path) -> Sealed:
    repo = Sealed(top, sealed_environment(top))
    repo.git("init", "-q", "--template=", "-b", "main", "--", ".")
    repo.git("config", "core.quotePath", "true")
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    repo.commit()
    return repo


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A commit with every hostile path and message, from a hostile branch under a hostile title, as the gate tells of it."""
    repo = sealed(tmp_path_factory.mktemp("foreign"))
    entered(repo, *PATHS)
    repo.git("commit", "-q", "--no-verify", "--cleanup=verbatim", "-F", "-", stdin=MESSAGE)
    words = ("gate", "--base", "HEAD~1", "--branch", BRANCH, "--title", MESSAGE, "--target", "main")
    files = [word for name in FORMATS for word in ("--report", f"{name}=.git/{name}")]
    summary = repo.top / ".git" / "summary"
    services = {
        "github": {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)},
        "azure": {"TF_BUILD": "True"},
        "generic": {"CI": "1"},
    }
    none = dict.fromkeys(("GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH"), "")
    done = {name: repo.mlgovern(*words, *files, **{**none, **given}) for name, given in services.items()}
    assert not [one.stderr for one in done.values() if one.stderr]
    return Told(
        {name: one.returncode for name, one in done.items()},
        {name: one.stdout.decode() for name, one in done.items()},
        {name: (repo.top / ".git" / name).read_bytes().decode() for name in FORMATS},
        summary.read_bytes().decode(),
    )  # fmt: skip


def outputs(told: Told) -> Iterator[str]:
    yield from (*told.printed.values(), *told.reports.values(), told.summary)


def test_hide_a_secret_under_a_name_git_quotes(told: Told) -> None:
    assert set(told.codes.values()) == {1}
    found = [one["path"] for one in json.loads(told.reports["json"])["findings"] if one["rule"] == "env-secret"]
    shown = {"caf\udce9/.env": r"caf\xe9/.env"}
    assert len(found) == len(PATHS)
    assert {*(shown.get(path, path) for path in PATHS)} - {*found} == set()


def test_write_to_the_terminal_of_whoever_reads(told: Told) -> None:
    for text in outputs(told):
        assert not [
            letter for letter in text if (letter < " " and letter not in "\n\t") or letter in "\x7f\u202e\u2028"
        ]
    assert r"\x1b]0;owned\x07\x1b[31m/.env:1:1" in told.printed["generic"]


def test_have_a_commit_message_obeyed_as_a_command(told: Told) -> None:
    def commands(text: str) -> list[str]:
        return re.findall(r"##\[.*|##vso\[.*|##teamcity\[.*", text, re.IGNORECASE)

    assert not commands(told.printed["github"] + told.printed["generic"] + told.reports["text"] + told.summary)
    assert all(line.startswith("##vso[task.logissue type=") for line in commands(told.printed["azure"]))
    assert {line for line in told.printed["azure"].splitlines() if "##vso[" in line} == {
        *commands(told.printed["azure"])
    }
    told_to_github = re.findall(r"^\s*::(\S+)", told.printed["github"], re.MULTILINE)
    token = told_to_github[0].removeprefix("stop-commands::")
    assert told_to_github[1] == f"{token}::"
    assert {word.partition("::")[0] for word in told_to_github[2:]} <= {"error", "warning", "notice"}
    assert not re.search(r"^\s*::", told.printed["generic"], re.MULTILINE)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}


def test_run_a_script_in_the_browser_of_a_reviewer(told: Told) -> None:
    page = Page(told.reports["html"])
    assert ("img" in page.tags, page.tags.count("script")) == (False, 1)
    assert not [name for name in page.attributes if name.startswith("on") or name in {"src", "href", "action"}]
    for text in (told.summary, told.reports["markdown"]):
        rows = [line for line in text.splitlines() if line.startswith("| `")]
        assert rows
        assert not [row for row in rows if row.count("|") != 5 or "<" in row.replace("<br>", "") or "=cmd()" in row]


def test_lose_a_finding_on_the_way_into_a_report(told: Told) -> None:
    """Each format is valid, and has as many findings as there are."""
    findings = json.loads(told.reports["json"])["findings"]
    (run,) = json.loads(told.reports["sarif"])["runs"]
    assert len(run["results"]) == len(findings)
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert all(re.fullmatch(r"[\w.~/%-]+", uri, re.ASCII) for uri in uris)
    assert "données/.env" in map(unquote, uris)
    assert len(json.loads(told.reports["gitlab"])) >= len(findings)
    assert len([json.loads(line) for line in told.reports["rdjsonl"].splitlines()]) >= len(findings)
    cases = list(ET.fromstring(told.reports["junit"]).iter("testcase"))
    assert len([case for case in cases if case.find("failure") is not None]) == len(findings)
    shown = sum(line.startswith("::error") for line in told.printed["github"].splitlines())
    assert shown == 10  # of errors a step shows no more; the last line counts the others
    assert re.search(
        r"^::error title=mlgovern::\d+ more errors: the step's summary lists all$", told.printed["github"], re.MULTILINE
    )


def test_read_a_secret_in_a_report(told: Told) -> None:
    parts = {PASSWORD[at : at + 6] for at in range(len(PASSWORD) - 5)}
    assert not [part for part in parts for text in outputs(told) if part in text]


@pytest.mark.slow
def test_pass_an_option_as_a_path_or_a_branch(make_repo: Callable[..., Sealed]) -> None:
    repo = make_repo()
    repo.stage("a.txt", "a")
    repo.commit()
    entered(repo, "-rf/.env", "--upload-pack=x/.env")
    for name in ("--all", "-rf", "--upload-pack=touch canary"):
        ended = repo.mlgovern("check", f"--branch={name}")
        assert (ended.returncode, ended.stderr) == (1, b""), name
        for words in (("check", f"--range={name}..HEAD"), ("gate", f"--base={name}"), ("gate", f"--head={name}")):
            done = repo.mlgovern(*words, CI="1", GITHUB_ACTIONS="", GITLAB_CI="")
            assert (done.returncode in {1, 2, 3}, b"Traceback" in done.stderr) == (True, False), (words, done)
    assert repo.mlgovern("fix", "--staged").returncode == 0
    assert repo.git("ls-files", "*.env") == ""
    assert not (repo.top / "canary").exists()
