"""The lines that `.gitignore` gets, judged by git itself."""

import pytest

from mlgovern.gitignore import Ignores
from mlgovern.setup.ignore_file import HEADING, Asked, extended, step
from tests.conftest import Sealed

WHOLE = (
    f"{HEADING}\n.env\n.env.*\n.venv/\nvenv/\n/env/\n__pycache__/\n.ipynb_checkpoints/\n"
    "data/*\n!data/.gitkeep\nlogs/*\n!logs/.gitkeep\nmodels/*\n!models/.gitkeep\n!.env.example\n"
)
IGNORED = (
    ".env", "src/.env", ".env.local", "src/.env.production", ".venv/bin/python", "venv/x", "env/x", "src/__pycache__/a.pyc",
    "notebooks/.ipynb_checkpoints/a.ipynb", "data/a.csv", "data/raw/a.csv", "logs/a.log", "models/a.pt",
)  # fmt: skip
KEPT = (
    ".env.example", "src/.env.example", "data/.gitkeep", "logs/.gitkeep", "models/.gitkeep", "src/models/net.py", "src/data/load.py",
    "src/env/gym.py", "src/environment.py", "README.md",
)  # fmt: skip


def ignored(repo: Sealed, text: bytes, path: str) -> bool:
    repo.write(".gitignore", text)
    return repo.run("git", "check-ignore", "-q", "--no-index", path).returncode == 0


def test_exact_text() -> None:
    assert extended(b"").decode() == WHOLE


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"*.log",
        b"data/\n",
        b".env*\n",
        b"*.env\n",
        b"# mine\r\nvenv/\r\n",
        b"\xef\xbb\xbf*.pyc\n",
        b"\xff\n",
        b"!.env\n",
        b"*\n!*/\n!*.py\n",
    ],
    ids=["none", "no final newline", "data/", ".env*", "*.env", "CRLF", "BOM", "not UTF-8", "!.env", "everything but"],
)
def test_git_agrees_and_the_second_time_changes_nothing(repo: Sealed, before: bytes) -> None:
    after = extended(before)
    assert after.startswith(before)
    assert [path for path in IGNORED if not ignored(repo, after, path)] == []
    had = [path for path in KEPT if not ignored(repo, before, path)]
    assert [path for path in had if ignored(repo, after, path)] == []
    assert not ignored(repo, after, ".env.example")
    assert extended(after) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(WHOLE, WHOLE, id="all there"),
        pytest.param(WHOLE.replace("/env/\n", ""), WHOLE.replace("/env/\n", "") + f"\n{HEADING}\n/env/\n", id="one is missing"),
        pytest.param(WHOLE.replace(".env\n.env.*\n", ".env*\n").replace("!.env.example\n", ""),
            WHOLE.replace(".env\n.env.*\n", ".env*\n").replace("!.env.example\n", "") + f"\n{HEADING}\n!.env.example\n",
            id="only the exception is missing"),
        pytest.param(WHOLE.replace("data/*\n!data/.gitkeep\n", "/data/\n"), WHOLE.replace("data/*\n!data/.gitkeep\n", "/data/\n"),
            id="covered in another form"),
        pytest.param(WHOLE.replace(".env.*\n", "!.env.test\n"),
            WHOLE.replace(".env.*\n", "!.env.test\n") + f"\n{HEADING}\n.env.*\n!.env.test\n!.env.example\n",
            id="what its owner lets through stays let through"),
        pytest.param("*.log", f"*.log\n\n{WHOLE}", id="no final newline"),
        pytest.param("*.log\r\n", f"*.log\n\n{WHOLE}".replace("\n", "\r\n"), id="CRLF"),
    ],
)  # fmt: skip
def test_only_what_is_missing(before: str, after: str) -> None:
    assert extended(before.encode()).decode() == after


def test_what_the_policy_wants_beyond_the_usual() -> None:
    assert (
        extended(WHOLE.encode(), Asked(("wandb/", "*.ckpt", ".env"))).decode()
        == f"{WHOLE}\n{HEADING}\nwandb/\n*.ckpt\n"
    )


def test_tracked_files_that_the_new_lines_match_are_named() -> None:
    made = step(None, ("README.md", "data/a.csv", "data/b.csv", "src/models/a.py"))
    assert (made.verb, made.notes) == (
        "create",
        ("Git tracks data/a.csv and 1 more, which the new lines match: a tracked file stays tracked",),
    )
    assert step(made.after, ("data/a.csv",)).notes == ()


def test_sources_below_data_are_let_in() -> None:
    """Else `fix` would take them out of Git, since a line ignores them."""
    tracked = ("data/a/prepare.py", "data/readme.MD", "data/a.csv", "models/net.py", "logs/a.txt")
    made = step(b"models/\n", tracked, Asked(("data/",)))
    assert made.notes == ("Git tracks data/a.csv and 1 more, which the new lines match: a tracked file stays tracked",)
    assert "\n/data/**\n!/data/**/\n!/data/**/.gitkeep\n!/data/**/*.MD\n!/data/**/*.py\nlogs/*\n" in made.after.decode()
    assert step(made.after, tracked, Asked(("data/",))).after == made.after


def test_a_folder_within_an_ignored_one_is_held_open() -> None:
    after = extended(b"", Asked((), ("data/raw/.gitkeep", "logs/.gitkeep"))).decode()
    assert "\n/data/**\n!/data/**/\n!/data/**/.gitkeep\nlogs/*\n!logs/.gitkeep\n" in after
    ignores = Ignores({"": after})
    assert not any(ignores.ignored(path) for path in ("data/raw/.gitkeep", "logs/.gitkeep"))
    assert all(ignores.ignored(path) for path in ("data/a.csv", "data/raw/a.csv", "data/raw/b/a.csv", "logs/a"))
