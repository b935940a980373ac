"""What hides findings, at the engine: suppressions of every kind, the baseline, and what hides nothing."""

from typing import Any, Literal

import pytest

from mlgovern import baseline, engine
from mlgovern.errors import PolicyError
from mlgovern.facts.snapshot import BASELINE, FULL, Hidden, Snapshot
from mlgovern.finding import Finding, Place, Report, Severity
from mlgovern.policy.cache import effective
from mlgovern.policy.model import POLICY_FILE, Decision, Outline, Policy
from mlgovern.rule import Rule, Verdicts
from mlgovern.rules.secrets import RULES
from tests.factories import a_file, a_snapshot, rule_of

PASSWORD, SECOND = "Otter7" + "AfterLunch", "Zebra8" + "Runs"
TOKEN = "h" + "f_" + "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL"
OTHER = "h" + "f_" + "kQmWcRtYpLzNvXsDgHjBfTeUoAiSwKqEmC"
TODAY = "2026-11-23"
SALT = "0123456789abcdef" * 2
IGNORE = "# mlgovern: ignore hardcoded-secret"


def policy(text: str = "") -> Policy:
    return effective({POLICY_FILE: f"schema: 1\nextends: [ml-project]\n{text}\n".encode()}.get, None)


def report(files: dict[str, str | bytes], text: str = "", only: str = "secrets", **facts: Any) -> Report:
    facts.setdefault("stages", (FULL,))
    return engine.evaluate(a_snapshot(files, **facts), policy(text), TODAY, (only,))


def waivers(found: Report) -> list[str | None]:
    return [finding.waiver for finding in found.findings if not finding.rule.startswith(("unused", "stale"))]


def told(found: Report, rule: str = "unused-suppression") -> list[tuple[int | None, str]]:
    return [(finding.place.line, finding.message) for finding in found.findings if finding.rule == rule]


LINE = f'password = "{PASSWORD}"'


@pytest.mark.parametrize(
    ("text", "waiver"),
    (
        pytest.param(f"{LINE}  {IGNORE} a demo", "inline: a demo", id="on the line"),
        pytest.param(f"{IGNORE} a demo\n{LINE}", "inline: a demo", id="alone above"),
        pytest.param(f"{IGNORE}\n{LINE}", None, id="without a reason"),
        pytest.param(f"{LINE}  # mlgovern: ignore provider-token a demo", None, id="of another rule"),
        pytest.param(f"{IGNORE} a demo\n\n{LINE}", None, id="of another line"),
        pytest.param(f"x = 1  {IGNORE} a demo\n{LINE}", None, id="behind the line above"),
        pytest.param(f"{LINE}  # gitleaks:allow", "inline: gitleaks:allow", id="mark of another tool"),
        pytest.param(f"{LINE}  # pragma: allowlist secret {IGNORE} a demo", "inline: a demo", id="ours goes first"),
        pytest.param(f"{LINE}  {IGNORE} it is {PASSWORD}", "inline: its reason repeats what it hides", id="a reason that tells"),
        pytest.param(f"{LINE}  {IGNORE} it is {PASSWORD[3:9]}", "inline: its reason repeats what it hides", id="a reason that tells a part"),
        pytest.param(f"{LINE}; pw = 'hunter2'  {IGNORE} not hunter2", "inline: its reason repeats what it hides", id="a weak password beside"),
        pytest.param(f"{LINE}; pw = 'test'  {IGNORE} for testing", "inline: for testing", id="a word that only begins alike"),
        pytest.param(f"{IGNORE} for {TOKEN}\n{LINE}", "inline: its reason repeats what it hides", id="a reason that is a secret itself"),
    ),
)  # fmt: skip
def test_what_a_suppression_hides(text: str, waiver: str | None) -> None:
    found = [f for f in report({"a.py": text}).findings if f.rule == "hardcoded-secret"]
    assert [finding.waiver for finding in found] == [waiver]


def test_a_suppressed_finding_stays_in_the_report_and_refuses_nothing() -> None:
    found = report({"a.py": f"{LINE}  {IGNORE} a demo"})
    assert (found.exit_code, found.findings[0].severity.word, found.notes) == (
        0,
        "error",
        ("Suppressed where they stand: 1.",),
    )
    assert report({"a.py": f"{LINE}  {IGNORE} a demo"}, "inline_suppressions: allow").notes == ()


