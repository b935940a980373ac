"""Sign-offs that are somebody else's, and commits without a signature."""

import pytest

from mlgovern.facts.snapshot import Commit, Person
from mlgovern.rule import Pattern
from mlgovern.rules.authorship import RULES
from mlgovern.rules.authorship.signatures import Signed, SignOff
from mlgovern.rules.commits import RULES as COMMIT_RULES
from mlgovern.rules.commits.body import Trailers
from tests.factories import a_commit, a_snapshot, judged, not_judged, rule_of

MISMATCH, UNSIGNED = rule_of(RULES, "sign-off-mismatch"), rule_of(RULES, "missing-signature")
ANN, BOB = Person("Ann Author", "ann@acme.example"), Person("Bob", "bob@acme.example")
ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40


def signed(*values: str) -> str:
    return "feat: x\n\n" + "\n".join(f"Signed-off-by: {value}" for value in values)


def stored(message: str = "feat: x", **facts: object) -> Commit:
    return a_commit(message, **{"id": ONE, "parents": (THREE,), **facts})


@pytest.mark.parametrize(
    ("commit", "settings", "flagged"),
    (
        pytest.param(stored("feat: x"), SignOff(), False, id="another rule asks for one at all"),
        pytest.param(stored(signed("Ann Author <ann@acme.example>")), SignOff(), False, id="the author's"),
        pytest.param(stored(signed("Ann  Author  <Ann@Acme.Example>")), SignOff(), False, id="blanks and capitals"),
        pytest.param(stored(signed("Bob <bob@acme.example>")), SignOff(), True, id="somebody else's"),
        pytest.param(
            stored(signed("Ann Author <ann@acme.example>", "Bob <bob@acme.example>")), SignOff(), False, id="both"
        ),
        pytest.param(stored(signed("ann author <ann@acme.example>")), SignOff(), True, id="a name in small letters"),
        pytest.param(stored(signed("Ann Author <ann@home.example>")), SignOff(), True, id="another address"),
        pytest.param(stored(signed("Ann Author")), SignOff(), True, id="no address"),
        pytest.param(stored(signed("")), SignOff(), True, id="empty"),
        pytest.param(
            stored(signed("Bob <bob@acme.example>").lower()), SignOff(), True, id="the token in small letters"
        ),
        pytest.param(stored(signed("Bob <b@b.example>") + "\n\nmore"), SignOff(), False, id="no trailer, but text"),
        pytest.param(
            stored(signed("Andre\u0301 <a@acme.example>"), author=Person("Andr\u00e9", "a@acme.example")),
            SignOff(),
            False,
            id="an accent in two pieces",
        ),
        pytest.param(stored(signed("Bob <bob@acme.example>"), committer=BOB), SignOff(), True, id="the committer's"),
        pytest.param(
            stored(signed("Bob <bob@acme.example>"), committer=BOB), SignOff(committer=True), False, id="is as good"
        ),
        pytest.param(stored(signed("Bob <b@b.example>"), parents=(ONE, TWO)), SignOff(), False, id="a merge"),
        pytest.param(
            stored(signed("Bob <b@b.example>"), parents=(ONE, TWO)), SignOff(merges=True), True, id="merges as well"
        ),
        pytest.param(
            stored(signed("support@dependabot.example"), author=Person("dependabot[bot]", "d@d.example")),
            SignOff(),
            False,
            id="a bot",
        ),
        pytest.param(
            a_commit(signed("Bob <b@b.example>"), author=Person(), committer=Person()),
            SignOff(),
            False,
            id="nobody known",
        ),
        pytest.param(a_commit(signed("Bob <b@b.example>")), SignOff(), True, id="being made"),
    ),
)
def test_sign_off_mismatch(commit: Commit, settings: SignOff, flagged: bool) -> None:
    assert bool(judged(MISMATCH, a_snapshot(commits=(commit,)), settings)) is flagged


DCO = rule_of(COMMIT_RULES, "commit-trailer-missing")


@pytest.mark.parametrize(
    ("message", "lacks", "differs"),
    (
        pytest.param("feat: x", True, False, id="no sign-off"),
        pytest.param(signed("Bob <bob@acme.example>"), False, True, id="somebody else's"),
        pytest.param(signed("Ann Author <ann@acme.example>"), False, False, id="the author's"),
    ),
)
def test_a_policy_may_ask_for_a_sign_off_and_that_it_is_the_author_s(message: str, lacks: bool, differs: bool) -> None:
    snapshot = a_snapshot(commits=(stored(message),))
    missing = judged(DCO, snapshot, Trailers(required={"Signed-off-by": Pattern("")}))
    assert (bool(missing), bool(judged(MISMATCH, snapshot))) == (lacks, differs)
    assert {finding.mend for finding in missing} <= {"git commit --amend --no-edit --signoff"}


