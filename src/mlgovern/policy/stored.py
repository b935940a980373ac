"""Rules that a policy brings, made anew from what the cache, or a fresh reading, holds of them."""

from collections.abc import Mapping
from typing import Any

from mlgovern.custom.definition import Condition, Definition
from mlgovern.custom.judging import rule_of
from mlgovern.custom.kinds import KINDS, kind_of
from mlgovern.policy.codec import from_json
from mlgovern.policy.model import PLUGINS, Decision, Stored
from mlgovern.record import NamedTuple
from mlgovern.rule import Rule


class _Kept(NamedTuple):
    decision: Decision
    rule: Rule


_kept: dict[str, _Kept] = {}


def rule_from(name: str, decision: Decision) -> Rule:
    """The rule that a decision holds the definition of; typed once, since a history is judged file by file."""
    if decision.outline.family == PLUGINS:
        from mlgovern.plugins.plugged import rule_of as plugged

        return plugged(decision.own, name)
    held = _kept.get(name)
    if held is None or held.decision is not decision:
        own = _definition(decision.own)
        settings: Any = decision.settings
        if isinstance(settings, Stored) and own.kind in KINDS:
            base = kind_of(own.kind).settings
            settings = from_json(type(base), settings.data, base)
        held = _kept[name] = _Kept(decision, rule_of(name, own, settings))
    return held.rule


def _definition(own: Any) -> Definition:
    if not isinstance(own, Stored):
        return own  # type: ignore[no-any-return]  # a Definition
    data = {key: value for key, value in own.data.items() if key != "conditions"}
    found: Definition = from_json(Definition, data, Definition())
    return found._replace(conditions=tuple(map(_stored, own.data.get("conditions", ()))))


def _stored(data: Mapping[str, Any]) -> Condition:
    kind = data["kind"]
    settings: Any = ()
    if kind in KINDS:
        base = kind_of(kind).settings
        settings = from_json(type(base), data.get("settings", {}), base)
    return Condition(kind, settings, tuple(map(_stored, data.get("parts", ()))))
