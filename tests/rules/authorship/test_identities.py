"""Who is no one, and who is not allowed."""

import pytest

from mlgovern.facts.snapshot import Commit, Person
from mlgovern.finding import Finding, Severity
from mlgovern.rule import Whole
from mlgovern.rules.authorship import RULES
from mlgovern.rules.authorship.identities import Approved, Placeholders
from tests.factories import a_commit, a_snapshot, judged, not_judged, rule_of

PLACEHOLDER, UNAPPROVED = rule_of(RULES, "placeholder-identity"), rule_of(RULES, "unapproved-identity")
ANN, BOB, NOBODY = Person("Ann Author", "ann@acme.example"), Person("Bob", "bob@acme.example"), Person()
ROOT = Person("root", "root@localhost")
ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40


def stored(author: Person, committer: Person | None = None, **facts: object) -> Commit:
    return a_commit(
        "feat: x", author=author, committer=committer or author, **{"id": ONE, "parents": (THREE,), **facts}
    )


def placeholders(*commits: Commit, settings: Placeholders | None = None) -> list[Finding]:
    return judged(PLACEHOLDER, a_snapshot(commits=commits, stages=("ci",)), settings)


@pytest.mark.parametrize(
    ("email", "severity"),
    (
        pytest.param("ann@acme.example", None, id="a person's"),
        pytest.param("49699333+ann@users.noreply.github.com", None, id="a forge's private one"),
        pytest.param("noreply@github.com", None, id="a forge's own"),
        pytest.param("Ann.Author+git@ACME.co.uk", None, id="capitals, plus, more dots"),
        pytest.param("youngjae.you@acme.example", None, id="you at its end"),
        pytest.param("root@acme.example", None, id="root of a domain that there is"),
        pytest.param("local@local.acme.example", None, id="local, but not at the end"),
        pytest.param("ann@notexample.com", None, id="the end of a label is no label"),
        pytest.param("ann@données.example", None, id="letters of any script"),
        pytest.param("you@example.com", "error", id="git's own advice, pasted"),
        pytest.param("You@Acme.example", "error", id="the same elsewhere"),
        pytest.param("your.email@acme.example", "error", id="with a dot"),
        pytest.param("your_github-email@acme.example", "error", id="with other marks"),
        pytest.param("ann@example.com", "warning", id="a domain for examples"),
        pytest.param("ann@mail.example.org", "warning", id="below one"),
        pytest.param("ann@acme.invalid", "warning", id="a reserved end"),
        pytest.param("ann@acme.test", "warning", id="another"),
        pytest.param("root@localhost", "error", id="this machine"),
        pytest.param("root@localhost.localdomain", "error", id="this machine in full"),
        pytest.param("ann@DESKTOP-4F2K1QX", "error", id="Windows"),
        pytest.param("root@3f2a1b4c5d6e", "error", id="a container"),
        pytest.param("root@172.17.0.2", "error", id="a number"),
        pytest.param("root@[10.0.0.1]", "error", id="a number in brackets"),
        pytest.param("ann@Anns-MacBook-Pro.local", "error", id="macOS"),
        pytest.param("ann@Anns-MBP.hsd1.acme.example", "error", id="macOS behind a router"),
        pytest.param("ubuntu@ip-10-0-0-1.eu-west-1.compute.internal", "error", id="a cloud"),
        pytest.param("ann@host.(none)", "error", id="git's own invention"),
        pytest.param("ann@gmail", "error", id="no end"),
        pytest.param("ann@host.", "error", id="a dot and nothing"),
        pytest.param("none@none", "error", id="none"),
        pytest.param("unknown", "error", id="no @"),
        pytest.param("@acme.example", "error", id="nothing before the @"),
        pytest.param("ann@", "error", id="nothing behind it"),
        pytest.param("C:\\Users\\ann", "error", id="a path"),
        pytest.param("--global", "error", id="an option that went astray"),
        pytest.param("", "error", id="empty"),
        pytest.param("  ", "error", id="blank"),
    ),
)
def test_placeholder_identity_by_address(email: str, severity: str | None) -> None:
    found = placeholders(stored(Person("Ann Author", email)))
    assert [finding.at_most.word for finding in found] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("name", "severity"),
    (
        pytest.param("Ann", None, id="one word"),
        pytest.param("Ｂｅｎ　Ｔｅａ", None, id="wide letters and a wide blank"),
        pytest.param("李雷", None, id="another script"),
        pytest.param("Rooter Userman", None, id="placeholders within"),
        pytest.param("Your Name", "warning", id="git's own advice"),
        pytest.param("ROOT", "warning", id="an account"),
        pytest.param("jovyan", "warning", id="the account of notebooks' images"),
        pytest.param("DESKTOP-42S1K65", "warning", id="a machine"),
        pytest.param("LAPTOP-8CGF3UCA\\Ann", "warning", id="a machine and its user"),
        pytest.param("", "error", id="empty"),
        pytest.param("\u200b \u3000", "error", id="nothing that can be seen"),
    ),
)
def test_placeholder_identity_by_name(name: str, severity: str | None) -> None:
    found = placeholders(stored(Person(name, "ann@acme.example")))
    assert [finding.at_most.word for finding in found] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("commit", "who"),
    (
        pytest.param(stored(ROOT), ["author"], id="one person, one finding"),
        pytest.param(stored(ANN, ROOT), ["committer"], id="the committer alone"),
        pytest.param(stored(ROOT, Person("x", "x")), ["author", "committer"], id="two people"),
        pytest.param(stored(NOBODY), ["author"], id="a commit without a person"),
        pytest.param(stored(ROOT, parents=(ONE, TWO)), ["author"], id="a merge"),
        pytest.param(a_commit("feat: x", author=ROOT, committer=NOBODY), ["author"], id="git told of the author alone"),
        pytest.param(a_commit("feat: x", author=NOBODY, committer=NOBODY), [], id="git told of nobody"),
    ),
)
def test_who_is_judged(commit: Commit, who: list[str]) -> None:
    assert [finding.message.split("'")[0].split()[1] for finding in placeholders(commit)] == who


