"""What comes from elsewhere: fetched by `policy lock` alone, and judged by only as it was locked."""

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from mlgovern.policy import lock as locks
from mlgovern.policy.model import POLICY_FILE
from tests.conftest import Sealed

BASE = "schema: 1\nextends: [base, ./common.yaml]\nrules: {env-secret: {severity: error, final: [severity]}}\n"
COMMON = "schema: 1\nrules: {oversized-file: {severity: warning, settings: {max_bytes: 2000}}}\n"


class Place(Sealed):
    """A repository that extends another one, which lies beside it."""

    far: Sealed

    def extend(self, more: str = "", rev: str = "v1", path: str = "ml/base.yaml") -> None:
        entry = f"  - {{git: {self.url}, rev: {rev}, path: {path}}}\n"
        self.write(POLICY_FILE, f"schema: 1\nextends:\n{entry}{more}")

    @property
    def url(self) -> str:
        return self.far.top.as_uri()

    def said(self, *words: str) -> tuple[int, list[str]]:
        done = self.mlgovern(*words)
        return done.returncode, (done.stdout + done.stderr).decode().splitlines()


@pytest.fixture
def place(make_repo: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(locks, "SCHEMES", ("https", "ssh", "file"))
    near = make_repo("near")
    place = Place(near.top, near.environment)
    place.far = make_repo("acme/policies")
    place.far.stage("ml/base.yaml", BASE)
    place.far.stage("ml/common.yaml", COMMON)
    place.far.commit()
    place.far.git("tag", "-a", "v1", "-m", "one")
    return place


def tip(place: Place) -> str:
    return place.far.git("rev-parse", "HEAD")


def test_lock_pins_and_keeps_what_a_policy_extends(place: Place) -> None:
    place.extend()
    assert place.said("policy", "validate") == (
        2,
        [
            f"mlgovern: .mlgovern.yaml:3:5: acme/policies ml/base.yaml is not locked; {locks.ASKING}",
        ],
    )
    code, lines = place.said("policy", "lock")
    assert (code, lines[:2]) == (
        0,
        [
            f"locked acme/policies ml/base.yaml: v1 is {tip(place)[:12]}",
            f"locked acme/policies ml/common.yaml: v1 is {tip(place)[:12]}",
        ],
    )
    assert lines[-1] == "`git add .mlgovern` puts it in force."
    assert (place.top / ".mlgovern/vendor" / f"{sha256(BASE.encode()).hexdigest()}.yaml").read_text() == BASE
    assert (place.top / ".mlgovern/vendor/.gitattributes").read_text() == "* -text\n"
    lock = (place.top / locks.LOCK_FILE).read_text()
    assert (
        f'  - declared: {{git: "{place.url}", rev: "v1", path: "ml/base.yaml"}}\n    resolved: "{tip(place)}"\n' in lock
    )
    assert place.said("policy", "lock") == (0, [
        f"kept acme/policies ml/base.yaml: v1 is {tip(place)[:12]}",
        f"kept acme/policies ml/common.yaml: v1 is {tip(place)[:12]}",
        "",
        "the same policy",
        "Nothing is changed.",
    ])  # fmt: skip
    shown = "\n".join(place.said("policy", "show")[1])
    assert f"acme/policies@{tip(place)[:7]} ml/common.yaml:2" in shown
    assert f'"revision": "{tip(place)}"' in "\n".join(place.said("policy", "show", "--json")[1])


def test_hooks_judge_by_what_is_staged_of_it_without_any_network(place: Place) -> None:
    place.extend()
    place.said("policy", "lock")
    place.git("add", "--all")
    (place.top / "big.bin").write_bytes(b"0" * 2100)
    place.git("add", "big.bin")
    place.far.top.rename(place.far.top.with_name("gone"))
    for _ in range(2):  # from YAML, then from the cache
        done = place.mlgovern("check", "--staged", "--only", "oversized-file")
        assert b"1 warning" in done.stdout + done.stderr, done
    place.git("rm", "--cached", "--quiet", "-r", ".mlgovern/vendor")
    done = place.mlgovern("check", "--staged")
    assert (done.returncode, b"which the lock names, is missing" in done.stderr) == (2, True)


def test_bytes_that_are_not_those_that_were_locked_judge_nothing(place: Place) -> None:
    place.extend()
    place.said("policy", "lock")
    (path,) = [path for path in (place.top / ".mlgovern/vendor").glob("*.yaml") if "max_bytes" in path.read_text()]
    path.write_text(COMMON.replace("2000", "9000"))
    place.git("add", "--all")
    found, wanted = sha256(path.read_bytes()).hexdigest(), sha256(COMMON.encode()).hexdigest()
    far = f"acme/policies@{tip(place)[:7]} ml"
    (line,) = place.said("check", "--staged")[1]
    assert line == (
        f"mlgovern: {far}/base.yaml:2:17: {far}/common.yaml was changed after it was locked: its sha256 is {found}, "
        f"the lock says {wanted}"
    )
    assert place.said("policy", "lock")[0] == 0
    assert path.read_text() == COMMON  # what was locked comes back


def test_upgrade_follows_a_tag_that_moved_and_says_what_that_means(place: Place) -> None:
    place.extend()
    place.said("policy", "lock")
    old = tip(place)
    place.far.stage("ml/common.yaml", COMMON.replace("2000", "9000"))
    place.far.commit()
    place.far.git("tag", "--force", "v1")
    assert place.said("policy", "lock")[1][-1] == "Nothing is changed."
    assert place.said("policy", "lock", "--upgrade", "acme/other") == (
        2,
        ["mlgovern: the policy extends nothing called 'acme/other'"],
    )
    code, lines = place.said("policy", "lock", "--upgrade", "acme/policies")
    assert (code, lines[1]) == (
        0,
        f"moved acme/policies ml/common.yaml: v1 is {tip(place)[:12]}, was {old[:12]}",
    )
    assert lines[-3:-1] == [
        f"WEAKER   oversized-file.max_bytes  2000 -> 9000  acme/policies@{tip(place)[:7]} ml/common.yaml:2",
        "1 weaker",
    ]
    assert len([*(place.top / ".mlgovern/vendor").glob("*.yaml")]) == 2  # the old bytes are gone


def test_a_locked_tag_that_moved_is_not_taken_for_what_was_locked(place: Place) -> None:
    place.extend()
    place.said("policy", "lock")
    old = tip(place)
    place.far.stage("ml/common.yaml", COMMON.replace("2000", "9000"))
    place.far.commit()
    place.far.git("tag", "--force", "v1")
    for path in (place.top / ".mlgovern/vendor").glob("*.yaml"):
        path.unlink()
    assert place.said("policy", "lock")[0] == 0  # the commit that was locked is there still
    assert f'resolved: "{old}"' in (place.top / locks.LOCK_FILE).read_text()
    assert "max_bytes: 2000" in "".join(path.read_text() for path in (place.top / ".mlgovern/vendor").glob("*.yaml"))


@pytest.mark.parametrize(
    ("rev", "path", "problem"),
    [
        pytest.param("main", "ml/base.yaml", "'main' is a branch of {url}, which moves; pin a tag or the commit {tip}", id="branch"),
        pytest.param("v2", "ml/base.yaml", "there is no tag 'v2' in {url}", id="no such tag"),
        pytest.param("a" * 40, "ml/base.yaml", "there is no commit " + "a" * 40 + " in {url}", id="no such commit"),
        pytest.param("v1", "ml/none.yaml", "there is no file 'ml/none.yaml' in {url} at {short}", id="no such file"),
        pytest.param("v1", "ml", "there is no file 'ml' in {url} at {short}", id="folder"),
    ],
)  # fmt: skip
def test_what_cannot_be_locked_changes_nothing(place: Place, rev: str, path: str, problem: str) -> None:
    place.extend(rev=rev, path=path)
    known = {"url": place.url, "tip": tip(place), "short": tip(place)[:12]}
    assert place.said("policy", "lock") == (2, [f"mlgovern: {problem.format(**known)}"])
    assert not (place.top / ".mlgovern").exists()


def test_what_cannot_be_reached_is_named(place: Place) -> None:
    place.extend()
    place.far.top.rename(place.far.top.with_name("gone"))
    (line,) = place.said("policy", "lock")[1]
    assert line.startswith(f"mlgovern: {place.url} cannot be reached: git ls-remote failed: ")


def test_nothing_is_written_through_a_link(place: Place) -> None:
    (place.top.parent / "outside").mkdir()
    (place.top / ".mlgovern").symlink_to(place.top.parent / "outside")
    place.extend()
    assert place.said("policy", "lock")[1] == ["mlgovern: .mlgovern is a symbolic link; nothing is written through it"]
    assert [*(place.top.parent / "outside").iterdir()] == []


def test_a_commit_is_pinned_by_itself(place: Place) -> None:
    place.extend(rev=tip(place))
    assert place.said("policy", "lock")[0] == 0
    assert place.said("policy", "validate")[0] == 0


def test_what_is_final_elsewhere_is_final_here(place: Place) -> None:
    place.extend()
    place.said("policy", "lock")
    place.extend("rules: {env-secret: info}\n")
    (line,) = place.said("policy", "validate")[1]
    where = re.escape(f"acme/policies@{tip(place)[:7]} ml/base.yaml:3")
    assert re.fullmatch(
        rf"mlgovern: \.mlgovern\.yaml:4:21: 'severity' of env-secret is final in {where}; info not applied", line
    )


@pytest.mark.parametrize(
    ("extended", "problem"),
    [
        pytest.param("../../x.yaml", "'../../x.yaml' is outside acme/policies", id="outside its repository"),
        pytest.param("{package: x, file: y.yaml}", "may extend shipped packs and files beside it only", id="a package"),
        pytest.param(
            "{git: https://evil.example/x, rev: v1, path: y.yaml}", "may extend shipped packs and files beside it only", id="another host"
        ),
    ],
)  # fmt: skip
def test_what_a_source_from_elsewhere_may_extend(place: Place, extended: str, problem: str) -> None:
    place.far.stage("ml/base.yaml", f"schema: 1\nextends:\n  - {extended}\n")
    place.far.commit()
    place.far.git("tag", "v2")
    place.extend(rev="v2")
    code, lines = place.said("policy", "lock")
    assert code == 2
    assert problem in lines[0], lines
    assert lines[0].startswith(f"mlgovern: acme/policies@{tip(place)[:7]} ml/base.yaml:3:5: "), lines


def test_a_link_of_another_repository_is_no_file(place: Place) -> None:
    (place.far.top / "ml/link.yaml").symlink_to("/etc/passwd")
    place.far.git("add", "ml/link.yaml")
    place.far.commit()
    place.far.git("tag", "v2")
    place.extend(rev="v2", path="ml/link.yaml")
    assert place.said("policy", "lock")[1] == [
        f"mlgovern: there is no file 'ml/link.yaml' in {place.url} at {tip(place)[:12]}"
    ]


def test_without_anything_from_elsewhere_there_is_nothing_to_lock(place: Place) -> None:
    place.write(POLICY_FILE, "schema: 1\n")
    assert place.said("policy", "lock")[1] == ["The policy extends nothing from elsewhere; there is nothing to lock."]
    assert not (place.top / ".mlgovern").exists()
    place.extend()
    place.said("policy", "lock")
    place.write(POLICY_FILE, "schema: 1\n")
    assert any(line.startswith("removed .mlgovern/vendor/") for line in place.said("policy", "lock")[1])


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed distribution that breaks where it is imported."""
    site = tmp_path / "site"
    (site / "acme_policies").mkdir(parents=True)
    (site / "acme_policies/__init__.py").write_text("raise SystemExit('imported')\n")
    (site / "acme_policies/base.yaml").write_text("schema: 1\nextends: [./common.yaml]\n")
    (site / "acme_policies/common.yaml").write_text(COMMON)
    info = site / "acme_policies-2.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-policies\nVersion: 2.1\n")
    (info / "RECORD").write_text(
        "acme_policies/__init__.py,,\nacme_policies/base.yaml,,\nacme_policies/common.yaml,,\n"
    )
    monkeypatch.syspath_prepend(str(site))
    return site


@pytest.mark.usefixtures("distribution")
def test_a_data_file_of_an_installed_distribution(place: Place) -> None:
    place.write(POLICY_FILE, "schema: 1\nextends: [{package: acme-policies, file: acme_policies/base.yaml}]\n")
    assert place.said("policy", "lock")[1][:2] == [
        "locked acme-policies acme_policies/base.yaml: installed is 2.1",
        "locked acme-policies acme_policies/common.yaml: installed is 2.1",
    ]
    assert "acme-policies@2.1 acme_policies/common.yaml:2" in "\n".join(place.said("policy", "show")[1])


@pytest.mark.usefixtures("distribution")
@pytest.mark.parametrize(
    ("name", "file", "problem"),
    [
        ("acme-policy", "base.yaml", "the distribution acme-policy is not installed beside mlgovern"),
        (
            "acme-policies",
            "none.yaml",
            "acme-policies 2.1 has no file 'none.yaml'; write its path as `pip show --files acme-policies` does",
        ),
    ],
)
def test_what_is_not_installed(place: Place, name: str, file: str, problem: str) -> None:
    place.write(POLICY_FILE, f"schema: 1\nextends: [{{package: {name}, file: {file}}}]\n")
    assert place.said("policy", "lock")[1] == [f"mlgovern: {problem}"]
