"""`.pre-commit-config.yaml`: our hooks first in the list, added as text so that comments and layout survive."""

import re
from collections.abc import Iterator
from typing import Any

from mlgovern.setup.step import Step, UnmergeableError, by_hand, text_of

PATH = ".pre-commit-config.yaml"
WHAT = "hooks for pre-commit and prek (stage the file: they refuse to run while it is not staged)"
URL = "https://github.com/mlgovern/mlgovern"
REV = "v0.1.0"
TYPES = ("pre-commit", "commit-msg", "pre-push")
TYPES_KEY = "default_install_hook_types"
MOST_BYTES = 1_000_000

_UNUSUAL = "its layout is not the usual one"
_OURS = re.compile(r"(?:^|[/:])mlgovern(?:\.git)?/?\Z", re.IGNORECASE)


def step(before: bytes | None) -> Step:
    """What becomes of the file."""
    if before is None or not before.strip():
        return Step(PATH, WHAT, before, _new().encode())
    try:
        return Step(PATH, WHAT, before, merged(text_of(before)).encode())
    except UnmergeableError as error:
        return by_hand(PATH, WHAT, before, str(error), _new())


def merged(text: str) -> str:
    """The text with our repository and the hook types that it needs; UnmergeableError where that is not safe."""
    if len(text) > MOST_BYTES:
        raise UnmergeableError("it is too large")
    mark, body = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    eol = "\r\n" if "\r\n" in body else "\n"
    if _is_empty(body):
        return mark + body + ("" if body.endswith("\n") else eol) + _new().replace("\n", eol)
    old = _loaded(body)
    repos = old.get("repos")
    wanted = dict(old)
    if not (repos is None or isinstance(repos, list)):
        raise UnmergeableError("its repos are no list")
    if not any(_is_ours(repo) for repo in repos or ()):
        wanted["repos"] = [_entry(), *(repos or [])]
        body = _with_repo(body, eol)
    kinds = old.get(TYPES_KEY)
    lacking = [kind for kind in TYPES if not isinstance(kinds, list) or kind not in kinds]
    if lacking:
        wanted[TYPES_KEY] = [*(kinds or []), *lacking] if isinstance(kinds, list) else lacking
        body = _with_types(body, lacking, eol)
    if _loaded(body) != wanted:  # the text was richer than we thought: anchors, tags, odd layouts
        raise UnmergeableError(_UNUSUAL)
    return mark + body


def _is_ours(repo: object) -> bool:
    return isinstance(repo, dict) and bool(_OURS.search(str(repo.get("repo", ""))))


def _entry() -> dict[str, Any]:
    return {"repo": URL, "rev": REV, "hooks": [{"id": f"mlgovern-{kind}", "fail_fast": True} for kind in TYPES]}


def _block(indent: str) -> list[str]:
    hooks = (line for kind in TYPES for line in (f"      - id: mlgovern-{kind}", "        fail_fast: true"))
    return [f"{indent}{line}" for line in (f"- repo: {URL}", f"  rev: {REV}", "  hooks:", *(h[2:] for h in hooks))]


def _new() -> str:
    lines = (f"{TYPES_KEY}: [{', '.join(TYPES)}]", "repos:", *_block("  "))
    return "\n".join(lines) + "\n"


def _with_repo(text: str, eol: str) -> str:
    key, value = _found(text, "repos")
    if key is None:
        end = "" if text.endswith("\n") else eol
        return f"{text}{end}repos:{eol}{eol.join(_block('  '))}{eol}"
    if not isinstance(value.value, list):  # `repos:` with nothing behind it
        indent = 2
    elif not value.flow_style:
        indent = value.start_mark.column
    elif value.value or value.start_mark.line != key.start_mark.line:
        raise UnmergeableError("its list of repositories is written in brackets")
    else:
        text, indent = text[: key.end_mark.index + 1] + text[value.end_mark.index :], 2
    line_end = text.find("\n", key.end_mark.index) + 1
    if line_end == 0:
        text, line_end = text + eol, len(text) + len(eol)
    return f"{text[:line_end]}{eol.join(_block(' ' * indent))}{eol}{text[line_end:]}"


def _with_types(text: str, lacking: list[str], eol: str) -> str:
    key, value = _found(text, TYPES_KEY)
    if key is None:
        above = _above_comments(text, _found(text, "repos")[0].start_mark.index)
        return f"{text[:above]}{TYPES_KEY}: [{', '.join(lacking)}]{eol}{text[above:]}"
    if not isinstance(value.value, list) or not value.value:
        raise UnmergeableError(f"{TYPES_KEY} is empty or no list")
    last = value.value[-1].end_mark.index
    if value.flow_style:
        return f"{text[:last]}, {', '.join(lacking)}{text[last:]}"
    line_end = text.find("\n", last) + 1
    if line_end == 0:
        text, line_end = text + eol, len(text) + len(eol)
    items = "".join(f"{' ' * value.start_mark.column}- {kind}{eol}" for kind in lacking)
    return text[:line_end] + items + text[line_end:]


def _above_comments(text: str, place: int) -> int:
    """Where the comment lines begin that stand directly above a line."""
    lines = text[:place].splitlines(keepends=True)
    while lines and lines[-1].startswith("#"):
        place -= len(lines.pop())
    return place


def _is_empty(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())


def _loaded(text: str) -> dict[str, Any]:
    import yaml

    try:
        aliased = any(isinstance(event, yaml.AliasEvent) for event in _events(text))
        data = None if aliased else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        raise UnmergeableError("it is not YAML that can be read") from None
    if aliased:  # a place in the text would stand for several
        raise UnmergeableError("it repeats itself by anchors")
    if not isinstance(data, dict):
        raise UnmergeableError("it is no mapping")
    return data


def _events(text: str) -> Iterator[Any]:
    import yaml

    yield from yaml.parse(text, Loader=yaml.SafeLoader)


def _found(text: str, key: str) -> tuple[Any, Any]:
    """The nodes of a key at the top and of its value, with their places in the text."""
    import yaml

    try:
        root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:  # what was added does not fit
        raise UnmergeableError(_UNUSUAL) from None
    if root.flow_style:
        raise UnmergeableError("it is written in braces")
    return next(((k, v) for k, v in root.value if k.value == key), (None, None))
