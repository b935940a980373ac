"""`mlgovern fix`: one plan of small steps, each said before any is done; what cannot be mended mechanically is left."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from mlgovern import engine
from mlgovern.enforce.check import Request, check, from_top, policy_of
from mlgovern.errors import UserError
from mlgovern.facts import collect, listings
from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.finding import Finding, NotJudged
from mlgovern.fix import ignore_lines, notebook_steps, scaffolding, undo, untracking
from mlgovern.fix.draft import Draft
from mlgovern.fix.left import left, unjudged
from mlgovern.fix.step import Step
from mlgovern.fix.terms import RULE, terms
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple
from mlgovern.reporters.plain import printable
from mlgovern.rules.data.blobs import oversized_file
from mlgovern.rules.notebooks.reading import quoted

ENV, IGNORED, UNIGNORED, UNSETTLED = (
    "tracked-env-file",
    "ignored-but-tracked",
    "not-ignored-path",
    "missing-or-unignored-path",
)
ORDER = "notebook-order"  # told by execution counts alone
SIZE = "oversized-file"
BUILT = (scaffolding.RULE, UNIGNORED, UNSETTLED)


class Asked(NamedTuple):
    """What to mend: findings of these rules or families within these paths, in the index alone or on disk."""

    paths: tuple[str, ...] = ()
    staged: bool = False
    only: tuple[str, ...] = ()
    policy: str | None = None
    foreign: bool = False


def mend(asked: Asked, *, dry_run: bool = False) -> Iterator[str]:
    """Say the plan, do it, and say what is left; with `dry_run` nothing is done."""
    paths = () if asked.staged else asked.paths
    report = check(Request(paths, asked.staged, only=asked.only, policy=asked.policy, foreign=asked.foreign))
    with wall.locate("." if asked.foreign else None) as git:
        policy = policy_of(git, asked.policy, os.path.join(git.common_dir, "mlgovern"))
        tracked, unmerged = listings.tracked(git)
        draft = Draft(git, tracked, unmerged, staged=asked.staged)
        within = _within(git, asked)
        standing = [finding for finding in report.findings if finding.waiver is None and within(finding)]
        steps = list(_plan(draft, asked, policy, unmerged, standing))
        for step in steps:
            yield ("would " if dry_run and step.acts else "") + printable(step.says)
        if not dry_run and any(step.acts for step in steps):
            draft.apply()
        yield from map(printable, _closing(draft, steps, dry_run=dry_run))
        report = report._replace(not_judged=(*report.not_judged, *_absent(draft, asked)))
        spoken_of = {*unmerged, *(from_top(git, path) for path in asked.paths if _is_named(path, asked))}
    yield from map(printable, unjudged(report, spoken_of))
    families = {rule: decision.outline.family for rule, decision in policy.decisions.items()}
    others = _others(draft, policy, steps, standing)
    yield from map(printable, left(others, families))
    if not _chosen(asked, policy) and any(finding.rule in BUILT for finding in others):
        yield "`mlgovern fix --only structure` makes what is missing of a structure and of .gitignore"


def _others(draft: Draft, policy: Policy, steps: list[Step], standing: Iterable[Finding]) -> list[Finding]:
    """What no step is about, and none settles: what was found in a file that goes, or in the outputs of a notebook."""
    spoken_of = {finding for step in steps for finding in step.mends}
    paths = {finding.place.path for step in steps if step.acts for finding in step.mends if finding.rule == RULE}
    large = _large(draft, policy, paths)

    def settled(finding: Finding) -> bool:
        if finding.rule == SIZE:
            return finding.place.path not in large
        return finding.mend.startswith("mlgovern fix ") or finding.rule == ORDER

    return [
        finding
        for finding in standing
        if finding not in spoken_of
        and not draft.untracks(finding.place.path or "")
        and not (finding.place.path in paths and settled(finding))
    ]


def _large(draft: Draft, policy: Policy, stripped: Iterable[str | None]) -> set[str | None]:
    """The notebooks that are too large without their outputs as well."""
    tracked = [draft.tracked[path] for path in stripped if path and path in draft.tracked]
    files = [file._replace(size=len(draft.planned(file.path) or b"")) for file in tracked]
    snapshot = Snapshot(stages=("audit",), files=tuple(files), tracked=draft.tracked)
    settings: Any = engine.settings(policy, SIZE)
    return {said.place.path for said in oversized_file(snapshot, settings) if isinstance(said, Finding)}


def _absent(draft: Draft, asked: Asked) -> list[NotJudged]:
    """Of what was asked for as staged, the paths where nothing is; elsewhere the check says so."""
    paths = [from_top(draft.git, path) for path in asked.paths] if asked.staged else []
    return [
        NotJudged(path, "nothing tracked lies there") for path in paths if not collect.within(draft.tracked, [path])
    ]


def take_back(*, foreign: bool, dry_run: bool = False) -> Iterator[str]:
    """Put back what the last fix changed."""
    with wall.locate("." if foreign else None) as git:
        yield from map(printable, undo.undo(git, dry_run=dry_run))


def _plan(
    draft: Draft, asked: Asked, policy: Policy, unmerged: Iterable[str], findings: list[Finding]
) -> Iterator[Step]:
    given, paths = terms(draft.git, policy), [from_top(draft.git, path) for path in asked.paths]
    conflicts = collect.within({path: File(path) for path in unmerged}, paths) if asked.staged else ()
    yield from (Step(f"leave {path}: it has merge conflicts", acts=False) for path in conflicts)
    found = {rule: _by_file(draft, findings, rule) for rule in (RULE, ENV, IGNORED)}
    named = dict.fromkeys(sorted(from_top(draft.git, path) for path in asked.paths if _is_named(path, asked)))
    about = {file.path: of for file, of in found[RULE].items()}
    for path in named:
        yield from _safely(path, partial(notebook_steps.named, draft, path, given, about.get(path, ())))
    strip_one = notebook_steps.staged if asked.staged else notebook_steps.on_disk
    for file, of in found[RULE].items():
        if file.path not in named:
            yield from _safely(file.path, partial(strip_one, draft, file, given, of), of)
    env = {file: (*of, *found[IGNORED].pop(file, ())) for file, of in found[ENV].items()}
    yield from untracking.env(draft, env)
    yield from untracking.ignored(draft, found[IGNORED])
    if _chosen(asked, policy):
        yield from _structure(draft, policy, findings)


def _chosen(asked: Asked, policy: Policy) -> bool:
    """Whether a structure is built: not one that nobody here has chosen, and not beside what is staged."""
    return bool(asked.only) or not (asked.staged or policy.embedded)


def _structure(draft: Draft, policy: Policy, findings: list[Finding]) -> Iterator[Step]:
    required = [finding for finding in findings if finding.rule == scaffolding.RULE]
    yield from scaffolding.scaffolding(draft, required, policy) if required else ()
    unignored = [finding for rule in BUILT[1:] for finding in findings if finding.rule == rule]
    try:
        with draft.together():
            steps = ignore_lines.missing(draft, unignored, _kept(policy)) if unignored else []
    except UserError as error:
        steps = [Step(f"leave {ignore_lines.IGNORE}: {error}", acts=False)]
    yield from steps


def _within(git: Git, asked: Asked) -> Callable[[Finding], bool]:
    paths = [from_top(git, path) for path in asked.paths]
    if not paths or "." in paths:
        return lambda _finding: True
    return lambda finding: any(
        finding.place.path == path or (finding.place.path or "").startswith(f"{path}/") for path in paths
    )


def _by_file(draft: Draft, findings: Iterable[Finding], rule: str) -> dict[File, tuple[Finding, ...]]:
    found: dict[File, tuple[Finding, ...]] = {}
    for finding in findings:
        file = draft.tracked.get(finding.place.path or "")
        if finding.rule == rule and file is not None:
            found[file] = (*found.get(file, ()), finding)
    return found


def _safely(path: str, step: Callable[[], Step], findings: tuple[Finding, ...] = ()) -> Iterator[Step]:
    """A step about one file; where it cannot be read, or is not to be, the others go on."""
    try:
        yield step()
    except UserError as error:
        yield Step(f"leave {path}: {error}", findings, acts=False)


def _kept(policy: Policy) -> tuple[str, ...]:
    settings: Any = engine.settings(policy, UNIGNORED)
    return tuple(settings.keep)


def _is_named(path: str, asked: Asked) -> bool:
    """Whether a notebook on disk is meant by its own name, be it staged or not."""
    wanted = not asked.only or not {RULE, "notebooks"}.isdisjoint(asked.only)
    return wanted and not asked.staged and path.endswith(notebook_steps.ENDS) and os.path.isfile(path)


def _closing(draft: Draft, steps: list[Step], *, dry_run: bool) -> Iterator[str]:
    done = [step for step in steps if step.acts]
    if not done:
        yield "nothing to mend mechanically; `mlgovern check` lists what is left for a person"
        return
    if draft.takes_away():
        yield "note: whoever pulls the commit loses their copy of what is untracked here"
    add = dict.fromkeys(step.add for step in done if step.add)
    if dry_run:
        return
    plain = [path for path in add if path == printable(path)]
    if plain:
        yield "then: git add " + " ".join(map(quoted, plain))
    if odd := [path for path in add if path not in plain]:
        yield f"stage by hand, since no such name can be pasted: {', '.join(odd)}"
    yield "undo: mlgovern fix --undo"
