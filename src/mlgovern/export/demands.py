"""What a policy asks that the rules of a forge can ask as well: patterns in the dialect of RE2, globs, sizes.

A demand says in `differs` where whoever enforces it by these means alone judges otherwise than mlgovern does.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from mlgovern import engine
from mlgovern.export.exported import also
from mlgovern.finding import Severity
from mlgovern.policy.model import Decision, Policy
from mlgovern.record import NamedTuple
from mlgovern.rules.branches.editor import editor_pattern
from mlgovern.rules.branches.names import escaped
from mlgovern.rx import ALL

About = Literal["message", "branch", "tag", "emails", "paths", "size", "protected", "published", "signature"]

NEEDS = {  # why no rule of a forge says what a rule says, or all other rules of a family
    "branch-protected-commit": "it judges work before there is a push",
    "tracked-env-file": "it tells templates from environment files by what is in them",
    "unportable-path": "what no system can check out has no pattern there",
    "missing-lockfile": "it needs the other files of the tree",
    "commits": "it reads more than a pattern can say",
    "branches": "it needs other branches, or the history",
    "authorship": "it needs author, committer and message together",
    "secrets": "it needs the contents of files",
    "notebooks": "it needs the contents of files",
    "lockfiles": "it needs the contents of files",
    "structure": "it needs the other files of the tree",
    "data": "it needs contents, or what Git LFS and DVC keep",
    "policy": "it is about the policy itself",
}
_MERGED = "passes whatever begins like a merge, a revert or a fixup, and refuses merges with a subject of their own"
_EXEMPT = r'Merge |(?:Revert|Reapply) "|(?:fixup|squash|amend)! '
_LETTERS = r"\pL\pN"
_VISIBLE = r"(?::[a-z0-9_+-]+:|[^\s\x1c-\x1f\x{85}\pZ:\x{ff1a}])"  # how a description begins
_LINE = r"[ \t\r]*(?:\n|\z)"
_NUMBER = 24  # characters at the end of a subject that may be the number of a pull request


class Demand(NamedTuple):
    """What one rule asks, as far as patterns, globs and numbers can say it."""

    about: About
    must: tuple[str, ...] = ()  # patterns that are in the text
    must_not: str = ""  # a pattern that is not
    globs: tuple[str, ...] = ()
    most: int = 0
    differs: str = ""  # where it judges otherwise; nothing where it judges the same


Demands = Mapping[str, Demand | str]  # by rule; a text says why there is none


def demands(policy: Policy, today: str) -> Demands:
    """For every rule that is on, in the order of the policy."""
    on = {rule: one for rule, one in policy.decisions.items() if one.severity is not Severity.OFF}
    grave = [rule for rule, one in on.items() if _refuses(one, policy, today)]
    refusing = {rule: engine.settings(policy, rule) if rule in _ASKED or on[rule].own else None for rule in grave}
    return {rule: _demand(rule, on[rule], refusing, policy) for rule in on}


def _refuses(decision: Decision, policy: Policy, today: str) -> bool:
    begun = bool(decision.enforce_after) and today >= decision.enforce_after
    return decision.severity >= policy.fail_on and (decision.mode == "enforce" or begun)


def _demand(rule: str, decision: Decision, refusing: Mapping[str, Any], policy: Policy) -> Demand | str:
    if rule not in refusing:
        return "it only evaluates" if decision.mode == "evaluate" else f"it only tells, as {decision.severity.word}"
    if decision.own:
        from mlgovern.export.own import own

        found = own(decision.own, refusing[rule])
    elif rule not in _ASKED:
        return NEEDS.get(rule) or NEEDS[decision.outline.family]
    else:
        found = _ASKED[rule](refusing, policy)
    if isinstance(found, Demand) and decision.exempt:
        return found._replace(differs=also(found.differs, "knows no exempt paths"))
    return found


def _form(refusing: Mapping[str, Any], _policy: Policy) -> Demand | str:
    """The header of a message, by all rules that refuse something of it."""
    if "commit-header-malformed" not in refusing:
        return "it needs commit-header-malformed, which does not refuse"
    grammar = refusing["commit-header-malformed"]
    types = f"[A-Za-z][{_LETTERS}_-]*"
    if "commit-type-unknown" in refusing:
        types = "|".join(_types(refusing))
    if not types:
        return "no type is allowed"
    inner = f"[{_LETTERS}{''.join(map(_in_set, grammar.scope_characters))}]"
    scope = rf"\({inner}(?:[ {inner[1:]}*{inner})?\)"
    scope += "" if "commit-scope-empty" in refusing else r"|\(\s*\)"
    rest = f": {_VISIBLE}" + ("" if "commit-description-empty" in refusing else rf"|:{_LINE}")
    initial = f"|Initial commit{_LINE}" if grammar.initial_commit else ""
    return Demand("message", (rf"\A(?:(?:{types})(?:{scope})?!?(?:{rest})|{_EXEMPT}{initial})",), differs=_MERGED)


def _case(refusing: Mapping[str, Any], policy: Policy) -> Demand | str:
    return (
        _form(refusing, policy)
        if "commit-type-unknown" in refusing
        else "it needs commit-type-unknown, which does not refuse"
    )


def _types(refusing: Mapping[str, Any]) -> Iterator[str]:
    case = refusing.get("commit-type-case")
    listed = {word.lower() for word in case.types} if case else set()
    for word in refusing["commit-type-unknown"].types:
        if case and case.case != "any" and word.lower() in listed:
            yield escaped(word.lower() if case.case == "lower" else word.upper())
        else:
            yield f"(?i:{escaped(word)})"


def _in_set(char: str) -> str:
    return f"\\{char}" if char in r"\]^-[" else char


def _empty(refusing: Mapping[str, Any], policy: Policy) -> Demand | str:
    form = _form(refusing, policy)
    return form._replace(differs="") if isinstance(form, Demand) else Demand("message", (r"\S",))


def _long(refusing: Mapping[str, Any], policy: Policy) -> Demand | str:
    settings = refusing["commit-header-long"]
    most = settings.max if policy.fail_on > Severity.WARNING else min(settings.warn, settings.max)
    if most + _NUMBER >= 1000:
        return "RE2 counts to 1000"
    differs = (
        f"passes subjects of up to {most + _NUMBER} characters, since a pull request's number is free; refuses merges"
    )
    return Demand("message", must_not=rf"\A[^\n]{{{most + _NUMBER + 1},}}", differs=differs)


def _full_stop(_refusing: Mapping[str, Any], _policy: Policy) -> Demand:
    differs = "refuses abbreviations at the end, such as etc., and merges and bots"
    return Demand("message", must_not=rf"\A[^\n]*[^\s.:/]\.{{1,2}}(?: \([#!]\d+\))?{_LINE}", differs=differs)


def _separated(_refusing: Mapping[str, Any], _policy: Policy) -> Demand:
    return Demand("message", must_not=r"\A[^\n]*\n[^\n]*\S", differs="refuses merges and reverts as well")


def _autosquash(refusing: Mapping[str, Any], _policy: Policy) -> Demand:
    settings = refusing["commit-autosquash"]
    globs = () if settings.everywhere else settings.protected
    return Demand("message", must_not=r"\A(?:fixup|squash|amend)! ", globs=globs)


def _mention(refusing: Mapping[str, Any], _policy: Policy) -> Demand | str:
    settings = refusing["commit-trailer-missing"]
    if not settings.mention:
        return "a pattern cannot tell trailers from other lines"
    left = "passes messages without the required trailers, and " if settings.required else ""
    # Both services read patterns in multiline mode, and a policy's own is not meant so.
    must = tuple(f"(?-m){part}" for part in settings.mention.split(ALL))
    return Demand("message", must, differs=f"{left}asks merges and bots as well")


def _name(refusing: Mapping[str, Any], _policy: Policy) -> Demand | str:
    strategy = next(settings.strategy for rule, settings in refusing.items() if rule in _NAMES)
    pattern = editor_pattern(strategy)
    if not pattern:
        return "any name will do, or the strategy's own pattern has no plain form"
    return Demand("branch", (pattern,), differs="refuses names of which mlgovern only warns")


_NAMES = ("branch-name-malformed", "branch-type-unknown")


def _name_long(refusing: Mapping[str, Any], _policy: Policy) -> Demand | str:
    most = refusing["branch-name-long"].strategy.max_length
    if not 0 < most < 1000:
        return "it sets no limit" if most == 0 else "RE2 counts to 1000"
    return Demand("branch", must_not=rf"\A.{{{most + 1},}}", differs="refuses long names that machines make")


def _tag(refusing: Mapping[str, Any], _policy: Policy) -> Demand:
    parts = refusing["tag-name-malformed"].pattern.split(ALL)
    return Demand("tag", tuple(rf"\A(?:{part})\z" for part in parts))


def _emails(refusing: Mapping[str, Any], _policy: Policy) -> Demand | str:
    settings = refusing["unapproved-identity"]
    if not settings.emails:
        return "names have no pattern there" if settings.names else "it asks for nothing"
    forms = "|".join((*settings.emails, *map(escaped, settings.committers)))
    names = "passes any name, and " if settings.names else ""
    differs = f"{names}asks bots as well, and lets authors use the addresses of `committers`"
    return Demand("emails", (rf"\A(?i:{forms})\z",), differs=differs)


def _paths(refusing: Mapping[str, Any], policy: Policy) -> Demand | str:
    entries = refusing["forbidden-path"].forbidden
    plain = [one for one in entries if not (one.but or one.roots or one.only_new or one.nocase)]
    globs = tuple(glob for one in plain if one.severity >= policy.fail_on for glob in one.paths)
    differs = "passes what has exceptions, roots or another letter case" if len(plain) < len(entries) else ""
    return Demand("paths", globs=globs, differs=differs) if globs else "each of its entries has exceptions or roots"


def _checkpoints(_refusing: Mapping[str, Any], _policy: Policy) -> Demand:
    return Demand("paths", globs=("**/.ipynb_checkpoints/**", "**/*-checkpoint.ipynb"))


def _size(refusing: Mapping[str, Any], _policy: Policy) -> Demand:
    settings = refusing["oversized-file"]
    most = max((settings.max_bytes, *settings.per_glob.values()))
    differs = "knows no limits per glob" if settings.per_glob else ""
    covered = "refuses large data and models, which other rules judge" if settings.covered else ""
    return Demand("size", most=most, differs=also(differs, covered))


def _protected(refusing: Mapping[str, Any], policy: Policy) -> Demand:
    settings = refusing["branch-protected-push"]
    review = settings.plain >= policy.fail_on
    return Demand("protected", globs=settings.strategy.protected, most=int(review))


def _published(refusing: Mapping[str, Any], _policy: Policy) -> Demand:
    return Demand("published", globs=refusing["tag-moved"].tags)


def _signature(refusing: Mapping[str, Any], _policy: Policy) -> Demand:
    settings = refusing["missing-signature"]
    differs = "takes any kind of signature" if len(settings.kinds) < 3 else ""
    return Demand("signature", differs=also(differs, "asks bots and merges as well" if settings.bots else ""))


_ASKED: Mapping[str, Callable[[Mapping[str, Any], Policy], Demand | str]] = {
    "commit-message-empty": _empty,
    "commit-header-malformed": _form,
    "commit-scope-empty": _form,
    "commit-description-empty": _form,
    "commit-type-unknown": _form,
    "commit-type-case": _case,
    "commit-header-long": _long,
    "commit-full-stop": _full_stop,
    "commit-body-not-separated": _separated,
    "commit-autosquash": _autosquash,
    "commit-trailer-missing": _mention,
    "branch-name-malformed": _name,
    "branch-type-unknown": _name,
    "branch-name-long": _name_long,
    "branch-protected-push": _protected,
    "tag-moved": _published,
    "tag-name-malformed": _tag,
    "unapproved-identity": _emails,
    "missing-signature": _signature,
    "tracked-checkpoint": _checkpoints,
    "forbidden-path": _paths,
    "oversized-file": _size,
}
