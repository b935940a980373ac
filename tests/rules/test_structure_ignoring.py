"""What the ignore rules say, against what the tree holds."""

import pytest

from mlgovern.facts.snapshot import SUBMODULE
from mlgovern.rule import Glob, Rule
from mlgovern.rules.structure import RULES
from mlgovern.rules.structure.ignoring import Entry, IgnoredOrThere, MustIgnore
from tests.factories import a_file, a_snapshot, judged, not_judged, rule_of

UNSETTLED = rule_of(RULES, "missing-or-unignored-path")
UNIGNORED = rule_of(RULES, "not-ignored-path")
TRACKED = rule_of(RULES, "ignored-but-tracked")


@pytest.mark.parametrize(
    ("ignore", "tracked", "path", "flagged"),
    [
        pytest.param("", "src/a.py", "data/", True, id="neither"),
        pytest.param("", "data/a.csv", "data/", False, id="tracked"),
        pytest.param("data/", "src/a.py", "data/", False, id="ignored"),
        pytest.param("data/*", "src/a.py", "data/", False, id="its content is ignored"),
        pytest.param("data/*.csv", "src/a.py", "data/", True, id="some of its content"),
        pytest.param("", "a/logs/x", "*/logs/", False, id="a glob, tracked"),
        pytest.param("", "a/b", "a/*", False, id="a glob, a file"),
        pytest.param("", "logs", "logs", False, id="a file"),
    ],
)
def test_missing_or_unignored(ignore: str, tracked: str, path: str, flagged: bool) -> None:
    snapshot = a_snapshot({".gitignore": ignore, tracked: ""}, stages=("ci",))
    assert bool(judged(UNSETTLED, snapshot, IgnoredOrThere((Entry(Glob(path)),)))) is flagged


def test_what_is_said_of_an_unsettled_path() -> None:
    settings = IgnoredOrThere((Entry(Glob("data/"), why="made by the pipeline"),))
    (finding,) = judged(UNSETTLED, a_snapshot({".gitignore": "a"}, stages=("audit",)), settings)
    assert finding.message == "data/ is neither tracked nor ignored (made by the pipeline)"
    assert finding.mend == r"printf '\n%s\n' data/ >> .gitignore"
    assert not judged(UNSETTLED, a_snapshot({"src/a.py": ""}), settings)
    assert judged(UNSETTLED, a_snapshot({"src/a.py": ""}), settings._replace(always=True))
    assert not judged(UNSETTLED, a_snapshot({".gitignore": ""}))


@pytest.mark.parametrize(
    ("ignore", "path", "covered"),
    [
        pytest.param("", ".env", False, id="nothing"),
        pytest.param(".env", ".env", True, id="a name"),
        pytest.param("env", "env/", True, id="a name covers a folder"),
        pytest.param("env/", "env/", True, id="a folder"),
        pytest.param("sub/env/", "env/", False, id="another folder"),
        pytest.param("data/**\n!data/**/\n!.gitkeep", "data/", True, id="all but placeholders"),
        pytest.param("data/*\n!data/raw", "data/", True, id="all but one folder"),
        pytest.param("data/*\n!data/*/", "data/", False, id="all but folders"),
        pytest.param("*.pyc", "**/*.pyc", True, id="an extension"),
        pytest.param("conf/local/**", "conf/local/**", True, id="two stars"),
        pytest.param("*.log", "*.{log,tmp}", False, id="one of two"),
        pytest.param("*.log\n*.tmp", "*.{log,tmp}", True, id="both"),
        pytest.param("?.x", "?.x", True, id="one character"),
    ],
)
def test_not_ignored(ignore: str, path: str, covered: bool) -> None:
    settings = MustIgnore((Entry(Glob(path)),), keep=())
    assert bool(judged(UNIGNORED, a_snapshot({".gitignore": ignore}, stages=("ci",)), settings)) is not covered


