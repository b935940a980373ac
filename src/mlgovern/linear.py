"""Patterns of a policy where google-re2 is absent: those that the standard library runs in linear time, and no others.

A pattern is taken where no choice in a repetition is ever open: what goes on with it and what leaves it begin with different
characters, so that the engine never has to come back. What is written differently in the two dialects is not taken either.
"""

import re
from re import _constants as sre  # type: ignore[attr-defined]  # as the library's own `sre_*` modules were called
from typing import Any

from mlgovern.dialect import (
    ALL,
    NEEDS,
    NEWLINE,
    OTHER,
    TWINS,
    UnfitError,
    bit_of,
    cases,
    taken_by,
    tree_of,
    union,
    within,
)

MOST_CHOICES = 64  # of alternatives outside repetitions, multiplied

_FEW = 64  # characters that bounded repetitions may take together wherever they begin


def unfit(pattern: str, *, whole: bool = False) -> str:
    """Why a pattern may not be run here; empty where it may. `whole`: it is held against a whole text, never looked for."""
    if whole and not pattern.isascii():
        return f"{NEEDS}: letter case beyond ASCII"
    try:
        tree = tree_of(pattern, nocase=False)
        check = _Check(whole=whole, nocase=bool(tree.state.flags & re.IGNORECASE))
        check.sequence(list(tree), 0, loop=False)
        found = whole or check.found_once(list(tree))
    except UnfitError as error:
        return str(error)
    return "" if found else f"{NEEDS}: looking for a repetition that may begin anywhere takes too long without it"


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
                raise UnfitError(f"{NEEDS}: \\B")
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
                raise UnfitError(
                    "it is not in the RE2 dialect: no look-around, back-reference, atomic or possessive part"
                )

    def _flags(self, held: Any) -> None:
        if held[1] or held[2]:
            raise UnfitError(f"{NEEDS}: flags for a part")

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
            raise UnfitError(f"{NEEDS}: what a repetition takes may also stand behind it")
        self.sequence(list(body), first | behind, loop=True)

    def _open(self, ways: int, *, loop: bool) -> None:
        self._choices *= ways
        if loop or self._choices > MOST_CHOICES:
            raise UnfitError(f"{NEEDS}: too many ways to read the same text")

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
            return union(first for first, _ in ways), any(empty for _, empty in ways)
        if op in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            first, empty = self._first(list(held[2]))
            return first, empty or held[0] == 0
        return ALL, True

    def _set(self, op: Any, held: Any) -> int:
        """The characters that one item takes, as bits."""
        if op is sre.ANY:
            return ALL
        if op is sre.LITERAL:
            return self._folded(bit_of(held))
        if op is sre.NOT_LITERAL:
            return self._all_but(bit_of(held))
        negated = bool(held) and held[0][0] is sre.NEGATE
        found = union(taken_by(kind, value) for kind, value in held)
        return self._all_but(found) if negated else self._folded(found)

    def _all_but(self, bits: int) -> int:
        """As much as may be left: one character beyond ASCII leaves the others."""
        return ALL & ~((self._folded(bits) if self._nocase else bits) & ~(1 << OTHER))

    def _folded(self, bits: int) -> int:
        if not self._fold:
            return bits
        upper = union(1 << code for code in range(65, 91))
        bits |= (bits & upper) << 32 | (bits & upper << 32) >> 32
        return bits | union(
            cases(letter) | 1 << twin
            for letter, twin in zip("sk", TWINS.values(), strict=True)
            if bits & (cases(letter) | 1 << twin)
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
                taken |= union(self._repeated(list(inner), few) for inner in within(op, held))
        return taken

    def _everything(self, nodes: list[Any]) -> int:
        plain = {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY}
        own = union(self._set(op, held) for op, held in nodes if op in plain)
        return own | union(self._everything(list(inner)) for op, held in nodes for inner in within(op, held))


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
            total += sum(_reach(list(inner)) for inner in within(op, held))
    return total


def _starts(where: Any, taken: int) -> bool:
    if where in {sre.AT_BEGINNING_STRING, sre.AT_BEGINNING}:
        return where is sre.AT_BEGINNING_STRING or not taken & NEWLINE
    return False
