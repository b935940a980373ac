"""What becomes of a condition over one subject, and of several together: it holds, fails, is apart, or cannot be told."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from mlgovern.finding import NotJudged, Place
from mlgovern.record import NamedTuple


class Flaw(NamedTuple):
    """Why a condition fails: in words, where, and what the author of the rule may name in words of their own."""

    what: str
    place: Place = Place()
    named: Mapping[str, str] = {}
    key: str = ""  # tells flaws of one subject apart; never a value


class Outcome(NamedTuple):
    """`apart`: the condition does not speak of this subject; `firm`: what fails in this way fails under `not` as well."""

    state: Literal["holds", "fails", "apart", "unknown"]
    flaws: tuple[Flaw, ...] = ()
    gap: NotJudged | None = None
    firm: bool = False


_MOST_LETTERS = 60
HOLDS, APART = Outcome("holds"), Outcome("apart")


def quoted(text: str) -> str:
    """Foreign text for a message: quoted, escaped, short."""
    return repr(text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…")


def fails(*flaws: Flaw) -> Outcome:
    """The condition fails for these reasons."""
    return Outcome("fails", flaws)


def broken(flaw: Flaw) -> Outcome:
    """The subject cannot be read, so that nothing at all can be said for it."""
    return Outcome("fails", (flaw,), firm=True)


def unknown(gap: NotJudged) -> Outcome:
    """It cannot be told."""
    return Outcome("unknown", gap=gap)


def every(outcomes: Iterable[Outcome]) -> Outcome:
    """All that speak of the subject have to hold; each that fails is told."""
    by_state = _by_state(outcomes)
    if "fails" in by_state:
        flaws = tuple(flaw for one in by_state["fails"] for flaw in one.flaws)
        return Outcome("fails", flaws, firm=_firm(by_state))
    return _first(by_state, "unknown", "holds")


def either(outcomes: Iterable[Outcome]) -> Outcome:
    """One has to hold; where none does, the reasons are told as one."""
    by_state = _by_state(outcomes)
    if "fails" not in by_state or by_state.keys() & {"holds", "unknown"}:
        return _first(by_state, "holds", "unknown")
    flaws = [one.flaws[0] for one in by_state["fails"]]
    flaw = flaws[0]._replace(what="; nor: ".join(flaw.what for flaw in flaws), key="any")
    return Outcome("fails", (flaw,), firm=_firm(by_state))


def opposite(outcome: Outcome, flaw: Flaw) -> Outcome:
    """It has to fail."""
    return outcome if outcome.firm else {"holds": fails(flaw), "fails": HOLDS}.get(outcome.state, outcome)


JOINED: Mapping[str, Callable[[Iterable[Outcome]], Outcome]] = {"all": every, "any": either}


def _by_state(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.state, []).append(outcome)
    return found


def _firm(by_state: Mapping[str, list[Outcome]]) -> bool:
    return any(one.firm for one in by_state["fails"])


def _first(by_state: Mapping[str, list[Outcome]], *states: str) -> Outcome:
    return next((by_state[state][0] for state in states if state in by_state), APART)
