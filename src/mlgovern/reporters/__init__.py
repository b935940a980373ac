"""Reporters: a Report in, text out; `flags.FORMATS` names them, and one is imported when it is asked for."""

from collections.abc import Callable
from importlib import import_module

from mlgovern.finding import Report


def reporter(name: str) -> Callable[[Report], str]:
    """The function that renders a report in a format: `render` of the module that is called like it."""
    render: Callable[[Report], str] = import_module(f"mlgovern.reporters.{name}").render
    return render
