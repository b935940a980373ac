"""A branching strategy as data: which branches live long, what the others are called, and what may merge where."""

from collections.abc import Mapping
from typing import Literal

from mlgovern.fields import Allowed, Covered, Fixed, Form, Hint, Laxer, Limit, Rising
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Whole

TYPES = (
    *("feature", "feat", "bugfix", "fix", "hotfix", "release", "chore"),  # Conventional Branch 1.0.0
    *("experiment", "exp", "data", "model", "docs", "refactor", "test", "ci"),  # what ML projects do besides
)

ALIASES: Mapping[str, str] = {  # followed until a type of the strategy is met
    "features": "feature",
    "feature": "feat",
    "feat": "feature",
    "enhancement": "feature",
    "bugs": "bug",
    "bug": "bugfix",
    "bug-fix": "bugfix",
    "bugfixes": "bugfix",
    "fixes": "fix",
    "bugfix": "fix",
    "fix": "bugfix",
    "hot-fix": "hotfix",
    "hotfixes": "hotfix",
    "hotfix": "fix",
    "rel": "release",
    "releases": "release",
    "chores": "chore",
    "experiments": "experiment",
    "experiment": "exp",
    "exp": "experiment",
    "dataset": "data",
    "datasets": "data",
    "models": "model",
    "doc": "docs",
    "documentation": "docs",
    "refactoring": "refactor",
    "tests": "test",
    "testing": "test",
}

MACHINE_MADE = tuple(
    Glob(text)
    for text in (
        *("dependabot/**", "renovate/**", "pre-commit-ci-update-config", "gh-readonly-queue/**", "gh-pages"),
        *("revert-[0-9]*-*{,/**}", "{,*-}patch-[0-9]{,[0-9]}{,[0-9]}"),  # buttons of the web editor
        *("snyk-*", "all-contributors/**", "changeset-release/**", "release-please--*{,/**}", "mergify/**"),
        *("backport-*/**", "backport/**", "create-pull-request/**", "imgbot", "whitesource/**"),
        "{copilot,claude,codex,cursor,ai}/**",
    )
)


class Flow(NamedTuple):
    """Where branches of one kind begin and end. The first flow that matches a branch holds for it."""

    match: Glob
    cut_from: tuple[Glob, ...] = ()  # not `from`, which Python keeps for itself
    into: tuple[Glob, ...] = ()  # nothing: such a branch is never merged back
    discouraged: tuple[Glob, ...] = ()  # merging into these is a warning


class Order(NamedTuple):
    """Where work has to be before it reaches a branch, as itself or cherry-picked."""

    branch: Glob
    first_on: tuple[Glob, ...] = ()
    advised: bool = False  # at most a warning: something may be made for this branch alone


class Strategy(NamedTuple):
    """What a policy says under `strategy:`; every branch rule reads it. The default is trunk-based development."""

    name: Hint[str] = "trunk-based"
    trunk: Fixed[tuple[Glob, ...]] = (Glob("main"), Glob("master"))
    protected: Covered[Glob] = (Glob("main"), Glob("master"), Glob("release/*"))
    types: Fixed[tuple[str, ...]] = TYPES  # none: any word
    aliases: Hint[Mapping[str, str]] = ALIASES  # only for suggestions
    allowed: Fixed[tuple[Flow, ...]] = (
        Flow(Glob("release/*"), (Glob("main"), Glob("master"))),
        Flow(Glob("**"), (Glob("main"), Glob("master")), (Glob("main"), Glob("master"))),
    )
    upstream: Fixed[tuple[Order, ...]] = (Order(Glob("release/*"), (Glob("main"), Glob("master")), advised=True),)
    lifetime_days: Limit = 2  # of a working branch; 0: any
    active_limit: Limit = 3  # working branches that are not merged yet; 0: any
    grammar: Fixed[Literal["conventional", "slug", "issue", "any"]] = "conventional"
    pattern: Form[Whole] = Whole("")  # for the whole name, in place of grammar and types
    other_names: Allowed[Glob] = ()  # names of another form that the strategy uses as well
    dots: Rising[Literal["all", "release", "none"]] = "release"  # release: where a name holds a version
    nested: Laxer = False  # type/area/topic
    ticket_case: Rising[Literal["any", "lower"]] = "lower"  # any: type/ABC-123-topic
    max_length: Limit = 60  # labels made of it, such as those of review apps, end at 63; 0: any
    exempt: Allowed[Glob] = MACHINE_MADE  # from the rules on names alone


class Settings(NamedTuple):
    """The strategy, which the policy states once for all these rules."""

    strategy: Strategy = Strategy()
