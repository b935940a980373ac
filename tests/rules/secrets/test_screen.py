"""The screen is never laxer than `scan`, whatever changes between versions; and it is worth having."""

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mlgovern.rule import Pattern
from mlgovern.rules.secrets import screen as screening
from mlgovern.rules.secrets.cells import cells
from mlgovern.rules.secrets.lines import HOLDS, KEY, LOOSE, TELLS, classified
from mlgovern.rules.secrets.names import EnvFiles
from mlgovern.rules.secrets.own import OwnDetector, Secrets
from mlgovern.rules.secrets.parts import added, widened
from mlgovern.rules.secrets.scan import scan
from mlgovern.rules.secrets.screen import LOUD, SILENT, UNMARKED, Screen
from mlgovern.rules.secrets.sweep import Sweep, expressions
from mlgovern.rules.secrets.tokens import DETECTORS, find_bound, find_loose, loose_gates
from tests.rules.secrets.histories import ALLOWED, PASSWORD, History, notebooks, texts
from tests.rules.secrets.samples import ALNUM, HEX, SAMPLES, some

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


AS_IT_IS = Secrets()
TEAM = Secrets((OwnDetector("team", Pattern(r"team-\d{6}"), ("TEAM-",)),), (Pattern(ALLOWED),))
NAMED = ("a.env.txt",)  # by a compose file


@lru_cache(maxsize=1)
def engine() -> Sweep:
    """hyperscan, without what is kept on disk."""
    hyperscan = pytest.importorskip("hyperscan", reason="the extra `fast` is not installed")
    from mlgovern.enforce import fast

    database = fast._made(hyperscan, expressions())
    return Sweep(lambda data: fast._search(hyperscan, database, data))


@pytest.fixture(scope="module", params=("lines", "hyperscan"))
def screens(request: pytest.FixtureRequest) -> Callable[..., Screen]:
    """Fresh screens of one engine."""
    finder = engine() if request.param == "hyperscan" else None
    return lambda secrets=AS_IT_IS: Screen(EnvFiles(paths=NAMED), finder, secrets)


def laxer(screen: Screen, history: History, cut: int, secrets: Secrets = AS_IT_IS) -> list[str]:
    """The paths of what the screen calls silent and `scan` does not; a history may come in two batches."""
    told = screen.told(history[:cut]) + screen.told(history[cut:])
    bad = []
    for (path, data), said in zip(history, told, strict=True):
        found = scan(path, data, EnvFiles(paths=NAMED), secrets)
        if said == SILENT and found:
            bad.append(path)
        if said == UNMARKED and found != scan(path, data, EnvFiles(paths=NAMED), secrets, unmarked=True):
            bad.append(f"{path}, unmarked")
    return bad


@pytest.mark.parametrize("make", (texts, notebooks))
@pytest.mark.parametrize("seed", range(4))
def test_never_laxer_than_scan(screens: Callable[..., Screen], make: Callable[[Random], History], seed: int) -> None:
    random = Random(seed)
    for number in range(60):
        history, secrets = make(random), TEAM if number % 3 == 0 else AS_IT_IS
        assert not laxer(screens(secrets), history, random.randint(0, len(history)), secrets), history


PRIVATE = "PRIVATE " + "KEY-----"
BODY = "\n".join(some(ALNUM, 64, seed) for seed in range(4))


