"""Secrets: environment files that are tracked, and credentials in whatever is."""

from collections.abc import Iterator

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, Ask, File, Snapshot
from mlgovern.fields import Allowed
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Rule, Verdicts, unread
from mlgovern.rules.secrets import idle, local
from mlgovern.rules.secrets.found import CUT
from mlgovern.rules.secrets.names import (
    COMPOSE,
    LIVE,
    EnvFiles,
    env_class,
    env_names,
    is_lfs_pointer,
    with_those_of_compose,
)
from mlgovern.rules.secrets.own import Secrets
from mlgovern.rx import rxb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.found import Hit

_ENCRYPTED = rxb(rb"=[ \t]*[\"']?(?:encrypted:|ENC\[AES256_GCM,)")
_FOLDERS = ("test", "tests", "testing", "example", "examples", "doc", "docs", "fixtures")
_EXAMPLES = tuple(Glob(f"**/{folder}/**") for folder in _FOLDERS)


class Settings(NamedTuple):
    env_files: EnvFiles = EnvFiles()
    secrets: Secrets = Secrets()


class TrackedSettings(NamedTuple):
    env_files: EnvFiles = EnvFiles()
    secrets: Secrets = Secrets()
    benign: Severity = Severity.WARNING  # at most, for a file that holds no credential


class CodeSettings(NamedTuple):
    env_files: EnvFiles = EnvFiles()
    secrets: Secrets = Secrets()
    examples: Allowed[Glob] = _EXAMPLES  # at most a warning there, for what a key or a URL gives away


Family = Settings | TrackedSettings | CodeSettings


def tracked_env_file(snapshot: Snapshot, settings: TrackedSettings) -> Verdicts:
    r"""An environment file is tracked.

    Why: the next person to fill it in commits a password; templates such as .env.example may be tracked.
    Mend: git rm --cached .env && printf '\n%s\n' /.env >> .gitignore
    """
    look = _look(snapshot, settings)
    for file in _files(snapshot, settings):
        if env_class(file.path, look.env_files) == LIVE and not _is_encrypted(snapshot.read(file)):
            live = any(hit.sure for hit in look.hits(snapshot, file))
            if live or settings.benign:
                from mlgovern.rules.secrets.mends import untrack

                yield Finding(
                    f"{file.name} is an environment file{' and holds a credential' if live else ''}; a template such as .env.example may be tracked",
                    Place(file.path, commit=file.commit),
                    untrack(snapshot, file),
                    at_most=Severity.ERROR if live else settings.benign,
                )


def env_secret(snapshot: Snapshot, settings: Settings) -> Verdicts:
    """An environment file holds a credential.

    Why: in an environment file the key's name is the evidence, so weak and development passwords count as well.
    Mend: remove the value, rotate it if it was ever pushed, and keep it in an ignored .env or a secret manager
    """
    yield from _judge("env-secret", snapshot, settings)


def provider_token(snapshot: Snapshot, settings: CodeSettings) -> Verdicts:
    """A token of a known service is in a file.

    Why: these are found by strangers within minutes of a push, and work at once.
    Mend: revoke the token where it was issued, then read a new one from the environment
    """
    yield from _judge("provider-token", snapshot, settings)


def private_key(snapshot: Snapshot, settings: CodeSettings) -> Verdicts:
    """A private key is in a file.

    Why: whoever reads the repository can act as the holder of the key, and deleting the line does not undo that.
    Mend: replace the key pair, and keep the new key outside the repository
    """
    yield from _judge("private-key", snapshot, settings)


def url_credentials(snapshot: Snapshot, settings: CodeSettings) -> Verdicts:
    """A URL holds a password.

    Why: URLs are logged and shared freely, and a password for localhost is often used elsewhere too.
    Mend: take the password from the environment, and rotate it if it was ever pushed
    """
    yield from _judge("url-credentials", snapshot, settings)


def hardcoded_secret(snapshot: Snapshot, settings: CodeSettings) -> Verdicts:
    """A credential is written out in code or configuration.

    Why: everybody who can read the repository, now or later, can use it.
    Mend: read it from the environment or a secret manager, and rotate it if it was ever pushed
    """
    yield from _judge("hardcoded-secret", snapshot, settings)


