"""What every reporter needs: text that nothing obeys, places in words, findings in the order in which they are mended."""

from collections.abc import Iterable, Iterator

from mlgovern.finding import Finding, Place, Report
from mlgovern.rx import rx

POLICY_FILE = ".mlgovern.yaml"  # where a finding is shown that is in no file, in services that know files alone

# What CI services take for a command wherever it stands in a line: old GitHub and Azure agents, TeamCity.
_COMMANDS = rx(r"##(?=\[|(?i:vso|teamcity)\[)")
_COMMAND_LINE = rx(r"(?m)^( *)::")  # GitHub obeys lines that begin so


def printable(text: str) -> str:
    """Text that no terminal obeys: control characters, bidi marks and invalid bytes are spelled out."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _spelled(c) for c in text)


def _spelled(character: str) -> str:
    code = ord(character)
    if character in "\n\r\t":
        return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}[character]
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as surrogateescape keeps it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def defused(text: str) -> str:
    """Printable text that no CI service takes for a command, wherever it stands in a line."""
    return _COMMANDS.sub("## ", text)


def disarmed(page: str) -> str:
    """A page of which no line begins with what GitHub takes for a command."""
    return _COMMAND_LINE.sub(r"\1: :", page)


def inert(data: str) -> str:
    """JSON that says the same, in which no CI service finds a command should it be printed to a log."""
    return data.replace("##", r"#\u0023")


def words(text: str) -> str:
    """Foreign text of one line, for a person in a terminal or in a log."""
    return defused(printable(text))


def where(place: Place) -> str:
    """The place as `path:line:column`, which editors and CI services turn into a link."""
    if place.path is None and place.branch is not None:
        return f"branch {words(place.branch)}"
    if place.path is None and place.line is None and place.commit is None:
        return "repository"
    name = _path(place.path) if place.path is not None else "commit message"
    commit = f"{place.commit[:8]} " if place.commit is not None else ""
    return f"{commit}{name}:{place.line or 1}:{place.column or 1}"


def _path(path: str) -> str:
    name = words(path)
    return f"./{name}" if name.lstrip().startswith("::") else name  # at the start of a line a command of GitHub's


def sentence(finding: Finding) -> str:
    """What the finding says, with its cell and commit where the place of a service has no room for them."""
    place = finding.place
    cell = "" if place.cell is None or finding.message.startswith("cell ") else f"cell {place.cell + 1}: "
    commit = f" (commit {place.commit[:8]})" if place.commit is not None else ""
    branch = f" (branch {words(place.branch)})" if place.branch is not None else ""
    return f"{cell}{words(finding.message)}{commit}{branch}"


def graver(findings: Iterable[Finding]) -> list[Finding]:
    """The gravest first; what is only evaluated behind all that is enforced."""
    return sorted(findings, key=lambda finding: (finding.mode != "enforce", -finding.severity))


def standing(report: Report) -> list[Finding]:
    """What is not waived, the gravest first."""
    return graver(finding for finding in report.findings if finding.waiver is None)


def gaps(report: Report) -> list[str]:
    """What a service has to hear of beside findings, since silence would say that all is well."""
    told = [f"not judged: {words(what)}: {words(why)}" for what, why, expected in report.not_judged if expected]
    return told + [crash.sentence for crash in report.crashes]


def numbered(findings: Iterable[Finding], fingerprints: Iterable[str]) -> list[tuple[Finding, str]]:
    """Each finding with a fingerprint that no other has."""
    seen: dict[str, int] = {}
    pairs = []
    for finding, mark in zip(findings, fingerprints, strict=True):
        seen[mark] = seen.get(mark, 0) + 1
        pairs.append((finding, f"{mark}:{seen[mark]}"))
    return pairs


def counted(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def difference(path: str, before: bytes | None, after: bytes) -> Iterator[str]:
    """What changes in a file, as a unified diff that no terminal obeys."""
    from difflib import unified_diff

    old, new = (_lines(text or b"") for text in (before, after))
    name = "/dev/null" if before is None else f"a/{path}"
    lines = unified_diff(old, new, name, f"b/{path}", lineterm="")
    yield from (tabbed(line) for line in lines)


def _lines(text: bytes) -> list[str]:
    return text.decode("utf-8", "replace").removesuffix("\n").split("\n") if text else []


def tabbed(line: str) -> str:
    """A line that no terminal obeys; tabs stay, since they indent."""
    return "\t".join(printable(part) for part in line.removesuffix("\r").split("\t"))
