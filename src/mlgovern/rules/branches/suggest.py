"""A sound name made from one that is not: what `git branch -m` would be given."""

from collections.abc import Iterable
from itertools import chain, count

from mlgovern.near import distance
from mlgovern.record import NamedTuple
from mlgovern.rules.branches.names import TRUNKS, VERSIONED, sound
from mlgovern.rules.branches.strategy import Strategy
from mlgovern.rx import rx

MOST_LETTERS = 4096  # of a path, and so of a branch

_REMOTES = frozenset({"origin", "upstream"})
_CAMEL = rx(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBERED = rx(r"[0-9]+-.")
_LOOSE_DOT = rx(r"(?<![0-9])\.|\.(?![0-9])")
_FOREIGN = rx(r"[^a-z0-9.]+")
_HYPHENS = rx(r"-{2,}")
_TICKET = rx(r"([A-Z][A-Z0-9]*-[0-9]+)(?![A-Za-z0-9])")


class Parts(NamedTuple):
    """A name taken apart. A type that nothing in the name tells is `guessed`: its author has to choose it."""

    kind: str
    topic: str
    guessed: bool = False


def suggestion(name: str, strategy: Strategy, existing: Iterable[str] = ()) -> str | None:
    """The nearest sound name that clashes with none that exists; a sound name is its own, and some have none."""
    if sound(name, strategy):
        return name
    kind, topic, _ = taken_apart(name, strategy)
    if not topic:
        return None
    limit = strategy.max_length
    candidate = shortened(f"{kind}/{topic}" if kind else topic, limit)
    free = unclashed(candidate, (*strategy.trunk, *TRUNKS, *(other for other in existing if other != name)), limit)
    return free if free is not None and sound(free, strategy) else None


def taken_apart(name: str, strategy: Strategy) -> Parts:
    """The type and topic that a name seems to mean, both as the grammar spells them."""
    head, slash, rest = name.partition("/")
    if head in _REMOTES and "/" in rest and head not in strategy.types:  # copied from `git branch -r`
        name = rest
        head, slash, rest = name.partition("/")
    if strategy.grammar in {"slug", "any"}:
        kind = slug(head) if slash else ""
        return Parts(kind, topic_of(rest if kind else name, kind, strategy))
    if strategy.grammar == "issue" and _NUMBERED.match(numbered := slug(name, dotted=strategy.dots == "all")):
        return Parts("", numbered)
    if slash:
        known = known_type(slug(head), strategy)
        kind = known or default_type(strategy) if strategy.types else slug(head)
        return Parts(kind, topic_of(rest, kind, strategy), guessed=known is None and bool(strategy.types))
    words = slug(name, dotted=True).split("-")
    for number in (2, 1):  # hot-fix-loader, then fix-loader
        known = _alias("-".join(words[:number]), strategy)
        if known and words[number:]:
            return Parts(known, topic_of("-".join(words[number:]), known, strategy))
    kind = default_type(strategy)
    topic = "" if _alias("-".join(words), strategy) else topic_of(name, kind, strategy)  # a type alone has no topic
    return Parts(kind, topic, guessed=True)


def default_type(strategy: Strategy) -> str:
    """The type of ordinary work."""
    usual = (kind for kind in ("feature", "feat") if kind in strategy.types)
    return next(chain(usual, strategy.types), "feature")


def known_type(word: str, strategy: Strategy) -> str | None:
    """The type that a word means: itself, an alias, or the one type at most two letters away."""
    exact = _alias(word, strategy)
    if exact is not None:
        return exact
    near: dict[int, list[str]] = {}
    for kind in strategy.types:
        # two letters of three would make any short word any other
        if abs(len(kind) - len(word)) <= 2 and (steps := distance(word, kind)) <= min(
            2, max(len(word), len(kind)) // 2
        ):
            near.setdefault(steps, []).append(kind)
    nearest = near[min(near)] if near else []
    return nearest[0] if len(nearest) == 1 else None


def topic_of(text: str, kind: str, strategy: Strategy) -> str:
    """A topic in the form that the grammar asks for; empty if nothing is left."""
    dotted = strategy.dots == "all" or (strategy.dots == "release" and kind in VERSIONED)
    parts = text.split("/") if strategy.nested else [text]
    topics = (_ticket_and_slug(part, dotted) if strategy.ticket_case == "any" else slug(part, dotted) for part in parts)
    return "/".join(filter(None, topics))


def slug(text: str, dotted: bool = False) -> str:
    """Lower-case ASCII words joined by hyphens; dots stay between digits where `dotted`."""
    if not text.isascii():
        from unicodedata import combining, normalize

        text = "".join(char for char in normalize("NFKD", text) if not combining(char))
    text = _CAMEL.sub("-", text).lower()
    text = _LOOSE_DOT.sub("-", text) if dotted else text.replace(".", "-")
    return _HYPHENS.sub("-", _FOREIGN.sub("-", text)).strip("-")


def shortened(name: str, limit: int) -> str:
    """A name of at most `limit` characters, cut where a word ends if that is possible."""
    if not 0 < limit < len(name):
        return name
    cut = name[: limit + 1].rfind("-")
    return name[:cut] if cut > name.find("/") + 1 else name[:limit].rstrip("-./")


def unclashed(name: str, others: Iterable[str], limit: int) -> str | None:
    """The name, with -2, -3, … where it is taken; None where a branch bars everything of that kind."""
    taken = {folded(other) for other in others}
    if not taken.isdisjoint(parents(folded(name))):
        return None
    taken.update(folder for other in tuple(taken) for folder in parents(other))
    endings = chain(("",), (f"-{number}" for number in count(2)))
    tries = (shortened(name, limit - len(end) if limit > len(end) else limit) + end for end in endings)
    return next(candidate for candidate in tries if folded(candidate) not in taken)


def parents(name: str) -> list[str]:
    """Every name that would have to be a folder: `a/b/c` needs `a/b` and `a`."""
    return [name[:place] for place, char in enumerate(name[:MOST_LETTERS]) if char == "/"]


def folded(name: str) -> str:
    """What two names have in common that are one file on macOS or Windows."""
    if name.isascii():
        return name.lower()
    from unicodedata import normalize

    return normalize("NFC", normalize("NFC", name).casefold())


def _ticket_and_slug(text: str, dotted: bool) -> str:
    ticket = _TICKET.match(text)
    if ticket is None:
        return slug(text, dotted)
    return "-".join(filter(None, (ticket[1], slug(text[ticket.end() :], dotted))))


def _alias(word: str, strategy: Strategy) -> str | None:
    types = {kind.casefold(): kind for kind in strategy.types}
    seen: set[str] = set()
    while word not in types and word not in seen and word in strategy.aliases:
        seen.add(word)
        word = strategy.aliases[word]
    return types.get(word)