def test_a_merge_in_progress_is_a_merge() -> None:
    commit = a_commit(signed("Bob <b@b.example>"))
    assert not judged(MISMATCH, a_snapshot(commits=(commit,), operation="merge"))


@pytest.mark.parametrize(
    ("commits", "mend"),
    (
        pytest.param([a_commit(signed("B <b@b.example>"))], "git commit --signoff", id="being made"),
        pytest.param([stored(signed("B <b@b.example>"))], "git commit --amend --no-edit --signoff", id="the last one"),
        pytest.param(
            [stored(signed("B <b@b.example>")), stored(id=TWO, parents=(ONE,))],
            'git rebase --exec "git commit --amend --no-edit --signoff" 111111111111~1',
            id="further back",
        ),
        pytest.param(
            [stored(signed("B <b@b.example>"), committer=BOB)],
            'let "Ann Author <ann@acme.example>" sign off',
            id="only the author can",
        ),
    ),
)
def test_what_mends_a_sign_off(commits: list[Commit], mend: str) -> None:
    assert judged(MISMATCH, a_snapshot(commits=commits))[0].mend == mend


def test_what_a_sign_off_of_somebody_else_reads_like() -> None:
    one = judged(MISMATCH, a_snapshot(commits=(stored(signed("Bob <bob@acme.example>")),)))[0]
    assert one.message == (
        'no sign-off is by the author, "Ann Author <ann@acme.example>": there is "Bob <bob@acme.example>"'
    )
    assert (one.place.line, one.place.commit) == (3, ONE)
    two = judged(MISMATCH, a_snapshot(commits=(stored(signed("C <c@c.example>", "Bob <b@b.example>")),)))[0]
    assert two.message.endswith('there is "Bob <b@b.example>" and 1 more')


@pytest.mark.parametrize(
    ("commit", "settings", "flagged"),
    (
        pytest.param(stored(signature="gpg"), Signed(), False, id="gpg"),
        pytest.param(stored(signature="ssh"), Signed(), False, id="ssh"),
        pytest.param(stored(signature="x509"), Signed(), False, id="x509"),
        pytest.param(stored(signature=""), Signed(), True, id="none"),
        pytest.param(stored(signature="x509"), Signed(kinds=("gpg", "ssh")), True, id="a kind that does not count"),
        pytest.param(stored(signature="", parents=(ONE, TWO)), Signed(), True, id="a merge"),
        pytest.param(stored(signature="", parents=(ONE, TWO)), Signed(merges=False), False, id="merges need not"),
        pytest.param(stored(signature="", author=Person("renovate[bot]", "")), Signed(), True, id="a bot's name"),
        pytest.param(
            stored(signature="", author=Person("renovate[bot]", "")), Signed(bots=("renovate[bot]",)), False, id="a bot"
        ),
        pytest.param(a_commit("feat: x", signature=""), Signed(), False, id="being made: git signs it afterwards"),
        pytest.param(stored(signature=None), Signed(), False, id="unreadable"),
    ),
)
def test_missing_signature(commit: Commit, settings: Signed, flagged: bool) -> None:
    assert bool(judged(UNSIGNED, a_snapshot(commits=(commit,)), settings)) is flagged


def test_what_cannot_be_read_is_not_judged() -> None:
    assert [entry.what for entry in not_judged(UNSIGNED, a_snapshot(commits=(stored(),)))] == [
        "the signature of commit 111111111111"
    ]


def test_what_a_missing_signature_reads_like() -> None:
    last = stored(signature="x509", id=TWO, parents=(ONE,), author=BOB)
    first, second = judged(UNSIGNED, a_snapshot(commits=(stored(signature=""), last)), Signed(kinds=("gpg", "ssh")))
    assert (first.message, first.mend) == (
        'commit 111111111111 by "Ann Author <ann@acme.example>" has no signature; wanted: gpg, ssh',
        "git rebase --force-rebase --gpg-sign 111111111111~1",
    )
    assert (second.message, second.mend) == (
        'commit 222222222222 by "Bob <bob@acme.example>" has a signature of kind x509; wanted: gpg, ssh',
        "git commit --amend --no-edit --gpg-sign",
    )


def test_a_signature_is_judged_where_it_can_be_there() -> None:
    assert UNSIGNED.stages == ("pre-push", "ci", "pre-receive")
