"""`on_commit: strip` at the hook pre-commit: outputs go from what is being committed, and it is said."""

import os
import sys
from contextlib import suppress

from mlgovern.enforce.client import Call
from mlgovern.enforce.hooks import settled_mark
from mlgovern.facts.git import Git
from mlgovern.finding import Report, Severity
from mlgovern.policy.model import POLICY_FILE, Policy, Stored
from mlgovern.regular import ours, regular

RULE = "notebook-output"
STAGES = ("pre-commit",)


def wanted(policy: Policy) -> bool:
    """Whether the policy has outputs go at commit; its rule is not imported for that."""
    decision = policy.decisions[RULE]
    if decision.severity is Severity.OFF or STAGES[0] not in decision.stages:
        return False
    said = decision.settings
    word = (said.data or {}).get("on_commit") if isinstance(said, Stored) else said.on_commit
    return bool(word == "strip")


def stripped(call: Call) -> int:
    """Take outputs out of what is being committed, if the policy says so; not 0: nothing is left to commit."""
    if not wanted(call.policy):
        if call.follows:
            settle(call.git)
        return 0
    call = call._replace(only=(RULE,))
    found = call.judge(call.staged(STAGES)).findings
    if not found:
        return 0
    from mlgovern.fix import on_commit
    from mlgovern.fix.terms import terms

    paths = on_commit.strip(call.git, found, terms(call.git, call.policy))
    empty = bool(paths) and on_commit.leaves_nothing(call.git)
    if paths:
        sys.stderr.write(_refused(paths) if empty else _said(paths))
    return int(empty)


def settle(git: Git) -> None:
    """Note that the policy on disk, which is the one that is staged, leaves notebooks alone at commit."""
    with suppress(OSError):  # then the policy is read again
        path = os.path.join(git.top, POLICY_FILE)
        on_disk = b""
        if os.path.isfile(path):
            with open(path, "rb", opener=regular) as file:
                on_disk = file.read()
        if on_disk.split() == (git.read(f":{POLICY_FILE}") or b"").split():
            mark = settled_mark(git)
            os.makedirs(os.path.dirname(mark), exist_ok=True)
            open(mark, "wb", opener=ours).close()
            os.utime(mark)


def unsettle(git: Git, report: Report) -> None:
    """After a refusal of outputs the policy is read again, in case that what it extends has changed."""
    if any(finding.rule == RULE for finding in report.refusing):
        with suppress(OSError):
            os.unlink(settled_mark(git))


def _said(paths: list[str]) -> str:
    many = len(paths) > 1
    return (
        f"mlgovern: {_named(paths)} {'go' if many else 'goes'} into this commit without outputs; your "
        f"{'copies keep theirs and show' if many else 'copy keeps its own and shows'} as modified, "
        "which `mlgovern install --notebook-filter` avoids.\n"
    )


def _refused(paths: list[str]) -> str:
    are = "are what HEAD has" if len(paths) > 1 else "is what HEAD has"
    return f"mlgovern: commit refused: without outputs {_named(paths)} {are} already, and nothing else is left to commit.\n"


def _named(paths: list[str]) -> str:
    from mlgovern.reporters.plain import words

    return words(paths[0]) + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
