"""The rules about what stands beside what: locks of two managers, locks alone, virtual environments."""

from posixpath import basename, dirname
from shlex import quote
from typing import NamedTuple

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed
from mlgovern.finding import Finding, Place, Severity
from mlgovern.gitignore import appending, exactly
from mlgovern.globs import matcher
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.lockfiles.pairs import MANIFESTS, beside, compiled, touched, values_at
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
            yield Finding(
                f"{named} lock the same folder; keep the one that is used",
                Place(locks[0]),
                key=folder,
                at_most=Severity.WARNING,
            )


def orphan_lockfile(snapshot: Snapshot, settings: Locks) -> Verdicts:
    """A lock stands without its manifest.

    Why: nobody can say what it was made from, and no tool will keep it up to date.
    Mend: git rm the lock, or add its manifest
    """
    exempt, changed = matcher(settings.exempt), touched(snapshot)
    for lock in sorted(
        path for path in snapshot.tracked if changed and basename(path) in MANIFESTS and not exempt(path)
    ):
        manifest = beside(lock, MANIFESTS[basename(lock)])
        if not changed.isdisjoint((lock, manifest)) and not _answered(snapshot, lock, manifest):
            has = "no project in the pyproject.toml" if manifest in snapshot.tracked else f"no {basename(manifest)}"
            yield Finding(f"{basename(lock)} has {has} beside it", Place(lock), _remove(lock), lock, Severity.WARNING)
    for pair in compiled(snapshot) if changed else ():
        lost = [path for path in pair.sources if path not in snapshot.tracked]
        if len(lost) == len(pair.sources) and not changed.isdisjoint((pair.lock, *lost)) and not exempt(pair.lock):
            message = f"{basename(pair.lock)} was compiled from {basename(lost[0])}, which is not tracked"
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
