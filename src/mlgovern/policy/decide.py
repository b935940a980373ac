"""What the merged policy decides about every rule."""

from collections.abc import Mapping
from datetime import date
from types import GenericAlias
from typing import Any, Literal

from mlgovern.finding import Severity
from mlgovern.policy.document import Fields, Items, Node, Scalar, is_null, shown
from mlgovern.policy.merge import layers
from mlgovern.policy.model import POLICY_FILE, Decision, Limits, Outline, Policy, Terms
from mlgovern.policy.settings import Reader, described, is_record, spelled
from mlgovern.policy.sources import OWN_KEYS, Gathered
from mlgovern.rule import Glob, Rule, family_of

SHARED = ("strategy", "agents", "env_files", "secrets")  # what several rules have in common stands at the top, once

LENDERS = {  # settings that are said at one rule, and that others go by unless told otherwise
    "types": "commit-type-unknown",
    "scopes": "commit-scope-unknown",
    "folders": "commit-scope-unknown",
}

FREE: Mapping[str, dict[str, Any]] = {  # where a rule is off: what others go by instead
    "commit-header-malformed": {"types": ()},  # a correction puts no type where none is wanted
}

FINAL = ("severity", "mode", "stages", "exempt", "waivable", "settings")
_KEYS = (*FINAL[:2], "enforce_after", *FINAL[2:], "final")
CUSTOM = "custom"  # the family of rules that files bring
CUSTOM_KEYS = ("kind", "when", "message", "mend", "help_url", "conditions")  # what is said of a custom rule beside
CUSTOM_FINAL = CUSTOM_KEYS[1:5]
_MODES = Literal["enforce", "evaluate"]
_FAIL_ON = Literal["info", "warning", "error"]
_WORDS = ("inline_suppressions", "foreign_suppressions", "commit_scope", "on_timeout", "plugins")


def decided(gathered: Gathered, rules: tuple[Rule, ...], reader: Reader) -> Policy:
    """The typed policy; what is wrong goes to the reader."""
    shared = {name: rule for rule in reversed(rules) for name in _shared_by(rule)}
    known = (*OWN_KEYS, "mode", "fail_on", "rules", "custom", "limits", "waivers", *_WORDS, *sorted(shared))
    whole = reader.fields(gathered.document, known, "the policy")
    defaults = {
        name: reader.record(type(base), base, _said(whole, name), shown(name))
        for name, rule in shared.items()
        for base in [getattr(rule.settings, name)]
    }
    usual = _said(whole, "mode")
    mode = reader.value(_MODES, "enforce", usual, "'mode'")
    fail_on = reader.value(_FAIL_ON, "error", _said(whole, "fail_on"), "'fail_on'")
    limits = reader.record(Limits, Limits(), _said(whole, "limits"), "'limits'")
    terms = reader.record(Terms, Terms(), _said(whole, "waivers"), "'waivers'")
    by_rule = reader.fields(
        _said(whole, "rules"), tuple(rule.id for rule in rules), "'rules'", listing="; `mlgovern rules` lists them"
    )
    lent = {"protected": defaults["strategy"].protected} if hasattr(defaults.get("strategy"), "protected") else {}
    decisions: dict[str, Decision] = {}
    for rule in sorted(rules, key=lambda rule: (rule.id not in LENDERS.values(), rule.id not in FREE)):
        held = rule.settings if rule.own else _borrowing(_defaults(rule, defaults), lent)
        base = Decision(mode=mode, settings=held)
        decision = decisions[rule.id] = _decision(rule, _said(by_rule, rule.id), base, usual, reader)
        lent |= {name: getattr(decision.settings, name) for name, lender in LENDERS.items() if lender == rule.id}
        lent |= FREE.get(rule.id, {}) if decision.severity is Severity.OFF else {}
    decisions = {rule.id: decisions[rule.id] for rule in rules}
    said = {
        name: reader.value(Policy.__annotations__[name], Policy._field_defaults[name], _said(whole, name), shown(name))
        for name in _WORDS
    }
    policy = Policy(
        decisions=decisions,
        fail_on=Severity[fail_on.upper()],
        limits=limits,
        waivers=terms,
        embedded=gathered.embedded,
        notes=gathered.notes,
        signed=gathered.signed,
        **said,
    )
    return policy if gathered.embedded else policy._replace(origin=_origin(gathered))


def _decision(rule: Rule, node: Node, base: Decision, said_mode: Node, reader: Reader) -> Decision:
    said = reader.fields(
        node, (*_KEYS, *(CUSTOM_KEYS if rule.family == CUSTOM else ())), shown(rule.id), first="severity"
    )
    settings, before = base.settings, len(reader.problems)
    if is_record(type(settings)):
        settings = reader.record(type(settings), settings, _said(said, "settings"), "'settings'")
    else:
        reader.fields(_said(said, "settings"), (), f"settings of {rule.id}")
    own = _own(rule, said, settings, reader, sound=len(reader.problems) == before)
    _final(_said(said, "final"), settings, reader, own)
    if "enforce_after" in said.entries:
        _waits(said.entries["enforce_after"].value, _said(said, "mode"), said_mode, reader)
    usual = Severity.ERROR if rule.own and not is_null(node) else base.severity
    return Decision(
        severity=reader.value(Severity, usual, _said(said, "severity"), "'severity'"),
        mode=reader.value(_MODES, base.mode, _said(said, "mode"), "'mode'"),
        enforce_after=_date(_said(said, "enforce_after"), reader),
        stages=_stages(rule, _said(said, "stages"), reader),
        exempt=reader.value(GenericAlias(tuple, (Glob, ...)), base.exempt, _said(said, "exempt"), "'exempt'"),
        waivable=_waivable(rule, _said(said, "waivable"), reader),
        settings=settings,
        own=own,
        outline=outline_of(rule, settings, own),
    )


