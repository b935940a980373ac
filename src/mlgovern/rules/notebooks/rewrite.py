"""The text of a JSON value changed to another value where the two differ, and only there."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from mlgovern.rules.notebooks.spans import Span, children, skip_blank

GONE = object()  # stands in an array for an item that is taken away, so that places still correspond

_Member = tuple[str, str, str]  # the blank before it, itself, the blank before the comma


def rewritten(text: str, span: Span, new: Any) -> str:
    """The text of what stands in a span, its key included, as another value has it."""
    return text[span.start : span.value] + _value(text, span, new)


def _value(text: str, span: Span, new: Any) -> str:
    import json

    old, start, end = span.content, span.value, span.end
    if old is new or old == new:
        return text[start:end]
    keyed = isinstance(old, dict) and isinstance(new, dict)
    if not keyed and not (isinstance(old, list) and isinstance(new, list)):
        return "null" if new is None else json.dumps(new)
    if not keyed and all(item is GONE for item in new):
        return "[]"
    return text[start] + _members(text, span, new, keyed=keyed) + text[end - 1]


def _members(text: str, span: Span, new: Any, *, keyed: bool) -> str:
    """What stands between the brackets."""
    spans = span.members if span.members is not None else tuple(children(text, span.value))
    members, at = [], span.value + 1
    for index, member in enumerate(spans):
        comma = skip_blank(text, member.end)
        value = new.get(member.key, GONE) if keyed else new[index]
        if value is not GONE:
            members.append((text[at : member.start], rewritten(text, member, value), text[member.end : comma]))
        at = comma + 1
    if keyed:
        members += _added(text, spans, members, {key: new[key] for key in new if key not in span.content})
    if not members:
        return ""
    head = text[span.value + 1 : spans[0].start] if spans else ""
    tail = text[spans[-1].end : span.end - 1] if spans else ""
    later = "".join(f"{blank},{lead}{body}" for (_, _, blank), (lead, body, _) in pairwise(members))
    return head + members[0][1] + later + tail


def _added(text: str, spans: tuple[Span, ...], members: list[_Member], new: dict[str, Any]) -> Iterator[_Member]:
    """Members that an object did not have, set like its last."""
    import json

    lead, blank, colon = "", "", ": "
    if members:
        (lead, _, _), (_, _, blank), name = members[-1], members[0], text[spans[0].start : spans[0].value]
        colon = name[name.rindex('"') + 1 :]
    for key, value in new.items():
        yield lead, f"{json.dumps(key)}{colon}{json.dumps(value)}", blank
