"""What the pusher reads of a server's verdict: short plain lines, each of which stands behind `remote: ` on their terminal."""

from collections.abc import Iterable, Iterator, Mapping
from unicodedata import combining, east_asian_width

from mlgovern.finding import Finding, Report
from mlgovern.record import NamedTuple
from mlgovern.reporters.plain import counted, words
from mlgovern.rx import rx

COLUMNS = 72
MOST_FINDINGS = 20
MOST_ROWS = 3  # of one finding
MOST_REFS = 4
_LONGEST_PATH = 48  # characters
_SHORT = 7  # digits of a commit
_GITLAB = rx(r"(?i)(GL)-(HOOK)-(ERR)")  # what GitLab shows on its pages behind such a word is ours alone


class Told(NamedTuple):
    """What the verdict is about, beside what was found."""

    verdict: str = ""  # in place of the counts, where nothing was found to refuse
    accepted: bool = False
    policy: str = ""
    prefix: str = ""  # of the verdict
    refs: Mapping[str, tuple[str, ...]] = {}  # by commit: the refs of the push that bring it; empty where there is one
    every: tuple[str, ...] = ()  # all refs of the push
    begin: str = ""  # the command that opens the commits at fault
    burnt: bool = False  # a secret is among what was found
    notes: tuple[str, ...] = ()


def lines(report: Report, told: Told) -> list[str]:
    """The lines to print; none is wider than COLUMNS."""
    found = report.refusing
    head = "ACCEPTED" if told.accepted else "REFUSED"
    rest = "; ".join(filter(None, (_counts(found), told.verdict)))
    policy = f" (policy {_foreign(told.policy)})" if told.policy else ""
    out = ["", *_wrapped(f"{told.prefix}{head}: {rest}{policy}", "", "  ")]
    for finding in found[:MOST_FINDINGS]:
        out += _wrapped(_row(finding, told), "  ", "    ", MOST_ROWS)
    if len(found) > MOST_FINDINGS:
        out.append(f"  +{len(found) - MOST_FINDINGS:,} more")
    out += _gaps(report)
    out += [line for crash in report.crashes[:MOST_REFS] for line in _wrapped(crash.sentence, "  ", "    ")]
    out += _at_fault(found, told)
    out += _mends(found, told)
    if told.burnt:
        out.append("a secret that was pushed is burnt: change it")
    return out + noted(told.notes)


def noted(notes: Iterable[str]) -> list[str]:
    """What is to be said of a push that is not about what was found in it."""
    return [line for note in notes for line in _wrapped(_foreign(note), "", "  ", MOST_ROWS)]


def _counts(found: Iterable[Finding]) -> str:
    """How many messages, files and refs are at fault."""
    places = {(_kind(one), one.place.path or one.place.branch or one.place.commit) for one in found}
    kinds = ("commit message", "file", "ref", "problem")
    numbers = [(sum(kind == name for kind, _ in places), name) for name in kinds]
    return ", ".join(counted(number, name) for number, name in numbers if number)


def _kind(finding: Finding) -> str:
    place = finding.place
    if place.path is not None:
        return "file"
    return "ref" if place.branch is not None else "commit message" if place.commit is not None else "problem"


def _row(finding: Finding, told: Told) -> str:
    place = finding.place
    commit = place.commit[:_SHORT] if place.commit else ""
    where = "" if place.path is None else f"{_path(place.path)}{f':{place.line}' if place.line else ''}"
    branch = _foreign(place.branch.removeprefix("refs/")) if place.branch and place.path is None else ""
    refs = told.refs.get(place.commit or "", ())
    on = (
        f" [{', '.join(_name(ref) for ref in refs[:MOST_REFS])}{', …' if len(refs) > MOST_REFS else ''}]"
        if refs
        else ""
    )
    return f"{' '.join(filter(None, (commit, where, branch, finding.rule)))}  {_foreign(finding.message)}{on}"


