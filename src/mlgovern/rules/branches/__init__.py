"""Branches: names that say what a branch holds, and a strategy that says what may be merged where."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.globs import matcher
from mlgovern.rule import Rule, Verdicts
from mlgovern.rules.branches.mends import onto_working_branch, push_elsewhere, rename, retarget
from mlgovern.rules.branches.names import ambiguous, flaw_of, has_unknown_type, kind_of, shown, spared, wanted
from mlgovern.rules.branches.pushes import cap, direct_commits, judged_names, neighbours, pushed_branches, pushing
from mlgovern.rules.branches.strategy import Strategy
from mlgovern.rules.branches.suggest import folded

NAME_STAGES = ("pre-commit", "pre-push", "ci", "pre-receive")
DETACHED = NotJudged("branch name", "HEAD is detached: no branch is checked out", expected=False)


class Settings(NamedTuple):
    """The strategy, which the policy states once for all these rules."""

    strategy: Strategy = Strategy()


class PushSettings(NamedTuple):
    """Settings of branch-protected-push."""

    strategy: Strategy = Strategy()
    plain: Severity = Severity.ERROR  # at most this for a push that neither deletes nor forces; off: such may be pushed


def branch_name_malformed(snapshot: Snapshot, settings: Settings) -> Iterator[Finding | NotJudged]:
    """The branch name does not have the form that the strategy asks for.

    Why: A name is a path for Git, a label for hosts, and text that CI hands to shells: two letter cases of one name
    are one file on macOS and Windows, and what is not plain has to be quoted everywhere.
    Mend: git branch -m OLD NEW, with the name that the finding suggests.
    """
    if _detached(snapshot):
        yield DETACHED
    for name in judged_names(snapshot):
        flaw = flaw_of(name, settings.strategy)
        if flaw is not None:
            text = f"branch {shown(name)} {flaw.text}; wanted: {wanted(settings.strategy)}"
            mend = rename(name, snapshot, settings.strategy)
            yield Finding(text, Place(branch=name), mend, name, min(flaw.at_most, cap(snapshot)))


def branch_type_unknown(snapshot: Snapshot, settings: Settings) -> Iterator[Finding | NotJudged]:
    """The branch name begins with a type that the strategy does not know.

    Why: Merge directions, CI and the release notes go by the type; one that is misspelt or made up falls through them.
    Mend: git branch -m OLD NEW, with a type that the strategy lists.
    """
    strategy = settings.strategy
    if _detached(snapshot):
        yield DETACHED
    for name in judged_names(snapshot):
        if spared(name, strategy) or not has_unknown_type(name, strategy):
            continue
        if flaw_of(name, strategy) is None:  # else branch-name-malformed tells of the type as well
            text = f"{shown(kind_of(name))} is not a type of branch here; known: {', '.join(strategy.types)}"
            yield Finding(text, Place(branch=name), rename(name, snapshot, strategy), name, cap(snapshot))


def branch_protected_commit(snapshot: Snapshot, settings: Settings) -> Iterator[Finding | NotJudged]:
    """A commit goes straight onto a protected branch.

    Why: What everybody builds on should have been reviewed and tested first. The first commit of a repository and
    merges are free; at a push, the commits are those that the branch gains other than through a merge.
    Mend: git switch -c feature/TOPIC before committing: what is staged goes along.
    """
    protected = matcher(settings.strategy.protected)
    if pushing(snapshot):
        for name, update in pushed_branches(snapshot):
            direct = 0 if update.creates or not protected(name) else direct_commits(update.new, snapshot)
            if direct:
                text = f"{direct} commit{'s' * (direct > 1)} went straight onto the protected branch {shown(name)}"
                yield Finding(text, Place(branch=name), push_elsewhere(update, snapshot, settings.strategy), name)
    elif not (snapshot.files or snapshot.removed or snapshot.commits):
        return  # nothing is about to be committed
    elif snapshot.branch is None:
        yield DETACHED
    elif protected(snapshot.branch) and not snapshot.unborn and snapshot.operation != "merge":
        text = f"this commit would go straight onto the protected branch {shown(snapshot.branch)}"
        mend = onto_working_branch(snapshot, settings.strategy)
        yield Finding(text, Place(branch=snapshot.branch), mend, snapshot.branch)


def branch_protected_push(snapshot: Snapshot, settings: PushSettings) -> Iterator[Finding | NotJudged]:
    """A push changes, rewrites or deletes a protected branch.

    Why: What others have built on is lost by a deletion or a forced push; a plain one goes past review. To create a
    protected branch, such as a release branch or a new repository's trunk, is free.
    Mend: Push to a working branch and ask for a merge: git push -u origin BRANCH.
    """
    protected = matcher(settings.strategy.protected)
    for branch, update in pushed_branches(snapshot, deleted=True):
        if update.creates or not protected(branch):
            continue
        name, place = shown(branch), Place(branch=branch)
        if update.deletes:
            yield Finding(f"the push deletes the protected branch {name}", place, "leave the deletion out", "deleted")
            continue
        mend = push_elsewhere(update, snapshot, settings.strategy)
        if update.forced:
            yield Finding(f"the push rewrites the protected branch {name}", place, mend, "forced")
            continue
        if update.forced is None:
            why = "the commit that it points to on the remote was never fetched: git fetch"
            yield NotJudged(f"whether the push rewrites {name}", why, expected=False)
        if settings.plain is not Severity.OFF:
            text = f"the push goes straight to the protected branch {name}"
            yield Finding(text, place, mend, "pushed", settings.plain)


def branch_merge_direction(snapshot: Snapshot, settings: Settings) -> Iterator[Finding | NotJudged]:
    """The branch may not be merged into the branch that it is meant for.

    Why: A strategy lives by its directions: work that skips a stage, or flows back from a release, brings changes
    where nobody expects them. What machines open is judged by where it goes alone.
    Mend: Change the target of the pull request to a branch that the finding names.
    """
    strategy, source, target = settings.strategy, snapshot.branch, snapshot.target
    if source is None:
        yield DETACHED
    if source is None or target is None or source == target or matcher(strategy.exempt)(source):
        return  # a source of the target's own name is a fork's
    flow = next((flow for flow in strategy.allowed if matcher((flow.match,))(source)), None)
    if flow is None or matcher(flow.into)(target):
        return
    discouraged = matcher(flow.discouraged)(target)
    ways = f"into {', '.join(flow.into)}, not {shown(target)}" if flow.into else f"nowhere, so not into {shown(target)}"
    text = f"{shown(source)} may be merged {ways} ({strategy.name})"
    at_most = Severity.WARNING if discouraged else Severity.ERROR
    yield Finding(text, Place(branch=source), retarget(flow, target, strategy), target, at_most)


def branch_case_clash(snapshot: Snapshot, settings: Settings) -> Iterator[Finding | NotJudged]:
    """The branch differs from another in letter case or Unicode form alone.

    Why: On macOS and Windows both are one file: whoever fetches them there loses one under the other.
    Mend: git branch -m OLD NEW, or push to the branch that exists.
    """
    for name, others in neighbours(snapshot):
        twin = next((other for other in others if folded(other) == folded(name)), None)
        if twin is not None:
            text = f"branch {shown(name)} differs from {shown(twin)} in letter case or Unicode form alone"
            yield Finding(text, Place(branch=name), rename(name, snapshot, settings.strategy, others), twin)


def branch_prefix_clash(snapshot: Snapshot, settings: Settings) -> Iterator[Finding | NotJudged]:
    """The branch and another cannot both exist, because one is a folder to the other.

    Why: Git stores `feature/x` in a folder `feature`, so a branch `feature` bars it; Git only says "cannot lock ref".
    Mend: git branch -m OLD NEW, or delete the branch that is in the way.
    """
    for name, others in neighbours(snapshot):
        bar = next((o for o in others if o.startswith(f"{name}/") or name.startswith(f"{o}/")), None)
        if bar is not None:
            text = f"branches {shown(name)} and {shown(bar)} cannot both exist: one would be a folder to the other"
            yield Finding(text, Place(branch=name), rename(name, snapshot, settings.strategy, others), bar)


def branch_name_long(snapshot: Snapshot, settings: Settings) -> Iterator[Finding | NotJudged]:
    """The branch name is longer than labels that are made of it may be.

    Why: Review apps and containers are named after branches, and a host's label ends at 63 characters.
    Mend: git branch -m OLD NEW, with fewer words.
    """
    limit = settings.strategy.max_length
    if _detached(snapshot):
        yield DETACHED
    for name in judged_names(snapshot):
        if 0 < limit < len(name) and not (spared(name, settings.strategy) or ambiguous(name, settings.strategy)):
            text = f"branch {shown(name)} has {len(name)} characters; at most {limit} are wanted"
            yield Finding(text, Place(branch=name), rename(name, snapshot, settings.strategy), name, cap(snapshot))


def _detached(snapshot: Snapshot) -> bool:
    return snapshot.branch is None and not pushing(snapshot)


def _rule(name: str, judge: Callable[[Snapshot, Any], Verdicts], settings: Any, stages: tuple[str, ...]) -> Rule:
    """A rule that looks at branches and at no file."""
    return Rule(name, judge, settings, stages, files=False)


RULES = (
    _rule("branch-name-malformed", branch_name_malformed, Settings(), NAME_STAGES),
    _rule("branch-type-unknown", branch_type_unknown, Settings(), NAME_STAGES),
    _rule("branch-name-long", branch_name_long, Settings(), NAME_STAGES),
    _rule("branch-protected-commit", branch_protected_commit, Settings(), ("pre-commit", "pre-push")),
    _rule("branch-protected-push", branch_protected_push, PushSettings(), ("pre-push", "pre-receive")),
    _rule("branch-merge-direction", branch_merge_direction, Settings(), ("ci",)),
    _rule("branch-case-clash", branch_case_clash, Settings(), ("pre-push",)),
    _rule("branch-prefix-clash", branch_prefix_clash, Settings(), ("pre-push",)),
)
