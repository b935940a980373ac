"""A flaw that stays while its file changes is told once."""

from typing import Any

from mlgovern.enforce.once import once
from mlgovern.finding import Finding, Place, Report

A, B = "a" * 40, "b" * 40


def flaw(commit: str | None, line: int, message: str = "m", **facts: Any) -> Finding:
    return Finding(message, Place("x.py", line, 1, commit=commit), rule="r", **facts)


def test_the_first_version_counts() -> None:
    first, other, second = flaw(A, 3), flaw(A, 9), flaw(B, 8, "n")
    message = Finding("m", Place(line=1, commit=B), rule="r")
    found = (first, other, flaw(B, 4), flaw(B, 10), second, message, message._replace(place=Place(line=1, commit=A)))
    report = once(Report("ci", found, notes=("said",)))
    assert report.findings == (first, other, second, *found[-2:])
    assert report.notes == (
        "said",
        "What several versions of a file hold is told at the first one; later ones hold it 2 times more.",
    )


def test_one_more_of_its_like_is_another() -> None:
    found = (flaw(A, 3), flaw(B, 3), flaw(B, 5))
    assert once(Report("ci", found)).findings == (found[0], found[2])


def test_what_is_waived_hides_nothing_that_is_not() -> None:
    report = Report("ci", (flaw(A, 3, waiver="W-1"), flaw(B, 3), flaw(B, 5, key="k"), flaw(None, 3)))
    assert once(report) is report
