"""What a change does to the policy that judges it: which values it would make weaker, and which waivers it brings."""

from collections.abc import Callable, Collection, Iterator
from typing import Any

from mlgovern.administer.diff import Difference, differences, told
from mlgovern.errors import PolicyError
from mlgovern.facts.git import Git
from mlgovern.facts.received import bounded
from mlgovern.facts.snapshot import Idle
from mlgovern.finding import Place
from mlgovern.policy.load import Loaded, waivers_of
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE, Policy, Waiver
from mlgovern.policy.packs import MOST_BYTES
from mlgovern.policy.provenance import Field
from mlgovern.policy.waivers import settled


def weakened(before: Loaded, after: Loaded, by_it: Callable[[Field], bool] = lambda _field: True) -> tuple[Idle, ...]:
    """What of a policy, or of its final fields, a change would make weaker; `by_it` tells whether a field is as the change left it."""
    weaker = (_weaker(one) for one in differences(before, after) if one.weaker and by_it(one.field))
    known = {(one.path, repr(one.after)) for one in before.weakened}
    new = (one for one in after.weakened if (one.path, repr(one.after)) not in known)
    final = (Idle("final", one.path[1], _place(one.mark), one.text) for one in new)
    return (*weaker, *final)


def unloaded(policy: Policy, trusted: Collection[str]) -> Iterator[str]:
    """What has to be said of the plugins that a change brings: nothing of them is run before somebody has merged it."""
    for plugin in policy.plugins:
        if plugin not in trusted:
            yield f"Plugin {plugin} is not loaded: it counts once this change is merged."


def with_arriving(git: Git, policy: Policy, head: str) -> Policy:
    """The policy with the waivers that a change brings as well: those do not count for it."""
    brought = waivers_at(git, head, policy)
    known = {waiver._replace(line=0) for waiver in brought}
    every = (*(waiver for waiver in policy.accepted if waiver._replace(line=0) not in known), *brought)
    return policy._replace(accepted=settled(every, policy.accepted))


def waivers_at(git: Git, revision: str, policy: Policy) -> tuple[Waiver, ...]:
    """The waivers of a revision under a policy."""
    try:
        return waivers_of(bounded(git, f"{revision}:{WAIVERS_FILE}", MOST_BYTES), policy)
    except PolicyError:  # as the new policy has it, it may be sound; under this one it accepts nothing
        return ()


def _weaker(one: Difference) -> Idle:
    path = [part for part in one.field.path if part not in {"rules", "settings"}]
    said = one.field.chain[-1]
    text = f"{'.'.join(path)}: {told(one.change)}"
    return Idle("policy", path[0], _place(said.mark), text)


def _place(mark: Any) -> Place:
    return Place(POLICY_FILE) if mark is None else Place(mark.file, mark.line, mark.column)
