import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.errors import PolicyError
from mlgovern.finding import Severity
from mlgovern.policy.document import Fields
from mlgovern.policy.model import WAIVERS_FILE, Limits
from mlgovern.rule import Glob
from tests.policy.sample import RULES, Branches, Direction, Required, Sizes, Strategy, Types, loaded


def problems(**files: bytes | str) -> list[str]:
    with pytest.raises(PolicyError) as error:
        loaded(**files)
    return str(error.value).split("\n")


def test_a_policy() -> None:
    policy = loaded(
        policy="""
            schema: 1
            name: vision-models
            version: 2.1.0
            mode: evaluate
            fail_on: warning
            limits: {max_commits: 7}
            rules:
              commit-type-unknown:
                severity: error
                mode: enforce
                stages: [commit-msg]
                settings: {types: {$append: [data]}}
              oversized-file: off
              case-collision: warning
        """
    ).policy
    assert policy.origin == "vision-models 2.1.0 (.mlgovern.yaml)"
    assert (policy.fail_on, policy.limits, policy.embedded) == (Severity.WARNING, Limits(max_commits=7), False)
    assert [*policy.decisions] == [rule.id for rule in RULES]
    commit = policy.decisions["commit-type-unknown"]
    assert (commit.severity, commit.mode, commit.stages) == (Severity.ERROR, "enforce", ("commit-msg",))
    assert commit.settings == Types(("feat", "fix", "data"))
    assert policy.decisions["oversized-file"].severity is Severity.OFF
    assert policy.decisions["case-collision"][:2] == (Severity.WARNING, "evaluate")
    assert policy.decisions["missing-required-path"].severity is Severity.OFF  # nobody asked for it
    assert policy.decisions["missing-required-path"].stages == RULES[2].stages


def test_the_least_policy() -> None:
    policy = loaded(policy="schema: 1").policy
    assert policy.origin == ".mlgovern.yaml"
    assert {decision.severity for decision in policy.decisions.values()} == {Severity.OFF}
    assert policy.decisions["oversized-file"].settings == Sizes()


def test_stages_stand_in_the_order_of_the_rule() -> None:
    policy = loaded(policy="schema: 1\nrules: {commit-type-unknown: {stages: [ci, commit-msg]}}").policy
    assert policy.decisions["commit-type-unknown"].stages == ("commit-msg", "ci")


def test_a_shared_key_fills_the_settings_of_the_rules_that_have_it() -> None:
    policy = loaded(
        policy="""
            schema: 1
            strategy: {trunk: [trunk], allowed: [{match: 'x/*', into: [trunk]}, main]}
            rules: {branch-too-old: {settings: {longest: 9, strategy: {lifetime_days: 3}}}}
        """
    ).policy
    allowed = (Direction(Glob("x/*"), (Glob("trunk"),)), Direction(Glob("main")))
    assert policy.decisions["branch-too-old"].settings == Branches(Strategy((Glob("trunk"),), 3, allowed), 9)


def test_suppressions_and_what_may_be_waived() -> None:
    text = (
        "schema: 1\ninline_suppressions: deny\nforeign_suppressions: honour\nrules: {case-collision: {waivable: false}}"
    )
    policy = loaded(policy=text).policy
    assert (policy.inline_suppressions, policy.foreign_suppressions) == ("deny", "honour")
    assert [name for name, decision in policy.decisions.items() if not decision.waivable] == ["case-collision"]
    plain = loaded(policy="schema: 1").policy
    assert (plain.inline_suppressions, plain.foreign_suppressions) == ("warn", "warn")


