"""What a judgement of a push goes by: the rules by what they look at, the facts of the whole, and a tip with its tree."""

from collections.abc import Iterable

from mlgovern import engine
from mlgovern.enforce.server.apart import Tell
from mlgovern.facts import listings
from mlgovern.facts.batches import weighed
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File, Snapshot, Wants
from mlgovern.policy.model import SECRETS, Policy
from mlgovern.record import NamedTuple

STAGES = ("pre-receive",)
MOST_BYTES = 8_000_000  # of one blob that is read within the few seconds there are
WHAT = "this push"


class Kinds(NamedTuple):
    """The rules that run, by what each of them looks at."""

    names: tuple[str, ...]
    messages: tuple[str, ...]
    trees: tuple[str, ...]
    paths: tuple[str, ...]
    contents: tuple[str, ...]
    secrets: tuple[str, ...]


class Push(NamedTuple):
    """All that a judgement goes by."""

    git: Git
    policy: Policy
    kinds: Kinds
    today: str
    facts: Snapshot  # of the push as a whole
    tell: Tell

    def judge(self, snapshot: Snapshot, only: tuple[str, ...], *, surely: bool = True) -> None:
        """Tell what these rules find; what they leave undecided keeps a push out only where they can tell `surely`."""
        if only:
            report = engine.evaluate(snapshot, self.policy, self.today, only)
            gaps = tuple(gap._replace(expected=gap.expected and surely) for gap in report.not_judged)
            self.tell(report._replace(not_judged=gaps))


class Part(NamedTuple):
    """A tip that gains commits, and what they bring that no tip before it had."""

    tip: str
    whole: Snapshot  # without the tree
    files: tuple[File, ...]


def wants_of(policy: Policy, rules: tuple[str, ...] = ()) -> Wants:
    """What rules need to see, but for what only a work tree could tell."""
    wants = engine.wants(policy, STAGES, rules)
    return wants._replace(asks=tuple(ask for ask in wants.asks if ask[0] not in _OF_WORK_TREES))


_OF_WORK_TREES = frozenset({"own-env", "environments", "pushed"})


def limited(policy: Policy) -> Policy:
    most = min(policy.limits.max_file_bytes, MOST_BYTES)
    return policy._replace(limits=policy.limits._replace(max_file_bytes=most))


def kinds_of(policy: Policy) -> Kinds:
    on = [(rule, one.outline) for rule, one in engine.enabled(policy, STAGES)]
    last = tuple(rule for rule, one in on if one.each == "run")

    def those(chosen: Iterable[str]) -> tuple[str, ...]:
        rules = tuple(chosen)
        return (*rules, *last) if rules else ()

    return Kinds(
        those(rule for rule, one in on if one.each == "" and not one.files),
        those(rule for rule, one in on if one.each == "commit"),
        those(rule for rule, one in on if one.each == "" and one.files),
        those(rule for rule, one in on if one.each == "file" and not one.reads),
        those(rule for rule, one in on if one.each == "file" and one.reads),
        those(rule for rule, one in on if one.each == "file" and one.family == SECRETS),
    )


def tree(push: Push, git: Git, part: Part) -> Snapshot:
    """A tip's tree around what its commits bring, with what rules consult of it."""
    wants = wants_of(push.policy)
    tracked = listings.tree(git, part.tip)
    removed = tuple(path for path in part.whole.removed if path not in tracked)
    facts = part.whole._replace(tracked=tracked, removed=removed)
    return weighed(git, wants, facts).whole
