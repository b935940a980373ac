"""The rules about a lock and its manifest."""

from collections.abc import Iterator
from posixpath import basename
from typing import Literal

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Fixed
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.gitignore import gather
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.lockfiles.mends import asking, first_lock, legible, lock_again, repair, take_back
from mlgovern.rules.lockfiles.names import ENDINGS, beside, is_lock
from mlgovern.rules.lockfiles.pairs import Pair, manifest_flaw, pairs, touched, verdict
from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Reason, Stale, Unknown
from mlgovern.rules.lockfiles.wanting import Locks, wanting

MOST_REASONS = 5  # in one message


class Compared(NamedTuple):
    """`run_tool`: in CI, uv may be asked about a uv.lock that is not judged; `tool` is its absolute path, else PATH's."""

    exempt: Allowed[Glob] = ()  # locks that are none, such as test data
    run_tool: Fixed[Literal["never", "on-unknown"]] = "never"
    tool: Fixed[str] = ""


def missing_lockfile(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """A manifest asks for packages, and no lock records which versions.

    Why: without a lock every install may get other versions, so neither a result nor an error can be repeated.
    Mend: uv lock && git add uv.lock
    """
    if settings.kind == "library":
        return
    for manifest, choices in wanting(snapshot, settings):
        if isinstance(choices, Unknown):
            yield NotJudged(manifest, choices.why)
            continue
        name = basename(manifest)
        message = f"{name} asks for packages, but no lock beside it records their versions; {choices[0]} would"
        yield Finding(message, Place(manifest, 1), first_lock(manifest, choices[0]), key=manifest)


def stale_lockfile(snapshot: Snapshot, settings: Compared) -> Verdicts:
    """The lock was made for another manifest than the one beside it.

    Why: an install from the lock is not what the manifest says, and the next person to lock gets changes that are not theirs.
    Mend: uv lock && git add uv.lock
    """
    for pair in _judged(snapshot, settings):
        said = verdict(snapshot, pair)
        if isinstance(said, Unknown):
            yield NotJudged(pair.lock, said.why + asking(pair, said))
        elif isinstance(said, Stale):
            message = _unstaged(snapshot, pair) + _differences(said.reasons)
            yield Finding(message, _place(pair, said.reasons[0]), lock_again(snapshot, pair), key=pair.lock)
        elif isinstance(said, Fresh) and said.why:
            yield NotJudged(pair.lock, said.why, expected=False)


def broken_lockfile(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """The lock, or its manifest, cannot be used: it does not parse, or an entry that something needs is not there.

    Why: most tools compare a hash of the manifest only, so a lock that a merge or an editor broke still counts as fresh.
    Mend: make the lock anew with the tool that wrote it
    """
    told = set()
    for pair in _judged(snapshot, settings):
        said = verdict(snapshot, pair)
        if isinstance(said, Broken):
            manifest = said.path or pair.manifest if said.cause == "manifest" else ""
            path = manifest or pair.lock
            told.add(path)
            yield Finding(_flaw(path, said), Place(path, said.line or 1), repair(snapshot, pair, said), key=pair.lock)
    exempt = matcher(settings.exempt)
    for path in sorted(touched(snapshot) - told):
        judged = (
            path in snapshot.tracked and not exempt(path) and "{{" not in path
        )  # in a template, nothing is TOML yet
        read = manifest_flaw(snapshot, path) if judged else None
        if read is not None:
            yield Finding(_flaw(path, read), Place(path, read.line or 1), legible(path, read), key=path)


def _flaw(path: str, said: Broken) -> str:
    where = f" line {said.line}" if said.line else ""
    return f"{basename(path)}{where}: {said.why}"


def ignored_lockfile(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """`.gitignore` hides the lock.

    Why: a lock that Git does not see is missing in the next clone, or is left out when somebody adds it anew.
    Mend: take the pattern out of .gitignore, or write `!uv.lock` below it
    """
    changed = touched(snapshot) | {file.path for file in snapshot.files if file.name == ".gitignore"}
    if settings.kind == "library" or not changed:
        return
    ignores, unread = gather(snapshot)
    yield from unread
    exempt = matcher(settings.exempt)
    locks = [
        path for path in snapshot.tracked if path.endswith(ENDINGS) and is_lock(basename(path)) and not exempt(path)
    ]
    for path in locks:
        source = ignores.ignored(path)
        if source and (path in changed or source.file in changed):
            message = f"{path} is tracked, yet {source.file} line {source.line} ignores it: removed once, it stays away unseen"
            mend = take_back(ignores, "", path, source, tracked=True)
            yield Finding(message, Place(source.file, source.line), mend, path, Severity.WARNING)
    for manifest, choices in wanting(snapshot, settings):
        if isinstance(choices, Unknown):
            continue  # missing-lockfile says so
        for path in [beside(manifest, name) for name in choices]:
            source = ignores.ignored(path)
            if source:
                message = f"{path} is ignored by {source.file} line {source.line}, so the next clone lacks it"
                mend = take_back(ignores, manifest, path, source, tracked=False)
                yield Finding(message, Place(source.file, source.line), mend, path)


def _judged(snapshot: Snapshot, settings: Locks | Compared) -> Iterator[Pair]:
    exempt = matcher(settings.exempt)
    return (pair for pair in pairs(snapshot) if not exempt(pair.lock) and "{{" not in pair.lock)


def _unstaged(snapshot: Snapshot, pair: Pair) -> str:
    """The commonest cause, said first: one of the two was staged without the other."""
    staged = {file.path for file in snapshot.files}
    source = next((path for path in pair.sources if path in staged), None)
    if "pre-commit" not in snapshot.stages or source is None or pair.lock in staged:
        return ""
    return f"{basename(source)} is staged, {basename(pair.lock)} is not: "


def _differences(reasons: tuple[Reason, ...]) -> str:
    more = len(reasons) - MOST_REASONS
    return "; ".join(reason.text for reason in reasons[:MOST_REASONS]) + (f"; and {more} more" if more > 0 else "")


def _place(pair: Pair, reason: Reason) -> Place:
    if reason.line:
        return Place(reason.path or pair.manifest, reason.line)
    return Place(pair.lock, reason.lock_line or 1)
