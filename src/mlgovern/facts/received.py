"""A push as it arrives at a server: what git tells its pre-receive hook, and what lies in quarantine because of it.

However much is pushed, a fixed number of git processes is asked; nothing is read whole that its sender could make endless.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from mlgovern.errors import GitError
from mlgovern.facts.git import Git
from mlgovern.facts.listings import RAW, Change, parsed, raw_changes
from mlgovern.facts.message import MOST_BYTES
from mlgovern.facts.snapshot import REGULAR, Commit, File, RefUpdate
from mlgovern.facts.streams import Stream, heads
from mlgovern.record import NamedTuple
from mlgovern.rx import rxb

MOST_CHANGES = 100_000  # versions of files; more of them would need more memory than a server lends
MOST_MESSAGE = 200_000  # bytes of a commit that are looked at
MOST_NESTED = 10  # tags of tags
MOST_LOOKED_UP = 50  # refs of which it has to be asked whether they are forced
PAGE, PAGE_BYTES = 2000, 2_000_000  # commits, and bytes of messages, that are held at once

_LINE = rxb(rb"(?s)([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) (refs/.+)")
_OBJECT = rxb(rb"object ([0-9a-f]{40,64})\n")


class Object(NamedTuple):
    """What an id stands for."""

    id: str
    kind: str = ""  # commit, tree, blob, tag; empty: it is not there
    size: int = -1


class Targets(NamedTuple):
    """What the refs of a push point at when their tags are peeled off."""

    commits: Mapping[str, str]  # by ref
    loose: tuple[Object, ...] = ()  # blobs and trees that a ref holds without a commit
    tags: tuple[File, ...] = ()  # tag objects, each under the name of its ref
    refs: Mapping[str, str] = {}  # of what is loose, by id
    lost: tuple[str, ...] = ()  # refs whose tags, of other tags or too long, nobody follows to their end


class Graph(NamedTuple):
    """The commits that a push brings, by the parents of each, oldest first."""

    parents: Mapping[str, tuple[str, ...]]
    cut: bool = False  # there are more than were asked for

    def reached(self, tip: str) -> set[str]:
        """Those among them that a tip holds."""
        seen: set[str] = set()
        todo = [tip]
        while todo:
            at = todo.pop()
            if at in self.parents and at not in seen:
                seen.add(at)
                todo += self.parents[at]
        return seen

    def edge(self, tip: str) -> set[str]:
        """The commits from before the push that a tip is built on directly, or the tip itself."""
        own = self.reached(tip)
        return {parent for one in own for parent in self.parents[one] if parent not in own} if own else {tip}


def updates(lines: bytes) -> tuple[RefUpdate, ...]:
    """The refs of pre-receive's standard input; a name is any bytes, and none is there twice."""
    found: dict[str, RefUpdate] = {}
    for line in filter(None, lines.split(b"\n")):
        told = _LINE.fullmatch(line)
        if told is None:
            raise GitError("pre-receive reads `OLD NEW REF` lines, as git writes them")
        old, new, ref = (part.decode("utf-8", "surrogateescape") for part in told.groups())
        if ref in found:  # git would take the first, and fail at the second, which is the one that was judged
            raise GitError("this push updates a ref twice, which no git does by itself; push each once")
        found[ref] = RefUpdate(ref, old, new)
    return tuple(found.values())


def unaliased(git: Git, pushed: tuple[RefUpdate, ...]) -> tuple[RefUpdate, ...]:
    """The updates, each of the ref that it really moves: a server may hold one ref that stands for another."""
    out = git.ask("for-each-ref", "--format=%(refname) %(symref)").decode("utf-8", "surrogateescape")
    aliases = {ref: held for ref, _, held in (line.partition(" ") for line in out.split("\n")) if held}
    return tuple(update._replace(ref=aliases.get(update.ref, update.ref)) for update in pushed) if aliases else pushed


def targets(git: Git, pushed: Iterable[RefUpdate]) -> Targets:
    """What each ref that is not deleted points at."""
    todo = {update.ref: update.new for update in pushed if not update.deletes}
    commits: dict[str, str] = {}
    loose: dict[str, Object] = {}
    tags: list[File] = []
    refs: dict[str, str] = {}
    lost: list[str] = []
    for _ in range(MOST_NESTED):
        known = objects(git, todo.values())
        nested: dict[str, str] = {}
        for ref, name in todo.items():
            found = known[name]
            if found.kind == "commit":
                commits[ref] = found.id
            elif found.kind == "tag":
                nested[ref] = name
                tags.append(File(ref, REGULAR, name, found.size))
            elif found.kind:
                loose[name] = found
                refs.setdefault(name, ref)
            else:
                raise GitError(f"git does not know {name}, which this push brings: were its GIT_* variables dropped?")
        held = _tagged(git, {name: known[name].size for name in nested.values()})
        todo = {ref: held[name] for ref, name in nested.items() if name in held}
        lost += nested.keys() - todo.keys()
        if not todo:
            break
    return Targets(commits, tuple(loose.values()), tuple(tags), refs, (*sorted(lost), *todo))


