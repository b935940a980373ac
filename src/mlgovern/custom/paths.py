"""Kinds that speak of the path of a file, and of its size."""

from mlgovern.custom.kinds import Kind, globs
from mlgovern.custom.outcome import APART, HOLDS, Flaw, Outcome, fails, quoted, unknown
from mlgovern.custom.pointers import is_pointer
from mlgovern.facts.snapshot import SUBMODULE, File, Snapshot
from mlgovern.fields import Allowed, Covered, Denied, Hint, Laxer, Maximum, Must
from mlgovern.finding import Place
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Pattern, unread
from mlgovern.rx import holds

_EVERY = (Glob("**"),)


class Forbidden(NamedTuple):
    """Paths that must not be there; `only_new`: what is there already may stay."""

    globs: Denied[Glob] = ()
    except_: Allowed[Glob] = ()
    only_new: Laxer = False


class Naming(NamedTuple):
    """What the last component of a path has to match."""

    globs: Covered[Glob] = _EVERY
    must: Must = Pattern("")
    example: Hint[str] = ""


class Size(NamedTuple):
    """Bytes of one file. `lfs_exempt: false` counts what a pointer of Git LFS stands for."""

    globs: Covered[Glob] = _EVERY
    max_bytes: Maximum = 0
    lfs_exempt: Laxer = True


def path_forbidden(snapshot: Snapshot, file: File, settings: Forbidden) -> Outcome:
    """Links and submodules have paths as well."""
    if not matcher(settings.globs)(file.path) or matcher(settings.except_)(file.path):
        return HOLDS
    if settings.only_new and file.path not in snapshot.added:
        return HOLDS
    return fails(Flaw("this path is not allowed here", _place(file), key="path"))


def path_naming(_snapshot: Snapshot, file: File, settings: Naming) -> Outcome:
    """The name is what stands behind the last slash."""
    if not matcher(settings.globs)(file.path):
        return APART
    if holds(settings.must, file.name):
        return HOLDS
    example = f"; such as {settings.example}" if settings.example else ""
    return fails(Flaw(f"the name {quoted(file.name)} does not fit {settings.must}{example}", _place(file), key="name"))


def file_max_size(snapshot: Snapshot, file: File, settings: Size) -> Outcome:
    """The blob in Git is what counts."""
    if file.mode == SUBMODULE or not matcher(settings.globs)(file.path):
        return APART
    if file.size < 0:
        return unknown(unread(file))
    size = file.size if settings.lfs_exempt else max(file.size, _pointed(snapshot.read(file)))
    if size <= settings.max_bytes:
        return HOLDS
    what = f"it has {size:,} bytes, {settings.max_bytes:,} are the most"
    return fails(Flaw(what, _place(file), {"size": str(size)}, "size"))


def _pointed(data: bytes | None) -> int:
    """The size that a pointer of Git LFS tells."""
    if data is None or not is_pointer(data):
        return 0
    return int(data.rpartition(b"\nsize ")[2])


def _place(file: File) -> Place:
    return Place(file.path, commit=file.commit)


DEFINED = {
    "path.forbidden": Kind(
        Forbidden(), "file", path_forbidden, (("globs",),), triggers=globs, mend="git rm --cached {path}"
    ),
    "path.naming": Kind(Naming(), "file", path_naming, (("must",),), triggers=globs, mend="git mv {path} NEW"),
    "file.max_size": Kind(
        Size(),
        "file",
        file_max_size,
        (("max_bytes",),),
        reads=lambda settings: () if settings.lfs_exempt else globs(settings),
        triggers=globs,
        mend="git lfs track {path}, dvc add {path}, or a line in .gitignore",
    ),
}
