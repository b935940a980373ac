"""One plan: what a fix changes in the index and on disk, what it leaves, and the way back from all of it."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgovern import files
from mlgovern.errors import UserError
from mlgovern.facts.git import locate
from mlgovern.facts.listings import tracked as tracked_of
from mlgovern.finding import Finding, Place, Severity
from mlgovern.fix.draft import Draft
from mlgovern.fix.left import left
from mlgovern.fix.mend import Asked, mend, take_back
from mlgovern.fix.undo import NOTHING
from mlgovern.setup.init import Wanted, planned
from tests.conftest import Sealed
from tests.fix.test_mend import DIRTY, LEFT, NOTE, UNDO

POLICY = """schema: 1
extends: [base]
rules:
  missing-required-path:
    severity: error
    settings:
      required:
        - README.md
        - docs/
        - {path: "src/*/__init__.py"}
        - {path: setup.cfg, stub: "name = {project}\\npackage = {package}\\n"}
        - Makefile
        - {path: tests/, min_files: 1}
  missing-content: {severity: error, settings: {content: [{path: README.md, sections: [Set-up|Installation]}]}}
  not-ignored-path: {severity: error, settings: {must_ignore: [.env, data/, data/raw/]}}
"""


@pytest.fixture
def mixed(make_repo: Callable[..., Sealed], monkeypatch: pytest.MonkeyPatch) -> Sealed:
    """A repository with something for every kind of step, and changes that are none of a fix's business."""
    repo = make_repo("Churn-Model")
    files: dict[str, str | bytes] = {
        ".mlgovern.yaml": POLICY, "a.ipynb": DIRTY, "app/.env": "A_TOKEN=x\nB=1\n", "notes/big.xlsx": b"PK\x03\x04",
        "uv.lock": "version = 1\n", ".gitignore": "*.xlsx\nuv.lock\n", "edited.txt": "one\n",
    }  # fmt: skip
    for path, data in files.items():
        repo.write(path, data)
    repo.git("add", "--force", "--all")
    repo.commit()
    repo.stage("edited.txt", "two\n")
    repo.write("edited.txt", "three\n")
    repo.write(".gitignore", "*.xlsx\nuv.lock\n*.tmp")
    monkeypatch.chdir(repo.top)
    return repo


def fixed(*only: str, staged: bool = False, dry_run: bool = False) -> list[str]:
    return list(mend(Asked(staged=staged, only=only, foreign=True), dry_run=dry_run))


def state(repo: Sealed) -> tuple[object, ...]:
    files = {
        path.relative_to(repo.top).as_posix(): path.read_bytes()
        for path in repo.top.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(repo.top).parts
    }
    folders = {path for path in repo.top.rglob("*") if path.is_dir() and ".git" not in path.relative_to(repo.top).parts}
    return repo.git("ls-files", "-s"), files, folders, repo.git("for-each-ref"), repo.git("stash", "list")


