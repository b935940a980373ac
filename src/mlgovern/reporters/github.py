"""Annotations of GitHub Actions, as workflow commands.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from mlgovern.finding import Finding, Report, Severity
from mlgovern.reporters.plain import counted, gaps, sentence, standing, words

MOST = 10  # of errors, and of warnings and notices each, that one step shows

_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """A line for each annotation: the gravest of each kind, and how many more there are."""
    missing = gaps(report)
    lines = [f"::error title=mlgovern::{data('; '.join(missing))}"] if missing else []
    for kind in _KINDS.values():
        most = MOST - len(lines) if kind == "error" else MOST
        found = [finding for finding in standing(report) if _kind(finding) == kind]
        shown = found if len(found) <= most else found[: most - 1]
        lines += [_annotation(kind, finding) for finding in shown]
        if len(found) > len(shown):
            text = f"{counted(len(found) - len(shown), f'more {kind}')}: the step's summary lists all"
            lines.append(f"::{kind} title=mlgovern::{data(text)}")
    return "".join(f"{line}\n" for line in lines)


def _kind(finding: Finding) -> str:
    return "notice" if finding.mode != "enforce" else _KINDS[finding.severity]


def _annotation(kind: str, finding: Finding) -> str:
    place = finding.place
    said = {
        "file": place.path,
        "line": place.line if place.path is not None else None,
        "endLine": place.end_line if place.path is not None else None,
        "col": place.column if place.path is not None else None,
        "endColumn": place.end_column if place.path is not None else None,
        "title": f"mlgovern: {finding.rule}",
    }
    properties = ",".join(f"{key}={property_(str(value))}" for key, value in said.items() if value is not None)
    mend = "".join(f"\nmend: {words(line)}" for line in finding.mend.splitlines())
    return f"::{kind} {properties}::{data(sentence(finding) + mend)}"


def data(text: str) -> str:
    """Text behind the last `::` of a command."""
    lines = "\n".join(words(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_(text: str) -> str:
    """The value of a property of a command."""
    return data(text).replace(":", "%3A").replace(",", "%2C")
