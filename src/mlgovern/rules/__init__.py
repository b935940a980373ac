"""The one list of rules: family by family, in the order of reports.

A family is imported when one of its rules is about to judge something: a commit waits for nothing that it does not need.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from mlgovern.rule import Rule

FAMILIES = ("commits", "branches", "authorship", "secrets", "notebooks", "lockfiles", "structure", "data", "policy")

if TYPE_CHECKING:
    RULES: dict[str, tuple[Rule, ...]]


def family(name: str) -> tuple[Rule, ...]:
    """The rules of one family."""
    rules: tuple[Rule, ...] = import_module(f"mlgovern.rules.{name}").RULES
    return rules


def __getattr__(name: str) -> dict[str, tuple[Rule, ...]]:
    """RULES: every family by its name."""
    if name != "RULES":
        raise AttributeError(name)
    return {each: family(each) for each in FAMILIES}
