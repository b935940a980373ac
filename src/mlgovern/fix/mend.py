"""`mlgovern fix`: one plan of small steps, each said before it is done; what cannot be mended mechanically is left."""

import os
from collections.abc import Iterable, Iterator
from shlex import quote
from typing import NamedTuple

from mlgovern.enforce.check import Request, check, from_top, policy_of
from mlgovern.facts import collect, listings
from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File
from mlgovern.finding import Finding
from mlgovern.fix import notebook_steps
from mlgovern.fix.step import Step
from mlgovern.fix.terms import RULE, terms
from mlgovern.fix.untracking import untracking
from mlgovern.reporters.plain import printable

MENDABLE = (RULE, "tracked-env-file")


class Asked(NamedTuple):
    """What to mend: findings of these rules or families within these paths, in the index alone or on disk."""

    paths: tuple[str, ...] = ()
    staged: bool = False
    only: tuple[str, ...] = ()
    policy: str | None = None
    foreign: bool = False


def mend(asked: Asked, *, dry_run: bool = False) -> Iterator[str]:
    """Do what can be done, a line per step; with `dry_run` only the lines."""
    request = Request(
        () if asked.staged else asked.paths, asked.staged, only=asked.only or MENDABLE, policy=asked.policy
    )
    report = check(request._replace(foreign=asked.foreign))
    with wall.locate("." if asked.foreign else None) as git:
        steps = list(_plan(git, asked, report.findings))
        for step in steps:
            would = "would " if dry_run and step.act else ""
            yield would + printable(step.says)
            if step.act and not dry_run:
                step.act()
        yield from _closing(steps, dry_run=dry_run)


def _plan(git: Git, asked: Asked, findings: Iterable[Finding]) -> Iterator[Step]:
    given = terms(git, policy_of(git, asked.policy))
    tracked, unmerged = listings.tracked(git)
    inside = [from_top(git, path) for path in asked.paths]
    conflicts = collect.within({path: File(path) for path in unmerged}, inside) if asked.staged else ()
    yield from (Step(f"leave {path}: it has merge conflicts") for path in conflicts)
    named = {from_top(git, path) for path in asked.paths if _is_named(path, asked)}
    yield from (notebook_steps.named(git, path, given) for path in sorted(named))
    within = collect.within(tracked, inside)
    found = [finding for finding in findings if finding.place.path in within and finding.waiver is None]
    notebooks, envs = (
        dict.fromkeys(tracked[finding.place.path or ""] for finding in found if finding.rule == rule)
        for rule in MENDABLE
    )
    strip_one = notebook_steps.staged if asked.staged else notebook_steps.on_disk
    yield from (strip_one(git, file, given) for file in notebooks if file.path not in named)
    yield from untracking(git, tuple(envs), staged=asked.staged)


def _is_named(path: str, asked: Asked) -> bool:
    """Whether a notebook on disk is meant by its own name, be it staged or not."""
    wanted = not asked.only or not {RULE, "notebooks"}.isdisjoint(asked.only)
    return wanted and not asked.staged and path.endswith(notebook_steps.ENDS) and os.path.isfile(path)


def _closing(steps: list[Step], *, dry_run: bool) -> Iterator[str]:
    done = [step for step in steps if step.act]
    if not done:
        yield "nothing to mend mechanically; `mlgovern check` lists what is left for a person"
        return
    add = dict.fromkeys(step.add for step in done if step.add)
    if add and not dry_run:
        yield "then: git add " + " ".join(quote(path) for path in add)
