"""What is judged of a push, ref by ref."""

import pytest

from mlgovern.enforce.server import contents
from mlgovern.enforce.server.judging import judge
from mlgovern.facts import git as wall
from mlgovern.facts import received
from tests.enforce.server.arriving import ENV, PASSWORD, POLICY, Server
from tests.rules.secrets.samples import ALNUM, some
from tests.suppressions.test_places import BODY, DENY, key

TOKEN = "AI" + "za" + some(ALNUM, 35)
NOTHING: dict[str, str | None] = {}


def test_a_sound_push_is_silent(server: Server) -> None:
    (tip,) = server.grow(("feat: load the data", {"src/load.py": "print('hello')\n"}))
    told = server.push(server.line("refs/heads/feat/load", tip))
    assert (told.code, told.lines) == (0, [])


def test_a_secret_is_found_though_a_later_commit_takes_it_out(server: Server) -> None:
    first, last = server.grow(("feat: begin work", ENV), ("fix: take it out", {".env": None, "a.py": "a\n"}))
    told = server.push(server.line("refs/heads/feat/work", last))
    assert told.code == 1
    assert told.lines == [
        "",
        f"REFUSED: 1 file (policy main@{server.tip()[:7]})",
        f"  {first[:7]} .env tracked-env-file  .env is an environment file and holds a",
        "    credential; a template such as .env.example may be tracked",
        f"  {first[:7]} .env:1 env-secret  POSTGRES_PASSWORD holds a credential (15",
        "    characters)",
        f"mend: git rebase -i {first[:7]}^",
        "there: take out or mend .env where it was added",
        "a secret that was pushed is burnt: change it",
    ]
    assert PASSWORD not in str(told)


@pytest.mark.slow
def test_a_push_of_many_flaws_is_cut_with_a_count(server: Server) -> None:
    tip = server.grow(*[(f"added stuff {number}.", NOTHING) for number in range(15)])[-1]
    told = server.push(server.line("refs/heads/feat/work", tip))
    assert "REFUSED: 15 commit messages" in told.verdict
    assert sum(" commit-" in line for line in told.lines) == 20
    assert "  +10 more" in told.lines
    assert max(map(len, told.lines)) <= 72


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ref", "code", "rules"),
    [
        ("refs/heads/feat/work", 0, []),
        ("refs/heads/Feat/Work_", 1, ["branch-name-malformed"]),
        ("refs/merge-requests/Feat_/head", 0, []),
    ],
)
def test_a_ref_at_a_known_commit_is_judged_by_its_name(server: Server, ref: str, code: int, rules: list[str]) -> None:
    told = server.push(server.line(ref, server.tip()))
    assert (told.code, told.audit["refused_by"], told.audit["commits"]) == (code, rules, 0)


@pytest.mark.slow
def test_a_commit_that_another_ref_had_is_judged_when_a_branch_gets_it(server: Server) -> None:
    (tip,) = server.grow(("added some stuff.", NOTHING))
    server.repo.git("update-ref", "refs/changes/01/1/1", tip)
    told = server.push(server.line("refs/heads/feat/work", tip))
    assert (told.code, told.audit["refused_by"]) == (1, ["commit-full-stop", "commit-header-malformed"])


def test_a_forced_push_to_a_protected_branch(server: Server) -> None:
    old = server.tip()
    server.repo.commit("feat: go on")
    (aside,) = server.grow(("feat: rewrite", NOTHING), base=old)
    told = server.push(server.line("refs/heads/main", aside, server.tip()))
    assert (told.code, told.audit["refused_by"]) == (1, ["branch-protected-push"])
    assert any("the push rewrites the protected branch" in line for line in told.lines)
    (ahead,) = server.grow(("feat: go further", NOTHING))
    assert server.push(server.line("refs/heads/main", ahead, server.tip())).code == 0
    back = server.push(server.line("refs/heads/main", old, server.tip()))
    assert (back.code, back.audit["refused_by"]) == (1, ["branch-protected-push"])


@pytest.mark.slow
def test_deletions(server: Server) -> None:
    gone = server.push(
        server.line("refs/heads/feat/old", old=server.tip()), server.line("refs/tags/x", old=server.tip())
    )
    assert (gone.code, gone.lines) == (0, [])
    kept = server.push(server.line("refs/heads/main", old=server.tip()))
    assert (kept.code, kept.audit["refused_by"]) == (1, ["branch-protected-push", "weakened-policy"])


