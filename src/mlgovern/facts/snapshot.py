"""The facts that rules judge: frozen values, gathered once, that know nothing of git."""

from collections.abc import Mapping
from typing import NamedTuple

STAGES = ("commit-msg", "pre-commit", "pre-push", "ci", "pre-receive", "audit")

REGULAR, EXECUTABLE, SYMLINK, SUBMODULE = 0o100644, 0o100755, 0o120000, 0o160000


class Wants(NamedTuple):
    """What the enabled rules need to see: globs of contents, and how much at the most."""

    reads: tuple[str, ...] = ()
    consults: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()  # (triggers, globs)
    max_file_bytes: int = 50_000_000
    max_commits: int = 5000


class File(NamedTuple):
    """One version of one file in Git. A path is text with `/`; bytes that are not UTF-8 are surrogates."""

    path: str
    mode: int = REGULAR
    blob: str = ""  # object id; the key into Snapshot.contents
    size: int = -1  # bytes of the blob; -1 where nobody asked
    commit: str | None = None  # the commit that brings it; None in the index

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


class RefUpdate(NamedTuple):
    """One ref that a push changes on the other side. An id of zeros: the ref did not, or will not, exist."""

    ref: str  # full name on the remote: refs/heads/main
    old: str = ""
    new: str = ""
    forced: bool | None = False  # None: cannot be known here, the remote's commit was never fetched

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
    branches: tuple[str, ...] = ()  # names that exist, local and remote-tracking, where somebody asked
    files: tuple[File, ...] = ()
    added: frozenset[str] = frozenset()  # paths among them that the base lacks; in an audit, none
    removed: tuple[str, ...] = ()
    tracked: Mapping[str, File] = {}
    contents: Mapping[str, bytes] = {}
    scope: str = "all"  # of a large repository instead: "whole", every file unread, then each "batch" of files, read

    def read(self, file: File) -> bytes | None:
        """The bytes of a file, or None where they were not gathered."""
        return self.contents.get(file.blob)

    def at(self, path: str) -> bytes | None:
        """The bytes at a path of the tree, or None if it is not there or was not gathered."""
        file = self.tracked.get(path)
        return None if file is None else self.contents.get(file.blob)
