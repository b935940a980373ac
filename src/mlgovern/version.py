"""The version of this program; a test says that it equals the one in pyproject.toml."""

VERSION = "0.1.0"
