import json

import pytest

from mlgovern.administer.diff import diff
from mlgovern.administer.written import Written
from mlgovern.policy.model import POLICY_FILE
from tests.conftest import Sealed

BEFORE = """\
schema: 1
extends: [base]
rules:
  commit-type-unknown: warning
  missing-required-path: {severity: error, settings: {required: [{path: docs/, why: x}]}}
"""
AFTER = """\
schema: 1
extends: [base]
fail_on: warning
strategy: {lifetime_days: 9}
rules:
  commit-type-unknown: {severity: error, settings: {types: {$append: [wip]}}}
  missing-required-path: {severity: error, settings: {required: [{path: docs/, why: because}]}}
  commit-trailer-missing: {settings: {mention: JIRA}}
  commit-header-long: {mode: evaluate, enforce_after: 2027-01-15}
  branch-name-malformed: {settings: {strategy: {pattern: x}}}
"""


def written(text: str) -> Written:
    return Written({POLICY_FILE: text.encode()}.get)


def lines(before: str, after: str) -> list[list[str]]:
    return [line.split() for line in diff(written(before), written(after))[0]]


def test_each_change_goes_one_way_and_is_said_once() -> None:
    found, weaker = diff(written(BEFORE), written(AFTER))
    assert weaker
    assert [" ".join(line.split()) for line in found] == [
        "WEAKER strategy.lifetime_days 2 -> 9 .mlgovern.yaml:4",
        "tighter fail_on error -> warning .mlgovern.yaml:3",
        "tighter commit-type-unknown.severity warning -> error .mlgovern.yaml:6",
        "WEAKER commit-type-unknown.types + wip .mlgovern.yaml:6",
        "WEAKER commit-header-long.mode enforce -> evaluate .mlgovern.yaml:9",
        'WEAKER commit-header-long.enforce_after "" -> 2027-01-15 .mlgovern.yaml:9',
        'tighter commit-trailer-missing.mention "" -> JIRA .mlgovern.yaml:8',
        'WEAKER? branch-name-malformed.strategy.pattern "" -> x .mlgovern.yaml:10',
        "neutral missing-required-path.required [{path: docs/, why: because}] .mlgovern.yaml:7",
        "5 weaker, 3 tighter, 1 neutral",
    ]


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        pytest.param("mode: evaluate", "mode: enforce", "tighter mode evaluate -> enforce .mlgovern.yaml:2", id="mode of all"),
        pytest.param("{}", "limits: {max_commits: 1}", "WEAKER limits.max_commits 5000 -> 1 .mlgovern.yaml:2", id="limits"),
        pytest.param("inline_suppressions: allow", "inline_suppressions: deny", "tighter inline_suppressions allow -> deny .mlgovern.yaml:2", id="suppressions"),
        pytest.param("rules: {env-secret: {exempt: [a]}}", "rules: {env-secret: {exempt: {$replace: []}}}", "tighter env-secret.exempt - a .mlgovern.yaml:2", id="exempt"),
    ],
)  # fmt: skip
def test_single_changes(before: str, after: str, line: str) -> None:
    said = [f"schema: 1\n{text}".replace("\n{}", "") for text in (before, after)]
    assert line in [" ".join(words) for words in lines(*said)]


def test_the_same_policy_in_other_words() -> None:
    assert lines(BEFORE, "# a comment\n" + BEFORE.replace(": warning", ": {severity: warning}")) == [
        ["the", "same", "policy"]
    ]


def test_revisions_and_files(repo: Sealed) -> None:
    repo.stage(POLICY_FILE, BEFORE)
    repo.commit()
    assert repo.mlgovern("policy", "diff").stdout == b"the same policy\n"
    repo.write(POLICY_FILE, BEFORE.replace("warning", "off"))
    done = repo.mlgovern("policy", "diff", "--fail-on-weaker")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, b"1 weaker")
    repo.write("other.yaml", BEFORE.replace("warning", "error"))
    done = repo.mlgovern("policy", "diff", "other.yaml", "HEAD", "--json")
    assert done.returncode == 0
    (change,) = json.loads(done.stdout)["changes"]
    assert change == {
        "field": ["rules", "commit-type-unknown", "severity"],
        "way": "weaker",
        "before": "error",
        "after": "warning",
        "origin": {"file": ".mlgovern.yaml", "line": 4, "column": 24},
    }
    assert repo.mlgovern("policy", "diff", "nowhere").stderr == b"mlgovern: 'nowhere' is no file and no revision here\n"
