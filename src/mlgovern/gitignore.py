"""Which paths the `.gitignore` files of a tree ignore, and which line decides: git's own answer, from texts alone.

The work is in bytes, as git does it: `?` is one byte. Letter case counts. A folder that is ignored is never looked into, so
that nothing below it can be taken back.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from shlex import quote

from mlgovern.facts.snapshot import SYMLINK, Snapshot
from mlgovern.finding import NotJudged
from mlgovern.globs import fragment, suspects
from mlgovern.record import NamedTuple
from mlgovern.wildmatch import FOLDER, literal, regex

_WILDCARD = re.compile(rb"[*?\[\\]")

MOST_BYTES = 131_072  # of one .gitignore: templates have 10,000; compiling far more is slow


class Source(NamedTuple):
    """The line that decides about a path."""

    file: str  # path of the .gitignore
    line: int
    pattern: str  # as written, without trailing blanks

    @property
    def excepts(self) -> bool:
        """The line is an exception: it begins with `!`."""
        return self.pattern.startswith("!")


class Line(NamedTuple):
    """One pattern of a file; `folders` when it ends in `/`, `anchored` when it looks at the path, not the last name."""

    number: int
    text: bytes
    body: bytes
    folders: bool
    anchored: bool


def line_of(number: int, text: bytes) -> Line:
    """One pattern, as `.gitignore` and `.gitattributes` mean it."""
    body = text.removeprefix(b"!")
    folders, body = body.endswith(b"/"), body.removesuffix(b"/")
    return Line(number, text, body, folders, b"/" in body)


def _trimmed(line: bytes) -> bytes:
    """Without trailing blanks, but for those behind a backslash."""
    bare = line.rstrip(b" ")
    slashes = len(bare) - len(bare.rstrip(b"\\"))
    return bare + b" " if slashes % 2 and len(bare) < len(line) else bare


def lines(text: bytes) -> Iterator[Line]:
    """The patterns of one `.gitignore`: without byte order mark, comments, line ends and trailing blanks."""
    for number, line in enumerate(text.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line and not line.startswith(b"#"):
            yield line_of(number, _trimmed(line.removesuffix(b"\r").partition(b"\0")[0]))


class Patterns:
    """Patterns of one folder in order; the last that matches decides. Plain names and `*.ext` need no search."""

    def __init__(self, found: Iterable[Line]) -> None:
        self.lines = tuple(found)
        self._names: dict[bytes, int] = {}
        self._paths: dict[bytes, int] = {}
        self._suffixes: dict[bytes, int] = {}
        self._wild: dict[bool, list[int]] = {False: [], True: []}  # by `anchored`; compiled when first asked for
        self._search: dict[bool, re.Pattern[bytes]] = {}
        starts: list[bytes] = []  # what a path begins with that an anchored pattern may match
        for index, line in enumerate(self.lines):
            mark = FOLDER if line.folders else b""
            plain = literal(line.body)
            if plain is not None:
                (self._paths if line.anchored else self._names)[plain + mark] = index
            elif line.body[:2] == b"*." and not line.anchored and literal(line.body[1:]) is not None:
                self._suffixes[line.body[1:] + mark] = index
            else:
                self._wild[line.anchored].append(index)
                starts += [_WILDCARD.split(line.body, 1)[0].removeprefix(b"/")] if line.anchored else []
        self._starts = tuple(dict.fromkeys(starts))

    def last(self, path: bytes, *, folder: bool = False) -> Line | None:
        """The last pattern that matches a path relative to the folder of the patterns."""
        name = path.rpartition(b"/")[2]
        best = -1
        for mark in (b"", FOLDER) if folder else (b"",):
            best = max(best, self._names.get(name + mark, -1), self._paths.get(path + mark, -1))
            dot = name.find(b".") if self._suffixes else -1
            while dot >= 0:
                best = max(best, self._suffixes.get(name[dot:] + mark, -1))
                dot = name.find(b".", dot + 1)
        for anchored, subject in ((False, name), (True, path)):
            if (
                self._wild[anchored]
                and self._wild[anchored][-1] > best
                and (not anchored or path.startswith(self._starts))
            ):
                found = self._compiled(anchored).match(subject + FOLDER if folder else subject)
                if found is not None and found.lastindex is not None:
                    best = max(best, self._wild[anchored][-found.lastindex])
        return self.lines[best] if best >= 0 else None

    def _compiled(self, anchored: bool) -> re.Pattern[bytes]:
        """One alternation whose first alternative is the last pattern: the number of the group tells which it was."""
        search = self._search.get(anchored)
        if search is None:
            wild = [self.lines[index] for index in reversed(self._wild[anchored])]
            texts = [regex(line.body, anchored=anchored, folders=line.folders) for line in wild]
            search = self._search[anchored] = re.compile(b"|".join(b"(%s)" % text for text in texts), re.DOTALL)
        return search


class Ignores:
    """The `.gitignore` files of a tree: `{folder: text}`, the root's folder is the empty text."""

    def __init__(self, texts: Mapping[str, str | bytes]) -> None:
        self._files = {
            folder: Patterns(lines(text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text))
            for folder, text in texts.items()
        }
        self._folders: dict[str, tuple[Source | None, tuple[tuple[str, Patterns], ...]]] = {}
        root = self._files.get("")
        self._folders[""] = (None, (("", root),) if root else ())

    def exceptions(self) -> Iterator[tuple[str, Source]]:
        """Every line that begins with `!`, with the folder it stands in."""
        for folder, patterns in self._files.items():
            for line in patterns.lines:
                if line.text.startswith(b"!"):
                    yield folder, _source(folder, line)

    def suspects(self, paths: Collection[str]) -> Collection[str]:
        """Of many paths those that are worth asking about: no line has anything to do with the others."""
        bodies = {line.body for patterns in self._files.values() for line in patterns.lines if line.text[:1] != b"!"}
        return suspects(paths, (fragment(body.decode("utf-8", "surrogateescape")) for body in bodies))

    def ignored(self, path: str) -> Source | None:
        """The line that ignores a path, or None; a folder's path ends in `/`."""
        source = self.decides(path)
        return None if source is None or source.excepts else source

    def decides(self, path: str) -> Source | None:
        """The line that git would name for a path, exceptions (`!`) included."""
        path, folder = path.removesuffix("/"), path.endswith("/")
        excluded, active = self._folder(path.rpartition("/")[0])
        return excluded or _decide(active, path, folder)

    def _folder(self, path: str) -> tuple[Source | None, tuple[tuple[str, Patterns], ...]]:
        """What excludes a folder, if anything does, and else the files that speak about what is in it, nearest first."""
        known = path
        while known not in self._folders:
            known = known.rpartition("/")[0]
        state = self._folders[known]
        while known != path:
            end = path.find("/", len(known) + 1)
            known = path if end < 0 else path[:end]
            excluded, active = state
            if excluded is None:
                source = _decide(active, known, True)
                excluded = None if source is None or source.excepts else source
                own = self._files.get(known)
                active = ((known, own), *active) if own else active
            state = self._folders[known] = (excluded, active)
        return state


