"""A value of one's own env file at the hooks: refused at the commit, and at the push if it got past that."""

import json
from base64 import b64encode

import pytest

from mlgovern.enforce.check import Request, check
from mlgovern.finding import NotJudged
from tests.conftest import Sealed
from tests.facts.test_collect import opened

PASSWORD = "Otter7" + "AfterLunch"


def test_where_they_are_not_read_that_is_said_to_whoever_asked(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("a.py", "x = 1\n")
    opened(repo, monkeypatch)
    said = NotJudged("your own env files", "they are read where work is made: by hooks and --staged")
    assert check(Request(only=("secrets",))).not_judged == ()
    asked = check(Request(only=("leaked-local-secret",)))
    assert (asked.not_judged, asked.exit_code) == ((said,), 3)
    assert check(Request(staged=True, only=("leaked-local-secret",))).not_judged == ()


def test_it_stops_the_commit_and_the_push(repo: Sealed) -> None:
    repo.stage(
        ".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {branch-protected-commit: off, notebook-output: off}\n"
    )
    repo.stage(".gitignore", ".env\n")
    repo.stage(".env.example", "DB_PASSWORD=\n")
    repo.commit()
    repo.write(".env", f"DB_PASSWORD={PASSWORD}\n")
    header = b64encode(f"svc:{PASSWORD}".encode()).decode()
    output = {"output_type": "stream", "name": "stdout", "text": [f"Basic {header}\n"]}
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "outputs": [output], "source": ["1"]}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    repo.stage("look.ipynb", json.dumps(notebook, indent=1))
    refused = repo.mlgovern("hook", "pre-commit")
    verdict = "a value of DB_PASSWORD in your own .env is in this file, base64-encoded"
    mend = "take it out and read it from the environment"
    first = f"mlgovern: commit refused, 1 problem: look.ipynb: {verdict} ({mend})."
    assert (refused.returncode, refused.stderr.decode().splitlines()[0]) == (1, first)
    tip = repo.commit()
    line = f"refs/heads/main {tip} refs/heads/main {'0' * 40}\n"
    pushed = repo.mlgovern("hook", "pre-push", "origin", "url", stdin=line).stderr.decode()
    assert f"{tip[:8]} look.ipynb:" in pushed
    assert f"the commit opens with git rebase -i {tip[:8]}~" in pushed
    (repo.top / ".env").unlink()
    assert repo.mlgovern("hook", "pre-push", "origin", "url", stdin=line).returncode == 0
