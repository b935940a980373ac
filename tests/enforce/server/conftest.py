"""`server`: a repository with a policy on main that pushes arrive in."""

from pathlib import Path

import pytest

from tests.conftest import Sealed
from tests.enforce.server.arriving import POLICY, Server


@pytest.fixture
def server(repo: Sealed, tmp_path: Path) -> Server:
    """A server's repository with one commit on main, which has a policy."""
    repo.stage(".mlgovern.yaml", POLICY)
    repo.stage("README.md", "# Readme\n")
    repo.commit("chore: begin")
    return Server(repo, tmp_path / "audit.log")
