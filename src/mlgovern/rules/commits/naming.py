"""Which types and scopes a team allows, and how they are written."""

from typing import Literal, NamedTuple

from mlgovern.bots import BOTS
from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding
from mlgovern.globs import matcher
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.commits.correct import KNOWN, TYPES, corrected
from mlgovern.rules.commits.exempt import certain
from mlgovern.rules.commits.header import parse
from mlgovern.rules.commits.suggest import quoted


class Types(NamedTuple):
    """The types that may be used; letter case does not count."""

    types: tuple[str, ...] = TYPES


class TypeCase(NamedTuple):
    """How a type is written."""

    case: Literal["lower", "upper", "any"] = "lower"
    bots: tuple[str, ...] = BOTS
    types: tuple[str, ...] = KNOWN  # others are judged by `commit-type-unknown` alone


class Scopes(NamedTuple):
    """The scopes that may be used: globs, letter case does not count."""

    scopes: tuple[Glob, ...] = ()


class ScopeMissing(NamedTuple):
    """Where a scope may be left out."""

    exempt_types: tuple[str, ...] = ()


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
            message = f"the type {quoted(header.type)} is not allowed; allowed are {types}"
            mend = corrected(subject.text, settings.types) or f"use one of: {types}"
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


def commit_scope_unknown(snapshot: Snapshot, settings: Scopes) -> Verdicts:
    """The scope of a commit is not one that the policy allows.

    Why: in a repository of many parts, a scope finds the changes of one part only if everybody names it alike.
    Mend: use a scope of the list, or add yours to `scopes`
    """
    allowed = matcher((glob.lower() for glob in settings.scopes), nocase=True)
    for subject in certain(snapshot):
        header = subject.header
        scope = (header.scope or "").strip()
        parts = [scope] if allowed(scope.lower()) else [part.strip() for part in scope.split(",")]
        odd = next((part for part in parts if part and not allowed(part.lower())), None)
        if odd is not None:
            scopes = ", ".join(settings.scopes) or "none"
            place = subject.place(header.scope_at, header.scope_at + len(header.scope or ""))
            yield Finding(
                f"the scope {quoted(odd)} is not allowed; allowed are {scopes}", place, f"use one of: {scopes}"
            )


def commit_scope_missing(snapshot: Snapshot, settings: ScopeMissing) -> Verdicts:
    """The subject names no scope.

    Why: in a repository of many parts, the scope tells reviewers and changelogs which of them changed.
    Mend: name the part in brackets after the type, `fix(loader): …`
    """
    exempt = {kind.lower() for kind in settings.exempt_types}
    for subject in certain(snapshot):
        header = subject.header
        if header.scope is None and header.type.lower() not in exempt:
            message = f'{quoted(header.text)} names no scope; "{header.type[:20]}(SCOPE): …" is wanted'
            place = subject.place(header.type_at, header.type_at + len(header.type))
            text = corrected(subject.text)
            mend = parse(text)._replace(scope="SCOPE").corrected if text else "name the part in brackets after the type"
            yield Finding(message, place, mend)
