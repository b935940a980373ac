"""Sources that count only with a good signature: real keys, real tags and commits."""

import shutil
import subprocess
from collections.abc import Callable

import pytest

from mlgovern.policy import lock as locks
from mlgovern.policy.model import POLICY_FILE
from tests.administer.test_lock import Place, place, tip  # noqa: F401 - a fixture

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here")


@pytest.fixture
def keys(place: Place) -> Callable[[str], str]:  # noqa: F811 - the fixture
    """Makes keys by name; those of `ann` count for whoever runs mlgovern here."""
    home = place.top.parent / "home"

    def key(name: str) -> str:
        path = home / name
        if not path.exists():
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
            subprocess.run(words, check=True, env=place.environment)
        return str(path)

    public = (home / f"{key('ann')}.pub").read_text()
    (home / "signers").write_text(f'ann@acme.example namespaces="git" {public}')
    (home / ".gitconfig").write_text(f'[gpg "ssh"]\nallowedSignersFile = {(home / "signers").as_posix()}\n')
    return key


def sign(place: Place, key: str, *words: str) -> None:  # noqa: F811 - the fixture
    place.far.git("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}", *words)


def extend(place: Place, rev: str = "v2", *, signed: bool = True) -> None:  # noqa: F811 - the fixture
    more = ", require_signature: true" if signed else ""
    place.write(
        POLICY_FILE,
        f"schema: 1\nextends:\n  - base\n  - {{git: {place.url}, rev: {rev}, path: ml/common.yaml{more}}}\n",
    )


def refused(place: Place) -> str:  # noqa: F811 - the fixture
    code, (line,) = place.said("policy", "lock")
    assert code == 2
    assert not (place.top / ".mlgovern").exists()
    return line


def test_a_signed_tag_is_locked_with_its_key_and_read_without_it(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("ann"), "tag", "-s", "v2", "-m", "two")
    extend(place)
    code, lines = place.said("policy", "lock")
    assert code == 0, lines
    assert lines[0].startswith(f"locked acme/policies ml/common.yaml: v2 is {tip(place)[:12]}, signed by SHA256:")
    lock = (place.top / locks.LOCK_FILE).read_text()
    assert 'path: "ml/common.yaml", require_signature: true}' in lock
    assert '    signature: "SHA256:' in lock
    (place.top.parent / "home/signers").unlink()  # from here on, the lock's word counts
    place.far.top.rename(place.far.top.with_name("gone"))
    assert place.said("policy", "validate")[0] == 0
    assert place.said("policy", "lock")[1][0].startswith("kept acme/policies ml/common.yaml: v2 is ")


def test_a_signed_commit_will_do(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("ann"), "commit", "-qS", "--allow-empty", "--no-verify", "-m", "feat: sign")
    extend(place, tip(place))
    assert place.said("policy", "lock")[0] == 0
    place.far.git("tag", "-a", "v3", "-m", "three")  # itself without a signature
    extend(place, "v3")
    assert place.said("policy", "lock")[0] == 0


def test_what_is_not_signed_is_not_locked(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    assert keys("ann")
    extend(place, "v1")
    assert refused(place) == (
        f"mlgovern: 'v1' in {place.url}, commit {tip(place)[:12]}, is not signed; "
        "it is extended with require_signature: true, so nothing is locked"
    )


def test_the_signature_of_a_stranger_is_none(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("eve"), "tag", "-s", "v2", "-m", "two")
    extend(place)
    assert ", has a signature that does not count: " in refused(place)


def test_a_changed_tag_is_not_signed(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("ann"), "tag", "-s", "v9", "-m", "nine")
    changed = place.far.git("cat-file", "tag", "v9").replace("nine", "nein") + "\n"
    place.far.git(
        "update-ref", "refs/tags/v9", place.far.git("hash-object", "-t", "tag", "-w", "--stdin", stdin=changed)
    )
    extend(place, "v9")
    assert ", has a signature that does not count: " in refused(place)


def test_a_signed_tag_of_another_name_or_commit_is_no_proof(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("ann"), "tag", "-s", "v1.0", "-m", "one")
    place.far.git("update-ref", "refs/tags/v2", place.far.git("rev-parse", "v1.0"))
    extend(place)
    assert ", is not signed; " in refused(place)


def test_without_keys_nothing_counts(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("ann"), "tag", "-s", "v2", "-m", "two")
    (place.top.parent / "home/.gitconfig").unlink()
    extend(place)
    assert "gpg.ssh.allowedSignersFile" in refused(place)


def test_asking_for_a_signature_later_asks_for_a_lock(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("ann"), "tag", "-s", "v2", "-m", "two")
    extend(place, signed=False)
    assert place.said("policy", "lock")[0] == 0
    extend(place)
    assert place.said("policy", "validate") == (
        2,
        [f"mlgovern: .mlgovern.yaml:4:5: acme/policies ml/common.yaml is not locked; {locks.ASKING}"],
    )
    assert place.said("policy", "lock")[0] == 0


def test_no_longer_asking_for_it_is_weaker(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("ann"), "tag", "-s", "v2", "-m", "two")
    extend(place)
    place.said("policy", "lock")
    place.git("add", "--all")
    base = place.commit()
    extend(place, signed=False)
    place.said("policy", "lock")
    place.git("add", "--all")
    place.commit()
    assert place.said("policy", "diff", base)[1] == [
        "WEAKER   signed  - acme/policies ml/common.yaml  default",
        "1 weaker",
    ]
    done = place.mlgovern("gate", "--base", base)
    assert b"weakened-policy this change makes the policy weaker: signed: - acme/policies ml/common.yaml" in done.stdout


def test_a_lock_without_its_record_does_not_count(place: Place, keys: Callable[[str], str]) -> None:  # noqa: F811
    sign(place, keys("ann"), "tag", "-s", "v2", "-m", "two")
    extend(place)
    place.said("policy", "lock")
    path = place.top / locks.LOCK_FILE
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "signature:" not in line or "require" in line))
    assert (
        ".mlgovern/lock.yaml:4:5: no entry of a lock; `mlgovern policy lock` writes it anew"
        in place.said("policy", "validate")[1]
    )
