"""Which files a compose file hands to a service as its environment, whatever they are called."""

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from mlgovern.rx import rx

_MOST = 200  # lines of one list

_KEY = rx(r"(?m)^([ \t]*+)(?:-[ \t]++)?env_file[ \t]*+:[ \t]*+([^\r\n]*+)")
_COMMENT = rx(r"(?:^|[ \t])#.*")


def is_compose(path: str) -> bool:
    """Whether a file is one by its name."""
    return path.endswith((".yml", ".yaml")) and "compose" in path[path.rfind("/") + 1 :]


def env_files_of(path: str, data: bytes) -> Iterator[str]:
    """The paths below `env_file:`, as Git has them; none that a variable is part of."""
    if b"env_file" not in data or not is_compose(path):
        return
    folder, text = dirname(path), data.decode("utf-8", "replace")
    for key in _KEY.finditer(text):
        written = _listed(text, key.end(), len(key[1])) if _plain(key[2]) == "" else _inline(key[2])
        for name in written:
            whole = normpath(join(folder, name))
            if name and "$" not in name and not whole.startswith(("..", "/")):
                yield whole


def _inline(text: str) -> list[str]:
    """One name, or a list in brackets."""
    return [_plain(part) for part in text.split("#", maxsplit=1)[0].strip().strip("[]").split(",")]


def _listed(text: str, begin: int, indent: int) -> Iterator[str]:
    """The items of a list on the lines that follow: names, or mappings with a `path`."""
    for line in text[begin:].splitlines()[1 : _MOST + 1]:
        bare = line.lstrip(" \t")
        if not bare or bare.startswith("#"):
            continue
        deep = len(line) - len(bare)
        if deep < indent or (deep == indent and not bare.startswith("-")):
            return
        item = bare.removeprefix("-").strip()
        key, colon, value = item.partition(":")
        if colon and key.strip() == "path":
            yield _plain(value)
        elif not colon:
            yield _plain(item)


def _plain(text: str) -> str:
    return _COMMENT.sub("", text).strip().strip("\"'")
