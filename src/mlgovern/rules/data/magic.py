"""What a file is by its first bytes, whatever its name says."""

from mlgovern.record import NamedTuple
from mlgovern.rules.data.kinds import extension
from mlgovern.rx import rxb


class Content(NamedTuple):
    """What the bytes are, in a word for messages, and the kind of file that makes them."""

    word: str
    kind: str


_NOTHING = Content("", "")
_PICKLE = Content("a pickle", "model")
_STARTS = (  # the bytes at the start of a file
    (b"PAR1", Content("Parquet", "data")),
    (b"ARROW1", Content("Arrow", "data")),
    (b"FEA1", Content("Feather", "data")),
    (b"ORC", Content("ORC", "data")),
    (b"Obj\x01", Content("Avro", "data")),
    (b"\x93NUMPY", Content("a NumPy array", "data")),
    (b"\x89HDF\r\n\x1a\n", Content("HDF5", "data")),
    (b"SQLite format 3\0", Content("an SQLite database", "data")),
    (b"GGUF", Content("GGUF", "model")),
    (b"\x1f\x8b\x08", Content("a gzip archive", "data")),
    (b"BZh", Content("a bzip2 archive", "data")),
    (b"\xfd7zXZ\0", Content("an xz archive", "data")),
    (b"\x28\xb5\x2f\xfd", Content("a Zstandard archive", "data")),
    (b"7z\xbc\xaf\x27\x1c", Content("a 7z archive", "data")),
    (b"Rar!\x1a\x07", Content("a RAR archive", "data")),
)
_WITHIN = (  # the bytes at a place behind it
    (4, b"TFL3", Content("TensorFlow Lite", "model")),
    (8, b"DUCK", Content("a DuckDB database", "data")),
    (257, b"ustar", Content("a tar archive", "data")),
)
_ZIP = b"PK\x03\x04"
_ARCHIVES = frozenset(("a gzip archive", "a ZIP archive"))
# Formats that are archives of their own, which nobody takes for data.
_DOCUMENTS = frozenset((
    "docx", "dotx", "docm", "pptx", "potx", "pptm", "odt", "ods", "odp", "odg", "odf", "epub", "jar", "war", "aar",
    "whl", "egg", "apk", "ipa", "vsix", "xpi", "crx", "nupkg", "kmz", "3mf", "svgz", "sketch", "key", "pages", "numbers",
    "xmind", "mxl", "cbz", "par", "pyz", "conda", "gem", "crate", "deb", "rpm",
))  # fmt: skip
_MODERN = rxb(rb"\x80[\x02-\x05]")
_TORCH = (
    b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19"  # the number that torch.save began with before it wrote ZIP archives
)
# Protocol 0 and 1 have no mark: a global of a module that pickles begin with, or a first object that is memoised.
_OLD = rxb(
    rb"c(?:copy_?reg|__builtin__|builtins|__main__|posix|nt|os|sys|subprocess|(?:numpy|pandas|sklearn|torch|scipy)[\w.]*)\n\w+\n"
    rb"|c[\w.]{1,100}\n[\w.]{1,100}\n(?:p\d+\n|q[\x00-\xff])"
    rb"|\([dl]p?\d+\n|\([dl]q[\x00-\xff]|\]q[\x00-\xff]|\}q[\x00-\xff]"
)


def pickled(data: bytes) -> bool:
    """Whether the bytes are a pickle of any protocol, or what torch.save wrote before 1.6."""
    if data[:1] == b"\x80":
        return data.startswith(_TORCH) or (data.endswith(b".") and _MODERN.match(data) is not None)
    return data[:1] in (b"c", b"(", b"]", b"}") and data.endswith(b".") and _OLD.match(data) is not None


def content(path: str, data: bytes) -> Content:
    """What a file is by its bytes; nothing where they are text, or of a format that its name tells well enough."""
    found = _content(data)
    return _NOTHING if found.word in _ARCHIVES and extension(path) in _DOCUMENTS else found


def _content(data: bytes) -> Content:
    if data.startswith(_ZIP):
        return _zip(data)
    if data.startswith(_FIRST):
        found = next(found for start, found in _STARTS if data.startswith(start))
        if found.word == "HDF5" and (b"keras_version" in data or b"model_weights" in data):
            return Content("a Keras model", "model")
        return found if _is_binary(data) else _NOTHING
    if pickled(data):
        return _PICKLE
    if data[8:10] == b'{"' and int.from_bytes(data[:8], "little") < len(data) and b'"dtype"' in data[:4096]:
        return Content("safetensors", "model")
    return next(
        (found for at, mark, found in _WITHIN if data[at : at + len(mark)] == mark and _is_binary(data)), _NOTHING
    )


_FIRST = tuple(start for start, _ in _STARTS)


def _zip(data: bytes) -> Content:
    if b"data.pkl" in data:
        return Content("a PyTorch archive", "model")
    if data[30:80].find(b".npy") > 0:
        return Content("NumPy arrays", "data")
    if b"model.weights.h5" in data:
        return Content("a Keras model", "model")
    return Content("a ZIP archive", "data")


def _is_binary(data: bytes) -> bool:
    """A text may begin with such letters; it holds no NUL, and no byte that UTF-8 has nowhere."""
    return b"\0" in data or b"\xff" in data or data[:1] > b"\x7f" or b"\x1a" in data[:16] or data[1:3] == b"\x8b\x08"
