"""What hides findings: suppressions where they stand, the baseline, waivers. A hidden finding stays in the report, and says by what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mlgovern import baseline
from mlgovern.baseline import Baseline, Entry, Looked
from mlgovern.facts.snapshot import FULL, Idle, Snapshot
from mlgovern.finding import Finding, Report
from mlgovern.lines import Versions
from mlgovern.policy.model import SECRETS, WAIVERS_FILE, Policy
from mlgovern.record import NamedTuple
from mlgovern.suppressions.gathered import INLINE, WITHHELD, Suppression, gathered
from mlgovern.waiving import Waiving, spoken_of, waiving


class Batch(NamedTuple):
    """What one snapshot tells: its suppressions, what its findings would be accepted as, and what was looked at."""

    stages: tuple[str, ...]
    suppressions: tuple[Suppression, ...]
    entries: Mapping[Finding, tuple[Entry, ...]]
    accepted: Baseline
    looked: Looked | None  # where everything is judged


def batch(snapshot: Snapshot, findings: tuple[Finding, ...], policy: Policy, ran: frozenset[str]) -> Batch:
    """What hides the findings of one snapshot, under the rules that ran over it."""
    accepted = baseline.parse(snapshot.baseline)
    able = [finding for finding in findings if _acceptable(policy, finding.rule)]
    entries = baseline.identified(able, Versions(snapshot), accepted.salts)
    full = FULL in snapshot.stages
    looks = {rule for rule in ran if full or policy.decisions[rule].outline.each == "file"}
    looked = Looked(ran, {file.path for file in snapshot.files}, snapshot.tracked) if full and accepted.salts else None
    suppressions = tuple(gathered(snapshot, findings, policy, frozenset(looks)))
    return Batch(snapshot.stages, suppressions, entries, accepted, looked)


def light(one: Batch) -> Batch:
    """A batch without what all batches of one run share: it may go from one process to another."""
    looked = None if one.looked is None else one.looked._replace(tracked={})
    return one._replace(accepted=Baseline(), looked=looked)


def _acceptable(policy: Policy, rule: str) -> bool:
    decision = policy.decisions[rule]
    return decision.outline.family == SECRETS and decision.waivable


class Judging(NamedTuple):
    """What hides under: the policy, today, and the rules that looked at everything tracked."""

    policy: Policy
    today: str
    everywhere: frozenset[str] = frozenset()


def hidden(report: Report, batches: Sequence[Batch], judging: Judging) -> tuple[Report, tuple[Idle, ...]]:
    """The report with what is hidden marked as waived, and what hides nothing."""
    policy = judging.policy
    known = {finding for each in batches for finding in _known(each, batches[0].accepted)}
    here: dict[tuple[str, str | None], list[Suppression]] = {}
    for suppression in (s for each in batches for s in each.suppressions):
        here.setdefault((suppression.rule, suppression.place.path), []).append(suppression)
    waived = waiving(policy.accepted, report.findings, judging.today)
    findings: list[Finding] = []
    used: set[Suppression] = set()
    for finding in report.findings:
        hiding = [s for s in here.get((finding.rule, finding.place.path), ()) if s.hides(finding)]
        used.update(hiding)
        waiver = _why(hiding) if hiding else baseline.WAIVER if finding in known else None
        if waiver is None and finding in waived.accepting:
            waiver = waived.accepting[finding].id
        findings.append(finding._replace(waiver=waiver))
    broken = {crash.rule for crash in report.crashes}
    ending = spoken_of(policy.accepted, waived, judging.today, judging.everywhere - broken)
    idle = (*_unused(batches, used, broken), *_stale(report, batches), *ending)
    notes = (*report.notes, *_notes(findings, used, policy), *_arriving(waived, report.stage))
    return report._replace(findings=tuple(findings), notes=notes), tuple(dict.fromkeys(idle))


def _why(hiding: Sequence[Suppression]) -> str:
    """What hides a finding; a reason that repeats a secret is withheld, whichever batch knew of that secret."""
    withheld = [suppression for suppression in hiding if suppression.why == INLINE + WITHHELD]
    return (withheld or hiding)[0].why


def _known(each: Batch, accepted: Baseline) -> Iterator[Finding]:
    """The findings that the baseline accepts."""
    for finding, entries in each.entries.items():
        if not accepted.entries.keys().isdisjoint(entries):
            yield finding


def _unused(batches: Iterable[Batch], used: set[Suppression], broken: set[str]) -> Iterator[Idle]:
    for suppression in (s for each in batches for s in each.suppressions):
        if suppression.fault and suppression.told:
            yield Idle("suppression", suppression.rule, suppression.place, suppression.fault)
        elif suppression.due and suppression not in used and suppression.rule not in broken:
            yield Idle("suppression", suppression.rule, suppression.place, "unused")


def _stale(report: Report, batches: Sequence[Batch]) -> list[Idle]:
    looked = [each.looked for each in batches if each.looked is not None]
    if not looked:
        return []
    broken = {crash.rule for crash in report.crashes}
    unread = {entry.what for entry in report.not_judged}
    rules = {rule for each in looked for rule in each.rules} - broken
    paths = {path for each in looked for path in each.paths} - unread
    matched = {entry for each in batches for entries in each.entries.values() for entry in entries}
    return baseline.stale(batches[0].accepted, matched, Looked(rules, paths, looked[0].tracked))


def _arriving(waived: Waiving, stage: str) -> Iterator[str]:
    """The waivers that would have counted, had they been there before."""
    way = "merge" if stage in {"ci", "pre-receive"} else "commit"
    for waiver in dict.fromkeys(w for finding, w in waived.arriving.items() if finding not in waived.accepting):
        yield (
            f"Waiver {waiver.id} ({WAIVERS_FILE}:{waiver.line}) comes with this change or is widened by it, so it does "
            f"not count here: {way} it first, by itself."
        )


def _notes(findings: Iterable[Finding], used: Iterable[Suppression], policy: Policy) -> Iterator[str]:
    """How many findings are hidden where they stand, as far as the policy wants that said."""
    marks = {suppression.why for suppression in used if suppression.foreign}
    inline = [f.waiver for f in findings if f.waiver and f.waiver.startswith(INLINE)]
    others = sum(waiver in marks for waiver in inline)
    if len(inline) > others and policy.inline_suppressions == "warn":
        yield f"Suppressed where they stand: {len(inline) - others}."
    if others and policy.foreign_suppressions == "warn":
        yield f"Suppressed by marks of other tools: {others}."