@pytest.mark.parametrize(
    ("tracked", "mend"),
    [
        pytest.param([], r"printf '\n%s\n' data/ >> .gitignore", id="the folder"),
        pytest.param(
            ["data/.gitkeep"], r"printf '\n%s\n' 'data/*' '!data/.gitkeep' >> .gitignore", id="a placeholder in it"
        ),
        pytest.param(
            ["data/raw/.gitkeep"],
            r"printf '\n%s\n' 'data/**' '!data/**/' '!data/**/.gitkeep' >> .gitignore",
            id="one deeper",
        ),
        pytest.param(["src/data/a.py"], r"printf '\n%s\n' /data/ >> .gitignore", id="another folder of that name"),
        pytest.param(
            ["data/.gitkeep", "src/data/a.py"],
            r"printf '\n%s\n' '/data/*' '!/data/.gitkeep' >> .gitignore",
            id="both",
        ),
        pytest.param(
            ["data/books/prepare.py", "data/.gitkeep"],
            "some of data/ is tracked: ignore what is generated, e.g. /data/raw/",
            id="code below it",
        ),
        pytest.param(
            ["data/README.md"], r"printf '\n%s\n' 'data/*' '!data/README.md' >> .gitignore", id="a text about it"
        ),
    ],
)
def test_the_mend_lets_placeholders_through(tracked: list[str], mend: str) -> None:
    snapshot = a_snapshot(dict.fromkeys([*tracked, "a"], ""), stages=("audit",))
    (finding,) = judged(UNIGNORED, snapshot, MustIgnore((Entry(Glob("data/"), why="no data in Git"),)))
    assert (finding.message, finding.mend) == ("data/ is not ignored (no data in Git)", mend)


def test_a_glob_is_mended_as_it_is() -> None:
    (finding,) = judged(UNIGNORED, a_snapshot({"a": ""}, stages=("ci",)), MustIgnore((Entry(Glob("*.log")),)))
    assert finding.mend == r"printf '\n%s\n' '*.log' >> .gitignore"


@pytest.mark.parametrize(
    ("tracked", "covered"),
    [
        pytest.param(["data/.gitignore", "data/data.xml.dvc"], True, id="in DVC, with its own ignore rules"),
        pytest.param(["data/.gitignore"], False, id="ignore rules for something else"),
        pytest.param(["data/data.xml.dvc"], False, id="nothing ignores it"),
    ],
)
def test_dvc_ignores_what_it_keeps(tracked: list[str], covered: bool) -> None:
    snapshot = a_snapshot(dict.fromkeys(tracked, ""), stages=("audit",))
    assert bool(judged(UNIGNORED, snapshot, MustIgnore((Entry(Glob("data/")),)))) is not covered


@pytest.mark.parametrize(
    ("ignore", "message"),
    [
        pytest.param("data/*\n!data/.gitkeep", "", id="let through"),
        pytest.param(
            "data/\n!data/.gitkeep",
            "data/.gitkeep must not be ignored, but line 1 does (data/); nothing below an ignored folder can be taken back",
            id="taken back in vain",
        ),
        pytest.param(
            "data/\n!/a/.env.example\n.env*\n!/.env.example",
            "a/.env.example must not be ignored, but line 3 does (.env*)",
            id="taken back too early",
        ),
        pytest.param("data/\n.env*", ".env.example must not be ignored, but line 2 does (.env*)", id="swallowed"),
        pytest.param("data/\n.env*\n!.env.example", "", id="swallowed and taken back"),
        pytest.param("data/\n!/*.x\n!a\\b\n!c/\n!", "", id="exceptions that name no path"),
    ],
)
def test_what_must_not_be_swallowed(ignore: str, message: str) -> None:
    snapshot = a_snapshot({".gitignore": ignore}, stages=("ci",))
    messages = [finding.message for finding in judged(UNIGNORED, snapshot, MustIgnore((Entry(Glob("data/")),)))]
    assert messages == ([message] if message else [])


def test_exceptions_of_inner_files_count() -> None:
    files: dict[str, bytes | str] = {".gitignore": "tmp/", "a/.gitignore": "data/\n!data/.gitkeep"}
    (finding,) = judged(UNIGNORED, a_snapshot(files, stages=("ci",)), MustIgnore((Entry(Glob("tmp/")),)))
    assert (finding.place.path, finding.place.line) == ("a/.gitignore", 1)
    assert finding.mend == "in a/.gitignore, write data/* and !data/.gitkeep instead of data/"


def test_when_ignore_rules_are_judged() -> None:
    settings = MustIgnore((Entry(Glob("data/")),))
    assert not judged(UNIGNORED, a_snapshot({"src/a.py": ""}), settings)
    assert judged(UNIGNORED, a_snapshot({"src/.gitignore": ""}), settings)
    assert judged(UNIGNORED, a_snapshot({"README.md": ""}), settings)
    assert not judged(UNIGNORED, a_snapshot({"README.md": ""}))


