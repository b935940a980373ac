"""Single requirements: pinned, hashed, and from places that others can reach and trust."""

import pytest

from mlgovern.finding import Finding, Place
from mlgovern.rule import Glob
from mlgovern.rules.lockfiles import RULES
from mlgovern.rules.lockfiles.wanting import Locks
from tests.factories import a_snapshot, judged, rule_of
from tests.rules.lockfiles.bases import HASH, PDM, POETRY, UV
from tests.rules.lockfiles.verdicts import PIP_TOOLS, PIPENV, changed

SHA = "4ef6934484c1c80dbd494ddfb5eff39293cf4d3b"
SECRET = "hunter" + "2secret"
R = "requirements.txt"

# fmt: off
UNPINNED = [
    pytest.param({R: "a==1\nb===2 ; os_name == 'nt'\n"}, [], id="pinned"),
    pytest.param({R: "a\nb>=1\nc==1.*\nd~=1.0\nE_e\nf\ng\n"}, ["a, b, c, d, e-e and 2 more in requirements.txt are not pinned by =="], id="many ways not to"),
    pytest.param({R: "# comment\n-r other.txt\n-e .\n./x\na @ https://h.example/a.whl\n--index-url https://h.example\n"}, [], id="neither options nor paths nor URLs"),
    pytest.param({R: f"a==1 --hash={HASH}\nb==2 \\\n    --hash={HASH}\n"}, [], id="all with hashes"),
    pytest.param({R: f"a==1 --hash={HASH}\nb==2\n"}, ["b in requirements.txt has no hash, other lines have: pip refuses all"], id="one without a hash"),
    pytest.param({"requirements/dev.txt": "a\n"}, ["a in dev.txt is not pinned by =="], id="in a folder"),
    pytest.param({"constraints.txt": "a<2\n"}, [], id="constraints only limit"),
    pytest.param({"requirements.in": "a\n", "notes.txt": "a\n"}, [], id="inputs and other texts"),
    pytest.param({"{{ x }}/requirements.txt": "a\n"}, [], id="a template"),
    pytest.param(PIP_TOOLS, [], id="compiled"),
    pytest.param({R: "=>1\n\x00\n"}, [], id="no requirement"),
    pytest.param(UV, [], id="uv.lock"), pytest.param(POETRY, [], id="poetry.lock"), pytest.param(PDM, [], id="pdm.lock"),
    pytest.param(changed(UV, "uv.lock", f'-none-any.whl", hash = "{HASH}"', '-none-any.whl"'), ["uv.lock has no hash of a file of click, idna, iniconfig, six"], id="uv.lock, wheels without hashes"),
    pytest.param(changed(UV, "uv.lock", f'click-8.5.1.tar.gz", hash = "{HASH}"', 'click-8.5.1.tar.gz", hash = "md5:00"'), ["uv.lock has no hash of a file of click"], id="a weak hash is none"),
    pytest.param(changed(POETRY, "poetry.lock", f'files = [\n    {{file = "idna-3.20.tar.gz", hash = "{HASH}"}},\n]', "files = []"), ["poetry.lock has no hash of a file of idna"], id="poetry.lock, no files"),
    pytest.param(changed(PDM, "pdm.lock", f', hash = "{HASH}"', ""), ["pdm.lock has no hash of a file of click, idna, iniconfig, six"], id="pdm.lock"),
    pytest.param(changed(UV, "uv.lock", 'source = { registry = "https://pypi.example/simple" }', 'source = { git = "https://h.example/x" }'), [], id="from a repository"),
]
# fmt: on


@pytest.mark.parametrize(("files", "messages"), UNPINNED)
def test_unpinned_requirement(files: dict[str, str], messages: list[str]) -> None:
    findings = judged(rule_of(RULES, "unpinned-requirement"), a_snapshot(files))
    assert [finding.message for finding in findings] == messages


def test_what_an_unpinned_requirement_says() -> None:
    rule = rule_of(RULES, "unpinned-requirement")
    assert judged(rule, a_snapshot({"a b/requirements.txt": "# c\nnumpy\n"})) == [
        Finding(
            "numpy in requirements.txt is not pinned by ==",
            Place("a b/requirements.txt", 2),
            "git mv 'a b/requirements.txt' 'a b/requirements.in' && "
            "uv pip compile 'a b/requirements.in' -o 'a b/requirements.txt' && git add 'a b/requirements.txt'",
            "pin",
        )
    ]
    with_input = a_snapshot({R: "numpy\n"}, {"requirements.in": "numpy\n"})
    assert [one.mend for one in judged(rule, with_input)] == [
        "uv pip compile requirements.in -o requirements.txt && git add requirements.txt"
    ]
    with_lock = a_snapshot({R: "numpy\n"}, {"uv.lock": ""})
    assert [one.mend for one in judged(rule, with_lock)] == [
        "uv export -o requirements.txt && git add requirements.txt"
    ]
    assert judged(rule, a_snapshot({R: "numpy\n"}), Locks(exempt=(Glob("*.txt"),))) == []


