"""The policy's own exceptions: waivers that end, and those that accept nothing."""

from mlgovern.rule import COMMIT_STAGES, FILE_STAGES, Rule
from mlgovern.rules.policy.waivers import expired_waiver, expiring_waiver, unused_waiver
from mlgovern.rules.policy.weakening import weakened_policy

STAGES = tuple(dict.fromkeys((*COMMIT_STAGES, *FILE_STAGES)))

RULES = (
    Rule("weakened-policy", weakened_policy, stages=("ci", "pre-receive"), files=False, waivable=False),
    Rule("expired-waiver", expired_waiver, stages=STAGES, each="run", files=False, waivable=False),
    Rule("expiring-waiver", expiring_waiver, stages=STAGES, each="run", files=False, waivable=False),
    Rule("unused-waiver", unused_waiver, stages=("audit",), each="run", files=False, waivable=False),
)
