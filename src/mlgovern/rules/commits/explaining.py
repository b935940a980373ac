"""Bodies: whether there is one, and whether it says why."""

import re
from collections.abc import Iterator
from functools import lru_cache

from mlgovern.bots import BOTS
from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Covered, Laxer, Minimum
from mlgovern.finding import Finding
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts
from mlgovern.rules.commits.exempt import Subject, headers
from mlgovern.rules.commits.suggest import quoted
from mlgovern.trailers import body

# Words of a cause, an aim, a need, a fault or a consequence. Which of them explains anything is not for a pattern to say:
# a body without any does not.
REASONS = (
    *("able", "allow", "allowing", "allows", "are not", "as a result", "as it", "as they", "as we", "avoid"),
    *("avoiding", "avoids", "because", "better", "broke", "broken", "bug", "can't", "cannot", "cause", "caused"),
    *("causes", "causing", "consistency", "consistent", "could not", "couldn't", "crash", "crashed", "crashes"),
    *("deprecated", "did not", "didn't", "do not", "does not", "doesn't", "don't", "due to", "easier", "enable"),
    *("enables", "ensure", "ensures", "error", "errors", "fail", "failed", "failing", "fails", "failure", "faster"),
    *("following", "hence", "if", "in order to", "incorrect", "instead", "is not", "isn't", "issue", "it is not"),
    *("lack", "lets", "makes", "missing", "must", "need", "needed", "needs", "no longer", "now", "obsolete", "only"),
    *("otherwise", "outdated", "prevent", "preventing", "prevents", "previously", "problem", "rather than", "reason"),
    *("redundant", "require", "required", "requires", "should", "simpler", "since", "so", "support", "supports"),
    *("that way", "therefore", "this way", "thus", "to be", "to get", "to have", "to keep", "to make", "to use"),
    *("too", "unless", "unnecessary", "until", "unused", "use case", "used to", "useful", "useless", "was not"),
    *("wasn't", "when", "whenever", "why", "will", "without", "won't", "would", "wrong"),
)

_WORD = r"[\u2e80-\U0003ffff]|[^\W\d_][\w'’-]*+"  # a script without blanks has a word in nearly every character
_REFERENCE = r"(?<!\w)#\d|(?<!\w)[A-Z][A-Z0-9]++-\d|://"
_OTHER_SCRIPT = r"[\u0250-\U0003ffff]"


class Bodies(NamedTuple):
    """Which commits need a body, by type (none: all), and of how many words at least; trailers do not count."""

    of_types: Covered[str] = ("feat", "fix", "perf", "refactor", "revert")
    min_words: Minimum = 5
    bots: Allowed[str] = BOTS


class Reasons(NamedTuple):
    """What tells that a body says why: one of these words, or else a reference to an issue or an address."""

    reasons: Allowed[str] = REASONS
    references: Laxer = True
    of_types: Covered[str] = ("feat", "fix", "perf", "refactor", "revert")
    bots: Allowed[str] = BOTS


def commit_body_missing(snapshot: Snapshot, settings: Bodies) -> Verdicts:
    """The commit has no body, or one of a few words.

    Why: the diff shows what was changed; only its author knows why, and only while it is fresh.
    Mend: put an empty line and the reasons below the subject
    """
    for subject, text in _bodies(snapshot, settings.of_types, settings.bots):
        number = len(re.findall(_WORD, text))
        if number < settings.min_words:
            has = f"{number} word{'s' * (number != 1)}, {settings.min_words} are the least" if number else "none"
            message = f"{quoted(subject.text)} needs a body that says why; it has {has}"
            yield Finding(message, subject.place(), "put an empty line and the reasons below the subject", "body")


def commit_body_unexplained(snapshot: Snapshot, settings: Reasons) -> Verdicts:
    """The body gives no reason.

    Why: a body that repeats the diff in words helps nobody who asks later why it was done. What counts is a word of a cause, an
    aim, a need or a fault, or a reference to an issue; only English is judged, and a missing body is commit-body-missing's.
    Mend: say why: what was wrong, what is needed, what it leads to
    """
    said = _said(settings.reasons)
    for subject, text in _bodies(snapshot, settings.of_types, settings.bots):
        explained = said.search(text) or (settings.references and re.search(_REFERENCE, text))
        if re.search(_WORD, text) and not explained and not re.search(_OTHER_SCRIPT, text):
            message = f"the body of {quoted(subject.text)} gives no reason and names no issue"
            yield Finding(
                message, subject.place(), "say why: what was wrong, what is needed, what it leads to", "reason"
            )


def _bodies(snapshot: Snapshot, types: tuple[str, ...], bots: tuple[str, ...]) -> Iterator[tuple[Subject, str]]:
    """The bodies of commits of some types, or of all if there are none."""
    asked = {kind.lower() for kind in types}
    for subject in headers(snapshot):
        if (not asked or subject.header.type.lower() in asked) and not subject.by(bots):
            yield subject, "\n".join(body(subject.lines, subject.at))


@lru_cache(maxsize=8)
def _said(reasons: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, or of the phrases, whose blanks may be line ends."""
    words = "|".join(r"\s++".join(map(re.escape, reason.split())) for reason in reasons if reason.strip())
    return re.compile(rf"(?<!\w)(?:{words or '(?!)'})(?!\w)", re.IGNORECASE)
