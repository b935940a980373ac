"""What has been judged of a history, kept beside its Git data, so that the next run goes on from there.

An entry is found by content and path, a file by all that a verdict depends on. Findings are kept as reports show them: they hold
no value. Whatever is damaged is forgotten, whatever cannot be written is not kept: nothing here is ever the reason for a verdict.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from types import TracebackType
from typing import Any, Self
from zlib import crc32

from mlgovern.facts.versions import Version
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.record import NamedTuple
from mlgovern.regular import ours

FORMAT = 4
MOST_BYTES = 64_000_000
KEPT = 2  # files
_PREFIX = "history-"
_CLEAN, _SAID = b"c", b"s"
_DIGEST = 16  # bytes
_WORDS, _NUMBER = (str, type(None)), (int, type(None))
_PLACE = (_WORDS, *(_NUMBER,) * 4, _WORDS, _WORDS, _NUMBER)
_FINDING = (str, list, str, str, int, str, int, str, _WORDS, bool)
_GAP = (str, str, bool)


class Verdict(NamedTuple):
    """What the rules say of one version."""

    findings: tuple[Finding, ...] = ()
    not_judged: tuple[NotJudged, ...] = ()


CLEAN = Verdict()


class Checkpoint:
    """The verdicts of one history under one policy."""

    def __init__(self, folder: str, key: str) -> None:
        self._path = os.path.join(folder, f"{_PREFIX}{key}")
        self._clean: set[bytes] = set()
        self._said: dict[bytes, Verdict] = {}
        self._new: dict[bytes, Verdict] = {}
        self._size = self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.save()
        self._prune()

    def verdict(self, version: Version) -> Verdict | None:
        """What is known of a version."""
        if not (self._clean or self._said):
            return None
        digest = _digest(version)
        return CLEAN if digest in self._clean else self._said.get(digest)

    def add(self, version: Version, verdict: Verdict) -> None:
        """Keep a verdict; it reaches the disk with `save`."""
        self._new[_digest(version)] = verdict

    def save(self) -> None:
        """Append what is new, each block in one write."""
        clean = b"".join(digest for digest, verdict in self._new.items() if verdict == CLEAN)
        said = [[digest.hex(), *_plain(verdict)] for digest, verdict in self._new.items() if verdict != CLEAN]
        self._new.clear()
        self._append(_CLEAN, clean)
        if said:
            from json import dumps

            self._append(_SAID, dumps(said, separators=(",", ":")).encode())

    def _append(self, kind: bytes, body: bytes) -> None:
        block = b"%c%08x%08x" % (kind, len(body), crc32(kind + body)) + body
        if not body or self._size + len(block) > MOST_BYTES:
            return
        with suppress(OSError):
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            with open(self._path, "ab", buffering=0, opener=ours) as file:
                file.write(block)
            self._size += len(block)

    def _read(self) -> int:
        """Take what the file holds; what comes behind a damaged block is cut off."""
        try:
            with open(self._path, "rb", opener=ours) as file:
                data = file.read(MOST_BYTES)
        except OSError:
            return 0
        good = 0
        while good < len(data) and (body := _body(data, good)) is not None:
            if not self._take(data[good : good + 1], body):
                break
            good += 17 + len(body)
        if good < len(data):
            with suppress(OSError), open(self._path, "r+b", opener=ours) as file:
                file.truncate(good)
        return good

    def _take(self, kind: bytes, body: bytes) -> bool:
        if kind == _CLEAN:
            self._clean.update(body[start : start + _DIGEST] for start in range(0, len(body), _DIGEST))
            return True
        from json import loads

        try:
            self._said.update({bytes.fromhex(digest): _verdict(*rest) for digest, *rest in loads(body)})
        except (ValueError, TypeError, KeyError, RecursionError):
            return False
        return True

    def _prune(self) -> None:
        with suppress(OSError):
            folder = os.path.dirname(self._path)
            ours = [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith(_PREFIX)]
            for path in sorted(ours, key=os.path.getmtime)[:-KEPT]:
                os.unlink(path)


def key_of(parts: Iterable[object]) -> str:
    """The key of a file: all that its verdicts depend on."""
    return sha256("\0".join(map(repr, (FORMAT, *parts))).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _digest(version: Version) -> bytes:
    return sha256(f"{version.mode} {version.blob} {version.path}".encode("utf-8", "surrogatepass")).digest()[:_DIGEST]


def _body(data: bytes, start: int) -> bytes | None:
    try:
        size, check = int(data[start + 1 : start + 9], 16), int(data[start + 9 : start + 17], 16)
    except ValueError:
        return None
    body = data[start + 17 : start + 17 + size]
    return body if len(body) == size and crc32(data[start : start + 1] + body) == check else None


def _plain(verdict: Verdict) -> tuple[list[Any], list[Any]]:
    return [[*finding[:1], [*finding.place], *finding[2:]] for finding in verdict.findings], [*verdict.not_judged]


def _verdict(findings: list[Any], not_judged: list[Any]) -> Verdict:
    return Verdict(tuple(map(_finding, findings)), tuple(NotJudged(*_typed(row, _GAP)) for row in not_judged))


def _finding(row: list[Any]) -> Finding:
    message, place, *rest = _typed(row, _FINDING)
    finding = Finding(message, Place(*_typed(place, _PLACE)), *rest)
    return finding._replace(at_most=Severity(finding.at_most), severity=Severity(finding.severity))


def _typed(row: list[Any], types: tuple[Any, ...]) -> list[Any]:
    """A row, if its fields are of these types; ValueError where they are not."""
    if not all(isinstance(field, type_) for field, type_ in zip(row, types, strict=True)):
        raise ValueError
    return row