def _own(rule: Rule, said: Fields, settings: Any, reader: Reader, *, sound: bool) -> Any:
    """What is said of a custom rule beside what is said of any."""
    if rule.family != CUSTOM:
        return rule.own
    from mlgovern.policy.custom import checked, definition

    own = definition(said, rule.own, reader)
    checked(own, settings if sound else None, said, reader)
    return own


def outline_of(rule: Rule, settings: Any, own: Any) -> Outline:
    """What the engine and the cache have to know of a rule before it is imported."""
    if hasattr(own, "kind"):
        from mlgovern.policy.custom import outline

        return outline(rule.id, own, settings)
    asks = rule.asks(settings)
    return Outline(family_of(rule), rule.reads, rule.consults, rule.triggers, rule.each, rule.files, asks)


def _final(node: Node, settings: Any, reader: Reader, own: Any) -> None:
    """What is final may be named, and added to; what comes of it is the business of `policy.final`."""
    if is_null(node):
        return
    known = (
        *FINAL,
        *(CUSTOM_FINAL if hasattr(own, "kind") else ()),
        *(f"settings.{spelled(field)}" for field in getattr(settings, "_fields", ())),
    )
    fixed = False
    for part in layers(node):
        if isinstance(part, Items):
            reader.value(GenericAlias(tuple, (Literal.__getitem__(known), ...)), (), part, "'final'")
        elif isinstance(part, Scalar) and isinstance(part.value, bool):
            if fixed and not part.value:
                reader.problem(part.mark, "'final' may be added to, never taken away")
        elif not is_null(part):
            reader.problem(part.mark, f"'final' must be true, or a list of fields, got {described(part)}")
        fixed = fixed or not is_null(part)


def _waits(day: Node, own: Node, usual: Node, reader: Reader) -> None:
    """A day on which enforcement begins needs a rule that is evaluated until then; a later file may enforce it at once."""
    mode = layers(usual if is_null(own) else own)[-1]
    here = isinstance(mode, Scalar) and mode.value == "enforce" and mode.mark.file == day.mark.file
    if not is_null(day) and (is_null(mode) or here):
        reader.problem(day.mark, "'enforce_after' says how long a rule is only evaluated; add mode: evaluate")


def _date(node: Node, reader: Reader) -> str:
    """The first day of enforcement, or nothing."""
    text: str = reader.value(str, "", node, "'enforce_after'")
    try:
        exact = not text or date.fromisoformat(text).isoformat() == text  # Python reads other forms as well
        wrong = "" if exact else "written in another form"
    except ValueError as error:
        wrong = str(error)
    if wrong:
        reader.problem(node.mark, f"not a date YYYY-MM-DD: {text[:40]!r} ({wrong})")
    return "" if wrong else text


def _waivable(rule: Rule, node: Node, reader: Reader) -> bool:
    waivable: bool = reader.value(bool, rule.waivable, node, "'waivable'")
    if waivable and not rule.waivable:
        reader.problem(node.mark, f"{rule.id} is never waivable; write severity: off, or exempt paths")
    return waivable


def _stages(rule: Rule, node: Node, reader: Reader) -> tuple[str, ...]:
    if is_null(node):
        return rule.stages
    kind = GenericAlias(tuple, (Literal.__getitem__(rule.stages), ...))
    before = len(reader.problems)
    stages = reader.value(kind, rule.stages, node, "'stages'")
    if not stages and len(reader.problems) == before:
        reader.problem(node.mark, f"{rule.id} would run at no stage; write severity: off")
    return tuple(stage for stage in rule.stages if stage in stages)


def _shared_by(rule: Rule) -> tuple[str, ...]:
    return tuple(name for name in SHARED if is_record(type(getattr(rule.settings, name, None))))


def _defaults(rule: Rule, shared: dict[str, Any]) -> Any:
    mine = _shared_by(rule)
    return rule.settings._replace(**{name: shared[name] for name in mine}) if mine else rule.settings


def _borrowing(settings: Any, lent: Mapping[str, Any]) -> Any:
    mine = {name: value for name, value in lent.items() if hasattr(settings, name)}
    return settings._replace(**mine) if mine else settings


def _said(fields: Fields, key: str) -> Node:
    """What stands under a key; nothing, at the place of the mapping, where the key is absent."""
    entry = fields.entries.get(key)
    return Scalar(None, "", fields.mark) if entry is None else entry.value


def _origin(gathered: Gathered) -> str:
    file = gathered.sources[0][0].file
    name = " ".join(word for word in (gathered.own.name, gathered.own.version) if word)
    return f"{name} ({file})" if name else file or POLICY_FILE
