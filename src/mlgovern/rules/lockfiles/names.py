"""What locks and manifests are called, and which manifest stands beside which lock."""

from collections.abc import Callable
from functools import lru_cache
from posixpath import basename, dirname

from mlgovern.globs import matcher
from mlgovern.rx import rx

MANIFESTS = {
    "uv.lock": "pyproject.toml",
    "poetry.lock": "pyproject.toml",
    "pdm.lock": "pyproject.toml",
    "Pipfile.lock": "Pipfile",
}
TOOLS = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}
TEXTS = ("**/*requirements*.txt", "**/requirements/**/*.txt", "**/*constraints*.txt", "**/*.in")
ENVIRONMENTS = ("**/*environment*.yml", "**/*environment*.yaml")
NAMED = frozenset(("pyproject.toml", "Pipfile", "uv.toml", "pixi.toml", *MANIFESTS))

_LOCKS = ("**/pylock*.toml", "**/pixi.lock", "**/*conda-lock.yml", "**/*conda-lock.yaml")
GLOBS = (*(f"**/{name}" for name in (*sorted(NAMED), "setup.cfg")), *TEXTS, *_LOCKS, *ENVIRONMENTS)

ENDINGS = (".lock", ".toml", ".yml", ".yaml")  # of all that is named as a lock is

_PYLOCK = rx(r"pylock(?:\.[^./]+)?\.toml")


def is_pylock(name: str) -> bool:
    """The names that PEP 751 gives."""
    return name.startswith("pylock") and _PYLOCK.fullmatch(name) is not None


def is_conda_lock(name: str) -> bool:
    """The names that conda-lock gives."""
    return name.endswith(("conda-lock.yml", "conda-lock.yaml"))


def is_lock(name: str) -> bool:
    """A file is named as a lock is; compiled requirements tell by what is in them."""
    return name in MANIFESTS or name == "pixi.lock" or is_pylock(name) or is_conda_lock(name)


def is_environment(path: str) -> bool:
    """A file is named as conda's manifests are; whether it is one, its text tells."""
    return "environment" in basename(path) and path.endswith((".yml", ".yaml"))


@lru_cache(maxsize=1)
def relevant() -> Callable[[str], bool]:
    """Whether a path is that of a manifest, of a lock or of requirements."""
    texts = matcher((*TEXTS, *ENVIRONMENTS))
    return lambda path: (
        basename(path) in NAMED
        or is_lock(basename(path))
        or (path.endswith((".txt", ".in", ".yml", ".yaml")) and texts(path) is not None)
    )


def beside(path: str, name: str) -> str:
    """The path of a neighbour."""
    folder = dirname(path)
    return f"{folder}/{name}" if folder else name
