"""`mlgovern fix`: one plan of small steps, each said before it is done; what cannot be mended mechanically is left."""

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from mlgovern import engine, files
from mlgovern.enforce.check import Request, check, from_top, policy_of
from mlgovern.errors import UserError
from mlgovern.facts import collect, listings
from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File
from mlgovern.fix import index
from mlgovern.fix.notebooks import strip
from mlgovern.fix.step import Step
from mlgovern.fix.untracking import untracking
from mlgovern.reporters.text import printable

MENDABLE = ("notebook-output", "tracked-env-file")


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
        settings = engine.settings(policy_of(git, asked.policy), "notebook-output")
        tracked, _ = listings.tracked(git)
        within = collect.within(tracked, [from_top(git, path) for path in asked.paths])
        found = [f for f in report.findings if f.rule in MENDABLE and f.place.path in within and f.waiver is None]
        notebooks = dict.fromkeys(tracked[f.place.path or ""] for f in found if f.rule == "notebook-output")
        strip_one = _strip_staged if asked.staged else _strip_on_disk
        steps = [strip_one(git, file, settings) for file in notebooks]
        envs = dict.fromkeys(tracked[f.place.path or ""] for f in found if f.rule == "tracked-env-file")
        steps += untracking(git, tuple(envs), staged=asked.staged)
        for step in steps:
            would = "would " if dry_run and step.act else ""
            yield would + printable(step.says)
            if step.act and not dry_run:
                step.act()
        yield from _closing(steps, dry_run=dry_run)


def _strip_staged(git: Git, file: File, settings: Any) -> Step:
    data = git.read(file.blob) or b""
    try:
        stripped = strip(data, settings, file.path)
    except UserError as error:
        return Step(f"leave {file.path}: {error}")
    says = f"strip {file.path} in the index alone; it will show as modified, since the outputs stay on disk"
    return Step(says, lambda: index.replace(git, file.path, file.mode, stripped))


def _strip_on_disk(git: Git, file: File, settings: Any) -> Step:
    place = Path(git.top) / file.path
    data = files.read(place)
    if data is None:
        return Step(f"leave {file.path}: it is not on disk; --staged mends the index alone")
    if data.replace(b"\r\n", b"\n") != (git.read(file.blob) or b"").replace(b"\r\n", b"\n"):
        return Step(f"leave {file.path}: it has unstaged changes; stage them, or mend the index alone with --staged")
    try:
        stripped = strip(data, settings, file.path)
    except UserError as error:
        return Step(f"leave {file.path}: {error}")
    return Step(f"strip {file.path}", lambda: files.write(place, stripped), file.path)


def _closing(steps: list[Step], *, dry_run: bool) -> Iterator[str]:
    done = [step for step in steps if step.act]
    if not done:
        yield "nothing to mend mechanically; `mlgovern check` lists what is left for a person"
        return
    add = dict.fromkeys(step.add for step in done if step.add)
    if add and not dry_run:
        yield "then: git add " + " ".join(quote(path) for path in add)
