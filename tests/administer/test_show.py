import json

import pytest

from mlgovern import reference
from mlgovern.administer.show import explain, show
from mlgovern.administer.written import Written, on_disk
from mlgovern.errors import PolicyError, UserError
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE
from tests.conftest import Sealed

OWN = """\
schema: 1
name: vision-models
extends: [./team.yaml]
fail_on: warning
rules:
  commit-type-unknown:
    severity: error
    settings: {types: {$append: [exp, data], $remove: [chore]}}
  case-collision: error
"""
TEAM = """\
schema: 1
rules:
  commit-type-unknown: {severity: warning, mode: evaluate, enforce_after: 2027-01-15}
  tracked-env-file: {severity: error, waivable: false}
  oversized-file: {severity: "error"}
"""


def written(own: str = OWN, team: str = TEAM) -> Written:
    return Written({POLICY_FILE: own.encode(), "team.yaml": team.encode()}.get)


def test_show_prints_what_files_set_and_where() -> None:
    assert show(written()) == [
        "vision-models (.mlgovern.yaml), made of .mlgovern.yaml, team.yaml",
        "",
        "fail_on              warning                                          .mlgovern.yaml:4",
        "commit-type-unknown  error    evaluate until 2027-01-15               .mlgovern.yaml:7",
        "  mode               evaluate                                         team.yaml:3",
        "  enforce_after      2027-01-15                                       team.yaml:3",
        "  types              12: build, ci, docs, feat, fix, perf, refactor…  .mlgovern.yaml:8",
        "tracked-env-file     error    enforce                                 team.yaml:4",
        "  waivable           false                                            team.yaml:4",
        "case-collision       error    enforce                                 .mlgovern.yaml:9",
        "oversized-file       error    enforce                                 team.yaml:5",
    ]


def test_show_prints_everything_if_asked() -> None:
    lines = show(written(), whole=True)
    assert any(line.split() == ["max_bytes", "1000000", "default"] for line in lines)


def test_a_list_names_all_who_added_to_it() -> None:
    add = "schema: 1\nrules: {commit-type-unknown: {settings: {types: {$append: [%s]}}}}\n"
    lines = show(written((add % "exp").replace("rules", "extends: [./team.yaml]\nrules"), add % "data"))
    assert lines[-1].endswith("  team.yaml:2 + .mlgovern.yaml:3")


def test_show_as_json() -> None:
    (text,) = show(written(), json=True)
    whole = json.loads(text)
    values = {".".join(value["field"]): value for value in whole["values"]}
    assert [source["file"] for source in whole["sources"]] == [".mlgovern.yaml", "team.yaml"]
    place = {"file": ".mlgovern.yaml", "line": 7, "column": 15, "revision": ""}
    assert values["rules.commit-type-unknown.severity"] == {
        "field": ["rules", "commit-type-unknown", "severity"],
        "value": "error",
        "origin": place,
        "history": [
            {"value": "off", "origin": None},
            {"value": "warning", "origin": {"file": "team.yaml", "line": 3, "column": 35, "revision": ""}},
        ],
    }
    assert values["limits.max_commits"]["origin"] is None


def test_explain_tells_the_history_of_a_rule() -> None:
    assert explain(written(), "commit-type-unknown") == [
        "commit-type-unknown: error, evaluate until 2027-01-15",
        "The type of a commit is not one that the policy allows.",
        "",
        "  severity       off                                              default",
        "                 warning                                          team.yaml:3",
        "                 error                                            .mlgovern.yaml:7  <- stands",
        "  mode           enforce                                          default",
        "                 evaluate                                         team.yaml:3  <- stands",
        '  enforce_after  ""                                               default',
        "                 2027-01-15                                       team.yaml:3  <- stands",
        "  types          11: build, chore, ci, docs, feat, fix, perf, r…  default",
        "                 - chore, + exp, + data                           .mlgovern.yaml:8  <- stands",
        "",
        "Stages: commit-msg, pre-push, ci, pre-receive",
        "Change: whoever may change .mlgovern.yaml",
        "Waive:  mlgovern waive commit-type-unknown --commit ID --reason WHY --until DATE",
        "More:   `mlgovern explain commit-type-unknown` says what it wants, and why",
    ]


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("tracked-env-file", "Waive:  never; nothing hides its findings"),
        (
            "oversized-file",
            "Waive:  mlgovern waive oversized-file --path GLOB --reason WHY --until DATE",
        ),
    ],
)
def test_explain_says_how_to_be_excused(rule: str, line: str) -> None:
    assert line in explain(written(), rule)