def _tagged(git: Git, sizes: Mapping[str, int]) -> dict[str, str]:
    """What each tag object holds."""
    found = git.objects(name for name, size in sizes.items() if size <= MOST_BYTES) if sizes else ()
    heads = ((blob.id, _OBJECT.match(blob.data)) for blob in found if blob is not None)
    return {name: head[1].decode() for name, head in heads if head is not None}


def objects(git: Git, names: Iterable[str]) -> dict[str, Object]:
    """What is known of some objects without reading any."""
    asked = [*dict.fromkeys(names)]
    if not asked:
        return {}
    stdin = "".join(f"{name}\n" for name in asked).encode("utf-8", "surrogateescape")
    out = git.ask("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", stdin=stdin)
    answers = (line.split(b" ") for line in out.split(b"\n")[:-1])
    found = (
        Object(words[0].decode(), words[1].decode(), int(words[2])) if len(words) == 3 else Object("")
        for words in answers
    )
    return dict(zip(asked, found, strict=True))


def bounded(git: Git, name: str, most: int) -> bytes | None:
    """The bytes of a blob; of one that is longer than anybody reads, just as many as show that."""
    found = objects(git, [name])[name]
    if found.kind != "blob":
        return None
    return b"#" * (most + 1) if found.size > most else git.read(found.id)


NAMED = ("--branches", "--tags")
EVERY = ("--all",)


def brought(git: Git, tips: Collection[str], most: int, there: tuple[str, ...], known: Iterable[str] = ()) -> Graph:
    """The newest commits that no ref of some kind, `there`, has held so far, and none of those that are `known`.

    Of what comes to a branch or a tag, branches and tags alone count as there before: other refs are not judged as
    strictly, and may hold what others fetched from elsewhere.
    """
    if not tips:
        return Graph({})
    fed = "".join([*(f"{tip}\n" for tip in tips), *(f"^{one}\n" for one in known)]).encode()
    selection = ("rev-list", "--parents", f"--max-count={most + 1}", "--stdin", "--not", *there)
    with Stream(git, *selection, fed=fed) as stream:
        rows = [line.decode().split(" ") for line in stream.lines() if line]
    rows.reverse()
    cut = len(rows) > most
    return Graph({first: tuple(rest) for first, *rest in rows[1 if cut else 0 :]}, cut)


def forced(git: Git, pushed: Iterable[RefUpdate], held: Targets, graph: Graph) -> tuple[RefUpdate, ...]:
    """The updates with whether they leave behind what a ref held; of very many all that cannot be told at a look."""
    told, left = [], MOST_LOOKED_UP
    for update in pushed:
        tip = held.commits.get(update.ref)
        if update.branch is None or update.creates or update.deletes or tip is None:
            told.append(update)
        elif update.old == tip or update.old in graph.edge(tip):
            told.append(update._replace(forced=False))
        else:
            left -= 1
            follows = left >= 0 and git.holds("merge-base", "--is-ancestor", f"{update.old}^{{commit}}", tip)
            told.append(update._replace(forced=not follows))
    return tuple(told)


def pages(git: Git, ids: Collection[str]) -> Iterator[list[Commit]]:
    """The commits of these ids with their messages, a page at a time; of an endless one the beginning."""
    page: list[Commit] = []
    held = 0
    for found in heads(git, ids, MOST_MESSAGE) if ids else ():
        if found is None or found[0].kind != "commit":
            raise GitError("a commit of this push is missing; `git fsck` tells more")
        commit = parsed(found[0])
        page.append(commit._replace(cut=found[1]) if found[1] > MOST_MESSAGE else commit)
        held += len(found[0].data)
        if len(page) == PAGE or held > PAGE_BYTES:
            yield page
            page, held = [], 0
    if page:
        yield page


def changes(git: Git, ids: Collection[str], most: int = MOST_CHANGES) -> tuple[list[Change], bool]:
    """Every version of every file that these commits bring, and whether there are more than so many.

    A merge brings what differs from all its parents.
    """
    if not ids:
        return [], False
    fed = "".join(f"{one}\n" for one in ids).encode()
    found: list[Change] = []
    with Stream(git, "diff-tree", "--stdin", *RAW, "-c", "--root", fed=fed) as stream:
        fields, at = stream.fields(), ""
        for field in fields:
            if field.startswith(b":"):
                found += raw_changes([field, next(fields)], at)
            elif field.strip():
                at = field.strip().decode()
            if len(found) > most:
                return found, True
    return found, False


def unique(found: Iterable[Change]) -> list[Change]:
    """Each content at each path once, as the first commit that brings it has it."""
    first: dict[tuple[str, int, str], Change] = {}
    for change in found:
        first.setdefault(change.file[:3], change)
    return [*first.values()]
