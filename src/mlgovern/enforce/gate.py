"""`mlgovern gate`: what a change brings, judged in CI by the policy that was there before it."""

import os
from collections.abc import Collection, Mapping
from typing import Any

from mlgovern import engine
from mlgovern.enforce.client import today
from mlgovern.enforce.ends import Ends, ends
from mlgovern.enforce.fast import screened
from mlgovern.enforce.forked import touched
from mlgovern.enforce.once import once
from mlgovern.enforce.providers import Change, found
from mlgovern.enforce.tools import resolved
from mlgovern.enforce.weaker import unloaded, waivers_at, weakened, with_arriving
from mlgovern.errors import PolicyError, UserError
from mlgovern.facts import collect, ranges, state
from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import BASELINE, Commit, Idle, Snapshot, Wants
from mlgovern.finding import NotJudged, Report, Severity
from mlgovern.policy.cache import every
from mlgovern.policy.load import Loaded, load_leniently
from mlgovern.policy.model import POLICY_FILE, Outline, Policy
from mlgovern.policy.waivers import settled
from mlgovern.record import NamedTuple
from mlgovern.rx import rx

STAGES = ("ci",)
TITLE = "commits"  # the family that judges a title
NOTHING = "There is nothing to judge: the branch or tag was deleted."
MOST_EVENT_BYTES = 20_000_000

_DRAFT = rx(r"(?i)\A(?:(?:\[(?:draft|wip)\]|\((?:draft|wip)\)|(?:draft|wip):)\s*)+")
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
    messages = scope != "title" or not change.title or _lone(git, span)
    reports = [_of_range(git, policy, span, facts._replace(weakened=weaker), messages=messages)]
    if span.merged:
        reports.append(_of_merge(git, policy, span))
    if scope != "commits" and change.title:
        reports.append(_of_title(policy, change.title))
    gaps = [*span.gaps, *(gap for report in reports for gap in report.not_judged)]
    squashed = change.queued or (
        change.source and change.source == change.target
    )  # what had a title has its commit now
    if scope != "commits" and not (change.title or squashed):
        gaps.append(NotJudged("title", f"commit_scope is {scope}, and no title is known here; say --title"))
    if not change.source and not change.queued:
        gaps.append(NotJudged("branch name", "no branch is known here; say --branch", expected=False))
    report = reports[0]._replace(
        files=sum(report.files for report in reports),
        findings=tuple(dict.fromkeys(finding for report in reports for finding in report.findings)),
        not_judged=tuple(dict.fromkeys(gaps)),
        crashes=tuple(dict.fromkeys(crash for report in reports for crash in report.crashes)),
        notes=(*span.notes, *notes, *reports[0].notes),
        pages={name: page for report in reports for name, page in report.pages.items()},
    )
    return once(report)


def _lone(git: Git, span: Ends) -> bool:
    """Whether a squash would take a commit's own message: of a single one GitHub does, by default."""
    return bool(span.base) and state.count(git, "--no-merges", f"{span.base}..{span.merged or span.head}") == 1


def _policy(git: Git, span: Ends) -> tuple[Policy, tuple[Idle, ...], tuple[str, ...]]:
    """The policy of the base, what the change would make weaker, and where the policy is from."""
    if not span.base or git.read(f"{span.base}:{POLICY_FILE}") is None:
        ours = _loaded(git, span.head, ())
        policy = ours.policy
        where = f"There is no {POLICY_FILE} here" if policy.embedded else f"{POLICY_FILE} is new"
        where = where if span.base or policy.embedded else "What the change begins with is not known"
        waivers = settled(policy.accepted, waivers_at(git, span.base, policy) if span.base else ())
        notes = (f"{where}: {policy.origin} judged.", *unloaded(policy, ()))
        return policy._replace(accepted=waivers), (), notes
    try:
        before = _loaded(git, span.base)
    except PolicyError as error:
        raise PolicyError(f"{error}; it can judge no change, so whoever owns it merges what mends it") from error
    ours = _loaded(git, span.head, before.policy.plugins)
    weaker = weakened(before, ours, touched(git, span.base, span.head, before.policy.plugins))
    return with_arriving(git, before.policy, span.head), weaker, tuple(unloaded(ours.policy, before.policy.plugins))


def _loaded(git: Git, revision: str, trusted: Collection[str] | None = None) -> Loaded:
    try:
        return load_leniently(lambda path: git.read(f"{revision}:{path}", wall.MOST_TEXT), every(), trusted=trusted)
    except PolicyError as error:
        raise PolicyError("\n".join(f"{revision[:8]} {line}" for line in str(error).splitlines())) from error


def _of_range(git: Git, policy: Policy, span: Ends, facts: Snapshot, *, messages: bool) -> Report:
    only = () if messages else tuple(rule for rule, one in policy.decisions.items() if not _of_messages(one.outline))
    wants = engine.wants(policy, STAGES, only)
    newest = span.merged or span.head
    selection = (f"{span.base}..{newest}",) if span.base and not span.gaps else ("--no-walk", newest)
    here = _here(git, wants, span)._replace(branch=facts.branch, target=facts.target)
    known = ranges.Span(selection, span.head, ranges.among(git, wants, here), seen_to=True)
    snapshots = ranges.commit_range(git, wants, STAGES, known)
    weighed = (snapshot._replace(weakened=facts.weakened) for snapshot in snapshots)
    report = engine.evaluate_all(screened(None, policy, weighed, only), policy, today(), only)
    return resolved(git, policy, report, span.head) if report.not_judged else report


def _of_messages(outline: Outline) -> bool:
    """Whether a rule judges the text of messages, and so that of a title."""
    return outline.family == TITLE or outline.subject == "message"


def _of_merge(git: Git, policy: Policy, span: Ends) -> Report:
    """What the merge itself brings to files, should it not be as the service made it."""
    only = tuple(rule for rule, one in policy.decisions.items() if one.outline.each == "file")
    wants = engine.wants(policy, STAGES, only)
    snapshots = ranges.merged(git, wants, _here(git, wants, span), span.head)
    return engine.evaluate_all(snapshots, policy, today(), only)


def _here(git: Git, wants: Wants, span: Ends) -> Snapshot:
    """What is known of the clone, and the secrets that are accepted where the change begins."""
    here = collect.here(git, wants, STAGES)._replace(branch=None, operation=None)
    known = (git.read(f"{span.base or span.head}:{BASELINE}") or b"") if wants.asked("baseline") else b""
    return here._replace(baseline=known)


def _of_title(policy: Policy, title: str) -> Report:
    """The title, as the subject that a squash merge makes of it."""
    subject = _NUMBER.sub("", _DRAFT.sub("", title.strip()))
    commit = Commit(f"{subject}\n", parents=("0" * 40,))
    only = tuple(rule for rule, one in policy.decisions.items() if _of_messages(one.outline))
    report = engine.evaluate(Snapshot(stages=STAGES, commits=(commit,)), policy, today(), only)
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
