"""`on_commit: strip`: at the hook pre-commit, outputs go from what is being committed and stay on disk.

`git commit` works on its own index, and tells the hook of it. That of `git commit PATH` is dropped afterwards; what the
repository's index will be waits in `index.lock`, so there as well the notebooks have to be those that are committed.
"""

import os
from collections.abc import Iterable, Mapping

from mlgovern.errors import UserError
from mlgovern.facts import listings, state
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File
from mlgovern.finding import Finding
from mlgovern.fix import index
from mlgovern.fix.terms import Terms


def strip(git: Git, findings: Iterable[Finding], terms: Terms) -> list[str]:
    """Strip the notebooks that findings of notebook-output are about, in the index of the commit being made; their paths."""
    tracked, _ = listings.tracked(git)
    paths = dict.fromkeys(finding.place.path or "" for finding in findings)
    contents = {}
    for file in (tracked[path] for path in paths if path in tracked):
        try:
            contents[file] = terms.stripped(git.read(file.blob) or b"", file.path)
        except UserError:
            continue  # the judgement that follows says why
    if contents:
        _pending(git, index.replace(git, contents))
    return [file.path for file in contents]


def leaves_nothing(git: Git) -> bool:
    """Whether what is left to commit is what HEAD has. A merge, or the first commit, is never nothing."""
    if state.merge_heads(git) or state.resolve(git, "HEAD") is None:
        return False
    return git.holds("diff-index", "--cached", "--quiet", "--ignore-submodules=none", "HEAD", "--")


def _pending(git: Git, blobs: Mapping[File, str]) -> None:
    """After `git commit PATH`, the repository's index holds the stripped notebooks too."""
    if not os.path.basename(git.environment.get("GIT_INDEX_FILE", "")).startswith("next-index-"):
        return
    waiting = os.path.join(git.git_dir, "index.lock")
    if not os.path.isfile(waiting):  # GIT_INDEX_FILE was somebody's own: what waits for it is not known
        return
    other = Git(git.top, git.git_dir, git.common_dir, {**git.environment, "GIT_INDEX_FILE": waiting})
    held, _ = listings.tracked(other)
    index.enter(other, {file: blob for file, blob in blobs.items() if held.get(file.path) == file})
