"""What of a snapshot the branch rules judge: the branch that is checked out, or the branches that a push changes."""

from collections.abc import Iterator, Mapping

from mlgovern.facts.snapshot import RefUpdate, Snapshot
from mlgovern.finding import NotJudged, Severity
from mlgovern.record import NamedTuple

DETACHED = NotJudged("branch name", "HEAD is detached: no branch is checked out", expected=False)


def pushing(snapshot: Snapshot) -> bool:
    """Whether a push is judged: then the names on the remote count, and what is checked out does not."""
    return not {"pre-push", "pre-receive"}.isdisjoint(snapshot.stages)


def pushed_branches(snapshot: Snapshot, *, deleted: bool = False) -> Iterator[tuple[str, RefUpdate]]:
    """The branches that a push creates or moves, by name; those that it deletes as well, if asked."""
    for update in snapshot.updates:
        if update.branch is not None and (deleted or not update.deletes):
            yield update.branch, update


def pushed_tags(snapshot: Snapshot) -> Iterator[tuple[str, RefUpdate]]:
    """The tags that a push creates, moves or deletes, by name."""
    return ((update.tag, update) for update in snapshot.updates if update.tag is not None)


def judged_names(snapshot: Snapshot) -> list[str]:
    """The names that the name rules judge."""
    if pushing(snapshot):
        return list(dict.fromkeys(name for name, _ in pushed_branches(snapshot)))
    return [] if snapshot.branch is None else [snapshot.branch]


def cap(snapshot: Snapshot) -> Severity:
    """A name can still be mended in peace before anything is pushed."""
    local = {"pre-push", "ci", "pre-receive"}.isdisjoint(snapshot.stages)
    return Severity.WARNING if local else Severity.ERROR


def detached(snapshot: Snapshot) -> bool:
    """Whether a name is to be judged and there is none."""
    return snapshot.branch is None and not pushing(snapshot)


def direct_commits(tip: str, snapshot: Snapshot) -> int:
    """How many commits a branch gains by itself: merges, and what comes through them, are not counted."""
    commits = {commit.id: commit for commit in snapshot.arriving}
    number, at = 0, commits.pop(tip, None)
    while at is not None:
        number += len(at.parents) == 1
        at = commits.pop(at.parents[0], None) if at.parents else None
    return number


def merged_into(tip: str, snapshot: Snapshot) -> Iterator[tuple[str, ...]]:
    """For each merge that a branch gains on its own line, the branches at what was merged; none where none is any more."""
    commits = {commit.id: commit for commit in snapshot.arriving}
    at = commits.pop(tip, None)
    while at is not None:
        if len(at.parents) > 1:
            yield at.merged
        at = commits.pop(at.parents[0], None) if at.parents else None


class Names(NamedTuple):
    """The names that a push creates or moves, and all that will exist beside them, each with its number."""

    judged: tuple[str, ...]
    there: Mapping[str, int]

    def others(self, name: str) -> tuple[str, ...]:
        """All but one."""
        return tuple(other for other in self.there if other != name)


def names(snapshot: Snapshot) -> Names:
    """The names under judgement, and those that will exist."""
    judged = judged_names(snapshot)
    gone = {update.branch for update in snapshot.updates if update.deletes} | {"HEAD"}  # origin/HEAD is no branch
    there = (other for other in dict.fromkeys((*snapshot.branches, *judged)) if other not in gone)
    return Names(tuple(judged), {name: number for number, name in enumerate(there)})
