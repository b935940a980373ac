from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import pytest

from mlgovern.fields import Allowed, Denied, Maximum
from mlgovern.finding import Severity
from mlgovern.policy.document import Problem, render
from mlgovern.policy.load import parse
from mlgovern.policy.settings import Reader
from mlgovern.rule import Glob, Pattern


class Item(NamedTuple):
    path: str
    why: str = ""
    globs: tuple[Glob, ...] = ()
    from_: str = ""


class Everything(NamedTuple):
    flag: bool = False
    number: int = 3
    below: int = -1
    ratio: float = 0.5
    text: str = "x"
    glob: Glob = Glob("**")
    pattern: Pattern = Pattern("")
    word: Literal["a", "b"] = "a"
    severity: Severity = Severity.INFO
    words: tuple[str, ...] = ("one", "two")
    numbers: tuple[int, ...] = ()
    sizes: Mapping[Glob, int] = {Glob("*.md"): 1}
    item: Item = Item("p")
    items: tuple[Item, ...] = (Item("p"), Item("q", "because"))
    denied: Denied[str] = ("one", "two")
    allowed: Allowed[str] = ("one", "two")
    most: Maximum = 5


def read(text: str) -> tuple[Any, list[str]]:
    found: list[Problem] = []
    node = parse("p", text.encode(), found)
    assert node is not None
    reader = Reader()
    value = reader.record(Everything, Everything(), node, "the policy")
    return value, render([*found, *reader.problems]).split("\n") if reader.problems or found else []


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("flag:\nnumber: ~\nwords: null\nitem:\nsizes:\nseverity:", {}, id="null is transparent"),
        pytest.param("flag: true", {"flag": True}, id="bool"),
        pytest.param("number: 0x10", {"number": 16}, id="int"),
        pytest.param("below: -5", {"below": -5}, id="negative where the default is"),
        pytest.param("ratio: 1", {"ratio": 1.0}, id="whole number for a float"),
        pytest.param("text: off", {"text": "off"}, id="off is text"),
        pytest.param("glob: 'a/**/{b,c}.py'", {"glob": "a/**/{b,c}.py"}, id="glob"),
        pytest.param(r"pattern: '^\d{1,3}(?i)x$'", {"pattern": r"^\d{1,3}(?i)x$"}, id="pattern"),
        pytest.param("word: b", {"word": "b"}, id="word"),
        pytest.param("severity: off", {"severity": Severity.OFF}, id="severity off"),
        pytest.param("words: [three]", {"words": ("three",)}, id="a list replaces"),
        pytest.param("denied: [three, one]", {"denied": ("one", "two", "three")}, id="a list of what is denied adds"),
        pytest.param("denied: {$replace: [three]}", {"denied": ("three",)}, id="unless it says otherwise"),
        pytest.param("denied: {$remove: [one]}", {"denied": ("two",)}, id="what is denied, less one"),
        pytest.param("allowed: [three]", {"allowed": ("three",)}, id="a list of what is allowed replaces"),
        pytest.param("most: 4", {"most": 4}, id="a maximum"),
        pytest.param("words: {$append: [three, one, three]}", {"words": ("one", "two", "three")}, id="append, once each"),
        pytest.param("words: {$remove: [one]}", {"words": ("two",)}, id="remove"),
        pytest.param("words: {$replace: []}", {"words": ()}, id="replace by nothing"),
        pytest.param("words: {$append: [c], $remove: [a], $replace: [a, b]}", {"words": ("b", "c")}, id="order of operators"),
        pytest.param("words: {$remove: [one], $append: [one]}", {"words": ("two", "one")}, id="to the end"),
        pytest.param("numbers: []", {"numbers": ()}, id="an empty list where there was none"),
        pytest.param("sizes: {'*.py': 2}", {"sizes": {"*.md": 1, "*.py": 2}}, id="mapping, key by key"),
        pytest.param("sizes: {'*.md': ~}", {}, id="null in a mapping"),
        pytest.param("item: {path: r}", {"item": Item("r")}, id="record"),
        pytest.param("item: {why: w}", {"item": Item("p", "w")}, id="record, field by field"),
        pytest.param("item: {from: r}", {"item": Item("p", from_="r")}, id="a word that Python keeps for itself"),
        pytest.param("item: r", {"item": Item("r")}, id="record, short"),
        pytest.param("items: [a, {path: b, globs: ['*']}]", {"items": (Item("a"), Item("b", "", (Glob("*"),)))}, id="records"),
        pytest.param("items: {$append: [{path: p, why: w}, p]}", {"items": (*Everything().items, Item("p", "w"))}, id="a record of the same name is another record"),
        pytest.param("items: {$remove: [q], $append: [r]}", {"items": (Item("p"), Item("r"))}, id="records by name"),
    ],
)  # fmt: skip
def test_what_is_said_is_typed(text: str, fields: dict[str, Any]) -> None:
    assert read(text) == (Everything()._replace(**fields), [])


