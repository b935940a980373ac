"""The grammar of a header: every violation, and where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.near import distance, nearest
from mlgovern.rules.commits.correct import TYPES
from mlgovern.rules.commits.header import _closely, parse
from mlgovern.rules.commits.suggest import nearest_type, typed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("feat: add x", ("feat", None, False, "add x"), id="type and description"),
        pytest.param("fix(io)!: drop x", ("fix", "io", True, "drop x"), id="scope and mark"),
        pytest.param("feat!: drop x", ("feat", None, True, "drop x"), id="mark alone"),
        pytest.param(
            "fix(@org/pkg,a.b-c_d #1*): x", ("fix", "@org/pkg,a.b-c_d #1*", False, "x"), id="scope characters"
        ),
        pytest.param("bug-fix: x", ("bug-fix", None, False, "x"), id="hyphen"),
        pytest.param("Feat(Parser): x", ("Feat", "Parser", False, "x"), id="capitals"),
        pytest.param("feat: :bug: x", ("feat", None, False, ":bug: x"), id="a colon in the description"),
        pytest.param("feat: a: b (c)!: d", ("feat", None, False, "a: b (c)!: d"), id="the first colon counts"),
        pytest.param("fix(straße): x", ("fix", "straße", False, "x"), id="letters beyond ASCII"),
        pytest.param("\ufefffeat: x", ("feat", None, False, "x"), id="a byte order mark is another rule's"),
        pytest.param("fix(!): x", ("fix", "!", False, "x"), id="a mark inside the brackets is none"),
    ],
)
def test_sound_parts(text: str, parts: tuple[str, str | None, bool, str]) -> None:
    header = parse(text)
    assert (header.type, header.scope, header.breaking, header.description) == parts
    assert not header.flaws
    assert text[header.description_at :] == header.description
    assert text[header.type_at :].startswith(header.type)


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        pytest.param("add x", [(0, 5, "the subject has no type")], id="no type"),
        pytest.param("", [(0, 0, "the subject has no type")], id="nothing"),
        pytest.param("fix the thing: x", [(0, 16, "the subject has no type")], id="words before the colon"),
        pytest.param("feat:add", [(4, 5, "no blank follows the colon")], id="no blank"),
        pytest.param("feat:  add", [(5, 7, "2 blanks follow the colon, not one blank")], id="two blanks"),
        pytest.param("feat:\tadd", [(5, 6, "a tab follows the colon, not one blank")], id="tab"),
        pytest.param(
            "feat:\u00a0add", [(5, 6, "a no-break blank (U+00A0) follows the colon, not one blank")], id="no-break"
        ),
        pytest.param(
            "feat:\u2009add", [(5, 6, "the character U+2009 follows the colon, not one blank")], id="thin blank"
        ),
        pytest.param("feat：add", [(4, 5, "a full-width colon (U+FF1A) stands for the colon")], id="full-width colon"),
        pytest.param("feat:: add", [(5, 6, "there is more than one colon")], id="two colons"),
        pytest.param(
            "feat: : add", [(6, 7, "a second colon stands before the description")], id="a colon behind a blank"
        ),
        pytest.param(" feat: add", [(0, 1, "a blank stands before the type")], id="leading blank"),
        pytest.param("feat : add", [(4, 5, "a blank stands before the colon")], id="blank before the colon"),
        pytest.param("feat (io): add", [(4, 5, "a blank stands before the scope")], id="blank before the scope"),
        pytest.param("feat !: add", [(4, 5, "a blank stands before the exclamation mark")], id="blank before the mark"),
        pytest.param("feat!!: add", [(5, 6, "the exclamation mark is doubled")], id="doubled mark"),
        pytest.param(
            "feat!(io): add",
            [(4, 5, "the exclamation mark stands before the scope, not before the colon")],
            id="mark before the scope",
        ),
        pytest.param("feat(a)(b): add", [(7, 10, "there is more than one scope")], id="two scopes"),
        pytest.param("feat(a: add", [(4, 6, "the brackets of the scope are not one pair")], id="open brackets"),
        pytest.param("feat((a)): add", [(4, 5, "the brackets of the scope are not one pair")], id="nested brackets"),
        pytest.param("feat( a ): add", [(4, 9, "blanks stand at an end of the scope")], id="blanks in the brackets"),
        pytest.param("feat(): add", [(4, 6, "the scope is empty")], id="empty scope"),
        pytest.param("feat( ): add", [(4, 7, "the scope is empty")], id="blank scope"),
        pytest.param("feat:", [(0, 5, "the subject ends after the type")], id="no description"),
        pytest.param("feat: \u200b", [(0, 7, "the subject ends after the type")], id="nothing to read"),
        pytest.param(
            "fe\u200bat:add",
            [
                (2, 3, "the invisible character U+200B stands inside the type or before the colon"),
                (5, 6, "no blank follows the colon"),
            ],
            id="invisible inside the type",
        ),
        pytest.param(
            " feat () !!:\tadd",
            [
                (0, 1, "a blank stands before the type"),
                (5, 6, "a blank stands before the scope"),
                (6, 8, "the scope is empty"),
                (8, 9, "a blank stands before the exclamation mark"),
                (10, 11, "the exclamation mark is doubled"),
                (12, 13, "a tab follows the colon, not one blank"),
            ],
            id="every violation, not the first",
        ),
    ],
)
def test_flaws(text: str, flaws: list[tuple[int, int, str]]) -> None:
    assert [(flaw.start, flaw.end, flaw.what) for flaw in parse(text).flaws] == flaws


@pytest.mark.parametrize(
    ("word", "types", "nearest"),
    [
        pytest.param("feta", TYPES, "feat", id="swap"),
        pytest.param("dox", TYPES, None, id="two changes in a word of three"),
        pytest.param("io", TYPES, None, id="a short word is near to everything"),
        pytest.param("bugfix", ("feature",), None, id="another word for a type that is not allowed"),
        pytest.param("x" * 100, TYPES, None, id="long"),
        pytest.param("feat", (), None, id="nothing is allowed"),
        pytest.param("Data", ("data",), "data", id="a team's own"),
        pytest.param("fest", TYPES, None, id="feat and test are as near"),
    ],
)
def test_nearest_type(word: str, types: tuple[str, ...], nearest: str | None) -> None:
    assert nearest_type(word, types) == nearest


WORDS = st.text(st.sampled_from(list("abc-é")), max_size=8)


@given(WORDS, st.lists(WORDS, max_size=6))
def test_nearest_is_the_least_distance_within_reach(word: str, words: list[str]) -> None:
    reach = 1 if len(word) <= 7 else 2
    steps = {other: distance(word, other) for other in words}
    near = {other: number for other, number in steps.items() if number <= reach}
    if len(word) <= 3:
        near = {other: number for other, number in near.items() if len(other) == len(word)}
    if len(word) <= 2:
        near = {other: number for other, number in near.items() if {*word} <= {*other}}
    assert nearest(word, words) == tuple(other for other in near if near[other] == min(near.values()))


@pytest.mark.parametrize(
    ("word", "near"),
    [
        *(("feet", "feat"), ("faet", "feat"), ("feta", "feat"), ("fxi", "fix"), ("fox", "fix"), ("ic", "ci")),
        *(("refcator", "refactor"), ("rfactr", None), ("rfeactro", "refactor"), ("biuld", "build"), ("docss", "docs")),
        *(
            ("cli", None),
            ("ui", None),
            ("lock", None),
            ("stage", None),
            ("state", None),
            ("move", None),
            ("list", None),
        ),
    ],
)
def test_what_is_near_enough(word: str, near: str | None) -> None:
    assert nearest_type(word, TYPES) == near


ODD = st.text(st.sampled_from(list("feat(io)!: \t\u00a0\u200b\ufeff：#[]{}-x1.é✨\r\ud800")), max_size=40)


HEADERS = st.lists(
    st.sampled_from(
        ["feat", "Fix-a", "(io)", "(a b)", "()", "(é/@b)", "!", ":", ": ", " ", "\u200b", "\ufeff", "é", "x y"]
    )
)


@given(HEADERS.map("".join) | ODD)
def test_what_is_sound_at_a_glance_is_sound(text: str) -> None:
    assert parse(text) == _closely(text)


@given(ODD | st.text(max_size=60))
def test_total_and_every_span_inside(text: str) -> None:
    header = parse(text)
    assert all(0 <= flaw.start <= flaw.end <= len(text) for flaw in header.flaws)
    assert typed(header, TYPES) in {True, False}


@given(
    st.sampled_from(TYPES),
    st.none() | st.from_regex(r"[a-z0-9_./@,#*-]+", fullmatch=True),
    st.booleans(),
    st.from_regex(r"[A-Za-z0-9`'(].{0,30}", fullmatch=True),
)
def test_a_sound_header_is_read_back(kind: str, scope: str | None, breaking: bool, description: str) -> None:
    header = parse(f"{kind}{f'({scope})' if scope else ''}{'!' * breaking}: {description}")
    assert (header.type, header.scope, header.breaking, header.description) == (kind, scope, breaking, description)
    assert not header.flaws
    assert header.corrected == header.text


@pytest.mark.parametrize(
    "text",
    [
        "feat" + "(" * 200_000,
        "feat" + "!" * 200_000,
        "feat" + " " * 200_000 + "x",
        "(" * 200_000,
        "a-" * 100_000,
        "[" * 200_000,
    ],
)
def test_hostile_lines_take_linear_time(text: str) -> None:
    header = parse(text)
    assert len(header.flaws) <= 8
