"""Whether a lock is whole: a hash looks at the manifest only, so an entry deleted by hand stays unseen by most tools."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.pep508 import Requirement
from mlgovern.rules.lockfiles.places import line_of
from mlgovern.rules.lockfiles.verdict import Broken, Document, Reason
from mlgovern.rules.lockfiles.versions import admits


class Entry(NamedTuple):
    """One package of a lock."""

    name: str
    version: str = ""  # empty where it comes from a folder or a repository
    identity: str = ""  # what may tell two entries of one version apart: source, extras, marker
    needs: tuple[str, ...] = ()  # names that must have an entry
    may_need: tuple[str, ...] = ()  # names that have one in some environments


Entries = Mapping[str, Sequence[Entry]]


def by_name(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by normalised name."""
    named: dict[str, list[Entry]] = {}
    for entry in entries:
        named.setdefault(entry.name, []).append(entry)
    return named


def flaw(
    entries: Entries, direct: Iterable[Requirement], loose: Iterable[str] = (), own: Iterable[str] = ()
) -> Broken | None:
    """The first thing that makes a lock unusable, or None.

    The versions of `loose` names are overridden; `own` are names of the project itself, which has no entry though others need it.
    """
    free, present = set(loose), {*entries, *own}
    for wanted in direct:
        if wanted.name not in entries:
            return Broken(f"it has no entry for {wanted.name}, which the manifest asks for")
        if wanted.name not in free and not satisfied(wanted, entries[wanted.name]):
            return Broken(f"it has {_versions(entries[wanted.name])}, the manifest asks for {wanted.text}")
    for name, ones in entries.items():
        if len(ones) > 1 and len({(one.version, one.identity) for one in ones}) < len(ones):
            return Broken(f"it has two entries for {name} {ones[0].version}".rstrip())
    for one in (one for ones in entries.values() for one in ones):
        for name in one.needs:
            if name not in present:
                return Broken(f"it has no entry for {name}, which {one.name} needs")
    return None


def satisfied(wanted: Requirement, entries: Iterable[Entry]) -> bool:
    """One of the entries is what is wanted; an entry without a version, or a wanted URL, is taken at its word."""
    return bool(wanted.url) or any(not one.version or admits(wanted.specifiers, one.version) for one in entries)


def differences(
    project: Document, direct: Iterable[Requirement], entries: Entries, lock: str, also: Iterable[str] = ()
) -> Iterator[Reason]:
    """What can be named where a hash only says that something differs; names that are asked for `also` may be there."""
    asked = list(direct)
    for wanted in asked:
        line = line_of(project.text, wanted.name)
        if wanted.name not in entries:
            yield Reason(f"{wanted.name} is in pyproject.toml but not in {lock}", line)
        elif not satisfied(wanted, entries[wanted.name]):
            yield Reason(f"{lock} has {_versions(entries[wanted.name])}, pyproject.toml asks for {wanted.text}", line)
    for name in unreached(entries, [*(wanted.name for wanted in asked), *also]):
        yield Reason(f"{name} is in {lock} but nothing in pyproject.toml asks for it")


def rewritten(lock: str, manifest: str, line: int | None) -> Reason:
    """The difference is one that the lock's entries do not show."""
    return Reason(
        f"{lock} was made from a differently written {manifest} (constraint, order, spelling or spaces)", None, line
    )


def unreached(entries: Entries, roots: Iterable[str]) -> list[str]:
    """The names that no root leads to, in the lock's order."""
    seen: set[str] = set()
    todo = [name for name in roots if name in entries]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += (near for one in entries[name] for near in (*one.needs, *one.may_need) if near in entries)
    return [name for name in entries if name not in seen]


def _versions(entries: Sequence[Entry]) -> str:
    return f"{entries[0].name} {' and '.join(one.version for one in entries if one.version)}"
