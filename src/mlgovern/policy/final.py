"""Final fields: what a file says of them may be stricter than what stood when they became final, never weaker."""

from collections.abc import Iterator, Mapping
from typing import Any

from mlgovern.policy.decide import FREE, LENDERS, outline_of
from mlgovern.policy.document import Fields, Items, Mark, Node, Scalar, shown
from mlgovern.policy.model import Decision, Policy
from mlgovern.policy.provenance import Leaf, Path, grown, leaves, spot
from mlgovern.policy.sources import Gathered
from mlgovern.policy.strictness import alike, both, moved
from mlgovern.policy.writing import brief, change
from mlgovern.record import NamedTuple
from mlgovern.rule import Rule


class Weakening(NamedTuple):
    """A final field that a file would have made weaker: what it would have become, where, and where it is final."""

    path: Path
    before: Any
    after: Any
    mark: Mark
    final: Mark

    @property
    def text(self) -> str:
        """For whoever wrote it."""
        _, rule, *field = self.path
        where = f"{self.final.file}:{self.final.line}"
        return f"{shown('.'.join(field))} of {rule} is final in {where}; {brief(change(self.before, self.after))} not applied"


class Finals(NamedTuple):
    """What would have got weaker, and after each file the fields that are not what it says."""

    weakened: tuple[Weakening, ...] = ()
    steps: tuple[Mapping[Path, Any], ...] = ()


def marks(gathered: Gathered) -> dict[Path, Mark]:
    """The fields that are final, or all of a rule, and the first place that says so."""
    return {path: mark for document in reversed(gathered.documents) for path, mark in _declared(document)}


def finals(gathered: Gathered, rules: tuple[Rule, ...]) -> Finals:
    """What comes of the final fields of a sound policy."""
    declared = [dict(_declared(document)) for document in gathered.documents]
    named = {path[1] for said in declared for path in said}
    if not named:
        return Finals()
    concerned = tuple(rule for rule in rules if rule.id in named | {*LENDERS.values()} | {*FREE})
    weakened: list[Weakening] = []
    final: dict[Path, Mark] = {}
    kept: dict[Path, Leaf] = {}
    steps: list[Mapping[Path, Any]] = []
    policies = [leaves(policy, concerned) for policy in grown(gathered, concerned)]
    for document, said, was, now in zip(gathered.documents, declared, policies[:-1], policies[1:], strict=True):
        before = {**now, **kept}
        for path, mark in _covering(now, final):
            if any(alike(now[path].value, known[path].value) for known in (was, before)):
                continue
            agreed = both(now[path].kind, kept[path].value, now[path].value)
            if agreed is not None and agreed != now[path].value:
                kept[path] = now[path]._replace(value=agreed)
            elif moved(path, before, now) in {"weaker", "unclear"}:
                at = spot(document, path, changed=True) or (path, document.mark)
                weakened.append(Weakening(path, kept[path].value, now[path].value, at[1], mark))
            else:
                kept[path] = now[path]
        final = {**said, **final}
        kept |= {path: now[path] for path, _ in _covering(now, final) if path not in kept}
        steps.append({path: leaf.value for path, leaf in kept.items() if leaf.value != now[path].value})
    return Finals(tuple(weakened), tuple(steps))


def held(policy: Policy, kept: Mapping[Path, Any], rules: tuple[Rule, ...]) -> Policy:
    """The policy with these values."""
    decisions = dict(policy.decisions)
    for (_, name, *field), value in kept.items():
        decisions[name] = _put(decisions[name], field, value)
    for rule in rules:
        decision = decisions[rule.id]
        decisions[rule.id] = decision._replace(outline=outline_of(rule, decision.settings, decision.own))
    return policy._replace(decisions=decisions)


def _put(record: Any, field: list[str], value: Any) -> Any:
    if isinstance(record, Decision) and field[0] not in record._fields:
        return record._replace(own=_put(record.own, field, value))
    name = field[0] if field[0] in record._fields else f"{field[0]}_"
    inner = value if len(field) == 1 else _put(getattr(record, name), field[1:], value)
    return record._replace(**{name: inner})


def _declared(document: Fields) -> Iterator[tuple[Path, Mark]]:
    """The fields that one file makes final, and where it says so."""
    rules = document.entries["rules"].value if "rules" in document.entries else None
    for rule, entry in rules.entries.items() if isinstance(rules, Fields) else ():
        said = entry.value.entries.get("final") if isinstance(entry.value, Fields) else None
        for field, mark in named(said.value) if said else ():
            yield ("rules", rule, *field), mark
            if field == ("mode",):
                yield ("rules", rule, "enforce_after"), mark


def named(final: Node) -> Iterator[tuple[Path, Mark]]:
    """The fields of a rule that `final` names; no name for all of them."""
    if isinstance(final, Items):
        for item in final.items:
            if isinstance(item, Scalar):
                yield tuple(str(item.value).split(".")), item.mark
    elif isinstance(final, Scalar) and final.value is True:
        yield (), final.mark


def _covering(now: Mapping[Path, Leaf], marks: Mapping[Path, Mark]) -> Iterator[tuple[Path, Mark]]:
    """Every field that is final, and where it became so."""
    for path in now:
        mark = next((marks[path[:end]] for end in range(2, len(path) + 1) if path[:end] in marks), None)
        if mark is not None:
            yield path, mark
