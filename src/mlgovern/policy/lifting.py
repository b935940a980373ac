"""Custom rules among all the others: how one file that brings some is read before it is laid over its parents."""

import re
from collections.abc import Mapping

from mlgovern.custom.definition import FAMILY, JOINTS, When
from mlgovern.policy.document import Entry, Fields, Items, Mark, Node, Scalar, is_null, shown
from mlgovern.policy.merge import is_revision
from mlgovern.policy.settings import Reader, described
from mlgovern.rules import FAMILIES

_NAME = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
NAMESPACED = f"{_NAME}/{_NAME}"
ID = f"{_NAME}(/{_NAME})?"


def lifted(document: Fields, reader: Reader) -> tuple[Fields, Mapping[str, Mark]]:
    """A file in which its custom rules stand among the rules; their names and where they are defined."""
    custom = document.entries["custom"].value
    entries = {key: entry for key, entry in document.entries.items() if key != "custom"}
    if is_null(custom):
        return Fields(entries, document.mark), {}
    if not isinstance(custom, Fields) or is_revision(custom):
        reader.problem(custom.mark, f"'custom' must be a mapping of rules by their ids, got {described(custom)}")
        return Fields(entries, document.mark), {}
    rules = entries.get("rules", Entry((), Fields({}, custom.mark)))
    if is_null(rules.value):
        rules = rules._replace(value=Fields({}, custom.mark))
    if not isinstance(rules.value, Fields):
        return Fields(entries, document.mark), {}  # which is refused where rules are read
    known = dict(rules.value.entries)
    found = {}
    for name, entry in custom.entries.items():
        mark = entry.keys[0].mark
        if not re.fullmatch(ID, name) or name in (*FAMILIES, FAMILY):
            reader.problem(mark, f"{shown(name)} is no id: small letters, digits and hyphens, such as acme/raw-data")
            continue
        if name in known:
            reader.problem(
                known[name].keys[0].mark, f"{shown(name)} stands under 'custom' as well; say all of it there"
            )
        if not is_null(entry.value):
            known[name], found[name] = Entry(entry.keys, _body(entry.value, reader)), mark
    entries["rules"] = rules._replace(value=Fields(known, rules.value.mark))
    return Fields(entries, document.mark), found


def _body(node: Node, reader: Reader) -> Node:
    """What is said of one rule: a joint as a kind with parts, a list of names as those that alone are meant."""
    if not isinstance(node, Fields):
        return node
    entries = dict(node.entries)
    if "conditions" in entries:
        mark = entries.pop("conditions").keys[0].mark
        reader.problem(mark, f"unknown key 'conditions'; they stand under one of {', '.join(JOINTS)}")
    kinds = [key for key in ("kind", *JOINTS) if key in entries and not is_null(entries[key].value)]
    if len(kinds) > 1:
        reader.problem(
            entries[kinds[1]].keys[0].mark, f"say one of kind, {', '.join(JOINTS)}, not {' and '.join(kinds)}"
        )
    for joint in JOINTS:
        entry = entries.pop(joint, None)
        if entry is not None and kinds[:1] == [joint]:
            key = entry.keys[0]
            entries["kind"] = Entry((key,), Scalar(joint, joint, key.mark))
            entries["conditions"] = entry
    if "when" in entries and isinstance(entries["when"].value, Fields):
        when = entries["when"]
        inner = {key: _selection(key, entry, reader) for key, entry in when.value.entries.items()}  # type: ignore[union-attr]  # looked at above
        entries["when"] = when._replace(value=Fields(inner, when.value.mark))
    return Fields(entries, node.mark)


def _selection(key: str, entry: Entry, reader: Reader) -> Entry:
    value = entry.value
    if key in When._fields and isinstance(value, Scalar) and not is_null(value):
        write = f" (write [{value.text}])" if isinstance(value.value, str) and value.text.isalnum() else ""
        reader.problem(
            value.mark, f"{shown(key)} must be a list of globs, or {{not: [...]}}, got {described(value)}{write}"
        )
        return entry._replace(value=Scalar(None, "", value.mark))
    if key in When._fields and (isinstance(value, Items) or is_revision(value)):
        return entry._replace(value=Fields({"only": entry}, value.mark))
    return entry
