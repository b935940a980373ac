"""The rules about what stands beside what: locks of two managers, locks alone, virtual environments."""

from posixpath import basename, dirname
from shlex import quote

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed
from mlgovern.finding import Finding, Place, Severity
from mlgovern.gitignore import appending, exactly, gather
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.lockfiles.names import MANIFESTS, TOOLS, beside
from mlgovern.rules.lockfiles.pairs import compiled, touched, values_at, workspaces
from mlgovern.rules.lockfiles.verdict import table
from mlgovern.rules.lockfiles.wanting import Locks


class Environments(NamedTuple):
    """`exempt`: paths of environments that are kept on purpose, such as test data."""

    exempt: Allowed[Glob] = ()


def rival_lockfiles(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """Two package managers lock the same folder.

    Why: the locks drift apart, and which one an install obeys depends on who runs it.
    Mend: git rm the lock of the manager that is not used
    """
    exempt = matcher(settings.exempt)
    for folder in sorted({dirname(path) for path in touched(snapshot)}):
        locks = [path for path in (f"{folder}/{name}".lstrip("/") for name in MANIFESTS) if path in snapshot.tracked]
        if len(locks) > 1 and not exempt(locks[0]):
            named = " and ".join(basename(path) for path in locks)
            message = f"{named} lock the same folder; keep the one that is used"
            mend = _keeping(snapshot, locks)
            yield Finding(message, Place(locks[0]), mend, key=folder, at_most=Severity.WARNING)


def _keeping(snapshot: Snapshot, locks: list[str]) -> str:
    """Take the others out where pyproject.toml has a table of one of their tools alone."""
    tools = table(values_at(snapshot, beside(locks[0], "pyproject.toml")), "tool")
    kept = [path for path in locks if TOOLS[basename(path)] in tools]
    return f"git rm --cached -- {' '.join(quote(path) for path in locks if path not in kept)}" if len(kept) == 1 else ""


def orphan_lockfile(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """A lock stands without its manifest.

    Why: nobody can say what it was made from, and no tool will keep it up to date.
    Mend: git rm the lock, or add its manifest
    """
    exempt, changed = matcher(settings.exempt), touched(snapshot)
    homes = workspaces(snapshot) if changed else {}
    for lock in sorted(
        path
        for path in snapshot.tracked
        if changed and path.endswith(".lock") and basename(path) in MANIFESTS and not exempt(path)
    ):
        manifest = beside(lock, MANIFESTS[basename(lock)])
        if changed.isdisjoint((lock, manifest)):
            continue
        if basename(lock) == "uv.lock" and manifest in homes:
            message = f"{lock} is not used: its project belongs to the workspace that {homes[manifest]} locks"
            yield Finding(message, Place(lock), _remove(lock), lock, Severity.WARNING)
        elif not _answered(snapshot, lock, manifest):
            has = "no project in the pyproject.toml" if manifest in snapshot.tracked else f"no {basename(manifest)}"
            yield Finding(f"{basename(lock)} has {has} beside it", Place(lock), _remove(lock), lock, Severity.WARNING)
    for pair in compiled(snapshot) if changed else ():
        lost = [path for path in pair.sources if path not in snapshot.tracked]
        if len(lost) == len(pair.sources) and not changed.isdisjoint((pair.lock, *lost)) and not exempt(pair.lock):
            made = "exported" if pair.tool == "uv export" else "compiled" if pair.header else "made"
            message = f"{basename(pair.lock)} was {made} from {basename(lost[0])}, which is not tracked"
            yield Finding(message, Place(pair.lock), "", pair.lock, Severity.WARNING)


def _answered(snapshot: Snapshot, lock: str, manifest: str) -> bool:
    """The manifest is there and has what the lock locks; one that was not read is taken at its word."""
    if manifest not in snapshot.tracked or basename(lock) in {"pdm.lock", "Pipfile.lock"}:
        return manifest in snapshot.tracked
    values = values_at(snapshot, manifest)
    tool = table(values, "tool")
    own = "workspace" in table(tool, "uv") if basename(lock) == "uv.lock" else "poetry" in tool
    return not values or own or "project" in values


def _remove(path: str) -> str:
    return f"git rm --cached -- {quote(path)}"


def unignored_virtualenv(snapshot: Snapshot, settings: Environments) -> Verdicts:
    """A virtual environment lies in the work tree, and no `.gitignore` keeps it out.

    Why: the next `git add .` brings thousands of files that work on one machine only.
    Mend: add the folder to .gitignore
    """
    exempt = matcher(settings.exempt)
    found = [path for path in snapshot.environments if not exempt(path)]
    if not found:
        return
    ignores, unread = gather(snapshot)
    yield from unread
    tracked = {root for path in snapshot.tracked if (root := _environment(path))}
    for path in found:
        if path not in tracked and not unread and ignores.ignored(f"{path}/") is None:
            message = f"{path}/ is a virtual environment that .gitignore does not name"
            yield Finding(message, Place(".gitignore"), appending([f"{exactly(path)}/"]), path)


def committed_virtualenv(snapshot: Snapshot, settings: Environments) -> Verdicts:
    r"""A virtual environment is in Git.

    Why: it holds thousands of files that work on one machine only, and a lock makes it anew anywhere.
    Mend: git rm -r -q --cached -- .venv && printf '\n%s\n' /.venv/ >> .gitignore
    """
    exempt = matcher(settings.exempt)
    found: dict[str, str] = {}
    for path in (file.path for file in snapshot.files):
        root = _environment(path)
        if root is not None and path in snapshot.tracked and not exempt(path):
            found.setdefault(root, path)
    for root, path in found.items():
        if not any(other != root and (root + "/").startswith(other + "/" if other else "") for other in found):
            yield Finding(f"{root or 'the root'} is a virtual environment", Place(path), _untrack(root), root)


def _environment(path: str) -> str | None:
    """The folder of the virtual environment that a path belongs to, told by what is in it, not by its name."""
    folder, _, name = path.rpartition("/")
    if name == "pyvenv.cfg":
        return folder
    if path.endswith("conda-meta/history"):
        return folder.removesuffix("conda-meta").rstrip("/")
    parts = folder.split("/")
    if "site-packages" not in parts:
        return None
    above = parts[: parts.index("site-packages")]
    if above and above[-1].startswith("python"):
        above.pop()
    if above and above[-1] in {"lib", "Lib", "lib64"}:
        above.pop()
    return "/".join(above)


def _untrack(root: str) -> str:
    if not root:
        return "git rm --cached -- pyvenv.cfg"
    return f"git rm -r -q --cached -- {quote(root)} && {appending([f'{exactly(root)}/'])}"
