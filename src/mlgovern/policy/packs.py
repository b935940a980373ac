"""Where the bytes of policies come from: the packs that mlgovern ships, and files of the repository."""

import os
from collections.abc import Callable
from typing import cast

from mlgovern.record import NamedTuple
from mlgovern.version import VERSION

MOST_BYTES = 256 * 1024  # of any one policy file

Read = Callable[[str], bytes | None]  # the bytes of a file of the repository, or None if it is not there

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class Declared(NamedTuple):
    """A source as a policy names it: a file in another repository at a revision, or in an installed distribution."""

    kind: str  # git, or package
    place: str  # a URL, or the name of the distribution
    rev: str  # a tag or a commit; of a distribution, nothing
    path: str
    signed: bool = False  # only with a good signature of its tag or commit

    @property
    def name(self) -> str:
        """How people call the place: the last two parts of a URL."""
        return "/".join(self.place.removesuffix("/").removesuffix(".git").split("/")[-2:])

    def within(self, path: str) -> "Declared":
        """Another file of the same place, at the same revision."""
        return self._replace(path=path)


class Source(NamedTuple):
    """A file of the repository, a shipped pack, or what is kept in the repository of a source from elsewhere."""

    name: str
    pack: bool = False
    roots: tuple[str, ...] = ()  # folders that it is meant for; none: the whole repository
    declared: Declared | None = None  # of what comes from elsewhere: what it stands for
    resolved: str = ""  # the commit or the version that its bytes are of

    @property
    def file(self) -> str:
        """How messages name it."""
        if self.declared is not None:
            return f"{self.declared.name}@{self.resolved[:7]} {self.declared.path}"
        return f"builtin {self.name}.yaml" if self.pack else self.name

    @property
    def revision(self) -> str:
        """What its bytes are pinned to: this program's version for what it ships, nothing for a file beside the policy."""
        return VERSION if self.pack else self.resolved


def content(source: Source, read: Read, root: str) -> bytes | None:
    """The bytes of a source, or None if it is not there."""
    return _pack(source.name, root) if source.pack else read(source.name)


def folder(package: str = _PACKAGE) -> str:
    """`policies` within the installed package, or, in a checkout, at its root."""
    shipped = os.path.join(package, "policies")
    return (
        shipped
        if os.path.isdir(shipped) or archive()
        else os.path.join(os.path.dirname(os.path.dirname(package)), "policies")
    )


def names(root: str) -> tuple[str, ...]:
    """The packs of a folder and of the folders in it, as `extends` names them."""
    found: list[str] = []
    if archive():
        return _archived(root)
    for entry in os.scandir(root) if os.path.isdir(root) else ():
        if entry.is_dir():
            found += [f"{entry.name}/{name}" for name in names(entry.path)]
        elif entry.name.endswith(".yaml"):
            found.append(entry.name.removesuffix(".yaml"))
    return tuple(sorted(found))


def _pack(name: str, root: str) -> bytes | None:
    if not all(part and _LETTERS.issuperset(part) for part in name.split("/")):
        return None
    path = os.path.join(root, *name.split("/")) + ".yaml"
    try:
        if archive() and path.startswith(archive()):
            return cast("bytes", getattr(__spec__.loader, "get_data")(path))  # noqa: B009 - an archive's loader alone has it
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def archive() -> str:
    """The archive that this program runs from, or nothing."""
    return getattr(__spec__.loader, "archive", "")


def _archived(root: str) -> tuple[str, ...]:
    from zipfile import ZipFile

    folder = f"{os.path.relpath(root, archive())}/".replace(os.sep, "/")
    with ZipFile(archive()) as held:
        inside = [name.removeprefix(folder) for name in held.namelist() if name.startswith(folder)]
    return tuple(sorted(name.removesuffix(".yaml") for name in inside if name.endswith(".yaml")))
