"""What files have to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.facts.snapshot import SYMLINK, Snapshot
from mlgovern.rule import Glob, Pattern
from mlgovern.rules.structure import RULES
from mlgovern.rules.structure.content import Content, Contents, asks, lacking
from tests.factories import a_file, a_snapshot, judged, not_judged, rule_of

CONTENT = rule_of(RULES, "missing-content")
SETUP = Content(Glob("README.md"), sections=("Set-up|Installation",), nocase=True)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        pytest.param("# Installation", False, id="the same"),
        pytest.param("x\n\n## 2. How to: SET-UP (Linux) ##\n", False, id="words of a heading"),
        pytest.param("Set_up\n======\n", False, id="underlined"),
        pytest.param("<h2 align='center'>Set&#8209;up<br>Set up</h2>", False, id="HTML"),
        pytest.param("## [:rocket: Installation](#a)", False, id="a link with an emoji"),
        pytest.param("Installation", True, id="no heading"),
        pytest.param("# Reinstallation", True, id="part of a word"),
        pytest.param("```sh\n# Installation\n```\n", True, id="in code"),
        pytest.param("```sh\n# Installation\n", True, id="in code without end"),
        pytest.param("#Installation", True, id="a tag"),
        pytest.param("", True, id="empty"),
    ],
)
def test_sections(text: str, missing: bool) -> None:
    for end in ("\n", "\r\n"):
        found = judged(CONTENT, a_snapshot({"readme.md": text.replace("\n", end)}), Contents((SETUP,)))
        assert bool(found) is missing


def test_what_is_said() -> None:
    entries = (
        SETUP._replace(why="newcomers start here"),
        Content(Glob("*.toml"), pattern=Pattern("^a$"), example="the line a"),
    )
    found = judged(CONTENT, a_snapshot({"README.md": "", "b.toml": "", "c.toml": "a"}), Contents(entries))
    assert [(finding.place.path, finding.message, finding.mend) for finding in found] == [
        (
            "README.md",
            "README.md has no section Set-up, or Installation (newcomers start here)",
            "add a heading such as ## Set-up, and what belongs below it",
        ),
        ("b.toml", "b.toml lacks the line a", "add the line a"),
    ]


@pytest.mark.parametrize(
    ("stage", "judged_files", "always", "told"),
    [
        pytest.param("audit", {"a.py": ""}, False, True, id="an audit tells"),
        pytest.param("pre-commit", {"a.py": ""}, False, False, id="an old flaw is not held against a commit"),
        pytest.param("pre-commit", {"a.py": ""}, True, True, id="unless always"),
        pytest.param("pre-commit", {"README.md": ""}, False, True, id="the change writes it"),
    ],
)
def test_when_it_is_judged(stage: str, judged_files: dict[str, bytes | str], always: bool, told: bool) -> None:
    snapshot = a_snapshot(judged_files, tracked={"README.md": ""}, stages=(stage,))
    assert bool(judged(CONTENT, snapshot, Contents((SETUP,), always))) is told


def test_what_is_not_judged() -> None:
    link = a_file("README.md", b"docs/README.md", SYMLINK)
    assert (
        not_judged(CONTENT, Snapshot(files=(link,), tracked={link.path: link}), Contents((SETUP,)))[0].expected is False
    )
    lost = a_file("README.md", b"lost")
    assert not_judged(CONTENT, Snapshot(files=(lost,), tracked={lost.path: lost}), Contents((SETUP,)))[0].expected
    utf16 = a_snapshot({"README.md": "# Set-up".encode("utf-16")})
    assert [entry.why for entry in not_judged(CONTENT, utf16, Contents((SETUP,)))] == [
        "what it says: it is no UTF-8 text"
    ]
    assert not judged(CONTENT, utf16, Contents((SETUP,)))
    assert not judged(
        CONTENT, a_snapshot({"README.md": "version https://git-lfs.github.com/spec/v1\n"}), Contents((SETUP,))
    )


def test_contents_are_asked_for_below_every_root() -> None:
    settings = Contents((SETUP, SETUP._replace(roots=(Glob("services/*"), Glob("lib/")))))
    assert asks(settings) == (
        ("contents", "README.md"),
        ("contents", "services/*/README.md"),
        ("contents", "lib/README.md"),
    )
    snapshot = a_snapshot({"README.md": "# Set-up", "services/a/README.md": "", "services/a/b/README.md": ""})
    assert [finding.place.path for finding in judged(CONTENT, snapshot, settings)] == ["services/a/README.md"]


@given(st.text("#=-`~<h2>/\n Setup|", max_size=200))
def test_any_text_has_sections_or_lacks_them(text: str) -> None:
    assert lacking(text, ("zzz",)) == ["zzz"]


@pytest.mark.parametrize(
    "text",
    [
        "# " + "# " * 400_000 + "x",
        "<h1>" * 200_000,
        "<h1" * 300_000,
        "`" * 900_000,
        "```\n" * 200_000,
        "a\n=" * 300_000,
    ],
)
def test_a_text_of_one_kind_ends(text: str) -> None:
    assert lacking(text, ("zzz",)) == ["zzz"]  # a repetition without a bound would take hours
