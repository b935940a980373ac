"""conda-lock.yml and the manifests that it names: platforms, channels, direct dependencies. Its hash covers more."""

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.conda import Ask, asks_of, satisfied
from mlgovern.rules.lockfiles.inputs import Read
from mlgovern.rules.lockfiles.pep508 import normal
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
    string,
    table,
    tables,
)
from mlgovern.rules.lockfiles.yamls import key_line, parsed, yaml_of
from mlgovern.rx import rx

PARTIAL = "platforms, channels and direct dependencies were compared; conda-lock alone knows the rest"

_PACKAGES = rx(r"^package:[ \t]*(?:\[\])?$", re.MULTILINE)
_ENTRY = rx(
    r"^[ ]{0,2}- name: (?P<name>\S+)\n[ ]+version: ['\"]?(?P<version>[^'\"\n]*)['\"]?\n"
    r"[ ]+manager: (?P<manager>\w+)\n[ ]+platform: (?P<platform>[\w-]+)",
    re.MULTILINE,
)


class Locked(NamedTuple):
    """A conda-lock.yml: its metadata, and versions by (platform, manager, name)."""

    text: str
    metadata: dict[str, Any]
    versions: dict[tuple[str, str, str], str]


def read_lock(data: bytes | None) -> Locked | Broken | Unknown:
    """The lock, its packages read by the lines that conda-lock writes: a YAML parser takes seconds for some of them."""
    text = lock_text(data, marked=True)
    if not isinstance(text, str):
        return text
    start = _PACKAGES.search(text)
    head = parsed(text[: start.start()] if start else text)
    if isinstance(head, Broken):
        return head
    if start is None or not isinstance(head.get("metadata"), dict):
        return Broken("it has no metadata and packages", 1, "text")
    if head.get("version") != 1:
        return Broken("it was written by a newer conda-lock", key_line(text, "version"), "format")
    versions = {
        (found["platform"], found["manager"], normal(found["name"])): found["version"]
        for found in _ENTRY.finditer(text, start.end())
    }
    return Locked(text, table(head, "metadata"), versions)


def sources(path: str, read: Read) -> tuple[str, ...]:
    """The manifests that a lock names, as paths of the repository; environment.yml where it names none."""
    locked = read_lock(read(path))
    named = (
        [one for one in array(locked.metadata, "sources") if isinstance(one, str)] if isinstance(locked, Locked) else []
    )
    found = [normpath(join(dirname(path), one.replace("\\", "/"))) for one in named or ["environment.yml"]]
    return tuple(one for one in found if not one.startswith(("..", "/"))) or (path,)


def judge(path: str, read: Read) -> Verdict:
    """What a conda-lock.yml is to its sources."""
    locked = read_lock(read(path))
    if not isinstance(locked, Locked):
        return locked
    asked: list[tuple[str, Document]] = []
    for source in sources(path, read):
        if not source.endswith((".yml", ".yaml")):
            return Unknown(f"needs conda-lock: {basename(source)}")
        manifest = yaml_of(read(source), basename(source))
        if isinstance(manifest, Broken):
            return manifest._replace(cause="manifest", path=source)
        if isinstance(manifest, Unknown):
            return manifest
        asked.append((source, manifest))
    reasons = tuple(dict.fromkeys(_differences(basename(path), locked, asked)))
    return Stale(reasons) if reasons else Fresh(PARTIAL)


def _differences(name: str, locked: Locked, asked: list[tuple[str, Document]]) -> Iterator[Reason]:
    platforms = [one for one in array(locked.metadata, "platforms") if isinstance(one, str)]
    channels = [string(one, "url") for one in tables(locked.metadata, "channels")]
    wanted = [one for _, manifest in asked for one in array(manifest.values, "platforms") if isinstance(one, str)]
    source, first = asked[0]
    if wanted and set(wanted) != set(platforms):
        odd = ", ".join(sorted(set(wanted) ^ set(platforms)))
        yield Reason(
            f"{name} and {basename(source)} differ in platforms: {odd}", key_line(first.text, "platforms"), None, source
        )
    for path, manifest in asked:
        for channel in array(manifest.values, "channels"):
            if isinstance(channel, str) and channel not in {*channels, "nodefaults"} and channels:
                line = key_line(manifest.text, "channels")
                yield Reason(f"the channel {channel} is in {basename(path)} but not in {name}", line, None, path)
        for ask in asks_of(manifest.text, manifest.values):
            yield from _locked(name, locked, path, ask, platforms)


def _locked(name: str, locked: Locked, path: str, ask: Ask, platforms: list[str]) -> Iterator[Reason]:
    manager = "pip" if ask.pip else "conda"
    for platform in platforms:
        version = locked.versions.get((platform, manager, normal(ask.name)))
        if version is None and (ask.pip or ask.name == "pip"):
            version = locked.versions.get((platform, "conda", normal(ask.name)))
        if version is None:
            yield Reason(f"{ask.name} is in {basename(path)} but not in {name} for {platform}", ask.line, None, path)
            return
        if not satisfied(ask.asked, version):
            text = f"{name} has {ask.name} {version}, {basename(path)} asks for {ask.text}"
            yield Reason(text, ask.line, None, path)
            return
