"""What VS Code is told, and how it is added to what its owner has told it already."""

import json
import re

import pytest

from mlgovern.setup.jsonc import parse
from mlgovern.setup.step import Step
from mlgovern.setup.vscode_files import (
    EXTENSIONS,
    LABEL,
    PROBLEM,
    SETTINGS,
    TASKS,
    Editor,
    extensions,
    settings,
    steps,
    tasks,
)

EDITOR = Editor("gitflow", ("main", "develop", "release/*"), "^(?:feature|bugfix)/[a-z0-9-]+$", 72, 100)


OURS = '".mlgovern/policy.schema.json": ".mlgovern.yaml"'
SETTLED = json.dumps(settings(EDITOR), indent=4).replace(f"\n        {OURS}\n    ", OURS)  # ours in one line


def made(path: str, before: str | None) -> Step:
    data = None if before is None else before.encode()
    return next(step for step in steps({path: data}.get, EDITOR) if step.path == path)


def test_settings_of_the_table() -> None:
    assert settings(EDITOR) == {
        "git.branchProtection": ["main", "develop", "release/*"],
        "git.branchProtectionPrompt": "alwaysPrompt",
        "git.branchValidationRegex": "^(?:feature|bugfix)/[a-z0-9-]+$",
        "git.branchPrefix": "feature/",
        "git.branchWhitespaceChar": "-",
        "git.inputValidation": True,
        "git.inputValidationSubjectLength": 72,
        "git.inputValidationLength": 100,
        "git.allowNoVerifyCommit": False,
        "git.confirmNoVerifyCommit": True,
        "git.useEditorAsCommitInput": True,
        "git.enableSmartCommit": False,
        "git.suggestSmartCommit": False,
        "git.smartCommitChanges": "tracked",
        "git.untrackedChanges": "separate",
        "git.postCommitCommand": "none",
        "git.allowForcePush": False,
        "git.useForcePushWithLease": True,
        "yaml.schemas": {".mlgovern/policy.schema.json": ".mlgovern.yaml"},
    }


@pytest.mark.parametrize(
    ("strategy", "prompt", "prefix"),
    [
        ("trunk-based", "alwaysPrompt", ""),
        ("github-flow", "alwaysCommitToNewBranch", "feat/"),
        ("gitflow", "alwaysPrompt", "feature/"),
        ("gitlab-flow", "alwaysCommitToNewBranch", "feat/"),
        ("release-flow", "alwaysCommitToNewBranch", "feat/"),
        ("a team's own", "alwaysPrompt", ""),
    ],
)
def test_strategies(strategy: str, prompt: str, prefix: str) -> None:
    told = settings(EDITOR._replace(strategy=strategy))
    assert (told["git.branchProtectionPrompt"], told["git.branchPrefix"]) == (prompt, prefix)


def test_no_pattern_is_no_validation() -> None:
    assert "git.branchValidationRegex" not in settings(EDITOR._replace(branch_pattern=""))


@pytest.mark.parametrize("before", [None, "", " \n", "\ufeff"])
def test_new_files(before: str | None) -> None:
    assert json.loads(made(SETTINGS, before).after) == settings(EDITOR)
    assert json.loads(made(TASKS, before).after) == tasks()
    assert json.loads(made(EXTENSIONS, before).after) == extensions()


