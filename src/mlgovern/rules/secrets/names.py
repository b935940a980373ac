"""What kind of file a path names, as far as secrets go."""

from functools import lru_cache

from mlgovern.facts.snapshot import Snapshot
from mlgovern.fields import Allowed, Covered
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob

COMPOSE = Glob("**/*compose*.y*ml")  # names environment files
LIVE, TEMPLATE, ENCRYPTED = "live", "template", "encrypted"

_CODE = "py pyi ipynb js mjs cjs jsx ts mts cts tsx go java kt rs rb php cs swift scala json yaml yml toml md rst html css lock"
_NAMES = tuple(map(Glob, (".env", ".env[._-]*", "*.env", "*.env.*", ".envrc", ".envrc.*", ".flaskenv")))
_OTHERS = tuple(map(Glob, map("*.{}".format, _CODE.split())))
_ENCRYPTED = tuple(map(Glob, ("*.env.vault", "*.enc", "*.encrypted", "*.gpg", "*.age", "*.asc", "*.sops")))


class EnvFiles(NamedTuple):
    """Which files hold the environment. Globs and words are compared with the last component of a path, whatever the case."""

    names: Covered[Glob] = _NAMES
    paths: Covered[str] = ()  # further ones, each by its whole path; those that a compose file names are among them
    others: Allowed[Glob] = _OTHERS  # look like one, but are code
    templates: Allowed[str] = ("example", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults", "skel")
    encrypted: Allowed[Glob] = _ENCRYPTED


@lru_cache(maxsize=65536)
def env_class(path: str, env_files: EnvFiles) -> str | None:
    """LIVE, TEMPLATE or ENCRYPTED for an environment file, None for any other."""
    name = path.rpartition("/")[2].lower()
    listed = path in env_files.paths
    if not listed and not matcher(env_files.names, nocase=True)(name):
        return None
    parts = name.replace("-", ".").replace("_", ".").split(".")
    if not {part.lower() for part in env_files.templates}.isdisjoint(parts):
        return TEMPLATE
    if not listed and matcher(env_files.others, nocase=True)(name):
        return None
    return ENCRYPTED if matcher(env_files.encrypted, nocase=True)(name) else LIVE


def is_lfs_pointer(data: bytes) -> bool:
    """Whether a content only says where the real one is."""
    return len(data) < 1024 and data.startswith(b"version https://git-lfs.github.com/spec/")


def env_names(env_files: EnvFiles) -> tuple[str, ...]:
    """Globs for the last component of every path that may be an environment file."""
    return (*env_files.names, *(path.rpartition("/")[2] for path in env_files.paths))


def with_those_of_compose(snapshot: Snapshot, env_files: EnvFiles) -> EnvFiles:
    """The environment files, with those that compose files of this snapshot hand to their services."""
    held = [(path, snapshot.at(path)) for path in snapshot.tracked if "compose" in path]
    brought = [(file.path, snapshot.read(file)) for file in snapshot.files if "compose" in file.path]
    if not (held or brought):
        return env_files
    from mlgovern.compose_env import env_files_of

    named = dict.fromkeys(name for path, data in (*held, *brought) for name in env_files_of(path, data or b""))
    return env_files._replace(paths=(*env_files.paths, *named)) if named else env_files
