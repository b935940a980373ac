"""Takes a notebook apart, so that a cell that many versions share is looked at once."""

_BEGIN, _END, _LAST = "\n  {\n", "\n  },", "\n  }\n ]"  # as nbformat indents the cells; no other line looks like these
_HEAD = '{\n "cells": ['


def cells(text: str) -> list[str]:
    """Each cell as a notebook of its own, and the notebook without them; or the whole, where it is written in another way."""
    from json import loads

    head, *bodies = text.split(_BEGIN)
    last, found, rest = bodies.pop().rpartition(_LAST) if bodies else ("", "", "")
    if head != _HEAD or not found or not all(body.endswith(_END) for body in bodies):
        return [text]
    bodies = [*(body.removesuffix(_END) for body in bodies), last]
    pieces = [f"{_HEAD}{_BEGIN}{body}{_LAST}}}" for body in bodies]
    empty = f"{_HEAD}]{rest}"
    try:
        sound = loads(empty)["cells"] == [] and all(len(loads(piece)["cells"]) == 1 for piece in pieces)
    except (ValueError, LookupError, TypeError, RecursionError):
        return [text]
    return [*pieces, empty] if sound else [text]
