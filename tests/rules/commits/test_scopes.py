"""Scopes: of a list, of the repository's folders, and of the folders that a commit changes."""

from collections.abc import Iterable

import pytest

from mlgovern.facts.snapshot import File
from mlgovern.rule import Glob
from mlgovern.rules.commits import RULES
from mlgovern.rules.commits.folders import above
from mlgovern.rules.commits.scopes import Parts, ScopeMissing, Scopes, asks
from tests.factories import not_judged, rule_of
from tests.rules.commits.judging import PARENT, SHA, about, findings, only

SCOPES = Scopes((Glob("io"), Glob("packages/*")))
FOLDERS = (Glob("packages/*"), Glob("services/*"), Glob("packages/*/plugins/*"))
TRACKED = ("README.md", "packages/io/a.py", "packages/web/b.py", "services/Train/c.py", "packages/io/plugins/csv/d.py")


def tree(paths: Iterable[str] = TRACKED) -> dict[str, File]:
    return {path: File(path) for path in paths}


@pytest.mark.parametrize(
    ("message", "settings", "flagged"),
    [
        pytest.param("fix(io): x", SCOPES, False, id="of the list"),
        pytest.param("fix(IO): x", SCOPES, False, id="capitals do not count"),
        pytest.param("fix(packages/a): x", SCOPES, False, id="glob"),
        pytest.param("fix(packages/a/b): x", SCOPES, True, id="a star takes no slash"),
        pytest.param("fix(io,packages/b): x", SCOPES, False, id="two of the list"),
        pytest.param("fix(io,web): x", SCOPES, True, id="one is not"),
        pytest.param("fix: x", SCOPES, False, id="no scope"),
        pytest.param("fix(): x", SCOPES, False, id="an empty scope is another rule's"),
        pytest.param("fix(io): x", Scopes(), True, id="an empty list allows nothing"),
    ],
)
def test_commit_scope_unknown(message: str, settings: Scopes, flagged: bool) -> None:
    assert bool(findings("commit-scope-unknown", message, settings)) is flagged


def test_what_an_unknown_scope_reads_like() -> None:
    found = only(findings("commit-scope-unknown", "fix(io,web): x", SCOPES))
    assert found.message == 'the scope "web" is not allowed; allowed are io, packages/*'
    assert found.mend == "use one of: io, packages/*"
    assert found.place[1:5] == (1, 5, 1, 11)


@pytest.mark.parametrize(
    ("message", "settings", "flagged"),
    [
        pytest.param("fix(io): x", ScopeMissing(), False, id="scope"),
        pytest.param("fix: x", ScopeMissing(), True, id="no scope"),
        pytest.param("fix(): x", ScopeMissing(), False, id="an empty one is another rule's"),
        pytest.param("Docs: x", ScopeMissing(("docs",)), False, id="an exempt type"),
        pytest.param("junk", ScopeMissing(), False, id="malformed is another rule's"),
    ],
)
def test_commit_scope_missing(message: str, settings: ScopeMissing, flagged: bool) -> None:
    assert bool(findings("commit-scope-missing", message, settings)) is flagged


def test_what_a_missing_scope_reads_like() -> None:
    found = only(findings("commit-scope-missing", "fix!: drop x"))
    assert found.message == '"fix!: drop x" names no scope; "fix(SCOPE): …" is wanted'
    assert found.mend == "fix(SCOPE)!: drop x"


