"""What git lists: changes, trees and commits as plain values. Always with -z, so that a path is any bytes but NUL."""

from codecs import lookup
from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import Any

from mlgovern.errors import GitError
from mlgovern.facts.git import Blob, Git
from mlgovern.facts.message import MOST_BYTES
from mlgovern.facts.snapshot import Commit, File, Person
from mlgovern.facts.state import resolve
from mlgovern.record import NamedTuple

RAW = (
    "--raw",
    "-r",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=none",
)
STAGED = ("diff-index", "--cached", "--ita-invisible-in-index", *RAW)  # `git add -N` announces a file, and stages none
_HELD = ("ls-files", "-s", "-z")
_LOGGED = ("-z", "--format=tformat:%H %P", "--no-show-signature", "--no-color")


class Change(NamedTuple):
    """One path of a raw diff: status A, M, D or T; `file` is the new side."""

    status: str
    file: File


class Index(NamedTuple):
    """What the index changes against HEAD, None where HEAD is unborn; what it holds; which paths are unmerged."""

    changes: list[Change] | None
    tracked: dict[str, File]
    unmerged: tuple[str, ...]


def index(git: Git, meanwhile: Callable[[], None]) -> Index:
    """The index and what it changes, asked for at once; something else is done while git is at work."""
    changed, held = git.begin(*STAGED, "HEAD", "--"), git.begin(*_HELD)
    meanwhile()
    tracked, unmerged = _tracked(held.answer())
    try:
        return Index(list(raw_changes(changed.answer().split(b"\0"), None)), tracked, unmerged)
    except GitError:
        if resolve(git, "HEAD") is None:
            return Index(None, tracked, unmerged)
        raise


def changes(git: Git, base: str) -> list[Change]:
    """What the index changes against a commit, named by its id."""
    out = git.ask(*STAGED, base, "--")
    return list(raw_changes(out.split(b"\0"), None))


def staged_paths(git: Git, *, unborn: bool) -> tuple[str, ...]:
    """What the commit being made changes."""
    return tuple(tracked(git)[0]) if unborn else tuple(change.file.path for change in changes(git, "HEAD"))


def tracked(git: Git) -> tuple[dict[str, File], tuple[str, ...]]:
    """The index by path, and the paths that are unmerged."""
    return _tracked(git.ask(*_HELD))


