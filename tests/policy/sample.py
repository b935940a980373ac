"""Rules of a small imaginary product, and policies over them: the loader must not care which rules there are."""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import FEWER, Allowed, Covered, Fixed, Hint, Laxer, Limit, Maximum, Must, MustNot, Needed, Rising
from mlgovern.finding import Severity
from mlgovern.policy.load import Loaded, load
from mlgovern.policy.model import POLICY_FILE
from mlgovern.rule import Glob, Pattern, Rule, Verdicts


class Required(NamedTuple):
    path: str
    why: Hint[str] = ""
    nocase: bool = False


class Direction(NamedTuple):
    match: Glob
    into: tuple[Glob, ...] = ()


class Strategy(NamedTuple):
    trunk: Covered[Glob] = (Glob("main"),)
    lifetime_days: Limit = 0
    allowed: Allowed[Direction] = ()


class Types(NamedTuple):
    types: Allowed[str] = ("feat", "fix")
    case: Rising[Literal["any", "lower"]] = "lower"
    header: Must = Pattern("")
    kernels: MustNot = Pattern("")


class Sizes(NamedTuple):
    max_bytes: Maximum = 1000
    ratio: Fixed[float] = 0.5
    lfs_exempt: Laxer = True
    per_glob: Annotated[Mapping[Glob, Maximum], FEWER] = {}
    at_most: Severity = Severity.ERROR
    nearest: Required = Required("README.md")


class Paths(NamedTuple):
    required: Needed[Required] = (Required("README.md"),)


class Branches(NamedTuple):
    strategy: Strategy = Strategy()
    longest: Maximum = 60


def _clean(_snapshot: Snapshot, _settings: object) -> Verdicts:
    """Nothing is flawed.

    Why: tests need rules.
    Mend: nothing.
    """
    yield from ()


RULES = (
    Rule("commit-type-unknown", _clean, Types(), stages=("commit-msg", "ci")),
    Rule("oversized-file", _clean, Sizes()),
    Rule("missing-required-path", _clean, Paths()),
    Rule("branch-too-old", _clean, Branches(), stages=("ci",)),
    Rule("case-collision", _clean),
)


def loaded(folder: str = "", /, **files: bytes | str) -> Loaded:
    """The policy of a repository with these files; `policy` stands for the policy's own, `a__b` for `a/b.yaml`."""
    contents = {
        POLICY_FILE if name == "policy" else name.replace("__", "/") + ".yaml": text.encode()
        if isinstance(text, str)
        else text
        for name, text in files.items()
    }
    return load(contents.get, RULES, folder=folder)