@pytest.mark.parametrize(
    ("scope", "paths", "flagged"),
    [
        pytest.param("io", (), False, id="a folder's name"),
        pytest.param("IO", (), False, id="capitals do not count"),
        pytest.param("train", (), False, id="nor in the folder's name"),
        pytest.param("packages/io", (), False, id="a folder's path"),
        pytest.param("csv", (), False, id="a folder in a folder"),
        pytest.param("io,web", (), False, id="two folders"),
        pytest.param("deps", (), False, id="of the list"),
        pytest.param("packages", (), True, id="what holds the folders is none of them"),
        pytest.param("a.py", (), True, id="a file is no folder"),
        pytest.param("new", (), True, id="of no folder"),
        pytest.param("new", ("packages/new/a.py",), False, id="a folder that the commit adds or removes"),
    ],
)
def test_folders_name_scopes(scope: str, paths: tuple[str, ...], flagged: bool) -> None:
    settings = Scopes((Glob("deps"),), FOLDERS)
    message = f"fix({scope}): x"
    assert bool(findings("commit-scope-unknown", message, settings, tracked=tree(), paths=paths)) is flagged


@pytest.mark.parametrize(
    ("scope", "said", "mend"),
    [
        (
            "oi",
            'the scope "oi" is not allowed (did you mean "io"?); allowed are deps, Train, csv, io, web',
            "fix(io): x",
        ),
        (
            "web,oi",
            'the scope "oi" is not allowed (did you mean "io"?); allowed are deps, Train, csv, io, web',
            "fix(web,io): x",
        ),
        (
            "model",
            'the scope "model" is not allowed; allowed are deps, Train, csv, io, web',
            "use one of: deps, Train, csv, io, web",
        ),
    ],
)
def test_the_nearest_scope(scope: str, said: str, mend: str) -> None:
    settings = Scopes((Glob("deps"),), FOLDERS)
    found = only(findings("commit-scope-unknown", f"fix({scope}): x", settings, tracked=tree()))
    assert (found.message, found.mend) == (said, mend)


def test_a_long_list_of_scopes_is_cut() -> None:
    settings = Scopes(tuple(Glob(f"part-{number}") for number in range(30)))
    assert only(findings("commit-scope-unknown", "fix(x): x", settings)).message.endswith("part-19, and 10 more")


def test_the_one_folder_that_a_commit_changes_is_the_scope_that_it_lacks() -> None:
    settings = ScopeMissing(folders=FOLDERS)
    assert only(findings("commit-scope-missing", "fix: x", settings, paths=("packages/io/a",))).mend == "fix(io): x"
    two = ("packages/io/a", "packages/web/a")
    assert only(findings("commit-scope-missing", "fix: x", settings, paths=two)).mend == "fix(SCOPE): x"


IO, WEB, CSV = "packages/io/a.py", "packages/web/b.py", "packages/io/plugins/csv/d.py"


@pytest.mark.parametrize(
    ("message", "paths", "flagged"),
    [
        pytest.param("fix(io): x", (IO,), False, id="the folder"),
        pytest.param("fix(IO): x", (IO,), False, id="capitals do not count"),
        pytest.param("fix(packages/io): x", (IO,), False, id="the folder's path"),
        pytest.param("fix(web): x", (IO,), True, id="another folder"),
        pytest.param("fix(io,web): x", (IO, WEB), False, id="both folders"),
        pytest.param("fix(io, web): x", (IO, WEB), False, id="a blank after the comma"),
        pytest.param("fix(io): x", (IO, WEB), True, id="one of two folders"),
        pytest.param("fix(io,web): x", (IO,), True, id="a folder too many"),
        pytest.param("fix: x", (IO, WEB), False, id="no scope claims nothing"),
        pytest.param("fix(csv): x", (CSV,), False, id="a folder in a folder"),
        pytest.param("fix(io): x", (CSV,), False, id="the folder around it"),
        pytest.param("fix(csv): x", (CSV, IO), True, id="the folder around it changes by itself"),
        pytest.param("fix(io): x", (IO, "README.md"), False, id="and a file outside"),
        pytest.param("docs(io): x", ("README.md",), False, id="files outside alone"),
        pytest.param("fix(io): x", ("packages/a.py",), False, id="a file beside the folders is outside"),
        pytest.param("chore(io): x", (), False, id="nothing at all"),
        pytest.param("chore(deps): x", (IO, WEB), False, id="a scope of no folder is another rule's"),
        pytest.param("chore(deps,io): x", (IO, WEB), False, id="and so is a list with one"),
        pytest.param("fix(io: x", (WEB,), False, id="malformed is another rule's"),
        pytest.param("fix(): x", (WEB,), False, id="empty is another rule's"),
        pytest.param('Revert "fix(io): x"\n\nThis reverts commit 676104eabcdef.', (WEB,), False, id="a revert"),
    ],
)
def test_commit_scope_mismatch(message: str, paths: tuple[str, ...], flagged: bool) -> None:
    settings = Parts(FOLDERS)
    assert bool(findings("commit-scope-mismatch", message, settings, tracked=tree(), paths=paths)) is flagged
    assert not findings("commit-scope-mismatch", message, Parts(), tracked=tree(), paths=paths)
    merge = (PARENT, SHA)
    assert not findings("commit-scope-mismatch", message, settings, tracked=tree(), paths=paths, parents=merge)