@pytest.mark.parametrize(
    ("files", "message", "mend"),
    [
        pytest.param(
            {".gitignore": "*.log\n", "src/a.log": ""}, "tracked although line 1 of .gitignore ignores it (*.log)",
            "git rm --cached -- src/a.log\nor keep it: add the line !/src/a.log to .gitignore", id="a file",
        ),
        pytest.param(
            {".gitignore": ".env\n", "src/.env": ""}, "tracked although line 1 of .gitignore ignores it (.env)",
            "git rm --cached -- src/.env", id="an environment file is never kept",
        ),
        pytest.param(
            {".gitignore": "uv.lock\n", "uv.lock": ""}, "tracked although line 1 of .gitignore ignores it (uv.lock)",
            r"printf '\n%s\n' '!/uv.lock' >> .gitignore", id="a lock is never taken out",
        ),
        pytest.param(
            {"a/.gitignore": ".env*\n", "a/b/.env.example": ""}, "tracked although line 1 of a/.gitignore ignores it (.env*)",
            r"printf '\n%s\n' '!/b/.env.example' >> a/.gitignore", id="nor is a template",
        ),
        pytest.param(
            {".gitignore": "x/\ndata/\n", "data/.gitkeep": ""}, "tracked although line 2 of .gitignore ignores it (data/)",
            "in .gitignore, write data/* and !data/.gitkeep instead of data/", id="a placeholder in an ignored folder",
        ),
        pytest.param(
            {".gitignore": "data/\n", "data/raw/.gitkeep": ""}, "tracked although line 1 of .gitignore ignores it (data/)",
            "in .gitignore, write data/**, !data/**/ and !data/**/.gitkeep instead of data/", id="deeper in it",
        ),
        pytest.param(
            {".gitignore": "out*/\n", "a/out1/.gitkeep": ""}, "tracked although line 1 of .gitignore ignores it (out*/)",
            "in .gitignore, add the lines !/a/out1/, /a/out1/* and !/a/out1/.gitkeep", id="in one of many ignored folders",
        ),
        pytest.param(
            {"a/.gitignore": "data/", "a/data/x y": ""}, "tracked although line 1 of a/.gitignore ignores it (data/)",
            "git rm --cached -- 'a/data/x y'\nor keep it: in a/.gitignore, write data/* and !data/x y instead of data/",
            id="below an ignored folder no exception helps",
        ),
        pytest.param({".gitignore": "*.log\n!a.log", "a.log": ""}, "", "", id="an exception"),
        pytest.param({".gitignore": "*.log", "a.txt": ""}, "", "", id="another file"),
    ],
)  # fmt: skip
def test_ignored_but_tracked(files: dict[str, bytes | str], message: str, mend: str) -> None:
    found = [(finding.message, finding.mend) for finding in judged(TRACKED, a_snapshot(files))]
    assert found == ([(message, mend)] if message else [])


def test_only_what_is_staged_is_compared_but_ci_compares_all() -> None:
    staged: dict[str, bytes | str] = {"b.log": ""}
    tracked: dict[str, bytes | str] = {".gitignore": "*.log", "a.log": ""}
    assert [f.place.path for f in judged(TRACKED, a_snapshot(staged, tracked))] == ["b.log"]
    assert {f.place.path for f in judged(TRACKED, a_snapshot(staged, tracked, stages=("ci",)))} == {"a.log", "b.log"}
    assert not judged(TRACKED, a_snapshot(tracked={".gitignore": "*.log"})._replace(files=(a_file("gone.log"),)))
    assert not judged(TRACKED, a_snapshot())


def test_a_submodule_is_a_folder() -> None:
    file = a_file("libs/x", mode=SUBMODULE)
    snapshot = a_snapshot({".gitignore": "x/"})
    snapshot = snapshot._replace(files=(file,), tracked={**snapshot.tracked, file.path: file})
    assert judged(TRACKED, snapshot)


DATA = (Entry(Glob("data/")),)


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        pytest.param(TRACKED, (), id="tracked"),
        pytest.param(UNIGNORED, MustIgnore(DATA), id="unignored"),
        pytest.param(UNSETTLED, IgnoredOrThere(DATA), id="unsettled"),
    ],
)
def test_rules_that_were_not_read_are_named_and_nothing_is_guessed(rule: Rule, settings: object) -> None:
    lost = a_file(".gitignore", b"lost")
    snapshot = a_snapshot({"a.log": ""}, stages=("ci",))
    snapshot = snapshot._replace(tracked={**snapshot.tracked, lost.path: lost})
    assert [entry.what for entry in not_judged(rule, snapshot, settings)] == [".gitignore"]
    assert not judged(rule, snapshot, settings)
    nothing = snapshot._replace(files=(), added=frozenset())
    assert not [*judged(rule, nothing, settings), *not_judged(rule, nothing, settings)]
