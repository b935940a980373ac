"""The wording is the product: exact texts, one safe line for those who see no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Crash, Finding, NotJudged, Place, Report, Severity
from mlgovern.reporters.plain import printable
from mlgovern.reporters.text import HIJACKING, LONGEST_VERDICT, TELLTALES, refusal, render
from tests.reporters.vscode import dialog_line

ENV = Finding("a dotenv file would be committed", Place(".env"), "git rm --cached .env", rule="tracked-env-file")
SUBJECT = Finding(
    'the subject has no type: "added some stuff"',
    Place(line=1, column=1),
    "feat: add some stuff",
    rule="commit-header-malformed",
)
LONG = Finding("x" * 400, Place("a.py", 3, 5), rule="long")
WARNING = Finding("could be better", Place("b.py", 2, 1, cell=0), rule="mild", severity=Severity.WARNING)


def test_a_refusal_as_it_looks() -> None:
    report = Report("commit-msg", (WARNING, ENV, SUBJECT), files=2, commits=1)
    assert refusal(report, "commit refused") == (
        "mlgovern: commit refused, 2 problems: .env: a dotenv file would be committed (git rm --cached .env); "
        'the subject has no type: "added some stuff" (feat: add some stuff).\n'
        "\n"
        ".env:1:1: error tracked-env-file a dotenv file would be committed\n"
        "    mend: git rm --cached .env\n"
        'commit message:1:1: error commit-header-malformed the subject has no type: "added some stuff"\n'
        "    mend: feat: add some stuff\n"
        "b.py:2:1: warning mild cell 1: could be better\n"
        "\n"
        "Why: mlgovern explain tracked-env-file\n"
        "Waive: mlgovern waive tracked-env-file --path .env --reason WHY --until DATE\n"
    )


def test_a_check_as_it_looks() -> None:
    report = Report(
        "audit",
        (ENV, WARNING, WARNING._replace(waiver="W-1"), SUBJECT._replace(mode="evaluate")),
        (NotJudged("big.bin", "too large"), NotJudged("branch name", "HEAD is detached", expected=False)),
        files=1200,
        notes=("There is no .mlgovern.yaml here.",),
    )
    assert render(report) == (
        "mlgovern: 1 error, 1 warning, 1 evaluated, 1 waived; 1,200 files judged, 1 not judged.\n"
        "\n"
        ".env:1:1: error tracked-env-file a dotenv file would be committed\n"
        "    mend: git rm --cached .env\n"
        "b.py:2:1: warning mild cell 1: could be better\n"
        "\n"
        "Evaluated only, not enforced yet:\n"
        'commit message:1:1: error commit-header-malformed the subject has no type: "added some stuff"\n'
        "    mend: feat: add some stuff\n"
        "\n"
        "Waived:\n"
        "b.py:2:1: warning mild cell 1: could be better\n"
        "    waived: W-1\n"
        "\n"
        "Not judged:\n"
        "  big.bin: too large\n"
        "  branch name: HEAD is detached\n"
        "\n"
        "There is no .mlgovern.yaml here.\n"
        "\n"
        "Why: mlgovern explain tracked-env-file\n"
        "Waive: mlgovern waive tracked-env-file --path .env --reason WHY --until DATE\n"
    )


@pytest.mark.parametrize(
    ("report", "line"),
    (
        pytest.param(Report("audit", files=3), "mlgovern: clean; 3 files judged.\n", id="clean"),
        pytest.param(Report("audit"), "mlgovern: nothing to judge.\n", id="empty repository"),
        pytest.param(Report("audit", commits=2), "mlgovern: clean; 2 commits and 0 files judged.\n", id="no file"),
        pytest.param(
            Report("audit", not_judged=(NotJudged("a", "b"),)),
            "mlgovern: nothing found; 0 files judged, 1 not judged.\n",
            id="nothing judged",
        ),
        pytest.param(
            Report("audit", not_judged=(NotJudged("a", "b", expected=False),), files=1),
            "mlgovern: clean; 1 file judged.\n",
            id="not expected to be judged",
        ),
        pytest.param(Report("commit-msg", commits=1), "mlgovern: clean; 1 commit judged.\n", id="message"),
        pytest.param(Report("ci", branches=1), "mlgovern: clean; 1 branch name judged.\n", id="branch"),
        pytest.param(Report("ci", commits=1, files=1), "mlgovern: clean; 1 commit and 1 file judged.\n", id="range"),
        pytest.param(
            Report("ci", (WARNING._replace(severity=Severity.INFO),), files=1),
            "mlgovern: 1 info; 1 file judged.\n",
            id="info alone",
        ),
    ),
)
def test_first_line_of_a_check(report: Report, line: str) -> None:
    assert render(report).splitlines(keepends=True)[0] == line


def test_much_that_is_not_judged_for_one_reason_is_counted() -> None:
    gaps = [NotJudged(f"{number}.bin", "too large") for number in range(1007)]
    lines = render(Report("audit", not_judged=(*gaps, NotJudged("x", "y")))).splitlines()
    assert lines[2:] == [
        "Not judged:",
        *(f"  {number}.bin: too large" for number in range(5)),
        "  and 1,002 more: too large",
        "  x: y",
    ]


def test_a_broken_rule_is_named_and_nothing_is_clean() -> None:
    report = Report("audit", crashes=(Crash("mild", "Traceback …\nValueError: no\n"),), files=1)
    assert report.exit_code == 4
    assert (
        render(report) == "mlgovern: 1 rule broke; 1 file judged.\n\nBroken rules (our bug):\n  mild: ValueError: no\n"
    )
    assert refusal(report, "commit refused").startswith("mlgovern: commit refused, rule mild broke: this is our bug")


def test_places() -> None:
    findings = (
        Finding("m", Place(path="a", line=2, column=3, commit="4be19c0d" + "0" * 32), rule="r"),
        Finding("m", Place(line=4, commit="4be19c0d" + "0" * 32), rule="r"),
        Finding("m", Place(branch="Feat/x"), rule="r"),
        Finding("m", rule="r"),
    )
    lines = render(Report("ci", findings)).splitlines()[2:6]
    assert lines == [
        "4be19c0d a:2:3: error r m",
        "4be19c0d commit message:4:1: error r m",
        "branch Feat/x: error r m",
        "repository: error r m",
    ]


def test_the_verdict_stays_short_whatever_is_found() -> None:
    many = tuple(ENV._replace(place=Place(f"folder/{n}/.env")) for n in range(9))
    line = refusal(Report("pre-commit", many), "commit refused").splitlines()[0]
    assert line.endswith("and 7 more.")
    for findings in ((LONG,), (LONG, LONG), (ENV, LONG), many):
        assert len(refusal(Report("pre-commit", findings), "commit refused").splitlines()[0]) <= LONGEST_VERDICT


def test_of_many_alike_the_first_few_are_listed() -> None:
    many = tuple(WARNING._replace(place=Place("b.ipynb", line, 1), message=f"m{line}") for line in range(1, 10))
    lines = render(Report("audit", (*many, ENV), files=1)).splitlines()
    assert lines[2].startswith(".env:1:1: error ")
    assert lines[4:10] == [
        *(f"b.ipynb:{n}:1: warning mild m{n}" for n in range(1, 6)),
        "    and 4 more of mild in b.ipynb",
    ]
    assert render(Report("audit", many)).startswith("mlgovern: 9 warnings; ")


def test_colour_only_where_asked() -> None:
    report = Report("audit", (ENV,))
    assert "\x1b" not in render(report)
    assert "\x1b[31merror\x1b[0m" in render(report, color=True)


@pytest.mark.parametrize(
    ("raw", "shown"),
    (
        ("plain – é 漢 🎉", "plain – é 漢 🎉"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("caf\udce9", r"caf\xe9"),
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("\u202egnp.exe\u2066\ufeff\u200b", r"\u202egnp.exe\u2066\ufeff\u200b"),
        ("\u2028\x85\x00\x7f", r"\u2028\x85\x00\x7f"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
    ),
)
def test_printable(raw: str, shown: str) -> None:
    assert printable(raw) == shown


HIJACKS = (
    "Authentication failed",
    "Please commit your changes or stash them",
    "Aborting commit due to empty commit message",
    "not a git repository",
    "Another git process seems to be running",
    "unable to access",
    "Repository not found",
    "bad config file",
    "fatal: 'x' already exists",
)


@pytest.mark.parametrize("phrase", HIJACKS)
def test_no_phrase_that_makes_vs_code_show_something_else(phrase: str) -> None:
    finding = Finding(f'"{phrase}" is no type', Place(f"{phrase}.py"), f"git branch -m '{phrase}'", rule="r")
    out = refusal(Report("commit-msg", (finding,)), "commit refused")
    assert not HIJACKING.search(out)
    assert phrase.replace(" ", "_") in out


@given(st.text(), st.text(), st.text())
def test_hostile_text_never_reaches_the_terminal(path: str, message: str, mend: str) -> None:
    report = Report("pre-commit", (Finding(message, Place(path, 1, 1), mend, rule="r"),))
    out = refusal(report, "commit refused")
    out.encode()
    assert all(character == "\n" or character.isprintable() for character in out)
    assert dialog_line(out).startswith("Git: mlgovern: commit refused, 1 problem: ")


def test_every_hijacking_phrase_has_a_telltale() -> None:
    phrases = HIJACKING.pattern.split("|")
    assert [phrase for phrase in phrases if not any(word in phrase for word in TELLTALES)] == []
    assert [word for word in TELLTALES if not any(word in phrase for phrase in phrases)] == []
