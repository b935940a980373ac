"""The file of a baseline: what is in it, what is not, how two sides of it merge."""

import json
from contextlib import suppress
from random import Random
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.baseline import LEAST_BITS, MOST_BYTES, Entry, bits, identified, parse, render
from mlgovern.errors import PolicyError
from mlgovern.finding import Finding, Place
from mlgovern.lines import Versions
from tests.factories import a_snapshot

SALT, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2
ENTRIES = st.builds(
    Entry, st.sampled_from(["env-secret", "provider-token"]), st.text(max_size=9), st.text(max_size=9), st.from_regex("[0-9a-f]{16}", fullmatch=True)
)  # fmt: skip


def an_entry(**changed: str) -> Entry:
    return Entry("env-secret", "a/.env", "DB_PASSWORD", "0" * 16)._replace(**changed)


def test_the_file_as_it_looks() -> None:
    data = render(SALT, [an_entry(path="b"), an_entry(), an_entry()])
    assert data.decode() == (
        "{\n"
        '  "version": 1,\n'
        f'  "salt": "{SALT}",\n'
        '  "findings": [\n'
        '    {"rule": "env-secret", "path": "a/.env", "key": "DB_PASSWORD", "fingerprint": "0000000000000000"},\n'
        '    {"rule": "env-secret", "path": "b", "key": "DB_PASSWORD", "fingerprint": "0000000000000000"}\n'
        "  ]\n"
        "}\n"
    )
    assert parse(data).entries == {an_entry(): 5, an_entry(path="b"): 6}
    assert (parse(b""), parse(render(SALT, ())).entries) == (parse(b""), {})
    assert json.loads(render(SALT, ()))["findings"] == []


@given(st.sets(ENTRIES, max_size=6), st.randoms(use_true_random=False))
def test_what_is_written_is_read_and_order_does_not_count(entries: set[Entry], random: Random) -> None:
    shuffled = sorted(entries, key=lambda _: random.random())
    data = render(SALT, shuffled)
    assert set(parse(data).entries) == entries
    assert data == render(SALT, entries)
    assert len(json.loads(data)["findings"]) == len(entries)


@given(st.sets(ENTRIES, max_size=4), st.sets(ENTRIES, max_size=4), st.sampled_from([SALT, OTHER]))
def test_two_sides_of_a_merge_add_up(ours: set[Entry], theirs: set[Entry], salt: str) -> None:
    """As `merge=union` puts them together: the lines that one side lacks, whatever commas that leaves."""
    lines = [*render(SALT, ours).splitlines(), *render(salt, theirs).splitlines()]
    merged = parse(b"\n".join(dict.fromkeys(lines)))
    assert set(merged.entries) == ours | theirs
    assert merged.salts == tuple(dict.fromkeys((SALT, salt)))


@pytest.mark.parametrize(
    ("text", "line", "why"),
    (
        pytest.param("<<<<<<< ours", 1, "this is no line of a baseline", id="conflict"),
        pytest.param('{\n  "version": 2,', 2, "this is no line of a baseline", id="another version"),
        pytest.param('{\n{"rule": "a"}', 2, "this is no entry of a baseline", id="fields are missing"),
        pytest.param('{\n{"rule": 1, "path": "", "key": "", "fingerprint": ""}', 2, "this is no entry of a baseline", id="a number"),
        pytest.param('{\n{"rule": "a", "path": "", "key": "", "fingerprint": "xyz"}', 2, "this is no entry of a baseline", id="no fingerprint"),
        pytest.param("{\n{x}", 2, "this is no entry of a baseline", id="no JSON"),
        pytest.param("{\n" + '{"a":' * 10000, 2, "this is no entry of a baseline", id="deep"),
        pytest.param("{\n}", 1, "it has no salt", id="no salt"),
        pytest.param("x" * (MOST_BYTES + 1), 1, f"larger than {MOST_BYTES:,} bytes", id="huge"),
    ),
)  # fmt: skip
def test_what_is_no_baseline(text: str, line: int, why: str) -> None:
    with pytest.raises(PolicyError) as raised:
        parse(text.encode())
    expected = f".mlgovern/secrets-baseline.json:{line}:1: {why}; `mlgovern check --write-baseline` writes it anew"
    assert str(raised.value) == expected


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    with suppress(PolicyError):
        parse(data)


def test_fingerprints_hold_to_what_they_are_made_of() -> None:
    snapshot = a_snapshot({"a.py": "x = 1"})
    finding = Finding("m", Place("a.py", 1), key="K#1", rule="env-secret")

    def one(changed: Finding, salt: str = SALT) -> Entry:
        return identified([changed], Versions(snapshot), [salt])[changed][0]

    base = one(finding)
    assert (base.rule, base.path, base.key) == ("env-secret", "a.py", "K")
    assert one(finding._replace(place=Place("a.py", 9), message="n", key="K#7")) == base
    changed = [one(finding, OTHER), one(finding._replace(key="L#1")), one(finding._replace(place=Place("b.py", 1)))]
    assert len({base.fingerprint, *(entry.fingerprint for entry in changed)}) == 4


def test_a_guessable_value_is_not_in_a_fingerprint_and_a_random_one_is() -> None:
    def of(value: str) -> str:
        snapshot = a_snapshot({"a": value})
        finding = Finding("m", Place("a", 1, 1, 1, len(value) + 1), key="K#1", rule="r")
        return identified([finding], Versions(snapshot), [SALT])[finding][0].fingerprint

    assert of("Otter7" + "AfterLunch") == of("Zebra8" + "BeforeTea")
    first, second = ("".join(Random(seed).choices(ascii_letters + digits, k=36)) for seed in (1, 2))
    assert of(first) != of(second)


@pytest.mark.parametrize(
    ("value", "random"),
    (
        ("", False),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", False),
        ("20260101202601022026010320260104", False),
        ("correct-horse-battery-staple", False),
        ("CorrectHorseBatteryStaple2026!", False),
        ("P@ssw0rd!2026#x", False),
        ("".join(Random(3).choices(ascii_letters + digits, k=20)), True),
        ("".join(Random(4).choices("0123456789abcdef", k=32)), True),
        ("".join(Random(5).choices("0123456789abcdef", k=12)), False),
        ("x" + "".join(Random(6).choices(ascii_letters + digits + "+/", k=9000)), True),
    ),
)
def test_chance_is_never_overrated(value: str, random: bool) -> None:
    assert (bits(value) >= LEAST_BITS) is random
