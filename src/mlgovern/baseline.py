"""The baseline: secrets that a team knows of, without their values, positions or dates.

An entry is found again by its fingerprint, which also covers the value where that is too random to be guessed. A file
that a merge put together of two sides is read whole: each line that is an entry counts, under every salt.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from mlgovern.errors import PolicyError
from mlgovern.facts.snapshot import BASELINE, Idle
from mlgovern.finding import Finding, Place
from mlgovern.lines import Versions
from mlgovern.record import NamedTuple
from mlgovern.rx import rx

WAIVER = "baseline"
VERSION = 1
MOST_BYTES = 5_000_000
LEAST_BITS = 60  # below, whoever has the baseline could guess the value and test the guess

_SALT = rx(r'\s*"salt": "([0-9a-f]{32})",?')
_HEX = rx(r"[0-9a-f]{16}")
_FRAME = ("{", "}", "]", "]}", '"findings": [')
_CHUNKS = rx(r"[A-Za-z][a-z]+|[A-Z]+|[0-9]+|.")


class Entry(NamedTuple):
    """One accepted finding."""

    rule: str
    path: str
    key: str
    fingerprint: str


class Baseline(NamedTuple):
    """Every accepted finding and the line of the file that has it."""

    salts: tuple[str, ...] = ()
    entries: Mapping[Entry, int] = {}


class Looked(NamedTuple):
    """The rules that judged, the paths that all of them judged, and what is tracked."""

    rules: Collection[str]
    paths: Collection[str]
    tracked: Collection[str]


@lru_cache(maxsize=2)
def parse(data: bytes) -> Baseline:
    """The baseline that a file holds, which nobody changes; PolicyError where it is none."""
    from json import loads

    salts: dict[str, None] = {}
    entries: dict[Entry, int] = {}
    if len(data) > MOST_BYTES:
        raise _broken(1, f"larger than {MOST_BYTES:,} bytes")
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        text = line.strip().removesuffix(",")
        salt = _SALT.fullmatch(text)
        if salt:
            salts[salt[1]] = None
        elif text.startswith("{") and text != "{":
            try:
                entries.setdefault(_entry(loads(text)), number)
            except (ValueError, TypeError, RecursionError):
                raise _broken(number, "this is no entry of a baseline") from None
        elif text and text not in _FRAME and text != f'"version": {VERSION}':
            raise _broken(number, "this is no line of a baseline")
    if data and not salts:
        raise _broken(1, "it has no salt")
    return Baseline(tuple(salts), entries)


def _entry(said: Any) -> Entry:
    if said.keys() != set(Entry._fields) or not all(isinstance(value, str) for value in said.values()):
        raise ValueError(said.keys())
    entry = Entry(**said)
    if not _HEX.fullmatch(entry.fingerprint):
        raise ValueError("no fingerprint")
    return entry


def _broken(line: int, why: str) -> PolicyError:
    return PolicyError(f"{BASELINE}:{line}:1: {why}; `mlgovern check --write-baseline` writes it anew")


def render(salt: str, entries: Iterable[Entry]) -> bytes:
    """A line for each entry, in their order, so that two sides merge line by line."""
    from json import dumps

    lines = ",\n".join(f"    {dumps(entry._asdict())}" for entry in sorted(set(entries)))
    head = f'{{\n  "version": {VERSION},\n  "salt": "{salt}",\n  "findings": [\n'
    return f"{head}{lines}\n  ]\n}}\n".encode() if lines else f"{head}  ]\n}}\n".encode()


def identified(
    findings: Iterable[Finding], versions: Versions, salts: Iterable[str]
) -> dict[Finding, tuple[Entry, ...]]:
    """What each finding would be accepted as, under each salt."""
    seen: dict[tuple[str | None, ...], int] = {}
    found: dict[Finding, tuple[Entry, ...]] = {}
    for finding in findings:
        place, label = finding.place, _label(finding.key)
        lines = versions.at(place.path, place.commit)
        value = "" if lines is None else lines.excerpt(place)
        told = value if bits(value) >= LEAST_BITS else ""
        same = (finding.rule, place.path, place.commit, label, told)
        ordinal = seen[same] = seen.get(same, 0) + 1
        parts = (finding.rule, place.path or "", label, str(ordinal), told)
        found[finding] = tuple(Entry(*parts[:3], _fingerprint(salt, parts)) for salt in salts)
    return found


def _label(key: str) -> str:
    """A finding's key without its number among equals, which moves when another is added before it."""
    label, mark, number = key.rpartition("#")
    return label if mark and number.isdecimal() else key


def _fingerprint(salt: str, parts: Iterable[str]) -> str:
    from hashlib import sha256

    return sha256("\0".join((salt, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def bits(value: str) -> float:
    """How much chance is in a value, at the least: a run of letters may be a word, a run of digits a year."""
    from math import log2

    if len(value) > 4000:
        value = value[:4000]
    chunks = _CHUNKS.findall(value)
    distinct = log2(max(len(set(value)), 1))
    return sum(min(distinct * len(chunk), 11) if len(chunk) > 2 else distinct * len(chunk) for chunk in chunks)


def stale(baseline: Baseline, matched: Iterable[Entry], looked: Looked) -> list[Idle]:
    """The entries that accept nothing any more, as far as that was looked at."""
    used = set(matched)
    return [
        Idle("baseline", entry.rule, Place(BASELINE, line), entry.path)
        for entry, line in baseline.entries.items()
        if entry not in used and entry.rule in looked.rules
        if entry.path in looked.paths or entry.path not in looked.tracked
    ]