def test_show_and_explain_tell_what_is_final() -> None:
    team = "schema: 1\nrules: {env-secret: {severity: error, final: [severity, settings.env_files]}}\n"
    policy = written("schema: 1\nextends: [./team.yaml]\n", team)
    assert show(policy)[-1] == "env-secret  error    enforce, final  team.yaml:2"
    assert [line for line in explain(policy, "env-secret") if line.startswith("Final")] == [
        "Final:  severity, since team.yaml:2; a later file may only make it stricter",
        "Final:  settings.env_files, since team.yaml:2; a later file may only make it stricter",
    ]


WAIVERS = """\
schema: 1
waivers:
  - {id: W-3, rule: oversized-file, paths: [a], created: 2026-11-01, until: 2026-12-01, owner: ann, reason: for now}
"""


def test_show_and_explain_know_waivers_and_their_terms() -> None:
    files = {POLICY_FILE: b"schema: 1\nwaivers: {max_days: 30}\n", WAIVERS_FILE: WAIVERS.encode()}
    policy = Written(files.get)
    assert show(policy)[2:] == ["waivers.max_days  30  .mlgovern.yaml:2"]
    assert "Waived: by W-3" in explain(policy, "oversized-file")
    assert not any(line.startswith("Waived") for line in explain(policy, "env-secret"))


def test_words_of_a_policy_are_no_command() -> None:
    text = 'schema: 1\ncustom: {a: {kind: path.forbidden, settings: {globs: [b]}, message: "\\e[31m\\n##vso[a]"}}\n'
    assert explain(written(text), "a")[1] == r"\x1b[31m\n## vso[a]"
    assert reference.explain("a", written(text).loaded().policy).splitlines()[0] == r"a: \x1b[31m\n## vso[a]"


def test_explain_takes_one_rule() -> None:
    with pytest.raises(UserError, match="secrets is a family"):
        explain(written(), "secrets")
    with pytest.raises(UserError, match="'envsecret' is no rule"):
        explain(written(), "envsecret")


def test_a_broken_policy_is_not_shown() -> None:
    with pytest.raises(PolicyError, match="unknown rule"):
        show(written("schema: 1\nrules: {x: error}"))


def test_the_policy_on_disk_is_the_one_that_is_shown(repo: Sealed) -> None:
    repo.stage(POLICY_FILE, "schema: 1\nrules: {env-secret: info}\n")
    repo.write(POLICY_FILE, "schema: 1\nrules: {env-secret: error}\n")
    done = repo.mlgovern("policy", "show")
    assert (done.returncode, done.stdout.split(b"\n")[2]) == (0, b"env-secret  error    enforce  .mlgovern.yaml:2")
    assert b"- stands" in repo.mlgovern("policy", "explain", "env-secret").stdout
    repo.write("other.yaml", "schema: 1\nrules: {env-secret: off}\n")
    assert b"other.yaml:2" in repo.mlgovern("policy", "show", "--policy", "other.yaml").stdout
    assert repo.mlgovern("policy", "show", "--policy", "none.yaml").returncode == 2


def test_a_link_that_leaves_the_repository_is_not_followed(repo: Sealed) -> None:
    (repo.top.parent / "outside.yaml").write_text("schema: 1\n")
    (repo.top / "team.yaml").symlink_to(repo.top.parent / "outside.yaml")
    repo.write(POLICY_FILE, OWN)
    done = repo.mlgovern("policy", "show")
    assert done.stderr == b"mlgovern: .mlgovern.yaml:3:11: there is no file 'team.yaml' in this repository\n"


def test_a_policy_that_cannot_be_read_is_not_taken_for_none(repo: Sealed) -> None:
    repo.write(f"{POLICY_FILE}/x")
    done = repo.mlgovern("policy", "validate")
    assert (done.returncode, done.stderr[:42]) == (2, b"mlgovern: .mlgovern.yaml cannot be read: I")


def test_without_a_policy_the_default_pack_is_shown() -> None:
    lines = show(on_disk(None))
    assert lines[0].startswith("the ml-project pack, made of builtin ml-project.yaml")
    assert "Change: nothing here says otherwise; `mlgovern init` writes .mlgovern.yaml, which may" in explain(
        on_disk(None), "env-secret"
    )
