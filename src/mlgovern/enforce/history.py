"""`mlgovern check --history`: every version of every file that refs hold, looked at once; whoever brought a flaw is named."""

import os
from collections.abc import Iterator
from contextlib import closing
from math import inf
from time import monotonic
from typing import NamedTuple

from mlgovern import engine
from mlgovern.enforce import fast
from mlgovern.enforce.bench import STAGES, Bench, Held, present
from mlgovern.enforce.brought import Brought, told
from mlgovern.enforce.checkpoint import CLEAN, Checkpoint, Verdict
from mlgovern.enforce.progress import Progress
from mlgovern.errors import GitError
from mlgovern.facts import listings, versions
from mlgovern.facts.git import Git
from mlgovern.facts.versions import EVERYTHING, Content, History, Version
from mlgovern.finding import Crash, Finding, NotJudged, Report
from mlgovern.policy.model import OWN_VALUES, SECRETS, Policy

_BATCH = 2_000_000  # bytes that are judged at once
_MANY = 500  # blobs from which on a faster engine is worth its start
_MISSING = "their objects are missing from this clone; `git fsck` tells more"
_PARTIAL = "this is a partial clone; `git fetch --refetch --no-filter` completes it"


class Span(NamedTuple):
    """Which commits, and the one whose tree is the present."""

    selection: tuple[str, ...] = EVERYTHING
    tip: str | None = None


class Tally:
    """What a run adds up to."""

    def __init__(self, brought: Brought) -> None:
        self.brought = brought
        self.not_judged: set[NotJudged] = set()
        self.crashes: dict[str, Crash] = {}
        self.judged = 0
        self.missing = 0

    def take(self, verdicts: list[tuple[Version, Verdict]], data: bytes | None = None) -> None:
        """The verdicts on one content at each of its paths."""
        self.brought.add([(version, verdict.findings) for version, verdict in verdicts], data)
        for _, verdict in verdicts:
            self.not_judged.update(verdict.not_judged)
        self.judged += len(verdicts)


def judge(git: Git, policy: Policy, span: Span, only: tuple[str, ...], today: str) -> Report:
    """Judge the versions that a span brings."""
    # What stands in place of an object is a ref of its own; here, what really is there counts.
    with Git(git.top, git.git_dir, git.common_dir, {**git.environment, "GIT_NO_REPLACE_OBJECTS": "1"}) as plain:
        narrow, gaps = _narrowed(policy, only)
        past = _past(plain, span) if narrow.decisions else History()
        if narrow.decisions and span.selection == EVERYTHING and not (past.first or past.gaps):
            gaps = (*gaps, NotJudged("history", "no ref holds any file"))
        tally = _tallied(plain, narrow, past, span, today)
        findings = _findings(plain, narrow, past, tally.brought)
    return Report(
        stage=STAGES[-1],
        findings=tuple(findings),
        not_judged=(*sorted(tally.not_judged), *past.gaps, *gaps),
        crashes=tuple(tally.crashes.values()),
        files=tally.judged,
        commits=len(past.commits),
        fail_on=policy.fail_on,
    )


def _past(git: Git, span: Span) -> History:
    try:
        return versions.history(git, span.selection)
    except GitError:
        if not versions.is_partial(git):
            raise
        return History(gaps=(NotJudged("history", f"its trees are missing: {_PARTIAL}"),))


def _narrowed(policy: Policy, only: tuple[str, ...]) -> tuple[Policy, tuple[NotJudged, ...]]:
    """The policy with those rules alone that judge each file by itself; what is asked for besides is said."""
    asked = dict(engine.enabled(policy, STAGES, only or (SECRETS,)))
    chosen = {
        rule: decision for rule, decision in asked.items() if decision.outline.each == "file" and rule != OWN_VALUES
    }
    others = ", ".join(
        rule for rule in asked if rule not in chosen and (rule in only or asked[rule].outline.family != SECRETS)
    )
    gaps = (NotJudged(others, "it does not judge files one by one"),) if others else ()
    if not (asked or only):
        gaps = (NotJudged(SECRETS, f"nothing of it is on at stage {STAGES[-1]}"),)
    return policy._replace(decisions=chosen), gaps


