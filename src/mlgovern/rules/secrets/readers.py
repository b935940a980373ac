"""How each language writes an assignment: readers of a piece of text, each a few patterns of linear shape."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.dotenv import shell_word
from mlgovern.rules.secrets.keys import BENIGN, UNKNOWN, WEAK, classify
from mlgovern.rules.secrets.languages import of_beginning
from mlgovern.rules.secrets.tokens import SHORTEST_BARE
from mlgovern.rules.secrets.values import base64_text

LONGEST = 1200  # characters of one shell word
_SHORTEST = 4  # characters of a value

_QUOTED = (
    r"""(?:"(?P<v1>(?:[^"\\\r\n]|\\.){0,1000}+)"|'(?P<v2>(?:[^'\\\r\n]|\\.){0,1000}+)'|`(?P<v3>[^`\r\n]{0,1000}+)`)"""
)
_OPERATOR = r"(?:\s{0,3}:\s{0,3}[A-Za-z_][\w\[\], .|]{0,60}?)?\s{0,9}(?:=>|:=|===?|!==?|=|:)\s{0,9}(?:\(\s{0,40})?(?:[rbuRBUfF]{1,2}(?=[\"']))?"
_KEY = r"""(?:(?P<q>["'])(?P<k1>[\w.\-/$ ]{1,80})(?P=q)\s{0,3}\]?|(?<![\w$.\-])(?P<k2>[A-Za-z_$@][\w$.\-]{0,80}+)(?:\[\])?)"""
_LITERAL = _KEY + _OPERATOR + _QUOTED
_MEMBER = r"""\"(?P<k1>[\w.\-/$: ]{1,80}+)"\s{0,9}+:\s{0,9}+"(?P<v1>(?:[^"\\\r\n]|\\.){1,1000}+)\""""
_CALL = (
    r"""\b(?:getenv|get|setdefault|putenv|setenv|set|env|config|define|getProperty|add_argument|Option|option|environ_get)\(\s{0,9}"""
    r"""["'](?P<k1>[\w.\-/]{1,80})["']\s{0,9},\s{0,9}(?:[\w]{1,20}=[\w.]{1,40},\s{0,9}){0,4}(?:default\s{0,3}=\s{0,3})?"""
    + _QUOTED
)
_SETTER = (
    r"(?<![\w])(?:(?:set|with|use)_?)?(?P<k1>[Pp]assword|[Pp]assphrase|(?:[Cc]lient_?)?[Ss]ecret(?:_?[Kk]ey)?|[Aa]pi_?[Kk]ey|(?:[Aa]ccess_?|[Aa]uth_?)?[Tt]oken)"
    r"\(\s{0,9}" + _QUOTED + r"\s{0,9}\)"
)
_LOGIN = (
    r"""\b(?:[Ll]og_?[Ii]n|[Ss]ign_?[Ii]n|authenticate|basic_auth|auth|HTTP(?:Basic|Digest)Auth|BasicAuth)\s{0,3}(?:=\s{0,3})?\(\s{0,9}"""
    r"""["'](?!(?:user|username|login|name|test|foo|me)["'])[^"'\s,()]{1,80}["']\s{0,9},\s{0,9}"""
    + _QUOTED
    + r"\s{0,9}[,)]"
)
_CONNECTION = r"""(?i:\b[a-z][a-z ]{1,30}+=[^;=<>{}"'\r\n]{1,200}+;\s?+(?:[a-z ]{2,30}+=[^;=<>{}"'\r\n]{0,200}+;\s?+){0,9}?(?P<k1>password|pwd)=(?P<v1>[^;"'`<>{}\s]{3,200}+)(?=[;"'`\s]|\Z))"""
_SECURE = r"""(?i:ConvertTo-(?P<k1>Secure)String\s{1,9}(?:-String\s{1,9})?)""" + _QUOTED
_NAMED = r"""(?i:\b(?:name|key)["']?\s{0,3}[:=]\s{0,3}["']?(?P<k1>[A-Z_][\w.-]{0,80}+)["']?+\s{0,9}+[,;]?+\s{0,40}+["']?value["']?\s{0,3}[:=])[ \t]{0,9}(?:"(?P<v1>[^"\r\n]{1,1000}+)"|'(?P<v2>[^'\r\n]{1,1000}+)'|(?P<v3>[^\s"'{}\[\],&*!|>][^\r\n#,}]{0,1000}+))"""
_VARIABLE = r"""\bvariable\s{1,9}"(?P<k1>[\w-]{1,80})"\s{0,9}\{[^{}]{0,500}?\bdefault\s{0,40}=\s{0,9}"(?P<v1>[^"\r\n]{1,1000}+)\""""
_YAML = (
    r"""(?m)^[ \t]*+(?:-[ \t]++)?["']?(?P<k1>[A-Za-z_][\w.\-/ ]{0,80}?)["']?(?::(?:[ \t]++|[ \t]*+[|>][+-]?[ \t]*+\r?\n[ \t]++)|=)"""
    r"""(?:"(?P<v1>(?:[^"\\\r\n]|\\.){0,1000}+)"|'(?P<v2>[^'\r\n]{0,1000}+)'|(?P<v3>[^\s"'#&*!|>{\[][^\r\n]{0,1000}?))(?=[ \t]{1,40}+\#|["']?[ \t]{0,40}+\r?$)"""
)
_INI = r"""(?m)^[ \t]*+(?:[/:\w.-]{0,80}:)?(?P<k1>[A-Za-z_][\w.\- ]{0,80}?)[ \t]*+[=:][ \t]*+(?:"(?P<v1>[^"\r\n]{0,1000}+)"|'(?P<v2>[^'\r\n]{0,1000}+)'|(?P<v3>[^\r\n]{1,1000}?))(?=[ \t]{1,40}+[\#;]|[ \t]{0,40}+\r?$)"""
_NETRC = r"""(?<![\w-])(?P<k1>passw(?:or)?d|pass)[ \t]++(?:"(?P<v1>[^"\r\n]{1,200}+)"|'(?P<v2>[^'\r\n]{1,200}+)'|(?P<v3>[^\s"']\S{0,200}+))"""
_SHELL = (
    r"(?<![\w$.\-?&])(?:ENV[ \t]++)?(?P<k1>[A-Za-z_]\w{0,80}+)(?:=|(?<=[A-Z])[ \t]++(?=[^\s=]+[ \t]*+\r?$))(?=[^\s=])"
)
_DOCKER = r"(?m)^[ \t]*+ENV[ \t]++(?P<k1>[A-Za-z_]\w{0,80}+)[ \t]++(?=\S)"
_FLAG = r"""(?<![\w-])--?(?P<k1>[a-z][a-z-]{0,30}(?:password|passwd|token|secret|api-key|access-key|secret-key)|password|passwd|passphrase|requirepass|token|secret|api-key)(?:[= ]["']?|["'],\s{0,9}["'])(?P<v1>[^\s"'\\;,|)\]]{1,200}+)"""
_SHORT_FLAG = r"""\b(?:(?:mysql(?:dump|admin|import)?|mariadb(?:-dump)?)\b[^\r\n|;&]{0,200}?\s-(?P<k1>p)|sshpass\s{1,9}-(?P<k2>p)\s{0,9})["']?(?P<v1>[^\s"'\\;|&)]{1,200}+)"""
_USER = r"""(?<![\w-])(?P<k1>-u|--user)[ =]?["']?[\w.@-]{1,80}:(?P<v1>[^\s"'\\]{1,200}+)"""
_XML = r"""<(?P<k1>[A-Za-z][\w.:-]{0,80}+)[^<>\r\n]{0,200}+>(?P<v1>[^<>\r\n]{1,500}+)</|(?:key|name|Name)="(?P<k2>[\w.:-]{1,80}+)"\s{1,9}value="(?P<v2>[^"\r\n]{1,500}+)"|(?<![\w-])(?P<k3>[A-Za-z][\w-]{0,60}+)="(?P<v3>[^"\r\n]{1,500}+)\""""
_PLIST = r"""<key>(?P<k1>[\w.: -]{1,80})</key>\s{0,40}<string>(?P<v1>[^<>\r\n]{1,500}+)</string>"""
_SQL = r"""(?i:\b(?P<k1>password)\s{1,9}(?:=\s{0,3})?|\b(?P<k2>identified)\s{1,9}(?:with\s{1,9}\w{1,40}\s{1,9})?by\s{1,9}(?:password\s{1,9})?)'(?P<v1>[^'\r\n]{1,200}+)'"""
_PGPASS = r"(?m)^[^\s#:][^:\r\n]{0,200}(?::[^:\r\n]{1,200}){3}:(?P<v1>[^\r\n]{1,200})"
_GIT_CREDENTIALS = r"(?m)^https?://[^:\s/]{1,200}:(?P<v1>\S{1,400})@[^@\s]{1,200}$"


