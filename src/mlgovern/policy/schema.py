"""The JSON Schema of a policy, for editors: made of the same declarations that the loader goes by."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from mlgovern.fields import bare, bounds
from mlgovern.finding import Severity
from mlgovern.policy.decide import FINAL, SHARED
from mlgovern.policy.merge import OPERATORS
from mlgovern.policy.migrations import SCHEMA
from mlgovern.policy.model import Policy
from mlgovern.policy.patterns import MOST_LETTERS
from mlgovern.policy.provenance import NOT_SAID
from mlgovern.policy.settings import MISSING, choices, is_record, spelled
from mlgovern.policy.writing import plain
from mlgovern.rule import Glob, Pattern, Rule, Whole, page

Schema = dict[str, Any]

NOTHING: Schema = {"type": "null"}
SIMPLE: Mapping[Any, Schema] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    Glob: {"type": "string", "minLength": 1, "maxLength": MOST_LETTERS},
    Pattern: {"type": "string", "maxLength": MOST_LETTERS},
    Whole: {"type": "string", "maxLength": MOST_LETTERS},
}
_DAY = r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_TEXT: Schema = {"type": "string", "minLength": 1}


def schema(rules: tuple[Rule, ...]) -> Schema:
    """Draft 7, since that is what editors know."""
    from mlgovern.policy.schema_custom import customs, of_parents

    made = Maker()
    shared = {name: getattr(rule.settings, name) for rule in rules for name in SHARED if hasattr(rule.settings, name)}
    said = {name: kind for name, kind in Policy.__annotations__.items() if name not in (*NOT_SAID, "signed")}
    properties = {
        "schema": {"const": SCHEMA, "description": "The version of this format."},
        "name": or_nothing({**SIMPLE[str], "description": "Stands in messages."}),
        "version": or_nothing(SIMPLE[str]),
        "extends": or_nothing({"type": "array", "items": _PARENT, "description": "Parents; later ones win."}),
        "mode": or_nothing({"enum": ["enforce", "evaluate"], "default": "enforce"}),
        **{name: made.field(kind, Policy._field_defaults[name], short=False) for name, kind in said.items()},
        **{name: made.field(type(value), value, short=False) for name, value in shared.items()},
        "rules": or_nothing({**closed({rule.id: made.rule(rule) for rule in rules}), **of_parents()}),
        "custom": or_nothing(customs(made, [rule.id for rule in rules])),
    }
    named = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9][A-Za-z0-9.!+_-]*$"}
    properties["plugins"] = or_nothing(_list(named, named))
    properties["fail_on"] = or_nothing({"enum": ["info", "warning", "error"], "default": "error"})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "mlgovern policy",
        **closed(properties),
        "required": ["schema"],
        "definitions": made.definitions,
    }


class Maker:
    """Keeps the records that several settings are made of, each said once."""

    def __init__(self) -> None:
        self.definitions: Schema = {}

    def rule(self, rule: Rule) -> Schema:
        """What may be said of one rule: a severity, or more."""
        heading, why, *_ = page(rule)
        severity = {"enum": [*choices(Severity)]}
        fields = tuple(spelled(field) for field in getattr(rule.settings, "_fields", ()))
        final = (*FINAL, *(f"settings.{field}" for field in fields))
        keys = {**self.common(rule.stages, final, waivable=rule.waivable), "settings": self._settings(rule)}
        return or_nothing(
            {"anyOf": [severity, closed(keys)], "description": heading, "markdownDescription": f"{heading}\n\n{why}"}
        )

    def common(self, stages: tuple[str, ...], final: tuple[str, ...], *, waivable: bool) -> Schema:
        """What may be said of any rule beside its settings."""
        names = {"type": "array", "items": {"enum": [*final]}}
        return {
            "severity": or_nothing({"enum": [*choices(Severity)]}),
            "mode": or_nothing({"enum": ["enforce", "evaluate"]}),
            "enforce_after": or_nothing({"type": "string", "pattern": _DAY, "description": "The first day, in UTC."}),
            "stages": or_nothing(_list({"enum": [*stages]}, {"enum": [*stages]})),
            "exempt": or_nothing(self.value(tuple[Glob, ...])),
            "waivable": or_nothing({"enum": [True, False] if waivable else [False]}),
            "final": or_nothing({"anyOf": [{"type": "boolean"}, names]}),
        }

    def _settings(self, rule: Rule) -> Schema:
        if not is_record(type(rule.settings)):
            return or_nothing(closed({}))
        return self.field(type(rule.settings), rule.settings, short=False)

    def field(self, kind: Any, default: Any, *, short: bool = True) -> Schema:
        """A field with a default: `null` says nothing."""
        made = or_nothing(self.value(kind, default, short=short))
        return made if default is MISSING or is_record(bare(kind)) else {**made, "default": plain(default)}

    def value(self, kind: Any, default: Any = MISSING, *, short: bool = True) -> Schema:
        """What the loader takes for a value of an annotated type."""
        within, kind = bounds(kind), bare(kind)
        if within is not None:
            return {**SIMPLE[kind], "minimum": within[0], "maximum": within[-1]}
        if kind is Any:
            return ANY
        if choices(kind):
            return {"enum": [*choices(kind)]}
        if kind in SIMPLE:
            number = kind in {int, float} and not (isinstance(default, int | float) and default < 0)
            return {**SIMPLE[kind], "minimum": 0} if number else SIMPLE[kind]
        if is_record(kind):
            return self._record(kind, short=short, whole=default is MISSING)
        if get_origin(kind) is Mapping:
            name, item = get_args(kind)
            names = {**SIMPLE[name], "pattern": "^([^$]|$)"}  # with a $ it would be a list operator
            return {"type": "object", "additionalProperties": or_nothing(self.value(item)), "propertyNames": names}
        item = get_args(kind)[0]
        first = bare(item).__annotations__[bare(item)._fields[0]] if is_record(bare(item)) else item
        if item not in SIMPLE:
            return _list(self.value(item), self.value(first))
        name = f"list of {item.__name__.lower()}"
        self.definitions[name] = _list(SIMPLE[item], SIMPLE[item])
        return {"$ref": f"#/definitions/{name}"}

    def _record(self, kind: Any, *, short: bool, whole: bool) -> Schema:
        """An item of a list has to be whole; what stands alone may say some of its fields."""
        name = f"{kind.__module__.rpartition('mlgovern.')[2]}.{kind.__name__}{'' if whole else '.fields'}"
        if name not in self.definitions:
            self.definitions[name] = {}
            defaults = kind._field_defaults
            keys = {spelled(f): self.field(k, defaults.get(f, MISSING)) for f, k in kind.__annotations__.items()}
            needed = [spelled(field) for field in kind._fields if field not in defaults]
            self.definitions[name] = {**closed(keys), **({"required": needed} if whole and needed else {})}
            for key in needed if whole else ():  # `null` would leave it without
                keys[key] = self.value(kind.__annotations__[key])
        reference = {"$ref": f"#/definitions/{name}"}
        first, *others = kind._fields
        alone = self.value(kind.__annotations__[first])
        sufficient = not whole or all(field in kind._field_defaults for field in others)
        is_scalar = "enum" in alone or alone.get("type") in {"string", "integer", "number", "boolean"}
        return {"anyOf": [alone, reference]} if short and sufficient and is_scalar else reference


_PLAIN: Schema = {"type": ["string", "number", "boolean"]}
ANY: Schema = {"anyOf": [_PLAIN, {"type": "array", "items": _PLAIN}]}


def closed(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def or_nothing(made: Schema) -> Schema:
    about: Schema = {key: made[key] for key in ("description", "markdownDescription", "default") if key in made}
    return {"anyOf": [{key: value for key, value in made.items() if key not in about}, NOTHING], **about}


def _list(item: Schema, named: Schema) -> Schema:
    """A plain list, or list operators; `$remove` names items."""
    operators = {key: {"type": "array", "items": named if key == "$remove" else item} for key in OPERATORS}
    return {"anyOf": [{"type": "array", "items": item}, {**closed(operators), "minProperties": 1}]}


_NAME: Schema = {"type": "string", "pattern": r"^([a-z0-9-]+(/[a-z0-9-]+)*(@1)?|\.\.?/[^\\:]+)$"}
_ROOTS: Schema = {"type": "array", "items": _TEXT, "minItems": 1}
_PARENT: Schema = {
    "anyOf": [
        _NAME,
        {**closed({"pack": _NAME, "roots": _ROOTS}), "required": ["pack", "roots"]},
        {
            **closed({"git": _TEXT, "rev": _TEXT, "path": _TEXT, "require_signature": {"type": "boolean"}}),
            "required": ["git", "rev", "path"],
        },
        {**closed({"package": _TEXT, "file": _TEXT}), "required": ["package", "file"]},
    ]
}
