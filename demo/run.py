"""`make demo`: a realistic ML repository with planted faults meets mlgovern; every step is a real command.

Nothing outside a temporary folder is touched, and no Git configuration of yours is read. The demo fails if a
commit that should be refused is accepted, or the reverse.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SECRET = "Otter" + "After" + "Lunch7"  # joined here, so that no scanner trips over this file

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "id": "intro", "metadata": {}, "source": ["# First look"]},
        {
            "cell_type": "code",
            "execution_count": 7,
            "id": "load",
            "metadata": {},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["12,043 rows\n"]}],
            "source": ["import pandas as pd\n", "print(len(pd.read_csv('data/train.csv')), 'rows')"],
        },
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}

FILES = {
    "README.md": "# Churn\n\nPredicts which customers leave.\n",
    "src/churn/__init__.py": "",
    "src/churn/train.py": '"""Trains the model."""\n\n\ndef train(rows: list[dict[str, float]]) -> float:\n    return sum(row["x"] for row in rows)\n',
    "tests/test_train.py": "from churn.train import train\n\n\ndef test_train():\n    assert train([{'x': 1.0}]) == 1.0\n",
    "docs/index.md": "# Churn\n",
    "requirements.txt": "pandas==2.2.3\n",
    "notebooks/first-look.ipynb": json.dumps(NOTEBOOK, indent=1) + "\n",
    ".env": f"# settings\nLOG_LEVEL=info\nPOSTGRES_PASSWORD={SECRET}\nDATABASE_URL=postgresql://churn:{SECRET}@localhost/churn\n",
    "models/churn.pkl": "\x80\x04K\x01.",
}


def main() -> None:
    """Play the whole story."""
    with tempfile.TemporaryDirectory(prefix="mlgovern-demo-") as folder:
        story = Story(Path(folder) / "churn")
        story.tell("A repository with planted faults: a password in .env, notebook outputs, a pickle, a vague message")
        story.make()
        story.tell("An admin chooses a policy, and the hooks go in")
        story.run("mlgovern", "init", "--strategy", "github-flow", "--structure", "course")
        story.run("mlgovern", "install")
        story.tell("A developer commits everything; the first line is all that VS Code's dialog shows")
        story.run("git", "switch", "-q", "-c", "feat/first-model")
        story.run("git", "add", "--all")
        story.run("git", "add", "--force", ".env", "models/churn.pkl")
        story.run("git", "commit", "-m", "Added some stuff.", expect=1)
        story.tell(
            "What can be mended mechanically is mended by one command; files stay on disk, and there is a way back"
        )
        story.run("mlgovern", "fix")
        story.run("git", "add", "--all")
        story.run("git", "commit", "-m", "Added some stuff.", expect=1)
        story.tell("With a sound message the commit passes, and says nothing")
        story.run("git", "commit", "-q", "-m", "feat: add the first churn model")
        story.run("git", "log", "--oneline", "--stat", "-1")
        story.tell("The same engine over everything tracked here")
        story.run("mlgovern", "check")
    story.tell("And over mlgovern's own repository")
    if (HERE / ".git").exists():
        Story(HERE).run("mlgovern", "check")
    else:
        print("  (this copy of mlgovern is no Git repository: nothing to judge)")


class Story:
    """A repository in which commands are shown as they run."""

    def __init__(self, top: Path) -> None:
        self.top = top
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        here = str(Path(sys.executable).parent)
        self.environment = {
            **kept,
            "PATH": here + os.pathsep + os.environ["PATH"],
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Ann Author",
            "GIT_AUTHOR_EMAIL": "ann@acme.example",
            "GIT_COMMITTER_NAME": "Ann Author",
            "GIT_COMMITTER_EMAIL": "ann@acme.example",
        }

    def tell(self, text: str) -> None:
        """A heading."""
        print(f"\n== {text}\n", flush=True)

    def make(self) -> None:
        """The repository with one clean commit, and the faults on disk."""
        self.top.mkdir()
        for command in (
            ("init", "-q", "--template=", "-b", "main"),
            ("commit", "-q", "--allow-empty", "-m", "chore: begin"),
        ):
            subprocess.run(["git", *command], cwd=self.top, env=self.environment, check=True)
        for name, text in FILES.items():
            place = self.top / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode("latin-1"))
        print("\n".join(f"  {name}" for name in sorted(FILES)), flush=True)

    def run(self, *command: str, expect: int = 0) -> None:
        """Show a command and what it prints; the demo ends where the outcome is another than expected."""
        print("$ " + " ".join(f'"{word}"' if " " in word else word for word in command), flush=True)
        program = [sys.executable, "-P", "-m", "mlgovern"] if command[0] == "mlgovern" else [command[0]]
        done = subprocess.run(
            [*program, *command[1:]],
            cwd=self.top,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            encoding="utf-8",
        )
        print("".join(f"  {line}\n" for line in done.stdout.splitlines()), end="", flush=True)
        if done.returncode != expect:
            sys.exit(f"the demo expected exit code {expect} here, got {done.returncode}")


if __name__ == "__main__":
    main()
