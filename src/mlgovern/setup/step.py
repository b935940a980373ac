"""One file of a plan: what it holds now, what it will hold, or what its owner has to do by hand."""

from mlgovern.record import NamedTuple


class Step(NamedTuple):
    """A file that `init` looks at. `path` is relative to the root; `notes` are for its reader."""

    path: str
    what: str
    before: bytes | None
    after: bytes
    notes: tuple[str, ...] = ()
    generated: bool = False  # nobody reads it, so what changes in it is not shown

    @property
    def verb(self) -> str:
        """Create, extend, write what is generated anew, or leave it as it is."""
        if self.before is None:
            return "create"
        if self.before == self.after:
            return "unchanged"
        return "renew" if self.generated else "extend"


class UnmergeableError(ValueError):
    """A file that cannot be extended without the risk of changing what it means; the text says why."""


def text_of(before: bytes) -> str:
    """The text of an existing file."""
    try:
        return before.decode()
    except UnicodeDecodeError:
        raise UnmergeableError("it is not UTF-8") from None


def by_hand(path: str, what: str, before: bytes, why: str, add: str) -> Step:
    """A step that changes nothing and says what to add."""
    return Step(
        path, what, before, before, (f"cannot be extended safely ({why}); add by hand:", *add.rstrip("\n").split("\n"))
    )
