"""The schema and the loader go by the same declarations: they take and refuse the same files."""

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # it ships no types

from mlgovern.errors import PolicyError
from mlgovern.policy.cache import every
from mlgovern.policy.document import Fields, Node, Scalar
from mlgovern.policy.load import load, parse
from mlgovern.policy.merge import layers
from mlgovern.policy.model import POLICY_FILE
from mlgovern.policy.packs import Source as Pack
from mlgovern.policy.packs import content, folder, names
from mlgovern.policy.schema import schema
from mlgovern.policy.writing import plain
from mlgovern.rule import Rule, family_of
from tests.conftest import Sealed
from tests.policy.sample import RULES

ALL = every()
WHOLE = schema(ALL)
EDITOR = Draft7Validator(WHOLE)
SMALL = Draft7Validator(schema(RULES))
WRONG: tuple[Any, ...] = (None, True, 5, -5, 1.5, "text", "", [], [5], ["text"], [None], {}, {"x": 1}, {"$append": ["text"]}, {"$replace": []}, {"$append": 5}, {"$apend": []}, {"text": "text"}, {"text": 5})  # fmt: skip


def data(node: Node) -> Any:
    """What an editor makes of a file."""
    (part,) = layers(node)
    if isinstance(part, Scalar):
        return part.value
    if isinstance(part, Fields):
        return {key: data(entry.value) for key, entry in part.entries.items()}
    return [data(item) for item in part.items]  # type: ignore[union-attr]  # nothing else is left


def taken(text: str, rules: tuple[Rule, ...]) -> bool:
    try:
        load({POLICY_FILE: text.encode(), "a.yaml": b"schema: 1"}.get, rules)
    except PolicyError:
        return False
    return True


def test_the_schema_is_a_schema() -> None:
    Draft7Validator.check_schema(WHOLE)
    assert set(WHOLE["properties"]["rules"]["anyOf"][0]["properties"]) == {rule.id for rule in ALL}


@pytest.mark.parametrize("name", names(folder()))
def test_every_pack_follows_it(name: str) -> None:
    tree = parse(name, content(Pack(name, pack=True), lambda _path: None, folder()) or b"", [])
    assert tree is not None
    assert [error.message for error in EDITOR.iter_errors(data(tree))] == []


@pytest.mark.parametrize("family", sorted({family_of(rule) for rule in ALL}))
def test_settings_are_taken_or_refused_by_both(family: str) -> None:
    """Each setting with its default, and with a value of every other type."""
    for rule in ALL:
        if family_of(rule) == family and rule.settings != ():
            _agreed(rule)


def _agreed(rule: Rule) -> None:
    editor = Draft7Validator(schema((rule,)))
    for field, default in rule.settings._asdict().items():
        for value in (plain(default), *WRONG):
            if value == [] and default:  # that an empty list says nothing depends on what stands before
                continue
            policy = {"schema": 1, "rules": {rule.id: {"settings": {field: value}}}}
            assert editor.is_valid(policy) is taken(json.dumps(policy), (rule,)), policy


