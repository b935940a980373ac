"""`mlgovern policy lock`: fetch what a policy extends from elsewhere, and keep its bytes in the repository."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from mlgovern import files
from mlgovern.administer.diff import described, differences
from mlgovern.administer.written import Written
from mlgovern.errors import PolicyError, UserError
from mlgovern.facts.git import Git
from mlgovern.facts.remote import Remotes, from_distribution
from mlgovern.policy.cache import every
from mlgovern.policy.load import Loaded, load, parse
from mlgovern.policy.lock import LOCK_FILE, VENDOR, Pin, pins, rendered, schemes
from mlgovern.policy.packs import Declared
from mlgovern.policy.settings import Reader

_AS_IT_IS = ("* -text\n", f"{VENDOR}/.gitattributes")  # no line end of what is kept may change on its way through Git


class Locking:
    """One run: what the lock said, what it will say, and the bytes behind it."""

    def __init__(self, policy: Written, remotes: Remotes, upgrade: str | None) -> None:
        self._policy, self._remotes, self._upgrade = policy, remotes, upgrade
        self._before = _pins(policy)
        self._commits: dict[tuple[str, ...], str] = {}
        self.pins: dict[Declared, Pin] = {}
        self.kept: dict[str, bytes] = {}
        self.lines: list[str] = []

    def read(self, path: str) -> bytes | None:
        """Of the policy, or of what was fetched for it."""
        return self.kept[path] if path in self.kept else self._policy.read(path)

    def pin(self, source: Declared) -> Pin:
        """What a source stands for: what the lock says, unless that is to be renewed."""
        if source not in self.pins:
            known = None if self._renewed(source) else self._before.get(source)
            pin, data = self._kept(known) or self._fetched(source)
            if known and known != pin:
                raise UserError(
                    f"{source.name} {source.path} at {pin.resolved} is no longer what was locked; nothing is changed"
                )
            self.pins[source], self.kept[pin.file] = pin, data
            self._tell(source, pin)
        return self.pins[source]

    def _renewed(self, source: Declared) -> bool:
        return self._upgrade is not None and self._upgrade in {"", source.name, source.place}

    def _kept(self, known: Pin | None) -> tuple[Pin, bytes] | None:
        """What is kept of a source, where that is what was locked."""
        data = self._policy.read(known.file) if known else None
        return (known, data) if known and data is not None and sha256(data).hexdigest() == known.sha256 else None

    def _fetched(self, source: Declared) -> tuple[Pin, bytes]:
        if source.kind == "package":
            resolved, data = from_distribution(source.place, source.path)
            return Pin(resolved, sha256(data).hexdigest()), data
        commit = self._commit(source)
        signature = self._remotes.signer(source.place, source.rev, commit) if source.signed else ""
        data = self._remotes.file(source.place, commit, source.path)
        return Pin(commit, sha256(data).hexdigest(), signature), data

    def _commit(self, source: Declared) -> str:
        """All files of one place at one revision are of one commit."""
        key = source[:3]
        if key not in self._commits:
            locked = {pin.resolved for other, pin in self._before.items() if other[:3] == key}
            moves = self._renewed(source) or len(locked) != 1
            self._commits[key] = self._remotes.commit(source.place, source.rev) if moves else locked.pop()
        return self._commits[key]

    def _tell(self, source: Declared, pin: Pin) -> None:
        before = self._before.get(source)
        verb = "kept" if before == pin else "moved" if before else "locked"
        was = f", was {before.resolved[:12]}" if before and before.resolved != pin.resolved else ""
        was += f", signed by {pin.signature}" if pin.signature else ""
        self.lines.append(
            f"{verb} {source.name} {source.path}: {source.rev or 'installed'} is {pin.resolved[:12]}{was}"
        )


def lock(git: Git, policy: Written, upgrade: str | None = None) -> list[str]:
    """Bring lock and kept bytes in line with what the policy on disk extends; `upgrade` names what to renew, or all."""
    before = _before(policy)
    with Remotes(schemes()) as remotes:
        locking = Locking(policy, remotes, upgrade)
        after = load(locking.read, every(), policy.root, pin=locking.pin)
    if upgrade and not any(upgrade in {source.name, source.place} for source in locking.pins):
        raise UserError(f"the policy extends nothing called {upgrade!r}")
    written = _write(Path(git.top), locking)
    told = ["", *described(differences(before, after))] if before else []
    if not locking.pins and not written:
        return ["The policy extends nothing from elsewhere; there is nothing to lock."]
    return [
        *locking.lines,
        *written,
        *told,
        "`git add .mlgovern` puts it in force." if written else "Nothing is changed.",
    ]


def _before(policy: Written) -> Loaded | None:
    try:
        return policy.loaded()
    except PolicyError:  # it was not locked, or not sound
        return None


def _pins(policy: Written) -> Mapping[Declared, Pin]:
    data, reader = policy.read(LOCK_FILE), Reader()
    tree = parse(LOCK_FILE, data, reader.problems) if data is not None else None
    return pins(tree, reader) if tree is not None else {}


def _write(top: Path, locking: Locking) -> list[str]:
    """What changed on disk."""
    if not locking.pins and not (top / LOCK_FILE).exists():
        return []
    for name in (".mlgovern", VENDOR):
        if (top / name).is_symlink():
            raise UserError(f"{name} is a symbolic link; nothing is written through it")
    wanted = dict(locking.kept)
    wanted[LOCK_FILE] = rendered(locking.pins).encode()
    wanted |= {_AS_IT_IS[1]: _AS_IT_IS[0].encode()} if locking.pins else {}
    changed = [path for path, data in wanted.items() if files.read(top / path) != data]
    for path in changed:
        files.write(top / path, wanted[path])
    stale = [name for name in sorted(_names(top / VENDOR)) if name not in wanted]
    for name in stale:
        (top / name).unlink()
    return [*(f"wrote {name}" for name in changed), *(f"removed {name}" for name in stale)]


def _names(folder: Path) -> list[str]:
    return [f"{VENDOR}/{path.name}" for path in folder.glob("*.yaml")]
