"""A rule is data: its page is its docstring, its family is where it stands."""

from mlgovern.facts.snapshot import File
from mlgovern.finding import NotJudged, Page
from mlgovern.rule import Rule, family_of, page, unread
from mlgovern.rules import RULES


def shouts() -> None:
    """A heading.

    Why: because
    of this.
    Mend: do that
    """


def test_a_page_is_the_docstring() -> None:
    assert page(Rule("shouts", shouts)) == Page("A heading.", "because of this.", "do that")  # type: ignore[arg-type]  # its page alone


def test_every_rule_knows_its_family() -> None:
    assert {family_of(rule) for rules in RULES.values() for rule in rules} == set(RULES)
    assert all(family_of(rule) == family for family, rules in RULES.items() for rule in rules)


def test_what_was_not_gathered() -> None:
    assert unread(File("a", size=12345678)) == NotJudged("a", "larger than limits.max_file_bytes: 12,345,678 bytes")
    assert unread(File("a")) == NotJudged("a", "its object is missing from this clone; `git fsck` tells more")
