"""The human's view: the verdict in the first line, then a line per finding that editors can follow, its mend below."""

import re

from mlgovern.finding import Finding, Report, Severity
from mlgovern.reporters.plain import counted, disarmed, where, words
from mlgovern.rx import rx

USUAL_VERDICT, LONGEST_VERDICT = 200, 300  # characters: what VS Code's dialog shows without scrolling

# VS Code takes these in git's output for git's own errors and shows something else in their place.
HIJACKING = rx(
    r"authentication failed|please commit your changes or stash them|aborting commit due to empty commit message"
    r"|not a git repository|another git process seems to be running|if no other git process is currently running"
    r"|not possible because you have unmerged files|unable to access|repository not found|bad config file"
    r"|detected dubious ownership in repository at|is not fully merged|is not a valid branch name"
    r"|contains modified or untracked files|fatal: '[^']*' already exists",
    re.IGNORECASE,
)
# One of these is in each of them, and is looked for first: a long report has none, and the pattern is slow.
TELLTALES = (
    *("authentication failed", "stash them", "commit message", "git repository", "git process", "unmerged files"),
    *("unable to access", "repository not found", "bad config file", "dubious ownership", "fully merged"),
    *("valid branch name", "untracked files", "already exists"),
)
MOST_ALIKE = 5  # findings of one rule in one file that are listed

_BRIEF = rx(r": |; | \(")  # where the first clause of a message ends
_COMMAND = rx(r" && |; |\n")  # where the first command of a mend ends
_COLORS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.INFO: "\x1b[36m"}
_PLAIN = "\x1b[0m"


def render(report: Report, *, color: bool = False) -> str:
    """The report of a check."""
    return _page(f"mlgovern: {summary(report)}.", report, color=color)


def refusal(report: Report, verdict: str, *, color: bool = False) -> str:
    """The report of a hook, under a verdict such as `commit refused`.

    The first line is a whole sentence, since some readers see no other.
    """
    return _page(_verdict(report, verdict), report, color=color)


def _verdict(report: Report, verdict: str) -> str:
    if report.crashes:
        broken = "; ".join(crash.sentence for crash in report.crashes)
        return words(f"mlgovern: {verdict}, {broken}; `mlgovern check --verbose` shows it.")
    found = report.refusing
    head = f"mlgovern: {verdict}, {counted(len(found), 'problem')}: "
    lines = [_unhijacked(head + _causes(found, shown, whole=whole, mends=mends)) for shown, whole, mends in _SHORTER]
    fitting = [line for most in (USUAL_VERDICT, LONGEST_VERDICT) for line in lines if len(line) <= most]
    return fitting[0] if fitting else lines[-1][: LONGEST_VERDICT - 1] + "…"


# How much of how many findings the verdict names, from the most telling to the shortest: findings, whole messages, mends.
_SHORTER = ((2, True, 2), (2, False, 2), (2, False, 1), (2, False, 0), (1, True, 1), (1, False, 1), (1, False, 0))


def _causes(found: tuple[Finding, ...], shown: int, *, whole: bool, mends: int) -> str:
    """The gravest findings, one for each file or message, and how many more there are."""
    chosen = [*{finding.place[0]: finding for finding in reversed(found)}.values()][::-1][:shown]
    causes = [_cause(finding, whole=whole, mend=number < mends) for number, finding in enumerate(chosen)]
    rest = [f"and {len(found) - len(chosen)} more"] if len(found) > len(chosen) else []
    return "; ".join([*causes, *rest]) + "."


def _cause(finding: Finding, *, whole: bool, mend: bool) -> str:
    path = finding.place.path
    message = finding.message if whole else _BRIEF.split(finding.message, maxsplit=1)[0]
    where = "" if path is None or path in message else f"{path}: "
    command = finding.mend.partition("\n")[0] if whole else _COMMAND.split(finding.mend, maxsplit=1)[0]
    return words(where + message + (f" ({command})" if mend and command else ""))


def _page(verdict: str, report: Report, *, color: bool) -> str:
    graver = sorted(report.findings, key=lambda finding: -finding.severity)
    standing = [f for f in graver if f.waiver is None and f.mode == "enforce"]
    evaluated = [f for f in graver if f.waiver is None and f.mode == "evaluate"]
    waived = [f for f in graver if f.waiver is not None]
    blocks = [
        _listed(standing, color=color),
        _titled("Evaluated only, not enforced yet:", _listed(evaluated, color=color)),
        _titled("Waived:", _listed(waived, color=color)),
        _titled("Not judged:", _unjudged(report)),
        _titled(_whose(report), [f"  {crash.rule}: {_last(crash.trace)}" for crash in report.crashes]),
        [words(note) for note in report.notes],
        [line for finding in report.refusing[:1] for line in _further(finding)],
    ]
    page = "\n\n".join([verdict, *(_unhijacked("\n".join(block)) for block in blocks if block)]) + "\n"
    return disarmed(page)


