"""pixi.lock and its manifest: format, environments, platforms, direct dependencies. pixi itself checks far more."""

import re
from collections.abc import Iterator
from posixpath import basename, dirname
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.conda import satisfied
from mlgovern.rules.lockfiles.inputs import Read
from mlgovern.rules.lockfiles.pep508 import normal
from mlgovern.rules.lockfiles.places import key_line, line_of
from mlgovern.rules.lockfiles.project import dependencies
from mlgovern.rules.lockfiles.verdict import (
    Broken,
    Document,
    Fresh,
    Reason,
    Stale,
    Unknown,
    Verdict,
    array,
    lock_text,
    manifest_toml,
    string,
    table,
)
from mlgovern.rx import rx

PARTIAL = "environments, platforms and direct dependencies were compared; `pixi lock --check` tells the rest"
NEWEST = 7  # format of pixi.lock, as of pixi 0.60

_VERSION = rx(r"^version: (\d{1,3})$", re.MULTILINE)
_SYSTEMS = {"linux": ("linux",), "osx": ("osx", "unix"), "win": ("win",)}


class Held(NamedTuple):
    """A pixi.lock: versions by (environment, platform, name); empty where the entry names a folder or a repository."""

    text: str
    platforms: dict[str, set[str]]  # by environment
    versions: dict[tuple[str, str, str], str]


class Wish(NamedTuple):
    """One dependency of one feature; `platform` is a target, empty for all."""

    name: str
    asked: str
    platform: str = ""
    pypi: bool = False


def read_lock(data: bytes | None) -> Held | Broken | Unknown:
    """The lock by the lines that pixi writes: a YAML parser takes seconds for some of them."""
    text = lock_text(data, marked=True)
    if not isinstance(text, str):
        return text
    version = _VERSION.search(text[:200])
    if version is None:
        return Broken("it does not say which format it has", 1, "text")
    if int(version[1]) > NEWEST:
        return Broken("it was written by a newer pixi", 1, "format")
    if int(version[1]) < 5:
        return Unknown(f"needs pixi: format {version[1]}")
    return _read(text)


def _read(text: str) -> Held:
    environments, _, packages = text.partition("\npackages:\n")
    named = dict(_pypi(packages))
    platforms: dict[str, set[str]] = {}
    versions: dict[tuple[str, str, str], str] = {}
    environment = platform = ""
    for line in environments.split("\n"):
        bare = line.lstrip(" ")
        depth = len(line) - len(bare)
        if depth == 2 and bare.endswith(":"):
            environment = bare[:-1].strip("'\"")
            platforms[environment] = set()
        elif depth == 6 and bare.endswith(":") and not bare.startswith("- "):
            platform = bare[:-1]
            platforms.setdefault(environment, set()).add(platform)
        elif depth == 6 and bare.endswith(": []"):
            platforms.setdefault(environment, set()).add(bare[:-4])
        elif bare.startswith(("- conda: ", "- pypi: ")):
            kind, _, place = bare[2:].partition(": ")
            name, version = _conda(place) if kind == "conda" else named.get(place, ("", ""))
            versions[environment, platform, name] = version
    return Held(text, platforms, versions)


def _conda(url: str) -> tuple[str, str]:
    """Name and version of a conda package by its file: `name-version-build.conda`."""
    stem = basename(url).removesuffix(".conda").removesuffix(".tar.bz2")
    parts = stem.rsplit("-", 2)
    return (normal(parts[0]), parts[1]) if len(parts) == 3 else (normal(stem), "")


