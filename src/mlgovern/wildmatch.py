"""The patterns of `.gitignore` and `.gitattributes` as regular expressions, byte for byte as git's wildmatch reads them.

What a wildcard may skip is skipped at the first chance and never reconsidered (an atomic group): that is exact, since a
later wildcard can always take what an earlier one left, and no pattern takes more than polynomial time.
"""

import re

from mlgovern.rx import rxb

FOLDER = b"\0"  # ends the path of a folder: no path contains it
_STOPS = frozenset(b"*?[\\")
_CLASSES = {
    b"alnum": b"0-9A-Za-z", b"alpha": b"A-Za-z", b"blank": b" \t", b"cntrl": b"\x01-\x1f\x7f", b"digit": b"0-9",
    b"graph": b"!-~", b"lower": b"a-z", b"print": b" -~", b"punct": b"!-/:-@\\[-`{-~", b"space": b" \t\n\r",
    b"upper": b"A-Z", b"xdigit": b"0-9A-Fa-f",
}  # fmt: skip  # git's own ctype: [:space:] has neither form feed nor vertical tab
_CLOSE, _COLON = b"]:"
_HEAD = rxb(rb"[*?\[\\]")
_TOKEN = rxb(rb"\*+|\\.|/|[^*?\[\\/]+|.", re.DOTALL)
_SKIP = rxb(rb"\\?/|\Z")


def literal(body: bytes) -> bytes | None:
    """The one text that a pattern without wildcards matches."""
    text = body.removeprefix(b"/")
    return None if not _STOPS.isdisjoint(text) else text


def regex(body: bytes, *, anchored: bool, folders: bool) -> bytes:
    """An expression for one pattern, without capturing groups, to be matched from the start of a path or its last name."""
    body = body.removeprefix(b"/")
    # git compares a path's literal head first and hands over only the rest: `a**/b` begins anew at `**`
    head = _HEAD.split(body, maxsplit=1)[0] if anchored else b""
    try:
        rest = _translated(body[len(head) :], paths=anchored)
    except ValueError:
        return b"(?!)"
    return re.escape(head) + rest + (FOLDER if folders else b"(?:%s)?" % FOLDER) + rb"\Z"


def _translated(body: bytes, *, paths: bool) -> bytes:
    """Stretches between `**/`; every stretch but the last is taken at the first folder where it fits."""
    stretches: list[list[bytes]] = [[]]
    skips: list[bytes] = []
    position = 0
    while found := _TOKEN.match(body, position):
        token, start, position = found[0], position, found.end()
        if token.startswith(b"**") and paths and (start == 0 or body[start - 1 : start] == b"/"):
            after = _SKIP.match(body, position)
            if after is not None:
                position = after.end()
                skips.append(after[0])
                stretches.append([])
                continue
        if token == b"[":
            piece, position = _set(body, position)
        else:
            piece = _piece(token)
        stretches[-1].append(piece)
    return _joined([_stretch(stretch) for stretch in stretches], skips)


def _joined(texts: list[bytes], skips: list[bytes]) -> bytes:
    if not skips:
        return texts[0]
    if not skips[-1]:  # a final `**` takes everything
        last = rb"[^\0]*"
        texts, skips = texts[:-1], skips[:-1]
    else:
        last = b""
    parts = [texts[0]]
    for number, (skip, text) in enumerate(zip(skips, texts[1:], strict=True), 1):
        once = rb"[^/\0]*/" if skip.startswith(b"\\") else b""  # `**\/` wants a folder, `**/` may do without
        lazily = rb"%s(?:[^/\0]*/)*?%s" % (once, text)
        final = number == len(skips) and not last
        parts.append(lazily if final else b"(?>%s)" % lazily)
    return b"".join([*parts, last])


def _piece(token: bytes) -> bytes:
    """A wildcard stays an empty piece, `/` itself; everything else becomes an expression for it."""
    if token.startswith(b"*"):
        return b""
    if token == b"?":
        return rb"[^/\0]"
    if token == b"\\":
        raise ValueError(token)  # git: a final backslash matches nothing
    return re.escape(token[1:] if token.startswith(b"\\") else token)


def _stretch(pieces: list[bytes]) -> bytes:
    """Components; within one, every run between stars is taken at its first place, the last at the end."""
    components: list[list[list[bytes]]] = [[[]]]
    for piece in pieces:
        if piece == b"/":
            components.append([[]])
        elif piece:
            components[-1][-1].append(piece)
        else:
            components[-1].append([])
    return b"/".join(_component([b"".join(run) for run in runs]) for runs in components)


def _component(runs: list[bytes]) -> bytes:
    if len(runs) == 1:
        return runs[0]
    middle = b"".join(rb"(?>[^/\0]*?%s)" % run for run in runs[1:-1])
    return runs[0] + middle + rb"[^/\0]*" + runs[-1] + rb"(?=[/\0]|\Z)"


def _set(body: bytes, position: int) -> tuple[bytes, int]:
    """A bracket expression behind its `[`, as git reads it, and where it ends; ValueError where git gives up."""
    negated = body[position : position + 1] in (b"!", b"^")
    position += negated
    first, previous = position, b""  # what a `-` may start from
    members = bytearray()
    while position == first or body[position] != _CLOSE:
        token, char, position = _member(body, position)
        if token == b"-" and previous and body[position : position + 1] != b"]":
            _, stop, position = _member(body, position, named=False)
            members += b"%s-%s" % (re.escape(previous), re.escape(stop)) if previous <= stop else b""
            previous = b""
        elif char:
            members += re.escape(char)
            previous = char
        else:
            members += _CLASSES[token]
            previous = b""
        if position >= len(body):
            raise ValueError(body)
    if negated:
        return rb"[^/\0%s]" % members, position + 1
    return rb"(?![/\0])[%s]" % members if members else b"(?!)", position + 1


def _member(body: bytes, position: int, *, named: bool = True) -> tuple[bytes, bytes, int]:
    """The next member of a set: its text, the byte it stands for (none: it is a class, by name), and where it ends."""
    char = body[position : position + 1]
    if char == b"\\":
        char = body[position + 1 : position + 2]
        token, position = b"\\" + char, position + 2
    else:
        token, position = char, position + 1
    if named and token == b"[" and body[position : position + 1] == b":":
        end = body.find(b"]", position + 1)
        name = body[position + 1 : end - 1]
        if end < 0 or (body[end - 1] == _COLON and end > position + 1 and name not in _CLASSES):
            raise ValueError(body)
        if body[end - 1] == _COLON and end > position + 1:
            return name, b"", end + 1
    if not char:
        raise ValueError(body)
    return token, char, position
