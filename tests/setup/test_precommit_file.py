"""`.pre-commit-config.yaml` is extended as text; pre-commit itself says whether the outcome is sound."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pre_commit.clientlib import load_config  # type: ignore[import-untyped]  # pre-commit ships no types

from mlgovern.setup.precommit_file import MOST_BYTES, PATH, REV, TYPES, URL, merged, step
from mlgovern.setup.step import UnmergeableError

MANIFEST = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
OURS = f"""\
  - repo: {URL}
    rev: {REV}
    hooks:
      - id: mlgovern-pre-commit
        fail_fast: true
      - id: mlgovern-commit-msg
        fail_fast: true
      - id: mlgovern-pre-push
        fail_fast: true
"""
FLAT = "".join(line[2:] + "\n" for line in OURS.splitlines())
KINDS = "default_install_hook_types: [pre-commit, commit-msg, pre-push]\n"
THEIRS = "  - repo: https://github.com/psf/black # formatter\n    rev: 24.1.0\n    hooks: [{id: black}]\n"


def test_new_file() -> None:
    made = step(None)
    assert (made.verb, made.after.decode()) == ("create", f"{KINDS}repos:\n{OURS}")


CASES = (
    pytest.param("", f"{KINDS}repos:\n{OURS}", id="empty"),
    pytest.param("# mine\n", f"# mine\n{KINDS}repos:\n{OURS}", id="a comment alone"),
    pytest.param(f"repos:\n{THEIRS}", f"{KINDS}repos:\n{OURS}{THEIRS}", id="usual"),
    pytest.param(f"# head\n\n# repos\nrepos: # here\n  # black\n{THEIRS}", f"# head\n\n{KINDS}# repos\nrepos: # here\n{OURS}  # black\n{THEIRS}",
        id="comments stay where they are"),
    pytest.param("repos:\n- repo: meta\n  hooks: [{id: identity}]", f"{KINDS}repos:\n{FLAT}- repo: meta\n  hooks: [{{id: identity}}]",
        id="not indented, no final newline"),
    pytest.param("repos: []\n", f"{KINDS}repos:\n{OURS}", id="an empty list"),
    pytest.param("repos:", f"{KINDS}repos:\n{OURS}", id="nothing behind repos"),
    pytest.param("repos: [] # none\nci: {}\n", f"{KINDS}repos: # none\n{OURS}ci: {{}}\n", id="an empty list and a comment"),
    pytest.param("exclude: ^x/", f"exclude: ^x/\n{KINDS}repos:\n{OURS}", id="no repos"),
    pytest.param(f"default_install_hook_types: [pre-commit] # just one\nrepos:\n{THEIRS}",
        f"default_install_hook_types: [pre-commit, commit-msg, pre-push] # just one\nrepos:\n{OURS}{THEIRS}", id="types in brackets"),
    pytest.param(f"default_install_hook_types: [pre-commit,]\nrepos:\n{THEIRS}",
        f"default_install_hook_types: [pre-commit, commit-msg, pre-push,]\nrepos:\n{OURS}{THEIRS}", id="types with a comma"),
    pytest.param(f"default_install_hook_types:\n  - commit-msg # first\n  - post-merge\nrepos:\n{THEIRS}",
        "default_install_hook_types:\n  - commit-msg # first\n  - post-merge\n  - pre-commit\n  - pre-push\n"
        f"repos:\n{OURS}{THEIRS}", id="types as a block"),
    pytest.param(f"repos:\n{THEIRS}default_install_hook_types:\n- pre-push",
        f"repos:\n{OURS}{THEIRS}default_install_hook_types:\n- pre-push\n- pre-commit\n- commit-msg\n", id="types at the end"),
    pytest.param(f"{KINDS}repos:\n{THEIRS}", f"{KINDS}repos:\n{OURS}{THEIRS}", id="types already"),
    pytest.param(f"repos:\n{THEIRS}{OURS.replace(REV, 'v0.0.9')}", f"{KINDS}repos:\n{THEIRS}{OURS.replace(REV, 'v0.0.9')}", id="ours already"),
    pytest.param("---\nrepos:\n" + THEIRS, f"---\n{KINDS}repos:\n{OURS}{THEIRS}", id="document start"),
    pytest.param("\ufeffrepos:\n" + THEIRS, f"\ufeff{KINDS}repos:\n{OURS}{THEIRS}", id="BOM"),
    pytest.param(f"repos:\n{THEIRS}".replace("\n", "\r\n"), f"{KINDS}repos:\n{OURS}{THEIRS}".replace("\n", "\r\n"), id="CRLF"),
    pytest.param("'repos':\n      -   repo: meta\n          hooks: [{id: identity}]\n",
        KINDS + "'repos':\n" + "".join(f"      {line}\n" for line in FLAT.splitlines())
        + "      -   repo: meta\n          hooks: [{id: identity}]\n", id="wide indentation"),
)  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CASES)
def test_merged(before: str, after: str, tmp_path: Path) -> None:
    assert step(before.encode()).after.decode() == after
    assert step(after.encode()).verb == "unchanged"
    (tmp_path / PATH).write_bytes(after.lstrip("\ufeff").encode())
    assert load_config(str(tmp_path / PATH))["repos"]


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("repos: [{repo: meta, hooks: [{id: identity}]}]\n", "its list of repositories is written in brackets"),
        ("{repos: [{repo: meta, hooks: []}]}\n", "it is written in braces"),
        ("repos:\n  - &a {repo: meta, hooks: []}\n  - *a\n", "it repeats itself by anchors"),
        ("- a\n", "it is no mapping"),
        ("repos: [\n", "it is not YAML that can be read"),
        ("a: 2024-99-99\nrepos: []\n", "it is not YAML that can be read"),
        ("a: !!python/object:os.system x\n", "it is not YAML that can be read"),
        ("a: {" * 5000, "it is not YAML that can be read"),
        ("default_install_hook_types: []\nrepos: []\n", "default_install_hook_types is empty or no list"),
        ("repos: # a\n  []\n", "its list of repositories is written in brackets"),
        ("repos: {}\n", "its repos are no list"),
        ("repos: x\n", "its repos are no list"),
        ("default_install_hook_types: x\nrepos:\n", "default_install_hook_types is empty or no list"),
        ("? a\n: repos: []\nrepos: !!seq\n  - repo: meta\n", "its layout is not the usual one"),
        ("repos: []\nrepos:\n" + THEIRS, "its layout is not the usual one"),
        ("#" * (MOST_BYTES + 1), "it is too large"),
    ],
)
def test_what_is_left_to_its_owner(before: str, why: str) -> None:
    made = step(before.encode())
    assert made.verb == "unchanged"
    assert made.notes[0] == f"cannot be extended safely ({why}); add by hand:"
    assert "\n".join(made.notes[1:]) + "\n" == f"{KINDS}repos:\n{OURS}"


def test_not_utf8() -> None:
    assert step(b"# \xff\nrepos: []\n").notes[0] == "cannot be extended safely (it is not UTF-8); add by hand:"


def test_the_ids_are_those_of_the_manifest() -> None:
    entries: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text())
    assert {f"mlgovern-{kind}" for kind in TYPES} <= {entry["id"] for entry in entries}


PIECES = (
    "repos",
    ":",
    " ",
    "\n",
    "  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "#c",
    "&a ",
    "*a",
    "default_install_hook_types",
    "meta",
    "repo",
    '"',
    "|",
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_total_and_never_changes_what_was_said(text: str) -> None:
    try:
        after = merged(text)
    except UnmergeableError:
        return
    old, new = yaml.safe_load(text) or {}, yaml.safe_load(after)
    assert {key: new[key] for key in old if key not in ("repos", "default_install_hook_types")} == {
        key: value for key, value in old.items() if key not in ("repos", "default_install_hook_types")
    }
    assert new["repos"][0]["repo"] == URL
    assert set(TYPES) <= set(new["default_install_hook_types"])
    assert merged(after) == after
