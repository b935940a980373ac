"""The hook before a message is written: help, never a verdict. A message that is there stays as it is."""

import re

from mlgovern import engine
from mlgovern.enforce.client import Call
from mlgovern.facts import state
from mlgovern.facts.message import CUT
from mlgovern.finding import Severity
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple

_TICKET = r"(?:^|[/_-])([A-Z][A-Z0-9]+-[0-9]+)(?![A-Za-z0-9])"
_NUMBER = r"^(?:[^/]*/)?([0-9]+)-[A-Za-z]"  # what the button of an issue makes
SUBJECT = "subject, in the imperative, without a full stop"


class Draft(NamedTuple):
    """What a branch tells of the message to come."""

    type: str = ""
    ticket: str = ""


def prepare_commit_msg(call: Call) -> int:
    """Begin an empty message with the type and the ticket that the branch tells, and say what may be written."""
    if len(call.arguments) != 1 or not call.editor or state.operation(call.git) is not None:
        return 0
    comment = state.help_mark(call.git)
    with open(call.arguments[0], "r+b") as file:
        old = file.read()
        new = _begun(old, call, comment)
        if new != old:
            file.seek(0)
            file.write(new)  # never shorter than what was there
    return 0


def _begun(old: bytes, call: Call, comment: str) -> bytes:
    """The text with a beginning, where nobody has written one; comments only where git takes them out again."""
    mark = (comment or "#").encode("utf-8", "surrogateescape")
    written = old.partition(b"\n" + mark + CUT)[0]  # below stands the diff of `commit -v`
    if any(line.strip() and not line.startswith(mark) for line in written.split(b"\n")):
        return old
    told = draft(state.head_branch(call.git), call.policy)
    trailer = f"{_token(told.ticket, call.policy)}: {told.ticket}" if told.ticket else ""
    if call.policy.decisions["commit-header-malformed"].severity is Severity.OFF:  # free of types: any line will do
        start, hints = "\n", [SUBJECT, *([f"at the end: {trailer}"] if trailer else [])]
    else:
        types = engine.settings(call.policy, "commit-type-unknown").types
        start = (f"{told.type}: \n" if told.type else "\n") + (f"\n{trailer}\n" if trailer else "")
        hints = [f"type(scope): {SUBJECT}", f"types: {', '.join(types)}"]
    help_ = "".join(f"{comment} {line}\n" for line in hints) if comment else ""
    return (start + help_).encode("utf-8", "surrogateescape") + old.removeprefix(b"\n")


def draft(branch: str | None, policy: Policy) -> Draft:
    """The type that a branch's prefix means and the ticket in its name, where there are any."""
    from mlgovern.rules.branches.suggest import taken_apart
    from mlgovern.rules.commits.suggest import nearest_type

    if branch is None:
        return Draft()
    strategy = engine.settings(policy, "branch-name-malformed").strategy
    types = engine.settings(policy, "commit-type-unknown").types
    parts = taken_apart(branch, strategy)
    kind = nearest_type(parts.kind, types) if "/" in branch and not parts.guessed else None
    ticket = re.search(_TICKET, branch)
    number = None if ticket else re.match(_NUMBER, branch)
    return Draft(kind or "", ticket[1] if ticket else f"#{number[1]}" if number else "")


def _token(ticket: str, policy: Policy) -> str:
    """The trailer that names a ticket: one that the policy requires, else Refs."""
    from mlgovern.rx import holds

    required = engine.settings(policy, "commit-trailer-missing").required
    return next(
        (token for token, pattern in required.items() if pattern and holds(pattern, ticket, whole=True)), "Refs"
    )
