"""`mlgovern check --history`: every version of every file that refs hold, looked at once; whoever brought a flaw is named."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from math import inf
from time import monotonic

from mlgovern import engine
from mlgovern.enforce import fast
from mlgovern.enforce.bench import STAGES, Bench, Held, present
from mlgovern.enforce.brought import Brought, marks, told
from mlgovern.enforce.checkpoint import CLEAN, Checkpoint, Verdict, key_of
from mlgovern.enforce.pair import Pair
from mlgovern.enforce.progress import Progress
from mlgovern.errors import GitError
from mlgovern.facts import listings, state, versions
from mlgovern.facts.git import Git
from mlgovern.facts.versions import EVERYTHING, Content, History, Listing, Version
from mlgovern.finding import Crash, Finding, NotJudged, Report
from mlgovern.policy.model import OWN_VALUES, PLUGINS, SECRETS, Policy
from mlgovern.record import NamedTuple
from mlgovern.waiving import waiving

_BATCH = 2_000_000  # bytes that are judged at once
_MANY = 500  # blobs from which on a faster engine is worth its start
_CHUNK = 1500  # blobs that are handed out at once, and fewer towards the end: both processes are to end together
_LEAST_CHUNK = 200
_MOST_CHUNKS = 8000
_MISSING = "their objects are missing from this clone; `git fsck` tells more"
_PARTIAL = "this is a partial clone; `git fetch --refetch --no-filter` completes it"


class Terms(NamedTuple):
    """What is looked through, on which day, and until when by the clock that `monotonic` is."""

    listing: Listing
    today: str
    end: float


class Look(NamedTuple):
    """What is told of one blob. It holds no content, however many there are."""

    verdicts: tuple[tuple[Version, Verdict], ...] = ()
    marks: tuple[tuple[int, ...], ...] = ()  # of the findings of each version
    fresh: tuple[Version, ...] = ()  # those that were not known
    missing: int = 0  # versions whose object is not there


class Looks(NamedTuple):
    """What is told of one batch: of most blobs that they are clean, which was not known; and the rules that broke over it."""

    clean: list[Version]
    others: list[Look]
    crashes: dict[str, Crash]


class Tally:
    """What a run adds up to."""

    def __init__(self, brought: Brought) -> None:
        self.brought = brought
        self.not_judged: set[NotJudged] = set()
        self.crashes: dict[str, Crash] = {}
        self.judged = 0
        self.missing = 0

    def take(self, look: Look) -> None:
        """The verdicts on one content at each of its paths."""
        pairs = zip(look.verdicts, look.marks, strict=True)
        self.brought.add([(version, verdict.findings, own) for (version, verdict), own in pairs if own])
        for _, verdict in look.verdicts:
            self.not_judged.update(verdict.not_judged)
        self.judged += len(look.verdicts)
        self.missing += look.missing


def judge(listing: Listing, policy: Policy, only: tuple[str, ...], today: str) -> Report:
    """Judge the versions that a listing brings."""
    end = monotonic() + policy.limits.max_seconds if policy.limits.max_seconds else inf
    narrow, gaps = _narrowed(policy, only)
    past = _past(listing) if narrow.decisions else History()
    if narrow.decisions and listing.selection == EVERYTHING and not (past.first or past.gaps):
        gaps = (*gaps, NotJudged("history", "no ref holds any file"))
    tally = _tallied(narrow, past, Terms(listing, today, end))
    findings = _findings(listing.git, narrow, past, tally.brought, _name(listing))
    waived = waiving(policy.accepted, findings, today).accepting
    return Report(
        stage=STAGES[-1],
        findings=tuple(f._replace(waiver=waived[f].id) if f.waiver is None and f in waived else f for f in findings),
        not_judged=(*sorted(tally.not_judged), *past.gaps, *gaps),
        crashes=tuple(tally.crashes[rule] for rule in sorted(tally.crashes)),
        files=tally.judged,
        commits=len(past.commits),
        fail_on=policy.fail_on,
    )


def _past(listing: Listing) -> History:
    try:
        return versions.history(listing)
    except GitError:
        if not versions.is_partial(listing.git):
            raise
        return History(gaps=(NotJudged("history", f"its trees are missing: {_PARTIAL}"),))


def _narrowed(policy: Policy, only: tuple[str, ...]) -> tuple[Policy, tuple[NotJudged, ...]]:
    """The policy with those rules alone that judge each file by itself; what is asked for besides is said."""
    asked = dict(engine.enabled(policy, STAGES, only or (SECRETS,)))
    chosen = {
        rule: decision
        for rule, decision in asked.items()
        if decision.outline.each == "file" and rule != OWN_VALUES and decision.outline.family != PLUGINS
    }
    others = ", ".join(
        rule for rule in asked if rule not in chosen and (rule in only or asked[rule].outline.family != SECRETS)
    )
    gaps = (NotJudged(others, "it does not judge files one by one"),) if others else ()
    if not (asked or only):
        gaps = (NotJudged(SECRETS, f"nothing of it is on at stage {STAGES[-1]}"),)
    return policy._replace(decisions=chosen, accepted=()), gaps  # these end, and a verdict is kept


def _tallied(policy: Policy, past: History, terms: Terms) -> Tally:
    listing, today, end = terms
    git = listing.git
    tree = {} if listing.tip is None else listings.tree(git, listing.tip)
    tally = Tally(Brought(past.first, {path: file.blob for path, file in tree.items()}))
    if not past.first:
        return tally
    gone = versions.missing(git, listing.selection)
    finder = fast.finder(git) if len(past.blobs) >= _MANY else None
    bench = Bench(policy, present(git, policy, tree, gone), today, finder)
    with (
        Checkpoint(os.path.join(git.common_dir, "mlgovern"), key_of((bench.key(), _here(git)))) as kept,
        Progress("file versions", len(past.first)) as progress,
        Pair(git, _chunks(_unknown(past, gone, kept, tally)), partial(_looks, bench, kept)) as pair,
    ):
        for looks in pair.results():
            _take(looks, kept, tally)
            kept.save()
            progress.tell(tally.judged, len(tally.brought))
            if monotonic() >= end:
                break
    _say_gaps(past, tally, policy, lacking=bool(gone))
    return tally


def _here(git: Git) -> tuple[int, int]:
    """What tells this clone from any other: nobody can have made up beforehand what is kept in it."""
    place = os.stat(git.common_dir)
    return place.st_dev, place.st_ino


def _unknown(past: History, gone: frozenset[str], kept: Checkpoint, tally: Tally) -> Iterator[list[Version]]:
    """The versions of each blob that has to be read: what an earlier run found clean is taken as that."""
    for blob in past.blobs:
        if all(kept.verdict(version) == CLEAN for version in blob):
            tally.judged += len(blob)
        elif blob[0].blob in gone:
            tally.missing += len(blob)
        else:
            yield blob


def _chunks(blobs: Iterator[list[Version]]) -> list[list[list[Version]]]:
    every = list(blobs)
    most = max(_CHUNK, len(every) // _MOST_CHUNKS + 1)
    chunks, start = [], 0
    while start < len(every):
        size = min(most, max(_LEAST_CHUNK, (len(every) - start) // 4))
        chunks.append(every[start : start + size])
        start += size
    return chunks


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


def _looks(bench: Bench, kept: Checkpoint, git: Git, blobs: list[list[Version]]) -> Iterator[Looks]:
    """What is told of some blobs, a batch at a time."""
    with closing(versions.contents(git, blobs, bench.reads, bench.most)) as contents:
        for batch in _batches(contents):
            yield _judged(bench, batch, kept)


def _judged(bench: Bench, batch: list[Content], kept: Checkpoint) -> Looks:
    found = [content for content in batch if content.size >= 0]
    known = {version: verdict for one in found for version in one.versions if (verdict := kept.verdict(version))}
    new = [Held(version, *one[1:]) for one in found for version in one.versions if version not in known]
    crashes: dict[str, Crash] = {}
    clean: dict[Version, None] = {}
    fresh: set[Version] = set()
    for version, verdict, broken in bench.judge(new):
        known[version] = verdict
        crashes.update({crash.rule: crash for crash in broken})
        if verdict == CLEAN and not broken:
            clean[version] = None
        elif not broken:
            fresh.add(version)
    others = [one for one in batch if one.size < 0 or not all(version in clean for version in one.versions)]
    fresh.update(clean)
    looks = [_look(content, known, fresh) for content in others]
    told = {version for look in looks for version in look.fresh}
    return Looks([version for version in clean if version not in told], looks, crashes)


def _look(content: Content, known: Mapping[Version, Verdict], fresh: set[Version]) -> Look:
    if content.size < 0:
        return Look(missing=len(content.versions))
    verdicts = tuple((version, known[version]) for version in content.versions)
    return Look(
        verdicts,
        tuple(marks(content.data, verdict.findings) for _, verdict in verdicts),
        tuple(version for version in content.versions if version in fresh),
    )


def _take(looks: Looks, kept: Checkpoint, tally: Tally) -> None:
    tally.crashes.update(looks.crashes)
    tally.judged += len(looks.clean)
    for version in looks.clean:
        kept.add(version, CLEAN)
    for look in looks.others:
        tally.take(look)
        for version, verdict in look.verdicts:
            if version in look.fresh:
                kept.add(version, verdict)


def _say_gaps(past: History, tally: Tally, policy: Policy, *, lacking: bool) -> None:
    left = len(past.first) - tally.judged - tally.missing
    if left:
        limit = f"limits.max_seconds, {policy.limits.max_seconds}, were over; the same command goes on from there"
        tally.not_judged.add(NotJudged(_count(left), limit))
    if tally.missing:
        tally.not_judged.add(NotJudged(_count(tally.missing), _PARTIAL if lacking else _MISSING))


def _count(number: int) -> str:
    return f"{number:,} file version{'' if number == 1 else 's'}"


def _name(listing: Listing) -> str:
    """What a reader knows the present by."""
    git, tip = listing.git, listing.tip
    return tip[:8] if tip is not None and tip != state.resolve(git, "HEAD") else "HEAD"


def _findings(git: Git, policy: Policy, past: History, brought: Brought, tip: str) -> list[Finding]:
    """In the order of rules, then of history."""
    spreads = brought.spreads()
    authors = listings.recorded(git, {past.commits[spread.first] for spread in spreads if spread.first >= 0})
    rank = {rule: number for number, rule in enumerate(policy.decisions)}
    secrets = {rule for rule, decision in policy.decisions.items() if decision.outline.family == SECRETS}
    found = [told(spread, past.commits, authors, secret=spread.finding.rule in secrets, tip=tip) for spread in spreads]
    return sorted(found, key=lambda finding: rank[finding.rule])
