"""What a forge is told agrees with what our own rules say, or says where it does not."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
import re2
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # it has no types

from mlgovern import engine
from mlgovern.export import github, gitlab
from mlgovern.export.demands import demands
from mlgovern.export.exported import Exported, told
from mlgovern.finding import Severity
from mlgovern.policy.cache import effective
from mlgovern.policy.model import POLICY_FILE, Policy
from mlgovern.rules.branches.names import flaw_of, has_unknown_type
from tests.conftest import Sealed
from tests.export.schemas import PUSH_RULES, RULESETS
from tests.rules.commits.judging import findings

TODAY = "2026-11-27"
SERVICES = {"github": github.exported, "gitlab": gitlab.exported}
MANY = """
rules:
  commit-type-case: error
  commit-trailer-missing: {severity: error, settings: {mention: '[A-Z]+-[0-9]+'}}
  branch-name-long: error
  tag-name-malformed: error
  unapproved-identity: {severity: error, settings: {emails: ['.*@acme\\.example', 'bob@x\\.example']}}
  missing-signature: error
  tracked-checkpoint: {severity: error, exempt: ['old/**']}
  commit-message-oversized: {mode: evaluate}
  commit-body-invisible: {mode: evaluate, enforce_after: 2026-11-27}
"""


def policy(more: str = "", pack: str = "ml-project") -> Policy:
    return effective({POLICY_FILE: f"schema: 1\nextends: [{pack}]\n{more}".encode()}.get, None)


def exported(service: str, more: str = "", pack: str = "ml-project") -> Exported:
    return SERVICES[service](demands(policy(more, pack), TODAY))


POLICIES = [("", pack) for pack in ("base", "ml-project", "strict")] + [(MANY, "ml-project"), ("fail_on: info", "strict"), ("mode: evaluate", "base")]  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("more", "pack"), POLICIES)
def test_every_rule_that_is_on_is_in_one_list_and_the_service_takes_the_rest(
    service: str, more: str, pack: str
) -> None:
    found = exported(service, more, pack)
    on = [rule for rule, one in policy(more, pack).decisions.items() if one.severity is not Severity.OFF]
    assert sorted((*found.taken, *found.left)) == sorted(on)
    assert not found.taken.keys() & found.left.keys()
    schema = RULESETS if service == "github" else PUSH_RULES
    assert [error.message for error in Draft7Validator(schema).iter_errors(found.body)] == []
    assert bool(found.taken) is (more != "mode: evaluate")
    assert len([*told(found)]) == 1 + len(on)


def test_what_is_told() -> None:
    lines = [*told(exported("github", MANY))]
    assert re.fullmatch(r"GitHub can enforce 22 of \d+ rules; the rest is for `mlgovern gate`\.", lines[0])
    assert "exact          tag-moved" in lines
    assert "approximation  oversized-file: refuses large data and models, which other rules judge; the limit is 1 MB; the policy says 1,000,000 bytes" in lines  # fmt: skip
    assert any(re.match("approximation  tracked-checkpoint: knows no exempt paths; ", line) for line in lines)
    assert "not            commit-message-oversized: it only evaluates" in lines
    assert "not            commit-body-invisible: it reads more than a pattern can say" in lines
    assert "not            hardcoded-secret: it needs the contents of files" in lines


def patterns(found: Exported) -> list[tuple[str, str, bool]]:
    """What is asked of which text, by which pattern, and whether it may not be there."""
    if found.service == "GitHub":
        rules = [rule for ruleset in found.body for rule in ruleset["rules"] if "pattern" in rule.get("parameters", {})]
        return [(one["type"], "(?m)" + one["parameters"]["pattern"], one["parameters"]["negate"]) for one in rules]
    fields = {"commit_message_regex": "(?m)", "commit_message_negative_regex": "(?m)", "branch_name_regex": "", "author_email_regex": "", "file_name_regex": ""}  # fmt: skip
    said = {field: mode + found.body[field] for field, mode in fields.items() if field in found.body}
    return [(field, pattern, "negative" in field or field == "file_name_regex") for field, pattern in said.items()]


def refused(found: Exported, about: str, text: str) -> bool:
    asked = [(pattern, negate) for kind, pattern, negate in patterns(found) if kind.startswith(about)]
    return any((re2.search(pattern, text) is not None) is negate for pattern, negate in asked)


MESSAGES = [
    *("feat: add a loader", "fix(io): read it\n\nBecause.\n", "feat!: drop it", "feat(a b/c,d.e@f#g*h)!: x", "FEAT: shout", "Feat(x): y"),
    *("feat(\u00e9t\u00e9): x", "feat: \u00fcber", "feat: :sparkles: shine", "feat: :x", "feat: (a)", "feat:: x", "feat : x", "feat  : x"),
    *("feat:x", "feat:  x", "feat:\tx", "feat:\u00a0x", "feat: \u3000x", "feat:", "feat: ", "feat():  ", "feat(): x", "feat( ): x", "feat( a): x"),
    *("feat(a ): x", "feat(a(b)): x", "feat(a)(b): x", "feat(a): x", "feat(a)!!: x", "feat!(a): x", "feat(a?): x", "feat(a\\b): x", "feat(a]b): x", "feat(a-b_c): x"),
    *("wip: x", "feature: x", "fea: x", "feat\uff1a x", "data: x", "exp(a): x", "add a loader", "Add: x", "", " ", "\n", "x", "123: x", "-feat: x"),
    *("feat: x\nbody", "feat: x\n  \nbody", "feat: x\n\t\n", "feat: x\n\n\nbody", "feat: x\r\n\r\nbody", "feat: x\r\nbody"),
    *("feat: add it.", "feat: add it..", "feat: add it...", "feat: add it. (#12)", "feat: add it (#12)", "feat: run ruff .", "feat: see a/.", "feat: add it.\n\nx."),
    *("feat: " + "x" * 94, "feat: " + "x" * 110, "feat: " + "x" * 140, "feat: a\n\n" + "x" * 300),
    *("revert: x", "style(a): x", "fixup! feat: x", "squash! x", "amend! feat: x", "Feat!: x (#1)"),
]  # fmt: skip
# Where the export differs from our rules, as it says: a subject's length in front of a number, and nothing else here.
LAXER = {"feat: " + "x" * 110}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "more", ["", "rules: {commit-type-case: error, commit-autosquash: {settings: {everywhere: true}}}"]
)
def test_messages_are_refused_as_by_our_rules(service: str, more: str) -> None:
    found, ours = exported(service, more), policy(more)
    rules = [rule for rule in found.taken if rule.startswith("commit-")]
    for message in MESSAGES:
        by_us = {rule for rule in rules if graver(rule, message, ours)}
        assert refused(found, "commit_message", message) is (bool(by_us) and message not in LAXER), (message, by_us)


def graver(rule: str, message: str, ours: Policy) -> bool:
    found = findings(rule, message, engine.settings(ours, rule))
    return any(min(one.at_most, ours.decisions[rule].severity) >= ours.fail_on for one in found)


@pytest.mark.parametrize(("message", "by_them"), [('Revert "x"', False), ("Merge branch a", False), ("Initial commit", False), ("feat: mention apples etc.", True)])  # fmt: skip
def test_where_messages_are_said_to_be_refused_otherwise(message: str, by_them: bool) -> None:
    assert refused(exported("github"), "commit_message", message) is by_them


NAMES = ["main", "feat/loader", "feature/a-b", "fix/2.0", "release/2.0.1", "Feat/x", "feat/X", "feat/a_b", "loader", "wip/x", "feat/", "feat/a/b", "dependabot/pip/x", "renovate/x", "a b", "feat/-a", "patch-1"]  # fmt: skip


@pytest.mark.parametrize("strategy", ["trunk-based", "github-flow", "gitflow", "gitlab-flow", "release-flow"])
def test_branch_names_are_refused_as_by_our_rules(strategy: str) -> None:
    ours = policy(pack=f"ml-project, strategies/{strategy}")
    found = github.exported(demands(ours, TODAY))
    said = engine.settings(ours, "branch-name-malformed").strategy
    for name in NAMES:
        by_us = flaw_of(name, said) is not None or has_unknown_type(name, said)
        assert refused(found, "branch_name", name) is (by_us and not _spared(name, said)), name


def _spared(name: str, strategy: Any) -> bool:
    from mlgovern.rules.branches.names import spared

    return bool(spared(name, strategy))


TEXTS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "tag_name": (("v1.2.3", False), ("1.0.0-rc.1", False), ("v1", True), ("xv1.2.3", True), ("v1.2.3\n", True)),
    "commit_author_email": (("ann@acme.example", False), ("ANN@Acme.Example", False), ("bob@x.example", False), ("bob@xyexample", True), ("ann@acme.example.org", True), ("noreply@github.com", False)),
    "author_email": (("ann@acme.example", False), ("eve@x.org", True)),
    "file_name": (("a/.ipynb_checkpoints/b", True), (".ipynb_checkpoints/b", True), ("a/b-checkpoint.ipynb", True), ("a/b.ipynb", False), ("x/Thumbs.db", True), ("thumbs.txt", False), ("a/b.pyc", True)),
}  # fmt: skip


@pytest.mark.parametrize("about", TEXTS)
def test_other_texts(about: str) -> None:
    found = exported("gitlab" if about in {"author_email", "file_name"} else "github", MANY)
    assert [(text, refused(found, about, text)) for text, _ in TEXTS[about]] == [*TEXTS[about]]


OWN = """
custom:
  a/subject: {kind: message.regex, settings: {must_not: "^wip", must: "^[a-z]+"}}
  a/todo: {kind: message.regex, settings: {must_not: "(?i)todo"}}
  a/body: {kind: message.regex, settings: {must: x, part: body}}
  a/branch: {kind: branch.regex, settings: {must: "^ML-"}}
  a/tag: {kind: tag.regex, settings: {must: "^v[0-9]"}}
  a/mail: {kind: author.regex, settings: {must: "@acme[.]example$", who: both}}
  a/name: {kind: author.regex, settings: {must: a, field: name}}
  a/data: {kind: path.forbidden, settings: {globs: ["data/raw/**"]}}
  a/zip: {kind: path.forbidden, settings: {globs: ["**/*.zip"], except: [a.zip]}}
  a/size: {kind: file.max_size, settings: {max_bytes: 3000000}}
  a/png: {kind: file.max_size, settings: {globs: ["**/*.png"], max_bytes: 3000000}}
  a/some: {kind: tag.regex, settings: {must: a}, when: {stage: [pre-push]}}
  a/not: {not: {kind: tag.regex, settings: {must: a}}}
  a/text: {kind: content.regex, settings: {must_not: x}}
