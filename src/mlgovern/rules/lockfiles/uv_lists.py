"""Lists of requirements as pyproject.toml writes them and uv.lock records them, and what tells them apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlgovern.rules.lockfiles.markers import Comparison, World, holds, joined, marker_of, table
from mlgovern.rules.lockfiles.pep508 import Requirement, normal
from mlgovern.rules.lockfiles.verdict import Reason, Unknown, array, line_of, string
from mlgovern.rules.lockfiles.versions import Specifiers, same, specifiers_of

Effect = tuple[frozenset[str], frozenset[str], Specifiers]  # sources, extras, versions

_ELSEWHERE = ("git", "path", "directory", "editable", "index", "virtual")


def recorded(entries: Iterable[dict[str, Any]]) -> list[Requirement]:
    """What uv.lock records; a source other than a plain URL shows as a URL of its own."""
    return [_recorded(entry) for entry in entries]


def _recorded(entry: dict[str, Any]) -> Requirement:
    asked, condition = string(entry, "specifier"), string(entry, "marker")
    url = string(entry, "url") or next((f"{key} {entry[key]}" for key in _ELSEWHERE if key in entry), "")
    names = frozenset(normal(name) for name in array(entry, "extras") if isinstance(name, str))
    asked = "" if asked == "*" else asked
    return Requirement(
        normal(string(entry, "name")), names, specifiers_of(asked), marker_of(condition), url, asked, condition
    )


def under(one: Requirement, extra: str) -> Requirement:
    """A requirement of an extra, as the list of all requirements holds it."""
    return one._replace(marker=joined("and", (one.marker, Comparison("extra", "==", extra))))


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

    def lists(
        self, wanted: Sequence[Requirement], held: Sequence[Requirement], where: str
    ) -> Iterator[Reason | Unknown]:
        """The differences of two lists, name by name."""
        ours, theirs = _by_name(wanted), _by_name(held)
        for name in {**ours, **theirs}:
            line = line_of(self.text, name)
            if name not in theirs:
                yield Reason(f"{name}{where} is in pyproject.toml but not in uv.lock", line)
            elif name not in ours:
                yield Reason(f"{name}{where} is in uv.lock but not in pyproject.toml")
            elif name in self.elsewhere:
                continue
            elif any(one.url.startswith(("git+", "file:")) for one in ours[name]):
                yield Unknown("needs uv: a requirement from Git or from a folder")
            else:
                yield from _same_name(ours[name], theirs[name], self.world, line)


def _by_name(requirements: Iterable[Requirement]) -> dict[str, list[Requirement]]:
    named: dict[str, list[Requirement]] = {}
    for one in dict.fromkeys(requirements):
        named.setdefault(one.name, []).append(one)
    return named


def _same_name(
    ours: Sequence[Requirement], theirs: Sequence[Requirement], world: World, line: int | None
) -> Iterator[Reason | Unknown]:
    rows = table((one.marker for one in (*ours, *theirs)), world)
    if rows is None:
        yield Unknown("needs uv: a marker with too many cases")
        return
    compared: set[tuple[Effect, Effect]] = {(_effect(ours, row), _effect(theirs, row)) for row in rows}
    if any(left[:2] != right[:2] or not same(left[2], right[2]) for left, right in compared):
        said = " and ".join(other.text for other in theirs if other not in ours)
        asked = " and ".join(one.text for one in ours if one not in theirs)
        yield Reason(
            f"uv.lock was made for {said or theirs[0].text}, pyproject.toml asks for {asked or ours[0].text}", line
        )


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
