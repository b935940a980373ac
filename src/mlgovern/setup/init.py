"""`mlgovern init`: what a repository lacks, computed from what it has, shown, then written; nothing is overwritten."""

from collections.abc import Iterable, Iterator, Mapping
from os.path import lexists
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlgovern.errors import UserError
from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.files import link_on, read, write
from mlgovern.gitignore import Ignores
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.reporters.plain import difference, tabbed
from mlgovern.rules.structure.lines import exception
from mlgovern.rules.structure.tree import heads
from mlgovern.setup import ci_file, ignore_file, policy_file, precommit_file, scaffold, schema_file, vscode_files
from mlgovern.setup.policy_file import Wanted
from mlgovern.setup.step import Step
from mlgovern.setup.vscode_files import Editor

if TYPE_CHECKING:
    from mlgovern.facts.git import Git

__all__ = ["Editor", "Step", "Wanted", "apply", "plan", "render", "run"]

_VSCODE = (vscode_files.SETTINGS, vscode_files.TASKS, vscode_files.EXTENSIONS)
_NEXT = (
    "Next: git add the files above, then `mlgovern install` puts the hooks in (or `pre-commit install`); "
    "where there are notebooks, `mlgovern install --notebook-filter` has Git strip them."
)


def run(wanted: Wanted, *, dry_run: bool = False) -> Iterator[str]:
    """Scaffold the current repository; the lines to print. A dry run shows every change and makes none."""
    from mlgovern.facts.git import locate

    policy_file.checked(wanted)
    with locate() as git:
        steps = planned(git, wanted)
        yield from render(steps, diffs=dry_run)
        if not dry_run:
            apply(Path(git.top), steps)
    if any(step.before != step.after for step in steps):
        yield "Nothing was written: this was a dry run." if dry_run else _NEXT


def planned(git: "Git", wanted: Wanted) -> tuple[Step, ...]:
    """The plan for a repository as it is on disk."""
    from mlgovern.facts.listings import present, tracked

    if git.top == git.git_dir:
        raise UserError("init writes files: run it in a work tree, not in a bare repository")
    top = Path(git.top)
    paths = (POLICY_FILE, schema_file.PATH, ignore_file.PATH, precommit_file.PATH, *_VSCODE, *_ci_path(wanted))
    linked = frozenset(path for path in paths if _is_linked(top, path))
    found = {path: read(top / path) for path in paths if path not in linked}
    existing = {path: data for path, data in found.items() if data is not None}
    policy = _policy(top, existing, wanted)
    there = present(git)
    held = folders_held_open(policy, there) if wanted.structure else ()
    ignored = ignore_file.Asked(must_ignore(policy, there), held)
    steps = plan(existing, wanted, editor_of(policy), ignored, tracked(git)[0])
    if wanted.structure:
        made = scaffolded(policy, [*there, *(step.path for step in steps)], held, top.resolve().name)
        steps = (*(_warned(step, made) if step.path == ignore_file.PATH else step for step in steps), *made)
        ignores = Ignores({"": next(step.after for step in steps if step.path == ignore_file.PATH)})
        steps = tuple(
            step for step in steps if step not in made or not (ignores.ignored(step.path) or lexists(top / step.path))
        )
    return tuple(_left(step) if _is_linked(top, step.path) else step for step in steps)


def plan(
    existing: Mapping[str, bytes],
    wanted: Wanted,
    editor: Editor,
    ignored: ignore_file.Asked = ignore_file.Asked(),  # noqa: B008 - an immutable value
    held_by_git: Iterable[str] = (),
) -> tuple[Step, ...]:
    """What becomes of each file, from the texts that are there alone."""
    return (
        policy_file.step(existing.get(POLICY_FILE), wanted),
        schema_file.step(existing.get(schema_file.PATH)),
        ignore_file.step(existing.get(ignore_file.PATH), held_by_git, ignored),
        precommit_file.step(existing.get(precommit_file.PATH)),
        *vscode_files.steps(existing.get, editor),
        *(ci_file.step(wanted.ci, existing.get(path)) for path in _ci_path(wanted)),
    )


