"""The text that git will store, from the file that git hands to the commit-msg hook before its own cleanup."""

from contextlib import suppress

CUT = b" ------------------------ >8 ------------------------\n"
AUTO = b"#;@!$%^&|:"  # what git tries, in this order, under core.commentChar=auto
MOST_BYTES = 1_000_000  # of a message that are looked at
_LATIN = {0xDC00 + byte: byte for byte in range(0x80, 0x100)}  # surrogates, as Python keeps such bytes
BLANKS = b" \t\r\n"  # git's isspace: neither form feed nor vertical tab


def stored(raw: bytes, *, editor: bool, cleanup: str = "default", comment: str = "#", encoding: str = "") -> str:
    """Repeat git's cleanup, and what git makes of bytes that are no text in i18n.commitEncoding, given as `encoding`.

    `editor` tells whether git launched one; `cleanup` is commit.cleanup; `comment` is core.commentString or
    core.commentChar, possibly `auto`.
    """
    mode = cleanup if cleanup in {"strip", "whitespace", "scissors", "verbatim"} else "default"
    if mode == "default":
        mode = "strip" if editor else "whitespace"
    prefix = _prefix(raw, comment, editor=editor)
    if editor:
        raw = _above_scissors(raw, prefix, always=mode in {"strip", "scissors"})
    if mode != "verbatim":
        raw = _stripspace(raw, prefix if mode == "strip" else None)
    return decoded(raw, encoding)


def decoded(raw: bytes, encoding: str = "") -> str:
    """Git stores what is not UTF-8 as Latin-1, byte by byte, unless another encoding is set; then nobody knows."""
    text = raw.decode("utf-8", "surrogateescape")
    if text.isascii() or _is_utf8(raw):
        return text
    if encoding.lower() in {"", "utf-8", "utf8"}:
        return text.translate(_LATIN)
    with suppress(UnicodeDecodeError, LookupError):
        return raw.decode(encoding)
    return text


def ends_early(raw: bytes, *, editor: bool, cleanup: str = "default", comment: str = "#") -> bool:
    """Whether git stores nothing of what follows these bytes: the scissors line is among them."""
    prefix = _prefix(raw, comment, editor=editor)
    always = cleanup not in {"whitespace", "verbatim"}
    return editor and len(_above_scissors(raw, prefix, always=always)) < len(raw)


def needs_config(raw: bytes) -> bool:
    """Whether git's configuration has a say: a line could be a comment, since it starts with no letter or digit, or
    the text is not UTF-8.
    """
    lines = raw.decode("utf-8", "replace").split("\n")
    return any(not line[0].isalnum() for line in lines if line.strip()) or not _is_utf8(raw)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _prefix(raw: bytes, comment: str, *, editor: bool) -> bytes:
    if comment != "auto":
        return comment.encode("utf-8", "surrogateescape") or b"#"
    cuts = [place for char in AUTO if (place := _scissors(raw, bytes((char,)))) >= 0]
    last = (raw[: min(cuts)] if cuts else raw).rstrip(BLANKS).rpartition(b"\n")[2][:1]
    if cuts and (not last or last not in AUTO):  # no comment above the scissors: their own line tells
        last = raw[min(cuts) :][:1]
    return last if editor and last and last in AUTO else b"#"


def _scissors(raw: bytes, prefix: bytes) -> int:
    line = prefix + CUT
    if raw.startswith(line):
        return 0
    place = raw.find(b"\n" + line)
    return place + 1 if place >= 0 else -1


def _above_scissors(raw: bytes, prefix: bytes, *, always: bool) -> bytes:
    """Cut where `commit -v` or the scissors mode would; the hook is not told of `-v`, but its diff shows."""
    place = _scissors(raw, prefix)
    return raw[:place] if place >= 0 and (always or b"\ndiff --" in raw[place:]) else raw


def _stripspace(raw: bytes, prefix: bytes | None) -> bytes:
    kept: list[bytes] = []
    gap = False
    for line in raw.split(b"\n"):  # LF alone ends a line
        if prefix is not None and line.startswith(prefix):
            continue
        line = line.rstrip(BLANKS)  # noqa: PLW2901 - git judges the comment first, then the blanks
        if not line:
            gap = bool(kept)
            continue
        kept += (b"", line) if gap else (line,)
        gap = False
    return b"\n".join(kept) + b"\n" if kept else b""