def test_marks_of_other_tools_are_a_setting() -> None:
    files: dict[str, str | bytes] = {"a.py": f"{LINE}  # ggignore"}
    assert report(files).notes == ("Suppressed by marks of other tools: 1.",)
    honoured = report(files, "foreign_suppressions: honour")
    assert (waivers(honoured), honoured.notes) == (["inline: ggignore"], ())
    assert waivers(report(files, "foreign_suppressions: ignore")) == [None]


def test_marks_of_other_tools_speak_of_secrets_alone() -> None:
    path = "/ho" + "me/ann/data"
    found = report({"a.py": f'x = "{path}"  # gitleaks:allow'}, "rules: {local-path: error}", "data")
    assert waivers(found) == [None]
    ours = report(
        {"a.py": f'x = "{path}"  # mlgovern: ignore local-path only mine'}, "rules: {local-path: error}", "data"
    )
    assert waivers(ours) == ["inline: only mine"]


def test_a_notebook_s_cell() -> None:
    cell = f'{{"cell_type": "code", "metadata": {{"mlgovern": {{"ignore": ["hardcoded-secret a demo"]}}}}, "outputs": [], "source": ["password = \\"{PASSWORD}\\""]}}'
    other = cell.replace('"mlgovern"', '"other"')
    text = f'{{"cells": [{cell}, {other}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'
    assert waivers(report({"a.ipynb": text})) == ["inline: a demo", None]


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        pytest.param("# mlgovern: ignore env-secret why", [(1, "env-secret finds nothing here, so this suppression hides nothing")], id="hides nothing"),
        pytest.param(f"{LINE} {IGNORE}", [(1, "this suppression gives no reason, so it hides nothing: write # mlgovern: ignore hardcoded-secret and why")], id="no reason"),
        pytest.param("# mlgovern: ignore hardcoded-secrt why", [(1, "this suppression names no rule that there is, so it hides nothing")], id="no such rule"),
        pytest.param("# mlgovern: ignore", [(1, "this suppression names no rule that there is, so it hides nothing")], id="no rule"),
        pytest.param("# mlgovern: ignore leaked-local-secret why", [(1, "leaked-local-secret cannot be suppressed")], id="not suppressible"),
        pytest.param("# mlgovern: ignore notebook-output why", [], id="of a rule that did not run"),
        pytest.param(f"{LINE} {IGNORE}, env-secret why", [(1, "env-secret finds nothing here, so this suppression hides nothing")], id="one of two"),
        pytest.param(f"{LINE} {IGNORE} why", [], id="hides something"),
    ),
)  # fmt: skip
def test_what_hides_nothing_is_told(text: str, expected: list[tuple[int, str]]) -> None:
    assert told(report({"a.py": text})) == expected


def test_at_a_commit_only_rules_on_files_are_accounted_for() -> None:
    text = {"pyproject.toml": "# mlgovern: ignore missing-lockfile why\n# mlgovern: ignore oversized-file why\n"}
    for stage, only, count in (("pre-commit", "", 1), ("audit", "", 2), ("audit", "data", 0)):
        chosen = (only,) if only else ()
        found = engine.evaluate(a_snapshot(text, stages=(stage,)), policy(), TODAY, chosen)
        assert len(told(found)) == count, (stage, only)


def test_every_version_of_a_range_has_its_own_suppressions() -> None:
    versions = {"1" * 40: f"{LINE}\n", "2" * 40: f"{LINE}  {IGNORE} a demo\n", "3" * 40: "x = 1\n"}
    files = tuple(a_file("a.py", text.encode(), commit=commit) for commit, text in versions.items())
    contents = {file.blob: versions[file.commit or ""].encode() for file in files}
    old = a_file("b.py", f"{IGNORE} why\n".encode(), commit="1" * 40)
    snapshot = Snapshot(
        ("ci",),
        files=(*files, old),
        tracked={"a.py": files[2]._replace(commit=None)},
        contents={**contents, old.blob: f"{IGNORE} why\n".encode()},
    )
    found = engine.evaluate(snapshot, policy(), TODAY, ("secrets",))
    assert waivers(found) == [None, "inline: a demo"]
    assert told(found) == []  # of versions that are gone nobody need hear


