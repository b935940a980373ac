"""The summary of a CI step, as Markdown that GitHub shows."""

from collections.abc import Iterable, Iterator

from mlgovern.finding import Finding, Report
from mlgovern.reporters.plain import counted, graver, standing, where, words
from mlgovern.reporters.text import summary

MOST_BYTES = 1_000_000  # GitHub takes 1 MiB of one step

_SPECIAL = str.maketrans({mark: f"&#{ord(mark)};" for mark in "&<>|`*_[]()#!~\\@$:/."})


def render(report: Report) -> str:
    """Verdict, findings, what was not judged, what is waived; cut with a count where it is too much."""
    head = f"## mlgovern: {escaped(summary(report))}\n"
    found = standing(report)
    enforced = [finding for finding in found if finding.mode == "enforce"]
    parts = [
        _table(enforced),
        _folded("Evaluated only, not enforced yet", [finding for finding in found if finding.mode != "enforce"]),
        _folded("Waived", graver(finding for finding in report.findings if finding.waiver is not None)),
    ]
    gaps = [f"- {escaped(what)}: {escaped(why)}\n" for what, why, _ in report.not_judged]
    gaps += [f"- {escaped(crash.sentence)}\n" for crash in report.crashes]
    notes = [f"\n{escaped(note)}\n" for note in report.notes]
    tail = "".join([*(["\n### Not judged\n\n", *gaps] if gaps else []), *notes])
    return _fitting(head, parts, tail)


def _fitting(head: str, parts: Iterable[Iterable[str]], tail: str) -> str:
    """As many lines as there is room for; the end of a table is never left out."""
    room = MOST_BYTES - len(head.encode()) - min(len(tail.encode()), MOST_BYTES // 2)
    lines, left = [head], 0
    for part in parts:
        for line in part:
            size = len(line.encode())
            if line.startswith("| `") and room < size + 1000:
                left += 1
                continue
            lines.append(line)
            room -= size
    more = [f"\n{counted(left, 'more finding')} would not fit here.\n"] if left else []
    return "".join([*lines, *more]) + tail.encode()[: MOST_BYTES // 2].decode("utf-8", "ignore")


def _table(findings: list[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield "\n| rule | where | what | how to mend it |\n|---|---|---|---|\n"
    for finding in findings:
        mend = "<br>".join(escaped(line) for line in finding.mend.splitlines())
        waiver = f"<br>waived: {escaped(finding.waiver)}" if finding.waiver is not None else ""
        cells = (escaped(where(finding.place)), f"{finding.severity.word}: {escaped(finding.message)}{waiver}", mend)
        yield f"| `{finding.rule}` | {' | '.join(cells)} |\n"


def _folded(title: str, findings: list[Finding]) -> Iterator[str]:
    if findings:
        yield f"\n<details><summary>{title}: {len(findings)}</summary>\n\n"
        yield from _table(findings)
        yield "\n</details>\n"


def escaped(text: str) -> str:
    """Text that stands for itself anywhere in Markdown: no markup, and no address becomes a link."""
    return words(text).translate(_SPECIAL)
