"""pip-compile and `uv pip compile`: one project, one change, one verdict."""

import pytest

from mlgovern.rules.lockfiles import requirements
from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale, Unknown, Verdict
from tests.rules.lockfiles.bases import PROJECT
from tests.rules.lockfiles.verdicts import PIP_TOOLS, UV_COMPILE, verify

FRESH, STALE, BROKEN, UNKNOWN = Fresh, Stale, Broken, Unknown
IN, OUT = "requirements.in", "requirements.txt"

# fmt: off
CASES = [
    pytest.param(PIP_TOOLS, (IN, "", ""), FRESH, "", id="pip-compile as made"),
    pytest.param(UV_COMPILE, (IN, "", ""), FRESH, "", id="uv as made"),
    pytest.param(PIP_TOOLS, (IN, "", "six\n"), STALE, "six is in requirements.in but not in requirements.txt", id="added"),
    pytest.param(PIP_TOOLS, (IN, "", "setuptools\n"), FRESH, "", id="pip-compile leaves setuptools out"),
    pytest.param(UV_COMPILE, (IN, "", "setuptools\n"), STALE, None, id="uv does not"),
    pytest.param(PIP_TOOLS, (IN, "click>=8", "click>=9"), STALE, "requirements.txt pins click==8.5.1, requirements.in asks for click>=9", id="violated"),
    pytest.param(PIP_TOOLS, (IN, "click>=8", "click"), FRESH, "", id="loosened"),
    pytest.param(PIP_TOOLS, (IN, "idna>=3,<4\n", ""), STALE, "requirements.txt has idna for requirements.in, which does not name it any more", id="removed"),
    pytest.param(PIP_TOOLS, (IN, "click>=8", "click>=8 ; python_version >= '3.8'"), STALE, "requirements.txt has click with another marker than requirements.in", id="pip-compile copies a marker"),
    pytest.param(UV_COMPILE, (IN, "click>=8", "click>=8 ; python_version >= '3.8'"), FRESH, "", id="uv drops it"),
    pytest.param(UV_COMPILE, (IN, "click>=8", "click>=8 ; sys_platform == 'win32'"), STALE, None, id="uv drops the line elsewhere"),
    pytest.param(UV_COMPILE, (IN, "click>=8", "click>=8 ; sys_platform != 'win32'"), FRESH, "", id="uv keeps it here"),
    pytest.param(PIP_TOOLS, (IN, "", "six ; sys_platform == 'win32'\n"), FRESH, "", id="not missing where it is not needed"),
    pytest.param(PIP_TOOLS, (IN, "click>=8", "click<8 ; python_version < '3.10'\nclick>=8 ; python_version >= '3.10'"), FRESH, "", id="one line for each Python"),
    pytest.param(PIP_TOOLS, (IN, "click>=8", "click<8 ; python_version >= '3.10'\nclick>=8 ; python_version < '3.10'"), STALE, "requirements.txt pins click==8.5.1, requirements.in asks for click<8 ; python_version >= '3.10'", id="and the one that holds is violated"),
    pytest.param(UV_COMPILE, (IN, "click>=8", "click<8 ; python_version < '3.10'\nclick>=8 ; python_version >= '3.10'"), FRESH, "", id="uv, whatever the Python"),
    pytest.param(UV_COMPILE, (IN, "click>=8", "click<8 ; python_version < '3.10'\nclick>=9 ; python_version >= '3.10'"), STALE, None, id="uv, whatever the Python, violated"),
    pytest.param(PIP_TOOLS, (IN, "click>=8", "click[x]>=8"), UNKNOWN, "needs pip-compile: the extras of click leave no trace in it", id="extras"),
    pytest.param(PIP_TOOLS, (IN, "", "-r other.in\n"), UNKNOWN, "needs pip-compile: other.in is not there or cannot be read", id="include is not there"),
    pytest.param(PIP_TOOLS, (IN, "", "./folder\n"), UNKNOWN, "needs pip-compile: requirements.in line 4 is no plain requirement", id="a folder"),
    pytest.param(PIP_TOOLS, (IN, "", "<<<<<<< HEAD\n"), UNKNOWN, "needs pip-compile: requirements.in line 4: unresolved merge conflict", id="conflict in the input"),
    pytest.param(PIP_TOOLS, (IN, "", "--index-url https://host.example\n# c\n"), FRESH, "", id="options and comments"),
    pytest.param(PIP_TOOLS, (OUT, "idna==3.20\n    # via -r requirements.in\n", ""), STALE, "idna is in requirements.in but not in requirements.txt", id="line dropped"),
    pytest.param(PIP_TOOLS, (OUT, "click==8.5.1", "click>=8"), STALE, "click>=8 in requirements.txt is not pinned by ==", id="not pinned"),
    pytest.param(PIP_TOOLS, (OUT, "click==8.5.1", "click==8.*"), STALE, None, id="a wildcard is no pin"),
    pytest.param(PIP_TOOLS, (OUT, "click==8.5.1", "click @ https://host.example/click.whl"), FRESH, "", id="a URL is a pin"),
    pytest.param(PIP_TOOLS, (OUT, "click==8.5.1\n    # via -r requirements.in", "click==8.5.1  # via flask"), STALE, "click is in requirements.in, requirements.txt has it only for flask", id="annotated otherwise"),
    pytest.param(PIP_TOOLS, (OUT, "    # via -r requirements.in", "    # via\n    #   -r requirements.in\n    #   flask"), FRESH, "", id="several annotations"),
    pytest.param(PIP_TOOLS, (OUT, "    # via -r requirements.in\n", ""), FRESH, "", id="no annotations"),
    pytest.param(PIP_TOOLS, (OUT, "idna==3.20", "idna==3.20 --hash=sha256:00"), STALE, "click in requirements.txt has no hash, other lines have", id="some hashes"),
    pytest.param(PIP_TOOLS, (OUT, "idna==3.20", "click==8.5.1\nidna==3.20"), BROKEN, "it has two lines for click", id="twice"),
    pytest.param(PIP_TOOLS, (OUT, "idna==3.20", "idna=>3.20"), BROKEN, "a line is no requirement", id="no requirement"),
    pytest.param(PIP_TOOLS, (OUT, "idna==3.20", ">>>>>>> x\nidna==3.20"), BROKEN, "unresolved merge conflict", id="conflict"),
    pytest.param(PIP_TOOLS, (OUT, "autogenerated", "made"), UNKNOWN, "its header names neither pip-compile nor uv", id="no header"),
    pytest.param(PIP_TOOLS, (OUT, "packaging==26.3", "-e ./x\npackaging==26.3"), UNKNOWN, "needs pip-compile: a requirement by path", id="by path"),
    pytest.param(PIP_TOOLS, (OUT, "requirements.in\n#\n", "-c limits.txt requirements.in\n#\n"), UNKNOWN, None, id="constraints not there"),
    pytest.param(PIP_TOOLS, (OUT, "requirements.in\n#\n", "'requirements.in\n#\n"), FRESH, "", id="an open quote in the command"),
    pytest.param(PIP_TOOLS, (OUT, "requirements.in\n#\n", "setup.cfg\n#\n"), UNKNOWN, None, id="another manifest"),
    pytest.param(UV_COMPILE, (OUT, "--generate-hashes", "--override o.txt"), UNKNOWN, "needs uv: overrides", id="overrides"),
    pytest.param(UV_COMPILE, (OUT, "--generate-hashes", "--no-emit-package=six"), FRESH, "", id="an option with a value"),
]
# fmt: on


