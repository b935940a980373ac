"""`mlgovern fix` in real repositories: it does what it says, where it was asked to, and nothing else."""

import json

import pytest

from tests.conftest import Sealed

PASSWORD = "Otter" + "AfterLunch"
CELL = {"cell_type": "code", "execution_count": 3, "id": "a", "metadata": {}, "outputs": [], "source": ["1"]}
DIRTY = json.dumps({"cells": [CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"
LEFT = "left for a person, in this order:"
UNDO = "undo: mlgovern fix --undo"
NOTE = "note: whoever pulls the commit loses their copy of what is untracked here"
CLEAN = DIRTY.replace('"execution_count": 3', '"execution_count": null')


@pytest.fixture
def dirty(repo: Sealed) -> Sealed:
    for path in ("a/one.ipynb", "b/two.ipynb"):
        repo.stage(path, DIRTY)
    repo.stage("a/.env", f"# a comment\nexport POSTGRES_PASSWORD={PASSWORD}\nLOG_LEVEL=info\n")
    repo.commit()
    return repo


def lines(repo: Sealed, *words: str) -> list[str]:
    """The plan that a fix says, without what it leaves to a person."""
    done = repo.mlgovern("fix", *words)
    assert (done.returncode, done.stderr) == (0, b"")
    said = done.stdout.decode().splitlines()
    plan = said[: said.index(LEFT)] if LEFT in said else said
    return [line for line in plan if line not in (UNDO, NOTE)]


def test_a_path_limits_what_is_mended(dirty: Sealed) -> None:
    assert lines(dirty, "b") == ["strip b/two.ipynb", "then: git add b/two.ipynb"]
    assert (dirty.top / "b/two.ipynb").read_text() == CLEAN
    assert (dirty.top / "a/one.ipynb").read_text() == DIRTY
    assert "a/.env" in dirty.git("ls-files")


def test_a_path_limits_the_index_too(dirty: Sealed) -> None:
    dirty.stage("a/three.ipynb", DIRTY)
    dirty.stage("b/four.ipynb", DIRTY)
    (line,) = lines(dirty, "--staged", "b")
    assert line.startswith("strip b/four.ipynb in the index alone")
    assert dirty.git("show", ":b/four.ipynb") + "\n" == CLEAN
    assert dirty.git("show", ":a/three.ipynb") + "\n" == DIRTY


def test_a_dry_run_says_and_does_not(dirty: Sealed) -> None:
    before = dirty.status()
    said = lines(dirty, "--dry-run")
    assert [line for line in said if not line.startswith("would ")] == []
    assert "would untrack a/.env (it stays on disk)" in said
    assert dirty.status() == before


def test_unstaged_work_is_left_alone(dirty: Sealed) -> None:
    edited = DIRTY.replace('"1"', '"2"')
    dirty.write("b/two.ipynb", edited)
    assert lines(dirty, "b")[0] == "leave b/two.ipynb: it has unstaged changes; stage them first"
    dirty.stage("b/two.ipynb", DIRTY.replace('"1"', '"3"'))
    dirty.write("b/two.ipynb", edited)
    assert lines(dirty, "b")[0] == (
        "leave b/two.ipynb: it has unstaged changes; stage them, or mend the index alone with --staged"
    )
    assert (dirty.top / "b/two.ipynb").read_text() == edited
    assert lines(dirty, "b", "--staged")[0].startswith("strip b/two.ipynb in the index alone; ")


def test_a_work_tree_with_other_line_endings_is_no_unstaged_work(dirty: Sealed) -> None:
    dirty.write("b/two.ipynb", DIRTY.replace("\n", "\r\n"))
    assert lines(dirty, "b")[0] == "strip b/two.ipynb"
    assert (dirty.top / "b/two.ipynb").read_bytes() == CLEAN.replace("\n", "\r\n").encode()


def test_a_notebook_that_is_named_is_stripped_whatever_is_staged(dirty: Sealed) -> None:
    edited = DIRTY.replace('"1"', '"2"')
    dirty.write("b/two.ipynb", edited)
    dirty.write("new one.ipynb", edited)
    staged = dirty.git("ls-files", "-s")
    assert lines(dirty, "b/two.ipynb", "new one.ipynb") == [
        "strip b/two.ipynb",
        "strip new one.ipynb",
        "then: git add b/two.ipynb 'new one.ipynb'",
    ]
    for path in ("b/two.ipynb", "new one.ipynb"):
        assert (dirty.top / path).read_text() == CLEAN.replace('"1"', '"2"')
    assert dirty.git("ls-files", "-s") == staged
    assert lines(dirty, "b/two.ipynb")[0] == "leave b/two.ipynb: it is stripped; git add b/two.ipynb stages it so"


def test_named_notebooks_that_are_left(dirty: Sealed) -> None:
    dirty.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {notebook-output: {exempt: ['a/**']}}\n")
    assert lines(dirty, "a/one.ipynb", "b/two.ipynb", "--only", "notebook-output") == [
        "leave a/one.ipynb: the policy exempts it from notebook-output",
        "strip b/two.ipynb",
        "then: git add b/two.ipynb",
    ]
    assert lines(dirty, "b/two.ipynb", "--only", "tracked-env-file")[0].startswith("nothing to mend")


def test_a_notebook_of_another_repository_is_left_to_that(dirty: Sealed) -> None:
    dirty.git("init", "-q", "of others")
    dirty.write("of others/deep/x.ipynb", DIRTY)
    assert lines(dirty, "of others/deep/x.ipynb")[0] == (
        "leave of others/deep/x.ipynb: it is in a repository of its own; mlgovern fix -C 'of others' deep/x.ipynb"
    )
    assert (dirty.top / "of others/deep/x.ipynb").read_text() == DIRTY


def test_a_notebook_in_conflict_is_left_in_the_index(repo: Sealed) -> None:
    repo.stage("a.ipynb", DIRTY)
    repo.commit()
    for branch, source in (("x", '"2"'), ("y", '"3"')):
        repo.git("switch", "-qc", branch, "main")
        repo.stage("a.ipynb", DIRTY.replace('"1"', source))
        repo.commit(f"feat: {branch}")
    repo.run("git", "merge", "-q", "x")
    before = repo.git("ls-files", "-s")
    assert lines(repo, "--staged")[0] == "leave a.ipynb: it has merge conflicts"
    assert repo.git("ls-files", "-s") == before
    assert lines(repo, "a.ipynb")[0] == ("leave a.ipynb: the notebook has an unresolved merge conflict, line 10")


def test_a_notebook_that_is_not_on_disk(dirty: Sealed) -> None:
    (dirty.top / "b/two.ipynb").unlink()
    assert lines(dirty, "b")[0] == "leave b/two.ipynb: it is not on disk"
    dirty.stage("b/two.ipynb", DIRTY.replace('"1"', '"2"'))
    (dirty.top / "b/two.ipynb").unlink()
    assert lines(dirty, "b")[0] == "leave b/two.ipynb: it is not on disk; --staged mends the index alone"


def test_an_env_file_leaves_git_with_all_that_belongs_to_it(dirty: Sealed) -> None:
    assert lines(dirty, "a/.env") == [
        "untrack a/.env (it stays on disk)",
        "add a line for a/.env to .gitignore",
        "write a/.env.example with the keys and no values",
        "then: git add .gitignore a/.env.example",
    ]
    assert PASSWORD in (dirty.top / "a/.env").read_text()
    assert (dirty.top / ".gitignore").read_text() == "/a/.env\n"
    template = "# Copy to .env and fill in; .env itself stays out of Git.\nPOSTGRES_PASSWORD=\nLOG_LEVEL=\n"
    assert (dirty.top / "a/.env.example").read_text() == template
    dirty.git("add", "--all")
    assert "a/.env\n" not in dirty.git("ls-files") + "\n"
    for words in ((), ("--staged",)):
        assert lines(dirty, "a/.env", *words) == [
            "nothing to mend mechanically; `mlgovern check` lists what is left for a person",
            "not judged:",
            "  a/.env: nothing tracked lies there",
        ]


def test_a_template_that_is_there_is_extended(dirty: Sealed) -> None:
    dirty.stage("a/.env.example", "LOG_LEVEL=debug")
    dirty.stage(".gitignore", "*.env\n.env")
    said = lines(dirty, "a/.env")
    assert "add a line for a/.env to .gitignore" not in said
    assert (dirty.top / "a/.env.example").read_text() == "LOG_LEVEL=debug\nPOSTGRES_PASSWORD=\n"


def test_nothing_is_written_through_a_link(dirty: Sealed) -> None:
    (dirty.top / "elsewhere").write_text("x")
    (dirty.top / ".gitignore").symlink_to("elsewhere")
    done = dirty.mlgovern("fix", "a/.env")
    assert done.returncode == 2
    assert (dirty.top / "elsewhere").read_text() == "x"


def test_a_notebook_that_cannot_be_judged_is_left(repo: Sealed) -> None:
    repo.stage("a.ipynb", DIRTY.replace('"id": "a"', '"id": "a", "id": "b"'))
    said = lines(repo)
    assert said[0].startswith("leave a.ipynb: ")
    assert (repo.top / "a.ipynb").read_text().count('"id"') == 2


def test_what_stripping_settles_is_not_left_to_a_person(repo: Sealed) -> None:
    output = json.dumps({"output_type": "stream", "name": "stdout", "text": "x" * 2000})
    large = DIRTY.replace('"outputs": []', f'"outputs": [{output}]')
    limits = "{oversized-file: {settings: {max_bytes: 1500, per_glob: {b.ipynb: 20}}}}"
    repo.stage(".mlgovern.yaml", f"schema: 1\nextends: [base]\nrules: {limits}\n")
    for name in ("a.ipynb", "b.ipynb"):
        repo.stage(name, large)
    left = [line for line in repo.mlgovern("fix").stdout.decode().splitlines() if "oversized-file" in line]
    assert [line.partition(": 2")[0] for line in left] == ["  error oversized-file: b.ipynb"]
