"""Words that tell a reader nothing, or that the commit is not meant to stay."""

import re

from mlgovern.bots import BOTS
from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Denied
from mlgovern.finding import Finding
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts
from mlgovern.rules.commits.correct import bare
from mlgovern.rules.commits.exempt import Subject, headers
from mlgovern.rules.commits.suggest import quoted

UNFINISHED = (
    *("wip", "work in progress", "do not merge", "don't merge", "oops", "whoops", "asdf", "qwerty", "blah"),
    "hopefully",
)
VAGUE = (
    *("change", "changed", "changes", "cleanup", "cleanups", "edit", "edits", "fix", "fixed", "fixes", "fixup"),
    *("improvement", "improvements", "minor", "misc", "miscellaneous", "more", "quick", "refactor", "refactoring"),
    *("small", "some", "stuff", "temp", "things", "tiny", "tmp", "tweak", "tweaks", "update", "updated", "updates"),
    "various",
)

LONGEST = 40  # characters of a description that may be vague throughout

_CODE = r"`[^`]*+`|\"[^\"]*+\"|(?<!\w)'[^']*+'(?!\w)"
_WORD = r"[\w'-]++"


class Words(NamedTuple):
    """What a subject does not hold, as whole words or phrases outside of quotes, and what it is not made of alone."""

    words: Denied[str] = UNFINISHED
    vague: Denied[str] = VAGUE
    bots: Allowed[str] = BOTS


def commit_forbidden_word(snapshot: Snapshot, settings: Words) -> Verdicts:
    """The subject holds a word that says the commit is unfinished, or says no more than that something changed.

    Why: "wip" is half a change that others would build on; "minor changes" sends every reader to the diff. A word of
    `words` counts anywhere but in a scope and in quoted code, those of `vague` only where the subject has no other.
    Mend: say what the commit does; fold unfinished work into the commit that it belongs to
    """
    words = [word.lower() for word in settings.words]
    vague = frozenset([word.lower() for word in settings.vague])
    for subject in headers(snapshot):
        text = subject.header.text.lower()
        held = [word for word in words if word in text]
        found = next(filter(None, (_span(subject, word) for word in held)), None) if held else None
        if found is not None and not subject.by(settings.bots):
            word = quoted(subject.text[slice(*found)])
            yield Finding(f"the subject holds {word}, which is not wanted there", subject.place(*found), _MEND, word)
        elif found is None and _vague(subject.header.description, vague) and not subject.by(settings.bots):
            start, said = subject.header.description_at, bare(subject.header.description)
            place = subject.place(start, start + len(said))
            yield Finding(f"{quoted(said)} says no more than that something changed", place, _MEND, "vague")


_MEND = "say what the commit does"


def _span(subject: Subject, word: str) -> tuple[int, int] | None:
    """Where a word stands by itself: in no longer one, path, quoted code or scope."""
    header = subject.header
    scope = header.scope or ""
    text = header.text[: header.scope_at] + "_" * len(scope) + header.text[header.scope_at + len(scope) :]
    text = re.sub(_CODE, lambda code: "_" * len(code[0]), text)
    found = re.search(rf"(?<![\w/.-]){re.escape(word)}(?![\w/-]|\.\w)", text, re.IGNORECASE)
    return found.span() if found else None


def _vague(description: str, vague: frozenset[str]) -> bool:
    """Whether there are words and none that says anything."""
    said = bare(description).strip(" .!")
    if len(said) > LONGEST or said.rpartition(" ")[2].strip("()[]").lower() not in vague:
        return False
    return vague.issuperset(re.findall(_WORD, said.lower()))
