"""A small own subset of PEP 440: versions, and sets of specifiers compared by what they admit."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mlgovern.record import NamedTuple
from mlgovern.rx import rx

MOST_CHARACTERS = 500  # of one version or specifier: what is longer is nobody's version

_VERSION = rx(
    r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)"
    r"(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)(?:[-_.]?(\d+))?)?"
    r"(?:-(\d+)|[-_.]?(post|rev|r)(?:[-_.]?(\d+))?)?"
    r"(?:[-_.]?(dev)(?:[-_.]?(\d+))?)?"
    r"(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.ASCII | re.IGNORECASE,
)
_SPECIFIER = rx(r"(~=|===|==|!=|<=|>=|<|>)\s*(\S+)")
_PHASES = {"a": 0, "b": 1, "c": 2, "p": 2, "r": 2}  # by first letter; pre and preview are rc
_NEVER = 1 << 62


class Version(NamedTuple):
    """One version, its parts as written but for spelling."""

    epoch: int
    release: tuple[int, ...]
    pre: tuple[int, int] | None = None
    post: int | None = None
    dev: int | None = None
    local: tuple[tuple[int, int, str], ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What versions are ordered by: trailing zeros count for nothing."""
        early = self.post is None and self.dev is not None
        phase = self.pre or ((-1, 0) if early else (9, 0))
        post = -1 if self.post is None else self.post
        return (self.epoch, trimmed(self.release), phase, post, _NEVER if self.dev is None else self.dev, self.local)

    def starts_with(self, epoch: int, release: tuple[int, ...]) -> bool:
        """`== release.*` holds."""
        padded = self.release + (0,) * (len(release) - len(self.release))
        return self.epoch == epoch and padded[: len(release)] == release


class Specifier(NamedTuple):
    """One comparison, such as `>=3.11`; `wild` is `.*`; `text` is the right side of `===`."""

    op: str
    version: Version
    wild: bool = False
    text: str = ""

    def admits(self, version: Version) -> bool:
        """The version satisfies this; pre-releases are allowed."""
        op, wanted = self.op, self.version
        if op in {"==", "!="}:
            return self._equal(version) is (op == "==")
        if op == "~=":
            return version.key >= wanted.key and version.starts_with(wanted.epoch, wanted.release[:-1])
        if op in {"<=", ">="}:
            public = version._replace(local=()).key
            return public <= wanted.key if op == "<=" else public >= wanted.key
        if op == "<":  # not the pre-releases of what is named, unless one is named
            return version.key < wanted.key and not (
                not _is_pre(wanted) and _is_pre(version) and _nears(version, wanted)
            )
        after = wanted._replace(post=version.post, dev=version.dev, local=version.local)
        plain = wanted.post is None and wanted.dev is None
        return version.key > wanted.key and not (
            version._replace(local=()).key == wanted.key or (plain and version.key == after.key)
        )

    def _equal(self, version: Version) -> bool:
        if self.wild:
            return version.starts_with(self.version.epoch, self.version.release)
        compared = version if self.version.local else version._replace(local=())
        return compared.key == self.version.key


Specifiers = frozenset[Specifier]


def trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    """A release without trailing zeros."""
    end = len(release)
    while end > 1 and not release[end - 1]:
        end -= 1
    return release[:end]


def _nears(version: Version, wanted: Version) -> bool:
    same_release = (version.epoch, trimmed(version.release)) == (wanted.epoch, trimmed(wanted.release))
    return same_release and (wanted.post is None or (version.pre is None and version.post == wanted.post))


def _is_pre(version: Version) -> bool:
    return version.pre is not None or version.dev is not None


@lru_cache(maxsize=2048)
def version_of(text: str) -> Version | None:
    """The version that a text spells, or None."""
    found = _VERSION.fullmatch(text.strip()) if len(text) <= MOST_CHARACTERS else None
    if found is None:
        return None
    epoch, release, phase, phase_no, implicit, post, post_no, dev, dev_no, local = found.groups()
    return Version(
        int(epoch or 0),
        tuple(int(part) for part in release.split(".")),
        (_PHASES[phase[0].lower()], int(phase_no or 0)) if phase else None,
        int(implicit or post_no or 0) if implicit or post else None,
        int(dev_no or 0) if dev else None,
        tuple(
            (1, int(part), "") if part.isdigit() else (0, 0, part)
            for part in re.split(r"[-_.]", (local or "").lower())
            if part
        ),
    )


