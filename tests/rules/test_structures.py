"""The structure packs, on the trees that their generators make and on trees that lack something."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import yaml

from mlgovern.finding import Severity
from mlgovern.rules.structure import RULES
from tests.factories import a_snapshot, judged, rule_of

PACKS = Path(__file__).parents[2] / "policies" / "structures"

COURSE = {
    "readme.md": "", ".gitignore": ".env\nenv/\nlogs/\ndata/*\n!data/.gitkeep\n", "requirements.txt": "", "data/.gitkeep": "",
    "05_src/credit/__init__.py": "", "tests/test_credit.py": "", "docs/index.md": "",
}  # fmt: skip
CCDS = {
    "README.md": "", ".gitignore": "/data/\n.env\n", "pyproject.toml": "", "Makefile": "", "credit/__init__.py": "",
    "credit/modeling/__init__.py": "", "notebooks/1.0-ab-first-look.ipynb": "", "models/.gitkeep": "",
    "reports/figures/.gitkeep": "", "references/.gitkeep": "", "docs/mkdocs/README.md": "",
}  # fmt: skip
KEDRO = {
    "README.md": "", "pyproject.toml": "[tool.kedro]", "requirements.txt": "", "conf/base/catalog.yml": "", "conf/local/.gitkeep": "",
    ".gitignore": "conf/local/**\n!conf/local/.gitkeep\nconf/**/*credentials*\ndata/**\n!data/**/\n!.gitkeep\n.env\n",
    **{f"data/{layer}/.gitkeep": "" for layer in (
        "01_raw", "02_intermediate", "03_primary", "04_feature", "05_model_input", "06_models", "07_model_output", "08_reporting",
    )},
    "src/credit/pipeline_registry.py": "", "tests/test_run.py": "",
}  # fmt: skip
PACKAGE = {
    "README.rst": "", "pyproject.toml": "", "LICENSE": "", ".gitignore": "dist/\nbuild\n.venv\n", "src/credit/__init__.py": "",
    "src/credit/load_data.py": "", "tests/test_credit.py": "",
}  # fmt: skip


def read(kind: Any, base: Any, said: Any) -> Any:
    """Settings as the policy loader reads them, without its checks."""
    if hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        fields = said if isinstance(said, dict) else {kind._fields[0]: said}
        assert set(fields) <= set(hints), fields
        base = base or kind()
        return base._replace(**{name: read(hints[name], getattr(base, name), value) for name, value in fields.items()})
    if get_origin(kind) is tuple:
        items = said["$replace"] if isinstance(said, dict) else said
        return tuple(read(get_args(kind)[0], None, item) for item in items)
    if get_origin(kind) is Mapping:
        return {name: read(get_args(kind)[1], None, value) for name, value in said.items()}
    return Severity[said.upper()] if kind is Severity else said


def findings(pack: str, files: Mapping[str, str]) -> list[str]:
    """`rule: message` of all that a structure finds in a tree."""
    said = yaml.safe_load((PACKS / f"{pack}.yaml").read_text("utf-8"))
    assert (said["schema"], said["name"]) == (1, f"structures/{pack}")
    snapshot = a_snapshot(dict(files), stages=("audit",))
    rules = [rule_of(RULES, name) for name in said["rules"]]
    return [
        f"{rule.id}: {finding.message}"
        for rule in rules
        for finding in judged(
            rule, snapshot, read(type(rule.settings), rule.settings, said["rules"][rule.id]["settings"])
        )
    ]


@pytest.mark.parametrize(
    ("pack", "files"),
    [("course", COURSE), ("cookiecutter-data-science", CCDS), ("kedro", KEDRO), ("python-package", PACKAGE)],
)
def test_the_tree_of_the_generator_fits(pack: str, files: dict[str, str]) -> None:
    assert findings(pack, files) == []


@pytest.mark.parametrize(
    ("pack", "files", "without", "more", "told"),
    [
        ("course", COURSE, "tests/", {"test/a.py": ""}, "missing-required-path: tests/ is missing; there is test/"),
        ("course", COURSE, "05_src/", {"src/a.py": ""}, ""),
        ("course", COURSE, "docs/", {}, "missing-required-path: docs/ is missing"),
        ("course", COURSE, "requirements.txt", {}, "missing-required-path: no dependency file"),
        ("course", COURSE, "", {".gitignore": "env/\nlogs/\ndata/\n"}, "not-ignored-path: .env is not ignored"),
        (
            "course",
            COURSE,
            "",
            {"a/Untitled1.ipynb": "", "a/.ipynb_checkpoints/x": ""},
            "",
        ),  # the notebooks family tells
        ("cookiecutter-data-science", CCDS, "models/", {}, "missing-required-path: models/ is missing"),
        ("cookiecutter-data-science", CCDS, "credit/", {"src/credit/__init__.py": ""}, ""),
        ("cookiecutter-data-science", CCDS, "", {"data/raw/a.csv": ""}, "forbidden-path: data belongs in DVC"),
        (
            "cookiecutter-data-science",
            CCDS,
            "",
            {"notebooks/look.ipynb": ""},
            "misnamed-path: 1.0-ab-first-look.ipynb",
        ),
        ("cookiecutter-data-science", CCDS, ".gitignore", {}, "missing-or-unignored-path: data/raw/ is neither"),
        ("kedro", KEDRO, "conf/base/", {}, "missing-required-path: conf/base/ is missing"),
        ("kedro", KEDRO, "", {"conf/local/credentials.yml": ""}, "forbidden-path: one person's"),
        ("kedro", KEDRO, "", {"conf/base/credentials.yml": ""}, "forbidden-path: credentials belong in"),
        ("kedro", KEDRO, "", {"data/raw/.gitkeep": ""}, "misnamed-path: the name raw is not of the form"),
        ("kedro", KEDRO, "", {"pyproject.toml": "[project]"}, "missing-content: pyproject.toml lacks [tool.kedro]"),
        ("python-package", PACKAGE, "src/", {"credit/__init__.py": ""}, ""),
        ("python-package", PACKAGE, "LICENSE", {"COPYING": ""}, ""),
        ("python-package", PACKAGE, "LICENSE", {}, "missing-required-path: no licence in the root"),
        ("python-package", PACKAGE, "", {"setup.py": ""}, "forbidden-path: pyproject.toml says it all"),
        ("python-package", PACKAGE, "", {"src/credit/LoadData.py": ""}, "misnamed-path: load_data.py"),
    ],
)
def test_a_tree_that_lacks_something(
    pack: str, files: dict[str, str], without: str, more: dict[str, str], told: str
) -> None:
    left = {path: text for path, text in files.items() if not (without and path.startswith(without))}
    found = findings(pack, {**left, **more})
    rule, _, part = told.partition(": ")
    if not told:
        assert found == []
    else:
        assert any(line.startswith(f"{rule}: ") and part in line for line in found), found
