"""From the bytes of a policy to the Policy; the only module that reads policy YAML.

PyYAML is asked for its events alone. They are small, bounded and inert, while its composer recurses (the C one crashes
the interpreter on deep nesting) and its constructors act on tags and read YAML 1.1.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, cast

from mlgovern.errors import PolicyError
from mlgovern.policy import packs
from mlgovern.policy.decide import decided
from mlgovern.policy.document import Fields, Items, Mark, Node, Problem, render
from mlgovern.policy.final import Finals, Weakening, finals, held
from mlgovern.policy.migrations import note, outdated
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE, Policy, Waiver
from mlgovern.policy.packs import Read, Source
from mlgovern.policy.provenance import Path
from mlgovern.policy.settings import Reader
from mlgovern.policy.sources import Gathered, Gatherer, PinOf
from mlgovern.policy.tree import BrokenError, Event, build, decoded
from mlgovern.policy.waivers import waivers
from mlgovern.record import NamedTuple
from mlgovern.rule import Rule


class Loaded(NamedTuple):
    """A policy, and what it was made of: every field with its layers, every source in the order of reading."""

    policy: Policy
    gathered: Gathered
    rules: tuple[Rule, ...] = ()  # its own behind the built-in ones
    weakened: tuple[Weakening, ...] = ()
    steps: tuple[Mapping[Path, Any], ...] = ()  # after each file, the final fields that are not what it says

    @property
    def document(self) -> Node:
        """Every file laid over its parents."""
        return self.gathered.document

    @property
    def sources(self) -> tuple[tuple[Source, bytes | None], ...]:
        """What was read, in this order."""
        return self.gathered.sources


def load(
    read: Read, rules: Iterable[Rule], root: str = POLICY_FILE, folder: str = "", pin: PinOf | None = None
) -> Loaded:
    """The policy at `root` with all that it extends; PolicyError with every problem of every file at once.

    `read` gives the bytes of a file of the repository, or None; `folder` holds packs other than the shipped ones; `pin`
    takes the place of the lock.
    """
    reader = Reader()
    gathered = Gatherer(read, parse, reader, folder or packs.folder(), pin).gather(root)
    loaded = _loaded(gathered, tuple(rules), reader, read)
    for one in loaded.weakened:
        reader.problem(one.mark, one.text)
    return _sound(loaded, reader)


def load_leniently(
    read: Read, rules: Iterable[Rule], root: str = POLICY_FILE, folder: str = "", trusted: Collection[str] | None = None
) -> Loaded:
    """The same, but weakening what is final has no effect and is no error: who asks will report it.

    Of the plugins only the trusted ones are loaded, if these are given.
    """
    reader = Reader()
    gathered = Gatherer(read, parse, reader, folder or packs.folder()).gather(root)
    return _sound(_loaded(gathered, tuple(rules), reader, read, trusted), reader)


def _loaded(
    gathered: Gathered, rules: tuple[Rule, ...], reader: Reader, read: Read, trusted: Collection[str] | None = None
) -> Loaded:
    if gathered.custom:
        from mlgovern.policy.custom import customs

        document, own = customs(gathered, rules, reader)
        gathered, rules = gathered._replace(document=document), (*rules, *own)
    if isinstance(gathered.document, Fields) and "plugins" in gathered.document.entries:
        from mlgovern.policy.plugging import plugged

        document, brought = plugged(gathered.document, trusted, gathered.custom, reader)
        gathered, rules = gathered._replace(document=document), (*rules, *brought)
    policy, away = decided(gathered, rules, reader), frozenset[str]()
    if policy.plugins and trusted is not None:
        from mlgovern.policy.plugging import absent

        away = absent(policy.plugins, trusted)
    weakened, steps = finals(gathered, rules) if not reader.problems else Finals()
    policy = held(policy, steps[-1], rules) if any(steps) else policy
    accepted = read(WAIVERS_FILE)
    tree = None if accepted is None else parse(WAIVERS_FILE, accepted, reader.problems)
    notes = (note(tree.mark),) if tree is not None and outdated(tree) else ()
    policy = policy._replace(
        accepted=() if tree is None else waivers(tree, policy.waivers, policy.decisions, reader, away),
        notes=(*policy.notes, *notes),
    )
    sources = (*gathered.sources, (Source(WAIVERS_FILE), accepted))
    return Loaded(policy, gathered._replace(sources=sources), rules, weakened, steps)


def _sound(loaded: Loaded, reader: Reader) -> Loaded:
    if reader.problems:
        raise PolicyError(render(reader.problems))
    return loaded


def waivers_of(data: bytes | None, policy: Policy) -> tuple[Waiver, ...]:
    """The waivers that these bytes hold under a policy; PolicyError with every problem."""
    reader = Reader()
    tree = None if data is None else parse(WAIVERS_FILE, data, reader.problems)
    found = () if tree is None else waivers(tree, policy.waivers, policy.decisions, reader)
    if reader.problems:
        raise PolicyError(render(reader.problems))
    return found


def first_item(file: str, data: bytes | None, key: str) -> int | None:
    """The column, from 1, in which the first item of a list under a key begins; None where there is none."""
    tree = None if data is None else parse(file, data, [])
    entry = tree.entries.get(key) if isinstance(tree, Fields) else None
    return entry.value.mark.column if entry and isinstance(entry.value, Items) and entry.value.items else None


def parse(file: str, data: bytes, problems: list[Problem], loader: Any = None) -> Node | None:
    """The tree of one file; None where it is broken. `loader` is a parser class of PyYAML."""
    try:
        return build(file, _events(file, decoded(file, data), loader), problems)
    except BrokenError as error:
        problems.append(error.problem)
        return None


def spans(file: str, data: bytes) -> tuple[str, dict[Mark, tuple[int, int]]]:
    """The text of a sound file, and where in it each single value begins and ends."""
    import yaml

    text = decoded(file, data)
    found = {}
    for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.ScalarEvent):
            start, end = (
                cast("Any", event.start_mark),
                cast("Any", event.end_mark),
            )  # every event that was parsed has them
            found[Mark(file, start.line + 1, start.column + 1)] = start.index, end.index
    return text, found


def _events(file: str, text: str, loader: Any) -> Iterator[Event]:
    import yaml

    if loader is None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parsed: Iterator[Any] = yaml.parse(text, Loader=loader)
    try:
        for event in parsed:
            kind = _KINDS.get(type(event).__name__)
            if kind:
                line, column = event.start_mark.line + 1, event.start_mark.column + 1
                if kind == "scalar":
                    plain = event.tag is None and event.implicit[0]
                    yield Event(kind, line, column, event.value, event.anchor, event.tag, plain)
                elif kind in {"[", "{"}:
                    yield Event(kind, line, column, "", event.anchor, event.tag)
                else:
                    yield Event(kind, line, column, getattr(event, "anchor", None) or "")
    except yaml.MarkedYAMLError as error:
        raise BrokenError(_syntax(file, text, error)) from None


_KINDS = {
    "DocumentStartEvent": "document",
    "AliasEvent": "alias",
    "ScalarEvent": "scalar",
    "SequenceStartEvent": "[",
    "MappingStartEvent": "{",
    "SequenceEndEvent": "end",
    "MappingEndEvent": "end",
}


def _syntax(file: str, text: str, error: Any) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    written = text.split("\n")[line : line + 1]
    if written and written[0][column : column + 1] == "\t":
        return Problem(Mark(file, line + 1, column + 1), "a tab cannot indent YAML; use blanks")
    why = " ".join(part for part in (error.problem, error.context) if part)
    return Problem(Mark(file, line + 1, column + 1), f"not YAML: {why[:160]}")
