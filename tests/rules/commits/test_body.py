"""Below the subject: footers, lengths, trailers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.facts.snapshot import Person, Snapshot
from mlgovern.rule import Pattern
from mlgovern.rules.commits import RULES
from mlgovern.rules.commits.body import Trailers, Width
from mlgovern.rules.commits.footers import footers
from tests.factories import a_commit, judged, rule_of
from tests.rules.commits.judging import PARENT, SHA, findings, only

SIGNED = "Signed-off-by: Ann Author <ann@acme.example>"


@pytest.mark.parametrize(
    ("body", "read"),
    [
        pytest.param("Fixes #12", [("Fixes", "#", "12")], id="number"),
        pytest.param("Refs: 12\nAcked-by: Ann", [("Refs", ":", "12"), ("Acked-by", ":", "Ann")], id="two"),
        pytest.param("why\n\nRefs: 12", [("Refs", ":", "12")], id="after a body"),
        pytest.param("why\nRefs: 12", [], id="no blank line before"),
        pytest.param(
            "Notes: one\n two\n\nthree\nRefs: 1",
            [("Notes", ":", "one\n two\n\nthree"), ("Refs", ":", "1")],
            id="paragraphs",
        ),
        pytest.param("BREAKING CHANGE: a\n\nb", [("BREAKING CHANGE", ":", "a\n\nb")], id="breaking"),
        pytest.param("BREAKING-CHANGE: a", [("BREAKING-CHANGE", ":", "a")], id="breaking with a hyphen"),
        pytest.param("BREAKING CHANGE:\na", [("BREAKING CHANGE", ":", "a")], id="a value on the next line"),
        pytest.param("Acked by: Ann", [], id="a token has no blanks"),
        pytest.param("Refs:12", [], id="no blank after the colon"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_footers(body: str, read: list[tuple[str, str, str]]) -> None:
    lines = f"feat: x\n\n{body}".split("\n")
    assert [(entry.token, entry.separator, entry.value) for entry in footers(lines, 0)] == read


@given(
    st.lists(
        st.sampled_from(
            ["", " ", "x", "Refs: 1", " folded", SIGNED, "BREAKING CHANGE: y", "(cherry picked from commit "]
        )
    )
)
def test_total(lines: list[str]) -> None:
    lines = ["feat: x", *lines]
    assert all(entry.token for entry in footers(lines, 0))


LONG = "word " * 30


@pytest.mark.parametrize(
    ("body", "flagged"),
    [
        pytest.param("short", False, id="short"),
        pytest.param(LONG, True, id="long"),
        pytest.param("x" * 150, False, id="nowhere to break"),
        pytest.param(f"See https://acme.example/{'a' * 150} {LONG}", False, id="link"),
        pytest.param("    " + LONG, False, id="indented code"),
        pytest.param(f"```\n{LONG}\n```", False, id="fenced code"),
        pytest.param(f"```\nx\n```\n{LONG}", True, id="after the fence"),
        pytest.param("> " + LONG, False, id="quote"),
        pytest.param(" > " + LONG, False, id="indented quote"),
        pytest.param(f"`{LONG}`", False, id="a line of code"),
        pytest.param("- " + "x" * 150, False, id="nowhere to break but behind the mark"),
        pytest.param("12. " + "x" * 150, False, id="nor behind a number"),
        pytest.param("- " + LONG, True, id="list"),
        pytest.param(f"| a | {LONG} |", False, id="table"),
        pytest.param(f"a | {LONG} | b", False, id="table without borders"),
        pytest.param(f"Refs: {LONG}", False, id="trailer"),
        pytest.param(f"Refs: 1\n {LONG}", False, id="folded trailer"),
        pytest.param(f"why\n\n# {LONG}\n# {LONG}", False, id="comments that git may still drop"),
        pytest.param(f"# {LONG}\nwhy", True, id="a heading above text"),
    ],
)
def test_commit_body_long_line(body: str, flagged: bool) -> None:
    assert bool(findings("commit-body-long-line", f"feat: x\n\n{body}\n")) is flagged


@pytest.mark.parametrize(
    ("facts", "settings"),
    [
        pytest.param({"parents": (PARENT, SHA)}, Width(), id="merge"),
        pytest.param({"author": Person("renovate[bot]", "")}, Width(), id="bot"),
        pytest.param({}, Width(width=200), id="a team's width"),
    ],
)
def test_long_enough(facts: dict[str, object], settings: Width) -> None:
    assert not findings("commit-body-long-line", f"feat: x\n\n{LONG}\n", settings, **facts)


def test_what_a_long_line_reads_like() -> None:
    found = only(findings("commit-body-long-line", f"feat: x\n\n{LONG}\n"))
    assert found.message == f'line 3 has 149 characters, 100 are the most: "{LONG[:59]}…"'
    assert found.mend == "break line 3 before column 101"
    assert found.place[1:5] == (3, 101, 3, 150)


TICKET = Trailers(required={"Refs": Pattern(r"[A-Z]+-\d+")})
DCO = Trailers(required={"Signed-off-by": Pattern("")})


@pytest.mark.parametrize(
    ("message", "settings", "facts", "flagged"),
    [
        pytest.param("feat: x", Trailers(), {}, False, id="nothing is asked for"),
        pytest.param(f"feat: x\n\n{SIGNED}", DCO, {}, False, id="signed"),
        pytest.param(f"feat: x\n\n{SIGNED.lower()}", DCO, {}, False, id="letter case"),
        pytest.param("feat: x", DCO, {}, True, id="unsigned"),
        pytest.param(f"feat: x\n\n{SIGNED}\n\nmore", DCO, {}, True, id="not in the last paragraph"),
        pytest.param(f"feat: x\n{SIGNED}", DCO, {}, True, id="in the subject's paragraph"),
        pytest.param("feat: x\n\nSigned-off-by:", DCO, {}, True, id="signed by nobody"),
        pytest.param("feat: x\n\nRefs: AB-12", TICKET, {}, False, id="ticket"),
        pytest.param("feat: x\n\nRefs: AB-12 and more", TICKET, {}, True, id="the whole value counts"),
        pytest.param("feat: x\n\nRefs: no\nRefs: AB-1", TICKET, {}, False, id="one of two is enough"),
        pytest.param("feat: x (AB-12)", Trailers(mention=Pattern(r"[A-Z]+-\d+")), {}, False, id="mentioned"),
        pytest.param("feat: x", Trailers(mention=Pattern(r"[A-Z]+-\d+")), {}, True, id="not mentioned"),
        pytest.param(
            "feat: x\n\n\udcff AB-12", Trailers(mention=Pattern(r"[A-Z]+-\d+")), {}, False, id="beside odd bytes"
        ),
        pytest.param("Merge x", DCO, {"parents": (PARENT, SHA)}, False, id="merge"),
        pytest.param("Merge x", DCO._replace(merges=True), {"parents": (PARENT, SHA)}, True, id="merges as well"),
        pytest.param("fixup! x", DCO, {}, False, id="fixup"),
        pytest.param("feat: x", DCO, {"author": Person("dependabot[bot]", "")}, False, id="bot"),
        pytest.param("\n", DCO, {}, False, id="an empty message is another rule's"),
    ],
)
def test_commit_trailer_missing(message: str, settings: Trailers, facts: dict[str, object], flagged: bool) -> None:
    assert bool(findings("commit-trailer-missing", message, settings, **facts)) is flagged


@pytest.mark.parametrize(
    ("message", "settings", "said", "mend"),
    [
        (
            "feat: x",
            DCO,
            "the last paragraph has no trailer Signed-off-by",
            "git commit --amend --no-edit --signoff",
        ),
        (
            "feat: x\n\nRefs: 1",
            TICKET,
            r"the trailer Refs has no value of the form [A-Z]+-\d+",
            'end the message with "Refs: VALUE"',
        ),
        (
            "feat: x",
            Trailers(mention=Pattern("AB-[0-9]+")),
            "the message mentions nothing of the form AB-[0-9]+",
            "mention AB-[0-9]+ in the subject or the body",
        ),
    ],
)
def test_what_a_missing_trailer_reads_like(message: str, settings: Trailers, said: str, mend: str) -> None:
    found = only(findings("commit-trailer-missing", message, settings))
    assert (found.message, found.mend) == (said, mend)


def test_the_command_signs_off_the_commit_that_is_meant() -> None:
    assert only(findings("commit-trailer-missing", "feat: x", DCO, id=None)).mend == "git commit --signoff"
    below, tip = a_commit("feat: x", id=PARENT, parents=()), a_commit(f"feat: y\n\n{SIGNED}", id=SHA, parents=(PARENT,))
    found = only(judged(rule_of(RULES, "commit-trailer-missing"), Snapshot(stages=("ci",), commits=(below, tip)), DCO))
    assert found.place.commit == PARENT
    assert found.mend == 'git rebase --exec "git commit --amend --no-edit --signoff" --root'


SIGNED_AND_TRACKED = Trailers({"Signed-off-by": Pattern(r".+ <.+@.+>"), "Refs": Pattern(r"[A-Z]+-\d+")})


@pytest.mark.parametrize(
    ("trailing", "lacking"),
    [
        pytest.param(f"{SIGNED}\nRefs: AB-1", [], id="both"),
        pytest.param(SIGNED, ["Refs"], id="one"),
        pytest.param("Signed-off-by: Ann\nRefs: 1", ["Signed-off-by", "Refs"], id="both of another form"),
        pytest.param(f"Refs: AB-1\n\n{SIGNED}", ["Refs"], id="only the last paragraph counts"),
        pytest.param(f"{SIGNED}\nrefs:AB-1", [], id="git minds neither letter case nor the blank"),
    ],
)
def test_several_trailers(trailing: str, lacking: list[str]) -> None:
    found = findings("commit-trailer-missing", f"feat: x\n\n{trailing}\n", SIGNED_AND_TRACKED)
    assert [finding.key for finding in found] == lacking
