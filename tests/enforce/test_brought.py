"""Each flaw once, by whom and how far: pure, so a table says it."""

import pytest

from mlgovern.enforce.brought import Brought, marks, told
from mlgovern.facts.snapshot import Person
from mlgovern.facts.versions import Version
from mlgovern.finding import Finding, Place, Severity
from tests.factories import a_commit

IDS = ("a" * 40, "b" * 40, "c" * 40)
AUTHORS = {
    IDS[0]: a_commit("feat: x", author=Person("Ann Author", "ann@acme.example")),
    IDS[1]: a_commit("feat: x", author=Person("", "bob@acme.example")),
    IDS[2]: a_commit("feat: x", author=Person("", "")),
}


def flaw(line: int = 1, message: str = "TOKEN holds a credential", **facts: object) -> Finding:
    """A finding of the rule env-secret in a version."""
    return Finding(message, Place("p", line), "mend", rule="env-secret")._replace(**facts)  # type: ignore[arg-type]  # by name


Found = tuple[str, str, int, tuple[Finding, ...]]  # path, blob, commit, findings
DATA = b"\n".join(b"TOKEN=same" for _ in range(20))


def said(
    *blobs: list[Found], tip: dict[str, str] | None = None, secret: bool = True
) -> list[tuple[str | None, int | None, str]]:
    """Commit, line and message of each flaw."""
    first = {Version(path, blob): commit for found in blobs for path, blob, commit, _ in found}
    brought = Brought(first, tip or {})
    for found in blobs:
        brought.add([(Version(path, blob), findings, marks(DATA, findings)) for path, blob, _, findings in found])
    findings = [told(spread, IDS, AUTHORS, secret=secret) for spread in brought.spreads()]
    return [((one.place.commit or "")[:1], one.place.line, one.message) for one in findings]


ONE = "TOKEN holds a credential; brought by Ann Author"


@pytest.mark.parametrize(
    ("blobs", "tip", "expected"),
    (
        pytest.param([[("p", "1", 0, (flaw(7),))]], {}, [("a", 7, ONE)], id="one version"),
        pytest.param([[("p", "1", 0, ())]], {}, [], id="none"),
        pytest.param(
            [[("p", "1", 2, (flaw(),))]],
            {},
            [("c", 1, "TOKEN holds a credential; brought by somebody without a name")],
            id="nobody is named",
        ),
        pytest.param(
            [[("p", "2", 2, (flaw(9),))], [("p", "1", 0, (flaw(7),))]],
            {"p": "2"},
            [("a", 7, f"{ONE}, in 2 versions up to cccccccc, still in HEAD")],
            id="two versions",
        ),
        pytest.param(
            [[("p", "2", 1, (flaw(1), flaw(5)))], [("p", "1", 0, (flaw(1),))]],
            {},
            [
                ("a", 1, f"{ONE}, in 2 versions up to bbbbbbbb"),
                ("b", 5, "TOKEN holds a credential; brought by bob@acme.example"),
            ],
            id="a second one like it",
        ),
        pytest.param(
            [[("q", "1", 1, (flaw(),)), ("p", "1", 0, (flaw(),))], [("q", "2", 2, (flaw(3),))]],
            {},
            [("a", 1, f"{ONE}, in 3 versions up to cccccccc, also at q")],
            id="the file moved",
        ),
        pytest.param(
            [[(path, "1", 0, (flaw(),)) for path in ("d", "c", "b", "a")]],
            {},
            [("a", 1, f"{ONE}, in 4 versions up to aaaaaaaa, also at b, c and 1 more")],
            id="copies",
        ),
        pytest.param(
            [[("p", "1", 0, (flaw(severity=Severity.WARNING),)), ("q", "1", 0, (flaw(),))]],
            {},
            [("a", 1, ONE), ("a", 1, ONE)],
            id="graver at another path",
        ),
        pytest.param([[("p", "1", 0, (flaw(),)), ("q", "1", 0, ())]], {}, [("a", 1, ONE)], id="exempt at another path"),
        pytest.param(
            [[("p", "1", 0, (flaw(),))], [("q", "2", 0, (flaw(),))]],
            {},
            [("a", 1, ONE), ("a", 1, ONE)],
            id="other contents",
        ),
        pytest.param(
            [[("t", "1", -1, (flaw(),))]], {}, [("", 1, "TOKEN holds a credential; held by a tag")], id="a tag"
        ),
        pytest.param(
            [[("t", "1", -1, (flaw(),)), ("u", "1", -1, (flaw(),))]],
            {},
            [("", 1, "TOKEN holds a credential; held by a tag, in 2 versions, also at u")],
            id="two tags",
        ),
    ),
)
def test_each_flaw_once(blobs: list[list[Found]], tip: dict[str, str], expected: list[tuple[str, int, str]]) -> None:
    assert said(*blobs, tip=tip) == expected
    assert said(*blobs[::-1], tip=tip) == expected


@pytest.mark.parametrize(
    ("before", "after", "flaws"),
    (
        pytest.param(b"TOKEN=old", b"TOKEN=old", 1, id="the same"),
        pytest.param(b"TOKEN=old", b"TOKEN=new", 2, id="another of that length"),
        pytest.param(b"TOKEN=old", b"token=old", 1, id="another key"),
        pytest.param("TOKEN=old".encode("utf-16"), b"TOKEN=old # x\r", 1, id="other bytes"),
        pytest.param(b"TOKEN=old", None, 2, id="nothing to see"),
    ),
)
def test_what_a_finding_points_at_tells_flaws_apart(before: bytes, after: bytes | None, flaws: int) -> None:
    brought = Brought({Version("p", "1"): 0, Version("p", "2"): 1}, {})
    for blob, data in (("2", after), ("1", before)):
        findings = (flaw(place=Place("p", 1, 7, 1, 10)),)
        brought.add([(Version("p", blob), findings, marks(data, findings))])
    assert len(brought.spreads()) == flaws


def test_the_mend() -> None:
    version = Version("p", "1")
    for tip, secret, mend in (
        ({}, True, "rotate it: HEAD lacks it by now, but whoever has a clone has it"),
        ({"p": "1"}, True, "mend"),
        ({}, False, "mend"),
    ):
        brought = Brought({version: 0}, tip)
        brought.add([(version, (flaw(),), (0,))])
        assert told(brought.spreads()[0], IDS, AUTHORS, secret=secret).mend == mend
