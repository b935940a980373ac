import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.policy.document import Fields, Items, Mark, Node, Problem, Scalar, render, shown
from mlgovern.policy.load import parse

LOADERS = [loader for loader in (getattr(yaml, "CSafeLoader", None), yaml.SafeLoader) if loader]


def plain(node: Node | None) -> object:
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(entry.value) for key, entry in node.entries.items()} if isinstance(node, Fields) else node


def problems(data: bytes, loader: object = None) -> list[str]:
    found: list[Problem] = []
    parse("p.yaml", data, found, loader)
    return render(found).split("\n") if found else []


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("data", "value"),
    [
        pytest.param(b"", {}, id="empty"),
        pytest.param(b"# only a comment\n", {}, id="comment"),
        pytest.param(b"---\n...\n", {}, id="null document"),
        pytest.param(b"\xef\xbb\xbfschema: 1", {"schema": 1}, id="BOM"),
        pytest.param(b"%YAML 1.1\n---\na: no", {"a": "no"}, id="directive changes nothing"),
        pytest.param(
            b"on: 1\nno: 2\n012: 3\ntrue: 4\n~: 5", {"on": 1, "no": 2, "012": 3, "true": 4, "~": 5}, id="keys are text"
        ),
        pytest.param(b"a: &x [1, 'two']\nb: *x", {"a": [1, "two"], "b": [1, "two"]}, id="alias"),
        pytest.param(b"&k a: 1\nb: *k", {"a": 1, "b": "a"}, id="alias of a key"),
        pytest.param(b"a: !!str 5\nb: !!seq [!!int '1']\nc: !!map {}", {"a": "5", "b": [1], "c": {}}, id="core tags"),
        pytest.param(b"a: |\n  x\n  y\n", {"a": "x\ny\n"}, id="block"),
        pytest.param(b"a:\r\n  - b\r\n", {"a": ["b"]}, id="CRLF"),
        pytest.param("a: é😀".encode(), {"a": "é😀"}, id="astral"),
        pytest.param(b'a: "\\u2028"', {"a": "\u2028"}, id="escaped line separator"),
    ],
)
def test_what_a_file_says(data: bytes, value: object, loader: object) -> None:
    found: list[Problem] = []
    assert plain(parse("p.yaml", data, found, loader)) == value
    assert not found


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("data", "lines"),
    [
        pytest.param(b"a: 1\nb: 2\na: 3\na: 4", ["3:1: duplicate key 'a' (first on line 1)", "4:1: duplicate key 'a' (first on line 1)"], id="duplicate keys"),
        pytest.param(b"a: 1\n---\nb: 2", ["2:1: a policy file holds one document; this is the second"], id="several documents"),
        pytest.param("a: 1".encode("utf-16"), ["1:1: not UTF-8: byte 0xff"], id="UTF-16"),
        pytest.param("a: é\nb: é".encode("latin-1"), ["1:4: not UTF-8: byte 0xe9"], id="Latin-1"),
        pytest.param("é: é\nü: ".encode() + b"\xc3(", ["2:4: not UTF-8: byte 0xc3"], id="cut UTF-8"),
        pytest.param(b"a: 1\nb: \x00", ["2:4: the character U+0000 may not stand in a policy file"], id="NUL"),
        pytest.param(b"a: \x1b[31m", ["1:4: the character U+001B may not stand in a policy file"], id="ESC"),
        pytest.param("a: x\u2028b: 1".encode(), ["1:5: the character U+2028 may not stand in a policy file"], id="a line break that nobody sees"),
        pytest.param(b"a:\n\tb: 1", ["2:1: a tab cannot indent YAML; use blanks"], id="tab"),
        pytest.param(b"&x [*x]", ["1:5: the alias '*x' contains itself"], id="recursive alias"),
        pytest.param(b"a: *x", ["1:4: the alias '*x' has no anchor before it"], id="alias without anchor"),
        pytest.param(b"a: &x {b: 1}\nc: {<<: *x}", ["2:5: YAML 1.2 has no merge key '<<'; repeat the keys, or use extends"], id="merge key"),
        pytest.param(b"? [a]\n: 1", ["1:3: a key must be text, not a list or mapping"], id="list as a key"),
        pytest.param(b"a: !!python/object/apply:os.system [id]\nb: !!binary aGk=\nc: !own x\nd: !!str {}", [
            "1:4: the tag '!!python/object/apply:os.system' is not allowed here; a policy is plain data",
            "2:4: the tag '!!binary' is not allowed here; a policy is plain data",
            "3:4: the tag '!own' is not allowed here; a policy is plain data",
            "4:4: the tag '!!str' is not allowed here; a policy is plain data",
        ], id="tags"),
        pytest.param(b"a: .nan\nb: 1e999", ["1:4: not a finite number: '.nan'", "2:4: not a finite number: '1e999'"], id="not finite"),
        pytest.param(b"[" * 33 + b"]" * 33, ["1:33: nested deeper than 32 levels"], id="one level too deep"),
        pytest.param(b"a: &x 1\nb: [" + b"*x," * 1001 + b"]", ["2:3005: more than 1000 aliases"], id="aliases"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(data: bytes, lines: list[str], loader: object) -> None:
    assert problems(data, loader) == [f"p.yaml:{line}" for line in lines]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("data", "place"),
    [
        pytest.param(b"a: b: c", "1:5", id="two values"),
        pytest.param(b"a: [1,\n", "2:1", id="open list"),
        pytest.param(b"a: @x", "1:4", id="reserved"),
        pytest.param(b'a: "\\z"', "1:5", id="escape"),
    ],
)
def test_a_syntax_error_has_its_place(data: bytes, place: str, loader: object) -> None:
    (line,) = problems(data, loader)
    assert line.startswith(f"p.yaml:{place[:2]}")
    assert ": not YAML: " in line


BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (letter, letter, b",".join([b"*%c" % (letter - 1)] * 9)) for letter in b"bcdefghi"
)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param(b"[" * 100_000, "1:33: nested deeper than 32 levels", id="100,000 lists in one another"),
        pytest.param(b"{a: " * 50_000, "1:129: nested deeper than 32 levels", id="mappings"),
        pytest.param(b"- " * 100_000, "1:65: nested deeper than 32 levels", id="block lists"),
        pytest.param(b"? " * 100_000, "1:65: nested deeper than 32 levels", id="complex keys"),
        pytest.param(BOMB, "5:11: more than 20000 values, aliases expanded", id="alias bomb"),
        pytest.param(
            b"[" + b"1," * 30_000 + b"]", "1:40000: more than 20000 values, aliases expanded", id="a long list"
        ),
        pytest.param(b"a" * 5_000_000, "1:1: 5000000 bytes; a policy file has at most 262144", id="5 MB"),
    ],
)
def test_a_hostile_file_is_refused_at_once(data: bytes, line: str) -> None:
    (found,) = problems(data)
    assert found == f"p.yaml:{line}"


def test_only_so_many_problems_are_told() -> None:
    lines = render(Problem(Mark("p", number), "x") for number in range(1, 104)).split("\n")
    assert lines[0] == "p:1:1: x"
    assert lines[99:] == ["p:100:1: x", "… and 3 more problems"]


def test_foreign_text_is_quoted_escaped_and_short() -> None:
    assert shown("\x1b[31m") == r"'\x1b[31m'"
    assert shown("x" * 61) == repr("x" * 57 + "…")


@given(st.binary() | st.text(alphabet="ab:-[]{}&*!?|>'\"%@#, \n\t~0.").map(str.encode))
def test_any_bytes_give_a_tree_or_problems(data: bytes) -> None:
    found: list[Problem] = []
    assert (parse("p.yaml", data, found) is None) <= bool(found)
