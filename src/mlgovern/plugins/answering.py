"""The other side: the process in which a plugin is imported and its rules judge."""

import json
import os
import pickle
import sys
from collections.abc import Callable
from typing import Any

from mlgovern.errors import trace
from mlgovern.fields import bare
from mlgovern.finding import Finding, NotJudged
from mlgovern.policy.codec import from_json, to_json
from mlgovern.rule import Rule, page

GROUP = "mlgovern.rules"


def main() -> None:  # pragma: no cover - in a process that nothing measures
    """Read one request, answer it, and be gone: nothing that the plugin left running is waited for."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what a plugin prints is no answer
    request = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by the process that started this one
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    data = json.dumps(answer(request)).encode()
    sys.stdout.flush()
    sys.stderr.flush()
    while data:
        data = data[os.write(answers, data) :]
    os._exit(0)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What was asked for, or where it broke; a plugin that calls exit has broken as well."""
    try:
        rules = [rule for _, value in request["entries"] for rule in _rules(_imported(value))]
        if "rule" not in request:
            return {"rules": [_described(rule) for rule in rules]}
        rule = next(rule for rule in rules if rule.id == request["rule"])
        settings = from_json(type(rule.settings), request["settings"], rule.settings)
        return {"verdicts": [_told(verdict) for verdict in rule.judge(request["snapshot"], settings)]}
    except BaseException as error:  # noqa: BLE001 - whatever it is, the plugin is named for it
        return {"broke": trace(error)}


def _imported(value: str) -> Any:
    """What an entry point `module:name` stands for."""
    from importlib import import_module

    module, _, attribute = value.partition(":")
    found: Any = import_module(module.strip())
    for part in attribute.strip().split(".") if attribute.strip() else ():
        found = getattr(found, part)
    return found


def _rules(found: Any) -> tuple[Rule, ...]:
    """A rule, or several of them."""
    rules = (found,) if isinstance(found, Rule) else tuple(found)
    if not all(isinstance(rule, Rule) for rule in rules):
        raise TypeError(f"an entry point of {GROUP} names a Rule, or a tuple of them")
    return rules


def _described(rule: Rule) -> dict[str, Any]:
    """What has to be known of a rule before it judges."""
    kinds: dict[str, Any] = getattr(type(rule.settings), "__annotations__", {})
    return {
        "id": rule.id,
        "stages": [*rule.stages],
        "reads": [*rule.reads],
        "consults": [*rule.consults],
        "triggers": [*rule.triggers],
        "each": rule.each,
        "files": rule.files,
        "waivable": rule.waivable,
        "asks": [[*ask] for ask in rule.asks(rule.settings)],
        "page": [*page(rule)],
        "settings": [[name, _kind(kind), to_json(getattr(rule.settings, name))] for name, kind in kinds.items()],
    }


def _kind(kind: Any) -> str:
    kind = bare(kind)
    words: dict[Any, str] = {bool: "bool", int: "int", float: "float", str: "str", tuple[str, ...]: "list"}
    if kind not in words:
        raise TypeError("a setting of a plugin is a bool, int, float, str or tuple[str, ...]")
    return words[kind]


_FORMS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Finding: lambda one: {**one._asdict(), "place": one.place._asdict(), "at_most": int(one.at_most)},
    NotJudged: lambda one: {"not_judged": [*one]},
}


def _told(verdict: Any) -> dict[str, Any]:
    if type(verdict) not in _FORMS:
        raise TypeError(f"a rule yields Finding or NotJudged, not {type(verdict).__name__}")
    return _FORMS[type(verdict)](verdict)