def test_everything_in_one_plan(mixed: Sealed) -> None:
    before = mixed.git("for-each-ref")
    said = fixed()
    plan = said[: said.index(LEFT)]
    assert plan == [
        "strip a.ipynb",
        "untrack app/.env (it stays on disk)",
        "add a line for app/.env to .gitignore",
        "write app/.env.example with the keys and no values",
        "add !/uv.lock to .gitignore: uv.lock belongs in Git",
        "untrack notes/big.xlsx (it stays on disk), since line 1 of .gitignore ignores it",
        "write src/churn_model/__init__.py",
        "write README.md",
        "write docs/.gitkeep",
        "write setup.cfg",
        "add the line .env to .gitignore",
        "add the line data/ to .gitignore",
        NOTE,
        "then: git add a.ipynb .gitignore app/.env.example src/churn_model/__init__.py README.md docs/.gitkeep setup.cfg",
        UNDO,
    ]
    assert [line for line in said if line.startswith("  error")] == [
        "  error missing-required-path: Makefile is missing",
        "  error missing-required-path: tests/ is missing",
    ]
    assert mixed.git("for-each-ref") == before
    assert mixed.git("ls-files").splitlines() == [".gitignore", ".mlgovern.yaml", "a.ipynb", "edited.txt", "uv.lock"]
    assert mixed.git("show", ":edited.txt") == "two"
    assert (mixed.top / "edited.txt").read_text() == "three\n"
    assert (mixed.top / ".gitignore").read_text() == "*.xlsx\nuv.lock\n*.tmp\n/app/.env\n!/uv.lock\n.env\ndata/\n"
    assert (mixed.top / "README.md").read_text() == "# Churn-Model\n\n## Set-up\n"
    assert (mixed.top / "setup.cfg").read_text() == "name = Churn-Model\npackage = churn_model\n"
    assert (mixed.top / "app/.env").is_file()
    mixed.git("add", "--all")
    assert fixed()[0].startswith("nothing to mend mechanically")


def test_there_is_a_way_back(mixed: Sealed) -> None:
    for path, data in (("new.ipynb", DIRTY), ("lib/.env", "C_TOKEN=x\n"), ("new.xlsx", "x")):
        mixed.stage(path, data)
    before = state(mixed)
    for staged in (False, True):
        fixed("notebook-output", "tracked-env-file", "structure", staged=staged)
        assert state(mixed) != before
        would = list(take_back(foreign=True, dry_run=True))
        assert would
        assert all(line.startswith("would ") for line in would)
        list(take_back(foreign=True))
        assert state(mixed) == before
        assert list(take_back(foreign=True)) == [NOTHING]


