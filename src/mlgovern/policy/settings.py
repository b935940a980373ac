"""The default is the type: what a policy says, read as the NamedTuple that a rule, or the policy itself, declares.

A field is a bool, int, float, str, Glob, Pattern, Severity or Literal, a tuple of such, a mapping from text to such,
or another NamedTuple, for which its first field may stand alone. Problems are collected, never raised.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from mlgovern.fields import bare, says
from mlgovern.finding import Severity
from mlgovern.policy.document import Entry, Fields, Items, Mark, Node, Problem, Scalar, is_null, shown
from mlgovern.policy.merge import OPERATORS, Revision, identity, is_revision, layers, merged, revised
from mlgovern.policy.patterns import wrong_glob, wrong_pattern
from mlgovern.rule import Glob, Pattern

MISSING = object()  # the default of a field that has none
MOST_HINTS = 20  # comparing words is slow, and a file may be nothing but unknown words

_SEVERITIES = {severity.word: severity for severity in Severity}
_WORDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    Glob: "a glob",
    Pattern: "a regular expression",
}


class Reader:
    """Reads nodes as typed values and keeps the problems that it meets."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._hints = 0

    def problem(self, mark: Mark, text: str) -> None:
        """Note what must be mended, and where."""
        self.problems.append(Problem(mark, text))

    def nearest(self, word: str, known: tuple[str, ...], otherwise: str = "") -> str:
        """`, did you mean …?` if a known word is near."""
        if len(word) <= 64 and self._hints < MOST_HINTS:
            from difflib import get_close_matches

            self._hints += 1
            near = get_close_matches(word, known, 1, 0.6)
            if near:
                return f", did you mean '{near[0]}'?"
        return otherwise

    def value(self, kind: Any, default: Any, node: Node, name: str) -> Any:
        """A value of an annotated type; the default where the node says nothing that can be used."""
        if default is not MISSING and is_null(node):  # most fields of most policies
            return default
        adds, kind, origin, inner = _shape(kind)
        if origin is tuple:
            return self._list(inner[0], default, node, name, adds=adds)
        if kind is Any:
            return self._plain(default, node, name)
        if origin is Mapping:
            name_kind, item_kind = inner
            return self._mapping(name_kind, item_kind, default, node, name)
        if is_record(kind):
            return self.record(kind, default, node, name, short=True)
        value = default
        for part in layers(node):
            if is_null(part):
                continue
            words = choices(kind)
            value = self._choice(words, part, name, value) if words else self._scalar(kind, part, name, value)
        return value

    def record(self, kind: Any, default: Any, node: Node, name: str, *, short: bool = False) -> Any:
        """A NamedTuple. Its first field may stand alone where `short`."""
        if default is not MISSING and is_null(node):
            return default
        keys = {spelled(field): field for field in kind._fields}
        fields = self.fields(node, tuple(keys), name, first=next(iter(keys)) if short else "")
        values = {}
        for key, field in keys.items():
            base = kind._field_defaults.get(field, MISSING) if default is MISSING else getattr(default, field)
            said = fields.entries.get(key)
            if said is None or is_null(said.value):
                if base is MISSING:
                    self.problem(node.mark, f"missing required key {shown(key)}")
                values[field] = base
            else:
                values[field] = self.value(kind.__annotations__[field], base, said.value, shown(key))
        return kind(**values)

    def fields(self, node: Node, known: tuple[str, ...], name: str, *, first: str = "", listing: str = "") -> Fields:
        """A mapping with known keys only; `listing` says where to find the known ones if they are too many to name."""
        if is_null(node):
            return Fields({}, node.mark)
        if isinstance(node, Fields) and not is_revision(node):
            self._closed(node, known, listing)
            return node
        parts = []
        for part in layers(node):
            if isinstance(part, Fields) and not is_revision(part):
                parts.append(part)
            elif first and isinstance(part, Scalar) and part.value is not None:
                parts.append(Fields({first: Entry((part,), part)}, part.mark))
            elif not is_null(part):
                self.problem(part.mark, f"{name} must be a mapping, got {described(part)}")
        whole = merged(parts, Fields({}, node.mark))
        assert isinstance(whole, Fields)  # mappings add up to a mapping
        self._closed(whole, known, listing)
        return whole

    def _closed(self, fields: Fields, known: tuple[str, ...], listing: str = "") -> None:
        for key, entry in fields.entries.items():
            if key not in known:
                otherwise = listing or (f"; known here: {', '.join(known)}" if known else "; there are none here")
                hint = self.nearest(key, known, otherwise)
                for place in entry.keys:
                    self.problem(place.mark, f"unknown {'rule' if listing else 'key'} {shown(key)}{hint}")

    def _scalar(self, kind: type, part: Node, name: str, default: Any) -> Any:
        if kind not in _WORDS:
            raise TypeError(f"{name}: a setting cannot be {kind}")
        value = part.value if isinstance(part, Scalar) else None
        base = float if kind is float else str if issubclass(kind, str) else kind
        if base is float and type(value) is int:
            value = float(value)
        if type(value) is not base:
            self.problem(part.mark, f"{name} must be {_WORDS[kind]}, got {described(part)}{_hint(base, part)}")
            return default
        if kind in {Glob, Pattern} and isinstance(value, str):
            wrong = wrong_glob(value) if kind is Glob else wrong_pattern(value)
            if wrong:
                self.problem(part.mark, f"{name} is no usable {_WORDS[kind][2:]}, {shown(value)}: {wrong}")
        if isinstance(value, int | float) and value < 0 and not (isinstance(default, int | float) and default < 0):
            self.problem(part.mark, f"{name} must not be negative, got {value}")
        return kind(value)

    def _plain(self, default: Any, node: Node, name: str) -> Any:
        """A value of any simple type, or a list of such."""
        part = layers(node)[-1]
        items = part.items if isinstance(part, Items) else (part,)
        for item in items:
            if not isinstance(item, Scalar) or item.value is None:
                self.problem(
                    item.mark, f"{name} is a text, a number, true, false or a list of such, got {described(item)}"
                )
                return default
        values = tuple(item.value for item in items if isinstance(item, Scalar))
        return values if isinstance(part, Items) else values[0]

    def _choice(self, words: dict[str, Any], part: Node, name: str, default: Any) -> Any:
        said = part.value if isinstance(part, Scalar) else None
        if isinstance(said, str) and said in words:
            return words[said]
        self.problem(part.mark, f"{name} must be one of {', '.join(filter(None, words))}; got {described(part)}")
        return default

    def _list(self, kind: Any, default: Any, node: Node, name: str, *, adds: bool = False) -> tuple[Any, ...]:
        value = () if default is MISSING else default
        for part in layers(node):
            if isinstance(part, Items):
                if value and not part.items:
                    self.problem(part.mark, "an empty list takes nothing away by itself; write {$replace: []}")
                items = self._items(kind, part, name)
                value = revised(value, Revision(append=items), self._absent) if adds else items
            elif isinstance(part, Fields) and is_revision(part):
                value = revised(value, self._revision(kind, part, name), self._absent)
            elif not is_null(part):
                self.problem(part.mark, f"{name} must be a list, got {described(part)}{_hint(list, part)}")
        return value

    def _items(self, kind: Any, part: Items, name: str) -> tuple[Any, ...]:
        items = (self._item(kind, item, name) for item in part.items)
        return tuple(item for item in items if item is not MISSING)

    def _item(self, kind: Any, item: Node, name: str) -> Any:
        if is_null(item):
            self.problem(item.mark, f"an item of {name} is empty")
            return MISSING
        return self.value(kind, MISSING, item, f"each of {name}")

    def _revision(self, kind: Any, part: Fields, name: str) -> Revision:
        self._closed(part, OPERATORS)
        found: dict[str, Any] = {}
        for key in OPERATORS:
            operand = part.entries[key].value if key in part.entries else None
            if isinstance(operand, Items):
                found[key[1:]] = (self._named if key == "$remove" else self._items)(kind, operand, name)
            elif operand is not None:
                self.problem(operand.mark, f"'{key}' takes a list, got {described(operand)}")
        return Revision(**found)

    def _named(self, kind: Any, operand: Items, name: str) -> tuple[tuple[str, Mark], ...]:
        # an item is taken away by its name, so of a record the first field is enough
        kind = kind.__annotations__[kind._fields[0]] if is_record(kind) else kind
        items = ((self._item(kind, item, name), item.mark) for item in operand.items)
        return tuple((identity(item), mark) for item, mark in items if item is not MISSING)

    def _absent(self, item: str, mark: Mark) -> None:
        self.problem(mark, f"$remove: {item[:60]} is not in what stands before")

    def _mapping(self, name_kind: Any, kind: Any, default: Any, node: Node, name: str) -> dict[str, Any]:
        value = {} if default is MISSING else dict(default)
        parts = [part for part in layers(node) if not is_null(part)]
        for part in parts:
            if not isinstance(part, Fields) or is_revision(part):
                self.problem(part.mark, f"{name} must be a mapping, got {described(part)}")
        whole = merged((part for part in parts if isinstance(part, Fields)), Fields({}, node.mark))
        for key, entry in whole.entries.items() if isinstance(whole, Fields) else ():
            if not is_null(entry.value):
                typed = self._scalar(name_kind, entry.keys[-1]._replace(value=key), f"a key of {name}", key)
                value[typed] = self.value(kind, value.get(typed, MISSING), entry.value, shown(key))
        return value


