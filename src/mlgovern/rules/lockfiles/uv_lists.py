"""Lists of requirements as pyproject.toml writes them and uv.lock records them, and what tells them apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.markers import Comparison, World, agree, holds, joined, marker_of, table
from mlgovern.rules.lockfiles.pep508 import Requirement, normal
from mlgovern.rules.lockfiles.places import line_in, line_of
from mlgovern.rules.lockfiles.uv_sources import recorded_place
from mlgovern.rules.lockfiles.verdict import Reason, Unknown, array, string
from mlgovern.rules.lockfiles.versions import Specifiers, same, specifiers_of

Effect = tuple[frozenset[str], frozenset[str], Specifiers]  # sources, extras, versions


def recorded(entries: Iterable[dict[str, Any]]) -> list[Requirement]:
    """What uv.lock records."""
    return [_recorded(entry) for entry in entries]


def _recorded(entry: dict[str, Any]) -> Requirement:
    asked, condition = string(entry, "specifier"), string(entry, "marker")
    names = frozenset(normal(name) for name in array(entry, "extras") if isinstance(name, str))
    asked = "" if asked == "*" else asked
    return Requirement(
        *(normal(string(entry, "name")), names, specifiers_of(asked), marker_of(condition)),
        *(recorded_place(entry), asked, condition),
    )


def under(one: Requirement, extra: str) -> Requirement:
    """A requirement of an extra, as the list of all requirements holds it."""
    condition = f"extra == '{extra}'"
    if one.condition:
        condition = (
            f"({one.condition}) and {condition}" if " or " in one.condition else f"{one.condition} and {condition}"
        )
    return one._replace(marker=joined("and", (one.marker, Comparison("extra", "==", extra))), condition=condition)


def flattened(wanted: Sequence[Requirement], named: Mapping[str, Sequence[Requirement]], own: str) -> list[Requirement]:
    """The same list with `own[extra]` replaced by what the extra asks for, as older versions of uv recorded it."""
    done: list[Requirement] = []
    todo, seen = list(wanted), set()
    while todo:
        one = todo.pop(0)
        if one.name != own:
            done.append(one)
        elif one not in seen:
            seen.add(one)
            todo += (
                inner._replace(marker=joined("and", (inner.marker, one.marker)))
                for extra in sorted(one.extras)
                for inner in named.get(extra, ())
            )
    return done


class Comparing(NamedTuple):
    """Where lists are compared; of names that come from `elsewhere` only the presence counts."""

    text: str  # of the manifest
    world: World
    elsewhere: frozenset[str] = frozenset()
    path: str = ""  # of the manifest, where it is not beside the lock

    def lists(
        self,
        wanted: Sequence[Requirement],
        held: Sequence[Requirement],
        where: str,
        arrays: Sequence[tuple[str, str]] = (),
    ) -> Iterator[Reason | Unknown]:
        """The differences of two lists, name by name; `arrays` are the tables and keys that the first was read from."""
        ours, theirs = _by_name(wanted), _by_name(held)
        for name in {**ours, **theirs}:
            line = self._line(name, arrays)
            if name not in theirs:
                yield Reason(f"{name}{where} is in {self._shown} but not in uv.lock", line, None, self.path)
            elif name not in ours:
                yield Reason(f"{name}{where} is in uv.lock but not in {self._shown}", None, None, self.path)
            elif name in self.elsewhere:
                continue
            elif any(one.url.startswith("file:") for one in ours[name]):
                yield Unknown("needs uv: a requirement from a folder")
            else:
                yield from self._same_name(ours[name], theirs[name], where, line)

    def _line(self, name: str, arrays: Sequence[tuple[str, str]]) -> int | None:
        if not arrays:
            return line_of(self.text, name)
        lines = (line_in(self.text, header, key, name) for header, key in arrays)
        return next((line for line in lines if line is not None), None)

    def _same_name(
        self, ours: Sequence[Requirement], theirs: Sequence[Requirement], where: str, line: int | None
    ) -> Iterator[Reason | Unknown]:
        rows = table((one.marker for one in (*ours, *theirs)), self.world)
        if rows is None:
            yield Unknown("needs uv: a marker with too many cases")
            return
        compared: set[tuple[Effect, Effect]] = {(_effect(ours, row), _effect(theirs, row)) for row in rows}
        if any(left[:2] != right[:2] or not same(left[2], right[2]) for left, right in compared):
            text = _difference(self._without(ours, theirs), self._without(theirs, ours), where, self._shown)
            yield Reason(text, line, None, self.path)

    @property
    def _shown(self) -> str:
        return self.path or "pyproject.toml"

    def _without(self, some: Sequence[Requirement], others: Sequence[Requirement]) -> list[Requirement]:
        """Those that have no equal among the others."""
        return [one for one in some if not any(_alike(one, other, self.world) for other in others)]


def _by_name(requirements: Iterable[Requirement]) -> dict[str, list[Requirement]]:
    named: dict[str, list[Requirement]] = {}
    for one in dict.fromkeys(requirements):
        named.setdefault(one.name, []).append(one)
    return named


def _alike(one: Requirement, other: Requirement, world: World) -> bool:
    """Two requirements ask for the same, however they are written."""
    plain = (one.url, one.extras) == (other.url, other.extras) and same(one.specifiers, other.specifiers)
    return plain and agree(one.marker, other.marker, world) is True


def _difference(ours: Sequence[Requirement], theirs: Sequence[Requirement], where: str, shown: str) -> str:
    """What only one side has, said with the condition that tells it from what both have."""
    asked, made = (" and ".join(one.text for one in side) for side in (ours, theirs))
    if ours and theirs:
        return f"uv.lock was made for {made}, {shown} asks for {asked}"
    alone = ours or theirs
    conditional = any("extra ==" in one.condition for one in alone)
    place = f"{shown}{where}" if where else f"{'optional-' if conditional else ''}dependencies"
    there, gone = (place, "uv.lock") if ours else ("uv.lock", place)
    return f"{asked or made} {'is' if len(alone) == 1 else 'are'} in {there} but not in {gone}"


def _effect(requirements: Sequence[Requirement], row: Mapping[str, str]) -> Effect:
    """What one environment asks of a name: for an extra, only what the extra adds."""
    active = [one for one in requirements if holds(one.marker, row)]
    if row.get("extra"):
        active = [one for one in active if not holds(one.marker, {**row, "extra": ""})]
    sources = frozenset(one.url for one in active)
    return (
        sources,
        frozenset(extra for one in active for extra in one.extras),
        frozenset(specifier for one in active for specifier in one.specifiers),
    )