def _whose(report: Report) -> str:
    return "Broken rules (of plugins):" if all(crash.plugin for crash in report.crashes) else "Broken rules (our bug):"


def _further(finding: Finding) -> list[str]:
    """Where to read on, and how to be excepted where that may be."""
    why = [f"Why: mlgovern explain {finding.rule}"]
    path = finding.place.path
    if path is None or not finding.waivable:
        return why
    from shlex import quote

    return [*why, f"Waive: mlgovern waive {finding.rule} --path {quote(words(path))} --reason WHY --until DATE"]


def _listed(findings: list[Finding], *, color: bool) -> list[str]:
    """The findings; of many that one rule has in one file, the first few and a count."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        alone = finding if finding.place.path is None else None
        groups.setdefault((finding.rule, finding.place.path, finding.place.commit, alone), []).append(finding)
    lines = []
    for group in groups.values():
        lines += [line for finding in group[:MOST_ALIKE] for line in _lines(finding, color=color)]
        if len(group) > MOST_ALIKE:
            lines.append(
                f"    and {len(group) - MOST_ALIKE} more of {group[0].rule} in {words(group[0].place.path or '')}"
            )
    return lines


def _unjudged(report: Report) -> list[str]:
    """What was not judged; of much for one reason, the first few and a count."""
    groups: dict[str, list[str]] = {}
    for entry in report.not_judged:
        groups.setdefault(entry.why, []).append(f"  {words(entry.what)}: {words(entry.why)}")
    lines = []
    for why, group in groups.items():
        more = [f"  and {len(group) - MOST_ALIKE:,} more: {words(why)}"] if len(group) > MOST_ALIKE else []
        lines += [*group[:MOST_ALIKE], *more]
    return lines


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *lines] if lines else []


def _lines(finding: Finding, *, color: bool) -> list[str]:
    word = finding.severity.word
    shown = f"{_COLORS[finding.severity]}{word}{_PLAIN}" if color else word
    unnamed = finding.place.cell is not None and not finding.message.startswith("cell ")
    cell = f"cell {(finding.place.cell or 0) + 1}: " if unnamed else ""
    lines = [f"{where(finding.place)}: {shown} {finding.rule} {cell}{words(finding.message)}"]
    if finding.waiver is not None:
        return [*lines, f"    waived: {words(finding.waiver)}"]
    return lines + [f"    {'mend: ' if not n else '      '}{words(m)}" for n, m in enumerate(finding.mend.splitlines())]


def summary(report: Report) -> str:
    judged = _judged(report)
    if not (
        report.files or report.commits or report.branches or report.findings or report.not_judged or report.crashes
    ):
        return "nothing to judge"
    standing = [finding for finding in report.findings if finding.waiver is None and finding.mode == "enforce"]
    evaluated = sum(finding.waiver is None and finding.mode == "evaluate" for finding in report.findings)
    if report.crashes:
        return f"{counted(len(report.crashes), 'rule')} broke; {judged} judged"
    counts = [(sum(f.severity is s for f in standing), s.word) for s in (Severity.ERROR, Severity.WARNING)]
    infos = sum(finding.severity is Severity.INFO for finding in standing)
    words = [counted(number, word) for number, word in counts if number] + ([f"{infos} info"] if infos else [])
    words += [f"{evaluated} evaluated"] if evaluated else []
    waived = sum(finding.waiver is not None for finding in report.findings)
    words += [f"{waived} waived"] if waived else []
    missing = sum(entry.expected for entry in report.not_judged)
    verdict = ", ".join(words) or ("nothing found" if missing else "clean")
    return f"{verdict}; {judged} judged" + (f", {missing} not judged" if missing else "")


def _judged(report: Report) -> str:
    """How much was judged; where everything was to be, the number of files also if it is zero."""
    files = report.files or report.stage == "audit"
    counts = [counted(report.commits, "commit")] if report.commits else []
    counts += [counted(report.files, "file")] if files else []
    return " and ".join(counts) or ("1 branch name" if report.branches else "nothing")


def _last(trace: str) -> str:
    return words("".join(trace.strip().splitlines()[-1:]))


def _unhijacked(text: str) -> str:
    lowered = text.lower()
    if not any(word in lowered for word in TELLTALES):
        return text
    return HIJACKING.sub(lambda match: match[0].replace(" ", "_"), text)