def gather(snapshot: Snapshot) -> tuple[Ignores, list[NotJudged]]:
    """The ignore rules of the tree, and the files whose rules are not among them."""
    texts: dict[str, bytes] = {}
    unread = []
    for path, file in snapshot.tracked.items():
        if (
            path.endswith(".gitignore") and file.name == ".gitignore" and file.mode != SYMLINK
        ):  # git follows no link here
            text = snapshot.read(file)
            if text is None or len(text) > MOST_BYTES:
                unread.append(NotJudged(path, "its ignore rules were not read" if text is None else "too large"))
            else:
                texts[path.rpartition("/")[0]] = text
    return Ignores(texts), unread


def exactly(path: str) -> str:
    """The pattern that means one path alone, as seen from the folder of its `.gitignore`."""
    return "/" + re.sub(r"([*?\[\\]| \Z)", r"\\\1", path).replace("\n", "?")


def appending(lines: Iterable[str], file: str = ".gitignore") -> str:
    """The command that adds lines to a `.gitignore`, also where the last one there has no end."""
    return rf"printf '\n%s\n' {' '.join(map(quote, lines))} >> {quote(file)}"


def _decide(active: Iterable[tuple[str, Patterns]], path: str, folder: bool) -> Source | None:
    data = path.encode("utf-8", "surrogateescape")
    for base, patterns in active:
        start = len(base.encode("utf-8", "surrogateescape")) + 1 if base else 0
        line = patterns.last(data[start:], folder=folder)
        if line is not None:
            return _source(base, line)
    return None


def _source(folder: str, line: Line) -> Source:
    return Source(
        f"{folder}/.gitignore" if folder else ".gitignore", line.number, line.text.decode("utf-8", "surrogateescape")
    )
