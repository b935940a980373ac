"""The packs that are shipped, and the settings of the rules that there are."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

import pytest

from mlgovern.fields import bare, way
from mlgovern.finding import Severity
from mlgovern.policy import packs
from mlgovern.policy.cache import every
from mlgovern.policy.codec import from_json, to_json
from mlgovern.policy.decide import SHARED
from mlgovern.policy.document import Fields, Mark, Scalar
from mlgovern.policy.load import load, parse
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.policy.provenance import leaves_of
from mlgovern.policy.settings import MISSING, Reader, is_record
from mlgovern.rules.commits.correct import TYPES

SHIPPED = packs.names(packs.folder())
ALL = every()
WITH_SETTINGS = [rule for rule in ALL if is_record(type(rule.settings))]


def extending(*names: str) -> Policy:
    text = f"schema: 1\nextends: [{', '.join(names)}]"
    return load({POLICY_FILE: text.encode()}.get, ALL).policy


def entries(name: str) -> dict[str, Fields | Scalar]:
    """What a pack itself says of rules."""
    data = packs.content(packs.Source(name, pack=True), {POLICY_FILE: b""}.get, packs.folder())
    tree = parse(name, data or b"", [])
    assert isinstance(tree, Fields)
    rules = tree.entries["rules"].value
    assert isinstance(rules, Fields)
    return {key: entry.value for key, entry in rules.entries.items() if isinstance(entry.value, Fields | Scalar)}


def kinds(kind: Any) -> Iterator[Any]:
    """A type and every type within it."""
    kind = bare(kind)
    yield kind
    inner = (
        kind.__annotations__.values()
        if is_record(kind)
        else get_args(kind)
        if get_origin(kind) in {tuple, Mapping}
        else ()
    )
    for one in inner:
        if one is not ...:
            yield from kinds(one)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_pack_loads(name: str) -> None:
    assert len(extending(name).decisions) == len(ALL)


def test_the_packs_of_the_first_shelf_are_there() -> None:
    assert {"base", "ml-project", "strict"} <= {*SHIPPED}


def test_every_rule_has_a_severity_in_base() -> None:
    said = entries("base")
    assert [*said] == [rule.id for rule in ALL]  # in the order of the list, so that a pack reads like a report
    for rule, entry in said.items():
        word = entry.entries["severity"].value if isinstance(entry, Fields) else entry
        assert isinstance(word, Scalar), rule
        assert word.value in {severity.word for severity in Severity}, rule


@pytest.mark.parametrize("name", ["base", "ml-project", "strict"])
def test_every_rule_of_a_pack_says_what_it_buys(name: str) -> None:
    data = packs.content(packs.Source(name, pack=True), {POLICY_FILE: b""}.get, packs.folder()) or b""
    lines = ["", *data.decode().split("\n")]
    tree = entries(name)
    for rule, entry in tree.items():
        line = next(number for number, line in enumerate(lines) if line.startswith(f"  {rule}:"))
        assert lines[line].partition(" # ")[2] or lines[line - 1].startswith("  # "), (rule, entry.mark)


def test_strict_is_never_laxer() -> None:
    base, ml, strict = (extending(name).decisions for name in ("base", "ml-project", "strict"))
    for rule in ALL:
        assert strict[rule.id].severity >= max(base[rule.id].severity, ml[rule.id].severity), rule.id


def test_the_default_pack_is_used_without_a_policy() -> None:
    policy = load({"": b""}.get, ALL).policy
    assert policy.embedded
    assert policy.decisions == extending("ml-project").decisions


def test_settings_are_of_types_that_a_policy_can_write() -> None:
    for kind in [kind for rule in WITH_SETTINGS for kind in kinds(type(rule.settings))]:
        Reader().value(kind, MISSING, Scalar("x", "x", Mark("p")), "x")  # TypeError: no such type


def test_every_setting_says_what_kind_of_thing_it_is() -> None:
    """With a type of `mlgovern.fields`, so that a policy knows how to add to it and which way it gets stricter."""
    fields = [(rule.id, path, leaf.kind) for rule in WITH_SETTINGS for path, leaf in leaves_of((), rule.settings)]
    assert [(rule, path) for rule, path, kind in fields if not way(kind) and kind is not Severity] == []


def test_defaults_are_of_their_types() -> None:
    for rule in WITH_SETTINGS:
        back = from_json(type(rule.settings), to_json(rule.settings))
        assert (back, repr(back)) == (rule.settings, repr(rule.settings)), rule.id
    for inner in [kind for rule in WITH_SETTINGS for kind in kinds(type(rule.settings))]:
        if is_record(inner):
            for field, default in inner._field_defaults.items():
                assert from_json(inner.__annotations__[field], to_json(default)) == default


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_setting_has_one_type_and_one_default(name: str) -> None:
    shared = {repr(getattr(rule.settings, name)) for rule in ALL if hasattr(rule.settings, name)}
    assert len(shared) <= 1


def test_the_types_of_commits_are_said_once() -> None:
    text = "schema: 1\nextends: [base]\nrules: {commit-type-unknown: {settings: {types: {$append: [annotation]}}}}"
    decisions = load({POLICY_FILE: text.encode()}.get, ALL).policy.decisions
    names = ("commit-type-unknown", "commit-header-malformed", "commit-type-case")
    assert all(decisions[name].settings.types[-1] == "annotation" for name in names)
    own = text.replace("rules: {", "rules: {commit-header-malformed: {settings: {types: {$replace: [x]}}}, ")
    assert load({POLICY_FILE: own.encode()}.get, ALL).policy.decisions[names[1]].settings.types == ("x",)


def test_the_ai_tools_of_a_team_are_said_once() -> None:
    text = b"schema: 1\nextends: [base]\nagents: {tools: {$append: [{name: Acme, emails: [coder@acme.example]}]}}\n"
    decisions = load({POLICY_FILE: text}.get, ALL).policy.decisions
    for rule in ("ai-co-author", "undeclared-ai"):
        names = [tool.name for tool in decisions[rule].settings.agents.tools]
        assert (names[0], names[-1]) == ("Aider", "Acme")


@pytest.mark.parametrize(
    ("said", "lent"),
    [
        ("strategy: {protected: [trunk]}", {"commit-autosquash": {"protected": ("trunk",)}}),
        (
            "strategy: {protected: [trunk]}\nrules: {commit-autosquash: {settings: {protected: [main]}}}",
            {"commit-autosquash": {"protected": ("main",)}},
        ),
        (
            "rules: {commit-scope-unknown: {settings: {folders: ['packages/*']}}}",
            {name: {"folders": ("packages/*",)} for name in ("commit-scope-missing", "commit-scope-mismatch")},
        ),
        (
            "rules: {commit-header-malformed: off}",
            {"commit-full-stop": {"types": ()}, "commit-not-imperative": {"types": ()}},
        ),
        (
            "rules: {commit-header-malformed: off, commit-full-stop: {settings: {types: [fix]}}}",
            {"commit-full-stop": {"types": ("fix",)}, "commit-type-unknown": {"types": TYPES}},
        ),
    ],
)
def test_what_rules_have_in_common_is_said_once(said: str, lent: dict[str, dict[str, object]]) -> None:
    decisions = load({POLICY_FILE: f"schema: 1\nextends: [base]\n{said}".encode()}.get, ALL).policy.decisions
    for rule, fields in lent.items():
        assert {field: getattr(decisions[rule].settings, field) for field in fields} == fields
    assert decisions["commit-scope-mismatch"].outline.asks == decisions["commit-scope-unknown"].outline.asks
