"""Weighs a key and its value: whether an assignment is a credential, and how sure that is."""

import re
from collections.abc import Iterator
from functools import lru_cache

from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.keys import BENIGN, STRONG, UNKNOWN, classify, has_head, is_login, is_password, words
from mlgovern.rules.secrets.placeholders import (
    UNREAL,
    default_of,
    is_default_password,
    is_documented,
    is_example_phrase,
    is_placeholder,
    is_reference,
    without_references,
)
from mlgovern.rules.secrets.tokens import vendor_token
from mlgovern.rules.secrets.values import (
    base64_text,
    classes,
    connection_password,
    entropy,
    is_look_alike,
    is_noise,
    is_padded,
    is_plain,
    is_random,
    is_salt,
    is_wordy,
)
from mlgovern.rx import rx

_JSON_IN_BASE64 = ("eyJ", "eyA", "ewo", "ew0K")
_FIELD = rx(r"\$?\{[^{}]{0,200}\}")  # of a format string: what is written out beside it
_SHORTEST_FORM = 8  # of a value that tells by its form alone


class Evidence(NamedTuple):
    """Why an assignment is held to be a credential; `name` says of which vendor, where that is known."""

    length: int
    sure: bool = True
    provider: str = ""
    name: str = ""
    member: str = ""  # the key within a JSON value


def judge_env(key: str, value: str, *, template: bool, context: str = "") -> Evidence | None:
    """An assignment of an environment file: the key's name is the evidence, however weak the password."""
    value, kind = _literal(value), classify(key)
    if not value or (kind != STRONG and len(value) < _SHORTEST_FORM) or is_reference(value):
        return None
    password = is_password(key)
    if is_login(key):
        value = _behind_separator(value)
    if kind == STRONG and _is_weak_example(key, value):
        return None if template else Evidence(len(value), sure=False)
    pin = password and value.isdigit() and len(set(value)) > 1
    if is_documented(value) or (is_placeholder(value, words(key)) and not (pin and not template)):
        return None
    found = _by_form(key, kind, value, context, template=template)
    if found is not None:
        return found
    if kind == STRONG and len(value) >= 4:
        if is_plain(value, pin=password) or (template and _is_example(value)):
            return None
        return Evidence(len(value))
    if kind not in {BENIGN, STRONG} and is_random(value) and not is_look_alike(value):
        return Evidence(len(value), sure=False)
    return None


@lru_cache(maxsize=1024)
def judge_literal(key: str, value: str, context: str = "") -> Evidence | None:
    """A literal in code or configuration, where names alone mislead: the value has to look like one as well."""
    value = _literal(value)
    kind = classify(key) if UNREAL.isdisjoint(words(key)) else BENIGN
    if not value or kind in {BENIGN, UNKNOWN} or len(value) < 8 or is_reference(value):
        connection = connection_password(value)
        return None if connection is None else judge_literal("password", connection)
    shown = (base64_text(value) if is_padded(value) else "") or value
    if is_documented(value) or is_placeholder(shown, words(key)) or is_example_phrase(shown):
        return None
    found = _by_form(key, kind, value, context, template=False)
    if found is not None:
        return found
    if kind != STRONG:
        random = is_salt(value) or (is_random(value) and not is_look_alike(value))
        return Evidence(len(value), sure=False) if random else None
    if is_wordy(value) and not is_password(key) and not set(words(key)).isdisjoint(words(value)):
        return None  # a name of the same thing: ACCESS_KEY = "AccessKeyId"
    if is_plain(value, pin=False) or not _is_literal_secret(value, password=is_password(key)):
        return None
    return Evidence(len(value))


def _literal(value: str) -> str:
    """What is written out: the default of a reference, or the value if more than references is in it."""
    value = value.strip()
    for _ in range(3):  # a default may be a reference with a default
        default = default_of(value)
        if default is None:
            break
        value = default.strip("\"'")
    if is_reference(value):
        return value
    rest = without_references(value)
    return value if rest == value else rest.strip("-_.:/ ")


def _is_weak_example(key: str, value: str) -> bool:
    """What a service comes with, or what examples say."""
    return is_example_phrase(value) or ((has_head(key) or is_login(key)) and is_default_password(value))


def _behind_separator(value: str) -> str:
    user, separator, password = value.partition("/" if "/" in value else ":")
    return password if separator and user and password else value


def _by_form(key: str, kind: str, value: str, context: str, *, template: bool) -> Evidence | None:
    if kind not in {BENIGN, UNKNOWN}:
        vendor = vendor_token(value, f"{context} {key}".lower().replace("-", "_"))
        if vendor is not None:
            return Evidence(len(value), provider=vendor[0], name=vendor[1])
    for member, text in _members(value):
        found = judge_env(member, text, template=template)
        if found is not None:
            return found._replace(member=member)
    connection = connection_password(value)
    return None if connection is None else judge_env("password", connection, template=template)


def _members(value: str) -> Iterator[tuple[str, str]]:
    """The members of JSON that are text, at any depth; it may be written as base64."""
    if value.startswith(_JSON_IN_BASE64):
        value = base64_text(value.replace("\n", ""), multiline=True)
    if value[:1] + value[-1:] not in {"{}", "[]"}:
        return
    from json import loads

    try:
        todo = [("", loads(value))]
    except (ValueError, RecursionError):
        return
    while todo:
        name, node = todo.pop()
        if isinstance(node, dict):
            todo += node.items()
        elif isinstance(node, list):
            todo += [(name, item) for item in node]
        elif isinstance(node, str):
            yield name, node


def _is_example(value: str) -> bool:
    """What a template may show: short, of one kind of characters, or made of words."""
    return len(value) < 8 or classes(value) < 2 or is_wordy(value)


@lru_cache(maxsize=2)
def _no_value() -> re.Pattern[str]:
    """Prose, formats, markup, selectors, patterns, calls, dotted names and the identifiers of programs."""
    return re.compile(
        r".*\s.*|.*[<>{}()\[\]|^\\].*|[a-z]*://.*|arn:.*|[#.][A-Za-z_][\w-]*|[A-Za-z_]\w*(?:(?:::|[.:/])[A-Za-z_]\w*)+|.*%[sd(].*|.*\.\.\..*|.*[:=,;]"
        r"|[A-Z][A-Z_]*(?:_[A-Z0-9]+)+|[a-z]+[0-9]?(?:[_-][a-z]+[0-9]?)+|--?[a-z][a-z-]*|[a-z]+(?:[A-Z][a-z]+)+|@[\w/.-]+|\$.*",
        re.DOTALL,
    )


def _is_literal_secret(value: str, *, password: bool) -> bool:
    if len(value) > 1000:
        return False
    if (
        is_padded(value)
        or is_noise(value)
        or is_salt(value)
        or (_FIELD.search(value) and any(map(is_random, _FIELD.split(value))))
    ):
        return True
    if _no_value().fullmatch(value):
        return False
    if value.isalpha() and (value.islower() or value.isupper() or value.istitle()):
        return password and entropy(value) >= 2.8
    return classes(value) >= 2 or entropy(value) >= 2.8
