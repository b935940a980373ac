"""What of a policy's own rules the rules of a forge can ask as well."""

from collections.abc import Callable, Mapping
from typing import Any

from mlgovern.custom.definition import JOINTS, Definition, When
from mlgovern.export.demands import About, Demand
from mlgovern.rx import ALL, ANY

_CONTENTS = "it needs the contents of files"
_NEEDS = {
    "message.field": "it reads more than a pattern can say",
    "trailer.required": "a pattern cannot tell trailers from other lines",
    "path.required": "it needs the other files of the tree",
    "path.naming": "what a name has to match has no form there",
    "count.max": "it counts paths",
    "content.regex": _CONTENTS,
    "content.required": _CONTENTS,
    "data.assert": _CONTENTS,
    "notebook.assert": _CONTENTS,
    "lockfile.fresh": _CONTENTS,
}


def own(definition: Any, settings: Any) -> Demand | str:
    """What one rule asks, or why no forge can."""
    if not isinstance(definition, Definition):
        return "it is code"
    if definition.kind in JOINTS:
        return "it puts conditions together"
    if definition.when != When():
        return "it applies in some places alone"
    if definition.kind in _NEEDS:
        return _NEEDS[definition.kind]
    return _ASKED[definition.kind](settings)


def _patterns(about: About, settings: Any, differs: str = "") -> Demand:
    """Forges read some patterns in multiline mode, and a policy's own is not meant so."""
    must, must_not = (
        value.split(by) if value else [] for value, by in ((settings.must, ALL), (settings.must_not, ANY))
    )
    refused = "|".join(f"(?-m:{part})" for part in must_not)
    return Demand(about, tuple(f"(?-m:{part})" for part in must), refused, differs=differs)


def _message(settings: Any) -> Demand | str:
    if settings.part != "all":
        return f"no pattern there is of the {settings.part} alone"
    return _patterns("message", settings, "asks merges, reverts and fixups as well" if settings.must else "")


def _author(settings: Any) -> Demand | str:
    if settings.field == "name":
        return "names have no pattern there"
    other = {"author": "asks committers as well", "committer": "asks authors as well"}
    return _patterns("emails", settings, other.get(settings.who, ""))


def _paths(settings: Any) -> Demand | str:
    if settings.except_ or settings.only_new:
        return "it has exceptions"
    return Demand("paths", globs=settings.globs)


def _size(settings: Any) -> Demand | str:
    if settings.globs != ("**",):
        return "no limit there is of some files alone"
    return Demand("size", most=settings.max_bytes, differs="" if settings.lfs_exempt else "passes what Git LFS holds")


_ASKED: Mapping[str, Callable[[Any], Demand | str]] = {
    "message.regex": _message,
    "author.regex": _author,
    "branch.regex": lambda settings: _patterns("branch", settings),
    "tag.regex": lambda settings: _patterns("tag", settings),
    "path.forbidden": _paths,
    "file.max_size": _size,
}
