"""Hooks where a branch is made or entered: its name is judged before anything is built on it."""

import sys
from collections.abc import Iterator

from mlgovern import engine
from mlgovern.enforce.client import Call, say, today, told
from mlgovern.facts import state
from mlgovern.facts.snapshot import Head, RefUpdate, Snapshot
from mlgovern.finding import Report, Severity

NAME_RULES = (
    "branch-name-malformed",
    "branch-type-unknown",
    "branch-name-long",
    "branch-case-clash",
    "branch-prefix-clash",
)
PREFIX = "refs/heads/"
NOWHERE = "0" * 40  # what does not exist on the other side


def post_checkout(call: Call) -> int:
    """Warn at once where the branch just entered has a name that a push would refuse; the branch stays."""
    checkout_of_branch = call.environment.get("PRE_COMMIT_CHECKOUT_TYPE") or (*call.arguments, "", "", "")[2]
    if checkout_of_branch != "1" or state.operation(call.git) is not None:
        return 0
    name = state.head_branch(call.git)
    if name is None:
        return 0
    report = _judged(call, name, f"{PREFIX}{name}", state.heads(call.git))
    report = report._replace(fail_on=min(report.fail_on, Severity.WARNING))
    if not report.refusing:
        return 0
    say(call, report, "this branch name needs mending")
    # The switch has happened; but VS Code, pre-commit and prek show what a hook says only where it failed.
    return int(call.runner or "VSCODE_GIT_COMMAND" in call.environment)


def reference_transaction(call: Call) -> int:
    """Refuse to create a branch whose name a push would refuse; one that the remote has already may be checked out."""
    if call.arguments != ("prepared",):
        return 0
    heads = state.heads(call.git)
    existing = {head.name for head in heads}
    for name in _created(sys.stdin.buffer.read()):
        if name not in existing:
            code = told(call, _judged(call, name, "", heads), "branch")
            if code:
                return code
    return 0


def _judged(call: Call, name: str, local: str, heads: tuple[Head, ...]) -> Report:
    """A name as a push of it would be judged; `local` is the branch, or nothing where it is only being made."""
    theirs = next((head for head in heads if head.remote and head.name == name), Head(name, "origin", NOWHERE))
    update = RefUpdate(f"{PREFIX}{name}", theirs.tip, "HEAD", local=local)
    names = tuple(dict.fromkeys(head.name for head in heads))
    snapshot = Snapshot(("pre-push",), local.removeprefix(PREFIX) or None, updates=(update,), branches=names)
    snapshot = snapshot._replace(remote=theirs.remote)
    own = [rule for rule, one in call.policy.decisions.items() if one.outline.subject == "branch"]
    return engine.evaluate(snapshot, call.policy, today(), call.only or (*NAME_RULES, *own))


def _created(lines: bytes) -> Iterator[str]:
    """The branches that a transaction may create, from `OLD NEW REF` lines: git also writes zeros for "whatever it was"."""
    for line in lines.decode("utf-8", "surrogateescape").split("\n"):
        old, new, ref = [*line.split(" ", 2), "", ""][:3]
        if set(old) == {"0"} and set(new) != {"0"} and ref.startswith(PREFIX):
            yield ref.removeprefix(PREFIX)
