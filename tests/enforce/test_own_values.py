"""A value of one's own env file at the hooks: refused at the commit, and at the push if it got past that."""

import json
from base64 import b64encode

from tests.conftest import Sealed

PASSWORD = "Otter7" + "AfterLunch"


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