def test_tags(server: Server) -> None:
    (tip,) = server.grow(("added some stuff.", NOTHING))
    light = server.push(server.line("refs/tags/v1.0.0", tip))
    assert (light.code, light.audit["commits"]) == (1, 1)
    inner = server.repo.git("mktag", stdin=tag(server.tip(), "commit", "inner", f"release\n\npushed with {TOKEN}"))
    outer = server.repo.git("mktag", stdin=tag(inner, "tag", "outer", "sound"))
    assert server.push(server.line("refs/tags/outer", outer)).audit["refused_by"] == ["provider-token"]
    long = server.repo.git(
        "mktag", stdin=tag(server.grow(("feat: begin work", ENV))[0], "commit", "v2", "x" * 1_000_000)
    )
    assert "its tag is too long" in " ".join(server.push(server.line("refs/tags/v2", long)).lines)
    sound = server.repo.git("mktag", stdin=tag(server.tip(), "commit", "v1", "release"))
    assert server.push(server.line("refs/tags/v1", sound)).code == 0


def tag(target: str, kind: str, name: str, message: str) -> str:
    return f"object {target}\ntype {kind}\ntag {name}\ntagger Ann <ann@acme.example> 1790000000 +0000\n\n{message}\n"


@pytest.mark.slow
def test_refs_that_hold_no_commit(server: Server) -> None:
    blob = server.repo.git("hash-object", "-w", "--stdin", stdin=f"DB_PASSWORD={PASSWORD}9x\n")
    tree = server.repo.git("mktree", stdin=f"100644 blob {blob}\tlogin.env\n")
    assert server.push(server.line("refs/tags/tree", tree)).code == 1
    assert server.push(server.line("refs/blobs/x.env", blob)).code == 1


def test_a_symbolic_link_is_judged_by_where_it_leads(server: Server) -> None:
    for target, refused_by in (("a.txt", []), ("../a.txt", ["escaping-symlink"])):
        tree = server.repo.git(
            "mktree", stdin=f"120000 blob {server.repo.git('hash-object', '-w', '--stdin', stdin=target)}\tb\n"
        )
        told = server.push(
            server.line(
                "refs/heads/feat/x", server.repo.git("commit-tree", tree, "-p", server.tip(), "-m", "feat: link")
            )
        )
        assert (told.audit["refused_by"], told.audit["not_judged"]) == (refused_by, 0)


def test_of_notes_and_other_refs_the_contents_alone_are_judged(server: Server) -> None:
    (sound,) = server.grow(("Notes added by 'git notes add'", {"ab/cdef": "looks good\n"}), base="")
    assert server.push(server.line("refs/notes/commits", sound)).code == 0
    (leaking,) = server.grow(("Notes added by 'git notes add'", ENV), base="")
    told = server.push(server.line("refs/notes/commits", leaking))
    assert (told.code, told.audit["refused_by"]) == (1, ["env-secret", "tracked-env-file"])


def test_several_refs_share_commits_and_are_not_all_at_fault(server: Server) -> None:
    first, second = server.grow(("feat: begin work", NOTHING), ("added some stuff.", NOTHING))
    lines = [
        server.line("refs/heads/feat/a", second),
        server.line("refs/heads/feat/b", second),
        server.line("refs/heads/feat/c", first),
    ]
    told = server.push(*lines)
    assert told.audit["rules"]["commit-full-stop"] == 1
    assert "at fault: feat/a, feat/b; the other refs are not" in told.lines
    assert "[feat/a, feat/b]" in " ".join(line.strip() for line in told.lines)


@pytest.mark.slow
def test_a_merge_is_told_by_its_parents_and_not_by_its_text(server: Server) -> None:
    (side,) = server.grow(("feat: work aside", {"a.py": "a\n"}))
    server.repo.commit("feat: go on")
    (merge,) = server.grow(("Whatever the server wrote.", NOTHING), merged=side)
    assert server.push(server.line("refs/heads/feat/m", merge)).code == 0
    (forged,) = server.grow(("Merge branch 'x' into main.", NOTHING))
    assert server.push(server.line("refs/heads/feat/f", forged)).code == 1


