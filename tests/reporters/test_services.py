"""What CI services and browsers are told: exact lines, limits, and foreign text that stays text."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Crash, Finding, NotJudged, Page, Place, Report, Severity
from mlgovern.flags import FORMATS
from mlgovern.reporters import azure, github, gitlab, html, junit, markdown, rdjsonl, reporter, sarif, text

ENV = Finding(
    "POSTGRES_PASSWORD holds a credential (16 characters)", Place("conf/a b,%.env", 3, 7, 3, 23), "git rm --cached x\nrotate it", rule="env-secret"
)  # fmt: skip
SUBJECT = Finding("no type", Place(line=1, column=1, commit="abcdef0123" * 4), rule="commit-header-malformed")
BRANCH = Finding("odd name", Place(branch="Wip Things"), rule="branch-name-malformed", severity=Severity.WARNING)
CELL = Finding("a stream output", Place("a.ipynb", 9, cell=2), rule="notebook-output", severity=Severity.INFO)
WAIVED = Finding("too large", Place("m.bin"), rule="oversized-file", waiver="W-1")
TRIED = Finding("later", Place("l.py", 1), rule="local-path", mode="evaluate")
ALL = (ENV, SUBJECT, BRANCH, CELL, WAIVED, TRIED)
REPORT = Report(
    "ci", ALL, (NotJudged("commit range", "shallow clone"), NotJudged("own", "x", expected=False)), files=3, commits=1
)

GITHUB_LINE = (
    "::error file=conf/a b%2C%25.env,line=3,endLine=3,col=7,endColumn=23,title=mlgovern%3A env-secret::POSTGRES_PASSWORD holds a"
    " credential (16 characters)%0Amend: git rm --cached x%0Amend: rotate it"
)


def test_github() -> None:
    assert github.render(REPORT).splitlines() == [
        "::error title=mlgovern::not judged: commit range: shallow clone",
        GITHUB_LINE,
        "::error title=mlgovern%3A commit-header-malformed::no type (commit abcdef01)",
        "::warning title=mlgovern%3A branch-name-malformed::odd name (branch Wip Things)",
        "::notice file=a.ipynb,line=9,title=mlgovern%3A notebook-output::cell 3: a stream output",
        "::notice file=l.py,line=1,title=mlgovern%3A local-path::later",
    ]


def test_github_shows_ten_of_a_kind() -> None:
    many = [ENV._replace(place=Place(f"{number}.env")) for number in range(12)]
    lines = github.render(Report("ci", tuple(many))).splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=mlgovern::3 more errors: the step's summary lists all"
    assert len(github.render(Report("ci", tuple(many[:10]))).splitlines()) == 10
    assert len(github.render(Report("ci", tuple(many), (NotJudged("n", "w"),))).splitlines()) == 10


AZURE_LINE = (
    "##vso[task.logissue type=error;sourcepath=conf/a b,%AZP25.env;linenumber=3;columnnumber=7;code=env-secret;]POSTGRES_PASSWORD"
    " holds a credential (16 characters) (mend: git rm --cached x%3B rotate it)"
)


def test_azure() -> None:
    assert azure.render(REPORT).splitlines() == [
        AZURE_LINE,
        "##vso[task.logissue type=error;code=commit-header-malformed;]no type (commit abcdef01)",
        "##vso[task.logissue type=warning;code=branch-name-malformed;]odd name (branch Wip Things)",
        "##vso[task.logissue type=warning;sourcepath=a.ipynb;linenumber=9;code=notebook-output;]cell 3: a stream output",
        "##vso[task.logissue type=warning;sourcepath=l.py;linenumber=1;code=local-path;]later",
        "##vso[task.logissue type=error;]not judged: commit range: shallow clone",
    ]


def test_gitlab() -> None:
    rows = json.loads(gitlab.render(REPORT))
    assert [(row["check_name"], row["severity"], row["location"]["path"]) for row in rows] == [
        ("env-secret", "critical", "conf/a b,%.env"),
        ("commit-header-malformed", "critical", ".mlgovern.yaml"),
        ("branch-name-malformed", "minor", ".mlgovern.yaml"),
        ("notebook-output", "info", "a.ipynb"),
        ("local-path", "info", "l.py"),
        ("not-judged", "critical", ".mlgovern.yaml"),
    ]
    assert rows[0]["location"]["lines"] == {"begin": 3}
    assert (
        len(
            {
                row["fingerprint"]
                for row in json.loads(gitlab.render(Report("ci", (ENV, ENV._replace(message="m", key="")) * 2)))
            }
        )
        == 4
    )
    assert gitlab.render(Report("ci")) == "[]\n"


def test_rdjsonl() -> None:
    rows = [json.loads(line) for line in rdjsonl.render(REPORT).splitlines()]
    assert rows[0] == {
        "message": "POSTGRES_PASSWORD holds a credential (16 characters)\nmend: git rm --cached x\\nrotate it",
        "location": {"path": "conf/a b,%.env", "range": {"start": {"line": 3}, "end": {"line": 3}}},
        "severity": "ERROR",
        "code": {"value": "env-secret"},
        "source": {"name": "mlgovern"},
    }
    assert rows[1]["location"] == {"path": ".mlgovern.yaml"}
    assert [row["severity"] for row in rows] == ["ERROR", "ERROR", "WARNING", "INFO", "INFO", "ERROR"]


def test_junit() -> None:
    top = ET.fromstring(junit.render(REPORT))
    assert [(suite.get("name"), [child.tag for case in suite for child in case]) for suite in top] == [
        ("env-secret", ["failure"]),
        ("commit-header-malformed", ["failure"]),
        ("oversized-file", ["skipped"]),
        ("branch-name-malformed", ["failure"]),
        ("notebook-output", ["failure"]),
        ("local-path", ["skipped"]),
        ("not judged", ["error"]),
    ]
    counts = ("tests", "failures", "errors", "skipped")
    assert [top.get(name) for name in counts] == ["7", "4", "1", "2"]
    assert [top[0].get(name) for name in counts] == ["1", "1", "0", "0"]
    assert [case.get("name") for case in ET.fromstring(junit.render(Report("ci", files=2))).iter("testcase")] == [
        "clean; 2 files judged"
    ]


def test_sarif() -> None:
    said = json.loads(sarif.render(REPORT._replace(pages={"env-secret": Page("A secret.", "it leaks", "take it out")})))
    (run,) = said["runs"]
    assert (said["version"], run["automationDetails"]["id"], run["columnKind"]) == (
        "2.1.0",
        "mlgovern/ci/",
        "unicodeCodePoints",
    )
    assert run["tool"]["driver"]["rules"][0]["fullDescription"]["text"] == "Why: it leaks Mend: take it out"
    first, second, *_, waived, tried = run["results"]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "conf/a%20b%2C%25.env"},
        "region": {"startLine": 3, "startColumn": 7, "endLine": 3, "endColumn": 23},
    }
    assert second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == ".mlgovern.yaml"
    assert (waived["suppressions"], tried["level"]) == ([{"kind": "external", "justification": "W-1"}], "note")
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note", "error", "note"]
    assert (
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
        == "not judged: commit range: shallow clone"
    )
    assert all(
        run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"]
    )


def test_sarif_says_what_is_left_out() -> None:
    (run,) = json.loads(sarif.render(Report("audit", (CELL,) * 25_002)))["runs"]
    assert len(run["results"]) == 25_000
    assert run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"] == "2 results left out"


def test_markdown() -> None:
    out = markdown.render(REPORT)
    assert out.startswith(
        "## mlgovern: 2 errors, 1 warning, 1 info, 1 evaluated, 1 waived; 1 commit and 3 files judged, 1 not judged\n"
    )
    assert "| `commit-header-malformed` | abcdef01 commit message&#58;1&#58;1 | error: no type |  |\n" in out
    assert "<details><summary>Waived: 1</summary>" in out
    assert "### Not judged\n\n- commit range: shallow clone\n" in out


def test_markdown_is_cut_with_a_count() -> None:
    many = tuple(ENV._replace(place=Place("x" * 200 + str(number))) for number in range(10_000))
    out = markdown.render(Report("ci", many, (NotJudged("n", "w"),)))
    assert len(out.encode()) <= markdown.MOST_BYTES
    shown = out.count("| `env-secret`")
    assert f"{10_000 - shown:,} more findings would not fit here." in out
    assert out.endswith("- n: w\n")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [pair for pair in attrs if pair[0] in {"src", "href", "action"} or pair[0].startswith("on")]


def test_html() -> None:
    page = _Page()
    page.feed(html.render(REPORT))
    assert page.links == []  # nothing is fetched, nothing runs but its own script
    assert (page.tags.count("tr"), page.tags.count("script")) == (1 + len(ALL), 1)


HOSTILE = (
    "::error file=x::forged", "\n::set-output name=a::b", "##[add-mask]x", "##vso[task.setvariable variable=a]b", "##teamcity[x]",
    "]##VSO[task.complete]", "<script>alert(1)</script>", "</td></tr></table><img src=x onerror=y>", "a|b\n| c | d |", "`x` **b** [l](http://e.example)",
    "\r", "\x1b]0;t\x07", "a\ud83d", "caf\udce9", "\u202egnp", "%0A::error::x", "-rf", "<![CDATA[", "]]>", "\0", "&amp;", "\u2028x", "=cmd()", "@all #1",
)  # fmt: skip
foreign = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None), min_size=1, max_size=30))


@given(path=foreign, message=foreign, mend=foreign, branch=foreign, waiver=foreign)
def test_foreign_text_stays_text(path: str, message: str, mend: str, branch: str, waiver: str) -> None:
    findings = (
        Finding(message, Place(path, 1, 1), mend, rule="r"),
        Finding(message, Place(branch=branch), mend, rule="s"),
        Finding(message, Place(path), mend, rule="t", waiver=waiver),
    )
    report = Report("ci", findings, (NotJudged(path, message),), (Crash("u", message),), files=1, notes=(message,))
    out = {name: reporter(name)(report) for name in FORMATS}
    assert all(page.encode() for page in out.values())  # valid UTF-8
    commands = re.compile(r"^\s*::(\w+)", re.MULTILINE)
    assert [found[1] for found in commands.finditer(out["github"])] == ["error", "error", "error"]
    assert (
        out["azure"].count("##vso[") == out["azure"].count("\n") == 4
    )  # two findings, what was not judged, what broke
    for name in {*FORMATS} - {"azure"}:
        assert not re.search(r"##(\[|vso\[|teamcity\[)", out[name], re.IGNORECASE)
    assert not [name for name in {*FORMATS} - {"github"} if commands.search(out[name])]
    assert json.loads(out["json"])["findings"][0]["rule"] == "r"
    assert [case.get("classname") for case in ET.fromstring(out["junit"]).iter("testcase")][:3] == ["r", "s", "t"]
    assert len(json.loads(out["gitlab"])) == len(out["rdjsonl"].splitlines()) == 4
    results = json.loads(out["sarif"])["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["r", "s", "t"]
    assert re.fullmatch(
        r"[\w.~/%-]+", results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], re.ASCII
    )
    page = _Page()
    page.feed(out["html"])
    assert (page.links, page.tags.count("tr"), page.tags.count("script")) == ([], 4, 1)
    rows = [line for line in out["markdown"].splitlines() if line.startswith("| `")]
    assert len(rows) == 3
    assert all(row.count("|") == 5 and "<script" not in row and "<img" not in row for row in rows)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found_is_valid(name: str) -> None:
    assert isinstance(reporter(name)(Report("ci")), str)


def test_the_text_is_no_command_either() -> None:
    report = Report("ci", (Finding("m ##vso[task.complete]", Place("::warning::x", 1), rule="r"),))
    assert "./::warning::x:1:1: error r m ## vso[task.complete]" in text.render(report)
