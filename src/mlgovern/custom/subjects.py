"""What conditions speak of, where that is at hand, and which of it a rule means by its `when`."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mlgovern.custom.definition import Selection, When
from mlgovern.facts.snapshot import Ask, File, Snapshot
from mlgovern.finding import NotJudged, Place
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import COMMIT_STAGES, FILE_STAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.commits.exempt import Subject as Message

Under = Iterator[tuple[dict[str, str], Any, Place]]  # what its author may name, the thing itself, where it is


class Subject(NamedTuple):
    """What is under judgement of one sort; where that is, and which names of it a message may hold."""

    stages: tuple[str, ...]
    names: tuple[str, ...]
    under: Callable[[Snapshot, Selection], Under]
    files: bool = True
    asks: tuple[Ask, ...] = ()


def applies(snapshot: Snapshot, when: When) -> bool:
    """Whether a rule speaks of this work at all; which paths it means is told subject by subject."""
    branches, targets = _where(snapshot)
    return (
        _selected(when.stage, snapshot.stages) and _selected(when.branch, branches) and _selected(when.target, targets)
    )


def unsaid(snapshot: Snapshot, name: str, when: When) -> Iterator[NotJudged]:
    """What has to be said of a rule that does not apply because nobody here knows a branch."""
    if {"ci", "pre-receive"}.isdisjoint(snapshot.stages) or not _selected(when.stage, snapshot.stages):
        return
    for selection, names, what in zip((when.branch, when.target), _where(snapshot), ("branch", "target"), strict=True):
        if selection.only and not names:
            yield NotJudged(name, f"no {what} is known here", expected=False)


def _where(snapshot: Snapshot) -> tuple[list[str], list[str]]:
    """The branches that the work is on, and those that it is meant for: a push is meant for what it moves."""
    pushed = [update.branch for update in snapshot.updates if update.branch]
    branches = pushed or ([snapshot.branch] if snapshot.branch else [])
    return branches, [snapshot.target] if snapshot.target else pushed


def _selected(selection: Selection, names: Iterable[str] | None) -> bool:
    """Whether one of the names is chosen. What is unknown (None) is; of no names, only what excludes others is true."""
    if selection == Selection() or names is None:
        return True
    found = [*names]
    return any(map(_chosen(selection), found)) if found else not selection.only


def _chosen(selection: Selection) -> Callable[[str], bool]:
    only, but = matcher(selection.only), matcher(selection.not_)
    return lambda name: (not selection.only or bool(only(name))) and not but(name)


def _commits(snapshot: Snapshot, paths: Selection) -> Under:
    from mlgovern.rules.commits.exempt import subjects

    for message in subjects(snapshot):
        if _selected(paths, message.commit.paths):
            yield _of_commit(message), message, Place(commit=message.commit.id)


def _changes(snapshot: Snapshot, paths: Selection) -> Under:
    for commit in snapshot.commits:
        if _selected(paths, commit.paths):
            yield {"commit": _short(commit.id)}, commit, Place(commit=commit.id)


def _files(snapshot: Snapshot, paths: Selection) -> Under:
    chosen = _chosen(paths)
    for file in snapshot.files:
        if chosen(file.path):
            yield _of_file(file), file, Place(file.path, commit=file.commit)


def _branches(snapshot: Snapshot, paths: Selection) -> Under:
    names = [snapshot.branch] if snapshot.branch else []
    if snapshot.updates:
        names = [update.branch for update in snapshot.updates if update.branch and not update.deletes]
    for name in names if _touched(snapshot, paths) else ():
        yield {"branch": name, "target": snapshot.target or ""}, name, Place(branch=name)


def _tags(snapshot: Snapshot, paths: Selection) -> Under:
    names = [update.tag for update in snapshot.updates if update.tag and not update.deletes]
    for name in names if _touched(snapshot, paths) else ():
        yield {"tag": name}, name, Place()


def _whole(snapshot: Snapshot, paths: Selection) -> Under:
    """The tree, or the change: where no file is under judgement, neither is."""
    if (snapshot.files or snapshot.removed) and _touched(snapshot, paths):
        yield {}, None, Place()


def _touched(snapshot: Snapshot, paths: Selection) -> bool:
    return _selected(paths, (*(file.path for file in snapshot.files), *snapshot.removed))


def _of_commit(message: "Message") -> dict[str, str]:
    author = message.commit.author
    known = {"subject": message.text, "author": author.name, "email": author.email}
    return {**known, "commit": _short(message.commit.id)}


def _of_file(file: File) -> dict[str, str]:
    folder = file.path.rpartition("/")[0] or "."
    known = {"path": file.path, "name": file.name, "folder": folder, "size": str(max(file.size, 0))}
    return {**known, "commit": _short(file.commit)}


def _short(commit: str | None) -> str:
    return commit[:12] if commit else "this commit"


_PERSONAL = ("commit", "subject", "author", "email")
_ABOUT = (("reverts",),)
_REMOTE = ("pre-push", "ci", "pre-receive")

SUBJECTS = {
    "message": Subject(COMMIT_STAGES, _PERSONAL, _commits, files=False, asks=_ABOUT),
    "commit": Subject(COMMIT_STAGES, _PERSONAL, _commits, files=False, asks=_ABOUT),
    "branch": Subject(_REMOTE, ("branch", "target"), _branches, files=False),
    "tag": Subject(("pre-push", "pre-receive"), ("tag",), _tags, files=False),
    "file": Subject(FILE_STAGES, ("path", "name", "folder", "commit", "size"), _files),
    "tree": Subject(FILE_STAGES, ("path",), _whole),
    "change": Subject(FILE_STAGES[:-1], ("count", "max"), _whole),  # an audit is none
    "counted tree": Subject(FILE_STAGES, ("count", "max"), _whole),
    "changes": Subject(_REMOTE, ("commit", "count", "max"), _changes, asks=(("paths",),)),
    "pair": Subject(FILE_STAGES, ("manifest", "lock"), _whole),
}