@cache
def _shape(kind: Any) -> tuple[bool, Any, Any, tuple[Any, ...]]:
    """Of a field's type: whether a list adds, the type itself, what it is a kind of, and what it holds."""
    plain = bare(kind)
    return says(kind, "adds"), plain, get_origin(plain), get_args(plain)


def is_record(kind: Any) -> bool:
    """Whether a type is a NamedTuple."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def spelled(field: str) -> str:
    """The key of a field: what Python keeps for itself, such as `from`, has an underscore at the end there."""
    return field.removesuffix("_")


def choices(kind: Any) -> dict[str, Any]:
    """The words of an enumeration and what they stand for; none for any other type."""
    if kind is Severity:
        return _SEVERITIES
    _, _, origin, words = _shape(kind)
    return {word: word for word in words} if origin is Literal else {}


def described(node: Node) -> str:
    """What a node is, for a message."""
    if isinstance(node, Scalar):
        if node.value is None:
            return "nothing"
        if isinstance(node.value, bool):
            return str(node.value).lower()
        return f"the text {shown(node.value)}" if isinstance(node.value, str) else f"the number {node.text[:60]}"
    if isinstance(node, Items):
        return "a list"
    return "list operators" if is_revision(node) else "a mapping"


def _hint(base: type, part: Node) -> str:
    if not isinstance(part, Scalar) or part.value is None:
        return ""
    if base is list:
        return f" (write [{part.text}])" if part.text.isalnum() and len(part.text) < 40 else ""
    if base is str:
        return " (quote it to make it text)"
    if base is bool and part.text.lower() in {"yes", "no", "on", "off", "y", "n"}:
        return " (in YAML 1.2 that is text)"
    if base in {int, float} and "_" in part.text and part.text.replace("_", "").isdecimal():
        return " (YAML 1.2 has no '_' in numbers)"
    return ""
