"""Hooks where a branch is made or entered: its name is judged before anything is built on it."""

import sys
from collections.abc import Iterator

from mlgovern import engine
from mlgovern.enforce.client import Call, say, today, told
from mlgovern.facts import collect, state
from mlgovern.finding import Severity

NAME_RULES = (
    "branch-name-malformed",
    "branch-type-unknown",
    "branch-name-long",
    "branch-case-clash",
    "branch-prefix-clash",
)
PREFIX = "refs/heads/"


def post_checkout(call: Call) -> int:
    """Warn at once where the branch just entered has a name that a push would refuse; the branch stays."""
    checkout_of_branch = call.environment.get("PRE_COMMIT_CHECKOUT_TYPE") or (*call.arguments, "", "", "")[2]
    if checkout_of_branch != "1" or state.operation(call.git) is not None:
        return 0
    only = call.only or NAME_RULES
    wants = engine.wants(call.policy, ("ci",), only)
    snapshot = collect.branch(call.git, wants, ("ci",), state.head_branch(call.git))
    report = engine.evaluate(snapshot, call.policy, today(), only)
    report = report._replace(fail_on=min(report.fail_on, Severity.WARNING))
    if not report.refusing:
        return 0
    say(call, report, "this branch name needs mending")
    return 1 if "VSCODE_GIT_COMMAND" in call.environment else 0  # its dialog shows the line; the switch has happened


def reference_transaction(call: Call) -> int:
    """Refuse to create a branch whose name a push would refuse; one that the remote has already may be checked out."""
    if call.arguments != ("prepared",):
        return 0
    only = call.only or NAME_RULES
    wants = engine.wants(call.policy, ("ci",), only)
    existing = {head.name for head in state.heads(call.git)}
    for name in _created(sys.stdin.buffer.read()):
        if name not in existing:
            snapshot = collect.branch(call.git, wants, ("ci",), name)
            code = told(call, engine.evaluate(snapshot, call.policy, today(), only), "branch")
            if code:
                return code
    return 0


def _created(lines: bytes) -> Iterator[str]:
    """The branches that a transaction may create, from `OLD NEW REF` lines: git also writes zeros for "whatever it was"."""
    for line in lines.decode("utf-8", "surrogateescape").split("\n"):
        old, new, ref = [*line.split(" ", 2), "", ""][:3]
        if set(old) == {"0"} and set(new) != {"0"} and ref.startswith(PREFIX):
            yield ref.removeprefix(PREFIX)