# fmt: off
UNSAFE = [
    pytest.param({R: f"--index-url https://me:{SECRET}@h.example/simple\na==1\n"}, [("credentials are in the URL of h.example", 1)], id="credentials of an index"),
    pytest.param({R: f"-i https://{SECRET}@h.example/simple\n"}, [("credentials are in the URL of h.example", 1)], id="a token alone"),
    pytest.param({R: "-i https://${USER}:${TOKEN}@h.example/simple\n"}, [], id="variables"),
    pytest.param({R: "# -i http://me:word@h.example\n"}, [], id="comment"),
    pytest.param({R: "-i http://h.example/simple\n-f http://localhost:8000\n"}, [("http:// is not encrypted: h.example", 1)], id="http"),
    pytest.param({R: "a @ http://h.example/a.whl\n"}, [("http:// is not encrypted: h.example", 1)], id="a file over http"),
    pytest.param({R: "-e git+https://h.example/a.git#egg=a\n"}, [("a is not pinned to a commit", 1)], id="no revision"),
    pytest.param({R: "a @ git+ssh://git@h.example/a.git@main\n"}, [("a is not pinned to a commit", 1)], id="a branch"),
    pytest.param({R: f"a @ git+https://h.example/a.git@{SHA}\n-e git+https://h.example/b@{SHA}#egg=b\n"}, [], id="a commit"),
    pytest.param({R: f"a @ git+https://h.example/a.git@{SHA[:8]}\n"}, [("a is not pinned to a commit", 1)], id="an abbreviated commit"),
    pytest.param({"requirements.in": "a @ git+https://h.example/a.git@main\n"}, [], id="an input is compiled to a commit"),
    pytest.param({R: "-e /home/ann/a\nb @ file:///home/ann/b\n/opt/c.whl\nC:\\d.whl\n-e ../e\n"}, [("an absolute path exists on one machine only", n) for n in (1, 2, 3, 4)], id="absolute paths"),
    pytest.param({R: "-f /opt/wheels\n--extra-index-url file:///opt/simple\n-r /opt/r.txt\n--cert /etc/ssl/ca.pem\n-r other.txt\n"}, [("an absolute path exists on one machine only", n) for n in (1, 2, 3)], id="absolute paths of options"),
    pytest.param({"pyproject.toml": "[project.urls]\na = 'http://h.example'\n"}, [], id="URLs of other things"),
    pytest.param({"pyproject.toml": "[project]\ndependencies = ['a @ http://h.example/a.whl']\n"}, [("http:// is not encrypted: h.example", 2)], id="pyproject.toml"),
    pytest.param({"pyproject.toml": f"[[tool.uv.index]]\nurl = 'https://me:{SECRET}@h.example'\n"}, [("credentials are in the URL of h.example", 2)], id="index of uv"),
    pytest.param({"pyproject.toml": f"[[tool.poetry.source]]\nname = 'x'\nurl = 'https://me:{SECRET}@h.example'\n"}, [("credentials are in the URL of h.example", 3)], id="source of poetry"),
    pytest.param({"Pipfile": "[[source]]\nurl = 'http://h.example'\n"}, [("http:// is not encrypted: h.example", 2)], id="source of pipenv"),
    pytest.param(changed(UV, "uv.lock", "https://pypi.example/simple", "http://pypi.example/simple"), [("http:// is not encrypted: pypi.example", 8)], id="uv.lock, said once"),
    pytest.param(changed(POETRY, "poetry.lock", 'description = ""', 'description = "see http://h.example"'), [], id="a description"),
    pytest.param(changed(PIPENV, "Pipfile.lock", "https://pypi.example", f"https://me:{SECRET}@pypi.example"), [("credentials are in the URL of pypi.example", 8)], id="Pipfile.lock"),
    pytest.param(changed(UV, "uv.lock", 'source = { virtual = "." }', 'source = { directory = "/home/ann/x" }'), [("a package comes from an absolute path", 17)], id="a folder in uv.lock"),
    pytest.param({**UV, **PIPENV, **PIP_TOOLS}, [], id="sound ones"),
]
# fmt: on


@pytest.mark.parametrize(("files", "flaws"), UNSAFE)
def test_unsafe_requirement(files: dict[str, str], flaws: list[tuple[str, int]]) -> None:
    findings = judged(rule_of(RULES, "unsafe-requirement"), a_snapshot(files))
    assert [(finding.message, finding.place.line) for finding in findings] == flaws
    assert SECRET not in repr(findings)


def test_how_unsafe_requirements_are_mended() -> None:
    text = f"-i http://h.example\n-i https://{SECRET}@h.example\na @ git+https://h.example/a\n-e /x\n"
    assert [finding.mend for finding in judged(rule_of(RULES, "unsafe-requirement"), a_snapshot({R: text}))] == [
        "write https://",
        "revoke it, then take it out: pip and uv read keyring, .netrc and variables such as UV_INDEX_NAME_PASSWORD",
        "add @ and the 40 digits of a commit: git ls-remote URL HEAD shows them",
        "use a path relative to this file, or a version of an index",
    ]
