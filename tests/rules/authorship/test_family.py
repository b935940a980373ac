"""What the family asks for, which every commit would wait for."""

import pytest

from mlgovern import engine
from mlgovern.policy.cache import every
from mlgovern.policy.load import load
from mlgovern.policy.model import POLICY_FILE

RULES = every()


def asked(rules: str, *stages: str) -> set[str]:
    text = f"schema: 1\nextends: [base]\nrules: {{{rules}}}"
    policy = load({POLICY_FILE: text.encode()}.get, RULES).policy
    return {ask[0] for ask in engine.wants(policy, stages, ("authorship",)).asks}


@pytest.mark.parametrize(
    ("rules", "at_a_commit", "at_a_push"),
    (
        pytest.param("", set(), set(), id="what is on by itself"),
        pytest.param("unapproved-identity: error", {"people"}, {"people"}, id="the committer as well"),
        pytest.param("sign-off-mismatch: error", set(), set(), id="the author is told"),
        pytest.param(
            "sign-off-mismatch: {severity: error, settings: {committer: true}}",
            {"people"},
            {"people"},
            id="the committer's sign-off",
        ),
        pytest.param("missing-signature: error", set(), {"signatures"}, id="signatures are there at a push"),
        pytest.param("ai-co-author: error", set(), set(), id="trailers are in the message"),
        pytest.param("undeclared-ai: error", {"people"}, {"people"}, id="a tool may be the committer"),
    ),
)
def test_git_is_asked_only_for_what_a_rule_needs(rules: str, at_a_commit: set[str], at_a_push: set[str]) -> None:
    assert (asked(rules, "commit-msg"), asked(rules, "pre-push")) == (at_a_commit, at_a_push)
