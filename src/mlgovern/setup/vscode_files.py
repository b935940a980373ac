"""`.vscode/`: settings that follow the policy, a task that fills the Problems view, and the extensions that help."""

from collections.abc import Callable
from typing import Any

from mlgovern.policy.model import POLICY_FILE
from mlgovern.record import NamedTuple
from mlgovern.setup import jsonc, schema_file
from mlgovern.setup.step import Step, UnmergeableError, by_hand, text_of

SETTINGS, TASKS, EXTENSIONS = ".vscode/settings.json", ".vscode/tasks.json", ".vscode/extensions.json"
PROBLEM = r"^(.+?):(\d+):(\d+):\s+(error|warning|info)\s+([a-z0-9-]+)\s+(.*)$"
LABEL = "mlgovern: check"
SCHEMAS = "yaml.schemas"  # of the YAML extension: which file goes by which schema
RECOMMENDED = ("ms-python.python", "redhat.vscode-yaml")

_TASK = {
    "label": LABEL,
    "type": "process",
    "command": "mlgovern",
    "args": ["check", "--format", "text", "--color", "never"],
    "problemMatcher": {
        "owner": "mlgovern",
        "source": "mlgovern",
        "fileLocation": ["relative", "${workspaceFolder}"],
        "pattern": {"regexp": PROBLEM, "file": 1, "line": 2, "column": 3, "severity": 4, "code": 5, "message": 6},
    },
}
_STRATEGIES = {  # prompt on a protected branch, and what the box of a new branch's name is filled with
    "trunk-based": ("alwaysPrompt", ""),
    "github-flow": ("alwaysCommitToNewBranch", "feat/"),
    "gitflow": ("alwaysPrompt", "feature/"),
    "gitlab-flow": ("alwaysCommitToNewBranch", "feat/"),
    "release-flow": ("alwaysCommitToNewBranch", "feat/"),
}


class Editor(NamedTuple):
    """What the policy says that an editor can help with."""

    strategy: str = ""
    protected: tuple[str, ...] = ()
    branch_pattern: str = ""
    subject_length: int = 72
    line_length: int = 100


def steps(read: Callable[[str], bytes | None], editor: Editor) -> tuple[Step, ...]:
    """What becomes of the three files."""
    return (
        _step(SETTINGS, "VS Code settings that follow the policy", read(SETTINGS), settings(editor), _merged_settings),
        _step(TASKS, "a task whose findings appear under Problems", read(TASKS), tasks(), _merged_tasks),
        _step(EXTENSIONS, "recommended extensions", read(EXTENSIONS), extensions(), _merged_extensions),
    )


def settings(editor: Editor) -> dict[str, Any]:
    """The keys of the settings, in their order."""
    prompt, prefix = _STRATEGIES.get(editor.strategy, ("alwaysPrompt", ""))
    branches: dict[str, Any] = {"git.branchProtection": list(editor.protected), "git.branchProtectionPrompt": prompt}
    if editor.branch_pattern:
        branches["git.branchValidationRegex"] = editor.branch_pattern
    return {
        **branches,
        "git.branchPrefix": prefix,
        "git.branchWhitespaceChar": "-",
        "git.inputValidation": True,
        "git.inputValidationSubjectLength": editor.subject_length,
        "git.inputValidationLength": editor.line_length,
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
        SCHEMAS: {schema_file.PATH: POLICY_FILE},
    }


def tasks() -> dict[str, Any]:
    """A whole `tasks.json`."""
    return {"version": "2.0.0", "tasks": [_TASK]}


def extensions() -> dict[str, Any]:
    """A whole `extensions.json`."""
    return {"recommendations": list(RECOMMENDED)}


Merge = Callable[[str, jsonc.Node, dict[str, Any]], tuple[str, tuple[str, ...]]]


def _step(path: str, what: str, before: bytes | None, wanted: dict[str, Any], merge: Merge) -> Step:
    if before is None or not before.strip(b"\xef\xbb\xbf \t\r\n"):
        return Step(path, what, before, jsonc.document(wanted).encode())
    try:
        text = text_of(before)
        root = jsonc.parse(text)
        if not isinstance(root.value, dict):
            raise UnmergeableError("it is no object")
        after, notes = merge(text, root, wanted)
    except ValueError as error:
        return by_hand(path, what, before, str(error), jsonc.document(wanted))
    return Step(path, what, before, after.encode(), notes)


def _merged_settings(text: str, root: jsonc.Node, wanted: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Keys that are there already are their owner's, whatever they say; schemas are added to."""
    found = root.get(SCHEMAS)
    if found is not None and isinstance(found.value, dict):
        schemas = [jsonc.member(key, value) for key, value in wanted[SCHEMAS].items() if key not in found.value]
        text = jsonc.insert(text, found, schemas)
        root = jsonc.parse(text)
    kept = tuple(
        f"{key} is set to another value than {jsonc.compact(value)} and stays so"
        for key, value in wanted.items()
        if key in root.value and not _says(root.value[key], value)
    )
    lacking = [jsonc.member(key, value) for key, value in wanted.items() if key not in root.value]
    return jsonc.insert(text, root, lacking), kept


def _says(there: object, value: object) -> bool:
    """Whether what is there says what is wanted, and maybe more."""
    if isinstance(there, dict) and isinstance(value, dict):
        return all(key in there and there[key] == item for key, item in value.items())
    return there == value


def _merged_tasks(text: str, root: jsonc.Node, wanted: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    found = root.get("tasks")
    if found is None:
        lacking = [jsonc.member(key, value) for key, value in wanted.items() if key not in root.value]
        return jsonc.insert(text, root, lacking), ()
    if not isinstance(found.value, list):
        raise UnmergeableError("its tasks are no list")
    if any(isinstance(task, dict) and task.get("label") == LABEL for task in found.value):
        return text, ()
    return jsonc.insert(text, found, [jsonc.item(_TASK)]), ()


def _merged_extensions(text: str, root: jsonc.Node, wanted: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    found, unwanted = root.get("recommendations"), root.value.get("unwantedRecommendations")
    if found is None:
        return jsonc.insert(text, root, [jsonc.member("recommendations", wanted["recommendations"])]), ()
    if not isinstance(found.value, list):
        raise UnmergeableError("its recommendations are no list")
    known = {name.lower() for name in (*found.value, *(unwanted or ())) if isinstance(name, str)}
    return jsonc.insert(text, found, [jsonc.item(name) for name in RECOMMENDED if name not in known]), ()
