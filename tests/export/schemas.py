"""What the services take, as far as we say it: kept by hand from their own descriptions."""

from typing import Any


def _object(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    required = [key for key in properties if key not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _rule(kind: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    said = {"type": {"const": kind}} | ({} if parameters is None else {"parameters": _object(parameters)})
    return _object(said)


_PATTERN = {"negate": {"type": "boolean"}, "operator": {"enum": ["starts_with", "ends_with", "contains", "regex"]}, "pattern": {"type": "string"}}  # fmt: skip
_PATTERNS = ("commit_message_pattern", "commit_author_email_pattern", "committer_email_pattern", "branch_name_pattern", "tag_name_pattern")  # fmt: skip
_REVIEW = {
    "dismiss_stale_reviews_on_push": {"type": "boolean"},
    "require_code_owner_review": {"type": "boolean"},
    "require_last_push_approval": {"type": "boolean"},
    "required_approving_review_count": {"type": "integer", "minimum": 0, "maximum": 10},
    "required_review_thread_resolution": {"type": "boolean"},
}
_REFS = {"type": "array", "items": {"type": "string", "pattern": "^(~ALL|~DEFAULT_BRANCH|refs/(heads|tags)/.+)$"}}
_PATHS = {"type": "array", "maxItems": 200, "items": {"type": "string", "maxLength": 200}}

# github/rest-api-description, components/schemas: repository-rule-*, and the body of "Create a repository ruleset".
_METADATA = {"oneOf": [*(_rule(kind, _PATTERN) for kind in _PATTERNS), _rule("deletion"), _rule("non_fast_forward"), _rule("update"), _rule("required_signatures"), _rule("pull_request", _REVIEW)]}  # fmt: skip
_PUSH = {
    "oneOf": [
        _rule("file_path_restriction", {"restricted_file_paths": _PATHS}),
        _rule("max_file_size", {"max_file_size": {"type": "integer", "minimum": 1, "maximum": 100}}),
    ]
}
_HEAD = {"name": {"type": "string", "minLength": 1}, "enforcement": {"enum": ["disabled", "active", "evaluate"]}, "bypass_actors": {"type": "array", "maxItems": 0}}  # fmt: skip
RULESETS = {
    "type": "array",
    "items": {
        "oneOf": [
            _object({**_HEAD, "target": {"const": "push"}, "rules": {"type": "array", "items": _PUSH, "minItems": 1}}),
            _object(
                {
                    **_HEAD,
                    "target": {"enum": ["branch", "tag"]},
                    "conditions": _object({"ref_name": _object({"include": _REFS, "exclude": _REFS})}),
                    "rules": {"type": "array", "items": _METADATA, "minItems": 1},
                }
            ),
        ]
    },
}

_REGEX = {"type": "string", "maxLength": 511}
# GitLab, "Project push rules API" and "Push rules": every attribute may be left out; 0 is no limit of size.
PUSH_RULES = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(("commit_message_regex", "commit_message_negative_regex", "branch_name_regex", "author_email_regex", "file_name_regex"), _REGEX),
        **{key: {"type": "boolean"} for key in ("deny_delete_tag", "member_check", "prevent_secrets", "commit_committer_check", "reject_unsigned_commits", "reject_non_dco_commits")},
        "max_file_size": {"type": "integer", "minimum": 1},
    },
}  # fmt: skip
