"""Requirements as PEP 508 writes them, and their names as PEP 503 compares them."""

import re
from functools import lru_cache

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.markers import TRUE, Marker, marker_of
from mlgovern.rules.lockfiles.versions import Specifiers, specifiers_of
from mlgovern.rx import rx

MOST_CHARACTERS = 4000  # of one requirement

_HEAD = rx(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([A-Za-z0-9._,\s-]*)\])?\s*")
_URL = rx(r"@\s*(\S+)\s*")


class Requirement(NamedTuple):
    """One requirement; `asked` is the text of its comparisons, for messages."""

    name: str
    extras: frozenset[str] = frozenset()
    specifiers: Specifiers = frozenset()
    marker: Marker = TRUE
    url: str = ""
    asked: str = ""
    condition: str = ""

    @property
    def text(self) -> str:
        """As a message shows it: its URL without what may be a credential."""
        extras = f"[{','.join(sorted(self.extras))}]" if self.extras else ""
        condition = f" ; {self.condition}" if self.condition else ""
        return f"{self.name}{extras}{self.asked}{f' ({_shown(self.url)})' if self.url else ''}{condition}"


def _shown(url: str) -> str:
    """A URL, or a kind of place and a URL, without its user and password; the query only where it names a revision."""
    bare = re.sub(r"//[^/@\s]*@", "//", url)
    return bare if bare.startswith("git ") else re.split(r"[?#]", bare, maxsplit=1)[0]


def normal(name: str) -> str:
    """A name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@lru_cache(maxsize=1024)
def requirement_of(text: str) -> Requirement:
    """The requirement that a text spells; ValueError where it spells none."""
    head = _HEAD.match(text) if len(text) <= MOST_CHARACTERS else None
    if head is None:
        raise ValueError("no requirement")
    name, extras, rest = normal(head[1]), _extras((head[2] or "").split(",")), text[head.end() :]
    if rest.startswith("@"):
        url = _URL.match(rest)
        if url is None:
            raise ValueError("no requirement")
        condition = _condition(rest[url.end() :])
        return Requirement(name, extras, marker=marker_of(condition), url=url[1], condition=condition)
    asked, semicolon, condition = (part.strip() for part in rest.partition(";"))
    if asked.startswith("(") and asked.endswith(")"):
        asked = asked[1:-1].strip()
    if semicolon and not condition:
        raise ValueError("no requirement")
    return Requirement(name, extras, specifiers_of(asked), marker_of(condition), asked=asked, condition=condition)


def _condition(rest: str) -> str:
    semicolon, condition = rest.strip()[:1], rest.strip()[1:].strip()
    if semicolon and not (semicolon == ";" and condition):
        raise ValueError("no requirement")
    return condition


def _extras(names: list[str]) -> frozenset[str]:
    return frozenset(normal(name.strip()) for name in names if name.strip())
