"""What a history holds: every content that a file ever had, at every path that it had, and the commit that brought it."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import islice
from types import TracebackType
from typing import Self

from mlgovern.facts import state, streams
from mlgovern.facts.git import Git
from mlgovern.facts.listings import RAW, tree
from mlgovern.facts.snapshot import REGULAR, SUBMODULE, SYMLINK, File
from mlgovern.facts.streams import Stream
from mlgovern.finding import NotJudged
from mlgovern.record import NamedTuple

EVERYTHING = ("--all",)  # every ref, and HEAD
# What stands in place of an object is a ref of its own, and parents are those that a commit names: what really is there counts.
_PLAIN = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}
_NO_MODE, _SYMLINK, _SUBMODULE = (b"%06o" % mode for mode in (0, SYMLINK, SUBMODULE))
_STASH = "refs/stash"  # the newest; its log is what holds the others
_PAGE = 2000  # blobs whose sizes are asked for at once
_SHAPE = ("-c", "--root", "--no-relative", "--no-show-signature", "--no-color", "--format=%H")


class Version(NamedTuple):
    """One content at one path; a symbolic link's content is where it points."""

    path: str
    blob: str
    mode: int = REGULAR  # or SYMLINK


class Content(NamedTuple):
    """One blob: its versions, its bytes in number, -1 where it is missing, and the bytes if they were wanted."""

    versions: list[Version]
    size: int
    data: bytes | None = None


class History(NamedTuple):
    """The versions by blob, those of one file name beside each other, the newest first; and the commits, oldest first."""

    commits: Sequence[str] = ()
    first: Mapping[Version, int] = {}  # which of the commits brought it; -1: a tag holds it without one
    blobs: Sequence[list[Version]] = ()
    gaps: tuple[NotJudged, ...] = ()


class Listing:
    """What some commits bring, as git lists it: it begins on entry, and works while whoever asked gets ready to judge."""

    def __init__(self, git: Git, selection: tuple[str, ...] = EVERYTHING, tip: str | None = None) -> None:
        self.git = Git(git.top, git.git_dir, git.common_dir, {**git.environment, **_PLAIN})
        self.selection = selection
        self.tip = tip  # the commit whose tree is the present
        self._at_work = ExitStack()
        self.stream: Stream

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            git = stack.enter_context(self.git)
            order = ("log", "--topo-order", "--reverse")
            self.stream = stack.enter_context(Stream(git, *order, *RAW, *_SHAPE, *_tips(git, self.selection), "--"))
            self._at_work = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._at_work.close()


def history(listing: Listing) -> History:
    """The versions that the commits of a listing bring. A merge brings what differs from all its parents."""
    git = listing.git
    commits: list[str] = []
    first: dict[Version, int] = {}
    paths: dict[bytes, str] = {}  # each text once
    with listing.stream:  # nobody who forks later takes a half of it along
        for version in _brought(listing.stream, commits, paths):
            first.setdefault(version, len(commits) - 1)
    if listing.selection == EVERYTHING:
        for version in _without_commits(git):
            first.setdefault(version, -1)
    gaps: tuple[NotJudged, ...] = ()
    if state.boundary(git):
        gaps = (NotJudged("history", "this clone is shallow; `git fetch --unshallow` brings the rest"),)
    return History(commits, first, _by_blob(first), gaps)


def is_partial(git: Git) -> bool:
    """Whether this clone left something out, which git would fetch if it were asked for."""
    with suppress(FileNotFoundError):
        return any(name.endswith(".promisor") for name in os.listdir(os.path.join(git.common_dir, "objects", "pack")))
    return False


def missing(git: Git, selection: tuple[str, ...] = EVERYTHING) -> frozenset[str]:
    """What a partial clone left out."""
    if not is_partial(git):
        return frozenset()
    with Stream(git, "rev-list", "--objects", "--missing=print", *_tips(git, selection), "--") as stream:
        return frozenset(line[1:].decode() for line in stream.lines() if line.startswith(b"?"))


