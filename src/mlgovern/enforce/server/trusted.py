"""Which policy judges a push: that of the default branch as it was before, over one of the server's own that binds it."""

import os
from collections.abc import Iterable

from mlgovern.enforce.weaker import waivers_at, weakened, with_arriving
from mlgovern.errors import PolicyError
from mlgovern.facts import state
from mlgovern.facts.git import Git
from mlgovern.facts.received import bounded, objects
from mlgovern.facts.snapshot import BASELINE, Idle, RefUpdate
from mlgovern.finding import Place
from mlgovern.policy.cache import every
from mlgovern.policy.load import Loaded, load_leniently
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.policy.packs import MOST_BYTES
from mlgovern.record import NamedTuple

SERVER = "server:/"  # no policy may name a file with a colon, so these names are ours alone
_ROOT = f"{SERVER}:.yaml"


class Trusted(NamedTuple):
    """A policy, where it is from in a few words, and what the push would make weaker of it."""

    policy: Policy
    origin: str
    revision: str = ""  # the commit that it was read from
    baseline: bytes = b""
    weaker: tuple[Idle, ...] = ()
    notes: tuple[str, ...] = ()


class _Place(NamedTuple):
    """Where policies are read: a repository, and a file of the server's."""

    git: Git
    server: str

    def read(self, revision: str, path: str) -> bytes | None:
        """A file of a commit, or of the folder of the server's policy; what is too long only as far as that shows."""
        if path == _ROOT:
            return self._both(revision)
        if path.startswith(SERVER):
            return _on_disk(os.path.join(os.path.dirname(self.server), *path.removeprefix(SERVER).split("/")))
        return bounded(self.git, f"{revision}:{path}", MOST_BYTES) if revision else None

    def load(self, revision: str) -> Loaded:
        """The policy of a commit, over that of the server, without the plugins that it names: a server runs nobody's code."""
        root = _ROOT if self.server else POLICY_FILE
        return load_leniently(lambda path: self.read(revision, path), every(), root, trusted=())

    def _both(self, revision: str) -> bytes:
        own = revision and bounded(self.git, f"{revision}:{POLICY_FILE}", MOST_BYTES) is not None
        extends = [f"./{os.path.basename(self.server)}", *([f"../{POLICY_FILE}"] if own else [])]
        return f"schema: 1\nextends: {extends!r}\n".encode()


def trusted(git: Git, pushed: Iterable[RefUpdate], server: str) -> Trusted:
    """The policy that judges a push; PolicyError where there is none to go by."""
    place = _Place(git, server)
    branch = state.head_branch(git) or "HEAD"
    base = state.resolve(git, "HEAD") or ""
    update = next((one for one in pushed if one.branch == branch), None)
    new = (state.resolve(git, update.new) or "") if update is not None and not update.deletes else ""
    if not (base or new):
        return Trusted(place.load("").policy, "the server" if server else "built in")
    if not base or bounded(git, f"{base}:{POLICY_FILE}", MOST_BYTES) is None:
        return _first(place, branch, base, new)
    try:
        before = place.load(base)
    except PolicyError as error:
        return _mended(place, branch, new, error)
    policy, weaker = before.policy, tuple[Idle, ...]()
    if update is not None and update.deletes:
        weaker = (Idle("policy", "", Place(POLICY_FILE), f"{branch}, the branch that holds it, is deleted"),)
    if new and _touched(git, before, base, new):
        weaker = weakened(before, _sound(place, new, branch))
    if new:
        policy = with_arriving(git, policy, new)
    return _of(place, policy, branch, base)._replace(weaker=weaker)


def _of(place: _Place, policy: Policy, branch: str, revision: str) -> Trusted:
    origin = f"{'server + ' if place.server else ''}{branch}@{revision[:7]}"
    return Trusted(policy, origin, revision, bounded(place.git, f"{revision}:{BASELINE}", 50 * MOST_BYTES) or b"")


def _first(place: _Place, branch: str, base: str, new: str) -> Trusted:
    """The default branch has no policy yet: that of the push is the first one, if it has any."""
    brings = bool(new) and bounded(place.git, f"{new}:{POLICY_FILE}", MOST_BYTES) is not None
    if not brings:
        found = place.load("").policy
        accepted = waivers_at(place.git, base, found) if base else ()
        return Trusted(found._replace(accepted=accepted), "the server" if place.server else "built in", base)
    policy = with_arriving(place.git, _sound(place, new, branch).policy._replace(accepted=()), new)
    return _of(place, policy, branch, new)._replace(notes=(f"{POLICY_FILE} is new on {branch}: it judged this push.",))


def _mended(place: _Place, branch: str, new: str, error: PolicyError) -> Trusted:
    """The policy on the default branch is broken, so that it judges nothing; a push that mends it gets through."""
    if not new:
        raise PolicyError(f"the policy on {branch} is broken; push a sound one there\n{error}") from error
    policy = _sound(place, new, branch).policy._replace(accepted=())
    note = f"The policy on {branch} was broken: the one of this push judged it."
    return _of(place, policy, branch, new)._replace(notes=(note,))


def _sound(place: _Place, revision: str, branch: str) -> Loaded:
    try:
        return place.load(revision)
    except PolicyError as error:
        raise PolicyError(f"the policy that this push brings to {branch} is broken\n{error}") from error


def _touched(git: Git, before: Loaded, base: str, new: str) -> bool:
    """Whether any file that the policy was made of differs; if none does, nor does the policy."""
    paths = [source.name for source, _ in before.sources if not source.pack and not source.name.startswith(SERVER)]
    known = objects(git, [f"{revision}:{path}" for path in paths for revision in (base, new)])
    return any(known[f"{base}:{path}"].id != known[f"{new}:{path}"].id for path in paths)


def _on_disk(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read(2 * MOST_BYTES)
    except OSError:
        return None
