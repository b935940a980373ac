import pytest

from mlgovern.errors import PolicyError
from mlgovern.policy.load import load
from mlgovern.policy.lock import ASKING, LOCK_FILE
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE
from mlgovern.policy.sources import ALLOWED
from tests.policy.sample import RULES, loaded

FETCHED = "write https://HOST/PATH or ssh://HOST/PATH"


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder of packs: `base`, and `ml-project` over it and one of two strategies."""
    root = tmp_path_factory.mktemp("policies")
    (root / "strategies").mkdir()
    (root / "base.yaml").write_text("schema: 1\nname: base\nrules: {case-collision: error}")
    (root / "ml-project.yaml").write_text(
        "schema: 1\nextends: [base, strategies/gitflow]\nrules: {oversized-file: info}"
    )
    (root / "strategies" / "gitflow.yaml").write_text("schema: 1\nstrategy: {lifetime_days: 7}")
    (root / "strategies" / "trunk-based.yaml").write_text("schema: 1\nextends: [./x.yaml]\nstrategy: {lifetime: 7}")
    (root / "strategies" / "notes.txt").write_text("no pack")
    return str(root)


def order(folder: str, **files: str) -> list[str]:
    *files_read, waivers = [source.file for source, _ in loaded(folder, **files).sources]
    assert waivers == WAIVERS_FILE
    return files_read


def problems(folder: str, **files: str) -> list[str]:
    with pytest.raises(PolicyError) as error:
        loaded(folder, **files)
    return str(error.value).split("\n")


def extending(*entries: str) -> str:
    return "schema: 1\nextends:\n" + "".join(f"  - {entry}\n" for entry in entries)


def test_without_a_policy_the_default_pack_decides(folder: str) -> None:
    policy = loaded(folder).policy
    assert policy.embedded
    assert policy.origin == "the ml-project pack"
    assert {rule: said.severity.word for rule, said in policy.decisions.items() if said.severity} == {
        "oversized-file": "info",
        "case-collision": "error",
    }
    assert policy.decisions["branch-too-old"].settings.strategy.lifetime_days == 7
    assert order(folder) == [
        ".mlgovern.yaml", "builtin ml-project.yaml", "builtin base.yaml", "builtin strategies/gitflow.yaml"
    ]  # fmt: skip


def test_each_source_is_read_once_parents_first(folder: str) -> None:
    files = {
        "policy": extending("base@1", "./a.yaml", "./b/c.yaml"),
        "a": extending("./d.yaml"),
        "b__c": extending("../d.yaml"),
    }
    assert order(folder, **files, d="schema: 1") == [
        ".mlgovern.yaml", "builtin base.yaml", "a.yaml", "d.yaml", "b/c.yaml"
    ]  # fmt: skip


def test_later_parents_win_and_the_file_itself_last(folder: str) -> None:
    files = {name: f"schema: 1\nlimits: {{max_commits: {number}}}" for number, name in enumerate("abc", 1)}
    assert loaded(folder, policy=extending("./a.yaml", "./b.yaml"), **files).policy.limits.max_commits == 2
    assert loaded(folder, policy=extending("./b.yaml", "./a.yaml"), **files).policy.limits.max_commits == 1
    own = extending("./b.yaml", "./a.yaml") + "limits: {max_commits: 9}"
    assert loaded(folder, policy=own, **files).policy.limits.max_commits == 9


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        ("../../../../etc/x.yaml", f"'../../../../etc/x.yaml' is outside this repository; {ALLOWED}"),
        ("./..", f"'./..' is outside this repository; {ALLOWED}"),
        ("/etc/x.yaml", f"'/etc/x.yaml' may not be extended; {ALLOWED}"),
        ("~/x.yaml", f"'~/x.yaml' may not be extended; {ALLOWED}"),
        ("'\\\\host\\share\\x.yaml'", f"'\\\\\\\\host\\\\share\\\\x.yaml' may not be extended; {ALLOWED}"),
        ("file:///etc/x.yaml", f"'file:///etc/x.yaml' may not be extended; {ALLOWED}"),
        ("https://acme.example/x.yaml", f"'https://acme.example/x.yaml' may not be extended; {ALLOWED}"),
        ('"./a\\nb.yaml"', f"'./a\\nb.yaml' may not be extended; {ALLOWED}"),
        ("x.yaml", "'x.yaml' is no pack; a file of this repository is written './x.yaml'"),
        ("./x.yaml", "there is no file 'x.yaml' in this repository"),
        ("bsae", "there is no pack 'bsae', did you mean 'base'?"),
        ("Quux", "there is no pack 'Quux'; there are base, ml-project, strategies/gitflow, strategies/trunk-based"),
        ("base@2", "'base@2': shipped packs have the version 1 only"),
        ("base@", "'base@': shipped packs have the version 1 only"),
        ("{git: 'ext::sh -c id', rev: v1, path: a.yaml}", f"'ext::sh -c id' may not be fetched; {FETCHED}"),
        ("{git: 'file:///a/b', rev: v1, path: a.yaml}", f"'file:///a/b' may not be fetched; {FETCHED}"),
        (
            "{git: 'http://h.example/a/b', rev: v1, path: a.yaml}",
            f"'http://h.example/a/b' may not be fetched; {FETCHED}",
        ),
        ("{git: 'git://h.example/a/b', rev: v1, path: a.yaml}", f"'git://h.example/a/b' may not be fetched; {FETCHED}"),
        (
            "{git: 'https://h.example/a?x=1', rev: v1, path: a.yaml}",
            f"'https://h.example/a?x=1' may not be fetched; {FETCHED}",
        ),
        (
            "{git: 'https://h.example/a', rev: 'a..b', path: a.yaml}",
            "'a..b' is no revision to go by; pin a tag or a whole commit id",
        ),
        ("{git: 'https://h.example/a', rev: v1, path: /etc/x.yaml}", "'/etc/x.yaml' is no path within h.example/a"),
        ("{git: 'git@h.example:a/b', rev: v1, path: a.yaml}", f"'git@h.example:a/b' may not be fetched; {FETCHED}"),
        ("{git: 'https://u:p@h.example/a', rev: v1, path: a.yaml}", f"the URL may not hold a password; {FETCHED}"),
        ("{git: 'https://h.example/a', path: a.yaml}", "a git source has the keys git, rev, path; rev is no text"),
        (
            "{git: 'https://h.example/a', rev: 1.0, path: a.yaml}",
            "a git source has the keys git, rev, path; rev is no text (quote it to make it text)",
        ),
        (
            "{git: 'https://h.example/a', rev: HEAD, path: a.yaml}",
            "'HEAD' is no revision to go by; pin a tag or a whole commit id",
        ),
        (
            "{git: 'https://h.example/a', rev: '--upload-pack=x', path: a.yaml}",
            "'--upload-pack=x' is no revision to go by; pin a tag or a whole commit id",
        ),
        ("{git: 'ssh://git@h.example/a/b', rev: v1, path: ../a.yaml}", "'../a.yaml' is no path within a/b"),
        (
            "{git: 'https://h.example/a', rev: v1, path: a.yaml, signed: true}",
            "unknown key 'signed'; a git source has the keys git, rev, path, require_signature",
        ),
        (
            "{git: 'https://h.example/a', rev: v1, path: a.yaml, require_signature: yes}",
            "require_signature must be true or false",
        ),
        (
            "{git: 'https://h.example/a', rev: v1, path: a.yaml, require_signature: [true]}",
            "require_signature must be true or false",
        ),
        (
            "{package: acme, file: a.yaml, require_signature: true}",
            "unknown key 'require_signature'; a package source has the keys package, file",
        ),
        ("{git: 'https://h.example/a/b.git', rev: v1, path: a.yaml}", f"a/b a.yaml is not locked; {ASKING}"),
        ("{package: acme, file: a.yaml}", f"acme a.yaml is not locked; {ASKING}"),
        ("{package: -r, file: a.yaml}", "'-r' is no name of a distribution"),
        ("{url: a}", f"not a parent: {ALLOWED}"),
        ("5", f"not a parent: the number 5; {ALLOWED}"),
        ("[base]", f"not a parent: a list; {ALLOWED}"),
    ],
)
def test_what_may_not_be_extended(folder: str, entry: str, wrong: str) -> None:
    assert problems(folder, policy=extending(entry)) == [f".mlgovern.yaml:3:5: {wrong}"]


def test_extends_is_a_list(folder: str) -> None:
    assert problems(folder, policy="schema: 1\nextends: base") == [
        ".mlgovern.yaml:2:10: 'extends' must be a list, got the text 'base'"
    ]
    assert order(folder, policy="schema: 1\nextends: ~") == [".mlgovern.yaml"]


def test_a_pack_is_judged_like_any_other_file_but_reads_no_repository(folder: str) -> None:
    assert problems(folder, policy=extending("strategies/trunk-based")) == [
        "builtin strategies/trunk-based.yaml:2:11: a shipped pack extends shipped packs only, not './x.yaml'",
        "builtin strategies/trunk-based.yaml:3:12: unknown key 'lifetime', did you mean 'lifetime_days'?",
    ]


def test_a_circle_is_shown(folder: str) -> None:
    files = {"policy": extending("./a.yaml"), "a": extending("./b.yaml"), "b": extending("base", "./.mlgovern.yaml")}
    assert problems(folder, **files) == [
        "b.yaml:4:5: 'extends' runs in a circle: .mlgovern.yaml → a.yaml → b.yaml → .mlgovern.yaml"
    ]


def test_a_chain_may_be_eight_long(folder: str) -> None:
    files = {f"f{number}": extending(f"./f{number + 1}.yaml") for number in range(1, 50)}
    assert len(order(folder, policy=extending("./f43.yaml"), **files, f50="schema: 1")) == 9
    (line,) = problems(folder, policy=extending("./f1.yaml"), **files)
    assert line.startswith("f8.yaml:3:5: 'extends' is more than 8 deep: .mlgovern.yaml → f1.yaml → ")
    assert line.endswith("f8.yaml → f9.yaml")


def test_one_source_many_times(folder: str) -> None:
    lines = problems(folder, policy=extending(*["base"] * 1000))
    assert lines[0] == ".mlgovern.yaml:4:5: 'base' is listed twice (first on line 3)"
    assert lines[-1] == "… and 899 more problems"


def test_many_sources(folder: str) -> None:
    files = {f"f{number}": "schema: 1" for number in range(100)}
    lines = problems(folder, policy=extending(*(f"./{name}.yaml" for name in files)), **files)
    assert lines[0] == ".mlgovern.yaml:34:5: 'extends' leads to more than 32 files"


SHA, COMMIT = "a" * 64, "b" * 40
LOCK = f"""\
schema: 1
sources:
  - declared: {{git: "https://h.example/a/b", rev: "v1", path: "a.yaml"}}
    resolved: "{COMMIT}"
    sha256: "{SHA}"
