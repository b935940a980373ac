"""Logging commands of Azure Pipelines.

https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
"""

from mlgovern.finding import Finding, Report, Severity
from mlgovern.reporters.plain import gaps, sentence, standing, words


def render(report: Report) -> str:
    """A line for each issue."""
    lines = [_issue(finding) for finding in standing(report)]
    lines += [f"##vso[task.logissue type=error;]{escaped(gap)}" for gap in gaps(report)]
    return "".join(f"{line}\n" for line in lines)


def _issue(finding: Finding) -> str:
    place = finding.place
    kind = "error" if finding.severity is Severity.ERROR and finding.mode == "enforce" else "warning"
    known = place.path is not None
    said = {
        "type": kind,
        "sourcepath": place.path,
        "linenumber": place.line if known else None,
        "columnnumber": place.column if known else None,
        "code": finding.rule,
    }
    properties = "".join(f"{key}={escaped(str(value))};" for key, value in said.items() if value is not None)
    mend = f" (mend: {'; '.join(words(line) for line in finding.mend.splitlines())})" if finding.mend else ""
    return f"##vso[task.logissue {properties}]{escaped(sentence(finding) + mend)}"


def escaped(text: str) -> str:
    """Text in a property or behind the bracket of a command."""
    safe = words(text).replace("%", "%AZP25")
    return safe.replace(";", "%3B").replace("\r", "%0D").replace("\n", "%0A").replace("]", "%5D")
