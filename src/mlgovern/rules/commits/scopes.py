"""Which part of the code a commit says that it changes, and whether it does."""

from collections.abc import Iterable

from mlgovern.facts.snapshot import Ask, Snapshot
from mlgovern.fields import Allowed, Covered, Hint, Laxer
from mlgovern.finding import Finding, NotJudged, Place
from mlgovern.globs import matcher
from mlgovern.near import nearest
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Verdicts
from mlgovern.rules.commits.correct import KNOWN, corrected
from mlgovern.rules.commits.exempt import Subject, certain
from mlgovern.rules.commits.folders import above, parts, spellings
from mlgovern.rules.commits.header import parse
from mlgovern.rules.commits.suggest import listed, quoted

MOST_SCOPES = 3  # that a mend puts into one subject


class Scopes(NamedTuple):
    """The scopes that may be used; letter case does not count."""

    scopes: Allowed[Glob] = ()
    folders: Allowed[Glob] = ()  # such as packages/*: the last component of each that there is, is a scope as well
    types: Hint[tuple[str, ...]] = KNOWN  # for the mend


class ScopeMissing(NamedTuple):
    """Where a scope may be left out."""

    exempt_types: Allowed[str] = ()
    folders: Hint[tuple[Glob, ...]] = ()  # for the mend, as the types are
    types: Hint[tuple[str, ...]] = KNOWN


class Parts(NamedTuple):
    """The folders that are parts of the repository, and whether a commit with a scope may change files beside them."""

    folders: Covered[Glob] = ()
    outside: Laxer = True
    types: Hint[tuple[str, ...]] = KNOWN  # for the mend


def asks(settings: Scopes | ScopeMissing | Parts) -> tuple[Ask, ...]:
    """Where folders name scopes: which there are, and which a commit changes."""
    return (("paths",), ("tracked",)) if settings.folders else ()


def commit_scope_unknown(snapshot: Snapshot, settings: Scopes) -> Verdicts:
    """The scope of a commit is not one that the policy allows.

    Why: in a repository of many parts, a scope finds the changes of one part only if everybody names it alike.
    Mend: use a scope of the list or the name of a part's folder, or add yours to `scopes`
    """
    allowed = matcher([glob.lower() for glob in settings.scopes], nocase=True)
    for subject in certain(snapshot):
        scope = (subject.header.scope or "").strip()
        if not scope or allowed(scope.lower()):
            continue
        there = parts(snapshot, subject.commit, settings.folders)
        names = _names(scope)
        odd = next((name for name in names if not allowed(name.lower()) and name.lower() not in there), None)
        if odd is not None:
            known = [*dict.fromkeys((*settings.scopes, *sorted({name for name in there.values() if "/" not in name})))]
            meant = _meant(odd, known)
            hint = f" (did you mean {quoted(meant)}?)" if meant else ""
            message = f"the scope {quoted(odd)} is not allowed{hint}; allowed are {listed(known)}"
            written = _scoped(subject, [meant if name == odd else name for name in names], settings.types)
            yield Finding(message, _place(subject), (meant and written) or f"use one of: {listed(known)}")


def _meant(odd: str, known: list[str]) -> str:
    """The one that is nearest, or nothing."""
    near = nearest(odd.lower(), [name.lower() for name in known])
    return next((name for name in known if (name.lower(),) == near), "")


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
            touched = _touched(subject, settings.folders)
            mend = _scoped(subject, touched if len(touched) == 1 else ["SCOPE"], settings.types)
            yield Finding(message, place, mend or "name the part in brackets after the type")


def commit_scope_mismatch(snapshot: Snapshot, settings: Parts) -> Verdicts:
    """The scope of a commit names other folders than the commit changes.

    Why: who reviews or releases one part goes by the scope; a wrong one hides a change, or shows one where there is none.
    Without a scope nothing is claimed, and a scope that is the name of no folder, such as `deps`, may go across all.
    Mend: name every folder that the commit changes, leave the scope out, or make a commit of each
    """
    for subject in certain(snapshot) if settings.folders else ():
        names = _names(subject.header.scope or "")
        there = parts(snapshot, subject.commit, settings.folders) if names else {}
        if not names or any(name.lower() not in there for name in names):
            continue
        if subject.commit.paths is None:
            yield NotJudged(f"the scope of {subject.name}", "what it changes is not known here", expected=False)
        elif flaw := _mismatch(names, subject.commit.paths, settings):
            touched = _touched(subject, settings.folders)
            written = _scoped(subject, touched, settings.types) if 0 < len(touched) <= MOST_SCOPES else ""
            mend = (
                written if written not in {"", subject.text} else "leave the scope out, or make a commit of each folder"
            )
            yield Finding(flaw, _place(subject), mend)


def _mismatch(names: list[str], paths: tuple[str, ...], settings: Parts) -> str:
    """What is wrong with scopes that are names of folders, or nothing."""
    homes = dict.fromkeys(above(path, settings.folders) for path in paths)
    changed = {home[-1]: spellings(home) for home in homes if home}
    if not changed and settings.outside:
        return ""
    wrong = next((name for name in names if not any(name.lower() in names_ for names_ in changed.values())), "")
    if wrong:
        return (
            f"the scope names {quoted(wrong)}, but the commit changes {listed(changed) or 'nothing in such a folder'}"
        )
    said = {name.lower() for name in names}
    left = next((folder for folder, names_ in changed.items() if said.isdisjoint(names_)), "")
    if left:
        return f"the scope {quoted(','.join(names))} leaves out {quoted(left)}, which the commit changes as well"
    beside = "" if settings.outside else next((path for path in paths if not above(path, settings.folders)), "")
    return (
        f"the scope {quoted(','.join(names))} leaves out {quoted(beside)}, which lies in no such folder"
        if beside
        else ""
    )


def _touched(subject: Subject, folders: tuple[str, ...]) -> list[str]:
    """The scopes of the folders that a commit changes."""
    inside = [above(path, folders) for path in subject.commit.paths or ()] if folders else []
    return [*dict.fromkeys(found[-1].rpartition("/")[2] for found in inside if found)]


def _names(scope: str) -> list[str]:
    return [name.strip() for name in scope.split(",") if name.strip()]


def _place(subject: Subject) -> Place:
    return subject.place(subject.header.scope_at, subject.header.scope_at + len(subject.header.scope or ""))


def _scoped(subject: Subject, names: Iterable[str], types: tuple[str, ...]) -> str:
    """The corrected subject with other scopes, or nothing."""
    text = corrected(subject.text, types)
    return parse(text)._replace(scope=",".join(names)).corrected if text else ""
