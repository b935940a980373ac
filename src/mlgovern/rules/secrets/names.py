"""What kind of file a path names, as far as secrets go."""

from functools import lru_cache
from typing import NamedTuple

from mlgovern.globs import matcher
from mlgovern.rule import Glob

LIVE, TEMPLATE, ENCRYPTED = "live", "template", "encrypted"

_CODE = "py pyi ipynb js mjs cjs jsx ts mts cts tsx go java kt rs rb php cs swift scala json yaml yml toml md rst html css lock"
_NAMES = tuple(map(Glob, (".env", ".env.*", "*.env", "*.env.*", ".envrc", ".envrc.*", ".flaskenv")))
_OTHERS = tuple(map(Glob, map("*.{}".format, _CODE.split())))
_ENCRYPTED = tuple(map(Glob, ("*.env.vault", "*.enc", "*.encrypted", "*.gpg", "*.age", "*.asc", "*.sops")))


class EnvFiles(NamedTuple):
    """Which files hold the environment; compared with the last component of a path, whatever the case."""

    names: tuple[Glob, ...] = _NAMES
    others: tuple[Glob, ...] = _OTHERS  # look like one, but are code
    templates: tuple[str, ...] = ("example", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults", "skel")
    encrypted: tuple[Glob, ...] = _ENCRYPTED


@lru_cache(maxsize=65536)
def env_class(path: str, env_files: EnvFiles) -> str | None:
    """LIVE, TEMPLATE or ENCRYPTED for an environment file, None for any other."""
    name = path.rpartition("/")[2].lower()
    if not matcher(env_files.names, nocase=True)(name):
        return None
    parts = name.replace("-", ".").replace("_", ".").split(".")
    if not {part.lower() for part in env_files.templates}.isdisjoint(parts):
        return TEMPLATE
    if matcher(env_files.others, nocase=True)(name):
        return None
    return ENCRYPTED if matcher(env_files.encrypted, nocase=True)(name) else LIVE


_LANGUAGES = {
    "literals": "py pyi pyx js mjs cjs jsx ts mts cts tsx vue svelte go java kt kts rs rb php cs swift scala groovy gradle lua dart"
    " c h cc cpp cxx hpp m mm r jl pl pm ex exs clj hs tf tfvars hcl ps1 psm1 toml json json5 jsonc bzl star",
    "yaml": "yaml yml",
    "ini": "ini cfg conf cnf properties prefs service desktop editorconfig s3cfg pypirc npmrc boto netrc ftpconfig",
    "shell": "sh bash zsh ksh fish bat cmd command profile bashrc zshrc bash_profile bash_aliases zshenv",
    "xml": "xml config csproj props xaml plist",
    "sql": "sql ddl psql",
    "prose": "md rst txt adoc markdown mdx",
    "notebook": "ipynb",
    "skip": "lock map svg csv tsv parquet",
}
_BY_SUFFIX = {suffix: language for language, suffixes in _LANGUAGES.items() for suffix in suffixes.split()}
_BY_NAME = {
    "credentials": "ini",
    "config": "ini",
    "_netrc": "ini",
    ".pgpass": "pgpass",
    "pgpass.conf": "pgpass",
    "makefile": "shell",
}
_HASHES = frozenset(
    {
        "package-lock.json",
        "npm-shrinkwrap.json",
        "composer.lock",
        "go.sum",
        "pnpm-lock.yaml",
        "pixi.lock",
        "conda-lock.yml",
    }
)


@lru_cache(maxsize=1024)
def language_of(path: str) -> str:
    """How assignments of a file are read; `text` where none are."""
    name = path.rpartition("/")[2].lower()
    if name in _HASHES or ".min." in name:
        return "skip"
    if name.startswith(("dockerfile", "containerfile")) or name.endswith((".dockerfile", ".containerfile")):
        return "shell"
    return _BY_NAME.get(name) or _BY_SUFFIX.get(name.rpartition(".")[2], "text")
