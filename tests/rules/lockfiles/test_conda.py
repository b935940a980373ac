"""conda-lock.yml, pixi.lock and environment.yml: what can be told without their tools."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.finding import Finding, NotJudged, Place
from mlgovern.rules.lockfiles import RULES, conda, pixi, yamls
from mlgovern.rules.lockfiles.verdict import Broken, Fresh, Stale
from tests.factories import a_snapshot, judged, not_judged, rule_of

ENVIRONMENT = """\
name: demo
channels:
  - conda-forge
platforms:
  - linux-64
  - osx-arm64
dependencies:
  - python=3.11
  - numpy>=1.26,<3
  - ffmpeg  # [linux]
  - pip
  - pip:
      - click>=8
"""


def _entry(name: str, version: str, platform: str, manager: str = "conda") -> str:
    return (
        f"- name: {name}\n  version: {version}\n  manager: {manager}\n  platform: {platform}\n  dependencies: {{}}\n"
        f"  url: https://conda.example/{name}.conda\n  hash:\n    sha256: '00'\n  category: main\n  optional: false\n"
    )


CONDA_LOCK = (
    "version: 1\nmetadata:\n  content_hash:\n    linux-64: '00'\n    osx-arm64: '00'\n  channels:\n"
    "  - url: conda-forge\n    used_env_vars: []\n  platforms:\n  - linux-64\n  - osx-arm64\n  sources:\n"
    "  - environment.yml\npackage:\n"
    + "".join(
        _entry("python", "3.11.9", platform)
        + _entry("numpy", "1.26.4", platform)
        + _entry("pip", "'24.0'", platform)
        + _entry("click", "8.1.7", platform, "pip")
        for platform in ("linux-64", "osx-arm64")
    )
)
CONDA = {"environment.yml": ENVIRONMENT, "conda-lock.yml": CONDA_LOCK}
E, L = "environment.yml", "conda-lock.yml"

# fmt: off
CHANGES = [
    pytest.param(E, "", "", [], id="as locked"),
    pytest.param(E, "  - numpy", "  # comment\n  - conda-forge::numpy", [], id="comment and channel"),
    pytest.param(E, "numpy>=1.26,<3", "numpy=1.26", [], id="fuzzy"),
    pytest.param(E, "numpy>=1.26,<3", "numpy 1.26.4", [], id="exact"),
    pytest.param(E, "numpy>=1.26,<3", "numpy=1.26.4=py311h", [], id="with a build"),
    pytest.param(E, "numpy>=1.26,<3", "numpy=1.26|=2.0", [], id="a union is not compared"),
    pytest.param(E, "numpy>=1.26,<3", "numpy>=2", ["conda-lock.yml has numpy 1.26.4, environment.yml asks for numpy>=2"], id="stricter"),
    pytest.param(E, "numpy>=1.26,<3", "numpy==1.26", ["conda-lock.yml has numpy 1.26.4, environment.yml asks for numpy==1.26"], id="exact, another"),
    pytest.param(E, "  - pip\n", "  - pip\n  - scipy\n", ["scipy is in environment.yml but not in conda-lock.yml for linux-64"], id="added"),
    pytest.param(E, "click>=8", "click>=9", ["conda-lock.yml has click 8.1.7, environment.yml asks for click>=9"], id="for pip"),
    pytest.param(E, "      - click", "      - --index-url https://pypi.example\n      - click", [], id="option for pip"),
    pytest.param(E, "  - osx-arm64\n", "", ["conda-lock.yml and environment.yml differ in platforms: osx-arm64"], id="a platform less"),
    pytest.param(E, "  - conda-forge\n", "  - conda-forge\n  - pytorch\n", ["the channel pytorch is in environment.yml but not in conda-lock.yml"], id="channel"),
    pytest.param(L, _entry("numpy", "1.26.4", "osx-arm64"), "", ["numpy is in environment.yml but not in conda-lock.yml for osx-arm64"], id="dropped from the lock"),
]
# fmt: on


@pytest.mark.parametrize(("path", "old", "new", "messages"), CHANGES)
def test_conda_lock(path: str, old: str, new: str, messages: list[str]) -> None:
    files = {**CONDA, path: CONDA[path].replace(old, new) if old else CONDA[path]}
    found = judged(rule_of(RULES, "stale-lockfile"), a_snapshot(files, stages=("audit",)))
    assert [finding.message for finding in found] == messages


def test_what_a_stale_conda_lock_says() -> None:
    files = {f"a b/{path}": text for path, text in CONDA.items()}
    files["a b/environment.yml"] = ENVIRONMENT.replace("numpy>=1.26,<3", "numpy>=2")
    assert judged(rule_of(RULES, "stale-lockfile"), a_snapshot(files, stages=("audit",))) == [
        Finding(
            "conda-lock.yml has numpy 1.26.4, environment.yml asks for numpy>=2",
            Place("a b/environment.yml", 9),
            "cd 'a b' && conda-lock lock -f environment.yml --lockfile conda-lock.yml && git add conda-lock.yml",
            "a b/conda-lock.yml",
        )
    ]


def test_what_was_not_compared_is_said_and_does_not_fail_the_run() -> None:
    assert not_judged(rule_of(RULES, "stale-lockfile"), a_snapshot(CONDA)) == [
        NotJudged(
            "conda-lock.yml",
            "platforms, channels and direct dependencies were compared; conda-lock alone knows the rest",
            expected=False,
        )
    ]


# fmt: off
BROKEN = [
    pytest.param({**CONDA, L: "version: 2\nmetadata: {}\npackage: []\n"}, "conda-lock.yml line 1: it was written by a newer conda-lock", id="newer"),
    pytest.param({**CONDA, L: "a: 1\n"}, "conda-lock.yml line 1: it has no metadata and packages", id="something else"),
    pytest.param({**CONDA, L: CONDA_LOCK.replace("package:\n", "<<<<<<< HEAD\npackage:\n")}, "conda-lock.yml line 14: unresolved merge conflict", id="conflict"),
    pytest.param({**CONDA, E: ENVIRONMENT + " x: [\n"}, "environment.yml line 14: it cannot be parsed as YAML", id="no YAML"),
    pytest.param({E: "\ndependencies: " + "[" * 100_000}, "environment.yml line 1: it is nested too deeply or too large", id="deep, no lock"),
    pytest.param({E: "\ndependencies:\n" + "- " * 10_000}, "environment.yml line 1: it is nested too deeply or too large", id="deep by dashes"),
    pytest.param({E: "x: [\n"}, None, id="another tool's file"),
    pytest.param({"{{ x }}/pyproject.toml": "{% if %}"}, None, id="a template"),
]
# fmt: on


@pytest.mark.parametrize(("files", "message"), BROKEN)
def test_broken(files: dict[str, str], message: str | None) -> None:
    found = judged(rule_of(RULES, "broken-lockfile"), a_snapshot(files, stages=("audit",)))
    assert [finding.message for finding in found] == ([message] if message else [])


# fmt: off
PINNED = [
    pytest.param(ENVIRONMENT, ["numpy, pip, click in environment.yml are not pinned by = or =="], id="ranges and names"),
    pytest.param("dependencies: [python=3.11, numpy==1.26.4, 'scipy 1.11']\n", [], id="pinned"),
    pytest.param("dependencies:\n  - x>=1\n", ["x in environment.yml is not pinned by = or =="], id="one"),
    pytest.param("HTTP_PROXY: http://proxy.example\n", [], id="another tool's file"),
]
# fmt: on


@pytest.mark.parametrize(("text", "messages"), PINNED)
def test_an_environment_without_a_lock_is_pinned(text: str, messages: list[str]) -> None:
    rule = rule_of(RULES, "unpinned-requirement")
    assert [finding.message for finding in judged(rule, a_snapshot({E: text}))] == messages
    assert judged(rule, a_snapshot(CONDA)) == []
    assert judged(rule_of(RULES, "unsafe-requirement"), a_snapshot({E: text})) == []


PIXI = {
    "pixi.toml": """\