def _judge(rule: str, snapshot: Snapshot, settings: Settings | CodeSettings) -> Verdicts:
    """The findings of one rule; what was too large to read is said."""
    lenient = matcher(settings.examples) if isinstance(settings, CodeSettings) else matcher(())
    look = _look(snapshot, settings)
    for file in _files(snapshot, settings):
        is_env = env_class(file.path, look.env_files) is not None
        if rule == "env-secret" and not is_env:
            continue
        data = snapshot.read(file)
        if data is None:
            yield unread(file)
            continue
        if is_lfs_pointer(data):
            yield NotJudged(file.path, "its content is in Git LFS, not in Git", expected=False)
        seen: dict[str, int] = {}
        for hit in look.hits(snapshot, file):
            if hit.rule == CUT:
                yield NotJudged(file.path, "it holds more credentials than anybody reads; the rest was not looked at")
            elif hit.rule == rule and not (hit.hashed and lenient(file.path)):
                label = hit.key or hit.provider or rule
                seen[label] = seen.get(label, 0) + 1
                from mlgovern.rules.secrets.mends import mend

                weak = not hit.sure or (
                    rule in {"hardcoded-secret", "url-credentials"} and not is_env and lenient(file.path)
                )
                yield Finding(
                    _message(hit),
                    _place(hit, file),
                    mend(snapshot, file, hit, look.env_files),
                    key=f"{label}#{seen[label]}",
                    at_most=Severity.WARNING if weak else Severity.ERROR,
                )


def _files(snapshot: Snapshot, settings: Family) -> Iterator[File]:
    skips = settings.secrets.skips
    return (file for file in snapshot.files if file.mode not in {SYMLINK, SUBMODULE} and not skips(file.path))


class _Look:
    """One scan of each version of a file, shared by the rules of the family. It holds hits, never contents."""

    def __init__(self, snapshot: Snapshot, settings: Family) -> None:
        self.env_files = with_those_of_compose(snapshot, settings.env_files)
        self._of = snapshot.files, snapshot.tracked  # kept, so that nothing else gets their ids
        self._secrets = settings.secrets
        self._hits: dict[tuple[str, str], tuple[Hit, ...]] = {}

    def hits(self, snapshot: Snapshot, file: File) -> "tuple[Hit, ...]":
        place = file.path, file.blob
        if file in snapshot.silent:
            return ()
        if not file.blob or place not in self._hits:
            from mlgovern.rules.secrets.scan import scan

            data = snapshot.read(file)
            unmarked = file in snapshot.unmarked
            self._hits[place] = (
                () if data is None else scan(file.path, data, self.env_files, self._secrets, unmarked=unmarked)
            )
        return self._hits[place]


_KEPT = 3  # looks at once: rules may differ in their settings
_looks: dict[tuple[object, ...], _Look] = {}


def _look(snapshot: Snapshot, settings: Family) -> _Look:
    """What is known of the files of the latest snapshot under these settings."""
    key = id(snapshot.files), id(snapshot.tracked), settings.env_files, settings.secrets
    if key not in _looks:
        if len(_looks) == _KEPT:
            _looks.clear()
        _looks[key] = _Look(snapshot, settings)
    return _looks[key]


def _is_encrypted(data: bytes | None) -> bool:
    """Tools such as dotenvx and sops keep values encrypted, and such a file is meant to be tracked."""
    return data is not None and _ENCRYPTED.search(data) is not None


def _message(hit: "Hit") -> str:
    if hit.span is None:
        return f"this file holds {hit.name}"
    size = f"({hit.length} characters)"
    if hit.rule == "private-key":
        return f"{hit.key or 'this file'} holds {hit.name}"
    if hit.rule == "url-credentials":
        return f"{hit.key or 'a URL'} holds a password in a URL {size}" if hit.key else f"a URL holds a password {size}"
    return f"{hit.key or 'this line'} holds {hit.name or 'a credential'} {size}"


def _place(hit: "Hit", file: File) -> Place:
    if hit.span is None:
        return Place(file.path, commit=file.commit)
    line, column, end_line, end_column = hit.span
    return Place(file.path, line, column, end_line, end_column, commit=file.commit, cell=hit.cell)


def _pushed(settings: Family) -> tuple[Ask, ...]:
    return (("pushed", *env_names(settings.env_files)),)


_CONSULTED = (
    "**/.gitignore",
    COMPOSE,
)  # what is ignored needs no further line; compose files name environment files

RULES = (
    *(
        Rule(name, judge, settings, reads=("**",), consults=_CONSULTED, each="file", asks=_pushed)
        for name, judge, settings in (
            ("tracked-env-file", tracked_env_file, TrackedSettings()),
            ("env-secret", env_secret, Settings()),
            ("provider-token", provider_token, CodeSettings()),
            ("private-key", private_key, CodeSettings()),
            ("url-credentials", url_credentials, CodeSettings()),
            ("hardcoded-secret", hardcoded_secret, CodeSettings()),
        )
    ),
    *local.RULES,
    *idle.RULES,
)
