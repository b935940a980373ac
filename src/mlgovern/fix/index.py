"""Changing the index and nothing else: no filter runs, no file on disk is opened."""

from collections.abc import Iterable, Mapping

from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File

_FLAGS = (("Ss", "--skip-worktree"), ("hs", "--assume-unchanged"))  # as `ls-files -v` tells them


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


def enter(git: Git, blobs: Mapping[File, str], gone: Iterable[File] = ()) -> None:
    """Stage other blobs for files and take others out, in one step; what is taken out stays on disk."""
    names = {_name(file): file for file in blobs}
    flags = git.ask("ls-files", "-v", "-z").split(b"\0") if names else []
    entries = [b"%o %s\t%s\0" % (file.mode, blob.encode(), _name(file)) for file, blob in blobs.items()]
    entries += [b"0 %s\t%s\0" % (b"0" * len(file.blob), _name(file)) for file in gone]
    git.ask("update-index", "-z", "--index-info", stdin=b"".join(entries))
    for letters, flag in _FLAGS:
        flagged = [line[2:] for line in flags if line[:1].decode() in letters and line and line[2:] in names]
        if flagged:
            git.ask("update-index", "-z", flag, "--stdin", stdin=b"".join(name + b"\0" for name in flagged))


def _name(file: File) -> bytes:
    return file.path.encode("utf-8", "surrogateescape")
