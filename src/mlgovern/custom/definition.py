"""What a policy says of a rule of its own, beside what it says of any rule."""

from typing import Any

from mlgovern.fields import Allowed, Fixed, Hint
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob

FAMILY = "custom"
JOINTS = ("all", "any", "not")  # what puts conditions together, where one kind is not enough


class Selection(NamedTuple):
    """Names or paths: those of `only`, where there are any, without those of `not`."""

    only: Fixed[tuple[Glob, ...]] = ()
    not_: Allowed[Glob] = ()


class When(NamedTuple):
    """Where a rule applies; what is not said restricts nothing."""

    branch: Selection = Selection()
    target: Selection = Selection()
    paths: Selection = Selection()
    stage: Selection = Selection()


class Condition(NamedTuple):
    """One kind with its settings, or a joint with its parts."""

    kind: str
    settings: Any = ()
    parts: tuple["Condition", ...] = ()


class Definition(NamedTuple):
    """One custom rule; the settings of its kind stand where those of every rule do."""

    kind: Fixed[str] = ""  # or a joint
    when: When = When()
    message: Hint[str] = ""
    mend: Hint[str] = ""
    help_url: Hint[str] = ""
    conditions: Fixed[Any] = ()  # of a joint
