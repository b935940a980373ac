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
    found = _found(git, far, sought, change)
    begun, why = monotonic(), far.why
    for depth in DEPTHS if far.url else ():
        if found is not None:
            break
        if monotonic() - begun > MOST_SECONDS:
            why = f"its history took longer than {MOST_SECONDS} s to fetch"
            break
        shallow = bool(state.boundary(git))
        deepening.fetch(git, far, (sought.base, sought.head), (sought.branch,), depth if shallow else 0)
        found = _found(git, far, sought, change)
        if not shallow:
            break
    if found is not None:
        return found
    why = why or (
        "this clone is shallow" if state.boundary(git) else "the commit that it begins with is not known here"
    )
    gap = NotJudged(WHAT, f"{why}; check out the whole history (fetch-depth: 0), or say --base and --head")
    head = state.resolve(git, sought.head) or state.resolve(git, "HEAD") or ""
    return Ends(_begin(git, far, sought)[0], head, (gap,))


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


def _begin(git: Git, far: Remote, sought: _Sought) -> tuple[str, str]:
    """The commit to begin with, and the branch that it is the tip of where the service told no commit that is here."""
    told = state.resolve(git, sought.base) if sought.base else None
    if told is not None or not sought.branch:
        return told or "", ""
    tip = state.resolve(git, f"refs/remotes/{far.name or 'origin'}/{sought.branch}")
    return tip or state.resolve(git, f"refs/heads/{sought.branch}") or "", sought.branch


def _found(git: Git, far: Remote, sought: _Sought, change: Change) -> Ends | None:
    """Both ends, if all commits between them are here."""
    head, (base, branch) = state.resolve(git, sought.head), _begin(git, far, sought)
    if head is None or not base or state.merge_base(git, base, head) is None:
        return None
    if state.cut(git, f"{base}..{head}"):
        return None
    pushed = branch and change.source == change.target
    notes = (f"What is new here was not told: judged is what {branch} lacks.",) if pushed else ()
    return Ends(base, head, (), notes)
