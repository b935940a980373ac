"""Inputs and what pip-compile or `uv pip compile` made of them: no record of the inputs, so line is held against line."""

from collections.abc import Iterator, Sequence
from posixpath import basename

from mlgovern.rules.lockfiles.compiled import Header, Pin, header_of, pins_of
from mlgovern.rules.lockfiles.inputs import Inputs, Read, Wanted, read_inputs
from mlgovern.rules.lockfiles.markers import EVERYWHERE, TRUE, World, agree, certain, holds
from mlgovern.rules.lockfiles.pep508 import normal
from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Reason, Stale, Unknown, Verdict, lock_text
from mlgovern.rules.lockfiles.versions import Specifiers, admits, specifiers_of

_UNSAFE = {"setuptools", "pip", "distribute"}  # pip-compile leaves them out unless told otherwise
_WINDOWS = {"colorama", "pywin32", "pywinpty", "pyreadline3", "win32-setctime"}  # only Windows asks for them
_PYTHONS = tuple(f"3.{minor}" for minor in range(8, 16))  # that uv may have run with, where its command does not say

Pins = dict[str, list[Pin]]


def judge(lock: str, read: Read) -> Verdict:
    """What a compiled file is to its inputs; `read` gives the bytes at a path of the repository."""
    text = lock_text(read(lock))
    if not isinstance(text, str):
        return text
    header = header_of(text)
    if header is None:
        return Unknown("its header names neither pip-compile nor uv")
    try:
        listed, others = pins_of(text)
    except ValueError:
        return Broken("a line is no requirement", cause="text")
    inputs = read_inputs(lock, header, read)
    pins: Pins = {}
    for pin in listed:
        pins.setdefault(pin.requirement.name, []).append(pin)
    reasons = tuple(
        dict.fromkeys((*_unpinned(basename(lock), listed), *_differences(basename(lock), header, pins, inputs)))
    )
    if reasons:
        return Stale(reasons)
    twice = next((name for name, ones in pins.items() if len({one.requirement for one in ones}) < len(ones)), "")
    if twice:
        return Broken(f"it has two lines for {twice}", pins[twice][1].number, "text")
    return _unknown(header, pins, inputs, others) or Fresh()


def _unpinned(name: str, listed: Sequence[Pin]) -> Iterator[Reason]:
    for pin in listed:
        if not pin.version and not pin.requirement.url:
            yield Reason(f"{pin.requirement.text} in {name} is not pinned by ==", None, pin.number)
    bare = [pin for pin in listed if not pin.hashed]
    if bare and len(bare) < len(listed):
        yield Reason(f"{bare[0].requirement.name} in {name} has no hash, other lines have", None, bare[0].number)


def _differences(name: str, header: Header, pins: Pins, inputs: Inputs) -> Iterator[Reason]:
    yield from missing_or_violated(name, header, pins, inputs)
    by_name = _by_name(inputs)
    for wanted in inputs.wanted:
        if wanted.requirement.name in pins:
            alone = len(by_name[wanted.requirement.name]) == 1
            yield from _described(name, header, wanted, pins, alone=alone)
    if not inputs.unknown:
        yield from _gone(name, pins, inputs, by_name)


def missing_or_violated(name: str, header: Header, pins: Pins, inputs: Inputs) -> Iterator[Reason]:
    """Requirements without a pin, or with one that is not what they ask for."""
    left_out = {normal(value) for value in header.values("--no-emit-package")}
    if header.tool == "pip-compile" and not header.has("--allow-unsafe"):
        left_out |= _UNSAFE
    for package, ones in _by_name(inputs).items():
        yield from _pinned(name, header, ones, pins, package)
    for wanted in inputs.wanted:
        package = wanted.requirement.name
        unwritten = package not in pins and package not in left_out
        if unwritten and certain(wanted.requirement.marker, World(_python(header))):
            yield Reason(f"{package} is in {basename(wanted.path)} but not in {name}", wanted.line, None, wanted.path)
    for constraint in inputs.constraints:
        if constraint.requirement.marker == TRUE:
            yield from _pinned(name, header, [constraint], pins, constraint.requirement.name)


def _by_name(inputs: Inputs) -> dict[str, list[Wanted]]:
    named: dict[str, list[Wanted]] = {}
    for wanted in inputs.wanted:
        named.setdefault(wanted.requirement.name, []).append(wanted)
    return named


def _pinned(name: str, header: Header, wanted: Sequence[Wanted], pins: Pins, package: str) -> Iterator[Reason]:
    """The requirements of one name that its pins do not satisfy, in any environment that they may be for."""
    found = [pin for pin in pins.get(package, []) if not pin.requirement.url]
    asked = [one for one in wanted if not one.requirement.url]
    if not found or not asked or not all(pin.version for pin in found):
        return
    for one in _violated(header, asked, found, pins):
        pinned = " and ".join(f"{package}=={pin.version}" for pin in found)
        text = f"{name} pins {pinned}, {basename(one.path)} asks for {one.requirement.text}"
        yield Reason(text, one.line, None, one.path)


