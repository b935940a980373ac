"""What a tree must hold and may not hold."""

import pytest

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, Snapshot
from mlgovern.finding import Severity
from mlgovern.rule import Glob
from mlgovern.rules.structure import RULES
from mlgovern.rules.structure.paths import Forbid, Forbidden, Growth
from mlgovern.rules.structure.required import AnyOf, Required, Requirements
from tests.factories import a_file, a_snapshot, judged, rule_of

MISSING = rule_of(RULES, "missing-required-path")
FORBIDDEN = rule_of(RULES, "forbidden-path")
GROWTH = rule_of(RULES, "too-many-new-files")


def globs(*texts: str) -> tuple[Glob, ...]:
    return tuple(map(Glob, texts))


def tree(*paths: str, stage: str = "audit") -> Snapshot:
    return a_snapshot(dict.fromkeys(paths, ""), stages=(stage,))


TESTS = Required(Glob("tests/"))


@pytest.mark.parametrize(
    ("paths", "entry", "missing"),
    [
        pytest.param(["README.md"], Required(Glob("README.md")), False, id="there"),
        pytest.param(["readme.md"], Required(Glob("README.md")), True, id="letter case counts"),
        pytest.param(["readme.md"], Required(Glob("README.md"), nocase=True), False, id="unless it does not"),
        pytest.param(["docs/README.md"], Required(Glob("README.md"), nocase=True), True, id="elsewhere"),
        pytest.param(["tests/test_a.py"], TESTS, False, id="a folder"),
        pytest.param(["tests/deep/er/a.py"], TESTS, False, id="a folder with folders"),
        pytest.param(["tests"], TESTS, True, id="a file is no folder"),
        pytest.param(["tests/.gitkeep"], TESTS, False, id="a placeholder keeps a folder"),
        pytest.param(["tests/README.md"], TESTS, False, id="so does a readme"),
        pytest.param(["05_src/a.py"], Required(Glob("src/"), globs("*_src/")), False, id="an accepted rename"),
        pytest.param(["my/05_src/a.py"], Required(Glob("src/"), globs("*_src/")), True, id="a rename elsewhere"),
        pytest.param(["src/pkg/__init__.py"], Required(Glob("src/*/__init__.py")), False, id="a glob"),
        pytest.param(["src/a/b/__init__.py"], Required(Glob("src/*/__init__.py")), True, id="a glob at its level"),
        pytest.param(["src/a/b/__init__.py"], Required(Glob("src/**/__init__.py")), False, id="a glob at any level"),
        pytest.param(
            ["tests/test_a.py"], Required(Glob("tests/"), min_files=1, match=Glob("test_*.py")), False, id="enough"
        ),
        pytest.param(
            ["tests/u/test_a.py"], Required(Glob("tests/"), min_files=1, match=Glob("test_*.py")), False, id="deeper"
        ),
        pytest.param(
            ["tests/u/a.py"], Required(Glob("tests/"), min_files=1, match=Glob("u/*.py")), False, id="by path"
        ),
        pytest.param(
            ["tests/a.py"], Required(Glob("tests/"), min_files=1, match=Glob("test_*.py")), True, id="none of them"
        ),
        pytest.param(["tests/.gitkeep"], Required(Glob("tests/"), min_files=1), True, id="a placeholder is no file"),
        pytest.param(
            ["tests/.gitkeep", "tests/a"], Required(Glob("tests/"), min_files=1), False, id="a file beside it"
        ),
        pytest.param(["caf\u0065\u0301/a"], Required(Glob("caf\u00e9/")), False, id="accents compare as NFC"),
    ],
)
def test_required(paths: list[str], entry: Required, missing: bool) -> None:
    assert bool(judged(MISSING, tree(*paths), Requirements((entry,)))) is missing


@pytest.mark.parametrize("mode", [SUBMODULE, SYMLINK])
def test_a_submodule_or_a_link_is_a_folder(mode: int) -> None:
    file = a_file("tests", mode=mode)
    snapshot = Snapshot(stages=("audit",), files=(file,), tracked={"tests": file})
    assert not judged(MISSING, snapshot, Requirements((TESTS, Required(Glob("t*/")))))


