"""The command line keeps its contract: flags, texts, exit codes."""

import json
import sys

import pytest

from tests.conftest import Sealed

PASSWORD = "Otter" + "AfterLunch"


def run(repo: Sealed, *words: str, stdin: str = "") -> tuple[int, str, str]:
    done = repo.mlgovern(*words, stdin=stdin)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def dirty(repo: Sealed) -> Sealed:
    """One commit; one refused finding in `conf`, one warning in `src`."""
    repo.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    repo.stage("conf/.env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    repo.stage("src/Untitled.ipynb", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n')
    repo.commit("feat: begin")
    return repo


def test_check_everything(dirty: Sealed) -> None:
    code, out, err = run(dirty, "check")
    assert (code, err) == (1, "")
    assert out.startswith("mlgovern: 2 errors, 1 warning; 3 files judged.\n\nconf/.env:1:1: error tracked-env-file ")


def test_check_within_paths_also_from_a_folder(dirty: Sealed) -> None:
    assert run(dirty, "check", "src")[0] == 0
    assert run(dirty, "check", "conf/.env")[0] == 1
    inside = Sealed(dirty.top / "src", dirty.environment)
    assert run(inside, "check", ".")[1].startswith("mlgovern: 1 warning; 1 file judged.")
    assert run(inside, "check", "../conf")[0] == 1
    assert run(inside, "check")[1].startswith("mlgovern: 2 errors, 1 warning; 3 files judged.")


def test_a_path_that_holds_nothing_is_not_clean(dirty: Sealed) -> None:
    code, out, _ = run(dirty, "check", "srcc")
    assert code == 3
    assert "Not judged:\n  srcc: nothing tracked lies there\n" in out


def test_an_index_that_lacks_everything_is_not_clean(dirty: Sealed) -> None:
    dirty.git("clone", "-q", "--no-checkout", str(dirty.top), "clone")
    clone = Sealed(dirty.top / "clone", dirty.environment)
    code, out, _ = run(clone, "check")
    assert code == 3
    assert "  index: it is empty, but HEAD holds files; `git reset` brings them back\n" in out


def test_strict_only_and_colour(dirty: Sealed) -> None:
    assert run(dirty, "check", "src", "--strict")[0] == 1
    assert run(dirty, "check", "--only", "notebooks")[0] == 0
    assert run(dirty, "check", "--only", "env-secret,notebooks")[1].startswith("mlgovern: 1 error, 1 warning; ")
    assert "\x1b[31merror\x1b[0m" in run(dirty, "check", "--color", "always")[1]
    assert "\x1b" not in run(dirty, "check")[1]


def test_a_family_that_does_not_run_is_not_clean(dirty: Sealed) -> None:
    code, out, _ = run(dirty, "check", "--only", "branches")
    assert code == 3
    assert "  branches: nothing of it is on at stage audit\n" in out


def test_json_and_report_files(dirty: Sealed) -> None:
    code, out, _ = run(
        dirty, "check", "--format", "json", "--report", "text=report.txt", "--report", "json=report.json"
    )
    assert code == json.loads(out)["exit_code"] == 1
    assert json.loads((dirty.top / "report.json").read_text())["summary"]["error"] == 2
    assert (dirty.top / "report.txt").read_text().startswith("mlgovern: 2 errors, 1 warning; ")


def test_staged(dirty: Sealed) -> None:
    assert run(dirty, "check", "--staged")[1] == "mlgovern: clean; 1 branch name judged.\n"
    dirty.git("switch", "-qc", "feat/x")
    dirty.stage("b/.env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    code, out, _ = run(dirty, "check", "--staged")
    assert (code, "b/.env" in out, "conf/.env" in out) == (1, True, False)


@pytest.mark.parametrize("span", ("BASE..HEAD", "BASE...HEAD", "BASE.."))
def test_range(dirty: Sealed, span: str) -> None:
    base = dirty.git("rev-parse", "HEAD")
    assert run(dirty, "check", "--range", span.replace("BASE", base))[0] == 0
    dirty.git("switch", "-qc", "feat/x")
    dirty.commit("Added things.")
    code, out, _ = run(dirty, "check", "--range", span.replace("BASE", base))
    head = dirty.git("rev-parse", "--short=8", "HEAD")
    assert code == 1
    assert f"{head} commit message:1:1: error commit-header-malformed " in out


def test_a_shallow_clone_is_not_clean(dirty: Sealed) -> None:
    dirty.commit("feat: two")
    dirty.git("clone", "-q", "--depth=1", f"file://{dirty.top}", "clone")
    clone = Sealed(dirty.top / "clone", dirty.environment)
    code, out, _ = run(clone, "check", "--range", "HEAD..HEAD")
    assert code == 3
    assert "commit range: this clone is shallow; `git fetch --unshallow` brings the history" in out


def test_more_commits_than_the_policy_allows_are_not_clean(dirty: Sealed) -> None:
    base = dirty.git("rev-parse", "HEAD")
    dirty.stage(".mlgovern.yaml", "schema: 1\nextends: [base]\nlimits: {max_commits: 1}\n")
    dirty.commit("feat: two")
    dirty.commit("feat: three")
    code, out, _ = run(dirty, "check", "--range", f"{base}..HEAD")
    assert code == 3
    assert "commit range: it has 2 commits, limits.max_commits is 1" in out


def test_message(dirty: Sealed) -> None:
    assert run(dirty, "check", "--message", "-", stdin="feat: load\n")[0] == 0
    assert run(dirty, "check", "--message", "-", stdin="load\n")[0] == 1
    assert run(dirty, "check", "--message", "-", stdin="# load\n")[0] == 1
    dirty.write("message", "feat: load\n# a comment of git\n")
    assert run(dirty, "check", "--message", "message")[0] == 0


def test_branch(dirty: Sealed) -> None:
    assert run(dirty, "check", "--branch", "feat/load", "--strict")[0] == 0
    code, out, _ = run(dirty, "check", "--branch", "Feature/Load_It", "--strict")
    assert (code, out.splitlines()[2].startswith("branch Feature/Load_It: ")) == (1, True)


def test_another_repository(dirty: Sealed, tmp_path: object) -> None:
    elsewhere = Sealed(dirty.top.parent, dirty.environment)
    done = elsewhere.mlgovern("-h")
    assert done.returncode == 0
    assert run(elsewhere, "check", "-C", str(dirty.top))[0] == 1
    other = elsewhere.mlgovern("check", "-C", str(dirty.top), GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere")
    assert other.returncode == 1


def test_a_policy_file_from_elsewhere(dirty: Sealed) -> None:
    (dirty.top.parent / "lax.yaml").write_text(
        "schema: 1\nextends: [base]\nrules: {env-secret: off, tracked-env-file: off}\n"
    )
    assert run(dirty, "check", "--policy", "../lax.yaml")[0] == 0
    (dirty.top.parent / "broken.yaml").write_text("schema: 1\nrulez: {}\n")
    code, _, err = run(dirty, "check", "--policy", "../broken.yaml")
    assert (code, err) == (2, "mlgovern: broken.yaml:2:1: unknown key 'rulez', did you mean 'rules'?\n")


@pytest.mark.parametrize(
    ("text", "note"),
    (
        pytest.param(None, "", id="as staged"),
        pytest.param(
            "schema: 1\nextends: [strict]\n",
            ".mlgovern.yaml has unstaged changes; the staged one judged.\n",
            id="changed",
        ),
    ),
)
def test_the_staged_policy_judges(dirty: Sealed, text: str | None, note: str) -> None:
    if text is not None:
        dirty.write(".mlgovern.yaml", text)
    out = run(dirty, "check")[1]
    assert note in out
    assert ("unstaged" in out) is bool(note)


def test_a_policy_that_is_not_staged_is_said(repo: Sealed) -> None:
    repo.write(".mlgovern.yaml", "schema: 1\nextends: [base]\n")
    out = run(repo, "check")[1]
    assert (
        ".mlgovern.yaml is not staged, so the ml-project pack judged; `git add .mlgovern.yaml` puts it in force.\n"
        in out
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    (
        (("check", "--staged", "--branch", "x"), "--staged and --branch ask for different things; give one"),
        (("check", "--staged", "src"), "--staged takes no paths"),
        (("check", "--range", "main"), "--range takes A..B, got 'main'"),
        (("check", "--range", "nowhere..HEAD"), "--range: there is no commit 'nowhere' here; `git fetch` may bring it"),
        (("check", "--message", "nowhere"), "the message file cannot be read: No such file or directory: nowhere"),
        (("check", "--only", "comits"), "'comits' is no rule and no family; did you mean 'commits'?"),
        (
            ("check", "--report", "pdf=x"),
            "--report takes FORMAT=FILE with FORMAT one of text, json, sarif, github, markdown, gitlab, junit, rdjsonl, azure, html, got 'pdf=x'",
        ),
        (
            ("check", "--report", "json=no/folder"),
            "the report cannot be written to no/folder: there is no such folder",
        ),
        (("check", "--policy", "nowhere.yaml"), "nowhere.yaml: cannot be read: No such file or directory"),
        (("check", "-C", "nowhere"), "-C nowhere: No such file or directory"),
        (("check", "../elsewhere"), "../elsewhere lies outside this repository"),
        (("explain", "env-secrets"), "'env-secrets' is no rule and no family; did you mean 'env-secret'?"),
        (("fix", "--only", "notebook"), "'notebook' is no rule and no family; did you mean 'notebooks'?"),
    ),
)
def test_a_usage_mistake_is_one_sentence(dirty: Sealed, words: tuple[str, ...], sentence: str) -> None:
    code, _, err = run(dirty, *words)
    assert (code, err) == (2, f"mlgovern: {sentence}\n")


def test_a_report_is_written_through_no_link_that_a_change_brings(dirty: Sealed) -> None:
    outside = dirty.top.parent / "profile"
    for name in ("a.json", "b.json.part"):
        (dirty.top / name).symlink_to(outside)
    code, _, err = run(dirty, "check", "--report", "json=a.json")
    assert (code, err) == (2, "mlgovern: a.json is a symbolic link; it is left alone\n")
    assert run(dirty, "check", "--report", "json=b.json")[0] == 1
    assert (dirty.top / "b.json").is_file()
    assert not outside.exists()


def test_a_range_is_judged_by_the_branch_that_it_ends_with(dirty: Sealed) -> None:
    dirty.commit("feat: begin")
    dirty.git("branch", "feat/x")
    dirty.git("switch", "-qc", "Wip")
    for span, found in (("HEAD~0..feat/x", 0), ("feat/x..HEAD", 1)):
        _, out, _ = run(dirty, "check", "--range", span, "--only", "branches", "--format", "json")
        assert len([f for f in json.loads(out)["findings"] if f["branch"] == "Wip"]) == found


def test_a_reader_below_the_top_is_told_where_commands_belong(dirty: Sealed) -> None:
    dirty.stage("sub/folder/b.txt", "b")
    note = "Paths are told from the top of the repository: `cd ../..` before a command of these."
    below = Sealed(dirty.top / "sub" / "folder", dirty.environment)
    assert note in run(below, "check")[1]
    assert "Paths are told" not in run(dirty, "check")[1]
    dirty.stage("sub/.env", f"POSTGRES_PASSWORD={PASSWORD}\n")
    assert note in dirty.mlgovern("hook", "pre-commit", GIT_PREFIX="sub/folder/").stderr.decode()


def test_every_mistake_of_a_policy_is_named_at_once(dirty: Sealed) -> None:
    dirty.stage(".mlgovern.yaml", "schema: 1\nextends: [bass]\nrules:\n  env-secret: {severty: off}\n")
    code, _, err = run(dirty, "policy", "validate")
    assert code == 2
    assert err.splitlines()[-1] == "mlgovern: 2 problems."
    assert err.splitlines()[1].startswith(".mlgovern.yaml:4:16: unknown key 'severty'")


def test_the_policy_on_disk_is_validated(dirty: Sealed) -> None:
    dirty.write(".mlgovern.yaml", "schema: 1\nrulez: {}\n")
    code, _, err = run(dirty, "policy", "validate")
    assert (code, err) == (2, "mlgovern: .mlgovern.yaml:2:1: unknown key 'rulez', did you mean 'rules'?\n")


def test_a_branch_name_is_judged_alone(dirty: Sealed) -> None:
    dirty.stage(".mlgovern.yaml", "schema: 1\nextends: [strict, structures/course]\n")
    assert run(dirty, "check", "--branch", "feature/load") == (0, "mlgovern: clean; 1 branch name judged.\n", "")


def test_a_gitleaks_configuration_is_imported(repo: Sealed) -> None:
    repo.write(".gitleaks.toml", "[allowlist]\nregexes = ['x']\n")
    assert run(repo, "policy", "import-gitleaks")[:2] == (0, imported_lines(".gitleaks.toml"))
    repo.write("other.toml", "[allowlist]\nregexes = ['x']\n")
    assert run(repo, "policy", "import-gitleaks", "other.toml")[:2] == (0, imported_lines("other.toml"))


def imported_lines(name: str) -> str:
    return (
        f"# What '{name}' says, for .mlgovern.yaml; the formats that gitleaks knows by itself are built in.\n"
        "secrets:\n  allow_values:\n    - 'x'\n"
    )


def test_a_sound_policy_is_said(dirty: Sealed) -> None:
    code, out, _ = run(dirty, "policy", "validate")
    assert code == 0
    assert out.startswith(".mlgovern.yaml is sound: ")


def test_rules_and_explain(dirty: Sealed) -> None:
    out = run(dirty, "rules")[1]
    assert out.startswith("Severities under .mlgovern.yaml:\n\ncommits\n")
    assert "  error    env-secret                   An environment file holds a credential.\n" in out
    page = run(dirty, "explain", "oversized-file")[1]
    assert page.startswith("oversized-file: ")
    assert "\nSeverity: " in page
    assert "max_bytes: 1000000" in page
    assert run(dirty, "explain", "secrets")[1].count("\nSeverity: ") == 9


def test_rules_outside_a_repository(dirty: Sealed) -> None:
    outside = Sealed(dirty.top.parent, dirty.environment)
    code, out, _ = run(outside, "rules")
    assert (code, out.splitlines()[0]) == (0, "Severities under the ml-project pack:")


def test_a_bug_of_ours_is_named_and_fails_closed(dirty: Sealed) -> None:
    code = (
        "import sys; from mlgovern.enforce import check; from mlgovern import __main__\n"
        "def broken(_request): raise ValueError('no')\n"
        "check.check = broken\n"
        "sys.exit(__main__.run(sys.argv[1:]))"
    )
    done = dirty.run(sys.executable, "-P", "-c", code, "check")
    assert (done.returncode, done.stderr) == (
        4,
        b"mlgovern: stopped by our own bug, ValueError; MLGOVERN_DEBUG=1 shows where.\n",
    )
    shown = dirty.run(sys.executable, "-P", "-c", code, "check", MLGOVERN_DEBUG="1")
    assert b"in broken\n" in shown.stderr  # from Python 3.13 on with the line itself
    assert shown.stderr.endswith(b"\nValueError\n")  # what it says could quote a secret


def test_an_interruption(dirty: Sealed) -> None:
    code = (
        "import sys; from mlgovern.enforce import check; from mlgovern import __main__\n"
        "def stopped(_request): raise KeyboardInterrupt\n"
        "check.check = stopped\n"
        "sys.exit(__main__.run(sys.argv[1:]))"
    )
    done = dirty.run(sys.executable, "-P", "-c", code, "check")
    assert (done.returncode, done.stderr) == (130, b"mlgovern: interrupted.\n")


@pytest.mark.parametrize(
    ("words", "offered"), (((), "  init "), (("policy",), "  explain "), (("policy", "-C", "."), "  explain "))
)
def test_a_command_that_is_missing_is_offered(repo: Sealed, words: tuple[str, ...], offered: str) -> None:
    code, out, err = run(repo, *words)
    assert (code, out) == (2, "")
    assert err.startswith("usage: mlgovern ")
    assert "the following arguments" not in err
    assert offered in err
