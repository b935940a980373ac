"""What makes a stored commit anew, with another author, trailer or signature."""

from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.record import NamedTuple


class _Line(NamedTuple):
    """The commits under judgement: which of them others stand on, and the last ones that are by one author."""

    commits: tuple[Commit, ...]
    stood_on: frozenset[str]
    ones_own: frozenset[str | None]


def redone(commit: Commit, snapshot: Snapshot, options: str) -> str:
    """The command that makes a stored commit anew, by `git commit --amend` with some options.

    Further back it is a rebase, which does the same to every commit from there on: not where some are somebody else's.
    """
    command, base = f"git commit --amend --no-edit {options}", below(commit, snapshot)
    if not base:
        return command
    if commit.id in _line(snapshot).ones_own:
        return f'git rebase --exec "{command}" {base}'
    return f"git rebase --interactive {base}\nedit this commit: {command}"


def below(commit: Commit, snapshot: Snapshot) -> str:
    """Where a rebase to mend a stored commit starts; empty where no other commit stands on it."""
    if commit.id not in _line(snapshot).stood_on:
        return ""
    return f"{(commit.id or '')[:12]}~1" if commit.parents else "--root"  # not `^`: Windows reads that as an escape


def _line(snapshot: Snapshot) -> _Line:
    """Asked of every commit that is found wanting, and looked up once."""
    commits = snapshot.commits
    if not _last or _last[0].commits is not commits:
        others = (number for number in range(len(commits), 0, -1) if commits[number - 1].author != commits[-1].author)
        own = frozenset(commit.id for commit in commits[next(others, 0) :])
        _last[:] = [_Line(commits, frozenset(parent for commit in commits for parent in commit.parents), own)]
    return _last[0]


_last: list[_Line] = []