class Pair(NamedTuple):
    """A name and what is assigned to it; `context` is the text before it, where a vendor may be named."""

    key: str
    value: str
    start: int
    end: int
    context: str = ""
    live: bool = False  # an assignment of an environment, where the key alone is evidence enough


def is_idle(pair: Pair) -> bool:
    """Most assignments near a telling word are to other names."""
    kind = classify(pair.key)
    idle = kind in {BENIGN, UNKNOWN} or (kind == WEAK and len(pair.value) < SHORTEST_BARE)
    return idle and ";" not in pair.value


Reader = Callable[[str, int, int], Iterator[Pair]]


@lru_cache(maxsize=32)
def rx_of(pattern: str) -> re.Pattern[str]:
    """A pattern of ours, compiled once it is needed."""
    return re.compile(pattern)


def fences(text: str) -> list[int]:
    """Where code blocks of Markdown begin and end."""
    return [found.start() for found in rx_of("```").finditer(text)]


def _matches(pattern: str, text: str, start: int, end: int, key: str = "") -> Iterator[Pair]:
    for found in rx_of(pattern).finditer(text, start, end):
        groups = found.groupdict()
        place = next((name for name in ("v1", "v2", "v3") if groups.get(name)), None)
        if place is not None and len(groups[place]) >= _SHORTEST:
            name = key or groups.get("k1") or groups.get("k2") or groups.get("k3") or ""
            yield Pair(name.strip(), _unescaped(found[place]), found.start(place), found.end(place))


