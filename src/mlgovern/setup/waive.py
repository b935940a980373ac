"""`mlgovern waive`: an exception with an owner and an end, added to `.mlgovern/waivers.yaml` without touching the rest."""

import json
import re
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from mlgovern import files
from mlgovern.enforce.check import from_top
from mlgovern.errors import PolicyError, UserError
from mlgovern.facts import listings, state
from mlgovern.facts.git import Git
from mlgovern.globs import matcher
from mlgovern.policy.load import first_item, waivers_of
from mlgovern.policy.migrations import SCHEMA
from mlgovern.policy.model import WAIVERS_FILE, Policy, Waiver
from mlgovern.policy.waivers import PLACES
from mlgovern.rule import Glob
from mlgovern.rules.policy.waivers import ends

_FIELDS = ("id", "rule", *PLACES, "reason", "owner", "ticket", "created", "until")
_NUMBERED = re.compile(r"W-(\d{1,9})")
_PLAIN = re.compile(r"[A-Za-z][\w./@+-]*(?: [\w./@+-]+)*", re.ASCII)
_NO_TEXT = re.compile(r"(?i:true|false|null|yes|no|on|off|y|n)")  # for some reader of YAML
_PLACE = re.compile(r"^\S+:\d+:\d+: ")
_KEY = re.compile(r"^missing required key '(\w+)'")
_WILD = re.compile(r"[*?\[]")


def waive(git: Git, policy: Policy, wanted: Waiver, *, dry_run: bool) -> Iterator[str]:
    """Add a waiver, and say so line by line; PolicyError where the policy does not admit it.

    `wanted` has neither id nor, where it is the user's own, owner; paths may be files by their names.
    """
    place = Path(git.top) / WAIVERS_FILE
    before = files.read(place)
    known = waivers_of(before, policy)
    tracked, _ = listings.tracked(git)
    waiver = wanted._replace(
        id=_next(known),
        owner=wanted.owner or state.values(git, ["user.email"]).get("user.email", ""),
        paths=tuple(_glob(git, path, tracked) for path in wanted.paths),
    )
    _sound(waiver, policy)
    after = extended(before, waiver)
    _admitted(after, policy, (*known, waiver))
    if not dry_run:
        files.write(place, after)
    where = ", ".join(item for key in PLACES for item in getattr(waiver, key))
    yield f"{'Would add' if dry_run else 'Added'} {waiver.id} to {WAIVERS_FILE}: {waiver.rule} in {where}, ends {ends(waiver.until)}."
    if waiver.paths and not any(map(matcher(waiver.paths), tracked)):
        yield f"Nothing that is tracked now lies at {where}."
    yield "Commit it by itself, before what needs it: a waiver does not count for the change that brings it."


def extended(before: bytes | None, waiver: Waiver) -> bytes:
    """The file with one more waiver at its end."""
    old = (before or b"").decode("utf-8").rstrip()
    newline = "\r\n" if "\r\n" in old else "\n"
    said = {key: value for key in _FIELDS if (value := getattr(waiver, key))}
    first = first_item(WAIVERS_FILE, before, "waivers")
    if first is None:
        old, first = f"schema: {SCHEMA}\nwaivers:", 3
    return f"{old}\n{_item(said, ' ' * (first - 1))}\n".replace("\r\n", "\n").replace("\n", newline).encode()


def _item(said: Mapping[str, object], indent: str) -> str:
    lines = [f"{key}: {_value(value)}" for key, value in said.items()]
    return "\n".join(f"{indent}{'  ' if number else '- '}{line}" for number, line in enumerate(lines))


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(json.dumps(item, ensure_ascii=False) for item in value)}]"
    text = str(value)
    dated = re.fullmatch(r"\d{4}-\d\d-\d\d", text)
    plain = dated or (_PLAIN.fullmatch(text) and not _NO_TEXT.fullmatch(text))
    return text if plain else json.dumps(text, ensure_ascii=False)


def _sound(waiver: Waiver, policy: Policy) -> None:
    """UserError with what the policy does not admit; the place in a file that is not written yet would tell nobody."""
    if not any(getattr(waiver, key) for key in PLACES):
        raise UserError("say what it accepts, with one of --path, --commit, --branch, --fingerprint")
    try:
        waivers_of(extended(None, waiver), policy)
    except PolicyError as error:
        wrong = (_PLACE.sub("", line) for line in str(error).splitlines())
        raise UserError("; ".join(_KEY.sub(r"this policy wants --\1", line) for line in wrong)) from None


def _admitted(data: bytes, policy: Policy, expected: tuple[Waiver, ...]) -> None:
    """UserError where the file would not say what it should, which a hand-made one may not allow for."""
    found = waivers_of(data, policy)
    if [waiver._replace(line=0) for waiver in found] != [waiver._replace(line=0) for waiver in expected]:
        said = {key: value for key in _FIELDS if (value := getattr(expected[-1], key))}
        text = _item(said, "  ")
        raise UserError(f"{WAIVERS_FILE} is written in a way that cannot be extended safely; add by hand:\n{text}")


def _next(known: tuple[Waiver, ...]) -> str:
    numbers = [int(match[1]) for waiver in known if (match := _NUMBERED.fullmatch(waiver.id))]
    return f"W-{max(numbers, default=0) + 1}"


def _glob(git: Git, said: Glob, tracked: Container[str]) -> Glob:
    """The glob of what is meant: of a tracked file, also as it is called in the current folder, its path from the top."""
    here = said if said in tracked else _from_top(git, said)
    return Glob(_literal(here)) if here in tracked else said


def _from_top(git: Git, path: str) -> str:
    try:
        return from_top(git, path)
    except (UserError, ValueError):  # outside, or what no file is called
        return ""


def _literal(path: str) -> str:
    """A glob that matches this path; braces have no escape, so any character stands for one."""
    return re.sub(r"[{}]", "?", _WILD.sub(lambda match: f"[{match[0]}]", path))
