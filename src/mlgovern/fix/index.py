"""Changing the index and nothing else: no filter runs, no file on disk is opened."""

from collections.abc import Iterable, Mapping

from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import REGULAR, File

_FLAGS = (("Ss", "--skip-worktree"), ("hs", "--assume-unchanged"))  # as `ls-files -v` tells them


def replace(git: Git, contents: Mapping[File, bytes]) -> dict[File, str]:
    """Stage other bytes for files, all of them at once; modes and flags stay. The new blobs."""
    blobs = {
        file: git.ask("hash-object", "-w", "--stdin", stdin=data).decode().strip() for file, data in contents.items()
    }
    enter(git, blobs)
    return blobs


def enter(git: Git, blobs: Mapping[File, str]) -> None:
    """Stage other blobs for files."""
    names = {_name(file): file for file in blobs}
    flags = git.ask("ls-files", "-v", "-z").split(b"\0") if names else []
    entries = (b"%o %s\t%s\0" % (file.mode, blob.encode(), _name(file)) for file, blob in blobs.items())
    git.ask("update-index", "-z", "--index-info", stdin=b"".join(entries))
    for letters, flag in _FLAGS:
        flagged = [line[2:] for line in flags if line[:1].decode() in letters and line and line[2:] in names]
        if flagged:
            git.ask("update-index", "-z", flag, "--stdin", stdin=b"".join(name + b"\0" for name in flagged))


def get(git: Git, path: str) -> bytes | None:
    """The staged bytes of a path as they are now: a `cat-file` that runs already would answer from the index of before."""
    blob = _entry(git, path)[1]
    return git.read(blob) if blob else None


def put(git: Git, path: str, data: bytes) -> None:
    """Stage a file, with the mode that it has in the index, if it is there."""
    mode, blob = _entry(git, path)
    replace(git, {File(path, int(mode, 8), blob): data})


def _entry(git: Git, path: str) -> tuple[str, str]:
    """Mode and blob of a path in the index, or those of a file to come."""
    said = git.ask("ls-files", "-s", "-z", "--", f":(top,literal){path}").decode("utf-8", "surrogateescape").split(" ")
    return (said[0], said[1]) if len(said) > 1 else (f"{REGULAR:o}", "")


def untrack(git: Git, paths: Iterable[str]) -> None:
    """Take paths out of the index; the files stay on disk."""
    names = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    git.ask("update-index", "-z", "--force-remove", "--stdin", stdin=names)


def _name(file: File) -> bytes:
    return file.path.encode("utf-8", "surrogateescape")
