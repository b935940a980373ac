"""The ignore rules, sentence by sentence of gitignore(5), and against git itself."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mlgovern.facts.snapshot import SYMLINK
from mlgovern.gitignore import MOST_BYTES, Ignores, Source, gather
from mlgovern.wildmatch import _CLASSES
from tests.factories import a_file, a_snapshot


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        pytest.param("*.csv", "data/a.csv", 1, id="a pattern without slash matches at any depth"),
        pytest.param("/a.csv", "data/a.csv", None, id="a leading slash anchors"),
        pytest.param("data/a.csv", "x/data/a.csv", None, id="so does one in the middle"),
        pytest.param("data/", "data/raw/a.csv", 1, id="a folder takes everything below it"),
        pytest.param("data/", "data", None, id="a final slash means folders only"),
        pytest.param("data/", "src/data/a", 1, id="a final slash alone does not anchor"),
        pytest.param("*.csv\n!keep.csv", "keep.csv", None, id="the last line that matches decides"),
        pytest.param("!keep.csv\n*.csv", "keep.csv", 2, id="an exception must come later"),
        pytest.param("data/\n!data/.gitkeep", "data/.gitkeep", 1, id="nothing below an ignored folder is taken back"),
        pytest.param("data/*\n!data/.gitkeep", "data/.gitkeep", None, id="its content can be"),
        pytest.param("data/*\n!data/.gitkeep", "data/a.csv", 1, id="the rest stays ignored"),
        pytest.param("data/**\n!data/.gitkeep", "data/.gitkeep", None, id="two stars, direct child"),
        pytest.param("data/**\n!data/*/.gitkeep", "data/raw/.gitkeep", 1, id="two stars ignore the folders between"),
        pytest.param("data/**\n!data/**/\n!.gitkeep", "data/raw/.gitkeep", None, id="unless these are taken back"),
        pytest.param("# note\n\\#note", "#note", 2, id="an escaped hash"),
        pytest.param("\\!important", "!important", 1, id="an escaped exclamation mark"),
        pytest.param("a ", "a", 1, id="trailing blanks go"),
        pytest.param("a\\ ", "a ", 1, id="an escaped one stays"),
        pytest.param("a\\\\ ", "a\\", 1, id="an escaped backslash escapes no blank"),
        pytest.param("a\t", "a", None, id="a tab is no blank"),
        pytest.param("a\r\nb\r\n", "b", 2, id="CRLF"),
        pytest.param("a\r", "a", 1, id="CR at the end of the file"),
        pytest.param("\ufeffa", "a", 1, id="byte order mark"),
        pytest.param("a\0b", "a", 1, id="git stops at NUL"),
        pytest.param("**/logs", "a/b/logs", 1, id="two stars in front"),
        pytest.param("**/logs", "logs", 1, id="two stars in front, no folder"),
        pytest.param("a/**/b", "a/b", 1, id="two stars between, no folder"),
        pytest.param("a/**/b", "a/x/y/b", 1, id="two stars between, folders"),
        pytest.param("a/**", "a", None, id="two stars behind: below only"),
        pytest.param("a**/b", "ax/y/b", 1, id="git compares the literal head first, so these stars begin anew"),
        pytest.param("a/*/c", "a/b/b/c", None, id="a star takes no slash"),
        pytest.param("?.txt", "é.txt", None, id="a question mark is one byte"),
        pytest.param("[[:digit:]-]x", "-x", 1, id="classes"),
        pytest.param("[!a]x", "ax", None, id="negated set"),
        pytest.param("[]a]x", "]x", 1, id="a closing bracket in front"),
        pytest.param("[b-a]x", "bx", 1, id="of a range that is upside down only its start counts"),
        pytest.param("[a", "[a", None, id="a set without end matches nothing"),
        pytest.param("x[", "x[", None, id="nor does a bracket at the end"),
        pytest.param("[[:nope:]]", "n", None, id="nor does an unknown class"),
        pytest.param("a\\", "a\\", None, id="nor a final backslash"),
        pytest.param("a\\*", "a*", 1, id="an escaped star"),
        pytest.param("\n/\n!\n//\n", "a", None, id="lines that say nothing"),
        pytest.param("*.TXT", "a.txt", None, id="letter case counts"),
    ],
)
def test_one_file(text: str, path: str, line: int | None) -> None:
    source = Ignores({"": text}).ignored(path)
    assert (source.line if source else None) == line


def test_the_nearest_file_decides() -> None:
    ignores = Ignores({"": "*.log\n", "src": "!keep.log\n*.tmp\n", "src/deep": b"\xff.x\n"})
    assert ignores.ignored("src/keep.log") is None
    assert ignores.ignored("src/a/x.tmp") == Source("src/.gitignore", 2, "*.tmp")
    assert ignores.ignored("x.tmp") is None
    assert ignores.ignored("src/deep/\udcff.x") == Source("src/deep/.gitignore", 1, "\udcff.x")
    assert ignores.decides("src/keep.log") == Source("src/.gitignore", 1, "!keep.log")
    assert [*ignores.exceptions()] == [("src", Source("src/.gitignore", 1, "!keep.log"))]


def test_no_file_below_an_ignored_folder_is_asked() -> None:
    assert Ignores({"": "data/", "data": "!*"}).ignored("data/a") == Source(".gitignore", 1, "data/")


def test_gather_says_what_it_could_not_read() -> None:
    link, lost = a_file("a/.gitignore", b"..", mode=SYMLINK), a_file("b/.gitignore", b"lost")
    files: dict[str, bytes | str] = {
        ".gitignore": "*.log",
        "c/.gitignore": b"#" * (MOST_BYTES + 1),
        "not.gitignore": "*",
    }
    snapshot = a_snapshot(files)
    snapshot = snapshot._replace(tracked={**snapshot.tracked, link.path: link, lost.path: lost})
    ignores, unread = gather(snapshot)
    assert [entry.what for entry in unread] == ["c/.gitignore", "b/.gitignore"]
    assert ignores.ignored("a.log")
    assert not ignores.ignored("a.txt")


ATOMS = (
    "a", "b", "ab", "*", "**", "/", "**/", "/**", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "[[:alpha:]]", "[[:digit:]b]", "[]a]",
    "[a-]", "[-a]", "\\", "\\ ", " ", "!", "#", ".", "\\*", "\\/", "[", "]", "[[:x:]]", "[:a]", "[[:]", "[a", "é", "*.c", ".c",
    "{a,b}", "\t", "[\\]]", "[b-a]", "[a-\\c]", "[[:space:]]", "[!/]", "[/]", "-", "[[::]]", "[[:alpha]", "^", "\r",
)  # fmt: skip
NAMES = (
    "a", "b", "ab", "aab", "c", "a.c", ".c", "é", "[", "a b", " a", "a ", "!a", "#a", "-", "1", "a]", "]", ":", "\\", "*", "{a,b}",
    "\t", "abab",
)  # fmt: skip
patterns = st.builds(
    "{}{}{}".format,
    st.sampled_from(("", "", "!", "/")),
    st.lists(st.sampled_from(ATOMS), min_size=1, max_size=6).map("".join),
    st.sampled_from(("", "/", "\r", " ")),
)
texts = st.dictionaries(
    st.sampled_from(("", "a", "a/b", "ab")), st.lists(patterns, min_size=1, max_size=5).map("\n".join), min_size=1
)
paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ignores")
    subprocess.run(["git", "init", "-q", "--template="], cwd=folder, env=_sealed(folder), check=True)
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "ab").mkdir()
    return folder


def _sealed(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {
        **kept,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }


def _git(folder: Path, rules: Mapping[str, str], asked: list[str]) -> dict[str, Source | None]:
    """What `git check-ignore` says, all paths in one call."""
    for base, text in rules.items():
        (folder / base / ".gitignore").write_bytes(text.encode())
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin"],
        cwd=folder, env=_sealed(folder), input="".join(f"./{path}\0" for path in asked).encode(), capture_output=True, check=False,
    )  # fmt: skip
    for base in rules:
        (folder / base / ".gitignore").unlink()
    assert done.returncode in {0, 1}, done.stderr
    fields = done.stdout.decode().split("\0")[:-1]
    rows = zip(*(iter(fields),) * 4, strict=True)
    return {path[2:]: Source(file, int(line), pattern) if file else None for file, line, pattern, path in rows}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=texts, asked=st.lists(paths, min_size=40, max_size=80, unique=True))
@example(rules={"": "a**/b\na**\n[a-\\c]*?/**/b"}, asked=["a/b", "ab", "axb/b", "a/x/y/b", "b/c", "bx/a/b"])
def test_git_says_the_same(place: Path, rules: dict[str, str], asked: list[str]) -> None:
    asked = [path for path in asked if path not in {"a", "a/b", "ab"}]  # folders on the disk
    ignores = Ignores(rules)
    assert {path: ignores.decides(path) for path in asked} == _git(place, rules, asked)


def test_git_says_the_same_of_every_class_and_byte(place: Path) -> None:
    asked = [f"x{chr(code)}x" for code in range(1, 128) if chr(code) != "/"]
    for name in _CLASSES:
        rules = {"": f"x[[:{name.decode()}:]]x\n"}
        assert {path: Ignores(rules).decides(path) for path in asked} == _git(place, rules, asked)


@pytest.mark.parametrize("text", ["a/", "a/b/", "/a", "a/*\n!a/b/", "*b"])
def test_git_says_the_same_of_folders(place: Path, text: str) -> None:
    answer = _git(place, {"": text}, ["a", "a/b", "ab"])
    assert {path: Ignores({"": text}).decides(f"{path}/") for path in answer} == answer


@given(st.dictionaries(st.text("ab/", max_size=4), st.binary(max_size=40)), st.text(max_size=20))
def test_any_text_can_be_read(rules: dict[str, bytes], path: str) -> None:
    Ignores(rules).ignored(path)


@pytest.mark.parametrize(
    "text",
    [
        "*a" * 200 + "b",
        "**/" * 100 + "x",
        "*a*/" * 30 + "x",
        "**/a*/" * 20 + "z",
        "[a-z]*" * 200 + "0",
        "**/*a*/**/*b*/**/zz",
    ],
)
@pytest.mark.parametrize("path", ["a" * 4000, "a/" * 2000 + "a", ("a" * 20 + "/") * 190 + "b"])
def test_no_pattern_takes_long(text: str, path: str) -> None:
    Ignores({"": text}).ignored(path)


@given(
    st.lists(st.text("ab/*?[]!\\\\#. ", min_size=1, max_size=6), max_size=4),
    st.lists(st.from_regex(r"[ab.# ]{1,3}(/[ab.# ]{1,3}){0,2}", fullmatch=True), max_size=5),
)
def test_no_ignored_path_is_unsuspected(lines: list[str], paths: list[str]) -> None:
    ignores = Ignores({"": "\n".join(lines), "a": "b\n"})
    left = ignores.suspects(paths)
    assert [path for path in paths if ignores.ignored(path) and path not in left] == []
