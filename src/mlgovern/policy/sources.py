"""What a policy extends: shipped packs, files of the same repository and locked ones from elsewhere, each once."""

import posixpath
from collections.abc import Callable, Mapping

from mlgovern.policy import packs
from mlgovern.policy.document import Fields, Items, Mark, Node, Problem, Scalar, is_null, shown
from mlgovern.policy.lock import ASKING, LOCK_FILE, Pin, declared, pinned, pins
from mlgovern.policy.merge import merged
from mlgovern.policy.migrations import SCHEMA, current, note, outdated, unread
from mlgovern.policy.model import DEFAULT_PACK
from mlgovern.policy.packs import Declared, Read, Source, content
from mlgovern.policy.patterns import wrong_glob
from mlgovern.policy.settings import Reader, described
from mlgovern.record import NamedTuple

MOST_DEPTH = 8
MOST_SOURCES = 32
ALLOWED = (
    "allowed are packs shipped with mlgovern (base, ml-project, …), files of this repository (./path.yaml), "
    "{git: URL, rev: TAG, path: FILE} and {package: NAME, file: FILE}"
)
_SELF = "shipped packs and files beside it"
OWN_KEYS = ("schema", "name", "version", "extends")  # what a file says of itself; its children do not inherit it

Parse = Callable[[str, bytes, list[Problem]], Node | None]
PinOf = Callable[[Declared], Pin | None]


class Own(NamedTuple):
    """What a file says of itself."""

    schema: int = SCHEMA
    name: str = ""
    version: str = ""


class Gathered(NamedTuple):
    """Every file laid over its parents, what was read for it, and what the policy's own file says of itself."""

    document: Node
    sources: tuple[tuple[Source, bytes | None], ...]
    own: Own
    embedded: bool
    documents: tuple[Fields, ...]  # each file alone, parents first
    custom: Mapping[str, Mark] = {}  # the rules that files bring, and where
    notes: tuple[str, ...] = ()  # what the policy's reader should know

    @property
    def signed(self) -> tuple[str, ...]:
        """The files from elsewhere that had to be signed."""
        named = (source.declared for source, _ in self.sources if source.declared is not None)
        return tuple(f"{one.name} {one.path}" for one in named if one.signed)


