"""Commits that wait to be folded into another, and where they must not arrive."""

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Covered, Stricter
from mlgovern.finding import Finding
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.commits.exempt import AUTOSQUASH, Subject, subjects
from mlgovern.rules.commits.suggest import quoted


class Sharing(NamedTuple):
    """Which pushes are judged; the gate judges every commit."""

    protected: Covered[Glob] = (Glob("main"), Glob("master"), Glob("release/*"))  # the strategy's, unless said here
    everywhere: Stricter = False  # a push to any other branch as well


def commit_autosquash(snapshot: Snapshot, settings: Sharing) -> Verdicts:
    """A fixup!, squash! or amend! commit was not folded in.

    Why: such a commit is half a change; the history that others build on should hold it only inside the commit it mends.
    Pushing one for a review is free, unless the policy says otherwise.
    Mend: git rebase -i --autosquash BASE
    """
    waiting = [one for one in subjects(snapshot) if one.exempt == "autosquash" and one.commit.id is not None]
    arriving = _arriving(waiting, snapshot, settings) if waiting else []
    base = _base(arriving, snapshot) if arriving else ""
    for subject in arriving:
        mark = subject.text.partition(" ")[0]
        message = f"{quoted(subject.text)} waits to be folded into the commit it mends; no {mark} commit is kept"
        yield Finding(message, subject.place(0, len(mark)), f"git rebase -i --autosquash {base}")


def _arriving(waiting: list[Subject], snapshot: Snapshot, settings: Sharing) -> list[Subject]:
    """Those that a push brings to a protected branch; at the gate, or if the policy says so, all of them."""
    if settings.everywhere or "pre-push" not in snapshot.stages:
        return waiting
    protected = matcher(settings.protected)
    tips = [update.new for update in snapshot.updates if update.branch and protected(update.branch)]
    # A page of a long history: what leads to its commits lies in another.
    if tips and snapshot.scope == "commits" and not snapshot.lineage:
        return waiting
    reached = _reached(tips, snapshot)
    return [subject for subject in waiting if subject.commit.id in reached]


def _reached(tips: list[str], snapshot: Snapshot) -> set[str]:
    """The commits under judgement that are reachable from some of them."""
    parents = {commit.id: commit.parents for commit in snapshot.arriving if commit.id}
    reached: set[str] = set()
    while tips:
        tip = tips.pop()
        if tip in parents and tip not in reached:
            reached.add(tip)
            tips += parents[tip]
    return reached


def _base(arriving: list[Subject], snapshot: Snapshot) -> str:
    """Below the oldest commit that one of them mends; where one mends what is not under judgement, the whole work."""
    from shlex import quote

    every = subjects(snapshot)
    first = {one.text: number for number, one in reversed([*enumerate(every)])}
    oldest = min(first.get(_mended(subject.text), -1) for subject in arriving)
    if oldest < 0:
        return quote(f"{snapshot.remote}/{snapshot.target or 'HEAD'}")
    commit = every[oldest].commit
    return f"{(commit.id or '')[:12]}~1" if commit.parents else "--root"


def _mended(text: str) -> str:
    while text.startswith(AUTOSQUASH):
        text = text.partition(" ")[2]
    return text
