"""pylock.toml (PEP 751): what pdm wrote is exact; of others, direct dependencies are held against what is asked for."""

import re
from collections.abc import Iterator
from posixpath import basename, dirname
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles import exported, pdm, pipenv, requirements
from mlgovern.rules.lockfiles.compiled import Header, Pin, header_of
from mlgovern.rules.lockfiles.inputs import Inputs, Read, read_inputs
from mlgovern.rules.lockfiles.integrity import rewritten
from mlgovern.rules.lockfiles.markers import marker_of
from mlgovern.rules.lockfiles.pep508 import Requirement, normal
from mlgovern.rules.lockfiles.places import key_line, line_of
from mlgovern.rules.lockfiles.project import pythons
from mlgovern.rules.lockfiles.verdict import (
    Broken,
    Document,
    Fresh,
    Reason,
    Stale,
    Unknown,
    Verdict,
    digest,
    lock_toml,
    manifest_toml,
    string,
    table,
    tables,
    text_of,
)
from mlgovern.rules.lockfiles.versions import admits, same_pythons, specifiers_of
from mlgovern.rx import rx

PARTIAL = "only its direct dependencies were compared"

_MAKER = rx(r"""^created-by = ["'](\w+)["']""", re.MULTILINE)
_PIP = Header("pip")


class Origin(NamedTuple):
    """What wrote a pylock.toml, and from what."""

    tool: str
    sources: tuple[str, ...]
    header: Header | None = None


def origin(path: str, read: Read) -> Origin:
    """What a file says of its making; pip says nothing but its name, so what stands beside it counts."""
    text = text_of(read(path) or b"") or ""
    header = header_of(text)
    project = f"{dirname(path)}/pyproject.toml".lstrip("/")
    if header is not None and header.exported:
        lock = exported.lock_of(path, read)
        return Origin("uv export", (lock or path,), header)
    if header is not None:
        return Origin(header.tool, tuple(read_inputs(path, header, read).files), header)
    maker = _MAKER.search(text[:2000])
    if maker and maker[1] == "pdm":
        return Origin("pdm", (project,))
    if maker and maker[1] == "pipenv":
        return Origin("pipenv", (f"{dirname(path)}/Pipfile".lstrip("/"),))
    beside = [project, *(f"{dirname(path)}/requirements{end}".lstrip("/") for end in (".in", ".txt"))]
    return Origin("pip", (next((one for one in beside if read(one) is not None), project),))


def judge(path: str, read: Read) -> Verdict:
    """What a pylock.toml is to what it was made from."""
    locked = lock_toml(read(path), marked=True)
    if not isinstance(locked, Document):
        return locked
    version = string(locked.values, "lock-version")
    if version.partition(".")[0] != "1":
        newer = version[:1].isdigit()
        why = "it was written by a newer tool" if newer else "it does not say which format it has"
        return Broken(why, key_line(locked.text, "lock-version"), "format" if newer else "text")
    made = origin(path, read)
    hashes = table(locked.values, "tool", "pdm", "hashes")
    if made.tool == "pdm" and hashes:
        return _by_hash(path, locked, made.sources[0], read)
    try:
        pins = list(_pins(locked))
    except ValueError:
        return Unknown("an entry has a marker that cannot be read")
    if made.tool == "pipenv":
        return _by_pipfile(path, pins, made.sources[0], read)
    if made.tool == "uv export" and made.header is not None:
        source = lock_toml(read(made.sources[0]), marked=True)
        if made.sources[0] == path or not isinstance(source, Document):
            return Unknown("needs uv: the uv.lock it was exported from")
        reasons = tuple(exported.differences(basename(path), made.header, pins, source.values))
        return Stale(reasons) if reasons else Fresh()
    return _by_inputs(path, locked, made, pins, read)


def _by_hash(path: str, locked: Document, manifest: str, read: Read) -> Verdict:
    held = string(table(locked.values, "tool", "pdm", "hashes"), "sha256")
    project = manifest_toml(read(manifest))
    if not isinstance(project, Document):
        return project
    made = digest(pdm.content(project.values))
    if made is None or table(project.values, "tool", "pdm", "workspace"):
        return Unknown("needs pdm: " + ("a value that JSON lacks" if made is None else "tool.pdm.workspace"))
    if made == held:
        return Fresh()
    return Stale((rewritten(basename(path), "pyproject.toml", key_line(locked.text, "sha256")),))