class Gatherer:
    """Reads a policy and its parents, depth first, and notes what is wrong with any of them."""

    def __init__(self, read: Read, parse: Parse, reader: Reader, folder: str, pin: PinOf | None = None) -> None:
        self._read, self._parse, self._reader, self._folder = read, parse, reader, folder
        self._pin = pin or self._locked
        self._lock: Mapping[Declared, Pin] | None = None
        self._sources: dict[Source, bytes | None] = {}
        self._documents: list[Fields] = []
        self._own = Own()
        self._notes: list[str] = []
        self._custom: dict[str, Mark] = {}

    def gather(self, root: str) -> Gathered:
        """The policy at this path, or the default pack where there is none."""
        first = Source(root)
        data = self._sources[first] = self._read(root)
        if data is None:
            default = Source(DEFAULT_PACK, pack=True)
            self._visit(default, Mark(default.file), ())
        else:
            self._take(first, data, ())
        document = merged(self._documents, Fields({}, Mark(root)))
        sources, documents = tuple(self._sources.items()), tuple(self._documents)
        return Gathered(document, sources, self._own, data is None, documents, self._custom, tuple(self._notes))

    def _visit(self, source: Source, mark: Mark, chain: tuple[Source, ...]) -> None:
        path = " → ".join(link.file for link in (*chain, source))
        if source in chain:
            self._problem(mark, f"'extends' runs in a circle: {path}")
        elif len(chain) > MOST_DEPTH:
            self._problem(mark, f"'extends' is more than {MOST_DEPTH} deep: {path}")
        elif source not in self._sources and len(self._sources) == MOST_SOURCES:
            self._problem(mark, f"'extends' leads to more than {MOST_SOURCES} files")
        elif source not in self._sources:
            others = {other.file for other in self._sources if other._replace(roots=source.roots) != source}
            data = self._sources[source] = content(source, self._read, self._folder)
            wrong = self._absent(source) if data is None else self._altered(source, data)
            if source.file in others:
                wrong = f"two sources are called {shown(source.file)}; give one file another name"
            if data is None or wrong:
                self._problem(mark, wrong)
            else:
                self._take(source, data, chain)

    def _locked(self, source: Declared) -> Pin | None:
        """The pin of a source from elsewhere, by the lock in the repository."""
        if self._lock is None:
            data = self._sources[Source(LOCK_FILE)] = self._read(LOCK_FILE)
            tree = self._parse(LOCK_FILE, data, self._reader.problems) if data is not None else None
            if tree is not None and outdated(tree):
                self._notes.append(note(tree.mark))
            self._lock = {} if tree is None else pins(tree, self._reader)
        return self._lock.get(source)

    def _altered(self, source: Source, data: bytes) -> str:
        """What is wrong with bytes that are kept of a source from elsewhere: only those that were locked count."""
        if source.declared is None:
            return ""
        from hashlib import sha256

        found, wanted = sha256(data).hexdigest(), posixpath.basename(source.name).removesuffix(".yaml")
        if found == wanted:
            return ""
        return f"{source.file} was changed after it was locked: its sha256 is {found}, the lock says {wanted}"

    def _absent(self, source: Source) -> str:
        if source.declared is not None:
            return f"{source.name}, which the lock names, is missing; {ASKING}"
        if not source.pack:
            return f"there is no file {shown(source.name)} in this repository"
        known = packs.names(self._folder)
        hint = self._reader.nearest(source.name, known, f"; there are {', '.join(known)}")
        return f"there is no pack {shown(source.name)}{hint}"

    def _take(self, source: Source, data: bytes, chain: tuple[Source, ...]) -> None:
        tree = self._parse(source.file, data, self._reader.problems)
        if tree is None:
            return
        if not isinstance(tree, Fields):
            self._problem(tree.mark, f"a policy is a mapping, not {described(tree)}")
            return
        if outdated(tree):
            self._notes.append(note(tree.mark, elsewhere=source.declared is not None))
        tree = current(tree)
        assert isinstance(tree, Fields)  # as it was
        own = self._head(tree)
        if source.roots:
            self._take_for(source, tree)
            return
        for parent, mark in self._parents(tree, source).items():
            self._visit(parent, mark, (*chain, source))
        self._own = own  # the last to say so is the policy's own file
        body = Fields({key: entry for key, entry in tree.entries.items() if key not in OWN_KEYS}, tree.mark)
        if "custom" in body.entries:
            from mlgovern.policy.lifting import lifted

            body, custom = lifted(body, self._reader)
            self._custom = {**custom, **self._custom}
        self._documents.append(body)

    def _take_for(self, source: Source, tree: Fields) -> None:
        """A structure that is meant for some folders."""
        from mlgovern.policy.rooted import rooted

        if "extends" in tree.entries:
            self._problem(tree.entries["extends"].value.mark, "a structure for some folders extends nothing")
        if "custom" in tree.entries:
            self._problem(tree.entries["custom"].value.mark, "a structure for some folders brings no rules of its own")
        body = {key: entry for key, entry in tree.entries.items() if key not in OWN_KEYS}
        self._documents.append(rooted(Fields(body, tree.mark), source.roots, tree.mark, self._reader))

    def _head(self, tree: Fields) -> Own:
        head = {key: entry for key, entry in tree.entries.items() if key in Own._fields}
        own: Own = self._reader.record(Own, Own(), Fields(head, tree.mark), "the policy")
        schema = head.get("schema")
        if schema is None or is_null(schema.value):
            self._problem(tree.mark, f"missing required key 'schema'; write schema: {SCHEMA}")
        elif own.schema != SCHEMA:
            self._problem(schema.value.mark, unread(own.schema))
        return own

    def _parents(self, tree: Fields, child: Source) -> dict[Source, Mark]:
        entry = tree.entries.get("extends")
        if entry is None or is_null(entry.value):
            return {}
        if not isinstance(entry.value, Items):
            self._problem(entry.value.mark, f"'extends' must be a list, got {described(entry.value)}")
            return {}
        found: dict[Source, Mark] = {}
        for item in entry.value.items:
            source, wrong = resolved(item, child)
            if source is not None and source.declared is not None and not wrong:
                source, wrong = self._pinned(source)
            if source in found:
                wrong = f"{shown(source.name)} is listed twice (first on line {found[source].line})"
            if wrong or source is None:
                self._problem(item.mark, wrong)
            else:
                found[source] = item.mark
        return found

    def _pinned(self, source: Source) -> tuple[Source | None, str]:
        assert source.declared is not None  # the caller looked
        pin, named = self._pin(source.declared), source.declared
        if pin is None:
            return None, f"{named.name} {named.path} is not locked; {ASKING}"
        return pinned(named, pin)._replace(roots=source.roots), ""

    def _problem(self, mark: Mark, text: str) -> None:
        self._reader.problem(mark, text)


