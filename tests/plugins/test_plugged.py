"""Rules of installed distributions: how they judge, and that whatever they do wrong is named and passes nothing."""

import sys
from json import dumps
from pathlib import Path

import pytest

from mlgovern import engine
from mlgovern.errors import PluginError, PolicyError
from mlgovern.facts.snapshot import Hidden
from mlgovern.finding import Finding, NotJudged, Page, Place, Report, Severity
from mlgovern.plugins import asking, plugged
from mlgovern.plugins.answering import answer
from mlgovern.policy.load import load, load_leniently
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE, Policy
from tests.conftest import Sealed
from tests.factories import a_snapshot
from tests.plugins.conftest import Install
from tests.policy.sample import RULES as SAMPLE

TODAY = "2026-11-01"


def policy(named: str, rules: str) -> Policy:
    return load({POLICY_FILE: f"schema: 1\nplugins: [{named}]\nrules: {rules}".encode()}.get, ()).policy


GOOD = """
class Settings(NamedTuple):
    most: int = 1
    names: tuple[str, ...] = ("a",)

def judged(snapshot, settings):
    '''A file is too deep.

    Why: nobody finds it.
    Mend: move it up
    '''
    assert snapshot.own is None and not snapshot.baseline
    for file in snapshot.files:
        if file.path.count("/") > settings.most:
            text = f"{settings.names} {snapshot.read(file)!r}"
            yield Finding(text, Place(file.path, 1, commit=file.commit), "git mv", "deep", Severity.WARNING)
    yield NotJudged("all", "why", expected=False)

RULES = rule("acme-good/deep-path", judged, Settings(), reads=("**",), asks=lambda settings: (("paths",),))
"""


def test_it_judges_as_a_rule_of_ours(install: Install) -> None:
    named = install("acme-good", GOOD)
    made = policy(named, "{acme-good/deep-path: {severity: error, settings: {names: {$append: [b]}}}}")
    decision = made.decisions["acme-good/deep-path"]
    assert (decision.outline.family, decision.outline.reads, decision.outline.asks) == (
        "plugins",
        ("**",),
        (("paths",),),
    )
    snapshot = a_snapshot({"a/b/c": "x", "a/d": "y"}, own=Hidden({".env": b"A=1"}))
    report = engine.evaluate(snapshot, made, TODAY)
    finding = Finding("('a', 'b') b'x'", Place("a/b/c", 1), "git mv", "deep", Severity.WARNING)
    assert report.findings == (finding._replace(rule="acme-good/deep-path", severity=Severity.WARNING),)
    assert (report.not_judged, report.crashes) == ((NotJudged("all", "why", expected=False),), ())
    assert report.pages == {"acme-good/deep-path": Page("A file is too deep.", "nobody finds it.", "move it up")}


def test_it_borrows_nothing_from_rules_of_ours(install: Install) -> None:
    named = install("acme-types", GOOD.replace("acme-good", "acme-types").replace("names", "types"))
    text = f"schema: 1\nplugins: [{named}]\nrules: {{commit-type-unknown: error, acme-types/deep-path: error}}"
    decisions = load({POLICY_FILE: text.encode()}.get, SAMPLE).policy.decisions
    assert decisions["acme-types/deep-path"].settings.types == ("a",)


def test_what_is_wrong_with_its_settings_is_told_as_ever(install: Install) -> None:
    named = install("acme-typed", GOOD.replace("acme-good", "acme-typed"))
    with pytest.raises(PolicyError) as error:
        policy(named, "{acme-typed/deep-path: {settings: {most: a, nams: []}}, acme-typed/x: error}")
    assert str(error.value).splitlines() == [
        f"{POLICY_FILE}:3:49: 'most' must be a whole number, got the text 'a'",
        f"{POLICY_FILE}:3:52: unknown key 'nams', did you mean 'names'?",
        f"{POLICY_FILE}:3:64: unknown rule 'acme-typed/x', did you mean 'acme-typed/deep-path'?",
    ]


BAD = """
def raises(snapshot, settings):
    raise ValueError("se" + "cret")
    yield

def exits(snapshot, settings):
    sys.exit(0)
    yield

def leaves(snapshot, settings):
    os._exit(0)
    yield

def prints(snapshot, settings):
    print("clean")
    yield from ()

def yields_text(snapshot, settings):
    yield sys.stdin.read()

def floods(snapshot, settings):
    yield from [Finding("a" * 4000, Place("a"))] * 3000

def hangs(snapshot, settings):
    while True:
        pass
    yield

JUDGES = (raises, exits, leaves, prints, yields_text, floods, hangs)
RULES = tuple(rule("acme-bad/" + judge.__name__.replace("_", "-"), judge, stages=("ci",)) for judge in JUDGES)
"""
SAID = {
    "raises": "it raised ValueError",
    "exits": "it raised SystemExit",
    "leaves": "it ended its process with 0, and gave no answer",
    "prints": r"it prints, where only yielding counts: 'clean\n'",
    "floods": "its answer is longer than 10,000,000 bytes",
    "yields-text": "it raised TypeError: a rule yields Finding or NotJudged, not str",
}
LATE = {"hangs": "it gave no answer within 0.2 seconds"}


