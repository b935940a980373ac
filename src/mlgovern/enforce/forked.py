"""What a change itself says of a policy: where it forked off long ago, the base has gone on without it."""

from collections.abc import Callable, Collection
from typing import Any

from mlgovern.errors import PolicyError
from mlgovern.facts import state
from mlgovern.facts.git import MOST_TEXT, Git
from mlgovern.policy.cache import every
from mlgovern.policy.load import load_leniently
from mlgovern.policy.provenance import Field, traced


def touched(git: Git, base: str, head: str, trusted: Collection[str]) -> Callable[[Field], bool]:
    """Tells of a field of the policy at `head` whether the change says anything else of it than where it forked off."""
    fork = state.merge_base(git, base, head)
    if fork in {None, base}:
        return lambda _: True
    try:
        before = load_leniently(lambda path: git.read(f"{fork}:{path}", MOST_TEXT), every(), trusted=trusted)
    except PolicyError:  # nothing that it said then was in force
        return lambda _: True
    said = {field.path: _history(field) for field in traced(before, before.rules)}
    return lambda field: said.get(field.path, []) != _history(field)


def _history(field: Field) -> list[tuple[Any, str]]:
    """What was said of a field, and in which file; lines may have moved. Of a rule that is not there, nothing."""
    return [(said.value, said.mark.file) for said in field.chain if said.mark is not None]