def _tallied(git: Git, policy: Policy, past: History, span: Span, today: str) -> Tally:
    tree = {} if span.tip is None else listings.tree(git, span.tip)
    tally = Tally(Brought(past.first, {path: file.blob for path, file in tree.items()}))
    if not past.first:
        return tally
    gone = versions.missing(git, span.selection)
    finder = fast.finder(git) if len(past.blobs) >= _MANY else None
    bench = Bench(policy, present(git, policy, tree, gone), today, finder)
    end = monotonic() + policy.limits.max_seconds if policy.limits.max_seconds else inf
    with (
        Checkpoint(os.path.join(git.common_dir, "mlgovern"), bench.key()) as kept,
        Progress("file versions", len(past.first)) as progress,
        closing(versions.contents(git, _unknown(past, gone, kept, tally), bench.reads, bench.most)) as contents,
    ):
        for batch in _batches(contents):
            _judge(bench, batch, kept, tally)
            kept.save()
            progress.tell(tally.judged, len(tally.brought))
            if monotonic() >= end:
                break
    _say_gaps(past, tally, policy, partial=bool(gone))
    return tally


def _unknown(past: History, gone: frozenset[str], kept: Checkpoint, tally: Tally) -> Iterator[list[Version]]:
    """The versions of each blob that has to be read: what an earlier run found clean is taken as that."""
    for blob in past.blobs:
        if all(kept.verdict(version) == CLEAN for version in blob):
            tally.take([(version, CLEAN) for version in blob])
        elif blob[0].blob in gone:
            tally.missing += len(blob)
        else:
            yield blob


def _batches(contents: Iterator[Content]) -> Iterator[list[Content]]:
    batch: list[Content] = []
    total = 0
    for content in contents:
        batch.append(content)
        total += len(content.data or b"")
        if total >= _BATCH or len(batch) >= _MANY:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def _judge(bench: Bench, batch: list[Content], kept: Checkpoint, tally: Tally) -> None:
    found = [content for content in batch if content.size >= 0]
    tally.missing += sum(len(content.versions) for content in batch if content.size < 0)
    known = {version: verdict for one in found for version in one.versions if (verdict := kept.verdict(version))}
    new = [Held(version, *one[1:]) for one in found for version in one.versions if version not in known]
    judged = bench.judge(new)
    for content in found:
        verdicts = []
        for version in content.versions:
            if version not in known:
                _, known[version], crashes = next(judged)
                tally.crashes.update({crash.rule: crash for crash in crashes})
                if not crashes:
                    kept.add(version, known[version])
            verdicts.append((version, known[version]))
        tally.take(verdicts, content.data)


def _say_gaps(past: History, tally: Tally, policy: Policy, *, partial: bool) -> None:
    left = len(past.first) - tally.judged - tally.missing
    if left:
        limit = f"limits.max_seconds, {policy.limits.max_seconds}, were over; the same command goes on from there"
        tally.not_judged.add(NotJudged(_count(left), limit))
    if tally.missing:
        tally.not_judged.add(NotJudged(_count(tally.missing), _PARTIAL if partial else _MISSING))


def _count(number: int) -> str:
    return f"{number:,} file version{'' if number == 1 else 's'}"


def _findings(git: Git, policy: Policy, past: History, brought: Brought) -> list[Finding]:
    """In the order of rules, then of history."""
    spreads = brought.spreads()
    authors = listings.recorded(git, {past.commits[spread.first] for spread in spreads if spread.first >= 0})
    rank = {rule: number for number, rule in enumerate(policy.decisions)}
    found = [
        told(spread, past.commits, authors, secret=policy.decisions[spread.finding.rule].outline.family == SECRETS)
        for spread in spreads
    ]
    return sorted(found, key=lambda finding: rank[finding.rule])
