"""Custom rules where work is judged and where policies are looked after."""

import json
import re
import sys

from mlgovern.policy.model import POLICY_FILE
from tests.conftest import Sealed

RULES = """schema: 1
fail_on: error
rules: {weakened-policy: error}
custom:
  acme/todo: {kind: content.regex, settings: {globs: ["*.py"], must_not: TODO}, message: "{path} has work left", mend: "edit {path}", help_url: "https://a.example/x"}
  acme/subject: {kind: message.regex, settings: {must: "^[a-z]"}}
  acme/branch: {kind: branch.regex, settings: {must: "^(main|feat/)"}}
  acme/license: {kind: path.required, settings: {globs: [LICENSE]}, severity: warning}
"""


def test_hooks_refuse_by_them_and_import_them_only_where_they_judge(repo: Sealed) -> None:
    repo.stage(POLICY_FILE, RULES)
    repo.stage("a.py", "# TODO\n")
    message = repo.write(".git/COMMIT_EDITMSG", "Big start\n")
    for _ in range(2):  # the second time by the cache
        done = repo.mlgovern("hook", "commit-msg", str(message), GIT_EDITOR=":")
        assert done.returncode == 1
        assert done.stderr.decode().splitlines()[0] == (
            "mlgovern: commit refused, 2 problems: a.py has work left (edit a.py); the message does not fit ^[a-z] (write the message anew)."
        )
    repo.stage("a.py", "done\n")
    repo.stage(POLICY_FILE, RULES.replace("  acme/license", "  acme/none: ~\n#"))
    assert repo.mlgovern("hook", "pre-commit").returncode == 0
    repo.git("rm", "--cached", "-q", "a.py")
    code = (
        "import sys; from mlgovern.__main__ import run; run(['hook', 'pre-commit']); "
        "print([name for name in sys.modules if name.startswith(('mlgovern.custom', 'mlgovern.plugins', 're2'))])"
    )
    assert repo.run(sys.executable, "-P", "-c", code).stdout.decode().splitlines() == ["[]"]


def test_a_branch_is_refused_when_it_is_made(repo: Sealed) -> None:
    repo.stage(POLICY_FILE, RULES)
    repo.commit()
    line = f"{'0' * 40} {repo.git('rev-parse', 'HEAD')} refs/heads/x\n"
    done = repo.mlgovern("hook", "reference-transaction", "prepared", stdin=line)
    assert (done.returncode, b"the branch 'x' does not fit ^(main|feat/)" in done.stderr) == (1, True)


def test_reports_carry_their_pages(repo: Sealed) -> None:
    repo.stage(POLICY_FILE, RULES)
    repo.stage("a.py", "# TODO\n")
    (run,) = json.loads(repo.mlgovern("check", "--only", "custom", "--format", "sarif").stdout)["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["acme/todo"]["helpUri"] == "https://a.example/x"
    assert rules["acme/todo"]["shortDescription"] == {"text": "{path} has work left"}
    assert "helpUri" not in rules["acme/license"]
    assert b"custom\n  error    acme/todo" in repo.mlgovern("rules").stdout
    assert b"More:     https://a.example/x" in repo.mlgovern("explain", "acme/todo").stdout
    assert b"did you mean 'acme/todo'?" in repo.mlgovern("check", "--only", "acme/tod").stderr


def test_the_gate_tells_what_a_change_takes_away(repo: Sealed) -> None:
    repo.stage(POLICY_FILE, RULES + "commit_scope: both\n")
    base = repo.commit("feat: begin")
    weaker = RULES.replace("must_not: TODO", "must_not: XXX").replace(
        "  acme/branch", "  acme/new: {kind: count.max, settings: {max: 9}}\n#"
    )
    repo.stage(POLICY_FILE, weaker)
    repo.stage("a.py", "# TODO\n")
    repo.commit("feat: more")
    done = repo.mlgovern("gate", "--base", base, "--branch", "feat/a", "--title", "Big", "--format", "json")
    found = [(one["rule"], one["message"]) for one in json.loads(done.stdout)["findings"]]
    assert [text for rule, text in found if rule.startswith("acme/")] == [
        "a.py has work left",
        "LICENSE is missing",
        "title: the message does not fit ^[a-z]",
    ]
    weakened = sorted(text.partition(": ")[2] for rule, text in found if rule == "weakened-policy")
    assert weakened == [
        "acme/branch.severity: error -> off",
        "acme/todo.must_not: TODO -> XXX",
        "commit_scope: both -> commits",
    ]


def test_an_admin_sees_what_they_are_and_what_they_would_refuse(repo: Sealed) -> None:
    repo.stage(POLICY_FILE, "schema: 1\n")
    repo.stage("a.py", "# TODO\n")
    repo.commit("feat: begin")
    repo.write(POLICY_FILE, RULES)
    shown = repo.mlgovern("policy", "show").stdout.decode()
    assert re.search(r"(?m)^acme/todo +error +enforce +\.mlgovern\.yaml:5$", shown)
    told = repo.mlgovern("policy", "explain", "acme/todo").stdout.decode()
    assert re.search(r'(?m)^  kind +"" +default\n +content\.regex +\.mlgovern\.yaml:5 ', told)
    diff = repo.mlgovern("policy", "diff", "HEAD").stdout.decode()
    assert "tighter  acme/todo.severity" in diff
    replayed = repo.mlgovern("policy", "replay").stdout.decode()
    assert "acme/todo" in replayed
    assert "as it is made: acme/branch." in replayed
    repo.write(
        ".mlgovern/tests/a.yaml",
        'cases: [{name: a, given: {files: {a.py: "TODO"}}, expect: {acme/todo: {outcome: fail, line: 1}}}]',
    )
    assert b"1 passed" in repo.mlgovern("policy", "test").stdout
    repo.git("add", POLICY_FILE)
    repo.commit("feat: rules")
    repo.write(POLICY_FILE, "schema: 1\n")
    assert "acme/todo" in repo.mlgovern("policy", "replay").stdout.decode()
