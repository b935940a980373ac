"""Git LFS: which paths are meant for it, and whether what Git holds for them is a pointer."""

import re
from collections.abc import Iterable, Iterator, Mapping
from shlex import quote

from mlgovern.facts.snapshot import EXECUTABLE, REGULAR, SYMLINK, File, Snapshot
from mlgovern.finding import Finding, NotJudged, Place
from mlgovern.gitignore import Line, Patterns, line_of
from mlgovern.rule import Verdicts
from mlgovern.rx import rxb

POINTER_BYTES = 1024  # a pointer is never longer, says the specification
_HEAD = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER = rxb(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[0-9]-[^\n]+\n)*oid sha256:[0-9a-f]{64}\nsize [0-9]+\n"
)
_QUOTED = rxb(rb'"((?:[^"\\]|\\.)*)"(?:\s|\Z)')
MOST_BYTES = 131_072  # of one .gitattributes


def broken_lfs_pointer(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A path is meant for Git LFS, but what Git holds is no pointer, or the other way round.

    Why: such a file is either in history in full size, or arrives at everybody else as three lines of text.
    Mend: git add --renormalize PATH
    """
    attributes = attributes_of(snapshot)
    yield from attributes.unread
    for file in snapshot.files:
        if file.mode not in (REGULAR, EXECUTABLE) or file.size == 0:  # git-lfs leaves empty files as they are
            continue
        meant, data = attributes.lfs(file.path), snapshot.read(file)
        if attributes.unread and not meant:
            continue  # what was not read may say filter=lfs
        if meant and data is None and 0 <= file.size <= POINTER_BYTES:
            yield NotJudged(file.path, "whether it is a Git LFS pointer: its content was not read", expected=False)
        elif flaw := _flaw(meant=meant, data=data, file=file):
            message, mend = flaw
            place = Place(path=file.path, commit=file.commit)
            yield Finding(message, place, mended(file, mend.format(quote(file.path))), key="pointer")


def is_pointer(data: bytes) -> bool:
    """The content is a sound LFS pointer."""
    return len(data) <= POINTER_BYTES and _POINTER.fullmatch(data) is not None


def in_lfs(snapshot: Snapshot, file: File, attributes: "Attributes") -> bool:
    """The file is a pointer, or is meant to be one: where it is none, broken-lfs-pointer says so."""
    return attributes.lfs(file.path) or is_pointer(snapshot.read(file) or b"")


def attributes_of(snapshot: Snapshot) -> "Attributes":
    """The attributes of a tree: many files are judged in one, a batch at a time, and one look at it is enough."""
    if not _last or _last[0][0] is not snapshot.tracked:
        _last[:] = [(snapshot.tracked, Attributes(snapshot))]
    return _last[0][1]


class Attributes:
    """The `filter` attribute of paths, from the `.gitattributes` files of a tree."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.unread: list[NotJudged] = []
        self._files: dict[str, tuple[Patterns, tuple[str, ...]]] = {}
        for path, file in snapshot.tracked.items():
            if path.endswith(".gitattributes") and file.name == ".gitattributes" and file.mode != SYMLINK:
                text = snapshot.read(file)
                if text is None or len(text) > MOST_BYTES:
                    self.unread.append(NotJudged(path, "its attributes were not read" if text is None else "too large"))
                elif b"filter" in text:
                    found = list(_filters(text))
                    values = tuple(value for _, value in found)
                    lines = (line._replace(number=at) for at, (line, _) in enumerate(found))
                    self._files[path.rpartition("/")[0]] = Patterns(lines), values

    @property
    def used(self) -> bool:
        """Some path of the tree is meant for LFS."""
        return any("lfs" in values for _, values in self._files.values())

    def lfs(self, path: str) -> bool:
        """Whether a path has `filter=lfs`: the nearest file that speaks of it decides, its last line first."""
        if not self._files:
            return False
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in self._files:
                patterns, values = self._files[folder]
                inner = path[len(folder) + 1 :] if folder else path
                line = patterns.last(inner.encode("utf-8", "surrogateescape"))
                if line is not None:
                    return values[line.number] == "lfs"
        return False


def _filters(text: bytes) -> Iterator[tuple[Line, str]]:
    """The lines of a `.gitattributes` that say something about `filter`, and what."""
    macros: dict[str, str] = {}
    for number, raw in enumerate(text.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        row = raw.strip(b" \t\r\n")
        if not row or row.startswith((b"#", b"!")):
            continue
        found = _QUOTED.match(row)
        pattern = re.sub(rb"\\(.)", rb"\1", found[1]) if found else row.split(None, 1)[0]
        value = _filter(row[found.end() :].split() if found else row.split()[1:], macros)
        if row.startswith(b"[attr]"):
            macros[pattern[6:].decode("ascii", "replace")] = value or ""
        elif value is not None and not pattern.endswith(b"/"):  # such a pattern matches no file
            yield line_of(number, pattern), value


def _filter(words: Iterable[bytes], macros: dict[str, str]) -> str | None:
    value = None
    for word in words:
        text = word.decode("utf-8", "replace")
        if text in ("filter", "-filter", "!filter"):
            value = ""
        elif text.startswith("filter="):
            value = text.removeprefix("filter=")
        elif macros.get(text):
            value = macros[text]
    return value


def _flaw(*, meant: bool, data: bytes | None, file: File) -> tuple[str, str] | None:
    """What is wrong, and the command that mends it."""
    again = "git rm --cached -- {0} && git add -- {0}"
    if meant and file.size > POINTER_BYTES:
        return f"meant for Git LFS, but Git holds the whole file ({shown(file.size)})", again
    if data is None:
        return None
    if meant and not is_pointer(data):
        broken = "a damaged pointer" if data.startswith(_HEAD[:11]) else "the file itself"
        return f"meant for Git LFS, but Git holds {broken}", again
    if not meant and is_pointer(data):
        return "a Git LFS pointer at a path without filter=lfs: a checkout gets its three lines only", (
            "git lfs track --filename {0} && git add .gitattributes"
        )
    return None


def mended(file: File, command: str) -> str:
    """A command that mends what is staged; what a commit holds already, only a new history leaves out."""
    return f"take it out of that commit: git rebase -i {file.commit[:8]}~" if file.commit else command


def shown(size: int) -> str:
    """A size in words."""
    if size < 1_000_000:
        return f"{size / 1000:.0f} KB" if size >= 1000 else f"{size} bytes"
    return f"{size / 1_000_000:.2f}".rstrip("0").rstrip(".") + " MB"


_last: list[tuple[Mapping[str, File], Attributes]] = []
