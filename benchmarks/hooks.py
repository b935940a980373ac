"""What a developer waits for: our hooks against a bare interpreter and against the stack that they replace.

    python benchmarks/hooks.py [--runs 30] [--peers FOLDER]

Commands are run in turn (A B C, A B C, …), so that a machine whose speed drifts drifts for all of them. Every figure
is a whole process: wall time (median, and the median of the difference to `python -c pass` of the same round) and peak memory.
FOLDER holds the peers: a virtual environment `venv` and npm's `node_modules`; README.md has the commands that make it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

OWN_ENV = "DB_PASSWORD=Otter7{0}\nDB_URL=postgres://svc:Zebra8{0}@db/x\nWANDB_API_KEY={1}\nHF_TOKEN=hf_{2}\nLOG_LEVEL=info\n".format(
    "AfterLunch", "0123456789abcdef" * 2 + "01234567", "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL"
)
MESSAGE = "feat(loader): read the second shard\n\nIt was skipped, since its name has no number.\n"


class Timed(NamedTuple):
    """One command and what each of its runs cost: seconds and KiB."""

    name: str
    command: tuple[str, ...]
    seconds: list[float]
    kibibytes: list[int]


def main() -> None:
    """Print one table."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--runs", type=int, default=30)
    flags.add_argument("--peers", type=Path)
    flags.add_argument(
        "--files", type=int, default=10_000, help="tracked files of the large repository; 0 leaves it out"
    )
    chosen = flags.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = sealed(Path(folder))
        repo = repository(Path(folder) / "repo", environment)
        python = sys.executable
        ours = (python, "-P", "-m", "mlgovern", "hook")
        commands = {
            "python -c pass": (python, "-P", "-c", "pass"),
            "mlgovern: commit-msg, message alone": (*ours, "commit-msg", "--only", "commits", ".git/COMMIT_EDITMSG"),
            "mlgovern: commit-msg, message and 20 files": (*ours, "commit-msg", ".git/COMMIT_EDITMSG"),
            "mlgovern: pre-commit, 20 files": (*ours, "pre-commit"),
            **(peers(chosen.peers.resolve()) if chosen.peers else {}),
        }
        show(measure(commands, repo, environment, chosen.runs), f"{chosen.runs} rounds, 20 staged files")
        write(repo / ".env", OWN_ENV)
        ours_alone = {name: command for name, command in commands.items() if name.startswith(("python", "mlgovern"))}
        title = f"{chosen.runs} rounds, 20 staged files, beside a .env of the developer's own with 4 secrets"
        show(measure(ours_alone, repo, environment, chosen.runs), title)
        if chosen.files:
            large = many(Path(folder) / "large", environment, chosen.files)
            check = {"python -c pass": commands["python -c pass"], "mlgovern: check": (*ours[:-1], "check")}
            show(measure(check, large, environment, 5), f"5 rounds, {chosen.files:,} tracked files")