@pytest.mark.parametrize(
    ("path", "before", "after"),
    (
        pytest.param(
            "a.py", "password = (\n)\n", f"password = (\n    {PASSWORD!r}\n)\n", id="the value on the next line"
        ),
        pytest.param("a.js", f"password =\n\n\n{PASSWORD!r}\n", f"password =\n{PASSWORD!r}\n", id="lines between go"),
        pytest.param(
            "a.sh", f"password='\n\nx\n{PASSWORD}\n", f"password='\n\nx\n{PASSWORD}'\n", id="a quote lines below"
        ),
        pytest.param(
            "a.sh", 'TOKEN="Ott\nerz\n', f'TOKEN="Ott\nerz\n{PASSWORD}zz"\n', id="a quote open at the end before"
        ),
        pytest.param(
            "run", '#!/bin/sh\nTOKEN="Ott\nerz\n', f'#!/bin/sh\nTOKEN="Ott\nerz\n{PASSWORD}zz"\n', id="in a script"
        ),
        pytest.param("a.md", f"a\npassword = {PASSWORD!r}\n", f"```\na\npassword = {PASSWORD!r}\n", id="a fence above"),
        pytest.param(
            "a.yaml",
            "data:\n  password: T3R0ZXJMdW5jaDk=\n",
            "kind: Secret\ndata:\n  password: T3R0ZXJMdW5jaDk=\n",
            id="a kind above",
        ),
        pytest.param("wandb.py", "x = 1\n", f'key = "{some(HEX, 40)}"\n', id="a vendor in the name"),
        pytest.param("a.txt", f"?password={PASSWORD}\n", f"?password={PASSWORD}\n\nhttp://a\n", id="a URL elsewhere"),
        pytest.param(
            "a.txt", "Authorization:\n\n", f"Authorization:\n\n Bearer {some('ab1', 30)}\n", id="a header lines above"
        ),
        pytest.param("a.txt", f"-----BEGIN {PRIVATE}\n", f"-----BEGIN {PRIVATE}\n{BODY}\n", id="a key below its mark"),
    ),
)
def test_what_stands_around_counts(screens: Callable[..., Screen], path: str, before: str, after: str) -> None:
    history = [(path, before.encode()), (path, after.encode())]
    assert scan(*history[1], EnvFiles())
    assert screens().told(history)[1] != SILENT


def test_never_laxer_where_there_is_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    from mlgovern.rules.secrets import lines

    monkeypatch.setattr(lines, "_MOST_CHARACTERS", 300)
    monkeypatch.setattr(screening, "_MOST_PIECES", 3)
    random, screen = Random(5), Screen(EnvFiles())
    for _ in range(150):
        assert not laxer(screen, texts(random), 2)


@pytest.mark.parametrize("folder", ("dotenv", "notebooks", "locks", "commits", "branches"))
def test_never_laxer_over_a_corpus(screens: Callable[..., Screen], folder: str) -> None:
    if not (CORPUS / folder).is_dir():
        pytest.skip("the corpora are not beside this repository")
    found = sorted(path for path in (CORPUS / folder).rglob("*") if path.is_file() and path.stat().st_size < 200_000)
    files = [(path.relative_to(CORPUS).as_posix(), path.read_bytes()) for path in found[:150]]
    as_code = [(f"{path}.py", data) for path, data in files]
    assert not laxer(screens(), [*files, *as_code], len(files))


@pytest.mark.parametrize(
    ("path", "text"),
    (
        pytest.param("a.py", "def f(token, key):\n    return token[key]\n", id="words without a value"),
        pytest.param("a.py", "password = getpass()\n", id="a call"),
        pytest.param("a.md", f"the key is\n```\npassword={'x' * 12}\n```\n", id="a placeholder in a block"),
        pytest.param("a.js", "headers['Authorization'] = value\n", id="a header without its value"),
        pytest.param("BUILD", "py_library(name = 'keys', deps = ['//token'])\n", id="a name that tells no language"),
        pytest.param("a.txt", "see https://a.example/x?y=1 and me@a.example\n", id="a URL and an address"),
    ),
)
def test_what_is_silent(screens: Callable[..., Screen], path: str, text: str) -> None:
    assert screens().told([(path, text.encode())]) == [SILENT]


