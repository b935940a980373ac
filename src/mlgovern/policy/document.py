"""A policy file as a tree of nodes, each of which knows its file, line and column. Knows no YAML library."""

from collections.abc import Iterable, Mapping

from mlgovern.policy.scalars import Value
from mlgovern.record import NamedTuple

MOST_PROBLEMS = 100


class Mark(NamedTuple):
    """A place in a policy file; line and column count from 1, in characters."""

    file: str
    line: int = 1
    column: int = 1


class Scalar(NamedTuple):
    """A single value, and how it was written."""

    value: Value
    text: str
    mark: Mark


class Items(NamedTuple):
    """A list."""

    items: tuple["Node", ...]
    mark: Mark


class Entry(NamedTuple):
    """One key of a mapping: every place that names it, and what it holds."""

    keys: tuple[Scalar, ...]
    value: "Node"


class Fields(NamedTuple):
    """A mapping. Keys are text as written: `on` and `012` are names like any other."""

    entries: Mapping[str, Entry]
    mark: Mark


class Layers(NamedTuple):
    """What several files say about one field, the oldest first."""

    parts: tuple["Node", ...]

    @property
    def mark(self) -> Mark:
        """Where the last word was said."""
        return self.parts[-1].mark


Node = Scalar | Items | Fields | Layers


class Problem(NamedTuple):
    """One thing that the author of a policy must mend."""

    mark: Mark
    text: str


def shown(text: str) -> str:
    """Foreign text for a message: quoted, escaped, short."""
    return repr(text if len(text) <= 60 else text[:57] + "…")


def render(problems: Iterable[Problem]) -> str:
    """All problems, sorted by place, a line each."""
    lines = [f"{mark.file}:{mark.line}:{mark.column}: {text}" for mark, text in sorted(set(problems))]
    more = len(lines) - MOST_PROBLEMS
    return "\n".join([*lines[:MOST_PROBLEMS], f"… and {more} more problems"] if more > 0 else lines)


def is_null(node: Node) -> bool:
    """Whether this is `null`, `~` or nothing: transparent, as if the key were absent."""
    return isinstance(node, Scalar) and node.value is None
