"""The one table of reporters: a Report in, text out."""

from collections.abc import Callable

from mlgovern.finding import Report
from mlgovern.reporters import json, text

REPORTERS: dict[str, Callable[[Report], str]] = {"text": text.render, "json": json.render}