def test_nothing_is_suppressed_where_the_content_is_not_at_hand() -> None:
    snapshot = a_snapshot({"a.py": f"{LINE}  {IGNORE} a demo"}, stages=(FULL,))
    (finding,) = engine.evaluate(snapshot, policy(), TODAY, ("hardcoded-secret",)).findings
    assert finding.waiver == "inline: a demo"

    def speaks(_snapshot: Snapshot, _settings: object) -> Any:
        yield finding._replace(waiver=None)

    rule = rule_of(RULES, "hardcoded-secret")._replace(judge=speaks, each="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "family", lambda _name: (rule,))
        bare = snapshot._replace(contents={})
        assert waivers(engine.evaluate(bare, policy(), TODAY, ("hardcoded-secret",))) == [None]


def test_a_rule_that_the_policy_does_not_let_go() -> None:
    text = "rules: {hardcoded-secret: {waivable: false}}"
    found = report({"a.py": f"{LINE}  {IGNORE} a demo # gitleaks:allow"}, text, baseline=accepting({"a.py": LINE}))
    assert waivers(found) == [None]
    assert told(found) == [(1, "hardcoded-secret cannot be suppressed")]


def test_what_no_policy_lets_go() -> None:
    with pytest.raises(
        PolicyError, match="leaked-local-secret is never waivable; write severity: off, or exempt paths"
    ):
        policy("rules: {leaked-local-secret: {waivable: true}}")
    assert not policy().decisions["leaked-local-secret"].waivable


# The same file before and after, and whether the change that adds a suppression may use it.
NEW = f"{LINE}  {IGNORE} a demo\n"


@pytest.mark.parametrize(
    ("before", "after", "waiver"),
    (
        pytest.param("", NEW, None, id="in a new file"),
        pytest.param(f"{LINE}\n", NEW, None, id="added to an old line"),
        pytest.param(NEW, f"x = 1\n{NEW}", "inline: a demo", id="there before, moved"),
        pytest.param(f"{IGNORE} a demo\nx = 1\n", f"{IGNORE} a demo\n{LINE}\n", None, id="an old comment over a new secret"),
        pytest.param(f"{LINE}\n", f"{LINE}  # ggignore\n", None, id="mark of another tool, added"),
        pytest.param(f"{LINE}  # ggignore\n", f"\n{LINE}  # ggignore\n", "inline: ggignore", id="mark of another tool, there before"),
        pytest.param(None, NEW, "inline: a demo", id="no change is judged"),
    ),
)  # fmt: skip
def test_a_change_does_not_suppress_itself_where_the_policy_denies_it(
    before: str | None, after: str, waiver: str | None
) -> None:
    old, new = a_file("a.py", (before or "").encode()), a_file("a.py", after.encode())
    file = new._replace(before=None if before is None else old.blob if before else "")
    contents = {new.blob: after.encode(), old.blob: (before or "").encode()}
    snapshot = a_snapshot(stages=("pre-commit",))._replace(files=(file,), tracked={"a.py": file}, contents=contents)
    found = engine.evaluate(snapshot, policy("inline_suppressions: deny"), TODAY, ("secrets",))
    assert waivers(found) == [waiver]
    added = "this suppression of hardcoded-secret does not count: the change that it judges adds it, and inline_suppressions is deny"
    assert [message for _, message in told(found)] == ([added] if waiver is None and "ggignore" not in after else [])
    assert waivers(engine.evaluate(snapshot, policy(), TODAY, ("secrets",))) != [None]
    assert ("before",) in engine.wants(policy("inline_suppressions: deny"), ("pre-commit",)).asks


def test_a_later_commit_of_the_same_change_does_not_make_a_suppression_old() -> None:
    texts = [f"{LINE}\n", NEW, f"{NEW}x = 1\n"]
    base, first, second = (a_file("a.py", text.encode()) for text in texts)
    files = (first._replace(commit="1" * 40, before=base.blob), second._replace(commit="2" * 40, before=first.blob))
    contents = {file.blob: text.encode() for file, text in zip((base, first, second), texts, strict=True)}
    snapshot = Snapshot(("ci",), files=files, tracked={"a.py": second}, contents=contents)
    assert waivers(engine.evaluate(snapshot, policy("inline_suppressions: deny"), TODAY, ("secrets",))) == [None, None]


def accepting(files: dict[str, str | bytes]) -> bytes:
    """A baseline of what is found in these files."""
    blank = baseline.render(SALT, ())
    snapshot = a_snapshot(files, stages=(FULL,), baseline=blank)
    return baseline.render(SALT, engine.acceptable([snapshot], policy(), TODAY, ("secrets",))[1])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    (
        pytest.param(LINE, f"\n\n{LINE}", ["baseline"], id="moved"),
        pytest.param(LINE, f'{LINE}; token = "{TOKEN}"', ["baseline", None], id="another on the same line"),
        pytest.param(f'x = "{TOKEN}"', f'x = "{OTHER}"', [None], id="another token"),
        pytest.param(f'x = "{TOKEN}"', f'y = "{OTHER}"\nx = "{TOKEN}"', [None, "baseline"], id="another token above"),
        pytest.param(LINE, f"{LINE}\n{LINE}", ["baseline", None], id="the same once more"),
        pytest.param(f"{LINE}\n{LINE}", LINE, ["baseline"], id="the same once less"),
        pytest.param(LINE, f'password = "{SECOND}"', ["baseline"], id="another guessable password behind the same key"),
        pytest.param(LINE, f'api_password = "{SECOND}"', [None], id="another key"),
    ),
)  # fmt: skip
def test_what_a_baseline_accepts(before: str, after: str, expected: list[str | None]) -> None:
    found = report({"a.py": after}, baseline=accepting({"a.py": before}))
    by_line = sorted(found.findings, key=lambda finding: (finding.place.line or 0, finding.place.column or 0))
    assert [finding.waiver for finding in by_line if finding.rule != "stale-baseline"] == expected


