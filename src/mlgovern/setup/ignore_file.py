"""`.gitignore`: the lines that keep secrets, environments, data and models out of Git, where no line does so yet."""

from collections.abc import Collection, Iterable, Mapping

from mlgovern.gitignore import Ignores
from mlgovern.record import NamedTuple
from mlgovern.rules.data.kinds import extension
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
SOURCES = (
    "py", "md", "rst", "ipynb", "sh", "sql", "r", "jl", "c", "cc", "cpp", "h", "js", "ts", "java", "go", "rs", "scala", "yml", "yaml",
    "toml", "cfg", "ini",
)  # fmt: skip
_FOLDERS = tuple(wish.lines[0].removesuffix("/*") for wish in WISHES if wish.lines[0].endswith("/*"))
EXAMPLES = (".env.example", "src/.env.example")


class Asked(NamedTuple):
    """What a policy wants ignored beyond the usual, and the files to be that hold folders open within what is ignored."""

    also: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # what people wrote below folders that are not for Git: its like is let in


def step(before: bytes | None, tracked: Iterable[str] = (), asked: Asked = Asked()) -> Step:  # noqa: B008 - an immutable value
    """What becomes of the file; `tracked` is what Git holds."""
    old, paths = Ignores({"": before or b""}), tuple(tracked)
    sources = [path for folder in _FOLDERS for path in _sources(old, folder, paths)]
    after = extended(before or b"", asked._replace(sources=tuple(sources)))
    new = Ignores({"": after})
    met = [path for path in paths if new.ignored(path) and not old.ignored(path)]
    more = f" and {len(met) - 1} more" if len(met) > 1 else ""
    notes = (f"Git tracks {met[0]}{more}, which the new lines match: a tracked file stays tracked",) if met else ()
    return Step(PATH, WHAT, before, after, notes)


def _sources(old: Ignores, folder: str, tracked: Iterable[str]) -> list[str]:
    """What a line for a folder would hide although people write it, so that `fix` would take it out of Git."""
    below = [path for path in tracked if path.startswith(f"{folder}/") and extension(path) in SOURCES]
    return [] if old.ignored(f"{folder}/a") else [path for path in below if not old.ignored(path)]


def extended(text: bytes, asked: Asked = Asked()) -> bytes:  # noqa: B008 - an immutable value
    """The text with the lines that it lacks at its end."""
    held = Ignores({"": text})
    deep = {path.partition("/")[0] for path in asked.kept if path.count("/") > 1}
    let_in = {folder: [path for path in asked.sources if path.startswith(f"{folder}/")] for folder in _FOLDERS}
    wishes = [_opened(wish, deep, let_in) for wish in _open(held, WISHES)]
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


def _opened(wish: Wish, deep: Collection[str], let_in: Mapping[str, Iterable[str]]) -> Wish:
    """The same, but for folders that have folders which a clone should have, or files that people wrote."""
    folder = wish.lines[0].removesuffix("/*")
    endings = sorted({path.rpartition(".")[2] for path in let_in.get(folder, ())})
    if folder not in deep and not endings:
        return wish
    through = (".gitkeep", *(f"*.{ending}" for ending in endings))
    return Wish((f"/{folder}/**", f"!/{folder}/**/", *(f"!/{folder}/**/{name}" for name in through)), wish.paths)


def _open(held: Ignores, wishes: Iterable[Wish]) -> list[Wish]:
    return [wish for wish in wishes if not all(held.ignored(path) for path in wish.paths)]


def _appended(text: bytes, added: list[str]) -> bytes:
    if not added:
        return text
    eol = b"\r\n" if b"\r\n" in text else b"\n"
    gap = b"" if not text else eol if text.endswith(b"\n") else eol + eol
    return text + gap + eol.join(line.encode("utf-8", "surrogateescape") for line in (HEADING, *added)) + eol
