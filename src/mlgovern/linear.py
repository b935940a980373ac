"""Patterns of a policy where google-re2 is absent: those that the standard library runs in linear time, and no others.

A pattern is taken where no choice in a repetition is ever open: what goes on with it and what leaves it begin with different
characters, so that the engine never has to come back. What is written differently in the two dialects is not taken either.
"""

import re
import warnings
from re import _constants as sre  # type: ignore[attr-defined]  # as the library's own `sre_*` modules were called
from re import _parser as parser
from typing import Any

NEEDS = "it needs google-re2, which is not installed here"
MOST_CHOICES = 64  # of alternatives outside repetitions, multiplied

_FEW = 64  # characters that bounded repetitions may take together wherever they begin

_OTHER = 128  # stands for every character beyond ASCII but two
_TWINS = {
    0x17F: 129,
    0x212A: 130,
}  # the long s and the sign for kelvin, which are s and k where letter case does not count
_LAST = 0x10FFFF
_ALL = (1 << 131) - 1
_NEWLINE = 1 << 10
_SPACES = (9, 10, 12, 13, 32)
_DIGITS = tuple(range(48, 58))
_WORDS = (*_DIGITS, *range(65, 91), 95, *range(97, 123))
_ELSEWHERE = ("[:", "{,", "\\Q", "\\C", "(?<", "(?U", "(?x", "(?L", "(?a", "(?u", "\\Z")  # of one dialect alone


class _UnfitError(Exception):
    """Why a pattern is not taken."""


def unfit(pattern: str, *, whole: bool = False) -> str:
    """Why a pattern may not be run here; empty where it may. `whole`: it is held against a whole text, never looked for."""
    if whole and not pattern.isascii():
        return f"{NEEDS}: letter case beyond ASCII"
    try:
        tree = _tree(pattern, nocase=False)
        check = _Check(whole=whole, nocase=bool(tree.state.flags & re.IGNORECASE))
        check.sequence(list(tree), 0, loop=False)
        found = whole or check.found_once(list(tree))
    except _UnfitError as error:
        return str(error)
    return "" if found else f"{NEEDS}: looking for a repetition that may begin anywhere takes too long without it"


def compiled(pattern: str, *, nocase: bool) -> "re.Pattern[str]":
    """A pattern that is not unfit, with the meaning that google-re2 gives it."""
    from re import _compiler as compiler  # type: ignore[attr-defined]

    tree = _tree(pattern, nocase=nocase)
    _as_re2(tree, nocase=bool(tree.state.flags & re.IGNORECASE))
    return compiler.compile(tree)  # type: ignore[no-any-return]


