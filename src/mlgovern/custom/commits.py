"""Kinds that speak of commits, and of the names of branches and tags."""

import re
from collections.abc import Iterator
from typing import Literal

from mlgovern.custom.kinds import Kind
from mlgovern.custom.outcome import APART, HOLDS, Flaw, Outcome, fails, quoted, unknown
from mlgovern.facts.snapshot import Person
from mlgovern.fields import Chosen, Fixed, Hint, Must, MustNot, Stricter
from mlgovern.finding import NotJudged, Place
from mlgovern.record import NamedTuple
from mlgovern.rule import Pattern
from mlgovern.rx import holds
from mlgovern.trailers import trailers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.commits.exempt import Subject

_TICKET = r"(?<![A-Za-z0-9])([A-Z][A-Z0-9]+)-[0-9]+(?![A-Za-z0-9])"


class Text(NamedTuple):
    """A pattern that has to be found in a message, and one that must not be."""

    must: Must = Pattern("")
    must_not: MustNot = Pattern("")
    part: Fixed[Literal["subject", "body", "all"]] = "all"


class Field(NamedTuple):
    """A part of a message: `one_of` are the values that it may have, of a ticket its project."""

    field: Fixed[Literal["type", "scope", "ticket"]] = "type"
    one_of: Chosen[str] = ()
    required: Stricter = False


class Trailer(NamedTuple):
    """A trailer that a message has to end with, and what its value has to match."""

    name: Fixed[str] = ""
    value: Must = Pattern("")


class Author(NamedTuple):
    """What a name or an address has to match, and what it must not."""

    must: Must = Pattern("")
    must_not: MustNot = Pattern("")
    field: Fixed[Literal["name", "email"]] = "email"
    who: Fixed[Literal["author", "committer", "both"]] = "author"


class Name(NamedTuple):
    """What a name has to match, and what it must not."""

    must: Must = Pattern("")
    must_not: MustNot = Pattern("")
    example: Hint[str] = ""


def message_regex(subject: "Subject", settings: Text) -> Outcome:
    """What git makes of a merge or a revert has to match nothing, but is refused what others are."""
    gap = _unreadable(subject)
    if gap is not None:
        return gap
    first, last = {"subject": (subject.at, subject.at + 1), "body": (subject.at + 1, None)}.get(
        settings.part, (subject.at, None)
    )
    text = "\n".join(subject.lines[first:last]).lstrip("\n")
    what = f"the {'message' if settings.part == 'all' else settings.part}"
    if settings.must_not and holds(settings.must_not, text):
        return fails(Flaw(f"{what} fits {settings.must_not}, which is not allowed", subject.place()))
    if settings.must and not subject.exempt and not holds(settings.must, text):
        return fails(Flaw(f"{what} does not fit {settings.must}", subject.place()))
    return HOLDS if settings.must_not or not subject.exempt else APART


def message_field(subject: "Subject", settings: Field) -> Outcome:
    """Of merges, reverts and fixups, which git words itself, nothing is asked."""
    gap = _unreadable(subject)
    if gap is not None:
        return gap
    if subject.exempt:
        return APART
    values = _values(subject, settings.field)
    if not values and settings.required:
        return fails(Flaw(f"the message has no {settings.field}{_of(settings)}", subject.place()))
    if values and settings.one_of and set(values).isdisjoint(settings.one_of):
        return fails(Flaw(f"{quoted(values[0])} is no {settings.field} here{_of(settings)}", subject.place()))
    return HOLDS if values or settings.required else APART


def _values(subject: "Subject", field: str) -> list[str]:
    if field == "ticket":
        return re.findall(_TICKET, "\n".join(subject.lines[subject.at :]))
    header = subject.header
    found = header.type if field == "type" else (header.scope or "").strip()
    return [found] if found else []


def _of(settings: Field) -> str:
    return f"; allowed: {', '.join(settings.one_of)}" if settings.one_of else ""


def trailer_required(subject: "Subject", settings: Trailer) -> Outcome:
    """The name is compared as git does, whatever its letter case."""
    gap = _unreadable(subject)
    if gap is not None or subject.exempt:
        return gap or APART
    found = [one.value for one in trailers(subject.lines, subject.at) if one.token.lower() == settings.name.lower()]
    if not found:
        return fails(Flaw(f"the message has no trailer {settings.name}", subject.place()))
    if settings.value and not any(holds(settings.value, value) for value in found):
        return fails(Flaw(f"the trailer {settings.name} does not fit {settings.value}", subject.place()))
    return HOLDS


def author_regex(subject: "Subject", settings: Author) -> Outcome:
    """Merges and reverts have authors like any other commit."""
    commit, flaws = subject.commit, []
    people: dict[str, Person] = {"author": commit.author, "committer": commit.committer}
    alike = commit.author == commit.committer
    for who in (("author",) if alike else people) if settings.who == "both" else (settings.who,):
        value = getattr(people[who], settings.field)
        flaw = _misfit(value, settings.must, settings.must_not)
        if flaw:
            named = {"author": people[who].name, "email": people[who].email}
            what = f"the {settings.field} of the {who} {flaw}: {quoted(value)}"
            flaws.append(Flaw(what, Place(commit=commit.id), named, who))
    return fails(*flaws) if flaws else HOLDS


def branch_regex(name: str, settings: Name) -> Outcome:
    """The whole name is looked at; anchor with ^ and $."""
    return _named(name, settings, "branch", Place(branch=name))


def tag_regex(name: str, settings: Name) -> Outcome:
    """The name without refs/tags/."""
    return _named(name, settings, "tag", Place())


def _named(name: str, settings: Name, what: str, place: Place) -> Outcome:
    flaw = _misfit(name, settings.must, settings.must_not)
    if not flaw:
        return HOLDS
    example = f"; such as {settings.example}" if settings.example else ""
    return fails(Flaw(f"the {what} {quoted(name)} {flaw}{example}", place, key=name))


def _misfit(value: str, must: str, must_not: str) -> str:
    if must_not and holds(must_not, value):
        return f"fits {must_not}, which is not allowed"
    return f"does not fit {must}" if must and not holds(must, value) else ""


def _unreadable(subject: "Subject") -> Outcome | None:
    if subject.exempt == "empty":
        return APART  # commit-message-empty tells of it
    if not subject.decodable:
        return unknown(NotJudged(subject.name, "its subject is not UTF-8"))
    return None


def wrong_trailer(settings: Trailer) -> Iterator[tuple[str, str]]:
    """A trailer needs a name that git takes for one."""
    if settings.name and not re.fullmatch(r"[A-Za-z0-9-]+", settings.name):
        yield "name", "'name' is the token of a trailer: letters, digits and hyphens"


_PATTERNS = (("must", "must_not"),)
_ANEW = "write the message anew"

DEFINED = {
    "message.regex": Kind(Text(), "message", message_regex, _PATTERNS, mend=_ANEW),
    "message.field": Kind(Field(), "message", message_field, (("one_of", "required"),), mend=_ANEW),
    "trailer.required": Kind(Trailer(), "commit", trailer_required, (("name",),), wrong_trailer, mend=_ANEW),
    "author.regex": Kind(
        Author(), "commit", author_regex, _PATTERNS, mend="git config user.email ADDRESS, or user.name"
    ),
    "branch.regex": Kind(Name(), "branch", branch_regex, _PATTERNS, mend="git branch -m {branch} NEW"),
    "tag.regex": Kind(Name(), "tag", tag_regex, _PATTERNS, mend="git tag NEW {tag} && git tag -d {tag}"),
}
