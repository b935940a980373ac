"""The header of a message by Conventional Commits 1.0.0, with every violation and its span."""

import re
from collections.abc import Iterator
from typing import Literal

from mlgovern.record import NamedTuple
from mlgovern.rx import rx

Kind = Literal["malformed", "scope", "description"]

UNTYPED = "the subject has no type"
EMOJI_CODE = r":[a-z0-9_+-]++:"
PATTERN = '"type(scope): subject"'
INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f"  # as in a set of a pattern
_ASIDE = "\u200b\u2060\ufeff"  # what an editor or a browser leaves before a text

# Possessive throughout: no part gives back what it took, so hostile input costs linear time.
_SOUND = rx(r"([A-Za-z][\w-]*+)(?:\(([\w./@,#*-]++)\))?+(!?+): (?=[!-9;-~])")  # what nearly every header is
_LOOSE = rx(
    r"(?P<lead>\s*+)(?P<type>[A-Za-z][\w-]*+)(?P<marks>(?:[\s!]++|\([^()]*+\)|\([^():]*+|\))*+)"
    r"(?P<colon>[:\uff1a])(?P<more>:*+)(?P<gap>\s*+)"
)
# Patterns that most messages never need are compiled by `re` when they are first asked for.
_MARK = r"(?P<blank>\s++)|(?P<scope>\([^()]*+\))|(?P<bang>!)|[()][^()!\s]*+"
_UNSEEN = rf"[{INVISIBLE}]"
_NAMES = {
    "\t": "a tab",
    "\u00a0": "a no-break blank (U+00A0)",
    "\u3000": "an ideographic blank (U+3000)",
    "\uff1a": "a full-width colon (U+FF1A)",
}


class Flaw(NamedTuple):
    """One violation: characters `start` to `end` of the header, counted from 0."""

    kind: Kind
    start: int
    end: int
    what: str


class Header(NamedTuple):
    """A header and its parts; without a type, the description is all of it. Positions count from 0."""

    text: str
    type: str = ""
    type_at: int = 0
    scope: str | None = None
    scope_at: int = 0
    breaking: bool = False
    description: str = ""
    description_at: int = 0
    flaws: tuple[Flaw, ...] = ()

    @property
    def malformed(self) -> bool:
        """The parts cannot be told apart for certain."""
        return bool(self.flaws) and any(flaw.kind == "malformed" for flaw in self.flaws)

    @property
    def corrected(self) -> str:
        """The same parts in the form that is wanted."""
        scope = (self.scope or "").strip()
        return f"{self.type}{f'({scope})' if scope else ''}{'!' * self.breaking}: {self.description}"


def parse(text: str) -> Header:
    """Read a header; total on any one line."""
    sound = _SOUND.match(text)
    if sound is None:
        return _closely(text)
    kind, scope, mark = sound.groups()
    end = sound.end()
    return Header(text, kind, 0, scope, 0 if scope is None else len(kind) + 1, mark == "!", text[end:], end)


def _closely(text: str) -> Header:
    """A header with whatever is wrong with it."""
    found = _LOOSE.match(text, len(text) - len(text.lstrip(_ASIDE)))
    if found is None and not text.isprintable() and (seen := _hidden(text)) is not None:
        return seen
    if found is None:
        start = len(text) - len(text.lstrip(" \t"))
        flaw = Flaw("malformed", start, len(text), UNTYPED)
        return Header(text, description=text[start:], description_at=start, flaws=(flaw,))
    marks = _split(found)
    scopes = [mark for mark in marks if mark["scope"]]
    scope = next((mark[0][1:-1] for mark in scopes), None)
    return Header(
        text,
        type=found["type"],
        type_at=found.start("type"),
        scope=scope,
        scope_at=scopes[0].start() + 1 if scopes else 0,
        breaking=any(mark["bang"] for mark in marks),
        description=text[found.end() :],
        description_at=found.end(),
        flaws=(*_lead(found), *_first(_marks(marks, scopes)), *_separator(found)),
    )


def _split(found: re.Match[str]) -> list[re.Match[str]]:
    return [*re.compile(_MARK).finditer(found.string, *found.span("marks"))] if found["marks"] else []


