"""A whole message with every mechanical correction at once; whether that is enough is the engine's to say."""

from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.record import NamedTuple
from mlgovern.rules.commits.breaking import announced, near_misses, opens
from mlgovern.rules.commits.correct import SCOPE_CHARACTERS, TYPES, corrected, title
from mlgovern.rules.commits.exempt import Subject, subjects
from mlgovern.rules.commits.header import parse
from mlgovern.rules.commits.style import misbegun


class Manner(NamedTuple):
    """What a policy wants of a subject, as far as a correction has to know it."""

    typed: bool = True  # or free of types: then none is put before a subject
    types: tuple[str, ...] = TYPES
    scope_characters: str = SCOPE_CHARACTERS
    type_case: str = "lower"
    subject_case: str = "any"


def rewritten(message: str, manner: Manner) -> str | None:
    """The message with its subject, its separation and its breaking changes corrected; None where nothing changes."""
    subject = subjects(Snapshot(commits=(Commit(message),)))[0]
    if subject.exempt == "empty" or not subject.decodable:
        return None
    lines = [*subject.lines, ""]
    for number, near, _ in near_misses(subject):
        if opens(near) and (announced(near) or lines[number + 1].strip()):
            lines[number] = f"BREAKING CHANGE: {announced(near)}".rstrip()
    if lines[subject.at + 1].strip() and subject.exempt != "revert":
        lines.insert(subject.at + 1, "")
    if not subject.exempt:
        lines[subject.at] = _header(subject, manner)
    text = "\n".join(lines[subject.at :])
    return None if text.rstrip("\n") == message.rstrip("\n") else text


def _header(subject: Subject, manner: Manner) -> str:
    if not manner.typed:
        return _begun(title(subject.text), manner)
    text = corrected(subject.text, manner.types, manner.scope_characters)
    if text is None:
        return subject.text
    header = parse(text)
    kinds = {"lower": header.type.lower(), "upper": header.type.upper()}
    kind = kinds.get(manner.type_case, header.type)
    return header._replace(type=kind, description=_begun(header.description, manner)).corrected


def _begun(description: str, manner: Manner) -> str:
    begun = misbegun(description, manner.subject_case)
    return description if begun is None else begun[1] + description[len(begun[0]) :]
