"""Paths that exist on one machine only, in scripts and configuration."""

import re
from collections.abc import Iterator

from mlgovern.facts.snapshot import File, Snapshot
from mlgovern.fields import Allowed
from mlgovern.finding import Finding, Place
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob
from mlgovern.rx import rxb

MOST_FINDINGS = 20  # per file: more say nothing new

_HOME = rb"/(?:home|Users)/(?P<home>[\w.-]{1,64})/[\w.~-]"
_PROFILE = (
    rb"[A-Za-z]:(?:\\{1,2}|/)(?:Users|Documents and Settings)(?:\\{1,2}|/)(?P<profile>[\w.-]{1,64})(?:\\{1,2}|/)[\w.~-]"
)
# Behind a single backslash, n, r and t are more often an escape in a string than a folder.
_SYSTEM = rb"(?i:windows|program|programdata)\b"  # the same on every machine
_DRIVE = rb"[A-Za-z]:(?:\\\\|/|\\(?![nrt]))(?!" + _SYSTEM + rb")[\w.-]{2,64}(?:\\\\|/|\\(?![nrt]))[\w.-]"
_SHARE = rb"(?:\\{4}[A-Za-z][\w.-]{1,63}\\\\|\\\\[A-Za-z][\w.-]{1,63}\\)[A-Za-z][\w.$-]{1,63}\\"
_LOCAL = rxb(rb"(?<![\w.~$}\\/-])(?:%s)" % b"|".join((_HOME, _PROFILE, _DRIVE, _SHARE)))
_MARKS = (
    (b"/home/", 0),
    (b"/Users/", 0),
    (b":\\", 1),
    (b":/", 1),
    (b"\\\\", 0),
)  # in every such path, so far from its start
# Homes that are the same on every machine of their kind, and names that stand for anybody's.
_COMMON = frozenset(
    b"runner jovyan vscode Shared Public Default app appuser user username USER USERNAME ubuntu node airflow spark mambauser "
    b"gitpod coder codespace docker linuxbrew circleci vsts name yourname you me example".split()
)


# Tests make such paths up; the paths of CI files are the runner's.
_ELSEWHERE = tuple(
    map(Glob, ("{tests,test}/**", "**/{tests,test}/**", ".github/**", ".gitlab-ci.yml", "azure-pipelines*.yml"))
)


# Where a path decides what runs: not prose, not notebooks, and not container files, whose paths are the container's.
SCRIPTS = (
    "**/*.{py,r,R,jl,sh,bash,zsh,ps1,bat,cmd,sql,scala,java,cpp,c,h,js,ts}",
    "**/*.{yaml,yml,toml,cfg,ini,conf,properties,mk,dvc}",
    "**/{Makefile,Snakefile,justfile}",
)


class LocalPaths(NamedTuple):
    but: Allowed[Glob] = _ELSEWHERE
    users: Allowed[str] = ()  # names of homes that every machine has, besides those of CI and containers


def local_path(snapshot: Snapshot, settings: LocalPaths) -> Iterator[Finding]:
    """Code or configuration names a folder of one machine.

    Why: it works for one person only, and tells everybody else their user name.
    Mend: write the path relative to the repository's root, or take it from the environment
    """
    judged, spared = matcher(SCRIPTS), matcher(settings.but)
    for file in snapshot.files:
        data = snapshot.read(file) if judged(file.path) and not spared(file.path) else None
        if data is not None and b"\0" not in data[:8000]:
            yield from _found(file, data, _COMMON.union(name.encode() for name in settings.users))


def _paths(data: bytes) -> Iterator[re.Match[bytes]]:
    """What the pattern finds, looked for where it can begin: of most files that is a hundredth of the time."""
    starts: set[int] = set()
    for mark, before in _MARKS:
        at = data.find(mark)
        while at >= 0:
            starts.add(at - before)
            at = data.find(mark, at + 1)
    end = 0
    for start in sorted(starts):
        found = _LOCAL.match(data, start) if start >= end else None
        if found is not None:
            end = found.end()
            yield found


def _found(file: File, data: bytes, common: frozenset[bytes]) -> Iterator[Finding]:
    count = 0
    for found in _paths(data):
        if (found["home"] or found["profile"]) in common:
            continue
        count += 1
        if count > MOST_FINDINGS:
            return
        start = data.rfind(b"\n", 0, found.start()) + 1
        text = found[0][:-1].decode("utf-8", "replace")
        column = len(data[start : found.start()].decode("utf-8", "replace")) + 1
        line = data.count(b"\n", 0, found.start()) + 1
        place = Place(file.path, line, column, line, column + len(text), file.commit)
        mend = "write it relative to the repository's root, or read it from the environment"
        yield Finding(f"{text} exists on one machine only", place, mend, key=f"{text} {count}")
