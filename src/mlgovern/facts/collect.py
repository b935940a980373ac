"""Git state to Snapshot: what each stage judges, gathered with as few git calls as possible.

Contents come from the index or from commits, never from the work tree.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from mlgovern.errors import GitError
from mlgovern.facts import listings, state
from mlgovern.facts.git import Git
from mlgovern.facts.listings import Change
from mlgovern.facts.message import needs_config, stored
from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, Commit, File, RefUpdate, Snapshot, Wants
from mlgovern.finding import NotJudged
from mlgovern.globs import matcher

BATCH_BYTES = 32_000_000  # contents of one batch of a large repository


def message(git: Git, raw: bytes, *, editor: bool, stages: tuple[str, ...] = ("commit-msg",)) -> Snapshot:
    """The message of the commit being made alone; `editor` tells whether git opened one."""
    facts, commit = _here(git, stages), _being_made(git, raw, editor=editor)
    if state.born(git, facts.branch):
        return facts._replace(commits=(commit,))
    return facts._replace(unborn=True, commits=(commit._replace(parents=()),))


class Message(NamedTuple):
    """The raw message of the commit being made; `editor` tells whether git opened one for it."""

    raw: bytes
    editor: bool


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
        commit = _being_made(git, message.raw, editor=message.editor)
        facts = facts._replace(commits=(commit._replace(parents=()) if facts.unborn else commit,))
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
    """The commits of a span, every version of a file that they bring, and the tip's tree."""
    commits = listings.commits(git, span.selection, wants.max_commits)
    changes = listings.brought(git, [commit.id for commit in commits if commit.id])
    tracked = listings.tree(git, span.tip)
    removed = dict.fromkeys(c.file.path for c in changes if c.status == "D" and c.file.path not in tracked)
    facts = _here(git, stages)._replace(
        commits=tuple(commits),
        updates=span.updates,
        branches=state.branches(git) if span.updates else (),
        files=tuple(change.file for change in changes if change.status != "D"),
        added=frozenset(change.file.path for change in changes if change.status == "A"),
        removed=tuple(removed),
        tracked=tracked,
    )
    return _batches(git, wants, facts)


def unmerged(git: Git) -> tuple[NotJudged, ...]:
    """The paths that a merge left in conflict: the index holds three versions, none of them the one to come."""
    return tuple(NotJudged(path, "it has merge conflicts") for path in listings.tracked(git)[1])


def pushed(git: Git, lines: bytes, remote: str) -> tuple[tuple[RefUpdate, ...], tuple[str, ...]]:
    """The updates of a push from pre-push's standard input, and the selection of commits that the remote lacks."""
    updates: list[RefUpdate] = []
    for line in lines.decode("utf-8", "surrogateescape").splitlines():
        words = line.split(" ")
        if len(words) != 4:
            raise GitError("pre-push reads `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID` lines, as git writes them")
        updates.append(_update(git, words[2], words[3], words[1]))
    tips = dict.fromkeys(update.new for update in updates if not update.deletes)
    known = dict.fromkeys(update.old for update in updates if update.forced is not None and not update.creates)
    return tuple(updates), (*tips, "--not", *known, f"--remotes={remote}") if tips else ()


def _update(git: Git, ref: str, old: str, new: str) -> RefUpdate:
    update = RefUpdate(ref, old, new)
    if update.creates or update.deletes:
        return update
    if state.resolve(git, old) is None:
        return update._replace(forced=None)
    return update._replace(forced=not git.holds("merge-base", "--is-ancestor", old, new))


def _being_made(git: Git, raw: bytes, *, editor: bool) -> Commit:
    asked = r"^(core\.comment(char|string)|commit\.cleanup)$"
    config = state.settings(git, asked) if needs_config(raw) else {}
    comment = next((value for key, value in reversed(config.items()) if key.startswith("core.")), "#")
    text = stored(raw, editor=editor, cleanup=config.get("commit.cleanup", "default"), comment=comment)
    return Commit(text, parents=("HEAD", *state.merge_heads(git)))


def _here(git: Git, stages: tuple[str, ...]) -> Snapshot:
    return Snapshot(stages=stages, branch=state.head_branch(git), operation=state.operation(git))


def within(tracked: Mapping[str, File], paths: Iterable[str]) -> dict[str, File]:
    """The tracked files at or below some paths; without a path, or at the top, all of them."""
    roots = [path.rstrip("/") for path in paths]
    if not roots or "." in roots or "" in roots:
        return dict(tracked)
    return {path: file for path, file in tracked.items() if any(path == r or path.startswith(r + "/") for r in roots)}


def _batches(git: Git, wants: Wants, facts: Snapshot, budget: int | None = BATCH_BYTES) -> Iterator[Snapshot]:
    """The files of `facts` with sizes and contents: one snapshot, or the whole and then its batches."""
    consulted = _consulted(wants, facts)
    sizes = git.sizes(file.blob for file in [*facts.files, *consulted] if file.mode != SUBMODULE)
    files = tuple(file._replace(size=sizes.get(file.blob, -1)) for file in facts.files)
    reads = matcher(wants.reads)

    def readable(blob: str) -> bool:
        return 0 <= sizes.get(blob, -1) <= wants.max_file_bytes

    wanted = {file.blob for file in files if file.mode == SYMLINK or reads(file.path) is not None}
    shared = _contents(git, {file.blob for file in consulted if readable(file.blob)})
    wanted = {blob for blob in wanted if readable(blob)} - shared.keys()
    if budget is None or sum(sizes[blob] for blob in wanted) <= budget:
        yield facts._replace(files=files, contents={**shared, **_contents(git, wanted)})
        return
    yield facts._replace(files=files, contents=shared, scope="whole")
    for batch in _cut(files, wanted, budget):
        ids = {file.blob for file in batch} & wanted
        yield facts._replace(files=batch, contents={**shared, **_contents(git, ids)}, scope="batch")


def _cut(files: Iterable[File], wanted: set[str], budget: int) -> Iterator[tuple[File, ...]]:
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
