"""The strategy packs, read as plainly as can be: the real loader is tested elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import yaml

from mlgovern.fields import bare
from mlgovern.rules.branches.strategy import Strategy

ROOT = Path(__file__).parents[3]
PACKS = ROOT / "policies" / "strategies"
NAMES = ("trunk-based", "github-flow", "gitflow", "gitlab-flow", "release-flow")
CORPUS = ROOT.parent / "shared" / "corpus" / "branches" / "real.txt"


def read(kind: Any, value: Any) -> Any:
    """A value of plain YAML as a setting's type; an unknown key is a TypeError."""
    kind = bare(kind)
    if get_origin(kind) is tuple:
        if isinstance(value, dict):
            value = value["$replace"]
        return tuple(read(get_args(kind)[0], item) for item in value)
    if hasattr(kind, "_fields"):
        return kind(**{key: read(kind.__annotations__.get(key, str), entry) for key, entry in value.items()})
    if kind in {bool, int, str}:
        assert type(value) is kind
    if isinstance(kind, type) and issubclass(kind, str):
        return kind(value)
    return value


def pack(name: str) -> dict[str, Any]:
    """One strategy pack as YAML says it."""
    document: dict[str, Any] = yaml.safe_load((PACKS / f"{name}.yaml").read_text(encoding="utf-8"))
    return document


def strategy(name: str) -> Strategy:
    """The strategy of one pack."""
    made: Strategy = read(Strategy, pack(name)["strategy"])
    return made


def real_names() -> Iterator[str]:
    """Branch names of public repositories: data that stays outside the project."""
    if not CORPUS.exists():
        pytest.skip("the corpus of branch names is not here")
    yield from CORPUS.read_text(encoding="utf-8").splitlines()
