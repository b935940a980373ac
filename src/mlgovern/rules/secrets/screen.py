"""Tells of many versions of files in which there can be no secret, looking once at what they share.

It is as strict as `scan`, never laxer: in what it calls silent, `scan` finds nothing. The rest `scan` has to judge, and so
whatever is no text of lines that tell: environment files, binary ones, formats in which no word tells.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Protocol

from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.assignments import WHOLE, find_pairs
from mlgovern.rules.secrets.cells import cells
from mlgovern.rules.secrets.keyblocks import find_keys, key_store
from mlgovern.rules.secrets.languages import is_store, language_of, of_beginning
from mlgovern.rules.secrets.lines import HOLDS, KEY, LOOSE, Lines
from mlgovern.rules.secrets.marks import Subject
from mlgovern.rules.secrets.names import EnvFiles, env_class, is_lfs_pointer
from mlgovern.rules.secrets.own import Secrets
from mlgovern.rules.secrets.own_tokens import find_own
from mlgovern.rules.secrets.parts import Look, Part, Piece, added, begun, whole, widened
from mlgovern.rules.secrets.readers import LONGEST
from mlgovern.rules.secrets.scan import NEVER_CUT, STATE, decode, in_cells, says_nothing, weigh
from mlgovern.rules.secrets.services import CONTEXTS
from mlgovern.rules.secrets.tokens import find_loose
from mlgovern.rx import rx

_QUOTED = frozenset({"python", "literals"})  # languages in which values are quoted, or stand between semicolons
_OF_WORDS = frozenset({"shell", "prose"})  # languages in which a value may go on through many lines
_AS_IT_IS = Secrets()
_NOTHING = "", "", 0
# What is told of a file: nothing, that `find_marks` finds nothing in it, that `scan` does not.
LOUD, UNMARKED, SILENT = range(3)
_SHOUTED = rx(r"[A-Z][ \t]")
_NOTEBOOK, _BINARY = "notebook", "binary"
_FAR = 20_000  # characters: further away than that nothing makes a key or a token of what is none
_MOST_PIECES = 500_000
_LARGE = 4_000_000  # bytes; what is larger is not worth remembering


class Finder(Protocol):
    """What tells lines apart: `Lines`, or a faster engine in its place."""

    def learn(self, texts: Iterable[str]) -> None:
        """Get to know the lines of some texts."""

    def forget(self) -> bool:
        """Make room where there is none left; whether that was so."""

    def tells(self, line: str) -> bool:
        """Whether a known line tells of an assignment."""

    def quiet(self, lines: Sequence[str]) -> bool:
        """Whether none of some known lines tells."""

    def look(self, part: Part, ahead: int = 0) -> Look:
        """What a part tells whose lines are known; its pieces go so many characters further."""


class _Text(NamedTuple):
    """A file that is not for `scan` alone."""

    path: str
    language: str
    whole: str


class Screen:
    """What is known of the lines and pieces seen so far; never much more than a fixed amount."""

    def __init__(self, env_files: EnvFiles, finder: Finder | None = None, secrets: Secrets = _AS_IT_IS) -> None:
        self._env_files, self._secrets = env_files, secrets
        self._quick = finder is not None
        self._finder = finder or Lines()
        self._last = ""
        self._silent = _NOTHING  # name and language of the last text and what it tells, if that is silent
        self._open: dict[int, bool] = {}  # by the hash of the text of a piece, whether it may go on in what is ahead
        self._mute: dict[int, bool] = {}  # by the hash of a piece, whether nothing is assigned in it

    def told(self, files: Iterable[tuple[str, bytes]]) -> list[int]:
        """Of each file, by its path and content, what is known without a scan."""
        if self._finder.forget():
            self._last, self._silent = "", _NOTHING
        texts = [self._text(path, data) for path, data in files]
        parts = [self._part(text) for text in texts]
        self._finder.learn(part.text[part.start : part.end] for part in parts if part is not None)
        return [LOUD if text is None else self._said(text, part) for text, part in zip(texts, parts, strict=True)]

    def _text(self, path: str, data: bytes) -> _Text | None:
        name, language = path.rpartition("/")[2], language_of(path)
        by_name = is_store(path) or name.lower().endswith(STATE) or env_class(path, self._env_files) is not None
        if by_name or key_store(name, data) or language in WHOLE or is_lfs_pointer(data):
            return None
        if (len(data) > _LARGE and not self._quick) or (language == _NOTEBOOK and self._secrets.detectors):
            return None
        text = decode(data)
        if text is None:
            return _Text(path, _BINARY, data.decode("latin-1")) if self._quick else None
        if language == "settings":
            language = of_beginning(text)
        return _Text(path, "manifest" if language == "yaml" and "kind: Secret" in text else language, text)

    def _part(self, text: _Text | None) -> Part | None:
        """What a text adds to the one before; a notebook is looked at by cells."""
        if text is None or text.language == _NOTEBOOK:
            return None
        part, self._last = added(text.whole, self._last), text.whole
        return part

    def _said(self, text: _Text, part: Part | None) -> int:
        if part is None:
            mute = says_nothing(text.whole) or all(self._is_mute(_NOTEBOOK, Piece(cell)) for cell in cells(text.whole))
            return SILENT if mute else LOUD
        name = text.path.rpartition("/")[2]
        ahead = LONGEST if text.language in _OF_WORDS else 0
        *before, kinds = self._silent
        near = text.whole
        if before != [name, text.language] or len(text.whole) > NEVER_CUT:
            part, kinds = whole(text.whole), 0
        else:
            near = text.whole[max(part.start - _FAR, 0) : part.end + _FAR]
            part = widened(begun(part, ahead), self._finder.tells, self._finder.quiet)
        look = self._finder.look(part, ahead)
        kinds |= look.kinds
        if self._tells_nothing(text, near, kinds, look.pieces):
            self._silent = (name, text.language, kinds)
            return SILENT
        self._silent = _NOTHING
        return LOUD if kinds & (HOLDS | KEY | LOOSE) or self._secrets.detectors else UNMARKED

    def _tells_nothing(self, text: _Text, near: str, kinds: int, pieces: Sequence[Piece]) -> bool:
        """Whether there is nothing in a text; beyond what is near to what it adds, there was nothing before."""
        if kinds & HOLDS or sum(len(piece.text) for piece in pieces) > NEVER_CUT:
            return False
        if self._secrets.detectors and any(find_own(Subject(text.path, self._secrets), text.whole)):
            return False
        if (kinds & KEY and any(find_keys(near))) or (kinds & LOOSE and any(find_loose(near))):
            return False
        return text.language == _BINARY or all(self._is_mute(text.language, piece) for piece in pieces)

    def _is_mute(self, language: str, piece: Piece) -> bool:
        if len(self._mute) >= _MOST_PIECES:
            self._open.clear()
            self._mute.clear()
        own = hash(piece.text)
        if own not in self._open:
            self._open[own] = _goes_on(_decoded(piece.text))
        if not self._open[own]:
            piece = Piece(piece.text)
        key = hash((language, piece))
        if key not in self._mute:
            text, ahead = map(_decoded, piece)
            told = _tells_in_cells(text) if language == _NOTEBOOK else _assigns(language, text, ahead)
            self._mute[key] = not told
        return self._mute[key]


def _decoded(text: str | bytes) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "surrogatepass")


def _goes_on(text: str) -> bool:
    """Whether a word of a shell may go on behind a piece: it is quoted, and something is assigned before."""
    last = max(map(text.rfind, "\"'`"))
    return "=" in text[: max(last, 0)] or bool(_SHOUTED.search(text, 0, max(last, 0)))


def _assigns(language: str, text: str, ahead: str) -> bool:
    """Whether a piece may assign a credential, whatever stands around it."""
    if language in _QUOTED and not any(mark in text for mark in "\"'`;"):
        return False
    pairs = find_pairs(text + ahead, "block" if language == "prose" else language, "", len(text))
    return any(weigh(pair, _every_vendor()) is not None for pair in pairs)


def _tells_in_cells(text: str) -> bool:
    subject = Subject(_every_vendor().replace("/", " "), _AS_IT_IS)  # a name that speaks of every vendor
    return bool(in_cells(subject, text)) or subject.cut


@lru_cache(maxsize=1)
def _every_vendor() -> str:
    return " ".join(word for row in CONTEXTS for word in row.words)
