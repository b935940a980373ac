"""How long branches live, and how many live beside the trunk."""

from collections.abc import Callable

from mlgovern.facts.snapshot import Head, Snapshot
from mlgovern.finding import Finding, NotJudged, Place
from mlgovern.globs import matcher
from mlgovern.rule import Verdicts
from mlgovern.rules.branches.mends import quoted
from mlgovern.rules.branches.names import TRUNKS, shown
from mlgovern.rules.branches.pushes import judged_names
from mlgovern.rules.branches.strategy import Settings, Strategy

DAY = 24 * 60 * 60  # seconds
ACTIVE_DAYS = 30  # a branch that nobody touched for longer is forgotten, not active
SHOWN = 6  # names in one message


def branch_too_old(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """The branch has lived longer than the strategy wants.

    Why: The longer a branch lives, the more the trunk has moved when it comes back, and the later others see what it holds.
    Its age counts from the first commit that the trunk lacks.
    Mend: Merge what is ready now; put what is not behind a setting.
    """
    strategy, limit = settings.strategy, settings.strategy.lifetime_days
    judged = judged_names(snapshot) if limit and strategy.trunk else []
    if judged and snapshot.heads is None:
        yield NotJudged("age of the branch", _unknown(strategy), expected=False)
    for head in _working(snapshot, strategy) if judged else ():
        days = 0 if head.began is None else _today(snapshot) - head.began // DAY
        if head.name in judged and days > limit:
            text = f"branch {shown(head.name)} is {days} days old; at most {limit} are wanted ({strategy.name})"
            mend = f"merge what is ready into {_trunk(snapshot, strategy)}, and put the rest behind a setting"
            yield Finding(text, Place(branch=head.name), mend, head.name)


def branch_too_many(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """More branches are active than the strategy wants.

    Why: Work that lies beside the trunk is neither tested together nor seen; few branches at a time are soon merged.
    Active are those that the trunk lacks and that somebody changed within 30 days, machines' branches aside.
    Mend: Merge or delete what is done: git branch -r --no-merged origin/main lists it.
    """
    strategy, limit = settings.strategy, settings.strategy.active_limit
    judged = judged_names(snapshot) if limit and strategy.trunk else []
    if judged and snapshot.heads is None:
        yield NotJudged("active branches", _unknown(strategy), expected=False)
    mine = _mine(judged, snapshot, strategy) if snapshot.heads else []
    shared = _active(snapshot, strategy) if mine else []
    names = list(dict.fromkeys((*(head.name for head in shared), *mine)))
    if mine and limit < len(names):
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        listed = ", ".join(map(shown, names[:SHOWN])) + more
        text = f"{len(names)} branches are active, at most {limit} are wanted ({strategy.name}): {listed}"
        remote, trunk = next((head.remote for head in shared), ""), _trunk(snapshot, strategy)
        command = "git branch -r" if remote else "git branch"
        command += f" --no-merged {quoted(f'{remote}/{trunk}' if remote else trunk)}"
        yield Finding(text, Place(branch=mine[0]), f"merge or delete what is done: {command}", "active")


def _mine(judged: list[str], snapshot: Snapshot, strategy: Strategy) -> list[str]:
    """The working branches under judgement, also those that a push makes."""
    heads, aside = snapshot.heads or (), _aside(strategy)
    done = {head.name for head in heads if head.merged}.difference(head.name for head in heads if not head.merged)
    return [name for name in judged if name not in done and not aside(name)]


def _active(snapshot: Snapshot, strategy: Strategy) -> list[Head]:
    """The branches that somebody works on; where there is a remote, those that it has."""
    today = _today(snapshot)
    recent = [head for head in _working(snapshot, strategy) if today - head.changed // DAY <= ACTIVE_DAYS]
    return [head for head in recent if head.remote] or recent


def _working(snapshot: Snapshot, strategy: Strategy) -> list[Head]:
    """The branches that wait to be merged, those that live long and those of machines aside."""
    aside = _aside(strategy)
    return [head for head in dict.fromkeys(snapshot.heads or ()) if not head.merged and not aside(head.name)]


def _aside(strategy: Strategy) -> Callable[[str], object]:
    return matcher((*strategy.trunk, *TRUNKS, *strategy.protected, *strategy.exempt))


def _trunk(snapshot: Snapshot, strategy: Strategy) -> str:
    names = [head.name for head in snapshot.heads or ()]
    return next((name for name in strategy.trunk if name in names), "the trunk")


def _unknown(strategy: Strategy) -> str:
    return f"no branch {' or '.join(strategy.trunk)} is known here: git fetch"


def _today(snapshot: Snapshot) -> int:
    """Whole days since 1970."""
    from datetime import date

    return date.fromisoformat(snapshot.day).toordinal() - date(1970, 1, 1).toordinal()
