"""What a header was meant to be: the nearest type, and a header that would be accepted."""

import re
from collections.abc import Iterable
from functools import lru_cache

from mlgovern.near import nearest
from mlgovern.rules.commits.header import Header
from mlgovern.rules.commits.mood import imperative
from mlgovern.rules.commits.passive import active
from mlgovern.rules.commits.verbs import Lexicon, lexicon

LONGEST_MEND = 200
MOST_LISTED = 20  # words of a list in a message
LONGEST_TYPE = 60  # what is longer was meant as none

_TAG = r"(?s:[\[(<{](?P<type>[A-Za-z][\w-]*+)(?:\((?P<scope>[^()\s]++)\))?[\])>}][\s:-]*+(?P<rest>\S.*))"
_PREFIXED = r"(?s:(?P<before>\S{1,40}+)\s++(?P<rest>[A-Za-z][\w-]*+(?:\([^()]++\))?!?: ?\S.*))"
_WORD = r"(?s:(?P<type>[A-Za-z]\w*+)(?P<mark>\s*+[-;,.|/>=]++)?+\s++(?P<rest>\S.*))"
_TICKET = r"[\[(]?((?:[A-Z][A-Z0-9]+-|#)\d+)[\])]?:?"
_BREAKING = r"(?is:BREAKING[ _-]CHANGES?:?\s++(?P<rest>\S.*))"
_LONG_WORD = r"[\w-]{20,}+"

_ALIASES = {
    "feat": "feature features new enhancement enh",
    "fix": "bug bugfix bug-fix hotfix fixes fixed patch",
    "docs": "doc documentation readme",
    "test": "tests testing",
    "refactor": "refactoring cleanup clean",
    "perf": "performance speed optimization optimisation",
    "style": "styles format formatting lint",
    "build": "deps dep dependencies packaging",
    "ci": "workflow workflows pipeline actions",
    "chore": "misc maint maintenance bump release",
    "exp": "experiment experiments",
    "model": "models",
    "data": "dataset datasets",
}
_VERBS = {  # what an untyped subject most likely is, by its first verb
    "feat": "add allow create enable implement introduce provide support",
    "fix": "avoid correct fix handle mend prevent repair resolve",
    "docs": "document",
    "refactor": "clean deduplicate extract inline move refactor rename reorganise reorganize restructure simplify split",
    "perf": "optimise optimize",
    "test": "test",
    "build": "bump pin upgrade",
    "style": "format lint reformat",
    "revert": "revert",
}


@lru_cache(maxsize=1)
def _by_word() -> tuple[dict[str, str], dict[str, str]]:
    tables = (_ALIASES, _VERBS)
    first, second = ({word: kind for kind, words in table.items() for word in words.split()} for table in tables)
    return first, second


def likely_types(word: str, types: tuple[str, ...]) -> tuple[str, ...]:
    """The allowed types that a word may have been meant to be."""
    return _likely(word.lower(), types) if len(word) <= LONGEST_TYPE else ()


@lru_cache(maxsize=1024)  # a history has few words before its colons
def _likely(word: str, types: tuple[str, ...]) -> tuple[str, ...]:
    plain = {kind.lower(): kind for kind in types}
    other = _by_word()[0].get(word, "")
    known = [one for one in (word, other) if one in plain][:1]
    return tuple([plain[kind] for kind in known or nearest(word, plain)])


def nearest_type(word: str, types: tuple[str, ...]) -> str | None:
    """The allowed type that a word was meant to be; None where that is anybody's guess."""
    likely = likely_types(word, types)
    return likely[0] if len(likely) == 1 else None


def typed(header: Header, types: tuple[str, ...]) -> bool:
    """Whether what stands before the colon is meant as a type, and not as in `https://` or `Note:this`."""
    return bool(header.type and likely_types(header.type, types))


def pasteable(text: str, otherwise: str) -> str:
    """A corrected text as a mend, unless it is none, too long to paste, or holds what may be a key."""
    if not text or len(text) > LONGEST_MEND or any(map(_mixed, re.findall(_LONG_WORD, text))):
        return otherwise
    return otherwise if any("\ud800" <= char <= "\udfff" for char in text) else text


def guess(text: str, types: tuple[str, ...]) -> str:
    """A header for a text that has none that can be read; empty where it tells no type."""
    text = text.strip()[: LONGEST_MEND + 1].strip()
    if text.startswith(("[", "(", "<", "{")) and (tag := re.match(_TAG, text)):
        kind, scope = nearest_type(tag["type"], types), f"({tag['scope']})" if tag["scope"] else ""
        return f"{kind}{scope}: {tag['rest']}" if kind else ""
    if text[:8].lower() == "breaking" and (breaking := re.match(_BREAKING, text)):
        kind = nearest_type("feat", types)
        return f"{kind}!: {breaking['rest']}" if kind else ""
    if ":" in text and (prefixed := re.match(_PREFIXED, text)):
        kind, colon, rest = prefixed["rest"].partition(":")
        ticket = re.fullmatch(_TICKET, prefixed["before"])
        if kind.partition("(")[0].rstrip("!").lower() in _lower(types) and (ticket or not prefixed["before"].isalnum()):
            return f"{kind.lower()}{colon} {rest.strip()}{f' ({ticket[1]})' if ticket else ''}"
    return _from_words(text, types)


@lru_cache(maxsize=8)
def _lower(types: tuple[str, ...]) -> frozenset[str]:
    return frozenset([kind.lower() for kind in types])


def _from_words(text: str, types: tuple[str, ...]) -> str:
    """The first word is a type without its colon, or a verb that tells the type and stays."""
    word = re.match(_WORD, text)
    if word is None:
        return ""
    first, words = word["type"].lower(), lexicon()
    kinds = _lower(types)
    if first in kinds and (word["mark"] or first not in words.verbs or _commands(word["rest"], words)):
        return f"{first}: {word['rest']}"
    verb, blank, rest = active(imperative(text)).partition(" ")
    kind = _by_word()[1].get(verb.lower())
    return f"{kind}: {verb.lower()}{blank}{rest}" if kind in kinds else ""


def _commands(text: str, words: Lexicon) -> bool:
    """Whether a verb and its object follow, as in `fix add a check`: then the word before them is a type."""
    verb, after = [*text.split(None, 2), ""][:2]
    return verb.lower() in words.verbs and after.lower() in words.determiners


def listed(words: Iterable[str]) -> str:
    """Foreign words one after another; of many, the first few and a count."""
    every = [quoted(word)[1:-1] for word in words]
    more = f", and {len(every) - MOST_LISTED} more" if len(every) > MOST_LISTED else ""
    return ", ".join(every[:MOST_LISTED]) + more


def quoted(text: str) -> str:
    """Foreign text for a message: 60 characters at most, and no long mix of letters and digits, which may be a key."""
    text = text[:400].encode("utf-8", "replace").decode()  # half a character is nobody's to print
    text = re.sub(_LONG_WORD, lambda word: "…" if _mixed(word[0]) else word[0], text)
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'


def _mixed(word: str) -> bool:
    return any(char.isdigit() for char in word) and any(char.isalpha() for char in word)
