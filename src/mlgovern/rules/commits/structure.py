"""Rules that follow from what a message is, and from Conventional Commits alone."""

from mlgovern.facts.snapshot import Ask, Snapshot
from mlgovern.fields import Covered, Fixed, Hint, Laxer, Maximum
from mlgovern.finding import Finding, Place
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts
from mlgovern.rules.commits.correct import KNOWN, SCOPE_CHARACTERS, TYPES, corrected, misfit
from mlgovern.rules.commits.exempt import Subject, flawed, headers, subjects, undecodable
from mlgovern.rules.commits.header import PATTERN, UNTYPED, Flaw, Header
from mlgovern.rules.commits.suggest import quoted, typed


class Grammar(NamedTuple):
    """What a header may look like beyond the letter of the specification."""

    types: Hint[tuple[str, ...]] = (
        TYPES  # named in the message and used for the guess; `commit-type-unknown` judges them
    )
    scope_characters: Fixed[str] = SCOPE_CHARACTERS  # beside letters, digits and inner blanks
    initial_commit: Laxer = True  # "Initial commit" may open a history


class Size(NamedTuple):
    """Bytes of the whole message, as git will store it."""

    max_bytes: Maximum = 100_000


class Typed(NamedTuple):
    """The types that a mend goes by."""

    types: Covered[str] = KNOWN


def asks(_settings: object) -> tuple[Ask, ...]:
    """Whether what a revert says it undoes is there."""
    return (("reverts",),)


def commit_message_empty(snapshot: Snapshot, settings: object) -> Verdicts:  # noqa: ARG001
    """The commit message is empty.

    Why: git drops comment lines and blanks before it stores a message, and nothing is left to tell what changed.
    Mend: git commit --amend -m "TYPE: SUBJECT"
    """
    for subject in subjects(snapshot):
        if subject.exempt == "empty":
            message = "the message is empty once git has dropped comments and blanks; one line of text is needed"
            yield Finding(message, Place(line=1, column=1, commit=subject.commit.id), f"write {PATTERN}")


def commit_message_oversized(snapshot: Snapshot, settings: Size) -> Verdicts:
    """The message is larger than anybody reads.

    Why: every clone carries it and every log shows it; so much text is a file, a log, or a diff that an editor left in.
    Mend: git commit --amend, with a message that says why; put the rest into a file
    """
    for subject in subjects(snapshot):
        commit = subject.commit
        if commit.cut or len(commit.message) * 4 > settings.max_bytes:
            size = commit.cut or len(commit.message.encode("utf-8", "replace"))
            if size > settings.max_bytes:
                begun = f"; the first {len(commit.message):,} characters were judged" if commit.cut else ""
                message = f"the message has {size:,} bytes, {settings.max_bytes:,} are the most{begun}"
                yield Finding(message, subject.place(), "say why in a few lines; put the rest into a file", "size")


def commit_header_malformed(snapshot: Snapshot, settings: Grammar) -> Verdicts:
    """The subject is not "type(scope): subject".

    Why: changelogs, version bumps and searches read the type of a commit from its subject, by the grammar of Conventional Commits.
    Mend: write the type, an optional scope in brackets, an optional exclamation mark, a colon, one blank and the subject
    """
    yield from undecodable(snapshot)
    for subject in headers(snapshot, initial=settings.initial_commit):
        flaws = _malformed(subject.header, settings)
        if not flaws:
            continue
        text = corrected(subject.text, settings.types, settings.scope_characters) if settings.types else None
        mend = text or f"write the subject as {PATTERN}"
        for flaw in flaws:
            allowed = f" (types: {', '.join(settings.types)})" if flaw.what == UNTYPED and settings.types else ""
            message = f"{flaw.what}: {quoted(subject.text)} is not {PATTERN}{allowed}"
            yield Finding(message, subject.place(flaw.start, flaw.end), mend)


def _malformed(header: Header, settings: Grammar) -> tuple[Flaw, ...]:
    flaws = tuple([flaw for flaw in header.flaws if flaw.kind == "malformed"])
    if flaws and not typed(header, settings.types):
        start = header.type_at if header.type else flaws[0].start
        return (Flaw("malformed", start, len(header.text), UNTYPED),)
    scope = header.scope or ""
    odd = "" if flaws or scope.isalnum() else misfit(scope, settings.scope_characters)
    if odd:
        allowed = f"a scope has letters, digits, inner blanks and {' '.join(settings.scope_characters)}"
        name = f'"{odd}"' if odd.isprintable() else f"the character U+{ord(odd):04X}"
        return (Flaw("malformed", header.scope_at, header.scope_at + len(scope), f"the scope holds {name}; {allowed}"),)
    return flaws


def commit_scope_empty(snapshot: Snapshot, settings: Typed) -> Verdicts:
    """The brackets of the scope are empty.

    Why: a scope is a noun that names a part of the code; empty brackets say nothing and break tools that group by scope.
    Mend: name the scope or leave the brackets out
    """
    for subject, flaw in _flawed(snapshot, "scope"):
        message = f"{flaw.what}: {quoted(subject.text)}; name a part of the code or leave the brackets out"
        mend = corrected(subject.text, settings.types) or "name the scope or leave the brackets out"
        yield Finding(message, subject.place(flaw.start, flaw.end), mend)


def commit_description_empty(snapshot: Snapshot, settings: object) -> Verdicts:  # noqa: ARG001
    """The subject ends after its type.

    Why: the description is what people read in a log; without it the type describes nothing.
    Mend: say after the colon what the commit does
    """
    for subject, flaw in _flawed(snapshot, "description"):
        message = f"{flaw.what}: {quoted(subject.text)} has no description after the colon"
        yield Finding(message, subject.place(flaw.start, flaw.end), "say after the colon what the commit does")


def _flawed(snapshot: Snapshot, kind: str) -> list[tuple[Subject, Flaw]]:
    return [(subject, flaw) for subject in flawed(snapshot) for flaw in subject.header.flaws if flaw.kind == kind]


def commit_body_not_separated(snapshot: Snapshot, settings: object) -> Verdicts:  # noqa: ARG001
    """No blank line stands between the subject and the body.

    Why: git takes every line up to the first blank one for the subject, so logs and mails run them together.
    Mend: put an empty line after the subject
    """
    for subject in subjects(snapshot):
        line = subject.at + 1
        if line < len(subject.lines) and subject.lines[line].strip() and subject.exempt in _SEPARATED:
            message = f"line {line + 1} follows the subject at once: {quoted(subject.lines[line])}; one blank line stands between"
            yield Finding(
                message, subject.place(line=line), f"put an empty line before line {line + 1}", key="separation"
            )


_SEPARATED = ("", "autosquash", "initial")
