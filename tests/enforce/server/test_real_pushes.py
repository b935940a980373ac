"""Real pushes into bare repositories: git itself starts the hook, with what is pushed in quarantine."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sealed
from tests.enforce.server.arriving import ENV, PASSWORD, POLICY, Hosted

OURS = f"{sys.executable} -P -X utf8 -m mlgovern"


@pytest.mark.parametrize("format_", ["sha1", pytest.param("sha256", marks=pytest.mark.slow)])
def test_a_refused_secret_is_not_left_in_the_object_store(make_repo: Callable[..., Sealed], format_: str) -> None:
    hosted = Hosted(make_repo, OURS, f"--object-format={format_}")
    hosted.clone.stage(".mlgovern.yaml", POLICY)
    hosted.clone.commit("chore: begin")
    begun = hosted.push("main")
    assert (begun.returncode, begun.stderr) == (
        0,
        b"remote: \nremote: .mlgovern.yaml is new on main: it judged this push.        \n",
    )
    hosted.clone.git("switch", "-qc", "feat/work")
    hosted.clone.stage(".env", ENV[".env"])
    hosted.clone.commit("feat: begin work")
    secret = hosted.clone.git("rev-parse", "HEAD:.env")
    hosted.clone.git("rm", "-q", ".env")
    hosted.clone.commit("fix: take it out again")
    refused = hosted.push("feat/work", "feat/work:refs/heads/feat/other")
    said = refused.stderr.decode()
    assert refused.returncode == 1
    assert "remote: REFUSED: 1 file (policy main@" in said
    assert PASSWORD not in said
    assert not hosted.holds(secret)
    assert hosted.bare.git("for-each-ref", "--format=%(refname)", GIT_DIR=str(hosted.bare.top)) == "refs/heads/main"
    hosted.clone.git("reset", "-q", "--hard", "main")
    hosted.clone.commit("feat: begin anew")
    assert hosted.push("feat/work").returncode == 0
    assert hosted.holds(hosted.clone.git("rev-parse", "HEAD"))
    gone = hosted.push("--delete", "feat/work")
    assert (gone.returncode, gone.stderr) == (0, b"")


@pytest.mark.slow
def test_what_a_hostile_repository_configures_is_never_run(make_repo: Callable[..., Sealed], tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    hosted = Hosted(make_repo, OURS)
    for key in (
        "core.fsmonitor",
        "diff.external",
        "diff.x.textconv",
        "filter.x.clean",
        "gpg.program",
        "core.pager",
        "core.sshCommand",
    ):
        hosted.bare.git("config", key, f"touch {canary}; false", GIT_DIR=str(hosted.bare.top))
    hosted.bare.git("config", "log.showSignature", "true", GIT_DIR=str(hosted.bare.top))
    hosted.clone.stage(".gitattributes", "* diff=x filter=x\n")
    hosted.clone.stage(".env", ENV[".env"])
    hosted.clone.commit("feat: begin work")
    assert hosted.push("main").returncode == 1
    assert not canary.exists()


@pytest.mark.slow
def test_a_push_option_names_a_waiver(make_repo: Callable[..., Sealed]) -> None:
    hosted = Hosted(make_repo, OURS)
    hosted.bare.git("config", "receive.advertisePushOptions", "true", GIT_DIR=str(hosted.bare.top))
    hosted.clone.stage(".mlgovern.yaml", POLICY)
    hosted.clone.commit("chore: begin")
    done = hosted.push("main", "-o", "mlgovern.waiver=W-\x1b[1m9")
    assert b"remote: waiver W-\\x1b[1m9 is not on the default branch: no effect" in done.stderr
