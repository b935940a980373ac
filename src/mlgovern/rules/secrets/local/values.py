"""Which values of the developer's own env files count: the secret, the long, the uncommon.

Almost no file has any of them, so what is quickly told comes first, and the rest is asked of a value that was found.
"""

from collections.abc import Iterable, Iterator

from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.dotenv import parse
from mlgovern.rules.secrets.keys import STRONG, WEAK, classify
from mlgovern.rules.secrets.scan import decode
from mlgovern.rules.secrets.tokens import find_tokens
from mlgovern.rules.secrets.urls import find_url_passwords, unquote
from mlgovern.rules.secrets.values import connection_password, entropy
from mlgovern.rx import rx

_SHORTEST, _LEAST_ENTROPY, _LEAST_CHARACTERS = 8, 2.5, 4
_SHORTEST_LINE, _LONGEST_KEY = 16, 60
_MOST_WORDS = 3  # as many make the name of a variable; more may be a passphrase
_WORD = rx(r"[^\W\d_]+")
# Words of some length, each with no more than a year behind it: what a program calls things, or a person a password.
_NAME = rx(r"(?:[^\W\d_]{0,16}+\d{0,4}+(?:[_.:/ -]+|[!@#$%*?]*+\Z))*+")


class OwnValue(NamedTuple):
    """A value and what may be told of it. It is never printed, and shows nothing if it is."""

    key: str
    path: str
    value: str
    formed: bool = False  # its own form tells that it is secret, whatever its key
    url: str = ""  # where it may be the password

    def __repr__(self) -> str:
        return "<a value>"

    @property
    def told(self) -> str:
        """The key as it may be printed: not one that spells the value, nor one without end."""
        return "" if self.value.lower() in self.key.lower() else self.key[:_LONGEST_KEY]


def candidates(files: Iterable[tuple[str, bytes]]) -> tuple[OwnValue, ...]:
    """The values that are worth looking for, each once."""
    found: dict[str, OwnValue] = {}
    for path, data in files:
        text = decode(data)
        shell = path.rpartition("/")[2].lower().startswith(".envrc")
        for assignment in parse(text, shell=shell) if text is not None else ():
            for own in _secrets(assignment.key, path, assignment.value):
                line = _line(own.value)
                if _is_mixed(line):
                    found.setdefault(line, own._replace(value=line))
    return tuple(found.values())


def _secrets(key: str, path: str, value: str) -> Iterator[OwnValue]:
    """What is secret in one value: its tokens and passwords where it has some, else all of it if its key says so."""
    if value.startswith("{"):
        yield from (found for name, member in _members(value) for found in _secrets(name, path, member))
        return
    formed = [value[token.start : token.end] for token in find_tokens(value)]
    formed += filter(None, [connection_password(value)])
    yield from (OwnValue(key, path, text, formed=True) for text in formed)
    if "://" in value:
        for password in _passwords(value):
            yield OwnValue(key, path, password, url=value)
    elif not formed and classify(key) in {STRONG, WEAK}:
        yield OwnValue(key, path, value)


def _passwords(url: str) -> Iterator[str]:
    """What may be a password in a URL: as it is written, and decoded."""
    authority = url.partition("://")[2]
    userinfo, _, rest = authority.rpartition("@")
    members = rest.partition("?")[2].replace("#", "&").split("&")
    for written in (userinfo.partition(":")[2], *(member.partition("=")[2] for member in members)):
        yield from dict.fromkeys((written, unquote(written)))


def _members(value: str) -> Iterator[tuple[str, str]]:
    """The members of a JSON object that are text."""
    from json import loads

    try:
        members = loads(value).items()
    except (ValueError, RecursionError):
        return
    yield from ((name, member) for name, member in members if isinstance(member, str))


def _line(value: str) -> str:
    """Of a value of several lines, one that tells: notebooks and code write each line by itself."""
    lines = value.replace("\\n", "\n").splitlines()
    if len(lines) < 2:
        return value
    return next((line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith("-")), "")


def _is_mixed(value: str) -> bool:
    return len(value) >= _SHORTEST and len(set(value)) >= _LEAST_CHARACTERS and entropy(value) >= _LEAST_ENTROPY


def is_secret(own: OwnValue, public: Iterable[bytes]) -> bool:
    """Whether a value is a secret that no file has by chance: no example, no word, nothing that a template tells everybody."""
    from mlgovern.rules.secrets.judge import judge_env

    if own.url:
        written = [own.url[found.start : found.end] for found in find_url_passwords(own.url)]
        if own.value not in (*written, *map(unquote, written)):
            return False
    elif not own.formed:
        evidence = judge_env(own.key, own.value, template=False)
        if evidence is None or not (evidence.sure or classify(own.key) == WEAK):
            return False
    raw = own.value.encode("utf-8", "surrogateescape")
    return not is_common(own.value) and not any(raw in data for data in public)


def is_common(value: str) -> bool:
    """What examples and services come with, and what is but a word, a path or a host."""
    from mlgovern.rules.secrets.placeholders import is_default_password, is_documented, is_placeholder, is_reference
    from mlgovern.rules.secrets.values import is_plain

    if is_reference(value) or is_documented(value) or is_plain(value):
        return True
    if is_placeholder(value) or is_default_password(value):
        return True
    words = _WORD.findall(value)
    plain = all(word in {word.lower(), word.upper(), word.title()} for word in words)
    return plain and len(words) <= _MOST_WORDS and _NAME.fullmatch(value) is not None
