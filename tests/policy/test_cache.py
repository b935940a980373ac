import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlgovern.errors import PolicyError
from mlgovern.policy.cache import KEPT, effective
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE, Policy
from tests.policy.sample import RULES

TEXT = (
    "schema: 1\nextends: [base, ./team.yaml]\ninline_suppressions: deny\nforeign_suppressions: ignore\n"
    "rules: {case-collision: {waivable: false}, oversized-file: {settings: {per_glob: {'*.md': 5}, ratio: 0.25}}}"
)
FILES = {POLICY_FILE: TEXT.encode(), "team.yaml": b"schema: 1\nrules: {oversized-file: warning}"}


class Place:
    """A folder of packs, a cache, and a repository that counts what is read from it."""

    def __init__(self, root: Path) -> None:
        self.packs, self.cache, self.files, self.read = (
            root / "packs",
            root / "git" / "mlgovern",
            dict(FILES),
            list[str](),
        )
        self.packs.mkdir()
        (self.packs / "base.yaml").write_text("schema: 1\nrules: {case-collision: error}")

    def policy(self) -> Policy:
        return effective(self._read, str(self.cache), RULES, folder=str(self.packs))

    def entries(self) -> list[Path]:
        return sorted(self.cache.iterdir())

    def _read(self, name: str) -> bytes | None:
        self.read.append(name)
        return self.files.get(name)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_cached_policy_is_the_same_policy(place: Place) -> None:
    first = place.policy()
    (entry,) = place.entries()
    before = entry.stat().st_mtime_ns, entry.stat().st_ino
    second = place.policy()
    assert (second, repr(second)) == (first, repr(first))
    assert second == effective(FILES.get, None, RULES, folder=str(place.packs))
    assert (entry.stat().st_mtime_ns, entry.stat().st_ino) == before
    assert place.read == [POLICY_FILE, "team.yaml", WAIVERS_FILE] * 2  # each file once, with and without the cache


def test_an_entry_is_json_and_names_its_parents(place: Place) -> None:
    place.policy()
    entry = json.loads(place.entries()[0].read_bytes())["entry"]
    assert [source[:2] for source in entry["sources"]] == [["base", True], ["team.yaml", False], [WAIVERS_FILE, False]]


def test_what_a_parent_says_now_counts(place: Place) -> None:
    assert place.policy().decisions["oversized-file"].severity.word == "warning"
    place.files["team.yaml"] = b"schema: 1\nrules: {oversized-file: error}"
    assert place.policy().decisions["oversized-file"].severity.word == "error"
    (place.packs / "base.yaml").write_text("schema: 1\nrules: {case-collision: info}")
    assert place.policy().decisions["case-collision"].severity.word == "info"
    place.files[POLICY_FILE] = b"schema: 1"
    assert place.policy().decisions["case-collision"].severity.word == "off"
    del place.files["team.yaml"]
    place.files[POLICY_FILE] = TEXT.encode()
    with pytest.raises(PolicyError, match=r"there is no file 'team\.yaml'"):
        place.policy()


def test_rules_that_changed_make_another_entry(place: Place) -> None:
    place.policy()
    changed = (RULES[0]._replace(stages=("ci",)), *RULES[1:])
    policy = effective(place.files.get, str(place.cache), changed, folder=str(place.packs))
    assert policy.decisions[RULES[0].id].stages == ("ci",)


