"""Text of cells that tells about the machine it was run on: tracebacks, home directories, drives."""

from collections.abc import Iterator
from typing import Any

from mlgovern.fields import Allowed, Stricter
from mlgovern.record import NamedTuple
from mlgovern.rules.notebooks.definition import Settings, keeps, keeps_by_default
from mlgovern.rules.notebooks.parse import Notebook
from mlgovern.rx import rx

_ANSI = rx(r"\x1b\[[0-9;?]{0,64}[@-~]|\x1b\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)")

# A server called home, a folder in a project or a URL's /Users/ is no home directory: hence what must not stand before.
_HOME = rx(
    r"(?:(?<![\w.~/\\-])|(?<=file://))/(?:home|Users)/([\w.-]{1,64})/"
    r"|(?<![\w])[A-Za-z]:(?:\\{1,4}|/)[Uu]sers(?:\\{1,4}|/)([\w. -]{1,64})[\\/]"
)
# A drive, WSL's view of one, a stick. Behind one backslash, n, r and t are more often an escape than a folder.
_SEPARATOR = r"(?:\\\\|/|\\(?![nrt]))"
_DRIVE = rx(
    rf"(?<![\w.~/\\-])(?:[A-Za-z]:{_SEPARATOR}(?!(?i:windows|program|programdata|users)\b)[\w.-]{{2,64}}{_SEPARATOR}[\w.-]"
    r"|/mnt/[a-z]/[\w.-]"
    r"|/media/[\w.-]{1,64}/[\w.-])"
)
_DRIVE_MARKS = (":\\", ":/", "/mnt/", "/media/")  # every such path has one of them
_TRACEBACK = "Traceback (most recent call last)"
_ERRORS = ("error", "pyerr")
_TEXT_KEYS = ("text", "html", "latex", "json", "javascript", "evalue", "traceback")


class Leaks(NamedTuple):
    """What the text of cells may not show; the exempt are names of directories under /home and its like."""

    tracebacks: Stricter = True
    homes: Stricter = True
    drives: Stricter = True
    exempt: Allowed[str] = ("runner", "jovyan", "vscode", "codespace", "Shared", "Public")


class Leak(NamedTuple):
    """What one cell shows, in words, apart for its output and its source."""

    cell: int
    output: tuple[str, ...]
    source: tuple[str, ...]
    kept: bool  # its outputs stay when it is stripped


def leaks(notebook: Notebook, settings: Leaks) -> Iterator[Leak]:
    """The cells that show something."""
    usual = Settings()
    default = keeps_by_default(notebook, usual)
    for index, cell in notebook.cells:
        outputs = [one for one in _list(cell.get("outputs")) if isinstance(one, dict)]
        fails = any(one.get("output_type") in _ERRORS for one in outputs)
        output = _shown([text for one in outputs for text in _texts_of(one)], settings, fails=fails)
        source = _shown([_plain(cell.get("source", cell.get("input")))], settings)
        if output or source:
            yield Leak(index, output, source, keeps(cell, default, usual) is not False)


def _shown(texts: list[str], settings: Leaks, *, fails: bool = False) -> tuple[str, ...]:
    words = []
    if settings.tracebacks and (fails or any(_TRACEBACK in text for text in texts)):
        words.append("a traceback")
    if settings.homes and any(has_home(text, settings.exempt) for text in texts):
        words.append("the path of a home directory")
    if settings.drives and any(has_drive(text) for text in texts):
        words.append("a path on a drive")
    return tuple(words)


def has_home(text: str, exempt: tuple[str, ...]) -> bool:
    """Whether a text holds a path below somebody's home directory, those of the exempt names aside."""
    if "/home/" not in text and "sers" not in text:
        return False
    return any((found[1] or found[2]) not in exempt for found in _HOME.finditer(text))


def has_drive(text: str) -> bool:
    """Whether a text holds a path on a drive that other machines do not have."""
    return any(mark in text for mark in _DRIVE_MARKS) and _DRIVE.search(text) is not None


def _texts_of(output: dict[str, Any]) -> Iterator[str]:
    for key in _TEXT_KEYS:
        yield _plain(output.get(key))
    data = output.get("data")
    for mime, value in data.items() if isinstance(data, dict) else ():
        if mime.startswith("text/") or "json" in mime or "javascript" in mime:  # anything else is base64, or a drawing
            yield _plain(value)


def _plain(value: Any) -> str:
    text = "\n".join(_strings(value))
    return _ANSI.sub("", text) if "\x1b" in text else text


def _strings(value: Any) -> Iterator[str]:
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            todo += reversed(one)
        elif isinstance(one, dict):
            todo += reversed(one.values())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
