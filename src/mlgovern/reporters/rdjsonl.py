"""Reviewdog Diagnostic Format, a line for each finding.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf
Its columns count bytes of a line that a report does not hold, so lines alone are told.
"""

import json

from mlgovern.finding import Finding, Report, Severity
from mlgovern.reporters.plain import POLICY_FILE, gaps, sentence, standing, words

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def render(report: Report) -> str:
    """What is not waived, and what was not judged; ASCII."""
    rows = [*standing(report), *(Finding(gap, rule="not-judged") for gap in gaps(report))]
    return "".join(json.dumps(_row(finding)) + "\n" for finding in rows)


def _row(finding: Finding) -> dict[str, object]:
    place = finding.place
    known = place.line is not None and place.path is not None
    lines = {"start": {"line": place.line}, "end": {"line": place.end_line or place.line}} if known else None
    location = {"path": POLICY_FILE if place.path is None else words(place.path), **({"range": lines} if lines else {})}
    return {
        "message": sentence(finding) + (f"\nmend: {words(finding.mend)}" if finding.mend else ""),
        "location": location,
        "severity": "INFO" if finding.mode != "enforce" else _SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
        "source": {"name": "mlgovern"},
    }
