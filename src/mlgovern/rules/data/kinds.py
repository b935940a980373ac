"""What kind of file a path names; one place, so that one file is one finding."""

from typing import NamedTuple

DATA = (
    "csv", "tsv", "parquet", "feather", "arrow", "xlsx", "xls", "h5", "hdf5", "npy", "npz", "sqlite", "db",
    "jsonl", "zip", "tar", "gz", "7z",
)  # fmt: skip
MODELS = (
    "pkl", "pickle", "joblib", "pt", "pth", "ckpt", "bin", "safetensors", "onnx", "pb", "h5", "keras",
    "tflite", "gguf", "mlmodel",
)  # fmt: skip
MEDIA = (
    "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "dcm", "nii", "wav", "mp3", "flac", "ogg",
    "mp4", "avi", "mov", "mkv",
)  # fmt: skip
PICKLES = ("pkl", "pickle", "joblib", "pt", "pth")  # always pickles, or archives of them
MAYBE_PICKLES = ("bin", "ckpt", "model", "dat")  # only where the bytes say so

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
