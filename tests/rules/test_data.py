"""Large files, data, models and pickles."""

import pickle
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.facts.snapshot import SUBMODULE, File, Snapshot
from mlgovern.finding import Severity
from mlgovern.rule import Glob, Rule
from mlgovern.rules.data import RULES, kinds
from mlgovern.rules.data.blobs import DataFiles, ModelFiles, Sizes
from mlgovern.rules.data.columns import Columns
from mlgovern.rules.data.magic import content, pickled
from tests.factories import a_file, a_snapshot, judged, not_judged, rule_of

OVERSIZED = rule_of(RULES, "oversized-file")
DATA = rule_of(RULES, "data-in-git")
MODEL = rule_of(RULES, "model-in-git")
COLUMNS = rule_of(RULES, "personal-data-column")
PICKLE = rule_of(RULES, "unsafe-pickle")

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"


def sized(path: str, size: int, *tracked: str) -> Snapshot:
    """A judged file of which only the size is known."""
    others = {other: File(other) for other in tracked}
    file = File(path, blob="f" * 40, size=size)
    return Snapshot(files=(file,), tracked={**others, path: file})


@pytest.mark.parametrize(
    ("path", "size", "settings", "flagged"),
    [
        pytest.param("a.pdf", 1_000_000, Sizes(), False, id="just small enough"),
        pytest.param("a.pdf", 1_000_001, Sizes(), True, id="just too large"),
        pytest.param("a.ipynb", 600_000, Sizes(per_glob={"**/*.ipynb": 500_000}), True, id="less for some"),
        pytest.param(
            "tests/data/a", 4_000_000, Sizes(per_glob={"tests/data/**": 5_000_000}), False, id="more for some"
        ),
        pytest.param(
            "tests/a.ipynb", 9, Sizes(per_glob={"tests/**": 10, "**/*.ipynb": 8}), True, id="the last glob decides"
        ),
        pytest.param("m.onnx", 5_000_000, Sizes(), True, id="a model, where this rule is alone"),
        pytest.param("m.onnx", 5_000_000, Sizes(covered=True), False, id="a model, left to model-in-git"),
        pytest.param("a.csv", 5_000_000, Sizes(covered=True), False, id="data, left to data-in-git"),
        pytest.param("tests/a.csv", 5_000_000, Sizes(covered=True), True, id="data that data-in-git spares"),
        pytest.param(
            "m.onnx", 9, Sizes(covered=True, per_glob={"*.onnx": 5}), True, id="named here, judged in any case"
        ),
    ],
)
def test_oversized_file(path: str, size: int, settings: Sizes, flagged: bool) -> None:
    assert bool(judged(OVERSIZED, sized(path, size), settings)) is flagged


@pytest.mark.parametrize(
    ("tracked", "mend"),
    [
        pytest.param(
            (),
            "git rm --cached -- 'a [1].pdf' && printf '\\n%s\\n' '/a \\[1].pdf' >> .gitignore\nor make it smaller",
            id="the ignore rules",
        ),
        pytest.param(
            (".dvc/config",), "git rm --cached -- 'a [1].pdf' && dvc add 'a [1].pdf'", id="DVC, where it is used"
        ),
    ],
)
def test_what_is_said_of_an_oversized_file(tracked: tuple[str, ...], mend: str) -> None:
    (finding,) = judged(OVERSIZED, sized("a [1].pdf", 3_941_779, *tracked))
    assert (finding.message, finding.mend) == ("3.94 MB are too large for Git, at most 1 MB here", mend)


def test_the_mend_uses_lfs_where_the_repository_does() -> None:
    snapshot = a_snapshot({"a.pdf": b"x" * 11}, tracked={".gitattributes": "*.bin filter=lfs"})
    (finding,) = judged(OVERSIZED, snapshot, Sizes(max_bytes=10))
    assert finding.mend == "git rm --cached -- a.pdf && git lfs track --filename a.pdf && git add .gitattributes a.pdf"
    assert finding.message == "11 bytes are too large for Git, at most 10 bytes here"


def test_a_size_that_nobody_knows_is_not_judged() -> None:
    assert [entry.what for entry in not_judged(OVERSIZED, sized("a", -1))] == ["a"]
    assert not not_judged(OVERSIZED, Snapshot(files=(a_file("lib", mode=SUBMODULE),)))


