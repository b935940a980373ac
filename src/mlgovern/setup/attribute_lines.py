"""Our lines in an attributes file: at its top, so that whatever its owner wrote there comes later and wins."""

from mlgovern.facts.installed import FILTER

GLOBS = ("*.ipynb", "*.zpln")
HEADING = "# mlgovern: notebooks go into Git without what running them left behind"

_BOM = b"\xef\xbb\xbf"


def lines(*, diff: bool) -> list[str]:
    """The lines; `diff`: what Git shows of notebooks is ours as well."""
    end = f" diff={FILTER}" if diff else ""
    return [HEADING, *(f"{glob} filter={FILTER}{end}" for glob in GLOBS)]


_OURS = frozenset(line.encode() for diff in (True, False) for line in lines(diff=diff))


def added(text: bytes, *, diff: bool) -> bytes:
    """The file with our lines, once."""
    rest = removed(text)
    bom = _BOM if rest.startswith(_BOM) else b""
    end = b"\r\n" if b"\r\n" in rest else b"\n"
    return bom + b"".join(line.encode() + end for line in lines(diff=diff)) + rest.removeprefix(bom)


def removed(text: bytes) -> bytes:
    """The file without our lines, every other byte as it was."""
    bom = _BOM if text.startswith(_BOM) else b""
    kept = (line for line in text.removeprefix(bom).splitlines(keepends=True) if line.rstrip(b"\r\n") not in _OURS)
    return bom + b"".join(kept)
