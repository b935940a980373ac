"""Commit messages: Conventional Commits 1.0.0, and the style that a team asks for on top of it."""

from mlgovern.rule import COMMIT_STAGES, Rule
from mlgovern.rules.commits import body, naming, structure, style

RULES: tuple[Rule, ...] = (
    Rule("commit-message-empty", structure.commit_message_empty, stages=COMMIT_STAGES),
    Rule("commit-header-malformed", structure.commit_header_malformed, structure.Grammar(), stages=COMMIT_STAGES),
    Rule("commit-scope-empty", structure.commit_scope_empty, stages=COMMIT_STAGES),
    Rule("commit-description-empty", structure.commit_description_empty, stages=COMMIT_STAGES),
    Rule("commit-body-not-separated", structure.commit_body_not_separated, stages=COMMIT_STAGES),
    Rule("commit-type-unknown", naming.commit_type_unknown, naming.Types(), stages=COMMIT_STAGES),
    Rule("commit-type-case", naming.commit_type_case, naming.TypeCase(), stages=COMMIT_STAGES),
    Rule("commit-scope-unknown", naming.commit_scope_unknown, naming.Scopes(), stages=COMMIT_STAGES),
    Rule("commit-scope-missing", naming.commit_scope_missing, naming.ScopeMissing(), stages=COMMIT_STAGES),
    Rule("commit-header-long", style.commit_header_long, style.Length(), stages=COMMIT_STAGES),
    Rule("commit-full-stop", style.commit_full_stop, style.Bots(), stages=COMMIT_STAGES),
    Rule("commit-not-imperative", style.commit_not_imperative, style.FirstWord(), stages=COMMIT_STAGES),
    Rule("commit-subject-case", style.commit_subject_case, style.Case(), stages=COMMIT_STAGES),
    Rule("commit-subject-invisible", style.commit_subject_invisible, stages=COMMIT_STAGES),
    Rule("commit-body-long-line", body.commit_body_long_line, body.Width(), stages=COMMIT_STAGES),
    Rule("commit-breaking-near-miss", body.commit_breaking_near_miss, stages=COMMIT_STAGES),
    Rule("commit-trailer-missing", body.commit_trailer_missing, body.Trailers(), stages=COMMIT_STAGES),
    # The commit being made has no id and may still be folded in: the rule judges stored commits alone.
    Rule("commit-autosquash", structure.commit_autosquash, stages=COMMIT_STAGES[1:]),
)
