"""`.mlgovern/waivers.yaml`: what may stand in it, what is wrong with it, and what a change adds to it."""

import pytest

from mlgovern.errors import PolicyError
from mlgovern.policy.load import load
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE, Waiver
from mlgovern.policy.waivers import settled
from mlgovern.rules.policy.waivers import ends
from tests.policy.sample import RULES

ONE = """\
schema: 1
waivers:
  - id: W-12
    rule: oversized-file
    paths: ["models/demo/*.onnx"]
    reason: demo model until the registry is live
    owner: ann@acme.example
    ticket: ML-431
    created: 2026-11-01
    until: 2027-01-15
"""
POLICY = "schema: 1\nrules: {case-collision: {severity: error, waivable: false}}\n"


def read(text: str, policy: str = POLICY) -> tuple[Waiver, ...]:
    return load({POLICY_FILE: policy.encode(), WAIVERS_FILE: text.encode()}.get, RULES).policy.accepted


def item(**said: str) -> str:
    """A file with one waiver; a key that is empty is left out."""
    usual = {
        "rule": "oversized-file",
        "paths": "[a]",
        "reason": "r",
        "owner": "o",
        "created": "2026-11-01",
        "until": "2026-11-30",
    }
    lines = [f"{key}: {value}" for key, value in {**usual, **said}.items() if value]
    return "schema: 1\nwaivers:\n  - " + "\n    ".join(lines) + "\n"


def test_a_waiver() -> None:
    assert read(ONE) == (
        Waiver(
            "oversized-file",
            "2026-11-01",
            "2027-01-15",
            "W-12",
            ("models/demo/*.onnx",),  # type: ignore[arg-type]  # a glob is text
            reason="demo model until the registry is live",
            owner="ann@acme.example",
            ticket="ML-431",
            line=3,
        ),
    )


def test_without_an_id_it_is_named_by_its_line() -> None:
    assert [waiver.id for waiver in read(item())] == ["waivers.yaml:3"]


@pytest.mark.parametrize("text", ("", "schema: 1", "schema: 1\nwaivers:", "schema: 1\nwaivers: []"))
def test_none(text: str) -> None:
    if text:
        assert read(text) == ()
    assert load({POLICY_FILE: POLICY.encode()}.get, RULES).policy.accepted == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", ["1:1: write schema: 1"], id="empty"),
        pytest.param("schema: 2", ["1:9: this mlgovern reads schema 1, and 0 for now, not 2; it was written for a newer mlgovern, which reads it"], id="another schema"),
        pytest.param("schema: 1\nwaiver: []", ["2:1: unknown key 'waiver', did you mean 'waivers'?"], id="unknown key"),
        pytest.param("schema: 1\nwaivers: {a: b}", ["2:10: 'waivers' must be a list, got a mapping"], id="no list"),
        pytest.param("schema: 1\nwaivers: [a]", ["2:11: a waiver is a mapping, not the text 'a'"], id="no mapping"),
        pytest.param("schema: 1\nwaivers: [", ["3:1: not YAML: did not find expected node content while parsing a flow node"], id="no YAML"),
        pytest.param(item(rule="oversized-fil"), ["3:11: unknown rule 'oversized-fil', did you mean 'oversized-file'?"], id="unknown rule"),
        pytest.param(item(rule="case-collision"), ["3:11: case-collision cannot be waived: this policy has it waivable: false"], id="not waivable"),
        pytest.param(item(owner=""), ["3:5: missing required key 'owner'"], id="no owner"),
        pytest.param(item(reason="' '"), ["5:13: missing required key 'reason'"], id="a blank reason"),
        pytest.param(item(until=""), ["3:5: missing required key 'until'"], id="no end"),
        pytest.param(item(created=""), ["3:5: missing required key 'created'"], id="no beginning"),
        pytest.param(item(paths=""), ["3:11: a waiver names one of paths, commits, branches, fingerprints; this one has none"], id="no place"),
        pytest.param(item(branches="[b]"), ["3:11: a waiver names one of paths, commits, branches, fingerprints; this one has paths and branches"], id="two places"),
        pytest.param(item(paths="", commits="[HEAD]"), ["8:14: each of 'commits' is an id of 7 to 64 hexadecimal digits, got 'HEAD'"], id="a commit by name"),
        pytest.param(item(paths="", fingerprints="[ab]"), ["8:19: each of 'fingerprints' is an id of 16 of them, got 'ab'"], id="a short fingerprint"),
        pytest.param(item(until="2026-13-01"), ["8:12: not a date YYYY-MM-DD: '2026-13-01' (month must be in 1..12)"], id="no month"),
        pytest.param(item(until="20261201"), ["8:12: 'until' must be text, got the number 20261201 (quote it to make it text)"], id="a number"),
        pytest.param(item(until="2026-W48-1"), ["8:12: not a date YYYY-MM-DD: '2026-W48-1' (four, two and two digits)"], id="a week"),
        pytest.param(item(until="2026-10-31"), ["8:12: it ends before it begins, on 2026-11-01"], id="ends first"),
        pytest.param(item(until="2027-01-31"), ["8:12: it lasts 91 days; this policy allows 90 (waivers.max_days)"], id="too long"),
        pytest.param(ONE + item(id="W-12").partition("waivers:\n")[2], ["11:1: the id 'W-12' is taken (first on line 3)"], id="one id twice"),
        pytest.param(item(severity="off"), ["9:5: unknown key 'severity'; known here: rule, created, until, id, paths, commits, branches, fingerprints, reason, owner, ticket"], id="a key of a rule"),
    ],
)  # fmt: skip
def test_what_is_wrong(text: str, lines: list[str]) -> None:
    with pytest.raises(PolicyError) as error:
        read(text)
    assert str(error.value).split("\n") == [f"{WAIVERS_FILE}:{line}" for line in lines]