def present(git: Git) -> list[str]:
    """What is tracked, and what is on disk and not ignored."""
    out = git.ask("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
    return [raw.decode("utf-8", "surrogateescape") for raw in out.split(b"\0") if raw]


def _tracked(out: bytes) -> tuple[dict[str, File], tuple[str, ...]]:
    files: dict[str, File] = {}
    unmerged: dict[str, None] = {}
    for line in out.split(b"\0")[:-1]:
        head, _, raw = line.partition(b"\t")
        mode, blob, stage = head.decode().split(" ")
        path = raw.decode("utf-8", "surrogateescape")
        if stage == "0":
            files[path] = File(path, int(mode, 8), blob)
        else:
            unmerged[path] = None
    return files, tuple(unmerged)


def tree(git: Git, commit: str) -> dict[str, File]:
    """A commit's tree by path."""
    files = {}
    for line in git.ask("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit).split(b"\0")[:-1]:
        head, _, raw = line.partition(b"\t")
        mode, _kind, blob = head.decode().split(" ")
        path = raw.decode("utf-8", "surrogateescape")
        files[path] = File(path, int(mode, 8), blob)
    return files


def commits(
    git: Git, selection: Iterable[str], most: int, meanwhile: Callable[[], None] = lambda: None
) -> list[Commit]:
    """The newest commits of a selection, oldest first, with the messages that git stores.

    A selection is ours, never the user's: ids, `A..B` of ids, and options such as --not and --remotes=NAME.
    """
    asked = git.begin("log", *_LOGGED, f"--max-count={most}", "--topo-order", "--reverse", *selection, "--")
    meanwhile()
    return _told(git, asked.answer())


def named(git: Git, ids: Iterable[str]) -> list[Commit]:
    """The commits of these ids, in their order."""
    stdin = "".join(f"{commit}\n" for commit in ids).encode()
    return _told(git, git.ask("log", *_LOGGED, "--no-walk=unsorted", "--stdin", stdin=stdin))


def ids(git: Git, selection: Iterable[str], most: int) -> list[str]:
    """The ids of the newest commits of a selection, oldest first."""
    out = git.ask("rev-list", f"--max-count={most}", "--topo-order", "--reverse", *selection, "--")
    return out.decode().split()


def _cut(message: str) -> dict[str, Any]:
    """A message as a commit holds it, and how long it is where that is more than is judged."""
    whole = len(message.encode("utf-8", "surrogateescape")) if len(message) > MOST_BYTES else 0
    return {"message": message[:MOST_BYTES].rstrip("\n"), "cut": whole}


def _told(git: Git, out: bytes) -> list[Commit]:
    """Commits by the lines of a log, with parents as this clone knows them, and with all else as it is stored.

    Git itself ends a message at a NUL, and a conversion of its may make ends of lines and NULs where none were.
    """
    rows = [row.decode().split() for row in out.split(b"\0") if row.strip()]
    found = zip(rows, git.objects(row[0] for row in rows), strict=True)
    return [_logged(row, blob) for row, blob in found]


def _logged(row: list[str], blob: Blob | None) -> Commit:
    if blob is None:
        raise GitError(f"the commit {row[0]} is missing; `git fsck` tells more")
    commit = parsed(blob)
    known = tuple(dict.fromkeys(row[1:]))  # one that is named twice makes no merge
    return commit._replace(parents=known, **_cut(commit.message))


def recorded(git: Git, ids: Iterable[str]) -> dict[str, Commit]:
    """Commits by their full ids, as Git stores them, through one process however many there are."""
    found = git.objects(ids)
    return {blob.id: parsed(blob) for blob in found if blob is not None and blob.kind == "commit"}


def parsed(blob: Blob) -> Commit:
    """A commit as Git reads it: its parents stand behind the tree, and nowhere else; what was cut off is missing."""
    head, _, message = blob.data.partition(b"\n\n")
    fields = [line.partition(b" ")[::2] for line in head.split(b"\n")]  # a signature's own lines begin with a blank
    named = dict(reversed(fields))
    encoding = named.get(b"encoding", b"UTF-8").decode("ascii", "replace")
    author, committer = (_person(named.get(key, b""), encoding) for key in (b"author", b"committer"))
    above = takewhile(lambda field: field[0] == b"parent", fields[1:])
    parents = tuple(dict.fromkeys(value.decode("ascii", "replace") for _, value in above))
    return Commit(_text(message, encoding).rstrip("\n"), blob.id, parents, author, committer)


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode("utf-8" if lookup(encoding).name in _PYTHONS else encoding)
    except (ValueError, LookupError):  # some codecs, and names with a NUL, raise more than UnicodeDecodeError
        return data.decode("utf-8", "surrogateescape")


# What git cannot convert it shows as it is: nobody reads what these would make of it.
_PYTHONS = frozenset(("unicode-escape", "raw-unicode-escape", "idna", "punycode", "charmap", "utf-8-sig"))


def _person(data: bytes, encoding: str) -> Person:
    name, _, rest = data.partition(b" <")
    return Person(_text(name, encoding), _text(rest.partition(b">")[0], encoding))


def brought(git: Git, ids: Iterable[str]) -> list[Change]:
    """Every version of every file that these commits bring; a merge brings what differs from all its parents."""
    stdin = "".join(f"{commit}\n" for commit in ids).encode()
    if not stdin:
        return []
    out = git.ask("diff-tree", "--stdin", *RAW, "-c", "--root", stdin=stdin)
    found: list[Change] = []
    fields, commit, run = out.split(b"\0"), "", []  # type: tuple[list[bytes], str, list[bytes]]
    for field in fields:
        if field.startswith(b":") or len(run) % 2:
            run.append(field)
        elif field.strip():
            found += raw_changes(run, commit)
            commit, run = field.strip().decode(), []
    return [*found, *raw_changes(run, commit)]


def between(git: Git, base: str, tip: str) -> list[Change]:
    """What the tree of one commit changes against that of another."""
    return list(raw_changes(git.ask("diff-tree", *RAW, base, tip, "--").split(b"\0"), tip))


def raw_changes(fields: list[bytes], commit: str | None) -> Iterator[Change]:
    """Pairs of `:modes ids status` and path; a combined diff of n parents has n colons, n+1 modes and ids."""
    for head, raw in zip(fields[::2], fields[1::2], strict=False):
        words = head.decode().lstrip(":").split(" ")
        half = len(words) // 2
        mode, blob, status = words[half - 1], words[2 * half - 1], words[-1]
        path = raw.decode("utf-8", "surrogateescape")
        kind = "D" if set(blob) == {"0"} and int(mode, 8) == 0 else status[0]
        before = words[half].strip("0") and words[half]
        yield Change(kind, File(path, int(mode, 8), blob, commit=commit, before=before))
