"""Rules that a policy brings: from `custom` in its files to rules like any other, and back from the cache."""

import re
from collections.abc import Iterator
from typing import Any

from mlgovern.custom.definition import FAMILY, JOINTS, Condition, Definition, When
from mlgovern.custom.judging import condition_of, in_quotes, kinds_of, rule_of, subjects_of, wrong_text
from mlgovern.custom.kinds import KINDS, kind_of
from mlgovern.custom.subjects import SUBJECTS
from mlgovern.globs import matcher
from mlgovern.policy.document import Entry, Fields, Items, Mark, Node, Scalar, is_null, shown
from mlgovern.policy.merge import layers
from mlgovern.policy.model import Outline
from mlgovern.policy.patterns import wrong_pattern
from mlgovern.policy.settings import Reader, described
from mlgovern.policy.sources import Gathered
from mlgovern.rule import Rule

MOST_DEPTH = 5
MOST_CONDITIONS = 50

_URL = re.compile(r"https?://[!-~]+")


def customs(gathered: Gathered, rules: tuple[Rule, ...], reader: Reader) -> tuple[Node, tuple[Rule, ...]]:
    """The custom rules of a policy, and the document without those that cannot be any."""
    document, names = gathered.document, gathered.custom
    entry = document.entries.get("rules") if isinstance(document, Fields) else None
    if not isinstance(document, Fields) or entry is None or not isinstance(entry.value, Fields):
        return document, ()
    taken, said = {rule.id for rule in rules}, dict(entry.value.entries)
    found = []
    for name, mark in names.items():
        rule = None
        if name in taken:
            reader.problem(
                mark, f"{shown(name)} is a rule of mlgovern; a custom rule needs an id of its own, such as acme/{name}"
            )
        else:
            rule = _rule(name, said[name].value, mark, reader)
        if rule is None:
            del said[name]
        else:
            found.append(rule)
    body = Entry(entry.keys, Fields(said, entry.value.mark))
    return Fields({**document.entries, "rules": body}, document.mark), tuple(found)


def _rule(name: str, node: Node, mark: Mark, reader: Reader) -> Rule | None:
    """A rule as far as its kind tells what it is; its parts are read where its decision is."""
    deaf = Reader()  # what is wrong is said where the rule is decided
    said = deaf.fields(node, (), name, first="severity")
    kind = said.entries.get("kind")
    words = [part for part in layers(kind.value) if not is_null(part)] if kind else []
    if not words:
        reader.problem(mark, f"missing required key 'kind'; one of {', '.join(KINDS)}, or {', '.join(JOINTS)}")
        return None
    kinds = [part.value if isinstance(part, Scalar) else None for part in words]
    if kinds[-1] not in (*KINDS, *JOINTS):
        _unknown_kind(words[-1], reader)
        return None
    if len(set(kinds)) > 1:
        first = words[0].mark
        reader.problem(
            words[-1].mark, f"{name} is of the kind {shown(str(kinds[0]))} since {first.file}:{first.line}; that stays"
        )
        return None
    own = definition(said, Definition(str(kinds[0])), deaf)
    settings: Any = ()
    if own.kind in KINDS:
        base = kind_of(own.kind).settings
        settings = deaf.record(type(base), base, _value(said, "settings"), "'settings'")
    subjects = subjects_of(condition_of(own, settings))
    if own.kind in JOINTS and not own.conditions:
        before = len(reader.problems)
        definition(said, Definition(own.kind), reader)
        if len(reader.problems) == before:
            reader.problem(mark, f"'{own.kind}' needs conditions: {own.kind}: [{{kind: …, settings: …}}, …]")
        return None
    if len(subjects) > 1:
        reader.problem(mark, f"conditions of one rule speak of one thing; these speak of {' and '.join(subjects)}")
        return None
    if own.kind in JOINTS and not _steady(name, own.kind, _value(said, "conditions"), subjects, reader):
        return None
    return rule_of(name, own, settings)._replace(own=Definition(own.kind))


