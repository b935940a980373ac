"""`mlgovern install --notebook-filter`: Git strips notebooks whenever it takes them in, and the files keep their outputs."""

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from mlgovern import engine
from mlgovern.enforce.check import policy_of
from mlgovern.enforce.client import today
from mlgovern.errors import UserError
from mlgovern.facts import collect, listings
from mlgovern.facts.git import Git
from mlgovern.facts.installed import FILTER, PROCESS
from mlgovern.files import read, write
from mlgovern.fix.terms import RULE
from mlgovern.record import NamedTuple
from mlgovern.setup import attribute_lines
from mlgovern.setup.install import interpreter

TEXTCONV, REQUIRED = f"diff.{FILTER}.textconv", f"filter.{FILTER}.required"
SHARED = ".gitattributes"
SAMPLE = "notebook.ipynb"  # stands for those to come
HAZARD = (
    "What is not in Git, Git does not bring back: a notebook that a stash, checkout or pull writes anew has no outputs. "
    "Where `git status` lists one although `git diff` is empty, `git add` settles it."
)
_SET_UP = {"nbstripout": "`nbstripout --uninstall` takes it out", "lfs": "a notebook in Git LFS is not stripped"}

# Git dies where a filter does not even greet, also in `git status`. So where the interpreter is gone, or this package from
# it (1, as for 126 and 127), somebody greets, offers nothing, and listens until git hangs up.
_PROCESS = """\
[ -x {python} ] && {python} {options} filter-process; case $? in 1|126|127) \
echo 'mlgovern: notebooks are taken as they are, since their filter is gone: run "mlgovern install --notebook-filter" again' >&2; \
printf '0016git-filter-server\\n000eversion=2\\n00000000'; cat >/dev/null;; esac"""
_TEXTCONV = 'f() {{ {python} {options} textconv "$1" 2>/dev/null || cat "$1"; }}; f'


class Wanted(NamedTuple):
    """`shared`: the lines go to .gitattributes; `required`: what cannot be stripped is not staged at all."""

    shared: bool = False
    required: bool = False
    python: str = ""


class Drivers(NamedTuple):
    """The filter and the diff driver that attributes name for a path, or what Git says instead: unspecified, unset."""

    filter: str
    diff: str


def put(git: Git, wanted: Wanted = Wanted()) -> list[str]:  # noqa: B008 - a constant value
    """Configure the filter and name it for notebooks; sentences that say what was done."""
    if Path(git.top).resolve() == Path(git.git_dir).resolve():
        raise UserError("a filter needs a work tree: run this at the top of a clone, not in a bare repository")
    paths = [SAMPLE, *(path for path in listings.tracked(git)[0] if path.endswith((".ipynb", ".zpln")))]
    before = _drivers(git, paths)
    _refuse_other(before[SAMPLE].filter)
    file = _file(git, shared=wanted.shared)
    text = attribute_lines.added(read(file) or b"", diff=before[SAMPLE].diff in ("unspecified", FILTER))
    changed = [*_named(git, file, text, before), *_config(git, wanted)]  # lines name a filter in vain until it is there
    if not changed:
        return ["notebook filter: nothing to do."]
    return [f"notebook filter: {', '.join(changed)}.", *_notes(git, before, wanted)]


def take(git: Git) -> list[str]:
    """Take configuration and lines out again; sentences that say what was done."""
    gone = [f"{kind}.{FILTER}" for kind in ("filter", "diff") if _has_section(git, f"{kind}.{FILTER}")]
    for section in gone:
        git.ask("config", "--local", "--remove-section", section)
    for file in (_file(git, shared=False), _file(git, shared=True)):
        text = read(file)
        if text is not None and attribute_lines.removed(text) != text:
            gone.append(f"its lines in {_shown(git, file)}")
            _store(file, attribute_lines.removed(text))
    return [f"notebook filter: {' and '.join(gone)} removed."] if gone else []


def _file(git: Git, *, shared: bool) -> Path:
    return Path(git.top, SHARED) if shared else Path(git.common_dir, "info", "attributes")


