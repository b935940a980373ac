"""Which commits a change brings, in whatever clone a CI service has made; where that cannot be told, it is said."""

from time import monotonic

from mlgovern.enforce.providers import Change
from mlgovern.facts import deepening, listings, state
from mlgovern.facts.deepening import Remote
from mlgovern.facts.git import Git
from mlgovern.finding import NotJudged
from mlgovern.record import NamedTuple

DEPTHS = (50, 100, 200, 400, 800)
MOST_SECONDS = 60  # for all fetches together
WHAT = "commit range"
_UNKNOWN = "the commit that it begins with is not known here"


class Ends(NamedTuple):
    """Two commits, by id: what is on `head` and not on `base` is the change. Empty: unknown here, and `gaps` say why."""

    base: str
    head: str
    gaps: tuple[NotJudged, ...] = ()
    notes: tuple[str, ...] = ()
    merged: str = ""  # where the service itself made `head` for the occasion, what it merged: the end of the change


class _Sought(NamedTuple):
    """What to look for: two ids, and the branch to begin from where the service tells no first one."""

    base: str
    head: str
    branch: str


def ends(git: Git, change: Change) -> Ends:
    """The ends of a change. A clone that is too shallow is deepened, a little at a time."""
    far = deepening.remote(git)
    sought = _sought(git, far, change)
    if change.merge and not change.head:
        found = _of_merge(git, far, sought)
        if found is not None:
            return found
    why = _completed(git, far, sought)
    base, head = _begin(git, far, sought), state.resolve(git, sought.head) or ""
    pushed = change.source == change.target or not change.target
    if not base and sought.base and pushed:  # what was there before a forced push may be gone
        sought = sought._replace(base="")
        base = _begin(git, far, sought)
    if base and head and _complete(git, base, head):
        if sought.base or not pushed:
            return Ends(base, head)
        if change.source or change.default or state.merge_base(git, base, head) != head:
            return Ends(base, head, (), (f"What is new here was not told: judged is what {sought.branch} lacks.",))
        why = _UNKNOWN  # this may be a branch of any name, and all that is new on it
    why = why or ("this clone is shallow" if state.boundary(git) else _UNKNOWN)
    gap = NotJudged(WHAT, f"{why}; check out the whole history (fetch-depth: 0), or say --base and --head")
    return Ends(base, head or state.resolve(git, "HEAD") or "", (gap,))


def _of_merge(git: Git, far: Remote, sought: _Sought) -> Ends | None:
    """The ends where what is checked out is the service's own merge: its first parent is on the target branch.

    Its form alone tells nothing: whoever brings a change can end it with a merge as well.
    """
    parents = listings.recorded(git, [sought.head])[sought.head].parents if sought.head else ()
    if len(parents) != 2 or not sought.branch:
        return None
    tips = sought._replace(base="", head=parents[1])
    _completed(git, far, tips)
    target = _begin(git, far, tips)
    if not (target and state.resolve(git, parents[0]) and git.holds("merge-base", "--is-ancestor", parents[0], target)):
        return None
    base = state.resolve(git, sought.base or parents[0]) or ""
    complete = base and state.resolve(git, parents[1]) and _complete(git, base, parents[1])
    return Ends(base, sought.head, merged=parents[1]) if complete else None


def _completed(git: Git, far: Remote, sought: _Sought) -> str:
    """Fetch what is missing between the two; why that ended early, or nothing."""
    begun = monotonic()
    for depth in DEPTHS:
        base, head = _begin(git, far, sought), state.resolve(git, sought.head)
        if base and head and _complete(git, base, head):
            return ""
        if not far.url:
            return far.why
        if monotonic() - begun > MOST_SECONDS:
            return f"its history took longer than {MOST_SECONDS} s to fetch"
        shallow = bool(state.boundary(git))
        deepening.fetch(git, far, (sought.base, sought.head), (sought.branch,), depth if shallow else 0)
        if not shallow:
            break
    return ""


def _sought(git: Git, far: Remote, change: Change) -> _Sought:
    base = "" if set(change.base) <= {"0"} else change.base
    branch = change.target if change.target != change.source else change.default
    if not (base or branch):
        branch = deepening.default(git, far)
    return _Sought(base, change.head or state.resolve(git, "HEAD") or "", "" if branch == change.source else branch)


def _begin(git: Git, far: Remote, sought: _Sought) -> str:
    """The commit to begin with: the one that the service told, or where it told none the tip of the branch; if it is here."""
    if sought.base or not sought.branch:
        return state.resolve(git, sought.base) or ""
    tip = state.resolve(git, f"refs/remotes/{far.name or 'origin'}/{sought.branch}")
    return tip or state.resolve(git, f"refs/heads/{sought.branch}") or ""


def _complete(git: Git, base: str, head: str) -> bool:
    """Whether all commits between the two are here."""
    return state.merge_base(git, base, head) is not None and not state.cut(git, f"{base}..{head}")
