"""What nobody can see, and what nobody should print."""

import json

import pytest

from mlgovern import engine
from mlgovern.finding import Severity
from mlgovern.policy.cache import effective
from mlgovern.reporters import json as as_json
from mlgovern.reporters.text import render
from mlgovern.rules.commits.structure import Size
from tests.conftest import Sealed
from tests.rules.commits.judging import PARENT, SHA, about, findings

TAGS = "\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"  # gbeng and the end


@pytest.mark.parametrize(
    ("message", "name", "at_most"),
    [
        pytest.param("\ufefffeat: add x", "a byte order mark (U+FEFF)", Severity.ERROR, id="byte order mark"),
        pytest.param("feat: \u200badd x", "a zero-width blank (U+200B)", Severity.WARNING, id="zero-width blank"),
        pytest.param("feat: add\u202e x", "a bidirectional control (U+202E)", Severity.WARNING, id="bidi"),
        pytest.param("feat: add\rx", "a carriage return", Severity.WARNING, id="carriage return"),
        pytest.param("feat: a\u00add x", "a soft hyphen (U+00AD)", Severity.WARNING, id="soft hyphen"),
        pytest.param("feat: a\x1b[31mx", "an escape character (U+001B)", Severity.WARNING, id="escape"),
        pytest.param(
            "feat: add\u200d x", "the invisible character U+200D", Severity.WARNING, id="a joiner that joins nothing"
        ),
        pytest.param("feat: add\u2028x", "a line separator (U+2028)", Severity.WARNING, id="line separator"),
        pytest.param("feat: add\x85x", "a next-line character (U+0085)", Severity.WARNING, id="next line"),
        pytest.param("feat: add\x0bx", "a vertical tab", Severity.WARNING, id="vertical tab"),
        pytest.param("feat: add\x0cx", "a form feed", Severity.WARNING, id="form feed"),
        pytest.param("feat: add\0x", "a NUL byte", Severity.WARNING, id="NUL"),
        pytest.param(
            "feat: a\U000e0041dd x", "the invisible character U+E0041", Severity.WARNING, id="a tag for machines"
        ),
        pytest.param("feat: 🏴" + TAGS + " x", None, None, id="a flag that is spelled with tags"),
        pytest.param("feat: 👩\u200d🔬 x", None, None, id="a joined emoji"),
        pytest.param("feat: नमस्\u200dते", None, None, id="a script that joins"),
        pytest.param("feat: add ä", None, None, id="visible"),
        pytest.param("feat: add\tx", None, None, id="tab"),
    ],
)
def test_commit_subject_invisible(message: str, name: str | None, at_most: Severity | None) -> None:
    found = findings("commit-subject-invisible", message)
    assert [finding.at_most for finding in found] == ([] if at_most is None else [at_most])
    for finding in found:
        assert finding.message == f"the subject holds {name} in column {finding.place.column}"
        assert not findings("commit-subject-invisible", finding.mend)


def test_a_hostile_subject_has_few_findings() -> None:
    assert len(findings("commit-subject-invisible", "a\u200b" * 50_000)) == 20


@pytest.mark.parametrize(
    ("body", "name", "at_most"),
    [
        pytest.param("a\x1b[2Jb", "an escape character (U+001B)", Severity.ERROR, id="escape"),
        pytest.param("ab\0", "a NUL byte", Severity.ERROR, id="NUL"),
        pytest.param("a\bb", "the invisible character U+0008", Severity.ERROR, id="backspace"),
        pytest.param("a\rb", "a carriage return", Severity.ERROR, id="a carriage return in a line"),
        pytest.param("a\u202eb", "a bidirectional control (U+202E)", Severity.ERROR, id="override"),
        pytest.param("a\u2066b", "a bidirectional control (U+2066)", Severity.ERROR, id="isolate"),
        pytest.param("a\U000e0041b", "the invisible character U+E0041", Severity.ERROR, id="a tag for machines"),
        pytest.param("a\x9bb", "the invisible character U+009B", Severity.ERROR, id="one-byte escape"),
        pytest.param("a\x0bb", "a vertical tab", Severity.WARNING, id="vertical tab"),
        pytest.param("a\x0cb", "a form feed", Severity.WARNING, id="form feed"),
        pytest.param("a\x85b", "a next-line character (U+0085)", Severity.WARNING, id="next line"),
        pytest.param("a\u2028b", "a line separator (U+2028)", Severity.WARNING, id="line separator"),
        pytest.param("a\tb", None, None, id="tab"),
        pytest.param("a\r", None, None, id="the end of a line from Windows"),
        pytest.param("a\u200b\u00ad\ufeff\u200eb", None, None, id="unseen, and harmless where nothing is parsed"),
        pytest.param("🏴" + TAGS, None, None, id="a flag that is spelled with tags"),
        pytest.param("🏴" + TAGS[:1] * 50, "the invisible character U+E0067", Severity.ERROR, id="a flag as a cloak"),
        pytest.param("a\udcffb", None, None, id="bytes of another encoding"),
        pytest.param("Grüße, मराठी, 👩\u200d🔬", None, None, id="other scripts"),
    ],
)
def test_commit_body_invisible(body: str, name: str | None, at_most: Severity | None) -> None:
    found = findings("commit-body-invisible", f"feat: x\n\nfirst\n{body}\n")
    assert [finding.at_most for finding in found] == ([] if at_most is None else [at_most])
    for finding in found:
        assert finding.message == f"line 4 holds {name} in column {finding.place.column}"
        assert finding.mend == "type line 4 again"
        assert finding.place.line == 4


