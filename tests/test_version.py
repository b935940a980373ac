import tomllib
from pathlib import Path

from mlgovern.version import VERSION


def test_the_version_is_the_one_of_the_project() -> None:
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text()
    assert tomllib.loads(text)["project"]["version"] == VERSION
