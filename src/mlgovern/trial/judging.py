"""Policy tests at work: each case is made into a snapshot, and every rule that it names judges it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha1

from mlgovern import engine
from mlgovern.facts.snapshot import Commit, File, Person, RefUpdate, Snapshot
from mlgovern.finding import Report, Severity
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple
from mlgovern.trial.cases import Case, Content, Expected, Given

MOST_BYTES = 20_000_000  # of a file that is given by its size: beyond, it has no content to read

_AUTHOR = re.compile(r"(.*?)\s*<([^<>]*)>\s*")


class Result(NamedTuple):
    """One case, and what is wrong with it: nothing if it passed."""

    case: Case
    wrong: tuple[str, ...]


class Coverage(NamedTuple):
    """Of the rules that are on: how many have a passing and a failing case, and which lack one."""

    rules: int
    covered: int
    never_passing: tuple[str, ...]
    never_failing: tuple[str, ...]


def judged(case: Case, policy: Policy, today: str) -> Result:
    """Judge one case."""
    wrong = [
        text for rule, expected in case.expect.items() for text in _wrong(case.given, rule, expected, policy, today)
    ]
    return Result(case, tuple(wrong))


def _wrong(given: Given, rule: str, expected: Expected, policy: Policy, today: str) -> Iterator[str]:
    decision = policy.decisions[rule]
    if decision.severity is Severity.OFF:
        outcome, report = "off", Report("")
    elif given.stage and given.stage not in decision.stages:
        yield f"{rule}: does not run at {given.stage}, only at {', '.join(decision.stages)}"
        return
    else:
        report = engine.evaluate(
            snapshot(given, given.stage or decision.stages[0]), policy, given.today or today, [rule]
        )
        outcome = _outcome(report)
    if outcome != expected.outcome:
        said = "; ".join(finding.message for finding in report.findings if finding.waiver is None)
        yield f"{rule}: expected {expected.outcome}, got {outcome}" + (f": {said}" if said else "")
    lines = [finding.place.line for finding in report.findings if finding.rule == rule]
    if outcome == expected.outcome and expected.line and expected.line not in lines:
        yield f"{rule}: expected it in line {expected.line}, got {', '.join(map(str, lines)) or 'no line'}"


def _outcome(report: Report) -> str:
    if report.crashes:
        return "broken"
    if report.findings:
        return "waived" if all(finding.waiver is not None for finding in report.findings) else "fail"
    return "not_judged" if report.not_judged else "pass"


def snapshot(given: Given, stage: str) -> Snapshot:
    """A repository in which nothing is but what the case gives."""
    files = {path: _file(path, content) for path, content in given.files.items()}
    text = given.title or given.message
    who = _AUTHOR.fullmatch(given.author)
    person = Person(who[1], who[2]) if who else Person(given.author)
    commit = Commit(text + "\n", parents=("HEAD",), author=person, committer=person, paths=tuple(files))
    return Snapshot(
        stages=(stage,),
        branch=given.branch or None,
        target=given.target or None,
        updates=(RefUpdate(f"refs/tags/{given.tag}", new="1" * 40),) if given.tag else (),
        commits=(commit,) if text else (),
        files=tuple(file for file, _ in files.values()),
        added=frozenset() if stage == "audit" else frozenset(files),
        tracked={path: file for path, (file, _) in files.items()},
        contents={file.blob: data for file, data in files.values() if data is not None},
    )


def _file(path: str, content: Content) -> tuple[File, bytes | None]:
    size = content.bytes or len(content.text.encode())
    data = content.text.encode() if not content.bytes else b"\1" * size if size <= MOST_BYTES else None
    name = sha1(data if data is not None else b"%d" % size, usedforsecurity=False).hexdigest()
    return File(path, blob=name, size=size), data


def covered(results: Iterable[Result], policy: Policy) -> Coverage:
    """Which of the rules that are on have cases that show them at work and at rest."""
    on = [rule for rule, decision in policy.decisions.items() if decision.severity is not Severity.OFF]
    outcomes: Mapping[str, set[str]] = {rule: set() for rule in policy.decisions}
    for result in results:
        for rule, expected in result.case.expect.items():
            outcomes[rule].add(expected.outcome)
    passing = {rule for rule in on if "pass" in outcomes[rule]}
    failing = {rule for rule in on if "fail" in outcomes[rule]}
    lacking = (tuple(rule for rule in on if rule not in group) for group in (passing, failing))
    return Coverage(len(on), len(passing & failing), *lacking)
