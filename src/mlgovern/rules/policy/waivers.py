"""Waivers that somebody has to look at, by the engine's own account."""

from collections.abc import Iterator
from datetime import date, timedelta

from mlgovern.facts.snapshot import Idle, Snapshot
from mlgovern.finding import Finding
from mlgovern.rule import Verdicts


def expired_waiver(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A waiver has ended.

    Why: what it accepted is refused again, and its owner said that it would be mended by then.
    Mend: mend what it accepts and delete it, or agree on a new end: `mlgovern waive` writes one
    """
    for idle in _of(snapshot, "ended"):
        yield Finding(
            f"waiver {_named(idle)} of {idle.rule} ended {ends(idle.until)}", idle.place, _MEND, key=idle.name
        )


def expiring_waiver(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A waiver ends within two weeks.

    Why: then what it accepts is refused, on a day when nobody may have time for it.
    Mend: mend what it accepts, then delete the waiver
    """
    for idle in _of(snapshot, "ending"):
        yield Finding(f"waiver {_named(idle)} of {idle.rule} ends {ends(idle.until)}", idle.place, _MEND, key=idle.name)


def unused_waiver(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A waiver accepts nothing that there is.

    Why: it would accept the next flaw at its place, which nobody agreed to.
    Mend: delete it from `.mlgovern/waivers.yaml`
    """
    for idle in _of(snapshot, "unused"):
        yield Finding(
            f"{idle.rule} finds nothing that waiver {_named(idle)} accepts",
            idle.place,
            f"delete it from {idle.place.path}",
            key=idle.name,
        )


_MEND = "mend what it accepts, then delete it; or agree on a new end with whoever owns the policy"


def _named(idle: Idle) -> str:
    return f"{idle.name} ({idle.owner})" if idle.owner else idle.name


def ends(until: str) -> str:
    """The instant at which a waiver ends: its last day counts whole, in UTC."""
    last = date.fromisoformat(until)
    return f"{last + timedelta(days=1)}T00:00Z" if last < date.max else f"{last}T24:00Z"


def _of(snapshot: Snapshot, why: str) -> Iterator[Idle]:
    return (idle for idle in snapshot.idle if (idle.kind, idle.why) == ("waiver", why))
