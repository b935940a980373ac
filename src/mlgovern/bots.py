"""Machines that commit, by the names and addresses under which they do: anybody can take these, so they prove nothing."""

from collections.abc import Iterable

from mlgovern.facts.snapshot import Person

BOTS = ("dependabot[bot]", "github-actions[bot]", "pre-commit-ci[bot]", "renovate[bot]")


def any_called(names: Iterable[str], people: Iterable[Person]) -> bool:
    """Whether one of the people has one of these names or addresses; letter case aside."""
    known = {name.lower() for name in names}
    return any(part.lower() in known for person in people for part in person)
