"""The steps that make what a structure requires; a file that is on disk already is its owner's to stage."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from mlgovern.errors import UserError
from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding
from mlgovern.fix.draft import Draft
from mlgovern.fix.step import Step
from mlgovern.policy.model import Policy
from mlgovern.rules.notebooks.reading import quoted
from mlgovern.setup import scaffold

RULE = "missing-required-path"


def scaffolding(draft: Draft, found: Iterable[Finding], policy: Policy) -> Iterator[Step]:
    """A step for each missing path that a file can be made for."""
    tracked = {path: file for path, file in draft.tracked.items() if draft.holds(path)}
    snapshot = Snapshot(stages=("audit",), files=tuple(tracked.values()), tracked=tracked)
    project = Path(draft.git.top).resolve().name
    files = {made.key: made for made in scaffold.made(snapshot, policy, project) if made.path}
    for finding in found:
        made = files.get(finding.key)
        if made is not None and finding.mend.startswith(_OURS):
            yield _step(draft, made, finding)


_OURS = ("mkdir -p ", "touch ", "one of these ", "a file that ")  # a mend of the team's own is for a person


def _step(draft: Draft, made: scaffold.Made, finding: Finding) -> Step:
    there = made.path.removesuffix(scaffold.KEEP).rstrip("/")
    place = Path(draft.git.top) / there
    if place.is_file() or (place.is_dir() and any(place.iterdir())):
        add = f"git add {quoted(there)}"
        return Step(f"leave {made.path}: {there} is on disk and not staged; {add}", (finding,), acts=False)
    if draft.planned(made.path) is not None:
        return Step(f"keep {made.path} as written above", (finding,), acts=False)
    try:
        with draft.together():
            for side in draft.sides:
                side.write(made.path, made.data)
    except UserError as error:
        return Step(f"leave {made.path}: {error}", (finding,), acts=False)
    return Step(f"write {made.path}", (finding,), add="" if draft.staged else made.path)