@pytest.mark.parametrize(
    ("path", "size", "flagged"),
    [
        pytest.param("data/a.csv", 100_001, True, id="a table"),
        pytest.param("A.CSV", 100_001, True, id="letter case"),
        pytest.param("data/a.csv", 100_000, False, id="a small table"),
        pytest.param("tests/data/a.csv", 200_000, False, id="an example of a test"),
        pytest.param("pkg/docs/a.csv", 200_000, False, id="an example of documentation"),
        pytest.param("a.tar.gz", 200_000, True, id="an archive"),
        pytest.param("data/a.h5", 200_000, True, id="HDF5 below data"),
        pytest.param("models/a.h5", 200_000, False, id="HDF5 elsewhere is a model"),
        pytest.param("a.py", 200_000, False, id="code"),
        pytest.param(".csv", 200_000, False, id="a name, not an extension"),
    ],
)
def test_data_in_git(path: str, size: int, flagged: bool) -> None:
    assert bool(judged(DATA, sized(path, size))) is flagged


def test_what_is_said_of_data() -> None:
    (finding,) = judged(DATA, sized("a.csv", 223_000))
    assert finding.message == "a data file of 223 KB in Git, at most 100 KB here"
    assert not judged(DATA, sized("a.csv", 223_000), DataFiles(but=(Glob("*.csv"),)))


def test_many_images_are_data() -> None:
    files = tuple(File(f"img/{number}.png", blob=str(number), size=5000) for number in range(4))
    pointers = tuple(file._replace(size=130) for file in files)
    (finding,) = judged(DATA, Snapshot(files=files), DataFiles(max_media=3))
    assert finding.message == "4 images, sounds or videos in this folder, at most 3 here"
    assert finding.mend == r"git rm -r --cached -- img && printf '\n%s\n' /img >> .gitignore"
    assert finding.at_most is Severity.WARNING
    assert not judged(DATA, Snapshot(files=files), DataFiles(max_media=4))
    assert not judged(DATA, Snapshot(files=pointers), DataFiles(max_media=3))


@pytest.mark.parametrize(
    ("files", "flagged"),
    [
        pytest.param({"m.pkl": b"\x80\x04."}, True, id="a pickle"),
        pytest.param({"a/b/m.ONNX": b"x"}, True, id="letter case"),
        pytest.param({"m.pt": LFS}, False, id="an LFS pointer"),
        pytest.param({"m.pt": LFS[:-1]}, True, id="a damaged pointer"),
        pytest.param({"m.pt": b""}, False, id="an empty file"),
        pytest.param({"data/x.h5": b"x"}, False, id="data"),
        pytest.param({"model.py": b"x"}, False, id="code"),
    ],
)
def test_model_in_git(files: dict[str, bytes | str], flagged: bool) -> None:
    assert bool(judged(MODEL, a_snapshot(files))) is flagged


def test_a_pointer_is_told_by_its_attributes_where_it_was_not_read() -> None:
    attributes = a_snapshot(tracked={".gitattributes": "*.pt filter=lfs diff=lfs merge=lfs -text"})
    small, large = (File("m.pt", blob="f" * 40, size=size) for size in (130, 5_000_000))
    assert not judged(MODEL, attributes._replace(files=(small,)))
    assert judged(MODEL, Snapshot(files=(small,)))
    assert not judged(MODEL, attributes._replace(files=(large,)))  # broken-lfs-pointer tells


@pytest.mark.parametrize("rule", [OVERSIZED, DATA, MODEL])
@pytest.mark.parametrize("path", ["a.csv", "a.pt", "img/a.png"])
def test_one_flaw_of_a_file_meant_for_lfs_is_told_once(rule: Rule, path: str) -> None:
    snapshot = a_snapshot({path: b"x" * 2_000_000}, tracked={".gitattributes": "* filter=lfs"})
    assert not judged(rule, snapshot, DataFiles(max_media=0) if rule is DATA else None)


def test_what_a_commit_brings_is_taken_out_of_it() -> None:
    file = File("m.pkl", blob="f" * 40, size=5_000_000, commit="0123456789" * 4)
    data = file._replace(path="a.csv")
    found = [
        finding
        for rule, judge in ((OVERSIZED, file), (DATA, data), (MODEL, file), (PICKLE, file))
        for finding in judged(rule, Snapshot(files=(judge,)))
    ]
    assert [finding.place.commit for finding in found] == [file.commit] * 4
    assert {finding.mend.partition("\n")[0] for finding in found} == {
        "take it out of that commit: git rebase -i 01234567~"
    }


