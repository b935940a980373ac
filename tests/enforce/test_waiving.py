"""Waivers in real repositories: what a change brings for itself does not count for it."""

import json

import pytest

from tests.conftest import Sealed

FILE = ".mlgovern/waivers.yaml"
WAIVERS = """\
schema: 1
waivers:
  - id: W-1
    rule: case-collision
    paths: ["a/**"]
    reason: until the rename is through
    owner: ann@acme.example
    created: 2026-11-01
    until: 2027-01-15
"""
NOTE = "Waiver W-1 (.mlgovern/waivers.yaml:3) comes with this change or is widened by it"


@pytest.fixture
def begun(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> Sealed:
    """One commit on a topic branch, and today within the waiver's days."""
    monkeypatch.setattr("mlgovern.enforce.check.today", lambda: "2026-11-27")
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    repo.commit()
    repo.git("switch", "-qc", "feat/x")
    return repo


def clash(repo: Sealed) -> None:
    repo.stage("a/x")
    blob = repo.git("rev-parse", ":a/x")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},a/X")


def check(repo: Sealed, *words: str) -> tuple[int, str]:
    done = repo.mlgovern("check", "--only", "case-collision,policy", *words)
    return done.returncode, done.stdout.decode()


def test_committed_before_it_counts(begun: Sealed) -> None:
    begun.stage(FILE, WAIVERS)
    begun.commit("chore: waive")
    clash(begun)
    code, out = check(begun, "--staged")
    assert (code, "1 waived" in out, "    waived: W-1\n" in out) == (0, True, True)


def test_staged_with_what_needs_it_it_does_not_count(begun: Sealed) -> None:
    begun.stage(FILE, WAIVERS)
    clash(begun)
    code, out = check(begun, "--staged")
    assert (code, NOTE in out) == (1, True)


def test_the_hook_goes_by_the_last_commit(begun: Sealed) -> None:
    begun.stage(FILE, WAIVERS)
    clash(begun)
    done = begun.mlgovern("hook", "pre-commit", "--only", "case-collision")
    assert (done.returncode, NOTE.encode() in done.stderr) == (1, True)


def test_a_broken_file_of_before_accepts_nothing(begun: Sealed) -> None:
    begun.stage(FILE, "waivers: [")
    begun.commit("chore: waive")
    begun.stage(FILE, WAIVERS)
    clash(begun)
    assert check(begun, "--staged")[0] == 1


def test_a_range_goes_by_what_it_begins_with(begun: Sealed) -> None:
    base = begun.git("rev-parse", "HEAD")
    begun.stage(FILE, WAIVERS)
    waived = begun.commit("chore: waive")
    clash(begun)
    begun.commit("feat: clash")
    code, out = check(begun, "--range", f"{base}..HEAD")
    assert (code, NOTE in out) == (1, True)
    assert check(begun, "--range", f"{waived}..HEAD")[0] == 0


def test_everything_is_judged_by_what_is_staged(begun: Sealed) -> None:
    begun.stage(FILE, WAIVERS)
    clash(begun)
    assert check(begun)[0] == 0


def test_a_mistake_in_it_stops_every_judgement_with_its_place(begun: Sealed) -> None:
    begun.stage(FILE, WAIVERS.replace("case-collision", "case-colision"))
    done = begun.mlgovern("check", "--staged")
    assert (done.returncode, done.stderr.decode()) == (
        2,
        "mlgovern: .mlgovern/waivers.yaml:4:11: unknown rule 'case-colision', did you mean 'case-collision'?\n",
    )


def test_a_fingerprint_is_the_same_once_it_is_committed(begun: Sealed) -> None:
    base = begun.git("rev-parse", "HEAD")
    clash(begun)
    _, out = check(begun, "--staged", "--format", "json")
    (staged,) = [finding["fingerprint"] for finding in json.loads(out)["findings"]]
    begun.commit("feat: clash")
    _, out = check(begun, "--range", f"{base}..HEAD", "--format", "json")
    assert [finding["fingerprint"] for finding in json.loads(out)["findings"]] == [staged]