@pytest.mark.parametrize(("base", "change", "verdict", "text"), CASES)
def test_verdict(base: dict[str, str], change: tuple[str, str, str], verdict: type[Verdict], text: str | None) -> None:
    verify(base, change, verdict, text)


def compiled(command: str, lines: str, **files: str) -> Verdict:
    """A file compiled by a command, and its inputs; `__` in a name is a slash, `_` a dot."""
    text = f"# This file was autogenerated by uv via the following command:\n#    uv pip compile {command}\n{lines}"
    contents = {name.replace("__", "/").replace("_", "."): body.encode() for name, body in files.items()}
    return requirements.judge("sub/out.txt", {**contents, "sub/out.txt": text.encode()}.get)


# fmt: off
COMMANDS = [
    pytest.param("a.in -o out.txt", "six==1\n    # via -r a.in\n", {"sub__a_in": "six\n"}, FRESH, id="beside"),
    pytest.param("sub/a.in -o sub/out.txt", "six==1\n    # via -r sub/a.in\n", {"sub__a_in": "six\n"}, FRESH, id="from the root"),
    pytest.param("a.in", "six==1\n", {"sub__a_in": "-r b.in\n", "sub__b_in": "six>=1\n"}, FRESH, id="included"),
    pytest.param("a.in", "six==1\n", {"sub__a_in": "-rb.in\n", "sub__b_in": "six>=2\n"}, STALE, id="violated in an included file"),
    pytest.param("a.in", "six==1\n", {"sub__a_in": "six\n-c b.in\n", "sub__b_in": "six<1\nattrs\n"}, STALE, id="violates a constraint"),
    pytest.param("a.in -c b.in", "six==1\n", {"sub__a_in": "six\n", "sub__b_in": "six<1\n"}, STALE, id="violates a constraint of the command"),
    pytest.param("a.in", "six==1\n", {"sub__a_in": "-r a.in\nsix\n"}, FRESH, id="includes itself"),
    pytest.param("-", "six==1\n", {}, UNKNOWN, id="standard input"),
    pytest.param("pyproject.toml", "click==8.5.1\nidna==3.20\n", {"sub__pyproject_toml": PROJECT}, FRESH, id="pyproject.toml"),
    pytest.param("pyproject.toml --extra extra", "click==8.5.1\nidna==3.20\n", {"sub__pyproject_toml": PROJECT}, STALE, id="an extra of it"),
    pytest.param("pyproject.toml --all-extras", "click==8.5.1\nidna==3.20\nsix==1.16\n", {"sub__pyproject_toml": PROJECT}, FRESH, id="all extras of it"),
    pytest.param("pyproject.toml --group dev", "click==8.5.1\nidna==3.20\n", {"sub__pyproject_toml": PROJECT}, STALE, id="a group of it"),
    pytest.param("pyproject.toml", "idna==3.20\n", {"sub__pyproject_toml": PROJECT}, STALE, id="not in it"),
    pytest.param("pyproject.toml", "", {"sub__pyproject_toml": "[project]\ndynamic = ['dependencies']"}, UNKNOWN, id="dynamic"),
    pytest.param("pyproject.toml", "", {"sub__pyproject_toml": "[project"}, UNKNOWN, id="no TOML"),
    pytest.param("pyproject.toml", "", {"sub__pyproject_toml": "[project]\ndependencies = ['>']"}, UNKNOWN, id="odd requirement"),
    pytest.param("pyproject.toml", "six==1.16\n", {"sub__pyproject_toml": "[project]\nname='d'\ndependencies=['d[x]']\noptional-dependencies={x=['six']}"}, FRESH, id="of itself"),
    pytest.param("--universal a.in", "six==1 ; os_name == 'nt'\n    # via -r a.in\n", {"sub__a_in": "six ; os_name == 'nt'\n"}, FRESH, id="universal copies"),
    pytest.param("--universal a.in", "six==1\n    # via -r a.in\n", {"sub__a_in": "six ; os_name == 'nt'\n"}, STALE, id="universal lost a marker"),
    pytest.param("--universal --python-version 3.12 a.in", "six==1\n    # via -r a.in\n", {"sub__a_in": "six ; python_version > '3.11'\n"}, FRESH, id="universal above a Python"),
    pytest.param("--python-platform windows a.in", "six==1\n", {"sub__a_in": "six ; sys_platform == 'win32'\n"}, FRESH, id="for Windows"),
    pytest.param("--python-platform macos a.in", "six==1\n", {"sub__a_in": "six ; sys_platform == 'linux'\n"}, STALE, id="for macOS"),
    pytest.param("--python-platform linux a.in", "six==1\n", {"sub__a_in": "six ; sys_platform == 'linux'\n"}, FRESH, id="for Linux"),
    pytest.param("a.in", "pywin32==1\n", {"sub__a_in": "pywin32 ; sys_platform == 'win32'\n"}, FRESH, id="made on Windows"),
    pytest.param("--python-version 3.9.4 a.in", "six==1\n", {"sub__a_in": "six ; python_version > '3.11'\n"}, STALE, id="for an older Python"),
]
# fmt: on


