"""Authorship: who made a commit, who vouches for it, and whether a machine had a hand in it."""

from collections.abc import Callable
from typing import Any

from mlgovern.facts.snapshot import Ask, Snapshot
from mlgovern.rule import COMMIT_STAGES, Rule, Verdicts
from mlgovern.rules.authorship import disclosure, identities, signatures


def _rule(
    name: str,
    judge: Callable[[Snapshot, Any], Verdicts],
    settings: Any,
    *asks: Ask,
    stages: tuple[str, ...] = COMMIT_STAGES,
) -> Rule:
    """A rule that judges each commit by itself and looks at no file."""
    return Rule(name, judge, settings, stages, each="commit", files=False, asks=lambda _settings: asks)


RULES: tuple[Rule, ...] = (
    _rule("placeholder-identity", identities.placeholder_identity, identities.Placeholders()),
    _rule("unapproved-identity", identities.unapproved_identity, identities.Approved(), ("people",)),
    Rule(
        "sign-off-mismatch",
        signatures.sign_off_mismatch,
        signatures.SignOff(),
        COMMIT_STAGES,
        each="commit",
        files=False,
        asks=lambda settings: (("people",),) if settings.committer else (),
    ),
    # Git signs after its hooks: of the commit being made nothing can be told yet.
    _rule(
        "missing-signature",
        signatures.missing_signature,
        signatures.Signed(),
        ("signatures",),
        stages=COMMIT_STAGES[1:],
    ),
    _rule("ai-co-author", disclosure.ai_co_author, disclosure.CoAuthors()),
    _rule("undeclared-ai", disclosure.undeclared_ai, disclosure.Undeclared(), ("people",)),
)