def _brought(stream: Stream, commits: list[str], paths: dict[bytes, str]) -> Iterator[Version]:
    """What each commit brings, in the form of `listings.raw_changes`; the ids of the commits are collected on the way."""
    fields = stream.fields()
    for field in fields:
        head = field.lstrip(b"\n")
        if head.startswith(b":"):
            words, raw = head.split(b" "), next(fields)
            half = len(words) // 2  # modes, then as many ids, then the status
            mode = words[half - 1]
            if mode not in (_NO_MODE, _SUBMODULE):
                path = paths.get(raw) or paths.setdefault(raw, raw.decode("utf-8", "surrogateescape"))
                yield Version(path, words[2 * half - 1].decode(), SYMLINK if mode == _SYMLINK else REGULAR)
        elif head:
            commits.append(head.decode())


def _tips(git: Git, selection: tuple[str, ...]) -> tuple[str, ...]:
    """A selection, with the older stashes where it is of everything."""
    if selection != EVERYTHING or state.resolve(git, _STASH) is None:
        return selection
    return (*selection, *git.ask("rev-list", "--walk-reflogs", _STASH, "--").decode().split())


def _without_commits(git: Git) -> Iterator[Version]:
    """What refs hold that point at a tree or a blob."""
    refs = _lines(git.ask("for-each-ref", "--format=%(objecttype) %(refname)"))
    names = [name for kind, _, name in (line.partition(b" ") for line in refs) if kind != b"commit"]
    asked = b"".join(name + b"^{}\n" for name in names)
    answers = _lines(git.ask("cat-file", "--batch-check=%(objecttype) %(objectname)", stdin=asked))
    for name, answer in zip(names, answers, strict=True):
        kind, _, target = answer.partition(b" ")
        if kind == b"blob":
            yield Version(name.decode("utf-8", "surrogateescape"), target.decode())
        elif kind == b"tree":
            files = tree(git, target.decode()).values()
            yield from (_version(file) for file in files if file.mode != SUBMODULE)


def _version(file: File) -> Version:
    return Version(file.path, file.blob, SYMLINK if file.mode == SYMLINK else REGULAR)


def _lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")[:-1]  # a name may hold what Python takes for other ends of lines


def _by_blob(first: dict[Version, int]) -> list[list[Version]]:
    """Versions of one file are alike, and git keeps an older one as what differs from the next."""
    paths = {version.path for version in first}
    rank = {path: number for number, path in enumerate(sorted(paths, key=lambda path: (path.rpartition("/")[2], path)))}
    groups: dict[str, list[Version]] = {}
    for version in sorted(first, key=lambda version: (rank[version.path] << 40) - first[version]):
        groups.setdefault(version.blob, []).append(version)
    return [*groups.values()]


def contents(
    git: Git, blobs: Iterable[list[Version]], wanted: Callable[[Version], bool], most: int
) -> Generator[Content]:
    """Each blob with its size and, if it is wanted, its bytes; what has more than the most is never read."""
    plan: deque[tuple[Content, bool]] = deque()
    for blob in streams.blobs(git, _planned(git, blobs, wanted, most, plan)):
        while not plan[0][1]:
            yield plan.popleft()[0]
        content, _ = plan.popleft()
        yield content._replace(size=-1) if blob is None else content._replace(data=blob.data)
    yield from (content for content, _ in plan)


def _planned(
    git: Git,
    blobs: Iterable[list[Version]],
    wanted: Callable[[Version], bool],
    most: int,
    plan: deque[tuple[Content, bool]],
) -> Iterator[str]:
    """The ids that are to be read; each blob is noted before, with whether it is."""
    queue = iter(blobs)
    while page := list(islice(queue, _PAGE)):
        sizes = git.sizes(versions[0].blob for versions in page)
        for versions in page:
            size = sizes.get(versions[0].blob, -1)
            reads = 0 <= size <= most and any(map(wanted, versions))
            plan.append((Content(versions, size), reads))
            if reads:
                yield versions[0].blob
