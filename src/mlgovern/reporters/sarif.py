"""SARIF 2.1.0 as GitHub code scanning takes it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/ and
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from mlgovern.finding import Finding, Place, Report, Severity, fingerprint
from mlgovern.reporters.plain import POLICY_FILE, counted, inert, numbered, printable, sentence
from mlgovern.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/mlgovern/mlgovern"
MOST_RESULTS = 25_000  # of one run; GitHub refuses more
MOST_LETTERS = 1_000  # of one text

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.OFF: "none"}


def render(report: Report) -> str:
    """One run; ASCII."""
    import json

    found = report.findings[:MOST_RESULTS]
    rules = list(dict.fromkeys(finding.rule for finding in found))
    marks = numbered(found, map(fingerprint, found))
    run = {
        "tool": {
            "driver": {
                "name": "mlgovern",
                "semanticVersion": VERSION,
                "informationUri": HOME,
                "rules": [_rule(rule, report) for rule in rules],
            }
        },
        "automationDetails": {"id": f"mlgovern/{report.stage}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.crashes, "toolExecutionNotifications": _gaps(report)}],
        "results": [_result(finding, mark, rules.index(finding.rule)) for finding, mark in marks],
    }
    return inert(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)) + "\n"


def _rule(rule: str, report: Report) -> dict[str, Any]:
    page = report.pages.get(rule)
    heading, why, mend, url = page or (rule, "", "", "")
    text = " ".join(part for part in (why and f"Why: {why}", mend and f"Mend: {mend}") if part) or heading
    return {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.split("-")),
        "shortDescription": {"text": _cut(heading)},
        "fullDescription": {"text": _cut(text)},
        "help": {"text": _cut(text), "markdown": f"`mlgovern explain {rule}`\n\n{_cut(text)}"},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": _LEVELS[_usual(rule, report)]},
    }


def _usual(rule: str, report: Report) -> Severity:
    return max(finding.severity for finding in report.findings if finding.rule == rule)


def _result(finding: Finding, mark: str, index: int) -> dict[str, Any]:
    evaluated = finding.mode != "enforce"
    text = f"{'Evaluated only: ' if evaluated else ''}{sentence(finding)}"
    mend = f" Mend: {printable(finding.mend)}" if finding.mend else ""
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": "note" if evaluated else _LEVELS[finding.severity],
        "message": {"text": _cut(text + mend)},
        "locations": [{"physicalLocation": _location(finding.place)}],
        "partialFingerprints": {"primaryLocationLineHash": mark},
    }
    if finding.waiver is not None:
        kind = "inSource" if finding.waiver.startswith("inline") else "external"
        result["suppressions"] = [{"kind": kind, "justification": _cut(printable(finding.waiver))}]
    return result


def _location(place: Place) -> dict[str, Any]:
    if place.path is None:
        return {"artifactLocation": {"uri": POLICY_FILE}, "region": {"startLine": 1}}
    keys = {"startLine": place.line or 1, "startColumn": place.column, "endLine": place.end_line}
    region = {key: value for key, value in {**keys, "endColumn": place.end_column}.items() if value}
    return {"artifactLocation": {"uri": uri(place.path)}, "region": region}


def uri(path: str) -> str:
    """A relative reference as RFC 3986 wants it; bytes that are no UTF-8 as they are."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # half a character, which no path in Git has
        return quote(printable(path))


def _gaps(report: Report) -> Iterable[dict[str, Any]]:
    gaps = [f"not judged: {printable(what)}: {printable(why)}" for what, why, _ in report.not_judged]
    gaps += [crash.sentence for crash in report.crashes]
    more = len(report.findings) - MOST_RESULTS
    gaps += [f"{counted(more, 'result')} left out"] if more > 0 else []
    return [{"level": "warning", "message": {"text": _cut(gap)}} for gap in gaps]


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