[workspace]
channels = ["conda-forge"]
platforms = ["linux-64", "win-64"]

[dependencies]
python = "3.11.*"
numpy = ">=1.26"

[pypi-dependencies]
Click = ">=8"
demo = { path = ".", editable = true }

[target.linux-64.dependencies]
patchelf = "*"

[feature.docs]
platforms = ["linux-64"]

[feature.docs.dependencies]
sphinx = "*"

[environments]
docs = ["docs"]
only = { features = ["docs"], no-default-feature = true }
""",
    "pixi.lock": """\
version: 6
environments:
  default:
    channels:
    - url: https://conda.example/conda-forge/
    packages:
      linux-64:
      - conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311_0.conda
      - conda: https://conda.example/conda-forge/linux-64/patchelf-0.17.2-h1_0.conda
      - conda: https://conda.example/conda-forge/linux-64/python-3.11.9-h1_0_cpython.conda
      - pypi: https://files.example/click-8.1.7-py3-none-any.whl
      - pypi: ./
      win-64:
      - conda: https://conda.example/conda-forge/win-64/numpy-1.26.4-py311_0.conda
      - conda: https://conda.example/conda-forge/win-64/python-3.11.9-h1_0_cpython.conda
      - pypi: https://files.example/click-8.1.7-py3-none-any.whl
      - pypi: ./
  docs:
    packages:
      linux-64:
      - conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311_0.conda
      - conda: https://conda.example/conda-forge/linux-64/patchelf-0.17.2-h1_0.conda
      - conda: https://conda.example/conda-forge/linux-64/python-3.11.9-h1_0_cpython.conda
      - conda: https://conda.example/conda-forge/noarch/sphinx-7.2.6-pyhd8ed1ab_0.conda
      - pypi: https://files.example/click-8.1.7-py3-none-any.whl
      - pypi: ./
  only:
    packages:
      linux-64:
      - conda: https://conda.example/conda-forge/noarch/sphinx-7.2.6-pyhd8ed1ab_0.conda
