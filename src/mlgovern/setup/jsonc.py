"""JSON with comments, as VS Code reads it: parsed with places, so that a key can be added and no other byte moves."""

import json
import re
from typing import Any, NoReturn

from mlgovern.record import NamedTuple

MOST_DEPTH = 64

_SPACE = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*(?s:.*?)\*/)*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


class Node(NamedTuple):
    """A value and where it stands. Of an object, `keys` name its `items`; `comma`: one follows the last item."""

    value: Any
    start: int
    end: int
    items: tuple["Node", ...] = ()
    keys: tuple[str, ...] = ()
    comma: bool = False

    def get(self, key: str) -> "Node | None":
        """The value of a key, the last one where it is repeated, as every reader takes it."""
        found = [item for name, item in zip(self.keys, self.items, strict=True) if name == key] if self.keys else []
        return found[-1] if found else None


def parse(text: str) -> Node:
    """The tree of a document; ValueError names the line that is not JSON with comments."""
    node = _value(text, _skip(text, text.startswith("\ufeff")), 0)
    rest = _skip(text, node.end)
    return node if rest == len(text) else _refuse(text, rest)


def document(value: object) -> str:
    """A whole new document."""
    return json.dumps(value, indent=4, ensure_ascii=False) + "\n"


def compact(value: object) -> str:
    """A value on one line."""
    return json.dumps(value, ensure_ascii=False)


def item(value: object) -> str:
    """A value as it is to be inserted; lines after the first are indented relative to it, in tabs."""
    return json.dumps(value, indent="\t", ensure_ascii=False)


def member(key: str, value: object) -> str:
    """A key and its value as they are to be inserted."""
    return f"{compact(key)}: {item(value)}"


def insert(text: str, node: Node, entries: list[str]) -> str:
    """The text with entries (members or items, their indentation in tabs) added at the end of an object or array."""
    if not entries:
        return text
    eol = "\r\n" if "\r\n" in text else "\n"
    close = node.end - 1
    inside = text[node.start + 1 : close]
    spread = "\n" in inside or not node.items
    outer = _indentation(text, node.start)
    inner = _indentation(text, node.items[0].start) if spread and node.items else ""
    inner = inner if inner.startswith(outer) and inner != outer else outer + _unit(text)
    step = inner.removeprefix(outer)
    lines = [entry.replace("\t", step).replace("\n", eol + inner) for entry in entries]
    comma = "," if node.items and not node.comma else ""
    bare = len(text[:close].rstrip(" \t\r\n"))
    line_end = re.compile(r"\r?\n").search(text, bare, close)  # blanks before it may belong to a comment
    after = line_end.start() if line_end else close
    last = node.items[-1].end if node.items else after
    added = eol + inner + f",{eol}{inner}".join(lines) + ("" if line_end else eol + outer)
    return text[:last] + comma + text[last:after] + added + text[after:]


def _indentation(text: str, place: int) -> str:
    line = text[text.rfind("\n", 0, place) + 1 : place]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str) -> str:
    """One step of indentation: that of the first indented line, else four spaces as VS Code writes them."""
    found = re.search(r'^([ \t]+)["{\[]', text, re.MULTILINE)
    return found[1] if found else "    "


def _value(text: str, place: int, depth: int) -> Node:
    if depth > MOST_DEPTH:
        _refuse(text, place)
    first = text[place : place + 1]
    if first in ("{", "["):
        return _container(text, place, depth)
    found = (_STRING if first == '"' else _PLAIN).match(text, place)
    if found is None:
        _refuse(text, place)
    return Node(json.loads(found[0]), place, found.end())


def _container(text: str, start: int, depth: int) -> Node:
    is_object = text[start] == "{"
    end = "}" if is_object else "]"
    keys, items = [], []  # type: list[str], list[Node]
    comma, place = False, _skip(text, start + 1)
    while text[place : place + 1] != end:
        if items and not comma:
            _refuse(text, place)
        if is_object:
            key = _STRING.match(text, place) or _refuse(text, place)
            keys.append(json.loads(key[0]))
            place = _skip(text, key.end())
            if text[place : place + 1] != ":":
                _refuse(text, place)
            place = _skip(text, place + 1)
        items.append(_value(text, place, depth + 1))
        place = _skip(text, items[-1].end)
        comma = text[place : place + 1] == ","
        place = _skip(text, place + 1) if comma else place
    values = [item.value for item in items]
    value = dict(zip(keys, values, strict=True)) if is_object else values
    return Node(value, start, place + 1, tuple(items), tuple(keys), comma)


def _skip(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _refuse(text: str, place: int) -> NoReturn:
    line = text.count("\n", 0, place) + 1
    raise ValueError(f"line {line} is not JSON with comments")