@pytest.mark.slow
def test_a_merge_that_hides_a_file_is_judged_by_what_no_parent_has(server: Server) -> None:
    (side,) = server.grow(("feat: work aside", {"a.py": "a\n"}))
    (merge,) = server.grow(("Merge it", {**ENV, "a.py": "a\n"}), merged=side)
    assert server.push(server.line("refs/heads/feat/m", merge)).audit["refused_by"] == [
        "env-secret",
        "tracked-env-file",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("more", ["", "on_timeout: accept-with-warning\n"])
def test_more_commits_than_the_limit(server: Server, more: str) -> None:
    server.govern(policy=f"{POLICY}limits: {{max_commits: 3}}\n{more}")
    tip = server.grow(*[(f"feat: do part {number}", NOTHING) for number in range(5)])[-1]
    told = server.push(server.line("refs/heads/feat/work", tip))
    assert told.code == (0 if more else 3)
    assert told.verdict.startswith("ACCEPTED" if more else "REFUSED")
    assert "not everything was judged" in told.verdict
    assert "limits.max_commits, 3 new commits" in " ".join(line.strip() for line in told.lines)
    bad = server.grow(*[(f"did part {number}", NOTHING) for number in range(5)])[-1]
    assert server.push(server.line("refs/heads/feat/work", bad)).code == 1


@pytest.mark.slow
def test_what_is_too_large_to_read_is_told(server: Server) -> None:
    server.govern(policy=f"{POLICY}limits: {{max_file_bytes: 1000}}\n")
    (tip,) = server.grow(("feat: add a table", {"table.txt": "word " * 300}))
    told = server.push(server.line("refs/heads/feat/work", tip))
    assert (told.code, told.audit["not_judged"]) == (3, 1)
    assert "table.txt: larger than limits.max_file_bytes" in told.text


@pytest.mark.slow
def test_trees_are_judged_at_each_tip(server: Server) -> None:
    manifest = '[project]\nname = "a"\nversion = "1"\ndependencies = ["numpy"]\n[tool.uv]\n'
    server.govern(
        policy=f"{POLICY}  \n".replace(
            "rules: {", "rules: {missing-required-path: {severity: error, settings: {required: [tests/]}}, "
        )
    )
    (lacking,) = server.grow(("feat: begin work", {"pyproject.toml": manifest}))
    (having,) = server.grow(("feat: begin work", {"tests/a.py": "a\n"}))
    told = server.push(server.line("refs/heads/feat/a", lacking), server.line("refs/heads/feat/b", having))
    assert told.audit["rules"].get("missing-required-path") == 1


@pytest.mark.slow
def test_the_same_push_is_told_the_same_way_by_a_thread(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlgovern.enforce.server import hook

    tip = server.grow(("added some stuff.", ENV))[0]
    forked = server.push(server.line("refs/heads/feat/work", tip))
    monkeypatch.setattr(hook.run, "__kwdefaults__", {"forks": False})
    assert server.push(server.line("refs/heads/feat/work", tip)).lines == forked.lines


def test_however_much_is_pushed_a_fixed_number_of_processes_is_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = server.grow(("feat: do a part", {"a.py": "a\n"}))[-1]
    many = server.grow(*[(f"feat: do part {number}", {f"b{number}.py": f"{number}\n"}) for number in range(60)])[-1]
    monkeypatch.setenv("GIT_DIR", str(server.repo.top / ".git"))
    counts = []
    for tip in (few, many):
        with wall.receiving() as git:
            judge(
                git, received.updates(server.line("refs/heads/feat/x", tip).encode()), "", "2026-11-27", lambda _: None
            )
            counts.append(len(git.together or ()))
    assert counts[0] == counts[1] <= 24


@pytest.mark.parametrize("files", [1, 250])
def test_a_push_puts_nothing_behind_a_suppression(server: Server, monkeypatch: pytest.MonkeyPatch, files: int) -> None:
    server.govern(policy=DENY)
    *_, tip = server.grow(("feat: read a key", {"k.py": key("")}), ("feat: hold a key", {"k.py": key(BODY)}))
    monkeypatch.setattr(contents, "BATCH_FILES", files)
    told = server.push(server.line("refs/heads/feat/key", tip))
    assert told.code == 1
    assert "k.py:2 private-key" in "\n".join(told.lines)
