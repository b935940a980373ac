"""Policy tests: what a case may say, how it is judged, what is told of it."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mlgovern.errors import PolicyError
from mlgovern.finding import Severity
from mlgovern.policy.cache import effective
from mlgovern.policy.model import Policy, Waiver
from mlgovern.rule import Glob
from mlgovern.trial.cases import Case, cases
from mlgovern.trial.judging import covered, judged
from mlgovern.trial.testing import Tried, junit, lines

TODAY = "2026-11-27"
FILE = ".mlgovern/tests/a.yaml"
BASE = effective(lambda _path: None, None)
POLICY = BASE._replace(accepted=(Waiver("oversized-file", "2026-11-01", "2027-01-15", "W-1", (Glob("demo/*.txt"),)),))


def read(text: str, policy: Policy = POLICY) -> tuple[Case, ...]:
    return cases(FILE, text.encode(), policy)


def one(given: str, expect: str) -> Case:
    return read(f"cases:\n  - name: a\n    given: {{{given}}}\n    expect: {{{expect}}}\n")[0]


@pytest.mark.parametrize(
    ("given", "expect", "wrong"),
    [
        pytest.param('message: "data(train): add v2 split"', "commit-type-unknown: pass", [], id="a message"),
        pytest.param('message: "wrk: add"', "commit-type-unknown: fail", [], id="a refused message"),
        pytest.param('title: "wrk: add"', "commit-type-unknown: fail", [], id="a title"),
        pytest.param('message: "wrk: add"', "commit-type-unknown: pass", ["commit-type-unknown: expected pass, got fail: "], id="wrongly expected"),
        pytest.param('message: "feat: add"', "commit-scope-missing: off", [], id="a rule that is off"),
        pytest.param('message: "feat: add"', "commit-type-unknown: off", ["commit-type-unknown: expected off, got pass"], id="a rule that is on"),
        pytest.param("branch: Wip Things", "branch-name-malformed: fail", [], id="a branch"),
        pytest.param("branch: feat/x", "branch-name-malformed: pass", [], id="a sound branch"),
        pytest.param('branch: main, message: "feat: add", stage: pre-commit', "branch-protected-commit: fail", [], id="a stage"),
        pytest.param('branch: main, message: "feat: add", stage: audit', "branch-protected-commit: fail", ["branch-protected-commit: does not run at audit, only at pre-commit"], id="a stage that is none of the rule's"),
        pytest.param('files: {"conf/.env.prod": "\\nPOSTGRES_PASSWORD=Otter7AfterLunch"}', "env-secret: {outcome: fail, line: 2}", [], id="a file and its line"),
        pytest.param('files: {"conf/.env.prod": "\\nPOSTGRES_PASSWORD=Otter7AfterLunch"}', "env-secret: {outcome: fail, line: 1}", ["env-secret: expected it in line 1, got 2"], id="another line"),
        pytest.param("files: {a.txt: {bytes: 3000000}}", "oversized-file: fail", [], id="a size"),
        pytest.param("files: {a.txt: {bytes: 300}}", "oversized-file: pass", [], id="a small size"),
        pytest.param("files: {a.txt: {bytes: 3000000000}}", "oversized-file: fail", [], id="a size that nothing could hold"),
        pytest.param("files: {a.py: {bytes: 300000000}}", "provider-token: not_judged", [], id="what is too large to be read"),
        pytest.param("files: {demo/a.txt: {bytes: 3000000}}, today: 2027-01-15", "oversized-file: waived", [], id="a waiver on its last day"),
        pytest.param("files: {demo/a.txt: {bytes: 3000000}}, today: 2027-01-16", "oversized-file: fail", [], id="a waiver that has ended"),
        pytest.param('message: "feat: add", author: "root <root@localhost>", stage: ci', "placeholder-identity: fail", [], id="an author"),
        pytest.param('files: {.DS_Store: "x", README.md: "# x"}', "forbidden-path: fail, oversized-file: pass", [], id="two rules"),
    ],
)  # fmt: skip
def test_a_case(given: str, expect: str, wrong: list[str]) -> None:
    found = judged(one(given, expect), POLICY, TODAY).wrong
    assert len(found) == len(wrong)
    assert all(text.startswith(start) for text, start in zip(found, wrong, strict=True)), found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("cases: {a: b}", "1:8: 'cases' must be a list, got a mapping", id="no list"),
        pytest.param("cases: [a]", "1:9: a case is a mapping, not the text 'a'", id="no mapping"),
        pytest.param("case: []", "1:1: unknown key 'case', did you mean 'cases'?", id="unknown key"),
        pytest.param("cases:\n  - expect: {commit-type-unknown: pass}", "2:5: missing required key 'name'", id="no name"),
        pytest.param("cases:\n  - name: a", "2:5: a case that expects nothing cannot fail; name a rule under 'expect'", id="nothing expected"),
        pytest.param("cases:\n  - {name: a, expect: {commit-type-unknwon: pass}}", "2:23: unknown rule 'commit-type-unknwon', did you mean 'commit-type-unknown'?", id="unknown rule"),
        pytest.param("cases:\n  - {name: a, expect: {commit-type-unknown: good}}", "2:45: 'outcome' must be one of pass, fail, waived, off, not_judged; got the text 'good'", id="unknown outcome"),
        pytest.param("cases:\n  - {name: a, given: {today: tomorrow}, expect: {commit-type-unknown: pass}}", "2:22: not a date YYYY-MM-DD: 'tomorrow' (four, two and two digits)", id="no date"),
        pytest.param("cases:\n  - {name: a, given: {mesage: x}, expect: {commit-type-unknown: pass}}", "2:23: unknown key 'mesage', did you mean 'message'?", id="unknown fact"),
    ],
)  # fmt: skip
def test_what_is_wrong(text: str, line: str) -> None:
    with pytest.raises(PolicyError) as error:
        read(text)
    assert str(error.value) == f"{FILE}:{line}"


def tried(*pairs: tuple[str, str]) -> Tried:
    results = tuple(judged(one(given, expect), POLICY, TODAY) for given, expect in pairs)
    return Tried(((FILE, results),) if results else (), covered(results, POLICY))


GOOD, BAD = ('message: "feat: add"', "commit-type-unknown: pass"), ('message: "wrk: add"', "commit-type-unknown: pass")


def test_what_is_told() -> None:
    assert tried(GOOD).exit_code == 0
    assert [*lines(tried(GOOD), coverage=False)] == [f"{FILE}  1 passed"]
    assert tried(GOOD, BAD).exit_code == 1
    head, where, what = lines(tried(GOOD, BAD), coverage=False)
    assert (head, where) == (f"{FILE}  1 passed, 1 failed", f"  {FILE}:2:5: a")
    assert what.startswith("    commit-type-unknown: expected pass, got fail: ")
    assert tried().exit_code == 1
    assert [*lines(tried(), coverage=True)] == [
        "There are no cases: write some into .mlgovern/tests/NAME.yaml, see docs/policies.md."
    ]


@pytest.mark.parametrize("schema", ["", "schema: 0\n", "schema: 1\n"])
def test_a_file_of_cases_may_say_its_schema(schema: str) -> None:
    assert len(read(f"{schema}cases: [{{name: a, expect: {{data-in-git: off}}}}]\n")) == 1


@pytest.mark.parametrize("schema", ["2", "a"])
def test_a_schema_that_nobody_knows_is_refused(schema: str) -> None:
    with pytest.raises(PolicyError, match=re.escape(f"{FILE}:1:9: ")):
        read(f"schema: {schema}\ncases: [{{name: a, expect: {{data-in-git: off}}}}]\n")


def test_coverage() -> None:
    few = {name: BASE.decisions[name] for name in ("commit-type-unknown", "commit-full-stop", "data-in-git")}
    off = few["data-in-git"]._replace(severity=Severity.OFF)
    policy = BASE._replace(decisions={**few, "data-in-git": off})
    text = "cases:\n" + "".join(
        f"  - {{name: a, given: {{message: '{message}'}}, expect: {{{rule}: {outcome}}}}}\n"
        for message, rule, outcome in (
            ("feat: a", "commit-type-unknown", "pass"),
            ("wrk: a", "commit-type-unknown", "fail"),
            ("feat: a.", "commit-full-stop", "fail"),
            ("feat: a", "data-in-git", "off"),
        )
    )
    results = tuple(judged(case, policy, TODAY) for case in cases(FILE, text.encode(), policy))
    assert not any(result.wrong for result in results)
    assert covered(results, policy) == (2, 1, ("commit-full-stop",), ())
    assert [*lines(Tried(((FILE, results),), covered(results, policy)), coverage=True)][1:] == [
        "1 of 2 rules that are on have a passing and a failing case.",
        "No passing case: commit-full-stop.",
    ]


def test_junit() -> None:
    top = ET.fromstring(junit(tried(GOOD, BAD)))
    (suite,) = top
    assert suite.attrib == {"name": FILE, "tests": "2", "failures": "1"}
    assert [(case.get("name"), case.get("line"), len(case)) for case in suite] == [("a", "2", 0), ("a", "2", 1)]


def test_junit_of_hostile_names() -> None:
    case = read('cases:\n  - {name: "<![CDATA[ \\u0007 ]]> & \\"x\\"", expect: {commit-type-unknown: fail}}\n')[0]
    results = (judged(case, POLICY, TODAY),)
    (row,) = ET.fromstring(junit(Tried((("a\x1b.yaml", results),), covered(results, POLICY)))).iter("testcase")
    assert row.get("name") == '<![CDATA[ \\x07 ]]> & "x"'
    assert (row.get("file"), len(row)) == ("a\\x1b.yaml", 1)


def test_no_case_is_judged_by_what_lies_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no repository here
    assert not judged(one(*GOOD), POLICY, TODAY).wrong