@pytest.mark.parametrize(("command", "lines", "files", "verdict"), COMMANDS)
def test_compiled(command: str, lines: str, files: dict[str, str], verdict: type[Verdict]) -> None:
    found = compiled(command, lines, **files)
    assert isinstance(found, verdict), found


SETUP = "[metadata]\nname = demo\n[options]\ninstall_requires =\n    click>=8\n    # comment\n[options.extras_require]\nb =\n    idna\n"


@pytest.mark.parametrize(
    ("setup", "lines", "verdict"),
    (
        pytest.param(SETUP, "click==8.5.1\nidna==3.20\n", FRESH, id="with an extra"),
        pytest.param(SETUP, "click==8.5.1\n", STALE, id="without its line"),
        pytest.param(SETUP.replace(">=8", ">=9"), "click==8.5.1\nidna==3.20\n", STALE, id="violated"),
        pytest.param(
            SETUP.replace("click>=8", "file: r.txt"), "click==8.5.1\nidna==3.20\n", UNKNOWN, id="from elsewhere"
        ),
        pytest.param("[options]\n[", "click==8.5.1\n", UNKNOWN, id="cannot be read"),
        pytest.param("", "click==8.5.1\n", FRESH, id="asks for nothing"),
    ),
)
def test_setup_cfg(setup: str, lines: str, verdict: type[Verdict]) -> None:
    assert isinstance(compiled("--extra=B setup.cfg -o out.txt", lines, **{"setup.cfg": setup}), verdict)