def _tree(pattern: str, *, nocase: bool) -> Any:
    text = _translated(pattern)
    flags = re.ASCII | (re.IGNORECASE if nocase else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = parser.parse(text, flags)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        raise _UnfitError(f"{NEEDS}, or it is none: {error}") from None
    if tree.state.flags & re.VERBOSE:
        raise _UnfitError(f"{NEEDS}: (?x)")
    if tree.state.flags & re.IGNORECASE and not pattern.isascii():
        raise _UnfitError(f"{NEEDS}: letter case beyond ASCII")
    if not tree.state.flags & re.MULTILINE:
        _ends(tree)
    return tree


def _translated(pattern: str) -> str:
    for sign in _ELSEWHERE:
        if sign in pattern:
            raise _UnfitError(f"{NEEDS}: {sign}")
    pieces = re.split(r"(\\.)", pattern)
    return "".join(r"\Z" if piece == r"\z" else piece for piece in pieces)


_OF_TEXT = {sre.AT_END: sre.AT_END_STRING, sre.AT_BEGINNING: sre.AT_BEGINNING_STRING}


def _ends(nodes: Any) -> None:
    """Without (?m), `$` is the end of the text and no line's end before it."""
    for number, (op, held) in enumerate(nodes):
        if op is sre.AT and held in _OF_TEXT:
            nodes[number] = (sre.AT, _OF_TEXT[held])
        for inner in _inner(op, held):
            _ends(inner)


def _inner(op: Any, held: Any) -> list[Any]:
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
        for inner in _inner(op, held):
            _as_re2(inner, nocase=nocase)


def _members(held: Any, *, nocase: bool) -> list[Any]:
    found = [one for kind, value in held for one in _written_out(kind, value, nocase=nocase)]
    bits = _union(_item(kind, value) for kind, value in found) if nocase else 0
    twins = [code for code, letter in zip(_TWINS, "sk", strict=True) if bits & _pair(letter)]
    return [*found, *((sre.LITERAL, code) for code in twins)]


def _written_out(kind: Any, value: Any, *, nocase: bool) -> list[Any]:
    if value is sre.CATEGORY_SPACE:
        return [(sre.LITERAL, code) for code in _SPACES]
    if value is sre.CATEGORY_NOT_SPACE:
        return _without(_SPACES)
    return _without((*_WORDS, *_TWINS)) if nocase and value is sre.CATEGORY_NOT_WORD else [(kind, value)]


def _without(codes: tuple[int, ...]) -> list[Any]:
    """Ranges of all other characters."""
    ends = sorted(codes)
    pairs = zip((-1, *ends), (*ends, _LAST + 1), strict=True)
    return [(sre.RANGE, (low + 1, high - 1)) for low, high in pairs if high - low > 1]


def _pair(letter: str) -> int:
    return 1 << ord(letter) | 1 << ord(letter.upper())


class _Check:
    """One pattern, and how many choices are open in it at most."""

    def __init__(self, *, whole: bool, nocase: bool) -> None:
        self._choices = 1
        self._nocase = nocase  # letter case does not count
        self._fold = whole or nocase  # nor may it, for all that is known

    def sequence(self, nodes: list[Any], follow: int, *, loop: bool) -> None:
        """Look at what follows one another; `follow` is what may come behind, `loop` whether all of it repeats."""
        for number, (op, held) in enumerate(nodes):
            first, empty = self._first(nodes[number + 1 :])
            behind = first | (follow if empty else 0)
            if held is sre.AT_NON_BOUNDARY:  # of an empty text the dialects differ
                raise _UnfitError(f"{NEEDS}: \\B")
            if op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY, sre.AT}:
                continue
            if op is sre.SUBPATTERN:
                self._flags(held)
                self.sequence(list(held[3]), behind, loop=loop)
            elif op is sre.BRANCH:
                self._branch([list(way) for way in held[1]], behind, loop=loop)
            elif op in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
                self._repeat(held, behind, loop=loop)
            else:
                raise _UnfitError(
                    "it is not in the RE2 dialect: no look-around, back-reference, atomic or possessive part"
                )

    def _flags(self, held: Any) -> None:
        if held[1] or held[2]:
            raise _UnfitError(f"{NEEDS}: flags for a part")

    def _branch(self, ways: list[list[Any]], behind: int, *, loop: bool) -> None:
        seen = 0
        for way in ways:
            first, empty = self._first(way)
            first |= behind if empty else 0
            if first & seen:
                self._open(len(ways), loop=loop)
            seen |= first
        for way in ways:
            self.sequence(way, behind, loop=loop)

    def _repeat(self, held: Any, behind: int, *, loop: bool) -> None:
        least, most, body = held
        first, empty = self._first(list(body))
        if most == 1:
            if first & behind:
                self._open(2, loop=loop)
            self.sequence(list(body), behind, loop=loop)
            return
        if empty or (first & behind and least != most):
            raise _UnfitError(f"{NEEDS}: what a repetition takes may also stand behind it")
        self.sequence(list(body), first | behind, loop=True)

    def _open(self, ways: int, *, loop: bool) -> None:
        self._choices *= ways
        if loop or self._choices > MOST_CHOICES:
            raise _UnfitError(f"{NEEDS}: too many ways to read the same text")

    def _first(self, nodes: list[Any]) -> tuple[int, bool]:
        """The characters that a sequence may begin with, and whether it may be empty."""
        first = 0
        for op, held in nodes:
            own, empty = self._begins(op, held)
            first |= own
            if not empty:
                return first, False
        return first, True

    def _begins(self, op: Any, held: Any) -> tuple[int, bool]:
        if op is sre.AT:
            return 0, True
        if op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY}:
            return self._set(op, held), False
        if op is sre.SUBPATTERN:
            return self._first(list(held[3]))
        if op is sre.BRANCH:
            ways = [self._first(list(way)) for way in held[1]]
            return _union(first for first, _ in ways), any(empty for _, empty in ways)
        if op in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            first, empty = self._first(list(held[2]))
            return first, empty or held[0] == 0
        return _ALL, True

    def _set(self, op: Any, held: Any) -> int:
        """The characters that one item takes, as bits."""
        if op is sre.ANY:
            return _ALL
        if op is sre.LITERAL:
            return self._folded(_bit(held))
        if op is sre.NOT_LITERAL:
            return self._all_but(_bit(held))
        negated = bool(held) and held[0][0] is sre.NEGATE
        found = _union(_item(kind, value) for kind, value in held)
        return self._all_but(found) if negated else self._folded(found)

    def _all_but(self, bits: int) -> int:
        """As much as may be left: one character beyond ASCII leaves the others."""
        return _ALL & ~((self._folded(bits) if self._nocase else bits) & ~(1 << _OTHER))

    def _folded(self, bits: int) -> int:
        if not self._fold:
            return bits
        upper = _union(1 << code for code in range(65, 91))
        bits |= (bits & upper) << 32 | (bits & upper << 32) >> 32
        return bits | _union(
            _pair(letter) | 1 << twin
            for letter, twin in zip("sk", _TWINS.values(), strict=True)
            if bits & (_pair(letter) | 1 << twin)
        )

    def found_once(self, nodes: list[Any]) -> bool:
        """Whether looking for it everywhere takes linear time: no repetition runs over a place where it could begin."""
        taken = self._repeated(nodes, _FEW if _reach(nodes) <= _FEW else 1)
        if not taken or (nodes and nodes[0][0] is sre.AT and _starts(nodes[0][1], taken)):
            return True
        first, empty = self._first(nodes)
        return not empty and not first & taken

    def _repeated(self, nodes: list[Any], few: int) -> int:
        """The characters that repetitions run over, but for those that take few."""
        taken = 0
        for op, held in nodes:
            if op in {sre.MAX_REPEAT, sre.MIN_REPEAT} and _width(held) > few:
                taken |= self._everything(list(held[2]))
            else:
                taken |= _union(self._repeated(list(inner), few) for inner in _inner(op, held))
        return taken

    def _everything(self, nodes: list[Any]) -> int:
        plain = {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY}
        own = _union(self._set(op, held) for op, held in nodes if op in plain)
        return own | _union(self._everything(list(inner)) for op, held in nodes for inner in _inner(op, held))


