"""How the assignments of a file are written, by its name; and which files exist to hold credentials."""

from functools import lru_cache

_LANGUAGES = {
    "literals": "pyi pyx js mjs cjs jsx ts mts cts tsx vue svelte go java kt kts rs rb php cs swift scala groovy gradle lua dart"
    " c h cc cpp cxx hpp m mm r jl pl pm ex exs clj hs ps1 psm1 toml bzl star json5 jsonc",
    "python": "py",
    "json": "json geojson webmanifest",
    "terraform": "tf tfvars hcl",
    "yaml": "yaml yml",
    "ini": "ini cfg conf cnf properties prefs service desktop editorconfig s3cfg pypirc npmrc boto tfrc",
    "shell": "sh bash zsh ksh fish bat cmd command profile bashrc zshrc bash_profile bash_aliases zshenv",
    "xml": "xml config csproj props xaml plist",
    "sql": "sql ddl psql",
    "prose": "md rst txt adoc markdown mdx",
    "notebook": "ipynb",
    "netrc": "netrc",
    "pgpass": "pgpass",
    "skip": "lock map svg csv tsv parquet",
}
_BY_SUFFIX = {suffix: language for language, suffixes in _LANGUAGES.items() for suffix in suffixes.split()}
_COPIES = frozenset(  # of a file of another kind: config.php.bak, values.yaml.j2
    [
        "bak",
        "old",
        "orig",
        "save",
        "backup",
        "dist",
        "example",
        "sample",
        "template",
        "tmpl",
        "tpl",
        "default",
        "local",
        "j2",
        "jinja",
        "jinja2",
        "erb",
        "in",
    ]
)
_PROSE = frozenset(
    [
        "license",
        "licence",
        "copying",
        "copyright",
        "notice",
        "readme",
        "authors",
        "contributors",
        "maintainers",
        "changelog",
        "changes",
        "news",
        "history",
        "todo",
        "install",
        "thanks",
    ]
)
_BY_NAME = {"makefile": "shell", "pgpass.conf": "pgpass"} | dict.fromkeys(_PROSE, "prose")
_HASHES = frozenset(
    [
        "package-lock.json",
        "npm-shrinkwrap.json",
        "composer.lock",
        "go.sum",
        "pnpm-lock.yaml",
        "pixi.lock",
        "conda-lock.yml",
    ]
)

# Where each program keeps logins: the key alone is evidence there, as in an environment file.
_STORES = {
    ".netrc": "netrc", "_netrc": "netrc",  # curl, ftp, Weights & Biases
    ".esmtprc": "netrc", ".msmtprc": "netrc", ".fetchmailrc": "netrc",  # mail
    ".pgpass": "pgpass", "pgpass.conf": "pgpass", ".my.cnf": "ini",  # PostgreSQL, MySQL
    ".git-credentials": "git-credentials",  # git credential-store
    ".npmrc": "ini", ".pypirc": "ini",  # npm, twine
    "credentials": "ini", ".credentials": "ini", ".boto": "ini", ".s3cfg": "ini", ".databrickscfg": "ini", "rclone.conf": "ini",  # clouds
    ".dockercfg": "json", "kaggle.json": "json", "secrets.json": "json", "credentials.tfrc.json": "json",
    "secrets.toml": "literals", "secrets.yml": "yaml", "secrets.yaml": "yaml",  # Streamlit, Rails, Home Assistant
    ".ftpconfig": "json", ".remote-sync.json": "json", "sftp.json": "json", "sftp-config.json": "json",  # editors
    "webservers.xml": "xml", "filezilla.xml": "xml", "recentservers.xml": "xml", "sitemanager.xml": "xml",
    "data-sources.xml": "xml", "dbeaver-data-sources.xml": "xml", "robomongo.json": "json",  # database browsers
}  # fmt: skip


def is_store(path: str) -> bool:
    """Whether a file exists to hold credentials."""
    return path.rpartition("/")[2].lower() in _STORES


@lru_cache(maxsize=1024)
def language_of(path: str) -> str:
    """How assignments of a file are read; `settings` where the name does not tell, `text` where none are."""
    name = path.rpartition("/")[2].lower()
    if name in _HASHES or ".min." in name:
        return "skip"
    if name in _STORES or name in _BY_NAME:
        return _STORES.get(name) or _BY_NAME[name]
    if name.startswith(("dockerfile", "containerfile")) or name.endswith((".dockerfile", ".containerfile")):
        return "shell"
    stem, dot, suffix = name.rpartition(".")
    while dot and suffix in _COPIES and "." in stem[1:]:
        stem, dot, suffix = stem.rpartition(".")
    if dot and suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    return "text" if stem else "settings"


def of_beginning(text: str) -> str:
    """How assignments of a file are read whose name does not tell: by what begins it."""
    if text.startswith("#!"):
        return "shell" if "sh" in text[: text.find("\n")] else "script"
    return "xml" if text.startswith("<") else "lines"
