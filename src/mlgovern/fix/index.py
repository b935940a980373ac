"""Changing the index and nothing else: no filter runs, no file on disk is opened."""

from collections.abc import Container, Iterable, Mapping

from mlgovern.facts.git import Git, filterless
from mlgovern.facts.listings import STAGED
from mlgovern.facts.snapshot import File

_FLAGS = (("Ss", "--skip-worktree"), ("hs", "--assume-unchanged"))  # as `ls-files -v` tells them
_NAMES = ("utf-8", "surrogateescape")
ANNOUNCED = "N"  # by `git add --intent-to-add`
_MARKS = f"Ssh{ANNOUNCED}"


def replace(git: Git, contents: Mapping[File, bytes]) -> dict[File, str]:
    """Stage other bytes for files, all of them at once; modes and flags stay. The new blobs."""
    blobs = stored(git, contents)
    enter(git, blobs)
    return blobs


def stored(git: Git, contents: Mapping[File, bytes]) -> dict[File, str]:
    """The blobs of these bytes, written where they are not there yet."""
    return {
        file: git.ask("hash-object", "-w", "--stdin", stdin=data).decode().strip() for file, data in contents.items()
    }


def marks(git: Git, paths: Container[str]) -> dict[str, str]:
    """Of some paths those that the index has a mark on: what a sparse checkout leaves out, what is announced, and such."""
    listed = [line for line in git.ask("ls-files", "-v", "-z").decode(*_NAMES).split("\0") if line[2:] in paths]
    nothing = git.ask("hash-object", "-t", "tree", "--stdin").decode().strip()
    staged = {*git.ask(*STAGED, "--name-only", nothing, "--").decode(*_NAMES).split("\0")}
    found = {line[2:]: line[0] if line[2:] in staged else ANNOUNCED for line in listed}
    return {path: letter for path, letter in found.items() if letter in _MARKS}


def enter(
    git: Git, blobs: Mapping[File, str], gone: Iterable[File] = (), marked: Mapping[str, str] | None = None
) -> None:
    """Stage other blobs for files and take others out, in one step; what is taken out stays on disk.

    Marks stay as they are, or become those that are given.
    """
    marked = marks(git, {file.path for file in blobs}) if marked is None and blobs else marked or {}
    entries = [b"%o %s\t%s\0" % (file.mode, blob.encode(), _name(file.path)) for file, blob in blobs.items()]
    entries += [b"0 %s\t%s\0" % (b"0" * len(file.blob), _name(file.path)) for file in gone]
    plain = filterless(git)
    plain.ask("update-index", "-z", "--index-info", stdin=b"".join(entries))
    for letters, flag in _FLAGS:
        flagged = [path for path, letter in marked.items() if letter in letters]
        if flagged:
            plain.ask("update-index", "-z", flag, "--stdin", stdin=b"".join(_name(path) + b"\0" for path in flagged))


def announce(git: Git, paths: Iterable[str]) -> None:
    """What `git add --intent-to-add` does; the files have to be on disk."""
    names = b"".join(b":(top,literal)%s\0" % _name(path) for path in paths)
    words = ("add", "--intent-to-add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul")
    filterless(git).ask(*words, stdin=names)


def _name(path: str) -> bytes:
    return path.encode(*_NAMES)
