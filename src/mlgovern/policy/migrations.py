"""Schemas of policy files: what a file of the one before is called now, spelling by spelling.

Files of the present schema and of the one before are read; those of the one before with a note. A row of the table below
is both how such a file is read and what `mlgovern policy migrate` writes, so the two cannot differ.
"""

from collections.abc import Iterator, Mapping

from mlgovern.policy.document import Entry, Fields, Items, Mark, Node, Scalar
from mlgovern.record import NamedTuple

SCHEMA = 1
KINDS = {"waivers": "waivers", "sources": "lock", "cases": "tests"}  # by the list that a file holds; else a policy


class Respelled(NamedTuple):
    """A value that is another one now."""

    before: str | int
    after: str | int

    def renewed(self, value: Scalar) -> Node | None:
        """What stands there now; None where nothing changes."""
        return value._replace(value=self.after, text=str(self.after)) if value.value == self.before else None


class Listed(NamedTuple):
    """A text that stood alone, and is the one item of a list now."""

    def renewed(self, value: Scalar) -> Node | None:
        """What stands there now; None where nothing changes."""
        return Items((value,), value.mark) if isinstance(value.value, str) else None


class Edit(NamedTuple):
    """One value of a file that a schema says differently."""

    key: str
    before: Scalar
    after: Node


# From schema 0, in which policies were drafted before 0.1.0, to 1: what a file of each kind says otherwise at its top.
_TO_1: Mapping[str, Mapping[str, Respelled | Listed]] = {
    "policy": {"extends": Listed(), "commit_scope": Respelled("pr-title", "title")},
}
MIGRATIONS = {0: _TO_1}


def kind_of(tree: Fields) -> str:
    """What a file is, by the list that it holds: waivers, a lock, tests, or else a policy; `waivers` in a policy is a mapping."""
    held = (kind for key, kind in KINDS.items() if key in tree.entries and isinstance(tree.entries[key].value, Items))
    return next(held, "policy")


def schema_of(tree: Node) -> int | None:
    """The schema that a file says it is of; None where it does not say so in a whole number."""
    said = tree.entries["schema"].value if isinstance(tree, Fields) and "schema" in tree.entries else None
    value = said.value if isinstance(said, Scalar) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def outdated(tree: Node) -> bool:
    """Whether a file is of the schema before the present one."""
    return schema_of(tree) in MIGRATIONS


def edits(tree: Fields) -> Iterator[Edit]:
    """What brings a file up to the present schema; nothing where it is of that one, or of one that nobody knows."""
    schema = schema_of(tree)
    if schema not in MIGRATIONS:
        return
    changes = MIGRATIONS[schema].get(kind_of(tree), {})
    for key, change in {"schema": Respelled(schema, SCHEMA), **changes}.items():
        value = tree.entries[key].value if key in tree.entries else None
        after = change.renewed(value) if isinstance(value, Scalar) else None
        if isinstance(value, Scalar) and after is not None:
            yield Edit(key, value, after)


def current(tree: Node) -> Node:
    """A file as the present schema says it."""
    if not isinstance(tree, Fields):
        return tree
    entries = dict(tree.entries)
    for key, _, after in edits(tree):
        entries[key] = Entry(entries[key].keys, after)
    return Fields(entries, tree.mark)


def unread(schema: object) -> str:
    """Why a file of another schema cannot be read."""
    newer = isinstance(schema, int) and schema > SCHEMA
    way = "it was written for a newer mlgovern, which reads it" if newer else f"write schema: {SCHEMA}"
    return f"this mlgovern reads schema {SCHEMA}, and {SCHEMA - 1} for now, not {schema}; {way}"


def note(mark: Mark, *, elsewhere: bool = False) -> str:
    """For the reader of a report that was judged by a file of the schema before."""
    way = "its owner can migrate it" if elsewhere else "`mlgovern policy migrate` rewrites it"
    return f"{mark.file} is written in schema {SCHEMA - 1}, which a later mlgovern will not read: {way}."
