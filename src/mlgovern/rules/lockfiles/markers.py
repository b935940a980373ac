"""Environment markers of PEP 508, and whether two of them mean the same: a truth table, because tools rewrite their text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.versions import (
    Specifiers,
    admits,
    admits_python,
    python_points,
    specifiers_of,
    version_of,
)
from mlgovern.rx import rx

MOST_POINTS = 4096  # of a truth table; what needs more is not decided
MOST_WORK = 65_536  # points times comparisons
MOST_DEPTH = 50  # of parentheses
ELSE = "~"  # a value that no literal names

_TOKEN = rx(r"\s*(?:([()])|\"([^\"]*)\"|'([^']*)'|(===|~=|==|!=|<=|>=|<|>)|([A-Za-z_][A-Za-z0-9_.]*))")
_ALIASES = {
    "os.name": "os_name",
    "sys.platform": "sys_platform",
    "platform.version": "platform_version",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
    "extras": "extra",
}
_PYTHONS = ("python_version", "python_full_version")
_VERSIONS = (*_PYTHONS, "implementation_version", "platform_release")
_VARIABLES = {
    *_VERSIONS,
    "os_name",
    "sys_platform",
    "platform_version",
    "platform_machine",
    "platform_system",
    "platform_python_implementation",
    "implementation_name",
    "extra",
    "dependency_groups",
}
_SYSTEMS = {"Windows": "win32", "Linux": "linux", "Darwin": "darwin"}  # uv writes the right for the left
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Comparison(NamedTuple):
    """`variable op literal`; `flipped` where an `in` has the literal on its left."""

    variable: str
    op: str
    literal: str
    flipped: bool = False


class Group(NamedTuple):
    """Markers joined by one word, `and` or `or`; or one marker after `not`, which no text spells."""

    word: str
    parts: "tuple[Marker, ...]"


Marker = Comparison | Group
TRUE = Group("and", ())


class World(NamedTuple):
    """Where markers are compared: Pythons that are possible, and environments of which one must hold."""

    pythons: Specifiers = frozenset()
    environments: tuple[Marker, ...] = ()


EVERYWHERE = World()


def joined(word: str, markers: Iterable[Marker]) -> Marker:
    """All of them, or any of them."""
    parts = tuple(markers)
    return parts[0] if len(parts) == 1 else Group(word, parts)


@lru_cache(maxsize=512)
def marker_of(text: str) -> Marker:
    """The marker that a text spells; ValueError where it spells none."""
    if not text.strip():
        return TRUE
    tokens = list(_tokens(text.strip()))
    tokens.reverse()
    marker = _any(tokens, 0)
    if tokens:
        raise ValueError("no environment marker")
    return marker


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError("no environment marker")
        paren, double, single, op, word = found.groups()
        if paren or op:
            yield "op", paren or op
        elif word:
            yield ("op" if word in {"and", "or", "in", "not"} else "name"), word
        else:
            yield "literal", double if double is not None else single
        at = found.end()


def _any(tokens: list[tuple[str, str]], depth: int) -> Marker:
    parts = [_all(tokens, depth)]
    while tokens and tokens[-1] == ("op", "or"):
        tokens.pop()
        parts.append(_all(tokens, depth))
    return joined("or", parts)


def _all(tokens: list[tuple[str, str]], depth: int) -> Marker:
    parts = [_one(tokens, depth)]
    while tokens and tokens[-1] == ("op", "and"):
        tokens.pop()
        parts.append(_one(tokens, depth))
    return joined("and", parts)


def _one(tokens: list[tuple[str, str]], depth: int) -> Marker:
    if tokens and tokens[-1] == ("op", "("):
        if depth >= MOST_DEPTH:
            raise ValueError("an environment marker with too many parentheses")
        tokens.pop()
        marker = _any(tokens, depth + 1)
        if not tokens or tokens.pop() != ("op", ")"):
            raise ValueError("no environment marker")
        return marker
    taken = [tokens.pop() for _ in range(min(len(tokens), 4 if tokens[-2:-1] == [("op", "not")] else 3))]
    if (
        len(taken) < 3
        or {taken[0][0], taken[-1][0]} != {"name", "literal"}
        or any(kind != "op" for kind, _ in taken[1:-1])
    ):
        raise ValueError("no environment marker")
    return _comparison(taken[0], " ".join(op for _, op in taken[1:-1]), taken[-1])


def _comparison(left: tuple[str, str], op: str, right: tuple[str, str]) -> Comparison:
    flipped = left[0] == "literal"
    name, literal = (right[1], left[1]) if flipped else (left[1], right[1])
    name = _ALIASES.get(name, name)
    if name not in _VARIABLES or op in {"and", "or", "not", "(", ")"}:
        raise ValueError("no environment marker")
    if name == "platform_system" and literal in _SYSTEMS and op in {"==", "!="}:
        name, literal = "sys_platform", _SYSTEMS[literal]
    elif name == "extra":
        literal = re.sub(r"[-_.]+", "-", literal).lower()
    inside = op in {"in", "not in"}
    return Comparison(name, op if inside or not flipped else _FLIPPED.get(op, op), literal, inside and flipped)


def holds(marker: Marker, environment: Mapping[str, str]) -> bool:
    """The marker is true of an environment; a variable that it lacks is empty."""
    if isinstance(marker, Group):
        if marker.word == "not":
            return not holds(marker.parts[0], environment)
        return (all if marker.word == "and" else any)(holds(part, environment) for part in marker.parts)
    value, literal, op = environment.get(marker.variable, ""), marker.literal, marker.op
    if op in {"in", "not in"}:
        return _within(marker, value) is (op == "in")
    if marker.variable in _VERSIONS and version_of(value) is not None:
        try:
            return admits(specifiers_of(op + literal), value)
        except ValueError:
            pass  # no version on the right: compared as text, as PEP 508 has it
    if op in {"==", "===", "!="}:
        return (value == literal) is (op != "!=")
    return {"<": value < literal, "<=": value <= literal, ">": value > literal, ">=": value >= literal}.get(op, False)


def _within(marker: Comparison, value: str) -> bool:
    if marker.flipped:
        return marker.literal in value
    if marker.variable in _PYTHONS:  # a list of versions: 3.1 is not in '3.10 3.11'
        return any(version_of(word) == version_of(value) for word in re.split(r"[\s,|]+", marker.literal) if word)
    return value in marker.literal


def _comparisons(marker: Marker) -> Iterator[Comparison]:
    if isinstance(marker, Comparison):
        yield marker
    else:
        for part in marker.parts:
            yield from _comparisons(part)


def table(markers: Iterable[Marker], world: World = EVERYWHERE) -> list[dict[str, str]] | None:
    """Environments of which every differing pair of these markers tells one apart; None where they are too many."""
    releases: list[tuple[int, ...]] = []
    values: dict[str, dict[str, None]] = {}
    compared = [one for marker in (*markers, *world.environments) for one in _comparisons(marker)]
    for one in compared:
        words = [one.literal, *re.split(r"[\s,|]+", one.literal)] if one.op in {"in", "not in"} else [one.literal]
        if one.variable in _PYTHONS:
            releases += [found.release for found in map(version_of, [w.removesuffix(".*") for w in words]) if found]
        else:
            values.setdefault(one.variable, {"": None, ELSE: None}).update(dict.fromkeys(words))
            if one.flipped:  # texts that hold this literal, and those before it, and more
                held = ELSE.join(value for value in values[one.variable] if value != ELSE)
                values[one.variable].update({f"{ELSE}{one.literal}{ELSE}": None, f"{ELSE}{held}{ELSE}": None})
    points = python_points([*releases, *(one.version.release for one in world.pythons)])
    pythons = [point for point in points if admits_python(world.pythons, point)] or points
    if not releases:
        del pythons[1:]  # no marker asks for the Python: any will do
    size = len(pythons)
    for choices in values.values():
        size *= len(choices)
    if size > MOST_POINTS or size * len(compared) > MOST_WORK:
        return None
    return [
        row
        for row in _rows(pythons, values)
        if not world.environments or any(holds(m, row) for m in world.environments)
    ]


def _rows(pythons: list[tuple[int, ...]], values: Mapping[str, Iterable[str]]) -> Iterator[dict[str, str]]:
    for point, *others in product(pythons, *values.values()):
        row: dict[str, str] = dict(zip(values, map(str, others), strict=True))
        row["python_version"], row["python_full_version"] = f"{point[0]}.{point[1]}", ".".join(map(str, point))
        yield row


def agree(left: Marker, right: Marker, world: World = EVERYWHERE) -> bool | None:
    """Both are true of the same environments; None where that is too large a question."""
    if left == right:
        return True
    rows = table((left, right), world)
    return None if rows is None else all(holds(left, row) is holds(right, row) for row in rows)


def possible(marker: Marker, world: World = EVERYWHERE) -> bool:
    """The marker is true somewhere; too large a question counts as no."""
    return any(holds(marker, row) for row in table((marker,), world) or ())


def certain(marker: Marker, world: World = EVERYWHERE) -> bool:
    """The marker is true everywhere; too large a question counts as no."""
    rows = table((marker,), world)
    return bool(rows) and all(holds(marker, row) for row in rows or ())
