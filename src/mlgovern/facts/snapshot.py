"""The facts that rules judge: frozen values, gathered once, that know nothing of git."""

from collections.abc import Iterable, Iterator, Mapping

from mlgovern.finding import NotJudged, Place
from mlgovern.record import NamedTuple

STAGES = ("commit-msg", "pre-commit", "pre-push", "ci", "pre-receive", "audit")
FULL = "audit"  # where everything tracked is judged

BASELINE = ".mlgovern/secrets-baseline.json"
NEEDLE = b"mlgovern"  # what every suppression of ours has in it

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE = 0o100644, 0o100755, 0o120000, 0o160000


# A fact that is gathered only where a rule asks for it: its name, then what it is about.
#   paths                        Commit.paths of the commit being made, where its message alone is judged
#   tracked                      Snapshot.tracked where no file is judged
#   people                       Commit.author and .committer of the commit being made
#   signatures                   Commit.signature of stored commits
#   reverts                      Snapshot.known: which of the commits that messages say they revert exist
#   heads TRUNK…                 Snapshot.heads: every branch against the trunk, which has one of these names
#   arrivals BRANCHES UPSTREAM…  RefUpdate.strays: what arrives on branches of a glob, and on no branch of the others before
#   config KEY…                  Snapshot.config: what Git's configuration says there
#   merges                       Commit.merged: branches by the commits that they point at
#   own-env NAME…                Snapshot.own: what the developer keeps in files of these names, and tracked files of theirs
#   pushed NAME…                 Snapshot.pushed, for files of these names
#   contents GLOB…               the contents of tracked files of these globs, whatever the letter case
#   environments GLOB…           Snapshot.environments, where a path of these globs is under judgement
#   before                       the contents of File.before
#   baseline                     Snapshot.baseline
# NAME is a glob for the last component of a path, whatever the letter case.
Ask = tuple[str, ...]


class Wants(NamedTuple):
    """What the enabled rules need to see: globs of contents, facts that few ask for, and how much at the most."""

    reads: tuple[str, ...] = ()
    consults: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()  # (triggers, globs)
    max_file_bytes: int = 50_000_000
    max_commits: int = 5000
    files: bool = True  # some rule looks at files at all
    asks: tuple[Ask, ...] = ()

    def asked(self, name: str) -> list[Ask]:
        """What is asked of a fact."""
        return [ask[1:] for ask in self.asks if ask[0] == name]


class File(NamedTuple):
    """One version of one file in Git. A path is text with `/`; bytes that are not UTF-8 are surrogates."""

    path: str
    mode: int = REGULAR
    blob: str = ""  # object id; the key into Snapshot.contents
    size: int = -1  # bytes of the blob; -1 where nobody asked
    commit: str | None = None  # the commit that brings it; None in the index
    before: str | None = None  # object id of what it takes the place of, empty for nothing; None where nothing changes

    @property
    def name(self) -> str:
        """The last component of the path."""
        return self.path.rpartition("/")[2]


class Person(NamedTuple):
    """An author or a committer, as Git stores them."""

    name: str = ""
    email: str = ""


class Commit(NamedTuple):
    """A commit, or the one being made: then `id` is None and the message is the text that git will store."""

    message: str = ""  # bytes that are not UTF-8 are surrogates
    id: str | None = None
    parents: tuple[str, ...] = ()
    author: Person = Person()
    committer: Person = Person()
    paths: tuple[str, ...] | None = None  # what it changes; of a merge, what differs from every parent
    signature: str | None = None  # gpg, ssh or x509; empty: it has none
    merged: tuple[str, ...] = ()  # branches that a parent other than the first is the tip of
    cut: int = 0  # bytes of the whole message where only its beginning was gathered


class RefUpdate(NamedTuple):
    """One ref that a push changes on the other side. An id of zeros: the ref did not, or will not, exist."""

    ref: str  # full name on the remote: refs/heads/main
    old: str = ""
    new: str = ""
    forced: bool | None = False  # None: cannot be known here, the remote's commit was never fetched
    local: str = ""  # the ref that is pushed, or what was written for it; empty where there is none yet, or on a server
    strays: tuple[str, ...] | None = None  # commits that reach the branch before any branch upstream of it

    @property
    def source(self) -> str | None:
        """The local branch that is pushed, or None."""
        return self.local.removeprefix("refs/heads/") if self.local.startswith("refs/heads/") else None

    @property
    def tag(self) -> str | None:
        """The name without refs/tags/, or None for a branch or anything else."""
        return self.ref.removeprefix("refs/tags/") if self.ref.startswith("refs/tags/") else None

    @property
    def branch(self) -> str | None:
        """The name without refs/heads/, or None for a tag or anything else."""
        return self.ref.removeprefix("refs/heads/") if self.ref.startswith("refs/heads/") else None

    @property
    def creates(self) -> bool:
        """The ref is new on the remote."""
        return set(self.old) <= {"0"}

    @property
    def deletes(self) -> bool:
        """The ref is to go."""
        return set(self.new) <= {"0"}


