"""Branches: names that say what a branch holds, and a strategy that says what may be merged where."""

from collections.abc import Callable
from typing import Any

from mlgovern.facts.snapshot import Ask, Snapshot
from mlgovern.rule import Rule, Verdicts
from mlgovern.rules.branches import age, flow, naming, protection
from mlgovern.rules.branches.strategy import Settings

NAME_STAGES = ("pre-commit", "pre-push", "ci", "pre-receive")
SHARED_STAGES = ("pre-push", "ci", "pre-receive")
PUSH_STAGES = ("pre-push", "pre-receive")


def _rule(
    name: str,
    judge: Callable[[Snapshot, Any], Verdicts],
    settings: Any,
    stages: tuple[str, ...],
    asks: Callable[[Any], tuple[Ask, ...]] = lambda _settings: (),
) -> Rule:
    """A rule that looks at branches and at no file."""
    return Rule(name, judge, settings, stages, files=False, asks=asks)


def _heads(limit: str) -> Callable[[Settings], tuple[Ask, ...]]:
    """Branches against the trunk, where the strategy has one and sets a limit."""
    return lambda said: (
        (("heads", *said.strategy.trunk),) if said.strategy.trunk and getattr(said.strategy, limit) else ()
    )


def _merges(_said: Settings) -> tuple[Ask, ...]:
    """Which branches were merged; a request to merge is told by its branches alone."""
    return (("merges",),)


def _arrivals(said: Settings) -> tuple[Ask, ...]:
    return tuple(("arrivals", order.branch, *order.first_on) for order in said.strategy.upstream)


RULES = (
    _rule("branch-name-malformed", naming.branch_name_malformed, Settings(), NAME_STAGES),
    _rule("branch-type-unknown", naming.branch_type_unknown, Settings(), NAME_STAGES),
    _rule("branch-name-long", naming.branch_name_long, Settings(), NAME_STAGES),
    _rule("branch-protected-commit", protection.branch_protected_commit, Settings(), ("pre-commit", "pre-push")),
    _rule("branch-protected-push", protection.branch_protected_push, protection.PushSettings(), PUSH_STAGES),
    _rule("branch-merge-direction", flow.branch_merge_direction, Settings(), SHARED_STAGES, _merges),
    _rule("branch-not-upstream-first", flow.branch_not_upstream_first, Settings(), PUSH_STAGES, _arrivals),
    _rule("branch-too-old", age.branch_too_old, Settings(), ("pre-push", "ci"), _heads("lifetime_days")),
    _rule("branch-too-many", age.branch_too_many, Settings(), ("pre-push", "ci"), _heads("active_limit")),
    _rule("branch-case-clash", naming.branch_case_clash, Settings(), SHARED_STAGES),
    _rule("branch-prefix-clash", naming.branch_prefix_clash, Settings(), SHARED_STAGES),
    _rule("second-trunk", protection.second_trunk, Settings(), PUSH_STAGES),
    _rule("tag-moved", protection.tag_moved, protection.Published(), PUSH_STAGES),
    _rule("tag-name-malformed", protection.tag_name_malformed, protection.TagNames(), PUSH_STAGES),
)
