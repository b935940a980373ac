"""Files of the schema before: read with a note, and rewritten without touching anything that need not be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.administer.migrate import migrated
from mlgovern.errors import UserError
from mlgovern.policy.cache import effective
from mlgovern.policy.document import Mark
from mlgovern.policy.migrations import note
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE, Policy
from tests.conftest import Sealed
from tests.policy.sample import loaded

OLD = """\
# ours
schema: 0  # a draft
name: 'vision'

extends:   base   # one parent
"commit_scope": "pr-title"
rules: {oversized-file: warning, # large
  case-collision: error}
"""
NEW = OLD.replace("schema: 0", "schema: 1").replace("  base ", "  [base] ").replace("pr-title", "title")


def test_what_is_said_otherwise_is_rewritten_and_nothing_else() -> None:
    assert migrated(POLICY_FILE, OLD.encode()).decode() == NEW
    assert migrated(POLICY_FILE, NEW.encode()).decode() == NEW


def test_a_file_of_the_schema_before_is_read_with_a_note() -> None:
    old, new = (loaded(policy=text.replace("base", "./team.yaml"), team="schema: 1").policy for text in (OLD, NEW))
    assert old == new._replace(notes=(note(Mark(POLICY_FILE)),))
    assert (new.commit_scope, new.notes) == ("title", ())


def test_the_note_is_kept_with_the_policy_and_told(repo: Sealed) -> None:
    repo.stage(POLICY_FILE, "schema: 0\nextends: base\n")
    said = note(Mark(POLICY_FILE)).encode()
    assert said in repo.mlgovern("check").stdout
    assert said in repo.mlgovern("check").stdout  # from the cache
    assert said in repo.mlgovern("policy", "validate").stdout
    passed = repo.mlgovern("hook", "pre-commit")
    assert (passed.returncode, passed.stdout + passed.stderr) == (0, b"")


COMMENTS = st.sampled_from(["", "  # why", "   #: {not: yaml", "\t# \u2013 \U0001f600"])
BETWEEN = st.sampled_from(["", "\n", "# a line\n", "  # indented: [\n\n"])
PAIRS = {
    "schema": [("0", "1"), ("0x0", "1"), ("-0", "1")],
    "extends": [("./team.yaml", "[./team.yaml]"), ("'./team.yaml'", "['./team.yaml']"), ('"./team.yaml"', '["./team.yaml"]'), ("[./team.yaml]",) * 2, ("\n- ./team.yaml",) * 2],
    "commit_scope": [("pr-title", "title"), ("'pr-title'", "'title'"), ('"pr-title"', '"title"'), ("commits",) * 2, ("both",) * 2],
    "name": [("'0'",) * 2, ("pr-title",) * 2, ("'a: 0'",) * 2],
    "rules": [("{case-collision: error}",) * 2, ("\n  oversized-file:\n    severity: info  # why\n    settings: {max_bytes: 0}",) * 2],
}  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A policy of schema 0, and what it has to become."""
    keys = draw(st.lists(st.sampled_from([*PAIRS][1:]), unique=True))
    keys.insert(draw(st.integers(0, len(keys))), "schema")
    texts = ["", ""]
    for key in keys:
        pair, before, behind = draw(st.sampled_from(PAIRS[key])), draw(BETWEEN), draw(COMMENTS)
        quoted, gap = draw(st.sampled_from([key, f"'{key}'"])), draw(st.sampled_from([" ", "   "]))
        for number in (0, 1):
            texts[number] += f"{before}{quoted}:{gap}{pair[number]}{behind}\n"
    bom, ends = draw(st.sampled_from([b"", b"\xef\xbb\xbf"])), draw(st.sampled_from(["\n", "\r\n"]))
    tail = draw(st.sampled_from(["", "...\n", "# the end"]))
    old, new = (bom + (text + tail).replace("\n", ends).encode() for text in texts)
    return old, new


