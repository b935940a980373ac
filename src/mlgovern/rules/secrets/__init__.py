"""Secrets: environment files that are tracked, and credentials in whatever is."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mlgovern.facts.snapshot import SUBMODULE, SYMLINK, File, Snapshot
from mlgovern.finding import Finding, Place, Severity
from mlgovern.globs import matcher
from mlgovern.rule import Glob, Rule, Verdicts, unread
from mlgovern.rules.secrets.mends import mend, untrack
from mlgovern.rules.secrets.names import LIVE, EnvFiles, env_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mlgovern.rules.secrets.scan import Hit

    Memo = dict[tuple[str, str], tuple[Hit, ...]]

_ENV_GLOBS = ("**/*env*", "**/*ENV*", "**/*Env*")  # narrowed by EnvFiles; wide enough for what a team may add
_EVERYTHING = ("**",)
_FOLDERS = ("test", "tests", "testing", "example", "examples", "doc", "docs", "fixtures")
_EXAMPLES = tuple(Glob(f"**/{folder}/**") for folder in _FOLDERS)


class Settings(NamedTuple):
    env_files: EnvFiles = EnvFiles()


class CodeSettings(NamedTuple):
    env_files: EnvFiles = EnvFiles()
    examples: tuple[Glob, ...] = _EXAMPLES  # at most a warning there, for what a key or a URL gives away


def tracked_env_file(snapshot: Snapshot, settings: Settings) -> Verdicts:
    r"""An environment file is tracked.

    Why: the next person to fill it in commits a password; templates such as .env.example may be tracked.
    Mend: git rm --cached .env && printf '\n%s\n' /.env >> .gitignore
    """
    memo = _memo(snapshot.files, settings.env_files)
    for file in _files(snapshot):
        if env_class(file.path, settings.env_files) == LIVE and not _is_encrypted(snapshot.read(file)):
            live = any(hit.sure for hit in _hits(snapshot, file, settings.env_files, memo))
            yield Finding(
                f"{file.name} is an environment file{' and holds a credential' if live else ''}; a template such as .env.example may be tracked",
                Place(file.path, commit=file.commit),
                untrack(snapshot, file),
                at_most=Severity.ERROR if live else Severity.WARNING,
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
    memo = _memo(snapshot.files, settings.env_files)
    for file in _files(snapshot):
        is_env = env_class(file.path, settings.env_files) is not None
        if rule == "env-secret" and not is_env:
            continue
        if snapshot.read(file) is None:
            yield unread(file)
            continue
        seen: dict[str, int] = {}
        for hit in _hits(snapshot, file, settings.env_files, memo):
            if hit.rule == rule:
                label = hit.key or hit.provider or rule
                seen[label] = seen.get(label, 0) + 1
                weak = not hit.sure or (
                    rule in {"hardcoded-secret", "url-credentials"} and not is_env and lenient(file.path)
                )
                yield Finding(
                    _message(hit),
                    _place(hit, file),
                    mend(snapshot, file, hit, settings.env_files),
                    key=f"{label}#{seen[label]}",
                    at_most=Severity.WARNING if weak else Severity.ERROR,
                )


def _files(snapshot: Snapshot) -> Iterator[File]:
    return (file for file in snapshot.files if file.mode not in {SYMLINK, SUBMODULE})


def _hits(snapshot: Snapshot, file: File, env_files: EnvFiles, memo: "Memo") -> "tuple[Hit, ...]":
    """One scan of a version of a file, shared by the rules of the family."""
    place = file.path, file.blob
    if not file.blob or place not in memo:
        from mlgovern.rules.secrets.scan import scan

        data = snapshot.read(file)
        memo[place] = () if data is None else scan(file.path, data, env_files)
    return memo[place]


@lru_cache(maxsize=2)
def _memo(files: tuple[File, ...], env_files: EnvFiles) -> "Memo":  # noqa: ARG001 - the key
    """What is known of these very versions of files. It holds hits, never contents."""
    return {}


def _is_encrypted(data: bytes | None) -> bool:
    """Tools such as dotenvx and sops keep values encrypted, and such a file is meant to be tracked."""
    return data is not None and (b"=ENC[AES256_GCM," in data or b"encrypted:" in data)


def _message(hit: "Hit") -> str:
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


_IGNORED = ("**/.gitignore",)  # what is ignored already needs no further line

RULES = tuple(
    Rule(name, judge, settings, reads=reads, consults=_IGNORED, triggers=_ENV_GLOBS, each="file")
    for name, judge, settings, reads in (
        ("tracked-env-file", tracked_env_file, Settings(), _ENV_GLOBS),
        ("env-secret", env_secret, Settings(), _ENV_GLOBS),
        ("provider-token", provider_token, CodeSettings(), _EVERYTHING),
        ("private-key", private_key, CodeSettings(), _EVERYTHING),
        ("url-credentials", url_credentials, CodeSettings(), _EVERYTHING),
        ("hardcoded-secret", hardcoded_secret, CodeSettings(), _EVERYTHING),
    )
)
