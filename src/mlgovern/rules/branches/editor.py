"""The strategy's names as one regular expression for an editor's new-branch box."""

import re

from mlgovern.globs import expand
from mlgovern.rules.branches.names import escaped, pattern_of, spared_globs
from mlgovern.rules.branches.strategy import Strategy
from mlgovern.rx import ALL, rx

_TOKEN = rx(r"\*+|\?|\[!?[^\]/]+\]|[^*?\[]+|\[")
_IN_SET = rx(r"([\\^\[])")
_RANGE = rx("(.)-(.)")

# What JavaScript and RE2 read alike: plain characters, common escapes, groups without flags or looking around, sets.
_PORTABLE = rx(
    r"(?:[^\\(\[]|\\[dDwWbB.^$*+?()|{}\[\]/\\-]|\((?:\?:)?(?!\?)|\[\^?(?:[^\]\[\\]|\\[dDwW.^$*+?()|{}\[\]/\\-])+\])*+"
)


def editor_pattern(strategy: Strategy) -> str:
    """For `git.branchValidationRegex`: the names in which the name rules find nothing, length aside.

    Empty, which is no validation, where any name will do or a policy's own pattern says what JavaScript cannot.
    """
    if (
        ALL in strategy.pattern
        or not _PORTABLE.fullmatch(strategy.pattern)
        or (strategy.grammar == "any" and not strategy.pattern)
    ):
        return ""
    globs = (regex_of(one) for glob in spared_globs(strategy) for one in expand(glob))
    return f"^(?:{'|'.join(dict.fromkeys((pattern_of(strategy), *globs)))})$"


def regex_of(glob: str) -> str:
    *folders, last = (glob + "**" if glob.endswith("/") else glob).split("/")
    above = "".join("(?:[^/]+/)*" if folder == "**" else f"{_component(folder)}/" for folder in folders)
    return above + (".+" if last == "**" else _component(last))


def _component(text: str) -> str:
    return "".join(_token(token) for token in _TOKEN.findall(text))


def _token(text: str) -> str:
    if text.startswith("*"):
        return "[^/]*"
    if text == "?":
        return "[^/]"
    if not (text.startswith("[") and len(text) > 1):
        return escaped(text)
    inside = _IN_SET.sub(r"\\\1", text[1:-1].removeprefix("!"))
    return f"[^{inside}/]" if text.startswith("[!") else f"[{_RANGE.sub(_without_slash, inside)}]"


def _without_slash(ends: re.Match[str]) -> str:
    return f"{ends[1]}-.0-{ends[2]}" if ends[1] < "/" < ends[2] else ends[0]
