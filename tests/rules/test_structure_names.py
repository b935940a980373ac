"""How paths are named, and which of them not every machine can have."""

import pytest

from mlgovern.facts.snapshot import SYMLINK, Snapshot
from mlgovern.rule import Glob, Pattern
from mlgovern.rules.structure import RULES
from mlgovern.rules.structure.naming import Case, Names, Naming
from mlgovern.rules.structure.portable import Portable
from tests.factories import a_file, a_snapshot, judged, not_judged, rule_of

MISNAMED = rule_of(RULES, "misnamed-path")
COLLISION = rule_of(RULES, "case-collision")
UNPORTABLE = rule_of(RULES, "unportable-path")
SYMLINKS = rule_of(RULES, "escaping-symlink")


def tree(*paths: str) -> Snapshot:
    return a_snapshot(dict.fromkeys(paths, ""), stages=("audit",))


@pytest.mark.parametrize(
    ("case", "name", "proposal"),
    [
        ("snake", "load_data.py", ""), ("snake", "__init__.py", ""), ("snake", "_x2.py", ""), ("snake", ".hidden.py", ""),
        ("snake", "LoadData.py", "load_data.py"), ("snake", "load-data.py", "load_data.py"), ("snake", "é-a.py", "give it such a name"),
        ("kebab", "load-data.py", ""), ("kebab", "load_data.py", "load-data.py"), ("camel", "loadData.py", ""),
        ("camel", "LoadData.py", "loadData.py"), ("pascal", "LoadData.py", ""), ("pascal", "loadHTTPData.py", "LoadHttpData.py"),
        ("screaming-snake", "READ_ME.md", ""), ("screaming-snake", "readMe.md", "READ_ME.md"), ("lower", "a-b_c.py", ""),
        ("lower", "Readme.MD", "readme.md"), ("snake", "größe.py", ""),
    ],
)  # fmt: skip
def test_case(case: Case, name: str, proposal: str) -> None:
    findings = judged(MISNAMED, tree(f"src/{name}"), Names((Naming(Glob("src/**"), case),)))
    assert [finding.mend.rpartition("src/")[2].strip("'") for finding in findings] == ([proposal] if proposal else [])


NOTEBOOK = Naming(
    Glob("notebooks/*.ipynb"),
    pattern=Pattern(r"^\d+\.\d+-[a-z]{2,}-[a-z0-9-]+\.ipynb$"),
    example="1.0-ab-first-look.ipynb",
)


@pytest.mark.parametrize(
    ("path", "entry", "flagged"),
    [
        pytest.param("notebooks/1.0-ab-look.ipynb", NOTEBOOK, False, id="fits"),
        pytest.param("notebooks/look.ipynb", NOTEBOOK, True, id="does not"),
        pytest.param("notebooks/old/look.ipynb", NOTEBOOK, False, id="not selected"),
        pytest.param(
            "data/01_raw/a.csv", Naming(Glob("data/*/"), pattern=Pattern(r"^\d\d_[a-z_]+$")), False, id="a folder"
        ),
        pytest.param(
            "data/raw/x/a.csv", Naming(Glob("data/*/"), pattern=Pattern(r"^\d\d_[a-z_]+$")), True, id="a wrong one"
        ),
        pytest.param(
            "src/LoadData.py", Naming(Glob("src/*"), "snake", Pattern("py$")), True, id="pattern, but not case"
        ),
    ],
)
def test_naming(path: str, entry: Naming, flagged: bool) -> None:
    assert bool(judged(MISNAMED, tree(path), Names((entry,)))) is flagged


def test_what_is_said_of_a_misnamed_path() -> None:
    entries = (
        NOTEBOOK,
        Naming(Glob("src/*.py"), "snake", why="modules are imported by name"),
        Naming(Glob("docs/*"), "lower", mend="ask Ann"),
    )
    first, second, third = judged(
        MISNAMED, tree("notebooks/look.ipynb", "src/LoadData.py", "docs/A.md"), Names(entries)
    )
    assert (
        first.message == f"the name look.ipynb is not of the form {NOTEBOOK.pattern}, such as 1.0-ab-first-look.ipynb"
    )
    assert first.mend == "give it a name such as 1.0-ab-first-look.ipynb"
    assert (
        second.message
        == "the name LoadData.py is not in snake case, such as load_data.py (modules are imported by name)"
    )
    assert third.message == "the name A.md is not in lower case, such as a.md"
    assert third.mend == "ask Ann"


def test_names_below_roots() -> None:
    entries = (
        Naming(Glob("src/**/*.py"), "snake", roots=(Glob("services/*"),)),
        Naming(Glob("*/"), "snake", roots=(Glob("lib"),)),
    )
    paths = (
        "services/a/src/LoadData.py",
        "services/a/src/load.py",
        "src/LoadData.py",
        "services/a/LoadData.py",
        "lib/MyData/a.py",
    )
    found = judged(MISNAMED, tree(*paths), Names(entries))
    assert [finding.place.path for finding in found] == ["services/a/src/LoadData.py", "lib/MyData"]


@pytest.mark.parametrize(
    ("paths", "tracked"),
    [
        pytest.param(["src/LoadData.py"], ["src/load_data.py"], id="its name is taken"),
        pytest.param(["LoadData/a.py"], ["load_data/b.py"], id="by a folder"),
    ],
)
def test_no_move_onto_what_is_there(paths: list[str], tracked: list[str]) -> None:
    names = Names((Naming(Glob("src/*.py"), "snake"), Naming(Glob("*/"), "snake")))
    findings = judged(MISNAMED, a_snapshot(dict.fromkeys(paths, ""), dict.fromkeys(tracked, "")), names)
    assert [finding.mend.partition(" such as ")[0] for finding in findings] == ["give it a name"]


