"""A custom rule at work: every subject that it speaks of is judged by its condition, and told in its own words."""

import re
from collections.abc import Iterator
from typing import Any

from mlgovern.custom.definition import FAMILY, JOINTS, Condition, Definition, Selection
from mlgovern.custom.kinds import kind_of, subject_of
from mlgovern.custom.outcome import JOINED, Flaw, Outcome, opposite
from mlgovern.custom.subjects import SUBJECTS, applies, unsaid
from mlgovern.facts.snapshot import Snapshot
from mlgovern.finding import Finding, Page, Place
from mlgovern.record import NamedTuple
from mlgovern.rule import Rule, Verdicts
from mlgovern.rx import rx

PLACEHOLDER = rx(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
ALWAYS = ("rule", "what")  # what every subject has: the rule's own id, and what is wrong in our words
_OPENING, _CLOSING = rx(r"[\"'`]\S*\Z"), rx(r"\S*[\"'`]")
_MOST_LETTERS = 200  # of one name in a message


class Said(NamedTuple):
    """A rule as its author defines it."""

    name: str
    own: Definition
    condition: Condition
    subject: str


def kinds_of(condition: Condition) -> Iterator[Condition]:
    """The conditions that are no joints."""
    if condition.kind not in JOINTS:
        yield condition
    for part in condition.parts:
        yield from kinds_of(part)


def condition_of(own: Definition, settings: Any) -> Condition:
    """The condition of a rule: its kind with its settings, or its joint."""
    return Condition(own.kind, () if own.kind in JOINTS else settings, own.conditions)


def subjects_of(condition: Condition) -> list[str]:
    """What a condition speaks of; of more than one thing it cannot. Of messages and commits both, it is commits."""
    found = dict.fromkeys(subject_of(one.kind, one.settings) for one in kinds_of(condition))
    return ["commit"] if found.keys() == {"message", "commit"} else [*found]


def rule_of(name: str, own: Definition, settings: Any) -> Rule:
    """The rule that a sound definition makes."""
    condition = condition_of(own, settings)
    said = Said(name, own, condition, subjects_of(condition)[0])
    subject, leaves = SUBJECTS[said.subject], [*kinds_of(condition)]
    reads = dict.fromkeys(glob for one in leaves for glob in kind_of(one.kind).reads(one.settings))
    consults = dict.fromkeys(glob for one in leaves for glob in kind_of(one.kind).consults(one.settings))
    triggers = ("**",) if own.kind in JOINTS else kind_of(own.kind).triggers(settings)
    if own.kind in JOINTS and said.subject == "file":
        triggers = ("**/*",)  # whatever of it is read: one part may speak of what another does not
    asks = (
        *subject.asks,
        *((("paths",),) if _by_paths(said) else ()),
        *((("people",),) if _by_people(said) else ()),
    )
    default = () if own.kind in JOINTS else kind_of(own.kind).settings
    return Rule(
        name,
        lambda snapshot, settings: _judged(snapshot, said._replace(condition=condition_of(own, settings))),
        default,
        subject.stages,
        tuple(reads),
        tuple(consults),
        triggers,
        each="file" if said.subject == "file" else "commit" if said.subject in {"message", "commit", "changes"} else "",
        files=subject.files or _by_paths(said),
        asks=lambda _settings: asks,
        own=own,
        family=FAMILY,
        said=page_of(name, own),
    )


def _by_paths(said: Said) -> bool:
    return said.own.when.paths != Selection() and said.subject != "file"


def _by_people(said: Said) -> bool:
    words = said.own.message + said.own.mend
    kinds = {one.kind for one in kinds_of(said.condition)}
    return "author.regex" in kinds or "{author}" in words or "{email}" in words


def page_of(name: str, own: Definition) -> Page:
    """The page of a rule, in its author's words as far as there are any."""
    heading = own.message or f"a rule of this policy, by {own.kind}"
    return Page(heading, f"this policy says so in its `custom.{name}`", own.mend, own.help_url)


def _judged(snapshot: Snapshot, said: Said) -> Verdicts:
    if not applies(snapshot, said.own.when):
        yield from unsaid(snapshot, said.name, said.own.when)
        return
    for names, each, place in SUBJECTS[said.subject].under(snapshot, said.own.when.paths):
        outcome = _outcome(snapshot, said.condition, each)
        if outcome.gap is not None:
            yield outcome.gap
        for flaw in outcome.flaws:
            yield _finding(said, flaw, names, place)


def _outcome(snapshot: Snapshot, condition: Condition, each: Any) -> Outcome:
    if condition.kind == "not":
        inner = condition.parts[0]
        return opposite(_outcome(snapshot, inner, each), Flaw(f"it fits what must not be so ({told(inner)})"))
    if condition.kind in JOINED:
        return JOINED[condition.kind](_outcome(snapshot, part, each) for part in condition.parts)
    kind = kind_of(condition.kind)
    arguments = {"file": (snapshot, each), "tree": (snapshot,), "pair": (snapshot,), "change": (snapshot, each)}
    return kind.judge(*arguments.get(kind.subject, (each,)), condition.settings)


def told(condition: Condition) -> str:
    """A condition in a few words."""
    return f"{condition.kind} {' '.join(map(told, condition.parts))}".strip()


def _finding(said: Said, flaw: Flaw, names: dict[str, str], place: Place) -> Finding:
    own = said.own
    at = flaw.place if flaw.place != Place() else place
    named = {**names, **flaw.named, "rule": said.name, "what": flaw.what}
    message = expanded(own.message, named, quoting=False) if own.message else flaw.what
    mend = expanded(own.mend or _mend(said, at), named, quoting=True)
    more = f"see {own.help_url}" if own.help_url else ""
    return Finding(message, at, "\n".join(filter(None, (mend, more))), flaw.key or said.name)


def _mend(said: Said, at: Place) -> str:
    """The usual mend of a kind; what a commit holds already, only a new history mends."""
    if at.commit is not None:
        return f"mend it in that commit: git rebase -i {at.commit[:8]}~"
    return "" if said.own.kind in JOINTS else kind_of(said.own.kind).mend


def expanded(text: str, named: dict[str, str], *, quoting: bool) -> str:
    """A text with its placeholders filled in, once; in a mend, which goes to a shell, each as one word of it."""

    def one(found: re.Match[str]) -> str:
        key = found[1]
        if key is None:
            return found[0][:1]
        value = _plain(named.get(key, ""))
        if quoting:
            return _word(value)
        return value if len(value) <= _MOST_LETTERS else f"{value[: _MOST_LETTERS - 1]}…"

    return PLACEHOLDER.sub(one, text)


def _plain(value: str) -> str:
    """On one line: what comes from a repository may be anything."""
    return value if value.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in value)


def _word(value: str) -> str:
    from mlgovern.rules.notebooks.reading import quoted

    return quoted(value)


def in_quotes(mend: str) -> Iterator[str]:
    """The placeholders of a mend that stand in quotes: filled in they bring their own, which would end these."""
    for one in PLACEHOLDER.finditer(mend):
        if one[1] and (_OPENING.search(mend[: one.start()]) or _CLOSING.match(mend[one.end() :])):
            yield one[0]


def wrong_text(text: str, subject: str) -> list[tuple[str, tuple[str, ...]]]:
    """The placeholders of a message that its subject does not have, each with those that it has."""
    known = (*SUBJECTS[subject].names, *ALWAYS)
    found = (one for one in PLACEHOLDER.finditer(text) if one[0] not in ("{{", "}}"))
    return [(one[0], known) for one in found if one[1] is None or one[1] not in known]