def test_the_default_pack_is_cached_too(place: Place) -> None:
    (place.packs / "ml-project.yaml").write_text("schema: 1\nextends: [base]")
    place.files.clear()
    assert place.policy() == place.policy()
    assert place.policy().embedded
    place.files.update(FILES)
    assert not place.policy().embedded


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-1], id="last byte lost"),
        pytest.param(lambda data: data[:100], id="cut"),
        pytest.param(lambda _data: b"", id="empty"),
        pytest.param(lambda data: data.replace(b'"severity":2', b'"severity":0'), id="one value changed"),
        pytest.param(lambda data: bytes(byte ^ 1 for byte in data), id="every bit turned"),
        pytest.param(lambda _data: b"[" * 200_000, id="deep"),
        pytest.param(lambda _data: sealed(b"[" * 200_000), id="deep and sealed"),
        pytest.param(lambda _data: sealed(b"null"), id="null"),
        pytest.param(lambda _data: sealed(b'{"sources":[["base",true]],"policy":{}}'), id="of another form"),
        pytest.param(lambda _data: sealed(b'{"sources":[],"policy":{}}'), id="without a policy"),
        pytest.param(lambda _data: sealed(b'{"sources":[["a\\u0000",false,"x"]],"policy":{}}'), id="odd source"),
    ],
)
def test_a_damaged_entry_is_ignored_and_replaced(place: Place, damage: object) -> None:
    first = place.policy()
    (entry,) = place.entries()
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))  # type: ignore[operator]  # a row of the table
    assert place.policy() == first
    assert place.entries() == [entry]
    assert entry.read_bytes() == whole


def sealed(body: bytes) -> bytes:
    from mlgovern.policy.cache import _sealed

    return _sealed(body)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            lambda cache: (cache.parent.mkdir(), cache.write_text("")), id="a file where the folder should be"
        ),
        pytest.param(lambda cache: cache.mkdir(mode=0o500, parents=True), id="not writable"),
        pytest.param(lambda cache: cache.parent.write_text(""), id="a file above"),
    ],
)
def test_a_cache_that_cannot_be_written_does_not_matter(place: Place, spoil: object) -> None:
    spoil(place.cache)  # type: ignore[operator]  # a row of the table
    assert place.policy() == place.policy()


def test_an_entry_that_cannot_be_replaced_does_not_matter(place: Place) -> None:
    first = place.policy()
    (entry,) = place.entries()
    entry.unlink()
    entry.mkdir()
    assert place.policy() == first
    assert place.entries() == [entry]  # nothing left behind


def test_only_the_newest_entries_are_kept(place: Place) -> None:
    place.cache.mkdir(parents=True)
    (place.cache / "other.txt").write_text("not ours")
    for number in range(KEPT + 3):
        place.files[POLICY_FILE] = f"schema: 1\nlimits: {{max_commits: {number}}}".encode()
        place.policy()
    assert len(place.entries()) == KEPT + 1
    place.policy()
    assert len(place.entries()) == KEPT + 1


def test_a_broken_policy_is_not_cached(place: Place) -> None:
    place.files[POLICY_FILE] = b"schema: 1\nx: 1"
    for _ in range(2):
        with pytest.raises(PolicyError, match="unknown key 'x'"):
            place.policy()
    assert not place.cache.exists()


def test_a_huge_policy_is_refused_before_anything_else(place: Place) -> None:
    place.files[POLICY_FILE] = b"a" * 5_000_000
    with pytest.raises(PolicyError, match="5000000 bytes; a policy file has at most 262144"):
        place.policy()


PROGRAM = """
import sys
from mlgovern.policy.cache import effective
from mlgovern.policy.model import POLICY_FILE

HEAVY = {"yaml", "re2", "difflib", "tempfile", "mlgovern.policy.load", "dataclasses", "inspect", "importlib.metadata"}
effective({POLICY_FILE: b"schema: 1\\nextends: [./a.yaml]", "a.yaml": b"schema: 1"}.get, sys.argv[1])
HEAVY |= {"logging", "pathlib", "tomllib", "git", "nbformat"}
print(*sorted(HEAVY & set(sys.modules)))
"""


def test_a_hit_imports_no_yaml(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path)], check=True, capture_output=True, text=True, env=environment
        ).stdout.split()
        for _ in range(2)
    ]
    assert {"yaml", "mlgovern.policy.load"} <= {*runs[0]}
    assert runs[1] == []
