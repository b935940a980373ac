"""Which commits a change brings, in whatever clone a CI service has made; where that cannot be told, it is said."""

from time import monotonic
from typing import NamedTuple

from mlgovern.enforce.providers import Change
from mlgovern.facts import deepening, listings, state
from mlgovern.facts.deepening import Remote
from mlgovern.facts.git import Git
from mlgovern.finding import NotJudged

DEPTHS = (50, 100, 200, 400, 800)
MOST_SECONDS = 60  # for all fetches together
WHAT = "commit range"


class Ends(NamedTuple):
    """Two commits, by id: what is on `head` and not on `base` is the change. Empty: unknown here, and `gaps` say why."""

    base: str
    head: str
    gaps: tuple[NotJudged, ...] = ()
    notes: tuple[str, ...] = ()


class _Sought(NamedTuple):
    """What to look for: two ids, and the branch to begin from where the service tells no first one."""

    base: str
    head: str
    branch: str


def ends(git: Git, change: Change) -> Ends:
    """The ends of a change. A clone that is too shallow is deepened, a little at a time."""
    far, sought = deepening.remote(git), _sought(git, change)
    why = _completed(git, far, sought)
    base, head = _begin(git, far, sought), state.resolve(git, sought.head) or ""
    notes: tuple[str, ...] = ()
    if not base and sought.base and change.source == change.target:  # what was there before a forced push may be gone
        base = _begin(git, far, sought._replace(base=""))
    if base and head and _complete(git, base, head):
        if change.source == change.target and base != sought.base:
            notes = (f"What is new here was not told: judged is what {sought.branch} lacks.",)
        return Ends(base, head, (), notes)
    why = why or (
        "this clone is shallow" if state.boundary(git) else "the commit that it begins with is not known here"
    )
    gap = NotJudged(WHAT, f"{why}; check out the whole history (fetch-depth: 0), or say --base and --head")
    return Ends(base, head or state.resolve(git, "HEAD") or "", (gap,))


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


def _sought(git: Git, change: Change) -> _Sought:
    base, head = "" if set(change.base) <= {"0"} else change.base, change.head
    if not head:
        tip = state.resolve(git, "HEAD") or ""
        parents = listings.recorded(git, [tip])[tip].parents if tip else ()
        if change.merge and len(parents) == 2:  # also in a clone of one commit, where they are not here
            base, head = base or parents[0], parents[1]
        else:
            head = tip
    branch = change.target if change.target != change.source else change.default
    return _Sought(base, head, "" if branch == change.source else branch)


def _begin(git: Git, far: Remote, sought: _Sought) -> str:
    """The commit to begin with: the one that the service told, or where it told none the tip of the branch; if it is here."""
    if sought.base or not sought.branch:
        return state.resolve(git, sought.base) or ""
    tip = state.resolve(git, f"refs/remotes/{far.name or 'origin'}/{sought.branch}")
    return tip or state.resolve(git, f"refs/heads/{sought.branch}") or ""


def _complete(git: Git, base: str, head: str) -> bool:
    """Whether all commits between the two are here."""
    return state.merge_base(git, base, head) is not None and not state.cut(git, f"{base}..{head}")