def _gaps(report: Report) -> list[str]:
    expected = [entry for entry in report.not_judged if entry.expected]
    out = []
    for entry in expected[:MOST_REFS]:
        out += _wrapped(f"not judged: {_foreign(entry.what)}: {_foreign(entry.why)}", "  ", "    ", MOST_ROWS)
    return [*out, f"  +{len(expected) - MOST_REFS:,} more not judged"] if len(expected) > MOST_REFS else out


def _at_fault(found: Iterable[Finding], told: Told) -> Iterator[str]:
    """Which refs of several are at fault; git refuses them all together."""
    if len(told.every) < 2:
        return
    named = {ref for one in found for ref in told.refs.get(one.place.commit or "", ())}
    branches = {one.place.branch for one in found if one.place.branch}
    faulty = [
        ref for ref in told.every if ref in named or ref in branches or ref.removeprefix("refs/heads/") in branches
    ]
    faulty += [ref for ref in told.every if ref not in faulty and any(one.place.path == ref for one in found)]
    if faulty and len(faulty) < len(told.every):
        some = ", ".join(_name(ref) for ref in faulty[:MOST_REFS]) + (", …" if len(faulty) > MOST_REFS else "")
        yield from _wrapped(f"at fault: {some}; the other refs are not", "", "  ", MOST_ROWS)


def _mends(found: Iterable[Finding], told: Told) -> Iterator[str]:
    """A command to paste, and what to do with it."""
    commits = dict.fromkeys(one.place.commit[:_SHORT] for one in found if one.place.commit)
    if told.begin and commits:
        yield f"mend: {told.begin}"
        reword = dict.fromkeys(
            one.place.commit[:_SHORT] for one in found if one.place.commit and one.place.path is None
        )
        drop = dict.fromkeys(_path(one.place.path) for one in found if one.place.commit and one.place.path is not None)
        steps = [f"reword {_few(reword)}"] if reword else []
        steps += [f"take out or mend {_few(drop)} where it was added"] if drop else []
        yield from _wrapped(f"there: {'; '.join(steps)}", "", "  ", MOST_ROWS)
        return
    command = next((one.mend.partition("\n")[0] for one in found if one.mend), "")
    text = f"mend: {_foreign(command)}"
    if command and width(text) <= COLUMNS:
        yield text
    elif command:
        yield from _wrapped(text, "", "  ", MOST_ROWS)


def _few(names: Iterable[str]) -> str:
    every = [*names]
    return ", ".join(every[:MOST_REFS]) + (f" and {len(every) - MOST_REFS} more" if len(every) > MOST_REFS else "")


def _name(ref: str) -> str:
    return _foreign(ref.removeprefix("refs/heads/").removeprefix("refs/"))


def _path(path: str) -> str:
    """A path, without its middle where it is long."""
    text = _foreign(path)
    return text if len(text) <= _LONGEST_PATH else f"{text[:12]}…{text[12 - _LONGEST_PATH :]}"


def _foreign(text: str) -> str:
    """Text of others: no control character, no command of a CI service, no line for GitLab's pages."""
    return _GITLAB.sub(r"\1_\2_\3", words(text))


def width(text: str) -> int:
    """The columns that a terminal gives a text."""
    return len(text) if text.isascii() else sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1


def _wrapped(text: str, first: str, further: str, most: int = MOST_ROWS) -> list[str]:
    """A text in a few lines; what is left beyond them is cut off, and that shows."""
    out: list[str] = []
    line = first
    empty = True
    for word in text.split(" "):
        if not empty and width(f"{line} {word}") > COLUMNS:
            out.append(line)
            line, empty = further, True
        line += word if empty else f" {word}"
        empty = False
        while width(line) > COLUMNS:
            head = _head(line)
            out.append(head)
            line = further + line[len(head) :]
    out.append(line)
    if len(out) <= most:
        return [row.rstrip() for row in out]
    last = out[most - 1].rstrip()
    while width(last) > COLUMNS - 1:
        last = last[:-1]
    return [*(row.rstrip() for row in out[: most - 1]), f"{last}…"]


def _head(line: str) -> str:
    """As much of a line as fits."""
    total = 0
    for number, character in enumerate(line):
        total += _columns(character)
        if total > COLUMNS:
            return line[:number]
    return line