packages:
- conda: https://conda.example/conda-forge/linux-64/numpy-1.26.4-py311_0.conda
  sha256: '00'
- pypi: ./
  name: demo
  version: 0.1.0
- pypi: https://files.example/click-8.1.7-py3-none-any.whl
  name: click
  version: 8.1.7
""",
}
P, K = "pixi.toml", "pixi.lock"

# fmt: off
PIXI_CHANGES = [
    pytest.param(P, "", "", [], id="as locked"),
    pytest.param(P, 'numpy = ">=1.26"', 'numpy = ">=2"', ["pixi.lock has numpy 1.26.4, pixi.toml asks for >=2"], id="stricter, said once"),
    pytest.param(P, 'numpy = ">=1.26"', 'numpy = { version = ">=1.26", channel = "x" }', [], id="as a table"),
    pytest.param(P, 'numpy = ">=1.26"', 'scipy = "*"', ["scipy is in pixi.toml but not in pixi.lock (environment default)"], id="added"),
    pytest.param(P, 'Click = ">=8"', 'click = ">=9"', ["pixi.lock has click 8.1.7, pixi.toml asks for >=9"], id="from PyPI"),
    pytest.param(P, "target.linux-64", "target.win", ["patchelf is in pixi.toml but not in pixi.lock (environment default)"], id="another target"),
    pytest.param(P, "target.linux-64", "target.unix", [], id="a wider target"),
    pytest.param(P, '"linux-64", "win-64"', '"linux-64"', ["the platform win-64 is in pixi.lock but not in pixi.toml (environment default)"], id="a platform less"),
    pytest.param(P, 'docs = ["docs"]\n', "", ["the environment docs is in pixi.lock but not in pixi.toml"], id="an environment less"),
    pytest.param(P, 'docs = ["docs"]\n', 'docs = ["docs"]\nnew = []\n', ["the environment new is in pixi.toml but not in pixi.lock"], id="an environment more"),
]
# fmt: on


@pytest.mark.parametrize(("path", "old", "new", "messages"), PIXI_CHANGES)
def test_pixi(path: str, old: str, new: str, messages: list[str]) -> None:
    files = {**PIXI, path: PIXI[path].replace(old, new) if old else PIXI[path]}
    found = judged(rule_of(RULES, "stale-lockfile"), a_snapshot(files, stages=("audit",)))
    assert [finding.message for finding in found] == messages
    assert [finding.mend for finding in found] == ["pixi lock && git add pixi.lock"] * len(messages)


def test_pixi_in_pyproject() -> None:
    own = PIXI[P].replace("[", "[tool.pixi.").replace('= [tool.pixi."', '= ["').replace("= [tool.pixi.]", "= []")
    manifest = "[project]\nname = 'demo'\ndependencies = ['click>=8']\n" + own
    assert isinstance(pixi.judge(manifest.encode(), PIXI[K].encode(), "pyproject.toml"), Fresh)
    stricter = manifest.replace("click>=8", "click>=9").encode()
    assert isinstance(pixi.judge(stricter, PIXI[K].encode(), "pyproject.toml"), Stale)


def test_an_older_format_of_pixi_has_urls_among_the_keys() -> None:
    head, _, packages = PIXI[K].partition("\npackages:\n")
    older = packages.replace("- pypi: ./\n  name", "- kind: pypi\n  path: ./\n  name").replace(
        "- pypi: https://files.example/click-8.1.7-py3-none-any.whl\n  name: click\n",
        "- kind: pypi\n  name: click\n  url: https://files.example/click-8.1.7-py3-none-any.whl\n",
    )
    lock = f"{head.replace('version: 6', 'version: 5')}\npackages:\n{older}".encode()
    assert isinstance(pixi.judge(PIXI[P].encode(), lock, P), Fresh)
    stricter = PIXI[P].replace('Click = ">=8"', 'Click = ">=9"').encode()
    assert isinstance(pixi.judge(stricter, lock, P), Stale)


def test_formats_of_pixi() -> None:
    newer, none = (PIXI[K].replace("version: 6", text, 1).encode() for text in ("version: 99", "x: 1"))
    manifest = PIXI[P].encode()
    assert pixi.judge(manifest, newer, P) == Broken("it was written by a newer pixi", 1, "format")
    assert pixi.judge(manifest, none, P) == Broken("it does not say which format it has", 1, "text")


def test_manifests_of_pixi_want_a_lock() -> None:
    found = judged(rule_of(RULES, "missing-lockfile"), a_snapshot({P: PIXI[P]}))
    assert [(finding.place.path, finding.mend) for finding in found] == [(P, "pixi lock && git add pixi.lock")]
    assert judged(rule_of(RULES, "missing-lockfile"), a_snapshot(PIXI)) == []
    alone = a_snapshot({K: PIXI[K]})
    (orphan,) = judged(rule_of(RULES, "orphan-lockfile"), alone)
    assert orphan.message == "pixi.lock was made from pixi.toml, which is not tracked"


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    cases: list[dict[str, bytes | str]] = [
        {E: data},
        {**CONDA, L: data},
        {**PIXI, K: data},
        {**CONDA, L: CONDA_LOCK.encode()[:150] + data},
    ]
    for files in cases:
        snapshot = a_snapshot(files)
        for rule in RULES:
            list(rule.judge(snapshot, rule.settings))


@given(st.text(max_size=60))
def test_no_spec_raises(text: str) -> None:
    assert conda.satisfied(text, "1.2.3") in {True, False}
    assert conda.ask_of(text) is None or conda.ask_of(text)


def test_yaml_stays_within_bounds() -> None:
    assert isinstance(yamls.parsed("a: &a [" + "x, " * 400_000 + "]"), Broken)
