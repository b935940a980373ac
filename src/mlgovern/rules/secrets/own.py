"""What a policy adds to the token formats that are built in, and what it takes out of judgement."""

from mlgovern.fields import Allowed, Denied, Hint
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob, Pattern
from mlgovern.rx import supplied


class OwnDetector(NamedTuple):
    """One token format of a team. Where its pattern has a group, the first one is the secret."""

    id: str
    pattern: Pattern
    keywords: tuple[str, ...] = ()  # one of them is in the file, in whatever case; without any, each file is searched
    entropy: float = 0.0  # bits for each character that the secret has at least
    name: Hint[str] = ""  # as a sentence goes on after "holds": with its article
    path: Pattern = Pattern("")  # found in the path of the files that are searched
    allow_values: tuple[Pattern, ...] = ()
    allow_path_patterns: tuple[Pattern, ...] = ()


class Secrets(NamedTuple):
    """The `secrets` of a policy, which all rules of the family go by. Patterns are found anywhere: anchor what is whole."""

    detectors: Denied[OwnDetector] = ()
    allow_values: Allowed[Pattern] = ()
    allow_paths: Allowed[Glob] = ()
    allow_path_patterns: Allowed[Pattern] = ()

    def skips(self, path: str) -> bool:
        """Whether nothing in a file counts."""
        return bool(matcher(self.allow_paths)(path)) or found_in(self.allow_path_patterns, path)

    def allows(self, value: str) -> bool:
        """Whether a value is none that counts."""
        return found_in(self.allow_values, value)


def found_in(patterns: tuple[Pattern, ...], text: str) -> bool:
    """Whether any of a team's own patterns is found in a text."""
    return any(supplied(pattern).search(encodable(text)) for pattern in patterns)


def encodable(text: str) -> str:
    """The text without what UTF-8 cannot say, each character in its place."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