def test_rules_of_several_files() -> None:
    files = {
        "policies__team": "schema: 1\nname: team\nextends: [../base.yaml]\nrules: {oversized-file: {settings: {max_bytes: 7}}}",
        "base": "schema: 1\nmode: evaluate\nrules: {oversized-file: error, missing-required-path: {settings: {required: [a, b]}}}",
        "policy": "schema: 1\nextends: [./policies/team.yaml]\nrules:\n  oversized-file: warning\n"
        "  missing-required-path: {settings: {required: {$remove: [a], $append: [{path: c, nocase: true}]}}}",
    }
    found = loaded(**files)
    sized, required = (found.policy.decisions[name] for name in ("oversized-file", "missing-required-path"))
    assert (sized.severity, sized.mode, sized.settings) == (Severity.WARNING, "evaluate", Sizes(max_bytes=7))
    assert required.settings.required == (Required("README.md"), Required("b"), Required("c", nocase=True))
    assert found.policy.origin == ".mlgovern.yaml"  # a parent's name is not inherited
    assert [source.name for source, _ in found.sources] == [
        ".mlgovern.yaml",
        "policies/team.yaml",
        "base.yaml",
        WAIVERS_FILE,
    ]
    assert isinstance(found.document, Fields)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", ["1:1: missing required key 'schema'; write schema: 1"], id="empty"),
        pytest.param("schema: ~", ["1:1: missing required key 'schema'; write schema: 1"], id="null schema"),
        pytest.param("schema: 2", ["1:9: this mlgovern reads schema 1, not 2"], id="newer schema"),
        pytest.param("schema: true", ["1:9: 'schema' must be a whole number, got true"], id="schema of another type"),
        pytest.param("- schema", ["1:1: a policy is a mapping, not a list"], id="list"),
        pytest.param("schema", ["1:1: a policy is a mapping, not the text 'schema'"], id="text"),
        pytest.param("schema: 1\nversion: 2.1", ["2:10: 'version' must be text, got the number 2.1 (quote it to make it text)"], id="version"),
        pytest.param("schema: 1\nrules: [a]", ["2:8: 'rules' must be a mapping, got a list"], id="rules as a list"),
        pytest.param("schema: 1\nrules: {commit-type-unknwon: error}", ["2:9: unknown rule 'commit-type-unknwon', did you mean 'commit-type-unknown'?"], id="unknown rule"),
        pytest.param("schema: 1\nrules: {xyz: error}", ["2:9: unknown rule 'xyz'; `mlgovern rules` lists them"], id="a rule like none"),
        pytest.param("schema: 1\nrings: {}", ["2:1: unknown key 'rings'; known here: schema, name, version, extends, mode, fail_on, rules, custom, limits, waivers, inline_suppressions, foreign_suppressions, commit_scope, plugins, strategy"], id="a key to come"),
        pytest.param("schema: 1\nlimits: {max_commits: -1}", ["2:23: 'max_commits' must not be negative, got -1"], id="limits"),
        pytest.param("schema: 1\nlimits: 5", ["2:9: 'limits' must be a mapping, got the number 5"], id="limits as a number"),
        pytest.param("schema: 1\nstrategy: gitflow", ["2:11: 'strategy' must be a mapping, got the text 'gitflow'"], id="strategy as a word"),
        pytest.param("schema: 1\nfail_on: off", ["2:10: 'fail_on' must be one of info, warning, error; got the text 'off'"], id="fail_on"),
        pytest.param("schema: 1\nrules: {case-collision: {settings: {a: 1}}}", ["2:37: unknown key 'a'; there are none here"], id="no settings"),
        pytest.param("schema: 1\nrules: {case-collision: {settings: 5}}", ["2:36: settings of case-collision must be a mapping, got the number 5"], id="settings of another type"),
        pytest.param("schema: 1\nrules: {case-collision: [error]}", ["2:25: 'case-collision' must be a mapping, got a list"], id="rule as a list"),
        pytest.param("schema: 1\nrules: {branch-too-old: {stages: [pre-push]}}", [
            "2:35: each of 'stages' must be one of ci; got the text 'pre-push'",
        ], id="a stage that the rule does not support"),
        pytest.param("schema: 1\nrules: {branch-too-old: {stages: {$replace: []}}}", ["2:34: branch-too-old would run at no stage; write severity: off"], id="no stage"),
        pytest.param("schema: 1\ninline_suppressions: never", ["2:22: 'inline_suppressions' must be one of allow, warn, deny; got the text 'never'"], id="inline suppressions"),
        pytest.param("schema: 1\nforeign_suppressions: deny", ["2:23: 'foreign_suppressions' must be one of honour, warn, ignore; got the text 'deny'"], id="foreign suppressions"),
        pytest.param("schema: 1\nrules: {case-collision: {waivable: no}}", ["2:36: 'waivable' must be true or false, got the text 'no' (in YAML 1.2 that is text)"], id="waivable"),
    ],
)  # fmt: skip
def test_what_is_wrong(text: str, lines: list[str]) -> None:
    assert problems(policy=text) == [f".mlgovern.yaml:{line}" for line in lines]


