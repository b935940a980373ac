"""Where work may go: directions of merges, and what has to be upstream first."""

from collections.abc import Iterator

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.globs import matcher
from mlgovern.rule import Verdicts
from mlgovern.rules.branches.mends import retarget, upstream_first
from mlgovern.rules.branches.names import shown
from mlgovern.rules.branches.pushes import DETACHED, merged_into, pushed_branches, pushing
from mlgovern.rules.branches.strategy import Flow, Settings, Strategy


def branch_merge_direction(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """The branch may not be merged into the branch that it is meant for.

    Why: A strategy lives by its directions: work that skips a stage, or flows back from a release, brings changes
    where nobody expects them. What machines open is judged by where it goes alone. A push is judged where its
    branch goes to another one that lives long, and by the merges that it brings there.
    Mend: Change the target of the pull request to a branch that the finding names.
    """
    strategy = settings.strategy
    if snapshot.branch is None and not pushing(snapshot):
        yield DETACHED
    for names, target in dict.fromkeys(_ways(snapshot, strategy)):
        if not names:
            yield NotJudged(
                f"where a merge on {shown(target)} comes from", "no branch is at it any more", expected=False
            )
        wrong = [(name, flow) for name in names if (flow := _refused(name, target, strategy)) is not None]
        if not names or len(wrong) < len(names):
            continue  # of several branches at one commit, one may go there
        source, flow = wrong[0]
        ways = (
            f"into {', '.join(flow.into)}, not {shown(target)}"
            if flow.into
            else f"nowhere, so not into {shown(target)}"
        )
        at_most = Severity.WARNING if matcher(flow.discouraged)(target) else Severity.ERROR
        text = f"{shown(source)} may be merged {ways} ({strategy.name})"
        yield Finding(text, Place(branch=source), retarget(flow, target, strategy), target, at_most)


def _ways(snapshot: Snapshot, strategy: Strategy) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each merge that is asked for or done: the branches at the commit that is merged, and the branch that it goes to."""
    if not pushing(snapshot):
        if snapshot.branch is not None and snapshot.target is not None:
            yield (snapshot.branch,), snapshot.target
        return
    lasting = matcher(
        (*strategy.trunk, *strategy.protected, *(glob for flow in strategy.allowed for glob in flow.into))
    )
    for target, update in pushed_branches(snapshot):
        if not lasting(target):
            continue  # a working branch may have another name on the remote
        source = snapshot.branch if update.local == "HEAD" else update.source
        if source is not None and not update.creates:
            yield (source,), target
        yield from ((names, target) for names in merged_into(update.new, snapshot))


def _refused(source: str, target: str, strategy: Strategy) -> Flow | None:
    """The flow of a branch, where that does not lead to the target. A source of the target's own name is a fork's."""
    if source == target or matcher(strategy.exempt)(source):
        return None
    flow = next((flow for flow in strategy.allowed if matcher((flow.match,))(source)), None)
    return None if flow is None or matcher(flow.into)(target) else flow


def branch_not_upstream_first(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """A commit reaches a branch before the branch upstream of it.

    Why: What is mended on an environment or a release alone is missing from everything that is built later, and the
    flaw comes back. A commit that was cherry-picked from upstream is there, however it was changed on the way.
    Mend: Bring it upstream first, then git cherry-pick -x it from there.
    """
    for name, update in pushed_branches(snapshot):
        order = next((order for order in settings.strategy.upstream if matcher((order.branch,))(name)), None)
        if order is None:
            continue
        first = " or ".join(order.first_on)
        if update.strays is None:
            yield NotJudged(
                f"what is new on {shown(name)}", f"none of {first} is known here: git fetch", expected=False
            )
        elif update.strays:
            number = len(update.strays)
            what = "1 commit reaches" if number == 1 else f"{number} commits reach"
            text = f"{what} {shown(name)} before {first} ({settings.strategy.name})"
            at_most = Severity.WARNING if order.advised else Severity.ERROR
            yield Finding(text, Place(branch=name), upstream_first(update, order), name, at_most)
