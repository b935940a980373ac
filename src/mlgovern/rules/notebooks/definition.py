"""What stripped means: the settings of notebook-output, the keys that must go, the cells whose outputs may stay."""

from collections.abc import Mapping
from typing import Any, Literal

from mlgovern.fields import Allowed, Denied, Fixed, Laxer, Maximum, Minimum, Rising
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob
from mlgovern.rules.notebooks.parse import Notebook

MAX_FILE_BYTES = 50_000_000

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

OF_NBSTRIPOUT = ("filter.nbstripout.extrakeys", "filter.nbstripout.keepmetadatakeys")  # Git configuration it reads

# What nbformat's reader of version 4 drops before nbstripout sees it; that of version 3 drops nothing.
_TRANSIENT = ("metadata.signature", "metadata.orig_nbformat", "metadata.orig_nbformat_minor", "cell.metadata.trusted")


class Settings(NamedTuple):
    """What stripped means. Keys are `metadata.a.b` of the notebook or `cell.metadata.a.b`."""

    compat: Fixed[Literal["none", "nbstripout"]] = "none"
    on_commit: Fixed[Literal["refuse", "strip"]] = (
        "refuse"  # strip: the hook pre-commit takes it out of what is committed
    )
    cell_ids: Rising[Literal["keep", "number"]] = "keep"
    kernel: Rising[Literal["keep", "strip"]] = "keep"
    language_version: Rising[Literal["keep", "strip"]] = "keep"
    extra_keys: Denied[str] = ()
    keep_keys: Allowed[str] = ()
    keep_output: Allowed[Glob] = ()  # notebooks whose outputs may stay
    keep_count: Laxer = False
    max_output_bytes: Maximum = 0  # an output whose text is no longer may stay
    allow_tags: Allowed[str] = ("keep_output",)  # tags, and keys of metadata, that keep outputs; none: nothing may
    max_file_bytes: Minimum = MAX_FILE_BYTES


def agreed(settings: Settings, config: Mapping[str, str]) -> Settings:
    """The settings with what Git's configuration says to nbstripout, where its verdict is wanted."""
    if settings.compat != "nbstripout":
        return settings
    extra, kept = (tuple(key for key in config.get(name, "").split() if _names(key)) for name in OF_NBSTRIPOUT)
    return settings._replace(extra_keys=settings.extra_keys + extra, keep_keys=settings.keep_keys + kept)


def numbers_cells(settings: Settings) -> bool:
    """Whether the id of a cell has to be its number."""
    return settings.compat == "nbstripout" or settings.cell_ids == "number"


def stripped_keys(settings: Settings, major: int = 4) -> tuple[str, ...]:
    """The keys that must not be there."""
    asked = ["metadata.kernelspec"] if settings.kernel == "strip" else []
    asked += ["metadata.language_info.version"] if settings.language_version == "strip" else []
    keys = [key for key in (*KEYS, *asked, *settings.extra_keys) if key not in settings.keep_keys]
    if settings.compat == "nbstripout" and major == 4:
        keys = [key for key in keys if not any(f"{key}.".startswith(f"{gone}.") for gone in _TRANSIENT)]
    return tuple(dict.fromkeys(keys))


def unknown_keys(settings: Settings) -> list[str]:
    """Keys of the settings that name neither the metadata of the notebook nor anything of a cell."""
    return [key for key in (*settings.extra_keys, *settings.keep_keys) if not _names(key)]


def _names(key: str) -> bool:
    return key.startswith(("cell.", "metadata."))


def keeps_by_default(notebook: Notebook, settings: Settings, path: str = "") -> bool:
    """Whether cells that say nothing keep their outputs."""
    if "keep_output" in settings.allow_tags and "keep_output" in notebook.metadata:
        return bool(notebook.metadata["keep_output"])
    return bool(matcher(settings.keep_output)(path))


def keeps(cell: dict[str, Any], default: bool, settings: Settings) -> bool | None:
    """Whether a cell keeps its outputs; None where it contradicts itself."""
    metadata = cell.get("metadata", {})
    if not metadata or not isinstance(metadata, dict) or not settings.allow_tags:
        return default
    if "init_cell" in metadata:
        return bool(metadata["init_cell"])
    said = [bool(metadata[name]) for name in settings.allow_tags if name in metadata]
    tags = metadata.get("tags")
    tagged = isinstance(tags, list | str | dict) and any(name in tags for name in settings.allow_tags)
    if tagged and said and not any(said):
        return None
    return tagged or any(said) if tagged or said else default


def below(head: str, keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """The keys that begin with a head, each with its rest."""
    return [(key, key.removeprefix(head)) for key in keys if key.startswith(head)]
