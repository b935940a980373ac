"""Whoever writes the policy file of a repository: to run something, to read elsewhere, to stop or stall whoever judges."""

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

from mlgovern.policy.lock import LOCK_FILE
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE
from tests.abuse.hostile import Armed
from tests.abuse.test_foreign_text import sealed
from tests.conftest import Sealed

ENV = "conf/.env"
OPEN = "schema: 1\nextends: [base]\n"
URL, VENDORED = "https://h.example/a/b", b"schema: 1\n"
SHA = sha256(VENDORED).hexdigest()
FAR = f'schema: 1\nextends:\n  - {{git: "{URL}", rev: "v1", path: "a.yaml"}}\n'
LOCK = f'schema: 1\nsources:\n  - declared: {{git: "{URL}", rev: "v1", path: "a.yaml"}}\n    resolved: "{"b" * 40}"\n    sha256: "{SHA}"\n'
KEPT = f".mlgovern/vendor/{SHA}.yaml"


class Place(NamedTuple):
    """One repository for all rows: a secret is staged, which no broken policy lets pass."""

    repo: Sealed
    armed: Armed

    def staged(self, files: dict[str, bytes]) -> None:
        files = {ENV: b"DB_PASSWORD=" + b"Otter7" + b"AfterLunch\n", **files}
        drafts = [self.repo.write(f".git/drafts/{number}", data) for number, data in enumerate(files.values())]
        names = "".join(f"{draft}\n" for draft in drafts)
        blobs = self.repo.git("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=names).split("\n")
        lines = "".join(f"100644 {blob}\t{path}\n" for blob, path in zip(blobs, files, strict=True))
        self.repo.git("read-tree", "--empty")
        self.repo.git("update-index", "--add", "--index-info", stdin=lines)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("policies")
    (folder / "repo").mkdir()
    repo = sealed(folder / "repo")
    armed = Armed(folder)
    repo.git("config", "core.sshCommand", armed.script("ssh"))
    yield Place(repo, armed)
    assert armed.fired() == []


def extending(entry: str) -> bytes:
    return f"schema: 1\nextends:\n  - {entry}\n".encode()


def detecting(pattern: str) -> bytes:
    return f"{OPEN}secrets:\n  detectors:\n    - {{id: x, keywords: [a], pattern: '{pattern}'}}\n".encode()


def fan(letters: bytes) -> bytes:
    """An alias bomb: nine times nine times nine …"""
    rows = [b"%c: &%c [%s]\n" % (letter, letter, b",".join([b"*%c" % (letter - 1)] * 9)) for letter in letters]
    return b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(rows)


CYCLE = {POLICY_FILE: extending("./a.yaml"), "a.yaml": extending("./b.yaml"), "b.yaml": extending("./a.yaml")}
DEEP = {f"f{number}.yaml": extending(f"./f{number + 1}.yaml") for number in range(50)}
APPLY = b"schema: 1\nname: !!python/object/apply:os.system ['touch canary']\n"

ROWS: dict[str, tuple[bytes | dict[str, bytes], str]] = {
    "read_a_file_above_the_repository": (extending("../../../../etc/x.yaml"), "3:5"),
    "read_a_file_by_an_absolute_path": (extending("/etc/passwd"), "3:5"),
    "read_a_file_of_the_home_folder": (extending("~/x.yaml"), "3:5"),
    "read_a_share_on_the_network": (extending(r"'\\h.example\x\y.yaml'"), "3:5"),
    "read_a_file_by_its_url": (extending("file:///etc/x.yaml"), "3:5"),
    "run_a_shell_as_a_transport": (extending("{git: 'ext::sh -c touch% canary', rev: v1, path: a.yaml}"), "3:5"),
    "pass_ssh_an_option": (extending("{git: 'ssh://-oProxyCommand=touch canary/a', rev: v1, path: a.yaml}"), "3:5"),
    "pass_git_an_option": (extending("{git: 'https://h.example/a', rev: '--upload-pack=x', path: a.yaml}"), "3:5"),
    "fetch_without_encryption": (extending("{git: 'http://h.example/a', rev: v1, path: a.yaml}"), "3:5"),
    "fetch_by_the_git_protocol": (extending("{git: 'git://h.example/a', rev: v1, path: a.yaml}"), "3:5"),
    "run_in_a_circle": (CYCLE, "3:5"),
    "extend_fifty_deep": ({POLICY_FILE: extending("./f0.yaml"), **DEEP}, "3:5"),
    "extend_one_source_a_thousand_times": (extending("\n  - ".join(["base"] * 1000)), "4:5"),
    "judge_by_other_bytes_than_were_reviewed": ({POLICY_FILE: FAR.encode(), LOCK_FILE: LOCK.encode(), KEPT: VENDORED + b"#"}, "3:5"),
    "judge_by_a_source_whose_lock_is_gone": ({POLICY_FILE: FAR.encode(), KEPT: VENDORED}, "3:5"),
    "judge_by_a_source_that_no_lock_names": ({POLICY_FILE: FAR.encode(), LOCK_FILE: b"schema: 1\nsources: []\n"}, "3:5"),
    "crash_the_parser_by_nesting": (b"[" * 100_000, "1:33"),
    "fill_the_memory_by_aliases": (fan(b"bcdefghi"), "5:11"),
    "never_end_by_an_alias_of_itself": (b"a: &x [*x]\n", "1:8"),
    "construct_an_object": (APPLY, "2:7"),
    "construct_bytes": (b"schema: 1\nname: !!binary aGk=\n", "2:7"),
    "use_a_tag_of_his_own": (b"schema: 1\nname: !own x\n", "2:7"),
    "say_a_key_twice": (OPEN.encode() + b"rules: {}\nrules: {}\n", "4:1"),
    "say_two_documents": (OPEN.encode() + b"---\nschema: 1\n", "3:1"),
    "write_utf_16": (OPEN.encode("utf-16"), "1:1"),
    "write_a_nul": (OPEN.encode() + b"rules: \0\n", "3:8"),
    "indent_by_a_tab": (b"schema: 1\nrules:\n\tx: off\n", "3:1"),
    "have_a_month_thirteen": ({POLICY_FILE: OPEN.encode(), WAIVERS_FILE: b"schema: 1\nwaivers:\n  - {rule: env-secret, paths: [a], reason: r, owner: o, created: 2026-11-01, until: 2026-13-01}\n"}, "3:85"),
    "have_a_number_that_is_none": (OPEN.encode() + b"limits: {max_commits: .nan}\n", "3:23"),
    "have_a_number_without_end": (OPEN.encode() + b"limits: {max_commits: 1e999}\n", "3:23"),
    "have_no_mean_yes": (OPEN.encode() + b"waivers: {allow: no}\n", "3:11"),
    "look_ahead_in_a_pattern": (detecting("(?=a)b"), "5:39"),
    "refer_back_in_a_pattern": (detecting(r"(a)\1"), "5:39"),
    "count_for_ever_in_a_pattern": (detecting("(a{1000}){1000}"), "5:39"),
    "write_a_pattern_of_a_megabyte": (OPEN.encode() + b"secrets: {detectors: [{id: x, keywords: [a], pattern: " + b"a" * 200_000 + b"}]}\n", "3:55"),
    "write_a_policy_of_a_megabyte": (OPEN.encode() + b"#" * 1_000_000, "1:1"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_have_a_policy_that_would(place: Place, row: str) -> None:
    """In the hook, at once, with the place, before any process starts but git's own; whatever is staged is refused."""
    said, mark = ROWS[row]
    place.staged(said if isinstance(said, dict) else {POLICY_FILE: said})
    begun = time.perf_counter()
    done = place.repo.mlgovern("hook", "pre-commit")
    assert time.perf_counter() - begun < 1
    text = done.stderr.decode()
    assert (done.returncode, done.stdout, "Traceback" in text) == (2, b"", False), text
    assert f".yaml:{mark}: " in text.splitlines()[0], text
    assert not (place.repo.top / "canary").exists()


def test_stall_a_hook_by_a_pattern(place: Place) -> None:
    """A pattern that doubles its work with every letter elsewhere."""
    place.staged({POLICY_FILE: detecting("^(a+)+$"), "a.txt": b"a" * 5000 + b"!\n"})
    begun = time.perf_counter()
    assert place.repo.mlgovern("hook", "pre-commit").returncode == 1
    assert time.perf_counter() - begun < 1


def test_read_through_a_link_in_place_of_the_policy(place: Place, tmp_path: Path) -> None:
    """What is staged is a link: its text is where it points, and nobody follows it."""
    place.staged({})
    (tmp_path / "secret").write_text("schema: 1\nextends: [base]\n")
    blob = place.repo.git("hash-object", "-w", "--stdin", stdin=str(tmp_path / "secret"))
    place.repo.git("update-index", "--add", "--cacheinfo", f"120000,{blob},{POLICY_FILE}")
    done = place.repo.mlgovern("hook", "pre-commit")
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False), done


def test_have_a_byte_order_mark_refused(place: Place) -> None:
    place.staged({POLICY_FILE: b"\xef\xbb\xbf" + OPEN.encode()})
    done = place.repo.mlgovern("hook", "pre-commit")
    assert (done.returncode, b"DB_PASSWORD holds" in done.stderr) == (1, True), done
