"""How what a file says is laid over what its parents say: mappings key by key, everything else as layers.

Nothing is lost: a field that several files set keeps all of them, the oldest first, so the value that stands, the
values it replaced and the place of each can be told. What the layers add up to, the type of the field decides.
"""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

from mlgovern.policy.document import Entry, Fields, Layers, Mark, Node, is_null
from mlgovern.record import NamedTuple

OPERATORS = ("$replace", "$remove", "$append")  # in the order in which they apply


class Revision(NamedTuple):
    """What a file asks for a list, in typed values; `remove` names items and where they are named."""

    replace: tuple[Any, ...] | None = None
    remove: tuple[tuple[str, Mark], ...] = ()
    append: tuple[Any, ...] = ()


def merge(parent: Node, child: Node) -> Node:
    """The child over its parent. Associative; `null` and an empty mapping change nothing."""
    if is_null(child):
        return parent
    if is_null(parent):
        return child
    above, below = layers(parent), layers(child)
    last, first = above[-1], below[0]
    if isinstance(last, Fields) and isinstance(first, Fields) and not (is_revision(last) or is_revision(first)):
        parts = (*above[:-1], _by_key(last, first), *below[1:])
    else:
        parts = (*above, *below)
    return parts[0] if len(parts) == 1 else Layers(parts)


def merged(documents: Iterable[Node], start: Node) -> Node:
    """Documents in order, parents first."""
    return reduce(merge, documents, start)


def layers(node: Node) -> tuple[Node, ...]:
    """The parts of a node, the oldest first."""
    return node.parts if isinstance(node, Layers) else (node,)


def is_revision(node: Node) -> bool:
    """Whether this is a mapping of list operators, such as {$append: […]}."""
    return isinstance(node, Fields) and any(key[:1] == "$" for key in node.entries)


def identity(item: Any) -> str:
    """What $remove calls an item: a record's first field, else the item itself."""
    return repr(item[0] if isinstance(item, tuple) and item else item)


def revised(before: tuple[Any, ...], revision: Revision, absent: Callable[[str, Mark], None]) -> tuple[Any, ...]:
    """A list after one revision: $replace, $remove, $append of what is not there yet.

    `absent` hears of a removal that finds nothing.
    """
    items = before if revision.replace is None else revision.replace
    there, gone = {identity(item) for item in items}, {name for name, _ in revision.remove}
    for name, mark in revision.remove:
        if name not in there:
            absent(name, mark)
    kept = tuple(item for item in items if identity(item) not in gone)
    known = {repr(item) for item in kept}
    new = {repr(item): item for item in revision.append if repr(item) not in known}
    return (*kept, *new.values())


def _by_key(parent: Fields, child: Fields) -> Fields:
    if not child.entries:
        return parent
    entries = dict(parent.entries)
    for key, entry in child.entries.items():
        known = entries.get(key)
        entries[key] = Entry((*known.keys, *entry.keys), merge(known.value, entry.value)) if known else entry
    return Fields(entries, child.mark)