@pytest.mark.parametrize(
    ("message", "paths", "flagged"),
    [
        pytest.param("fix(io): x", (IO,), False, id="the folder alone"),
        pytest.param("fix(io): x", (IO, "README.md"), True, id="and a file outside"),
        pytest.param("docs(io): x", ("README.md",), True, id="files outside alone"),
        pytest.param("docs: x", ("README.md",), False, id="no scope"),
    ],
)
def test_nothing_may_change_outside(message: str, paths: tuple[str, ...], flagged: bool) -> None:
    settings = Parts(FOLDERS, outside=False)
    assert bool(findings("commit-scope-mismatch", message, settings, tracked=tree(), paths=paths)) is flagged


@pytest.mark.parametrize(
    ("paths", "outside", "said", "mend"),
    [
        (
            (WEB,),
            True,
            'the scope names "io", but the commit changes packages/web',
            "fix(web)!: drop x",
        ),
        (
            (IO, WEB),
            True,
            'the scope "io" leaves out "packages/web", which the commit changes as well',
            "fix(io,web)!: drop x",
        ),
        (
            (IO, "README.md"),
            False,
            'the scope "io" leaves out "README.md", which lies in no such folder',
            "leave the scope out, or make a commit of each folder",
        ),
        (
            ("README.md",),
            False,
            'the scope names "io", but the commit changes nothing in such a folder',
            "leave the scope out, or make a commit of each folder",
        ),
        (
            tuple(f"services/{name}/a" for name in "abcd"),
            True,
            'the scope names "io", but the commit changes services/a, services/b, services/c, services/d',
            "leave the scope out, or make a commit of each folder",
        ),
    ],
)
def test_what_a_mismatch_reads_like(paths: tuple[str, ...], outside: bool, said: str, mend: str) -> None:
    settings = Parts(FOLDERS, outside)
    found = only(findings("commit-scope-mismatch", "fix(io)!: drop x", settings, tracked=tree(), paths=paths))
    assert (found.message, found.mend) == (said, mend)
    assert found.place[1:5] == (1, 5, 1, 7)


def test_a_title_whose_changes_nobody_knows_is_not_judged() -> None:
    rule = rule_of(RULES, "commit-scope-mismatch")
    entry = not_judged(rule, about("fix(io): x", tracked=tree()), Parts(FOLDERS))
    assert [(one.what, one.why, one.expected) for one in entry] == [
        ("the scope of the message of commit aaaaaaaaaaaa", "what it changes is not known here", False)
    ]


def test_folders_are_asked_for_only_where_they_name_scopes() -> None:
    assert [asks(settings) for settings in (Scopes(), ScopeMissing(), Parts())] == [(), (), ()]
    assert asks(Parts(FOLDERS)) == (("paths",), ("tracked",))


def test_the_folders_above_a_path() -> None:
    assert above(CSV, FOLDERS) == ("packages/io", "packages/io/plugins/csv")
    assert above("a.py", (Glob("*"),)) == ()
    assert above("packages/" + "x/" * 2000 + "y", FOLDERS) == ("packages/x",)
