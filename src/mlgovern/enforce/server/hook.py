"""`mlgovern hook pre-receive`: what a push brings is judged before it leaves quarantine; nothing is written into the repository."""

import gc
import os
import sys
import time
from contextlib import suppress
from functools import partial

from mlgovern.enforce.client import today
from mlgovern.enforce.server.apart import FORKS, Ended, told
from mlgovern.enforce.server.host import KEYS, Host, host, prefix
from mlgovern.enforce.server.judging import Case, judge
from mlgovern.enforce.server.push import WHAT
from mlgovern.enforce.server.record import Decision, line, write
from mlgovern.errors import UserError
from mlgovern.facts import git as wall
from mlgovern.facts import received, state
from mlgovern.facts.git import Git
from mlgovern.facts.received import Graph
from mlgovern.facts.snapshot import RefUpdate
from mlgovern.finding import Crash, NotJudged, Report, Severity
from mlgovern.record import NamedTuple
from mlgovern.reporters.remote import Told, lines, noted

MOST_STDIN = 20_000_000


class Outcome(NamedTuple):
    """What came of the judgement, and how it ended."""

    report: Report
    ended: Ended
    case: Case | None = None


def run(words: list[str], *, forks: bool = FORKS) -> int:
    """Judge the push that standard input tells of; 0 lets git take it."""
    begun = time.monotonic()
    gc.enable()  # this hook works for longer than those of a commit, and must not take more memory than it needs
    if words == ["--self-test"]:
        from mlgovern.enforce.server.selftest import selftest

        return selftest(lambda: _run(time.monotonic(), forks=forks))
    if words:
        raise UserError(f"pre-receive takes no arguments but --self-test, got {words[0][:40]!r}")
    try:
        return _run(begun, forks=forks)
    except UserError as error:  # before anything was known of the push
        _print(_stopped(str(error), prefix(os.environ)))
        return 2


def _run(begun: float, *, forks: bool) -> int:
    with wall.receiving() as git:
        told_of = host(os.environ, state.values(git, KEYS), git.git_dir)
        try:
            pushed = received.updates(_input())
        except UserError as error:
            out = _stopped(str(error), told_of.prefix)
            return _decided(told_of, (), Decision(2, why=str(error)), out, begun)
        if told_of.skipped or not pushed:
            return _decided(told_of, pushed, Decision(0, why=told_of.skipped or "nothing was pushed"), [], begun)
        outcome = _outcome(git, pushed, told_of, begun + told_of.seconds, forks=forks)
        made, out = decision(outcome, pushed, told_of)
        return _decided(told_of, pushed, made, out, begun)


def _input() -> bytes:
    data = sys.stdin.buffer.read(MOST_STDIN + 1)
    if len(data) > MOST_STDIN:
        raise UserError("this push names more refs than anybody can judge; push some at a time")
    return data


def _outcome(git: Git, pushed: tuple[RefUpdate, ...], told_of: Host, end: float, *, forks: bool) -> Outcome:
    case: Case | None = None
    reports: list[Report] = []
    ended = Ended("died")
    for message in told(git, partial(judge, git, pushed, told_of.policy, today()), end, forks=forks):
        if isinstance(message, Case):
            case = message
        elif isinstance(message, Ended):
            ended = message
        else:
            reports.append(message)
    return Outcome(_joined(reports, case), ended, case)


def _joined(reports: list[Report], case: Case | None) -> Report:
    findings = dict.fromkeys(finding for report in reports for finding in report.findings)
    return Report(
        "pre-receive",
        tuple(findings),
        tuple(dict.fromkeys(gap for report in reports for gap in report.not_judged)),
        tuple({crash.rule: crash for report in reports for crash in report.crashes}.values()),
        files=sum(report.files for report in reports),
        commits=sum(report.commits for report in reports),
        fail_on=Severity.ERROR if case is None else Severity(case.fail_on),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
    )


