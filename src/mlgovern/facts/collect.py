"""Git state to Snapshot: what each stage judges, gathered with as few git calls as possible.

Contents come from the index or from commits, never from the work tree.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mlgovern.errors import GitError
from mlgovern.facts import listings, state
from mlgovern.facts.git import Git
from mlgovern.facts.listings import Change
from mlgovern.facts.message import MOST_BYTES, needs_config, stored
from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, Commit, File, RefUpdate, Snapshot, Wants
from mlgovern.finding import NotJudged
from mlgovern.globs import matcher

BATCH_BYTES = 32_000_000  # contents of one batch of a large repository
PAGE = 2000  # commits of one page of a long history


class Message(NamedTuple):
    """The raw message of the commit being made, or its beginning; `editor` tells whether git opened one for it."""

    raw: bytes
    editor: bool
    size: int = 0  # bytes of all of it


def message(git: Git, wants: Wants, stages: tuple[str, ...], text: Message) -> Snapshot:
    """The message of the commit being made alone."""
    facts = _here(git, stages)
    facts = facts._replace(unborn=not state.born(git, facts.branch))
    paths = listings.staged_paths(git, unborn=facts.unborn) if wants.asked("paths") else None
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
    changes, tracked, _ = listings.index(git, meanwhile)
    facts = _here(git, stages)._replace(unborn=changes is None)
    if changes is None:
        changes = [Change("A", file) for file in tracked.values()]
    for head in state.merge_heads(git):
        theirs = {change.file for change in listings.changes(git, head)}
        changes = [change for change in changes if change.file in theirs]
    if message is not None:
        facts = _writing(git, wants, facts, message, tuple(change.file.path for change in changes))
    removed = tuple(change.file.path for change in changes if change.status == "D")
    files = tuple(change.file for change in changes if change.status != "D")
    added = frozenset(change.file.path for change in changes if change.status == "A")
    facts = facts._replace(files=files, added=added, removed=removed, tracked=tracked)
    return next(_batches(git, wants, facts, budget=None))


def whole_index(
    git: Git, wants: Wants, stages: tuple[str, ...], inside: Iterable[str] = ()
) -> tuple[Iterator[Snapshot], tuple[NotJudged, ...]]:
    """Everything tracked, or what lies within some paths, in batches; and what cannot be judged there."""
    tracked, unmerged = listings.tracked(git)
    paths = tuple(inside)
    conflicts = [NotJudged(path, "it has merge conflicts") for path in unmerged]
    absent = [NotJudged(path, "nothing tracked lies there") for path in paths if not within(tracked, [path])]
    facts = _here(git, stages)._replace(files=tuple(within(tracked, paths).values()), tracked=tracked)
    return _batches(git, wants, facts), (*conflicts, *absent)


class Span(NamedTuple):
    """The commits of a push or a range: a selection such as `main..HEAD`, and the commit whose tree is judged."""

    selection: tuple[str, ...]
    tip: str
    updates: tuple[RefUpdate, ...] = ()


def commit_range(git: Git, wants: Wants, stages: tuple[str, ...], span: Span) -> Iterator[Snapshot]:
    """The commits of a span, oldest first, every version of a file that they bring, and the tip's tree.

    A long history comes in pages, then as a whole that names only what the tip still holds: memory stays flat.
    """
    from mlgovern.facts import history

    facts = _here(git, stages)._replace(updates=span.updates)
    if span.updates:
        facts = facts._replace(branches=state.branches(git))
    facts = facts._replace(heads=history.heads(git, wants, _judged(facts)))
    few = min(PAGE, wants.max_commits)
    commits = listings.commits(git, span.selection, few + 1)
    if len(commits) <= few:
        facts, changes = _with(git, wants, facts, commits)
        tracked = listings.tree(git, span.tip) if wants.files else {}
        yield from _batches(git, wants, _brought(facts._replace(tracked=tracked), changes))
        return
    facts, ids = _listed(git, wants, facts, span)
    touched: dict[str, str] = {}
    for start in range(0, len(ids), PAGE):
        commits = listings.named(git, ids[start : start + PAGE])
        page, changes = _with(git, wants, facts, commits)
        touched.update((change.file.path, touched.get(change.file.path, change.status)) for change in changes)
        page = _brought(page, changes)
        yield page._replace(files=(), scope="commits")
        if wants.files:
            yield from _parts(_weighed(git, wants, page))
    tracked = listings.tree(git, span.tip) if wants.files else {}
    rest = [Change(touched[path], tracked[path]) for path in touched if path in tracked]
    gone = [Change("D", File(path)) for path in touched if path not in tracked]
    whole = _brought(facts._replace(commits=tuple(commits), tracked=tracked), [*rest, *gone])
    yield _weighed(git, wants, whole).whole


def _with(git: Git, wants: Wants, facts: Snapshot, commits: list[Commit]) -> tuple[Snapshot, list[Change]]:
    """The facts with these commits, and what they change, where anybody looks at that."""
    changes: list[Change] = []
    if wants.files or wants.asked("paths"):
        changes = listings.brought(git, [commit.id for commit in commits if commit.id])
        paths: dict[str | None, list[str]] = {}
        for change in changes:
            paths.setdefault(change.file.commit, []).append(change.file.path)
        commits = [commit._replace(paths=tuple(paths.get(commit.id, ()))) for commit in commits]
    if wants.asked("signatures") or wants.asked("merges"):
        from mlgovern.facts import history

        commits = history.completed(git, wants, commits)
    boundary = state.boundary(git)
    complete = "pre-push" in facts.stages and boundary.isdisjoint(commit.id or "" for commit in commits)
    if boundary and not complete:  # what a push brings was made here; what a range lacks, nobody here can tell
        why = "this clone is shallow; `git fetch --unshallow` brings the history"
        facts = facts._replace(gaps=(*facts.gaps, NotJudged("commit range", why)))
    return facts._replace(commits=tuple(commits), known=_known(git, wants, commits)), changes


def _brought(facts: Snapshot, changes: list[Change]) -> Snapshot:
    removed = dict.fromkeys(c.file.path for c in changes if c.status == "D" and c.file.path not in facts.tracked)
    return facts._replace(
        files=tuple(change.file for change in changes if change.status != "D"),
        added=frozenset(change.file.path for change in changes if change.status == "A"),
        removed=tuple(removed),
    )


def _listed(git: Git, wants: Wants, facts: Snapshot, span: Span) -> tuple[Snapshot, list[str]]:
    """The ids of a long history, oldest first, and what is left out of it because it is too long."""
    ids = listings.ids(git, span.selection, wants.max_commits)
    if len(ids) < wants.max_commits:
        return facts, ids
    count = state.count(git, *span.selection)
    if count == len(ids):
        return facts, ids
    why = f"it has {count} commits, limits.max_commits is {wants.max_commits}: the newest were judged"
    return facts._replace(gaps=(*facts.gaps, NotJudged("commit range", why))), ids


def _judged(facts: Snapshot) -> tuple[str, ...]:
    """The branches under judgement: those that a push moves, else the one that is checked out."""
    if facts.updates:
        return tuple(update.branch for update in facts.updates if update.branch and not update.deletes)
    return () if facts.branch is None else (facts.branch,)


def branch(git: Git, wants: Wants, stages: tuple[str, ...], name: str | None, target: str | None = None) -> Snapshot:
    """A branch alone, by its name, among those that exist; `target` is where it is meant to go."""
    from mlgovern.facts import history

    facts = Snapshot(stages=stages, branch=name, target=target, operation=state.operation(git))
    heads = history.heads(git, wants, _judged(facts))
    return facts._replace(branches=state.branches(git), heads=heads)


def unmerged(git: Git) -> tuple[NotJudged, ...]:
    """The paths that a merge left in conflict: the index holds three versions, none of them the one to come."""
    return tuple(NotJudged(path, "it has merge conflicts") for path in listings.tracked(git)[1])


def pushed(git: Git, wants: Wants, lines: bytes, remote: str) -> tuple[tuple[RefUpdate, ...], list[Span]]:
    """The updates of a push from pre-push's standard input, and for each tip the commits that the remote lacks."""
    from mlgovern.facts import history

    updates: list[RefUpdate] = []
    for line in lines.decode("utf-8", "surrogateescape").splitlines():
        words = line.split(" ")
        if len(words) != 4:
            raise GitError("pre-push reads `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID` lines, as git writes them")
        updates.append(_update(git, RefUpdate(words[2], words[3], words[1], local=words[0])))
    told = history.updates(git, wants, tuple(updates))
    known = dict.fromkeys(update.old for update in told if update.forced is not None and not update.creates)
    tips = list(dict.fromkeys(update.new for update in told if not update.deletes))
    there = ("--not", *known, f"--remotes={remote}")
    return told, [Span((tip, *there, *tips[:number]), tip, told) for number, tip in enumerate(tips)]


