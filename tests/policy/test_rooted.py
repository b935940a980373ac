"""Structures for some folders of a repository."""

import pytest

from mlgovern.errors import PolicyError
from mlgovern.policy.load import load
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.rule import Glob
from mlgovern.rules import RULES
from mlgovern.rules.structure.required import Required

EVERY = [rule for rules in RULES.values() for rule in rules]
TEAM = """
schema: 1
rules:
  missing-required-path:
    severity: warning
    settings: {required: [README.md, {path: a/, roots: [sub]}], any_of: [{name: licence, paths: [LICENSE]}]}
  not-ignored-path: {severity: error, settings: {must_ignore: [.env], keep: ["**/.keep"]}}
"""


def policy(extends: str, team: str = TEAM, rest: str = "") -> Policy:
    files = {POLICY_FILE: f"schema: 1\nextends: {extends}\n{rest}".encode(), "team.yaml": team.encode()}
    return load(files.get, EVERY).policy


def wrong(extends: str, team: str = TEAM) -> str:
    with pytest.raises(PolicyError) as error:
        policy(extends, team)
    return str(error.value)


def test_a_structure_for_some_folders_is_added_to_what_others_ask_for() -> None:
    made = policy("[base, ./team.yaml, {pack: ./team.yaml, roots: [services/*, lib/]}]")
    asked = made.decisions["missing-required-path"].settings
    assert [(entry.path, entry.roots) for entry in asked.required] == [
        ("README.md", ()),
        ("a/", ("sub",)),
        ("README.md", ("services/*", "lib/")),
        ("a/", ("services/*/sub", "lib/sub")),
    ]
    assert [(entry.name, entry.roots) for entry in asked.any_of] == [
        ("licence", ()),
        ("licence", ("services/*", "lib/")),
    ]
    ignored = made.decisions["not-ignored-path"].settings
    assert [(entry.path, entry.roots) for entry in ignored.must_ignore] == [
        (".env", ()),
        (".env", ("services/*", "lib/")),
    ]
    assert ignored.keep == ("**/.keep",)


def test_every_shipped_structure_may_be_meant_for_folders() -> None:
    packs = ("course", "cookiecutter-data-science", "kedro", "python-package")
    said = ", ".join(f"{{pack: structures/{name}, roots: [{name}/*]}}" for name in packs)
    required = policy(f"[base, {said}]").decisions["missing-required-path"].settings.required
    assert {entry.roots for entry in required} == {(f"{name}/*",) for name in packs}


def test_the_policy_itself_has_the_last_word() -> None:
    rest = "rules: {missing-required-path: {severity: info, settings: {required: {$replace: [{path: x, why: y}]}}}}"
    made = policy("[{pack: ./team.yaml, roots: [a]}]", rest=rest).decisions["missing-required-path"]
    assert (made.severity.word, made.settings.required) == ("info", (Required(Glob("x"), why="y"),))


@pytest.mark.parametrize(
    ("extends", "team", "said"),
    [
        pytest.param("[{pack: ./team.yaml}]", TEAM, "write {pack: team.yaml, roots: [GLOB, …]}", id="no roots"),
        pytest.param("[{pack: ./team.yaml, roots: [1]}]", TEAM, "write {pack: team.yaml", id="no text"),
        pytest.param("[{pack: ./team.yaml, roots: [a], x: 1}]", TEAM, "write {pack: team.yaml", id="another key"),
        pytest.param("[{pack: ../x.yaml, roots: [a]}]", TEAM, "outside this repository", id="outside"),
        pytest.param("[{pack: ./team.yaml, roots: ['']}]", TEAM, ".mlgovern.yaml:2:11:", id="no glob"),
        pytest.param("[{pack: base, roots: [a]}]", TEAM, "holds for the whole repository", id="no structure"),
        pytest.param(
            "[{pack: ./team.yaml, roots: [a]}]",
            "schema: 1\nfail_on: info",
            "'fail_on' holds for the whole",
            id="another key of a policy",
        ),
        pytest.param(
            "[{pack: ./team.yaml, roots: [a]}]",
            "schema: 1\nextends: [base]",
            "for some folders extends nothing",
            id="extends",
        ),
        pytest.param("[{pack: ./none.yaml, roots: [a]}]", TEAM, "there is no file 'none.yaml'", id="no file"),
    ],
)
def test_what_cannot_be_meant_for_folders(extends: str, team: str, said: str) -> None:
    assert said in wrong(extends, team)
