"""The engine: selection, stamping, order, crashes; pure, so tables suffice."""

from collections.abc import Iterator
from typing import Any

import pytest

from mlgovern import engine
from mlgovern.errors import UserError
from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, NotJudged, Place, Report, Severity, fingerprint
from mlgovern.policy.model import Decision, Outline, Policy
from mlgovern.rule import Rule, Verdicts, family_of, page
from mlgovern.rules import RULES
from tests.factories import a_snapshot

TODAY = "2026-11-23"


def every(severity: Severity = Severity.ERROR, **changed: Any) -> Policy:
    """A policy that takes every rule equally."""
    decisions = {
        rule.id: Decision(severity, stages=rule.stages, settings=rule.settings, outline=outlined(rule))._replace(
            **changed
        )
        for rules in RULES.values()
        for rule in rules
    }
    return Policy(decisions=decisions)


def outlined(rule: Rule) -> Outline:
    return Outline(family_of(rule), rule.reads, rule.consults, rule.triggers, rule.each)


def dirty() -> Snapshot:
    return a_snapshot(files={"b.pkl": b"\x80\x04K\x01.", "a.pkl": b"\x80\x04K\x01."}, stages=("audit",))


def test_order_is_that_of_the_list_then_of_places() -> None:
    report = engine.evaluate(dirty(), every(), TODAY, ("data",))
    rank = [rule.id for rule in RULES["data"]]
    seen = [(rank.index(finding.rule), finding.place.path) for finding in report.findings]
    assert seen == sorted(seen)
    assert len(seen) >= 2


def test_a_rule_that_is_off_or_at_another_stage_does_not_run() -> None:
    assert engine.evaluate(dirty(), every(Severity.OFF), TODAY).findings == ()
    assert engine.evaluate(dirty(), every(stages=("pre-push",)), TODAY).findings == ()
    assert engine.evaluate(dirty(), Policy(), TODAY).findings == ()


@pytest.mark.parametrize(
    ("changed", "mode", "exit_code"),
    (
        pytest.param({}, "enforce", 1, id="enforced"),
        pytest.param({"mode": "evaluate"}, "evaluate", 0, id="evaluated"),
        pytest.param({"mode": "evaluate", "enforce_after": "2026-11-24"}, "evaluate", 0, id="from tomorrow"),
        pytest.param({"mode": "evaluate", "enforce_after": "2026-11-23"}, "enforce", 1, id="from today"),
        pytest.param({"severity": Severity.WARNING}, "enforce", 0, id="below fail_on"),
    ),
)
def test_the_policy_decides_what_refuses(changed: dict[str, Any], mode: str, exit_code: int) -> None:
    report = engine.evaluate(dirty(), every(**changed), TODAY, ("model-in-git",))
    assert {finding.mode for finding in report.findings} == {mode}
    assert report.exit_code == exit_code


def breaks(_snapshot: Snapshot, _settings: Any) -> Verdicts:
    """Something."""
    raise ValueError("no")
    yield  # a generator, as every rule


def speaks(_snapshot: Snapshot, _settings: Any) -> Iterator[Finding | NotJudged]:
    """Something."""
    yield Finding("m", Place("a"), at_most=Severity.WARNING)
    yield Finding("m", Place("a"), at_most=Severity.WARNING)
    yield NotJudged("x", "y")


@pytest.fixture
def two_rules(monkeypatch: pytest.MonkeyPatch) -> Policy:
    rules = (Rule("breaks", breaks, each="file"), Rule("speaks", speaks))
    monkeypatch.setattr(engine, "family", lambda _name: rules)
    outlines = {rule.id: Outline("odd", each=rule.each) for rule in rules}
    return Policy(decisions={r.id: Decision(Severity.ERROR, stages=r.stages, outline=outlines[r.id]) for r in rules})


def test_a_rule_that_raises_is_named_and_the_others_still_judge(two_rules: Policy) -> None:
    report = engine.evaluate(a_snapshot(), two_rules, TODAY)
    assert [crash.rule for crash in report.crashes] == ["breaks"]
    assert "in breaks" in report.crashes[0].trace
    assert report.crashes[0].trace.endswith("\nValueError\n")  # what it says could quote a secret
    assert [(finding.rule, finding.severity) for finding in report.findings] == [("speaks", Severity.WARNING)]
    assert (report.not_judged, report.exit_code) == ((NotJudged("x", "y"),), 4)


