"""Suppressions in real repositories: what a change adds counts nowhere under `deny`, and no reason tells a secret."""

import json
from pathlib import Path

import pytest

from mlgovern.facts import ranges
from tests.conftest import Sealed
from tests.rules.secrets.samples import ALNUM, some

SAID = "mlgovern" + ": ignore "
BEGIN = "-----BEGIN RSA PRIVATE " + "KEY-----"
BODY = "\n".join(some(ALNUM, 64, seed) for seed in range(4))
DENY = "schema: 1\nextends: [base]\ninline_suppressions: deny\n"
SECRET = some(ALNUM, 19, 9)


def key(body: str) -> str:
    return f'# {SAID}private-key it is a demo\nKEY = """{BEGIN}\n{body}"""\n'


@pytest.mark.parametrize("page", [1, 2, 2000])
def test_a_later_commit_puts_nothing_behind_a_suppression(
    repo: Sealed, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    repo.stage(".mlgovern.yaml", DENY)
    base = repo.commit()
    for body in ("", BODY):
        repo.stage("k.py", key(body))
        repo.commit()
    monkeypatch.setattr(ranges, "PAGE", page)
    done = repo.mlgovern("check", "--range", f"{base}..HEAD", "--only", "private-key", "--format", "json")
    told = json.loads(done.stdout)
    assert [(one["rule"], one["waiver"]) for one in told["findings"]] == [("private-key", None)]
    assert done.returncode == 1


@pytest.mark.parametrize("page", [1, 2000])
def test_a_suppression_that_was_there_counts(repo: Sealed, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    repo.stage(".mlgovern.yaml", DENY)
    repo.stage("k.py", key(BODY))
    base = repo.commit()
    for number in range(2):
        repo.stage("k.py", f"{key(BODY)}x = {number}\n")
        repo.commit()
    monkeypatch.setattr(ranges, "PAGE", page)
    done = repo.mlgovern("check", "--range", f"{base}..HEAD", "--only", "private-key", "--format", "json")
    assert {one["waiver"] for one in json.loads(done.stdout)["findings"]} == {"inline: it is a demo"}
    assert done.returncode == 0


def notebook(reason: str) -> str:
    source = [f'password = "{SECRET}"\n']
    output = {"output_type": "stream", "name": "stdout", "text": ["1\n"]}
    cell = {"cell_type": "code", "execution_count": 1, "source": source, "outputs": [output]}
    cell |= {"metadata": {"mlgovern": {"ignore": [f"notebook-output {reason}"]}}}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1)


OFF = "schema: 1\nextends: [base]\nrules: {hardcoded-secret: off}\n"
EXEMPT = "schema: 1\nextends: [base]\nrules: {hardcoded-secret: {exempt: ['*.ipynb', requirements.txt]}}\n"


@pytest.mark.parametrize("policy", ["", OFF, EXEMPT], ids=["as shipped", "off", "exempt"])
@pytest.mark.parametrize(
    "words",
    [("check",), ("check", "--only", "notebooks,lockfiles"), ("check", "--history", "--only", "notebooks"), ("check", "requirements.txt")],
    ids=" ".join,
)  # fmt: skip
def test_no_reason_tells_a_secret_that_nobody_looked_for(repo: Sealed, policy: str, words: tuple[str, ...]) -> None:
    if policy:
        repo.stage(".mlgovern.yaml", policy)
    repo.stage("a.ipynb", notebook(f"as {SECRET}"))
    repo.stage("requirements.txt", f'numpy>=1.0  # {SAID}unpinned-requirement see {SECRET}\n# api_token = "{SECRET}"\n')
    repo.commit()
    for form in ("text", "json", "sarif", "junit"):
        done = repo.mlgovern(*words, "--format", form)
        assert SECRET[:8] not in (done.stdout + done.stderr).decode(), form
        assert form != "json" or b"inline: its reason repeats what it hides" in done.stdout
    kept = [path for path in Path(repo.top, ".git/mlgovern").rglob("*") if path.is_file()]
    assert kept
    assert [path for path in kept if SECRET.encode() in path.read_bytes()] == []


def test_a_reason_without_secrets_is_shown(repo: Sealed) -> None:
    repo.stage("a.ipynb", notebook("see the wiki, page 12345678901"))
    repo.commit()
    done = repo.mlgovern("check", "--only", "notebooks", "--format", "json")
    assert [one["waiver"] for one in json.loads(done.stdout)["findings"]] == ["inline: see the wiki, page 12345678901"]