@given(files())
def test_comments_order_quotes_line_ends_and_meaning_stay(pair: tuple[bytes, bytes]) -> None:
    old, new = pair
    assert migrated(POLICY_FILE, old) == new
    assert migrated(POLICY_FILE, new) == new
    before, after = (loaded(policy=text, team="schema: 1") for text in pair)
    assert before.policy._replace(notes=()) == after.policy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("schema: 2\n", ": this mlgovern reads schema 1, and 0 for now, not 2; it was written for a newer mlgovern, which reads it", id="newer"),
        pytest.param("schema: -1\n", ": this mlgovern reads schema 1, and 0 for now, not -1; write schema: 1", id="older"),
        pytest.param("schema: '0'\n", " does not say in a number of which schema it is; write schema: 1", id="text"),
        pytest.param("name: a\n", " does not say in a number of which schema it is; write schema: 1", id="none"),
        pytest.param("schema: &a 0\nlimits: {max_commits: *a}\n", ":1: it is written in a way that cannot be migrated safely; write 'schema' out first", id="an anchor"),
        pytest.param("schema: 0\nname: &a ./b.yaml\nextends: *a\n", ":1: it is written in a way that cannot be migrated safely; write 'schema', 'extends' out first", id="an alias"),
        pytest.param("schema: 0\nextends: |-\n  ./b.yaml\nname: a\n", ":1: it is written in a way that cannot be migrated safely; write 'schema', 'extends' out first", id="a block"),
        pytest.param("schema: [\n", ":2:1: not YAML: did not find expected node content while parsing a flow node", id="broken"),
        pytest.param("- a\n", ":1:1: a policy file is a mapping", id="a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_migrated(text: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        migrated("p.yaml", text.encode())
    assert str(error.value) == f"p.yaml{said}"


def test_every_file_of_the_policy_is_rewritten(repo: Sealed) -> None:
    repo.write(POLICY_FILE, "schema: 0\nextends: ./team.yaml\n")
    repo.write("team.yaml", "schema: 0\nextends: [./lib/base.yaml]\n")
    repo.write("lib/base.yaml", "schema: 1\nextends: [base]\n")
    waivers = "schema: 0\nwaivers:\n  - {rule: oversized-file, paths: [a], reason: r, owner: o, created: 2026-11-01, until: 2026-12-01}\n"
    repo.write(WAIVERS_FILE, waivers)
    repo.write(".mlgovern/lock.yaml", "schema: 0\nsources: []\n")
    repo.write(".mlgovern/tests/a.yaml", "cases: []\n")
    repo.write(".mlgovern/tests/b.yml", "schema: 0\ncases: []\n")
    assert len(policy(repo).notes) == 3
    tried = repo.mlgovern("policy", "migrate", "--dry-run")
    assert tried.stdout.decode().splitlines()[:6] == [
        "--- a/.mlgovern.yaml",
        "+++ b/.mlgovern.yaml",
        "@@ -1,2 +1,2 @@",
        "-schema: 0",
        "-extends: ./team.yaml",
        "+schema: 1",
    ]
    assert (repo.top / POLICY_FILE).read_text().startswith("schema: 0")
    done = repo.mlgovern("policy", "migrate")
    names = ".mlgovern.yaml, team.yaml, .mlgovern/waivers.yaml, .mlgovern/lock.yaml, .mlgovern/tests/b.yml"
    assert done.stdout.decode().splitlines()[-1] == f"Rewritten in schema 1: {names}."
    assert (policy(repo).notes, len(policy(repo).accepted)) == ((), 1)
    again = repo.mlgovern("policy", "migrate")
    assert again.stdout == b"There is nothing to migrate; schema 1 is what 7 files say.\n"


def test_nothing_is_written_where_one_file_is_wrong(repo: Sealed) -> None:
    repo.write(POLICY_FILE, "schema: 0\n")
    repo.write(WAIVERS_FILE, "schema: 7\nwaivers: []\n")
    done = repo.mlgovern("policy", "migrate")
    assert (done.returncode, done.stderr[:38]) == (2, b"mlgovern: .mlgovern/waivers.yaml: this")
    assert (repo.top / POLICY_FILE).read_text() == "schema: 0\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param((), "there is no .mlgovern.yaml here that could be migrated; `mlgovern init` writes one", id="none"),
        pytest.param(("x.yaml",), "there is no file x.yaml", id="no file"),
        pytest.param(("link.yaml",), "link.yaml is a symbolic link; name the file that it leads to", id="link"),
        pytest.param((".mlgovern/vendor/a.yaml",), ".mlgovern/vendor/a.yaml is kept as it was locked; it is migrated where it comes from", id="kept"),
    ],
)  # fmt: skip
def test_files_that_are_left_alone(repo: Sealed, words: tuple[str, ...], said: str) -> None:
    kept = repo.write(".mlgovern/vendor/a.yaml", "schema: 0\n")
    (repo.top / "link.yaml").symlink_to(kept)
    done = repo.mlgovern("policy", "migrate", *words)
    assert (done.returncode, done.stderr.decode()) == (2, f"mlgovern: {said}\n")
    assert kept.read_text() == "schema: 0\n"


def policy(repo: Sealed) -> Policy:
    def read(path: str) -> bytes | None:
        return (repo.top / path).read_bytes() if (repo.top / path).is_file() else None

    return effective(read, None)