def test_an_env_file_is_accepted_with_all_that_it_holds() -> None:
    files: dict[str, str | bytes] = {".env": f"DB_PASSWORD={PASSWORD}\n"}
    found = report(files, baseline=accepting(files))
    assert [(finding.rule, finding.waiver) for finding in found.findings] == [
        ("tracked-env-file", "baseline"),
        ("env-secret", "baseline"),
    ]
    assert found.exit_code == 0
    assert waivers(report({"b/.env": f"DB_PASSWORD={PASSWORD}\n"}, baseline=accepting(files))) == [None, None]


def test_a_leaked_value_of_one_s_own_is_never_accepted() -> None:
    own = Hidden({".env": f"DB_PASSWORD={PASSWORD}".encode()})
    text = {"a.py": f"{LINE}  # mlgovern: ignore leaked-local-secret, hardcoded-secret a demo # gitleaks:allow"}
    found = engine.evaluate(
        a_snapshot(text, own=own, baseline=accepting({"a.py": LINE})), policy(), TODAY, ("secrets",)
    )
    assert [(f.rule, f.waiver) for f in found.findings if f.rule == "leaked-local-secret"] == [
        ("leaked-local-secret", None)
    ]
    assert found.exit_code == 1
    entries = engine.acceptable([a_snapshot(text, own=own, baseline=accepting({}))], policy(), TODAY, ("secrets",))[1]
    assert "leaked-local-secret" not in {entry.rule for entry in entries}


def test_a_suppressed_finding_needs_no_entry() -> None:
    assert b"hardcoded" not in accepting({"a.py": f"{LINE}  {IGNORE} a demo"})


