"""Paths that exist on one machine only: names that others cannot check out, links that lead out of the repository."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from shlex import quote

from mlgovern.facts.snapshot import SYMLINK, File, Snapshot
from mlgovern.fields import Maximum
from mlgovern.finding import Finding, Place
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts, unread
from mlgovern.rules.structure.tree import brought, changed, folders, mended, nfc, whole
from mlgovern.rx import rx, rxb

# What Windows keeps for devices, with any extension; the superscripts count as digits there.
_DEVICES = frozenset(
    (
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"),
    )
)
_USUAL = rx(  # names that need no second look
    r"(?!(?i:con|prn|aux|nul|com|lpt))[\w\-+=@,~#%&!()\[\]{}'$^` .]*(?<![ .])"
)
_UNWRITABLE = rx(r'[<>:"|?*\\\x00-\x1f]')
_NOT_UTF8 = rx("[\ud800-\udfff]")
_DRIVE = rxb(rb"[A-Za-z]:")
_SAFE = "give it a short name of letters, digits, dots, dashes and underscores, which every system can have"


class Portable(NamedTuple):
    max_length: Maximum = 240  # of a whole path: Windows allows 260 with the folder that the clone is in


def case_collision(snapshot: Snapshot, _settings: object) -> Iterator[Finding]:
    """Two paths are one on macOS and Windows: they differ in letter case or in how accents are encoded only.

    Why: a clone there silently loses one of the two, and shows changes that nobody made.
    Mend: give one of them another name
    """
    nodes = [*snapshot.tracked, *folders(snapshot.tracked)]
    folded = [_folded(node) for node in nodes]
    if len(set(folded)) == len(nodes):
        return
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for node, key in zip(nodes, folded, strict=True):
        groups[node.rpartition("/")[0], key].append(node)  # below folders that collide, files need no second finding
    touched = None if whole(snapshot) else _with_folders(changed(snapshot))
    for group in groups.values():
        new = group if touched is None else [node for node in group if node in touched]
        if len(group) > 1 and new:
            yield _collision(sorted(group), max(new))


def unportable_path(snapshot: Snapshot, settings: Portable) -> Iterator[Finding]:
    """A path cannot be checked out on every system.

    Why: a clone on Windows or macOS fails as a whole because of one such name.
    Mend: give it a short name of letters, digits, dots, dashes and underscores
    """
    known: dict[str, str] = {"": ""}  # folders: what is wrong with them
    longest, usual = settings.max_length, _USUAL.fullmatch
    for path, file in brought(snapshot).items():
        folder, _, name = path.rpartition("/")
        wrong = known[folder] if folder in known else _wrong_folder(folder, known)
        if not (wrong or usual(name)):
            wrong = _wrong_name(name)
        if not wrong and len(path) > longest:
            wrong = f"it is {len(path)} characters long, at most {longest} are safe"
        if wrong:
            place = Place(path=path, commit=file.commit)
            yield Finding(f"not every system can have this path: {wrong}", place, _SAFE, key="name")


def escaping_symlink(snapshot: Snapshot, _settings: object) -> Verdicts:
    """A symbolic link leads out of the repository.

    Why: the target exists on one machine only, and tools that follow the link read or write where they should not.
    Mend: ln -sfn RELATIVE-TARGET PATH
    """
    for file in snapshot.files:
        if file.mode == SYMLINK:
            target = snapshot.read(file)
            if target is None:
                yield unread(file)
            elif wrong := _escape(file, target):
                mend = mended(file, f"git rm --cached -- {quote(file.path)}")
                yield Finding(f"this symbolic link {wrong}", Place(file.path, commit=file.commit), mend, key="target")


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else nfc(nfc(path).casefold())


def _with_folders(paths: Iterable[str]) -> set[str]:
    every = set(paths)
    return every.union(folders(every))


def _collision(group: list[str], node: str) -> Finding:
    others = " and ".join(other for other in group if other != node)
    mend = "give one of them a name that differs in more than letter case and accents"
    return Finding(f"{node} and {others} are one path on macOS and Windows", Place(path=node), mend, _folded(node))


def _wrong_folder(folder: str, known: dict[str, str]) -> str:
    wrong = known[folder] = next(filter(None, map(_wrong_name, folder.split("/"))), "")
    return wrong


def _wrong_name(name: str) -> str:
    if name.partition(".")[0].rstrip(" ").lower() in _DEVICES:
        return f"{name} is a device on Windows"
    if name.endswith((".", " ")):
        return "a name that ends in a dot or a blank loses it on Windows"
    if found := _UNWRITABLE.search(name):
        return f"Windows allows no {found[0]!r} in names"
    return "its name is not UTF-8" if _NOT_UTF8.search(name) else ""


def _escape(file: File, target: bytes) -> str:
    path = target.replace(b"\\", b"/")
    if path.startswith(b"/") or _DRIVE.match(path):
        return "has an absolute target, which exists on one machine only"
    inside: list[bytes] = [b"."] * file.path.count("/")
    for part in path.split(b"/"):
        if part == b"..":
            if not inside:
                return "leads out of the repository"
            inside.pop()
        elif part not in (b"", b"."):
            inside.append(part)
    return "leads into .git" if inside and inside[0].lower() == b".git" else ""
