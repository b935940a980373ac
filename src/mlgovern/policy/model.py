"""The merged, typed decision for one repository: what the engine is told."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from mlgovern.fields import Allowed, Covered, Fixed, Laxer, Minimum, Needed, Rising
from mlgovern.finding import Severity
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob

DEFAULT_PACK = "ml-project"
POLICY_FILE = ".mlgovern.yaml"
OWN_VALUES = "leaked-local-secret"  # the rule that looks for what is about to leave
WAIVERS_FILE = ".mlgovern/waivers.yaml"
PLUGINS = "plugins"  # the family of rules that installed distributions bring
SECRETS = "secrets"  # the family whose findings a baseline may accept, and of which the marks of other tools speak


class Outline(NamedTuple):
    """What has to be known of a rule before its family is worth importing; the fields are those of Rule."""

    family: str = ""
    reads: tuple[str, ...] = ()
    consults: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ("**",)
    each: str = ""
    files: bool = True
    asks: tuple[tuple[str, ...], ...] = ()  # as the settings have it
    subject: str = ""  # of a custom rule: what it speaks of


class Stored(NamedTuple):
    """Settings as the cache holds them, until their rule is at hand to read them."""

    data: Any = None


class Decision(NamedTuple):
    """What a policy decides about one rule."""

    severity: Severity = Severity.OFF
    mode: Rising[Literal["evaluate", "enforce"]] = "enforce"  # evaluate: reported, never refused
    enforce_after: str = ""  # ISO date in UTC: evaluate before it, enforce from that day on
    stages: Covered[str] = ()  # where the rule runs; never more than it supports
    exempt: Allowed[str] = ()  # globs: what it finds there does not count, for good; a waiver would end
    waivable: Laxer = True  # a finding may be waived, suppressed where it stands, or accepted in a baseline
    settings: Any = ()
    own: Any = ()  # of a rule that the policy brings: its definition
    outline: Outline = Outline()


class Limits(NamedTuple):
    """What is beyond these is reported as not judged."""

    max_commits: Minimum = 5000  # commits of one range
    max_file_bytes: Minimum = 50_000_000  # bytes of one blob whose content a rule asks for
    # Of one look at a history, which the next one goes on from; 0: no end.
    max_seconds: Annotated[int, "higher", "0: none"] = 0


class Terms(NamedTuple):
    """What a waiver has to say, and how long it may last."""

    # From its first day to its last; what lasts longer than a year is a rule that the team does not want.
    max_days: Annotated[int, "lower", range(1, 367)] = 90
    require: Needed[Literal["reason", "owner", "ticket"]] = ("reason", "owner")


class Waiver(NamedTuple):
    """An accepted exception: findings of one rule, at one kind of place, until the end of a day in UTC."""

    rule: str
    created: str  # ISO dates
    until: str
    id: str = ""
    paths: tuple[Glob, ...] = ()
    commits: tuple[str, ...] = ()  # ids, or how they begin
    branches: tuple[Glob, ...] = ()
    fingerprints: tuple[str, ...] = ()
    reason: str = ""
    owner: str = ""
    ticket: str = ""
    line: int = 1  # of the file that has it
    arriving: bool = False  # the work under judgement brings it, or widens it: it does not count yet


class Policy(NamedTuple):
    """One repository's policy. `origin` is where it came from, in words for its reader."""

    origin: str = f"the {DEFAULT_PACK} pack"
    decisions: Mapping[str, Decision] = {}
    fail_on: Annotated[Severity, "lower"] = Severity.ERROR
    limits: Limits = Limits()
    inline_suppressions: Rising[Literal["allow", "warn", "deny"]] = (
        "warn"  # deny: not those that a change adds for itself
    )
    foreign_suppressions: Rising[Literal["honour", "warn", "ignore"]] = "warn"  # marks of other tools
    waivers: Terms = Terms()
    accepted: tuple[Waiver, ...] = ()
    # What a project that squashes wants judged; at the gate, where titles are.
    commit_scope: Fixed[Literal["commits", "title", "both"]] = "commits"
    # On a server: what becomes of a push that is not judged to its end.
    on_timeout: Rising[Literal["accept-with-warning", "reject"]] = "reject"
    plugins: Fixed[tuple[str, ...]] = ()  # installed distributions whose rules are loaded: NAME==VERSION
    embedded: bool = False  # the repository has no policy of its own
    signed: Covered[str] = ()  # sources of `extends` that count only with a good signature
    notes: tuple[str, ...] = ()  # what whoever reads a report should know of the policy
