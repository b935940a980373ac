"""Who said each value of a policy, where, and what every file before it had made of the same field."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mlgovern.policy.decide import FREE, LENDERS, SHARED, decided
from mlgovern.policy.document import Entry, Fields, Mark, Node, Scalar, is_null
from mlgovern.policy.merge import merge
from mlgovern.policy.model import Decision, Policy
from mlgovern.policy.packs import Source
from mlgovern.policy.settings import Reader, is_record, spelled
from mlgovern.policy.sources import Gathered
from mlgovern.record import NamedTuple
from mlgovern.rule import Rule

if TYPE_CHECKING:
    from mlgovern.policy.load import Loaded

Path = tuple[str, ...]  # a field as a policy spells it: ("rules", "oversized-file", "settings", "max_bytes")

# What no policy can say in these words.
NOT_SAID = ("origin", "decisions", "accepted", "embedded", "notes", "outline", "settings", "own")


class Said(NamedTuple):
    """What a field was once a file had spoken, and where that file did; nowhere: it is what mlgovern goes by unasked."""

    value: Any
    mark: Mark | None = None
    source: Source | None = None

    @property
    def place(self) -> str:
        """The place as a table shows it."""
        return f"{self.mark.file}:{self.mark.line}" if self.mark else "default"


class Field(NamedTuple):
    """One field of the effective policy, and all that was said of it, the oldest first."""

    path: Path  # where it is said: of what rules have in common, and of what one lends to others, the common place
    kind: Any
    chain: tuple[Said, ...]

    @property
    def value(self) -> Any:
        """What stands."""
        return self.chain[-1].value


class Leaf(NamedTuple):
    """A value and its type."""

    kind: Any
    value: Any


def traced(loaded: "Loaded", rules: tuple[Rule, ...]) -> tuple[Field, ...]:
    """Every field of a sound policy with its history; what several rules have in common stands there once."""
    stages = [dict(leaves(policy, rules)) for policy in grown(loaded.gathered, rules)]
    for stage, step in zip(stages[1:], loaded.steps, strict=False):  # where nothing is final, there are no steps
        stage.update({path: stage[path]._replace(value=value) for path, value in step.items()})
    sources = {source.file: source for source, _ in loaded.sources}
    found: dict[Path, Field] = {}
    for path, leaf in stages[-1].items():
        said = _said(path, [stage[path].value for stage in stages], loaded.gathered.documents)
        common = path if any(name == path for name, _ in said.values()) else aliases(path)[-1]
        chain = [Said(stages[0][path].value)]
        chain += [
            Said(stages[number + 1][path].value, mark, sources.get(mark.file)) for number, (_, mark) in said.items()
        ]
        field = Field(path, leaf.kind, tuple(chain))
        if common == path or found.get(common, field).value != field.value:
            found[path] = field
        elif common not in stages[-1]:
            found.setdefault(common, field._replace(path=common))
        elif stages[-1][common].value != field.value:
            found[path] = field
    places = {path: number for number, path in enumerate(stages[-1])}
    return tuple(found[path] for path in sorted(found, key=lambda path: places.get(path, -1)))  # as they are declared


def concerning(rule: Rule, fields: tuple[Field, ...], policy: Policy) -> list[Field]:
    """The fields that one rule goes by, wherever they are said."""
    known = {field.path: field for field in fields}
    paths = [path for path in leaves(policy, (rule,)) if path[:2] == ("rules", rule.id)]
    found = (next((name for name in aliases(path) if name in known), None) for path in paths)
    return [known[name] for name in found if name is not None]


def grown(gathered: Gathered, rules: tuple[Rule, ...]) -> Iterator[Policy]:
    """What was decided of these rules before any file had spoken, after the first, after the second, and so on."""
    names = {rule.id for rule in rules}
    document: Node = Fields({}, gathered.document.mark)
    yield decided(gathered._replace(document=document), rules, _Deaf())
    for one in gathered.documents:
        document = merge(document, _of_rules(one, names))
        yield decided(gathered._replace(document=document), rules, _Deaf())


class _Deaf(Reader):
    """A sound policy is read again: what is not there yet is no problem."""

    def problem(self, mark: Mark, text: str) -> None:
        """Nobody asks."""


def _of_rules(document: Fields, names: set[str]) -> Fields:
    """A file without what it says of other rules."""
    entry = document.entries.get("rules")
    if entry is None or not isinstance(entry.value, Fields):
        return document
    mine = {name: said for name, said in entry.value.entries.items() if name in names}
    rules = Entry(entry.keys, Fields(mine, entry.value.mark))
    return Fields({**document.entries, "rules": rules}, document.mark)


def leaves(policy: Policy, rules: tuple[Rule, ...]) -> Mapping[Path, Leaf]:
    """A policy field by field, as it would be written."""
    found = dict(leaves_of((), policy))
    for rule in rules:
        decision, path = policy.decisions[rule.id], ("rules", rule.id)
        found |= leaves_of(path, decision)
        found |= leaves_of(path, decision.own)
        found |= leaves_of((*path, "settings"), decision.settings)
    return found


def leaves_of(path: Path, record: Any) -> Iterator[tuple[Path, Leaf]]:
    """A record field by field."""
    for field, kind in type(record).__annotations__.items() if record else ():
        value, inner = getattr(record, field), (*path, spelled(field))
        if field in NOT_SAID and isinstance(record, Policy | Decision):
            continue
        if is_record(type(value)):
            yield from leaves_of(inner, value)
        else:
            yield inner, Leaf(kind, value)


def _said(path: Path, values: list[Any], documents: tuple[Fields, ...]) -> dict[int, tuple[Path, Mark]]:
    """The files that speak of a field, by their number, under which name and where."""
    places = (
        spot(document, path, changed=before != after)
        for document, before, after in zip(documents, values[:-1], values[1:], strict=True)
    )
    return {number: place for number, place in enumerate(places) if place is not None}


def spot(document: Fields, path: Path, *, changed: bool) -> tuple[Path, Mark] | None:
    """Where a file speaks of a field, under its own name or another; of what `changed`, the nearest place there is."""
    nearest: tuple[Path, Mark] | None = None
    for name in (path, *aliases(path)[1:], *(_frees(path) if changed else ())):
        node, depth = _deepest(document, name)
        if depth == len(name) and not is_null(node) and (changed or name == path or name[0] != "rules"):
            return name, node.mark
        short = name[depth:] == ("severity",) or (changed and "settings" in name[:depth])
        if (isinstance(node, Scalar) and not is_null(node) and short) or (
            name[depth:] == ("severity",) and depth == 2 and changed
        ):
            nearest = nearest or (name, node.mark)
    return nearest or ((path[:1], document.mark) if changed else None)


def aliases(path: Path) -> tuple[Path, ...]:
    """The names under which a field may be said: its own first, then what several rules have in common."""
    if path[2:] == ("mode",):
        return path, ("mode",)
    if path[2:3] != ("settings",):
        return (path,)
    within, lender = path[3:], LENDERS.get(path[3])
    lent = [("rules", lender, "settings", *within)] if lender else []
    shared = [within] if within[0] in SHARED else [("strategy", "protected")] if within == ("protected",) else []
    return (path, *lent, *shared)


def _frees(path: Path) -> list[Path]:
    """The rules that another setting holds without, as long as they are off."""
    return [("rules", rule, "severity") for rule, fields in FREE.items() if path[3:4] and path[3] in fields]


def _deepest(node: Node, path: Path) -> tuple[Node, int]:
    """The node at a path, or the last one on the way there, and how many steps it is down."""
    for depth, key in enumerate(path):
        if not isinstance(node, Fields) or key not in node.entries:
            return node, depth
        node = node.entries[key].value
    return node, len(path)
