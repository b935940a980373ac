"""What conda's manifests ask for: names, simple version specs and pip's part, for each platform."""

import re
from collections.abc import Iterator
from typing import Any

from mlgovern.record import NamedTuple
from mlgovern.rules.lockfiles.pep508 import requirement_of
from mlgovern.rules.lockfiles.verdict import array
from mlgovern.rules.lockfiles.versions import admits, specifiers_of, version_of
from mlgovern.rx import rx

_SPEC = rx(r"(?:[\w./-]+::)?([A-Za-z0-9_][\w.-]*)(?:\[.*\])?\s*([^\[#]*)")
_PART = rx(r"(===|==|~=|!=|<=|>=|<|>|=)?\s*([\w.!+*-]+)")
_SELECTOR = rx(r"#\s*\[[^\]]+\]")


class Ask(NamedTuple):
    """One dependency of a conda manifest; `asked` is its version spec, `pip` where pip installs it."""

    name: str
    asked: str = ""
    pip: bool = False
    line: int | None = None

    @property
    def text(self) -> str:
        """As a message shows it."""
        return f"{self.name}{' ' if self.asked and self.asked[0].isalnum() else ''}{self.asked}"


def asks_of(text: str, values: dict[str, Any]) -> Iterator[Ask]:
    """The dependencies of an environment.yml; those that a selector (`# [linux]`) keeps for some systems are left out."""
    lines = text.split("\n")
    for entry in array(values, "dependencies"):
        if isinstance(entry, str):
            line = _line(lines, entry)
            ask = ask_of(entry, line)
            if ask is not None and not (line and _SELECTOR.search(lines[line - 1])):
                yield ask
        for requirement in array(entry, "pip"):
            if isinstance(requirement, str) and not requirement.startswith("-"):
                yield from _pip(requirement, _line(lines, requirement))


def _line(lines: list[str], entry: str) -> int | None:
    return next((number for number, line in enumerate(lines, 1) if entry in line), None)


def ask_of(spec: str, line: int | None = None) -> Ask | None:
    """One conda spec, such as `numpy>=1.20,<2` or `conda-forge::python=3.11`."""
    found = _SPEC.fullmatch(spec.strip()) if len(spec) <= 1000 else None
    return None if found is None else Ask(found[1].lower(), found[2].strip(), line=line)


def _pip(text: str, line: int | None) -> Iterator[Ask]:
    try:
        one = requirement_of(text.partition(" --")[0].partition(" #")[0])
    except ValueError:
        return
    if not one.condition:
        yield Ask(one.name, "" if one.url else one.asked, pip=True, line=line)


def satisfied(asked: str, version: str) -> bool:
    """A version is what a conda spec asks for; a spec or a version beyond the simple ones counts as yes."""
    if "|" in asked or version_of(version) is None:
        return True
    parts = [part.strip() for part in asked.split(",") if part.strip()]
    return all(_admits(part, version) for part in parts)


def _admits(part: str, version: str) -> bool:
    words = part.split()
    found = _PART.match(part) if len(words) <= 2 else None
    if found is None:
        return True
    op, wanted = found[1] or "=", found[2]
    if wanted == "*":
        return True
    fuzzy = wanted.endswith("*")
    bare = wanted.rstrip("*").rstrip(".")
    if op == "=" and not found[1] and not fuzzy:
        op = "=="  # a version alone is exact
    if op == "=":
        op, bare = "==", f"{bare}.*"
    elif fuzzy:
        bare = f"{bare}.*" if op in {"==", "!="} else bare
    try:
        return admits(specifiers_of(op + bare), version)
    except ValueError:
        return True


def is_pinned(ask: Ask) -> bool:
    """One version: `=1.2`, `==1.2.3`, `1.2.3`; not a range."""
    parts = ask.asked.split(",")
    return len(parts) == 1 and bool(re.match(r"=|\d", ask.asked)) and ask.asked.strip("= ") not in {"", "*"}
