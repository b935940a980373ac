"""What a plan of mending is made of."""

from collections.abc import Callable
from typing import NamedTuple


class Step(NamedTuple):
    """One change; `add` is what to stage afterwards. Without an act it says what is left to a person, or why."""

    says: str
    act: Callable[[], object] | None = None
    add: str = ""
