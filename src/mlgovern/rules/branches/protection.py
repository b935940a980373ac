"""Protected branches and published tags: what must not be changed past review."""

from typing import Annotated

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Covered
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Verdicts, Whole
from mlgovern.rules.branches.mends import onto_working_branch, push_elsewhere
from mlgovern.rules.branches.names import shown
from mlgovern.rules.branches.pushes import DETACHED, direct_commits, pushed_branches, pushed_tags, pushing
from mlgovern.rules.branches.strategy import Settings, Strategy
from mlgovern.rx import holds


class PushSettings(NamedTuple):
    """Settings of branch-protected-push."""

    strategy: Strategy = Strategy()
    plain: Severity = Severity.ERROR  # at most this for a push that neither deletes nor forces; off: such may be pushed


class Published(NamedTuple):
    """Tags that others build on: globs."""

    tags: Covered[Glob] = (Glob("v[0-9]*"), Glob("[0-9]*"))


class TagNames(NamedTuple):
    """How a tag is called: a pattern of the whole name; the default is a version as Semantic Versioning 2.0.0 has it."""

    pattern: Annotated[Whole, "match"] = Whole(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def branch_protected_commit(snapshot: Snapshot, settings: Settings) -> Verdicts:
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


def branch_protected_push(snapshot: Snapshot, settings: PushSettings) -> Verdicts:
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


def second_trunk(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """A push makes a second trunk beside the one that exists.

    Why: main and master are one role under two names; with both, nobody can tell which one others build on.
    Mend: Push to the trunk that exists: git push origin HEAD:main asks for review where it is protected.
    """
    names = [name for name in settings.strategy.trunk if name in _ONE_ROLE]
    for branch, update in pushed_branches(snapshot):
        other = next((name for name in names if name != branch and name in snapshot.branches), None)
        if update.creates and branch in names and other is not None:
            text = f"branch {shown(branch)} would be a second trunk beside {shown(other)}"
            yield Finding(text, Place(branch=branch), push_elsewhere(update, snapshot, settings.strategy), other)


_ONE_ROLE = ("main", "master", "trunk")


def tag_moved(snapshot: Snapshot, settings: Published) -> Verdicts:
    """A push moves or deletes a published tag.

    Why: whoever has fetched the tag keeps the old one without a word, so one name means two versions from then on.
    Mend: give the new version a tag of its own: git tag v1.2.4 && git push origin v1.2.4
    """
    published = matcher(settings.tags)
    for name, update in pushed_tags(snapshot):
        if published(name) and not update.creates:
            verb = "deletes" if update.deletes else "moves"
            mend = "leave the deletion out" if update.deletes else "give the new version a tag of its own"
            yield Finding(f"the push {verb} the published tag {shown(name)}", Place(branch=update.ref), mend, verb)


def tag_name_malformed(snapshot: Snapshot, settings: TagNames) -> Verdicts:
    """A tag is not called as the policy wants.

    Why: release tools and package indexes find versions by the names of tags; one that is odd is left out.
    Mend: git tag NEW OLD && git tag -d OLD
    """
    for name, update in pushed_tags(snapshot):
        if update.creates and not holds(settings.pattern, name, whole=True):
            text = f"tag {shown(name)} does not have the form {settings.pattern[:120]}"
            yield Finding(
                text, Place(branch=update.ref), "give it a name of that form: git tag NEW OLD && git tag -d OLD", name
            )
