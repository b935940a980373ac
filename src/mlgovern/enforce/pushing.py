"""The hook before a push: what the remote lacks."""

import sys

from mlgovern import engine
from mlgovern.enforce.client import Call, today, told
from mlgovern.facts import pushes, state


def pre_push(call: Call) -> int:
    """Judge what the remote lacks: its refs, the commits, every version of a file that they bring."""
    remote = call.arguments[0] if call.arguments else call.environment.get("PRE_COMMIT_REMOTE_NAME", "origin")
    lines = _runner_push(call) if call.runner else sys.stdin.buffer.read()
    stages = ("pre-push",)
    wants = call.wants(stages)
    push = pushes.pushed(call.git, wants, stages, lines, remote)
    if not push.facts.updates:
        return 0
    report = engine.evaluate_all(pushes.contents(call.git, wants, push), call.policy, today(), call.only)
    return told(call, report, "push")


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
    branch = variables.get("PRE_COMMIT_LOCAL_BRANCH") or local
    return f"{branch} {new} {ref} {known or '0' * len(new)}\n".encode("utf-8", "surrogateescape")
