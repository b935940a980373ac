"""The guide says what is so: each of its rules loads, passes what it should, and refuses what it should."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlgovern import engine
from mlgovern.custom.kinds import KINDS
from mlgovern.custom.subjects import SUBJECTS
from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.finding import Finding
from mlgovern.policy.cache import every
from mlgovern.policy.load import load
from mlgovern.policy.model import POLICY_FILE
from mlgovern.trial.cases import Content, Given
from mlgovern.trial.judging import snapshot
from tests.custom.sample import TODAY
from tests.plugins.conftest import Install

GUIDE = (Path(__file__).parents[2] / "docs/custom-rules.md").read_text("utf-8")
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)]
CUSTOM: dict[str, Any] = {name: rule for block in BLOCKS for name, rule in block.get("custom", {}).items()}
POLICY = load({POLICY_FILE: yaml.safe_dump({"schema": 1, "custom": CUSTOM}).encode()}.get, ()).policy
ANN, BOB = "Ann <ann@acme.example>", "Bob <bob@home.example>"
MANY = {f"src/{number}.py": Content("x") for number in range(41)}
CELLS = '{"cells": [%s], "metadata": {"kernelspec": {"name": "%s"}}, "nbformat": 4, "nbformat_minor": 4}'
CELL = '{"cell_type": "code", "metadata": {}, "source": "", "outputs": [%s], "execution_count": null}'


def files(**texts: str | int) -> Given:
    paths = {name.replace("__", "/").replace("_DOT_", "."): said for name, said in texts.items()}
    return Given(
        files={path: Content(bytes=said) if isinstance(said, int) else Content(said) for path, said in paths.items()}
    )


def at(path: str, said: str | int = "x") -> Given:
    return Given(files={path: Content(bytes=said) if isinstance(said, int) else Content(said)})


CASES = {  # what passes, what is refused, and how
    "acme/raw-data-in-git": (at("data/raw/.gitkeep"), at("data/raw/b.csv"), "raw data belongs in the data lake: data/raw/b.csv"),
    "acme/subject-long": (Given("feat: a\n\n" + "b" * 99), Given("feat: " + "a" * 60), "the subject does not fit ^.{1,60}$"),
    "acme/ticket-missing": (Given("feat: a\n\nOPS-7 UTF-8"), Given("feat: a\n\nUTF-8"), "name the ticket, such as ML-431"),
    "acme/review-missing": (Given("a\n\nReviewed-by: Ann <a@acme.example>"), Given("a\n\nReviewed-by: Ann"), r"the trailer Reviewed-by does not fit @acme\.example>$"),
    "acme/private-address": (Given("a", author=ANN), Given("a", author=BOB), "bob@home.example is no address of ours"),
    "acme/branch-without-ticket": (Given(branch="feat/ML-1-a"), Given(branch="feat/a"), "the branch 'feat/a' does not fit ^(main|[a-z]+/ML-[0-9]+-.+)$; such as feat/ML-431-loader"),
    "acme/tag-odd": (Given(tag="v1.2.3"), Given(tag="1.2"), r"the tag '1.2' does not fit ^v[0-9]+\.[0-9]+\.[0-9]+$"),
    "acme/owners-missing": (files(README_DOT_md="x", CODEOWNERS="x"), files(README_DOT_md="x"), "none of CODEOWNERS, .github/CODEOWNERS, docs/CODEOWNERS is there"),
    "acme/archive-in-git": (at("tests/a.zip"), at("a/b.tar.gz"), "this path is not allowed here"),
    "acme/notebook-unnumbered": (at("notebooks/01-a.ipynb"), at("notebooks/a.ipynb"), r"the name 'a.ipynb' does not fit ^[0-9]{2}-[a-z0-9-]+\.ipynb$; such as 01-explore.ipynb"),
    "acme/figure-large": (at("a.png", 300_000), at("a.png", 300_001), "it has 300,001 bytes, 300,000 are the most"),
    "acme/debugger": (at("a.py", "x = 'breakpoint()'"), at("a.py", "x\n  breakpoint()"), r"the text fits (?m)^\s*(import i?pdb|breakpoint\(\)), which is not allowed"),
    "acme/license-header": (at("src/a.py", "# SPDX-License-Identifier: MIT\n"), at("src/a.py"), "nothing in it fits ^# SPDX-License-Identifier: "),
    "acme/python-old": (at("a/pyproject.toml", "[project]\nrequires-python = '>=3.12'"), at("pyproject.toml", "[project]\nrequires-python = '>=3.8'"), r"project.requires-python must fit ^>=3\.1[1-9]"),
    "acme/job-endless": (at(".github/workflows/a.yml", "jobs: {a: {timeout-minutes: 5}}"), at(".github/workflows/a.yml", "jobs: {a: {timeout-minutes: 5}, b: {}}"), "jobs[*].timeout-minutes must be at most 60"),
    "acme/notebook-heavy": (at("a.ipynb", CELLS % (CELL % "", "python3")), at("a.ipynb", CELLS % (CELL % "", "mine")), "its kernel is none of python3"),
    "acme/change-large": (Given(files=dict([*MANY.items()][1:])), Given(files=MANY), "41 files of src at once are more than anybody reviews (40 are the most)"),
    "acme/lock-left-behind": (files(web__package_DOT_json="x", web__yarn_DOT_lock="x"), at("web/package.json"), "web/yarn.lock, which answers to web/package.json, is missing"),
    "acme/model-card-missing": (Given("a", target="main"), Given("a", target="main", files={"models/a": Content("x")}), "the message has no trailer Model-Card"),
    "acme/large-csv": (at("tests/a.csv", 100_001), at("a.csv", 100_001), "a.csv has 100001 bytes: data above 100 kB goes to DVC"),
}  # fmt: skip


def found(rule: str, given: Given) -> list[Finding]:
    report = engine.evaluate(snapshot(given, POLICY.decisions[rule].stages[0]), POLICY, TODAY, [rule])
    assert not report.crashes
    return [*report.findings]


@pytest.mark.parametrize("rule", CUSTOM)
def test_each_of_its_rules(rule: str) -> None:
    passing, failing, message = CASES[rule]
    assert found(rule, passing) == []
    assert [finding.message for finding in found(rule, failing)] == [message]


def test_each_refusal_says_how_to_mend_it() -> None:
    said = {rule: found(rule, failing)[0].mend for rule, (_, failing, _) in CASES.items()}
    assert all(said.values())
    assert said["acme/archive-in-git"] == "git rm --cached a/b.tar.gz"
    assert said["acme/lock-left-behind"] == "lock anew, and git add web/package.json web/yarn.lock"
    old = Snapshot(("ci",), commits=(Commit("x" * 61, "a" * 40, ("0" * 40,)),))
    (finding,) = engine.evaluate(old, POLICY, TODAY, ["acme/subject-long"]).findings
    assert finding.mend == "mend it in that commit: git rebase -i aaaaaaaa~"


def test_it_has_every_kind_and_every_name() -> None:
    assert {rule["kind"] for rule in CUSTOM.values() if "kind" in rule} == {*KINDS}
    names = {f"`{{{name}}}`" for subject in SUBJECTS.values() for name in subject.names}
    assert names <= {*re.findall(r"`\{[a-z]+\}`", GUIDE)}
    assert CASES.keys() == CUSTOM.keys()


def test_its_first_policy_is_sound() -> None:
    text = re.findall(r"```yaml\n(schema.*?)```", GUIDE, re.DOTALL)[0]
    assert load({POLICY_FILE: text.encode()}.get, every()).policy.decisions["acme/raw-data-in-git"].stages == (
        "pre-commit",
        "ci",
        "pre-receive",
    )


def test_its_plugin_works(install: Install) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert len(code.strip().splitlines()) < 20
    install("acme-rules", code)
    policy = load(
        {POLICY_FILE: b"schema: 1\nplugins: [acme-rules==1.0]\nrules: {acme-rules/deep-folder: warning}"}.get, ()
    ).policy
    given = snapshot(at("a/b/c/d/e/f/g"), "pre-commit")
    assert [finding.message for finding in engine.evaluate(given, policy, TODAY).findings] == ["it is six folders deep"]


def test_a_title_is_judged_as_a_message() -> None:
    given = Snapshot(("ci",), commits=(Commit("x" * 61, parents=("0" * 40,)),))
    assert len(engine.evaluate(given, POLICY, TODAY, ["acme/subject-long"]).findings) == 1
