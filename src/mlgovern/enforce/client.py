"""What each Git hook judges. Silent on success; a refusal is one write to stderr."""

import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from mlgovern import engine
from mlgovern.errors import UserError
from mlgovern.facts import collect, state
from mlgovern.facts.git import Git
from mlgovern.facts.message import MOST_BYTES
from mlgovern.facts.snapshot import Snapshot, Wants
from mlgovern.finding import Report, Severity
from mlgovern.policy.cache import effective
from mlgovern.policy.model import Policy

NAME_RULES = ("branch-name-malformed", "branch-type-unknown", "branch-name-long")


class Call(NamedTuple):
    """One call of a hook: its repository, policy and arguments. `runner`: a hook manager started it."""

    git: Git
    policy: Policy
    arguments: tuple[str, ...]
    only: tuple[str, ...]
    environment: dict[str, str]

    @property
    def runner(self) -> bool:
        """pre-commit and prek both set this."""
        return self.environment.get("PRE_COMMIT") == "1"

    @property
    def editor(self) -> bool:
        """Whether git opened an editor for the message: it sets GIT_EDITOR to `:` where it did not."""
        return self.environment.get("GIT_EDITOR") != ":"

    def wants(self, stages: tuple[str, ...]) -> Wants:
        """What the rules that run need to see."""
        return engine.wants(self.policy, stages, self.only)

    def staged(self, stages: tuple[str, ...], message: collect.Message | None = None) -> Snapshot:
        """What is about to be committed; what judges it is imported while git lists it."""
        return collect.staged(
            self.git, self.wants(stages), stages, message, lambda: engine.prepare(self.policy, stages, self.only)
        )

    def judge(self, snapshot: Snapshot) -> Report:
        """One snapshot under the repository's policy, today."""
        return engine.evaluate(snapshot, self.policy, today(), self.only)


def run(git: Git, hook: str, words: list[str]) -> int:
    """Run one hook; 0 lets git go on."""
    if hook not in HOOKS:
        raise UserError(f"there is no hook {hook!r} here; known: {', '.join(HOOKS)}")
    only, rest = _only(words)
    policy = effective(lambda path: git.read(f":{path}"), os.path.join(git.common_dir, "mlgovern"))
    engine.known(policy, only)
    return HOOKS[hook](Call(git, policy, tuple(rest), only, dict(os.environ)))


