"""What a service is told of a policy, and what it is not: every rule that is on is in exactly one of the lists."""

from collections.abc import Iterator, Mapping
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.reporters.plain import counted, printable


class Exported(NamedTuple):
    """What the service takes as JSON, and for each rule where that differs from mlgovern, or why it is left out."""

    service: str
    body: Any
    taken: Mapping[str, str]  # nothing: it judges the same
    left: Mapping[str, str]


def told(exported: Exported) -> Iterator[str]:
    """What a person has to know before the JSON is put to use."""
    exact = [rule for rule, differs in exported.taken.items() if not differs]
    near = {rule: differs for rule, differs in exported.taken.items() if differs}
    total = len(exported.taken) + len(exported.left)
    yield f"{exported.service} can enforce {len(exact) + len(near)} of {counted(total, 'rule')}; the rest is for `mlgovern gate`."
    yield from (f"exact          {rule}" for rule in exact)
    yield from (f"approximation  {rule}: {printable(differs)}" for rule, differs in near.items())
    yield from (f"not            {rule}: {printable(why)}" for rule, why in exported.left.items())


def also(*texts: str) -> str:
    """Several differences as one."""
    return "; ".join(text for text in texts if text)
