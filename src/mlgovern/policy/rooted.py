"""A structure that is meant for some folders: `extends: [{pack: structures/kedro, roots: ["pipelines/*"]}]`.

What it asks for is added to what others ask for, each entry with the folders that it is about.
"""

from mlgovern.policy.document import Entry, Fields, Items, Mark, Node, Scalar, shown
from mlgovern.policy.settings import Reader

# The lists whose items may be about some folders, with what an item that is a single value says.
LISTS = {
    "required": "path",
    "any_of": "name",
    "required_or_ignored": "path",
    "must_ignore": "path",
    "content": "path",
    "forbidden": "paths",
    "naming": "under",
}


def rooted(body: Fields, roots: tuple[str, ...], mark: Mark, reader: Reader) -> Fields:
    """What a file says, as said of some folders alone; what cannot be said so goes to the reader."""
    for key in body.entries:
        if key != "rules":
            reader.problem(mark, f"{shown(key)} holds for the whole repository; with roots, extend a structure alone")
    rules = body.entries.get("rules")
    if rules is None or not isinstance(rules.value, Fields):
        return Fields({}, body.mark)
    entries = {
        rule: _with(said, _rule(rule, said.value, roots, mark, reader)) for rule, said in rules.value.entries.items()
    }
    return Fields({"rules": Entry(rules.keys, Fields(entries, rules.value.mark))}, body.mark)


def _rule(rule: str, said: Node, roots: tuple[str, ...], mark: Mark, reader: Reader) -> Node:
    settings = said.entries.get("settings") if isinstance(said, Fields) else None
    lists = settings.value if settings is not None else None
    if (
        not isinstance(said, Fields)
        or settings is None
        or not isinstance(lists, Fields)
        or LISTS.keys().isdisjoint(lists.entries)
    ):
        reader.problem(mark, f"{rule} holds for the whole repository; with roots, extend a structure alone")
        return said
    added = {key: _with(entry, _appended(key, entry.value, roots)) for key, entry in lists.entries.items()}
    return Fields({**said.entries, "settings": _with(settings, Fields(added, lists.mark))}, said.mark)


def _appended(key: str, value: Node, roots: tuple[str, ...]) -> Node:
    if isinstance(value, Fields) and [*value.entries] == ["$replace"]:  # what a structure asks of a whole repository
        value = value.entries["$replace"].value
    if not isinstance(value, Items):
        return value
    items = tuple(_item(item, LISTS[key], roots) for item in value.items) if key in LISTS else value.items
    return Fields({"$append": _entry("$append", Items(items, value.mark))}, value.mark)


def _item(item: Node, first: str, roots: tuple[str, ...]) -> Node:
    fields = item.entries if isinstance(item, Fields) else {first: _entry(first, item)}
    own = fields["roots"].value if "roots" in fields else None
    inner = [node.text for node in own.items if isinstance(node, Scalar)] if isinstance(own, Items) else []
    texts = [f"{root.rstrip('/')}/{below}" for root in roots for below in inner] or roots
    places = Items(tuple(Scalar(text, text, item.mark) for text in texts), item.mark)
    return Fields({**fields, "roots": _entry("roots", places)}, item.mark)


def _with(entry: Entry, value: Node) -> Entry:
    return Entry(entry.keys, value)


def _entry(key: str, value: Node) -> Entry:
    return Entry((Scalar(key, key, value.mark),), value)
