"""`mlgovern policy migrate`: policy files of the schema before, rewritten in the present one where they say it differently."""

import os
from collections.abc import Iterable, Iterator, Sequence
from json import dumps
from pathlib import Path

from mlgovern import files
from mlgovern.errors import PolicyError, UserError
from mlgovern.facts.git import Git
from mlgovern.policy.document import Fields, Items, Node, Problem, Scalar, render
from mlgovern.policy.load import parse, spans
from mlgovern.policy.lock import LOCK_FILE, VENDOR
from mlgovern.policy.migrations import MIGRATIONS, SCHEMA, current, edits, kind_of, schema_of, unread
from mlgovern.policy.model import POLICY_FILE, WAIVERS_FILE
from mlgovern.policy.packs import Source
from mlgovern.policy.sources import resolved
from mlgovern.record import NamedTuple
from mlgovern.reporters.plain import counted, difference, printable
from mlgovern.trial.cases import FOLDER

_FLOW = frozenset(",[]{}\n")  # what a plain text may not hold within brackets


class Rewritten(NamedTuple):
    """A file, its text now, and its text in the present schema."""

    name: str
    place: Path
    before: bytes
    after: bytes


def migrate(git: Git, named: Sequence[str], *, dry_run: bool) -> Iterator[str]:
    """Rewrite these files, or all of the policy; the lines to print. Nothing is written where anything is wrong."""
    places = {name: Path(name) for name in named} or {name: Path(git.top) / name for name in _own(git.top)}
    found = [Rewritten(name, place, data, migrated(name, data)) for name, place, data in _read(places, git.top)]
    changed = [one for one in found if one.before != one.after]
    for one in changed:
        yield from difference(one.name, one.before, one.after)
    for one in changed if not dry_run else ():
        if files.read(one.place) != one.before:
            raise UserError(f"{one.name} has changed meanwhile: run `mlgovern policy migrate` again")
        files.write(one.place, one.after)
    if not changed:
        yield f"There is nothing to migrate; schema {SCHEMA} is what {counted(len(found), 'file')} say{'s' * (len(found) == 1)}."
    elif dry_run:
        yield "Nothing was written: this was a dry run."
    else:
        yield f"Rewritten in schema {SCHEMA}: {', '.join(printable(one.name) for one in changed)}."


def migrated(name: str, data: bytes) -> bytes:
    """A file in the present schema, every other byte of it as it was; PolicyError or UserError where that is not possible."""
    tree = _sound(name, data)
    changes = [*edits(tree)]
    if not changes:
        return data
    text, places = spans(name, data)
    for edit in sorted(changes, key=lambda edit: edit.before.mark, reverse=True):
        start, end = places.get(edit.before.mark, (0, 0))
        text = text[:start] + _written(edit.after, text[start:end]) + text[end:]
    after = (b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b"") + text.encode()
    if _bare(parse(name, after, [])) != _bare(current(tree)):  # an anchor, a tag, or a text that no bracket holds
        mark = changes[0].before.mark
        keys = ", ".join(f"'{edit.key}'" for edit in changes)
        raise UserError(
            f"{name}:{mark.line}: it is written in a way that cannot be migrated safely; write {keys} out first"
        )
    return after


def _sound(name: str, data: bytes) -> Fields:
    problems: list[Problem] = []
    tree = parse(name, data, problems)
    if problems or not isinstance(tree, Fields):
        raise PolicyError(render(problems) or f"{name}:1:1: a policy file is a mapping")
    schema = schema_of(tree)
    if schema is None and (kind_of(tree) != "tests" or "schema" in tree.entries):
        raise UserError(f"{name} does not say in a number of which schema it is; write schema: {SCHEMA}")
    if schema not in {None, SCHEMA, *MIGRATIONS}:
        raise UserError(f"{name}: {unread(schema)}")
    return tree


def _written(node: Node, before: str) -> str:
    """A value as the file would write it: in its own quotes, where it has any."""
    if isinstance(node, Items):
        (item,) = (item for item in node.items if isinstance(item, Scalar))
        quoted = before[:1] in {'"', "'"} or _FLOW.isdisjoint(before)
        return f"[{before if quoted else dumps(item.value, ensure_ascii=False)}]"
    assert isinstance(node, Scalar)  # lists are all that texts become
    quote = before[:1] if before[:1] in {'"', "'"} else ""
    return f"{quote}{node.text}{quote}"


def _bare(node: Node | None) -> object:
    """What a tree says, wherever and however it says it."""
    if isinstance(node, Fields):
        return {key: _bare(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Items):
        return [_bare(item) for item in node.items]
    return (type(node.value), node.value) if isinstance(node, Scalar) else None


def _read(places: dict[str, Path], top: str) -> Iterator[tuple[str, Path, bytes]]:
    kept = os.path.realpath(os.path.join(top, VENDOR))
    for name, place in places.items():
        data = files.read(place)
        if data is None:
            raise UserError(f"there is no file {name}")
        if place.is_symlink():
            raise UserError(f"{name} is a symbolic link; name the file that it leads to")
        if os.path.dirname(os.path.realpath(place)) == kept:
            raise UserError(f"{name} is kept as it was locked; it is migrated where it comes from")
        yield name, place, data


def _own(top: str) -> Iterable[str]:
    """The files of the repository's policy: what it extends beside itself, waivers, lock, tests; not what links lead to."""
    tests = sorted(path for path in (Path(top) / FOLDER).glob("*.y*ml") if path.suffix in {".yaml", ".yml"})
    names = [*_family(top), WAIVERS_FILE, LOCK_FILE, *(f"{FOLDER}/{path.name}" for path in tests)]
    there = [name for name in names if (Path(top) / name).is_file() and not files.link_on(Path(top), name)]
    if POLICY_FILE not in there:
        raise UserError(f"there is no {POLICY_FILE} here that could be migrated; `mlgovern init` writes one")
    return there


def _family(top: str) -> list[str]:
    """The policy's own file and those of the repository that it extends, each once."""
    found = [POLICY_FILE]
    for name in found:
        found += [parent for parent in _parents(top, name) if parent not in found]
    return found


def _parents(top: str, name: str) -> Iterator[str]:
    data = None if files.link_on(Path(top), name) else files.read(Path(top) / name)
    tree = None if data is None else parse(name, data, [])
    entry = current(tree).entries.get("extends") if isinstance(tree, Fields) else None  # type: ignore[union-attr]  # a mapping stays one
    for item in entry.value.items if entry and isinstance(entry.value, Items) else ():
        source, wrong = resolved(item, Source(name))
        if source is not None and not wrong and not source.pack and source.declared is None:
            yield source.name