@pytest.mark.parametrize(
    ("person", "settings", "flagged"),
    (
        pytest.param(ROOT, Placeholders(bots=("ROOT@localhost",)), False, id="a bot by its address"),
        pytest.param(ROOT, Placeholders(bots=("root",)), False, id="a bot by its name"),
        pytest.param(Person("Ann", "ann@acme.local"), Placeholders(domains=()), False, id="mail of one's own"),
        pytest.param(Person("Ann", "ann@acme.Example"), Placeholders(domains=("EXAMPLE",)), True, id="any letter case"),
        pytest.param(Person("Ann", "ann@example.com"), Placeholders(examples=()), False, id="examples are people"),
        pytest.param(Person("Intern", "a@acme.example"), Placeholders(names=("Intern",)), True, id="a name more"),
    ),
)
def test_placeholders_of_a_team(person: Person, settings: Placeholders, flagged: bool) -> None:
    assert bool(placeholders(stored(person), settings=settings)) is flagged


def test_what_a_placeholder_reads_like() -> None:
    messages = [
        placeholders(stored(person))[0].message
        for person in (
            Person("Ann", ""),
            Person("Ann", "unknown"),
            Person("Ann", "you@example.com"),
            Person("Ann", "ann@Anns-Mac.local"),
            Person("Ann", "ann@example.com"),
            Person("", "ann@acme.example"),
            Person("Your Name", "ann@acme.example"),
        )
    ]
    assert messages == [
        'the author "Ann" has no e-mail address',
        'the author\'s e-mail "unknown" is no address',
        'the author\'s e-mail "you@example.com" is a placeholder',
        'the author\'s e-mail "ann@Anns-Mac.local" lies in no domain that mail reaches',
        'the author\'s e-mail "ann@example.com" lies in a domain that is kept for examples',
        'the author "ann@acme.example" has no name that can be read',
        'the author\'s name "Your Name" is a placeholder',
    ]


AMEND = "git commit --amend --no-edit --reset-author"
CONFIGURE = "git config user.email ADDRESS"


