"""Names that say what a branch holds, and that nothing else gets in the way of."""

from collections.abc import Iterator

from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Place
from mlgovern.rule import Verdicts
from mlgovern.rules.branches.mends import rename
from mlgovern.rules.branches.names import ambiguous, flaw_of, has_unknown_type, kind_of, shown, spared, wanted
from mlgovern.rules.branches.pushes import DETACHED, cap, detached, judged_names, names
from mlgovern.rules.branches.strategy import Settings
from mlgovern.rules.branches.suggest import folded


def branch_name_malformed(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """The branch name does not have the form that the strategy asks for.

    Why: A name is a path for Git, a label for hosts, and text that CI hands to shells: two letter cases of one name
    are one file on macOS and Windows, and what is not plain has to be quoted everywhere.
    Mend: git branch -m OLD NEW, with the name that the finding suggests.
    """
    if detached(snapshot):
        yield DETACHED
    for name in judged_names(snapshot):
        flaw = flaw_of(name, settings.strategy)
        if flaw is not None:
            text = f"branch {shown(name)} {flaw.text}; wanted: {wanted(settings.strategy)}"
            mend = rename(name, snapshot, settings.strategy)
            yield Finding(text, Place(branch=name), mend, name, min(flaw.at_most, cap(snapshot)))


def branch_type_unknown(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """The branch name begins with a type that the strategy does not know.

    Why: Merge directions, CI and the release notes go by the type; one that is misspelt or made up falls through them.
    Mend: git branch -m OLD NEW, with a type that the strategy lists.
    """
    strategy = settings.strategy
    if detached(snapshot):
        yield DETACHED
    for name in judged_names(snapshot):
        if spared(name, strategy) or not has_unknown_type(name, strategy):
            continue
        if flaw_of(name, strategy) is None:  # else branch-name-malformed tells of the type as well
            text = f"{shown(kind_of(name))} is not a type of branch here; known: {', '.join(strategy.types)}"
            yield Finding(text, Place(branch=name), rename(name, snapshot, strategy), name, cap(snapshot))


def branch_name_long(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """The branch name is longer than labels that are made of it may be.

    Why: Review apps and containers are named after branches, and a host's label ends at 63 characters.
    Mend: git branch -m OLD NEW, with fewer words.
    """
    limit = settings.strategy.max_length
    if detached(snapshot):
        yield DETACHED
    for name in judged_names(snapshot):
        if 0 < limit < len(name) and not (spared(name, settings.strategy) or ambiguous(name, settings.strategy)):
            text = f"branch {shown(name)} has {len(name)} characters; at most {limit} are wanted"
            yield Finding(text, Place(branch=name), rename(name, snapshot, settings.strategy), name, cap(snapshot))


def branch_case_clash(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """The branch differs from another in letter case or Unicode form alone.

    Why: On macOS and Windows both are one file: whoever fetches them there loses one under the other.
    Mend: git branch -m OLD NEW, or push to the branch that exists.
    """
    pushed = names(snapshot)
    alike: dict[str, list[str]] = {}
    for other in pushed.there:
        alike.setdefault(folded(other), []).append(other)
    for name in pushed.judged:
        twin = next((other for other in alike.get(folded(name), ()) if other != name), None)
        if twin is not None:
            text = f"branch {shown(name)} differs from {shown(twin)} in letter case or Unicode form alone"
            yield Finding(
                text, Place(branch=name), rename(name, snapshot, settings.strategy, pushed.others(name)), twin
            )


def branch_prefix_clash(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """The branch and another cannot both exist, because one is a folder to the other.

    Why: Git stores `feature/x` in a folder `feature`, so a branch `feature` bars it; Git only says "cannot lock ref".
    Mend: git branch -m OLD NEW, or delete the branch that is in the way.
    """
    pushed = names(snapshot)
    inside: dict[str, str] = {}  # the first name in each folder
    for other in pushed.there:
        for folder in folders(other):
            inside.setdefault(folder, other)
    for name in pushed.judged:
        barring = [*folders(name), *filter(None, [inside.get(name)])]
        bar = min((other for other in barring if other in pushed.there), key=pushed.there.__getitem__, default=None)
        if bar is not None:
            text = f"branches {shown(name)} and {shown(bar)} cannot both exist: one would be a folder to the other"
            yield Finding(text, Place(branch=name), rename(name, snapshot, settings.strategy, pushed.others(name)), bar)


def folders(name: str) -> Iterator[str]:
    """The folders that a name lies in."""
    return (name[:at] for at, character in enumerate(name) if character == "/")