def test_what_it_does_wrong_is_named_and_passes_nothing(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    made = policy(install("acme-bad", BAD), dumps({f"acme-bad/{name}": "error" for name in (*SAID, *LATE)}))
    snapshot = a_snapshot({"a": ""}, stages=("ci",))
    report = engine.evaluate(snapshot, made, TODAY, [f"acme-bad/{name}" for name in SAID])
    monkeypatch.setattr(asking, "SECONDS", 0.2)
    late = engine.evaluate(snapshot, made, TODAY, [f"acme-bad/{name}" for name in LATE])
    crashes = (*report.crashes, *late.crashes)
    told = {crash.rule.partition("/")[2]: crash.trace.rstrip().rpartition("\n")[2] for crash in crashes}
    assert told == {name: f"plugin acme-bad==1.0: {what}" for name, what in (SAID | LATE).items()}
    assert "secret" not in repr(crashes)
    assert (report.exit_code, late.exit_code) == (4, 4)
    assert crashes[0].sentence == "rule acme-bad/raises broke: this is a bug of acme-bad==1.0"


@pytest.mark.parametrize(
    ("name", "code", "what"),
    (
        ("acme-import", "raise OSError('x')", "it raised OSError"),
        ("acme-exit", "os._exit(0)", "it ended its process with 0, and gave no answer"),
    ),
)
def test_a_plugin_that_cannot_be_used_stops_the_run(install: Install, name: str, code: str, what: str) -> None:
    named = install(name, code)
    with pytest.raises(PluginError) as error:
        policy(named, "{}")
    assert str(error.value) == f"plugin {named}: {what}"


SOUND = {"id": "a/x", "stages": ["ci"], "reads": [], "consults": [], "triggers": ["**"], "each": "", "files": True, "waivable": True, "asks": [], "page": ["a", "b", "c", ""], "settings": []}  # fmt: skip
UNUSABLE = "it describes a rule in a way that cannot be used"


@pytest.mark.parametrize(
    ("rows", "what"),
    (
        ([SOUND], ""),
        ([], "it brings no rules, or more than 200"),
        ("rules", "it brings no rules, or more than 200"),
        ([SOUND] * 201, "it brings no rules, or more than 200"),
        ([SOUND] * 2, "two of its rules have one id"),
        ([SOUND | {"id": "other/x"}], "the id 'other/x' has to be a/NAME, in small letters"),
        ([SOUND | {"id": "a/X"}], "the id 'a/X' has to be a/NAME, in small letters"),
        ([SOUND | {"id": 5}], UNUSABLE),
        ([SOUND | {"asks": [["own-env", "*"]]}], UNUSABLE),
        ([SOUND | {"each": "run"}], UNUSABLE),
        ([SOUND | {"stages": ["never"]}], UNUSABLE),
        ([SOUND | {"reads": [5]}], UNUSABLE),
        ([SOUND | {"reads": ["{a,b,c,d}" * 9]}], UNUSABLE),
        ([SOUND | {"stages": ["ci", "pre-comit"]}], UNUSABLE),
        ([SOUND | {"page": ["", "", "", ""]}], "a/x has no docstring, which would say what it finds"),
        ([SOUND | {"settings": [["a", "dict", {}]]}], UNUSABLE),
        ([SOUND | {"settings": [["a b", "int", 1]]}], UNUSABLE),
        ([5], UNUSABLE),
    ),
)
def test_descriptions(rows: object, what: str) -> None:
    if not what:
        assert plugged.rules_of("a==1", rows)[0].id == "a/x"
        return
    with pytest.raises(PluginError) as error:
        plugged.rules_of("a==1", rows)
    assert str(error.value) == f"plugin a==1: {what}"


ROW = {"message": "a", "place": {}, "mend": "", "key": "", "at_most": 3}


@pytest.mark.parametrize(
    ("rows", "sound"),
    (
        ([], True),
        ([ROW, {"not_judged": ["a", "b", True]}], True),
        (None, False),
        (["a"], False),
        ([ROW | {"message": ""}], False),
        ([ROW | {"message": "a" * 5001}], False),
        ([ROW | {"place": {"line": "1"}}], False),
        ([ROW | {"place": {"line": True}}], False),
        ([ROW | {"place": {"path": 5}}], False),
        ([ROW | {"place": {"where": 5}}], False),
        ([ROW | {"at_most": 9}], False),
        ([ROW | {"at_most": 0}], False),
        ([{"not_judged": ["a"]}], False),
    ),
)
def test_findings(rows: object, sound: bool) -> None:
    if sound:
        assert len(plugged.verdicts_of("a==1", rows)) == len(rows)  # type: ignore[arg-type]  # a list here
        return
    with pytest.raises(PluginError, match="plugin a==1: it yields a finding that cannot be used"):
        plugged.verdicts_of("a==1", rows)


@pytest.mark.parametrize(
    ("named", "problem"),
    (
        ("acme-absent==1.0", "it is not installed beside mlgovern; pip install acme-absent==1.0"),
        ("acme-there==2.0", "1.0 is installed; pip install acme-there==2.0"),
        ("acme-there", "a plugin is named with its version, such as acme-rules==1.0"),
        ("acme-there>=1.0", "a plugin is named with its version, such as acme-rules==1.0"),
        ("PyYAML==%s", "it has no entry point in the group mlgovern.rules"),
    ),
)
def test_a_plugin_that_is_not_there_is_told_with_its_mend(install: Install, named: str, problem: str) -> None:
    from importlib.metadata import version

    install("acme-there", "raise SystemExit")
    named = named.replace("%s", version("PyYAML"))
    with pytest.raises(PolicyError) as error:
        policy(named, "{}")
    assert str(error.value) == f"{POLICY_FILE}:2:11: plugin {named!r}: {problem}"


def test_one_name_for_two_things_is_refused(install: Install) -> None:
    named = install("acme-clash", GOOD.replace("acme-good", "acme-clash"))
    for more, problem in (
        ("custom: {acme-clash/deep-path: {kind: count.max}}", "3:10: 'acme-clash/deep-path' is a rule of a plugin; a custom rule needs an id of its own"),
        ("plugins: [acme-clash==1.0, Acme_Clash==1.0]", "2:28: plugin 'Acme_Clash==1.0': it is named twice"),
    ):  # fmt: skip
        text = more if "plugins" in more else f"plugins: [{named}]\n{more}"
        with pytest.raises(PolicyError) as error:
            load({POLICY_FILE: f"schema: 1\n{text}".encode()}.get, ())
        assert str(error.value) == f"{POLICY_FILE}:{problem}"


def test_nothing_is_started_for_a_policy_that_is_not_sound(install: Install, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    named = install("acme-canary", f"open({str(canary)!r}, 'w')\nRULES = ()")
    with pytest.raises(PolicyError):
        load({POLICY_FILE: f"schema: 1\nplugins: [{named}, acme-absent==1]".encode()}.get, ())
    assert not canary.exists()


def test_a_policy_names_a_few_at_most() -> None:
    names = ", ".join(f"acme-{number}==1" for number in range(21))
    with pytest.raises(PolicyError, match="a policy names at most 20 plugins"):
        load_leniently({POLICY_FILE: f"schema: 1\nplugins: [{names}]".encode()}.get, (), trusted=())


def test_one_that_is_not_trusted_is_not_even_looked_for() -> None:
    text = b"schema: 1\nplugins: [acme-absent==1.0]\nrules: {acme-absent/x: error}"
    loaded = load_leniently({POLICY_FILE: text}.get, (), trusted=())
    assert (loaded.policy.plugins, loaded.rules) == (("acme-absent==1.0",), ())


def test_a_waiver_for_one_that_is_not_trusted_is_none_and_no_mistake() -> None:
    text = b"schema: 1\nplugins: [acme-absent==1.0]\ncustom: {acme-absent/own: {kind: path.forbidden, settings: {globs: [a]}}}"
    said = "{rule: acme-absent/%s, paths: [a], reason: x, owner: a, created: 2026-11-01, until: 2026-11-30}"
    waivers = f"schema: 1\nwaivers: [{said % 'x'}, {said % 'own'}]".encode()
    accepted = load_leniently({POLICY_FILE: text, WAIVERS_FILE: waivers}.get, (), trusted=()).policy.accepted
    assert [waiver.rule for waiver in accepted] == ["acme-absent/own"]


def test_it_takes_nothing_from_a_custom_rule_that_begins_with_its_name() -> None:
    text = b"schema: 1\nplugins: [acme==1.0]\ncustom: {acme/x: {kind: path.forbidden, settings: {globs: [a]}}}"
    policy = load_leniently({POLICY_FILE: text}.get, (), trusted=()).policy
    assert policy.decisions["acme/x"].severity is Severity.ERROR


def test_the_gate_loads_what_the_base_names_alone(repo: Sealed, install: Install, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    new = install("acme-new", f"open({str(canary)!r}, 'w')\n" + GOOD.replace("acme-good", "acme-new"))
    old = install("acme-old", GOOD.replace("acme-good", "acme-old"))
    text = f"schema: 1\nfail_on: warning\nplugins: [{old}%s]\nrules: {{weakened-policy: error, acme-old/deep-path: error%s}}\n"
    repo.stage(POLICY_FILE, text % ("", ""))
    base = repo.commit()
    repo.stage(POLICY_FILE, text % (f", {new}", ", acme-new/deep-path: error"))
    repo.stage("a/b/c", "x")
    repo.commit("feat: more")
    done = repo.mlgovern("gate", "--base", base, "--branch", "feat/a")
    assert done.returncode == 1, done.stderr
    said = done.stdout.decode()
    assert "acme-old/deep-path ('a',) b'x'" in said
    assert "plugins: + acme-new==1.0" in said
    assert "Plugin acme-new==1.0 is not loaded: it counts once this change is merged." in said
    assert not canary.exists()


def test_a_broken_plugin_refuses_the_commit_by_its_name(repo: Sealed, install: Install) -> None:
    repo.stage(POLICY_FILE, f"schema: 1\nplugins: [{install('acme-broken', 'raise OSError')}]\n")
    done = repo.mlgovern("hook", "pre-commit")
    assert done.returncode == 4
    assert done.stderr == b"mlgovern: commit refused: plugin acme-broken==1.0: it raised OSError\n"


def test_it_is_tried_out_like_any_other(repo: Sealed, install: Install) -> None:
    repo.stage(POLICY_FILE, "schema: 1\n")
    repo.commit()
    repo.stage("a/b/c", "x")
    repo.commit("feat: deep")
    named = install("acme-tried", GOOD.replace("acme-good", "acme-tried"))
    repo.write(
        POLICY_FILE, f"schema: 1\nfail_on: warning\nplugins: [{named}]\nrules: {{acme-tried/deep-path: error}}\n"
    )
    repo.write(
        ".mlgovern/tests/a.yaml",
        "cases: [{name: deep, given: {files: {a/b/c: x}}, expect: {acme-tried/deep-path: {outcome: fail, line: 1}}}]",
    )
    assert b"1 passed" in repo.mlgovern("policy", "test").stdout
    assert b"acme-tried/deep-path" in repo.mlgovern("rules", "--policy", POLICY_FILE).stdout
    assert b"A file is too deep." in repo.mlgovern("policy", "explain", "acme-tried/deep-path").stdout
    assert b"acme-tried/deep-path" in repo.mlgovern("policy", "replay").stdout


def test_the_other_side_answers_for_one_rule(install: Install) -> None:
    install("acme-side", GOOD.replace("acme-good", "acme-side"))
    entries = (("all", "acme_side:RULES"),)
    (row,) = answer({"entries": entries})["rules"]
    assert row["settings"] == [["most", "int", 1], ["names", "list", ["a"]]]
    asked = {"entries": entries, "rule": "acme-side/deep-path", "settings": {}, "snapshot": a_snapshot({"a/b/c": ""})}
    assert [verdict.get("message") for verdict in answer(asked)["verdicts"]] == ["('a',) b''", None]
    assert "broke" in answer({"entries": (("all", "acme_side"),)})
    assert "TypeError" in answer({"entries": (("all", "acme_side:Rule.__doc__"),)})["broke"]


def test_a_plugin_is_never_taken_from_where_the_program_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/somewhere/repository", "/usr/lib/site-packages", ""])
    assert "/somewhere/repository" not in asking.places() or sys.flags.safe_path


def test_a_plugin_is_never_taken_from_what_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(tmp_path / "src"), str(tmp_path.parent)])
    monkeypatch.setattr(sys, "prefix", str(tmp_path / ".venv"))
    assert asking.places()[:-1] == [str(tmp_path.parent)]
    monkeypatch.setattr(sys, "path", ["", str(tmp_path / ".venv/lib")])
    assert asking.places()[:-1] == [str(tmp_path / ".venv/lib")]


def test_a_report_names_whose_bug_it_is() -> None:
    from mlgovern.finding import Crash
    from mlgovern.reporters.text import refusal

    said = refusal(Report("ci", crashes=(Crash("a/b", "x", "a==1"),)), "commit refused")
    assert said.startswith("mlgovern: commit refused, rule a/b broke: this is a bug of a==1; ")
