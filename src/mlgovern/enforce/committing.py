"""Hooks around a commit: what is staged, its message, and what went past both."""

import os
from collections.abc import Iterable

from mlgovern import engine
from mlgovern.enforce import stripping
from mlgovern.enforce.client import Call, say, today, told
from mlgovern.errors import UserError
from mlgovern.facts import collect, state
from mlgovern.facts.message import MOST_BYTES
from mlgovern.facts.snapshot import Snapshot


def pre_commit(call: Call) -> int:
    """Judge what is staged, without the outputs that the policy has go; a hook manager would take that for a failure."""
    code = 0 if call.runner else stripping.stripped(call)
    return code if code or call.follows else pre_merge_commit(call)


def pre_merge_commit(call: Call) -> int:
    """Judge what is staged; where a hook manager runs by itself, with nothing staged, the range it names or everything.

    Of a merge git has written the tree before it calls: nothing could be stripped any more.
    """
    stages = ("pre-commit",)
    if not call.runner or "GIT_INDEX_FILE" in call.environment:  # git sets it for the hooks of a commit
        return told(call, call.judge(call.staged(stages)), "commit")
    ends = [call.environment.get(f"PRE_COMMIT_{end}_REF", "") for end in ("FROM", "TO")]
    base, tip = (state.resolve(call.git, end) if end else None for end in ends)
    if base and tip:
        from mlgovern.facts import ranges

        span = ranges.Span((f"{base}..{tip}",), tip)
        return _judged(call, ranges.commit_range(call.git, call.wants(("ci",)), ("ci",), span), "this range")
    snapshot = call.staged(stages)
    if snapshot.files or snapshot.removed:
        return told(call, call.judge(snapshot), "commit")
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
    report = call.judge(snapshot)
    stripping.unsettle(call.git, report)
    if report.exit_code not in (0, 3) or state.message_waits(call.git):
        from mlgovern.enforce import kept

        report = kept.noted(kept.Judged(call.git, call.policy, today(), snapshot, report))
    return told(call, report, "commit")


def post_commit(call: Call) -> int:
    """Say it where the commit just made went past the hooks (--no-verify, cherry-pick) and the gate would refuse it."""
    if state.operation(call.git) == "rebase":
        return 0
    head = state.resolve(call.git, "HEAD")
    stages = ("ci",)
    if head is None:
        return 0
    from mlgovern.facts import ranges

    span = ranges.Span(("--no-walk", head), head)
    snapshots = ranges.commit_range(call.git, call.wants(stages), stages, span)
    families = call.only or ("commits", "authorship", "secrets", "notebooks", "data")
    report = engine.evaluate_all(snapshots, call.policy, today(), families)
    if report.refusing:
        say(call, report, "this commit went past the hooks")
    return 0


def message_file(path: str, *, editor: bool) -> collect.Message:
    """The message that a file holds, or the beginning of one that nobody reads to its end."""
    try:
        with open(path, "rb") as file:
            raw = file.read(MOST_BYTES)
            return collect.Message(raw, editor, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise UserError(f"the message file cannot be read: {error.strerror}: {path}") from error


def _judged(call: Call, snapshots: Iterable[Snapshot], what: str) -> int:
    return told(call, engine.evaluate_all(snapshots, call.policy, today(), call.only), what)
