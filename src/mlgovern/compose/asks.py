"""What a policy asks of a commit message, in words for whoever is about to write one."""

from collections.abc import Mapping

from mlgovern import engine
from mlgovern.enforce.kept import manner
from mlgovern.finding import Severity
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple
from mlgovern.rules.commits.rewritten import Manner

MEANINGS = {
    "build": "packaging, dependencies, build tools",
    "chore": "upkeep that changes neither code nor tests",
    "ci": "pipelines and their scripts",
    "data": "datasets, schemas, labels, and how they are made",
    "docs": "documentation alone",
    "exp": "an experiment, and what it showed",
    "feat": "something new for whoever uses this",
    "fix": "a mended bug",
    "model": "architecture, training, weights, evaluation of a model",
    "perf": "the same, faster or smaller",
    "refactor": "the same behaviour in better code",
    "revert": "what takes an earlier commit back",
    "style": "layout of code, no change of meaning",
    "test": "tests alone",
}


class Asks(NamedTuple):
    """What the rules of the family want, where they are on."""

    manner: Manner
    scopes: tuple[str, ...] = ()  # none: any
    scope: bool = False  # is asked for
    longest: int = 0  # characters of the subject; 0: any number
    width: int = 0  # characters of a line of the body; 0: any number
    trailers: Mapping[str, str] = {}  # token: pattern of its value
    mention: str = ""  # a pattern that the message has to hold
    parts: bool = False  # the names of some folders are scopes as well


def asks(policy: Policy) -> Asks:
    """Read them from the policy."""

    def on(rule: str) -> bool:
        return policy.decisions[rule].severity is not Severity.OFF

    length, width = engine.settings(policy, "commit-header-long"), engine.settings(policy, "commit-body-long-line")
    trailers = engine.settings(policy, "commit-trailer-missing") if on("commit-trailer-missing") else None
    scopes = engine.settings(policy, "commit-scope-unknown") if on("commit-scope-unknown") else None
    return Asks(
        manner(policy),
        scopes=scopes.scopes if scopes else (),
        scope=on("commit-scope-missing"),
        longest=min(length.warn, length.max) if on("commit-header-long") else 0,
        width=width.width if on("commit-body-long-line") else 0,
        trailers=trailers.required if trailers else {},
        mention=trailers.mention if trailers else "",
        parts=bool(scopes and scopes.folders),
    )


def types(wanted: Asks) -> tuple[str, ...]:
    """The types with their meanings, a line each."""
    widest = max(map(len, wanted.manner.types), default=0)
    return tuple(f"{kind:{widest}}  {MEANINGS.get(kind.lower(), '')}".rstrip() for kind in wanted.manner.types)


def guide(wanted: Asks) -> tuple[str, ...]:
    """The whole message in a few lines."""
    lines = [f"{form(wanted)}, in the imperative, without a full stop{_limit(wanted)}"]
    if wanted.manner.typed:
        lines += ["", "types:", *(f"  {line}" for line in types(wanted))]
    if wanted.scopes:
        lines += ["", f"scopes: {', '.join(wanted.scopes)}"]
    width = f"; lines of {wanted.width} characters at the most" if wanted.width else ""
    lines += ["", f"then a blank line, and why{width}"]
    lines += ["", "a breaking change, after a blank line: BREAKING CHANGE: what breaks, and what to do"]
    ends = [f"{token}: {pattern or 'value'}" for token, pattern in wanted.trailers.items()]
    lines += ["", *(f"at the end: {end}" for end in ends)] if ends else []
    return (*lines, f"mention: {wanted.mention}") if wanted.mention else tuple(lines)


def form(wanted: Asks) -> str:
    """The form of a subject."""
    scope = "(scope)" if wanted.scope or wanted.scopes else "[(scope)]"
    return f"type{scope}: subject" if wanted.manner.typed else "subject"


def _limit(wanted: Asks) -> str:
    return f", {wanted.longest} characters at the most" if wanted.longest else ""