def _hidden(text: str) -> Header | None:
    """A header that only an invisible character inside its type or marks keeps from being read."""
    hidden = re.search(_UNSEEN, text)
    clean = parse(re.sub(_UNSEEN, "", text)) if hidden else None
    if hidden is None or clean is None or not clean.type:
        return None
    at = [*(place for place, char in enumerate(text) if not re.match(_UNSEEN, char)), len(text)]
    char = f"the invisible character U+{ord(hidden[0]):04X}"
    flaw = Flaw("malformed", *hidden.span(), f"{char} stands inside the type or before the colon")
    return clean._replace(
        text=text,
        type_at=at[clean.type_at],
        scope_at=at[clean.scope_at],
        description_at=at[clean.description_at],
        flaws=(flaw, *(one._replace(start=at[one.start], end=at[one.end]) for one in clean.flaws)),
    )


def _lead(found: re.Match[str]) -> Iterator[Flaw]:
    if found["lead"]:
        yield Flaw("malformed", *found.span("lead"), f"{_name(found['lead'])} stands before the type")


def _first(flaws: Iterator[Flaw]) -> Iterator[Flaw]:
    """One flaw of each kind: a run of a thousand exclamation marks is still one mistake."""
    seen: set[str] = set()
    for flaw in flaws:
        if flaw.what not in seen:
            seen.add(flaw.what)
            yield flaw


def _marks(marks: list[re.Match[str]], scopes: list[re.Match[str]]) -> Iterator[Flaw]:
    """Between type and colon: at most one pair of brackets, then at most one exclamation mark, and no blank."""
    bangs = 0
    for mark in marks:
        start, end = mark.span()
        after = mark.string[end : end + 1]
        if mark["blank"]:
            ahead = {"(": "the scope", "!": "the exclamation mark"}.get(after, "the colon")
            yield Flaw("malformed", start, end, f"{_name(mark[0])} stands before {ahead}")
        elif mark["bang"]:
            bangs += 1
            if bangs > 1:
                yield Flaw("malformed", start, end, "the exclamation mark is doubled")
            elif any(scope.start() > start for scope in scopes):
                yield Flaw(
                    "malformed", start, end, "the exclamation mark stands before the scope, not before the colon"
                )
        elif not mark["scope"]:
            yield Flaw("malformed", start, end, "the brackets of the scope are not one pair")
        elif start != scopes[0].start():
            yield Flaw("malformed", start, end, "there is more than one scope")
        elif not _visible(mark[0][1:-1]):
            yield Flaw("scope", start, end, "the scope is empty")
        elif mark[0][1:-1] != mark[0][1:-1].strip():
            yield Flaw("malformed", start, end, "blanks stand at an end of the scope")


def _separator(found: re.Match[str]) -> Iterator[Flaw]:
    """One colon, one blank, and something to read."""
    colon, gap = found["colon"], found["gap"]
    if colon != ":":
        yield Flaw("malformed", *found.span("colon"), f"{_name(colon)} stands for the colon")
    if found["more"]:
        yield Flaw("malformed", *found.span("more"), "there is more than one colon")
    if not _visible(found.string[found.end() :]):
        yield Flaw("description", found.start("type"), len(found.string), "the subject ends after the type")
    elif not gap and colon == ":":
        yield Flaw("malformed", found.start("colon"), found.end(), "no blank follows the colon")
    elif gap not in {"", " "}:
        what = f"{len(gap)} blanks follow" if set(gap) == {" "} else f"{_name(gap)} follows"
        yield Flaw("malformed", *found.span("gap"), f"{what} the colon, not one blank")
    start = found.end()
    if found.string.startswith((":", "\uff1a"), start) and not re.compile(EMOJI_CODE).match(found.string, start):
        yield Flaw("malformed", start, start + 1, "a second colon stands before the description")


def _visible(text: str) -> bool:
    return any(not char.isspace() and not re.match(_UNSEEN, char) for char in text)


def _name(text: str) -> str:
    odd = next((char for char in text if char != " "), " ")
    return _NAMES.get(odd) or ("a blank" if odd == " " else f"the character U+{ord(odd):04X}")
