"""Typed values as a policy would write them, and as plain data."""

from collections.abc import Mapping
from json import dumps
from typing import Any

from mlgovern.finding import Severity
from mlgovern.reporters.plain import words

WIDEST = 48  # characters of a value in a table or a message


def written(value: Any) -> str:
    """On one line; of a record only what it says."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Severity):
        return value.word
    if hasattr(value, "_asdict"):
        inner = ", ".join(
            f"{key}: {written(item)}" for key, item in value._asdict().items() if item not in ("", (), False)
        )
        return f"{{{inner}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {written(item)}' for key, item in value.items())}}}"
    text = str(value)
    return dumps(text, ensure_ascii=False) if "\n" in text or not text else text


def plain(value: Any) -> Any:
    """For JSON: words for severities, lists, mappings."""
    if isinstance(value, Severity):
        return value.word
    if hasattr(value, "_asdict"):
        return {key.removesuffix("_"): plain(item) for key, item in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def change(before: Any, after: Any) -> str:
    """What became of a value; of a list only what came and went, where that is less."""
    if isinstance(before, tuple) and isinstance(after, tuple) and not hasattr(after, "_fields"):
        added = [f"+ {written(item)}" for item in after if item not in before]
        gone = [f"- {written(item)}" for item in before if item not in after]
        if len(added) + len(gone) < max(len(after), 1) or not after:
            return ", ".join(gone + added) or "another order"
    return written(after)


def brief(value: Any) -> str:
    """A value, or what is said of one, short and on one line that no terminal obeys."""
    text = words(value if isinstance(value, str) and value else written(value))
    if len(text) <= WIDEST:
        return text
    return f"{len(value)}: {text[1 : WIDEST - 5]}…" if isinstance(value, tuple) else f"{text[: WIDEST - 1]}…"