def test_what_is_said_of_a_model() -> None:
    (finding,) = judged(MODEL, sized("m.pkl", 5_000_000))
    assert finding.message == "a model file of 5 MB in Git; models belong in Git LFS, DVC or a registry"
    assert judged(MODEL, sized("m.pkl", -1))[0].message.startswith("a model file in Git")
    assert not judged(MODEL, sized("m.pkl", 5), ModelFiles(but=(Glob("*.pkl"),)))


@pytest.mark.parametrize(
    ("path", "data", "how"),
    [
        pytest.param("m.pkl", b"\x80\x04\x95.", "a pickle", id="by its bytes"),
        pytest.param("m.pkl", b"(lp0\n.", "a pickle", id="protocol 0"),
        pytest.param("m.pkl", b"?", "a pickle, by its name", id="who knows"),
        pytest.param("m.pkl.gz", b"\x1f\x8b\x08", "a pickle, by its name", id="packed"),
        pytest.param("m.joblib", b"\x78\x9c", "a pickle, by its name", id="compressed"),
        pytest.param("m.pkl", LFS, "a pickle, by its name", id="in LFS"),
        pytest.param("m.pt", b"PK\x03\x04...archive/data.pkl...", "a pickle in an archive", id="as torch saves"),
        pytest.param("m.pt", b"PK\x03\x04...", "", id="an archive without pickle"),
        pytest.param("m.bin", b"\x80\x02}q\x00.", "a pickle, by its content", id="under a neutral name"),
        pytest.param("m.bin", b"\x80\x02}q\x00", "", id="no stop sign"),
        pytest.param("m.bin", b"\x00\x01", "", id="other bytes"),
        pytest.param("m.txt", b"\x80\x04\x95.", "a pickle, by its content", id="renamed"),
        pytest.param("m.txt", b"cos\nsystem\n(S'ls'\ntR.", "a pickle, by its content", id="renamed, protocol 0"),
        pytest.param("m.pkl", b"", "", id="an empty file"),
    ],
)
def test_unsafe_pickle(path: str, data: bytes, how: str) -> None:
    messages = [finding.message for finding in judged(PICKLE, a_snapshot({path: data}))]
    assert messages == ([f"{how}: loading it runs the code in it"] if how else [])


def test_the_mend_of_a_pickle_is_a_command_and_a_remark_below_it() -> None:
    (finding,) = judged(PICKLE, a_snapshot({"m.pkl": b"\x80\x04."}))
    assert finding.mend == "git rm --cached -- m.pkl\nsave it as safetensors, ONNX or Parquet instead"


def test_a_neutral_name_that_was_not_read_is_no_pickle() -> None:
    assert not judged(PICKLE, sized("m.bin", 5))


FILL = b"\0" * 200_000
TENSOR = b'{"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'


