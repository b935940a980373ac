"""Changing the index and nothing else: no filter runs, no file on disk is opened."""

from collections.abc import Iterable

from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import REGULAR


def replace(git: Git, path: str, mode: int, data: bytes) -> None:
    """Stage other bytes for a path; its mode stays."""
    blob = git.ask("hash-object", "-w", "--stdin", stdin=data).decode().strip()
    entry = f"{mode:o} {blob}\t{path}\0".encode("utf-8", "surrogateescape")
    git.ask("update-index", "-z", "--index-info", stdin=entry)


def get(git: Git, path: str) -> bytes | None:
    """The staged bytes of a path as they are now: a `cat-file` that runs already would answer from the index of before."""
    blob = _entry(git, path)[1]
    return git.read(blob) if blob else None


def put(git: Git, path: str, data: bytes) -> None:
    """Stage a file, with the mode that it has in the index, if it is there."""
    replace(git, path, int(_entry(git, path)[0], 8), data)


def _entry(git: Git, path: str) -> tuple[str, str]:
    """Mode and blob of a path in the index, or those of a file to come."""
    said = git.ask("ls-files", "-s", "-z", "--", f":(top,literal){path}").decode("utf-8", "surrogateescape").split(" ")
    return (said[0], said[1]) if len(said) > 1 else (f"{REGULAR:o}", "")


def untrack(git: Git, paths: Iterable[str]) -> None:
    """Take paths out of the index; the files stay on disk."""
    names = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    git.ask("update-index", "-z", "--force-remove", "--stdin", stdin=names)
