"""What was to hide a finding and hides none, by the engine's own account."""

from collections.abc import Iterator

from mlgovern.facts.snapshot import BASELINE, Idle, Snapshot
from mlgovern.finding import Finding
from mlgovern.rule import Rule, Verdicts

_WHY = {
    "unused": "{} finds nothing here, so this suppression hides nothing",
    "reason": "this suppression gives no reason, so it hides nothing: write # mlgovern: ignore {} and why",
    "unknown": "this suppression names no rule that there is, so it hides nothing",
    "fixed": "{} cannot be suppressed",
    "added": "this suppression of {} does not count: the change that it judges adds it, and inline_suppressions is deny",
}


def unused_suppression(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A suppression hides nothing.

    Why: it would hide the next flaw on its line, and its reader believes that there is one.
    Mend: delete the comment, or write it as `# mlgovern: ignore RULE why` on the line of the flaw or alone above it
    """
    for idle in _of(snapshot, "suppression"):
        yield Finding(_WHY[idle.why].format(idle.rule), idle.place, key=f"{idle.rule}:{idle.why}")


def stale_baseline(snapshot: Snapshot, _settings: object) -> Verdicts:
    """An entry of the baseline accepts what is no longer there.

    Why: should the secret come back, nobody would be told.
    Mend: mlgovern check --write-baseline && git add .mlgovern/secrets-baseline.json
    """
    for idle in _of(snapshot, "baseline"):
        yield Finding(
            f"{idle.why} has nothing of {idle.rule} any more that this entry accepts",
            idle.place,
            f"mlgovern check --write-baseline && git add {BASELINE}",
        )


def _of(snapshot: Snapshot, kind: str) -> Iterator[Idle]:
    return (idle for idle in snapshot.idle if idle.kind == kind)


RULES = (
    Rule("unused-suppression", unused_suppression, each="run"),
    Rule("stale-baseline", stale_baseline, stages=("audit",), each="run"),
)
