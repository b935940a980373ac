"""Finds private keys: a marker and enough of a key behind it."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from mlgovern.record import NamedTuple

_LONGEST = 12_000  # characters of one key
_LEAST = 64  # base64 characters that make a body
_STORES = {  # by name, and by what such a file begins with
    ".p12": (b"0",),
    ".pfx": (b"0",),
    ".jks": (b"\xfe\xed\xfe\xed", b"0"),
    ".keystore": (b"\xfe\xed\xfe\xed", b"0"),
    ".kdbx": (b"\x03\xd9\xa2\x9a",),
    ".key": (b"0\x81", b"0\x82"),
    ".der": (b"0\x82", b"0\x81"),
}


class KeyBlock(NamedTuple):
    """Where a private key begins and ends, and of what kind it is. `open`: no passphrase protects it."""

    kind: str
    start: int
    end: int
    open: bool = True


@lru_cache(maxsize=16)
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def may_hold_keys(text: str) -> bool:
    """Whether any word that a private key begins with is there."""
    return any(mark in text for mark in MARKS)


def find_keys(text: str) -> Iterator[KeyBlock]:
    """Every private key in a text."""
    for mark, find in _FINDERS:
        if mark in text:
            yield from find(text)


def key_store(name: str, data: bytes) -> bool:
    """Whether a file is a store of keys by its name and its first bytes, or one key that is a single word."""
    beginnings = _STORES.get(name[name.rfind(".") :].lower()) if "." in name else None
    if beginnings is None or not data.startswith(beginnings):
        return name.lower().endswith(".key") and _is_one_word(data)
    return (
        not name.lower().endswith(".der")
        or b"\x02\x01\x00\x02\x82" in data[:16]
        or b"\x02\x01\x00\x30\x0d" in data[:16]
    )


def _is_one_word(data: bytes) -> bool:
    """Nothing but hex or base64 of a key's length: the master key of Rails, a key of Fernet."""
    if len(data) > 200:
        return False
    word = data.decode("latin-1").strip()
    return len(set(word)) >= 10 and bool(_rx(r"[0-9a-f]{32,128}|[A-Za-z0-9+/_-]{42,88}={0,2}").fullmatch(word))


def _pem(text: str) -> Iterator[KeyBlock]:
    marker = _rx(
        r"----[- ]BEGIN ((?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP |ANY |SSH2 |SSH2 ENCRYPTED )?)PRIVATE KEY(?: BLOCK)?[- ]----"
    )
    for found in marker.finditer(text):
        rest = text[found.end() : found.end() + _LONGEST]
        body = rest.partition("-----")[0]
        if _is_body(body):
            end = found.end() + len(body)
            closing = _rx(r"-----END [A-Z0-9 ]{1,40}-----").match(text, end)
            kind = found[1].strip() or _service_account(text, found.start())
            protected = "ENCRYPTED" in kind or "ENCRYPTED" in body[:200]
            yield KeyBlock(
                kind.removesuffix("ENCRYPTED").strip(), found.start(), closing.end() if closing else end, not protected
            )


def _service_account(text: str, place: int) -> str:
    """The kind of a key that stands in a Google service account's JSON."""
    around = text[max(0, place - 1000) : place]
    return "Google service-account" if _rx(r'"type"\s{0,9}:\s{0,9}"service_account"').search(around) else ""


def _is_body(body: str) -> bool:
    """At least 64 base64 characters of enough variety, over newlines of any spelling, quotes and concatenation."""
    plain = _rx(r"(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset)\s{0,9}:[^\r\n\\]{0,200}").sub("", body)
    plain = _rx(r"""\\+[nrt]|[\s"'`+,\\#*|>;.&()<-]+|//\s""").sub("", plain.replace("...", "!"))
    found = _rx(r"[A-Za-z0-9/=]{64,}").match(plain)
    return found is not None and len(set(found[0][:200])) > 12


def _openvpn(text: str) -> Iterator[KeyBlock]:
    for found in _rx(r"-----BEGIN OpenVPN Static key V1-----\s{1,9}((?:[0-9a-f]{32}\s{1,9}){4,16})-----END").finditer(
        text
    ):
        if len(set(found[1])) > 8:
            yield KeyBlock("OpenVPN", found.start(), found.end(1))


def _putty(text: str) -> Iterator[KeyBlock]:
    for found in _rx(r"PuTTY-User-Key-File-[23]:").finditer(text):
        rest = text[found.start() : found.start() + _LONGEST]
        private = _rx(r"Private-Lines: ?[0-9]+\s").search(rest)
        if private is not None and _is_body(rest[private.end() :].partition("Private-MAC")[0]):
            yield KeyBlock("PuTTY", found.start(), found.start() + private.end(), "Encryption: none" in rest)


def _encoded(text: str) -> Iterator[KeyBlock]:
    from binascii import Error, a2b_base64

    for found in _rx(r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{42,}={0,2}").finditer(text):
        head = found[0][: len(found[0][:96]) // 4 * 4]
        try:
            label = a2b_base64(head)
        except Error:
            continue
        if b"PRIVATE KEY" in label and len(found[0]) >= _LEAST * 2:
            yield KeyBlock("base64-encoded", found.start(), found.end(), b"ENCRYPTED" not in label)


def _wireguard(text: str) -> Iterator[KeyBlock]:
    key = r"(?:Private|Preshared)Key[ \t]{0,9}=[ \t]{0,9}([A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])"
    for found in _rx(key).finditer(text):
        if len(set(found[1])) > 12:
            yield KeyBlock("WireGuard", found.start(1), found.end(1))


def _json_web(text: str) -> Iterator[KeyBlock]:
    for found in _rx(r'"d"\s{0,9}:\s{0,9}"([A-Za-z0-9_-]{42,1000})"').finditer(text):
        if '"kty"' in text[max(0, found.start() - 3000) : found.end() + 3000] and len(set(found[1])) > 12:
            yield KeyBlock("JSON web", found.start(1), found.end(1))


_FINDERS: tuple[tuple[str, Callable[[str], Iterator[KeyBlock]]], ...] = (
    ("PRIVATE KEY", _pem),
    ("PuTTY-User-Key-File-", _putty),
    ("LS0tLS1CRUdJTi", _encoded),
    ("PrivateKey", _wireguard),  # a PresharedKey never stands alone
    ("OpenVPN Static key", _openvpn),
    ("kty", _json_web),  # in a notebook its quotes are escaped
)
MARKS = tuple(mark for mark, _ in _FINDERS)
