"""Kinds that speak of a whole tree or of a whole change: what has to be there, how much there may be, what belongs together."""

from collections.abc import Collection, Iterator
from typing import Literal

from mlgovern.custom.kinds import Kind
from mlgovern.custom.outcome import APART, HOLDS, Flaw, Outcome, fails, unknown
from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.fields import Covered, Fixed, Maximum, Needed
from mlgovern.finding import NotJudged, Place
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob

_WILD = frozenset("*?[{")
_EVERY = (Glob("**"),)


class Required(NamedTuple):
    """Paths that have to be there, each; or one of those of `any_of`."""

    globs: Needed[Glob] = ()
    any_of: Fixed[tuple[Glob, ...]] = ()


class Count(NamedTuple):
    """How many paths a commit, a change or the tree may have."""

    globs: Covered[Glob] = _EVERY
    max: Maximum = 0
    per: Fixed[Literal["commit", "change", "tree"]] = "change"


class Pair(NamedTuple):
    """A manifest, and the lock that answers to it."""

    manifest: Fixed[str] = ""
    lock: Fixed[str] = ""


def path_required(snapshot: Snapshot, settings: Required) -> Outcome:
    """A final `/` asks for a folder, that is for a tracked file below it."""
    flaws = [_missing(glob) for glob in settings.globs if not _there(snapshot, (glob,))]
    if settings.any_of and not _there(snapshot, settings.any_of):
        flaws.append(_missing(settings.any_of[0])._replace(what=f"none of {', '.join(settings.any_of)} is there"))
    return fails(*flaws) if flaws else HOLDS


def _there(snapshot: Snapshot, globs: tuple[str, ...]) -> bool:
    if any(glob in snapshot.tracked for glob in globs):
        return True
    return any(map(matcher(globs), snapshot.tracked))


def _missing(glob: str) -> Flaw:
    place = Place(glob) if _WILD.isdisjoint(glob) else Place()
    return Flaw(f"{glob} is missing", place, {"path": glob}, glob)


def count_max(snapshot: Snapshot, commit: Commit | None, settings: Count) -> Outcome:
    """Paths count once, however many versions of them there are."""
    paths: Collection[str] | None = commit.paths if commit else None
    if commit is None:
        changed = [*(file.path for file in snapshot.files), *snapshot.removed]
        paths = snapshot.tracked if settings.per == "tree" else dict.fromkeys(changed)
    if paths is None:
        return unknown(NotJudged("the paths of a commit", "they are judged with its files", expected=False))
    count = sum(1 for path in paths if matcher(settings.globs)(path))
    if count <= settings.max:
        return HOLDS
    what = f"the {settings.per} has {count:,} such paths, {settings.max:,} are the most"
    return fails(
        Flaw(what, Place(commit=commit and commit.id), {"count": str(count), "max": str(settings.max)}, "count")
    )


def lockfile_fresh(snapshot: Snapshot, settings: Pair) -> Outcome:
    """A lock of a known format is compared with its manifest; of any other, both have to change together."""
    from mlgovern.rules.lockfiles.pairs import pairs, verdict
    from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale, Unknown

    manifest, lock = settings.manifest, settings.lock
    changed = {*(file.path for file in snapshot.files), *snapshot.removed}
    if manifest not in snapshot.tracked or changed.isdisjoint((manifest, lock)):
        return APART
    if lock not in snapshot.tracked:
        return fails(_of_pair(f"{lock}, which answers to {manifest}, is missing", settings))
    pair = next((one for one in pairs(snapshot) if one.lock == lock and manifest in one.sources), None)
    said = verdict(snapshot, pair) if pair else None
    if isinstance(said, Fresh):
        return HOLDS
    if isinstance(said, Stale):
        return fails(_of_pair(f"{lock} does not answer to {manifest}: {said.reasons[0].text}", settings))
    if isinstance(said, Broken):
        return fails(_of_pair(f"{said.path or (manifest if said.cause == 'manifest' else lock)}: {said.why}", settings))
    if isinstance(said, Unknown):
        return unknown(NotJudged(lock, said.why))
    return HOLDS if lock in changed else fails(_of_pair(f"{manifest} was changed, {lock} was not", settings))


def _locks(_settings: Pair) -> tuple[str, ...]:
    """The globs of what is read to compare a lock of a known format."""
    from mlgovern.rules.lockfiles.names import GLOBS

    return GLOBS


def _of_pair(what: str, settings: Pair) -> Flaw:
    return Flaw(what, Place(settings.lock), settings._asdict(), settings.lock)


def wrong_pair(settings: Pair) -> Iterator[tuple[str, str]]:
    """Both paths are needed, as Git writes them."""
    for key, path in settings._asdict().items():
        if path.startswith(("/", "./", "../")) or "\\" in path or not _WILD.isdisjoint(path):
            yield key, f"'{key}' is the path of one file, from the top of the repository"


DEFINED = {
    "path.required": Kind(
        Required(), "tree", path_required, (("globs", "any_of"),), mend="a file has to be there that fits {path}"
    ),
    "count.max": Kind(Count(), "change", count_max, mend="split it"),
    "lockfile.fresh": Kind(
        Pair(),
        "pair",
        lockfile_fresh,
        (("manifest",), ("lock",)),
        wrong_pair,
        consults=_locks,
        triggers=lambda settings: (*_locks(settings), settings.manifest, settings.lock),
        mend="lock anew, and git add {manifest} {lock}",
    ),
}