def _steady(name: str, joint: str, node: Node, subjects: list[str], reader: Reader) -> bool:
    """Whether the conditions of every file speak of the same; else what is final of a rule would be of another one."""
    for part in layers(node):
        spoken = subjects_of(Condition(joint, parts=tuple(_joined(joint, part, Reader(), 1))))
        if spoken not in ([], subjects):
            first = f"{part.mark.file}:{part.mark.line}"
            reader.problem(node.mark, f"{name} speaks of {spoken[0]} since {first}; that stays, as a kind does")
            return False
    return True


def _unknown_kind(node: Node, reader: Reader) -> None:
    text = node.text if isinstance(node, Scalar) else described(node)
    hint = reader.nearest(text, tuple(KINDS), f"; known: {', '.join(KINDS)}")
    reader.problem(node.mark, f"unknown kind {shown(text)}{hint}")


def definition(said: Fields, base: Definition, reader: Reader) -> Definition:
    """What a policy says of a custom rule beside what it says of any; what is wrong with it goes to the reader."""
    texts = {
        key: reader.value(str, getattr(base, key), _value(said, key), shown(key))
        for key in ("message", "mend", "help_url")
    }
    url = texts["help_url"]
    if url and not _URL.fullmatch(url):
        reader.problem(_value(said, "help_url").mark, f"'help_url' must be a URL of https or http, got {shown(url)}")
    when = reader.record(When, base.when, _value(said, "when"), "'when'")
    kind = base.kind if "kind" in said.entries else ""  # a file further up may not have spoken of it
    return base._replace(kind=kind, when=when, conditions=tuple(_parts(said, base, reader)), **texts)


def _parts(said: Fields, base: Definition, reader: Reader) -> Iterator[Condition]:
    node = layers(_value(said, "conditions"))[-1]
    if base.kind in JOINTS and not is_null(node):
        before = len(reader.problems)
        found = [*_joined(base.kind, node, reader, 1)]
        if sum(1 for part in found for _ in kinds_of(part)) > MOST_CONDITIONS:
            reader.problem(node.mark, f"a rule has at most {MOST_CONDITIONS} conditions")
        elif not found and len(reader.problems) == before:
            reader.problem(node.mark, f"'{base.kind}' needs conditions")
        else:
            yield from found


def _joined(joint: str, node: Node, reader: Reader, depth: int) -> Iterator[Condition]:
    if depth > MOST_DEPTH:
        reader.problem(node.mark, f"conditions stand at most {MOST_DEPTH} deep in each other")
        return
    if joint == "not":
        found = [_condition(node, reader, depth)]
    elif isinstance(node, Items):
        found = [_condition(item, reader, depth) for item in node.items]
    else:
        reader.problem(node.mark, f"'{joint}' is a list of conditions, got {described(node)}")
        return
    yield from (one for one in found if one is not None)


def _condition(node: Node, reader: Reader, depth: int) -> Condition | None:
    if not isinstance(node, Fields):
        reader.problem(node.mark, f"a condition is a mapping with 'kind' and 'settings', got {described(node)}")
        return None
    said = reader.fields(node, ("kind", "settings", *JOINTS), "a condition")
    chosen = [key for key in ("kind", *JOINTS) if key in said.entries and not is_null(said.entries[key].value)]
    if len(chosen) != 1:
        reader.problem(
            node.mark, f"a condition says one of kind, {', '.join(JOINTS)}; this one {' and '.join(chosen) or 'none'}"
        )
        return None
    value = said.entries[chosen[0]].value
    if chosen[0] in JOINTS:
        if "settings" in said.entries:
            reader.problem(said.entries["settings"].keys[0].mark, f"'settings' go with 'kind', not with '{chosen[0]}'")
        before = len(reader.problems)
        parts = tuple(_joined(chosen[0], value, reader, depth + 1))
        if not parts and len(reader.problems) == before:
            reader.problem(value.mark, f"'{chosen[0]}' needs conditions")
        return Condition(chosen[0], parts=parts) if parts else None
    kind = value.value if isinstance(value, Scalar) else None
    if not isinstance(kind, str) or kind not in KINDS:
        _unknown_kind(value, reader)
        return None
    base, before = kind_of(kind).settings, len(reader.problems)
    settings = reader.record(type(base), base, _value(said, "settings"), "'settings'")
    if len(reader.problems) == before:
        check(kind, settings, said, reader)
    return Condition(kind, settings)