def folders_held_open(policy: Policy, there: Iterable[str]) -> tuple[str, ...]:
    """The `.gitkeep` of each folder that the structure wants, be it ignored or not, and that holds nothing yet."""
    paths = list(there)
    return tuple(
        folder + scaffold.KEEP for folder in scaffold.folders(policy) if not any(p.startswith(folder) for p in paths)
    )


def scaffolded(policy: Policy, there: Iterable[str], held: Iterable[str], project: str) -> tuple[Step, ...]:
    """The files that the structure requires and that are not there."""
    files = {path: File(path) for path in (*there, *held)}
    snapshot = Snapshot(stages=("audit",), files=tuple(files.values()), tracked=files)
    made = [*scaffold.made(snapshot, policy, project), *(scaffold.Made(path, path) for path in held)]
    return tuple(Step(each.path, "what the structure requires", None, each.data) for each in made if each.path)


def _warned(step: Step, made: Iterable[Step]) -> Step:
    """The step of the ignore file, with how it could let in the first file that it keeps out."""
    ignores = Ignores({"": step.after})
    for each in made:
        source = ignores.ignored(each.path)
        if source is not None:
            way = exception(ignores, each.path, source, words=True)
            return step._replace(
                notes=(*step.notes, f"line {source.line} keeps out {each.path}, which a clone would need: {way}")
            )
    return step


def apply(top: Path, steps: Iterable[Step]) -> None:
    """Write what changes, file by file, each at once; UserError if a file is no longer what the plan was made for."""
    changing = [step for step in steps if step.before != step.after]
    for step in changing:
        if _is_linked(top, step.path) or read(top / step.path) != step.before:
            raise UserError(f"{step.path} has changed meanwhile: run `mlgovern init` again")
    for step in changing:
        write(top / step.path, step.after)


def render(steps: Iterable[Step], *, diffs: bool = True) -> Iterator[str]:
    """A line for each file, what its owner should know, and what changes in it."""
    for step in steps:
        yield f"{step.verb:<9}  {step.path}: {step.what}"
        yield from (f"             {tabbed(note)}" for note in step.notes)
        if diffs and step.before != step.after and not step.generated:
            yield from difference(step.path, step.before, step.after)


def editor_of(policy: Policy) -> Editor:
    """What the policy says that an editor can help with."""
    from mlgovern.rules.branches.editor import editor_pattern

    settings = {rule: decision.settings for rule, decision in policy.decisions.items() if decision.severity}
    strategy: Any = next((each.strategy for each in settings.values() if hasattr(each, "strategy")), None)
    length = getattr(settings.get("commit-header-long"), "warn", Editor().subject_length)
    line = getattr(settings.get("commit-body-long-line"), "width", Editor().line_length)
    if strategy is None:
        return Editor(subject_length=length, line_length=line)
    return Editor(strategy.name, tuple(strategy.protected), editor_pattern(strategy._replace(exempt=())), length, line)


def must_ignore(policy: Policy, there: Iterable[str] = ()) -> tuple[str, ...]:
    """What the policy's structure wants ignored, below each folder that it is meant for."""
    decision = policy.decisions.get("not-ignored-path")
    entries = decision.settings.must_ignore if decision and decision.severity else ()
    paths = tuple(there)
    return tuple(head + entry.path for entry in entries for head in heads(paths, entry.roots))


def _policy(top: Path, existing: Mapping[str, bytes], wanted: Wanted) -> Policy:
    """The policy as it will be; a broken one is said before anything is written."""
    from mlgovern.policy.cache import effective

    own = policy_file.step(existing.get(POLICY_FILE), wanted).after
    return effective(lambda path: own if path == POLICY_FILE else _safely(top, path), None)


def _safely(top: Path, path: str) -> bytes | None:
    return None if _is_linked(top, path) else read(top / path)


def _ci_path(wanted: Wanted) -> tuple[str, ...]:
    return (ci_file.path_of(wanted.ci),) if wanted.ci else ()


def _is_linked(top: Path, path: str) -> bool:
    return bool(link_on(top, path))


def _left(step: Step) -> Step:
    note = "it is reached through a symbolic link and left alone"
    return Step(step.path, step.what, b"", b"", (note,))