def test_the_commit_that_brings_a_name_is_told() -> None:
    files = (a_file("src/Gone.py", commit="a" * 40), a_file("src/a:b.py", commit="b" * 40))
    snapshot = Snapshot(("ci",), files=files)
    (misnamed,) = judged(MISNAMED, snapshot, Names((Naming(Glob("src/G*"), "snake"),)))
    (unportable,) = judged(UNPORTABLE, snapshot)
    assert (misnamed.place.commit, misnamed.mend) == ("a" * 40, "give it a name such as gone.py")
    assert unportable.place.commit == "b" * 40


@pytest.mark.parametrize(
    ("paths", "changed", "collisions"),
    [
        pytest.param(["a.py", "b.py"], [], 0, id="none"),
        pytest.param(["data/Train.csv", "data/train.csv"], [], 1, id="files"),
        pytest.param(["src/Utils/a.py", "src/utils/a.py", "src/utils/b.py"], [], 1, id="folders, told once"),
        pytest.param(["Data", "data/a"], [], 1, id="a file and a folder"),
        pytest.param(["caf\u0065\u0301", "caf\u00e9"], [], 1, id="accents"),
        pytest.param(["stra\u00dfe", "STRASSE"], [], 1, id="letters that fold to two"),
        pytest.param(["A", "a"], ["b"], 0, id="old ones are not held against a commit"),
        pytest.param(["A"], ["a"], 1, id="new ones are"),
    ],
)
def test_case_collision(paths: list[str], changed: list[str], collisions: int) -> None:
    stage = "pre-commit" if changed else "ci"
    snapshot = a_snapshot(dict.fromkeys(changed or paths, ""), tracked=dict.fromkeys(paths, ""), stages=(stage,))
    assert len(judged(COLLISION, snapshot)) == collisions


def test_what_is_said_of_a_collision() -> None:
    (finding,) = judged(COLLISION, a_snapshot({"Train.csv": ""}, tracked={"train.csv": ""}))
    assert finding.message == "Train.csv and train.csv are one path on macOS and Windows"
    assert finding.mend == "give one of them a name that differs in more than letter case and accents"


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("a/b.py", ""), ("a b/é.md", ""), (".env", ""), ("console.py", ""), ("com10", ""), ("名前.md", ""), ("a'b", ""),
        ("con", "con is a device on Windows"), ("src/AUX.py", "AUX.py is a device on Windows"),
        ("lpt1 .txt", "lpt1 .txt is a device on Windows"), ("com¹", "com¹ is a device on Windows"),
        ("nul/a", "nul is a device on Windows"), ("a./b", "a name that ends in a dot or a blank loses it on Windows"),
        ("a ", "a name that ends in a dot or a blank loses it on Windows"), ("a:b", "Windows allows no ':' in names"),
        ("a\\b", "Windows allows no '\\\\' in names"), ("a\nb", "Windows allows no '\\n' in names"),
        ("caf\udce9", "its name is not UTF-8"), ("a/" * 125, "it is 250 characters long, at most 240 are safe"),
    ],
)  # fmt: skip
def test_unportable_path(path: str, wrong: str) -> None:
    snapshot = Snapshot(files=(a_file(path),))
    messages = [finding.message for finding in judged(UNPORTABLE, snapshot)]
    assert messages == ([f"not every system can have this path: {wrong}"] if wrong else [])


def test_a_longest_path() -> None:
    (finding,) = judged(UNPORTABLE, tree("abc/def"), Portable(max_length=6))
    assert finding.mend.startswith("give it a short name of letters, digits,")


@pytest.mark.parametrize(
    ("path", "target", "wrong"),
    [
        ("a/link", b"b", ""), ("a/link", b"../b/../c", ""), ("link", b"./a", ""), ("a/b/link", b"../../c", ""),
        ("link", b"../x", "leads out of the repository"), ("a/link", b"b/../../../x", "leads out of the repository"),
        ("link", b"/etc/passwd", "has an absolute target, which exists on one machine only"),
        ("link", b"C:\\x", "has an absolute target, which exists on one machine only"),
        ("link", b"\\\\server\\x", "has an absolute target, which exists on one machine only"),
        ("a/link", b"../.git/config", "leads into .git"),
    ],
)  # fmt: skip
def test_escaping_symlink(path: str, target: bytes, wrong: str) -> None:
    file = a_file(path, target, mode=SYMLINK)
    snapshot = Snapshot(files=(file, a_file("other")), contents={file.blob: target})
    assert [finding.message for finding in judged(SYMLINKS, snapshot)] == (
        [f"this symbolic link {wrong}"] if wrong else []
    )


def test_what_mends_a_link() -> None:
    staged, old = a_file("l", b"/x", SYMLINK), a_file("k", b"/x", SYMLINK, commit="c" * 40)
    findings = judged(SYMLINKS, Snapshot(files=(staged, old), contents={staged.blob: b"/x"}))
    assert [(finding.place.commit, finding.mend) for finding in findings] == [
        (None, "git rm --cached -- l"),
        ("c" * 40, "take it out of that commit: git rebase -i cccccccc~"),
    ]


def test_a_link_that_was_not_read_is_not_judged() -> None:
    (entry,) = not_judged(SYMLINKS, Snapshot(files=(a_file("link", b"x", mode=SYMLINK),)))
    assert (entry.what, entry.why) == ("link", "larger than limits.max_file_bytes: 1 bytes")
