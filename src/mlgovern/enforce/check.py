"""`mlgovern check`: the engine over whatever the user points at, in the repository around the current directory."""

import os
import sys
from collections.abc import Callable, Iterable

from mlgovern import engine
from mlgovern.enforce.advice import advised, placed
from mlgovern.enforce.client import today
from mlgovern.enforce.waiving import settled
from mlgovern.errors import PolicyError, UserError
from mlgovern.facts import collect, ranges, state
from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.facts.message import MOST_BYTES
from mlgovern.facts.snapshot import Snapshot, Wants
from mlgovern.facts.versions import EVERYTHING, Listing
from mlgovern.finding import NotJudged, Report, Severity
from mlgovern.policy.cache import effective
from mlgovern.policy.model import OWN_VALUES, POLICY_FILE, Policy
from mlgovern.record import NamedTuple
from mlgovern.regular import regular


class Request(NamedTuple):
    """What to judge: one of staged, range, history, message and branch, else everything tracked within the paths."""

    paths: tuple[str, ...] = ()
    staged: bool = False
    range: str | None = None
    history: bool = False  # every file version, of all refs or of the range
    message: str | None = None  # a file's path, or - for standard input
    branch: str | None = None
    target: str | None = None  # the branch that a branch or a range is meant for
    only: tuple[str, ...] = ()
    strict: bool = False
    policy: str | None = None  # a file's path
    foreign: bool = False  # another repository than the one that GIT_* variables speak of


def check(request: Request) -> Report:
    """Judge what was asked for."""
    _understood(request)
    with wall.locate("." if request.foreign else None, bare=request.history) as git:
        policy = policy_of(git, request.policy, os.path.join(git.common_dir, "mlgovern"))
        engine.known(policy, request.only)
        if request.strict:
            policy = policy._replace(fail_on=min(policy.fail_on, Severity.WARNING))
        base = _base(request)
        if base is not None:
            policy = settled(git, policy, base)
        not_judged: tuple[NotJudged, ...] = ()
        if request.history:
            report = _past(git, request, policy)
        elif request == request._replace(staged=False, range=None, message=None, branch=None):
            report, not_judged = _tree(git, request, policy)
        else:
            snapshots, not_judged = _snapshots(git, request, policy)
            report = advised(git, engine.evaluate_all(snapshots, policy, today(), request.only))
            if request.range is not None:
                report = _of_range(git, request.range, policy, report)
        if request.only and not any(engine.enabled(policy, [report.stage], request.only)):
            not_judged += (NotJudged(", ".join(request.only), f"nothing of it is on at stage {report.stage}"),)
        elif OWN_VALUES in request.only and not request.staged:
            not_judged += (NotJudged("your own env files", "they are read where work is made: by hooks and --staged"),)
        notes = (*report.notes, *_notes(git, request, policy))
        report = report._replace(not_judged=(*report.not_judged, *not_judged), notes=notes)
        return report if request.foreign or git.bare else placed(report, _below(git))


def _of_range(git: Git, span: str, policy: Policy, report: Report) -> Report:
    from mlgovern.enforce.once import once
    from mlgovern.enforce.tools import resolved

    return once(resolved(git, policy, report, commits_of(git, span)[1]) if report.not_judged else report)


def _understood(request: Request) -> None:
    """UserError where a request contradicts itself."""
    known = ("staged", "range", "history", "message", "branch")
    chosen = [name for name in known if getattr(request, name) not in (None, False)]
    if len(chosen) > 1 and chosen != ["range", "history"]:
        raise UserError(f"--{chosen[0]} and --{chosen[1]} ask for different things; give one")
    if chosen and request.paths:
        raise UserError(f"--{chosen[0]} takes no paths")
    if request.target is not None and chosen not in (["branch"], ["range"]):
        raise UserError("--target goes with --branch or --range: it says where they are meant to be merged")


def policy_of(git: Git, file: str | None, cache: str | None = None) -> Policy:
    """The policy of a file on disk, with local packs beside it; or that of the index: what an admin has staged judges.

    Where there is no index, in a bare repository, it is that of HEAD.
    """
    if file is None:
        tree = "HEAD" if git.bare else ""
        return effective(lambda path: git.read(f"{tree}:{path}", wall.MOST_TEXT), cache)
    folder, name = os.path.split(file)
    try:
        open(file, "rb").close()
    except OSError as error:
        raise PolicyError(f"{file}: cannot be read: {error.strerror}") from error
    return effective(lambda path: _on_disk(os.path.join(folder, path)), None, root=name)


def _past(git: Git, request: Request, policy: Policy) -> Report:
    everything = EVERYTHING, state.resolve(git, "HEAD")
    selection, tip = everything if request.range is None else commits_of(git, request.range)
    with Listing(git, selection, tip) as listing:
        from mlgovern.enforce import history  # while git lists

        return history.judge(listing, policy, request.only, today())


