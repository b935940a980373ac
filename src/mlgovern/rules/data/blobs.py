"""Large files, data and models in Git, judged by the blob that Git would keep for good."""

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Annotated

from mlgovern.facts.snapshot import EXECUTABLE, REGULAR, File, Snapshot
from mlgovern.fields import FEWER, Allowed, Covered, Laxer, Maximum
from mlgovern.finding import Finding, Place, Severity
from mlgovern.gitignore import appending, exactly
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Verdicts, unread
from mlgovern.rules.data import kinds
from mlgovern.rules.data.magic import content, pickled
from mlgovern.rules.data.pointers import POINTER_BYTES, Attributes, attributes_of, in_lfs, is_pointer, mended, shown

_EXAMPLES = tuple(map(Glob, kinds.EXAMPLES))
_ZIP = b"PK\x03\x04"  # `data.pkl` in such an archive is how torch.save writes


class Sizes(NamedTuple):
    max_bytes: Maximum = 1_000_000
    # The last glob that matches decides; what is named here is judged in any case.
    per_glob: Annotated[Mapping[str, Maximum], FEWER] = {}
    covered: Laxer = False  # leave to data-in-git and model-in-git what these report; true where both are on


class DataFiles(NamedTuple):
    extensions: Covered[str] = kinds.DATA
    but: Allowed[Glob] = _EXAMPLES
    max_bytes: Maximum = kinds.DATA_BYTES
    max_media: Maximum = 200  # images, sounds and videos that one change may bring to one folder


class ModelFiles(NamedTuple):
    extensions: Covered[str] = kinds.MODELS
    but: Allowed[Glob] = ()


class Pickles(NamedTuple):
    extensions: Covered[str] = kinds.PICKLES
    but: Allowed[Glob] = ()


def oversized_file(snapshot: Snapshot, settings: Sizes) -> Verdicts:
    """A file is larger than Git handles well.

    Why: every clone carries it for good, forges refuse the largest, and taking it out later rewrites history.
    Mend: git lfs track PATH, dvc add PATH, or a line in .gitignore
    """
    limits = [(matcher((glob,)), most) for glob, most in [*settings.per_glob.items()][::-1]]
    least = min((settings.max_bytes, *settings.per_glob.values()))
    attributes = attributes_of(snapshot)
    for file in _blobs(snapshot):
        if file.size < 0:
            yield unread(file)
        elif file.size > least:
            named = next((most for match, most in limits if match(file.path)), None)
            most = settings.max_bytes if named is None else named
            covered = named is None and settings.covered and _covered(snapshot, file)
            left = covered or in_lfs(snapshot, file, attributes)
            if file.size > most and not left:
                message = f"{shown(file.size)} are too large for Git, at most {shown(most)} here"
                yield Finding(message, _place(file), _elsewhere(snapshot, file, attributes), key="size")


def data_in_git(snapshot: Snapshot, settings: DataFiles) -> Iterator[Finding]:
    """A data file is kept in Git itself.

    Why: data changes as a whole and cannot be reviewed or merged; it may be personal, and history never forgets it.
    Mend: dvc add PATH, git lfs track PATH, or a line in .gitignore
    """
    known = kinds.Kinds(data=frozenset(settings.extensions))
    spared, attributes = matcher(settings.but), attributes_of(snapshot)
    for file in _blobs(snapshot):
        if file.size > settings.max_bytes and not spared(file.path):
            kind, word = _kind(snapshot, file, known)
            if kind != "data" or in_lfs(snapshot, file, attributes):
                continue
            what = f"a data file of {shown(file.size)}" + (f" ({word} by its content)" if word else "")
            message = f"{what} in Git, at most {shown(settings.max_bytes)} here"
            yield Finding(message, _place(file), _elsewhere(snapshot, file, attributes), key="data")
    yield from _media(snapshot, settings, attributes)


def model_in_git(snapshot: Snapshot, settings: ModelFiles) -> Iterator[Finding]:
    """A trained model is kept in Git itself.

    Why: each training run adds its full size to every clone for good, and nothing says which run, data and code made it.
    Mend: git lfs track PATH, dvc add PATH, or a model registry
    """
    known = kinds.Kinds(models=frozenset(settings.extensions))
    spared, attributes = matcher(settings.but), attributes_of(snapshot)
    for file in _blobs(snapshot):
        if file.size and not spared(file.path):
            kind, word = _kind(snapshot, file, known)
            if kind != "model" or in_lfs(snapshot, file, attributes):
                continue
            size = f" of {shown(file.size)}" if file.size > 0 else ""
            named = f" ({word} by its content)" if word else ""
            message = f"a model file{size}{named} in Git; models belong in Git LFS, DVC or a registry"
            yield Finding(message, _place(file), _elsewhere(snapshot, file, attributes), key="model")


