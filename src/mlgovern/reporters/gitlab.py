"""GitLab Code Quality.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import json

from mlgovern.finding import Finding, Report, Severity, fingerprint
from mlgovern.reporters.plain import POLICY_FILE, gaps, numbered, sentence, standing, words

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """One array; ASCII. What was not judged, or broke, is an entry as well: silence would say that all is well."""
    found = standing(report)
    rows = [_row(finding, mark) for finding, mark in numbered(found, map(fingerprint, found))]
    others = [Finding(gap, key=gap, rule="not-judged") for gap in gaps(report)]
    rows += [_row(finding, mark) for finding, mark in numbered(others, map(fingerprint, others))]
    return json.dumps(rows, indent=1) + "\n"


def _row(finding: Finding, mark: str) -> dict[str, object]:
    place = finding.place
    return {
        "description": sentence(finding),
        "check_name": finding.rule,
        "fingerprint": mark,
        "severity": "info" if finding.mode != "enforce" else _SEVERITIES[finding.severity],
        "location": {
            "path": POLICY_FILE if place.path is None else words(place.path),
            "lines": {"begin": place.line if place.line and place.path is not None else 1},
        },
    }
