"""`.gitignore`: the lines that keep secrets, environments, data and models out of Git, where no line does so yet."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from mlgovern.gitignore import Ignores
from mlgovern.setup.step import Step

PATH = ".gitignore"
WHAT = "what is not for Git"
HEADING = "# mlgovern: not for Git"


class Wish(NamedTuple):
    """Lines to add unless each of these paths is ignored already."""

    lines: tuple[str, ...]
    paths: tuple[str, ...]


# A folder that code may be called after as well (src/models, src/data, an `env` of reinforcement learning) is meant at
# the root alone. `data/` could never let go of `data/.gitkeep`; `data/*` can.
WISHES = (
    Wish((".env",), (".env", "src/.env")),
    Wish((".env.*",), (".env.local", "src/.env.production")),
    Wish((".venv/",), (".venv/pyvenv.cfg",)),
    Wish(("venv/",), ("venv/pyvenv.cfg",)),
    Wish(("/env/",), ("env/pyvenv.cfg",)),
    Wish(("__pycache__/",), ("__pycache__/", "src/__pycache__/")),
    Wish((".ipynb_checkpoints/",), (".ipynb_checkpoints/", "notebooks/.ipynb_checkpoints/")),
    Wish(("data/*", "!data/.gitkeep"), ("data/a", "data/raw/a")),
    Wish(("logs/*", "!logs/.gitkeep"), ("logs/a",)),
    Wish(("models/*", "!models/.gitkeep"), ("models/a",)),
)
EXAMPLES = (".env.example", "src/.env.example")


class Asked(NamedTuple):
    """What a policy wants ignored beyond the usual, and the files to be that hold folders open within what is ignored."""

    also: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def step(before: bytes | None, tracked: Iterable[str] = (), asked: Asked = Asked()) -> Step:  # noqa: B008 - an immutable value
    """What becomes of the file; `tracked` is what Git holds."""
    after = extended(before or b"", asked)
    old, new = Ignores({"": before or b""}), Ignores({"": after})
    met = [path for path in tracked if new.ignored(path) and not old.ignored(path)]
    more = f" and {len(met) - 1} more" if len(met) > 1 else ""
    notes = (f"Git tracks {met[0]}{more}, which the new lines match: a tracked file stays tracked",) if met else ()
    return Step(PATH, WHAT, before, after, notes)


def extended(text: bytes, asked: Asked = Asked()) -> bytes:  # noqa: B008 - an immutable value
    """The text with the lines that it lacks at its end."""
    held = Ignores({"": text})
    deep = {path.partition("/")[0] for path in asked.kept if path.count("/") > 1}
    wishes = [_opened(wish, deep) for wish in _open(held, WISHES)]
    usual = Ignores({"": _appended(text, [line for wish in wishes for line in wish.lines])})
    wishes += _open(usual, (Wish((entry,), (f"{entry}a" if entry.endswith("/") else entry,)) for entry in asked.also))
    added = list(dict.fromkeys(line for wish in wishes for line in wish.lines))
    wanted = {path for wish in wishes for path in wish.paths}
    for _, source in held.exceptions():  # what its owner lets through stays so, although our lines come later
        path = source.pattern.removeprefix("!").removeprefix("/")
        if path not in wanted and not held.ignored(path) and Ignores({"": _appended(text, added)}).ignored(path):
            added.append(source.pattern)
    if any(Ignores({"": _appended(text, added)}).ignored(path) for path in EXAMPLES):
        added.append("!.env.example")
    return _appended(text, added)


def _opened(wish: Wish, deep: Collection[str]) -> Wish:
    """The same, but for folders that have folders which a clone should have."""
    folder = wish.lines[0].removesuffix("/*")
    if folder not in deep:
        return wish
    return Wish((f"/{folder}/**", f"!/{folder}/**/", f"!/{folder}/**/.gitkeep"), wish.paths)


def _open(held: Ignores, wishes: Iterable[Wish]) -> list[Wish]:
    return [wish for wish in wishes if not all(held.ignored(path) for path in wish.paths)]


def _appended(text: bytes, added: list[str]) -> bytes:
    if not added:
        return text
    eol = b"\r\n" if b"\r\n" in text else b"\n"
    gap = b"" if not text else eol if text.endswith(b"\n") else eol + eol
    return text + gap + eol.join(line.encode("utf-8", "surrogateescape") for line in (HEADING, *added)) + eol
