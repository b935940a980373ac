"""What kind of file a path names; one place, so that one file is one finding."""

from mlgovern.record import NamedTuple

DATA = (
    "csv", "tsv", "parquet", "pq", "feather", "arrow", "orc", "avro", "xlsx", "xls", "h5", "hdf5", "npy", "npz", "nc", "mat", "rds",
    "sqlite", "sqlite3", "db", "duckdb", "jsonl", "ndjson", "tfrecord", "dta", "sav",
    "zip", "tar", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar",
)  # fmt: skip
MODELS = (
    "pkl", "pickle", "joblib", "dill", "pt", "pth", "ckpt", "bin", "safetensors", "onnx", "pb", "h5", "keras",
    "tflite", "gguf", "mlmodel", "skops", "caffemodel",
)  # fmt: skip
MEDIA = (
    "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "dcm", "nii", "wav", "mp3", "flac", "ogg",
    "mp4", "avi", "mov", "mkv",
)  # fmt: skip
PICKLES = ("pkl", "pickle", "joblib", "dill", "pt", "pth")  # always pickles, or archives of them
PACKED = ("gz", "bz2", "xz", "zst", "lz4")  # one file, packed: what it is stands before

DATA_BYTES = 100_000  # a table that small is an example, and can be reviewed
EXAMPLES = ("{tests,test,docs,doc}/**", "**/{tests,test,docs,doc}/**")

_DATA_FOLDERS = frozenset(("data", "dataset", "datasets"))


class Kinds(NamedTuple):
    """The extensions that tell data from models."""

    data: frozenset[str] = frozenset(DATA)
    models: frozenset[str] = frozenset(MODELS)


def extension(path: str) -> str:
    """What follows the last dot of the name, in lower case; empty where there is none."""
    stem, dot, last = path.rpartition("/")[2].rpartition(".")
    return last.lower() if dot and stem else ""


def kind(path: str, kinds: Kinds = Kinds()) -> str:  # noqa: B008 - an immutable value
    """`data`, `model` or neither; what may be both is data below a folder of that name."""
    ending = extension(path)
    data, model = ending in kinds.data, ending in kinds.models
    if data and model:
        return "model" if _DATA_FOLDERS.isdisjoint(path.lower().split("/")[:-1]) else "data"
    return "data" if data else "model" if model else ""
