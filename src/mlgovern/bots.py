"""Machines that commit, by the names and addresses under which they do: anybody can take these, so they prove nothing."""

from collections.abc import Iterable

from mlgovern.facts.snapshot import Commit

BOTS = ("dependabot[bot]", "github-actions[bot]", "pre-commit-ci[bot]", "renovate[bot]")


def by_one_of(names: Iterable[str], commit: Commit) -> bool:
    """Whether author or committer has one of these names or addresses; letter case aside."""
    known = {name.lower() for name in names}
    return any(part.lower() in known for person in (commit.author, commit.committer) for part in person)
