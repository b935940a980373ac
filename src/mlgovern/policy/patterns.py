"""Whether a pattern or a glob of a policy can be used; if not, why, in one sentence with a hint."""

from mlgovern.globs import expand
from mlgovern.rx import ALL, ANY

MOST_LETTERS = 511  # the limit of the forges' own pattern fields
MOST_MEMORY = 1 << 20

_HINTS = (
    ("(?=", "lookahead is not in the RE2 dialect: match the text itself, or use two rules"),
    ("(?!", "lookahead is not in the RE2 dialect: match what is allowed, or use two rules"),
    ("(?<", "lookbehind is not in the RE2 dialect: match the text itself, or use two rules"),
    ("invalid perl operator: (?P", "back-references are not in the RE2 dialect: write the text out"),
    ("(?>", "atomic groups are not in the RE2 dialect, which never backtracks: write (?:…)"),
    ("invalid escape sequence: \\Z", r"\Z is not in the RE2 dialect: write \z"),
    (
        "bad repetition operator",
        "possessive and doubled repetition are not in the RE2 dialect: write one of * + ? {n,m}",
    ),
    ("invalid repetition size", "a repetition counts to 1000 at most, nested ones together"),
    ("pattern too large", "it needs too much memory: use smaller repetitions"),
)


def wrong_pattern(text: str, *, whole: bool = False) -> str:
    """What is wrong with a regular expression; empty if nothing is. `whole`: it is held against a whole text."""
    if len(text) > MOST_LETTERS:
        return f"{len(text)} characters; a pattern has at most {MOST_LETTERS}"
    if not {ALL.strip(), ANY.strip()}.isdisjoint(text):
        return "\u2227 and \u2228 stand between patterns of several policies here: write \\x{2227} or \\x{2228}"
    try:
        import re2
    except ImportError:
        from mlgovern.linear import unfit

        return unfit(text, whole=whole)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    try:
        re2.compile(text, options)
    except re2.error as error:
        return _explained(error.args[0].decode("utf-8", "replace"))
    return ""


def _explained(error: str) -> str:
    escape = error.removeprefix("invalid escape sequence: \\")
    if escape != error and (escape[:1] in {"k", "g"} or escape[:1].isdigit()):
        return "back-references are not in the RE2 dialect: write the text out"
    return next((hint for sign, hint in _HINTS if sign in error), error)


def wrong_glob(text: str) -> str:
    """What is wrong with a glob; empty if nothing is."""
    if not text:
        return "it is empty"
    if len(text) > MOST_LETTERS:
        return f"{len(text)} characters; a glob has at most {MOST_LETTERS}"
    try:
        expand(text)
    except ValueError as error:
        return str(error)
    return ""
