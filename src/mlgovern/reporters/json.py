"""The machine's view, version 1; DESIGN section 6 is its contract."""

from mlgovern.finding import Finding, Report, Severity, fingerprint
from mlgovern.reporters.plain import inert, printable

VERSION = 1


def render(report: Report) -> str:
    """One JSON object, always ASCII: what a terminal might obey is escaped, a byte that is not UTF-8 spelled out."""
    import json

    standing = [finding for finding in report.findings if finding.waiver is None]
    counts = {s.word: sum(f.severity is s for f in standing) for s in reversed(Severity) if s is not Severity.OFF}
    return (
        inert(
            json.dumps(
                {
                    "version": VERSION,
                    "stage": report.stage,
                    "judged": {"files": report.files, "commits": report.commits},
                    "not_judged": [{"what": _valid(what), "why": _valid(why)} for what, why, _ in report.not_judged],
                    "findings": [_finding(finding) for finding in report.findings],
                    "summary": {**counts, "waived": len(report.findings) - len(standing)},
                    "exit_code": report.exit_code,
                },
                indent=2,
            )
        )
        + "\n"
    )


def _finding(finding: Finding) -> dict[str, object]:
    place = {key: _valid(value) if isinstance(value, str) else value for key, value in finding.place._asdict().items()}
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "mode": finding.mode,
        **place,
        "message": _valid(finding.message),
        "mend": _valid(finding.mend),
        "fingerprint": fingerprint(finding),
        "waiver": finding.waiver,
    }


def _valid(text: str) -> str:
    """The text itself where it can be UTF-8, else its printable form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return printable(text)
    return text
