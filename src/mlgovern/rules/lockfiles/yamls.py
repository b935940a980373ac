"""The YAML of conda's world, within bounds: the parser nests a call for each level and copies nothing twice."""

import re
from functools import lru_cache
from typing import Any

from mlgovern.rules.lockfiles.verdict import Broken, Document, Unknown, readable
from mlgovern.rx import rx

MOST_BYTES = 2_000_000  # of YAML that is parsed as such; locks are larger, and read by their lines
MOST_VALUES = 50_000
MOST_DEPTH = 50

_STEEP = rx(rf"^(?:[ ]{{{4 * MOST_DEPTH}}}|[ ]*(?:[-?:][ ]+){{{MOST_DEPTH}}})", re.MULTILINE)
_BRACKET = rx(r"[\[\]{}]")


def yaml_of(data: bytes | None, name: str) -> Document | Broken | Unknown:
    """Text and values of a small YAML file, or why there are none."""
    if data is None:
        return Unknown(f"{name} was not read")
    if len(data) > MOST_BYTES:
        return Unknown(f"{name} is larger than {MOST_BYTES // 1_000_000} MB")
    text = readable(data, marked=True)
    if isinstance(text, Broken):
        return text
    values = parsed(text)
    return values if isinstance(values, Broken) else Document(text, values)


@lru_cache(maxsize=16)
def parsed(text: str) -> "dict[str, Any] | Broken":
    """The values of a text; a document that is no mapping has none."""
    if sum(map(text.count, ",[{\n")) > MOST_VALUES or _STEEP.search(text) or _depth(text) > MOST_DEPTH:
        return Broken("it is nested too deeply or too large", 1, "text")
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        values = yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are the safe ones
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return Broken("it cannot be parsed as YAML", mark.line + 1 if mark else None, "text")
    except (yaml.YAMLError, ValueError, RecursionError):
        return Broken("it cannot be parsed as YAML", None, "text")
    return values if isinstance(values, dict) else {}


def key_line(text: str, key: str) -> int | None:
    """The first line that has a key at the top."""
    found = re.search(rf"^{re.escape(key)}:", text, re.MULTILINE)
    return None if found is None else text.count("\n", 0, found.start()) + 1


def _depth(text: str) -> int:
    """How deep brackets nest; those in texts count as well, which a manifest can bear."""
    deepest = level = 0
    for found in _BRACKET.finditer(text):
        level += 1 if found[0] in "[{" else -1
        deepest = max(deepest, level)
    return deepest