def _union(sets: Any) -> int:
    whole = 0
    for one in sets:
        whole |= one
    return whole


def _width(held: Any) -> int:
    """The characters that a repetition takes at most."""
    return int(held[1]) * max(int(held[2].getwidth()[1]), 1)


def _reach(nodes: list[Any]) -> int:
    """The characters that small repetitions take together."""
    total = 0
    for op, held in nodes:
        if op in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            total += width if (width := _width(held)) <= _FEW else 0
        else:
            total += sum(_reach(list(inner)) for inner in _inner(op, held))
    return total


def _item(kind: Any, value: Any) -> int:
    if kind is sre.LITERAL:
        return _bit(value)
    if kind is sre.RANGE:
        low, high = value
        bits = _union(1 << code for code in range(low, min(high, _OTHER) + 1)) | _bit(low) | _bit(high)
        return bits | _union(1 << bit for code, bit in _TWINS.items() if low <= code <= high)
    if kind is sre.CATEGORY:
        name = str(value)
        known = _DIGITS if "DIGIT" in name else _SPACES if "SPACE" in name else _WORDS
        bits = _union(1 << code for code in known)
        return _ALL & ~bits if "NOT" in name else bits
    return 0


def _bit(code: int) -> int:
    return 1 << _TWINS.get(code, min(code, _OTHER))


def _starts(where: Any, taken: int) -> bool:
    if where in {sre.AT_BEGINNING_STRING, sre.AT_BEGINNING}:
        return where is sre.AT_BEGINNING_STRING or not taken & _NEWLINE
    return False