def test_an_error_about_types_says_what_it_is_about(two_rules: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    def confused(_snapshot: Snapshot, _settings: Any) -> Verdicts:
        """Something."""
        yield None.path  # type: ignore[attr-defined]  # the flaw under test

    monkeypatch.setattr(engine, "family", lambda _name: (Rule("breaks", confused, each="file"), Rule("speaks", speaks)))
    (crash,) = engine.evaluate(a_snapshot(), two_rules, TODAY).crashes
    assert crash.trace.endswith("\nAttributeError: 'NoneType' object has no attribute 'path'\n")


def test_batches_make_one_report(two_rules: Policy) -> None:
    whole = a_snapshot(files={"a": "1", "b": "2"}, message="feat: x", scope="whole")
    batches = [a_snapshot(files={name: "1"}, message="feat: x", scope="files") for name in "ab"]
    report = engine.evaluate_all([whole, whole._replace(scope="commits"), *batches], two_rules, TODAY)
    assert (report.files, report.commits, len(report.crashes), len(report.findings)) == (2, 1, 1, 1)


def test_what_a_later_batch_could_not_judge_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def misses(snapshot: Snapshot, _settings: Any) -> Verdicts:
        yield from (NotJudged(file.path, "why") for file in snapshot.files)

    monkeypatch.setattr(engine, "family", lambda _name: (Rule("misses", misses, each="file"),))
    outline = Outline("odd", each="file")
    decision = Decision(Severity.ERROR, stages=("pre-commit",), outline=outline, exempt=("c/**",))
    policy = Policy(decisions={"misses": decision})
    batches = [a_snapshot(files={name: "1"}, scope="files") for name in ("a", "b", "c/d")]
    report = engine.evaluate_all(batches, policy, TODAY)
    assert ([entry.what for entry in report.not_judged], report.exit_code) == (["a", "b"], 3)


@pytest.mark.parametrize(
    ("outline", "facts", "runs"),
    (
        pytest.param(Outline(triggers=("a",)), {"files": {"a": ""}}, True, id="triggered"),
        pytest.param(Outline(triggers=("a",)), {"files": {"b": ""}}, False, id="not triggered"),
        pytest.param(Outline(triggers=("a",)), {"removed": ("a",)}, True, id="by a removal"),
        pytest.param(Outline(reads=("a",)), {"files": {"b": ""}}, True, id="reads, over the whole"),
        pytest.param(Outline(reads=("a",), each="file"), {"files": {"b": ""}}, False, id="reads nothing here"),
        pytest.param(Outline(consults=("a",)), {}, False, id="consults, and nothing was read"),
        pytest.param(Outline(), {}, True, id="asks for nothing"),
        pytest.param(Outline(each="file"), {"scope": "whole"}, False, id="by file, over the whole"),
        pytest.param(Outline(), {"scope": "files"}, False, id="over the whole, in a batch"),
    ),
)
def test_who_is_concerned(outline: Outline, facts: dict[str, Any], runs: bool) -> None:
    snapshot = a_snapshot(**facts)
    assert (engine._fits(outline, snapshot) and engine._concerned(outline, snapshot)) is runs


@pytest.mark.parametrize(
    ("report", "code"),
    (
        (Report("ci"), 0),
        (Report("ci", not_judged=(NotJudged("x", "y"),)), 3),
        (Report("ci", not_judged=(NotJudged("x", "y", expected=False),)), 0),
        (Report("ci", (Finding("m", rule="r"),), (NotJudged("x", "y"),)), 1),
        (Report("ci", (Finding("m", rule="r", waiver="W-1"),)), 0),
        (Report("ci", (Finding("m", rule="r", severity=Severity.WARNING),), fail_on=Severity.WARNING), 1),
    ),
)
def test_exit_codes(report: Report, code: int) -> None:
    assert report.exit_code == code


def test_unknown_names_are_answered_with_the_nearest() -> None:
    engine.known(every(), ["secrets", "env-secret"])
    with pytest.raises(UserError, match="'secret' is no rule and no family; did you mean 'secrets'"):
        engine.known(every(), ["secret"])
    with pytest.raises(UserError, match="'zzz' is no rule and no family; families: commits, branches, "):
        engine.known(every(), ["zzz"])


def test_a_fingerprint_survives_moving_lines_but_not_another_key() -> None:
    one = Finding("m", Place("a", 1), key="K", rule="r")
    assert fingerprint(one) == fingerprint(one._replace(place=Place("a", 9), message="n"))
    assert fingerprint(one) != fingerprint(one._replace(key="L"))
    assert len(fingerprint(one)) == 16


def test_a_page_is_the_docstring() -> None:
    rule = next(rule for rule in RULES["data"] if rule.id == "model-in-git")
    assert all(page(rule)[:3])