def checked(own: Definition, settings: Any, said: Fields, reader: Reader) -> None:
    """What is wrong with a whole rule goes to the reader; no settings: what is wrong with these is said already."""
    if own.kind in KINDS:
        if settings is None:
            settings = kind_of(own.kind).settings
        else:
            check(own.kind, settings, said, reader)
    elif not is_null(_value(said, "settings")):
        reader.problem(_value(said, "settings").mark, f"'settings' go with 'kind', not with '{own.kind}'")
    subjects = subjects_of(condition_of(own, settings)) if own.kind else []
    if subjects:
        _when(own, subjects[0], _value(said, "when"), reader)
        _words(own, subjects[0], said, reader)


def _when(own: Definition, subject: str, node: Node, reader: Reader) -> None:
    """A stage that is misspelt would leave the rule without work, and nobody would know."""
    known, stage = SUBJECTS[subject].stages, own.when.stage
    for glob in (*stage.only, *stage.not_):
        if not any(map(matcher((glob,)), known)):
            mark = _value(node, "stage").mark if isinstance(node, Fields) else node.mark
            reader.problem(mark, f"'when': this rule is judged at no stage {shown(glob)}; known: {', '.join(known)}")


def _words(own: Definition, subject: str, said: Fields, reader: Reader) -> None:
    for key in ("message", "mend"):
        for wrong, known in wrong_text(getattr(own, key), subject):
            hint = reader.nearest(wrong, tuple(f"{{{name}}}" for name in known), f"; known here: {', '.join(known)}")
            braces = "" if len(wrong) > 1 else " (a brace alone is written twice)"
            reader.problem(_value(said, key).mark, f"unknown placeholder {shown(wrong)} in '{key}'{hint}{braces}")
    for name in in_quotes(own.mend):
        reader.problem(
            _value(said, "mend").mark, f"{name} in 'mend' is quoted where it is filled in; write it without quotes"
        )


def check(kind: str, settings: Any, said: Fields, reader: Reader) -> None:
    """What is wrong with the settings of one kind."""
    node = _value(said, "settings")
    inner = node if isinstance(node, Fields) else Fields({}, said.mark)
    base = kind_of(kind).settings
    for group in kind_of(kind).needs:
        if all(getattr(settings, key) == getattr(base, key) for key in group):
            reader.problem(node.mark, f"{kind} needs {' or '.join(map(shown, group))} under 'settings'")
    for key, text in kind_of(kind).wrong(settings):
        reader.problem(_value(inner, key).mark, f"{kind}: {text}")
    if kind == "data.assert" and settings.op in {"matches", "not_matches"} and isinstance(settings.value, str):
        wrong = wrong_pattern(settings.value)
        if wrong:
            reader.problem(_value(inner, "value").mark, f"'value' is no usable regular expression: {wrong}")


def _value(fields: Fields, key: str) -> Node:
    entry = fields.entries.get(key)
    return Scalar(None, "", fields.mark) if entry is None else entry.value


def outline(name: str, own: Definition, settings: Any) -> Outline:
    """What is known of a custom rule before it is made; where nothing is said of it yet, nothing."""
    subjects = subjects_of(condition_of(own, settings)) if own.kind else []
    if not subjects:
        return Outline(FAMILY)
    rule = rule_of(name, own, settings)
    asks = rule.asks(settings)
    return Outline(FAMILY, rule.reads, rule.consults, rule.triggers, rule.each, rule.files, asks, subjects[0])