def test_all_problems_of_both_files_at_once() -> None:
    with pytest.raises(PolicyError) as error:
        read(item(owner=""), "schema: 1\nfail_on: 5\n")
    assert [line.partition(":")[0] for line in str(error.value).split("\n")] == [POLICY_FILE, WAIVERS_FILE]


def test_the_terms_are_the_policys() -> None:
    terms = POLICY + "waivers: {max_days: 200, require: {$replace: [ticket]}}\n"
    assert read(item(until="2027-05-01", ticket="ML-1", owner="", reason=""), terms)[0].ticket == "ML-1"
    with pytest.raises(PolicyError, match="missing required key 'ticket'"):
        read(item(), terms)
    with pytest.raises(PolicyError, match="'max_days' is 1 to 366, not 400"):
        read(item(), POLICY + "waivers: {max_days: 400}\n")


def test_the_last_day_counts_whole() -> None:
    assert ends("2026-12-31") == "2027-01-01T00:00Z"


@pytest.mark.parametrize(
    ("before", "now", "arriving"),
    [
        pytest.param(item(), item(), False, id="the same"),
        pytest.param(item(), item(id="W-1", reason="other", owner="x"), False, id="other words"),
        pytest.param(item(paths="[a, b]"), item(paths="[a]"), False, id="narrower"),
        pytest.param(item(), item(until="2026-11-29"), False, id="shorter"),
        pytest.param(item(), item(created="2026-11-02"), False, id="begun later"),
        pytest.param(item(), item(until="2026-12-01"), True, id="longer"),
        pytest.param(item(), item(created="2026-10-31"), True, id="begun earlier"),
        pytest.param(item(), item(paths="[a, b]"), True, id="wider"),
        pytest.param(item(), item(paths="[b]"), True, id="elsewhere"),
        pytest.param(item(), item(paths="", branches="[a]"), True, id="of another kind"),
        pytest.param(item(), item(rule="missing-required-path"), True, id="of another rule"),
        pytest.param("schema: 1", item(), True, id="new"),
    ],
)
def test_what_a_change_brings_or_widens(before: str, now: str, arriving: bool) -> None:
    (waiver,) = settled(read(now), read(before))
    assert waiver.arriving is arriving
