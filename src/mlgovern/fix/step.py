"""What a plan of mending is made of."""

from mlgovern.finding import Finding
from mlgovern.record import NamedTuple


class Step(NamedTuple):
    """One change, or, where it does not act, what is left to a person, or why; with the findings that it is about."""

    says: str
    mends: tuple[Finding, ...] = ()
    acts: bool = True
    add: str = ""  # what to stage afterwards
