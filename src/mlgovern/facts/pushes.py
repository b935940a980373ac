"""A push, from what git tells its hook: what it changes on the other side, and the commits that the remote lacks."""

from collections.abc import Iterator

from mlgovern.errors import GitError
from mlgovern.facts import history, listings, state
from mlgovern.facts.collect import here
from mlgovern.facts.git import Git
from mlgovern.facts.ranges import Span, among, commit_range
from mlgovern.facts.snapshot import Commit, RefUpdate, Snapshot, Wants
from mlgovern.finding import NotJudged
from mlgovern.record import NamedTuple
from mlgovern.rx import rx

_NAMED = rx(r"[\w./-]+")  # a remote by its name; an address may hold a password, and is not for any output
NOTES = "refs/notes/"  # git itself writes their messages


class Push(NamedTuple):
    """What is known of a push as a whole; its commits, by the tips of its refs; and those that are notes on others."""

    facts: Snapshot
    spans: tuple[Span, ...] = ()
    notes: tuple[Span, ...] = ()


def pushed(git: Git, wants: Wants, stages: tuple[str, ...], lines: bytes, remote: str) -> Push:
    """The push of pre-push's standard input."""
    updates = history.updates(git, wants, tuple(_updates(git, lines)))
    if not updates:
        return Push(here(git, wants, stages))
    refs = {update.ref: update.new for update in updates if not update.deletes}
    commits = {ref: state.resolve(git, new) for ref, new in refs.items()}
    gaps = tuple(NotJudged(ref, "it is no commit") for ref, commit in commits.items() if commit is None)
    known = dict.fromkeys(update.old for update in updates if update.forced is not None and not update.creates)
    there = ("--not", *known, f"--remotes={remote}")
    tips = list(dict.fromkeys(tip for ref, tip in commits.items() if tip and not ref.startswith(NOTES)))
    named = remote if _NAMED.fullmatch(remote) else "origin"
    facts = here(git, wants, stages)._replace(updates=updates, branches=state.branches(git), remote=named, gaps=gaps)
    facts = among(git, wants, facts)._replace(lineage=_lineage(git, wants, tips, there))
    spans = tuple(Span((tip, *there, *tips[:number]), tip, facts) for number, tip in enumerate(tips))
    notes = dict.fromkeys(tip for ref, tip in commits.items() if tip and ref.startswith(NOTES))
    return Push(facts, spans, tuple(Span((tip, *there), tip, facts) for tip in notes))


def contents(git: Git, wants: Wants, push: Push) -> Iterator[Snapshot]:
    """What is judged of a push: refs, commits and files; of notes the files alone."""
    for span in push.spans:
        yield from commit_range(git, wants, push.facts.stages, span)
    if not push.spans:
        yield push.facts
    for span in push.notes:
        parts = commit_range(git, wants, push.facts.stages, span)
        yield from (part._replace(scope="files", commits=()) for part in parts if part.scope in {"all", "files"})


def _updates(git: Git, lines: bytes) -> Iterator[RefUpdate]:
    for line in filter(None, lines.decode("utf-8", "surrogateescape").split("\n")):
        words = line.split(" ")
        if len(words) != 4:
            raise GitError("pre-push reads `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID` lines, as git writes them")
        update = RefUpdate(words[2], words[3], words[1], local=words[0])
        yield update._replace(forced=_forced(git, update))


def _forced(git: Git, update: RefUpdate) -> bool | None:
    if update.creates or update.deletes:
        return False
    if state.resolve(git, update.old) is None or state.resolve(git, update.new) is None:
        return None
    return not git.holds("merge-base", "--is-ancestor", update.old, update.new)


def _lineage(git: Git, wants: Wants, tips: list[str], there: tuple[str, ...]) -> tuple[Commit, ...]:
    """All commits of a push with several tips, of which each span holds a part: the tips whole, the others by parents."""
    if len(tips) < 2:
        return ()
    whole = {commit.id: commit for commit in listings.named(git, tips)}
    lines = git.ask("rev-list", "--parents", f"--max-count={wants.max_commits}", *tips, *there, "--").decode()
    light = [Commit(id=first, parents=tuple(rest)) for first, *rest in map(str.split, lines.splitlines())]
    return tuple(history.with_merges(git, wants, [whole.get(commit.id, commit) for commit in light]))
