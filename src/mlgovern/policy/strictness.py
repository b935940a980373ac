"""Which of two values of a field is the stricter one, by the type of the field."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from mlgovern.fields import bare, says, way
from mlgovern.finding import Severity
from mlgovern.policy.provenance import Leaf, Path
from mlgovern.policy.settings import is_record
from mlgovern.record import NamedTuple
from mlgovern.rule import Pattern
from mlgovern.rx import ALL, ANY, joined

Way = Literal["same", "neutral", "tighter", "unclear", "weaker"]

ORDER: tuple[Way, ...] = ("same", "neutral", "tighter", "unclear", "weaker")  # of several, the last decides
NEVER = "9999"  # later than any day


class Change(NamedTuple):
    """One field of two policies that differ."""

    path: Path
    before: Any
    after: Any
    way: Way


def changes(before: Mapping[Path, Leaf], after: Mapping[Path, Leaf]) -> tuple[Change, ...]:
    """What differs, in the order of the later one."""
    return tuple(
        Change(path, before[path].value, leaf.value, moved(path, before, after))
        for path, leaf in after.items()
        if path in before and not alike(before[path].value, leaf.value)
    )


def alike(one: Any, other: Any) -> bool:
    """Whether two values are the same; to Python, 1 is true."""
    return bool(one == other) and (isinstance(one, dict) or repr(one) == repr(other))


def moved(path: Path, before: Mapping[Path, Leaf], after: Mapping[Path, Leaf]) -> Way:
    """Which way one field went; mode and date are one decision, the day from which on a rule refuses."""
    if path[2:] in {("mode",), ("enforce_after",)}:
        old, new = _from(path[:2], before), _from(path[:2], after)
        return "neutral" if old == new else "tighter" if new < old else "weaker"
    return compared(after[path].kind, before[path].value, after[path].value)


def _from(rule: Path, leaves: Mapping[Path, Leaf]) -> str:
    if leaves[*rule, "mode"].value == "enforce":
        return ""
    return str(leaves[*rule, "enforce_after"].value or NEVER)


def compared(kind: Any, before: Any, after: Any) -> Way:
    """Which way a value of this type went."""
    if alike(before, after):
        return "same"
    towards, plain = way(kind), bare(kind)
    if towards == "free":
        return "neutral"
    if is_record(type(after)):
        return worst(compared(k, getattr(before, f), getattr(after, f)) for f, k in type(after).__annotations__.items())
    if isinstance(after, Mapping):
        return worst(_entries(get_args(plain)[1], towards, before, after))
    if isinstance(after, tuple) and towards in {"more", "fewer"}:
        if says(kind, "0: none") and not (before and after):
            return "tighter" if after else "weaker"
        return _items(towards, {*map(essence, before)}, {*map(essence, after)})
    if _is_joinable(kind):
        return _pattern(towards, before, after)
    if isinstance(after, int | float) and (towards in _RISES or plain is Severity):
        return _number(kind, towards, before, after)
    if towards == "later":
        words = get_args(plain)
        return "tighter" if words.index(after) > words.index(before) else "weaker"
    return "unclear"


_RISES = {"higher": True, "on": True, "lower": False, "off": False}


def _number(kind: Any, towards: str, before: float, after: float) -> Way:
    if says(kind, "0: none"):
        before, after = before or float("inf"), after or float("inf")
    return "tighter" if (after > before) is _RISES.get(towards, True) else "weaker"


def _pattern(towards: str, before: str, after: str) -> Way:
    """Of patterns that have to match, or may not: more of them are stricter; of others nobody can tell."""
    if "" in (before, after):
        return "unclear" if towards == "fixed" else "tighter" if after else "weaker"
    by = ANY if towards == "no match" else ALL
    old, new = set(before.split(by)), set(after.split(by))
    return "neutral" if old == new else "tighter" if old < new else "weaker" if new < old else "unclear"


def _is_joinable(kind: Any) -> bool:
    """Whether two patterns of a field can count together."""
    plain = bare(kind)
    return isinstance(plain, type) and issubclass(plain, Pattern) and (way(kind) != "fixed" or says(kind, "match"))


def both(kind: Any, before: Any, after: Any) -> Any:
    """What keeps to two values of a field, where that can be said: of patterns, what both ask for."""
    towards, plain = way(kind), bare(kind)
    if isinstance(after, Mapping) and towards == "more" and before.keys() <= after.keys():
        inner = get_args(plain)[1]
        found = {key: both(inner, before[key], value) if key in before else value for key, value in after.items()}
        return None if None in found.values() else found
    if compared(kind, before, after) in {"same", "neutral", "tighter"}:
        return after
    if _is_joinable(kind) and "" not in (before, after):
        return plain(joined(before, after, ANY if towards == "no match" else ALL))
    return None


def _items(towards: str, before: set[Any], after: set[Any]) -> Way:
    """Of lists: one that both gained and lost is taken for weaker."""
    if before == after:
        return "neutral"
    stricter = before < after if towards == "more" else after < before
    return "tighter" if stricter else "weaker"


def _entries(kind: Any, towards: str, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterable[Way]:
    for key in {**before, **after}:
        if key in before and key in after:
            yield compared(kind, before[key], after[key])
        else:
            yield "tighter" if (key in after) is (towards == "more") else "weaker"


def worst(ways: Iterable[Way]) -> Way:
    """What several changes add up to."""
    return max(ways, key=ORDER.index, default="same")


def essence(item: Any) -> Any:
    """An item of a list without what is only said to people."""
    if not is_record(type(item)):
        return item
    kinds = type(item).__annotations__
    return tuple(essence(getattr(item, field)) for field in item._fields if way(kinds[field]) != "free")
