"""`mlgovern init` in real repositories: shown first, nothing overwritten, nothing the second time."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from mlgovern.errors import UserError
from mlgovern.facts.git import Git, locate
from mlgovern.files import write
from mlgovern.finding import Severity
from mlgovern.policy.model import POLICY_FILE, Decision, Policy
from mlgovern.rule import Glob
from mlgovern.rules.branches.strategy import Strategy
from mlgovern.rules.structure.ignoring import Entry
from mlgovern.setup import ci_file, policy_file, schema_file
from mlgovern.setup.init import Editor, Wanted, apply, editor_of, must_ignore, plan, planned, render
from mlgovern.setup.step import Step
from tests.conftest import Sealed

WANTED = Wanted(strategy="gitflow")
PATHS = (
    ".mlgovern.yaml", ".mlgovern/policy.schema.json", ".gitignore", ".pre-commit-config.yaml",
    ".vscode/settings.json", ".vscode/tasks.json", ".vscode/extensions.json",
)  # fmt: skip


def files(top: Path) -> dict[str, bytes]:
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in top.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(top).parts
    }


def test_everything_is_created_and_the_second_time_nothing() -> None:
    steps = plan({}, WANTED, Editor())
    assert [(step.path, step.verb) for step in steps] == [(path, "create") for path in PATHS]
    again = plan({step.path: step.after for step in steps}, WANTED, Editor())
    assert [(step.path, step.verb, step.notes) for step in again] == [(path, "unchanged", ()) for path in PATHS]


def test_a_schema_of_another_mlgovern_is_renewed_and_said_to_be_old(repo: Sealed) -> None:
    repo.write(POLICY_FILE, "schema: 1\n")
    old = repo.write(schema_file.PATH, b'{"title":"mlgovern policy"}')
    said = repo.mlgovern("policy", "validate").stdout.decode().splitlines()
    assert said[1:] == [schema_file.OLD]
    told = repo.mlgovern("init", "--dry-run").stdout
    assert b"renew      .mlgovern/policy.schema.json: the JSON Schema of policies, for editors\ncreate" in told
    assert old.read_bytes() == b'{"title":"mlgovern policy"}'
    words = schema_file.OLD.split("`")[1].split()[1:]
    assert repo.mlgovern(*words).returncode == 0
    assert len(repo.mlgovern("policy", "validate").stdout.splitlines()) == 1
    formatted = json.dumps(json.loads(schema_file.text()), indent=2).encode()
    assert schema_file.step(formatted).verb == "unchanged"
    assert schema_file.step(b"<<<<<<< ours\n" + formatted).verb == "renew"


def test_a_schema_that_somebody_else_wrote_is_left_alone() -> None:
    step = schema_file.step(b"{}")
    assert (step.verb, step.notes) == ("unchanged", ("it is no schema of ours and is left alone",))
    assert not schema_file.outdated(b"{}")


def test_exact_policy() -> None:
    assert policy_file.step(None, Wanted("strict", "gitflow", "course")).after.decode() == (
        "# yaml-language-server: $schema=./.mlgovern/policy.schema.json\n"
        "# The policy of this repository: `mlgovern rules` lists the rules that are on, "
        "`mlgovern explain RULE` says what each wants.\n"
        "schema: 1\n"
        "\n"
        "extends: # later entries win over earlier ones, this file wins over all\n"
        "  - strict\n"
        "  - strategies/gitflow\n"
        "  - structures/course\n"
        "\n"
        "# rules: # what this repository decides for itself\n"
        "#   notebook-output: warning # off | info | warning | error\n"
        "#   oversized-file:\n"
        "#     severity: error\n"
        "#     settings: {max_bytes: 5000000}\n"
    )


def test_a_policy_that_exists_is_its_owners() -> None:
    step = policy_file.step(b"schema: 1\nextends: [ml-project]\n", WANTED)
    assert (step.verb, step.notes) == (
        "unchanged",
        ("it exists and is left alone; packs it does not extend:", "  - strategies/gitflow"),
    )


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("nope"), "there is no pack 'nope'; there are ml-project, strict"),
        (Wanted(strategy="nope"), "there is no strategy 'nope'; there are gitflow"),
        (Wanted(structure="../x"), "there is no structure '../x'; there are course"),
    ],
)
def test_unknown_packs(wanted: Wanted, said: str) -> None:
    shipped = ("ml-project", "strict", "strategies/gitflow", "structures/course")
    with pytest.raises(UserError) as error:
        policy_file.checked(wanted, shipped)
    assert str(error.value).startswith(said)
    assert policy_file.checked(WANTED, shipped) is WANTED


@pytest.mark.parametrize("service", list(ci_file.SERVICES))
def test_ci_on_request(service: str) -> None:
    path = ci_file.path_of(service)
    step = plan({}, Wanted(ci=service), Editor())[-1]
    assert (step.path, step.verb) == (path, "create")
    assert b"mlgovern gate" in step.after
    assert b"python -m" not in step.after  # it would look for modules in the checkout first
    assert ci_file.step(service, step.after).verb == "unchanged"
    held = ci_file.step(service, b"stages: [test]\n")
    assert (held.verb, held.notes[0]) == ("unchanged", "it exists and is left alone; what judges a change is this:")
    with pytest.raises(UserError, match="--ci cron: known are github, gitlab, azure, jenkins"):
        ci_file.path_of("cron")


def test_the_action_runs_nothing_of_the_checkout() -> None:
    assert "python -m" not in (Path(__file__).parents[2] / "action.yml").read_text()


def test_rendered() -> None:
    steps = (
        Step("a", "one", None, b"x\n"),
        Step("b", "two", b"x\n\x1b[31m\n", b"x\n\x1b[31m\n\ty\r\n", ("a note",)),
        Step("c", "three", b"x", b"x"),
    )
    assert list(render(steps, diffs=False)) == [
        "create     a: one",
        "extend     b: two",
        "             a note",
        "unchanged  c: three",
    ]
    assert [line for line in render(steps) if line[0] in "+-@ "] == [
        "--- /dev/null", "+++ b/a", "@@ -0,0 +1 @@", "+x",
        "             a note", "--- a/b", "+++ b/b", "@@ -1,2 +1,3 @@", " x", " \\x1b[31m", "+\ty",
    ]  # fmt: skip


def test_apply_keeps_modes_and_makes_folders(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "a").chmod(0o640)
    apply(tmp_path, (Step("a", "", b"old", b"new"), Step("b/c", "", None, b"x"), Step("d", "", b"same", b"same")))
    assert files(tmp_path) == {"a": b"new", "b/c": b"x"}
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_apply_writes_nothing_over_what_the_plan_did_not_see(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("meanwhile")
    with pytest.raises(UserError, match="b has changed meanwhile"):
        apply(tmp_path, (Step("a", "", None, b"x"), Step("b", "", b"old", b"new")))
    assert files(tmp_path) == {"b": b"meanwhile"}


def test_apply_says_what_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(UserError, match="a/b cannot be read: Not a directory"):
        apply(tmp_path, (Step("a/b", "", None, b"x"),))
    with pytest.raises(UserError, match="cannot be written: Is a directory"):
        write(tmp_path, b"x")


class Every(NamedTuple):
    """Settings of several rules in one."""

    strategy: Strategy = Strategy()
    must_ignore: tuple[Entry, ...] = (Entry(Glob("wandb/")),)
    warn: int = 60
    width: int = 90


def test_the_editor_follows_the_policy() -> None:
    names = ("branch-name-malformed", "commit-header-long", "commit-body-long-line", "not-ignored-path")
    on = Policy(decisions={name: Decision(Severity.ERROR, settings=Every()) for name in names})
    editor = editor_of(on)
    assert editor[:2] == ("trunk-based", tuple(Strategy().protected))
    assert editor[3:] == (60, 90)
    assert editor.branch_pattern.startswith("^")
    assert must_ignore(on) == ("wandb/",)
    off = Policy(decisions={name: Decision(settings=Every()) for name in names})
    assert (editor_of(off), must_ignore(off), must_ignore(Policy())) == (Editor(), (), ())


def test_a_dry_run_changes_nothing(repo: Sealed) -> None:
    repo.write("README.md", "x")
    done = repo.mlgovern("init", "--strategy", "gitflow", "--ci", "github", "--dry-run")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"create     .mlgovern.yaml: the policy of this repository\n" in done.stdout
    assert b"\n+  - strategies/gitflow\n" in done.stdout
    assert done.stdout.endswith(b"Nothing was written: this was a dry run.\n")
    assert files(repo.top) == {"README.md": b"x"}


def test_twice(repo: Sealed) -> None:
    repo.write(".gitignore", "*.pyc\n")
    repo.write(".vscode/settings.json", '{\n  // mine\n  "editor.rulers": [100],\n}\n')
    before = repo.git("ls-files", "-s")
    done = repo.mlgovern("init", "--strategy", "github-flow")
    assert (done.returncode, done.stderr) == (0, b"")
    first = files(repo.top)
    assert set(first) == set(PATHS)
    assert first[".gitignore"].startswith(b"*.pyc\n\n#")
    assert first[".vscode/settings.json"].startswith(
        b'{\n  // mine\n  "editor.rulers": [100],\n  "git.branchProtection": ['
    )
    assert b'"git.branchPrefix": "feat/"' in first[".vscode/settings.json"]
    again = repo.mlgovern("init", "--strategy", "github-flow")
    assert [line.split()[0] for line in again.stdout.decode().splitlines()] == ["unchanged"] * len(PATHS)
    assert files(repo.top) == first
    assert repo.git("ls-files", "-s") == before


@pytest.mark.parametrize("strategy", ["trunk-based", "github-flow", "gitflow", "gitlab-flow", "release-flow"])
def test_every_strategy_reaches_the_editor(repo: Sealed, strategy: str) -> None:
    with locate(str(repo.top)) as git:
        steps = {step.path: step for step in planned(git, Wanted(strategy=strategy))}
    told = json.loads(steps[".vscode/settings.json"].after)
    assert "main" in told["git.branchProtection"]
    assert told["git.branchValidationRegex"].startswith("^")


def test_nothing_is_written_through_a_link(repo: Sealed) -> None:
    outside = repo.top.parent / "outside"
    outside.mkdir()
    (outside / "bashrc").write_text("mine\n")
    (repo.top / ".gitignore").symlink_to(outside / "bashrc")
    (repo.top / ".vscode").symlink_to(outside)
    done = repo.mlgovern("init")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(b"it is reached through a symbolic link and left alone") == 4
    assert files(outside) == {"bashrc": b"mine\n"}


def test_a_broken_policy_is_said_before_anything_is_written(repo: Sealed) -> None:
    repo.write(POLICY_FILE, "schema: 1\nrulez: {}\n")
    done = repo.mlgovern("init")
    assert done.returncode == 2
    assert b".mlgovern.yaml:2:1" in done.stderr
    assert set(files(repo.top)) == {POLICY_FILE}


def test_a_policy_may_extend_files_beside_it(repo: Sealed) -> None:
    repo.write(POLICY_FILE, "schema: 1\nextends: [ml-project, ./team.yaml]\n")
    repo.write("team.yaml", "schema: 1\nstrategy: {protected: [trunk]}\n")
    with locate(str(repo.top)) as git:
        steps = {step.path: step for step in planned(git, Wanted())}
    assert json.loads(steps[".vscode/settings.json"].after)["git.branchProtection"] == ["trunk"]


def test_no_work_tree(repo: Sealed) -> None:
    inside = str(repo.top / ".git")
    with pytest.raises(UserError, match="not in a bare repository"):
        planned(Git(inside, inside, inside, repo.environment), WANTED)
