"""Imperative mood: judges the form of the first word, because a list of allowed verbs is never long enough."""

import re
from itertools import pairwise
from typing import Literal

from mlgovern.record import NamedTuple
from mlgovern.rules.commits.verbs import Lexicon, lexicon

Kind = Literal["past tense", "third person", "gerund", "preamble"]


class Mood(NamedTuple):
    """A first word that is no imperative: characters `start` to `end`, and its base form in its capitals."""

    kind: Kind
    word: str
    base: str
    start: int
    end: int


LONGEST = 200  # characters that two words may take

# Patterns that most subjects never need are compiled by `re` when they are first asked for.
_TAGS = (
    r"(?:[-*] |\[[^\[\]]*+\]:?|:[a-z0-9_+-]++:|(?:#\d++|[A-Z][A-Z0-9]++-\d++)(?=[\s:])[ :-]*+"
    r"|[\u200d\u2030-\u2bff\ufe0f\U0001f000-\U0001faff]|\s)*+"
)
_OPENERS = ("this ", "these ", "it ", "it'", "it’", "i ", "i'", "i’", "we ", "we'", "we’")
_PREAMBLE = (
    r"(?i:(?:this|these|it) (?:add|allow|also|change|commit|fixe|fix|implement|introduce|is|make|merge|patch|pr|pull request"
    r"|refactor|remove|should|update|use|was|were|will)s?(?!\w)"
    r"|(?:i|we|i['’](?:d|m|ve|ll)|we['’](?:d|re|ve|ll)) (?=[a-z])|it['’]s )"
)
_PREFIXES = ("auto-", "auto", "de", "dis", "mis", "pre-", "pre", "re-", "re", "un")
_LAST = frozenset("dgs,;:!?.")  # -ed, -ing, -s, and what may follow the first word
_NEVER_PAST = frozenset({"based", "broken", "expected", "failed", "needed", "required"})


def mood(text: str) -> Mood | None:
    """What the first word of a description is instead of an imperative, if that is certain enough."""
    start = _untagged(text)
    opens = text[start : start + 6].lower().startswith(_OPENERS)
    if opens and (preamble := re.compile(_PREAMBLE).match(text, start)):
        said = preamble[0].strip()
        return Mood("preamble", said, "", start, start + len(said))
    first, after = [*text[start : start + LONGEST].split(None, 2), "", ""][:2]
    lower, words = first.lower(), lexicon()
    if lower[-1:] not in _LAST and lower not in words.past:
        return None
    word = first[:-1] if first.endswith((",", ";", ":", "!", "?", ".")) else first
    if not _plain(word):
        return None
    verdict = _judge(word.lower(), after, words)
    if verdict is None:
        return None
    kind, base = verdict
    return Mood(kind, word, _capitals(word, base), start, start + len(word))


def _plain(word: str) -> bool:
    """A word of a natural language, and no identifier, path, option or quotation."""
    letters = word.replace("-", "").replace("'", "")
    camel = any(one.islower() and two.isupper() for one, two in pairwise(word))
    return len(word) <= 30 and letters.isascii() and letters.isalpha() and word[0].isalpha() and not camel


def _untagged(text: str) -> int:
    """Where the first word begins, behind list marks, brackets, ticket numbers and emoji."""
    first, second = text[:1], text[1:2]
    if first.isascii() and first.isalpha() and (first.islower() or second.islower()):  # no tag begins like a word
        return 0
    tags = re.match(_TAGS, text)
    return tags.end() if tags else 0


def imperative(text: str) -> str:
    """The description with its first word in the base form, or as it stands."""
    flaw = mood(text)
    return text if flaw is None or not flaw.base else text[: flaw.start] + flaw.base + text[flaw.end :]


def _judge(word: str, after: str, words: Lexicon) -> tuple[Kind, str] | None:
    if word in words.lookalikes:
        return None
    if word in words.adjectives and (word in _NEVER_PAST or after.lower() not in words.determiners):
        return None
    if word in words.past:
        return "past tense", words.past[word]
    if word in words.third:
        return "third person", words.third[word]
    if word.endswith("ed"):
        return _past(word, after, words)
    if word.endswith("ing"):
        return _gerund(word, after, words)
    if word.endswith("s") and not word.endswith("ss"):
        return _third(word, after, words)
    return None


def _past(word: str, after: str, words: Lexicon) -> tuple[Kind, str] | None:
    if word.startswith(("un", "non")) and word[2:] not in {"ified", "iformed"}:
        return None
    following = after.lower().rstrip(",;:.")
    if following == "by":
        return None
    stem = word[:-2]
    base = _known((*_ied(word), stem, stem + "e", _single(stem)), words)
    if base:
        return "past tense", base
    unknown = len(word) >= 6 and "-" not in word and after and following not in words.prepositions
    unknown = unknown and not word.endswith("eed")  # names are made of such words: DeepSpeed, Megafeed
    return ("past tense", "") if unknown else None


def _gerund(word: str, after: str, words: Lexicon) -> tuple[Kind, str] | None:
    stem = word[:-3]
    base = "" if word.startswith("mis") else _known((stem, stem + "e", _single(stem)), words)
    if not base or not after or (word in words.nouns_ing and not _determiner(after, words)):
        return None
    following = after.lower().rstrip(",;:.")
    return None if following in {"is", "are", "was", "were", "of"} or not after[0].isprintable() else ("gerund", base)


def _third(word: str, after: str, words: Lexicon) -> tuple[Kind, str] | None:
    stem = word[:-1]
    ies = (word[:-3] + "y",) if word.endswith("ies") else ()
    base = _known((*ies, stem, *((word[:-2],) if word.endswith("es") else ())), words)
    if not base:
        return None
    if word in words.plurals:
        return ("third person", base) if _determiner(after, words) else None
    noun = not after or after[0] in "([{&+/=" or after.lower().rstrip(",;:.") in words.prepositions
    return None if noun else ("third person", base)


def _ied(word: str) -> tuple[str, ...]:
    return (word[:-3] + "y",) if word.endswith("ied") else ()


def _single(stem: str) -> str:
    """`dropp` → `drop`."""
    return stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else ""


def _known(candidates: tuple[str, ...], words: Lexicon) -> str:
    for candidate in candidates:
        if candidate in words.verbs:
            return candidate
    for candidate in candidates:
        for prefix in _PREFIXES:
            if candidate.startswith(prefix) and candidate[len(prefix) :] in words.verbs:
                return candidate
    return ""


def _determiner(after: str, words: Lexicon) -> bool:
    return after.lower().rstrip(",;:.") in words.determiners or after[:1] in {"#", '"', "'", "`", "“", "‘"}


def _capitals(word: str, base: str) -> str:
    if len(word) > 1 and word.isupper():
        return base.upper()
    return base.capitalize() if word[:1].isupper() else base
