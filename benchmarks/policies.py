"""CPU time of reading a policy: from its YAML, and from the cache that hooks use.

Run: python benchmarks/policies.py [--runs 25]. Every figure is of a process of its own.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

LINES = 300

PROGRAM = """
import gc, sys, yaml
from time import process_time
gc.disable()  # as the program does
from mlgovern.policy.cache import every, effective
from pathlib import Path
what, folder = sys.argv[1], Path(sys.argv[2])
files = {path.name: path.read_bytes() for path in folder.glob("*.yaml")}
files[".mlgovern.yaml"] = files.pop("policy.yaml")
if what == "cached":
    import json
else:
    every()
    import re2
    from mlgovern.policy.load import load
start = process_time()
if what == "cached":
    effective(files.get, str(folder / "cache"))
else:
    load(files.get, every())
print((process_time() - start) * 1000)
"""

BARE = "from time import process_time; print(process_time() * 1000)"


def written(final: str) -> str:
    """A policy of 300 lines over a pack and a file beside it."""
    lines = ["schema: 1", "name: large", "extends:", "  - ml-project", "  - ./team.yaml", "rules:"]
    lines += ["  commit-type-unknown:", "    severity: error", "    settings:", "      types:", "        $append:"]
    lines += [f"          - kind{number}" for number in range(60)]
    lines += ["  oversized-file:", "    settings:", "      max_bytes: 500000", "      per_glob:"]
    lines += [f"        'assets/{number}/**': {number}000" for number in range(60)]
    lines += ["  forbidden-path:", "    severity: error", "    settings:", "      forbidden:"]
    while len(lines) < LINES - 2:
        lines += [f"        - paths: ['old/{len(lines)}/**']", "          why: it moved"]
    return "\n".join([*lines, "  env-secret: error", f"  private-key: {{severity: error{final}}}"]) + "\n"


TEAM = """schema: 1
rules:
  tracked-env-file: {severity: error, waivable: false%s}
  commit-full-stop: warning
"""


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=25)
    runs = parser.parse_args().runs
    print(f"{runs} runs\n\n| what | CPU ms, least | CPU ms, median |\n|---|--:|--:|")
    bare = [float(subprocess.check_output([sys.executable, "-P", "-c", BARE])) for _ in range(runs)]
    print(f"| python -c pass, to compare machines | {min(bare):.1f} | {median(bare):.1f} |")
    for name, what, final in (
        ("300 lines over two parents, from YAML", "yaml", ""),
        ("the same with final fields", "yaml", ", final: true"),
        ("from the cache", "cached", ""),
    ):
        with TemporaryDirectory() as folder:
            Path(folder, "policy.yaml").write_text(written(final), "utf-8")
            Path(folder, "team.yaml").write_text(TEAM % final, "utf-8")
            command = [sys.executable, "-P", "-c", PROGRAM, what, folder]
            times = [float(subprocess.check_output(command)) for _ in range(runs + 1)][1:]
        print(f"| {name} | {min(times):.1f} | {median(times):.1f} |")


if __name__ == "__main__":
    main()
