"""Rules that a policy brings: what is wrong with them is told at its place, and they merge like any other."""

import pytest

from mlgovern import engine
from mlgovern.errors import PolicyError
from mlgovern.facts.snapshot import Commit, RefUpdate, Snapshot
from mlgovern.finding import Finding, NotJudged, Severity
from mlgovern.policy.cache import effective
from mlgovern.policy.load import load
from mlgovern.policy.model import POLICY_FILE
from mlgovern.policy.strictness import changes
from mlgovern.reference import explain
from mlgovern.rule import Rule
from tests.custom.sample import TODAY, found, loaded, messages, report
from tests.factories import a_commit, a_snapshot
from tests.policy.sample import RULES

KINDS = "message.regex, message.field, trailer.required, author.regex, branch.regex, tag.regex, path.required, path.forbidden, path.naming, file.max_size, content.regex, content.required, data.assert, notebook.assert, count.max, lockfile.fresh"
FORBID = "kind: path.forbidden, settings: {globs: [a]}"


def problems(text: str, rules: tuple[Rule, ...] = RULES) -> list[str]:
    with pytest.raises(PolicyError) as error:
        load({POLICY_FILE: f"schema: 1\n{text}".encode()}.get, rules)
    return [line.removeprefix(f"{POLICY_FILE}:") for line in str(error.value).splitlines()]


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        pytest.param("custom: [a]", ["2:9: 'custom' must be a mapping of rules by their ids, got a list"], id="a list"),
        pytest.param("custom: {A: {kind: x}}", ["2:10: 'A' is no id: small letters, digits and hyphens, such as acme/raw-data"], id="capitals"),
        pytest.param("custom: {a/b/c: {kind: x}}", ["2:10: 'a/b/c' is no id: small letters, digits and hyphens, such as acme/raw-data"], id="too many names"),
        pytest.param("custom: {secrets: {kind: x}}", ["2:10: 'secrets' is no id: small letters, digits and hyphens, such as acme/raw-data"], id="a family"),
        pytest.param(f"custom: {{oversized-file: {{{FORBID}}}}}", ["2:10: 'oversized-file' is a rule of mlgovern; a custom rule needs an id of its own, such as acme/oversized-file"], id="a rule of ours"),
        pytest.param(f"custom: {{x: {{{FORBID}}}}}\nrules: {{x: error}}", ["3:9: 'x' stands under 'custom' as well; say all of it there"], id="twice"),
        pytest.param("custom: {x: {kind: count.max}}\nrules: [a]", ["3:8: 'rules' must be a mapping, got a list"], id="rules as a list"),
        pytest.param("custom: {x: {}}", [f"2:10: missing required key 'kind'; one of {KINDS}, or all, any, not"], id="no kind"),
        pytest.param("custom: {x: warning}", [f"2:10: missing required key 'kind'; one of {KINDS}, or all, any, not"], id="a severity alone"),
        pytest.param("custom: {x: {kind: path.forbiden}}", ["2:20: unknown kind 'path.forbiden', did you mean 'path.forbidden'?"], id="no such kind"),
        pytest.param("custom: {x: {kind: 5}}", [f"2:20: unknown kind '5'; known: {KINDS}"], id="a number"),
        pytest.param("custom: {x: {kind: all}}", ["2:10: 'all' needs conditions: all: [{kind: …, settings: …}, …]"], id="a joint as a kind"),
        pytest.param(f"custom: {{x: {{{FORBID}, all: []}}}}", ["2:60: say one of kind, all, any, not, not kind and all"], id="two kinds"),
        pytest.param("custom: {x: {kind: path.forbidden, settings: {globs: [a], exept: [b]}}}", ["2:59: unknown key 'exept', did you mean 'except'?"], id="a setting"),
        pytest.param("custom: {x: {kind: path.forbidden}}", ["2:13: path.forbidden needs 'globs' under 'settings'"], id="nothing said"),
        pytest.param("custom: {x: {kind: message.regex, settings: {part: body}}}", ["2:45: message.regex needs 'must' or 'must_not' under 'settings'"], id="one of two"),
        pytest.param("custom: {x: {kind: message.regex, settings: {must: 'a(?=b)'}}}", [r"2:52: 'must' is no usable regular expression, 'a(?=b)': lookahead is not in the RE2 dialect: match the text itself, or use two rules"], id="lookahead"),
        pytest.param(r"custom: {x: {kind: message.regex, settings: {must: '(a)\1'}}}", [r"2:52: 'must' is no usable regular expression, '(a)\\1': back-references are not in the RE2 dialect: write the text out"], id="back-reference"),
        pytest.param("custom: {x: {kind: content.regex, settings: {must_not: '(a{1000}){1000}'}}}", ["2:56: 'must_not' is no usable regular expression, '(a{1000}){1000}': a repetition counts to 1000 at most, nested ones together"], id="too large"),
        pytest.param("custom: {x: {kind: content.regex, settings: {must_not: 'a*'}}}", ["2:56: content.regex: 'must_not' fits an empty text, so that no file could pass"], id="fits nothing"),
        pytest.param("custom: {x: {not: {kind: content.regex, settings: {must_not: '**'}}}}", ["2:62: 'must_not' is no usable regular expression, '**': no argument for repetition operator: *"], id="a broken pattern within"),
        pytest.param("custom: {x: {kind: trailer.required, settings: {name: 'a b'}}}", ["2:55: trailer.required: 'name' is the token of a trailer: letters, digits and hyphens"], id="a trailer"),
        pytest.param("custom: {x: {kind: lockfile.fresh, settings: {manifest: ../a, lock: b}}}", ["2:57: lockfile.fresh: 'manifest' is the path of one file, from the top of the repository"], id="outside"),
        pytest.param("custom: {x: {kind: data.assert, settings: {file: a.ini, at: a..b, op: eq}}}", ["2:43: data.assert: eq needs 'value'", "2:50: data.assert: 'file' ends with .json, .toml, .yaml, .yml: these formats are read", "2:61: data.assert: 'at' is keys with dots between them, [0] for an item, [*] for each, quotes around a key with a dot"], id="data"),
        pytest.param("custom: {x: {kind: data.assert, settings: {file: a.json, op: in, value: a}}}", ["2:73: data.assert: in needs a list"], id="a list"),
        pytest.param("custom: {x: {kind: data.assert, settings: {file: a.json, op: lt, value: a}}}", ["2:73: data.assert: lt needs a number"], id="number"),
        pytest.param("custom: {x: {kind: data.assert, settings: {file: a.json, op: matches, value: '(?!a)'}}}", ["2:78: 'value' is no usable regular expression: lookahead is not in the RE2 dialect: match what is allowed, or use two rules"], id="a pattern"),
        pytest.param("custom: {x: {kind: data.assert, settings: {file: a.json, op: matches, value: 5}}}", ["2:78: data.assert: matches needs a regular expression"], id="no pattern"),
        pytest.param("custom: {x: {kind: data.assert, settings: {file: a.json, op: exists, value: 5}}}", ["2:77: data.assert: exists takes no value"], id="a value too many"),
        pytest.param("custom: {x: {kind: data.assert, settings: {file: a.json, op: eq, value: {a: 1}}}}", ["2:73: 'value' is a text, a number, true, false or a list of such, got a mapping"], id="a mapping"),
        pytest.param(f"custom: {{x: {{{FORBID}, message: 'no {{pth}}'}}}}", ["2:69: unknown placeholder '{pth}' in 'message', did you mean '{path}'?"], id="a placeholder"),
        pytest.param(f"custom: {{x: {{{FORBID}, mend: 'a {{ b'}}}}", ["2:66: unknown placeholder '{' in 'mend'; known here: path, name, folder, commit, size, rule, what (a brace alone is written twice)"], id="a brace"),
        pytest.param(f"custom: {{x: {{{FORBID}, mend: 'dvc add \"{{path}}\"'}}}}", ["2:66: {path} in 'mend' is quoted where it is filled in; write it without quotes"], id="quotes in quotes"),
        pytest.param(f"custom: {{x: {{{FORBID}, when: {{stage: [pre-comit]}}}}}}", ["2:74: 'when': this rule is judged at no stage 'pre-comit'; known: pre-commit, pre-push, ci, pre-receive, audit"], id="no such stage"),
        pytest.param(f"custom: {{x: {{{FORBID}, when: {{stage: {{not: [commit-msg]}}}}}}}}", ["2:74: 'when': this rule is judged at no stage 'commit-msg'; known: pre-commit, pre-push, ci, pre-receive, audit"], id="a stage of other rules"),
        pytest.param(f"custom: {{x: {{{FORBID}, when: {{branch: main}}}}}}", ["2:75: 'branch' must be a list of globs, or {not: [...]}, got the text 'main' (write [main])"], id="no list of branches"),
        pytest.param(f"custom: {{x: {{{FORBID}, help_url: 'javascript:x'}}}}", ["2:70: 'help_url' must be a URL of https or http, got 'javascript:x'"], id="a link"),
        pytest.param(f"custom: {{x: {{{FORBID}, when: {{brnch: [a]}}}}}}", ["2:67: unknown key 'brnch', did you mean 'branch'?"], id="when"),
        pytest.param(f"custom: {{x: {{{FORBID}, when: {{branch: {{nt: [a]}}}}}}}}", ["2:76: unknown key 'nt', did you mean 'not'?"], id="not"),
        pytest.param(f"custom: {{x: {{{FORBID}, stages: [commit-msg]}}}}", ["2:69: each of 'stages' must be one of pre-commit, pre-push, ci, pre-receive, audit; got the text 'commit-msg'"], id="a stage"),
        pytest.param(f"custom: {{x: {{{FORBID}, conditions: []}}}}", ["2:60: unknown key 'conditions'; they stand under one of all, any, not"], id="conditions"),
        pytest.param(f"custom: {{x: {{{FORBID}, severty: error}}}}", ["2:60: unknown key 'severty', did you mean 'severity'?"], id="a key"),
        pytest.param("custom: {x: {all: {}}}", ["2:19: 'all' is a list of conditions, got a mapping"], id="no list"),
        pytest.param("custom: {x: {any: [5]}}", ["2:20: a condition is a mapping with 'kind' and 'settings', got the number 5"], id="no condition"),
        pytest.param("custom: {x: {any: []}}", ["2:19: 'any' needs conditions"], id="none"),
        pytest.param("custom: {x: {any: [{not: {kind: x.y}}]}}", [f"2:33: unknown kind 'x.y'; known: {KINDS}"], id="deep kind"),
        pytest.param("custom: {x: {all: [{any: []}]}}", ["2:26: 'any' needs conditions"], id="a part without parts"),
        pytest.param("custom: {x: {any: [{kind: path.forbidden}]}}", ["2:20: path.forbidden needs 'globs' under 'settings'"], id="a part without"),
        pytest.param("custom: {x: {any: [{kind: content.regex, settings: {must_not: '*'}}]}}", ["2:63: 'must_not' is no usable regular expression, '*': no argument for repetition operator: *"], id="a part's pattern"),
        pytest.param(f"custom: {{x: {{any: [{{{FORBID}, all: []}}]}}}}", ["2:20: a condition says one of kind, all, any, not; this one kind and all"], id="two in one"),
        pytest.param(f"custom: {{x: {{any: [{{{FORBID}}}], settings: {{}}}}}}", ["2:79: 'settings' go with 'kind', not with 'any'"], id="settings of a joint"),
        pytest.param(f"custom: {{x: {{any: [{{all: [{{{FORBID}}}], settings: {{}}}}]}}}}", ["2:76: 'settings' go with 'kind', not with 'all'"], id="settings of an inner joint"),
        pytest.param(f"custom: {{x: {{any: [{{{FORBID}}}, {{kind: branch.regex, settings: {{must: a}}}}]}}}}", ["2:10: conditions of one rule speak of one thing; these speak of file and branch"], id="two subjects"),
        pytest.param(f"custom: {{x: {{not: {'{not: ' * 5}{{{FORBID}}}{'}' * 5}}}}}", ["2:49: conditions stand at most 5 deep in each other"], id="too deep"),
        pytest.param(f"custom: {{x: {{any: [{', '.join(['{' + FORBID + '}'] * 51)}]}}}}", ["2:19: a rule has at most 50 conditions"], id="too many"),
        pytest.param("custom: {x: {kind: path.forbiden}, y: {kind: count.max, settings: {mx: 5}}}", ["2:20: unknown kind 'path.forbiden', did you mean 'path.forbidden'?", "2:68: unknown key 'mx', did you mean 'max'?"], id="all at once"),
    ),
)  # fmt: skip
def test_what_is_wrong(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


def test_nothing_is_said_in_vain() -> None:
    assert loaded("custom: ~").rules == ()
    assert loaded("custom: {x: ~}").rules == ()
    assert [rule.id for rule in loaded("custom: {x: {kind: count.max}}\nrules: ~").rules] == ["x"]


PATHS = a_snapshot({"a.py": "", "b.md": ""})
NOTHING = 'kind: path.forbidden\nsettings: {globs: ["**"]}\n'


@pytest.mark.parametrize(
    ("when", "facts", "applies"),
    (
        ("{branch: [main]}", {"branch": "main"}, True),
        ("{branch: [main]}", {"branch": "x"}, False),
        ("{branch: [main]}", {"branch": None}, False),
        ('{branch: {not: ["exp/*"]}}', {"branch": "exp/a"}, False),
        ('{branch: {not: ["exp/*"]}}', {"branch": "exp/a/b"}, True),
        ('{branch: {not: ["exp/*"]}}', {"branch": None}, True),
        ('{branch: {only: ["*"], not: [main]}}', {"branch": "main"}, False),
        ("{branch: [main]}", {"branch": "x", "updates": (RefUpdate("refs/heads/main"),)}, True),
        ("{target: [main]}", {"target": "main"}, True),
        ("{target: [main]}", {"target": "x"}, False),
        ("{target: [main]}", {"updates": (RefUpdate("refs/heads/main"),)}, True),
        ("{stage: [pre-commit]}", {}, True),
        ("{stage: {not: [pre-commit]}}", {}, False),
        ("{stage: {not: [pre-commit]}}", {"stages": ("ci",)}, True),
        ("{branch: [main], stage: [ci]}", {"branch": "main"}, False),
        ("{}", {}, True),
    ),
)
def test_when(when: str, facts: dict[str, object], applies: bool) -> None:
    assert bool(found(f"{NOTHING}when: {when}", PATHS._replace(**facts))) is applies  # type: ignore[arg-type]  # a row's own


@pytest.mark.parametrize(
    ("when", "paths"), (("['*.py']", ["a.py"]), ("{not: ['*.py']}", ["b.md"]), ("{only: ['*'], not: [b.md]}", ["a.py"]))
)
def test_when_paths(when: str, paths: list[str]) -> None:
    assert [finding.place.path for finding in found(f"{NOTHING}when: {{paths: {when}}}", PATHS)] == paths


@pytest.mark.parametrize(
    ("when", "paths", "applies"),
    (
        ("['src/**']", ("src/a", "b"), True),
        ("['src/**']", ("b",), False),
        ("['src/**']", (), False),
        ("['src/**']", None, True),
        ("{not: ['src/**']}", ("src/a",), False),
        ("{not: ['src/**']}", ("src/a", "b"), True),
    ),
)
def test_a_commit_is_meant_by_what_it_changes(when: str, paths: tuple[str, ...] | None, applies: bool) -> None:
    snapshot = Snapshot(("ci",), commits=(a_commit("feat: a", paths=paths),))
    assert bool(found(f"kind: message.regex\nsettings: {{must: x}}\nwhen: {{paths: {when}}}", snapshot)) is applies
    assert engine.wants(loaded(f"custom: {{x: {{kind: message.regex, settings: {{must: x}}, when: {{paths: {when}}}}}}}").policy, ["commit-msg"]).asked("paths")  # fmt: skip


@pytest.mark.parametrize("kind", ("branch.regex", "count.max"))
def test_a_branch_and_a_change_are_meant_by_what_they_bring(kind: str) -> None:
    rule = f"kind: {kind}\nsettings: {{{'must: x' if kind == 'branch.regex' else 'max: 0'}}}\nwhen: {{paths: [%s]}}"
    snapshot = PATHS._replace(branch="a", stages=("ci",))
    assert [bool(found(rule % glob, snapshot)) for glob in ("a.py", "z.py")] == [True, False]


def test_where_no_branch_is_known_that_is_said() -> None:
    snapshot = PATHS._replace(stages=("ci",))
    said = report(f"{NOTHING}when: {{branch: [main], target: [main]}}", snapshot).not_judged
    assert said == tuple(
        NotJudged("acme/rule", f"no {what} is known here", expected=False) for what in ("branch", "target")
    )
    assert report(f"{NOTHING}when: {{branch: [main], stage: [audit]}}", snapshot).not_judged == ()


README = "{kind: content.required, settings: {globs: [README.md], must: '^# '}}"
MD = "{kind: path.forbidden, settings: {globs: ['*.md']}}"
JSON = "{kind: data.assert, settings: {file: a.json, at: a}}"
SMALL = "{kind: file.max_size, settings: {max_bytes: 3}}"


@pytest.mark.parametrize(
    ("rule", "files", "expected"),
    (
        (f"all: [{MD}, {SMALL}]", {"a.md": "abcd"}, ["it has 4 bytes, 3 are the most", "this path is not allowed here"]),
        (f"all: [{README}, {SMALL}]", {"a.py": ""}, []),
        (f"any: [{MD}, {SMALL}]", {"a.md": "abc"}, []),
        (f"any: [{MD}, {SMALL}]", {"a.md": "abcd"}, ["this path is not allowed here; nor: it has 4 bytes, 3 are the most"]),
        (f"not: {README}", {"README.md": "# a"}, ["it fits what must not be so (content.required)"]),
        (f"not: {README}", {"README.md": "a"}, []),
        (f"not: {README}", {"a.py": ""}, []),
        (f"not: {{any: [{README}, {MD}]}}", {"a.py": ""}, ["it fits what must not be so (any content.required path.forbidden)"]),
        (f"any: [{README}]", {"a.py": ""}, []),
        (f"not: {JSON}", {"a.json": "{"}, ["it cannot be parsed as JSON, line 1"]),
        (f"not: {{any: [{JSON}]}}", {"a.json": "{"}, ["it cannot be parsed as JSON, line 1"]),
        (f"not: {JSON}", {"a.json": "{}"}, []),
        (f"any: [{JSON}, {SMALL}]", {"a.json": "{"}, []),
    ),
)  # fmt: skip
def test_conditions_together(rule: str, files: dict[str, str], expected: list[str]) -> None:
    assert messages(rule, a_snapshot(files)) == expected


def test_what_cannot_be_told_counts_only_where_it_decides() -> None:
    snapshot = a_snapshot({"README.md": "# long"}, contents={})
    assert [len(report(f"{joint}: [{README}, {SMALL}]", snapshot).not_judged) for joint in ("all", "any")] == [0, 1]
    assert len(report(f"any: [{README}, {MD}]", a_snapshot({"README.md": ""}, contents={})).not_judged) == 1


def test_trailers_and_messages_are_of_commits_both() -> None:
    rule = "any: [{kind: message.regex, settings: {must: x}}, {kind: trailer.required, settings: {name: Ticket}}]"
    assert messages(rule, a_snapshot(message="feat: a", stages=("ci",))) == [
        "the message does not fit x; nor: the message has no trailer Ticket"
    ]


WORDS = """
kind: path.forbidden
settings: {globs: ["**"]}
message: "{rule} at {path}: {what}, {{so}}"
mend: "git rm --cached {path}"
help_url: https://wiki.acme.example/a
"""


def test_its_own_words() -> None:
    (finding,) = found(WORDS, a_snapshot({"a b": ""}))
    assert finding == Finding(
        "acme/rule at a b: this path is not allowed here, {so}",
        finding.place,
        "git rm --cached 'a b'\nsee https://wiki.acme.example/a",
        "path",
        rule="acme/rule",
        severity=Severity.ERROR,
    )


@pytest.mark.parametrize(
    ("path", "message", "mend"),
    (
        ("$(id)", "$(id)", "'$(id)'"),
        ("-rf", "-rf", "./-rf"),
        ("{commit}", "{commit}", "'{commit}'"),
        ("a\nb\x1b[31m", r"a\nb\x1b[31m", r"'a\nb\x1b[31m'"),
        ("x" * 300, "x" * 199 + "…", "x" * 300),
    ),
)
def test_foreign_text_stays_text(path: str, message: str, mend: str) -> None:
    (finding,) = found(WORDS, a_snapshot({path: ""}))
    assert finding.message == f"acme/rule at {message}: this path is not allowed here, {{so}}"
    assert finding.mend.split("\n") == [f"git rm --cached {mend}", "see https://wiki.acme.example/a"]


@pytest.mark.parametrize(
    ("rule", "snapshot", "message"),
    (
        ("{kind: message.regex, settings: {must: x}, message: '{commit} {subject} {author} {email}'}", Snapshot(("ci",), commits=(a_commit("feat: a", id="a" * 40),)), "aaaaaaaaaaaa feat: a Ann Author ann@acme.example"),
        ("{kind: branch.regex, settings: {must: x}, message: '{branch} for {target}'}", Snapshot(("ci",), branch="a", target="main"), "a for main"),
        ("{kind: tag.regex, settings: {must: x}, message: '{tag}'}", Snapshot(("pre-push",), updates=(RefUpdate("refs/tags/v1", new="1"),)), "v1"),
        ("{kind: file.max_size, settings: {max_bytes: 1}, message: '{name} {folder} {size} {commit}'}", a_snapshot({"d/a": "ab"}), "a d 2 this commit"),
        ("{kind: path.required, settings: {globs: [a]}, message: 'write {path}'}", PATHS, "write a"),
        ("{kind: count.max, settings: {max: 1}, message: '{count} of {max}'}", PATHS, "2 of 1"),
        ("{kind: lockfile.fresh, settings: {manifest: a.py, lock: b}, message: '{lock} {manifest}'}", PATHS, "b a.py"),
    ),
)  # fmt: skip
def test_placeholders(rule: str, snapshot: Snapshot, message: str) -> None:
    policy = loaded(f"custom: {{x: {rule}}}").policy
    assert [finding.message for finding in engine.evaluate(snapshot, policy, TODAY).findings] == [message]


PARENT = "custom: {acme/a: {kind: path.forbidden, severity: warning, settings: {globs: [a]}, message: no, final: [severity]}}"


SECOND = "custom: {b: {any: [{kind: count.max, settings: {max: 4}}], final: true}}"


def test_a_child_says_more_of_a_rule_of_its_parent() -> None:
    child = "extends: [./parent.yaml]\ncustom: {acme/a: {severity: error, settings: {globs: [b]}, mend: take it out}}"
    decision = loaded(child, parent=PARENT).policy.decisions["acme/a"]
    assert (decision.severity, decision.settings.globs) == (Severity.ERROR, ("a", "b"))
    assert (decision.own.message, decision.own.mend) == ("no", "take it out")
    short = loaded("extends: [./parent.yaml]\nrules: {acme/a: error}", parent=PARENT).policy.decisions["acme/a"]
    assert short.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("child", "problem"),
    (
        ("custom: {b: {any: [{kind: count.max}]}}", ".mlgovern.yaml:3:19: 'conditions' of b is final in second.yaml:2; [{kind: count.max, settings: {globs: [**], per:… not applied"),
        ("custom: {b: {any: [{kind: tag.regex, settings: {must: a}}]}}", ".mlgovern.yaml:3:19: b speaks of change since second.yaml:2; that stays, as a kind does"),
        ("rules: {acme/a: off}", ".mlgovern.yaml:3:17: 'severity' of acme/a is final in parent.yaml:2; off not applied"),
        ("custom: {acme/a: {kind: path.naming, settings: {must: a}}}", ".mlgovern.yaml:3:25: acme/a is of the kind 'path.forbidden' since parent.yaml:2; that stays"),
    ),
)  # fmt: skip
def test_what_a_child_may_not_say(child: str, problem: str) -> None:
    with pytest.raises(PolicyError) as error:
        loaded(f"extends: [./parent.yaml, ./second.yaml]\n{child}", parent=PARENT, second=SECOND)
    assert str(error.value) == problem


