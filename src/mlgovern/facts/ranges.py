"""The commits of a range, and every version of a file that they bring."""

from collections.abc import Callable, Iterator

from mlgovern.facts import listings, state
from mlgovern.facts.batches import batches, parts, weighed
from mlgovern.facts.collect import here, judged, known, with_env_files, with_own_files
from mlgovern.facts.git import Git
from mlgovern.facts.listings import Change
from mlgovern.facts.snapshot import Commit, File, Snapshot, Wants, origins
from mlgovern.finding import NotJudged
from mlgovern.record import NamedTuple

PAGE = 2000  # commits of one page of a long history


class Span(NamedTuple):
    """The commits of a range: a selection such as `main..HEAD`, and the commit whose tree is judged."""

    selection: tuple[str, ...]
    tip: str
    facts: Snapshot | None = None  # what is known of the whole that it is a part of, such as a push
    seen_to: bool = False  # that its history is all here, or that it is said where it is not


def commit_range(
    git: Git, wants: Wants, stages: tuple[str, ...], span: Span, meanwhile: Callable[[], None] = lambda: None
) -> Iterator[Snapshot]:
    """The commits of a span, oldest first, every version of a file that they bring, and the tip's tree.

    A long history comes in pages, then as a whole that names only what the tip still holds: memory stays flat.
    `meanwhile` is called while git is at work.
    """
    few = min(PAGE, wants.max_commits)
    commits = listings.commits(git, span.selection, few + 1, meanwhile)
    facts = span.facts or among(git, wants, here(git, wants, stages))
    if len(commits) > few:
        facts, ids = _listed(git, wants, facts, span)
        yield from _paged(git, wants, facts, ids, span)
    else:
        facts, changes = _with(git, wants, facts, commits, seen_to=span.seen_to)
        if any(len(commit.parents) > 1 for commit in commits):
            changes += _brought_back(git, wants, span, changes)
        facts = facts._replace(tracked=_tree(git, wants, span.tip))
        yield from batches(git, wants, with_env_files(git, wants, _brought(facts, changes)))


def merged(git: Git, wants: Wants, facts: Snapshot, tip: str) -> Iterator[Snapshot]:
    """The files of a merge that none of its parents has so; from the trees, since a clone may hide whose parents they are."""
    parents = listings.recorded(git, [tip])[tip].parents
    theirs = [listings.tree(git, parent) for parent in parents]
    tracked = listings.tree(git, tip)
    files = [
        file._replace(commit=tip, before=next((tree[path].blob for tree in theirs if path in tree), ""))
        for path, file in tracked.items()
        if not any(path in tree and tree[path][:3] == file[:3] for tree in theirs)
    ]
    added = frozenset(file.path for file in files if not file.before)
    yield from batches(git, wants, facts._replace(files=tuple(files), added=added, tracked=tracked))


def among(git: Git, wants: Wants, facts: Snapshot) -> Snapshot:
    """The facts with the branches beside those under judgement, where a rule asks for them."""
    if not wants.asked("heads"):
        return facts
    from mlgovern.facts import history

    return facts._replace(heads=history.heads(git, wants, judged(facts)))


def _brought_back(git: Git, wants: Wants, span: Span, changes: list[Change]) -> list[Change]:
    """What a merge takes over from the past: A has it no more, and no commit of `A..B` brings it."""
    start, dots, _ = span.selection[0].partition("..")
    base = state.merge_base(git, start, span.tip) if dots and (wants.files or wants.asked("paths")) else None
    if base is None:
        return []
    seen = {(change.file.path, change.file.blob) for change in changes if change.status != "D"}
    there = {(change.file.path, change.file.blob) for change in listings.between(git, start, span.tip)}
    new = there - seen
    found = [change for change in listings.between(git, base, span.tip) if change.status != "D"]
    return [change for change in found if (change.file.path, change.file.blob) in new]


def _tree(git: Git, wants: Wants, tip: str) -> dict[str, File]:
    return listings.tree(git, tip) if wants.files or wants.asked("tracked") else {}


def _paged(git: Git, wants: Wants, facts: Snapshot, ids: list[str], span: Span) -> Iterator[Snapshot]:
    commits: list[Commit] = []
    touched: dict[str, str] = {}
    early = _tree(git, wants, span.tip) if wants.asked("tracked") else {}  # else memory is kept free for the pages
    facts = with_own_files(git, wants, facts, lambda: early or _tree(git, wants, span.tip))
    if wants.asked("before"):
        pages = (listings.brought(git, ids[start : start + PAGE]) for start in range(0, len(ids), PAGE))
        facts = facts._replace(
            origins=origins(change.file for page in pages for change in page if change.status != "D")
        )
    for start in range(0, len(ids), PAGE):
        commits = listings.named(git, ids[start : start + PAGE])
        page, changes = _with(git, wants, facts, commits, seen_to=span.seen_to)
        touched.update((change.file.path, touched.get(change.file.path, change.status)) for change in changes)
        page = with_env_files(git, wants, _brought(page, changes))
        yield page._replace(files=(), tracked=early, scope="commits")
        if wants.files:
            yield from parts(weighed(git, wants, page))
    tracked = early or _tree(git, wants, span.tip)
    held = [Change(status, tracked[path]) for path, status in touched.items() if path in tracked]
    back = _brought_back(git, wants, span, held)
    if back:
        touched.update((change.file.path, change.status) for change in back)
        page = with_env_files(git, wants, _brought(facts._replace(tracked=early), back))
        yield from parts(weighed(git, wants, page))
    rest = [Change(touched[path], tracked[path]) for path in touched if path in tracked]
    gone = [Change("D", File(path)) for path in touched if path not in tracked]
    whole = _brought(facts._replace(commits=tuple(commits), tracked=tracked), [*rest, *gone])
    yield weighed(git, wants, with_env_files(git, wants, whole)).whole


def _with(
    git: Git, wants: Wants, facts: Snapshot, commits: list[Commit], *, seen_to: bool
) -> tuple[Snapshot, list[Change]]:
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
    if (
        boundary and not complete and not seen_to
    ):  # what a push brings was made here; what a range lacks, nobody here can tell
        why = "this clone is shallow; `git fetch --unshallow` brings the history"
        facts = facts._replace(gaps=(*facts.gaps, NotJudged("commit range", why)))
    return facts._replace(commits=tuple(commits), known=known(git, wants, commits)), changes


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