def _pypi(packages: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Names and versions by what environments call a package; format 5 has its URL or folder among the other keys."""
    entry: dict[str, str] = {}
    for line in [*packages.split("\n"), "- "]:
        if line.startswith("- "):
            place = entry.get("pypi") or entry.get("url") or entry.get("path")
            if place and "name" in entry and entry.get("kind", "pypi") == "pypi":
                yield place, (normal(entry["name"]), entry.get("version", ""))
            entry = {}
        key, colon, value = line[2:].partition(": ")
        if colon and not line.startswith("   "):
            entry[key] = value.strip("'\"")


def manifest_of(lock: str, read: Read) -> str:
    """The manifest beside a pixi.lock: pixi.toml, or pyproject.toml where there is none."""
    folder = dirname(lock)
    own, shared = (f"{folder}/{name}".lstrip("/") for name in ("pixi.toml", "pyproject.toml"))
    return shared if read(own) is None and read(shared) is not None else own


def judge_beside(lock: str, read: Read) -> Verdict:
    """What a pixi.lock is to the manifest beside it."""
    manifest = manifest_of(lock, read)
    return judge(read(manifest), read(lock), basename(manifest))


def judge(manifest: bytes | None, lock: bytes | None, name: str) -> Verdict:
    """What a pixi.lock is to pixi.toml, or to `[tool.pixi]` in pyproject.toml; `name` is the manifest's."""
    project, locked = manifest_toml(manifest, name, marked=True), read_lock(lock)
    if not isinstance(locked, Held):
        return locked
    if not isinstance(project, Document):
        return project
    own = project.values if basename(name) == "pixi.toml" else table(project.values, "tool", "pixi")
    if not own:
        return Unknown(f"needs pixi: {name} has no tool.pixi")
    try:
        standard = dependencies(project.values) if own is not project.values else []
    except ValueError as error:
        return Unknown(f"needs pixi: {error}")
    wishes = [Wish(one.name, "" if one.url else one.asked, pypi=True) for one in standard if not one.condition]
    reasons = tuple(dict.fromkeys(_differences(project, own, locked, wishes, basename(name))))
    return Stale(reasons) if reasons else Fresh(PARTIAL)


def _differences(
    project: Document, own: dict[str, Any], locked: Held, standard: list[Wish], name: str
) -> Iterator[Reason]:
    environments = _environments(own)
    told: set[str] = set()  # a dependency is said once, not for each environment
    for one in sorted(set(environments) ^ set(locked.platforms)):
        there, gone = (name, "pixi.lock") if one in environments else ("pixi.lock", name)
        yield Reason(f"the environment {one} is in {there} but not in {gone}", key_line(project.text, one))
    for environment in [one for one in environments if one in locked.platforms]:
        features = environments[environment]
        platforms = _platforms(own, features)
        for platform in sorted(platforms ^ locked.platforms[environment]):
            there, gone = (name, "pixi.lock") if platform in platforms else ("pixi.lock", name)
            text = f"the platform {platform} is in {there} but not in {gone} (environment {environment})"
            yield Reason(text, key_line(project.text, "platforms"))
        wishes = [*(standard if "default" in features else []), *_wishes(own, features)]
        for platform in sorted(platforms & locked.platforms[environment]):
            for wish in [one for one in wishes if one.name not in told]:
                for reason in _held(project, locked, (environment, platform), wish, name):
                    told.add(wish.name)
                    yield reason


def _held(project: Document, locked: Held, where: tuple[str, str], wish: Wish, name: str) -> Iterator[Reason]:
    environment, platform = where
    system = platform.partition("-")[0]
    targets = {"", platform, *_SYSTEMS.get(system, (system,)), *({"unix"} if system in {"linux", "osx"} else set())}
    if wish.platform not in targets:
        return
    version, line = locked.versions.get((environment, platform, wish.name)), line_of(project.text, wish.name)
    if version is None:
        yield Reason(f"{wish.name} is in {name} but not in pixi.lock (environment {environment})", line)
    elif version and not satisfied(wish.asked, version):
        yield Reason(f"pixi.lock has {wish.name} {version}, {name} asks for {wish.asked}", line)


def _environments(own: dict[str, Any]) -> dict[str, list[str]]:
    """The features of each environment, `default` among them unless it is left out."""
    found = {"default": ["default"]}
    for name, value in table(own, "environments").items():
        listed = value if isinstance(value, list) else array(value, "features")
        plain = isinstance(value, dict) and value.get("no-default-feature") is True
        found[name] = [
            *([] if plain else ["default"]),
            *(one for one in listed if isinstance(one, str) and one != "default"),
        ]
    return found


def _platforms(own: dict[str, Any], features: list[str]) -> set[str]:
    """The platforms of the workspace that all features of an environment have."""
    workspace = table(own, "workspace") or table(own, "project")
    platforms = set(_names(workspace))
    for feature in features:
        limited = set(_names(table(own, "feature", feature)))
        platforms = platforms & limited if limited else platforms
    return platforms


def _names(values: dict[str, Any]) -> Iterator[str]:
    for one in array(values, "platforms"):
        yield one if isinstance(one, str) else string(one, "platform") or string(one, "name")


def _wishes(own: dict[str, Any], features: list[str]) -> Iterator[Wish]:
    for feature in features:
        part = own if feature == "default" else table(own, "feature", feature)
        yield from _of(part, "")
        for target, inner in table(part, "target").items():
            yield from _of(table({"": inner}, ""), target)


def _of(part: dict[str, Any], platform: str) -> Iterator[Wish]:
    for key in ("dependencies", "host-dependencies", "build-dependencies", "pypi-dependencies"):
        for name, value in table(part, key).items():
            asked = value if isinstance(value, str) else string(value, "version")
            plain = isinstance(value, str) or not {"path", "git", "url"} & set(table({"": value}, ""))
            yield Wish(normal(name), asked if plain else "", platform, key.startswith("pypi"))
