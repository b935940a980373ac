"""Whether the work under judgement brings the waivers that it would need: those do not count for it."""

from mlgovern.errors import PolicyError
from mlgovern.facts.git import MOST_TEXT, Git
from mlgovern.policy.model import WAIVERS_FILE, Policy


def settled(git: Git, policy: Policy, base: str) -> Policy:
    """The policy, each waiver of which tells whether `base`, a revision, has it as well."""
    if not policy.accepted:
        return policy
    old = git.read(f"{base}:{WAIVERS_FILE}", MOST_TEXT)
    if old == git.read(f":{WAIVERS_FILE}", MOST_TEXT):
        return policy
    from mlgovern.policy.load import waivers_of
    from mlgovern.policy.waivers import settled as compared

    try:
        before = waivers_of(old, policy)
    except PolicyError:  # what was no waiver then accepted nothing
        before = ()
    return policy._replace(accepted=compared(policy.accepted, before))
