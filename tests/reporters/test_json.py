"""The machine's view keeps the contract of version 1."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Finding, NotJudged, Place, Report, Severity
from mlgovern.reporters.json import render


def test_the_whole_contract() -> None:
    finding = Finding("m", Place("a/b.py", 1, 2, 1, 5, cell=3), "do it", "KEY", rule="r", severity=Severity.WARNING)
    waived = finding._replace(waiver="W-1", message="n")
    report = Report("pre-commit", (finding, waived), (NotJudged("x", "why"),), files=2, commits=1)
    assert json.loads(render(report)) == {
        "version": 1,
        "stage": "pre-commit",
        "judged": {"files": 2, "commits": 1},
        "not_judged": [{"what": "x", "why": "why"}],
        "findings": [
            {
                "rule": "r",
                "severity": "warning",
                "mode": "enforce",
                "path": "a/b.py",
                "line": 1,
                "column": 2,
                "end_line": 1,
                "end_column": 5,
                "commit": None,
                "branch": None,
                "cell": 3,
                "message": message,
                "mend": "do it",
                "fingerprint": "0924382c356d945f",
                "waiver": waiver,
            }
            for message, waiver in (("m", None), ("n", "W-1"))
        ],
        "summary": {"error": 0, "warning": 1, "info": 0, "waived": 1},
        "exit_code": 3,
    }


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_is_valid_utf8(path: str, message: str) -> None:
    out = render(Report("ci", (Finding(message, Place(path), rule="r"),)))
    assert out.isascii()  # no bidi mark, no control character, no invalid byte reaches whoever prints it
    finding = json.loads(out.encode())["findings"][0]
    if path.isprintable():
        assert finding["path"] == path
