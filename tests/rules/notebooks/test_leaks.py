"""Home directories and tracebacks in the text of cells."""

from typing import Any

import pytest

from mlgovern.rules.notebooks.leaks import Leak, Leaks, has_drive, has_home, leaks
from mlgovern.rules.notebooks.parse import parse
from tests.rules.notebooks.samples import code, written

HOME = "/home/ann/data.csv"
PATH, TRACE, DRIVE = "the path of a home directory", "a traceback", "a path on a drive"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("/home/ann/x", True, id="Linux"),
        pytest.param("open('/Users/ann.lee/x')", True, id="macOS"),
        pytest.param("C:\\Users\\Ann Lee\\x", True, id="Windows"),
        pytest.param("c:\\\\users\\\\ann\\\\x", True, id="Windows, escaped"),
        pytest.param("C:/Users/ann/x", True, id="Windows with slashes"),
        pytest.param("file:///home/ann/x", True, id="file URL"),
        pytest.param("/home/jovyan/x and /home/ann/x", True, id="somebody besides a container's user"),
        pytest.param("/home/jörg/x", True, id="a name that is not ASCII"),
        pytest.param("/home/jovyan/x /home/runner/x /Users/runner/x", False, id="users of containers and CI"),
        pytest.param("/Users/Shared/x C:\\Users\\Public\\x", False, id="nobody's directory"),
        pytest.param("/home/ann", False, id="could be any route"),
        pytest.param("https://a.example/home/ann/x", False, id="URL"),
        pytest.param("https://home/ann/x", False, id="a host called home"),
        pytest.param("docs/Users/guide/x", False, id="a folder of a project"),
        pytest.param("../home/ann/x", False, id="relative"),
        pytest.param("/home/{name}/x /home/<you>/x /home/$USER/x", False, id="placeholders"),
        pytest.param("abc:\\users\\ann\\x", False, id="no drive"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_home(text: str, found: bool) -> None:
    assert has_home(text, Leaks().exempt) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("D:\\data\\x.csv", True, id="Windows"),
        pytest.param('"d:\\\\data\\\\x.csv"', True, id="Windows, escaped"),
        pytest.param("E:/data/x.csv", True, id="Windows with slashes"),
        pytest.param("/mnt/c/data/x.csv", True, id="WSL"),
        pytest.param("/media/ann/stick/x.csv", True, id="a stick"),
        pytest.param("C:\\Windows\\x C:/Program Files/Git/x c:\\ProgramData\\x", False, id="the same everywhere"),
        pytest.param("C:\\Users\\ann\\x", False, id="a home directory is another finding"),
        pytest.param("http://a.example/x s3://bucket/x/y", False, id="URLs"),
        pytest.param("/mnt/data/x.csv", False, id="a mount that all machines of a team may have"),
        pytest.param("static/media/ann/x", False, id="a folder of a project"),
        pytest.param("a:\\nb:\\tc", False, id="escapes"),
        pytest.param("f:\\mathbb{R}\\to", False, id="a formula"),
        pytest.param("x[a:/2] ratio 1:/2", False, id="no folders"),
    ],
)
def test_drive(text: str, found: bool) -> None:
    assert has_drive(text) is found


@pytest.mark.parametrize(
    ("cell", "output", "source"),
    [
        pytest.param(code(), (), (), id="clean"),
        pytest.param(code({"output_type": "stream", "text": ["a\n", HOME]}), (PATH,), (), id="stream"),
        pytest.param(code({"data": {"text/html": [HOME]}}), (PATH,), (), id="text data"),
        pytest.param(code({"data": {"application/vnd.x+json": {"a": [{"b": HOME}, 1]}}}), (PATH,), (), id="JSON data"),
        pytest.param(code({"data": {"image/svg+xml": HOME}}), (), (), id="image"),
        pytest.param(code({"output_type": "pyout", "html": HOME}), (PATH,), (), id="output of an old format"),
        pytest.param(code({"output_type": "error", "evalue": HOME, "traceback": []}), (TRACE, PATH), (), id="error"),
        pytest.param(code({"text": "/ho\x1b[0;31mme/an\x1b[0mn/x"}), (PATH,), (), id="split by colours"),
        pytest.param(code({"text": "Traceback (most recent call last):\n"}), (TRACE,), (), id="traceback on stderr"),
        pytest.param(code(source=f"open('{HOME}')"), (), (PATH,), id="source"),
        pytest.param(code(source="open('D:/data/x.csv')"), (), (DRIVE,), id="a drive in a source"),
        pytest.param({"cell_type": "code", "input": HOME}, (), (PATH,), id="source of an old format"),
        pytest.param(code(source=["Traceback (most recent call last)\n"]), (), (TRACE,), id="traceback in a source"),
        pytest.param(code("x", {"data": 1}, outputs_too=HOME), (), (), id="no output at all"),
        pytest.param(code(outputs=HOME, source=None), (), (), id="broken"),
    ],
)
def test_leaks(cell: dict[str, Any], output: tuple[str, ...], source: tuple[str, ...]) -> None:
    found = [*leaks(parse(written(cell)), Leaks())]
    assert found == ([Leak(0, output, source, kept=False)] if output or source else [])


def test_kept_outputs_are_looked_at_too() -> None:
    cell = code({"text": HOME}, metadata={"tags": ["keep_output"]})
    assert [leak.kept for leak in leaks(parse(written(cell)), Leaks())] == [True]


def test_settings() -> None:
    cell = code({"output_type": "error", "evalue": HOME})
    assert [*leaks(parse(written(cell)), Leaks(tracebacks=False, homes=False))] == []
    assert [*leaks(parse(written(cell)), Leaks(tracebacks=False, exempt=("ann",)))] == []
    assert [*leaks(parse(written(code(source="D:/data/x.csv"))), Leaks(drives=False))] == []