def _update(git: Git, update: RefUpdate) -> RefUpdate:
    if update.creates or update.deletes:
        return update
    if state.resolve(git, update.old) is None:
        return update._replace(forced=None)
    return update._replace(forced=not git.holds("merge-base", "--is-ancestor", update.old, update.new))


def _writing(git: Git, wants: Wants, facts: Snapshot, message: Message, paths: tuple[str, ...] | None) -> Snapshot:
    """The facts with the commit that is being made."""
    asked = r"^(core\.comment(char|string)|commit\.cleanup|i18n\.commitencoding)$"
    config = state.settings(git, asked) if needs_config(message.raw) else {}
    comment = next((value for key, value in reversed(config.items()) if key.startswith("core.")), "#")
    cleanup, encoding = config.get("commit.cleanup", "default"), config.get("i18n.commitencoding", "")
    text = stored(message.raw, editor=message.editor, cleanup=cleanup, comment=comment, encoding=encoding)
    author, committer = state.people(git, asked=bool(wants.asked("people")))
    heads = state.merge_heads(git)
    parents = () if facts.unborn else ("HEAD", *heads)
    commit = Commit(text, None, parents, author, committer, paths, cut=message.size if message.size > MOST_BYTES else 0)
    return facts._replace(commits=(commit,), known=_known(git, wants, [commit]))


