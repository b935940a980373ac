"""hyperscan, where it is installed, for much at once: it points at what is worth judging. Without it, all is judged the same, later.

Its database takes longer to make than to use, so it is kept, for the very version and processor that it was made on.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from tempfile import mkstemp
from typing import Any

from mlgovern import engine
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import Snapshot
from mlgovern.policy.model import SECRETS, Policy
from mlgovern.regular import ours
from mlgovern.rules.secrets.names import with_those_of_compose
from mlgovern.rules.secrets.screen import SILENT, UNMARKED, Finder, Screen
from mlgovern.rules.secrets.sweep import Expression, Sweep, expressions

_MUCH = 5_000_000  # bytes from which on the engine is worth its start
_MOST_FOUND = 100_000  # places in one text
_PREFIX = "hyperscan-"
_MOST_BYTES = 20_000_000


def screened(git: Git | None, policy: Policy, snapshots: Iterable[Snapshot], only: Iterable[str]) -> Iterator[Snapshot]:
    """The snapshots of versions of files, the large ones with what is known of their secrets without a scan.

    Without a repository the database is made anew: what one keeps may be anybody's. Versions of the same files share their
    lines, so that it is worth while without the engine, too.
    """
    screens: list[Screen] | None = None
    for snapshot in snapshots:
        if sum(map(len, snapshot.contents.values())) < _MUCH:
            yield snapshot
            continue
        if screens is None:
            screens = screens_of(policy, snapshot, only, finder(git))
        yield hushed(snapshot, screens)


def screens_of(policy: Policy, base: Snapshot, only: Iterable[str], finder: Finder | None) -> list[Screen]:
    """A screen for each way in which rules of the secrets family tell environment files, in trees like that of a snapshot."""
    chosen = engine.enabled(policy, base.stages, only)
    ours = [rule for rule, one in chosen if one.outline.family == SECRETS and one.outline.each == "file"]
    kinds = dict.fromkeys((it.env_files, it.secrets) for it in (engine.settings(policy, rule) for rule in ours))
    return [Screen(with_those_of_compose(base, env_files), finder, secrets) for env_files, secrets in kinds]


def quick_screens(git: Git, policy: Policy, base: Snapshot, only: Iterable[str]) -> list[Screen]:
    """The same for files that share nothing, which only the engine looks at faster than a scan; none without it."""
    quick = finder(git)
    return [] if quick is None else screens_of(policy, base, only, quick)


def hushed(snapshot: Snapshot, screens: list[Screen]) -> Snapshot:
    """The snapshot with what every screen tells of its files."""
    files = [file for file in snapshot.files if file.blob in snapshot.contents]
    told = [screen.told((file.path, snapshot.contents[file.blob]) for file in files) for screen in screens]
    said = [*zip(files, map(min, zip(*told, strict=True)), strict=True)] if told else []
    silent, unmarked = (frozenset(file for file, what in said if what == kind) for kind in (SILENT, UNMARKED))
    return snapshot._replace(silent=silent, unmarked=unmarked)


def finder(git: Git | None) -> Sweep | None:
    """A faster finder; None where there is no engine for it, whatever the reason."""
    try:
        import hyperscan

        kept = None if git is None else os.path.join(git.common_dir, "mlgovern")
        database = _made(hyperscan, expressions()) if kept is None else _database(hyperscan, kept)
    except Exception:  # noqa: BLE001 - an engine that is absent, broken or of another processor is not needed
        return None
    return Sweep(lambda data: _search(hyperscan, database, data))


def _search(hyperscan: Any, database: Any, data: bytes) -> list[tuple[int, int]] | None:
    """What ends where; None where it fails, or where so much is found that it had better be judged at once."""
    found: list[tuple[int, int]] = []

    def met(number: int, _start: int, end: int, _flags: int, _context: object) -> bool:
        found.append((number, end))
        return len(found) == _MOST_FOUND  # and no further

    try:
        database.scan(data, match_event_handler=met)
    except hyperscan.error:
        return None
    return found


def _database(hyperscan: Any, folder: str) -> Any:
    wanted = expressions()
    probe = hyperscan.Database()
    probe.compile(expressions=[b"a"])  # says what it makes databases for
    key = repr((wanted, hyperscan.__version__, probe.info())).encode()
    path = os.path.join(folder, f"{_PREFIX}{sha256(key).hexdigest()[:32]}")
    kept = _kept(path)
    if kept is not None:
        with suppress(hyperscan.error):
            return _loaded(hyperscan, kept)
    made = _made(hyperscan, wanted)
    _keep(path, hyperscan.dumpb(made))
    return made


def _loaded(hyperscan: Any, data: bytes) -> Any:
    database = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return database


def _made(hyperscan: Any, wanted: Iterable[Expression]) -> Any:
    rows = list(enumerate(wanted))
    database = hyperscan.Database()
    database.compile(
        expressions=[row.pattern for _, row in rows],
        ids=[number for number, _ in rows],
        elements=len(rows),
        flags=[_flags(hyperscan, row) for _, row in rows],
    )
    return database


def _flags(hyperscan: Any, row: Expression) -> int:
    once = hyperscan.HS_FLAG_SINGLEMATCH if row.once else 0
    nocase = hyperscan.HS_FLAG_CASELESS if row.nocase else 0
    return int(hyperscan.HS_FLAG_DOTALL | once | nocase)


def _kept(path: str) -> bytes | None:
    try:
        with open(path, "rb", opener=ours) as file:
            data = file.read(_MOST_BYTES)
    except OSError:
        return None
    return data[32:] if sha256(data[32:]).digest() == data[:32] else None


def _keep(path: str, data: bytes) -> None:
    """In place of those that were made before."""
    folder = os.path.dirname(path)
    with suppress(OSError):
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(folder):
            if name.startswith(_PREFIX):
                os.unlink(os.path.join(folder, name))
        number, draft = mkstemp(prefix=_PREFIX, dir=folder)
        with os.fdopen(number, "wb") as file:
            file.write(sha256(data).digest() + data)
        os.replace(draft, path)