@pytest.mark.parametrize(
    ("final", "child", "kept"),
    (("[when]", "when: {paths: [x]}", True), ("true", "message: other", False), ("[message]", "message: other", False)),
)
def test_what_is_final_may_only_get_stricter(final: str, child: str, kept: bool) -> None:
    parent = f"custom: {{acme/a: {{{FORBID}, message: no, final: {final}}}}}"
    text = f"extends: [./parent.yaml]\ncustom: {{acme/a: {{{child}}}}}"
    if kept:
        with pytest.raises(PolicyError, match=r"'when\.paths\.only' of acme/a is final in parent\.yaml:2"):
            loaded(text, parent=parent)
    else:
        assert loaded(text, parent=parent).policy.decisions["acme/a"].own.message == "other"


ALL_KINDS = """
custom:
  a: {kind: message.regex, settings: {must: x}}
  b: {kind: data.assert, settings: {file: a.json, at: a, op: in, value: [1, x]}}
  c: {any: [{kind: content.required, settings: {globs: [README.md], must: x}}, {not: {kind: file.max_size, settings: {max_bytes: 3}}}], when: {branch: {not: [x]}}, message: "{path}"}
  d: {kind: content.regex, settings: {must_not: x}, severity: off}
"""


def test_the_cache_brings_back_the_same_judgement(tmp_path: object) -> None:
    data = f"schema: 1\n{ALL_KINDS}".encode()
    policies = [effective({POLICY_FILE: data}.get, str(tmp_path), RULES) for _ in range(2)]
    snapshot = a_snapshot({"README.md": "y", "a.json": '{"a": 2}'}, message="feat: a", stages=("pre-push",))
    first, second = (engine.evaluate(snapshot, policy, TODAY) for policy in policies)
    assert first == second
    assert [finding.rule for finding in first.findings] == ["a", "b", "c"]
    assert policies[1].decisions["c"].own != policies[0].decisions["c"].own  # as it is stored
    assert policies[1].decisions["c"].outline == policies[0].decisions["c"].outline