def _unescaped(value: str) -> str:
    return rx_of(r"\\([\"'\\$/])").sub(r"\1", value) if "\\" in value else value


def _literals(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_LITERAL, text, start, end)
    lower = text[start:end].lower()
    if "(" in lower:
        yield from _matches(_CALL, text, start, end)
        if any(f"{word}(" in lower for word in ("password", "passphrase", "secret", "key", "token")):
            yield from _matches(_SETTER, text, start, end)
        if any(word in lower for word in ("login", "log_in", "signin", "sign_in", "auth")):
            yield from _matches(_LOGIN, text, start, end, "password")
    if ";" in lower and ("password=" in lower or "pwd=" in lower):
        yield from _matches(_CONNECTION, text, start, end)
    if "convertto-secure" in lower:
        yield from _matches(_SECURE, text, start, end, "password")


def _json(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_MEMBER, text, start, end)
    yield from _matches(_NAMED, text, start, end)
    yield from _flags(text, start, end)


def _terraform(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_LITERAL, text, start, end)
    yield from _matches(_NAMED, text, start, end)
    yield from _matches(_VARIABLE, text, start, end)


def _yaml(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_YAML, text, start, end)
    yield from _matches(_LITERAL, text, start, end)
    yield from _matches(_NAMED, text, start, end)
    yield from _flags(text, start, end)


def _manifest(text: str, start: int, end: int) -> Iterator[Pair]:
    """YAML that has a Kubernetes Secret, whose data are base64."""
    for pair in _yaml(text, start, end):
        yield pair._replace(value=base64_text(pair.value) or pair.value)


def _flags(text: str, start: int, end: int) -> Iterator[Pair]:
    if text.find("-", start, end) < 0:
        return
    for pair in _matches(_FLAG, text, start, end):
        yield pair._replace(key=pair.key.replace("requirepass", "require-pass"))
    yield from _matches(_SHORT_FLAG, text, start, end, "password")
    yield from _matches(_USER, text, start, end, "password")


def _ini(text: str, start: int, end: int) -> Iterator[Pair]:
    return _matches(_INI, text, start, end)


def _netrc(text: str, start: int, end: int) -> Iterator[Pair]:
    return _matches(_NETRC, text, start, end)


def _shell(text: str, start: int, end: int) -> Iterator[Pair]:
    for pattern in (_SHELL, _DOCKER):
        found = rx_of(pattern).search(text, start, end)
        while found is not None:
            word = _word(text, found.end())
            yield Pair(found["k1"], *word, live=True)
            found = rx_of(pattern).search(text, max(word[2], found.end()), end)
    yield from _flags(text, start, end)


def _word(text: str, begin: int) -> tuple[str, int, int]:
    """A shell word, read in a piece of the text, so that an open quote costs no more than that."""
    word = shell_word(text[begin : begin + LONGEST], 0)
    return word.value, begin + word.start, begin + word.end


def _xml(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_XML, text, start, end)
    yield from _matches(_PLIST, text, start, end)
    yield from _matches(_CONNECTION, text, start, end)


def _sql(text: str, start: int, end: int) -> Iterator[Pair]:
    return _matches(_SQL, text, start, end, "password")


def _whole_lines(pattern: str) -> Reader:
    """A format in which each line is a login."""
    return lambda text, start, end: (
        pair._replace(live=True) for pair in _matches(pattern, text, start, end, "password")
    )


def _settings(text: str, start: int, end: int) -> Iterator[Pair]:
    """A file whose name does not tell its language: what begins it may."""
    return READERS[of_beginning(text)](text, start, end)


def _script(text: str, start: int, end: int) -> Iterator[Pair]:
    return _matches(_LITERAL, text, start, end)


def _lines(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_LITERAL, text, start, end)
    yield from _matches(_INI, text, start, end)
    yield from _matches(_YAML, text, start, end)


def _prose(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_LITERAL, text, start, end)
    for pair in _shell(text, start, end):
        yield pair._replace(live=False)


READERS: dict[str, Reader] = {
    "literals": _literals,
    "python": _literals,
    "json": _json,
    "terraform": _terraform,
    "yaml": _yaml,
    "manifest": _manifest,
    "ini": _ini,
    "netrc": _netrc,
    "shell": _shell,
    "xml": _xml,
    "sql": _sql,
    "pgpass": _whole_lines(_PGPASS),
    "git-credentials": _whole_lines(_GIT_CREDENTIALS),
    "settings": _settings,
    "script": _script,
    "lines": _lines,
    "prose": _prose,
    "block": _prose,  # a piece of it that is known to be code
}
