"""What the inputs of a compiled requirements file ask for, through their includes."""

from collections.abc import Callable, Iterator
from posixpath import basename, dirname, join, normpath
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.compiled import Header, lines_of
from mlgovern.rules.lockfiles.pep508 import Requirement, normal, requirement_of
from mlgovern.rules.lockfiles.places import line_of
from mlgovern.rules.lockfiles.project import dependencies, extras, groups
from mlgovern.rules.lockfiles.verdict import Document, array, conflict_line, manifest_toml, table, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from configparser import ConfigParser

MOST_FILES = 100  # that include each other

Read = Callable[[str], bytes | None]

_INCLUDES = (("-r", False), ("--requirement", False), ("-c", True), ("--constraint", True))


class Wanted(NamedTuple):
    """One requirement of an input; `path` is where it stands."""

    requirement: Requirement
    path: str
    line: int | None


class Inputs(NamedTuple):
    """Requirements and constraints, the files they were read from, and what of them could not be read."""

    header: Header
    read: Read
    wanted: list[Wanted]
    constraints: list[Wanted]
    files: dict[str, None]
    unknown: list[str]


def paths_of(lock: str, header: Header, read: Read) -> tuple[str, ...]:
    """The inputs of a compiled file: those of its command, else the `.in` beside it. Empty for standard input."""
    named = header.inputs or (basename(lock).removesuffix(".txt") + ".in",)
    return tuple(dict.fromkeys(_found(lock, name, read) for name in named if name != "-"))


def _found(near: str, name: str, read: Read) -> str:
    """A path as the command names it, relative to the folder it ran in: the file's own or the repository's root."""
    name = name.replace("\\", "/")
    beside = normpath(join(dirname(near), name))
    choices = (beside, normpath(name), normpath(join(dirname(near), basename(name))))
    return next((path for path in choices if read(path) is not None), beside)


def read_inputs(lock: str, header: Header, read: Read) -> Inputs:
    """Everything the inputs ask for."""
    found = Inputs(header, read, [], [], {}, [])
    for path in paths_of(lock, header, read):
        _read_file(path, found, constraint=False)
    for name in header.values("--constraint"):
        _read_file(_found(lock, name, read), found, constraint=True)
    if not found.files:
        found.unknown.append("its inputs are not in the repository")
    if header.has("--override") or header.has("--overrides"):
        found.unknown.append("overrides")
    return found


def _read_file(path: str, found: Inputs, *, constraint: bool) -> None:
    if path in found.files or len(found.files) >= MOST_FILES:
        return
    found.files[path] = None
    data = found.read(path)
    text = None if data is None else text_of(data)
    if text is None:
        found.unknown.append(f"{basename(path)} is not there or cannot be read")
    elif conflict_line(text) is not None:
        found.unknown.append(f"{basename(path)} line {conflict_line(text)}: unresolved merge conflict")
    elif basename(path) == "pyproject.toml":
        _read_project(path, data, found)
    elif basename(path) == "setup.cfg":
        _read_setup(path, text, found)
    elif path.endswith((".cfg", ".py")):
        found.unknown.append(basename(path))
    else:
        _read_text(path, text, found, constraint=constraint)


def _read_text(path: str, text: str, found: Inputs, *, constraint: bool) -> None:
    for line in lines_of(text):
        included = _include(line.text)
        if included:
            target, strict = included
            _read_file(_found(path, target, found.read), found, constraint=constraint or strict)
        elif line.text.startswith("-") and not line.text.startswith(("-e", "--editable")):
            continue
        else:
            try:
                wanted = Wanted(requirement_of(line.text.split(" --")[0]), path, line.number)
            except ValueError:
                found.unknown.append(f"{basename(path)} line {line.number} is no plain requirement")
            else:
                (found.constraints if constraint else found.wanted).append(wanted)


def _include(text: str) -> tuple[str, bool] | None:
    for option, strict in _INCLUDES:
        rest = text.removeprefix(option)
        if rest != text and rest[:1] in {" ", "\t", "="} | ({rest[:1]} if len(option) == 2 else set()):
            return rest.lstrip(" \t=").strip("\"'"), strict
    return None


def _read_project(path: str, data: bytes | None, found: Inputs) -> None:
    project = manifest_toml(data, marked=True)
    if not isinstance(project, Document):
        found.unknown.append(f"{basename(path)}: {project.why}")
        return
    if "dependencies" in array(table(project.values, "project"), "dynamic"):
        found.unknown.append("dynamic dependencies")
    try:
        for one in _asked(project.values, found.header):
            found.wanted.append(Wanted(one, path, line_of(project.text, one.name)))
    except ValueError as error:
        found.unknown.append(str(error))


def _read_setup(path: str, text: str, found: Inputs) -> None:
    """`install_requires`, and the extras that the command names; what setuptools takes from elsewhere is not there."""
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except Error:
        found.unknown.append(f"{basename(path)} cannot be read")
        return
    named = {normal(key): value for key, value in _items(parser, "options.extras_require")}
    chosen = [normal(extra) for value in found.header.values("--extra") for extra in value.split(",")]
    listed = [dict(_items(parser, "options")).get("install_requires", ""), *(named.get(extra, "") for extra in chosen)]
    for line in (line.strip() for part in listed for line in part.split("\n")):
        if line and not line.startswith("#"):
            try:
                one = requirement_of(line)
            except ValueError:
                found.unknown.append(f"{basename(path)} takes requirements from elsewhere")
                return
            found.wanted.append(Wanted(one, path, line_of(text, one.name)))


def _items(parser: "ConfigParser", section: str) -> list[tuple[str, str]]:
    return list(parser.items(section)) if parser.has_section(section) else []


def _asked(values: dict[str, Any], header: Header) -> Iterator[Requirement]:
    """What a command takes of a pyproject.toml: its dependencies, and the extras and groups that it names."""
    named, own = extras(values), normal(str(table(values, "project").get("name")))
    wanted = {normal(extra) for value in header.values("--extra") for extra in value.split(",")}
    chosen = list(named) if header.has("--all-extras") else [name for name in named if name in wanted]
    parts = groups(values)
    chosen_groups = [normal(value.rpartition(":")[2]) for value in header.values("--group")]
    listed = [dependencies(values), *(named[name] for name in chosen), *(parts.get(name, []) for name in chosen_groups)]
    for one in (one for group in listed for one in group):
        if one.name != own:
            yield one
        else:
            yield from (inner for extra in sorted(one.extras) for inner in named.get(extra, ()) if inner.name != own)
