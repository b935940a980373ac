r"""Push rules of GitLab, as the body of `PUT /projects/{id}/push_rule` (Premium and Ultimate).

Fields are those of "Project push rules API". There is one pattern for each purpose, in RE2, of at most 511 characters; those for
messages are read in multiline mode, so that these begin with `\A`. Of GitLab's source (`ee/app/models/push_rule.rb`,
`ee/lib/ee/gitlab/checks`): patterns are searched, not anchored; the default branch is free of `branch_name_regex`;
`author_email_regex` is for committers as well; `file_name_regex` is for the whole path, of new files alone; a
tag that is deleted in the browser is free of `deny_delete_tag`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mlgovern.export.demands import About, Demand, Demands
from mlgovern.export.exported import Exported, also
from mlgovern.globs import expand
from mlgovern.policy.patterns import MOST_LETTERS
from mlgovern.record import NamedTuple
from mlgovern.rules.branches.editor import regex_of

MEGABYTE = 1 << 20  # "larger than the allowed size of 1 MiB"


class Part(NamedTuple):
    """A field, what it has to say, and where it judges otherwise."""

    field: str
    value: str | int | bool
    differs: str = ""


def exported(demands: Demands) -> Exported:
    """What GitLab can enforce of these demands; where a field has no room for all, the first rules have it."""
    body: dict[str, Any] = {}
    taken: dict[str, str] = {}
    left: dict[str, str] = {}
    for rule, demand in demands.items():
        said = demand if isinstance(demand, str) else _PARTS[demand.about](demand)
        why = said if isinstance(said, str) else _put(body, said)
        if why:
            left[rule] = why
        elif isinstance(said, Part) and isinstance(demand, Demand):
            taken[rule] = also(demand.differs, said.differs)
    return Exported("GitLab", body, taken, left)


def _put(body: dict[str, Any], part: Part) -> str:
    """Why a field cannot say it as well; nothing where it does now."""
    before, value = body.get(part.field), part.value
    if isinstance(before, str) and isinstance(value, str) and before != value:
        if part.field not in _DENYING:
            return f"{part.field} holds one pattern, and another rule has it"
        value = before if value in before.split("|\\A") else f"{before}|{value}"
    if isinstance(value, str) and len(value) > MOST_LETTERS:
        return f"{part.field} has no room for it: {len(value)} characters, {MOST_LETTERS} are the most"
    body[part.field] = min(before, value) if part.field == "max_file_size" and before else value
    return ""


_DENYING = ("commit_message_negative_regex", "file_name_regex")


def _message(demand: Demand) -> Part | str:
    if len(demand.must) + bool(demand.must_not) > 1:
        return "push rules have one pattern for messages, and this asks for two"
    if demand.must:
        return Part("commit_message_regex", demand.must[0])
    return Part("commit_message_negative_regex", demand.must_not, "refuses it on every branch" if demand.globs else "")


def _branch(demand: Demand) -> Part | str:
    if demand.must_not:
        return "push rules have no pattern that a branch may not match"
    if len(demand.must) > 1:
        return "push rules have one pattern for branches, and this asks for two"
    if len(demand.must[0]) > MOST_LETTERS:
        return f"its pattern has {len(demand.must[0])} characters, {MOST_LETTERS} are the most; fewer names under strategy.exempt make room"
    return Part("branch_name_regex", demand.must[0], "passes any name of the default branch")


def _emails(demand: Demand) -> Part | str:
    if demand.must_not or len(demand.must) > 1:
        return "push rules have one pattern for addresses, which has to match"
    return Part("author_email_regex", demand.must[0])


def _paths(demand: Demand) -> Part | str:
    regexes = [rf"\A{regex_of(one)}\z" for glob in demand.globs for one in expand(glob)]
    return Part("file_name_regex", "|".join(dict.fromkeys(regexes)), "passes changes of files that are there")


def _size(demand: Demand) -> Part | str:
    most = max(1, -(-demand.most // MEGABYTE))
    return Part("max_file_size", most, f"the limit is {most} MiB; the policy says {demand.most:,} bytes")


def _published(_demand: Demand) -> Part | str:
    return Part("deny_delete_tag", True, "keeps every tag, passes one that is moved or deleted in the browser")


def _signature(_demand: Demand) -> Part | str:
    return Part("reject_unsigned_commits", True, "passes commits made in the browser")


_PARTS: Mapping[About, Callable[[Demand], Part | str]] = {
    "message": _message,
    "branch": _branch,
    "tag": lambda _demand: "push rules have no pattern for tags",
    "emails": _emails,
    "paths": _paths,
    "size": _size,
    "protected": lambda _demand: "GitLab keeps protected branches elsewhere, not in push rules",
    "published": _published,
    "signature": _signature,
}
