"""From the events of a YAML parser to a tree of nodes, in one bounded pass."""

import re
from collections.abc import Iterable

from mlgovern.policy.document import Entry, Fields, Items, Mark, Node, Problem, Scalar, is_null, shown
from mlgovern.policy.packs import MOST_BYTES
from mlgovern.policy.scalars import resolved
from mlgovern.record import NamedTuple

MOST_DEPTH = 32
MOST_NODES = 20_000
MOST_ALIASES = 1_000
TAGS = "tag:yaml.org,2002:"

# What YAML forbids, and the three line breaks of YAML 1.1 that no reviewer sees as one.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BrokenError(Exception):
    """A file that cannot be read further."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class Event(NamedTuple):
    """What a parser of YAML says: `document`, `scalar`, `alias`, `[`, `{`, or `end` of the last two."""

    kind: str
    line: int = 1
    column: int = 1
    value: str = ""
    anchor: str | None = None
    tag: str | None = None
    plain: bool = False


def decoded(file: str, data: bytes) -> str:
    """The text of a file; BrokenError where it is too large, not UTF-8, or holds what YAML forbids."""
    if len(data) > MOST_BYTES:
        raise BrokenError(Problem(Mark(file), f"{len(data)} bytes; a policy file has at most {MOST_BYTES}"))
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        mark = _mark_at(file, data[: error.start].decode("utf-8", "replace"))
        raise BrokenError(Problem(mark, f"not UTF-8: byte 0x{data[error.start]:02x}")) from None
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        mark = _mark_at(file, text[: forbidden.start()])
        raise BrokenError(Problem(mark, f"the character U+{ord(forbidden[0]):04X} may not stand in a policy file"))
    return text


def _mark_at(file: str, before: str) -> Mark:
    return Mark(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def build(file: str, events: Iterable[Event], problems: list[Problem]) -> Node | None:
    """The tree of one document; None where the file is broken, an empty mapping where it is empty."""
    builder = _Builder(file, problems)
    try:
        for event in events:
            builder.take(event)
    except BrokenError as error:
        problems.append(error.problem)
        return None
    root = builder.roots[0] if builder.roots else None
    return Fields({}, Mark(file)) if root is None or is_null(root) else root


class _Open(NamedTuple):
    """A list or mapping whose end has not come yet."""

    mapping: bool
    mark: Mark
    anchor: str | None
    before: int  # nodes counted when it began
    children: list[Node]


class _Builder:
    """Events in, nodes out, in one pass that never recurses and stops at the caps."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file, self.problems = file, problems
        self.roots: list[Node] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int] | None] = {}  # None: still open
        self._nodes = self._aliases = self._documents = 0

    def take(self, event: Event) -> None:
        """One step of the parser."""
        mark = Mark(self.file, event.line, event.column)
        if event.kind == "document":
            self._documents += 1
            _cap(self._documents, 1, mark, "a policy file holds one document; this is the second")
        elif event.kind == "alias":
            self._alias(event.value, mark)
        elif event.kind == "scalar":
            self._count(1, mark)
            self._done(self._scalar(event, mark), event.anchor, 1)
        elif event.kind == "end":
            self._close()
        else:
            self._open(event, mark)

    def _count(self, nodes: int, mark: Mark) -> None:
        self._nodes += nodes
        _cap(self._nodes, MOST_NODES, mark, f"more than {MOST_NODES} values, aliases expanded")

    def _alias(self, name: str, mark: Mark) -> None:
        self._aliases += 1
        _cap(self._aliases, MOST_ALIASES, mark, f"more than {MOST_ALIASES} aliases")
        known = self._anchors.get(name)
        if known is None:
            what = "contains itself" if name in self._anchors else "has no anchor before it"
            raise BrokenError(Problem(mark, f"the alias {shown('*' + name)} {what}"))
        node, size = known
        self._count(size, mark)
        self._done(node, None, size)

    def _scalar(self, event: Event, mark: Mark) -> Scalar:
        tag = None if event.tag is None else event.tag.removeprefix(TAGS)
        value, why = resolved(event.value, tag, plain=event.plain)
        if why:
            self.problems.append(Problem(mark, why))
        return Scalar(value, event.value, mark)

    def _open(self, event: Event, mark: Mark) -> None:
        self._count(1, mark)
        _cap(len(self._stack) + 1, MOST_DEPTH, mark, f"nested deeper than {MOST_DEPTH} levels")
        mapping = event.kind == "{"
        if event.tag not in {None, "!", TAGS + ("map" if mapping else "seq")}:
            tag = shown((event.tag or "").replace(TAGS, "!!"))
            self.problems.append(Problem(mark, f"the tag {tag} is not allowed here; a policy is plain data"))
        if event.anchor:
            self._anchors[event.anchor] = None
        self._stack.append(_Open(mapping, mark, event.anchor, self._nodes, []))

    def _close(self) -> None:
        opened = self._stack.pop()
        node = self._fields(opened) if opened.mapping else Items(tuple(opened.children), opened.mark)
        self._done(node, opened.anchor, self._nodes - opened.before + 1)

    def _fields(self, opened: _Open) -> Fields:
        entries: dict[str, Entry] = {}
        for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.append(Problem(key.mark, "a key must be text, not a list or mapping"))
                continue
            if key.text == "<<":
                self.problems.append(
                    Problem(key.mark, "YAML 1.2 has no merge key '<<'; repeat the keys, or use extends")
                )
            elif key.text in entries:
                line = entries[key.text].keys[0].mark.line
                self.problems.append(Problem(key.mark, f"duplicate key {shown(key.text)} (first on line {line})"))
            else:
                entries[key.text] = Entry((key,), value)
        return Fields(entries, opened.mark)

    def _done(self, node: Node, anchor: str | None, size: int) -> None:
        if anchor:
            self._anchors[anchor] = node, size
        (self._stack[-1].children if self._stack else self.roots).append(node)


def _cap(number: int, most: int, mark: Mark, text: str) -> None:
    if number > most:
        raise BrokenError(Problem(mark, text))