def _violated(header: Header, asked: Sequence[Wanted], found: Sequence[Pin], pins: Pins) -> list[Wanted]:
    plain = all(
        marker == TRUE for marker in [*(w.requirement.marker for w in asked), *(p.requirement.marker for p in found)]
    )
    rows: list[dict[str, str]] = [{}] if plain else [*_rows(header, pins)]
    odd: list[Wanted] = []
    for row in rows:
        versions = [pin.version for pin in found if holds(pin.requirement.marker, row)]
        here = [one for one in asked if holds(one.requirement.marker, row)]
        wrong = [one for one in here if versions and not any(admits(one.requirement.specifiers, v) for v in versions)]
        if not wrong and not header.has("--universal"):  # for this environment it may have been compiled
            return []
        odd += [one for one in wrong if one not in odd]
    return odd


def _rows(header: Header, pins: Pins) -> Iterator[dict[str, str]]:
    """Environments that a file may have been compiled for, or of which a universal one holds for each."""
    for platform in _platforms(header, pins):
        for python in _pythons(header):
            for patch in (0, 99):
                yield {**platform, "python_version": python, "python_full_version": f"{python}.{patch}"}


def _pythons(header: Header) -> tuple[str, ...]:
    """The Pythons, by their first two numbers, that a command may have had in view."""
    given = [value.rpartition(".")[0] if value.count(".") > 1 else value for value in header.values("--python-version")]
    oldest = (given or [header.python])[0]
    if not header.has("--universal"):
        return (oldest,) if oldest else _PYTHONS
    return tuple(python for python in _PYTHONS if not oldest or int(python[2:]) >= int(oldest.partition(".")[2] or 0))


def _described(name: str, header: Header, wanted: Wanted, pins: Pins, *, alone: bool) -> Iterator[Reason]:
    """What a line says beside its version: where it is needed, and who asked for it."""
    package, source = wanted.requirement.name, basename(wanted.path)
    found = pins[package]
    if alone and len(found) == 1 and not _marker_fits(header, wanted, found[0], pins):
        yield Reason(f"{name} has {package} with another marker than {source}", wanted.line, None, wanted.path)
    if found[0].via and source not in {named for _, named in _annotated(found)}:
        others = ", ".join(found[0].via)[:200]
        yield Reason(f"{package} is in {source}, {name} has it only for {others}", wanted.line, None, wanted.path)


def _annotated(found: Sequence[Pin]) -> Iterator[tuple[Pin, str]]:
    """The input files that lines name as their reason: `-r requirements.in`, `demo (pyproject.toml)`."""
    for pin in found:
        for reason in pin.via:
            if reason.startswith("-r "):
                yield pin, basename(reason.removeprefix("-r ").strip())
            elif reason.endswith(")") and "(" in reason:
                yield pin, basename(reason.rpartition("(")[2].rstrip(")").partition(":")[0])


def _gone(name: str, pins: Pins, inputs: Inputs, by_name: dict[str, list[Wanted]]) -> Iterator[Reason]:
    read = {basename(path) for path in inputs.files}
    for package, found in pins.items():
        asking = {basename(wanted.path) for wanted in by_name.get(package, [])}
        for pin, source in _annotated(found):
            if source in read and source not in asking:
                yield Reason(f"{name} has {package} for {source}, which does not name it any more", None, pin.number)


def _python(header: Header) -> Specifiers:
    given = (header.values("--python-version") or [header.python])[0]
    return specifiers_of(f"=={given}.*" if given.count(".") == 1 else f"=={given}" if given else "")


def _marker_fits(header: Header, wanted: Wanted, pin: Pin, pins: Pins) -> bool:
    """The line's marker is what the tool would make of the requirement's; unsure counts as yes."""
    asked, written = wanted.requirement.marker, pin.requirement.marker
    if header.tool == "pip-compile":  # copied, unless others ask for the package as well
        return len(pin.via) != 1 or agree(asked, written, EVERYWHERE) is not False
    if header.has("--universal"):
        given = header.values("--python-version")
        worlds = [World(specifiers_of(f">={python}")) for python in given or _PYTHONS]
        return len(pin.via) != 1 or any(agree(asked, written, world) is not False for world in worlds)
    return any(holds(asked, row) for row in _rows(header, pins))


def _platforms(header: Header, pins: Pins) -> list[dict[str, str]]:
    linux = {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"}
    darwin = {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"}
    windows = {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"}
    given = (header.values("--python-platform") or [""])[0]
    if given:
        return [windows] if "windows" in given else [darwin] if "macos" in given or "darwin" in given else [linux]
    base = {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    platforms = [linux, darwin, *([windows] if _WINDOWS & set(pins) else [])]
    machines = ("x86_64", "arm64", "aarch64", "AMD64")
    return [{**base, **platform, "platform_machine": machine} for platform in platforms for machine in machines]


def _unknown(header: Header, pins: Pins, inputs: Inputs, others: int) -> Unknown | None:
    tool = "pip-compile" if header.tool == "pip-compile" else "uv"
    for wanted in inputs.wanted:
        shown = {extra for pin in pins.get(wanted.requirement.name, []) for extra in pin.requirement.extras}
        if wanted.requirement.name in pins and not wanted.requirement.extras <= shown:
            return Unknown(f"needs {tool}: the extras of {wanted.requirement.name} leave no trace in it")
    if inputs.unknown:
        return Unknown(f"needs {tool}: {inputs.unknown[0]}")
    return Unknown(f"needs {tool}: a requirement by path") if others else None
