"""The one command that mends a lock."""

from posixpath import basename, dirname
from shlex import join, quote

from mlgovern.facts.snapshot import Snapshot
from mlgovern.rules.lockfiles.pairs import Pair
from mlgovern.rules.lockfiles.poetry import made_by
from mlgovern.rules.lockfiles.verdict import text_of

COMMANDS = {"uv": "uv lock", "poetry": "poetry lock", "pdm": "pdm lock --update-reuse", "pipenv": "pipenv lock"}


def lock_again(snapshot: Snapshot, pair: Pair) -> str:
    """Make the lock anew and stage it, keeping locked versions where the tool can."""
    name, folder = quote(basename(pair.lock)), dirname(pair.lock)
    command = COMMANDS.get(pair.tool, "")
    if pair.header is not None:
        command, folder = _compile(pair), _ran_in(pair)
        name = quote(pair.lock.removeprefix(f"{folder}/") if folder else pair.lock)
    elif pair.tool == "poetry" and made_by((text_of(snapshot.at(pair.lock) or b"") or "")[:200]) < (2, 0, 0):
        command = "poetry lock --no-update"
    where = f"cd {quote(folder)} && " if folder else ""
    note = "  # pipenv resolves every version anew" if pair.tool == "pipenv" else ""
    return f"{where}{command} && git add {name}{note}"


def take_whole(snapshot: Snapshot, pair: Pair) -> str:
    """Go back to a lock without conflict markers, then lock again."""
    if "pre-commit" not in snapshot.stages or snapshot.unborn:
        return lock_again(snapshot, pair)
    return f"git checkout HEAD -- {quote(pair.lock)} && {lock_again(snapshot, pair)}"


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
        return join(words)
    source, output = basename(pair.manifest), basename(pair.lock)
    start = "pip-compile" if pair.tool == "pip-compile" else "uv pip compile"
    return f"{start} {quote(source)} -o {quote(output)}"


def first_lock(manifest: str, lock: str) -> str:
    """Make a first lock beside a manifest."""
    folder = dirname(manifest)
    commands = {
        "uv.lock": "uv lock",
        "poetry.lock": "poetry lock",
        "pdm.lock": "pdm lock",
        "Pipfile.lock": "pipenv lock",
    }
    command = commands.get(lock) or f"uv pip compile {quote(basename(manifest))} -o {quote(lock)}"
    where = f"cd {quote(folder)} && " if folder else ""
    return f"{where}{command} && git add {quote(lock)}"
