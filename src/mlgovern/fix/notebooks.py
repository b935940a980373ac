"""Strip notebooks: nbstripout strips the value, and of the text only what that took away is changed."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from mlgovern.errors import UserError
from mlgovern.rules.notebooks.parse import Notebook, parse, subject
from mlgovern.rules.notebooks.spans import Span, children, skip_blank
from mlgovern.rules.notebooks.stripped import Settings, keeps, keeps_by_default, stripped_keys, unknown_keys, verdict

_GONE = object()
_Member = tuple[str, str, str]  # the blank before it, itself, the blank before the comma
_LONGEST_KEY = 40


def strip(data: bytes, settings: Settings, path: str = "") -> bytes:
    """The stripped notebook, every other byte as it was; the very same bytes if there is nothing to strip.

    `path`, as the repository has it, tells Zeppelin notebooks and those that may keep outputs.
    """
    for key in unknown_keys(settings):
        raise UserError(f"the key {key!r} of notebook-output starts neither with metadata. nor with cell.")
    found = verdict(data, settings, path)
    if found.word in ("broken", "not judged"):
        raise _left_alone(path, found.why)
    if not found.reasons:
        return data
    for reason in found.reasons:
        if reason.code == "keep_output":
            raise _left_alone(
                path, f"{subject(reason.cell)} has a tag that keeps its output, and metadata that says not to"
            )
    result = _once(data, settings, path)
    if verdict(result, settings, path).reasons:  # a key that is stripped may have kept outputs until now
        result = _once(result, settings, path)
    if verdict(result, settings, path).word != "stripped":  # pragma: no cover - would be a bug of ours
        raise RuntimeError("a notebook that was stripped is not stripped")
    return result


def _once(data: bytes, settings: Settings, path: str) -> bytes:
    text = data.decode()
    value = _stripped(_parsed(text, path), parse(data, zeppelin=path.endswith(".zpln")), settings, path)
    start, end = skip_blank(text, 0), len(text.rstrip())
    return (text[:start] + _rewritten(text, start, end, value) + text[end:]).encode()


def _left_alone(path: str, why: str) -> UserError:
    return UserError(f"{path or 'the notebook'} was left alone: {why}")


def _parsed(text: str, path: str) -> dict[str, Any]:
    import json

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise _left_alone(path, f"an object in it has the key {twice[:_LONGEST_KEY]!r} twice")
        return members

    value: dict[str, Any] = json.loads(text, object_pairs_hook=unique)
    return value


def _stripped(value: dict[str, Any], notebook: Notebook, settings: Settings, path: str) -> dict[str, Any]:
    """What nbstripout makes of a notebook; an output that it takes away leaves a gap, so that places still correspond."""
    from nbformat import from_dict
    from nbstripout._utils import strip_output, strip_zeppelin_output

    if notebook.holder == "paragraphs":
        stripped: dict[str, Any] = strip_zeppelin_output(value)
        return stripped
    node: Any = from_dict(value)  # type: ignore[no-untyped-call]  # nbformat's types are partial
    sheets = node["worksheets"] if notebook.holder == "worksheets" else [node]
    cells = [cell for sheet in sheets for cell in sheet["cells"]]
    default = keeps_by_default(notebook, settings, path)
    before = [_marked(cell, keep=keeps(cell, default, settings) is not False) for cell in cells]
    bare = "metadata" not in node
    node["metadata"] = node.get("metadata", {})
    numbered = settings.compat == "nbstripout"
    if numbered and (4, 5) <= notebook.version < (5, 0):
        for cell in cells:
            cell.setdefault("id", "")
    strip_output(
        nb=node,
        keep_output=False,
        keep_count=settings.keep_count,
        keep_id=not numbered,
        extra_keys=list(stripped_keys(settings, notebook.version[0])),
        max_size=settings.max_output_bytes,
    )
    for cell, was in zip(cells, before, strict=True):
        _unmark(cell, was)
    if bare:
        del node["metadata"]
    result: dict[str, Any] = node
    return result


def _marked(cell: Any, *, keep: bool) -> dict[str, Any]:
    """Tell nbstripout by `init_cell`, which it asks before anything else, what the policy decided; and what was there."""
    was = {
        "outputs": cell.get("outputs"),
        "bare": "metadata" not in cell,
        "init_cell": cell.get("metadata", {}).get("init_cell", _GONE),
    }
    cell["metadata"] = cell.get("metadata", {})  # assigned, an object becomes one that nbstripout can use
    cell["metadata"]["init_cell"] = keep
    return was


def _unmark(cell: Any, was: dict[str, Any]) -> None:
    if "outputs" in cell:
        kept = {id(output) for output in cell["outputs"]}
        cell["outputs"] = [output if id(output) in kept else _GONE for output in was["outputs"]]
    if was["bare"]:
        cell.pop("metadata", None)
    elif "init_cell" in cell.get("metadata", {}):
        if was["init_cell"] is _GONE:
            del cell["metadata"]["init_cell"]
        else:
            cell["metadata"]["init_cell"] = was["init_cell"]


def _rewritten(text: str, start: int, end: int, new: Any) -> str:
    """The text of a value, changed to another value where the two differ, and only there."""
    import json

    old = json.JSONDecoder().raw_decode(text, start)[0]
    if old == new:
        return text[start:end]
    keyed = isinstance(old, dict) and isinstance(new, dict)
    if not keyed and not (isinstance(old, list) and isinstance(new, list)):
        return json.dumps(new)
    spans, members, at = list(children(text, start)), [], start + 1
    for index, span in enumerate(spans):
        comma = skip_blank(text, span.end)
        value = new.get(span.key, _GONE) if keyed else new[index]
        if value is not _GONE:
            body = text[span.start : span.value] + _rewritten(text, span.value, span.end, value)
            members.append((text[at : span.start], body, text[span.end : comma]))
        at = comma + 1
    if keyed:
        members += _added(text, spans, members, {key: new[key] for key in new if key not in old})
    if not members:
        return text[start] + text[end - 1]
    head = text[start : spans[0].start] if spans else text[start]
    tail = text[spans[-1].end : end] if spans else text[end - 1]
    later = "".join(f"{blank},{lead}{body}" for (_, _, blank), (lead, body, _) in pairwise(members))
    return head + members[0][1] + later + tail


def _added(text: str, spans: list[Span], members: list[_Member], new: dict[str, Any]) -> Iterator[_Member]:
    """Members that an object did not have, set like its last."""
    import json

    lead, blank, colon = "", "", ": "
    if members:
        (lead, _, _), (_, _, blank), name = members[-1], members[0], text[spans[0].start : spans[0].value]
        colon = name[name.rindex('"') + 1 :]
    for key, value in new.items():
        yield lead, f"{json.dumps(key)}{colon}{json.dumps(value)}", blank
