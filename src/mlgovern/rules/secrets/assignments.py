"""Finds what is assigned to telling names in code and configuration, line by line, near the words that tell."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from mlgovern.rules.secrets.dotenv import shell_word

_TELLING = (
    "passw", "pass_", "_pass", "pass=", "pass:", "pass ", 'pass"', "pass'", "passphrase", "passcode", "pwd", "pepper", "secret", "token",
    "key", "credential", "auth", "connection", "conn_", "_conn", "salt", "webhook", "_pat", "-u ", "identified by",
)  # fmt: skip
_BEFORE, _BEHIND = 160, 600
_QUOTED = (
    r"""(?:"(?P<v1>(?:[^"\\\r\n]|\\.){0,1000}+)"|'(?P<v2>(?:[^'\\\r\n]|\\.){0,1000}+)'|`(?P<v3>[^`\r\n]{0,1000}+)`)"""
)
_OPERATOR = r"(?:\s{0,3}:\s{0,3}[A-Za-z_][\w\[\], .|]{0,60}?)?\s{0,9}(?:=>|:=|===?|!==?|=|:)\s{0,9}(?:\(\s{0,40})?(?:[rbuRBUfF]{1,2}(?=[\"']))?"
_KEY = r"""(?:(?P<q>["'])(?P<k1>[\w.\-/$ ]{1,80})(?P=q)\s{0,3}\]?|(?<![\w$.\-])(?P<k2>[A-Za-z_$@][\w$.\-]{0,80}+)(?:\[\])?)"""
_LITERAL = _KEY + _OPERATOR + _QUOTED
_CALL = (
    r"""\b(?:getenv|get|setdefault|putenv|setenv|set|env|config|define|getProperty|add_argument|Option|option|environ_get)\(\s{0,9}"""
    r"""["'](?P<k1>[\w.\-/]{1,80})["']\s{0,9},\s{0,9}(?:[\w]{1,20}=[\w.]{1,40},\s{0,9}){0,4}(?:default\s{0,3}=\s{0,3})?"""
    + _QUOTED
)
_YAML = (
    r"""(?m)^[ \t]*+(?:-[ \t]++)?["']?(?P<k1>[A-Za-z_][\w.\-/ ]{0,80}?)["']?(?::(?:[ \t]++|[ \t]*+[|>][+-]?[ \t]*+\r?\n[ \t]++)|=)"""
    r"""(?:"(?P<v1>(?:[^"\\\r\n]|\\.){0,1000}+)"|'(?P<v2>[^'\r\n]{0,1000}+)'|(?P<v3>[^\s"'#&*!|>{\[][^\r\n]{0,1000}?))(?=[ \t]{1,40}+\#|["']?[ \t]{0,40}+\r?$)"""
)
_INI = r"""(?m)^[ \t]*+(?:[/:\w.-]{0,80}:)?(?P<k1>[A-Za-z_][\w.\- ]{0,80}?)[ \t]*+[=:][ \t]*+(?:"(?P<v1>[^"\r\n]{0,1000}+)"|'(?P<v2>[^'\r\n]{0,1000}+)'|(?P<v3>[^\r\n]{1,1000}?))(?=[ \t]{1,40}+[\#;]|[ \t]{0,40}+\r?$)"""
_NETRC = r"\b(?P<k1>password)[ \t]++(?P<v1>\S{1,200}+)"
_SHELL = (
    r"(?<![\w$.\-?&])(?:ENV[ \t]++)?(?P<k1>[A-Za-z_]\w{0,80}+)(?:=|(?<=[A-Z])[ \t]++(?=[^\s=]+[ \t]*+\r?$))(?=[^\s=])"
)
_DOCKER = r"(?m)^[ \t]*+ENV[ \t]++(?P<k1>[A-Za-z_]\w{0,80}+)[ \t]++(?=\S)"
_FLAG = r"""(?<![\w-])--?(?P<k1>[a-z][a-z-]{0,30}(?:password|passwd|token|secret|api-key|access-key|secret-key)|password|passwd|requirepass|token|secret|api-key)(?:[= ]["']?)(?P<v1>[^\s"'\\;,|)\]]{1,200}+)"""
_USER = r"""(?<![\w-])(?P<k1>-u|--user)[ =]?["']?[\w.@-]{1,80}:(?P<v1>[^\s"'\\]{1,200}+)"""
_XML = r"""<(?P<k1>[A-Za-z][\w.:-]{0,80}+)[^<>\r\n]{0,200}+>(?P<v1>[^<>\r\n]{1,500}+)</|(?:key|name|Name)="(?P<k2>[\w.:-]{1,80}+)"\s{1,9}value="(?P<v2>[^"\r\n]{1,500}+)"|(?<![\w-])(?P<k3>[A-Za-z][\w-]{0,60}+)="(?P<v3>[^"\r\n]{1,500}+)\""""
_SQL = r"""(?i:\b(?P<k1>password)\s{1,9}(?:=\s{0,3})?|\b(?P<k2>identified)\s{1,9}(?:with\s{1,9}\w{1,40}\s{1,9})?by\s{1,9}(?:password\s{1,9})?)'(?P<v1>[^'\r\n]{1,200}+)'"""


class Pair(NamedTuple):
    """A name and what is assigned to it; `context` is the text before it, where a vendor may be named."""

    key: str
    value: str
    start: int
    end: int
    context: str = ""
    live: bool = False  # an assignment of an environment, where the key alone is evidence enough


