"""Tables whose columns are about people, told by their names alone."""

from collections.abc import Iterator
from itertools import pairwise
from shlex import quote

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Covered
from mlgovern.finding import Finding, Place
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Verdicts, unread
from mlgovern.rules.data import kinds
from mlgovern.rules.data.pointers import mended
from mlgovern.rx import rx

HEAD_BYTES = 4096
MOST_NAMES = 5

TABLES = ("**/*.{csv,tsv}",)
# Words of a column's name; two that stand beside each other count in any order.
_TERMS = (
    "email", "e mail", "phone", "telephone", "msisdn", "ssn", "social security", "passport", "iban", "credit card", "birth",
    "birthdate", "birthday", "dob", "surname", "firstname", "first name", "lastname", "last name",
    "street address", "home address", "ip address", "national id", "tax id", "driver license",
)  # fmt: skip
_WORDS = rx(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NAME = rx(r"[^\W\d][\w .()/-]{0,39}")
_NUMBER = rx(r"\d{3}")


class Columns(NamedTuple):
    terms: Covered[str] = _TERMS
    but: Allowed[Glob] = tuple(map(Glob, kinds.EXAMPLES))


def personal_data_column(snapshot: Snapshot, settings: Columns) -> Verdicts:
    """A table in Git has columns that are about people.

    Why: history never forgets what somebody may ask to be forgotten, and every clone is one more copy.
    Mend: git rm --cached PATH; keep the table where access is decided, or leave the columns out
    """
    judged, spared = matcher(TABLES), matcher(settings.but)
    terms = frozenset(frozenset(term.split()) for term in settings.terms)
    for file in snapshot.files:
        if not judged(file.path) or spared(file.path) or not file.size:
            continue
        data = snapshot.read(file)
        if data is None:
            yield unread(file)
        elif found := list(_about_people(data[:HEAD_BYTES], terms)):
            more = f" and {len(found) - MOST_NAMES} more" if len(found) > MOST_NAMES else ""
            message = f"columns that may be about people: {', '.join(found[:MOST_NAMES])}{more}"
            mend = mended(file, f"git rm --cached -- {quote(file.path)}\nor leave these columns out")
            yield Finding(message, Place(path=file.path, line=1, commit=file.commit), mend, key="columns")


def _about_people(head: bytes, terms: frozenset[frozenset[str]]) -> Iterator[str]:
    """The names of such columns. What is no name is not told: a table may begin with a row of values."""
    line = head.decode("utf-8-sig", "replace").partition("\n")[0].rstrip("\r")
    separator = max(",;\t|", key=line.count)
    for cell in line.split(separator):
        name = cell.strip(" \"'")
        if _NAME.fullmatch(name) and not _NUMBER.search(name):
            words = [word.lower() for word in _WORDS.findall(name)]
            pairs = pairwise(words)
            if any(frozenset(some) in terms for some in (*((word,) for word in words), *pairs)):
                yield name
