"""`mlgovern check --write-baseline`: accept the secrets that are tracked now, so that only new ones refuse."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from mlgovern import baseline, engine, files
from mlgovern.baseline import Baseline, Entry
from mlgovern.enforce.check import Request, policy_of
from mlgovern.enforce.client import today
from mlgovern.errors import PolicyError, UserError
from mlgovern.facts import collect
from mlgovern.facts import git as wall
from mlgovern.facts.snapshot import BASELINE
from mlgovern.finding import NotJudged
from mlgovern.policy.model import SECRETS
from mlgovern.record import NamedTuple
from mlgovern.reporters.plain import words

_STAGES, _ONLY = ("audit",), (SECRETS,)


class Said(NamedTuple):
    """What was done, line by line, and what the program ends with."""

    lines: tuple[str, ...]
    code: int


def accept(request: Request, salt: str) -> Said:
    """Write what is found in everything tracked; nothing is written where a rule broke.

    `salt` is for a baseline that is new, or that a merge left broken; any other keeps its own.
    """
    if request != Request(policy=request.policy, foreign=request.foreign):
        raise UserError("--write-baseline looks at everything tracked; of other options it takes --policy alone")
    with wall.locate("." if request.foreign else None) as git:
        place = Path(git.top) / BASELINE
        written = files.read(place)
        old = _read(written or b"")
        salt = min(old.salts, default=salt)
        policy = policy_of(git, request.policy)
        snapshots, conflicts = collect.whole_index(git, engine.wants(policy, _STAGES, _ONLY), _STAGES)
        blank = baseline.render(salt, ())
        fresh = (snapshot._replace(baseline=blank) for snapshot in snapshots)
        report, found = engine.acceptable(fresh, policy, today(), _ONLY)
    if report.crashes:
        return Said(tuple(f"nothing was written: {crash.sentence}" for crash in report.crashes), 4)
    unseen = [entry for entry in (*report.not_judged, *conflicts) if entry.expected]
    entries = {*found, *_kept(old, unseen)}
    data = baseline.render(salt, entries)
    changed = data != written and not (written is None and not entries)
    if changed:
        files.write(place, data)
    return Said(tuple(_lines(entries, old, unseen, changed=changed)), 3 if unseen else 0)


def _read(data: bytes) -> Baseline:
    """The baseline on disk; of a broken one, nothing."""
    try:
        return baseline.parse(data)
    except PolicyError:
        return Baseline()


def _kept(old: Baseline, unseen: Iterable[NotJudged]) -> list[Entry]:
    """What was accepted in files that cannot be judged now."""
    paths = {entry.what for entry in unseen}
    return [entry for entry in old.entries if entry.path in paths]


def _lines(entries: set[Entry], old: Baseline, unseen: Iterable[NotJudged], *, changed: bool) -> Iterator[str]:
    before = set(old.entries)
    if changed:
        counts = f"{len(entries - before):,} of them new, {len(before - entries):,} dropped"
        yield f"wrote {BASELINE}: {len(entries):,} accepted, {counts}"
    elif entries:
        yield f"{BASELINE} is up to date: {len(entries):,} accepted"
    else:
        yield "there is no secret to accept: no baseline is needed"
    yield from (f"not judged: {words(f'{entry.what}: {entry.why}')}" for entry in unseen)
    if changed:
        yield f"then: git add {BASELINE}"
