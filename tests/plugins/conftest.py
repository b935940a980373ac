"""Distributions as an installer leaves them: a module and its metadata, in a place of their own."""

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

Install = Callable[..., str]

_HEAD = """\
import os, sys, time
from typing import NamedTuple
from mlgovern.finding import Finding, NotJudged, Place, Severity
from mlgovern.rule import Rule


def rule(name, judge, *more, **said):
    judge.__doc__ = judge.__doc__ or "It is flawed.\\n\\nWhy: so.\\nMend: mend it."
    return Rule(name, judge, *more, **said)
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a distribution where imports look; how a policy names it."""
    site = tmp_path / "site"
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])

    def put(name: str, code: str, *, version: str = "1.0", points: str = "all = {module}:RULES") -> str:
        module = name.replace("-", "_")
        package, info = site / module, site / f"{module}-{version}.dist-info"
        for folder in (package, info):
            folder.mkdir(parents=True)
        (package / "__init__.py").write_text(_HEAD + dedent(code), "utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
        lines = indent(points.format(module=module), "")
        (info / "entry_points.txt").write_text(f"[mlgovern.rules]\n{lines}\n", "utf-8")
        return f"{name}=={version}"

    return put
