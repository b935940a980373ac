"""The one judgement: rules over a snapshot under a policy make a report. Pure: no git, no file, no clock."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mlgovern.errors import PluginError, UserError, trace
from mlgovern.facts.snapshot import FULL, NEEDLE, Snapshot, Wants
from mlgovern.finding import Crash, Finding, NotJudged, Page, Report, Severity
from mlgovern.globs import matcher
from mlgovern.policy.codec import settings_of
from mlgovern.policy.model import SECRETS, Decision, Outline, Policy
from mlgovern.record import NamedTuple
from mlgovern.rule import Rule, page
from mlgovern.rules import FAMILIES, family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.baseline import Entry
    from mlgovern.hiding import Batch


def enabled(policy: Policy, stages: Iterable[str], only: Iterable[str] = ()) -> Iterator[tuple[str, Decision]]:
    """The ids of the rules that run at these stages, in the order of the list; `only` names rules or families."""
    wanted, here = set(only), set(stages)
    for rule, decision in policy.decisions.items():
        if decision.severity is Severity.OFF or here.isdisjoint(decision.stages):
            continue
        if not wanted or rule in wanted or decision.outline.family in wanted:
            yield rule, decision


def known(policy: Policy, names: Iterable[str]) -> None:
    """UserError where one of these names no rule and no family, with the nearest that does."""
    words = [*dict.fromkeys((*FAMILIES, *(d.outline.family for d in policy.decisions.values()))), *policy.decisions]
    for name in names:
        if name not in words:
            from difflib import get_close_matches

            near = get_close_matches(name, words, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"families: {', '.join(FAMILIES)}"
            raise UserError(f"{name!r} is no rule and no family; {hint}")


def wants(policy: Policy, stages: Iterable[str], only: Iterable[str] = ()) -> Wants:
    """The union of what the enabled rules ask for."""
    outlines = [decision.outline for _, decision in enabled(policy, stages, only)]
    reads = dict.fromkeys(glob for outline in outlines for glob in outline.reads)
    consults = dict.fromkeys((outline.triggers, outline.consults) for outline in outlines if outline.consults)
    asks = dict.fromkeys(ask for outline in outlines for ask in outline.asks)
    if any(outline.family == SECRETS for outline in outlines):
        asks["baseline",] = None
    if policy.inline_suppressions == "deny":
        asks["before",] = None
    files = any(outline.files for outline in outlines)
    most = policy.limits.max_file_bytes, policy.limits.max_commits
    return Wants(tuple(reads), tuple(consults), *most, files, tuple(asks))


def prepare(policy: Policy, stages: Iterable[str], only: Iterable[str] = ()) -> None:
    """Import the families that judge whatever there is, while git is still at work."""
    outlines = [decision.outline for _, decision in enabled(policy, stages, only) if decision.outline.each != "run"]
    for name in dict.fromkeys(o.family for o in outlines if o.triggers == ("**",) and o.reads in ((), ("**",))):
        if name in FAMILIES:
            family(name)


def evaluate(snapshot: Snapshot, policy: Policy, today: str, only: Iterable[str] = ()) -> Report:
    """Judge one snapshot. `today` is an ISO date in UTC."""
    return evaluate_all((snapshot,), policy, today, only)


def evaluate_all(snapshots: Iterable[Snapshot], policy: Policy, today: str, only: Iterable[str] = ()) -> Report:
    """Judge the batches of one repository, one at a time, so that memory stays flat; one report in the order of rules."""
    return _judged(snapshots, policy, today, tuple(only))[0]


def acceptable(
    snapshots: Iterable[Snapshot], policy: Policy, today: str, only: Iterable[str]
) -> "tuple[Report, tuple[Entry, ...]]":
    """The same, and what a baseline would have to hold to accept what it finds; the snapshots bring the salt."""
    report, batches = _judged(snapshots, policy, today, tuple(only))
    standing = {finding for finding in report.findings if finding.waiver is None}
    found = [entry for each in batches for finding, own in each.entries.items() if finding in standing for entry in own]
    return report, tuple(dict.fromkeys(found))


def _judged(
    snapshots: Iterable[Snapshot], policy: Policy, today: str, only: tuple[str, ...]
) -> "tuple[Report, list[Batch]]":
    return assembled((piece(snapshot, policy, today, only) for snapshot in snapshots), policy, today, only)


class Piece(NamedTuple):
    """What is told of one snapshot, before it is known what hides some of it; and whether that was all that is tracked."""

    report: Report
    batch: "Batch | None"
    stages: tuple[str, ...]
    everything: bool


def concerned(snapshot: Snapshot, policy: Policy, only: Iterable[str] = ()) -> frozenset[str]:
    """The rules that have something to judge in a snapshot, if it holds all that there is."""
    everywhere = snapshot._replace(scope="all")
    chosen = enabled(policy, snapshot.stages, only)
    return frozenset(rule for rule, decision in chosen if _concerned(decision.outline, everywhere))


def piece(
    snapshot: Snapshot, policy: Policy, today: str, only: tuple[str, ...], among: frozenset[str] | None = None
) -> Piece:
    """Judge one batch by itself; processes may share the batches of a repository. `among`: the rules that all of it concerns."""
    report, batch = _part(snapshot._replace(day=today), policy, only, among)
    return Piece(report, batch, snapshot.stages, _everything(snapshot))


def assembled(
    pieces: Iterable[Piece], policy: Policy, today: str, only: tuple[str, ...]
) -> "tuple[Report, list[Batch]]":
    """One report of the pieces, which come in the order of their batches."""
    every = [*pieces]
    stages = every[-1].stages if every else Snapshot().stages
    report = _joined([one.report for one in every], policy)
    batches = [one.batch for one in every if one.batch is not None]
    if batches or policy.accepted:
        from mlgovern.hiding import Judging, hidden

        full = any(one.everything for one in every)
        everywhere = frozenset(rule for rule, _ in enabled(policy, stages, only)) if full else frozenset()
        report, idle = hidden(report, batches, Judging(policy, today, everywhere))
        if idle:
            last = Snapshot(stages, idle=idle, day=today)
            report = _joined([report, _by_rules(last, policy, only, each="run")], policy)
    return report, batches


def _everything(snapshot: Snapshot) -> bool:
    """Whether a snapshot, or the parts that follow it, judges all that is tracked."""
    return (
        FULL in snapshot.stages and snapshot.scope in {"all", "whole"} and len(snapshot.files) == len(snapshot.tracked)
    )


def _part(
    snapshot: Snapshot, policy: Policy, only: tuple[str, ...], among: frozenset[str] | None = None
) -> "tuple[Report, Batch | None]":
    """One snapshot, and what could hide something of it: nothing in almost every one."""
    report = _by_rules(snapshot, policy, only, among=among)
    places = snapshot.baseline or any(finding.place.path is not None for finding in report.findings)
    if not places and not any(NEEDLE in data for data in snapshot.contents.values()):
        return report, None
    from mlgovern.hiding import batch

    broken = {crash.rule for crash in report.crashes}
    ran = frozenset(rule for rule, _ in enabled(policy, snapshot.stages, only)) - broken
    return report, batch(snapshot, report.findings, policy, ran)


def _by_rules(
    snapshot: Snapshot,
    policy: Policy,
    only: tuple[str, ...],
    *,
    each: str | None = None,
    among: frozenset[str] | None = None,
) -> Report:
    """What the rules find; those that judge last only if these are asked for."""
    findings: list[Finding] = []
    not_judged: list[NotJudged] = []
    crashes: list[Crash] = []
    rank = {commit.id: number for number, commit in enumerate(snapshot.commits)}
    for rule, decision in enabled(policy, snapshot.stages, only):
        if (decision.outline.each == "run") is not (each == "run") or not _fits(decision.outline, snapshot):
            continue
        if not (_concerned(decision.outline, snapshot) if among is None else rule in among):
            continue
        try:
            verdicts = _verdicts(rule, decision, snapshot)
        except Exception as error:  # noqa: BLE001 - the one place where any error of a rule is named, and fails closed
            crashes.append(Crash(rule, trace(error), error.plugin if isinstance(error, PluginError) else ""))
            continue
        exempt = matcher(decision.exempt)
        verdicts = [verdict for verdict in verdicts if not exempt(_path(verdict))]
        not_judged += (verdict for verdict in verdicts if isinstance(verdict, NotJudged))
        findings += sorted(
            (_stamped(verdict, rule, decision, snapshot.day) for verdict in verdicts if isinstance(verdict, Finding)),
            key=lambda finding: (rank.get(finding.place.commit, -1), *_order(finding)),
        )
    return Report(
        stage=snapshot.stages[-1],
        findings=tuple(dict.fromkeys(findings)),
        not_judged=tuple(dict.fromkeys((*not_judged, *snapshot.gaps))),
        crashes=tuple(crashes),
        files=len(snapshot.files) if snapshot.scope in {"all", "files"} else 0,
        commits=len(snapshot.commits) if snapshot.scope in {"all", "commits"} else 0,
        branches=int(snapshot.branch is not None and not (snapshot.files or snapshot.commits)),
        fail_on=policy.fail_on,
        pages=_pages(policy, findings),
    )


def _pages(policy: Policy, findings: Sequence[Finding]) -> dict[str, Page]:
    """Of the rules that the policy brings: nobody else knows these."""
    found = dict.fromkeys(finding.rule for finding in findings if policy.decisions[finding.rule].own)
    return {name: page(_rule(name, policy.decisions[name])) for name in found}


def _joined(reports: Sequence[Report], policy: Policy) -> Report:
    """One report of the parts of one run."""
    rank = {rule: number for number, rule in enumerate(policy.decisions)}
    findings = dict.fromkeys(finding for report in reports for finding in report.findings)
    return reports[0]._replace(
        findings=tuple(sorted(findings, key=lambda finding: rank[finding.rule])),  # within a rule, batch after batch
        not_judged=tuple(dict.fromkeys(entry for report in reports for entry in report.not_judged)),
        crashes=tuple({crash.rule: crash for report in reversed(reports) for crash in report.crashes}.values()),
        pages={name: one for report in reports for name, one in report.pages.items()},
        files=sum(report.files for report in reports),
        commits=sum(report.commits for report in reports),
        notes=policy.notes,
    )


def in_order(report: Report, policy: Policy) -> Report:
    """The same report, whatever batches its files came in: findings as those of one batch, and what was not judged by name."""
    rank = {rule: number for number, rule in enumerate(policy.decisions)}
    return report._replace(
        findings=tuple(sorted(report.findings, key=lambda finding: (rank[finding.rule], *_order(finding)))),
        not_judged=tuple(sorted(report.not_judged)),
        crashes=tuple(sorted(report.crashes, key=lambda crash: rank[crash.rule])),
    )


def settings(policy: Policy, name: str) -> Any:
    """The typed settings of one rule."""
    decision = policy.decisions[name]
    return settings_of(decision, _rule(name, decision))


def own_rules(policy: Policy) -> dict[str, list[Rule]]:
    """The rules that the policy brings, by their family."""
    found: dict[str, list[Rule]] = {}
    for name, decision in policy.decisions.items():
        if decision.own:
            found.setdefault(decision.outline.family, []).append(_rule(name, decision))
    return found


def _rule(name: str, decision: Decision) -> Rule:
    if decision.own:
        from mlgovern.policy.stored import rule_from

        return rule_from(name, decision)
    return next(rule for rule in family(decision.outline.family) if rule.id == name)


def _fits(outline: Outline, snapshot: Snapshot) -> bool:
    """Whether a rule judges what a snapshot is a part of."""
    return snapshot.scope == "all" or outline.each == _PARTS[snapshot.scope]


def _concerned(outline: Outline, snapshot: Snapshot) -> bool:
    """Whether there is anything here that the rule judges; if not, its family need not be imported."""
    if outline.each == "file" and outline.reads and outline.triggers == ("**",):
        reads = matcher(outline.reads)
        return any(reads(file.path) for file in snapshot.files)
    if outline.triggers == ("**",) and not outline.consults:
        return True
    fires = matcher(outline.triggers)  # what is consulted was read only where something fires
    return any(map(fires, (*(file.path for file in snapshot.files), *snapshot.removed)))


_PARTS = {"whole": "", "commits": "commit", "files": "file"}  # what a part of much is judged by


def _verdicts(name: str, decision: Decision, snapshot: Snapshot) -> list[Finding | NotJudged]:
    rule = _rule(name, decision)
    return list(rule.judge(snapshot, settings_of(decision, rule)))


def _path(verdict: Finding | NotJudged) -> str:
    return verdict.what if isinstance(verdict, NotJudged) else verdict.place.path or ""


def _stamped(finding: Finding, rule: str, decision: Decision, today: str) -> Finding:
    begun = bool(decision.enforce_after) and today >= decision.enforce_after
    return finding._replace(
        rule=rule,
        severity=min(decision.severity, finding.at_most),
        mode="enforce" if begun else decision.mode,
        waivable=decision.waivable,
    )


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    numbers = (place.cell, place.line, place.column, place.end_line, place.end_column)
    return (
        place.path or "",
        place.branch or "",
        *(-1 if number is None else number for number in numbers),
        finding.message,
    )
