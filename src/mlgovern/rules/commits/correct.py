"""The one corrected subject of a message, which every rule on subjects offers."""

import re
from functools import lru_cache

from mlgovern.rules.commits.header import EMOJI_CODE, INVISIBLE, Header, parse
from mlgovern.rules.commits.mood import imperative, mood
from mlgovern.rules.commits.passive import active
from mlgovern.rules.commits.suggest import guess, nearest_type, pasteable, typed

TYPES = ("build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test")
KNOWN = (*TYPES, "data", "model", "exp")  # for rules that have no list of their own
SCOPE_CHARACTERS = "_-./@,#*"  # beside letters, digits and inner blanks
LONGEST = 100  # more is refused for its length

UNSEEN = rf"[{INVISIBLE}\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]++"
_JOINERS = frozenset("\u200c\u200d")  # they join letters of Indic and Arabic script, and emoji
_FLAG, _REGION = "\U0001f3f4", 7  # the letters of a region follow it, as that many tags at most
_ABBREVIATED = r"\W*(?:etc|vs|cf|approx|incl|resp|(?:[a-z]\.)+[a-z])"


def corrected(subject: str, types: tuple[str, ...] = KNOWN, characters: str = SCOPE_CHARACTERS) -> str | None:
    """The subject with every mechanical correction at once; a sound one is its own, and some have none.

    Without types it stays without one.
    """
    return _corrected(subject, types, characters) if len(subject) <= LONGEST * 2 else None


@lru_cache(maxsize=4096)  # every rule of the family asks for the same subjects, a page of a history after another
def _corrected(subject: str, types: tuple[str, ...], characters: str) -> str | None:
    seen = subject if subject.isprintable() else re.sub(UNSEEN, _kept, subject)
    if not types:
        text = title(seen.strip())
        return pasteable(text, "") or None if len(bare(text)) <= LONGEST and mood(text) is None else None
    header = _readable(seen.strip(), types)
    kind = nearest_type(header.type, types) if header else None
    description = title(header.description) if header and kind else ""
    if header is None or kind is None or not description:
        return None
    scope = "".join([char if fits(char, characters) else "-" for char in header.scope or ""])
    text = header._replace(type=kind, scope=scope, description=description).corrected
    sound = len(bare(text)) <= LONGEST and not parse(text).flaws and mood(description) is None
    return pasteable(text, "") or None if sound else None


def misfit(scope: str, characters: str) -> str:
    """The first character that a scope may not hold, or nothing."""
    odd = "".join({*scope}.difference(characters, " "))
    return next(char for char in scope if not fits(char, characters)) if odd and not odd.isalnum() else ""


def fits(char: str, characters: str) -> bool:
    """Whether a scope may hold a character."""
    return char.isalnum() or char == " " or char in characters


def bare(text: str) -> str:
    """Without the number that a forge appends when it squashes a pull request."""
    at = text.rfind(" (", max(0, len(text) - 24)) if text.endswith(")") else -1
    return text[:at] if at >= 0 and text[at + 2] in "#!" and text[at + 3 : -1].isdecimal() else text


def full_stop(text: str) -> int:
    """How many full stops end a text: none for an ellipsis, an abbreviation, or a path as in `ruff check .`."""
    rest = text.rstrip(".")
    number = len(text) - len(rest)
    if number not in {1, 2} or not rest or rest.endswith((" ", ":", "/")):
        return 0
    word = rest[-20:].split()[-1:]
    return 0 if number == 1 and word and re.fullmatch(_ABBREVIATED, word[0], re.IGNORECASE) else number


def joins(found: re.Match[str]) -> bool:
    """Whether invisible characters do their work: they join emoji, letters of a script that needs it, or spell a flag."""
    start, end = found.span()
    ahead = found.string[start - 1 : start]
    return (not _JOINERS.isdisjoint(found[0]) and ahead > "\u02ff") or (ahead == _FLAG and end - start <= _REGION)


def _kept(found: re.Match[str]) -> str:
    return found[0] if joins(found) else ""


def _readable(text: str, types: tuple[str, ...]) -> Header | None:
    header = parse(text)
    if typed(header, types):
        return header
    guessed = guess(text, types)
    return parse(guessed) if guessed else None


def title(description: str) -> str:
    """Without colons before it or full stops behind it, and in the imperative."""
    while description.startswith((":", "\uff1a")) and not re.match(EMOJI_CODE, description):
        description = description[1:].lstrip()
    text = active(imperative(description))
    front = bare(text)
    return front[: len(front) - full_stop(front)] + text[len(front) :]
