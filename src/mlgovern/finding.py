"""What rules find, and the report that a run of rules adds up to."""

from collections.abc import Mapping
from enum import IntEnum

from mlgovern.record import NamedTuple


class Severity(IntEnum):
    """How grave a finding is; the order is the gate."""

    OFF = 0
    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The severity as policies and output spell it."""
        return self.name.lower()


class Place(NamedTuple):
    """Where a flaw is; what does not apply is None.

    Lines and columns count from 1, in characters; `end_column` is one past the last. `cell` counts from 0.
    A line without a path is a line of the commit message, of `commit` or, if that is None, of the one being made.
    """

    path: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    commit: str | None = None
    branch: str | None = None
    cell: int | None = None


class Finding(NamedTuple):
    """One flaw. The rule gives the first five; the engine stamps the others, because only the policy knows them."""

    message: str
    place: Place = Place()
    mend: str = ""  # the command or the text that mends it
    key: str = ""  # tells findings of one rule in one file apart although lines move; never a secret's value
    at_most: Severity = Severity.ERROR  # caps the policy's severity where the evidence is weaker
    rule: str = ""
    severity: Severity = Severity.ERROR
    mode: str = "enforce"
    waiver: str | None = None
    waivable: bool = True


class NotJudged(NamedTuple):
    """What could not be judged, and why. Where it was `expected`, the run is not clean."""

    what: str
    why: str
    expected: bool = True


class Crash(NamedTuple):
    """A rule that raised: our bug, or that of the plugin which brings it; named, and the gate fails closed."""

    rule: str
    trace: str
    plugin: str = ""

    @property
    def sentence(self) -> str:
        """Which rule, and whose bug."""
        return f"rule {self.rule} broke: this is {f'a bug of {self.plugin}' if self.plugin else 'our bug'}"


class Page(NamedTuple):
    """A rule's documentation, taken from its docstring."""

    heading: str
    why: str
    mend: str
    url: str = ""  # where there is more


class Report(NamedTuple):
    """What one run found, in the order of rules, then places."""

    stage: str
    findings: tuple[Finding, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()
    crashes: tuple[Crash, ...] = ()
    files: int = 0
    commits: int = 0
    branches: int = 0  # names, where nothing else is under judgement
    fail_on: Severity = Severity.ERROR
    notes: tuple[str, ...] = ()  # what the reader should know about the run itself
    pages: Mapping[str, Page] = {}  # of the rules that found something, where a format shows them

    @property
    def refusing(self) -> tuple[Finding, ...]:
        """The findings that refuse the work: enforced, not waived, grave enough; the gravest first."""
        grave = (f for f in self.findings if f.severity >= self.fail_on and f.mode == "enforce" and f.waiver is None)
        return tuple(sorted(grave, key=lambda finding: -finding.severity))

    @property
    def exit_code(self) -> int:
        """0 clean, 1 refused, 3 not everything judged, 4 a rule of ours broke."""
        if self.crashes:
            return 4
        if self.refusing:
            return 1
        return 3 if any(entry.expected for entry in self.not_judged) else 0


def fingerprint(finding: Finding) -> str:
    """16 hex digits that stay the same while lines move: rule, key, and path, or what else it lies in.

    Of a file's flaw the commit does not count: it is the same before it is committed, in CI, and after a rebase.
    """
    from hashlib import sha256

    place = finding.place
    commit = place.commit if place.path is None else None
    parts = (finding.rule, place.path, commit, place.branch, finding.key or finding.message)
    return sha256("\0".join(part or "" for part in parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
