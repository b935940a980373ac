"""What a single value of a policy means: the core schema of YAML 1.2, where `no`, `off` and `12:30:45` are text."""

import re

Value = None | bool | int | float | str

MOST_NUMBER = 2**63 - 1

_NULL = re.compile(r"(?:null|Null|NULL|~)?")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NON_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_BEGINNINGS = frozenset("~nNtTfF+-.0123456789")  # of what is not text
_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {"null": _NULL, "bool": _BOOL, "int": _INT, "float": _FLOAT}


def resolved(text: str, tag: str | None, *, plain: bool) -> tuple[Value, str]:
    """The value of a scalar, and what is wrong with it, if anything. `tag` is without the prefix of YAML's own tags."""
    if not text.isascii() and _SURROGATE.search(text):
        return "", "half of a surrogate pair is no character"
    if tag is None:
        return _by_form(text) if plain else (text, "")
    if tag in {"!", "str"}:
        return text, ""
    if tag not in _KINDS:
        name = repr(tag if tag.startswith(("!", "tag:")) else f"!!{tag}"[:60])
        return text, f"the tag {name} is not allowed here; a policy is plain data"
    form = _KINDS[tag].fullmatch(text) or (tag == "float" and _NON_FINITE.fullmatch(text))
    return _by_form(text) if form else (text, f"not what its tag !!{tag} says: {text[:60]!r}")


def _by_form(text: str) -> tuple[Value, str]:
    if text and text[0] not in _BEGINNINGS:
        return text, ""
    if _NULL.fullmatch(text):
        return None, ""
    if _BOOL.fullmatch(text):
        return text[0] in "tT", ""
    if _INT.fullmatch(text):
        return _whole(text)
    if _NON_FINITE.fullmatch(text):
        return 0, f"not a finite number: {text!r}"
    if _FLOAT.fullmatch(text):
        number = float(text)
        return (number, "") if abs(number) != float("inf") else (0, f"not a finite number: {text[:60]!r}")
    return text, ""


def _whole(text: str) -> tuple[Value, str]:
    # int() is quadratic and refuses more than 4300 digits, so the length is looked at first
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    number = int(text, base) if len(text) <= 64 else MOST_NUMBER + 1
    return (number, "") if abs(number) <= MOST_NUMBER else (0, f"the number is too large: {text[:24]}")
