"""Processor time of the gate over the newest commits of a clone, and of a replay of its policy.

    python benchmarks/gate.py CLONE … [--commits 200 1000] [--runs 3]

CLONE has a work tree; without a policy of its own the ml-project pack judges. Each figure is the least of some whole processes, user
and system time together, with the extra `fast` and without.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from hooks import sealed

PLAIN = "import sys; sys.modules['hyperscan'] = None; from mlgovern.__main__ import main; sys.exit(main())"
ENGINES = (("-P", "-m", "mlgovern"), ("-P", "-c", PLAIN))
CANDIDATE = "schema: 1\nextends: [ml-project]\nrules: {commit-header-long: error, commit-not-imperative: error}\n"


def main() -> None:
    """Print one table."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("clones", type=Path, nargs="+")
    flags.add_argument("--commits", type=int, nargs="*", default=[200, 1000])
    flags.add_argument("--runs", type=int, default=3)
    chosen = flags.parse_args()
    print("| | commits | file versions | findings | seconds with `fast` | seconds |\n|---|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**sealed(Path(folder)), "CI": "true", "GITHUB_ACTIONS": "", "GITLAB_CI": ""}
        policy = Path(folder) / "candidate.yaml"
        policy.write_text(CANDIDATE)
        for clone in chosen.clones:
            for number in chosen.commits:
                words = gate(clone, number, Path(folder) / "report.json")
                times = [best((*engine, *words), clone, environment, chosen.runs) for engine in ENGINES]
                report = json.loads((Path(folder) / "report.json").read_text())
                judged, found = report["judged"], len(report["findings"])
                row(f"{clone.name}, gate", judged["commits"], judged["files"], found, *times)
            words = ("policy", "replay", "--last", str(chosen.commits[-1]), "--policy", str(policy))
            times = [best((*engine, *words), clone, environment, chosen.runs) for engine in ENGINES]
            row(f"{clone.name}, replay", chosen.commits[-1], "", "", *times)


def row(*cells: object) -> None:
    """One row, as soon as it is known."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


def gate(clone: Path, number: int, report: Path) -> tuple[str, ...]:
    """The command line that judges the newest commits; after merges a few more than asked for."""
    words = ("git", "rev-list", "--topo-order", f"--max-count={number + 1}", "HEAD")
    base = subprocess.run(words, cwd=clone, capture_output=True, text=True, check=True).stdout.split()[-1]
    return ("gate", "--base", base, "--branch", "feat/x", "--target", "main", "--report", f"json={report}")


def best(words: Iterable[str], clone: Path, environment: dict[str, str], runs: int) -> str:
    """The least processor time of some runs, of the process and of those that it started."""
    return f"{min(cpu(words, clone, environment) for _ in range(runs)):.1f}"


def cpu(words: Iterable[str], clone: Path, environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *words], cwd=clone, env=environment, capture_output=True, check=False)
    if done.returncode not in {0, 1, 3}:
        sys.exit(os.fsdecode(done.stderr))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    main()