def _drivers(git: Git, paths: Iterable[str]) -> dict[str, Drivers]:
    names = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
    fields = git.ask("check-attr", "-z", "--stdin", "filter", "diff", stdin=names)
    said = fields.decode("utf-8", "surrogateescape").split("\0")
    return {said[at]: Drivers(said[at + 2], said[at + 5]) for at in range(0, len(said) - 5, 6)}


def _refuse_other(name: str) -> None:
    if name not in ("unspecified", FILTER):
        hint = _SET_UP.get(name, "`git check-attr filter notebook.ipynb` tells")
        raise UserError(f"notebooks here go through the filter {name} already, and a path has one alone: {hint}")


def _config(git: Git, wanted: Wanted) -> list[str]:
    """Configure both drivers; what was changed."""
    given = {"python": shlex.quote(wanted.python or interpreter()), "options": "-E -P -X utf8 -m mlgovern"}
    values = {PROCESS: _PROCESS.format(**given), TEXTCONV: _TEXTCONV.format(**given)}
    values |= {REQUIRED: "true"} if wanted.required else {}
    changed = []
    for key, value in values.items():
        if git.ask("config", "--local", "-z", "--get", key, allowed=(0, 1)).decode(errors="replace") != f"{value}\0":
            git.ask("config", "--local", key, value)
            changed.append(key)
    return changed


def _named(git: Git, file: Path, text: bytes, before: dict[str, Drivers]) -> list[str]:
    """Write the lines, unless they would take a notebook from another filter; what was changed."""
    old = read(file)
    if old == text:
        return []
    _store(file, text)
    after = _drivers(git, before)
    lost = [path for path, drivers in before.items() if _other(drivers) and after[path] != drivers]
    if lost:
        _store(file, old or b"")
        raise UserError(
            f"{lost[0]} goes through the filter {before[lost[0]].filter}, whose place ours would take in {_shown(git, file)}; "
            f"`mlgovern install --notebook-filter --gitattributes` writes to {SHARED}, where the line of that one can follow"
        )
    return [f"lines in {_shown(git, file)}"]


def _other(drivers: Drivers) -> bool:
    return drivers.filter not in ("unspecified", FILTER)


def _shown(git: Git, file: Path) -> str:
    return file.relative_to(git.top).as_posix() if file.is_relative_to(git.top) else str(file)


def _store(file: Path, text: bytes) -> None:
    if text:
        write(file, text)
    else:
        file.unlink(missing_ok=True)


def _has_section(git: Git, section: str) -> bool:
    pattern = f"^{section.replace('.', r'[.]')}[.]"
    return bool(git.ask("config", "--local", "-z", "--name-only", "--get-regexp", pattern, allowed=(0, 1)))


def _notes(git: Git, before: dict[str, Drivers], wanted: Wanted) -> Iterator[str]:
    yield HAZARD
    if wanted.required:
        yield "Every git command that looks at a notebook which cannot be stripped stops there from now on."
    kept = [path for path, drivers in before.items() if _other(drivers)]
    if kept:
        yield f"{kept[0]} keeps its own filter, {before[kept[0]].filter}" + _more(kept) + "."
    if before[SAMPLE].diff not in ("unspecified", FILTER):
        yield f"What Git shows of notebooks stays with {before[SAMPLE].diff}."
    if wanted.shared:
        yield f"Stage {SHARED}; the filter itself is in the configuration of this clone, so each clone needs this command."
    dirty = _with_outputs(git)
    if dirty:
        yield (
            f"{dirty[0]}{_more(dirty)} {'are' if len(dirty) > 1 else 'is'} in Git with outputs; "
            "this stages them without: git add --renormalize -- '*.ipynb'"
        )


def _with_outputs(git: Git) -> list[str]:
    policy, stages = policy_of(git, None), ("audit",)
    snapshots, _ = collect.whole_index(git, engine.wants(policy, stages, (RULE,)), stages)
    found = engine.evaluate_all(snapshots, policy, today(), (RULE,)).findings
    return list(dict.fromkeys(finding.place.path or "" for finding in found))


def _more(paths: list[str]) -> str:
    return f" and {len(paths) - 1} more" if len(paths) > 1 else ""
