"""What to type: the commands that mend a name, a push, or a commit on the wrong branch."""

from collections.abc import Iterable

from mlgovern.facts.snapshot import RefUpdate, Snapshot
from mlgovern.globs import matcher
from mlgovern.rules.branches.names import shown, sound
from mlgovern.rules.branches.pushes import pushed_branches
from mlgovern.rules.branches.strategy import Flow, Order, Strategy
from mlgovern.rules.branches.suggest import default_type, slug, suggestion, taken_apart, unclashed
from mlgovern.rx import rx

_SUBJECT = rx(r"(\w+)(?:\([^()]*\))?!?:\s")
_REFUSED = rx(
    r"[ ~^:?*\[\\]|\.\.|@\{|//|\A[-/.]|/\.|[/.]\Z|\.lock(?:/|\Z)"
)  # blanks, and what Git reads as more than a name
LONGEST_WORD = 20  # a longer one in a subject may be a key


def rename(name: str, snapshot: Snapshot, strategy: Strategy, others: Iterable[str] = ()) -> str:
    """The command that gives a branch a sound name beside the `others`; empty where no name suggests itself."""
    beside = tuple(others) or snapshot.branches
    new = suggestion(name, strategy, beside)
    if new == name and others:
        new = unclashed(name, others, strategy.max_length)
    if new is None or new == name or not sound(new, strategy):
        return ""
    if snapshot.operation == "rebase":
        return f"after the rebase, rename it to {new}"
    text = (
        " && ".join(_renaming(name, new, snapshot)) if _nameable(name) and _there(name, snapshot) else f"name it {new}"
    )
    guessed = not sound(name, strategy) and taken_apart(name, strategy).guessed
    return f"{text}\nchoose the type that fits" if guessed else text


def onto_working_branch(snapshot: Snapshot, strategy: Strategy) -> str:
    """The command that takes what is staged to a working branch."""
    new = _working_branch(snapshot, strategy, None)
    if new is None:
        return "commit on a working branch"
    if snapshot.operation == "rebase":
        return f"after the rebase, move the commit to a new branch such as {new}"
    return f"git switch -c {quoted(new)}"


def push_elsewhere(update: RefUpdate, snapshot: Snapshot, strategy: Strategy) -> str:
    """The command that pushes the same commits to a working branch."""
    here = snapshot.branch
    if here is not None and _nameable(here) and not matcher((*strategy.protected, *strategy.trunk))(here):
        return f"git push -u {quoted(snapshot.remote)} {quoted(here)}\nthen ask for a merge"
    new = _working_branch(snapshot, strategy, update.new)
    if new is None:
        return "push to a working branch, then ask for a merge"
    return f"git switch -c {quoted(new)} && git push -u {quoted(snapshot.remote)} {quoted(new)}"


def retarget(flow: Flow, target: str, strategy: Strategy) -> str:
    """What a pull request could do instead, and what may go where this one wanted to go."""
    instead = f"change the target to {' or '.join(flow.into)}" if flow.into else "cherry-pick what is missing there"
    ways = [
        f"{other.match} (cut from {' or '.join(other.cut_from)})" if other.cut_from else other.match
        for other in strategy.allowed
        if matcher(other.into)(target)
    ]
    return f"{instead}\ninto {shown(target)} go {', '.join(ways)}" if ways else instead


def upstream_first(update: RefUpdate, order: Order) -> str:
    """The commands that bring commits upstream, then from there to where they were meant to go."""
    commits = [commit[:12] for commit in update.strays or ()]
    named = " ".join(commits[:5]) + (" …" if len(commits) > 5 else "")
    literal = next((glob for glob in order.first_on if set(glob).isdisjoint("*?[{")), "UPSTREAM")
    return f"merge it into {literal} first, then git cherry-pick -x what it became there\ngit log --oneline --no-walk {named}"


def _there(name: str, snapshot: Snapshot) -> bool:
    """Whether the branch exists, rather than being about to be made."""
    update = next((update for branch, update in pushed_branches(snapshot) if branch == name), None)
    return update is None or bool(update.local) or "pre-push" not in snapshot.stages


def _renaming(name: str, new: str, snapshot: Snapshot) -> list[str]:
    old, new, remote = quoted(name), quoted(new), quoted(snapshot.remote)
    update = next((update for branch, update in pushed_branches(snapshot) if branch == name), None)
    elsewhere = snapshot.branch is not None and name != snapshot.branch and name not in snapshot.branches
    if update is not None and elsewhere and "pre-push" in snapshot.stages:  # git push REMOTE HEAD:NAME
        commands = [f"git push {remote} {update.new[:12]}:refs/heads/{new}"]
    else:
        commands = [f"git branch -m {old} {new}", f"git push {remote} -u {new}"]
    if "ci" in snapshot.stages or (update is not None and not update.creates):
        return [*commands, f"git push {remote} --delete {old}"]
    return commands[:1]


def _working_branch(snapshot: Snapshot, strategy: Strategy, tip: str | None) -> str | None:
    messages = (commit.message for commit in snapshot.arriving if commit.id == tip)
    subject = next(messages, "").partition("\n")[0]
    head = _SUBJECT.match(subject)
    topic = " ".join(word for word in (subject[head.end() :] if head else subject).split() if len(word) <= LONGEST_WORD)
    kind = head[1] if head else default_type(strategy)
    names = (suggestion(f"{kind}/{words}", strategy, snapshot.branches) for words in (slug(topic), "my-topic") if words)
    return next((name for name in names if name is not None), None)


def _nameable(name: str) -> bool:
    """Whether Git takes this for a local branch, and a terminal for text."""
    return name.isprintable() and name not in {"", "@", "HEAD"} and not _REFUSED.search(name)


def quoted(text: str) -> str:
    """A name as a word for a shell."""
    from shlex import quote

    return quote(text)