@lru_cache(maxsize=2048)
def specifiers_of(text: str) -> Specifiers:
    """The comparisons of `>=3,<4`; ValueError where one is none. Nothing admits everything."""
    return frozenset(_specifier(part.strip()) for part in text.split(",") if part.strip())


def _specifier(text: str) -> Specifier:
    found = _SPECIFIER.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if found is None:
        raise ValueError("no version specifier")
    op, right = found.groups()
    if op == "===":
        return Specifier(op if version_of(right) is None else "==", version_of(right) or Version(0, (0,)), False, right)
    wild = op in {"==", "!="} and right.endswith(".*")
    version = version_of(right.removesuffix(".*") if wild else right)
    plain = version is not None and version == Version(version.epoch, version.release)
    if version is None or (wild and not plain) or (op == "~=" and len(version.release) < 2):
        raise ValueError("no version specifier")
    if version.local and op not in {"==", "!="}:
        raise ValueError("a local version can only be equal or not")
    return Specifier(op, version, wild)


def admits(specifiers: Iterable[Specifier], version: str) -> bool:
    """A version text satisfies all of them; a text that is no version satisfies none but its own `===`."""
    parsed = version_of(version)
    return all(
        one.text.lower() == version.strip().lower() if one.text else parsed is not None and one.admits(parsed)
        for one in specifiers
    )


def same(left: Specifiers, right: Specifiers) -> bool:
    """Two sets admit the same versions, as uv compares them: `~=2.0` is `>=2.0,<3`."""
    if left == right:
        return True
    if any(one.text for one in left | right):
        return False
    probes = [near for one in left | right for near in _near(one.version)]
    return all(_all(left, probe) is _all(right, probe) for probe in probes)


def _all(specifiers: Iterable[Specifier], version: Version) -> bool:
    return all(one.admits(version) for one in specifiers)


def _near(version: Version) -> Iterator[Version]:
    """Versions at, just below and just above the places where a comparison with this one changes."""
    epoch, release = version.epoch, version.release
    above = [(*release[:end], release[end] + 1) for end in range(len(release))]
    below = [(*release[:-1], release[-1] - 1, 999_999)] if release[-1] else []
    for near in (release, *above, *below, (*release, 0, 0, 1)):
        base = Version(epoch, near)
        yield from (base, base._replace(dev=0), base._replace(pre=(0, 0)), base._replace(post=0))
    post = -1 if version.post is None else version.post
    yield from (version, version._replace(dev=0), version._replace(post=post + 1))
    if version.pre:
        phase, number = version.pre
        yield from (version._replace(pre=(phase, number + step)) for step in (-1, 1) if number + step >= 0)


def same_pythons(left: Specifiers, right: Specifiers) -> bool:
    """Two `requires-python` have the same bounds; what `!=` leaves out between them, uv does not compare."""
    left, right = (frozenset(one for one in side if one.op != "!=") for side in (left, right))
    probes = python_points(one.version.release for one in left | right)
    return all(admits_python(left, point) is admits_python(right, point) for point in probes)


def admits_python(specifiers: Iterable[Specifier], point: tuple[int, ...]) -> bool:
    """A Python satisfies all of them."""
    return _all(specifiers, Version(0, point))


def python_points(releases: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Pythons between which no comparison with these releases changes: each boundary, just below and above it.

    Tools see a version between 3.12.0 and 3.12.1, so there is one with a fourth number.
    """
    points: set[tuple[int, ...]] = {(3, 0, 0)}
    for release in releases:
        major, minor, patch = (*release, 0, 0)[:3]
        for near in (minor - 1, minor, minor + 1):
            points |= {(major, near, 0), (major, near, 999)} if near >= 0 else {(max(major - 1, 0), 999, 999)}
        points |= {(major, minor, max(patch + step, 0)) for step in (-1, 0, 1)} | {(major, minor, patch, 1)}
        points |= (
            {(major - 1, 999, 999), (major + 1, 0, 0)} if len(release) > 1 else {(major + 1, 0, 0), (major, 999, 999)}
        )
    return sorted(point for point in points if point[0] >= 0)
