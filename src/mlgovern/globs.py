"""Globs over whole paths, compiled so that no pattern takes more than polynomial time.

`*` matches no `/`, `**` as a component matches any number of them, `?` one character, `[abc]` and `[!abc]` a set,
`{a,b}` either. A trailing `/` means everything below. Letter case counts. What a wildcard may skip is skipped at the first chance
and never reconsidered (an atomic group): for globs that is exact, since a later wildcard can always take what an earlier one left.
"""

import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from mlgovern.rx import rx

MOST_BRACES = 256

_BRACES = rx(r"\{([^{}]*)\}")
_TOKEN = rx(r"\*+|\?|\[!?\]?[^\]/]*\]|[^*?\[]+|\[")


def expand(glob: str) -> list[str]:
    """The globs that the braces of one stand for; ValueError where they would be too many."""
    done: list[str] = []
    todo = [glob]
    while todo:
        if len(done) + len(todo) > MOST_BRACES:
            raise ValueError(f"more than {MOST_BRACES} alternatives")
        current = todo.pop()
        braces = _BRACES.search(current)
        if braces is None:
            done.append(current)
        else:
            head, tail = current[: braces.start()], current[braces.end() :]
            todo += [head + choice + tail for choice in reversed(braces[1].split(","))]
    return done


def _token(text: str) -> str:
    if text == "?":
        return "[^/]"
    if text.startswith("[") and text.endswith("]") and len(text) > 2 + (text[1] == "!"):
        return _set(text[1:-1])
    return re.escape(text)


def _set(body: str) -> str:
    """A bracket expression; a range upside down holds nothing."""
    negated, rest = body.startswith("!"), body.removeprefix("!")
    items = []
    while rest:
        single = len(rest) < 3 or rest[1] != "-"
        low, high = (rest[0], rest[0]) if single else (rest[0], rest[2])
        items += [f"{re.escape(low)}-{re.escape(high)}"] if low <= high else []
        rest = rest[1 if single else 3 :]
    if not items:
        return "[^/]" if negated else "(?!)"
    return f"(?!/)[{'^' if negated else ''}{''.join(items)}]"


def _component(text: str) -> str:
    """One path component: every run between wildcards is taken at its first place, the last at the end."""
    pieces: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        if token.startswith("*"):
            pieces.append([])
        else:
            pieces[-1].append(_token(token))
    runs = ["".join(piece) for piece in pieces]
    if len(runs) == 1:
        return runs[0]
    middle = "".join(f"(?>[^/]*?{run})" for run in runs[1:-1])
    return f"{runs[0]}{middle}[^/]*{runs[-1]}(?=/|\\Z)"


def translate(glob: str) -> str:
    """A regular expression for one glob without braces, to be used with fullmatch."""
    parts = (glob + "**" if glob.endswith("/") else glob).split("/")
    runs: list[list[str]] = [[]]
    for part in parts:
        if part == "**":
            runs.append([])
        else:
            runs[-1].append(_component(part))
    texts = ["/".join(run) for run in runs]
    if len(texts) == 1:
        return texts[0]
    head = f"{texts[0]}/" if texts[0] else ""
    middle = "".join(f"(?>(?:[^/]+/)*?{text}/)" for text in texts[1:-1] if text)
    tail = f"(?:[^/]+/)*{texts[-1]}\\Z" if texts[-1] else "(?s:.+)"
    return head + middle + tail


@lru_cache(maxsize=512)
def _compiled(globs: tuple[str, ...], nocase: bool) -> Callable[[str], object]:
    whole = [one for glob in globs for one in expand(glob)]
    names = [one[3:] for one in whole if _is_name(one)]  # about the last component alone: most globs are
    by_path = _any_of([one for one in whole if not _is_name(one)], nocase)
    if not names:
        return by_path
    of_names = _any_of(names, nocase)

    def by_name(path: str) -> object:
        return None if path[:1] == "/" or "//" in path else of_names(path.rpartition("/")[2])

    return by_name if len(names) == len(whole) else lambda path: by_name(path) or by_path(path)


def _is_name(glob: str) -> bool:
    return glob.startswith("**/") and "/" not in glob[3:] and glob[3:] not in ("", "**")


def _any_of(globs: list[str], nocase: bool) -> Callable[[str], object]:
    """Words, and endings such as `*.py`, need no regular expression: a commit waits for each that is compiled."""
    words = frozenset(() if nocase else (glob for glob in globs if _WILD.isdisjoint(glob) and not glob.endswith("/")))
    ends = () if nocase else tuple(glob[1:] for glob in globs if glob[:1] == "*" and _PLAIN.isdisjoint(glob[1:]))
    rest = [glob for glob in globs if glob not in words and not (ends and glob[:1] == "*" and glob[1:] in ends)]
    text = "|".join(f"(?:{translate(one)})" for one in rest)
    other = re.compile(text, re.DOTALL | (re.IGNORECASE if nocase else 0)).fullmatch if rest else _none
    if not (words or ends):
        return other
    return lambda path: path in words or (path.endswith(ends) and "/" not in path) or other(path) or None


_WILD = frozenset("*?[")
_PLAIN = frozenset("*?[/")


def _none(_path: str) -> None:
    return None


def matcher(globs: Iterable[str], *, nocase: bool = False) -> Callable[[str], object]:
    """A function that tells whether a path matches any of the globs; none match nothing."""
    wanted = tuple(globs)
    if not wanted:
        return lambda _path: None
    if "**" in wanted:
        return lambda path: path
    return _compiled(wanted, nocase)


def fragment(pattern: str) -> str:
    """A text that every path has that a pattern without braces, or a line of a `.gitignore`, matches; perhaps empty."""
    head, bracket, _ = pattern.partition("[")
    pieces = _SPLIT.split(f"{head}*{pattern.rpartition(']')[2]}" if bracket else pattern)
    return max((piece.strip("/") for piece in pieces), key=len)


def suspects(paths: Collection[str], fragments: Iterable[str], joined: str = "") -> Collection[str]:
    """The paths that have one of these texts in them: of many paths, most patterns match none, and that is seen at once.

    `joined` is a text of all of them, where there is one.
    """
    wanted = set(fragments)
    if "" in wanted:
        return paths
    text = joined or "\0".join(paths)
    there = [re.escape(one) for one in sorted(wanted) if one in text]
    if not there:
        return ()
    has = re.compile("|".join(there)).search
    return [path for path in paths if has(path)]


_SPLIT = rx(r"[*?\\]")
