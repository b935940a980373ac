"""What a fix leaves to a person, in the order in which to do it; and what nobody has judged."""

from collections.abc import Container, Iterable, Iterator, Mapping

from mlgovern.finding import Finding, Report

MOST_EXAMPLES = 3  # of one rule
# What is secret comes first: it is known to others by now. Then what every clone carries for good, then the rest.
ORDER = ("secrets", "policy", "data", "lockfiles", "structure", "notebooks")


def left(findings: Iterable[Finding], families: Mapping[str, str]) -> Iterator[str]:
    """A heading, and by rule the first findings, the gravest rules of a family first."""
    rank = {family: number for number, family in enumerate(ORDER)}
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)

    def order(rule: str) -> tuple[int, int]:
        return rank.get(families.get(rule, ""), len(rank)), -max(finding.severity for finding in by_rule[rule])

    if by_rule:
        yield "left for a person, in this order:"
    for rule in sorted(by_rule, key=order):
        told = by_rule[rule][:MOST_EXAMPLES]
        for finding in told:
            yield f"  {finding.severity.word} {rule}: {_where(finding)}{finding.message}"
            mend = finding.mend.split("\n")[0]
            if mend and "\n" not in (finding.place.path or ""):
                yield f"      {mend}"
        more = len(by_rule[rule]) - len(told)
        if more:
            yield f"  and {more} more: mlgovern check --only {rule}"


def unjudged(report: Report, spoken_of: Container[str]) -> Iterator[str]:
    """A heading, and what could not be judged, so that nobody takes it for mended; of much for one reason the first."""
    by_reason: dict[str, list[str]] = {}
    for entry in report.not_judged:
        if entry.expected and entry.what not in spoken_of:
            by_reason.setdefault(entry.why, []).append(entry.what)
    by_reason |= (
        {"the rule broke, which is our bug": [crash.rule for crash in report.crashes]} if report.crashes else {}
    )
    if by_reason:
        yield "not judged:"
    for why, group in by_reason.items():
        yield from (f"  {what}: {why}" for what in group[:MOST_EXAMPLES])
        if len(group) > MOST_EXAMPLES:
            yield f"  and {len(group) - MOST_EXAMPLES:,} more: {why}"


def _where(finding: Finding) -> str:
    place = finding.place
    if place.path is None or finding.message.startswith(place.path):
        return ""
    return f"{place.path}:{place.line}: " if place.line is not None else f"{place.path}: "
