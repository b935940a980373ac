"""The plugins that a policy names: each with the rules that it brings, or why it cannot be used."""

from collections.abc import Collection, Mapping

from mlgovern.plugins.plugged import described, missing, namespace
from mlgovern.policy.document import Entry, Fields, Items, Mark, Node, Scalar, is_null, shown
from mlgovern.policy.merge import layers
from mlgovern.policy.settings import Reader
from mlgovern.rule import Rule

MOST = 20


def plugged(
    document: Node, trusted: Collection[str] | None, taken: Mapping[str, Mark], reader: Reader
) -> tuple[Node, tuple[Rule, ...]]:
    """The rules of the plugins that count, and the document without what it says of the others.

    With None every plugin counts that is named; else only those that are trusted. Of the others nothing is imported or looked up.
    """
    if not isinstance(document, Fields) or "plugins" not in document.entries:
        return document, ()
    named = _named(document.entries["plugins"].value, reader)
    usable: list[str] = []
    for text, node in named.items():
        counts = trusted is None or text in trusted
        wrong = missing(text) if counts else ""
        if counts and namespace(text) in map(namespace, usable):
            wrong = "it is named twice"
        if wrong:
            reader.problem(node.mark, f"plugin {shown(text)}: {wrong}")
        if counts and not wrong:
            usable.append(text)
        else:
            document = _without(document, namespace(text), taken)
    if reader.problems:  # nothing is started for a policy that is not sound
        for text in usable:
            document = _without(document, namespace(text), taken)
        return document, ()
    rules = tuple(rule for text in usable for rule in described(text))
    for name in (rule.id for rule in rules if rule.id in taken):
        reader.problem(taken[name], f"{shown(name)} is a rule of a plugin; a custom rule needs an id of its own")
    return document, tuple(rule for rule in rules if rule.id not in taken)


def absent(plugins: Collection[str], trusted: Collection[str]) -> frozenset[str]:
    """What the ids of those rules begin with that are not at hand, since nothing trusts their plugins."""
    return frozenset(namespace(text) for text in plugins if text not in trusted)


def _named(node: Node, reader: Reader) -> dict[str, Node]:
    """What stands in the end, each where it is named."""
    names = reader.value(tuple[str, ...], (), node, "'plugins'")
    marks = {
        item.text: item
        for part in layers(node)
        for items in (part.entries.values() if isinstance(part, Fields) else (Entry((), part),))
        for item in (items.value.items if isinstance(items.value, Items) else ())
        if isinstance(item, Scalar) and not is_null(item)
    }
    if len(names) > MOST:
        reader.problem(node.mark, f"a policy names at most {MOST} plugins")
    return {name: marks[name] for name in names[:MOST]}


def _without(document: Fields, family: str, taken: Collection[str]) -> Fields:
    """The document without what it says of the rules of a plugin that is not at hand; rules of files keep their names."""
    entry = document.entries.get("rules")
    if entry is None or not isinstance(entry.value, Fields):
        return document
    said = entry.value.entries.items()
    kept = {name: value for name, value in said if name in taken or name.partition("/")[0] != family}
    return Fields({**document.entries, "rules": Entry(entry.keys, Fields(kept, entry.value.mark))}, document.mark)