@lru_cache(maxsize=16)
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def find_pairs(text: str, language: str, name: str) -> Iterator[Pair]:
    """The assignments to telling names, as a language writes them; a place may come twice."""
    read = _READERS.get("manifest" if language == "yaml" and "kind: Secret" in text else language)
    if read is None:
        return
    fences = [found.start() for found in _rx("```").finditer(text)] if language == "prose" else []
    for start, end in _windows(text) if language != "pgpass" else [(0, len(text))]:
        if language == "prose" and not (bisect_left(fences, start) % 2 or text[start : start + 4] == "    "):
            continue  # prose outside code blocks: fenced, or indented by four
        for pair in read(text, start, end):
            before = text[max(pair.start - 120, 0) : pair.start]
            yield pair._replace(context=f"{name} {before[before.rfind(chr(10)) + 1 :]}")


def tells(text: str) -> bool:
    """Whether any telling word is there."""
    lower = text.lower()
    return any(word in lower for word in _TELLING)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The lines round telling words; of a very long line, what is near them."""
    lower = text.lower()
    if len(lower) != len(text):  # some capitals grow: leave those as they are
        lower = "".join(char.lower() if char.isascii() else char for char in text)
    places = set()
    for word in _TELLING:
        place = lower.find(word)
        while place >= 0:
            places.add(place)
            newline = text.find("\n", place, place + _BEHIND // 2)
            place = lower.find(word, newline if newline >= 0 else place + _BEHIND // 2)
    current = None
    for place in sorted(places):
        start = max(text.rfind("\n", max(0, place - _BEFORE), place) + 1, place - _BEFORE)
        end = _line_end(text, place)
        if current is not None and start <= current[1]:
            current = current[0], max(end, current[1])
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current


def _line_end(text: str, place: int) -> int:
    """The end of this line and the next, where a value may stand that is broken off."""
    first = text.find("\n", place, place + _BEHIND)
    second = text.find("\n", first + 1, first + _BEHIND) if first >= 0 else -1
    return second if second >= 0 else min(len(text), place + _BEHIND)


def _matches(pattern: str, text: str, start: int, end: int) -> Iterator[Pair]:
    for found in _rx(pattern).finditer(text, start, end):
        groups = found.groupdict()
        key = groups.get("k1") or groups.get("k2") or groups.get("k3") or ""
        place = next((name for name in ("v1", "v2", "v3") if groups.get(name)), None)
        if place is not None:
            yield Pair(key.strip(), _unescaped(found[place]), found.start(place), found.end(place))


def _unescaped(value: str) -> str:
    return _rx(r"\\([\"'\\$/])").sub(r"\1", value) if "\\" in value else value


def _literals(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_LITERAL, text, start, end)
    yield from _matches(_CALL, text, start, end)


def _yaml(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_YAML, text, start, end)
    yield from _matches(_LITERAL, text, start, end)
    yield from _flags(text, start, end)


def _manifest(text: str, start: int, end: int) -> Iterator[Pair]:
    """YAML that has a Kubernetes Secret, whose data are base64."""
    yield from _yaml(text, start, end)
    for pair in _matches(_YAML, text, start, end):
        yield pair._replace(value=_decoded(pair.value))


def _decoded(value: str) -> str:
    """What base64 says, if it says text."""
    from binascii import Error, a2b_base64

    try:
        decoded = a2b_base64(value.encode("ascii"), strict_mode=True).decode("utf-8")
    except (Error, UnicodeError):
        return ""
    return decoded.strip() if decoded.strip().isprintable() else ""


def _flags(text: str, start: int, end: int) -> Iterator[Pair]:
    for pair in _matches(_FLAG, text, start, end):
        yield pair._replace(key=pair.key.replace("requirepass", "require-pass"))


def _ini(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_INI, text, start, end)
    yield from _matches(_NETRC, text, start, end)


def _shell(text: str, start: int, end: int) -> Iterator[Pair]:
    for pattern in (_SHELL, _DOCKER):
        found = _rx(pattern).search(text, start, end)
        while found is not None:
            word = _word(text, found.end())
            yield Pair(found["k1"], *word, live=True)
            found = _rx(pattern).search(text, max(word[2], found.end()), end)
    yield from _flags(text, start, end)
    for pair in _matches(_USER, text, start, end):
        yield pair._replace(key="password")


def _word(text: str, begin: int) -> tuple[str, int, int]:
    """A shell word, read in a piece of the text, so that an open quote costs no more than that."""
    word = shell_word(text[begin : begin + 2 * _BEHIND], 0)
    return word.value, begin + word.start, begin + word.end


def _xml(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_XML, text, start, end)


def _sql(text: str, start: int, end: int) -> Iterator[Pair]:
    for pair in _matches(_SQL, text, start, end):
        yield pair._replace(key="password")


def _pgpass(text: str, start: int, end: int) -> Iterator[Pair]:
    for found in _rx(r"(?m)^[^\s#:][^:\r\n]{0,200}(?::[^:\r\n]{1,200}){3}:([^\r\n]{1,200})").finditer(text, start, end):
        yield Pair("password", found[1], found.start(1), found.end(1), live=True)


def _prose(text: str, start: int, end: int) -> Iterator[Pair]:
    yield from _matches(_LITERAL, text, start, end)
    for pair in _shell(text, start, end):
        yield pair._replace(live=False)


_READERS: dict[str, Callable[[str, int, int], Iterator[Pair]]] = {
    "literals": _literals,
    "yaml": _yaml,
    "manifest": _manifest,
    "ini": _ini,
    "shell": _shell,
    "xml": _xml,
    "sql": _sql,
    "pgpass": _pgpass,
    "prose": _prose,
}
