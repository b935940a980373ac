"""`mlgovern policy replay`: whom a candidate policy would have refused, had it been in force over the last commits."""

from collections.abc import Iterable, Iterator, Mapping

from mlgovern import engine
from mlgovern.enforce.fast import screened
from mlgovern.errors import PluginError, UserError
from mlgovern.facts import ranges, state
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, NotJudged, Severity
from mlgovern.policy.model import SECRETS, Decision, Policy
from mlgovern.record import NamedTuple

STAGE = "ci"
_NONE = ("branch", "tree", "counted tree", "change", "pair")  # what custom rules speak of that is of no commit
EXAMPLES = 3


class Seen(NamedTuple):
    """What one policy refuses by one rule: commits, paths and authors, each once."""

    commits: dict[str, None]
    paths: dict[str, None]
    authors: dict[str, None]


class Row(NamedTuple):
    """One rule, as it judged past work under both policies. `examples`: commits that only the candidate refuses."""

    rule: str
    severity: Severity
    mode: str
    now: Seen
    then: Seen
    examples: tuple[tuple[str, str], ...] = ()  # id and subject

    @property
    def change(self) -> int:
        """How many commits more the candidate refuses."""
        return len(self.then.commits) - len(self.now.commits)


class Replay(NamedTuple):
    """A whole run. `tree`: rules that refuse what is there now, whoever brought it; `elsewhere`: what no past commit can show at work."""

    commits: int
    authors: int
    days: tuple[str, str]
    rows: tuple[Row, ...]
    refused: tuple[int, int]  # commits, now and under the candidate
    not_judged: tuple[NotJudged, ...]
    tree: tuple[str, ...]
    elsewhere: tuple[str, ...]


class _Tally:
    """What one policy refuses, rule by rule."""

    def __init__(self, policy: Policy, only: Iterable[str]) -> None:
        self.policy, self.only = policy, tuple(only)
        self.rules: dict[str, Seen] = {}
        self.commits: dict[str, None] = {}
        self.tree: dict[str, None] = {}
        self.not_judged: dict[NotJudged, None] = {}

    def add(self, snapshot: Snapshot, today: str, authors: Mapping[str, str]) -> None:
        report = engine.evaluate(snapshot, self.policy, today, self.only)
        self.not_judged.update(dict.fromkeys(report.not_judged))
        if report.crashes:
            rule, _, plugin = crash = report.crashes[0]
            if plugin:
                raise PluginError(plugin, f"rule {rule} broke; mlgovern check --verbose shows it")
            raise UserError(f"{crash.sentence}; mlgovern check --verbose shows it")
        for finding in report.findings:
            if not self._refuses(finding):
                continue
            if finding.place.commit is not None:
                self._count(finding, authors)
            elif finding.place.branch is None:
                self.tree[finding.rule] = None

    def _refuses(self, finding: Finding) -> bool:
        """Whether it would, were it enforced: that is what an admin wants to know of a rule that only evaluates."""
        return finding.severity >= self.policy.fail_on and finding.waiver is None

    def _count(self, finding: Finding, authors: Mapping[str, str]) -> None:
        seen = self.rules.setdefault(finding.rule, Seen({}, {}, {}))
        commit = finding.place.commit or ""
        seen.commits[commit] = seen.authors[authors.get(commit, "")] = self.commits[commit] = None
        if finding.place.path is not None:
            seen.paths[finding.place.path] = None


def replay(git: Git, now: Policy, candidate: Policy, span: ranges.Span, today: str) -> Replay:
    """Judge the commits of a span under both policies; what both decide alike is judged once."""
    alike = {rule for rule, decision in candidate.decisions.items() if _same(now, candidate, rule, decision)}
    ours = _Tally(candidate, ())
    theirs = _Tally(now, [rule for rule in now.decisions if rule not in alike])
    subjects: dict[str, str] = {}
    authors: dict[str, str] = {}
    wants = engine.wants(candidate, (STAGE,))
    before = engine.wants(now, (STAGE,))
    wants = wants._replace(
        reads=tuple(dict.fromkeys((*wants.reads, *before.reads))),
        consults=tuple(dict.fromkeys((*wants.consults, *before.consults))),
        asks=tuple(dict.fromkeys((*wants.asks, *before.asks))),
        files=wants.files or before.files,
    )
    secret = any(now.decisions[rule].outline.family == SECRETS for rule in theirs.only)
    for snapshot in screened(git, candidate, ranges.commit_range(git, wants, (STAGE,), span), ()):
        for commit in snapshot.commits:
            authors[commit.id or ""] = commit.author.email.lower()
            subjects[commit.id or ""] = commit.message.partition("\n")[0]
        ours.add(snapshot, today, authors)
        if theirs.only:
            unscreened = snapshot._replace(silent=frozenset(), unmarked=frozenset())
            # What a screen tells goes by the settings of the candidate.
            theirs.add(unscreened if secret else snapshot, today, authors)
    for rule in alike & ours.rules.keys():
        theirs.rules[rule] = ours.rules[rule]
        theirs.commits.update(ours.rules[rule].commits)
    days = state.days(git, [next(iter(subjects)), next(reversed(subjects))]) if subjects else ["", ""]
    return Replay(
        commits=len(subjects),
        authors=len({*authors.values()}),
        days=(days[0], days[1]),
        rows=tuple(_rows(ours, theirs, subjects)),
        refused=(len(theirs.commits), len(ours.commits)),
        not_judged=(*ours.not_judged,),
        tree=tuple(ours.tree),
        elsewhere=tuple(rule for rule in _elsewhere(candidate) if rule not in ours.tree),
    )


def _same(now: Policy, candidate: Policy, rule: str, decision: Decision) -> bool:
    return now.decisions.get(rule) == decision and (now.fail_on, now.accepted) == (
        candidate.fail_on,
        candidate.accepted,
    )


def _rows(ours: _Tally, theirs: _Tally, subjects: Mapping[str, str]) -> Iterator[Row]:
    none = Seen({}, {}, {})
    for rule, decision in {**theirs.policy.decisions, **ours.policy.decisions}.items():
        then, now = ours.rules.get(rule, none), theirs.rules.get(rule, none)
        if then.commits or now.commits:
            new = [commit for commit in then.commits if commit not in now.commits]
            examples = tuple((commit, subjects.get(commit, "")) for commit in new[-EXAMPLES:][::-1])
            yield Row(rule, decision.severity, decision.mode, now, then, examples)


def _elsewhere(policy: Policy) -> Iterator[str]:
    for rule, decision in policy.decisions.items():
        if decision.severity >= policy.fail_on and (STAGE not in decision.stages or decision.outline.subject in _NONE):
            yield rule
