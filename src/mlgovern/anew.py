"""What makes a stored commit anew, with another author, trailer or signature."""

from mlgovern.facts.snapshot import Commit, Snapshot


def redone(commit: Commit, snapshot: Snapshot, options: str) -> str:
    """The command that makes a stored commit anew, by `git commit --amend` with some options.

    Further back it is a rebase, which does the same to every commit from there on: not where some are somebody else's.
    """
    command, base = f"git commit --amend --no-edit {options}", below(commit, snapshot)
    if not base:
        return command
    onwards = snapshot.commits[snapshot.commits.index(commit) :]
    if all(other.author == commit.author for other in onwards):
        return f'git rebase --exec "{command}" {base}'
    return f"git rebase --interactive {base}\nedit this commit: {command}"


def below(commit: Commit, snapshot: Snapshot) -> str:
    """Where a rebase to mend a stored commit starts; empty where no other commit stands on it."""
    if not any(commit.id in other.parents for other in snapshot.commits):
        return ""
    return f"{(commit.id or '')[:12]}~1" if commit.parents else "--root"  # not `^`: Windows reads that as an escape
