"""Custom rules as a policy writes them, and what they find."""

from textwrap import indent

from mlgovern import engine
from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Report
from mlgovern.policy.load import Loaded, load
from mlgovern.policy.model import POLICY_FILE, Policy

TODAY = "2026-11-01"


def loaded(text: str, **others: str) -> Loaded:
    """A policy over no built-in rules, and others beside it; `a` stands for `a.yaml`."""
    files = {f"{name}.yaml": f"schema: 1\n{body}".encode() for name, body in others.items()}
    return load({POLICY_FILE: f"schema: 1\n{text}".encode(), **files}.get, ())


def policy_of(rule: str) -> Policy:
    """A policy that has one custom rule, acme/rule."""
    return loaded("custom:\n  acme/rule:\n" + indent(rule.strip("\n"), "    ")).policy


def report(rule: str, snapshot: Snapshot) -> Report:
    """What that rule makes of a snapshot."""
    made = engine.evaluate(snapshot, policy_of(rule), TODAY)
    assert not made.crashes, made.crashes
    return made


def found(rule: str, snapshot: Snapshot) -> list[Finding]:
    """What that rule finds."""
    return [*report(rule, snapshot).findings]


def messages(rule: str, snapshot: Snapshot) -> list[str]:
    """The same, in words."""
    return [finding.message for finding in found(rule, snapshot)]
