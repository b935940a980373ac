"""A rule: an id that names the flaw, a pure judgement, its settings, and what it needs to see."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

from mlgovern.facts.snapshot import Ask, File, Snapshot
from mlgovern.finding import Finding, NotJudged, Page
from mlgovern.record import NamedTuple

Verdicts = Iterator[Finding | NotJudged]

FILE_STAGES = ("pre-commit", "pre-push", "ci", "pre-receive", "audit")
COMMIT_STAGES = ("commit-msg", "pre-push", "ci", "pre-receive")


class Glob(str):
    """A setting that is a glob over whole paths: `*` matches no `/`, `**` does, `{a,b}` either."""

    __slots__ = ()


class Pattern(str):
    """A setting that is a regular expression in the RE2 dialect."""

    __slots__ = ()


class Whole(Pattern):
    """The same, held against a whole text and never looked for within one."""

    __slots__ = ()


class Rule(NamedTuple):
    """One entry of the rule list. The docstring of `judge` is its page: heading, `Why:`, `Mend:`."""

    id: str
    judge: Callable[[Snapshot, Any], Verdicts]
    settings: Any = ()  # a NamedTuple whose every field has a default: the default is the type; or () for none
    stages: tuple[str, ...] = FILE_STAGES
    reads: tuple[str, ...] = ()  # globs: contents of files under judgement
    consults: tuple[str, ...] = ()  # globs: contents of tracked files, read once something `triggers` them
    triggers: tuple[str, ...] = ("**",)  # globs: a change to one of these makes `consults` worth reading
    # Judges each file or commit by itself, so that they may come in batches; or once a run, when all else is judged.
    each: Literal["", "file", "commit", "run"] = ""
    files: bool = True  # looks at files, so that they have to be listed
    waivable: bool = True  # a finding may be waived, suppressed where it stands, or accepted in a baseline
    asks: Callable[[Any], tuple[Ask, ...]] = lambda _settings: ()  # facts that few rules need, by the settings
    own: Any = ()  # of a rule that a policy brings: how it is defined there
    family: str = ""  # of such a rule, and its page
    said: Page | None = None


def unread(file: File) -> NotJudged:
    """What a rule says of a file whose content it needs and was not given."""
    if file.size < 0:
        return NotJudged(file.path, "its object is missing from this clone; `git fsck` tells more")
    return NotJudged(file.path, f"larger than limits.max_file_bytes: {file.size:,} bytes")


def family_of(rule: Rule) -> str:
    """The family that a rule belongs to: the module below `mlgovern.rules` that defines it."""
    return rule.family or (*rule.judge.__module__.split("."), "", "")[2]


def page(rule: Rule) -> Page:
    """The page of a rule: its docstring in heading, Why and Mend, or what its author says."""
    if rule.said is not None:
        return rule.said
    heading, _, rest = (rule.judge.__doc__ or "").strip().partition("\n")
    why, _, mend = " ".join(rest.split()).removeprefix("Why: ").partition("Mend: ")
    return Page(heading.strip(), why.strip(), mend.strip())
