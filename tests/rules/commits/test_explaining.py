"""Bodies that are there, and that say why."""

import pytest

from mlgovern.facts.snapshot import Person
from mlgovern.rules.commits.explaining import REASONS, Bodies, Reasons
from tests.rules.commits.judging import PARENT, SHA, findings, only

WHY = "The loader reads the same file twice."
SIGNED = "Signed-off-by: Ann <ann@acme.example>"


@pytest.mark.parametrize(
    ("message", "settings", "facts", "flagged"),
    [
        pytest.param(f"feat: x\n\n{WHY}", Bodies(), {}, False, id="a body"),
        pytest.param("feat: x", Bodies(), {}, True, id="none"),
        pytest.param("FEAT: x", Bodies(), {}, True, id="capitals"),
        pytest.param("feat: x\n\nA few words.", Bodies(), {}, True, id="too few words"),
        pytest.param("feat: x\n\nA few words.", Bodies(min_words=3), {}, False, id="enough for a team"),
        pytest.param(f"feat: x\n\n{SIGNED}\nRefs: one two three four five", Bodies(), {}, True, id="trailers alone"),
        pytest.param(f"feat: x\n\nRefs: 1\n {WHY}", Bodies(), {}, True, id="a folded trailer"),
        pytest.param(f"feat: x\n\n{WHY}\n\n{SIGNED}", Bodies(), {}, False, id="a body and trailers"),
        pytest.param(f"feat: x\n\n{WHY}\n{SIGNED}", Bodies(), {}, False, id="in one paragraph"),
        pytest.param(
            "feat: x\n\n# Conflicts:\n#\tone two three four five", Bodies(), {}, True, id="comments that were kept"
        ),
        pytest.param("feat: x\n\n1 2 3 4 5 --- | | *", Bodies(), {}, True, id="no words"),
        pytest.param("feat: x\n\n加载器读取同一文件两次", Bodies(), {}, False, id="a script without blanks"),
        pytest.param(f"feat: x\n{WHY}", Bodies(), {}, False, id="not separated is another rule's"),
        pytest.param("docs: x", Bodies(), {}, False, id="a type that needs none"),
        pytest.param("docs: x", Bodies(of_types=()), {}, True, id="every type"),
        pytest.param("x", Bodies(of_types=()), {}, True, id="no type"),
        pytest.param("Merge x", Bodies(of_types=()), {"parents": (PARENT, SHA)}, False, id="a merge"),
        pytest.param("fixup! feat: x", Bodies(of_types=()), {}, False, id="a fixup"),
        pytest.param("feat: x", Bodies(), {"author": Person("renovate[bot]", "")}, False, id="a bot"),
    ],
)
def test_commit_body_missing(message: str, settings: Bodies, facts: dict[str, object], flagged: bool) -> None:
    assert bool(findings("commit-body-missing", message, settings, **facts)) is flagged


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", '"feat: x" needs a body that says why; it has none'),
        ("Word.", '"feat: x" needs a body that says why; it has 1 word, 5 are the least'),
        ("Two words.", '"feat: x" needs a body that says why; it has 2 words, 5 are the least'),
    ],
)
def test_what_a_missing_body_reads_like(body: str, said: str) -> None:
    found = only(findings("commit-body-missing", f"feat: x\n\n{body}"))
    assert (found.message, found.mend) == (said, "put an empty line and the reasons below the subject")


@pytest.mark.parametrize(
    ("body", "settings", "flagged"),
    [
        *(
            pytest.param(f"Read it {reason} x.", Reasons(), False, id=reason)
            for reason in ("because", "so", "otherwise")
        ),
        pytest.param("Read it. OTHERWISE, x.", Reasons(), False, id="capitals"),
        pytest.param("Read it in\n order  to x", Reasons(), False, id="a phrase over two lines"),
        pytest.param("Read the file with open.", Reasons(), True, id="what, not why"),
        pytest.param("Read it sometimes.", Reasons(), True, id="in a longer word"),
        pytest.param("Read it, see #12.", Reasons(), False, id="an issue"),
        pytest.param("Read it, see AB-12.", Reasons(), False, id="a ticket"),
        pytest.param("Read https://acme.example/1", Reasons(), False, id="an address"),
        pytest.param("Read it, see #12.", Reasons(references=False), True, id="references do not count"),
        pytest.param("Read it once.\n\nFixes: #12", Reasons(), True, id="in a trailer"),
        pytest.param("Читать файл один раз", Reasons(), False, id="another script is not judged"),
        pytest.param("Lies die Datei, weil x.", Reasons(reasons=("weil",)), False, id="a team's language"),
        pytest.param("Read it because x.", Reasons(reasons=()), True, id="no word is a reason"),
        pytest.param("", Reasons(), False, id="no body is another rule's"),
        pytest.param("---", Reasons(), False, id="nor are there words"),
    ],
)
def test_commit_body_unexplained(body: str, settings: Reasons, flagged: bool) -> None:
    assert bool(findings("commit-body-unexplained", f"fix: x\n\n{body}\n", settings)) is flagged
    assert not findings("commit-body-unexplained", f"docs: x\n\n{body}\n", settings)


def test_what_an_unexplained_body_reads_like() -> None:
    found = only(findings("commit-body-unexplained", "fix: x\n\nRead the file with open.\n"))
    assert found.message == 'the body of "fix: x" gives no reason and names no issue'
    assert found.mend == "say why: what was wrong, what is needed, what it leads to"


def test_reasons_are_alphabetical_and_without_doubles() -> None:
    assert list(REASONS) == sorted(set(REASONS))
