"""What only history and refs tell: who merged what, how old a branch is, what reached it first."""

import re
from collections.abc import Iterable
from itertools import islice

from mlgovern.facts import listings, state
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import Commit, Head, RefUpdate, Wants
from mlgovern.globs import matcher

_REVERTED = r"(?m:^This reverts commit ([0-9a-f]{7,64}+))"
_PICKED = r"(?m:^\(cherry picked from commit ([0-9a-f]{40,64}+)\))"
MOST_PUSHED = 20  # paths; each costs a walk through history
MOST_ARRIVALS = 1000  # commits of one push that are looked for upstream by what they change


def known(git: Git, commits: Iterable[Commit]) -> frozenset[str] | None:
    """Of the commits that messages say they revert, those that exist; None where that cannot be told."""
    said = {sha for commit in commits for sha in re.findall(_REVERTED, commit.message)}
    if said and state.boundary(git):
        return None
    return frozenset(sha for sha, kind in git.kinds(said).items() if kind == "commit")


def completed(git: Git, wants: Wants, commits: list[Commit]) -> list[Commit]:
    """The commits with their signatures, and with the branches that were merged, where a rule asks for these."""
    if wants.asked("signatures"):
        raw = git.objects(commit.id or "" for commit in commits)
        commits = [
            commit._replace(signature=_signature(blob.data) if blob else None)
            for commit, blob in zip(commits, raw, strict=True)
        ]
    return with_merges(git, wants, commits)


def with_merges(git: Git, wants: Wants, commits: list[Commit]) -> list[Commit]:
    """The commits with the branches that were merged, where a rule asks for these."""
    if not wants.asked("merges") or all(len(commit.parents) < 2 for commit in commits):
        return commits
    tips = _tips(git)
    return [
        commit._replace(merged=tuple(name for parent in commit.parents[1:] for name in tips.get(parent, ())))
        for commit in commits
    ]


def _signature(raw: bytes) -> str:
    """The kind of signature that a commit object carries; whether it is good is not judged: nothing is run for that."""
    head = raw.partition(b"\n\n")[0]
    begin = re.search(rb"(?m:^gpgsig(?:-sha256)? -----BEGIN (PGP|SSH|SIGNED))", head)
    return {b"PGP": "gpg", b"SSH": "ssh", b"SIGNED": "x509"}[begin[1]] if begin else ""


def _tips(git: Git) -> dict[str, tuple[str, ...]]:
    """The branches by the commit that each points at."""
    found: dict[str, dict[str, None]] = {}
    for head in state.heads(git):
        found.setdefault(head.tip, {})[head.name] = None
    return {tip: tuple(names) for tip, names in found.items()}


def pushed(git: Git, paths: Iterable[str]) -> dict[str, str]:
    """Of some paths, those that a commit on a remote has or had, and the newest such commit; of many, the first few."""
    found = {}
    for path in islice(paths, MOST_PUSHED):
        commit = git.ask("rev-list", "--max-count=1", "--remotes", "--", f":(top,literal){path}").decode().strip()
        if commit:
            found[path] = commit
    return found


def heads(git: Git, wants: Wants, judged: Iterable[str]) -> tuple[Head, ...] | None:
    """Every branch against the trunk; when those under judgement began. None where nobody asks or there is no trunk."""
    asked = wants.asked("heads")
    every = state.heads(git) if asked else ()
    if not every:
        return () if asked else None
    trunk = _trunk(every, dict.fromkeys(name for ask in asked for name in ask))
    if trunk is None:
        return None
    merged = {head.tip for head in state.heads(git, f"--merged={trunk.tip}")}
    open_ = [head._replace(merged=head.tip in merged) for head in every]
    asked_for = set(judged)
    return tuple(h._replace(began=_began(git, trunk, h)) if h.name in asked_for and not h.merged else h for h in open_)


def _trunk(every: tuple[Head, ...], names: Iterable[str]) -> Head | None:
    """The trunk as the remote has it, else as it is here."""
    for name in names:
        matches = matcher((name,))
        found = sorted(
            (head for head in every if matches(head.name)), key=lambda head: (head.remote == "", head.remote)
        )
        if found:
            return found[0]
    return None


def _began(git: Git, trunk: Head, head: Head) -> int | None:
    """When the first commit was made that the trunk lacks. Rebasing renews a committer's time, not an author's."""
    out = git.ask("log", "--format=%at %ct", "--no-show-signature", head.tip, "--not", trunk.tip, "--")
    return min(map(int, out.split()), default=None)


def updates(git: Git, wants: Wants, pushed: tuple[RefUpdate, ...]) -> tuple[RefUpdate, ...]:
    """The updates with what reaches a branch before any branch upstream of it, where the policy orders them."""
    asked = wants.asked("arrivals")
    if not asked or not pushed:
        return pushed
    every = state.heads(git)
    return tuple(_with_strays(git, update, asked, every) for update in pushed)


def _with_strays(git: Git, update: RefUpdate, asked: Iterable[tuple[str, ...]], every: tuple[Head, ...]) -> RefUpdate:
    name = update.branch
    order = next((ask[1:] for ask in asked if name and matcher((ask[0],))(name)), None)
    if order is None or update.deletes:
        return update
    upstream = matcher(order)
    tips = [head.tip for head in every if upstream(head.name)]
    return update._replace(strays=_strays(git, update, tips) if tips else None)


def _strays(git: Git, update: RefUpdate, tips: list[str]) -> tuple[str, ...]:
    known = [] if update.creates or state.resolve(git, update.old) is None else [update.old]
    new = listings.ids(git, ("--no-merges", update.new, "--not", *known, *tips), MOST_ARRIVALS)
    for tip in tips if new else ():  # a cherry-pick is another commit with the same change
        fresh = git.ask("rev-list", "--no-merges", "--right-only", "--cherry-pick", f"{tip}...{update.new}", "--")
        new = [commit for commit in new if commit.encode() in fresh]
    commits = listings.named(git, new) if new else []
    return tuple(commit.id for commit in commits if commit.id and not _picked(git, commit, tips))


def _picked(git: Git, commit: Commit, tips: list[str]) -> bool:
    """Whether the message names the commit upstream that this one was made from, by `cherry-pick -x`."""
    origins = [sha for sha in re.findall(_PICKED, commit.message) if state.resolve(git, sha)]
    return any(git.holds("merge-base", "--is-ancestor", sha, tip) for sha in origins for tip in tips)
