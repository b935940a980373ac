"""The lines that a pusher reads behind `remote: `."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Crash, Finding, NotJudged, Place, Report
from mlgovern.reporters.remote import COLUMNS, Told, lines, width

A, B = "a" * 40, "b" * 40
MESSAGE = Finding('"wip" is no type', Place(commit=A), "", rule="commit-type-unknown")
FILE = Finding("DB_PASSWORD holds a credential", Place(".env", 1, commit=B), "git rm --cached .env", rule="env-secret")
REF = Finding("branch x is not KIND/TOPIC", Place(branch="x"), "git branch -m feat/x", rule="branch-name-malformed")


def report(*findings: Finding, **facts: object) -> Report:
    return Report("pre-receive", findings, **facts)  # type: ignore[arg-type]  # named by the caller


@pytest.mark.parametrize(
    ("given", "told", "expected"),
    [
        pytest.param(
            report(MESSAGE, FILE, FILE._replace(rule="tracked-env-file")),
            Told(policy="main@1234567", begin="git rebase -i aaaaaaa^", burnt=True),
            [
                "",
                "REFUSED: 1 commit message, 1 file (policy main@1234567)",
                '  aaaaaaa commit-type-unknown  "wip" is no type',
                "  bbbbbbb .env:1 env-secret  DB_PASSWORD holds a credential",
                "  bbbbbbb .env:1 tracked-env-file  DB_PASSWORD holds a credential",
                "mend: git rebase -i aaaaaaa^",
                "there: reword aaaaaaa; take out or mend .env where it was added",
                "a secret that was pushed is burnt: change it",
            ],
            id="messages and files",
        ),
        pytest.param(
            report(REF),
            Told(every=("refs/heads/x", "refs/heads/y")),
            [
                "",
                "REFUSED: 1 ref",
                "  x branch-name-malformed  branch x is not KIND/TOPIC",
                "at fault: x; the other refs are not",
                "mend: git branch -m feat/x",
            ],
            id="one ref of two",
        ),
        pytest.param(
            report(MESSAGE),
            Told(refs={A: ("refs/heads/a", "refs/tags/v1")}, every=("refs/heads/a", "refs/tags/v1")),
            ["", "REFUSED: 1 commit message", '  aaaaaaa commit-type-unknown  "wip" is no type [a, tags/v1]'],
            id="the refs of a commit",
        ),
        pytest.param(
            report(not_judged=(NotJudged("this push", "3.5 s were over"), NotJudged("x", "y", expected=False))),
            Told("not everything was judged", accepted=True, prefix="GL-HOOK-ERR: "),
            ["", "GL-HOOK-ERR: ACCEPTED: not everything was judged", "  not judged: this push: 3.5 s were over"],
            id="accepted with a warning",
        ),
        pytest.param(
            report(crashes=(Crash("env-secret", "trace"),)),
            Told("it could not be judged"),
            ["", "REFUSED: it could not be judged", "  rule env-secret broke: this is our bug"],
            id="our bug",
        ),
        pytest.param(
            report(),
            Told("x" * 100),
            ["", f"REFUSED: {'x' * 63}"[:9], f"  {'x' * 70}", f"  {'x' * 30}"],
            id="a word longer than a line",
        ),
    ],
)
def test_lines(given: Report, told: Told, expected: list[str]) -> None:
    assert [line.rstrip() for line in lines(given, told)] == [line.rstrip() for line in expected]


def test_many_findings_are_counted() -> None:
    found = [FILE._replace(place=Place(f"{number}/.env", 1, commit=B)) for number in range(1234)]
    out = lines(report(*found), Told())
    assert out[1] == "REFUSED: 1,234 files"
    assert sum("env-secret" in line for line in out) == 20
    assert "  +1,214 more" in out


def test_wide_characters_take_two_columns() -> None:
    out = lines(report(FILE._replace(message="秘" * 60)), Told())
    assert max(map(width, out)) <= COLUMNS
    assert "".join(out).count("秘") == 60


FOREIGN = st.text(st.characters(exclude_categories=[]), max_size=300)


@given(FOREIGN, FOREIGN, FOREIGN, st.lists(FOREIGN, max_size=3))
def test_no_foreign_text_forges_a_line_or_breaks_the_width(path: str, message: str, ref: str, notes: list[str]) -> None:
    found = (
        Finding(message, Place(path, 1, commit=A), message, rule="env-secret"),
        Finding(message, Place(branch=ref), message, rule="tag-moved"),
    )
    told = Told(
        policy=ref,
        prefix="GL-HOOK-ERR: ",
        refs={A: (ref, path)},
        every=(ref, path, "x"),
        begin="git commit --amend",
        burnt=True,
        notes=tuple(notes),
    )
    out = lines(report(*found, not_judged=(NotJudged(path, message),)), told)
    assert max(map(width, out)) <= COLUMNS
    assert all(line.isprintable() for line in out)
    assert sum("GL-HOOK-ERR" in line for line in out) == 1
    assert out[1].startswith("GL-HOOK-ERR: REFUSED: 1 file, 1 ref")