def test_all_problems_of_all_files_at_once_sorted_by_place() -> None:
    assert problems(
        policy="""\
schema: 1
extends: [./team.yaml, ./broken.yaml]
fail_on: high
rules:
  oversized-file:
    severty: error
    settings:
      max_bytes: 2_000_000
      per_glob: {'*.py': a}
    settings: {}
  commit-type-unknown: {settings: {header: 'a(?=b)'}}
limit: {}
""",
        team="rules: {oversized-file: {severty: x, settings: {max_bytes: many}}, branch-too-old: {severity: no}}",
        broken="a: [}",
    ) == [
        ".mlgovern.yaml:3:10: 'fail_on' must be one of info, warning, error; got the text 'high'",
        ".mlgovern.yaml:6:5: unknown key 'severty', did you mean 'severity'?",
        ".mlgovern.yaml:8:18: 'max_bytes' must be a whole number, got the text '2_000_000' (YAML 1.2 has no '_' in numbers)",
        ".mlgovern.yaml:9:26: '*.py' must be a whole number, got the text 'a'",
        ".mlgovern.yaml:10:5: duplicate key 'settings' (first on line 7)",
        (
            ".mlgovern.yaml:11:44: 'header' is no usable regular expression, 'a(?=b)': lookahead is not in the RE2 dialect: "
            "match the text itself, or use two rules"
        ),
        ".mlgovern.yaml:12:1: unknown key 'limit', did you mean 'limits'?",
        "broken.yaml:1:5: not YAML: did not find expected node content while parsing a flow node",
        "team.yaml:1:1: missing required key 'schema'; write schema: 1",
        "team.yaml:1:26: unknown key 'severty', did you mean 'severity'?",
        "team.yaml:1:60: 'max_bytes' must be a whole number, got the text 'many'",
        "team.yaml:1:95: 'severity' must be one of off, info, warning, error; got the text 'no'",
    ]


WORDS = [
    "schema",
    "extends",
    "rules",
    "limits",
    "strategy",
    "oversized-file",
    "commit-type-unknown",
    "settings",
    "types",
]
VALUES = [
    "1",
    "-5",
    "true",
    "off",
    "~",
    "error",
    "[]",
    "[a, 1]",
    "{$append: [a]}",
    "{$remove: [a]}",
    "{a: 1}",
    "&x [b]",
    "*x",
    "",
]
LINES = st.builds(
    lambda depth, key, value: f"{'  ' * depth}{key}: {value}\n",
    st.integers(0, 3),
    st.sampled_from([*WORDS, "per_glob", "required", "mode", "stages", "severity", "$append", "path"]),
    st.sampled_from(VALUES),
)


@given(st.binary() | st.lists(LINES, max_size=12).map(lambda lines: "".join(["schema: 1\n", *lines]).encode()))
def test_any_bytes_are_a_policy_or_a_policy_error(data: bytes) -> None:
    said = ""
    try:
        policy = loaded(policy=data).policy
    except PolicyError as error:
        said = str(error)
    else:
        assert [*policy.decisions] == [rule.id for rule in RULES]
    assert not said or all(re.match(r"\.mlgovern\.yaml:\d+:\d+: .|… and ", line) for line in said.split("\n"))
