"""Git state to Snapshot: what each stage judges, gathered with as few git calls as possible.

Contents come from the index or from commits, never from the work tree, but for what `own` reads; where they are much,
the bytes of a blob may be read there too, and count if they hash to its id (`vouched`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from mlgovern.facts import listings, state
from mlgovern.facts.git import MOST_TEXT, Git
from mlgovern.facts.listings import Change
from mlgovern.facts.message import MOST_BYTES, ends_early, needs_config, stored
from mlgovern.facts.snapshot import BASELINE, Commit, File, Snapshot, Wants
from mlgovern.finding import NotJudged
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple

LOCAL = frozenset({"pre-commit", "pre-push"})  # the stages at which work is judged where it is made


class Message(NamedTuple):
    """The raw message of the commit being made, or its beginning; `editor` tells whether git opened one for it."""

    raw: bytes
    editor: bool
    size: int = 0  # bytes of all of it


def message(git: Git, wants: Wants, stages: tuple[str, ...], text: Message) -> Snapshot:
    """The message of the commit being made alone."""
    facts = here(git, wants, stages)
    facts = facts._replace(unborn=not state.born(git, facts.branch))
    paths = listings.staged_paths(git, unborn=facts.unborn) if wants.asked("paths") else None
    facts = facts._replace(tracked=listings.tracked(git)[0] if wants.asked("tracked") else {})
    return _writing(git, wants, facts, text, paths)


def staged(
    git: Git,
    wants: Wants,
    stages: tuple[str, ...],
    message: Message | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Snapshot:
    """What `git commit` is about to record, with the text of its message where that is known.

    In a merge only what differs from every parent is judged: the rest was judged where it was made. `meanwhile` is
    called while git is at work.
    """
    from mlgovern.facts.batches import batches

    changes, tracked, _ = listings.index(git, meanwhile)
    facts = here(git, wants, stages)._replace(unborn=changes is None)
    if changes is None:
        changes = [Change("A", file._replace(before="")) for file in tracked.values()]
    for head in state.merge_heads(git):
        theirs = {change.file[:3] for change in listings.changes(git, head)}
        changes = [change for change in changes if change.file[:3] in theirs]
    if message is not None:
        facts = _writing(git, wants, facts, message, tuple(change.file.path for change in changes))
    removed = tuple(change.file.path for change in changes if change.status == "D")
    files = tuple(change.file for change in changes if change.status != "D")
    added = frozenset(change.file.path for change in changes if change.status == "A")
    facts = facts._replace(files=files, added=added, removed=removed, tracked=tracked)
    return next(batches(git, wants, with_env_files(git, wants, facts), budget=None))


def whole_index(
    git: Git, wants: Wants, stages: tuple[str, ...], inside: Iterable[str] = ()
) -> tuple[Iterator[Snapshot], tuple[NotJudged, ...]]:
    """Everything tracked, or what lies within some paths, in batches; and what cannot be judged there."""
    from mlgovern.facts.batches import batches

    facts, not_judged = everything(git, wants, stages, inside)
    return batches(git, wants, facts), not_judged


def everything(
    git: Git, wants: Wants, stages: tuple[str, ...], inside: Iterable[str] = ()
) -> tuple[Snapshot, tuple[NotJudged, ...]]:
    """The same without contents."""
    tracked, unmerged = listings.tracked(git)
    paths = tuple(inside)
    conflicts = [NotJudged(path, "it has merge conflicts") for path in unmerged]
    absent = [NotJudged(path, "nothing tracked lies there") for path in paths if not within(tracked, [path])]
    if not tracked and state.resolve(git, "HEAD") and listings.tree(git, "HEAD"):
        absent.append(NotJudged("index", "it is empty, but HEAD holds files; `git reset` brings them back"))
    facts = here(git, wants, stages)._replace(files=tuple(within(tracked, paths).values()), tracked=tracked)
    return with_env_files(git, wants, facts), (*conflicts, *absent)


def branch(git: Git, wants: Wants, stages: tuple[str, ...], name: str | None, target: str | None = None) -> Snapshot:
    """A branch alone, by its name, among those that exist; `target` is where it is meant to go."""
    from mlgovern.facts import history

    facts = Snapshot(stages=stages, branch=name, target=target, operation=state.operation(git))
    heads = history.heads(git, wants, judged(facts))
    return facts._replace(branches=state.branches(git), heads=heads)


def unmerged(git: Git) -> tuple[NotJudged, ...]:
    """The paths that a merge left in conflict: the index holds three versions, none of them the one to come."""
    return tuple(NotJudged(path, "it has merge conflicts") for path in listings.tracked(git)[1])


def _writing(git: Git, wants: Wants, facts: Snapshot, message: Message, paths: tuple[str, ...] | None) -> Snapshot:
    """The facts with the commit that is being made."""
    asked = r"^(core\.comment(char|string)|commit\.cleanup|i18n\.commitencoding)$"
    config = state.settings(git, asked) if needs_config(message.raw) else {}
    comment = state.comment(config)
    cleanup, encoding = config.get("commit.cleanup", "default"), config.get("i18n.commitencoding", "")
    text = stored(message.raw, editor=message.editor, cleanup=cleanup, comment=comment, encoding=encoding)
    author, committer = state.people(git, asked=bool(wants.asked("people")))
    heads = state.merge_heads(git)
    parents = () if facts.unborn else ("HEAD", *heads)
    amended = None if facts.unborn or heads else state.amended(git)
    if amended is not None:
        paths = None  # what it changes in all is left to the gate
        if text.partition("\n")[0] == amended[0]:
            parents, facts = amended[1], facts._replace(unborn=not amended[1])
    early = message.size <= MOST_BYTES or ends_early(
        message.raw, editor=message.editor, cleanup=cleanup, comment=comment
    )
    commit = Commit(text, None, parents, author, committer, paths, cut=0 if early else message.size)
    return facts._replace(commits=(commit,), known=known(git, wants, [commit]))


def within(tracked: Mapping[str, File], paths: Iterable[str]) -> dict[str, File]:
    """The tracked files at or below some paths; without a path, or at the top, all of them."""
    roots = [path.rstrip("/") for path in paths]
    if not roots or "." in roots or "" in roots:
        return dict(tracked)
    return {path: file for path, file in tracked.items() if any(path == r or path.startswith(r + "/") for r in roots)}


def here(git: Git, wants: Wants, stages: tuple[str, ...]) -> Snapshot:
    """What is known of any repository: the branch, what is in progress, and the secrets that are accepted."""
    facts = Snapshot(stages=stages, branch=state.head_branch(git), operation=state.operation(git))
    return facts._replace(baseline=git.read(f":{BASELINE}", MOST_TEXT) or b"") if wants.asked("baseline") else facts


def with_own_files(git: Git, wants: Wants, facts: Snapshot, tracked: Callable[[], Collection[str]]) -> Snapshot:
    """The facts with env files of the developer's own, which are not tracked, where work is made and a rule asks."""
    if facts.own is not None or not wants.asked("own-env") or LOCAL.isdisjoint(facts.stages):
        return facts
    from mlgovern.facts.own import with_own

    return with_own(git, wants, facts, tracked())


def with_env_files(git: Git, wants: Wants, facts: Snapshot) -> Snapshot:
    """The facts with what is told of env files: those of the developer, and those under judgement that were pushed."""
    facts = with_own_files(git, wants, facts, lambda: facts.tracked) if facts.files else facts
    names = dict.fromkeys(name for ask in wants.asked("pushed") for name in ask)
    named = matcher(names, nocase=True)
    paths = dict.fromkeys(file.path for file in facts.files if named(file.name))
    if not paths:
        return facts
    from mlgovern.facts import history

    return facts._replace(pushed=history.pushed(git, paths))


def judged(facts: Snapshot) -> tuple[str, ...]:
    """The branches under judgement: those that a push moves, else the one that is checked out."""
    if facts.updates:
        return tuple(update.branch for update in facts.updates if update.branch and not update.deletes)
    return () if facts.branch is None else (facts.branch,)


def known(git: Git, wants: Wants, commits: Iterable[Commit]) -> frozenset[str] | None:
    """Which of the commits that messages say they revert exist; almost none say so."""
    if not wants.asked("reverts"):
        return None
    saying = [commit for commit in commits if "This reverts" in commit.message]
    if not saying:
        return frozenset()
    from mlgovern.facts import history

    return history.known(git, saying)
