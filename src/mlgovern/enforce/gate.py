"""`mlgovern gate`: what a change brings, judged in CI by the policy that was there before it."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from mlgovern import engine
from mlgovern.administer.diff import Difference, differences, told
from mlgovern.enforce.client import today
from mlgovern.enforce.ends import Ends, ends
from mlgovern.enforce.providers import Change, found
from mlgovern.enforce.tools import resolved
from mlgovern.errors import PolicyError, UserError
from mlgovern.facts import collect, ranges
from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import BASELINE, Commit, Idle, Snapshot
from mlgovern.finding import NotJudged, Place, Report, Severity
from mlgovern.policy.cache import every
from mlgovern.policy.load import Loaded, load_leniently, waivers_of
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE, Policy
from mlgovern.policy.waivers import settled
from mlgovern.rx import rx

STAGES = ("ci",)
TITLE = ("commits",)  # the family that judges a title
NOTHING = "There is nothing to judge: the branch or tag was deleted."
MOST_EVENT_BYTES = 20_000_000

_DRAFT = rx(r"(?i)(?:\[?(?:draft|wip)\]?:?\s+)+")
_NUMBER = rx(r"\s*\(#\d+\)$")


class Wanted(NamedTuple):
    """What the user says, which counts more than what the service does; empty: ask the service."""

    base: str = ""
    head: str = ""
    title: str = ""
    source: str = ""
    target: str = ""
    strict: bool = False
    foreign: bool = False


class Gated(NamedTuple):
    """What came of it, and the service that asked."""

    provider: str
    report: Report


def gate(wanted: Wanted, environment: Mapping[str, str]) -> Gated:
    """Judge the change that a CI service speaks of."""
    change = found(environment, _event(environment))
    said = {name: value for name in ("base", "head", "title", "source", "target") if (value := getattr(wanted, name))}
    change = change._replace(**said, merge=change.merge and not wanted.head)
    if change.deleted:
        return Gated(change.provider, Report(STAGES[-1], notes=(NOTHING,)))
    with wall.locate("." if wanted.foreign else None) as git:
        return Gated(change.provider, _judged(git, change, ends(git, change), strict=wanted.strict))


def _event(environment: Mapping[str, str]) -> Mapping[str, Any]:
    """GitHub's event; what cannot be read tells nothing, and then nothing is taken for granted."""
    import json

    path = environment.get("GITHUB_EVENT_PATH", "")
    try:
        with open(path, "rb") as file:
            event = json.loads(file.read(MOST_EVENT_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _judged(git: Git, change: Change, span: Ends, *, strict: bool) -> Report:
    if not span.head:
        raise UserError("there is no commit here to judge")
    policy, weaker, notes = _policy(git, span)
    if strict:
        policy = policy._replace(fail_on=min(policy.fail_on, Severity.WARNING))
    facts = Snapshot(
        stages=STAGES, branch=None if change.queued else change.source or None, target=change.target or None
    )
    scope = policy.commit_scope
    reports = [
        _of_range(git, policy, span, facts._replace(weakened=weaker), messages=scope != "title" or not change.title)
    ]
    if scope != "commits" and change.title:
        reports.append(_of_title(policy, change.title))
    gaps = [*span.gaps, *(gap for report in reports for gap in report.not_judged)]
    if scope != "commits" and not change.title:
        gaps.append(NotJudged("title", f"commit_scope is {scope}, and no title is known here; say --title"))
    if not change.source and not change.queued:
        gaps.append(NotJudged("branch name", "no branch is known here; say --branch", expected=False))
    return reports[0]._replace(
        findings=tuple(dict.fromkeys(finding for report in reports for finding in report.findings)),
        not_judged=tuple(dict.fromkeys(gaps)),
        crashes=tuple(dict.fromkeys(crash for report in reports for crash in report.crashes)),
        notes=(*span.notes, *notes, *reports[0].notes),
    )


def _policy(git: Git, span: Ends) -> tuple[Policy, tuple[Idle, ...], tuple[str, ...]]:
    """The policy of the base, what the change would make weaker, and where the policy is from."""
    ours = _loaded(git, span.head)
    if not span.base or git.read(f"{span.base}:{POLICY_FILE}") is None:
        policy = ours.policy
        where = f"{POLICY_FILE} is new" if not policy.embedded else f"There is no {POLICY_FILE} here"
        waivers = settled(policy.accepted, _waivers(git, span.base, policy) if span.base else ())
        return policy._replace(accepted=waivers), (), (f"{where}: {policy.origin} judged.",)
    before = _loaded(git, span.base)
    weaker = tuple(_weaker(one) for one in differences(before, ours) if one.weaker)
    weaker += tuple(Idle("final", one.path[1], _place(one.mark), one.text) for one in ours.weakened)
    policy = before.policy._replace(
        accepted=settled(_all_waivers(git, span.head, before.policy), before.policy.accepted)
    )
    return policy, weaker, ()


def _loaded(git: Git, revision: str) -> Loaded:
    try:
        return load_leniently(lambda path: git.read(f"{revision}:{path}"), every())
    except PolicyError as error:
        raise PolicyError(f"{revision[:8]}: the policy of this commit is broken\n{error}") from error


def _all_waivers(git: Git, head: str, policy: Policy) -> tuple[Any, ...]:
    """The waivers of the base, and those that the change brings, which do not count for it."""
    brought = _waivers(git, head, policy)
    known = {waiver._replace(line=0) for waiver in brought}
    return (*(waiver for waiver in policy.accepted if waiver._replace(line=0) not in known), *brought)


def _waivers(git: Git, revision: str, policy: Policy) -> tuple[Any, ...]:
    try:
        return waivers_of(git.read(f"{revision}:{WAIVERS_FILE}"), policy)
    except PolicyError:  # as the new policy has it, it may be sound; under this one it accepts nothing
        return ()


def _weaker(one: Difference) -> Idle:
    path = [part for part in one.field.path if part not in {"rules", "settings"}]
    said = one.field.chain[-1]
    text = f"{'.'.join(path)}: {told(one.change)}"
    return Idle("policy", path[0], _place(said.mark), text)


def _place(mark: Any) -> Place:
    return Place(POLICY_FILE) if mark is None else Place(mark.file, mark.line, mark.column)


def _of_range(git: Git, policy: Policy, span: Ends, facts: Snapshot, *, messages: bool) -> Report:
    only = () if messages else tuple(rule for rule, one in policy.decisions.items() if one.outline.family not in TITLE)
    wants = engine.wants(policy, STAGES, only)
    selection = (f"{span.base}..{span.head}",) if span.base and not span.gaps else ("--no-walk", span.head)
    here = collect.here(git, wants, STAGES)._replace(branch=facts.branch, target=facts.target, operation=None)
    if wants.asked("baseline"):
        here = here._replace(baseline=git.read(f"{span.base or span.head}:{BASELINE}") or b"")
    known = ranges.Span(selection, span.head, ranges.among(git, wants, here), seen_to=True)
    snapshots = ranges.commit_range(git, wants, STAGES, known)
    weighed = (snapshot._replace(weakened=facts.weakened) for snapshot in snapshots)
    report = engine.evaluate_all(weighed, policy, today(), only)
    return resolved(git, policy, report, span.head) if report.not_judged else report


def _of_title(policy: Policy, title: str) -> Report:
    """The title, as the subject that a squash merge makes of it."""
    subject = _NUMBER.sub("", _DRAFT.sub("", title.strip(), count=1))
    commit = Commit(f"{subject}\n", parents=("0" * 40,))
    report = engine.evaluate(Snapshot(stages=STAGES, commits=(commit,)), policy, today(), TITLE)
    return report._replace(findings=tuple(f._replace(message=f"title: {f.message}") for f in report.findings))


def quoted(gated: Gated, text: str, token: str) -> str:
    """The text, in which GitHub looks for no command."""
    return f"::stop-commands::{token}\n{text}::{token}::\n" if gated.provider == "github" else text


def annotated(gated: Gated) -> str:
    """What the service itself shows beside the text: annotations, where it has any."""
    from mlgovern.reporters import reporter

    return reporter(gated.provider)(gated.report) if gated.provider in {"github", "azure"} else ""


def summarised(gated: Gated, environment: Mapping[str, str]) -> None:
    """Add to the summary of the step, where the service has one; UserError where it cannot be written."""
    path = environment.get("GITHUB_STEP_SUMMARY", "")
    if gated.provider != "github" or not path:
        return
    from mlgovern.reporters.markdown import render

    try:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(render(gated.report))
    except OSError as error:
        raise UserError(f"the summary cannot be written to {os.path.basename(path)}: {error.strerror}") from error
