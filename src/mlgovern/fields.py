"""What kind of thing a setting is: how a policy adds to it, and which way it gets stricter.

A plain list of a policy replaces what stood before, but for what is denied or needed, to which it adds. Where a field is
final, it may only get stricter; of what is Fixed nobody can say which way that is, so there it has to stay as it is.
"""

from typing import Annotated, Any, TypeVar, get_args

from mlgovern.rule import Pattern

T = TypeVar("T")
MORE, FEWER = "more", "fewer"  # of a mapping: Annotated[Mapping[str, int], FEWER]

Allowed = Annotated[tuple[T, ...], FEWER]  # what is let through, or excepted
Chosen = Annotated[tuple[T, ...], FEWER, "0: none"]  # the same, of which an empty list lets everything through
Covered = Annotated[tuple[T, ...], MORE]  # what a rule looks at
Denied = Annotated[tuple[T, ...], MORE, "adds"]
Needed = Annotated[tuple[T, ...], MORE, "adds"]

Maximum = Annotated[int, "lower"]
Limit = Annotated[int, "lower", "0: none"]  # a maximum of which 0 means that there is none
Minimum = Annotated[int, "higher"]
Rising = Annotated[T, "later"]  # words of a Literal, the laxest first
Stricter = Annotated[bool, "on"]  # a flag that makes its rule stricter
Laxer = Annotated[bool, "off"]
Must = Annotated[Pattern, "match"]  # what has to match, where there is one
MustNot = Annotated[Pattern, "no match"]

Hint = Annotated[T, "free"]  # what is said to people, or guessed for them; nothing is judged by it
Fixed = Annotated[T, "fixed"]
Form = Annotated[T, "fixed", "match"]  # a pattern that has to match in place of something else: of two, both


def bare(kind: Any) -> Any:
    """The type of a field without what is said here."""
    return kind.__origin__ if hasattr(kind, "__metadata__") else kind


def way(kind: Any) -> str:
    """Which way a field gets stricter; nothing where its type has to tell."""
    return str(kind.__metadata__[0]) if hasattr(kind, "__metadata__") else ""


def says(kind: Any, word: str) -> bool:
    """Whether a field has a property beside its way: `adds`, `0: none`."""
    return hasattr(kind, "__metadata__") and word in kind.__metadata__[1:]


def bounds(kind: Any) -> range | None:
    """The least and the most that a number may be, where that is said."""
    found = [word for word in getattr(kind, "__metadata__", ()) if isinstance(word, range)]
    return found[0] if found else None


_STRICTER = {
    "fewer": "fewer",
    "more": "more",
    "lower": "lower",
    "higher": "higher",
    "on": "true",
    "off": "false",
    "match": "one pattern more",
    "no match": "one pattern more",
    "free": "not judged by",
    "fixed": "not comparable",
}


def stricter(kind: Any) -> str:
    """What makes a field stricter, for the rule reference."""
    words = " < ".join(map(str, get_args(bare(kind)))) if way(kind) == "later" else _STRICTER.get(way(kind), "")
    notes = ("; a list adds" if says(kind, "adds") else "") + ("; 0 is none" if says(kind, "0: none") else "")
    return words + notes
