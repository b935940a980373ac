"""Comments that ask for silence: `# mlgovern: ignore RULE[, RULE] reason`, and those of other tools."""

from collections.abc import Iterator
from itertools import islice

from mlgovern.lines import Lines
from mlgovern.record import NamedTuple
from mlgovern.rx import rx

MARK = "mlgovern:"
MOST = 1000  # comments of one file
LONGEST_REASON = 200

_NAME = r"[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+"
_RULE = rf"{_NAME}(?:/{_NAME})?+"  # a rule of the policy's own may have a name before its name
_ASKED = rx(rf"(?P<rules>{_RULE}(?:\s*,\s*{_RULE})*+)(?![\w-])(?:\s*[:–—-]+)?(?P<reason>.*)")
_COMMENT = rx(r"(?<!\S)(?P<leader>#+|//+|--+|;+|<!--+|%+|/\*+|(?i:rem))\s*mlgovern:\s*ignore(?![\w-])(?P<rest>.*)")
_CLOSERS = {"<!": "-->", "/*": "*/"}
_FOREIGN = rx(
    r"pragma:\s?(?:allow|white)list\ssecret|(?:gitleaks|betterleaks):allow(?![\w-])|(?<![\w-])ggignore(?![\w-])"
)
_FOREIGN_ABOVE = rx(r"pragma:\s?(?:allow|white)list\snextline\ssecret")


class Asked(NamedTuple):
    """What one comment, or one entry of a cell's metadata, asks for."""

    rules: tuple[str, ...]
    reason: str
    line: int | None = None  # where it stands
    covers: int | None = None  # the line that it speaks of; None: all of a cell
    text: str = ""  # what it covers, to tell whether that is what was covered before
    cell: int | None = None


class _Comment(NamedTuple):
    asked: Asked
    alone: bool


def comments(lines: Lines) -> Iterator[Asked]:
    """What the comments of one file ask for. One that stands alone speaks of the next line that is none of its kind."""
    said = {number: comment for number in islice(_marked(lines), MOST) if (comment := _comment(lines.at(number)))}
    for number, (asked, alone) in said.items():
        covers = number
        while covers in said and said[covers].alone:
            covers += 1
        covers = covers if alone else number
        yield asked._replace(line=number, covers=covers, text=lines.at(covers))


def asked_for(text: str) -> Asked | None:
    """`RULE[, RULE] reason`; None for what names nothing that could be a rule, such as a page about suppressions."""
    said = _ASKED.fullmatch(text.strip())
    if said is None:
        return None
    return Asked(tuple(rule.strip() for rule in said["rules"].split(",")), said["reason"].strip()[:LONGEST_REASON])


def foreign(lines: Lines, number: int, end: int) -> str:
    """The mark of another tool that covers one of these lines, as it is written; else nothing."""
    for line in range(number, min(end, number + MOST) + 1):
        mark = _FOREIGN.search(lines.at(line))
        if mark:
            return mark[0]
    mark = _FOREIGN_ABOVE.search(lines.at(number - 1))
    return mark[0] if mark else ""


def _marked(lines: Lines) -> Iterator[int]:
    """The numbers of the lines that have our mark, each once."""
    last, position = 0, lines.text.find(MARK)
    while position >= 0:
        number = lines.number(position)
        if number != last:
            yield number
        last = number
        position = lines.text.find(MARK, position + len(MARK))


def _comment(line: str) -> _Comment | None:
    found = _COMMENT.search(line)
    if found is None:
        return None
    rest, _, after = found["rest"].partition(_CLOSERS.get(found["leader"][:2], "\n"))
    asked = asked_for(rest) if rest.strip() else Asked((), "")
    return None if asked is None else _Comment(asked, not (line[: found.start()].strip() or after.strip()))