TEXTS = [
    *("", "schema: 1", "schema: 2", "schema: '1'", "schema: ~", "{}", "[]", "text", "schema: 1\nschem: 1"),
    *(f"schema: 1\n{key}: {value}" for key in ("name", "version") for value in ("a", "5", "2.1", "~", "[a]")),
    *(f"schema: 1\nmode: {value}" for value in ("enforce", "evaluate", "off", "~", "[enforce]")),
    *(f"schema: 1\nfail_on: {value}" for value in ("info", "warning", "error", "off", "high", "~", "1")),
    *(f"schema: 1\nlimits: {value}" for value in ("{}", "~", "5", "{max_commits: 5}", "{max_commits: -5}", "{max_commits: a}", "{x: 5}")),
    *(f"schema: 1\ninline_suppressions: {value}" for value in ("allow", "warn", "deny", "never", "~", "true")),
    *(f"schema: 1\nwaivers: {value}" for value in ("~", "{}", "5", "{max_days: 30}", "{max_days: 0}", "{max_days: 1}", "{max_days: 366}", "{max_days: 367}", "{max_days: -1}", "{max_days: a}", "{require: [ticket]}", "{require: [x]}", "{x: 1}", "[]")),
    "schema: 1\nterms: {max_days: 30}",
    *(f"schema: 1\nforeign_suppressions: {value}" for value in ("honour", "ignore", "deny", "~")),
    *(f"schema: 1\nextends: {value}" for value in ("~", "[]", "[./a.yaml]", "base", "[5]", "[base, 5]", "[[base]]", "[{url: a}]", "['/etc/x.yaml']", "[{git: a, rev: b}]", "[{package: a, file: 5}]", "[{pack: ./a.yaml, roots: [x]}]", "[{pack: ./a.yaml}]", "[{pack: ./a.yaml, roots: []}]")),
    *(f"schema: 1\nstrategy: {value}" for value in ("~", "{}", "gitflow", "[a]", "{trunk: [a]}", "{trunk: a}", "{trunk: {$append: [a]}}", "{trunk: {$remove: [main]}}", "{x: 1}", "{lifetime_days: 5}", "{lifetime_days: a}", "{allowed: [a]}", "{allowed: [{match: a}]}", "{allowed: [{into: [a]}]}", "{allowed: [{match: a, into: a}]}")),
    *(f"schema: 1\nrules: {value}" for value in ("~", "{}", "[a]", "{x: error}", "{case-collision: ~}", "{case-collision: off}", "{case-collision: high}", "{case-collision: 5}", "{case-collision: [error]}", "{case-collision: {}}")),
    *(f"schema: 1\nrules: {{oversized-file: {{severity: {value}}}}}" for value in ("off", "info", "error", "~", "no", "false", "[error]")),
    *(f"schema: 1\nrules: {{oversized-file: {{mode: {value}}}}}" for value in ("enforce", "evaluate", "~", "warn")),
    *(f"schema: 1\nrules: {{oversized-file: {{mode: evaluate, enforce_after: {value}}}}}" for value in ("2027-01-15", "~", "20270115", "2027-W01-1", "2027-13-01", "tomorrow", "5")),
    *(f"schema: 1\nrules: {{oversized-file: {{exempt: {value}}}}}" for value in ("[a]", "a", "~", "[5]", "['']", "{$append: [a]}")),
    *(f"schema: 1\nrules: {{commit-type-unknown: {{stages: {value}}}}}" for value in ("[ci]", "[ci, commit-msg]", "[pre-push]", "ci", "~")),
    *(f"schema: 1\nrules: {{oversized-file: {{waivable: {value}}}}}" for value in ("true", "false", "no", "~")),
    *(f"schema: 1\nrules: {{oversized-file: {{final: {value}}}}}" for value in ("true", "false", "~", "[severity]", "[settings.max_bytes]", "[settings.x]", "severity", "[severty]", "{$append: [mode]}")),
    *(f"schema: 1\nrules: {{oversized-file: {{settings: {value}}}}}" for value in ("~", "{}", "5", "{x: 1}", "{max_bytes: 5}", "{nearest: a}", "{nearest: {why: a}}", "{nearest: {x: a}}", "{at_most: info}", "{at_most: high}")),
    *(f"schema: 1\nrules: {{missing-required-path: {{settings: {{required: {value}}}}}}}" for value in ("[a]", "[{path: a}]", "[{why: a}]", "[{path: ~}]", "[{path: a, nocase: true}]", "[{path: a, nocase: 1}]", "{$append: [a]}", "{$remove: [README.md]}", "{$remove: [{path: README.md}]}", "{$replace: [], x: 1}")),
    *(f"schema: 1\ncustom: {value}" for value in ("~", "{}", "[a]", "5", "{x: ~}", "{A: {kind: count.max}}", "{a/b/c: {kind: count.max}}", "{a/b: {kind: count.max}}", "{data: {kind: count.max}}", "{oversized-file: {kind: count.max}}", "{x: [a]}")),
    *(f"schema: 1\ncustom: {{x: {{kind: {value}}}}}" for value in ("count.max", "count.min", "path.forbidden", "5", "'count.max', severity: warning", "'count.max', severity: high", "'count.max', settings: ~", "'count.max', settings: {max: 5, per: tree}", "'count.max', settings: {per: x}", "'count.max', settings: {mx: 5}", "'count.max', all: []")),
    *(f"schema: 1\ncustom: {{x: {{kind: path.forbidden, settings: {{globs: [a]}}, {value}}}}}" for value in ("mode: evaluate", "stages: [ci]", "stages: [commit-msg]", "exempt: [a]", "waivable: false", "final: true", "final: [settings.globs, when]", "final: [kind]", "final: [settings.max]", "message: a", "message: 5", "mend: ~", "help_url: 'https://a.b'", "help_url: a", "when: ~", "when: {branch: [a]}", "when: {branch: a}", "when: {branch: {not: [a]}}", "when: {branch: {only: [a], not: [b]}}", "when: {branch: {$append: [a]}}", "when: {paths: {x: [a]}}", "when: {brunch: [a]}", "when: [a]", "mode: evaluate, enforce_after: 2027-01-15", "x: 1")),
    *(f"schema: 1\ncustom: {{x: {{kind: {kind}, settings: {value}}}}}" for kind, value in (("message.regex", "{must: a}"), ("message.regex", "{must_not: a, part: body}"), ("message.regex", "{}"), ("message.regex", "~"), ("message.regex", "{must: a, part: x}"), ("message.regex", "{must: ''}"), ("message.field", "{required: true}"), ("message.field", "{required: false}"), ("message.field", "{field: ticket, one_of: [A]}"), ("trailer.required", "{name: A}"), ("trailer.required", "{name: A b}"), ("trailer.required", "{value: A}"), ("author.regex", "{must: a, who: both}"), ("author.regex", "{must: a, who: me}"), ("branch.regex", "{must: a, example: b}"), ("tag.regex", "{must: [a]}"), ("path.required", "{any_of: [a]}"), ("path.required", "{globs: a}"), ("path.naming", "{must: a}"), ("path.naming", "{globs: [a]}"), ("file.max_size", "{max_bytes: 5}"), ("file.max_size", "{max_bytes: 0}"), ("file.max_size", "{max_bytes: 2_000}"), ("content.regex", "{must_not: a}"), ("content.regex", "{must: a}"), ("content.required", "{must: a}"), ("content.required", "{must: a, globs: [a]}"), ("notebook.assert", "{outputs: false}"), ("notebook.assert", "{outputs: true}"), ("notebook.assert", "{kernel: [a]}"), ("lockfile.fresh", "{manifest: a, lock: b}"), ("lockfile.fresh", "{lock: b}"), ("data.assert", "{file: a.json}"), ("data.assert", "{file: a.ini}"), ("data.assert", "{file: '*.{yml,yaml}'}"), ("data.assert", "{file: '*.y*ml'}"), ("data.assert", "{file: a.json, op: eq}"), ("data.assert", "{file: a.json, op: eq, value: [a]}"), ("data.assert", "{file: a.json, op: eq, value: {a: 1}}"), ("data.assert", "{file: a.json, op: exists, value: 1}"), ("data.assert", "{file: a.json, value: 1}"), ("data.assert", "{file: a.json, op: in, value: a}"), ("data.assert", "{file: a.json, op: lt, value: 5}"), ("data.assert", "{file: a.json, op: lt, value: a}"), ("data.assert", "{file: a.json, op: matches, value: a}"), ("data.assert", "{file: a.json, op: matches, value: 5}"), ("data.assert", "{file: a.json, op: xx}"))),
    *(f"schema: 1\ncustom: {{x: {value}}}" for value in ("{any: [{kind: count.max}]}", "{any: []}", "{any: {kind: count.max}}", "{not: {kind: count.max}}", "{not: [{kind: count.max}]}", "{all: [{kind: path.forbidden}]}", "{all: [{kind: count.max}, {not: {any: [{kind: count.max, settings: {max: 3}}]}}], when: {branch: [a]}, severity: info}", "{all: [{kind: count.max, severity: info}]}", "{all: [{kind: count.max}], settings: {}}", "{all: [{kind: count.max}], any: [{kind: count.max}]}", "{all: [{}]}", "{all: [5]}")),
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_files_are_taken_or_refused_by_both(text: str) -> None:
    tree = parse(POLICY_FILE, text.encode(), [])
    assert tree is not None
    assert SMALL.is_valid(data(tree)) is taken(text, RULES)


def test_the_files_are_of_both_kinds() -> None:
    good = [taken(text, RULES) for text in TEXTS]
    assert (good.count(True) > 50, good.count(False) > 50) == (True, True)


def test_it_is_printed_or_written(repo: Sealed) -> None:
    assert json.loads(repo.mlgovern("policy", "schema").stdout) == WHOLE
    assert repo.mlgovern("policy", "schema", "--output", "a/b.json").stdout == b"wrote a/b.json\n"
    assert json.loads((repo.top / "a/b.json").read_text("utf-8")) == WHOLE
