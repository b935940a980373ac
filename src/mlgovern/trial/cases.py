"""What a file of policy tests says: what is given, and how each rule has to judge it."""

from collections.abc import Mapping
from typing import Literal

from mlgovern.errors import PolicyError
from mlgovern.policy.document import Fields, Items, Mark, Node, Problem, is_null, render, shown
from mlgovern.policy.load import parse
from mlgovern.policy.migrations import SCHEMA, current, unread
from mlgovern.policy.model import Policy
from mlgovern.policy.settings import MISSING, Reader, described
from mlgovern.policy.waivers import day
from mlgovern.record import NamedTuple

FOLDER = ".mlgovern/tests"

Outcome = Literal["pass", "fail", "waived", "off", "not_judged"]


class Content(NamedTuple):
    """A file of a case: its text, which may stand alone, or how many bytes it has."""

    text: str = ""
    bytes: int = 0


class Given(NamedTuple):
    """A piece of work as it may come; what is left out is not part of it."""

    message: str = ""
    title: str = ""  # of a pull request: judged as a message of one line
    branch: str = ""
    target: str = ""
    tag: str = ""  # that a push creates
    author: str = "Ann Author <ann@acme.example>"
    files: Mapping[str, Content] = {}
    stage: Literal["", "commit-msg", "pre-commit", "pre-push", "ci", "pre-receive", "audit"] = (
        ""  # else the rule's first
    )
    today: str = ""


class Expected(NamedTuple):
    """How one rule has to judge; the outcome may stand alone. `line` is where, if that matters."""

    outcome: Outcome = "pass"
    line: int = 0


class Case(NamedTuple):
    """One case, and where it stands."""

    name: str
    given: Given = Given()
    expect: Mapping[str, Expected] = {}
    mark: Mark = Mark("")


class _Said(NamedTuple):
    name: str
    given: Given = Given()
    expect: Mapping[str, Expected] = {}


def cases(file: str, data: bytes, policy: Policy) -> tuple[Case, ...]:
    """The cases of one file; PolicyError with every problem at once."""
    reader = Reader()
    tree = parse(file, data, reader.problems)
    found = () if tree is None else tuple(_cases(tree, policy, reader))
    if reader.problems:
        raise PolicyError(render(reader.problems))
    return found


def _cases(tree: Node, policy: Policy, reader: Reader) -> list[Case]:
    whole = reader.fields(current(tree), ("schema", "cases"), "a file of policy tests")
    said = whole.entries.get("schema")
    schema = SCHEMA if said is None else reader.value(int, SCHEMA, said.value, "'schema'")
    if said is not None and schema != SCHEMA:
        reader.problem(said.value.mark, unread(schema))
    entry = whole.entries.get("cases")
    if entry is None or is_null(entry.value):
        return []
    if not isinstance(entry.value, Items):
        reader.problem(entry.value.mark, f"'cases' must be a list, got {described(entry.value)}")
        return []
    return [case for item in entry.value.items if (case := _case(item, policy, reader))]


def _case(item: Node, policy: Policy, reader: Reader) -> Case | None:
    if not isinstance(item, Fields):
        reader.problem(item.mark, f"a case is a mapping, not {described(item)}")
        return None
    before: list[Problem] = list(reader.problems)
    said: _Said = reader.record(_Said, MISSING, item, "a case")
    if reader.problems != before:
        return None
    marks = {key: entry.value.mark for key, entry in item.entries.items()}
    for rule in said.expect:
        if rule not in policy.decisions:
            hint = reader.nearest(rule, tuple(policy.decisions), "; `mlgovern rules` lists them")
            reader.problem(marks["expect"], f"unknown rule {shown(rule)}{hint}")
    if not said.expect:
        reader.problem(item.mark, "a case that expects nothing cannot fail; name a rule under 'expect'")
    if said.given.today:
        try:
            day(said.given.today)
        except ValueError as error:
            reader.problem(marks["given"], f"not a date YYYY-MM-DD: {shown(said.given.today)} ({error})")
    return Case(*said, mark=item.mark)
