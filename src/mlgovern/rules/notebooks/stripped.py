"""Whether a notebook is stripped: the verdict of nbstripout 0.9.1, cell ids aside, as a pure function of bytes and settings."""

from collections.abc import Iterator
from itertools import compress
from typing import Any, Literal, NamedTuple

from mlgovern.globs import matcher
from mlgovern.rule import Glob
from mlgovern.rules.notebooks.parse import Notebook, parse

MAX_FILE_BYTES = 50_000_000
LFS = "it is a Git LFS pointer"

KEYS = (
    "metadata.signature",
    "metadata.widgets",
    "cell.metadata.collapsed",
    "cell.metadata.ExecuteTime",
    "cell.metadata.execution",
    "cell.metadata.heading_collapsed",
    "cell.metadata.hidden",
    "cell.metadata.scrolled",
)

# What nbformat's readers drop before nbstripout sees it, by major version.
_TRANSIENT = {
    4: ("metadata.signature", "metadata.orig_nbformat", "metadata.orig_nbformat_minor", "cell.metadata.trusted"),
    3: ("cell.metadata.trusted", "cell.trusted"),
}


class Settings(NamedTuple):
    """What stripped means. Keys are `metadata.a.b` of the notebook or `cell.metadata.a.b`."""

    compat: Literal["none", "nbstripout"] = "none"
    extra_keys: tuple[str, ...] = ()
    keep_keys: tuple[str, ...] = ()
    keep_output: tuple[Glob, ...] = ()  # notebooks whose outputs may stay
    keep_count: bool = False
    max_output_bytes: int = 0  # an output whose text is no longer may stay
    allow_tags: tuple[str, ...] = ("keep_output",)  # tags, and keys of metadata, that keep outputs; none: nothing may
    max_file_bytes: int = MAX_FILE_BYTES


class Reason(NamedTuple):
    """One thing that stripping would take away, or `keep_output` where a cell contradicts itself about that."""

    code: str  # outputs, execution_count, prompt_number, output.execution_count, id, keep_output, or the key
    cell: int | None = None
    value: Any = None


class Verdict(NamedTuple):
    """The word: stripped, not stripped, broken or not judged; and what led to it."""

    word: str
    reasons: tuple[Reason, ...] = ()
    why: str = ""


def verdict(data: bytes, settings: Settings, path: str = "") -> Verdict:
    """Judge one notebook; the path tells Zeppelin notebooks and those that may keep outputs."""
    why = unjudgeable(data, settings.max_file_bytes)
    if why:
        return Verdict("not judged", why=why)
    notebook = parse(data, zeppelin=path.endswith(".zpln"))
    found = tuple(reasons(notebook, settings, path))
    if notebook.broken:
        return Verdict("broken", found, notebook.broken[0].sentence)
    return Verdict("not stripped" if found else "stripped", found)


def unjudgeable(data: bytes, max_file_bytes: int = MAX_FILE_BYTES) -> str:
    """Why the bytes are not even looked at as a notebook, or nothing."""
    if data.startswith(b"version https://git-lfs.github.com/spec/"):
        return LFS
    if len(data) > max_file_bytes:
        return f"it has {len(data)} bytes; at most {max_file_bytes} are judged"
    return ""


def reasons(notebook: Notebook, settings: Settings, path: str = "") -> Iterator[Reason]:
    """Everything that is not stripped, in the order of cells."""
    if notebook.holder == "paragraphs":
        for index, cell in notebook.cells:
            if cell.get("results", {}) != {}:
                yield Reason("outputs", index, cell["results"])
        return
    keys = stripped_keys(settings, notebook.version[0])
    yield from _held(notebook.metadata, _below("metadata.", keys))
    below = _below("cell.", keys)
    names = {name for _, rest in below for name in (rest, rest.partition(".")[0]) if name != "metadata" or name == rest}
    default = keeps_by_default(notebook, settings, path)
    numbered = settings.compat == "nbstripout"
    missing = None if (4, 5) <= notebook.version < (5, 0) else ...  # nbformat 4.5 adds an id where none is
    for index, cell in notebook.cells:
        if _bare(cell) and not numbered and names.isdisjoint(cell):  # most cells: nothing to look into
            continue
        found = list(_cell(cell, keeps(cell, default, settings), settings))
        if numbered and cell.get("id", missing) not in (str(index), ...):
            found.append(Reason("id"))
        found += _held(cell, below)
        for reason in found:
            yield reason._replace(cell=index)