def _known(git: Git, wants: Wants, commits: Iterable[Commit]) -> frozenset[str] | None:
    """Which of the commits that messages say they revert exist; almost none say so."""
    if not wants.asked("reverts"):
        return None
    saying = [commit for commit in commits if "This reverts" in commit.message]
    if not saying:
        return frozenset()
    from mlgovern.facts import history

    return history.known(git, saying)


def _here(git: Git, stages: tuple[str, ...]) -> Snapshot:
    return Snapshot(stages=stages, branch=state.head_branch(git), operation=state.operation(git))


def within(tracked: Mapping[str, File], paths: Iterable[str]) -> dict[str, File]:
    """The tracked files at or below some paths; without a path, or at the top, all of them."""
    roots = [path.rstrip("/") for path in paths]
    if not roots or "." in roots or "" in roots:
        return dict(tracked)
    return {path: file for path, file in tracked.items() if any(path == r or path.startswith(r + "/") for r in roots)}


class _Weighed(NamedTuple):
    """A snapshot whose files have sizes, with what is consulted; and the blobs that are still to be read."""

    git: Git
    whole: Snapshot
    wanted: dict[str, int]  # bytes by blob


def _weighed(git: Git, wants: Wants, facts: Snapshot) -> _Weighed:
    consulted = _consulted(wants, facts)
    sizes = git.sizes(file.blob for file in [*facts.files, *consulted] if file.mode != SUBMODULE)
    files = tuple(file._replace(size=sizes.get(file.blob, -1)) for file in facts.files)
    reads = matcher(wants.reads)

    def readable(blob: str) -> bool:
        return 0 <= sizes.get(blob, -1) <= wants.max_file_bytes

    shared = _contents(git, {file.blob for file in consulted if readable(file.blob)})
    wanted = {file.blob for file in files if file.mode == SYMLINK or reads(file.path) is not None}
    left = {blob: sizes[blob] for blob in wanted if readable(blob) and blob not in shared}
    return _Weighed(git, facts._replace(files=files, contents=shared, scope="whole"), left)


def _batches(git: Git, wants: Wants, facts: Snapshot, budget: int | None = BATCH_BYTES) -> Iterator[Snapshot]:
    """The files of `facts` with sizes and contents: one snapshot, or the whole and then its parts."""
    weighed = _weighed(git, wants, facts)
    whole = weighed.whole
    if budget is None or sum(weighed.wanted.values()) <= budget:
        yield whole._replace(contents={**whole.contents, **_contents(git, set(weighed.wanted))}, scope="all")
        return
    yield whole
    if whole.commits:
        yield whole._replace(files=(), scope="commits")
    yield from _parts(weighed, budget)


def _parts(weighed: _Weighed, budget: int = BATCH_BYTES) -> Iterator[Snapshot]:
    """The files alone, in batches whose contents stay within a budget."""
    git, whole, wanted = weighed
    for batch in _cut(whole.files, wanted, budget):
        ids = {file.blob for file in batch} & wanted.keys()
        yield whole._replace(files=batch, contents={**whole.contents, **_contents(git, ids)}, scope="files")


def _cut(files: Iterable[File], wanted: dict[str, int], budget: int) -> Iterator[tuple[File, ...]]:
    """Runs of files whose contents stay within a budget; one that exceeds it is alone."""
    batch: list[File] = []
    total = 0
    for file in files:
        size = file.size if file.blob in wanted else 0
        if batch and total + size > budget:
            yield tuple(batch)
            batch, total = [], 0
        batch.append(file)
        total += size
    yield tuple(batch)


def _consulted(wants: Wants, facts: Snapshot) -> list[File]:
    """The tracked files that rules look into once something under judgement triggers them."""
    paths = [file.path for file in facts.files] + list(facts.removed)
    globs: list[str] = []
    for triggers, consults in wants.consults:
        fires: Callable[[str], object] = matcher(triggers)
        if any(fires(path) for path in paths):
            globs += consults
    if not globs:
        return []
    asked = matcher(dict.fromkeys(globs))
    return [file for file in facts.tracked.values() if asked(file.path) is not None]


def _contents(git: Git, ids: set[str]) -> dict[str, bytes]:
    blobs = git.objects(sorted(ids))
    return {blob.id: blob.data for blob in blobs if blob is not None}
