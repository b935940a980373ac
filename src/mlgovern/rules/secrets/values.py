"""What a value's own form says of it."""

import re
from functools import lru_cache
from itertools import pairwise
from math import log2

from mlgovern.rx import rx


def word_set(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


_ALGORITHMS = word_set(
    """none basic bearer digest oauth oauth2 oidc saml ldap kerberos ntlm jwt token session cookie anonymous ident trust peer md5
    scram-sha-256 sha1 sha256 sha512 sha-256 sha-512 hs256 hs384 hs512 rs256 rs384 rs512 es256 es384 es512 ps256 eddsa ed25519 rsa
    ecdsa aes aes-256-gcm aes-256-cbc argon2 argon2id bcrypt scrypt pbkdf2 plain plaintext hmac hmac-sha256 fernet x509 enabled
    disabled true false yes no on off always never auto required optional inherit default"""
)
_NUMBER = r"[+-]?[0-9]+(?:[.,_][0-9]+)*[a-zA-Z%]{0,2}"
_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,10}"
_HOST = r"(?:[a-z0-9-]+\.)+[a-z]{2,10}(?::[0-9]+)?/?|localhost(?::[0-9]+)?|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?"
_PATH = r"(?:~|\.{1,2}|[A-Za-z]:)?[/\\](?:[\w.@+~ -]+[/\\])*[\w.@+~ -]*|(?:[\w.@+-]+/)+[\w@+-]+\.[A-Za-z]{1,6}|(?:[a-z_.-]+/)+[a-z_.-]*"
_LOOK_ALIKES = (
    r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})",
    r"(?:sha|md)[0-9]+[-:=]\S+",
    r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?",
    r"arn:\S+",
    r"\S+@sha256:[0-9a-f]+",
    r"[A-Za-z][A-Za-z0-9+.-]*:/\S*",
    r"ssh-(?:rsa|ed25519|dss)\s.*|ecdsa-sha2-\S+\s.*",
    r"-----BEGIN (?:PUBLIC KEY|CERTIFICATE|RSA PUBLIC KEY|SSH2 PUBLIC KEY)[\s\S]*",
    r"(?:data:|iVBORw0KGgo|/9j/|R0lGOD|UklGR|PHN2Zy|AAAAB3NzaC1|AAAAC3NzaC1|MIIB?IjANBgkq|LS0tLS1CRUdJTiBDRVJUSU|LS0tLS1CRUdJTiBQVUJMSUM)\S*",
    r"/subscriptions/\S+|(?:[a-z0-9.-]+/)+[A-Za-z0-9.-]+(?::[\w.-]+)?",
    r"[vV]?[0-9]+(?:\.[0-9]+)+\S*",
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}\S*",
    r"[\w.-]+(?:,[\w.: -]*)+",
    r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+",
    r"[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+",
    r"[A-Za-z][\w.]{1,24}(?:-[\w.]{1,20})*/[A-Za-z][\w.]{1,20}(?:-[\w.]{1,20})+",
    r"(?:~|\.{0,2})/(?:[\w.+-]+/)+[\w.+-]*",
    _EMAIL,
    _HOST,
)
_WORDS = rx(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PIECES = rx(r"[/?&=;,:]+")
_VOWELS = frozenset("aeiouyAEIOUY")


@lru_cache(maxsize=32)
def _whole(*shapes: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{shape})" for shape in shapes))


def is_plain(value: str, *, pin: bool = False) -> bool:
    """A boolean, a short number, a path, an e-mail address, a host, a URL or an algorithm; `pin`: numbers may be secrets here."""
    lower = value.lower()
    if lower in _ALGORITHMS:
        return True
    if len(value) > 400:
        return False
    if pin and value.isdigit():
        return len(value) < 4
    if _whole(_NUMBER).fullmatch(value) and sum(map(str.isdigit, value)) < 10:
        return True
    if _whole(_PATH).fullmatch(value):
        return not is_random(value)
    if "://" in value or _is_list(value):
        return not any(map(is_random, _PIECES.split(value)))
    return bool(_whole(_EMAIL, _HOST).fullmatch(value))


def _is_list(value: str) -> bool:
    """A connection string, which is judged by its password alone."""
    return ";" in value and all("=" in member or not member.strip() for member in value.split(";"))


def is_look_alike(value: str) -> bool:
    """Random to the eye, but something else by its shape."""
    return bool(_whole(*_LOOK_ALIKES).fullmatch(value))


def entropy(value: str) -> float:
    """Shannon entropy, bits for each character."""
    size = len(value)
    return -sum(n / size * log2(n / size) for n in map(value.count, dict.fromkeys(value))) if size else 0.0


def classes(value: str) -> int:
    """How many of lower, upper, digit and symbol a value has; separators of words are none."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda char: not (char.isalnum() or char in "-_. "))
    return sum(any(map(kind, value)) for kind in kinds)


def is_random(value: str) -> bool:
    """At least 20 characters of mixed kinds in an order that no words have."""
    if not 20 <= len(value) <= 4000 or any(map(str.isspace, value)):
        return False
    if sum(map(str.isdigit, value)) < 2 or classes(value) < 3 or entropy(value) < (3.5 if len(value) < 25 else 4.0):
        return False
    kinds = [(char.islower(), char.isupper(), char.isdigit()) for char in value if char.isalnum()]
    changes = sum(
        a != b and not (a[1] and b[0]) for a, b in pairwise(kinds)
    )  # a capital begins a word: that is no change
    return changes >= 0.28 * len(kinds)


_SYMBOLS = frozenset("!\"#$%&'()*+,/:;<=>?@[]^`{|}~")
_PATTERN = rx(r"\(\?|\[[^\]\[]*\]|\{[^{}]*\}|\.[*+]|</?\w|\w\(\)")
_FEW_BLANKS = 6
_LONG_WORD = rx(r"[a-z]{6}")
_PAIRED = {")": "(", "]": "[", "}": "{", ">": "<"}


def is_noise(value: str) -> bool:
    """A long run of all kinds of characters that is no pattern, no format and no markup; there, brackets pair."""
    if not 24 <= len(value) <= 400 or "\\" in value or any(map(str.isspace, value)):
        return False
    if classes(value) < 3 or entropy(value) < 4.0 or len(_SYMBOLS.intersection(value)) < 5:
        return False
    open_ = []
    for char in value:
        if char in "([{<":
            open_.append(char)
        elif char in _PAIRED and (not open_ or open_.pop() != _PAIRED[char]):
            return True
    return bool(open_) or not _PATTERN.search(value)


def is_salt(value: str) -> bool:
    """A long run of all kinds of characters with a few blanks among them, and no words: WordPress makes its salts so."""
    blanks = value.count(" ")
    if not 1 <= blanks <= _FEW_BLANKS or not 48 <= len(value) <= 128 or _LONG_WORD.search(value):
        return False
    return entropy(value) >= 5.0 and len(_SYMBOLS.intersection(value)) >= 8 and classes(value) == 4


def is_padded(value: str) -> bool:
    """Base64 of mixed kinds with its padding."""
    body = value.rstrip("=")
    whole = body.replace("+", "").replace("/", "").replace("-", "").replace("_", "")
    return value != body and len(body) >= 11 and len(value) % 4 == 0 and whole.isalnum() and classes(whole) >= 2


def base64_text(value: str, *, multiline: bool = False) -> str:
    """The text that base64 says; nothing where it says none."""
    from binascii import Error, a2b_base64

    try:
        decoded = a2b_base64(value.encode("ascii"), strict_mode=True).decode("utf-8").strip()
    except (Error, UnicodeError):
        return ""
    return decoded if multiline or decoded.isprintable() else ""


def is_wordy(value: str) -> bool:
    """Made of words, with a short number or mark at the end at most: what people write as an example."""
    if len(value) > 200:
        return False
    letters = _WORDS.findall(value)
    rest = _WORDS.sub("", value).strip("-_. !@#$%*")
    if not letters or len(rest) > 4 or (rest and not value.rstrip("!@#$%*").endswith(rest)):
        return False
    long = [word for word in letters if len(word) >= 3]
    return sum(map(len, long)) >= 0.7 * sum(map(len, letters)) and all(_speakable(word) for word in long)


def _speakable(word: str) -> bool:
    """Vowels among the letters, and no long run of consonants."""
    run = longest = 0
    for char in word:
        run = 0 if char in _VOWELS else run + 1
        longest = max(longest, run)
    return longest <= 4 and longest < len(word)


def connection_password(value: str) -> str | None:
    """The secret of a `Key=value;Key=value` connection string."""
    if ";" not in value or "=" not in value:
        return None
    for member in value.split(";"):
        name, equals, secret = member.partition("=")
        if equals and name.strip().lower().replace(" ", "") in {"password", "pwd", "accountkey", "sharedaccesskey"}:
            return secret.strip()
    return None
