"""Finds passwords in URLs: in the userinfo, and in the query."""

import re
from collections.abc import Iterator
from functools import lru_cache

from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.placeholders import (
    default_of,
    is_default_password,
    is_example_phrase,
    is_placeholder,
    is_reference,
    is_url_example,
)
from mlgovern.rules.secrets.values import classes

_SCHEME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-")
_LONGEST_SCHEME = 40
_LONGEST_AUTHORITY = 1000
QUERY = r"""[?&](?:password|pwd|passwd|access_token|auth_token|api_key|apikey|token|secret|client_secret)=([^\s"'`<>&#\\]{8,400})"""


class UrlPassword(NamedTuple):
    """Where a password stands in a URL. `sure` is false for what a service comes with."""

    start: int
    end: int
    sure: bool = True


@lru_cache(maxsize=8)
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def find_url_passwords(text: str, *, code: bool = False) -> Iterator[UrlPassword]:
    """Every password in a URL. In `code`, whatever holds a field of a format string is no password."""
    position = text.find("://")
    at = text.find("@", position) if position >= 0 else -1
    while position >= 0 and at >= 0:
        if at - position <= _LONGEST_AUTHORITY:
            yield from _in_userinfo(text, position, code=code)
            position = text.find("://", position + 3)
        else:
            position = text.find("://", at - _LONGEST_AUTHORITY)
        at = text.find("@", position) if at < position else at
    yield from _in_query(text, code=code)


def _in_userinfo(text: str, colon: int, *, code: bool) -> Iterator[UrlPassword]:
    begin = colon
    while begin > max(0, colon - _LONGEST_SCHEME) and text[begin - 1] in _SCHEME:
        begin -= 1
    authority = _rx(r"""(?:\$\{[^}\s]{0,200}\}|[^\s"'`<>/?#\\]){0,600}+""").match(text, colon + 3)
    if authority is None or not any(map(str.isalpha, text[begin:colon])):
        return
    userinfo, at, host = authority[0].rpartition("@")
    cut = _userinfo_colon(userinfo)
    if not at or cut < 0 or (code and not host):
        return
    user, written = userinfo[:cut], userinfo[cut + 1 :]
    password = unquote(written)
    start = authority.start() + cut + 1
    if default_of(password) is not None:
        password = default_of(password) or ""
    if len(password) < 3 or _is_open(password, code=code) or is_url_example(user, password):
        return
    default = password == user or is_default_password(password) or is_example_phrase(password)
    if is_placeholder(password) and not (
        default and not code and password.lower() not in {"password", "secret", "test"}
    ):
        return
    if not (default and code):
        yield UrlPassword(start, start + len(written), sure=not default)


def _userinfo_colon(userinfo: str) -> int:
    """The first colon that is not within `${…}`."""
    found = _rx(r"(?:\$\{[^}]*\}|[^:])*+:").match(userinfo)
    return -1 if found is None else found.end() - 1


def _is_open(password: str, *, code: bool) -> bool:
    """Whether something else is to be put in there."""
    if is_reference(password) or password.startswith(("$", "%(", "%s", "{", "<", "...", "[", "***")):
        return True
    return code and bool(_rx(r"[{}<>()|,]|\$\w|%[sd(]|\.\.\.|[xX*]{3}").search(password))


def _in_query(text: str, *, code: bool) -> Iterator[UrlPassword]:
    if "://" not in text:
        return
    for found in _rx(QUERY).finditer(text):
        value = unquote(found[1])
        if (
            classes(value) >= 2
            and any(map(str.isdigit, value))
            and not is_placeholder(value)
            and not _is_open(value, code=code)
        ):
            yield UrlPassword(found.start(1), found.end(1))


def unquote(text: str) -> str:
    """Percent-decoded."""
    if "%" not in text:
        return text
    return _rx("(?:%[0-9A-Fa-f]{2})+").sub(
        lambda run: bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace"), text
    )