@pytest.mark.parametrize(
    ("path", "data"),
    (
        pytest.param(".env", b"A=1\n", id="an environment file"),
        pytest.param(".pgpass", b"h:1:d:u:p\n", id="a format without words"),
        pytest.param(".npmrc", b"x=1\n", id="a store of logins"),
        pytest.param("a.tf", b"x = 1\n", id="a format whose values stand lines below"),
        pytest.param("a.tfstate", b"{}", id="a state"),
        pytest.param("a.env.txt", b"A=1\n", id="what a compose file names"),
        pytest.param("a.p12", b"0\x82", id="a store of keys"),
        pytest.param("model.bin", b"version https://git-lfs.github.com/spec/v1\n", id="a pointer"),
        pytest.param("a.py", f"password = {PASSWORD!r}\n".encode(), id="a password"),
        pytest.param("Procfile", f"password: {PASSWORD}\n".encode(), id="a password in a file of any language"),
        pytest.param("run", f"#!/bin/sh\nexport PASSWORD={some(ALNUM, 30)}\n".encode(), id="a password in a script"),
    ),
)
def test_what_is_left_to_scan(screens: Callable[..., Screen], path: str, data: bytes) -> None:
    assert screens().told([(path, data)]) != [SILENT]


def test_binary_files_are_for_the_engine_alone() -> None:
    data = b"\0\1\2" * 1000
    assert Screen(EnvFiles()).told([("a.bin", data)]) != [SILENT]
    assert Screen(EnvFiles(), engine()).told([("a.bin", data)]) == [SILENT]


def test_an_engine_that_fails_tells_nothing() -> None:
    assert Screen(EnvFiles(), Sweep(lambda _data: None)).told([("a.py", b"x = 1\n")]) != [SILENT]


def test_a_line_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from mlgovern.rules.secrets import lines

    seen: list[str] = []

    def watched(new: Iterable[str]) -> dict[str, int]:
        seen.extend(new)
        return classified(new)

    monkeypatch.setattr(lines, "classified", watched)
    screen, many = Screen(EnvFiles()), [f"line {number}" for number in range(500)]
    for version in range(20):
        many[version * 7] = f"token {version}"
        assert screen.told([("a.py", "\n".join(many).encode())]) == [SILENT]
    assert len(seen) == len(set(seen)) == 519


def test_the_engine_points_at_every_format() -> None:
    for name, (before, alphabet, length, behind) in SAMPLES.items():
        data = f"x {before}{some(alphabet, length)}{behind}\n".encode()
        said = Screen(EnvFiles(), engine()).told([("a.txt", data)])
        assert (said == [SILENT]) is not bool(scan("a.txt", data, EnvFiles())), name


def test_no_format_that_stands_in_one_word_holds_a_blank() -> None:
    """Lines are looked at one by one: what goes beyond one has to be among the loose formats."""
    import re._parser as parser  # type: ignore[import-not-found]  # CPython's own, without types

    from mlgovern.rules.secrets.tokens import patterns

    for pattern in patterns():
        assert not any(_takes_newline(*item) for item in _items(parser.parse(pattern)))


def _items(parsed: Any) -> Iterable[tuple[str, Any]]:
    for kind, value in parsed:
        yield str(kind), value
        for inner in value if isinstance(value, (tuple, list)) else ():
            if hasattr(inner, "data"):
                yield from _items(inner)
            elif isinstance(inner, list):
                for branch in inner:
                    yield from _items(branch) if hasattr(branch, "data") else ()


def _takes_newline(kind: str, value: Any) -> bool:
    if kind == "IN":
        negated = str(value[0][0]) == "NEGATE"
        taken = any(_takes_newline(str(one), what) for one, what in value)
        return taken is not negated
    if kind == "RANGE":
        return bool(value[0] <= 10 <= value[1])
    if kind == "CATEGORY":
        return str(value) in {"CATEGORY_SPACE", "CATEGORY_NOT_DIGIT", "CATEGORY_NOT_WORD"}
    return (kind == "LITERAL" and value == 10) or (kind == "NOT_LITERAL" and value != 10) or kind == "ANY"


