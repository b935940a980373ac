"""What a change does to the policy that judges it."""

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding
from mlgovern.rule import Verdicts

_SAID = {"policy": "this change makes the policy weaker: {}", "final": "this change weakens what is final: {}"}


def weakened_policy(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A change makes the policy weaker that judges it.

    Why: whoever owns the policy has to see that, and agree: the change itself is judged by the policy as it was before.
    Mend: have the owners of the policy merge it by itself; `mlgovern policy diff` shows what goes which way
    """
    if snapshot.scope in {"commits", "files"}:
        return
    for idle in snapshot.weakened:
        yield Finding(_SAID[idle.kind].format(idle.why), idle.place, "mlgovern policy diff", key=idle.why)