@pytest.mark.parametrize(
    ("files", "stage", "stale"),
    (
        pytest.param({"a.py": LINE, "b.py": LINE}, FULL, [], id="all there"),
        pytest.param({"a.py": LINE, "b.py": "x"}, FULL, ["b.py"], id="removed"),
        pytest.param({"a.py": LINE}, FULL, ["b.py"], id="file gone"),
        pytest.param({"a.py": LINE}, "pre-commit", [], id="not everything is judged"),
        pytest.param({"a.py": f"{LINE}  {IGNORE} a demo", "b.py": LINE}, FULL, [], id="suppressed as well"),
    ),
)  # fmt: skip
def test_stale_entries(files: dict[str, str | bytes], stage: str, stale: list[str]) -> None:
    found = report(files, stages=(stage,), baseline=accepting({"a.py": LINE, "b.py": LINE}))
    said = [finding for finding in found.findings if finding.rule == "stale-baseline"]
    assert [finding.message for finding in said] == [
        f"{path} has nothing of hardcoded-secret any more that this entry accepts" for path in stale
    ]
    for finding in said:
        assert (finding.place.path, finding.place.line) == (BASELINE, 6)
        assert finding.mend == f"mlgovern check --write-baseline && git add {BASELINE}"


def test_what_is_not_judged_is_not_stale() -> None:
    both = accepting({"a.py": LINE, "b.py": LINE})
    files = {"a.py": a_file("a.py", LINE.encode()), "b.py": a_file("b.py", b"unread")}
    snapshot = a_snapshot({"a.py": LINE}, stages=(FULL,), baseline=both)._replace(tracked=files)
    assert (
        told(engine.evaluate(snapshot, policy(), TODAY, ("secrets",)), "stale-baseline") == []
    )  # outside of the paths
    unread = snapshot._replace(files=tuple(files.values()))
    assert told(engine.evaluate(unread, policy(), TODAY, ("secrets",)), "stale-baseline") == []
    off = policy("rules: {hardcoded-secret: off}")
    assert told(engine.evaluate(a_snapshot({}, stages=(FULL,), baseline=both), off, TODAY, ()), "stale-baseline") == []


def test_a_broken_baseline_stops_the_judgement() -> None:
    with pytest.raises(PolicyError, match=r"secrets-baseline.json:1:1: this is no line of a baseline; `mlgovern check"):
        report({"a.py": "x"}, baseline=b"<<<<<<< ours\n")


def test_batches_hide_alike() -> None:
    text = f"{LINE}  {IGNORE} a demo\n{IGNORE} why\n"
    files: dict[str, str | bytes] = {"a.py": text, "b.py": LINE, "c.py": "x = 1"}
    known = accepting({"b.py": LINE, "c.py": LINE})
    whole = a_snapshot(files, stages=(FULL,), baseline=known)
    parts = [whole._replace(contents={}, scope="whole")]
    parts += [
        whole._replace(files=(file,), contents={file.blob: whole.contents[file.blob]}, scope="files")
        for file in whole.files
    ]
    found = engine.evaluate_all(parts, policy(), TODAY, ("secrets",))
    assert found == engine.evaluate(whole, policy(), TODAY, ("secrets",))
    assert waivers(found) == ["inline: a demo", "baseline"]
    assert len(told(found)) == len(told(found, "stale-baseline")) == 1


@pytest.mark.parametrize(("setting", "waiver"), (("warn", "inline: why"), ("deny", None)))
def test_a_finding_over_the_whole_is_hidden_by_what_a_batch_reads(
    monkeypatch: pytest.MonkeyPatch, setting: Literal["warn", "deny"], waiver: str | None
) -> None:
    def speaks(_snapshot: Snapshot, _settings: object) -> Verdicts:
        yield Finding("m", Place("a.py", 1))

    monkeypatch.setattr(engine, "family", lambda _name: (Rule("odd", speaks),))
    decisions = {"odd": Decision(Severity.ERROR, stages=("ci",), outline=Outline("odd"))}
    text = b"x  # mlgovern: ignore odd why"
    file = a_file("a.py", text, commit="1" * 40)._replace(before=a_file("a.py", text + b"\n").blob)
    whole = Snapshot(("ci",), files=(file,), tracked={"a.py": file._replace(commit=None)}, scope="whole")
    part = whole._replace(scope="files", contents={file.blob: text, file.before or "": text + b"\n"})
    found = engine.evaluate_all([whole, part], Policy(decisions=decisions, inline_suppressions=setting), TODAY)
    assert waivers(found) == [waiver]  # under deny, what else the change made of the file may be in another batch
