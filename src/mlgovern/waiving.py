"""Which waivers accept a finding, and which of them somebody has to look at."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from mlgovern.facts.snapshot import Idle
from mlgovern.finding import Finding, Place, fingerprint
from mlgovern.globs import matcher
from mlgovern.policy.model import WAIVERS_FILE, Waiver
from mlgovern.record import NamedTuple

SOON = 14  # days before its end on which a waiver is spoken of


class Waiving(NamedTuple):
    """The first waiver that names a finding: one in force, one that has ended, one that the work itself brings."""

    accepting: Mapping[Finding, Waiver]
    ended: Mapping[Finding, Waiver]
    arriving: Mapping[Finding, Waiver]


def waiving(waivers: Iterable[Waiver], findings: Iterable[Finding], today: str) -> Waiving:
    """What each finding that may be waived is waived by; the first waiver that stands in the file counts."""
    by_rule: dict[str, list[Waiver]] = {}
    for waiver in waivers:
        if waiver.created <= today:
            by_rule.setdefault(waiver.rule, []).append(waiver)
    accepting: dict[Finding, Waiver] = {}
    ended: dict[Finding, Waiver] = {}
    arriving: dict[Finding, Waiver] = {}
    for finding in findings:
        naming = [waiver for waiver in by_rule.get(finding.rule, ()) if finding.waivable and names(waiver, finding)]
        for waiver in naming:
            group = ended if waiver.until < today else arriving if waiver.arriving else accepting
            group.setdefault(finding, waiver)
    return Waiving(accepting, ended, arriving)


def names(waiver: Waiver, finding: Finding) -> bool:
    """Whether the finding lies where the waiver says."""
    place = finding.place
    if waiver.paths:
        return place.path is not None and bool(matcher(waiver.paths)(place.path))
    if waiver.commits:
        return place.commit is not None and place.commit.startswith(waiver.commits)
    if waiver.branches:
        return place.branch is not None and bool(matcher(waiver.branches)(place.branch))
    return fingerprint(finding) in waiver.fingerprints


def spoken_of(waivers: Collection[Waiver], applied: Waiving, today: str, looked: Iterable[str]) -> Iterator[Idle]:
    """The waivers that end soon, that have ended, and, of rules that `looked` everywhere, those that accept nothing."""
    if not waivers:
        return
    from datetime import date, timedelta

    used = {*applied.accepting.values(), *applied.arriving.values()}
    missed, everywhere = {*applied.ended.values()}, set(looked)
    soon = str(date.fromisoformat(today) + timedelta(days=SOON))
    for waiver in waivers:
        audited = waiver.rule in everywhere and not (waiver.commits or waiver.branches)
        if waiver.until < today:
            why = "ended" if waiver in missed or audited else ""
        elif waiver in used:
            why = "ending" if waiver.until <= soon else ""
        else:
            why = "unused" if audited and waiver.created <= today else ""
        if why:
            place = Place(WAIVERS_FILE, waiver.line)
            yield Idle("waiver", waiver.rule, place, why, waiver.id, waiver.owner, waiver.until)