def today() -> str:
    """The date in UTC; waivers and dates of enforcement end with the day there."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def pre_commit(call: Call) -> int:
    """Judge what is staged; where a hook manager runs by itself, with nothing staged, the range it names or everything."""
    stages = ("pre-commit",)
    if not call.runner or "GIT_INDEX_FILE" in call.environment:  # git sets it for the hooks of a commit
        return _told(call, call.judge(call.staged(stages)), "commit")
    ends = [call.environment.get(f"PRE_COMMIT_{end}_REF", "") for end in ("FROM", "TO")]
    base, tip = (state.resolve(call.git, end) if end else None for end in ends)
    if base and tip:
        span = collect.Span((f"{base}..{tip}",), tip)
        return _judged(call, collect.commit_range(call.git, call.wants(("ci",)), ("ci",), span), "this range")
    snapshot = call.staged(stages)
    if snapshot.files or snapshot.removed:
        return _told(call, call.judge(snapshot), "commit")
    everything, _ = collect.whole_index(call.git, call.wants(("audit",)), ("audit",))
    return _judged(call, everything, "what is tracked")


def commit_msg(call: Call) -> int:
    """Judge the message; without a hook manager the staged files as well, since pre-commit may have deferred to this."""
    if len(call.arguments) != 1:
        raise UserError("commit-msg takes one argument, the file that holds the message")
    text = message_file(call.arguments[0], editor=call.editor)
    if call.runner or call.only:
        stages: tuple[str, ...] = ("commit-msg",)
        snapshot = collect.message(call.git, call.wants(stages), stages, text)
    else:
        stages = ("pre-commit", "commit-msg")
        snapshot = call.staged(stages, text)
    return _told(call, call.judge(snapshot), "commit")


def prepare_commit_msg(call: Call) -> int:
    """Show what a subject looks like to whoever is about to write one; a message that is there stays as it is."""
    if len(call.arguments) != 1 or not call.editor:
        return 0
    config = state.settings(call.git, r"^(core\.comment(char|string)|commit\.cleanup)$")
    comment = next((value for key, value in reversed(config.items()) if key.startswith("core.")), "#")
    if comment == "auto" or config.get("commit.cleanup", "default") not in ("default", "strip"):
        return 0
    types = engine.settings(call.policy, "commit-type-unknown").types
    lines = ("type(scope): subject, in the imperative, without a full stop", f"types: {', '.join(types)}")
    with open(call.arguments[0], "r+b") as file:
        text = file.read()
        hint = "".join(f"{comment} {line}\n" for line in lines).encode()
        if hint not in text:
            file.seek(0)
            file.write((text if text.startswith(b"\n") else b"\n" + text).replace(b"\n", b"\n" + hint, 1))
    return 0


def pre_push(call: Call) -> int:
    """Judge what the remote lacks: its refs, the commits, every version of a file that they bring."""
    remote = call.arguments[0] if call.arguments else call.environment.get("PRE_COMMIT_REMOTE_NAME", "origin")
    lines = _runner_push(call) if call.runner else sys.stdin.buffer.read()
    updates, selection = collect.pushed(call.git, lines, remote)
    if not updates:
        return 0
    stages = ("pre-push",)
    if selection:
        span = collect.Span(selection, selection[0], updates)
        snapshots = collect.commit_range(call.git, call.wants(stages), stages, span)
        report = engine.evaluate_all(snapshots, call.policy, today(), call.only)
    else:
        report = call.judge(Snapshot(stages=stages, updates=updates))
    return _told(call, report, "push")


def post_checkout(call: Call) -> int:
    """Warn at once where the branch just entered has a name that a push would refuse; the branch stays."""
    checkout_of_branch = call.environment.get("PRE_COMMIT_CHECKOUT_TYPE") or (*call.arguments, "", "", "")[2]
    if checkout_of_branch != "1" or state.operation(call.git) is not None:
        return 0
    branch = state.head_branch(call.git)
    snapshot = Snapshot(stages=("ci",), branch=branch)
    report = engine.evaluate(snapshot, call.policy, today(), call.only or NAME_RULES)
    report = report._replace(fail_on=min(report.fail_on, Severity.WARNING))
    if not report.refusing:
        return 0
    _say(call, report, "this branch name needs mending")
    return 1 if "VSCODE_GIT_COMMAND" in call.environment else 0  # its dialog shows the line; the switch has happened


def post_commit(call: Call) -> int:
    """Say it where the commit just made went past the hooks (--no-verify, cherry-pick) and the gate would refuse it."""
    if state.operation(call.git) == "rebase":
        return 0
    head = state.resolve(call.git, "HEAD")
    stages = ("ci",)
    if head is None:
        return 0
    span = collect.Span(("--no-walk", head), head)
    snapshots = collect.commit_range(call.git, call.wants(stages), stages, span)
    families = call.only or ("commits", "secrets", "notebooks", "data")
    report = engine.evaluate_all(snapshots, call.policy, today(), families)
    if report.refusing:
        _say(call, report, "this commit went past the hooks")
    return 0


HOOKS: dict[str, Callable[[Call], int]] = {
    "pre-commit": pre_commit,
    "pre-merge-commit": pre_commit,
    "commit-msg": commit_msg,
    "prepare-commit-msg": prepare_commit_msg,
    "pre-push": pre_push,
    "post-checkout": post_checkout,
    "post-commit": post_commit,
}


def _judged(call: Call, snapshots: Iterable[Snapshot], what: str) -> int:
    return _told(call, engine.evaluate_all(snapshots, call.policy, today(), call.only), what)


def _told(call: Call, report: Report, what: str) -> int:
    if report.exit_code == 0:
        return 0
    if report.exit_code == 3:
        from mlgovern.reporters.text import printable

        entries = [entry for entry in report.not_judged if entry.expected]
        named = "; ".join(printable(f"{entry.what} ({entry.why})") for entry in entries[:3])
        sys.stderr.write(f"mlgovern: not judged before this {what}: {named}.\n")
        return 0  # nothing was refused; the gate is where what was not judged stops the work
    _say(call, report, f"{what} refused")
    return report.exit_code


def _say(call: Call, report: Report, verdict: str) -> None:
    from mlgovern.reporters.text import refusal

    color = sys.stderr.isatty() and not call.environment.get("NO_COLOR")
    sys.stderr.write(refusal(report, verdict, color=color))


def _only(words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    only: list[str] = []
    rest = list(words)
    while rest[:1] == ["--only"]:
        if len(rest) < 2:
            raise UserError("--only takes a rule or a family")
        only += rest[1].split(",")
        rest = rest[2:]
    return tuple(only), rest


def message_file(path: str, *, editor: bool) -> collect.Message:
    """The message that a file holds, or the beginning of one that nobody reads to its end."""
    try:
        with open(path, "rb") as file:
            raw = file.read(MOST_BYTES)
            return collect.Message(raw, editor, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise UserError(f"the message file cannot be read: {error.strerror}: {path}") from error


def _runner_push(call: Call) -> bytes:
    """The push as a hook manager tells it: one pair of refs, in the environment; standard input is eaten."""
    variables = call.environment
    ref = variables.get("PRE_COMMIT_REMOTE_BRANCH", "")
    local = variables.get("PRE_COMMIT_TO_REF") or variables.get("PRE_COMMIT_LOCAL_BRANCH") or "HEAD"
    new = state.resolve(call.git, local)
    if not ref or new is None:
        return b""
    name = ref.removeprefix("refs/heads/")
    known = state.resolve(call.git, f"refs/remotes/{variables.get('PRE_COMMIT_REMOTE_NAME', 'origin')}/{name}")
    return f"{local} {new} {ref} {known or '0' * len(new)}\n".encode("utf-8", "surrogateescape")