def test_nothing_is_gathered_that_no_rule_asks_for() -> None:
    wants = engine.wants(loaded(ALL_KINDS).policy, ("pre-push",))
    assert (wants.reads, wants.consults, wants.asks) == (("a.json", "README.md"), (), (("reverts",),))
    assert not engine.wants(loaded("custom: {a: {kind: message.regex, settings: {must: x}}}").policy, ["ci"]).files


def test_it_can_be_waived_and_suppressed() -> None:
    text = "custom: {acme/a: {kind: content.regex, settings: {must_not: x}}}"
    waivers = (
        b"schema: 1\nwaivers: [{rule: acme/a, created: 2026-10-01, until: 2026-12-01, paths: [b], reason: a, owner: a}]"
    )
    files = {POLICY_FILE: f"schema: 1\n{text}".encode(), ".mlgovern/waivers.yaml": waivers}
    policy = load(files.get, ()).policy
    accepted = "x  # mlgovern: {} acme/a needed\n".format("ignore")
    snapshot = a_snapshot({"a": accepted, "b": "x", "c": "x"})
    said = {finding.place.path: finding.waiver for finding in engine.evaluate(snapshot, policy, TODAY).findings}
    assert said == {"a": "inline: needed", "b": "waivers.yaml:2", "c": None}


def test_a_title_is_a_message() -> None:
    policy = loaded(
        "custom: {a: {kind: message.regex, settings: {must: x}}, b: {kind: author.regex, settings: {must: x}}}"
    ).policy
    assert [one.outline.subject for one in policy.decisions.values()] == ["message", "commit"]


def test_its_page_names_settings_as_a_policy_does() -> None:
    assert "\n  except: [b]" in explain(
        "x", loaded("custom: {x: {kind: path.forbidden, settings: {globs: [a], except: [b]}}}").policy
    )


def test_a_pattern_that_hurts_others_is_quick() -> None:
    snapshot = Snapshot(("ci",), commits=(Commit("a" * 100_000 + "b", "a" * 40),))
    assert len(messages("kind: message.regex\nsettings: {must: '^(a+)+$'}", snapshot)) == 1


def test_changes_say_which_way_they_go() -> None:
    from mlgovern.policy.provenance import leaves

    before, after = (loaded(f"custom: {{a: {{{FORBID}, when: {{branch: {when}}}}}}}") for when in ("{}", "{not: [x]}"))
    (change,) = changes(leaves(before.policy, before.rules), leaves(after.policy, after.rules))
    assert (change.path, change.way) == (("rules", "a", "when", "branch", "not"), "weaker")
