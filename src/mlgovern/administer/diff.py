"""`mlgovern policy diff`: which way each field of a policy went; what its text looks like does not matter."""

from collections import Counter
from typing import NamedTuple

from mlgovern.administer.show import Row, table
from mlgovern.administer.written import Written
from mlgovern.policy.cache import every
from mlgovern.policy.load import Loaded
from mlgovern.policy.provenance import Field, Path, aliases, leaves, traced
from mlgovern.policy.strictness import Change, Way, changes, worst
from mlgovern.policy.writing import brief, change, plain
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
    rules = every()
    fields = {field.path: field for field in traced(after, rules)}
    found: dict[tuple[Path, str], Difference] = {}
    for one in changes(leaves(before.policy, rules), leaves(after.policy, rules)):
        field = next(fields[name] for name in aliases(one.path) if name in fields)
        key = field.path, repr((one.before, one.after))
        known = found.get(key)
        if known is None or worst((known.change.way, one.way)) != known.change.way:
            found[key] = Difference(one, field)
    order = {path: number for number, path in enumerate(fields)}
    return tuple(sorted(found.values(), key=lambda one: order[one.field.path]))


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