"""


def test_rules_of_a_policys_own() -> None:
    of_github, of_gitlab = (exported(service, OWN, "base") for service in SERVICES)
    for found, schema in ((of_github, RULESETS), (of_gitlab, PUSH_RULES)):
        assert [error.message for error in Draft7Validator(schema).iter_errors(found.body)] == []
    left = {rule: why for rule, why in of_github.left.items() if rule.startswith("a/")}
    assert left == {
        "a/body": "no pattern there is of the body alone",
        "a/name": "names have no pattern there",
        "a/zip": "it has exceptions",
        "a/png": "no limit there is of some files alone",
        "a/some": "it applies in some places alone",
        "a/not": "it puts conditions together",
        "a/text": "it needs the contents of files",
    }
    assert of_github.taken["a/subject"] == "asks merges, reverts and fixups as well"
    assert (of_github.taken["a/todo"], of_github.taken["a/tag"]) == ("", "")
    assert of_gitlab.left["a/subject"] == "push rules have one pattern for messages, and this asks for two"
    assert of_gitlab.left["a/tag"] == "push rules have no pattern for tags"
    assert of_gitlab.body["max_file_size"] == 1  # oversized-file is stricter
    asked = [(found, about, text) for found, about, text in (
        (of_github, "branch_name", "feat/x"), (of_github, "tag_name", "1"), (of_github, "commit_author", "a@x.example"),
        (of_github, "commit_message", "feat: TODO"), (of_gitlab, "author_email", "a@x.example"), (of_gitlab, "file_name", "data/raw/a"),
    )]  # fmt: skip
    assert [row for row in asked if not refused(*row)] == []
    assert not refused(of_github, "commit_message", "feat: x\n\nwip")  # ^ is the beginning of all


@pytest.mark.parametrize("service", SERVICES)
def test_a_pattern_of_the_policy_means_there_what_it_means_here(service: str) -> None:
    more = "rules: {commit-trailer-missing: {severity: error, settings: {mention: '^ML-[0-9]+'}}, "
    more += ", ".join(
        f"commit-{name}: off" for name in ("header-malformed", "type-unknown", "message-empty", "full-stop")
    )
    found = exported(service, more + "}")
    assert "commit-trailer-missing" in found.taken
    assert not refused(found, "commit_message", "ML-1 add")
    assert refused(found, "commit_message", "add\n\nML-1")


def test_a_mention_is_asked_for_beside_the_form() -> None:
    found = exported("github", MANY)
    assert refused(found, "commit_message", "feat: add a loader")
    assert not refused(found, "commit_message", "feat: add a loader\n\nRefs: ML-12")
    assert exported("gitlab", MANY).left["commit-trailer-missing"] == "commit_message_regex holds one pattern, and another rule has it"  # fmt: skip


@pytest.mark.parametrize(
    ("glob", "said"),
    [("data/**", ["data/**/*"]), ("a/{b,c}.py", ["a/b.py", "a/c.py"]), ("logs/", ["logs/**/*"]), ("[!a]/b", None), ("**/*.pkl", ["**/*.pkl"])],
)  # fmt: skip
def test_globs_as_github_reads_them(glob: str, said: list[str] | None) -> None:
    found = exported("github", f"rules: {{forbidden-path: {{settings: {{forbidden: {{$replace: [{{paths: ['{glob}']}}]}}}}}}, tracked-checkpoint: off}}")  # fmt: skip
    rules = [rule["parameters"] for ruleset in found.body for rule in ruleset["rules"] if rule["type"] == "file_path_restriction"]  # fmt: skip
    assert rules == ([] if said is None else [{"restricted_file_paths": said}])
    assert ("forbidden-path" in found.left) is (said is None)


@pytest.mark.parametrize(("size", "limit"), [(0, 1), (1, 1), (1_000_000, 1), (1_000_001, 2), (100_000_000, 100), (100_000_001, None)])  # fmt: skip
def test_sizes_are_never_stricter(size: int, limit: int | None) -> None:
    found = exported("github", f"rules: {{oversized-file: {{settings: {{max_bytes: {size}}}}}}}")
    limits = [rule["parameters"]["max_file_size"] for ruleset in found.body for rule in ruleset["rules"] if rule["type"] == "max_file_size"]  # fmt: skip
    assert limits == ([] if limit is None else [limit])


@pytest.mark.parametrize(("size", "limit"), [(0, 1), (1 << 20, 1), ((1 << 20) + 1, 2), (500 << 20, 500)])
def test_sizes_of_gitlab(size: int, limit: int) -> None:
    assert exported("gitlab", f"rules: {{oversized-file: {{settings: {{max_bytes: {size}}}}}}}").body["max_file_size"] == limit  # fmt: skip


@pytest.mark.parametrize(
    ("more", "rule", "why"),
    [
        pytest.param("rules: {commit-type-unknown: {settings: {types: {$replace: []}}}}", "commit-type-unknown", "no type is allowed", id="no type"),
        pytest.param("rules: {commit-header-malformed: off}", "commit-type-unknown", "it needs commit-header-malformed, which does not refuse", id="types without a form"),
        pytest.param("rules: {commit-type-unknown: off, commit-type-case: error}", "commit-type-case", "it needs commit-type-unknown, which does not refuse", id="case without types"),
        pytest.param("rules: {commit-header-long: {settings: {max: 990}}}", "commit-header-long", "RE2 counts to 1000", id="a long subject"),
        pytest.param("rules: {commit-trailer-missing: {severity: error, settings: {required: {Refs: ''}}}}", "commit-trailer-missing", "a pattern cannot tell trailers from other lines", id="trailers"),
        pytest.param("strategy: {grammar: any}", "branch-name-malformed", "any name will do, or the strategy's own pattern has no plain form", id="any name"),
        pytest.param("strategy: {max_length: 0}\nrules: {branch-name-long: error}", "branch-name-long", "it sets no limit", id="no limit"),
        pytest.param("strategy: {max_length: 2000}\nrules: {branch-name-long: error}", "branch-name-long", "RE2 counts to 1000", id="a long name"),
        pytest.param("rules: {unapproved-identity: error}", "unapproved-identity", "it asks for nothing", id="nobody"),
        pytest.param("rules: {unapproved-identity: {severity: error, settings: {names: [Ann]}}}", "unapproved-identity", "names have no pattern there", id="names"),
        pytest.param("rules: {forbidden-path: {settings: {forbidden: {$replace: [{paths: [a], but: [b]}]}}}}", "forbidden-path", "each of its entries has exceptions or roots", id="exceptions"),
    ],
)  # fmt: skip
def test_what_no_service_is_told(more: str, rule: str, why: str) -> None:
    for service in SERVICES:
        assert exported(service, more).left[rule] == why


def test_what_a_rule_does_not_refuse_is_let_through() -> None:
    found = exported("github", "rules: {commit-scope-empty: off, commit-description-empty: warning, commit-type-unknown: off}")  # fmt: skip
    assert [refused(found, "commit_message", text) for text in ("feat(): x", "feat:", "any: x", "any x")] == [False, False, False, True]  # fmt: skip


def test_what_has_no_room_is_left_out() -> None:
    found = exported("gitlab")
    assert re.fullmatch(r"its pattern has \d+ characters, 511 are the most; .*", found.left["branch-name-malformed"])
    assert "branch_name_regex" not in found.body
    shorter = exported("gitlab", "strategy: {exempt: {$replace: ['renovate/**']}}")
    assert [refused(shorter, "branch_name", name) for name in ("feat/a", "renovate/x", "wip")] == [False, False, True]
    types = ", ".join(f"annotation-of-kind-{number}" for number in range(30))
    many = exported("gitlab", f"rules: {{commit-type-unknown: {{settings: {{types: [{types}]}}}}}}")
    assert many.left["commit-type-unknown"].startswith("commit_message_regex has no room for it: ")


def test_json_and_report_are_printed_apart(repo: Sealed) -> None:
    repo.write(POLICY_FILE, "schema: 1\nextends: [ml-project]\n")
    for service in ("github-ruleset", "gitlab-push-rules"):
        done = repo.mlgovern("policy", "export", "--to", service)
        assert json.loads(done.stdout) == exported(service.partition("-")[0]).body
        assert done.stderr.decode().splitlines() == [*told(exported(service.partition("-")[0]))]
