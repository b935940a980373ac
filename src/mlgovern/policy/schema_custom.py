"""The part of the JSON Schema that is about rules of one's own, made of the table of kinds."""

from mlgovern.custom.definition import FAMILY, JOINTS, Selection, When
from mlgovern.custom.kinds import KINDS, kind_of
from mlgovern.custom.subjects import SUBJECTS
from mlgovern.facts.snapshot import STAGES
from mlgovern.finding import Severity
from mlgovern.policy.decide import CUSTOM_FINAL, FINAL
from mlgovern.policy.lifting import ID, NAMESPACED
from mlgovern.policy.schema import ANY, NOTHING, SIMPLE, Maker, Schema, closed, or_nothing
from mlgovern.policy.settings import choices, spelled
from mlgovern.policy.writing import plain
from mlgovern.rule import FILE_STAGES, Glob
from mlgovern.rules import FAMILIES

_CONDITION: Schema = {"$ref": "#/definitions/condition"}
_SEVERITY: Schema = {"enum": [*choices(Severity)]}
_PARTS: Schema = {"type": "array", "items": _CONDITION, "minItems": 1}


def of_parents() -> Schema:
    """What may be said of the rules that a parent brings; the name before a name tells them from the built-in ones."""
    return {"patternProperties": {f"^{NAMESPACED}$": {"anyOf": [_SEVERITY, {"type": "object"}, NOTHING]}}}


def customs(made: Maker, taken: list[str]) -> Schema:
    """Rules of one's own, by their ids: of one kind, of a joint, or what is changed of a parent's."""
    kinds = {name: _kind(made, name) for name in KINDS}
    joints = {name: _CONDITION if name == "not" else _PARTS for name in JOINTS}
    conditions = [{**closed(keys), **needs} for keys, needs in kinds.values()]
    conditions += [{**closed({name: part}), "required": [name]} for name, part in joints.items()]
    made.definitions["condition"] = {"anyOf": conditions}
    rules = [{**closed({**_shared(made, name), **keys}), **needs} for name, (keys, needs) in kinds.items()]
    rules += [{**closed({**_shared(made), name: part}), "required": [name]} for name, part in joints.items()]
    rules += [closed({**_shared(made), "settings": or_nothing({"type": "object"})})]
    globs, selection = made.value(tuple[Glob, ...]), made.field(Selection, Selection(), short=False)
    when = {name: {"anyOf": [globs, *selection["anyOf"]]} for name in When._fields}
    made.definitions["when"] = or_nothing(closed(when))
    names = {"pattern": f"^{ID}$", "not": {"enum": [*taken, *FAMILIES, FAMILY]}}
    return {"type": "object", "propertyNames": names, "additionalProperties": {"anyOf": [_SEVERITY, *rules, NOTHING]}}


def _kind(made: Maker, name: str) -> tuple[Schema, Schema]:
    """The keys that one kind has of its own, and what has to be said of them."""
    kind = kind_of(name)
    settings = made.field(type(kind.settings), kind.settings, short=False)
    needs = [{"anyOf": [_said(kind.settings, key) for key in group]} for group in kind.needs]
    needs += _MORE.get(name, [])
    keys = {"kind": {"const": name}, "settings": settings}
    if not needs:
        return keys, {"required": ["kind"]}
    demand = {"properties": {"settings": {"type": "object", "allOf": needs}}}
    return keys, {"required": ["kind", "settings"], "allOf": [demand]}


def _said(settings: object, key: str) -> Schema:
    usual = plain(getattr(settings, key))
    return {"required": [spelled(key)], "properties": {spelled(key): {"not": {"enum": [usual, None]}}}}


def _shared(made: Maker, kind: str = "") -> Schema:
    """What may be said of any custom rule."""
    subject = kind_of(kind).subject if kind else ""
    stages = STAGES if not kind else FILE_STAGES if subject == "change" else SUBJECTS[subject].stages
    fields = tuple(spelled(field) for field in kind_of(kind).settings._fields) if kind else ()
    final = (*FINAL, *CUSTOM_FINAL, *(f"settings.{field}" for field in fields))
    text = or_nothing(SIMPLE[str])
    return {
        **made.common(stages, final, waivable=True),
        "when": {"$ref": "#/definitions/when"},
        "message": text,
        "mend": text,
        "help_url": or_nothing({"type": "string", "pattern": "^(https?://[!-~]+)?$"}),
    }


def _where(ops: list[str], value: Schema) -> Schema:
    """A value that some operators of data.assert need."""
    asked = {"required": ["op"], "properties": {"op": {"enum": ops}}}
    return {"anyOf": [{"not": asked}, {"required": ["value"], "properties": {"value": value}}]}


_ALONE: Schema = {"required": ["op"], "properties": {"op": {"not": {"enum": ["exists", "absent", None]}}}}
_OF_DATA: list[Schema] = [
    _where(["eq", "ne", "contains", "lacks"], ANY),
    _where(["in", "not_in"], {"type": "array"}),
    _where(["lt", "le", "gt", "ge"], {"type": "number"}),
    _where(["matches", "not_matches"], {"type": "string"}),
    {"anyOf": [_ALONE, {"properties": {"value": NOTHING}}]},
    {"properties": {"file": {"pattern": r"(\.(json|toml|ya?ml)|[*?}\]][^.]*)$"}}},
]
_MORE = {
    "data.assert": _OF_DATA,
    "trailer.required": [{"properties": {"name": {"pattern": "^[A-Za-z0-9-]+$"}}}],
}
