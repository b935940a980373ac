"""Words that say nothing, verbs at the end."""

import pytest

from mlgovern.facts.snapshot import Person
from mlgovern.rules.commits.passive import passive
from mlgovern.rules.commits.style import Verbs
from mlgovern.rules.commits.words import UNFINISHED, VAGUE, Words
from tests.rules.commits.judging import PARENT, SHA, findings, only


@pytest.mark.parametrize(
    ("message", "flagged"),
    [
        *(pytest.param(f"feat: add x, {word}", True, id=word) for word in UNFINISHED),
        pytest.param("WIP add x", True, id="capitals"),
        pytest.param("wip: add x", True, id="the type"),
        pytest.param("[wip] feat: add x", True, id="in brackets"),
        pytest.param("feat: add x (WIP)", True, id="at the end"),
        pytest.param("feat: Do not merge", True, id="a phrase"),
        pytest.param("feat: wipe the cache", False, id="in a longer word"),
        pytest.param("feat: read wip.yaml", False, id="in a name"),
        pytest.param("feat: close wip/loader", False, id="in a path"),
        pytest.param("feat: allow non-wip states", False, id="in a compound"),
        pytest.param("feat(wip): track unfinished runs", False, id="the scope"),
        pytest.param("feat: refuse `wip` in subjects", False, id="code"),
        pytest.param('feat: refuse "wip" in subjects', False, id="a quotation"),
        pytest.param("feat: refuse 'oops' in subjects", False, id="single quotes"),
        pytest.param("feat: don't say wip", True, id="an apostrophe opens no quotation"),
        *(pytest.param(f"fix: {word}", True, id=f"{word} alone") for word in VAGUE),
        pytest.param("Update", True, id="without a type"),
        pytest.param("docs(readme): minor changes", True, id="two words"),
        pytest.param("chore: misc fixes & cleanups.", True, id="with signs between"),
        pytest.param("fix: various fixes (#12)", True, id="before a number"),
        pytest.param("fix: some more updates!", True, id="three words"),
        pytest.param("fix: update the loader", False, id="one word that says something"),
        pytest.param("fix: minor changes to the loader", False, id="likewise"),
        pytest.param("fix: update-docs fix", False, id="a name"),
        pytest.param("stage: fix commit", False, id="a command's name"),
        pytest.param("Merge wip", False, id="a merge"),
    ],
)
def test_commit_forbidden_word(message: str, flagged: bool) -> None:
    facts = {"parents": (PARENT, SHA)} if message.startswith("Merge") else {}
    found = findings("commit-forbidden-word", message, **facts)
    assert len(found) == flagged
    for finding in found:
        place = finding.place
        assert place.column is not None
        assert place.end_column is not None
        assert f'"{message[place.column - 1 : place.end_column - 1]}"' in finding.message


@pytest.mark.parametrize(
    ("message", "settings"),
    [
        pytest.param("fix: wip", Words(words=()), id="no words"),
        pytest.param("fix: misc", Words(vague=()), id="nothing is vague"),
        pytest.param("fix: wip", Words(bots=("Ann Author",)), id="a bot"),
        pytest.param("fix: misc", Words(bots=("Ann Author",)), id="a bot that is vague"),
    ],
)
def test_a_team_may_say_it(message: str, settings: Words) -> None:
    assert not findings("commit-forbidden-word", message, settings)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("[WIP] feat: x", 'the subject holds "WIP", which is not wanted there'),
        ("docs(readme): minor changes", '"minor changes" says no more than that something changed'),
    ],
)
def test_what_a_forbidden_word_reads_like(message: str, said: str) -> None:
    found = only(findings("commit-forbidden-word", message))
    assert (found.message, found.mend) == (said, "say what the commit does")


@pytest.mark.parametrize("text", ["`" * 200_000, "'" * 200_000, '"wip' * 50_000, "wip-" * 50_000])
def test_hostile_subjects_take_linear_time(text: str) -> None:
    assert len(findings("commit-forbidden-word", text)) <= 1


@pytest.mark.parametrize(
    ("text", "active"),
    [
        pytest.param("Connection to db added", "Add connection to db", id="a noun first"),
        pytest.param("Tests were fixed", "Fix tests", id="an auxiliary"),
        pytest.param("the loader has been rewritten", "rewrite the loader", id="two auxiliaries"),
        pytest.param("typos in docs corrected.", "correct typos in docs.", id="a full stop"),
        pytest.param("README updated", "Update README", id="an acronym keeps its capitals"),
        pytest.param("Azure Blob Storage added", "Add Azure Blob Storage", id="names keep their capitals"),
        pytest.param("loader: missing import removed", "loader: remove missing import", id="behind a colon"),
        pytest.param("A section added. A table added", "", id="two sentences"),
        pytest.param("the page is reworked and a table is added", "", id="two verbs"),
    ],
)
def test_passive(text: str, active: str) -> None:
    found = passive(text)
    assert found is not None
    assert found.active == active
    assert text[found.start : found.end] == found.word


@pytest.mark.parametrize(
    "text",
    [
        *(
            "add x",
            "Added x",
            "added",
            "x",
            "",
            "fix a bug when a file is removed",
            "Test added",
            "Crash if x is deleted",
        ),
        *("files that are moved", "never changed", "not implemented", "Typo Remove -> removed", "data to be removed"),
        *(
            "python 2 support limited",
            "nothing cached",
            "new layers frozen",
            "This was fixed",
            "oxen",
            "word " * 60 + "added",
        ),
    ],
)
def test_not_passive(text: str) -> None:
    assert passive(text) is None


@pytest.mark.parametrize(
    ("message", "mend"),
    [
        ("feat: Connection to db added", "feat: Add connection to db"),
        ("Connection to db added.", "feat: add connection to db"),
        ("Loader polished", 'write "Polish loader"'),
        ("feat: the page is reworked and a table is added (#12)", "begin with the verb"),
    ],
)
def test_commit_passive_subject(message: str, mend: str) -> None:
    found = only(findings("commit-passive-subject", message))
    assert found.mend == mend
    assert found.place.column is not None
    assert (
        f'its verb, "{message[found.place.column - 1 :].split(maxsplit=1)[0].strip(".")}"; a command' in found.message
    )
    assert not findings("commit-passive-subject", message, Verbs(exempt=("ADDED", "polished")))
    assert not findings("commit-passive-subject", message, author=Person("renovate[bot]", ""))


def test_what_a_passive_subject_reads_like() -> None:
    found = only(findings("commit-passive-subject", "docs: typos corrected (#1)"))
    assert found.message == 'the subject ends with its verb, "corrected"; a command begins with it'
    assert found.place[1:5] == (1, 13, 1, 22)
