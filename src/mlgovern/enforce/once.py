"""Each flaw of a range once: where the range brings it first, not in every later version of the file."""

from collections import Counter

from mlgovern.finding import Finding, Report


def once(report: Report) -> Report:
    """The report without what later versions of a file hold of the same; how much that is, is said."""
    in_version: Counter[tuple[object, ...]] = Counter()
    seen: set[tuple[object, ...]] = set()
    kept: list[Finding] = []
    for finding in report.findings:  # within a rule the oldest version first
        place = finding.place
        if place.path is None or place.commit is None:
            kept.append(finding)
            continue
        flaw = finding._replace(
            place=place._replace(commit=None, line=None, column=None, end_line=None, end_column=None)
        )
        in_version[place.commit, flaw] += 1
        if (flaw, in_version[place.commit, flaw]) not in seen:
            seen.add((flaw, in_version[place.commit, flaw]))
            kept.append(finding)
    more = len(report.findings) - len(kept)
    if not more:
        return report
    note = f"What several versions of a file hold is told at the first one; later ones hold it {more:,} times more."
    return report._replace(findings=tuple(kept), notes=(*report.notes, note))
