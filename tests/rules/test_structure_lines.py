"""What the mends would write into a `.gitignore` does what they say."""

import re
import shlex

import pytest

from mlgovern.gitignore import Ignores
from mlgovern.rules.structure.lines import exception


@pytest.mark.parametrize(
    ("ignore", "path"),
    [
        pytest.param("*.log\n", "a b/[x].log", id="a file with odd characters"),
        pytest.param("data/\n", "data/.gitkeep", id="in a folder"),
        pytest.param("data/\n", "data/raw/x/.gitkeep", id="deep in a folder"),
        pytest.param("out*/\n", "a/out1/x/.gitkeep", id="in one of many folders"),
    ],
)
def test_the_exception_lets_the_path_through(ignore: str, path: str) -> None:
    before = Ignores({"": ignore})
    source = before.ignored(path)
    assert source is not None
    said = exception(before, path, source)
    found = re.search(r"(?:write|lines) (.*?)(?: instead of .*)?$", said)
    lines = re.split(r", | and ", found[1]) if found else shlex.split(said)[2:-2]
    after = Ignores({"": "\n".join(([] if "instead" in said else [ignore]) + lines)})
    assert after.ignored(path) is None
    assert after.ignored(path.rpartition("/")[0] + "/other.log") is not None