def test_marks_in_the_index_come_back(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sparse checkout leaves out, what is assumed unchanged, and what `git add -N` announced without its content."""
    for path in ("sparse.log", "assumed.log", "both.log"):
        repo.stage(path, "x")
    repo.stage(".gitignore", "*.log\n")
    repo.commit()
    for flag, *paths in (("skip-worktree", "sparse.log", "both.log"), ("assume-unchanged", "assumed.log", "both.log")):
        repo.git("update-index", f"--{flag}", *paths)
    (repo.top / "sparse.log").unlink()
    repo.write("app/.env", "A_TOKEN=x\n")
    repo.write("caf\u00e9.log", "x")
    repo.git("add", "--intent-to-add", "--force", "app/.env", "caf\u00e9.log")
    monkeypatch.chdir(repo.top)
    before = (repo.git("ls-files", "-v"), *repo.status())
    fixed("ignored-but-tracked", "tracked-env-file")
    assert repo.git("ls-files") == ".gitignore"
    list(take_back(foreign=True))
    assert (repo.git("ls-files", "-v"), *repo.status()) == before


def test_a_dry_run_has_nothing_to_take_back(mixed: Sealed) -> None:
    before = state(mixed)
    assert UNDO not in fixed(dry_run=True)
    assert state(mixed) == before
    assert list(take_back(foreign=True)) == [NOTHING]


def test_what_has_changed_since_is_not_taken_back(mixed: Sealed) -> None:
    fixed()
    mixed.write("README.md", "# Mine\n")
    mixed.stage("notes/big.xlsx", b"PK\x03\x04 new")
    said = list(take_back(foreign=True))
    assert "leave README.md: it has changed since" in said
    assert "leave notes/big.xlsx in the index: it has changed since" in said
    assert "put app/.env back into the index" in said
    assert (mixed.top / "README.md").read_text() == "# Mine\n"


def test_a_rule_alone(mixed: Sealed) -> None:
    said = {
        "missing-required-path": "would write README.md",
        "not-ignored-path": "would add the line .env to .gitignore",
        "ignored-but-tracked": "would untrack notes/big.xlsx (it stays on disk), since line 1 of .gitignore ignores it",
        "tracked-env-file": "would untrack app/.env (it stays on disk)",
        "notebooks": "would strip a.ipynb",
        "case-collision": "nothing to mend mechanically; `mlgovern check` lists what is left for a person",
    }
    for only, line in said.items():
        assert [other for other in said.values() if other in fixed(only, dry_run=True)] == [line]


def test_what_belongs_in_git_is_let_in(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage(".gitignore", "/data/\r\n*/models/\r\n")
    for path in ("data/raw/.gitkeep", "data/interim/.gitkeep", "lib/models/.gitignore", "lib/models/a.txt"):
        repo.stage(path, "")
    monkeypatch.chdir(repo.top)
    assert fixed("ignored-but-tracked")[:-2] == [
        "write data/**, !data/**/, !data/**/.gitkeep instead of /data/ in .gitignore: data/interim/.gitkeep belongs in Git",
        "keep data/raw/.gitkeep: the lines above let it in",
        "add !/lib/models/, /lib/models/*, !/lib/models/.gitignore to .gitignore: lib/models/.gitignore belongs in Git",
        "untrack lib/models/a.txt (it stays on disk), since line 2 of .gitignore ignores it",
    ]
    assert (repo.top / ".gitignore").read_bytes().count(b"\r\n") == 7
    repo.git("add", ".gitignore")
    assert fixed("ignored-but-tracked")[0].startswith("nothing to mend mechanically")


def test_source_code_is_left_to_a_person(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage(".gitignore", "lib/\nbuild/\n")
    for path in ("app/lib/io.py", "app/lib/notes.txt", "build/made.py"):
        repo.stage(path, "x = 1\n")
    monkeypatch.chdir(repo.top)
    assert fixed("ignored-but-tracked")[:3] == [
        (
            "leave app/lib/io.py: line 1 of .gitignore ignores it (lib/), but it looks like source code; "
            "narrow that line, or git rm --cached -- app/lib/io.py"
        ),
        "untrack app/lib/notes.txt (it stays on disk), since line 1 of .gitignore ignores it",
        "untrack build/made.py (it stays on disk), since line 2 of .gitignore ignores it",
    ]
    assert repo.git("ls-files").split() == [".gitignore", "app/lib/io.py"]


SOME = "node_modules/0000.js, node_modules/0001.js, node_modules/0002.js"


def test_very_many_files_are_one_step(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1200):
        repo.write(f"node_modules/{number:04}.js", "")
    repo.write(".gitignore", "node_modules/\n")
    repo.git("add", "--force", "--all")
    monkeypatch.chdir(repo.top)
    before = state(repo)
    said, undo = fixed("ignored-but-tracked")
    assert (said, undo) == (
        f"untrack 1,200 files (what is on disk stays there), since line 1 of .gitignore ignores them: {SOME}, …",
        UNDO,
    )
    assert repo.git("ls-files") == ".gitignore"
    back = list(take_back(foreign=True))
    assert (len(back), back[-1]) == (21, "and 1,180 more in the index")
    assert state(repo) == before


def test_a_structure_that_nobody_chose_is_not_built(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("m.py", "")
    monkeypatch.chdir(repo.top)
    said = fixed()
    assert said[0].startswith("nothing to mend mechanically")
    assert said[-1] == "`mlgovern fix --only structure` makes what is missing of a structure and of .gitignore"
    assert "would write README.md" in fixed("structure", dry_run=True)


def test_what_is_on_disk_is_its_owners_to_stage(mixed: Sealed) -> None:
    mixed.write("docs/a b.md", "x")
    mixed.write("README.md", "mine")
    said = fixed("missing-required-path")
    assert "leave docs/.gitkeep: docs is on disk and not staged; git add docs" in said
    assert "leave README.md: README.md is on disk and not staged; git add README.md" in said
    assert (mixed.top / "README.md").read_text() == "mine"


def test_a_mend_of_the_teams_own_is_for_a_person(mixed: Sealed) -> None:
    mixed.stage(
        ".mlgovern.yaml",
        "schema: 1\nrules: {missing-required-path: {severity: error, settings: {required: [{path: README.md, mend: ask Ann}]}},"
        " not-ignored-path: {severity: error, settings: {must_ignore: [{path: .env, mend: ask Ann}]}}}\n",
    )
    said = fixed("structure")
    assert said[0].startswith("nothing to mend mechanically")
    assert said.count("      ask Ann") == 2


def test_a_lock_of_the_index_stops_the_plan(mixed: Sealed) -> None:
    lock = mixed.write(".git/index.lock", "")
    before = state(mixed)
    with pytest.raises(
        UserError, match=r"another git command is at work; if there is none, remove .*index\.lock and run"
    ):
        fixed()
    assert fixed("notebook-output")[0] == "strip a.ipynb"  # which leaves the index alone
    list(take_back(foreign=True))
    assert state(mixed) == before
    lock.unlink()
    assert UNDO in fixed()


def test_a_lock_in_the_middle_loses_nothing(mixed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(mixed)
    lock, write = mixed.top / ".git/index.lock", files.write

    def writing(path: Path, data: bytes) -> None:
        write(path, data)
        lock.touch()

    monkeypatch.setattr(files, "write", writing)
    with pytest.raises(UserError, match="`mlgovern fix --undo` takes back what was done until then"):
        fixed()
    assert (mixed.top / "README.md").is_file()
    monkeypatch.undo()
    monkeypatch.chdir(mixed.top)
    lock.unlink()
    list(take_back(foreign=True))
    assert state(mixed) == before


@pytest.mark.parametrize("replaced", [1, 4, 7])
def test_killed_at_any_point_nothing_is_lost(mixed: Sealed, replaced: int) -> None:
    before = state(mixed)
    code = (
        "import os, sys, pathlib; left = [int(sys.argv[1])]; real = pathlib.Path.replace\n"
        "def replace(self, to):\n"
        "    left[0] -= 1\n"
        "    os._exit(9) if left[0] < 0 else None\n"
        "    return real(self, to)\n"
        "pathlib.Path.replace = replace\n"
        "from mlgovern.__main__ import run; sys.exit(run(['fix']))"
    )
    done = mixed.run(sys.executable, "-P", "-c", code, str(replaced))
    assert done.returncode == 9
    for draft in [path for path in mixed.top.rglob(".mlgovern-*") if path.is_file()]:
        draft.unlink()  # a kill leaves the draft of the file that was being written, and nothing else
    list(take_back(foreign=True))
    assert state(mixed) == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_what_changes_meanwhile_stops_the_plan(mixed: Sealed) -> None:
    with locate(str(mixed.top)) as git:
        tracked, _ = tracked_of(git)
        on_disk, in_index, linked = (Draft(git, tracked, staged=True) for _ in range(3))
        on_disk.write("edited.txt", b"x")
        in_index.untrack("edited.txt")
        linked.write("app/x", b"x")
        mixed.stage("edited.txt", "four\n")
        (mixed.top / "app").rename(mixed.top / "other")
        (mixed.top / "app").symlink_to("other")
        before = state(mixed)
        for draft in (on_disk, in_index):
            with pytest.raises(UserError, match=r"edited\.txt has changed meanwhile: run `mlgovern fix` again"):
                draft.apply()
        with pytest.raises(UserError, match="app is a symbolic link"):
            linked.apply()
        assert state(mixed) == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_no_link_is_staged_over(mixed: Sealed) -> None:
    (mixed.top / "link").symlink_to("a.ipynb")
    mixed.git("add", "link")
    with locate(str(mixed.top)) as git:
        draft = Draft(git, tracked_of(git)[0], staged=True)
        for act in (draft.on_disk, lambda path: draft.stage(path, b"x")):
            with pytest.raises(UserError, match="link is a symbolic link"):
                act("link")


HOSTILE = (
    "../out",
    "a/../../out",
    ".git/hooks/post-checkout",
    "sub/.GIT./config",
    "git~1/x",
    "..\\\\out",
    "C:/out",
    "/out",
    "a//b",
)


def test_a_policy_writes_nothing_outside(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a clone's policy requires is made in the work tree alone: `fix` in a stranger's repository is harmless."""
    required = "".join(f"        - {{path: {json.dumps(path)}, stub: evil}}\n" for path in HOSTILE)
    kept = "missing-or-unignored-path: {settings: {required_or_ignored: [../kept/]}}"
    repo.stage(
        ".mlgovern.yaml",
        f"schema: 1\nrules:\n  {kept}\n  missing-required-path:\n    severity: error\n    settings:\n      required:\n"
        f"{required}        - -rf.md\n",
    )
    monkeypatch.chdir(repo.top)
    before = set(repo.top.parent.rglob("*"))
    assert fixed("missing-required-path")[:2] == ["write -rf.md", "then: git add ./-rf.md"]
    made = [path for path in repo.top.parent.rglob("*") if path.is_file() and path not in before]
    assert {path.name for path in made if not path.is_relative_to(repo.top / ".git/mlgovern")} == {"-rf.md"}
    with locate(str(repo.top)) as git:
        steps = planned(git, Wanted(structure="course"))
    assert not [step.path for step in steps if "out" in step.path or "kept" in step.path]


def conflict(repo: Sealed, path: str) -> str:
    """Three versions of a path in the index; the index then."""
    blobs = [repo.git("hash-object", "-w", "--stdin", stdin=text) for text in ("a\n", "b\n", "c\n")]
    stages = "".join(f"100644 {blob} {stage}\t{path}\n" for stage, blob in enumerate(blobs, 1))
    repo.git("update-index", "--index-info", stdin=f"0 {'0' * 40}\t{path}\n{stages}")
    return repo.git("ls-files", "-s")


def test_conflicts_stay_in_the_index(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage(".env", "A_TOKEN=x\n")
    before = conflict(repo, ".gitignore")
    monkeypatch.chdir(repo.top)
    for staged in (True, False):
        assert "leave .env: .gitignore has merge conflicts; settle them first" in fixed(
            "tracked-env-file", staged=staged
        )
        said = fixed("not-ignored-path", staged=staged)
        assert "leave .gitignore: .gitignore has merge conflicts; settle them first" in said
    assert repo.git("ls-files", "-s") == before


def test_conflicts_since_are_not_taken_back(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage(".env", "A_TOKEN=x\n")
    monkeypatch.chdir(repo.top)
    fixed("tracked-env-file")
    before = conflict(repo, ".env")
    assert "leave .env in the index: it has changed since" in list(take_back(foreign=True))
    assert repo.git("ls-files", "-s") == before


def test_no_step_undoes_another(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    required = "{severity: error, settings: {required: [.gitignore, {path: app/prod.env.example, stub: mine}]}}"
    repo.stage(".mlgovern.yaml", f"schema: 1\nextends: [base]\nrules: {{missing-required-path: {required}}}\n")
    repo.stage("app/prod.env", "A_TOKEN=x\n")
    monkeypatch.chdir(repo.top)
    assert "keep .gitignore as written above" in fixed("tracked-env-file", "missing-required-path")
    assert (repo.top / ".gitignore").read_text() == "/app/prod.env\n"
    assert (repo.top / "app/prod.env.example").read_text().endswith("A_TOKEN=\n")


def test_no_file_gives_way_to_a_folder(mixed: Sealed) -> None:
    """Git drops `docs` from the index where `docs/.gitkeep` is entered."""
    mixed.stage("docs", "x")
    mixed.stage("README.md/x", "x")
    (mixed.top / "docs").unlink()
    with locate(str(mixed.top)) as git:
        draft = Draft(git, tracked_of(git)[0], staged=True)
        for path, other in (("docs/.gitkeep", "docs"), ("README.md", "README.md/x")):
            with pytest.raises(UserError, match=f"^{other} is staged, which cannot be there beside it"):
                draft.stage(path, b"")


def test_damaged_notes_take_nothing_back(mixed: Sealed) -> None:
    fixed()
    mixed.write(".git/mlgovern/undo.json", "{")
    with pytest.raises(UserError, match="notes of the last fix are damaged"):
        list(take_back(foreign=True))


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_odd_names_links_and_submodules(mixed: Sealed) -> None:
    for path in ("a\nb.xlsx", "caf\udce9.xlsx", "un\x1b[31mred/.env"):
        mixed.stage(path, "A_TOKEN=x\n")
    (mixed.top / "loop").symlink_to("loop")
    mixed.git("init", "-q", "sub.xlsx")
    mixed.git("-C", "sub.xlsx", "commit", "-q", "--allow-empty", "-m", "feat: begin")
    mixed.git("add", "--force", "loop", "sub.xlsx")
    mixed.stage("as_folder.ipynb", DIRTY)
    (mixed.top / "as_folder.ipynb").unlink()
    (mixed.top / "as_folder.ipynb").mkdir()
    mixed.stage("a\nb.ipynb", DIRTY)
    before = state(mixed)
    said = fixed()
    assert "stage by hand, since no such name can be pasted: a\\nb.ipynb, un\\x1b[31mred/.env.example" in said
    assert "untrack a\\nb.xlsx (it stays on disk), since line 1 of .gitignore ignores it" in said
    assert "untrack caf\\xe9.xlsx (it stays on disk), since line 1 of .gitignore ignores it" in said
    assert any(line.startswith("leave as_folder.ipynb: ") and line.endswith("Is a directory") for line in said)
    assert "sub.xlsx" in mixed.git("ls-files")
    assert not [line for line in said if not line.isprintable()]
    list(take_back(foreign=True))
    assert state(mixed) == before


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_folder_that_is_a_link_on_disk(mixed: Sealed, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "b.ipynb").write_text(DIRTY)
    mixed.stage("linked/b.ipynb", DIRTY)
    mixed.stage("linked/.env", "C_TOKEN=x\n")
    (mixed.top / "linked/b.ipynb").unlink()
    (mixed.top / "linked/.env").unlink()
    (mixed.top / "linked").rmdir()
    (mixed.top / "linked").symlink_to(outside)
    said = fixed("notebook-output", "tracked-env-file")
    assert "leave linked/.env: linked is a symbolic link; it is left alone" in said
    assert "leave linked/b.ipynb: linked is a symbolic link; it is left alone" in said
    assert "strip a.ipynb" in said
    assert [path.name for path in outside.iterdir()] == ["b.ipynb"]
    assert (outside / "b.ipynb").read_text() == DIRTY


def test_what_is_left_is_told_in_order_and_in_part() -> None:
    found = [
        Finding("m", Place(f"{n}.csv"), "git rm x\nor y", rule="data-in-git", severity=Severity.WARNING)
        for n in range(5)
    ]
    found.append(Finding("s", Place("a.env", 3), "", rule="env-secret"))
    found.append(Finding("docs/ is missing", Place("docs/"), rule="missing-required-path"))
    families = {"data-in-git": "data", "env-secret": "secrets", "missing-required-path": "structure"}
    assert list(left(found, families)) == [
        LEFT,
        "  error env-secret: a.env:3: s",
        "  warning data-in-git: 0.csv: m",
        "      git rm x",
        "  warning data-in-git: 1.csv: m",
        "      git rm x",
        "  warning data-in-git: 2.csv: m",
        "      git rm x",
        "  and 2 more: mlgovern check --only data-in-git",
        "  error missing-required-path: docs/ is missing",
    ]
    assert list(left([], families)) == []