@pytest.mark.parametrize(
    ("stage", "changed", "removed", "always", "told"),
    [
        pytest.param("audit", ["src/a.py"], [], False, True, id="an audit tells"),
        pytest.param("audit", [], [], False, False, id="an audit of nothing does not"),
        pytest.param("ci", [], [], True, False, id="nor does always, where no file is judged"),
        pytest.param("ci", ["src/a.py"], [], False, True, id="CI tells"),
        pytest.param("pre-commit", ["src/a.py"], [], False, False, id="an old flaw is not held against a commit"),
        pytest.param("pre-commit", ["src/a.py"], [], True, True, id="unless always"),
        pytest.param("pre-commit", [], ["tests/a.py"], False, True, id="the change removes it"),
        pytest.param("pre-commit", [], ["src/old.py"], False, False, id="the change removes something else"),
        pytest.param("pre-commit", ["LICENSE"], [], False, True, id="the change touches the root"),
        pytest.param("pre-commit", [], [], False, False, id="the change is empty"),
        pytest.param("pre-receive", ["src/a.py"], [], False, False, id="a push as well"),
    ],
)
def test_when_required_paths_are_judged(
    stage: str, changed: list[str], removed: list[str], always: bool, told: bool
) -> None:
    snapshot = a_snapshot(dict.fromkeys(changed, ""), stages=(stage,), removed=tuple(removed))
    assert bool(judged(MISSING, snapshot, Requirements((TESTS,), always=always))) is told


def test_an_edit_in_the_root_leaves_old_flaws_alone() -> None:
    snapshot = a_snapshot({"LICENSE": "", "src/a.ipynb": ""}, added=frozenset({"src/a.ipynb"}))
    assert not judged(MISSING, snapshot, Requirements((TESTS,)))


def test_every_root_needs_all() -> None:
    settings = Requirements((TESTS,), (AnyOf("readme", globs("README.*")),), roots=globs("services/*"))
    paths = ["services/a/tests/t.py", "services/a/README.md", "services/b/main.py", "tests/t.py"]
    messages = [finding.message for finding in judged(MISSING, tree(*paths), settings)]
    assert messages == ["services/b/tests/ is missing", "no readme in services/b/: looked for README.*"]
    snapshot = a_snapshot(
        {"services/a/x/new.py": ""}, tracked={"services/b/m.py": ""}, removed=("services/b/tests/t.py",)
    )
    assert [f.place.path for f in judged(MISSING, snapshot, Requirements((TESTS,), roots=globs("services/*")))] == [
        "services/b/tests/"
    ]


