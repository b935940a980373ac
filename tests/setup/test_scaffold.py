"""What a structure scaffolds: nothing that it would then find wanting, and nothing over what is there."""

from pathlib import Path

import pytest

from mlgovern.enforce.check import Request, check
from mlgovern.facts.git import locate
from mlgovern.setup.init import Wanted, apply, planned
from mlgovern.setup.scaffold import Names, concrete, names
from tests.conftest import Sealed


def scaffold(repo: Sealed, structure: str) -> dict[str, str]:
    """Every file that init writes, with what its line says."""
    with locate(str(repo.top)) as git:
        steps = planned(git, Wanted(structure=structure))
        apply(Path(git.top), steps)
    return {step.path: step.verb for step in steps if step.before != step.after}


@pytest.mark.parametrize(
    ("structure", "some"),
    [
        pytest.param("course", {"README.md", "src/.gitkeep", "tests/.gitkeep", "requirements.txt"}, id="course"),
        pytest.param(
            "cookiecutter-data-science", {"repo/__init__.py", "data/raw/.gitkeep", "models/.gitkeep"}, id="data science"
        ),
        pytest.param("kedro", {"conf/base/.gitkeep", "data/08_reporting/.gitkeep", "pyproject.toml"}, id="kedro"),
        pytest.param("python-package", {"src/repo/__init__.py", "LICENSE", "tests/.gitkeep"}, id="package"),
    ],
)
def test_what_is_scaffolded_fits(repo: Sealed, monkeypatch: pytest.MonkeyPatch, structure: str, some: set[str]) -> None:
    made = scaffold(repo, structure)
    assert some <= made.keys()
    repo.git("add", "--all")
    assert set(repo.git("ls-files").splitlines()) == made.keys()  # none is ignored
    monkeypatch.chdir(repo.top)
    report = check(Request(only=("structure",), foreign=True))
    assert [finding.message for finding in report.findings] == []
    assert scaffold(repo, structure) == {}


def test_nothing_that_is_there_is_made_again(repo: Sealed) -> None:
    repo.write(".gitignore", "/data/\nREADME.md\n")
    repo.write("readme.md", "mine")
    repo.write("05_src/load.py", "")  # an accepted rename
    repo.write("docs/index.md", "")
    repo.write("test/test_load.py", "")  # a near miss
    repo.write("requirements.txt", "")
    made = scaffold(repo, "course")
    assert not [path for path in made if path.startswith(("readme", "README", "src", "docs", "test", "req", "data"))]
    assert (repo.top / "readme.md").read_text() == "mine"


def test_folders_below_an_ignored_one_are_not_forced_in(repo: Sealed) -> None:
    repo.write(".gitignore", "/data/\n")
    with locate(str(repo.top)) as git:
        steps = {step.path: step for step in planned(git, Wanted(structure="kedro"))}
    assert not [path for path in steps if path.startswith("data/")]
    (note,) = steps[".gitignore"].notes
    assert note.startswith(
        "line 1 keeps out data/01_raw/.gitkeep, which a clone would need: in .gitignore, write data/**, "
    )


def test_without_a_structure_none_is_built(repo: Sealed) -> None:
    assert not {"README.md", "src/.gitkeep"} & scaffold(repo, "").keys()


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("churn-model", Names("churn-model", "churn_model")),
        ("Churn Model!", Names("Churn-Model", "churn_model")),
        ("2024-run", Names("2024-run", "project_2024_run")),
        ("class", Names("class", "project_class")),
        ("模型", Names("project", "project")),
        ("", Names("project", "project")),
    ],
)
def test_names(folder: str, expected: Names) -> None:
    assert names(folder) == expected


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("README.md", "README.md"), ("src/*/__init__.py", "src/p/__init__.py"), ("*/__init__.py", "p/__init__.py"),
        ("{src,lib}/", "src/"), ("src/*.py", ""), ("LICENSE*", ""), ("*/*/x", ""), ("**/x", ""), ("*", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_path_that_a_glob_means(glob: str, path: str) -> None:
    assert concrete(glob, "p") == path
