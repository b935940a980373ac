"""Changing the index and nothing else: no filter runs, no file on disk is opened."""

from collections.abc import Iterable

from mlgovern.facts.git import Git


def replace(git: Git, path: str, mode: int, data: bytes) -> None:
    """Stage other bytes for a path; its mode stays."""
    blob = git.ask("hash-object", "-w", "--stdin", stdin=data).decode().strip()
    entry = f"{mode:o} {blob}\t{path}\0".encode("utf-8", "surrogateescape")
    git.ask("update-index", "-z", "--index-info", stdin=entry)


def untrack(git: Git, paths: Iterable[str]) -> None:
    """Take paths out of the index; the files stay on disk."""
    names = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    git.ask("update-index", "-z", "--force-remove", "--stdin", stdin=names)
