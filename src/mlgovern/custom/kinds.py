"""The one table of kinds: what each speaks of, how it judges, and what it has to see.

A module of kinds is imported when one of them judges or is read: a commit waits for nothing that it does not need.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from mlgovern.custom.outcome import Outcome
from mlgovern.record import NamedTuple

Wrong = Iterator[tuple[str, str]]  # a setting, and what is wrong with it


KINDS = {  # and the modules that define them
    "message.regex": "commits",
    "message.field": "commits",
    "trailer.required": "commits",
    "author.regex": "commits",
    "branch.regex": "commits",
    "tag.regex": "commits",
    "path.required": "trees",
    "path.forbidden": "paths",
    "path.naming": "paths",
    "file.max_size": "paths",
    "content.regex": "contents",
    "content.required": "contents",
    "data.assert": "data",
    "notebook.assert": "contents",
    "count.max": "trees",
    "lockfile.fresh": "trees",
}


def _nothing(_settings: Any) -> tuple[str, ...]:
    return ()


def _sound(_settings: Any) -> Wrong:
    yield from ()


class Kind(NamedTuple):
    """One kind: its settings with their defaults, its subject, its judgement, and the contents that it reads."""

    settings: Any
    subject: str
    judge: Callable[..., Outcome]  # the last argument is the settings
    needs: tuple[tuple[str, ...], ...] = ()  # settings of which one at least has to be said
    wrong: Callable[[Any], Wrong] = _sound
    reads: Callable[[Any], tuple[str, ...]] = _nothing
    consults: Callable[[Any], tuple[str, ...]] = _nothing
    triggers: Callable[[Any], tuple[str, ...]] = lambda _settings: ("**",)  # without such a path it has nothing to say
    mend: str = ""  # unless its author says another


def globs(settings: Any) -> tuple[str, ...]:
    """The globs that most kinds have."""
    return tuple(settings.globs)


@cache
def kind_of(name: str) -> Kind:
    """One kind."""
    kinds: dict[str, Kind] = import_module(f"mlgovern.custom.{KINDS[name]}").DEFINED
    return kinds[name]


def subject_of(name: str, settings: Any) -> str:
    """What a condition speaks of; a count may be one of each commit."""
    subject = kind_of(name).subject
    return {"commit": "changes", "tree": "counted tree"}.get(settings.per, subject) if subject == "change" else subject