def stripped_keys(settings: Settings, major: int = 4) -> tuple[str, ...]:
    """The keys that must not be there."""
    keys = [key for key in (*KEYS, *settings.extra_keys) if key not in settings.keep_keys]
    if settings.compat == "nbstripout":
        dropped = _TRANSIENT.get(major, ())
        keys = [key for key in keys if not any(f"{key}.".startswith(f"{gone}.") for gone in dropped)]
    return tuple(dict.fromkeys(keys))


def unknown_keys(settings: Settings) -> list[str]:
    """Keys of the settings that name neither the metadata of the notebook nor anything of a cell."""
    return [key for key in (*settings.extra_keys, *settings.keep_keys) if not key.startswith(("cell.", "metadata."))]


def keeps_by_default(notebook: Notebook, settings: Settings, path: str = "") -> bool:
    """Whether cells that say nothing keep their outputs."""
    if "keep_output" in settings.allow_tags and "keep_output" in notebook.metadata:
        return bool(notebook.metadata["keep_output"])
    return bool(matcher(settings.keep_output)(path))


def keeps(cell: dict[str, Any], default: bool, settings: Settings) -> bool | None:
    """Whether a cell keeps its outputs; None where it contradicts itself."""
    metadata = cell.get("metadata", {})
    if not isinstance(metadata, dict) or not settings.allow_tags:
        return default
    if "init_cell" in metadata:
        return bool(metadata["init_cell"])
    said = [bool(metadata[name]) for name in settings.allow_tags if name in metadata]
    tags = metadata.get("tags")
    tagged = isinstance(tags, list | str | dict) and any(name in tags for name in settings.allow_tags)
    if tagged and said and not any(said):
        return None
    return tagged or any(said) if tagged or said else default


def _cell(cell: dict[str, Any], keep: bool | None, settings: Settings) -> Iterator[Reason]:
    outputs = cell.get("outputs", [])
    if not isinstance(outputs, list):
        outputs = []
    if keep is None:
        yield Reason("keep_output")
    most = settings.max_output_bytes
    goes = [keep is False and size(one, most) > most for one in outputs]
    if any(goes):
        yield Reason("outputs", value=[*compress(outputs, goes)])
    if settings.keep_count:
        return
    for name in ("execution_count", "prompt_number"):
        if cell.get(name) is not None:
            yield Reason(name, value=cell[name])
    staying = (one for one, gone in zip(outputs, goes, strict=True) if not gone)
    if any(isinstance(one, dict) and one.get("execution_count") is not None for one in staying):
        yield Reason("output.execution_count")


def _bare(cell: dict[str, Any]) -> bool:
    """Whether a cell is nothing but its source."""
    get = cell.get
    return not (
        get("outputs") or get("metadata") or get("execution_count") is not None or get("prompt_number") is not None
    )


def _below(head: str, keys: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(key, key.removeprefix(head)) for key in keys if key.startswith(head)]


def _held(place: dict[str, Any], keys: list[tuple[str, str]]) -> Iterator[Reason]:
    for key, rest in keys:
        found = _at(place, rest)
        if found:
            yield Reason(key, value=found[0])


def _at(place: Any, key: str) -> tuple[Any] | None:
    """The value under a dotted key: the whole key first, then level by level."""
    while isinstance(place, dict):
        if key in place:
            return (place[key],)
        head, dot, key = key.partition(".")
        if not dot or head not in place:
            return None
        place = place[head]
    return None


def size(value: Any, enough: float = float("inf")) -> int:
    """The length of all text in a value, as nbstripout counts it; counting stops once it is more than enough."""
    total, todo = 0, [value]
    while todo and total <= enough:
        one = todo.pop()
        if isinstance(one, str):
            total += len(one)
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            todo += one.values()
        else:
            total += len(str(one))
    return total
