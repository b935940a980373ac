"""What waivers do at the engine: they mark findings, end on their day, and are spoken of when somebody has to look."""

from typing import Any

import pytest

from mlgovern import engine
from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Report, Severity, fingerprint
from mlgovern.policy.cache import effective
from mlgovern.policy.model import Policy, Waiver
from tests.factories import a_commit, a_snapshot

TODAY = "2026-11-27"
RULE = "case-collision"


def waiver(**said: Any) -> Waiver:
    return Waiver(RULE, "2026-11-01", "2027-01-15", "W-1", owner="ann@acme.example")._replace(
        **{"paths": ("a/**",), **said}
    )


def policy(*waivers: Waiver, **decision: Any) -> Policy:
    base = effective(lambda _path: None, None)
    decisions = {**base.decisions, RULE: base.decisions[RULE]._replace(**decision)}
    return base._replace(decisions=decisions, accepted=waivers)


def judged(*waivers: Waiver, today: str = TODAY, stage: str = "pre-commit", **decision: Any) -> Report:
    snapshot = a_snapshot({"a/X": b"", "a/x": b""}, stages=(stage,), branch="feat/x")
    return engine.evaluate(snapshot, policy(*waivers, **decision), today, [RULE, "policy"])


def marked(report: Report) -> list[str | None]:
    return [finding.waiver for finding in report.findings if finding.rule == RULE]


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(f.rule, f.severity.word, f.message) for f in report.findings if f.rule != RULE]


def test_a_waived_finding_stays_with_its_severity_and_refuses_nothing() -> None:
    report = judged(waiver())
    assert (report.exit_code, marked(report), told(report), report.notes) == (0, ["W-1"], [], ())
    assert report.findings[0].severity.word == "error"
    assert judged().exit_code == 1


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        pytest.param({"until": TODAY}, True, id="its last day"),
        pytest.param({"created": TODAY}, True, id="its first day"),
        pytest.param({"until": "2026-11-26"}, False, id="ended"),
        pytest.param({"created": "2026-11-28"}, False, id="not begun"),
        pytest.param({"rule": "unportable-path"}, False, id="another rule"),
        pytest.param({"paths": ("b/**",)}, False, id="another path"),
        pytest.param({"paths": (), "branches": ("feat/*",)}, False, id="a branch, of what is no finding about one"),
        pytest.param({"paths": (), "commits": ("0" * 40,)}, False, id="a commit, of what has none"),
        pytest.param({"arriving": True}, False, id="brought by the change"),
    ],
)
def test_when_it_counts(said: dict[str, Any], counts: bool) -> None:
    report = judged(waiver(**said))
    assert (marked(report), report.exit_code) == ((["W-1"], 0) if counts else ([None], 1))


def test_a_rule_that_is_not_waivable_is_not_waived() -> None:
    assert judged(waiver(), waivable=False).exit_code == 1


def test_by_fingerprint() -> None:
    (finding,) = judged().findings
    assert marked(judged(waiver(paths=(), fingerprints=(fingerprint(finding),)))) == ["W-1"]
    assert marked(judged(waiver(paths=(), fingerprints=("0" * 16,)))) == [None]


def by_place(snapshot: Snapshot, rule: str, **said: Any) -> list[Finding]:
    report = engine.evaluate(snapshot, policy(waiver(rule=rule, paths=(), **said)), TODAY, [rule])
    return [finding for finding in report.findings if finding.waiver == "W-1"]


def test_by_commit_and_by_branch() -> None:
    commit = a_commit("Added things.", id="abc1234" + "0" * 33)
    history = a_snapshot({}, stages=("ci",), commits=(commit,))
    assert by_place(history, "commit-header-malformed", commits=("abc1234",))
    assert not by_place(history, "commit-header-malformed", commits=("abc1235",))
    branch = a_snapshot({}, stages=("ci",), branch="Wip Things")
    assert by_place(branch, "branch-name-malformed", branches=("Wip *",))
    assert not by_place(branch, "branch-name-malformed", branches=("wip *",))


def test_the_end_is_told() -> None:
    assert told(judged(waiver(until="2026-11-26"))) == [
        ("expired-waiver", "warning", "waiver W-1 (ann@acme.example) of case-collision ended 2026-11-27T00:00Z")
    ]
    assert told(judged(waiver(until="2026-12-11"))) == [
        ("expiring-waiver", "info", "waiver W-1 (ann@acme.example) of case-collision ends 2026-12-12T00:00Z")
    ]
    assert told(judged(waiver(until="2026-12-12"))) == []


@pytest.mark.parametrize("until", ("2026-11-26", "2026-12-11"))
def test_the_end_of_what_is_not_met_is_told_where_everything_is_judged(until: str) -> None:
    elsewhere = waiver(paths=("b/**",), until=until)
    assert told(judged(elsewhere)) == []
    (told_of,) = told(judged(elsewhere, stage="audit"))
    assert told_of[0] == ("expired-waiver" if until < TODAY else "unused-waiver")


def test_what_accepts_nothing_is_told_where_everything_is_judged() -> None:
    idle = waiver(paths=("b/**",), until="2027-01-15", line=7)
    assert told(judged(idle)) == []
    report = judged(idle, waiver(id="W-2"), stage="audit")
    assert told(report) == [
        ("unused-waiver", "warning", "case-collision finds nothing that waiver W-1 (ann@acme.example) accepts")
    ]
    assert [finding.place.line for finding in report.findings if finding.rule == "unused-waiver"] == [7]
    assert told(judged(idle._replace(created="2026-11-28"), stage="audit")) == []  # not begun
    assert told(judged(idle._replace(rule="oversized-file"), stage="audit")) == []  # that rule did not run
    assert told(judged(idle._replace(paths=(), commits=("abcdef0",)), stage="audit")) == []  # no commit is judged
    assert told(judged(idle, stage="audit", severity=Severity.OFF)) == []  # nor did this one


def test_a_part_of_what_is_tracked_tells_of_no_unused_waiver() -> None:
    part = a_snapshot({"a/x": b""}, {"b/y": b""}, stages=("audit",))
    report = engine.evaluate(part, policy(waiver(paths=("b/**",))), TODAY, [RULE, "policy"])
    assert told(report) == []


def test_a_waiver_that_comes_with_the_change_says_so() -> None:
    report = judged(waiver(arriving=True, line=3))
    (note,) = report.notes
    assert note == (
        "Waiver W-1 (.mlgovern/waivers.yaml:3) comes with this change or is widened by it, so it does not count here: "
        "commit it first, by itself."
    )
    assert (
        judged(waiver(arriving=True), stage="ci").notes[0].endswith("does not count here: merge it first, by itself.")
    )
    assert judged(waiver(arriving=True), waiver(id="W-0")).notes == ()
    assert judged(waiver(arriving=True, paths=("b/**",))).notes == ()
