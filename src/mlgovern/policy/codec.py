"""Typed values as plain data and back, for the cache: what does not fit its type exactly is refused.

Of a record only the fields that differ from its base are kept: another record of its type, or the type's defaults.
"""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from mlgovern.fields import bare
from mlgovern.finding import Severity
from mlgovern.policy.model import Decision, Stored
from mlgovern.rule import Rule


def settings_of(decision: Decision, rule: Rule) -> Any:
    """The typed settings of a decision, wherever it comes from."""
    said = decision.settings
    return from_json(type(rule.settings), said.data, rule.settings) if isinstance(said, Stored) else said


def to_json(value: Any, base: Any = None) -> Any:
    """A setting, or any record of them, as what JSON can hold."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        usual = _usual(type(value), base)
        said = {field: getattr(value, field) for field in value._fields}
        return {
            field: to_json(item, usual.get(field))
            for field, item in said.items()
            if field not in usual or item != usual[field]
        }
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, Severity):
        return int(value)
    return str(value) if isinstance(value, str) else value


def from_json(kind: Any, data: Any, base: Any = None) -> Any:
    """The value of an annotated type that `data` stands for; ValueError where it stands for none."""
    kind = bare(kind)
    if isinstance(kind, type) and issubclass(kind, tuple):
        return _record(kind, data, base)
    if kind is float and type(data) in {int, float}:
        return float(data)
    if isinstance(kind, type) and _fits(data, kind):
        return kind(data)
    origin = get_origin(kind)
    if origin is tuple and isinstance(data, list):
        item_kind = get_args(kind)[0]
        return tuple([from_json(item_kind, item) for item in data])
    if origin is Mapping and isinstance(data, dict):
        name, item_kind = get_args(kind)
        return {name(key): from_json(item_kind, item) for key, item in data.items()}
    if kind is Any or (origin is Literal and data in get_args(kind)):
        return data
    raise ValueError(f"{data!r} is no {kind}")


def _fits(data: Any, kind: type) -> bool:
    if kind is bool or type(data) is bool:
        return kind is type(data)
    return type(data) in {int, str} and issubclass(kind, type(data))


def _record(kind: Any, data: Any, base: Any) -> Any:
    if kind is tuple and data == []:
        return ()  # a rule without settings
    fields = getattr(kind, "__annotations__", {})
    if not fields or not isinstance(data, dict) or not data.keys() <= fields.keys():
        raise ValueError(f"not the fields of {kind}")
    values = dict(_usual(kind, base))
    for field, item in data.items():
        values[field] = from_json(fields[field], item, values.get(field))
    if values.keys() != fields.keys():
        raise ValueError(f"not all fields of {kind}")
    return kind(**values)


def _usual(kind: Any, base: Any) -> Mapping[str, Any]:
    if type(base) is kind:
        return {field: getattr(base, field) for field in kind._fields}
    return kind._field_defaults  # type: ignore[no-any-return]  # every NamedTuple has them
