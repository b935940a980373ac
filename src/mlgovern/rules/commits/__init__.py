"""Commit messages: Conventional Commits 1.0.0, and the style that a team asks for on top of it."""

from collections.abc import Callable
from typing import Any

from mlgovern.facts.snapshot import Ask, Snapshot
from mlgovern.rule import COMMIT_STAGES, Rule, Verdicts
from mlgovern.rules.commits import autosquash, body, characters, explaining, naming, scopes, structure, style, words


def _rule(
    name: str,
    judge: Callable[[Snapshot, Any], Verdicts],
    settings: Any = (),
    stages: tuple[str, ...] = COMMIT_STAGES,
    asks: Callable[[Any], tuple[Ask, ...]] = lambda _settings: (),
) -> Rule:
    """A rule that judges each commit by itself and looks at no file."""
    return Rule(name, judge, settings, stages, each="commit", files=False, asks=asks)


RULES: tuple[Rule, ...] = (
    _rule("commit-message-empty", structure.commit_message_empty),
    _rule("commit-message-oversized", structure.commit_message_oversized, structure.Size()),
    _rule("commit-header-malformed", structure.commit_header_malformed, structure.Grammar(), asks=structure.asks),
    _rule("commit-scope-empty", structure.commit_scope_empty, structure.Typed()),
    _rule("commit-description-empty", structure.commit_description_empty),
    _rule("commit-body-not-separated", structure.commit_body_not_separated),
    _rule("commit-type-unknown", naming.commit_type_unknown, naming.Types()),
    _rule("commit-type-case", naming.commit_type_case, naming.TypeCase()),
    _rule("commit-scope-unknown", scopes.commit_scope_unknown, scopes.Scopes(), asks=scopes.asks),
    _rule("commit-scope-missing", scopes.commit_scope_missing, scopes.ScopeMissing(), asks=scopes.asks),
    _rule("commit-scope-mismatch", scopes.commit_scope_mismatch, scopes.Parts(), asks=scopes.asks),
    _rule("commit-header-long", style.commit_header_long, style.Length()),
    _rule("commit-full-stop", style.commit_full_stop, style.Bots()),
    _rule("commit-not-imperative", style.commit_not_imperative, style.Verbs()),
    _rule("commit-passive-subject", style.commit_passive_subject, style.Verbs()),
    _rule("commit-forbidden-word", words.commit_forbidden_word, words.Words()),
    _rule("commit-subject-case", style.commit_subject_case, style.Case()),
    _rule("commit-subject-invisible", characters.commit_subject_invisible, structure.Typed()),
    _rule("commit-body-invisible", characters.commit_body_invisible),
    _rule("commit-body-missing", explaining.commit_body_missing, explaining.Bodies()),
    _rule("commit-body-unexplained", explaining.commit_body_unexplained, explaining.Reasons()),
    _rule("commit-body-long-line", body.commit_body_long_line, body.Width()),
    _rule("commit-breaking-near-miss", body.commit_breaking_near_miss),
    _rule("commit-trailer-missing", body.commit_trailer_missing, body.Trailers()),
    # The commit being made has no id and may still be folded in: the rule judges stored commits alone.
    _rule("commit-autosquash", autosquash.commit_autosquash, autosquash.Sharing(), COMMIT_STAGES[1:]),
)
