"""What is written about the product is what the product says."""

import re
from argparse import ArgumentParser, _SubParsersAction
from functools import cache
from pathlib import Path

import pytest
import yaml

from mlgovern import engine, reference
from mlgovern.administer import packs as pages
from mlgovern.administer.actions import ACTIONS, Action
from mlgovern.cli import COMMANDS, parser
from mlgovern.finding import Severity
from mlgovern.policy import packs
from mlgovern.policy.cache import effective, every
from mlgovern.policy.load import load_leniently
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE
from mlgovern.rules import RULES
from tests.conftest import Sealed

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_rule_reference_is_generated() -> None:
    assert (ROOT / "docs/rules.md").read_text("utf-8") == reference.markdown(), "run `make docs`"


def test_policies_in_the_documentation_are_sound() -> None:
    text = (ROOT / "docs/secrets.md").read_text("utf-8")
    written, suppressions = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert effective({POLICY_FILE: suppressions.encode()}.get, None).inline_suppressions == "deny"
    policy = effective(lambda path: written.encode() if path == ".mlgovern.yaml" else None, None)
    settings = engine.settings(policy, "tracked-env-file")
    assert "deploy/production" in settings.env_files.paths
    assert settings.secrets.detectors[0].id == "acme-token"
    assert settings.benign is Severity.ERROR


@cache
def page(name: str) -> str:
    return pages.page(name)


def test_every_pack_has_a_page_that_is_generated() -> None:
    there = {path.relative_to(ROOT / "docs/packs").as_posix() for path in (ROOT / "docs/packs").rglob("*.md")}
    assert there == {f"{name}.md" for name in packs.names(packs.folder())}
    for name in packs.names(packs.folder()):
        assert (ROOT / f"docs/packs/{name}.md").read_text("utf-8") == page(name), "run `make docs`"


@pytest.mark.parametrize("name", packs.names(packs.folder()))
def test_the_page_of_a_pack_begins_with_ten_lines_that_load(name: str) -> None:
    text = re.findall(r"```yaml\n(.*?)```", page(name), re.DOTALL)[0]
    assert len(text.splitlines()) <= 10
    loaded = effective({POLICY_FILE: text.encode()}.get, None)
    assert any(decision.severity is not Severity.OFF for decision in loaded.decisions.values())


def test_packs_are_listed_and_shown(repo: Sealed) -> None:
    assert (
        b"structures/kedro                      The tree that `kedro new` makes.\n"
        in repo.mlgovern("policy", "packs").stdout
    )
    assert repo.mlgovern("policy", "packs", "strict").stdout.decode() == page("strict")
    assert b"wrote out/structures/kedro.md\n" in repo.mlgovern("policy", "packs", "--output", "out").stdout
    assert (repo.top / "out/structures/kedro.md").read_text("utf-8") == page("structures/kedro")
    done = repo.mlgovern("policy", "packs", "strikt")
    assert (done.returncode, done.stderr[:44]) == (2, b"mlgovern: there is no pack 'strikt'; there a")


def test_the_guide_for_admins_begins_with_a_policy_of_ten_lines() -> None:
    text = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/policies.md").read_text("utf-8"), re.DOTALL)[0]
    assert len([line for line in text.splitlines() if line]) == 10
    policy = effective({POLICY_FILE: text.encode()}.get, None)
    assert "annotation" in engine.settings(policy, "commit-type-unknown").types
    assert policy.decisions["oversized-file"].mode == "evaluate"


def test_the_rule_reference_has_every_rule() -> None:
    text = reference.markdown()
    for rules in RULES.values():
        for rule in rules:
            assert f"\n### {rule.id}\n" in text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_readme_names_every_command(command: object) -> None:
    assert re.search(rf"`(?:mlgovern )?{command.name}\b", README)  # type: ignore[attr-defined]  # parametrised


def test_the_readme_names_packs_and_hooks_that_exist() -> None:
    known = packs.names(packs.folder())
    for name in known:
        assert f"`{name.rpartition('/')[2]}`" in README, name
    ids = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert set(re.findall(r"id: (mlgovern-[a-z-]+)", README)) <= ids


def options(parser: ArgumentParser) -> set[str]:
    """Every option of a command line and of the commands below it."""
    found = set()
    for action in parser._actions:
        found |= {*action.option_strings}
        for command in action.choices.values() if isinstance(action, _SubParsersAction) else ():
            found |= options(command)
    return found


def test_options_of_the_readme_exist() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `mlgovern")]
    assert {flag for row in rows for flag in re.findall(r"--[a-z-]+", row)} <= options(parser())


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_the_readme_names_what_can_be_done_with_a_policy(action: Action) -> None:
    assert re.search(rf"`(?:mlgovern )?policy {action.name}\b", README)


PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
POLICIES = [
    block for page in PAGES for block in re.findall(r"```yaml\n(schema: .*?)```", page.read_text("utf-8"), re.DOTALL)
]


@pytest.mark.parametrize("text", POLICIES, ids=lambda text: " ".join(text.split()[2:6]))
def test_every_policy_that_is_shown_loads(text: str) -> None:
    name = WAIVERS_FILE if "\nwaivers:\n  - " in text else POLICY_FILE
    policy = load_leniently(
        {name: text.encode()}.get, every(), trusted=()
    ).policy  # their plugins are not installed here
    assert policy.accepted or not policy.embedded


def test_the_pages_show_policies() -> None:
    assert len(POLICIES) >= 3


def test_everything_that_the_repository_ships_is_where_the_wheel_looks() -> None:
    build = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '"policies" = "mlgovern/policies"' in build
    assert '"hooks" = "mlgovern/hooks"' in build
