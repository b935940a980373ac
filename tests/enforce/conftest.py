"""A server with a change on it, made once and copied for each test."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Sealed, sealed_environment
from tests.enforce.hub import PASSWORD, POLICY, Hub


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """main with two commits; feat/x with three more, the second of which holds a secret that the third takes out."""
    top = tmp_path_factory.mktemp("served") / "server"
    server = Sealed(top, sealed_environment(top.parent))
    subprocess.run(["git", "init", "-q", "--template=", "-b", "main", str(top)], env=server.environment, check=True)
    for key in ("uploadpack.allowReachableSHA1InWant", "uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"):
        server.git("config", key, "true")
    server.stage(".mlgovern.yaml", POLICY)
    server.commit("feat: begin")
    server.commit("feat: go on")
    server.git("switch", "-qc", "feat/x")
    server.stage("a.txt", "a")
    server.commit("feat: add a")
    server.stage("conf/.env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    server.commit("feat: add settings")
    server.git("rm", "-q", "conf/.env")
    server.commit("fix: take settings out")
    server.git("switch", "-q", "main")
    server.commit("feat: meanwhile")
    return server


@pytest.fixture
def hub(served: Sealed, tmp_path: Path) -> Hub:
    """A server of its own for each test."""
    top = tmp_path / "server"
    shutil.copytree(served.top, top)
    (tmp_path / "home").mkdir()
    return Hub(Sealed(top, sealed_environment(tmp_path / "home")), tmp_path)
