"""Who is exempt, from what: reverts of commits that exist, merges by their parents, bots from style alone."""

import pytest

from mlgovern.facts.snapshot import Person
from mlgovern.rule import Glob, Pattern, Rule
from mlgovern.rules.commits import RULES
from mlgovern.rules.commits.body import Trailers, Width
from mlgovern.rules.commits.exempt import subjects
from mlgovern.rules.commits.explaining import Bodies, Reasons
from mlgovern.rules.commits.scopes import Parts, Scopes
from mlgovern.rules.commits.structure import Size
from mlgovern.rules.commits.style import Case
from tests.conftest import Sealed
from tests.factories import judged
from tests.rules.commits.judging import PARENT, SHA, about, findings

OTHER = "b" * 40
LINE = f"This reverts commit {SHA}"


@pytest.mark.parametrize(
    ("message", "exempt"),
    [
        pytest.param(f'Revert "feat: x"\n\n{LINE}.', True, id="git's own"),
        pytest.param(f'Revert "Revert "feat: x""\n\n{LINE}.', True, id="nested"),
        pytest.param(f'Reapply "feat: x"\n\n{LINE}.', True, id="reapplied"),
        pytest.param(f'Revert "Reapply "feat: x""\n\n{LINE}.', True, id="a reapplied one"),
        pytest.param(f'Revert "feat: x" (#12)\n\n{LINE}.', True, id="squashed by a forge"),
        pytest.param(f'Revert "feat: x" (!12)\n\n{LINE}.', True, id="by another forge"),
        pytest.param(f'Revert "merge"\n\n{LINE}, reversing\nchanges made to {OTHER}.', True, id="of a merge"),
        pytest.param(f'Revert "a" and "b"\n\n{LINE}.', True, id="quotes within"),
        pytest.param(f'Revert "feat: x"\n\nThis reverts commit {OTHER}.\n{LINE}.', True, id="one of two exists"),
        pytest.param(f'Revert "feat: x"\n\nThis reverts commit {OTHER}.', False, id="of a commit that is not there"),
        pytest.param(f'Revert "feat: x"\n\n{LINE}0.', False, id="of a longer id"),
        pytest.param(f'Revert "feat: x"\n\nSee: {LINE}.', False, id="not at a line's start"),
        pytest.param('Revert "feat: x"', False, id="the subject alone"),
        pytest.param(f'Revert "feat: x" now\n\n{LINE}.', False, id="more behind the quotation"),
        pytest.param(f"Revert feat: x\n\n{LINE}.", False, id="no quotation"),
        pytest.param(f'revert "feat: x"\n\n{LINE}.', False, id="small letter"),
    ],
)
def test_a_revert_is_of_a_commit_that_exists(message: str, exempt: bool) -> None:
    (subject,) = subjects(about(message, known=frozenset({SHA})))
    assert (subject.exempt == "revert") is exempt
    assert bool(findings("commit-header-malformed", message, known=frozenset({SHA}))) is not exempt
    assert not exempt or findings("commit-header-malformed", message, known=frozenset())


def test_where_nobody_can_look_a_revert_is_believed() -> None:
    assert not findings("commit-header-malformed", f'Revert "x"\n\nThis reverts commit {OTHER}.', known=None)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Merge branch 'x'",
            "Merge pull request #12 from acme/x",
            "Merged PR 12: add x",
            "Merge remote-tracking branch 'x'",
        ),
        *("Merged in x (pull request #12)", "Merge tag 'v1'", "See merge request acme/x!12", "Auto-merge x"),
    ],
)
def test_what_a_forge_writes_is_a_merge_only_with_two_parents(text: str) -> None:
    assert findings("commit-header-malformed", text)
    assert not findings("commit-header-malformed", text, parents=(PARENT, SHA))
    assert findings("commit-header-malformed", text, id=None, stages=("ci",))


LONG = "a word " * 30
FLAWED = {  # by rule: a message that is flawed, and the settings under which it is
    "commit-message-empty": ("", None),
    "commit-message-oversized": ("feat: x" + "x" * 100, Size(100)),
    "commit-header-malformed": ("x", None),
    "commit-scope-empty": ("feat(): x", None),
    "commit-description-empty": ("feat:", None),
    "commit-body-not-separated": ("feat: x\ny", None),
    "commit-type-unknown": ("feet: x", None),
    "commit-type-case": ("Feat: x", None),
    "commit-scope-unknown": ("feat(x): x", Scopes()),
    "commit-scope-missing": ("feat: x", None),
    "commit-scope-mismatch": ("feat(x): x", Parts((Glob("*"),))),
    "commit-header-long": ("feat: " + LONG, None),
    "commit-full-stop": ("feat: x.", None),
    "commit-not-imperative": ("feat: Added x", None),
    "commit-passive-subject": ("feat: loader added", None),
    "commit-forbidden-word": ("feat: wip", None),
    "commit-subject-case": ("feat: Add x", Case("lower")),
    "commit-subject-invisible": ("feat: x\u200bx", None),
    "commit-body-invisible": ("feat: x\n\n\x1b", None),
    "commit-body-missing": ("feat: x", Bodies()),
    "commit-body-unexplained": ("feat: x\n\nRead the file.", Reasons()),
    "commit-body-long-line": (f"feat: x\n\n{LONG}", Width()),
    "commit-breaking-near-miss": ("feat: x\n\nbreaking change: y", None),
    "commit-trailer-missing": ("feat: x", Trailers({"Signed-off-by": Pattern("")})),
    "commit-autosquash": ("fixup! x", None),
}
# A bot writes its subjects by a template that nobody here can mend; what tools rely on, and what deceives, holds for all.
LIFTED_FOR_BOTS = {
    *("commit-type-case", "commit-header-long", "commit-full-stop", "commit-not-imperative", "commit-passive-subject"),
    *("commit-forbidden-word", "commit-subject-case", "commit-body-missing", "commit-body-unexplained"),
    *("commit-body-long-line", "commit-trailer-missing"),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_bot_by_its_identity_is_spared_style_alone(rule: Rule) -> None:
    message, settings = FLAWED[rule.id]
    facts = {"paths": ("y/a",), "tracked": {"x/a": None}}
    bot = {"committer": Person("x", "dependabot[bot]")}
    assert judged(rule, about(message, **facts), settings)
    assert bool(judged(rule, about(message, **facts, **bot), settings)) is (rule.id not in LIFTED_FOR_BOTS)


def test_the_name_of_a_bot_in_a_text_spares_nothing() -> None:
    assert findings("commit-full-stop", "feat: x by dependabot[bot].\n\nCo-authored-by: dependabot[bot] <x>")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_merge_is_spared_all_but_what_deceives(rule: Rule) -> None:
    message, settings = FLAWED[rule.id]
    merge = about(message, parents=(PARENT, SHA), paths=("y/a",), tracked={"x/a": None})
    held = {"commit-message-empty", "commit-message-oversized", "commit-body-invisible"}
    assert bool(judged(rule, merge, settings)) is (rule.id in held)


def test_a_revert_in_a_repository(repo: Sealed) -> None:
    repo.stage("a", "1")
    head = repo.commit("feat: add a")
    repo.git("revert", "--no-edit", head)
    repo.commit(f'Revert "feat: add a"\n\nThis reverts commit {"0" * 39}1.')
    done = repo.mlgovern("check", "--range", f"{head}..HEAD", "--only", "commit-header-malformed", "--format", "json")
    assert done.returncode == 1
    assert done.stdout.count(b'"rule"') == 1
    assert repo.git("rev-parse", "HEAD").encode() in done.stdout
