"""Subjects whose verb stands at the end, as a participle: `Connection to db added`."""

from mlgovern.record import NamedTuple
from mlgovern.rules.commits.mood import mood
from mlgovern.rules.commits.verbs import Lexicon, lexicon

LONGEST = 200  # characters of a description that are looked at

_ENDINGS = ("ed", "ED", "ten", "TEN")


class Passive(NamedTuple):
    """The participle, characters `start` to `end`, and the description with its verb first; nothing if that is unsure."""

    word: str
    start: int
    end: int
    active: str


def passive(text: str) -> Passive | None:
    """What a description ends with, where that is its verb and no other verb comes first."""
    front = text.rstrip(" .!")
    if not front.endswith(_ENDINGS) or len(front) > LONGEST:
        return None
    at = front.rfind(": ") + 2 if ": " in front else 0
    said, words = front[at:], lexicon()
    *ahead, last = said.split() or [""]
    plain = [word.lower().strip("\"'`()[],;:") for word in ahead]
    if last.lower() not in words.acts or not ahead or plain[0] in words.verbs or not words.clauses.isdisjoint(plain):
        return None
    if mood(said) is not None:
        return None
    active = _active(ahead, last, words)
    return Passive(last, len(front) - len(last), len(front), active and text[:at] + active + text[len(front) :])


def active(text: str) -> str:
    """The description with its verb first, or as it stands."""
    found = passive(text)
    return found.active if found and found.active else text


def _active(ahead: list[str], last: str, words: Lexicon) -> str:
    """The verb and its object; nothing where there may be more than one sentence."""
    while ahead and ahead[-1].lower() in words.auxiliaries:
        ahead = ahead[:-1]
    if not ahead or any(
        word.lower() in words.auxiliaries or word.lower().rstrip(".,;") in words.acts for word in ahead
    ):
        return ""
    first, *rest = ahead
    verb = words.acts[last.lower()]
    common = first.istitle() and not any(word[:1].isupper() for word in rest)  # a name, as a rule, is not alone
    return " ".join((verb.capitalize() if first[:1].isupper() else verb, first.lower() if common else first, *rest))