def resolved(item: Node, child: Source) -> tuple[Source | None, str]:
    """The source that one entry of `extends` names, or why it may not stand there."""
    if isinstance(item, Fields) and "pack" in item.entries:
        return _for_folders(item, child)
    if isinstance(item, Fields) and item.entries.keys() & {"git", "package"}:
        if child.pack or child.declared:
            return None, f"{shown(child.file)} may extend {_SELF} only"
        source, wrong = declared(item)
        return source and Source("", declared=source), wrong
    if isinstance(item, Fields):
        return None, f"not a parent: {ALLOWED}"
    if not isinstance(item, Scalar) or not isinstance(item.value, str):
        return None, f"not a parent: {described(item)}; {ALLOWED}"
    name = item.value
    if not name.isprintable() or "\\" in name or ":" in name or name.startswith(("/", "~")):
        return None, f"{shown(name)} may not be extended; {ALLOWED}"
    if name.startswith(("./", "../")):
        return _local(name, child)
    if name.endswith((".yaml", ".yml")):
        return None, f"{shown(name)} is no pack; a file of this repository is written {shown('./' + name)}"
    pack, _, version = name.partition("@")
    if version not in {"", str(SCHEMA)} or name.endswith("@"):
        return None, f"{shown(name)}: shipped packs have the version {SCHEMA} only"
    return Source(pack, pack=True), ""


def _for_folders(item: Fields, child: Source) -> tuple[Source | None, str]:
    source, wrong = resolved(item.entries["pack"].value, child)
    roots = item.entries["roots"].value if "roots" in item.entries else None
    folders = roots.items if isinstance(roots, Items) else ()
    texts = tuple(node.text for node in folders if isinstance(node, Scalar) and isinstance(node.value, str))
    if source is None:
        return None, wrong
    if not texts or len(texts) < len(folders) or item.entries.keys() != {"pack", "roots"}:
        return None, f"{shown(source.name)}: write {{pack: {source.name}, roots: [GLOB, …]}}"
    bad = next((wrong for wrong in map(wrong_glob, texts) if wrong), "")
    return source._replace(roots=texts), bad


def _local(name: str, child: Source) -> tuple[Source | None, str]:
    if child.pack:
        return None, f"a shipped pack extends shipped packs only, not {shown(name)}"
    beside = child.declared.path if child.declared else child.name
    path = posixpath.normpath(posixpath.join(posixpath.dirname(beside), name))
    if path.startswith("../") or path in {".", ".."}:
        where = child.declared.name if child.declared else "this repository"
        return None, f"{shown(name)} is outside {where}; {ALLOWED}"
    return Source("", declared=child.declared.within(path)) if child.declared else Source(path), ""
