"""What a lock says of the files to install: whether each has a hash, and where it comes from."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.compiled import Line
from mlgovern.rules.lockfiles.names import MANIFESTS, is_pylock
from mlgovern.rules.lockfiles.verdict import table, values_of
from mlgovern.rx import rx

_BLOCK = rx(r"^\[\[(?:package|packages)\]\]", re.MULTILINE)
_NAME = rx(r'^name = "([A-Za-z0-9._-]{1,200})"', re.MULTILINE)
_ELSEWHERE = {  # of a package that is no file of an index, or that its tool gives no hash
    "uv.lock": rx(r"^source = \{ (?!registry)", re.MULTILINE),
    "poetry.lock": rx(r'^type = "(?:git|directory|file|url)"', re.MULTILINE),
    "pdm.lock": rx(r"^(?:git|path|url) = ", re.MULTILINE),
}
_FILE = rx(r'(?<=[{ ])(?:url|file) = "')
_HASH = rx(r'(?<=[ ,])hash = "(?!md5|sha1:)')
_ADDRESS = rx(r"""([a-z][a-z0-9+.-]{1,20})://(?:([^\s/"'@]*)@)?([^\s/"'@:]*)""", re.IGNORECASE)
_SOURCE = rx(r"""\b(?:registry|url|git|index|file)"?[ \t]*[=:][ \t]*"(?=[a-z][a-z0-9+.-]{1,20}://)""", re.IGNORECASE)
_ABSOLUTE = rx(r"""\b(?:path|directory|editable|virtual|url|file) = "(?:/|[A-Za-z]:[\\/])""")
_LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1"}


class Flaw(NamedTuple):
    """Something about where a package comes from, and the line that says so."""

    what: str
    line: int


def unhashed(name: str, text: str) -> Iterator[Flaw]:
    """The packages of a lock with a file that has no hash, sha256 or stronger; poetry's and pdm's have files at all."""
    if is_pylock(name):
        from mlgovern.rules.lockfiles.pylock import unhashed as in_pylock

        yield from (Flaw(package, line) for package, line in in_pylock(text, values_of(text)))
    elsewhere = _ELSEWHERE.get(name)
    if elsewhere is None or (name == "poetry.lock" and "[metadata.files]" in text):  # format 1 keeps them together
        return
    starts = [found.start() for found in _BLOCK.finditer(text)]
    line, at = 1, 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=False):
        line, at = line + text.count("\n", at, start), start
        if elsewhere.search(text, start, end):
            continue
        files, hashes = (sum(1 for _ in each.finditer(text, start, end)) for each in (_FILE, _HASH))
        if files > hashes or not (files or name == "uv.lock"):
            package = _NAME.search(text, start, end)
            yield Flaw(package[1] if package else "a package", line)


def addresses(name: str, text: str, lines: Iterable[Line]) -> Iterator[Flaw]:
    """URLs that anybody on the way can answer, or that hold a credential; never more of one than its host.

    `lines` are those of requirements; a manifest has URLs of other things as well, so only its parts count that name sources.
    """
    if "://" not in text:
        return
    if name in MANIFESTS or is_pylock(name):
        found = (
            (url, found.end()) for found in _SOURCE.finditer(text) for url in (text[found.end() : found.end() + 1000],)
        )
        yield from _flaws((_ADDRESS.match(url), text.count("\n", 0, at) + 1) for url, at in found if _suspect(url))
    elif name in MANIFESTS.values():
        urls = dict.fromkeys(_urls(values_of(text)))
        yield from _flaws((_ADDRESS.search(url), text.count("\n", 0, max(text.find(url), 0)) + 1) for url in urls)
    else:
        yield from _flaws((found, line.number) for line in lines for found in _ADDRESS.finditer(line.text))


def _suspect(url: str) -> bool:
    return not url.startswith("https://") or "@" in url.partition('"')[0].split("/")[2]


def _flaws(found: Iterable[tuple[re.Match[str] | None, int]]) -> Iterator[Flaw]:
    for match, line in found:
        if match is not None:
            scheme, user, host = match[1].lower(), match[2] or "", match[3][:100].lower()
            if _is_credential(user, scheme):
                yield Flaw(f"credentials are in the URL of {host}", line)
            elif scheme.rpartition("+")[2] == "http" and host not in _LOCAL:
                yield Flaw(f"http:// is not encrypted: {host}", line)


def _urls(values: dict[str, Any]) -> Iterator[str]:
    """The URLs of indexes, sources and requirements in a manifest."""
    uv, poetry, pdm = (table(values, "tool", tool) for tool in ("uv", "poetry", "pdm"))
    project = table(values, "project")
    parts = [
        uv.get(key) for key in ("index", "index-url", "extra-index-url", "find-links", "sources", "dev-dependencies")
    ]
    parts += [poetry.get(key) for key in ("source", "dependencies", "group", "dev-dependencies")]
    parts += [pdm.get(key) for key in ("source", "dev-dependencies")]
    parts += [project.get(key) for key in ("dependencies", "optional-dependencies")]
    parts += [values.get(key) for key in ("dependency-groups", "source", "packages", "dev-packages")]
    while parts:
        part = parts.pop()
        if isinstance(part, str) and "://" in part:
            yield part
        elif isinstance(part, list | dict):
            parts += part.values() if isinstance(part, dict) else part


def _is_credential(user: str, scheme: str) -> bool:
    """A password or a token, neither a variable nor the user that SSH asks for."""
    word = user.partition(":")[2] or user
    secure_shell = scheme.rpartition("+")[2] in {"ssh", "git"} and ":" not in user
    return bool(word) and not secure_shell and not ("$" in word or word.startswith(("%", "{", "<")))


def absolute(text: str) -> Iterator[Flaw]:
    """Packages that a lock takes from a folder of one machine."""
    for found in _ABSOLUTE.finditer(text):
        yield Flaw("a package comes from an absolute path", text.count("\n", 0, found.start()) + 1)
