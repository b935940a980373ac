"""How the tests of this family ask one rule about one message."""

from typing import Any

from mlgovern.facts.snapshot import Commit, Person, Snapshot
from mlgovern.finding import Finding
from mlgovern.rules.commits import RULES
from tests.factories import judged, rule_of

SHA = "a" * 40
PARENT = "1" * 40


def about(message: str, **facts: Any) -> Snapshot:
    """A stored commit of one parent in CI; what a commit has no field for is a fact of the snapshot."""
    around = {name: facts.pop(name) for name in [*facts] if name not in Commit._fields}
    person = Person("Ann Author", "ann@acme.example")
    commit = Commit(message, **{"id": SHA, "parents": (PARENT,), "author": person, "committer": person, **facts})
    return Snapshot(**{"stages": ("ci",), **around}, commits=(commit,))


def findings(rule: str, message: str, settings: Any = None, **facts: Any) -> list[Finding]:
    """What one rule finds in one message."""
    return judged(rule_of(RULES, rule), about(message, **facts), settings)


def only(found: list[Finding]) -> Finding:
    """The one finding."""
    assert len(found) == 1, found
    return found[0]


def refused(message: str, **facts: Any) -> set[str]:
    """The rules that refuse a message under the default settings, of those that are on without being asked for."""
    optional = {"commit-scope-missing", "commit-scope-unknown", "commit-forbidden-word"} | {
        *("commit-body-missing", "commit-body-unexplained")
    }
    return {rule.id for rule in RULES if rule.id not in optional and judged(rule, about(message, **facts))}