@pytest.mark.parametrize(
    ("path", "data", "word", "rule"),
    [
        pytest.param("notes", b"PAR1" + FILL, "Parquet", DATA, id="Parquet without an extension"),
        pytest.param("a.txt", b"ARROW1\0\0" + FILL, "Arrow", DATA, id="Arrow"),
        pytest.param("a.txt", b"\x93NUMPY" + FILL, "a NumPy array", DATA, id="NumPy"),
        pytest.param("a.bak", b"PK\x03\x04" + b"x" * 26 + b"arr_0.npy" + FILL, "NumPy arrays", DATA, id="npz"),
        pytest.param("a", b"\x89HDF\r\n\x1a\n" + FILL, "HDF5", DATA, id="HDF5"),
        pytest.param("a", b"\x89HDF\r\n\x1a\nkeras_version" + FILL, "a Keras model", MODEL, id="HDF5 of Keras"),
        pytest.param("a.old", b"SQLite format 3\0" + FILL, "an SQLite database", DATA, id="SQLite"),
        pytest.param("a.tmp", b"x" * 8 + b"DUCK" + FILL, "a DuckDB database", DATA, id="DuckDB"),
        pytest.param("a.b", b"PK\x03\x04" + FILL, "a ZIP archive", DATA, id="ZIP"),
        pytest.param("a.b", b"\x1f\x8b\x08" + FILL, "a gzip archive", DATA, id="gzip"),
        pytest.param("a.b", b"n".ljust(257, b"\0") + b"ustar" + FILL, "a tar archive", DATA, id="tar"),
        pytest.param("a.txt", b"\x80\x04\x95.", "a pickle", MODEL, id="pickle"),
        pytest.param("a.txt", b"PK\x03\x04...archive/data.pkl", "a PyTorch archive", MODEL, id="torch.save"),
        pytest.param("a.txt", b"PK\x03\x04...model.weights.h5", "a Keras model", MODEL, id="Keras"),
        pytest.param("a.txt", len(TENSOR).to_bytes(8, "little") + TENSOR, "safetensors", MODEL, id="safetensors"),
        pytest.param("a.txt", b"GGUF\x03\0", "GGUF", MODEL, id="GGUF"),
        pytest.param("a.txt", b"\x1c\0\0\0TFL3", "TensorFlow Lite", MODEL, id="TensorFlow Lite"),
        pytest.param("a.docx", b"PK\x03\x04" + FILL, "", DATA, id="a document"),
        pytest.param("a.txt", b"PAR1S is a town. ORC" + b" " * 200_000, "", DATA, id="a text"),
        pytest.param("cast.txt", b"cat\ndog\nbird.", "", MODEL, id="words in lines"),
        pytest.param("a.txt", b"(see below)\n1.", "", MODEL, id="a bracket"),
    ],
)
def test_what_a_name_does_not_say(path: str, data: bytes, word: str, rule: Rule) -> None:
    messages = [finding.message for finding in judged(rule, a_snapshot({path: data}))]
    assert [f"({word} by its content)" in message for message in messages] == ([True] if word else [])
    other = MODEL if rule is DATA else DATA
    assert not judged(other, a_snapshot({path: data}))
    settings = Sizes(covered=True, max_bytes=3)
    assert bool(judged(OVERSIZED, a_snapshot({path: data}), settings)) is not bool(word)


@pytest.mark.parametrize("protocol", range(6))
def test_every_protocol_is_known(protocol: int) -> None:
    assert pickled(pickle.dumps({"a": [1, (2, 3)], "b": Severity.ERROR}, protocol))
    assert pickled(pickle.dumps(Severity.ERROR, protocol))


@given(st.binary(max_size=400))
def test_any_bytes_are_something_or_nothing(data: bytes) -> None:
    assert content("a", data).kind in {"", "data", "model"}


@given(st.text(max_size=20))
def test_every_path_has_one_kind(path: str) -> None:
    assert kinds.kind(path) in {"", "data", "model"}


def test_sizes_may_come_as_any_mapping() -> None:
    assert judged(OVERSIZED, sized("a", 9), Sizes(per_glob=MappingProxyType({"*": 8})))


@pytest.mark.parametrize(
    ("head", "names"),
    [
        pytest.param("id,customer_email,age", "customer_email", id="a word of a name"),
        pytest.param('\ufeff"ID";"E-Mail";"Birth Date"\r\n1;2;3', "E-Mail, Birth Date", id="quoted, with semicolons"),
        pytest.param("firstName\tlastName\tscore", "firstName, lastName", id="in camel case"),
        pytest.param("date_of_birth|dob|x", "date_of_birth, dob", id="with bars"),
        pytest.param(
            "ssn,phone,iban,email,passport,surname", "ssn, phone, iban, email, passport and 1 more", id="many"
        ),
        pytest.param("PassengerId,Survived,Name,Sex,Age", "", id="a teaching table"),
        pytest.param("emails_sent,birthplace,headphones", "", id="parts of words"),
        pytest.param("ann@acme.example,0123 456 phone,x", "", id="values"),
        pytest.param("", "", id="no line"),
        pytest.param("version https://git-lfs.github.com/spec/v1\n", "", id="a pointer"),
    ],
)
def test_columns_about_people(head: str, names: str) -> None:
    found = judged(COLUMNS, a_snapshot({"data/a b.csv": head, "tests/a.csv": head, "a.txt": head}))
    assert [(finding.message, finding.place.line) for finding in found] == (
        [(f"columns that may be about people: {names}", 1)] if names else []
    )


def test_the_mend_of_a_column_and_what_was_not_read() -> None:
    (finding,) = judged(COLUMNS, a_snapshot({"a b.tsv": "patient\tx"}), Columns(("patient",)))
    assert finding.mend == "git rm --cached -- 'a b.tsv'\nor leave these columns out"
    assert not_judged(COLUMNS, sized("a.csv", 60_000_000))[0].why.startswith("larger than limits.max_file_bytes")
