"""What a policy adds to the token formats that are built in, and what it takes out of judgement."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from mlgovern.globs import matcher
from mlgovern.rule import Glob, Pattern
from mlgovern.rules.secrets.values import entropy

_MOST = 1000  # tokens of one format in one file


class OwnDetector(NamedTuple):
    """One token format of a team. Where its pattern has a group, the first one is the secret."""

    id: str
    pattern: Pattern
    keywords: tuple[str, ...] = ()  # one of them is in the file, in whatever case; without any, each file is searched
    entropy: float = 0.0  # bits for each character that the secret has at least
    name: str = ""  # as a sentence goes on after "holds": with its article
    path: Pattern = Pattern("")  # found in the path of the files that are searched
    allow_values: tuple[Pattern, ...] = ()
    allow_path_patterns: tuple[Pattern, ...] = ()


class Secrets(NamedTuple):
    """The `secrets` of a policy, which all rules of the family go by. Patterns are found anywhere: anchor what is whole."""

    detectors: tuple[OwnDetector, ...] = ()
    allow_values: tuple[Pattern, ...] = ()
    allow_paths: tuple[Glob, ...] = ()
    allow_path_patterns: tuple[Pattern, ...] = ()

    def skips(self, path: str) -> bool:
        """Whether nothing in a file counts."""
        return bool(matcher(self.allow_paths)(path)) or _any(self.allow_path_patterns, path)

    def allows(self, value: str) -> bool:
        """Whether a value is none that counts."""
        return _any(self.allow_values, value)


class OwnToken(NamedTuple):
    """Where a token of a team's own format stands."""

    id: str
    name: str
    start: int
    end: int


def find_own(text: str, path: str, detectors: tuple[OwnDetector, ...]) -> Iterator[OwnToken]:
    """Every token of a team's own formats."""
    lower, plain = text.lower(), _encodable(text)
    for detector in detectors:
        if detector.keywords and not any(word.lower() in lower for word in detector.keywords):
            continue
        if not _any((detector.path,), path) or _any(detector.allow_path_patterns, path):
            continue
        for number, found in enumerate(_compiled(detector.pattern).finditer(plain)):
            if number == _MOST:
                break
            group = 1 if found.re.groups and found.start(1) >= 0 else 0
            secret = found[group]
            if secret and entropy(secret) >= detector.entropy and not _any(detector.allow_values, secret):
                name = detector.name or f"a token of the kind {detector.id}"
                yield OwnToken(detector.id, name, found.start(group), found.end(group))


def _any(patterns: tuple[Pattern, ...], text: str) -> bool:
    return any(_compiled(pattern).search(_encodable(text)) for pattern in patterns)


def _encodable(text: str) -> str:
    """The text without what UTF-8 cannot say, each character in its place."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:  # re2 has no types
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)