def sealed(home: Path) -> dict[str, str]:
    """An environment without anybody's Git configuration."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    person = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "A"), ("EMAIL", "a@acme.example"))
    }
    kept.pop("PYTHONDONTWRITEBYTECODE", None)  # a developer has bytecode
    return {**kept, **person, "HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def repository(top: Path, environment: dict[str, str]) -> Path:
    """A small ML repository on a feature branch with 20 files staged: sources, notebooks, configuration."""
    for name, text in (
        ("README.md", "# R\n"),
        ("src/a.py", "A = 1\n"),
        ("tests/test_a.py", "def test_a(): ...\n"),
        (".gitignore", ".env\n"),
    ):
        write(top / name, text)
    git(top, environment, "init", "-q", "--template=", "-b", "main")
    git(top, environment, "add", "-A")
    git(top, environment, "commit", "-qm", "chore: begin")
    git(top, environment, "switch", "-qc", "feat/loader")
    source = "".join(f"def f{n}(x: int) -> int:\n    return x + {n}\n\n\n" for n in range(100))
    cells = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"c{n}",
            "metadata": {},
            "outputs": [],
            "source": ["x = 1\n"] * 30,
        }
        for n in range(20)
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    for n in range(12):
        write(top / f"src/part{n}.py", source)
    for n in range(4):
        write(top / f"notebooks/look{n}.ipynb", notebook + "\n")
        write(top / f"conf/part{n}.yaml", "learning_rate: 0.1\nepochs: 10\n" * 20)
    git(top, environment, "add", "-A")
    write(top / ".git/COMMIT_EDITMSG", MESSAGE)
    return top


def many(top: Path, environment: dict[str, str], number: int) -> Path:
    """A repository with many tracked files of 2 KB."""
    for n in range(number):
        write(top / f"src/p{n % 100}/m{n}.py", f"# {n}\n" + "x = compute(1)\n" * 130)
    git(top, environment, "init", "-q", "--template=", "-b", "main")
    git(top, environment, "add", "-A")
    git(top, environment, "commit", "-qm", "chore: begin")
    return top


def peers(folder: Path) -> dict[str, tuple[str, ...]]:
    """The stack that is replaced, one by one, each as its own hook would call it."""
    python, node = folder / "venv/bin", folder / "node_modules/.bin"
    notebooks = tuple(f"notebooks/look{n}.ipynb" for n in range(4))
    sources = (*(f"src/part{n}.py" for n in range(12)), *(f"conf/part{n}.yaml" for n in range(4)), *notebooks)
    config = str(folder / "node_modules/@commitlint/config-conventional/lib/index.js")
    return {
        "commitlint": (str(node / "commitlint"), "--extends", config, "--edit", ".git/COMMIT_EDITMSG"),
        "conventional-pre-commit": (str(python / "conventional-pre-commit"), ".git/COMMIT_EDITMSG"),
        "cz check": (str(python / "cz"), "check", "--commit-msg-file", ".git/COMMIT_EDITMSG"),
        "nbstripout --verify, 4 notebooks": (str(python / "nbstripout"), "--verify", "--keep-id", *notebooks),
        "detect-secrets-hook, 20 files": (str(python / "detect-secrets-hook"), *sources),
        "validate-branch-name": (str(node / "validate-branch-name"), "-r", "^(main|feat/.+)$"),
    }


def measure(commands: dict[str, tuple[str, ...]], top: Path, environment: dict[str, str], runs: int) -> list[Timed]:
    """Run all commands in turn, after one round that does not count."""
    timed = [Timed(name, command, [], []) for name, command in commands.items()]
    for round_ in range(runs + 1):
        for entry in timed:
            seconds, kibibytes, code = once(entry.command, top, environment)
            if code:
                print(f"note: {entry.name} exits {code}", file=sys.stderr) if round_ == 0 else None
            if round_:
                entry.seconds.append(seconds)
                entry.kibibytes.append(kibibytes)
    return timed


def once(command: tuple[str, ...], top: Path, environment: dict[str, str]) -> tuple[float, int, int]:
    """Seconds, peak KiB of the process itself, exit code."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=top, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - begin, usage.ru_maxrss, process.returncode


def show(timed: Iterable[Timed], title: str, floor_name: str = "bare Python") -> None:
    """One Markdown table; the first row is the floor of all."""
    rows = list(timed)
    floor = rows[0].seconds
    print(
        f"\n{title}\n\n| command | ms, median | ms over {floor_name}, median | ratio | peak MB |\n|---|--:|--:|--:|--:|"
    )
    for row in rows:
        middle = statistics.median(row.seconds) * 1000
        over = statistics.median(a - b for a, b in zip(row.seconds, floor, strict=True)) * 1000
        ratio = statistics.median(row.seconds) / statistics.median(floor)
        print(f"| {row.name} | {middle:.1f} | {over:.1f} | {ratio:.1f} | {max(row.kibibytes) / 1024:.0f} |")


def write(path: Path, text: str) -> None:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def git(top: Path, environment: dict[str, str], *words: str) -> None:
    """Git, which must succeed."""
    subprocess.run(["git", *words], cwd=top, env=environment, check=True)


if __name__ == "__main__":
    main()
