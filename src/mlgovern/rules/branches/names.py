"""The grammar of branch names: Conventional Branch 1.0.0, and the other forms that strategies know."""

import re

from mlgovern.finding import Severity
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob
from mlgovern.rules.branches.strategy import Strategy
from mlgovern.rx import holds, rx

TRUNKS = (Glob("main"), Glob("master"), Glob("develop"))  # sound by Conventional Branch, whatever the strategy
VERSIONED = ("release", "releases", "hotfix", "support")  # types whose topic is a version, with dots in it

_WORDS = "[a-z0-9]+(?:-[a-z0-9]+)*"
_DOTTED = "[a-z0-9]+(?:[.-][a-z0-9]+)*"
_TICKET = "[A-Z][A-Z0-9]*-[0-9]+"
_WORD = rx(_WORDS)
_AMBIGUOUS = rx("HEAD|[0-9a-f]{40}|[0-9a-f]{64}")
_SPECIAL = rx(r"([\\.^$|?*+()\[\]{}])")
_ODD = (
    (rx("[A-Z]"), "capitals"),
    (rx("_"), "underscores"),
    (rx(r"[^A-Za-z0-9_./-]"), "characters outside a-z and 0-9"),
    (rx(r"[./-][.-]|[.-](?:/|\Z)|\A[.-]"), "a hyphen or dot without a word on each side"),
    (rx("/[^/]+/"), "a second slash"),
)


class Flaw(NamedTuple):
    """What is wrong with the form of a name, and how grave that can be."""

    text: str
    at_most: Severity = Severity.ERROR


def kind_of(name: str) -> str:
    """What stands before the first slash; empty if there is none."""
    return name.partition("/")[0] if "/" in name else ""


def escaped(text: str) -> str:
    """Text as a regular expression that JavaScript, RE2 and Python read alike."""
    return _SPECIAL.sub(r"\\\1", text)


def pattern_of(strategy: Strategy) -> str:
    """The names that a strategy asks for, as a regular expression for the whole name."""
    if strategy.pattern:
        return strategy.pattern
    if strategy.grammar == "any":
        return ".+"
    plain, dotted = _topic(strategy, _WORDS), _topic(strategy, _DOTTED)
    usual = dotted if strategy.dots == "all" else plain
    versioned = VERSIONED if strategy.dots == "release" else ()
    if strategy.types and strategy.grammar != "slug":
        others = [escaped(kind) for kind in strategy.types if kind not in versioned]
        versions = [kind for kind in strategy.types if kind in versioned]
    else:
        others, versions = [_WORDS], list(versioned)
    choices = [f"(?:{'|'.join(kinds)})/{topic}" for kinds, topic in ((others, usual), (versions, dotted)) if kinds]
    if strategy.grammar == "slug":
        choices.append(usual)
    elif strategy.grammar == "issue":
        choices.append(f"[0-9]+-{usual}")
    return "|".join(choices)


def conforms(name: str, strategy: Strategy) -> bool:
    """Whether a name has the form that the strategy asks for."""
    if strategy.pattern:
        return holds(strategy.pattern, name, whole=True)
    return re.fullmatch(pattern_of(strategy), name, re.DOTALL) is not None


def spared_globs(strategy: Strategy) -> tuple[Glob, ...]:
    """The names that no name rule judges: long-lived branches, other forms, and what machines make."""
    literal = (glob for glob in strategy.protected if set(glob).isdisjoint("*?[{"))
    return tuple(dict.fromkeys((*strategy.trunk, *TRUNKS, *literal, *strategy.other_names, *strategy.exempt)))


def spared(name: str, strategy: Strategy) -> bool:
    """Whether the name rules leave this name alone."""
    return name in strategy.trunk or name in TRUNKS or bool(matcher(spared_globs(strategy))(name))


def sound(name: str, strategy: Strategy) -> bool:
    """Whether no name rule finds anything, ambiguous names aside."""
    fits = strategy.max_length <= 0 or len(name) <= strategy.max_length
    return (fits and conforms(name, strategy)) or spared(name, strategy)


def has_unknown_type(name: str, strategy: Strategy) -> bool:
    """Whether the type is none of the strategy's, in whatever letter case."""
    if not strategy.types or strategy.pattern or strategy.grammar not in {"conventional", "issue"}:
        return False
    kind = kind_of(name).casefold()
    known = {one.casefold() for one in strategy.types}
    return bool(kind) and kind not in known and not conforms(name, strategy)


def ambiguous(name: str, strategy: Strategy) -> bool:
    """Whether a name can be mistaken for a commit."""
    return _AMBIGUOUS.fullmatch(name) is not None and not spared(name, strategy)


def flaw_of(name: str, strategy: Strategy) -> Flaw | None:
    """What is wrong with the form of a name; an unknown type of sound form is another rule's matter."""
    fits = conforms(name, strategy)
    if ambiguous(name, strategy):
        return Flaw("can be mistaken for a commit", Severity.WARNING if fits else Severity.ERROR)
    if fits or spared(name, strategy):
        return None
    if strategy.pattern:
        return Flaw("does not have the form that this strategy asks for")
    unknown = has_unknown_type(name, strategy)
    too = f", and its type is none of {', '.join(strategy.types)}" if unknown else ""
    if unknown and _WORD.fullmatch(kind_of(name)):
        strategy = strategy._replace(types=(*strategy.types, kind_of(name)))
        if conforms(name, strategy):
            return None
    if strategy.dots != "all" and conforms(name, strategy._replace(dots="all")):
        disputed = strategy.dots != "none" and not unknown
        return Flaw(f"has dots{too}", Severity.WARNING if disputed else Severity.ERROR)
    return Flaw(_odd(name, strategy) + too)


def wanted(strategy: Strategy) -> str:
    """The form that a strategy asks for, in words."""
    if strategy.pattern:
        return strategy.pattern if len(strategy.pattern) <= 120 else f"{strategy.pattern[:119]}…"
    words = "lower-case-words" if strategy.ticket_case == "lower" else "[TICKET-1-]lower-case-words"
    forms = {
        "conventional": f"TYPE/{words}",
        "slug": f"{words}, with or without TYPE/ before them",
        "issue": f"NUMBER-{words} or TYPE/{words}",
    }
    return forms.get(strategy.grammar, "any name that is not a commit's")


def shown(name: str) -> str:
    """A name as messages quote it: foreign text on one line, without blanks, control characters or great length."""
    text = name if len(name) <= 80 else name[:79] + "…"
    return '"' + "".join(c if c.isprintable() and c != " " else f"\\u{{{ord(c):x}}}" for c in text) + '"'


def _odd(name: str, strategy: Strategy) -> str:
    if "/" not in name and strategy.grammar == "conventional":
        return "has no type"
    if "/" not in name and strategy.grammar == "issue" and not name[:1].isdigit():
        return "has neither number nor type"
    rows = _ODD[:-1] if strategy.nested else _ODD
    found = [words for pattern, words in rows if pattern.search(name)]
    if found:
        return f"has {' and '.join(found)}"
    if "" in name.split("/"):
        return "has an empty part"
    if "." in name:
        return "has dots"
    return "has its type in another letter case" if "/" in name else "has no words after its number"


def _topic(strategy: Strategy, words: str) -> str:
    topic = f"(?:{_TICKET}(?:-{words})?|{words})" if strategy.ticket_case == "any" else words
    return f"{topic}(?:/{topic})*" if strategy.nested else topic
