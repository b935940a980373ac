"""Finds tokens of published formats in text, and names bare ones by the vendor beside them."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.detector import Detector
from mlgovern.rules.secrets.hashes import HASHES
from mlgovern.rules.secrets.placeholders import is_documented, is_filler
from mlgovern.rules.secrets.platforms import CLOUD, FORGES
from mlgovern.rules.secrets.services import CONTEXTS, MODELS, SERVICES
from mlgovern.rx import rx

DETECTORS = CLOUD + FORGES + SERVICES + MODELS + HASHES

_ALPHABETS = {
    "&A": "[A-Za-z0-9]",
    "&B": "[A-Za-z0-9_-]",
    "&S": "[A-Za-z0-9+/]",
    "&H": "[0-9a-f]",
    "&U": "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
}
_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_WORD_OR_DASH = _WORD | {"-"}
_RUNS = rx(r"[A-Za-z0-9_\-.+/=~%$:@]{16,}+")
_BEGINNINGS = rx(r"\b(?=([A-Za-z0-9_]..))", re.ASCII | re.DOTALL)
_PIECE = 1 << 20  # characters whose beginnings are held at once
SHORTEST_BARE, LONGEST_BARE = 20, 100  # of the bare tokens
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Token(NamedTuple):
    """Where a token stands. `sure` is false where its own checksum says otherwise; `hashed` is a stored password."""

    id: str
    name: str
    start: int
    end: int
    sure: bool = True
    hashed: bool = False


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the tables, with its alphabets written out."""
    for short, alphabet in _ALPHABETS.items():
        pattern = pattern.replace(short, alphabet)
    return re.compile(pattern)


def find_tokens(text: str) -> Iterator[Token]:
    """Every token of a published format."""
    yield from find_bound(text)
    yield from find_loose(text)


def find_bound(text: str) -> Iterator[Token]:
    """Every token that stands in one word."""
    for gate, detector in _bound(text):
        yield from _behind(detector, gate, text, text.find(gate))


def find_loose(text: str) -> Iterator[Token]:
    """Every token whose format holds blanks or quotes, or looks around."""
    for gate, detector in _loose(text):
        yield from _behind(detector, gate, text, text.find(gate))


def may_hold_tokens(text: str) -> bool:
    """Whether the gate of any format is there."""
    return any(True for found in (_bound(text), _loose(text)) for _ in found)


def patterns() -> Iterator[str]:
    """The formats that `find_bound` looks for, as regular expressions."""
    by_beginning, anywhere, _ = _gates()
    bound = [*(gate for gates in by_beginning.values() for gate in gates), *anywhere]
    for pattern in dict.fromkeys(detector.pattern for _, detector in bound):
        yield compiled(pattern).pattern


def loose_gates() -> tuple[str, ...]:
    """What a token that `find_loose` finds has in it."""
    return tuple(dict.fromkeys(gate for gate, _ in _gates()[2]))


def _loose(text: str) -> Iterator[tuple[str, Detector]]:
    """The gates of formats with blanks or quotes that a text holds."""
    return (one for one in _gates()[2] if one[0] in text)


def _bound(text: str) -> Iterator[tuple[str, Detector]]:
    """The gates of all other formats that a text holds.

    A token and its gate stand in one run of characters that tokens are made of, of sixteen or more; in code such runs are a
    tenth of the text. Most tokens begin a word of their run, so that the beginnings of words tell which gates can be there.
    """
    dense = " ".join(_RUNS.findall(text))
    beginnings: set[str] = set()
    for start in range(0, len(dense), _PIECE):
        beginnings.update(_BEGINNINGS.findall(dense, start, start + _PIECE + 2))
    by_beginning, anywhere, _ = _gates()
    for beginning in sorted(by_beginning.keys() & beginnings):
        yield from (one for one in by_beginning[beginning] if one[0] in dense)
    yield from (one for one in anywhere if one[0] in dense)


_Gate = tuple[str, Detector]


@lru_cache(maxsize=1)
def _gates() -> tuple[dict[str, list[_Gate]], list[_Gate], list[_Gate]]:
    """Every gate with its detector: those that begin a word, by three letters; those within a run; those with blanks or quotes."""
    by_beginning: dict[str, list[_Gate]] = {}
    anywhere: list[_Gate] = []
    spaced: list[_Gate] = []
    for detector in DETECTORS:
        for gate in detector.gates:
            if detector.check in _HEADERS or " " in gate:
                spaced.append((gate, detector))
            elif len(gate) < 3 or gate[0] not in _WORD or detector.lead[1]:
                anywhere.append((gate, detector))
            else:
                by_beginning.setdefault(gate[:3], []).append((gate, detector))
    return by_beginning, anywhere, spaced


