"""What a pyproject.toml asks for, read as the tools read it."""

from collections.abc import Iterable, Mapping
from typing import Any

from mlgovern.rules.lockfiles.markers import Marker, joined
from mlgovern.rules.lockfiles.pep508 import Requirement, normal, requirement_of
from mlgovern.rules.lockfiles.verdict import array, string, table
from mlgovern.rules.lockfiles.versions import Specifiers, specifiers_of

MOST_INCLUDES = 50  # of one group in another


class CycleError(ValueError):
    """A dependency group that includes itself."""


def requirements(texts: Iterable[object], where: str) -> list[Requirement]:
    """Requirements of a list; ValueError says where one cannot be read."""
    found = []
    for number, text in enumerate(texts):
        try:
            found.append(requirement_of(text if isinstance(text, str) else ""))
        except ValueError as error:
            raise ValueError(f"{where}[{number}] is no requirement that can be read") from error
    return found


def dependencies(values: dict[str, Any]) -> list[Requirement]:
    """`[project] dependencies`."""
    return requirements(array(table(values, "project"), "dependencies"), "project.dependencies")


def extras(values: dict[str, Any]) -> dict[str, list[Requirement]]:
    """`[project.optional-dependencies]` by normalised name."""
    named = table(values, "project", "optional-dependencies")
    return {normal(name): requirements(array(named, name), f"project.optional-dependencies.{name}") for name in named}


def groups(values: dict[str, Any], limits: Mapping[str, Marker] | None = None) -> dict[str, list[Requirement]]:
    """`[dependency-groups]` by normalised name, includes expanded; CycleError where one includes itself.

    `limits` are markers that hold for all that stands in a group, or in one that it includes.
    """
    raw = {normal(name): entries for name, entries in table(values, "dependency-groups").items()}
    done: dict[str, list[Requirement]] = {}
    for name in raw:
        _expand(raw, name, limits or {}, done, ())
    return done


def includes(values: dict[str, Any]) -> dict[str, set[str]]:
    """The groups that each group includes directly."""
    raw = table(values, "dependency-groups")
    return {normal(name): {normal(string(one, "include-group")) for one in array(raw, name)} - {""} for name in raw}


def _expand(
    raw: dict[str, Any],
    name: str,
    limits: Mapping[str, Marker],
    done: dict[str, list[Requirement]],
    above: tuple[str, ...],
) -> list[Requirement]:
    if name in above:
        raise CycleError(f"dependency group {name} includes itself")
    if len(above) > MOST_INCLUDES:
        raise ValueError("dependency groups include each other too deeply")
    if name not in done:
        found: list[Requirement] = []
        for entry in array(raw, name):
            included = normal(string(entry, "include-group"))
            if included:
                found += _expand(raw, included, limits, done, (*above, name))
            elif not isinstance(entry, dict):
                found += requirements([entry], f"dependency-groups.{name}")
        limit = limits.get(name)
        limited = [one._replace(marker=joined("and", (one.marker, limit))) for one in found] if limit else found
        done[name] = list(dict.fromkeys(limited))
    return done[name]


def pythons(values: dict[str, Any]) -> Specifiers:
    """`requires-python`; ValueError where it cannot be read."""
    try:
        return specifiers_of(string(table(values, "project"), "requires-python"))
    except ValueError as error:
        raise ValueError("requires-python cannot be read") from error