def decision(outcome: Outcome, pushed: tuple[RefUpdate, ...], told_of: Host) -> tuple[Decision, list[str]]:
    """What becomes of a push, and the lines that its sender reads."""
    report, ended, case = outcome
    policy = case.policy if case is not None else ""
    if ended.how == "refused" and not report.refusing:
        return Decision(2, report, policy, ended.why), _stopped(ended.why, told_of.prefix)
    gap = _gap(ended, told_of)
    report = report._replace(not_judged=(*report.not_judged, *gap), crashes=(*report.crashes, *_crash(ended)))
    code = report.exit_code
    accepted = code == 3 and case is not None and case.on_timeout == "accept-with-warning"
    named = _named(told_of, case)
    made = Decision(
        0 if accepted else code,
        report,
        policy,
        "not everything was judged" if code == 3 else "",
        len(case.graph) if case is not None else 0,
        waivers=_used(report),
    )
    known = (*(case.notes if case is not None else ()), *named)
    if code == 0:
        return made, ["", *noted(known)] if known else []
    notes = (*known, *report.notes)
    about = _told(report, case, pushed)._replace(verdict=_verdict(report, code), accepted=accepted, policy=policy)
    return made, lines(report, about._replace(prefix=told_of.prefix, notes=notes))


def _gap(ended: Ended, told_of: Host) -> tuple[NotJudged, ...]:
    if ended.how == "late":
        return (NotJudged(WHAT, f"{told_of.seconds:g} s were over before all of it was judged; push less at a time"),)
    if ended.how in {"died", "large"}:
        return (NotJudged(WHAT, "it needs more memory than there is for one push; push less at a time"),)
    return (NotJudged(WHAT, ended.why.partition("\n")[0]),) if ended.how == "refused" else ()


def _crash(ended: Ended) -> tuple[Crash, ...]:
    return (Crash("pre-receive", ended.why),) if ended.how == "broke" else ()


def _verdict(report: Report, code: int) -> str:
    """In place of counts."""
    if report.refusing:
        return ""
    return "it could not be judged, by our own bug" if code == 4 else "not everything was judged"


def _stopped(problem: str, before: str) -> list[str]:
    """What is printed where nothing could be judged."""
    first, *rest = problem.split("\n")[:6]
    return lines(Report("pre-receive"), Told(first, prefix=before, notes=tuple(rest)))


def _used(report: Report) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.waiver for finding in report.findings if finding.waiver is not None))


def _named(told_of: Host, case: Case | None) -> list[str]:
    """What is to be said of the waivers that a push names: those of the default branch alone count."""
    if case is None:
        return []
    unknown = [waiver for waiver in told_of.waivers if waiver not in case.waivers]
    return [f"waiver {one[:40]} is not on the default branch: no effect" for one in unknown[:5]]


def _told(report: Report, case: Case | None, pushed: tuple[RefUpdate, ...]) -> Told:
    if case is None:
        return Told()
    faulty = list(dict.fromkeys(one.place.commit for one in report.refusing if one.place.commit))
    graph = Graph(case.graph)
    refs = _refs(case, graph, faulty) if len(pushed) > 1 else {}
    burnt = any(finding.rule in case.secrets for finding in report.refusing)
    return Told(refs=refs, every=tuple(one.ref for one in pushed), begin=_begin(case, faulty), burnt=burnt)


def _refs(case: Case, graph: Graph, faulty: list[str]) -> dict[str, tuple[str, ...]]:
    """The refs that bring each commit at fault, of the first few."""
    children: dict[str, list[str]] = {}
    for one, parents in graph.parents.items():
        for parent in parents:
            children.setdefault(parent, []).append(one)
    above = Graph({one: tuple(children.get(one, ())) for one in graph.parents})
    held = {commit: above.reached(commit) for commit in faulty[:20]}
    return {commit: tuple(ref for ref, tip in case.tips.items() if tip in reached) for commit, reached in held.items()}


def _begin(case: Case, faulty: list[str]) -> str:
    """The command that opens the oldest commit at fault."""
    oldest = next((one for one in case.graph if one in faulty), "")
    if not oldest:
        return ""
    if len(faulty) == 1 and oldest in case.tips.values():
        return "git commit --amend"
    return f"git rebase -i {oldest[:7]}^" if case.graph[oldest] else "git rebase -i --root"


def _decided(told_of: Host, pushed: tuple[RefUpdate, ...], made: Decision, out: list[str], begun: float) -> int:
    """Print and log what was decided."""
    made = made._replace(milliseconds=round((time.monotonic() - begun) * 1000))
    wrong = write(told_of.audit, line(told_of, pushed, made, time.time()))
    _print([*out, *([f"{wrong}; tell whoever runs this server"] if wrong else [])])
    return made.exit


def _print(out: list[str]) -> None:
    """One write for each line: git cuts what it passes on at any other place."""
    for text in out:
        with suppress(OSError):  # whoever pushed may have gone
            os.write(sys.stderr.fileno(), f"{text}\n".encode("utf-8", "backslashreplace"))