def _snapshots(git: Git, request: Request, policy: Policy) -> tuple[Iterable[Snapshot], tuple[NotJudged, ...]]:
    def wants(*stages: str) -> Wants:
        return engine.wants(policy, stages, request.only)

    if request.branch is not None:
        return [collect.branch(git, wants("ci"), ("ci",), *map(_branch, (request.branch, request.target)))], ()
    if request.message is not None:
        # No GIT_EDITOR says "no editor": a file is what an editor saved, standard input is a title or a pipe.
        editor = request.message != "-" and os.environ.get("GIT_EDITOR") != ":"
        text = _message(request.message, editor=editor)
        return [collect.message(git, wants("commit-msg"), ("commit-msg",), text)], ()
    if request.range is None:
        return [collect.staged(git, wants("pre-commit"), ("pre-commit",))], collect.unmerged(git)
    from mlgovern.enforce import fast

    asked, (selection, tip) = wants("ci"), commits_of(git, request.range)
    named = state.named_branch(git, request.range.rpartition("..")[2] or "HEAD", tip)
    facts = collect.here(git, asked, ("ci",))._replace(branch=named, target=_branch(request.target))
    span = ranges.Span(selection, tip, ranges.among(git, asked, facts))
    snapshots = ranges.commit_range(git, asked, ("ci",), span, lambda: engine.prepare(policy, ("ci",), request.only))
    return fast.screened(git, policy, snapshots, request.only), ()


def _tree(git: Git, request: Request, policy: Policy) -> tuple[Report, tuple[NotJudged, ...]]:
    from mlgovern.enforce import tree

    wants = engine.wants(policy, ("audit",), request.only)
    paths = tuple(from_top(git, path) for path in request.paths)
    facts, not_judged = collect.everything(git, wants, ("audit",), paths)
    report = tree.judge(git, policy, facts, tree.Terms(wants, request.only, today()))
    return advised(git, report), not_judged


def _base(request: Request) -> str | None:
    """The revision that the work under judgement began with; None where what is judged is no change."""
    if request.range is not None and not request.history:
        return request.range.partition("..")[0] or "HEAD"
    return "HEAD" if request.staged or request.message is not None else None


def _branch(name: str | None) -> str | None:
    return None if name is None else name.removeprefix("refs/heads/")


def commits_of(git: Git, text: str) -> tuple[tuple[str, ...], str]:
    """The selection of `A..B`, and the id of B. `A...B` means since their merge base, as in a pull request."""
    base, dots, head = text.partition("...") if "..." in text else text.partition("..")
    if not dots:
        raise UserError(f"--range takes A..B, got {text!r}")
    ids = []
    for revision in (base or "HEAD", head or "HEAD"):
        found = state.resolve(git, revision)
        if found is None:
            raise UserError(f"--range: there is no commit {revision!r} here; `git fetch` may bring it")
        ids.append(found)
    return (f"{ids[0]}..{ids[1]}",), ids[1]


def from_top(git: Git, path: str) -> str:
    """A path as the user means it, as git stores it."""
    inside = os.path.relpath(os.path.realpath(path), os.path.realpath(git.top)).replace(os.sep, "/")
    if inside == ".." or inside.startswith("../"):
        raise UserError(f"{path} lies outside this repository")
    return inside


def _below(git: Git) -> str:
    """The folder of the repository that the user is in, or nothing."""
    try:
        return from_top(git, ".")
    except (UserError, ValueError):  # outside it, or on another drive
        return ""


def _message(path: str, *, editor: bool) -> collect.Message:
    if path == "-":
        raw = sys.stdin.buffer.read()
        return collect.Message(raw[:MOST_BYTES], editor, len(raw))
    from mlgovern.enforce.committing import message_file

    return message_file(path, editor=editor)


def _notes(git: Git, request: Request, policy: Policy) -> Iterable[str]:
    if request.policy is not None:
        return
    on_disk = _on_disk(os.path.join(git.top, POLICY_FILE), regular)
    if policy.embedded and on_disk is not None:
        yield (f"{POLICY_FILE} is not staged, so {policy.origin} judged; `git add {POLICY_FILE}` puts it in force.")
    elif policy.embedded:
        yield f"There is no {POLICY_FILE} here: {policy.origin} judged; `mlgovern init` writes a policy to start from."
    elif on_disk is not None and on_disk.split() != (git.read(f":{POLICY_FILE}") or b"").split():
        yield f"{POLICY_FILE} has unstaged changes; the staged one judged."


def _on_disk(path: str, opener: Callable[[str, int], int] | None = None) -> bytes | None:
    try:
        with open(path, "rb", opener=opener) as file:
            return file.read()
    except OSError:
        return None