def test_a_format_is_bound_or_loose() -> None:
    gates = {gate for detector in DETECTORS for gate in detector.gates}
    assert set(loose_gates()) < gates
    header = f'"Authorization":\n  "Bearer {some("ab1", 30)}"'
    assert (len([*find_bound(header)]), len([*find_loose(header)])) == (0, 1)


@pytest.mark.parametrize(
    ("lines", "kinds"),
    (
        pytest.param(["x = 1", ""], [], id="plain"),
        pytest.param(["the token"], [TELLS], id="a word"),
        pytest.param(["the to\u212aen"], [TELLS], id="a word in capitals that are none"),
        pytest.param(['"kty": "RSA"'], [KEY], id="a key"),
        pytest.param(["PRIVATE " + "KEY"], [KEY | TELLS], id="a key and a word"),
        pytest.param(["Authorization"], [LOOSE | TELLS], id="a header"),
        pytest.param([f"x https://u:{PASSWORD}@host"], [HOLDS], id="a URL"),
        pytest.param(["x", "ghp" + "_" + some("aB1", 36), "y"], [HOLDS], id="a token"),
    ),
)
def test_what_a_line_tells(lines: list[str], kinds: list[int]) -> None:
    assert [*classified(lines).values()] == kinds


@pytest.mark.parametrize(
    ("before", "text", "part"),
    (
        pytest.param("", "a\nb", "a\nb", id="nothing before"),
        pytest.param("a\nb\nc\n", "a\nx\nc\n", "x", id="a line changes"),
        pytest.param("a\nc\n", "a\nb\nc\n", "b\nc", id="a line comes"),
        pytest.param("a\nb\nc\n", "a\nc\n", "c", id="a line goes"),
        pytest.param("a\nb", "a\nb\n", "b\n", id="the last line ends"),
        pytest.param("abc\n", "abXc\n", "abXc", id="within a line"),
        pytest.param("aaa", "aaaa", "aaaa", id="alike both ways"),
        pytest.param("a\nb\n", "a\nb\n", "", id="the same"),
    ),
)
def test_what_a_text_adds(before: str, text: str, part: str) -> None:
    whole, start, end = added(text, before)
    assert whole[start:end] == part


def test_a_part_is_widened_by_the_runs_that_it_touches() -> None:
    text = "0\n1!\n2!\nx\n4!\n5!\n6\n7\n"
    part = added(text, text.replace("x", "y"))
    _, start, end = widened(part, lambda line: line.endswith("!"), lambda lines: not any("!" in line for line in lines))
    assert text[start:end] == "1!\n2!\nx\n4!\n5!\n6"


def test_a_notebook_in_cells() -> None:
    notebook = {"cells": [{"source": ["a"]}, {"source": ["b"]}], "metadata": {}}
    usual = json.dumps(notebook, indent=1)
    assert [json.loads(piece) for piece in cells(usual)] == [
        {"cells": [{"source": ["a"]}]},
        {"cells": [{"source": ["b"]}]},
        {"cells": [], "metadata": {}},
    ]
    for other in (
        json.dumps(notebook),
        usual.replace('"cells"', '"x"'),
        usual[:-1],
        "{}",
        "",
        usual[:-1] + ', "cells": [1]}',
    ):
        assert cells(other) == [other]


def test_a_key_that_grows_in_a_long_file_is_told() -> None:
    begin, lines = "-----BEGIN PRIVATE " + "KEY-----\n", "x = 1\n" * 10_000
    body = "".join(f"{some(ALNUM, 64)}\n" for _ in range(4))
    versions = [begin + lines, f"{begin}{lines}y = 2\n", f"y = 3\n{lines}{begin}{lines}", f"{begin}{body}{lines}"]
    screen = Screen(EnvFiles(), engine())
    assert [screen.told([("a.py", text.encode())]) for text in versions] == [[SILENT], [SILENT], [SILENT], [LOUD]]