@pytest.mark.parametrize(
    ("paths", "entry", "message", "mend"),
    [
        pytest.param(
            ["test/a.py"], Required(Glob("tests/"), why="a change is safe when tests say so"),
            "tests/ is missing; there is test/ (a change is safe when tests say so)", "git mv -- test tests", id="near",
        ),
        pytest.param(
            ["Docs/a"], Required(Glob("docs/")), "docs/ is missing; there is Docs/", "git mv -- Docs docs", id="letter case",
        ),
        pytest.param(
            ["requirement.txt"], Required(Glob("requirements.txt")), "requirements.txt is missing; there is requirement.txt",
            "git mv -- requirement.txt requirements.txt", id="near file",
        ),
        pytest.param(
            ["README.rst", "a/README.md"], Required(Glob("README.md")), "README.md is missing; there is README.rst",
            "put its text into README.md, or let the policy accept README.rst as well", id="another extension",
        ),
        pytest.param(
            ["dogs/a", "doc.md", "a/doc/b"], Required(Glob("docs/")), "docs/ is missing",
            "mkdir -p docs/ && touch docs/.gitkeep && git add docs/.gitkeep", id="not near: another word, a file, elsewhere",
        ),
        pytest.param(
            ["a"], Required(Glob("src/"), globs("*_src/", "lib/")), "src/ is missing; *_src/ or lib/ would do",
            "mkdir -p src/ && touch src/.gitkeep && git add src/.gitkeep", id="folder",
        ),
        pytest.param(
            ["a/b.txt"], Required(Glob("a/c d.md")), "a/c d.md is missing", "touch 'a/c d.md' && git add 'a/c d.md'", id="file"
        ),
        pytest.param(["a"], Required(Glob("src/*.py")), "src/*.py is missing", "a file that matches src/*.py has to be there", id="glob"),
        pytest.param(["a"], Required(Glob("x"), mend="mlgovern init"), "x is missing", "mlgovern init", id="own mend"),
        pytest.param(
            ["tests/.keep"], Required(Glob("tests/"), min_files=2, match=Glob("test_*.py")),
            "tests/ holds 0 files that match test_*.py, at least 2 wanted", "2 more files that match test_*.py have to be there", id="too few",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_a_missing_path(paths: list[str], entry: Required, message: str, mend: str) -> None:
    (finding,) = judged(MISSING, tree(*paths), Requirements((entry,)))
    assert (finding.message, finding.mend) == (message, mend)


def test_a_near_miss_below_a_root() -> None:
    (finding,) = judged(MISSING, tree("apps/a/test/t.py"), Requirements((TESTS,), roots=globs("apps/*")))
    assert (finding.message, finding.mend) == (
        "apps/a/tests/ is missing; there is apps/a/test/",
        "git mv -- apps/a/test apps/a/tests",
    )


def test_any_of() -> None:
    group = AnyOf("dependency file", globs("pyproject.toml", "requirements*.txt"), why="others need the same packages")
    assert not judged(MISSING, tree("requirements-dev.txt"), Requirements(any_of=(group,)))
    (finding,) = judged(MISSING, tree("a"), Requirements(any_of=(group,)))
    assert finding.message == (
        "no dependency file in the root: looked for pyproject.toml, requirements*.txt (others need the same packages)"
    )
    assert finding.mend == "one of these has to be there, such as pyproject.toml"


RAW = Forbidden(globs("data/raw/**"), but=globs("**/.gitkeep", "**/*.dvc"))


@pytest.mark.parametrize(
    ("path", "entry", "flagged"),
    [
        pytest.param("a/.DS_Store", Forbidden(globs("**/.DS_Store")), True, id="a name at any depth"),
        pytest.param(".DS_Store", Forbidden(globs("**/.DS_Store")), True, id="a name in the root"),
        pytest.param("x.DS_Store", Forbidden(globs("**/.DS_Store")), False, id="a longer name"),
        pytest.param("a/THUMBS.db", Forbidden(globs("**/thumbs.DB")), False, id="letter case counts"),
        pytest.param("a/THUMBS.db", Forbidden(globs("**/thumbs.DB"), nocase=True), True, id="unless it does not"),
        pytest.param("x/A/B", Forbidden(globs("a/*"), roots=globs("x"), nocase=True), True, id="below a root"),
        pytest.param(
            "A/.KEEP", Forbidden(globs("a/*"), but=globs("**/.keep"), nocase=True), False, id="an exception, too"
        ),
        pytest.param("a/b.pyc", Forbidden(globs("**/*.pyc")), True, id="an extension"),
        pytest.param("a/b.pyc.txt", Forbidden(globs("**/*.pyc")), False, id="an extension in the middle"),
        pytest.param("a/b.tar.gz", Forbidden(globs("**/*.tar.gz")), True, id="two extensions"),
        pytest.param("a/__pycache__/x/y", Forbidden(globs("**/__pycache__/**")), True, id="a folder at any depth"),
        pytest.param("__pycache__", Forbidden(globs("**/__pycache__/**")), False, id="a file named like it"),
        pytest.param("data/raw/x/a.csv", RAW, True, id="everything below"),
        pytest.param("my/data/raw/a.csv", RAW, False, id="from the root"),
        pytest.param("data/raw/.gitkeep", RAW, False, id="an exception"),
        pytest.param("src/a/b.bak", Forbidden(globs("src/**/*.bak")), True, id="an extension below a folder"),
        pytest.param("a/Untitled3.ipynb", Forbidden(globs("**/Untitled*.ipynb")), True, id="wildcards in a name"),
        pytest.param("a/x1/c", Forbidden(globs("a/x?/c")), True, id="wildcards in a folder"),
        pytest.param("my/old/a/b", Forbidden(globs("my/**/a/**")), True, id="a folder below a folder"),
        pytest.param("setup.py", Forbidden(globs("setup.py")), True, id="a path"),
        pytest.param("build/x", Forbidden(globs("build/")), True, id="a final slash"),
    ],
)
def test_forbidden(path: str, entry: Forbidden, flagged: bool) -> None:
    assert bool(judged(FORBIDDEN, tree(path, stage="pre-commit"), Forbid((entry,)))) is flagged


def test_forbidden_says_why_once() -> None:
    entries = (RAW._replace(why="raw data belongs in the lake", mend="dvc add {path}", severity=Severity.INFO), RAW)
    (finding,) = judged(FORBIDDEN, tree("data/raw/a b.csv"), Forbid(entries))
    assert finding.message == "this path does not belong in Git: raw data belongs in the lake"
    assert (finding.mend, finding.at_most) == ("dvc add 'data/raw/a b.csv'", Severity.INFO)


def test_what_a_commit_brings_is_taken_out_of_it() -> None:
    files = tuple(a_file("data/raw/a.csv", text, commit=digit * 40) for text, digit in ((b"1", "a"), (b"2", "b")))
    (finding,) = judged(FORBIDDEN, Snapshot(("ci",), files=files), Forbid((RAW,)))
    assert finding.place.commit == "a" * 40
    assert finding.mend == "take it out of that commit: git rebase -i aaaaaaaa~"


def test_forbidden_never_fires_on_a_deletion_or_on_what_the_base_has() -> None:
    assert not judged(FORBIDDEN, a_snapshot(removed=("data/raw/a.csv",)), Forbid((RAW,)))
    only_new = Forbid((RAW._replace(only_new=True),))
    assert not judged(FORBIDDEN, tree("data/raw/a.csv", stage="audit"), only_new)
    assert judged(FORBIDDEN, tree("data/raw/a.csv", stage="pre-commit"), only_new)


def test_too_many_new_files() -> None:
    paths = ["a", *(f"data/{number}" for number in range(3))]
    assert not judged(GROWTH, tree(*paths, stage="pre-commit"), Growth(4))
    assert not judged(GROWTH, tree(*paths), Growth(3))
    (finding,) = judged(GROWTH, tree(*paths, stage="ci"), Growth(3))
    assert finding.message == "4 new files in one change, at most 3 expected; most of them, 3, in data/"
    assert finding.mend == "bring them in several changes, or leave out what is made again"
    (staged,) = judged(GROWTH, tree(*paths, stage="pre-commit"), Growth(3))
    assert staged.mend == "git reset -q -- data"
    assert "the root" in judged(GROWTH, tree("a", "b", stage="ci"), Growth(1))[0].message


def test_an_entry_may_have_roots_of_its_own() -> None:
    settings = Requirements((TESTS._replace(roots=globs("services/*")), Required(Glob("README.md"))))
    found = judged(MISSING, tree("services/a[1]/m.py", "services/{x}/m.py"), settings)
    assert [finding.message for finding in found] == [
        "services/a[1]/tests/ is missing",
        "services/{x}/tests/ is missing",
        "README.md is missing",
    ]
    entry = Forbidden(globs("**/*.pyc", "out/**"), but=globs("out/keep"), roots=globs("services/*"))
    paths = ["services/{x}/a/b.pyc", "services/a[1]/out/x", "services/a[1]/out/keep", "a.pyc", "out/x"]
    assert [finding.place.path for finding in judged(FORBIDDEN, tree(*paths), Forbid((entry,)))] == paths[:2]
