"""`.mlgovern/lock.yaml`: which bytes every source from elsewhere stands for, and where they are kept in the repository."""

from collections.abc import Mapping

from mlgovern.policy.document import Fields, Items, Mark, Node, Scalar, shown
from mlgovern.policy.migrations import SCHEMA, current
from mlgovern.policy.packs import Declared, Source
from mlgovern.policy.settings import Reader
from mlgovern.record import NamedTuple
from mlgovern.rx import rx

LOCK_FILE = ".mlgovern/lock.yaml"
VENDOR = ".mlgovern/vendor"
SCHEMES = ("https", "ssh")  # tests add `file`
ASKING = "`mlgovern policy lock` fetches it, `git add .mlgovern` puts it in force"

_URL = rx(r"([a-z]+)://(?:[\w.-]+@)?[A-Za-z0-9.-]*(?::\d+)?/([^\s\\?#:]+)")
_PASSWORD = rx(r"\w+://[^/@]*:[^/@]*@")
_REVISION = rx(r"[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}")
_NAME = rx(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SHA256 = rx(r"[0-9a-f]{64}")
_COMMIT = rx(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def schemes() -> tuple[str, ...]:
    """How other repositories may be reached."""
    return SCHEMES


class Pin(NamedTuple):
    """What a declared source stands for."""

    resolved: str  # a commit, or a version
    sha256: str
    signature: str = ""  # the key that vouched for it, where one had to

    @property
    def file(self) -> str:
        """Where its bytes are kept."""
        return f"{VENDOR}/{self.sha256}.yaml"


def pinned(declared: Declared, pin: Pin) -> Source:
    """The source that its pin stands for."""
    return Source(pin.file, declared=declared, resolved=pin.resolved)


def declared(item: Fields) -> tuple[Declared | None, str]:
    """The source from elsewhere that an entry of `extends` names, or what is wrong with it."""
    keys = _KEYS["git" if "git" in item.entries else "package"]
    values = {key: entry.value.value for key, entry in item.entries.items() if isinstance(entry.value, Scalar)}
    for key in keys:
        if not isinstance(values.get(key), str) or not values[key]:
            why = " (quote it to make it text)" if isinstance(values.get(key), int | float) else ""
            return None, f"a {keys[0]} source has the keys {', '.join(keys)}; {key} is no text{why}"
    known = (*keys, _SIGNED) if keys[0] == "git" else keys
    more = next((key for key in item.entries if key not in known), None)
    if more is not None:
        return None, f"unknown key {shown(more)}; a {keys[0]} source has the keys {', '.join(known)}"
    signed = values.get(_SIGNED, False) if _SIGNED not in item.entries or _SIGNED in values else None
    if not isinstance(signed, bool):
        return None, f"{_SIGNED} must be true or false"
    place, *rest = (str(values[key]) for key in keys)
    found = (
        Declared("git", place, rest[0], rest[1], signed)
        if keys[0] == "git"
        else Declared("package", place, "", rest[0])
    )
    return found, _wrong(found)


_KEYS = {"git": ("git", "rev", "path"), "package": ("package", "file")}
_SIGNED = "require_signature"


def _wrong(source: Declared) -> str:
    url = _URL.fullmatch(source.place)
    if source.kind == "git" and (url is None or url[1] not in schemes()):
        what = (
            "the URL may not hold a password"
            if _PASSWORD.match(source.place)
            else f"{shown(source.place)} may not be fetched"
        )
        return f"{what}; write {' or '.join(f'{scheme}://HOST/PATH' for scheme in schemes())}"
    if source.kind == "git" and (not _REVISION.fullmatch(source.rev) or ".." in source.rev or source.rev == "HEAD"):
        return f"{shown(source.rev)} is no revision to go by; pin a tag or a whole commit id"
    if source.kind == "package" and not _NAME.fullmatch(source.place):
        return f"{shown(source.place)} is no name of a distribution"
    parts = source.path.split("/")
    if not source.path.isprintable() or "\\" in source.path or {"", ".", ".."} & {*parts}:
        return f"{shown(source.path)} is no path within {source.name}"
    return ""


def pins(tree: Node, reader: Reader) -> Mapping[Declared, Pin]:
    """The entries of a lock; what is wrong with any goes to the reader."""
    whole = reader.fields(current(tree), ("schema", "sources"), shown(LOCK_FILE))
    schema, sources = (whole.entries[key].value if key in whole.entries else None for key in ("schema", "sources"))
    if not isinstance(schema, Scalar) or schema.value != SCHEMA:
        reader.problem(schema.mark if schema else whole.mark, f"write schema: {SCHEMA}; `mlgovern policy lock` does")
    found: dict[Declared, Pin] = {}
    for item in sources.items if isinstance(sources, Items) else ():
        entry = _entry(item)
        if entry is None:
            reader.problem(item.mark, "no entry of a lock; `mlgovern policy lock` writes it anew")
        else:
            found[entry[0]] = entry[1]
            _same_commit(entry[0], found, item.mark, reader)
    return found


def _entry(item: Node) -> tuple[Declared, Pin] | None:
    what = item.entries["declared"].value if isinstance(item, Fields) and "declared" in item.entries else None
    source, wrong = declared(what) if isinstance(what, Fields) else (None, "")
    keys = ("resolved", "sha256", *(("signature",) if source and source.signed else ()))
    if source is None or wrong or not isinstance(item, Fields) or item.entries.keys() != {"declared", *keys}:
        return None
    nodes = [item.entries[key].value for key in keys]
    texts = [node.value if isinstance(node, Scalar) else None for node in nodes]
    if not all(isinstance(text, str) and text and text.isprintable() for text in texts):
        return None
    pin = Pin(*map(str, texts))
    sound = _SHA256.fullmatch(pin.sha256) and (source.kind == "package" or _COMMIT.fullmatch(pin.resolved))
    return (source, pin) if sound else None


def _same_commit(source: Declared, found: Mapping[Declared, Pin], mark: Mark, reader: Reader) -> None:
    """Files of one place at one revision stand for one commit."""
    others = {pin.resolved for other, pin in found.items() if other[:3] == source[:3]}
    if len(others) > 1:
        reader.problem(mark, f"{source.name} is locked at two revisions; `mlgovern policy lock --upgrade` mends it")


def rendered(found: Mapping[Declared, Pin]) -> str:
    """The lock file."""
    from json import dumps

    lines = ["# Written by `mlgovern policy lock`: what every source from elsewhere stands for.", f"schema: {SCHEMA}"]
    lines.append("sources:" if found else "sources: []")
    for source, pin in sorted(found.items()):
        texts = (source.place, source.rev, source.path) if source.kind == "git" else (source.place, source.path)
        said = ", ".join(f"{key}: {dumps(text)}" for key, text in zip(_KEYS[source.kind], texts, strict=True))
        said += f", {_SIGNED}: true" if source.signed else ""
        lines += [
            f"  - declared: {{{said}}}",
            f"    resolved: {dumps(pin.resolved)}",
            f"    sha256: {dumps(pin.sha256)}",
            *([f"    signature: {dumps(pin.signature)}"] if source.signed else []),
        ]
    return "\n".join(lines) + "\n"
