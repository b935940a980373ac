"""Patterns of the RE2 dialect, for the standard library to read with the same meaning; what it cannot is refused."""

import re
import warnings
from re import _constants as sre  # type: ignore[attr-defined]  # as the library's own `sre_*` modules were called
from re import _parser as parser
from typing import Any

NEEDS = "it needs google-re2, which is not installed here"

# Characters are bits of a number: those of ASCII, and these.
OTHER = 128  # stands for every character beyond ASCII but two
# The long s and the sign for kelvin: s and k where letter case does not count.
TWINS = {0x17F: 129, 0x212A: 130}
_LAST = 0x10FFFF
ALL = (1 << 131) - 1
NEWLINE = 1 << 10
_SPACES = (9, 10, 12, 13, 32)
_DIGITS = tuple(range(48, 58))
_WORDS = (*_DIGITS, *range(65, 91), 95, *range(97, 123))
_ELSEWHERE = ("[:", "{,", "\\Q", "\\C", "(?<", "(?U", "(?x", "(?L", "(?a", "(?u", "\\Z")  # of one dialect alone


class UnfitError(Exception):
    """Why a pattern is not taken."""


def compiled(pattern: str, *, nocase: bool) -> "re.Pattern[str]":
    """A pattern that is not unfit, with the meaning that google-re2 gives it."""
    from re import _compiler as compiler  # type: ignore[attr-defined]

    tree = tree_of(pattern, nocase=nocase)
    _as_re2(tree, nocase=bool(tree.state.flags & re.IGNORECASE))
    return compiler.compile(tree)  # type: ignore[no-any-return]


def tree_of(pattern: str, *, nocase: bool) -> Any:
    """A pattern as the parser of the standard library reads it, with ends of text and lines as in RE2."""
    text = _translated(pattern)
    flags = re.ASCII | (re.IGNORECASE if nocase else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(text, flags)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        raise UnfitError(f"{NEEDS}, or it is none: {error}") from None
    if tree.state.flags & re.VERBOSE:
        raise UnfitError(f"{NEEDS}: (?x)")
    if tree.state.flags & re.IGNORECASE and not pattern.isascii():
        raise UnfitError(f"{NEEDS}: letter case beyond ASCII")
    if not tree.state.flags & re.MULTILINE:
        _ends(tree)
    return tree


def _translated(pattern: str) -> str:
    for sign in _ELSEWHERE:
        if sign in pattern:
            raise UnfitError(f"{NEEDS}: {sign}")
    pieces = re.split(r"(\\.)", pattern)
    return "".join(r"\Z" if piece == r"\z" else piece for piece in pieces)


_OF_TEXT = {sre.AT_END: sre.AT_END_STRING, sre.AT_BEGINNING: sre.AT_BEGINNING_STRING}


def _ends(nodes: Any) -> None:
    """Without (?m), `$` is the end of the text and no line's end before it."""
    for number, (op, held) in enumerate(nodes):
        if op is sre.AT and held in _OF_TEXT:
            nodes[number] = (sre.AT, _OF_TEXT[held])
        for inner in within(op, held):
            _ends(inner)


def within(op: Any, held: Any) -> list[Any]:
    """The parts of a group, of alternatives, of what repeats."""
    if op is sre.SUBPATTERN:
        return [held[3]]
    if op is sre.BRANCH:
        return list(held[1])
    return [held[2]] if op in {sre.MAX_REPEAT, sre.MIN_REPEAT} else []


def _as_re2(nodes: Any, *, nocase: bool) -> None:
    """What an item takes in the other dialect: a vertical tab is no space, and without letter case s and k have twins."""
    for number, (op, held) in enumerate(nodes):
        if op is sre.IN:
            nodes[number] = (op, _members(held, nocase=nocase))
        elif op in {sre.LITERAL, sre.NOT_LITERAL} and nocase:
            negated = [(sre.NEGATE, None)] if op is sre.NOT_LITERAL else []
            nodes[number] = (sre.IN, _members([*negated, (sre.LITERAL, held)], nocase=True))
        for inner in within(op, held):
            _as_re2(inner, nocase=nocase)


def _members(held: Any, *, nocase: bool) -> list[Any]:
    found = [one for kind, value in held for one in _written_out(kind, value, nocase=nocase)]
    bits = union(taken_by(kind, value) for kind, value in found) if nocase else 0
    twins = [code for code, letter in zip(TWINS, "sk", strict=True) if bits & cases(letter)]
    return [*found, *((sre.LITERAL, code) for code in twins)]


def _written_out(kind: Any, value: Any, *, nocase: bool) -> list[Any]:
    if value is sre.CATEGORY_SPACE:
        return [(sre.LITERAL, code) for code in _SPACES]
    if value is sre.CATEGORY_NOT_SPACE:
        return _without(_SPACES)
    return _without((*_WORDS, *TWINS)) if nocase and value is sre.CATEGORY_NOT_WORD else [(kind, value)]


def _without(codes: tuple[int, ...]) -> list[Any]:
    """Ranges of all other characters."""
    ends = sorted(codes)
    pairs = zip((-1, *ends), (*ends, _LAST + 1), strict=True)
    return [(sre.RANGE, (low + 1, high - 1)) for low, high in pairs if high - low > 1]


def cases(letter: str) -> int:
    """A letter, small and large."""
    return 1 << ord(letter) | 1 << ord(letter.upper())


def union(sets: Any) -> int:
    """All characters of some sets."""
    whole = 0
    for one in sets:
        whole |= one
    return whole


def taken_by(kind: Any, value: Any) -> int:
    """The characters of one member of a class."""
    if kind is sre.LITERAL:
        return bit_of(value)
    if kind is sre.RANGE:
        low, high = value
        bits = union(1 << code for code in range(low, min(high, OTHER) + 1)) | bit_of(low) | bit_of(high)
        return bits | union(1 << number for code, number in TWINS.items() if low <= code <= high)
    if kind is sre.CATEGORY:
        name = str(value)
        known = _DIGITS if "DIGIT" in name else _SPACES if "SPACE" in name else _WORDS
        bits = union(1 << code for code in known)
        return ALL & ~bits if "NOT" in name else bits
    return 0


def bit_of(code: int) -> int:
    """One character."""
    return 1 << TWINS.get(code, min(code, OTHER))