def _by_pipfile(path: str, pins: list[Pin], manifest: str, read: Read) -> Verdict:
    pipfile = manifest_toml(read(manifest), "Pipfile")
    if not isinstance(pipfile, Document):
        return pipfile
    versions: dict[str, list[str]] = {}
    for pin in pins:
        versions.setdefault(pin.requirement.name, []).append(pin.version)
    reasons = []
    for wanted in pipenv.wanted_everywhere(pipfile.values):
        held, line = versions.get(wanted.name), line_of(pipfile.text, wanted.name)
        if held is None:
            reasons.append(Reason(f"{wanted.name} is in Pipfile but not in {basename(path)}", line))
        elif all(held) and not any(admits(wanted.specifiers, version) for version in held):
            text = f"{basename(path)} has {wanted.name} {' and '.join(held)}, Pipfile asks for {wanted.text}"
            reasons.append(Reason(text, line))
    return Stale(tuple(reasons)) if reasons else Fresh(PARTIAL)


def _by_inputs(path: str, locked: Document, made: Origin, pins: list[Pin], read: Read) -> Verdict:
    header = made.header or _PIP._replace(inputs=tuple(basename(source) for source in made.sources))
    inputs = read_inputs(path, header, read)
    named: dict[str, list[Pin]] = {}
    for pin in pins:
        named.setdefault(pin.requirement.name, []).append(pin)
    reasons = tuple(requirements.missing_or_violated(basename(path), header, named, inputs))
    if made.tool == "pip":
        reasons = (*reasons, *_python(path, locked, inputs, read))
    if reasons:
        return Stale(tuple(dict.fromkeys(reasons)))
    return Unknown(f"needs {made.tool}: {inputs.unknown[0]}") if inputs.unknown else Fresh(PARTIAL)


def _python(path: str, locked: Document, inputs: Inputs, read: Read) -> Iterator[Reason]:
    held = string(locked.values, "requires-python")
    for source in inputs.files:
        project = manifest_toml(read(source), marked=True) if basename(source) == "pyproject.toml" else None
        if held and isinstance(project, Document) and string(table(project.values, "project"), "requires-python"):
            wanted = string(table(project.values, "project"), "requires-python")
            if not same_pythons(pythons(project.values), specifiers_of(held)):
                line = key_line(project.text, "requires-python")
                yield Reason(f"{basename(path)} is for Python {held}, pyproject.toml says {wanted}", line, None, source)


def _pins(locked: Document) -> Iterator[Pin]:
    """The packages as lines of a compiled file would have them."""
    for package in tables(locked.values, "packages"):
        name, version, condition = (
            normal(string(package, "name")),
            string(package, "version"),
            string(package, "marker"),
        )
        specifiers = specifiers_of(f"=={version}") if version else frozenset()
        elsewhere = "" if version else "its own place"
        asked = f"=={version}" if version else ""
        one = Requirement(name, frozenset(), specifiers, _outside(condition), elsewhere, asked, condition)
        yield Pin(one, 1, _hashed(package), ())


def _outside(condition: str) -> Any:
    """A marker; `extras` and `dependency_groups` are those that an installer chooses, so any may be."""
    if re.search(r"\b(?:extras|dependency_groups)\b", condition):
        return marker_of("")
    return marker_of(condition)


def _hashed(package: dict[str, Any]) -> bool:
    files = [*tables(package, "wheels"), *([table(package, "sdist")] if "sdist" in package else [])]
    files += [table(package, "archive")] if "archive" in package else []
    return all(set(table(file, "hashes")) - {"md5", "sha1"} for file in files)


def unhashed(text: str, values: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The packages with a file that has no hash."""
    for package in tables(values, "packages"):
        if not _hashed(package):
            name = string(package, "name")
            yield name, text.count("\n", 0, max(text.find(f'name = "{name}"'), 0)) + 1
