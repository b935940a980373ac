"""Which types and scopes a team allows, and how they are written."""

from typing import Literal

from mlgovern.bots import BOTS
from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Covered, Fixed
from mlgovern.finding import Finding
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts
from mlgovern.rules.commits.correct import KNOWN, TYPES, corrected
from mlgovern.rules.commits.exempt import certain
from mlgovern.rules.commits.header import parse
from mlgovern.rules.commits.suggest import nearest_type, quoted


class Types(NamedTuple):
    """The types that may be used; letter case does not count."""

    types: Allowed[str] = TYPES


class TypeCase(NamedTuple):
    """How a type is written."""

    case: Fixed[Literal["lower", "upper", "any"]] = "lower"
    bots: Allowed[str] = BOTS
    types: Covered[str] = KNOWN  # others are judged by `commit-type-unknown` alone


def commit_type_unknown(snapshot: Snapshot, settings: Types) -> Verdicts:
    """The type of a commit is not one that the policy allows.

    Why: a changelog has one heading for each type; a misspelt or private one drops the change from it.
    Mend: use a type of the list, or add yours to `types`
    """
    allowed = {kind.lower() for kind in settings.types}
    for subject in certain(snapshot):
        header = subject.header
        if header.type.lower() not in allowed:
            types = ", ".join(settings.types) or "none"
            meant = nearest_type(header.type, settings.types)
            hint = f" (did you mean {quoted(meant)}?)" if meant else ""
            message = f"the type {quoted(header.type)} is not allowed{hint}; allowed are {types}"
            text = corrected(subject.text, settings.types) if settings.types else None
            known = f"use one of: {types}" if settings.types else "`types` is empty: whoever owns the policy lists some"
            mend = text or known
            place = subject.place(header.type_at, header.type_at + len(header.type))
            yield Finding(message, place, mend)


def commit_type_case(snapshot: Snapshot, settings: TypeCase) -> Verdicts:
    """The type of a commit is not written in the letter case that was agreed.

    Why: the specification reads `Fix` and `fix` alike, but searches and some release tools do not.
    Mend: write the type in lower case, `fix: …`
    """
    allowed = {kind.lower() for kind in settings.types}
    for subject in certain(snapshot):
        header = subject.header
        wanted = _cased(header.type, settings.case)
        if header.type != wanted and header.type.lower() in allowed and not subject.by(settings.bots):
            message = f"the type {quoted(header.type)} is not in {settings.case} case; write {quoted(wanted)}"
            place = subject.place(header.type_at, header.type_at + len(header.type))
            text = corrected(subject.text, settings.types)
            mend = parse(text)._replace(type=wanted).corrected if text else f"write the type as {quoted(wanted)}"
            yield Finding(message, place, mend)


def _cased(word: str, case: str) -> str:
    return word.lower() if case == "lower" else word.upper() if case == "upper" else word
