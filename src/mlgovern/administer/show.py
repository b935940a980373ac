"""`mlgovern policy show` and `explain`: what stands, who said so, and who may say otherwise."""

from collections.abc import Iterator, Mapping

from mlgovern.administer.written import Written
from mlgovern.errors import UserError
from mlgovern.finding import Severity
from mlgovern.policy.document import Mark
from mlgovern.policy.final import marks
from mlgovern.policy.load import Loaded
from mlgovern.policy.model import POLICY_FILE, Decision
from mlgovern.policy.packs import Source
from mlgovern.policy.provenance import Field, Path, Said, concerning, traced
from mlgovern.policy.writing import brief, change, plain
from mlgovern.reporters.plain import words
from mlgovern.rule import Rule, page

Row = tuple[str, str, str]  # a name, a value, its place


def show(policy: Written, *, json: bool = False, whole: bool = False) -> list[str]:
    """Every value that stands, and where it comes from; those that no file sets only as JSON, or where `whole`."""
    loaded = policy.loaded()
    fields = traced(loaded, loaded.rules)
    if json:
        return [_json(loaded, fields)]
    told = [field for field in fields if whole or len(field.chain) > 1]
    spoken = {field.path[:2] for field in told if field.path[0] == "rules"}
    general = [field for field in told if field.path[0] != "rules"]
    lines = [
        f"{words(loaded.policy.origin)}, made of {', '.join(words(source.file) for source in _sources(loaded))}",
        "",
    ]
    final = marks(loaded.gathered)
    rows = [(".".join(field.path), brief(field.value), _origin(field)) for field in general]
    for path in (("rules", rule.id) for rule in loaded.rules):
        if path in spoken:
            mine = [field for field in told if field.path[:2] == path]
            rows += _shown(path, loaded.policy.decisions[path[1]], mine, final)
    return [line.rstrip() for line in (*lines, *table(rows))]


def _shown(path: Path, decision: Decision, fields: list[Field], marks: Mapping[Path, Mark]) -> Iterator[Row]:
    """A rule, then what else is said about it."""
    severity = next((_origin(field) for field in fields if field.path == (*path, "severity")), "default")
    final = ", final" if any(name[:2] == path for name in marks) else ""
    yield path[1], f"{decision.severity.word:<8} {_mode(decision)}{final}", severity
    for field in fields:
        if field.path[2] != "severity":
            yield f"  {_named(field)}", brief(field.value), _origin(field)


def explain(policy: Written, name: str) -> list[str]:
    """Why a rule applies here: who said what about it and in which order, and who may say more."""
    loaded = policy.loaded()
    rules = {rule.id: rule for rule in loaded.rules}
    if name not in rules:
        from mlgovern import engine

        engine.known(loaded.policy, [name])
        raise UserError(f"{name} is a family; `mlgovern rules` lists its rules")
    rule = rules[name]
    decision = loaded.policy.decisions[name]
    fields = concerning(rule, traced(loaded, loaded.rules), loaded.policy)
    told = [field for field in fields if len(field.chain) > 1 or field.path[2:] == ("severity",)]
    lines = [f"{name}: {decision.severity.word}, {_mode(decision)}", words(page(rule).heading), ""]
    lines += table([row for field in told for row in _history(field)], indent="  ")
    lines += ["", f"Stages: {', '.join(decision.stages)}", f"Change: {_changing(loaded)}", *_final(rule, loaded)]
    accepted = [waiver.id for waiver in loaded.policy.accepted if waiver.rule == name]
    lines += [f"Waived: by {words(', '.join(accepted))}"] if accepted else []
    lines += [f"Waive:  {_waiving(rule, decision)}", f"More:   `mlgovern explain {name}` says what it wants, and why"]
    return [line.rstrip() for line in lines]


def _history(field: Field) -> Iterator[Row]:
    """A row for each that spoke, the last of which stands."""
    befores: list[Said | None] = [None, *field.chain[:-1]]
    for before, said in zip(befores, field.chain, strict=True):
        stands = "  <- stands" if said is field.chain[-1] else ""
        yield _named(field) if before is None else "", _step(before, said), words(said.place) + stands


def _step(before: Said | None, said: Said) -> str:
    """What a file made of a value: of a list only what changed, where that is less."""
    if before is not None and said.value == before.value:
        return "the same"
    return brief(
        said.value if before is None or not isinstance(said.value, tuple) else change(before.value, said.value)
    )


def _changing(loaded: Loaded) -> str:
    if loaded.policy.embedded:
        return f"nothing here says otherwise; `mlgovern init` writes {POLICY_FILE}, which may"
    return f"whoever may change {words(loaded.sources[0][0].file)}"


def _final(rule: Rule, loaded: Loaded) -> Iterator[str]:
    """What may only get stricter, and who said so."""
    for (_, name, *field), mark in marks(loaded.gathered).items():
        if name == rule.id and field != ["enforce_after"]:
            what = ".".join(field) or "all of it"
            yield f"Final:  {what}, since {words(mark.file)}:{mark.line}; a later file may only make it stricter"


def _waiving(rule: Rule, decision: Decision) -> str:
    if not decision.waivable:
        return "never; nothing hides its findings"
    by = "--path GLOB" if "audit" in rule.stages else "--commit ID"
    return f"mlgovern waive {rule.id} {by} --reason WHY --until DATE"


def _mode(decision: Decision) -> str:
    waits = decision.enforce_after and decision.mode == "evaluate"
    return f"evaluate until {decision.enforce_after}" if waits else decision.mode


def _named(field: Field) -> str:
    """A field of a rule as its reader calls it."""
    path = field.path[2:] if field.path[0] == "rules" else field.path
    return ".".join(path[1:] if path[0] == "settings" else path)


def _origin(field: Field) -> str:
    """Who made what stands: of a list all who added to it, else who spoke last."""
    makers = [field.chain[-1]]
    for said in reversed(field.chain[:-1]):
        after = makers[0].value
        if not isinstance(after, tuple) or said.mark is None or not {*said.value} < {*after}:
            break
        makers.insert(0, said)
    return words(" + ".join(said.place for said in makers))


def table(rows: list[Row], indent: str = "") -> Iterator[str]:
    """Rows below each other."""
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for name, value, place in rows:
        yield f"{indent}{name:<{widths[0]}}  {value:<{widths[1]}}  {place}"


def _sources(loaded: Loaded) -> list[Source]:
    """The files that say something, the policy's own first."""
    files = {document.mark.file for document in loaded.gathered.documents}
    return [source for source, _ in loaded.sources if source.file in files]


def _json(loaded: Loaded, fields: tuple[Field, ...]) -> str:
    from json import dumps

    from mlgovern.version import VERSION

    sources = [{"file": source.file, "revision": source.revision} for source in _sources(loaded)]
    values = [
        {"field": list(field.path), "value": plain(field.value), "origin": _said(field.chain[-1])}
        | {"history": [{"value": plain(said.value), "origin": _said(said)} for said in field.chain[:-1]]}
        for field in fields
    ]
    whole = {"version": 1, "policy": loaded.policy.origin, "mlgovern": VERSION, "sources": sources, "values": values}
    return dumps(whole, indent=1, default=_unknown)


def _said(said: Said) -> dict[str, object] | None:
    if said.mark is None or said.source is None:
        return None
    return {**said.mark._asdict(), "revision": said.source.revision}


def _unknown(value: object) -> str:
    return value.word if isinstance(value, Severity) else str(value)
