"""The files under judgement with their sizes and contents, in batches where they are too many to hold at once."""

from collections.abc import Callable, Iterable, Iterator

from mlgovern.facts import state
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, File, Snapshot, Wants, origins
from mlgovern.facts.vouched import MUCH, vouched
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple

BATCH_BYTES = 32_000_000  # contents of one batch of a large repository


class Weighed(NamedTuple):
    """A snapshot whose files have sizes, with what is consulted; and the blobs that are still to be read."""

    git: Git
    whole: Snapshot
    wanted: dict[str, int]  # bytes by blob
    total: int  # of these bytes


def weighed(git: Git, wants: Wants, facts: Snapshot) -> Weighed:
    """The files of `facts` with their sizes, and what is consulted; the rest is still to be read."""
    consulted = [*_consulted(wants, facts), *_templates(wants, facts)]
    if wants.asked("before") and facts.origins is None:
        facts = facts._replace(origins=origins(facts.files))
    replaced = _replaced(facts, facts.files)
    sizes = git.sizes([*(f.blob for f in [*facts.files, *consulted] if f.mode != SUBMODULE), *replaced])
    files = tuple(file._replace(size=sizes.get(file.blob, -1)) for file in facts.files)
    reads = matcher(wants.reads)

    def readable(blob: str) -> bool:
        return 0 <= sizes.get(blob, -1) <= wants.max_file_bytes

    shared = _contents(git, set(filter(readable, (*(file.blob for file in consulted), *_replaced(facts, consulted)))))
    wanted = {file.blob for file in files if file.mode == SYMLINK or reads(file.path) is not None}
    wanted.update(replaced)
    left = {blob: sizes[blob] for blob in wanted if readable(blob) and blob not in shared}
    config = state.values(git, [key for ask in wants.asked("config") for key in ask])
    if wants.asked("environments"):
        from mlgovern.facts.environments import environments

        facts = facts._replace(environments=environments(git, wants, facts))
    return Weighed(
        git, facts._replace(files=files, contents=shared, config=config, scope="whole"), left, sum(left.values())
    )


def batches(git: Git, wants: Wants, facts: Snapshot, budget: int | None = BATCH_BYTES) -> Iterator[Snapshot]:
    """The files of `facts` with sizes and contents: one snapshot, or the whole and then its parts."""
    sized = weighed(git, wants, facts)
    whole = sized.whole
    if budget is None or sized.total <= budget:
        yield at_once(sized)
        return
    yield whole
    if whole.commits:
        yield whole._replace(files=(), scope="commits")
    yield from parts(sized, budget)


def at_once(sized: Weighed) -> Snapshot:
    """Everything in one snapshot."""
    whole = sized.whole
    return whole._replace(contents={**whole.contents, **_left(sized, whole.files)}, scope="all")


def parts(sized: Weighed, budget: int = BATCH_BYTES) -> Iterator[Snapshot]:
    """The files alone, in batches whose contents stay within a budget."""
    return (part(sized, batch) for batch in cut(sized, budget))


def part(sized: Weighed, batch: tuple[File, ...]) -> Snapshot:
    """Some of the files alone."""
    whole = sized.whole
    return whole._replace(files=batch, contents={**whole.contents, **_left(sized, batch)}, scope="files")


def cut(sized: Weighed, budget: int) -> Iterator[tuple[File, ...]]:
    """Runs of files whose contents, each once, stay within a budget; one that exceeds it is alone."""
    batch: list[File] = []
    held: set[str] = set()
    total = 0
    for file in sized.whole.files:
        own = {file.blob, *_replaced(sized.whole, (file,))} & sized.wanted.keys()
        more = sum(sized.wanted[blob] for blob in own - held)
        if batch and total + more > budget:
            yield tuple(batch)
            batch, held, total, more = [], set(), 0, sum(sized.wanted[blob] for blob in own)
        batch.append(file)
        held |= own
        total += more
    yield tuple(batch)


def _consulted(wants: Wants, facts: Snapshot) -> list[File]:
    """The tracked files that rules look into once something under judgement triggers them."""
    paths = [file.path for file in facts.files] + list(facts.removed)
    globs: list[str] = []
    for triggers, consults in wants.consults:
        fires: Callable[[str], object] = matcher(triggers)
        if any(fires(path) for path in paths):
            globs += consults
    named = [glob for ask in wants.asked("contents") for glob in ask]
    if not (globs or named):
        return []
    asked, spoken_of = matcher(dict.fromkeys(globs)), matcher(dict.fromkeys(named), nocase=True)
    return [file for file in facts.tracked.values() if asked(file.path) is not None or spoken_of(file.path) is not None]


def _templates(wants: Wants, facts: Snapshot) -> list[File]:
    """The tracked files that are called like an env file of the developer's own, and what those under judgement were."""
    if not facts.own:
        return []
    named = matcher(dict.fromkeys(name for ask in wants.asked("own-env") for name in ask), nocase=True)
    replaced = [file._replace(blob=file.before) for file in facts.files if file.before]
    return [file for file in (*facts.tracked.values(), *replaced) if named(file.name)]


def _left(sized: Weighed, files: tuple[File, ...]) -> dict[str, bytes]:
    """The bytes of some files and of what they replace; where all is much, those from the work tree that it holds as well."""
    ids = {*(file.blob for file in files), *_replaced(sized.whole, files)} & sized.wanted.keys()
    near = vouched(sized.git, (file for file in files if file.blob in ids)) if sized.total >= MUCH else {}
    return {**near, **_contents(sized.git, ids - near.keys())}


def _replaced(facts: Snapshot, files: Iterable[File]) -> list[str]:
    """What some files replace, and what the change began with at their paths, where somebody asked for that."""
    if facts.origins is None:
        return []
    return [blob for file in files for blob in (file.before, *facts.origins.get(file.path, ())) if blob]


def _contents(git: Git, ids: set[str]) -> dict[str, bytes]:
    blobs = git.objects(sorted(ids))
    return {blob.id: blob.data for blob in blobs if blob is not None}