@pytest.mark.parametrize(
    ("message", "facts", "flagged"),
    [
        pytest.param("feat: x\x1by", {}, False, id="a subject is another rule's"),
        pytest.param("Merge \x1by", {"parents": (PARENT, SHA)}, True, id="unless it is not judged"),
        pytest.param('Revert "\x1by"\n\nThis reverts commit 676104eabcdef.', {}, True, id="nor that of a revert"),
        pytest.param("fixup! \x1by", {}, True, id="nor that of a fixup"),
        pytest.param("\n \n", {}, False, id="empty"),
    ],
)
def test_where_it_is_looked_for(message: str, facts: dict[str, object], flagged: bool) -> None:
    assert bool(findings("commit-body-invisible", message, **facts)) is flagged


def test_a_hostile_body_has_few_findings() -> None:
    assert len(findings("commit-body-invisible", "feat: x\n\n" + "a\x1b" * 50_000)) == 20
    assert not findings("commit-body-invisible", "feat: x\n\n" + ("🏴" + TAGS) * 50_000)


@pytest.mark.parametrize(
    ("message", "cut", "settings", "said"),
    [
        pytest.param("feat: x", 0, Size(), None, id="small"),
        pytest.param("x" * 100, 0, Size(100), None, id="as large as may be"),
        pytest.param("x" * 101, 0, Size(100), "the message has 101 bytes, 100 are the most", id="a byte more"),
        pytest.param("é" * 51, 0, Size(100), "the message has 102 bytes, 100 are the most", id="bytes, not characters"),
        pytest.param(
            "x" * 1000,
            50_000_000,
            Size(),
            "the message has 50,000,000 bytes, 100,000 are the most; the first 1,000 characters were judged",
            id="only its beginning was gathered",
        ),
        pytest.param(
            "\n",
            50_000_000,
            Size(),
            "the message has 50,000,000 bytes, 100,000 are the most; the first 1 characters were judged",
            id="which is empty",
        ),
    ],
)
def test_commit_message_oversized(message: str, cut: int, settings: Size, said: str | None) -> None:
    found = findings("commit-message-oversized", message, settings, cut=cut)
    assert [finding.message for finding in found] == ([] if said is None else [said])


def test_a_message_of_fifty_megabytes(repo: Sealed) -> None:
    line = "a word \x1b[31mand\u202e more".ljust(99).encode()
    repo.write("message", b"fix: x\n\n" + (line + b"\n") * 500_000)
    done = repo.mlgovern("check", "--message", "message", "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    said = {one["rule"]: one["message"] for one in report["findings"]}
    assert said["commit-message-oversized"].startswith("the message has 51,")
    assert len(done.stdout) < 50_000
    assert b"\x1b" not in done.stdout


ODD = {
    "CRLF": "fix: x\r\n\r\nwhy\r\n",
    "lone CR": "fix: x\rMerge y\r\rwhy",
    "VT, FF, NEL, U+2028": "fix: x\x0by\x0cz\x85a\u2028b\n\nc\x0bd\x0ce\x85f\u2029g",
    "escapes": "\x1b[2Jfix\x1b]0;x\x07: y\n\n\x1b[31mred",
    "bidi": "fix(\u202eoi): x\n\n\u2066why\u2069",
    "NUL": "fix\0: x\n\0\nwhy\0",
    "not UTF-8": "fix: \udcff\udc80\n\n\udcfewhy",
    "half a character": "fix(\ud800): x\n\n\udfff",
    "byte order mark": "\ufefffix: x\n\n\ufeffwhy",
    "nothing but controls": "\x01\x02\x03",
}


@pytest.mark.parametrize("name", ODD)
def test_nothing_odd_crashes_a_rule_or_reaches_the_output(name: str) -> None:
    text = b"schema: 1\nextends: [strict]\n"
    policy = effective(lambda path: text if path == ".mlgovern.yaml" else None, None)
    report = engine.evaluate(about(ODD[name]), policy, "2026-01-01", ["commits"])
    assert not report.crashes
    assert report.findings or report.not_judged or name == "CRLF"
    for output in (render(report), as_json.render(report)):
        assert all(line.isprintable() for line in output.split("\n"))