@pytest.mark.parametrize(
    ("commits", "mend"),
    (
        pytest.param(
            [a_commit("feat: x", author=ROOT)],
            [CONFIGURE, "commit again; --amend keeps the author unless --reset-author goes with it"],
            id="being made",
        ),
        pytest.param([stored(ROOT)], [CONFIGURE, AMEND], id="the last one"),
        pytest.param(
            [stored(ROOT), stored(ROOT, id=TWO, parents=(ONE,))],
            [CONFIGURE, f'git rebase --exec "{AMEND}" 111111111111~1'],
            id="further back",
        ),
        pytest.param(
            [stored(ROOT, parents=()), stored(ROOT, id=TWO, parents=(ONE,))],
            [CONFIGURE, f'git rebase --exec "{AMEND}" --root'],
            id="the first of all",
        ),
        pytest.param(
            [stored(BOB, id=THREE), stored(ROOT), stored(ANN, id=TWO, parents=(ONE,))],
            [CONFIGURE, "git rebase --interactive 111111111111~1", f"edit this commit: {AMEND}"],
            id="with somebody else's after it",
        ),
    ),
)
def test_what_mends_a_placeholder(commits: list[Commit], mend: list[str]) -> None:
    assert placeholders(*commits)[0].mend.split("\n") == mend


STAFF = Approved(emails=(Whole(r".*@acme\.example"),), names=(Whole(r"[A-Z]\w+( [A-Z]\w+)*"),))


@pytest.mark.parametrize(
    ("author", "committer", "settings", "found"),
    (
        pytest.param(ROOT, ROOT, Approved(), [], id="nothing is asked for"),
        pytest.param(ANN, ANN, STAFF, [], id="allowed"),
        pytest.param(Person("Ann", "ANN@ACME.EXAMPLE"), ANN, STAFF, [], id="an address in capitals"),
        pytest.param(Person("ann", "ann@acme.example"), ANN, STAFF, ["author name"], id="a name in small letters"),
        pytest.param(
            Person("Ann", "ann@acme.example.org"), ANN, STAFF, ["author e-mail"], id="the whole address counts"
        ),
        pytest.param(ANN, ROOT, STAFF, ["committer e-mail", "committer name"], id="the committer"),
        pytest.param(ANN, Person("GitHub", "noreply@github.com"), STAFF, [], id="a forge merges"),
        pytest.param(Person("GitHub", "noreply@github.com"), ANN, STAFF, ["author e-mail"], id="a forge is no author"),
        pytest.param(ROOT, ROOT, STAFF._replace(bots=("root@localhost",)), [], id="a bot"),
        pytest.param(ROOT, ROOT, Approved(emails=(Whole("x"), Whole("root@.*"))), [], id="one of several patterns"),
        pytest.param(Person("\udcff", "a@acme.example"), ANN, STAFF, ["author name"], id="no text"),
    ),
)
def test_unapproved_identity(author: Person, committer: Person, settings: Approved, found: list[str]) -> None:
    findings = judged(UNAPPROVED, a_snapshot(commits=(stored(author, committer),)), settings)
    assert [finding.key.rpartition(" ")[0].replace("email", "e-mail") for finding in findings] == found


def test_what_an_unapproved_identity_reads_like() -> None:
    first = judged(UNAPPROVED, a_snapshot(commits=(stored(ROOT),)), STAFF)[0]
    assert first.message == 'the author\'s e-mail "root@localhost" is not allowed; allowed: .*@acme\\.example'
    assert first.mend == f"{CONFIGURE}\n{AMEND}"
    assert first.at_most is Severity.ERROR


def test_where_git_knows_nobody_that_is_said() -> None:
    snapshot = a_snapshot(commits=(a_commit("feat: x", author=ANN, committer=NOBODY),), stages=("commit-msg",))
    assert not judged(UNAPPROVED, snapshot, STAFF)
    assert [entry.why for entry in not_judged(UNAPPROVED, snapshot, STAFF)] == [
        'git knows no identity here; `git config user.email ADDRESS` and `git config user.name "YOUR NAME"` set one'
    ]
