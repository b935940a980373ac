"""`mlgovern policy diff`: which way each field of a policy went; what its text looks like does not matter."""

from collections import Counter
from collections.abc import Iterator, Mapping

from mlgovern.administer.show import Row, table
from mlgovern.administer.written import Written
from mlgovern.finding import Severity
from mlgovern.policy.load import Loaded
from mlgovern.policy.model import PLUGINS
from mlgovern.policy.provenance import Field, Path, Said, aliases, leaves, traced
from mlgovern.policy.strictness import Change, Way, changes, worst
from mlgovern.policy.writing import brief, change, plain
from mlgovern.record import NamedTuple
from mlgovern.reporters.plain import words

WORDS: dict[Way, str] = {"weaker": "WEAKER", "unclear": "WEAKER?", "tighter": "tighter", "neutral": "neutral"}


class Difference(NamedTuple):
    """One field that differs, under the name that it is said by, and who said so."""

    change: Change
    field: Field

    @property
    def weaker(self) -> bool:
        """Whether it may let through what was refused before."""
        return self.change.way in {"weaker", "unclear"}


def differences(before: Loaded, after: Loaded) -> tuple[Difference, ...]:
    """What differs, each once although several rules go by it: for one of them it may be neutral, the worst counts."""
    both = [rule for rule in before.rules if rule.id in after.policy.decisions]
    fields = {field.path: field for field in traced(after, after.rules)}
    found: dict[tuple[Path, str], Difference] = {}
    for one in changes(leaves(before.policy, tuple(both)), leaves(after.policy, after.rules)):
        field = next(fields[name] for name in aliases(one.path) if name in fields)
        key = field.path, repr((one.before, one.after))
        known = found.get(key)
        if known is None or worst((known.change.way, one.way)) != known.change.way:
            found[key] = Difference(one, field)
    order = {path: number for number, path in enumerate(fields)}
    kept = sorted(found.values(), key=lambda one: order[one.field.path])
    return (*kept, *_come(before, after, fields), *_gone(before, after))


def _come(before: Loaded, after: Loaded, fields: Mapping[Path, Field]) -> Iterator[Difference]:
    """The rules that only the later policy brings: off before."""
    for name, path in _severities(after, before):
        change = Change(path, Severity.OFF, after.policy.decisions[name].severity, "tighter")
        yield Difference(change._replace(way="neutral" if not change.after else "tighter"), fields[path])


def _gone(before: Loaded, after: Loaded) -> Iterator[Difference]:
    """The rules that only the earlier policy brought: off from now on."""
    for name, path in _severities(before, after):
        change = Change(path, before.policy.decisions[name].severity, Severity.OFF, "weaker")
        change = change._replace(way="weaker" if change.before else "neutral")
        yield Difference(change, Field(path, Severity, (Said(change.before), Said(change.after))))


def _severities(loaded: Loaded, other: Loaded) -> Iterator[tuple[str, Path]]:
    """The rules that the other lacks; of a plugin that both name, at other versions, that is told already."""
    moved = _distributions(loaded) & _distributions(other)
    for rule in loaded.rules:
        alike = rule.family == PLUGINS and rule.id.partition("/")[0] in moved
        if rule.id not in other.policy.decisions and not alike:
            yield rule.id, ("rules", rule.id, "severity")


def _distributions(loaded: Loaded) -> set[str]:
    return {plugin.partition("==")[0].lower().replace("_", "-").replace(".", "-") for plugin in loaded.policy.plugins}


def diff(before: Written, after: Written, *, json: bool = False) -> tuple[list[str], bool]:
    """What to print, and whether anything may have got weaker."""
    found = differences(before.loaded(), after.loaded())
    return [_json(found)] if json else described(found), any(one.weaker for one in found)


def described(found: tuple[Difference, ...]) -> list[str]:
    """A line each, and what they add up to."""
    counts = Counter("weaker" if one.weaker else one.change.way for one in found)
    total = ", ".join(f"{counts[way]} {way}" for way in ("weaker", "tighter", "neutral") if counts[way])
    return [*(line.rstrip() for line in table([_row(one) for one in found])), total or "the same policy"]


def _row(one: Difference) -> Row:
    path = one.field.path[1:] if one.field.path[0] == "rules" else one.field.path
    name = ".".join(part for part in path if part != "settings")
    said = one.field.chain[-1]
    return f"{WORDS[one.change.way]:<7}  {name}", told(one.change), words(said.place)


def told(one: Change) -> str:
    """What a field was and is, or what a list gained and lost."""
    if isinstance(one.after, tuple):
        return brief(change(one.before, one.after))
    return f"{brief(one.before)} -> {brief(one.after)}"


def _json(found: tuple[Difference, ...]) -> str:
    from json import dumps

    rows = [
        {
            "field": list(one.field.path),
            "way": one.change.way,
            "before": plain(one.change.before),
            "after": plain(one.change.after),
            "origin": one.field.chain[-1].mark and one.field.chain[-1].mark._asdict(),
        }
        for one in found
    ]
    return dumps({"version": 1, "changes": rows}, indent=1)
