"""The commands that mend a lock, and how it comes to be tracked."""

from posixpath import basename, dirname, relpath
from shlex import join, quote

from mlgovern.facts.snapshot import Snapshot
from mlgovern.gitignore import Ignores, Source, appending, exactly
from mlgovern.rules.lockfiles.compiled import Header
from mlgovern.rules.lockfiles.pairs import Pair
from mlgovern.rules.lockfiles.verdict import Broken, Unknown, text_of

COMMANDS = {
    "uv": "uv lock",
    "poetry": "poetry lock",
    "pdm": "pdm lock --update-reuse",
    "pipenv": "pipenv lock",
    "pixi": "pixi lock",
    "conda-lock": "conda-lock lock",
}


def lock_again(snapshot: Snapshot, pair: Pair) -> str:
    """Make the lock anew and stage it, keeping locked versions where the tool can."""
    note = "\npipenv resolves every version anew" if pair.tool == "pipenv" else ""
    return _chain(snapshot, pair) + note


def asking(pair: Pair, said: Unknown) -> str:
    """The tool's own check, where it could decide."""
    checks = {
        "uv": "uv lock --check",
        "poetry": "poetry check --lock",
        "pdm": "pdm lock --check",
        "pipenv": "pipenv verify",
    }
    command = checks.get(pair.tool, "") if said.why.startswith("needs ") and pair.header is None else ""
    return f"; `{_inside(dirname(pair.lock))}{command}` tells" if command else ""


def repair(snapshot: Snapshot, pair: Pair, said: Broken) -> str:
    """A lock that its tool cannot read is in the way of a new one; uv reads none whose entries do not fit together."""
    if said.cause == "format":
        return f"update {pair.tool}, then: {_chain(snapshot, pair)}"
    if said.cause == "manifest":
        return legible(said.path or pair.manifest, said)
    if said.cause == "entries" and pair.tool != "uv":
        return lock_again(snapshot, pair)
    if "pre-commit" in snapshot.stages and pair.lock not in snapshot.added and pair.header is None:
        return f"git checkout HEAD -- {quote(pair.lock)} && {_chain(snapshot, pair)}"
    return f"{_chain(snapshot, pair, anew=True)}\nevery version is resolved anew"


def legible(path: str, said: Broken) -> str:
    """What makes a manifest legible again: a person has to."""
    name = quote(path)
    if "UTF" in said.why or "byte order" in said.why:
        return f"save {name} as UTF-8 without a byte order mark, then: git add {name}"
    if "merge conflict" in said.why:
        return f"settle the conflict in {name}, then: git add {name}"
    if "includes itself" in said.why:
        return f"take the circle out of the dependency groups in {path}"
    return f"correct {name}, then: git add {name}"


def _chain(snapshot: Snapshot, pair: Pair, *, anew: bool = False) -> str:
    name, folder = quote(basename(pair.lock)), dirname(pair.lock)
    command = COMMANDS.get(pair.tool, "")
    if pair.header is not None:
        command, folder = _compile(pair), _ran_in(pair)
        name = quote(pair.lock.removeprefix(f"{folder}/") if folder else pair.lock)
    elif pair.tool == "conda-lock":
        files = " ".join(f"-f {quote(relpath(source, folder or '.'))}" for source in pair.sources)
        command = f"conda-lock lock {files} --lockfile {name}"
    elif pair.tool == "pip":
        source = basename(pair.manifest)
        command = f"pip lock {'.' if source == 'pyproject.toml' else f'-r {quote(source)}'} -o {name}"
    elif pair.tool == "poetry" and _old_poetry(snapshot, pair.lock):
        command = "poetry lock --no-update"
    return f"{_inside(folder)}{f'rm {name} && ' if anew else ''}{command} && git add {name}"


def _old_poetry(snapshot: Snapshot, lock: str) -> bool:
    from mlgovern.rules.lockfiles.poetry import made_by

    return made_by((text_of(snapshot.at(lock) or b"") or "")[:200]) < (2, 0, 0)


def _inside(folder: str) -> str:
    return f"cd {quote(folder)} && " if folder else ""


def take_back(ignores: Ignores, manifest: str, lock: str, source: Source, *, tracked: bool) -> str:
    """An exception from the line that ignores a lock, and the lock itself where it is not tracked."""
    folder = dirname(lock)
    if folder and ignores.ignored(f"{folder}/") is not None:
        return (
            f"change line {source.line} of {source.file} ({source.pattern}): below an ignored folder no exception helps"
        )
    line = f"!{exactly(lock.removeprefix(source.file.removesuffix('.gitignore')))}"
    command = f"{appending([line], source.file)} && git add {quote(source.file)}"
    return command if tracked else f"{command} && {first_lock(manifest, basename(lock))}"


def _ran_in(pair: Pair) -> str:
    """The folder that the command of a header ran in: the one in which its paths are right."""
    folder = dirname(pair.lock)
    inputs = pair.header.inputs if pair.header else ()
    return "" if inputs and inputs[0].replace("\\", "/") == pair.manifest else folder


def _compile(pair: Pair) -> str:
    """The header's own command, unless it holds what must not be repeated."""
    header = pair.header
    words = header.words if header else ()
    odd = any("://" in word and "@" in word for word in words) or not all(word.isprintable() for word in words)
    if words and not odd:
        return join(_into(word, header, basename(pair.lock)) for word in words)
    source, output = basename(pair.manifest), basename(pair.lock)
    if pair.header and pair.header.exported:
        return f"uv export -o {quote(output)}"
    start = "pip-compile" if pair.tool == "pip-compile" else "uv pip compile"
    return f"{start} {quote(source)} -o {quote(output)}"


def _into(word: str, header: Header | None, name: str) -> str:
    """A word of the command; the output, where a script renamed it afterwards, has the name that it has now."""
    named = [value for value in (header.values("--output-file") if header else []) if basename(value) != name]
    for value in named:
        if word in {value, f"--output-file={value}", f"-o={value}"}:
            return word.removesuffix(basename(value)) + name
    return word


def first_lock(manifest: str, lock: str) -> str:
    """Make a first lock beside a manifest."""
    folder = dirname(manifest)
    commands = {
        "uv.lock": "uv lock",
        "poetry.lock": "poetry lock",
        "pdm.lock": "pdm lock",
        "Pipfile.lock": "pipenv lock",
        "pixi.lock": "pixi lock",
    }
    command = commands.get(lock) or f"uv pip compile {quote(basename(manifest))} -o {quote(lock)}"
    return f"{_inside(folder)}{command} && git add {quote(lock)}"
