"""`mlgovern policy test` and `replay` as commands: what they read, what they end with."""

import json
from xml.etree import ElementTree as ET

import pytest

from tests.conftest import Sealed

PASSING = "cases:\n  - {name: a, given: {message: 'feat: a'}, expect: {commit-type-unknown: pass}}\n"
FAILING = PASSING.replace("feat", "wrk")


def policy(repo: Sealed, *words: str) -> tuple[int, str, str]:
    done = repo.mlgovern("policy", *words)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_cases_beside_the_policy(repo: Sealed) -> None:
    assert policy(repo, "test") == (
        1, "There are no cases: write some into .mlgovern/tests/NAME.yaml, see docs/policies.md.\n", "",
    )  # fmt: skip
    repo.write(".mlgovern/tests/b.yaml", PASSING)
    repo.write(".mlgovern/tests/a.yml", PASSING)
    repo.write(".mlgovern/tests/notes.txt", "no cases")
    assert policy(repo, "test") == (0, ".mlgovern/tests/a.yml   1 passed\n.mlgovern/tests/b.yaml  1 passed\n", "")
    repo.write(".mlgovern/tests/b.yaml", FAILING)
    code, out, _ = policy(repo, "test", "--coverage", "--report", "junit=out.xml")
    assert (code, "\n  .mlgovern/tests/b.yaml:2:5: a\n" in out, " have a passing and a failing case." in out) == (
        1,
        True,
        True,
    )
    assert len(ET.parse(repo.top / "out.xml").findall(".//failure")) == 1
    assert policy(repo, "test", ".mlgovern/tests/a.yml")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("test", "none.yaml"), "mlgovern: there is no file none.yaml\n"),
        (("test", "--report", "html=x"), "mlgovern: --report takes junit=FILE here, got 'html=x'\n"),
        (("replay", "--last", "0"), "mlgovern: --last takes a number from 1\n"),
        (("replay", "--range", "HEAD"), "mlgovern: --range takes A..B, got 'HEAD'\n"),
        (("replay", "--against", "nowhere"), "mlgovern: 'nowhere' is no file and no revision here\n"),
    ],
)
def test_what_cannot_be_meant(repo: Sealed, words: tuple[str, ...], said: str) -> None:
    repo.commit()
    assert policy(repo, *words) == (2, "", said)


def test_the_policy_being_written_against_that_of_head(repo: Sealed) -> None:
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    repo.commit("feat: begin")
    repo.commit("feat: add x.")
    repo.write(".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {commit-full-stop: off}\n")
    code, out, err = policy(repo, "replay", "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["commits"], found["refused"]) == (2, {"now": 1, "candidate": 0})
    assert json.loads(policy(repo, "replay", "--range", "HEAD..HEAD", "--format", "json")[1])["commits"] == 0
    assert "this policy would have refused 0" in policy(repo, "replay", "--last", "1")[1]
    repo.write("strict.yaml", "schema: 1\nextends: [strict]\n")
    assert json.loads(policy(repo, "replay", "--against", "strict.yaml", "--format", "json")[1])["refused"]["now"] == 1
    assert policy(repo, "replay", "--format", "html")[1].startswith("<!doctype html>")
