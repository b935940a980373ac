"""LFS pointers, DVC files and paths of one machine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.finding import Severity
from mlgovern.rules.data import RULES
from mlgovern.rules.data.machine import _LOCAL, MOST_FINDINGS, LocalPaths, _paths
from mlgovern.rules.data.pointers import MOST_BYTES, Attributes, is_pointer
from tests.factories import a_file, a_snapshot, judged, not_judged, rule_of

POINTER = rule_of(RULES, "broken-lfs-pointer")
DVC = rule_of(RULES, "dvc-inconsistent")
LOCAL = rule_of(RULES, "local-path")

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"


@pytest.mark.parametrize(
    ("attributes", "path", "meant"),
    [
        pytest.param("*.bin filter=lfs diff=lfs merge=lfs -text", "a/b.bin", True, id="as git lfs track writes it"),
        pytest.param("*.bin text", "b.bin", False, id="other attributes"),
        pytest.param("*.bin filter=lfs\nb.bin -filter", "b.bin", False, id="unset"),
        pytest.param("*.bin filter=lfs\nb.bin !filter", "b.bin", False, id="unspecified"),
        pytest.param("*.bin filter=lfs\n*.bin filter=crypt", "b.bin", False, id="another filter"),
        pytest.param("data/** filter=lfs", "data/x/y", True, id="two stars"),
        pytest.param("data/ filter=lfs", "data/x", False, id="a folder has no attributes"),
        pytest.param('"a b.bin" filter=lfs', "a b.bin", True, id="quoted"),
        pytest.param("a[[:space:]]b.bin filter=lfs", "a b.bin", True, id="a class for the blank"),
        pytest.param("[attr]big filter=lfs -text\n*.bin big", "b.bin", True, id="a macro"),
        pytest.param("# *.bin filter=lfs\n\n!*.bin filter=lfs", "b.bin", False, id="comments and negation"),
        pytest.param("\ufeff*.bin filter=lfs\r\n", "b.bin", True, id="byte order mark and CRLF"),
    ],
)
def test_attributes(attributes: str, path: str, meant: bool) -> None:
    assert Attributes(a_snapshot(tracked={".gitattributes": attributes})).lfs(path) is meant


def test_the_nearest_attributes_decide() -> None:
    files: dict[str, bytes | str] = {".gitattributes": "*.bin filter=lfs", "a/.gitattributes": "x.bin -filter"}
    attributes = Attributes(a_snapshot(tracked=files))
    assert [attributes.lfs(path) for path in ("a/x.bin", "a/b/x.bin", "a/y.bin", "x.bin", "y.txt")] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert not Attributes(a_snapshot()).used


@pytest.mark.parametrize(
    ("attributes", "data", "message"),
    [
        pytest.param("*.bin filter=lfs", LFS, "", id="sound"),
        pytest.param("*.bin filter=lfs", b"", "", id="empty"),
        pytest.param(
            "*.bin filter=lfs", b"weights", "meant for Git LFS, but Git holds the file itself", id="the file itself"
        ),
        pytest.param("*.bin filter=lfs", LFS[:-3], "meant for Git LFS, but Git holds a damaged pointer", id="cut off"),
        pytest.param(
            "*.bin filter=lfs", b"x" * 2000, "meant for Git LFS, but Git holds the whole file (2 KB)", id="large"
        ),
        pytest.param("", b"weights", "", id="neither"),
        pytest.param(
            "",
            LFS,
            "a Git LFS pointer at a path without filter=lfs: a checkout gets its three lines only",
            id="the other way",
        ),
    ],
)
def test_broken_lfs_pointer(attributes: str, data: bytes, message: str) -> None:
    snapshot = a_snapshot({"a b.bin": data}, tracked={".gitattributes": attributes})
    assert [finding.message for finding in judged(POINTER, snapshot)] == ([message] if message else [])


def test_what_was_not_read_is_no_pointer_and_no_flaw() -> None:
    snapshot = a_snapshot(tracked={".gitattributes": "*.bin filter=lfs", "a/.gitattributes": "#" * (MOST_BYTES + 1)})
    snapshot = snapshot._replace(files=(File("m.bin", blob="f" * 40, size=130), File("m.txt", blob="e" * 40, size=9)))
    assert [entry.what for entry in not_judged(POINTER, snapshot)] == ["a/.gitattributes", "m.bin"]
    assert not judged(POINTER, snapshot)
    lost = a_file(".gitattributes", b"lost")
    assert not_judged(POINTER, Snapshot(tracked={lost.path: lost}))[0].why == "its attributes were not read"


def test_a_pointer_is_none_too_many_where_attributes_were_not_read() -> None:
    long = b"*.bin filter=lfs\n" + b"#" * MOST_BYTES
    snapshot = a_snapshot({"m.bin": LFS}, tracked={".gitattributes": long})
    assert [entry.what for entry in not_judged(POINTER, snapshot)] == [".gitattributes"]
    assert not judged(POINTER, snapshot)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_pointer_or_not(data: bytes) -> None:
    assert not is_pointer(data)
    Attributes(a_snapshot(tracked={".gitattributes": data + b" filter=lfs"})).lfs("a/b")


REMOTE = "[core]\n    remote = s3\n['remote \"s3\"']\n    url = s3://b\n"
HASHED = "outs:\n- md5: 0123\n  path: raw.csv\n"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"data/raw.csv.dvc": HASHED, "data/.gitignore": "/raw.csv"}, "", id="sound"),
        pytest.param(
            {"data/raw.csv.dvc": HASHED, "data/raw.csv": "1"},
            "data/raw.csv is tracked in Git although data/raw.csv.dvc keeps it in DVC", id="both",
        ),
        pytest.param(
            {"raw.dvc": "outs:\n- md5: 0.dir\n  path: raw\n", "raw/a.csv": "1", "raw/b.csv": "2"},
            "raw is tracked in Git although raw.dvc keeps it in DVC", id="a folder, told once",
        ),
        pytest.param(
            {"data/raw.csv.dvc": HASHED},
            "data/raw.csv is kept in DVC but not ignored: the next `git add .` brings it into Git", id="not ignored",
        ),
        pytest.param(
            {"raw.csv.dvc": "outs:\n- path: raw.csv\n"}, "this DVC file has no hash, so nobody can fetch its data", id="no hash"
        ),
        pytest.param(
            {"raw.csv.dvc": "outs:\n<<<<<<< ours\n- md5: 1\n=======\n- md5: 2\n>>>>>>> theirs\n"},
            "conflict markers of a merge are left in this DVC file", id="conflict",
        ),
        pytest.param({"dvc.lock": "<<<<<<< ours\n"}, "conflict markers of a merge are left in this DVC file", id="in a lock"),
        pytest.param(
            {"p/dvc.yaml": "stages:\n  prep:\n    cmd: x\n\n  # fit\n  fit:\n    cmd: y\n", "p/dvc.lock": "stages:\n  prep:\n    a: b\n"},
            "dvc.lock has no stage fit of dvc.yaml", id="a stage without lock",
        ),
        pytest.param(
            {"dvc.yaml": "vars:\n  a: b\nstages:\n  fit:\n    foreach: x\n", "dvc.lock": "schema: '2.0'\nstages:\n  fit@1:\n    a: b\n"},
            "", id="stages of a loop",
        ),
        pytest.param({"dvc.yaml": "stages:\n  fit:\n    cmd: x\n"}, "", id="never run"),
        pytest.param({".dvc": "x", "src/a.py": "x"}, "", id="nothing of DVC"),
        pytest.param(
            {"a/b/raw.csv.dvc": "wdir: ../..\nouts:\n- path: a/b/raw.csv\n  md5: 1\n", "a/b/.gitignore": "/raw.csv"}, "",
            id="as seen from another folder",
        ),
        pytest.param({"raw.dvc": "outs:\n- path: s3://b/raw\n  etag: 1\n"}, "", id="elsewhere"),
        pytest.param({"raw.dvc": "outs:\n- path: ../raw\n  md5: 1\n"}, "", id="outside"),
        pytest.param(
            {"p/dvc.yaml": "stages:\n  fit:\n    cmd: x\n    outs:\n    - model\n    metrics:\n    - m.json\n", "p/model/a": "", "p/m.json": ""},
            "p/model is tracked in Git although p/dvc.yaml keeps it in DVC", id="the output of a stage",
        ),
        pytest.param(
            {"dvc.yaml": "stages:\n  fit:\n    outs:\n      - m.json:\n          cache: false\n      - ${x}\n", "m.json": "", "${x}": ""},
            "", id="outputs with options, or variables",
        ),
    ],
)  # fmt: skip
def test_dvc_inconsistent(files: dict[str, bytes | str], message: str) -> None:
    findings = {finding.message for finding in judged(DVC, a_snapshot(files, tracked={".dvc/config": REMOTE}))}
    assert findings == ({message} if message else set())


def test_what_a_commit_brings_is_taken_out_of_it() -> None:
    files = (a_file("raw.dvc", HASHED.encode(), commit="a" * 40), a_file("raw.csv", b"1", commit="b" * 40))
    config = a_file(".dvc/config", REMOTE.encode())
    contents = {files[0].blob: HASHED.encode(), config.blob: REMOTE.encode()}
    snapshot = Snapshot(("ci",), files=files, tracked={file.path: file for file in (*files, config)}, contents=contents)
    (finding,) = judged(DVC, snapshot)
    assert finding.mend == "take it out of that commit: git rebase -i aaaaaaaa~"
    (broken,) = judged(
        DVC,
        snapshot._replace(
            files=(a_file("x.dvc", b"outs:", commit="c" * 40),),
            contents={
                a_file("x.dvc", b"outs:").blob: b"outs:",
            },
        ),
    )
    assert broken.place.commit == "c" * 40


@pytest.mark.parametrize(
    ("config", "text", "told"),
    [
        pytest.param(REMOTE, HASHED, False, id="a remote"),
        pytest.param("[remote 's3']", HASHED, False, id="written by hand"),
        pytest.param("[core]\n    remote = s3\n", HASHED, True, id="a name without a remote"),
        pytest.param(None, HASHED, True, id="no configuration"),
        pytest.param(None, f"frozen: true\ndeps:\n- path: a\n  repo:\n    url: b\n{HASHED}", False, id="imported"),
    ],
)
def test_data_that_nobody_can_fetch(config: str | None, text: str, told: bool) -> None:
    tracked: dict[str, bytes | str] = {".gitignore": "raw.csv"}
    if config is not None:
        tracked[".dvc/config"] = config
    found = judged(DVC, a_snapshot({"raw.csv.dvc": text, "other.csv.dvc": text}, tracked=tracked))
    assert [(finding.message, finding.mend, finding.at_most) for finding in found] == [
        (
            "no remote is named in .dvc/config, so nobody else can fetch what DVC keeps",
            "dvc remote add -d storage URL && git add .dvc/config",
            Severity.WARNING,
        )
    ] * told


def test_the_line_for_what_dvc_keeps() -> None:
    tracked: dict[str, bytes | str] = {".dvc/config": REMOTE}
    (finding,) = judged(
        DVC, a_snapshot({"data/a [1].csv.dvc": "outs:\n- md5: 1\n  path: a [1].csv\n"}, tracked=tracked)
    )
    assert finding.mend == r"printf '\n%s\n' '/data/a \[1].csv' >> .gitignore"


def test_an_old_inconsistency_is_not_held_against_other_files() -> None:
    tracked: dict[str, bytes | str] = {"raw.csv.dvc": HASHED, "raw.csv": "1"}
    assert not judged(DVC, a_snapshot({"src/a.py": ""}, tracked=tracked))


def test_dvc_files_that_were_not_read_are_named() -> None:
    files = (a_file("a.dvc", b"1"), a_file("dvc.lock", b"2"))
    assert [entry.what for entry in not_judged(DVC, Snapshot(files=files))] == ["a.dvc", "dvc.lock"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('df = read("/home/ann/data/x.csv")', "/home/ann/"), ("path: /Users/Ann.B/x", "/Users/Ann.B/"),
        (r'"C:\Users\ann\x"', "C:\\Users\\ann\\"), (r'"C:\\Users\\ann\\x"', r"C:\\Users\\ann" + "\\\\"),
        ("root = D:/data/train", "D:/data/"), (r"root = D:\data\x", "D:\\data\\"), (r"p = r'\\srv\share\x'", "\\\\srv\\share"),
        (r"p = '\\\\srv\\share\\x'", r"\\\\srv\\share"), ("#!/home/ann/venv/bin/python", "/home/ann/"),
        ("/home/runner/x", ""), ("/Users/runner/x", ""), ("/home/jovyan/x", ""), ("/home/team/x", ""),
        ("https://a.example/home/ann/x", ""), ("~/home/ann/x", ""), ("$HOME/home/ann/x", ""), ('route("/home/index")', ""),
        ("/home/$USER/x", ""), ("/home/{name}/x", ""), ("./home/ann/x", ""), (r'"Q:\nText\nmore"', ""), ("C:\\Windows\\x", ""),
        ("s3://bucket/key/x", ""), (r"'\\alpha\\beta\\'", ""), ("key:/a/b/c", ""), ("/usr/local/bin", ""),
    ],
)  # fmt: skip
def test_local_path(text: str, found: str) -> None:
    findings = judged(LOCAL, a_snapshot({"src/a.py": text}), LocalPaths(users=("team",)))
    assert [finding.message for finding in findings] == ([f"{found} exists on one machine only"] if found else [])


def test_the_commit_that_brings_a_flaw_is_told() -> None:
    path, pointer = a_file("a.py", b"/home/ann/x", commit="a" * 40), a_file("m.bin", b"weights", commit="b" * 40)
    attributes = a_file(".gitattributes", b"*.bin filter=lfs")
    contents = {path.blob: b"/home/ann/x", pointer.blob: b"weights", attributes.blob: b"*.bin filter=lfs"}
    snapshot = Snapshot(("ci",), files=(path, pointer), tracked={".gitattributes": attributes}, contents=contents)
    assert [finding.place.commit for finding in judged(LOCAL, snapshot)] == ["a" * 40]
    (broken,) = judged(POINTER, snapshot)
    assert (broken.place.commit, broken.mend) == ("b" * 40, "take it out of that commit: git rebase -i bbbbbbbb~")


def test_where_a_local_path_is() -> None:
    (finding,) = judged(LOCAL, a_snapshot({"a.sh": "é\nécho é /home/ann/x\n"}))
    place = finding.place
    assert (place.path, place.line, place.column, place.end_line, place.end_column) == ("a.sh", 2, 8, 2, 18)
    assert finding.mend == "write it relative to the repository's root, or read it from the environment"


def test_where_local_paths_are_not_looked_for() -> None:
    text = "/home/ann/x\n"
    assert not judged(LOCAL, a_snapshot({"tests/a.py": text, "a/test/b.py": text, ".github/workflows/ci.yml": text}))
    assert not judged(LOCAL, a_snapshot({"a.py": "\0" + text}))
    assert not judged(LOCAL, a_snapshot({"a.ipynb": text, "README.md": text, "Dockerfile": text}))
    assert not judged(LOCAL, Snapshot(files=(a_file("a.py"),)))
    assert len(judged(LOCAL, a_snapshot({"a.py": text * 100}))) == MOST_FINDINGS
    assert len({finding.key for finding in judged(LOCAL, a_snapshot({"a.py": text * 3}))}) == 3


@given(st.text(r"/\homeUsrsC:aD.$", max_size=300))
def test_any_text_has_local_paths_or_none(text: str) -> None:
    judged(LOCAL, a_snapshot({"a.py": text}))


@given(
    st.lists(st.sampled_from([b"/home/", b"/Users/", b"C:", b"\\", b"/", b"ann", b"x", b" ", b"Users", b"s.1"])).map(
        b"".join
    )
)
def test_paths_are_found_where_the_pattern_finds_them(data: bytes) -> None:
    assert [found.span() for found in _paths(data)] == [found.span() for found in _LOCAL.finditer(data)]