def test_keys_of_the_owner_stay_and_are_named() -> None:
    text = (
        '{\n  // our line length\n  "git.inputValidationLength": 80,\n  "git.inputValidation": true, // the same\n}\n'
    )
    step = made(SETTINGS, text)
    after = step.after.decode()
    assert after.startswith(text.removesuffix("}\n"))
    assert step.notes == ("git.inputValidationLength is set to another value than 100 and stays so",)
    assert after.count('git.inputValidation"') == 1
    assert made(SETTINGS, after).verb == "unchanged"


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        pytest.param(EXTENSIONS, '{"recommendations": ["a.b"]}',
            '{"recommendations": ["a.b",\n    "ms-python.python",\n    "redhat.vscode-yaml"\n]}', id="extensions are added"),
        pytest.param(EXTENSIONS, '{\n\t// mine\n\t"recommendations": [\n\t\t"MS-Python.python",\n\t],\n}',
            '{\n\t// mine\n\t"recommendations": [\n\t\t"MS-Python.python",\n\t\t"redhat.vscode-yaml"\n\t],\n}', id="case does not count"),
        pytest.param(EXTENSIONS, '{"unwantedRecommendations": ["redhat.vscode-yaml"], "recommendations": ["ms-python.python"]}',
            '{"unwantedRecommendations": ["redhat.vscode-yaml"], "recommendations": ["ms-python.python"]}', id="unwanted ones are not"),
        pytest.param(SETTINGS, SETTLED.replace(OURS, '"a.json": ["x", "y"], // theirs\n'),
            SETTLED.replace(OURS, f'"a.json": ["x", "y"], // theirs\n        {OURS}\n'), id="a schema beside others"),
        pytest.param(SETTINGS, SETTLED.replace(OURS, ""), SETTLED.replace(OURS, f"\n        {OURS}\n    "), id="no schema yet"),
        pytest.param(SETTINGS, SETTLED.replace(OURS, f"{OURS},"), SETTLED.replace(OURS, f"{OURS},"), id="our schema"),
        pytest.param(EXTENSIONS, "{}",
            '{\n    "recommendations": [\n        "ms-python.python",\n        "redhat.vscode-yaml"\n    ]\n}', id="no list yet"),
        pytest.param(TASKS, f'{{"tasks": [{{"label": "{LABEL}", "command": "mine"}}]}}',
            f'{{"tasks": [{{"label": "{LABEL}", "command": "mine"}}]}}', id="the owner's form of our task stays"),
    ],
)  # fmt: skip
def test_merged(path: str, before: str, after: str) -> None:
    assert made(path, before).after.decode() == after
    assert made(path, after).verb == "unchanged"


@pytest.mark.parametrize(
    ("before", "others"),
    [
        ('{"version": "2.0.0", "tasks": []}', []),
        ('{"version": "2.0.0", "tasks": [{"label": "x"}, 1,], // mine\n}', [{"label": "x"}, 1]),
        ('{"version": "2.0.0"}', []),
        ("{}", []),
    ],
)
def test_our_task_is_added(before: str, others: list[object]) -> None:
    after = made(TASKS, before).after.decode()
    assert parse(after).value == {"version": "2.0.0", "tasks": [*others, *tasks()["tasks"]]}
    assert made(TASKS, after).verb == "unchanged"


@pytest.mark.parametrize(
    ("path", "before", "why"),
    [
        (SETTINGS, "[]", "it is no object"),
        (SETTINGS, "{'a': 1}", "line 1 is not JSON with comments"),
        (SETTINGS, '{"a": 1\n "b": 2}', "line 2 is not JSON with comments"),
        (TASKS, '{"tasks": {}}', "its tasks are no list"),
        (EXTENSIONS, '{"recommendations": "a"}', "its recommendations are no list"),
    ],
)
def test_what_is_left_to_its_owner(path: str, before: str, why: str) -> None:
    step = made(path, before)
    assert step.verb == "unchanged"
    assert step.notes[0] == f"cannot be extended safely ({why}); add by hand:"
    assert json.loads("\n".join(step.notes[1:]))


def test_not_utf8() -> None:
    step = next(iter(steps({SETTINGS: b'{"a": "\xff"}'}.get, EDITOR)))
    assert step.notes[0] == "cannot be extended safely (it is not UTF-8); add by hand:"


@pytest.mark.parametrize(
    ("line", "groups"),
    [
        (
            "src/.env:3:1: error env-secret a credential is in a tracked file",
            ("src/.env", "3", "1", "error", "env-secret", "a credential is in a tracked file"),
        ),
        ("a b:c.py:10:2:  warning  x-y  z", ("a b:c.py", "10", "2", "warning", "x-y", "z")),
        ("Why: mlgovern explain env-secret", None),
        ("                            mend: git rm --cached .env", None),
    ],
)
def test_the_problem_matcher(line: str, groups: tuple[str, ...] | None) -> None:
    found = re.match(PROBLEM, line)
    assert (found.groups() if found else None) == groups
