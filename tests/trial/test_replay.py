"""A candidate policy over past commits: what it would have refused, and how that is told."""

import json

import pytest

from mlgovern.facts import git as wall
from mlgovern.facts.ranges import Span
from mlgovern.policy.cache import effective
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.trial.replay import Replay, replay
from mlgovern.trial.telling import as_json, page, text
from tests.conftest import Sealed

TODAY = "2026-11-27"


def policy(rules: str) -> Policy:
    """Nothing is on but these."""
    off = ", ".join(f"{rule}: off" for rule in effective(lambda _path: None, None).decisions if f"{rule}:" not in rules)
    said = f"schema: 1\nextends: [base]\nrules: {{{off}, {rules}}}\n"
    return effective({POLICY_FILE: said.encode()}.get, None)


FULL_STOP, SIZES = "commit-full-stop: error", "oversized-file: {severity: error, settings: {max_bytes: 10}}"


@pytest.fixture
def worked(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> Sealed:
    """Four commits by two authors: two subjects with a full stop, and a file that is large in one of its versions."""
    repo.commit("feat: begin.")
    repo.stage("a.txt", "more than ten bytes")
    repo.commit("feat: add <b>a</b>.")
    repo.stage("a.txt", "less")
    repo.commit("feat: shorten a", "--author=Bea <bea@acme.example>")
    repo.commit("feat: end", "--date=2026-11-03T12:00:00Z")
    monkeypatch.chdir(repo.top)
    return repo


def replayed(repo: Sealed, now: str, then: str, *selection: str) -> Replay:
    with wall.locate(str(repo.top)) as git:
        return replay(git, policy(now), policy(then), Span(selection or ("HEAD",), "HEAD"), TODAY)


def counts(found: Replay) -> dict[str, tuple[int, int, int]]:
    return {row.rule: (len(row.now.commits), len(row.then.commits), row.change) for row in found.rows}


def test_what_changes(worked: Sealed) -> None:
    found = replayed(worked, FULL_STOP, SIZES)
    assert (found.commits, found.authors, found.refused) == (4, 2, (2, 1))
    assert found.days == ("2026-11-01", "2026-11-01")  # as committed
    assert counts(found) == {"commit-full-stop": (2, 0, -2), "oversized-file": (0, 1, 1)}
    (size,) = (row for row in found.rows if row.rule == "oversized-file")
    assert (list(size.then.paths), list(size.then.authors)) == (["a.txt"], ["ann@acme.example"])
    assert [subject for _, subject in size.examples] == ["feat: add <b>a</b>."]


def test_what_both_decide_alike(worked: Sealed) -> None:
    found = replayed(worked, FULL_STOP, FULL_STOP)
    assert (counts(found), found.refused, found.rows[0].examples) == ({"commit-full-stop": (2, 2, 0)}, (2, 2), ())


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param("commit-full-stop: warning", {}, id="what only warns refuses nothing"),
        pytest.param("commit-full-stop: {severity: error, mode: evaluate}", {"commit-full-stop": (0, 2, 2)}, id="what is evaluated would"),
        pytest.param("branch-name-malformed: error", {}, id="what is about now, not about a commit"),
    ],
)  # fmt: skip
def test_what_counts(worked: Sealed, rules: str, expected: dict[str, tuple[int, int, int]]) -> None:
    worked.git("switch", "-qc", "Odd Name".replace(" ", "_"))
    assert counts(replayed(worked, "commit-full-stop: off", rules)) == expected


def test_the_newest_alone(worked: Sealed) -> None:
    assert replayed(worked, FULL_STOP, SIZES, "--max-count=2", "HEAD").commits == 2


def test_as_a_person_reads_it(worked: Sealed) -> None:
    more = ", branch-protected-commit: {severity: error, stages: [pre-commit]}, missing-required-path: {severity: error, settings: {required: [docs/]}}"
    found = replayed(worked, FULL_STOP, SIZES + more)
    commit = found.rows[1].examples[0][0][:8]
    assert text(found) == (
        "4 commits by 2 authors, 2026-11-01 … 2026-11-01: this policy would have refused 1; the one in force, 2.\n"
        "\n"
        "rule              in force  this one  change  files  authors\n"
        "commit-full-stop         2         0      -2      0        0  ························\n"
        "oversized-file           0         1      +1      1        1  ▒▒▒▒▒▒▒▒▒▒▒▒\n"
        "\n"
        "Newly refused by oversized-file, such as:\n"
        f"  {commit} feat: add <b>a</b>.\n"
        "\n"
        "These refuse the tree as it is now, whichever commit comes: missing-required-path.\n"
        "\n"
        "No past commit shows what these would refuse, since they judge work as it is made: branch-protected-commit.\n"
    )
    assert "<p>These refuse the tree as it is now, whichever commit comes: missing-required-path.</p>" in page(found)


def test_as_a_program_reads_it(worked: Sealed) -> None:
    said = json.loads(as_json(replayed(worked, FULL_STOP, SIZES)))
    assert said["refused"] == {"now": 2, "candidate": 1}
    assert said["rules"][1]["candidate"] == {"commits": 1, "files": 1, "authors": 1}


def test_as_a_browser_reads_it(worked: Sealed) -> None:
    shown = page(replayed(worked, FULL_STOP, SIZES))
    assert "feat: add &lt;b&gt;a&lt;/b&gt;." in shown
    assert "<b>" not in shown
    assert "http" not in shown.replace("http-equiv", "")


def test_nothing(repo: Sealed) -> None:
    repo.commit()
    found = replayed(repo, FULL_STOP, SIZES, "HEAD..HEAD")
    assert (found.commits, text(found)) == (0, "There are no commits to judge.\n")
    assert "There are no commits to judge." in page(found)
