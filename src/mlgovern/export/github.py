"""Rulesets of GitHub, each as the body of `POST /repos/{owner}/{repo}/rulesets`.

Fields and bounds are those of GitHub's description of its REST API (`repository-ruleset`, version 2022-11-28: patterns have an
operator, `max_file_size` is 1 to 100 MB without Git LFS); what they mean is told in "Available rules for rulesets": 200 paths of
200 characters, metadata in Enterprise plans only, names of new branches and tags only. Patterns are RE2 in multiline mode, globs those of
Ruby's `File.fnmatch` with FNM_PATHNAME: `**/` is any number of folders, and no wildcard takes a dot at a name's beginning.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mlgovern.export.demands import About, Demand, Demands
from mlgovern.export.exported import Exported, also
from mlgovern.globs import expand
from mlgovern.record import NamedTuple

MOST_PATHS, MOST_CHARACTERS = 200, 200
MEGABYTE = 1_000_000
MOST_MEGABYTES = 100

_EVERY = ("~ALL",)


class Part(NamedTuple):
    """One rule of a ruleset, which ruleset that is, and where it judges otherwise."""

    target: str  # branch, tag or push
    refs: tuple[str, ...]
    rule: Mapping[str, Any]
    differs: str = ""


def exported(demands: Demands) -> Exported:
    """What GitHub can enforce of these demands."""
    taken: dict[str, str] = {}
    left: dict[str, str] = {}
    parts: list[Part] = []
    for rule, demand in demands.items():
        found = [] if isinstance(demand, str) else [*_PARTS[demand.about](demand)]
        if isinstance(demand, str):
            left[rule] = demand
        elif not found:
            left[rule] = "nothing of it has a form that GitHub takes"
        else:
            taken[rule] = also(demand.differs, *dict.fromkeys(part.differs for part in found))
            parts += found
    return Exported("GitHub", _rulesets(parts), taken, left)


def _rulesets(parts: list[Part]) -> list[dict[str, Any]]:
    """One for each target and its refs, and one more wherever a type of rule would be in it twice."""
    made: list[tuple[str, tuple[str, ...], list[Mapping[str, Any]]]] = []
    for target, refs, rule, _ in parts:
        same = [rules for kind, where, rules in made if (kind, where) == (target, refs)]
        if any(rule in rules for rules in same):
            continue
        free = next((rules for rules in same if not any(one["type"] == rule["type"] for one in rules)), None)
        if free is None:
            made.append((target, refs, free := []))
        free.append(rule)
    return [_ruleset(f"mlgovern {number}", *one) for number, one in enumerate(made, 1)]


def _ruleset(name: str, target: str, refs: tuple[str, ...], rules: list[Mapping[str, Any]]) -> dict[str, Any]:
    conditions = {"conditions": {"ref_name": {"include": [*refs], "exclude": []}}} if refs else {}
    return {"name": name, "target": target, "enforcement": "active", "bypass_actors": [], **conditions, "rules": rules}


def _pattern(kind: str, pattern: str, *, negate: bool = False) -> dict[str, Any]:
    return {"type": kind, "parameters": {"negate": negate, "operator": "regex", "pattern": pattern}}


def _patterns(kind: str, target: str, demand: Demand, refs: tuple[str, ...], differs: str = "") -> Iterator[Part]:
    for pattern in demand.must:
        yield Part(target, refs, _pattern(kind, pattern), differs)
    if demand.must_not:
        yield Part(target, refs, _pattern(kind, demand.must_not, negate=True), differs)


def _message(demand: Demand) -> Iterator[Part]:
    refs, differs = _refs("heads", demand.globs) if demand.globs else (_EVERY, "")
    return _patterns("commit_message_pattern", "branch", demand, refs, differs)


def _branch(demand: Demand) -> Iterator[Part]:
    return _patterns("branch_name_pattern", "branch", demand, _EVERY, "asks new branches alone")


def _tag(demand: Demand) -> Iterator[Part]:
    return _patterns("tag_name_pattern", "tag", demand, _EVERY)


def _emails(demand: Demand) -> Iterator[Part]:
    for kind in ("commit_author_email_pattern", "committer_email_pattern"):
        yield from _patterns(kind, "branch", demand, _EVERY)


def _paths(demand: Demand) -> Iterator[Part]:
    every = [_fnmatch(one) for glob in demand.globs for one in expand(glob)]
    globs = [one for one in dict.fromkeys(every) if one and len(one) <= MOST_CHARACTERS][:MOST_PATHS]
    fewer = "passes some of its paths, which GitHub's globs cannot say" if len(globs) < len({*every}) else ""
    differs = also(fewer, "passes names that begin with a dot where a wildcard would have to match it")
    if globs:
        yield Part(
            "push", (), {"type": "file_path_restriction", "parameters": {"restricted_file_paths": globs}}, differs
        )


def _size(demand: Demand) -> Iterator[Part]:
    most = max(1, -(-demand.most // MEGABYTE))
    if most <= MOST_MEGABYTES:
        differs = f"the limit is {most} MB; the policy says {demand.most:,} bytes"
        yield Part("push", (), {"type": "max_file_size", "parameters": {"max_file_size": most}}, differs)


def _protected(demand: Demand) -> Iterator[Part]:
    refs, differs = _refs("heads", demand.globs)
    for kind in ("deletion", "non_fast_forward") if refs else ():
        yield Part("branch", refs, {"type": kind}, differs)
    if refs and demand.most:
        yield Part(
            "branch",
            refs,
            {"type": "pull_request", "parameters": _REVIEW},
            also(differs, "asks for a pull request, which nobody need approve"),
        )


_REVIEW = {
    "dismiss_stale_reviews_on_push": False,
    "require_code_owner_review": False,
    "require_last_push_approval": False,
    "required_approving_review_count": 0,
    "required_review_thread_resolution": False,
}


def _published(demand: Demand) -> Iterator[Part]:
    refs, differs = _refs("tags", demand.globs)
    for kind in ("deletion", "update") if refs else ():
        yield Part("tag", refs, {"type": kind}, differs)


def _signature(_demand: Demand) -> Iterator[Part]:
    yield Part("branch", _EVERY, {"type": "required_signatures"}, "wants a signature that GitHub has verified")


def _refs(kind: str, globs: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    every = [_fnmatch(one) for glob in globs for one in expand(glob)]
    refs = tuple(dict.fromkeys(f"refs/{kind}/{one}" for one in every if one))
    return refs, "" if all(every) else "passes some of its refs, which GitHub's globs cannot say"


def _fnmatch(glob: str) -> str:
    """A glob without braces as GitHub reads it; nothing where it cannot be said."""
    if "[!" in glob or "\\" in glob or glob.startswith("/"):
        return ""
    parts = (glob + "**" if glob.endswith("/") else glob).split("/")
    return "/".join(parts) + ("/*" if parts[-1] == "**" else "")


_PARTS: Mapping[About, Callable[[Demand], Iterator[Part]]] = {
    "message": _message,
    "branch": _branch,
    "tag": _tag,
    "emails": _emails,
    "paths": _paths,
    "size": _size,
    "protected": _protected,
    "published": _published,
    "signature": _signature,
}