def test_types_are_exact() -> None:
    value, _ = read("glob: a\npattern: b\nratio: 2\nseverity: error\nsizes: {c: 1}")
    assert [type(item) for item in (value.glob, value.pattern, value.ratio, value.severity, [*value.sizes][1])] == [
        Glob, Pattern, float, Severity, Glob
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("flag: 1", ["1:7: 'flag' must be true or false, got the number 1"]),
        ("flag: yes", ["1:7: 'flag' must be true or false, got the text 'yes' (in YAML 1.2 that is text)"]),
        ("number: true", ["1:9: 'number' must be a whole number, got true"]),
        ("number: 1.0", ["1:9: 'number' must be a whole number, got the number 1.0"]),
        ("number: '5'", ["1:9: 'number' must be a whole number, got the text '5'"]),
        ("number: 2_000", ["1:9: 'number' must be a whole number, got the text '2_000' (YAML 1.2 has no '_' in numbers)"]),
        ("number: -1", ["1:9: 'number' must not be negative, got -1"]),
        ("number: {$append: [1]}", ["1:9: 'number' must be a whole number, got list operators"]),
        ("ratio: high", ["1:8: 'ratio' must be a number, got the text 'high'"]),
        ("text: 2.1", ["1:7: 'text' must be text, got the number 2.1 (quote it to make it text)"]),
        ("text: [a]", ["1:7: 'text' must be text, got a list"]),
        ("glob: ''", ["1:7: 'glob' is no usable glob, '': it is empty"]),
        ("glob: '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}'", [
            "1:7: 'glob' is no usable glob, '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}': more than 256 alternatives",
        ]),
        ("pattern: (", ["1:10: 'pattern' is no usable regular expression, '(': missing ): ("]),
        ("word: c", ["1:7: 'word' must be one of a, b; got the text 'c'"]),
        ("severity: high", ["1:11: 'severity' must be one of off, info, warning, error; got the text 'high'"]),
        ("severity: false", ["1:11: 'severity' must be one of off, info, warning, error; got false"]),
        ("words: one", ["1:8: 'words' must be a list, got the text 'one' (write [one])"]),
        ('words: "\\e[2J"', ["1:8: 'words' must be a list, got the text '\\x1b[2J'"]),
        ("words: {a: b}", ["1:8: 'words' must be a list, got a mapping"]),
        ("words: []", ["1:8: an empty list takes nothing away by itself; write {$replace: []}"]),
        ("words: [1, ~, [a]]", [
            "1:9: each of 'words' must be text, got the number 1 (quote it to make it text)",
            "1:12: an item of 'words' is empty",
            "1:15: each of 'words' must be text, got a list",
        ]),
        ("words: {$remove: [three, 'é']}", [
            "1:19: $remove: 'three' is not in what stands before",
            "1:26: $remove: 'é' is not in what stands before",
        ]),
        ("words: {$append: ~}", ["1:18: '$append' takes a list, got nothing"]),
        ("words: {$apend: [a]}", ["1:9: unknown key '$apend', did you mean '$append'?"]),
        ("words: {$append: a, b: c}", [
            "1:18: '$append' takes a list, got the text 'a'",
            "1:21: unknown key 'b'; known here: $replace, $remove, $append",
        ]),
        ("sizes: [a]", ["1:8: 'sizes' must be a mapping, got a list"]),
        ("sizes: {$append: [a]}", ["1:8: 'sizes' must be a mapping, got list operators"]),
        ("sizes: {'': 1, b: x}", [
            "1:9: a key of 'sizes' is no usable glob, '': it is empty",
            "1:19: 'b' must be a whole number, got the text 'x'",
        ]),
        ("item: [a]", ["1:7: 'item' must be a mapping, got a list"]),
        ("item: {$append: [a]}", ["1:7: 'item' must be a mapping, got list operators"]),
        ("items: [{why: x}]", ["1:9: missing required key 'path'"]),
        ("items: [1]", ["1:9: 'path' must be text, got the number 1 (quote it to make it text)"]),
        ("items: {$remove: [{path: q}]}", ["1:19: each of 'items' must be text, got a mapping"]),
        ("nubmer: 1", ["1:1: unknown key 'nubmer', did you mean 'number'?"]),
        ("x" * 70 + ": 1", [
            "1:1: unknown key '" + "x" * 57 + "…'; known here: flag, number, below, ratio, text, glob, pattern, word, "
            "severity, words, numbers, sizes, item, items, denied, allowed, most",
        ]),
        ('"\\e[2J": 1', [
            ("1:1: unknown key '\\x1b[2J'; known here: flag, number, below, ratio, text, glob, pattern, word, severity, "
            "words, numbers, sizes, item, items, denied, allowed, most"),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_setting(text: str, lines: list[str]) -> None:
    assert read(text)[1] == [f"p:{line}" for line in lines]


def test_all_at_once() -> None:
    text = "flag: 1\nnumber: x\nword: c\nwords: a\nitem: {pth: 1}\nitems: [{}]\nsverity: off"
    assert [line.split(":")[1] for line in read(text)[1]] == ["1", "2", "3", "4", "5", "6", "7"]


def test_only_some_unknown_words_are_compared() -> None:
    lines = read("\n".join(f"flags{number}: 1" for number in range(3000)))[1]
    assert sum("did you mean" in line for line in lines) == 20


def test_a_setting_of_another_type_is_our_mistake() -> None:
    class Odd(NamedTuple):
        value: bytes = b""

    node = parse("p", b"value: x", [])
    assert node is not None
    with pytest.raises(TypeError, match="a setting cannot be <class 'bytes'>"):
        Reader().record(Odd, Odd(), node, "the policy")
