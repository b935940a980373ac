"""Who made a commit, through real hooks: refused, mended as the refusal says, accepted."""

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Sealed
from tests.reporters.vscode import dialog_line

POLICY = """\
schema: 1
extends: [ml-project]
rules: {placeholder-identity: error, missing-required-path: off, not-ignored-path: off}
"""


@pytest.fixture
def nobody(repo: Sealed) -> Sealed:
    """A repository that asks for real people, hooks in, on a working branch, where the machine made an identity up."""
    repo.stage(".mlgovern.yaml", POLICY)
    repo.commit("chore: begin")
    assert repo.mlgovern("install").returncode == 0
    repo.git("switch", "-qc", "feat/work")
    anonymous = {
        key: value for key, value in repo.environment.items() if not key.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_"))
    }
    own = Sealed(repo.top, anonymous)
    own.git("config", "user.name", "Ann Author")
    own.git("config", "user.email", "root@localhost")
    return own


def pasted(repo: Sealed, mend: str) -> None:
    """Run the commands of a mend, with an address where it wants one."""
    for command in mend.split("\n"):
        repo.git(*shlex.split(command.replace("ADDRESS", "ann@acme.example"))[1:])


def identities(repo: Sealed) -> list[str]:
    return repo.git("log", "--format=%ae %ce", "main..HEAD").split("\n")


def test_a_made_up_identity_is_refused_until_there_is_one(nobody: Sealed) -> None:
    commit = ("git", "commit", "--allow-empty", "-qm", "feat: load the data")
    refused = nobody.run(*commit)
    assert refused.returncode == 1
    line = dialog_line(refused.stderr.decode())
    assert line == (
        'Git: mlgovern: commit refused, 1 problem: the author\'s e-mail "root@localhost" lies in no domain '
        "that mail reaches (git config user.email ADDRESS)."
    )
    pasted(nobody, line.rpartition("(")[2].rstrip(")."))
    assert (nobody.run(*commit).stderr, identities(nobody)) == (b"", ["ann@acme.example ann@acme.example"])


@pytest.mark.parametrize("number", (1, 3))
def test_what_is_stored_is_made_anew_by_its_mend(nobody: Sealed, number: int) -> None:
    for n in range(number):
        nobody.stage(f"src/part{n}.py", f"PART = {n}\n")
        nobody.commit("feat: load the data")
    report = json.loads(nobody.mlgovern("check", "--range", "main..HEAD", "--format", "json").stdout)
    assert [finding["rule"] for finding in report["findings"]] == ["placeholder-identity"] * number
    pasted(nobody, report["findings"][0]["mend"])
    assert identities(nobody) == ["ann@acme.example ann@acme.example"] * number
    assert nobody.mlgovern("check", "--range", "main..HEAD").returncode == 0


@pytest.fixture
def vouched(repo: Sealed, make_repo: Callable[..., Sealed], tmp_path: Path) -> Sealed:
    """A repository that wants signatures and has a remote; whatever git would verify them with leaves a trace."""
    policy = POLICY.replace("rules: {", "rules: {missing-signature: error, ")
    repo.stage(".mlgovern.yaml", policy)
    repo.commit("chore: begin")
    remote = make_repo("remote.git", "--bare")
    repo.git("remote", "add", "origin", str(remote.top))
    repo.git("push", "-q", "origin", "main")
    assert repo.mlgovern("install").returncode == 0
    repo.git("switch", "-qc", "feat/work")
    canary = repo.write(".git/canary", f'#!/bin/sh\ntouch "{tmp_path}/ran"\nexit 1\n')
    canary.chmod(0o755)
    for key in ("gpg.program", "gpg.ssh.program", "gpg.x509.program"):
        repo.git("config", key, str(canary))
    repo.git("config", "log.showSignature", "true")
    return repo


def test_a_push_without_signature_is_refused_and_nothing_is_run_to_verify_one(vouched: Sealed, tmp_path: Path) -> None:
    bare = vouched.commit("feat: load the data")
    refused = vouched.run("git", "push", "-q", "origin", "feat/work")
    assert refused.returncode == 1
    assert dialog_line(refused.stderr.decode()) == (
        f'Git: mlgovern: push refused, 1 problem: commit {bare[:12]} by "Ann Author <ann@acme.example>" has no signature; '
        "wanted: gpg, ssh, x509 (git commit --amend --no-edit --gpg-sign)."
    )
    headers, _, message = vouched.git("cat-file", "commit", "HEAD").partition("\n\n")
    armour = "gpgsig -----BEGIN SSH SIGNATURE-----\n c2lnbmVk\n -----END SSH SIGNATURE-----"
    made = vouched.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=f"{headers}\n{armour}\n\n{message}\n")
    vouched.git("reset", "-q", "--soft", made)
    vouched.git("tag", "-am", "not signed, and not judged", "v1")
    accepted = vouched.run("git", "push", "-q", "origin", "feat/work", "v1")
    assert (accepted.returncode, accepted.stderr) == (0, b"")
    assert not (tmp_path / "ran").exists()
