"""The grammar of environment files, rule by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.rules.secrets.dotenv import line_end, parse, shell_word
from mlgovern.rules.secrets.scan import decode


def pairs(text: str, *, shell: bool = False) -> list[tuple[str, str]]:
    return [(one.key, one.value) for one in parse(text, shell=shell)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A=1", [("A", "1")], id="plain, no final newline"),
        pytest.param("A=1\nB=2\n", [("A", "1"), ("B", "2")], id="LF"),
        pytest.param("A=1\r\nB=2\r\n", [("A", "1"), ("B", "2")], id="CRLF"),
        pytest.param("A=1\rB=2\r", [("A", "1"), ("B", "2")], id="CR"),
        pytest.param("export A=1", [("A", "1")], id="export"),
        pytest.param("setenv A 1\nset -x A 1", [], id="other shells"),
        pytest.param("  A = 1  ", [("A", "1")], id="blanks"),
        pytest.param("A: 1", [("A", "1")], id="colon and blank"),
        pytest.param("A:1", [], id="colon without a blank"),
        pytest.param("Note: see the wiki", [], id="prose with a colon"),
        pytest.param("a.b-c_D9=1", [("a.b-c_D9", "1")], id="all that a key may have"),
        pytest.param("9A=1\n-A=1\n=1\nA", [], id="no key"),
        pytest.param(
            "PASSWORD=\nNEXT=value", [("PASSWORD", ""), ("NEXT", "value")], id="an empty value takes no next line"
        ),
        pytest.param("A='x y'", [("A", "x y")], id="single quotes"),
        pytest.param("A='x\\n$y'", [("A", "x\\n$y")], id="single quotes are literal"),
        pytest.param("A='x\ny'\nB=2", [("A", "x\ny"), ("B", "2")], id="single quotes over lines"),
        pytest.param('A="x\\ny\\t\\"z\\" \\\\ \\$"', [("A", 'x\ny\t"z" \\ $')], id="escapes in double quotes"),
        pytest.param('A="x\ny"\nB=2', [("A", "x\ny"), ("B", "2")], id="double quotes over lines"),
        pytest.param("A=`x\n'y'`\nB=2", [("A", "x\n'y'"), ("B", "2")], id="backticks over lines"),
        pytest.param('A="x\nB=2', [("A", '"x'), ("B", "2")], id="no closing quote"),
        pytest.param('A="x' + "\n" * 201 + '"\nB=2', [("A", '"x'), ("B", "2")], id="a closing quote too far away"),
        pytest.param('A="x" # note', [("A", "x")], id="comment after quotes"),
        pytest.param('A="x"y', [("A", '"x"y')], id="text after quotes"),
        pytest.param("A=a#b", [("A", "a#b")], id="no comment without a blank"),
        pytest.param("A=a #b", [("A", "a")], id="comment after a blank"),
        pytest.param("A= #b", [("A", "")], id="nothing but a comment"),
        pytest.param("A=#b", [("A", "#b")], id="value of a hash"),
        pytest.param("A=x y z", [("A", "x y z")], id="blanks within"),
        pytest.param("#OLD_KEY=value", [("OLD_KEY", "value")], id="commented"),
        pytest.param("## export  OLD_KEY=value", [("OLD_KEY", "value")], id="commented with export"),
        pytest.param("# TOKEN=value", [("TOKEN", "value")], id="commented, telling word"),
        pytest.param("# word=value", [], id="commented, nothing telling"),
        pytest.param("# SOME_KEY=one two three", [], id="commented prose"),
        pytest.param("# SOME_KEY='one two'", [("SOME_KEY", "one two")], id="commented, quoted"),
        pytest.param("# SOME_KEY: value", [], id="commented with a colon"),
        pytest.param("# SOME_KEY='one\ntwo'\nB=2", [("B", "2")], id="a comment has one line"),
        pytest.param("\n\n \t\nA=1", [("A", "1")], id="empty lines"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_grammar(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("export A=1 B='2 3'", [("A", "1"), ("B", "2 3")], id="several on one line"),
        pytest.param("layout python3\nuse nix\nsource_env ..\ndotenv", [], id="commands"),
        pytest.param("A=$(vault print token)", [("A", "$(vault print token)")], id="substitution"),
        pytest.param("A=`vault print token` B=2", [("A", "`vault print token`"), ("B", "2")], id="backticks"),
        pytest.param("A=a\"b c\"'d'", [("A", "ab cd")], id="pieces"),
        pytest.param("A=a\\ b", [("A", "a b")], id="escaped blank"),
        pytest.param("A=1; echo done", [("A", "1")], id="command behind"),
        pytest.param(
            "A=$(python -c \"print(''.join('(' for _ in (1, 2)))\") B=2",
            [("A", "$(python -c \"print(''.join('(' for _ in (1, 2)))\")"), ("B", "2")],
            id="substitution with brackets in quotes",
        ),
        pytest.param("A=$(cat <<X\nB=2", [("A", "$(cat <<X)"), ("B", "2")], id="substitution that goes on"),
        pytest.param('export A="x\ny" B=2', [("A", "x\ny"), ("B", "2")], id="quotes over lines"),
        pytest.param("A=1\r\nexport B=2\rC=3", [("A", "1"), ("B", "2"), ("C", "3")], id="CRLF and CR"),
        pytest.param("PATH_add bin\n[ -f .x ] && A=1\nexport -n A", [], id="what needs a shell to read"),
        pytest.param("A='open\nB=2", [("A", "open"), ("B", "2")], id="no closing quote"),
        pytest.param("#export OLD_A=1", [("OLD_A", "1")], id="commented"),
        pytest.param("A=\nB=2", [("A", ""), ("B", "2")], id="empty"),
        pytest.param("A=x$", [("A", "x$")], id="a dollar at the end"),
    ],
)
def test_envrc(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(text, shell=True) == expected


@given(st.text(), st.booleans())
def test_total_and_spans_right(text: str, shell: bool) -> None:
    end = 0
    for one in parse(text, shell=shell):
        assert end <= one.start <= one.inside[0] <= one.inside[1] <= one.end <= len(text)
        assert text.startswith(one.key, one.start)
        end = one.end


@given(st.binary())
def test_total_on_bytes(data: bytes) -> None:
    text = decode(data)
    if text is not None:
        list(parse(text))
        list(parse(text, shell=True))


@given(
    st.lists(st.sampled_from(["A=", '"', "'", "`", "\n", "\r", "\\", "#", " ", "export ", "$(", ")", "x", ";"])).map(
        "".join
    )
)
def test_total_on_quotes(text: str) -> None:
    for shell in (False, True):
        assert all(text.startswith(one.key, one.start) for one in parse(text, shell=shell))


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1)
LINES = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")), max_size=40)
NEWLINE = st.sampled_from(["\n", "\r\n", "\r"])
BARE = VALUES.filter(
    lambda value: value.strip(" \t") == value and value[0] not in "'\"`" and " #" not in value and "\t#" not in value
)


@given(VALUES.filter(lambda value: "'" not in value), st.sampled_from(["\n", "\r\n", " # note\n", ""]))
def test_single_quoted_comes_back(value: str, behind: str) -> None:
    one = next(parse(f"KEY='{value}'{behind}"))
    assert (one.value, one.quote) == (value, "'")


@given(VALUES, st.sampled_from(["\n", "\r\n", " # note\n", ""]))
def test_double_quoted_comes_back(value: str, behind: str) -> None:
    written = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    assert next(parse(f'KEY="{written}"{behind}')).value == value


@given(VALUES.filter(lambda value: "`" not in value))
def test_backticked_comes_back(value: str) -> None:
    assert next(parse(f"export KEY = `{value}`\n")).value == value


@given(LINES, NEWLINE, st.sampled_from(["'", '"', "`"]), st.sampled_from(["", "export ", "  "]), st.booleans())
def test_any_value_in_any_quoting_comes_back(
    lines: list[str], newline: str, quote: str, before: str, shell: bool
) -> None:
    value = newline.join(lines).replace(quote, "") if quote != '"' else newline.join(lines)
    if shell and quote == "`":
        return  # a substitution there
    written = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") if quote == '"' else value
    text = f"FIRST=1{newline}{before}KEY={quote}{written}{quote}{newline}NEXT=2"
    first, one, following = parse(text, shell=shell)
    assert (first.key, one.key, following.key, following.value) == ("FIRST", "KEY", "NEXT", "2")
    assert one.value == value
    assert text[slice(*one.inside)].strip(quote if shell else "") == (written.strip(quote) if shell else written)


@given(BARE)
def test_unquoted_comes_back(value: str) -> None:
    text = f"KEY={value}\nNEXT=1"
    one, following = parse(text)
    assert one.value == value == text[slice(*one.inside)]
    assert following.key == "NEXT"


@given(VALUES.filter(lambda value: "'" not in value))
def test_a_shell_word_comes_back(value: str) -> None:
    assert shell_word(f"'{value}' rest", 0).value == value


def test_line_end() -> None:
    assert [line_end("ab\r\nc\rd", position) for position in (0, 4, 6)] == [2, 5, 7]


def test_place_of_a_commented_one() -> None:
    (one,) = parse("#OLD_KEY=value")
    assert (one.commented, one.start, one.inside) == (True, 1, (9, 14))