class Head(NamedTuple):
    """One branch against the trunk. Times are whole seconds since 1970, as committers' clocks told them."""

    name: str  # without its remote
    remote: str = ""  # empty: local
    tip: str = ""
    changed: int = 0  # when its tip was committed
    merged: bool = False  # into the trunk
    began: int | None = None  # when the first commit was made that the trunk lacks, where the branch is under judgement


class Hidden:
    """Bytes by the path that they come from. Nothing that prints, compares or stores it gives them away."""

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[str, bytes]) -> None:
        self._held = dict(held)

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        return iter(self._held.items())

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"<{len(self)} values>"

    def __reduce_ex__(self, _protocol: object) -> str:
        raise TypeError("this stays in memory")


class Idle(NamedTuple):
    """What was to hide a finding and hides none: of which rule, where it stands, and a word for why."""

    kind: str  # suppression, baseline or waiver; of what is weakened, policy or final
    rule: str
    place: Place
    why: str = ""
    name: str = ""  # of a waiver, as its owner and the day on which it ends
    owner: str = ""
    until: str = ""


class Snapshot(NamedTuple):
    """A repository at one or more stages.

    `files` are under judgement: what is staged, every version that a range adds, or all that is tracked. `tracked` is
    the tree as it will be. `contents` holds the bytes that enabled rules asked for, by blob id; what is missing there
    was too large or not asked for.
    """

    stages: tuple[str, ...] = ("pre-commit",)
    branch: str | None = None  # None: detached
    target: str | None = None  # the branch that the work is meant for, where that is known
    operation: str | None = None  # merge, rebase, cherry-pick, revert or bisect in progress
    unborn: bool = False  # no commit yet
    commits: tuple[Commit, ...] = ()
    updates: tuple[RefUpdate, ...] = ()
    remote: str = "origin"  # where a push goes
    lineage: tuple[Commit, ...] = ()  # of a push that is judged tip by tip, all commits: parents and merges alone
    branches: tuple[str, ...] = ()  # names that exist, local and remote-tracking, where somebody asked
    heads: tuple[Head, ...] | None = None
    known: frozenset[str] | None = None  # of the ids that messages name as reverted, those that exist here
    files: tuple[File, ...] = ()
    added: frozenset[str] = frozenset()  # paths among them that the base lacks; in an audit, none
    removed: tuple[str, ...] = ()
    tracked: Mapping[str, File] = {}
    contents: Mapping[str, bytes] = {}
    silent: frozenset[File] = frozenset()  # of the files, those that a screen told to hold no secret
    unmarked: frozenset[File] = frozenset()  # and those in which nothing but what is assigned can be one
    own: Hidden | None = None  # the developer's own env files; None where nobody looked for any
    pushed: Mapping[str, str] = {}  # paths that commits on a remote have, and the newest such commit
    environments: tuple[str, ...] = ()  # folders in the work tree that hold a virtual environment and do not hide it
    origins: Mapping[str, frozenset[str]] | None = None  # of the whole change (`origins`), where a rule asks
    baseline: bytes = b""  # the secrets that are accepted, as the place of judgement trusts them
    weakened: tuple[Idle, ...] = ()  # what the change would make weaker of the policy, which judges by what was before
    idle: tuple[Idle, ...] = ()  # what hid nothing, for the rules that judge when all else is judged
    config: Mapping[str, str] = {}  # values by key, of those that somebody asked for and that are set
    scope: str = "all"  # of much instead: "whole", nothing read, then "commits" and "files" in batches
    day: str = ""  # today in UTC, as the engine is told
    gaps: tuple[NotJudged, ...] = ()  # what could not be gathered

    @property
    def arriving(self) -> tuple[Commit, ...]:
        """The commits of the whole push or range, though only some be under judgement at a time."""
        return self.lineage or self.commits

    def read(self, file: File) -> bytes | None:
        """The bytes of a file, or None where they were not gathered."""
        return self.contents.get(file.blob)

    def at(self, path: str) -> bytes | None:
        """The bytes at a path of the tree, or None if it is not there or was not gathered."""
        file = self.tracked.get(path)
        return None if file is None else self.contents.get(file.blob)


def origins(files: Iterable[File]) -> dict[str, frozenset[str]]:
    """By path, the blobs that a change began with: what its versions replace, and it does not bring itself; "" for nothing."""
    brought: set[tuple[str, str]] = set()
    replaced: dict[str, set[str]] = {}
    for file in files:
        brought.add((file.path, file.blob))
        if file.before is not None:
            replaced.setdefault(file.path, set()).add(file.before)
    began = (
        (path, {blob for blob in blobs if (path, blob) not in brought} or blobs) for path, blobs in replaced.items()
    )
    return {path: frozenset(blobs) for path, blobs in began}