"""


@pytest.mark.parametrize(
    ("lock", "wrong"),
    [
        pytest.param(LOCK, f"{POLICY_FILE}:3:5: .mlgovern/vendor/{SHA}.yaml, which the lock names, is missing; {ASKING}", id="no bytes"),
        pytest.param("", f"{LOCK_FILE}:1:1: write schema: 1; `mlgovern policy lock` does", id="empty"),
        pytest.param(LOCK.replace(SHA, "../../x"), f"{LOCK_FILE}:3:5: no entry of a lock; `mlgovern policy lock` writes it anew", id="a hash that is none"),
        pytest.param(LOCK.replace(COMMIT, "v1"), f"{LOCK_FILE}:3:5: no entry of a lock; `mlgovern policy lock` writes it anew", id="a commit that is none"),
        pytest.param(LOCK.replace("https", "file"), f"{LOCK_FILE}:3:5: no entry of a lock; `mlgovern policy lock` writes it anew", id="a scheme that is none"),
        pytest.param(LOCK.replace("sources", "source"), f"{LOCK_FILE}:2:1: unknown key 'source', did you mean 'sources'?", id="unknown key"),
        pytest.param("a: [}", f"{LOCK_FILE}:1:5: not YAML: did not find expected node content while parsing a flow node", id="broken"),
        pytest.param(
            LOCK + LOCK.partition("sources:\n")[2].replace("a.yaml", "c.yaml").replace(COMMIT, "c" * 40),
            f"{LOCK_FILE}:6:5: a/b is locked at two revisions; `mlgovern policy lock --upgrade` mends it",
            id="two commits",
        ),
    ],
)  # fmt: skip
def test_a_lock_that_cannot_be_gone_by(folder: str, lock: str, wrong: str) -> None:
    policy = extending("{git: 'https://h.example/a/b', rev: v1, path: a.yaml}")
    contents = {POLICY_FILE: policy.encode(), LOCK_FILE: lock.encode()}
    with pytest.raises(PolicyError) as error:
        load(contents.get, RULES, folder=folder)
    assert wrong in str(error.value).split("\n")


def test_two_sources_of_one_name_are_not_confused(folder: str) -> None:
    contents = {POLICY_FILE: extending("base", "./builtin base.yaml").encode(), "builtin base.yaml": b"schema: 1"}
    with pytest.raises(PolicyError, match=r"two sources are called 'builtin base\.yaml'; give one file another name"):
        load(contents.get, RULES, folder=folder)