def unsafe_pickle(snapshot: Snapshot, settings: Pickles) -> Iterator[Finding]:
    """Loading a tracked file runs whatever code is in it.

    Why: a pickle is a program; nobody can review it, and whoever loads it runs it with all their rights.
    Mend: save weights as safetensors or ONNX, tables as Parquet
    """
    endings, spared = frozenset(settings.extensions), matcher(settings.but)
    for file in _blobs(snapshot):
        if file.size and not spared(file.path):
            how = _pickled(snapshot.read(file), by_name=_ending(file.path) in endings)
            if how:
                remove = mended(file, f"git rm --cached -- {quote(file.path)}")
                mend = f"{remove}\nsave it as safetensors, ONNX or Parquet instead"
                yield Finding(f"{how}: loading it runs the code in it", _place(file), mend, key="pickle")


def _blobs(snapshot: Snapshot) -> Iterator[File]:
    return (file for file in snapshot.files if file.mode in (REGULAR, EXECUTABLE))


def _place(file: File) -> Place:
    return Place(path=file.path, commit=file.commit)


def _kind(snapshot: Snapshot, file: File, known: kinds.Kinds) -> tuple[str, str]:
    """`data`, `model` or neither, by name; else by content, with what the content is."""
    kind = kinds.kind(file.path, known)
    data = None if kind else snapshot.read(file)
    if not data:
        return kind, ""
    found = content(file.path, data)
    return found.kind, found.word


def _covered(snapshot: Snapshot, file: File) -> bool:
    kind, _ = _kind(snapshot, file, kinds.Kinds())
    return kind == "model" or (kind == "data" and not matcher(kinds.EXAMPLES)(file.path))


def _ending(path: str) -> str:
    """The extension; of a packed file, the one before."""
    ending = kinds.extension(path)
    return kinds.extension(path.removesuffix(f".{ending}")) if ending in kinds.PACKED else ending


def _pickled(data: bytes | None, *, by_name: bool) -> str:
    """How a pickle is known, or nothing: a name may promise what the bytes do not keep."""
    if data is None or is_pointer(data):
        return "a pickle, by its name" if by_name else ""
    if pickled(data):
        return "a pickle" if by_name else "a pickle, by its content"
    if data.startswith(_ZIP):
        return "a pickle in an archive" if b"data.pkl" in data else ""
    return "a pickle, by its name" if by_name else ""


def _media(snapshot: Snapshot, settings: DataFiles, attributes: Attributes) -> Iterator[Finding]:
    spared, counts = matcher(settings.but), dict[str, list[File]]()
    for file in _blobs(snapshot):
        media = kinds.extension(file.path) in kinds.MEDIA and file.size > POINTER_BYTES
        if media and not in_lfs(snapshot, file, attributes):
            counts.setdefault(file.path.rpartition("/")[0], []).append(file)
    for folder, files in counts.items():
        if len(files) > settings.max_media and not spared(files[0].path):
            message = f"{len(files)} images, sounds or videos in this folder, at most {settings.max_media} here"
            mend = _elsewhere(snapshot, files[0], attributes, folder=folder)
            yield Finding(message, _place(files[0]), mend, key="media", at_most=Severity.WARNING)


def _elsewhere(snapshot: Snapshot, file: File, attributes: Attributes, *, folder: str | None = None) -> str:
    """The command for what the repository uses already: DVC, Git LFS, else the ignore rules."""
    name = file.path if folder is None else folder or "."
    path, remove = quote(name), f"git rm {'-r ' if folder is not None else ''}--cached -- {quote(name)}"
    if ".dvc/config" in snapshot.tracked:
        return mended(file, f"{remove} && dvc add {path}")
    if attributes.used:
        return mended(file, f"{remove} && git lfs track --filename {path} && git add .gitattributes {path}")
    smaller = "\nor make it smaller" if folder is None and kinds.extension(name) in (*kinds.MEDIA, "pdf") else ""
    return mended(file, f"{remove} && {appending([exactly(name)])}{smaller}")