def _behind(detector: Detector, gate: str, text: str, position: int) -> Iterator[Token]:
    """The tokens of one format from the first place of its gate on; a run of letters belongs to one attempt at most."""
    outside = _WORD_OR_DASH if "&B" in detector.pattern or detector.pattern.endswith("-]") else _WORD
    match = compiled(detector.pattern).match
    run = compiled("[A-Za-z0-9_-]*+" if "-" in outside else "[A-Za-z0-9_]*+").match
    least, most = detector.lead
    alone = not most and detector.check not in _HEADERS  # no other token of this format begins in the same run
    while position >= 0:
        after = position + len(gate)
        for start in range(max(position - most, 0), position - least + 1):
            if start and text[start - 1] in outside and detector.check not in _HEADERS:
                continue
            found = match(text, start)
            if found is None or text[found.end() : found.end() + 1] in (outside if found.end() < len(text) else ()):
                continue
            after = max(after, found.end())
            group = 1 if found.re.groups else 0
            check = _CHECKS.get(detector.check)
            evidence = check(found[group], text, found.start()) if check else _SURE
            if evidence and not is_filler(found[group]) and not is_documented(found[group]):
                place = found.start(group), found.end(group)
                yield Token(detector.id, detector.name, *place, evidence == _SURE, detector.check == "hash")
            break
        if alone and text[after - 1] in outside and (rest := run(text, after)):
            after = rest.end()
        position = text.find(gate, after)


def vendor_token(value: str, context: str) -> tuple[str, str] | None:
    """The id and name of a bare token, if a vendor's word stands in the context (lower case) and the shape is right."""
    if not SHORTEST_BARE <= len(value) <= LONGEST_BARE:
        return None
    for row in CONTEXTS:
        if any(word in context for word in row.words) and compiled(row.pattern).fullmatch(value):
            return row.id, row.name
    return None


_NONE, _WEAK, _SURE = 0, 1, 2  # how far a token's own proof goes
_HEADERS = frozenset({"header", "docker", "sas"})


def _mixed(token: str, _text: str, _start: int) -> int:
    classes = (any(map(str.islower, token)), any(map(str.isupper, token)), any(map(str.isdigit, token)))
    return _SURE if sum(classes) == 3 else _NONE


def _digits(token: str, _text: str, _start: int) -> int:
    return _SURE if sum(map(str.isdigit, token[3:])) >= 2 and not token[3:].isdigit() else _NONE


def _jwt(token: str, _text: str, _start: int) -> int:
    return _SURE if '"alg"' in _base64(token.partition(".")[0]) else _NONE


def _json(token: str, _text: str, _start: int) -> int:
    return _SURE if _base64(token).startswith("{") else _WEAK


def _sentry(token: str, _text: str, _start: int) -> int:
    return _SURE if token.startswith("sntryu_") else _json(token[7:].partition("_")[0], "", 0)


def _docker(token: str, text: str, start: int) -> int:
    """Below `auths`, or in the older form without it right below a registry's URL."""
    if ":" not in _base64(token):
        return _NONE
    before = text[max(0, start - 4000) : start]
    below = '"auths"' in before or compiled(r'"https?://[^"]{1,200}"\s{0,9}:\s{0,9}\{[^{}]{0,400}\Z').search(before)
    return _SURE if below else _NONE


def _sas(_token: str, text: str, start: int) -> int:
    around = text[max(0, start - 600) : start + 600]
    return _SURE if "sv=" in around and "se=" in around else _NONE


def _hash(token: str, text: str, start: int) -> int:
    """Sure beside the name of its user, as in /etc/shadow; nothing where it shows what a hash looks like."""
    if len(set(token.rpartition("$")[2])) < 10:
        return _NONE
    line = text[text.rfind("\n", max(0, start - 200), start) + 1 : start]
    if compiled("(?i)dummy|fake|example").search(line):
        return _NONE
    return _SURE if line.endswith(":") and line[:-1].replace("-", "_").replace(".", "_").isidentifier() else _WEAK


def _header(token: str, text: str, start: int) -> int:
    if "basic" in text[start : start + 60].lower():
        user, colon, password = _base64(token).partition(":")
        known = password.lower() in {"", "pass", "password"}
        return _SURE if colon and not known and user.isprintable() else _NONE
    letters, digits = any(map(str.isalpha, token)), sum(map(str.isdigit, token))
    return _SURE if letters and digits >= 2 else _NONE


def _firebase(_token: str, text: str, start: int) -> int:
    """The key of a web page is public by design; rules of the database guard what it opens."""
    around = text[max(0, start - 500) : start + 500]
    return _WEAK if "authDomain" in around or "messagingSenderId" in around else _SURE


def _crc32(token: str, _text: str, _start: int) -> int:
    return _SURE if _github_checksum(token) else _WEAK


_CHECKS: dict[str, Callable[[str, str, int], int]] = {
    "mixed": _mixed,
    "digits": _digits,
    "long84": lambda token, _text, _start: _SURE if len(token) == 84 else _NONE,
    "crc32": _crc32,
    "jwt": _jwt,
    "json": _json,
    "sentry": _sentry,
    "docker": _docker,
    "firebase": _firebase,
    "sas": _sas,
    "hash": _hash,
    "header": _header,
}


def _github_checksum(token: str) -> bool:
    """The last six characters are the CRC-32 of the secret part, in base 62."""
    from zlib import crc32

    body = token.rpartition("_")[2]
    number, digits = crc32(body[:-6].encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(6, "0") == body[-6:]


def _base64(text: str) -> str:
    """Base64 of either alphabet as text; empty where it is none."""
    from binascii import Error, a2b_base64

    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return a2b_base64(body + "=" * (-len(body) % 4)).decode("utf-8", "replace")
    except Error:
        return ""
