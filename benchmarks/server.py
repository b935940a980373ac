"""How long the server's hook takes for a large push, how much memory, and when each part of the judgement is over.

    python benchmarks/server.py [--commits 5000] [--runs 3] [--refs 10000] [--pyz dist/mlgovern.pyz]

Each commit brings one new version of one of 200 files in a folder: a commit, two trees and a blob, 20,000 objects that no ref holds, as
in quarantine. Wall time is what counts where nothing else runs; processor time (user + system, all processes) tells where something does.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hooks import sealed

WORDS = [
    "load",
    "train",
    "batch",
    "epoch",
    "model",
    "data",
    "score",
    "split",
    "frame",
    "config",
    "metric",
    "layer",
    "token",
    "path",
    "index",
    "value",
    "result",
    "cache",
]
FORMS = (
    "    {a}_{b} = compute_{c}({b}, size={n})\n",
    'def {a}_{b}({c}: int, {a}: str = "{b}") -> dict[str, float]:\n',
    "    for {a} in range(len({b})):\n",
    "    # {a} the {b} before each {c}, see the paper, section {n}\n",
    '    return {{"{a}": {b}, "{c}": 0.{n}}}\n',
    '    logger.info("{a} {b} %s", {c})\n',
    "\n",
)
HOOK = ("-P", "-X", "utf8", "-m", "mlgovern")
STEPS = """\
import sys, time
from mlgovern.enforce.server import judging
from mlgovern.facts import git, received
begun = time.perf_counter()
cpu = lambda: time.process_time() + sum(__import__("os").times()[2:4])
def tell(name):
    print(f"{time.perf_counter() - begun:.2f} {cpu():.2f} {name}")
def wrapped(name, step):
    before = getattr(judging, step)
    def timed(*words):
        done = before(*words)
        tell(name)
        return done
    setattr(judging, step, timed)
for name, step in (("policy", "trusted"), ("names", "_facts"), ("messages", "_messages"), ("paths", "_changes"), ("all", "_files")):
    wrapped(name, step)
judging.judge(git.receiving(), received.updates(sys.stdin.buffer.read()), "", "2026-11-27", lambda _: None)
"""


class Took(NamedTuple):
    """Seconds, and megabytes of all processes together."""

    wall: float
    cpu: float
    memory: float
    code: int


def main() -> None:
    """Print the tables."""
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--commits", type=int, default=5000)
    flags.add_argument("--refs", type=int, default=10_000)
    flags.add_argument("--runs", type=int, default=3)
    flags.add_argument("--pyz", type=Path)
    chosen = flags.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**sealed(Path(folder)), "MLGOVERN_SECONDS": "120"}
        bare = Path(folder, "server.git")
        tip = built(bare, environment, chosen.commits)
        zeros = "0" * len(tip)
        objects = chosen.commits * 4
        large = f"{zeros} {tip} refs/heads/feat/large\n"
        known = ("git", "rev-parse", f"{tip}~{chosen.commits - 1}")
        first = (
            subprocess.run(known, cwd=bare, env=environment, capture_output=True, check=True).stdout.decode().strip()
        )
        subprocess.run(("git", "update-ref", "refs/heads/main", first), cwd=bare, env=environment, check=True)
        many = "".join(f"{zeros} {first} refs/heads/feat/part-{number}\n" for number in range(chosen.refs))
        programs = {"mlgovern": (sys.executable, *HOOK)}
        if chosen.pyz:
            programs["mlgovern.pyz"] = (sys.base_prefix + "/bin/python3", "-I", "-S", str(chosen.pyz.absolute()))
        print("\n| push | program | wall s | processor s | peak MB, all processes |\n|---|---|--:|--:|--:|")
        for what, lines in (
            (f"{chosen.commits:,} commits, {objects:,} objects", large),
            (f"{chosen.refs:,} branches at a known commit", many),
        ):
            for name, program in programs.items():
                best = min(
                    once((*program, "hook", "pre-receive"), bare, environment, lines) for _ in range(chosen.runs)
                )
                print(f"| {what} | {name} | {best.wall:.2f} | {best.cpu:.2f} | {best.memory:.0f} |", flush=True)
        print("\n| step is over after | wall s | processor s |\n|---|--:|--:|")
        done = subprocess.run(
            (sys.executable, "-P", "-c", STEPS),
            cwd=bare,
            env={**environment, "GIT_DIR": "."},
            input=large.encode(),
            capture_output=True,
            check=True,
        )
        for line in done.stdout.decode().splitlines():
            wall, cpu, name = line.split(" ")
            print(f"| {name} | {wall} | {cpu} |")


def built(bare: Path, environment: dict[str, str], commits: int) -> str:
    """A bare repository with commits that no ref holds; the last of them."""
    subprocess.run(("git", "init", "-q", "--bare", "-b", "main", str(bare)), env=environment, check=True)
    stream = b"".join(history(commits))
    importer = ("git", "fast-import", "--quiet", "--force")
    subprocess.run(importer, cwd=bare, env=environment, input=stream, check=True)
    resolve = ("git", "rev-parse", "refs/tmp/x")
    tip = subprocess.run(resolve, cwd=bare, env=environment, capture_output=True, check=True).stdout.decode().strip()
    subprocess.run(("git", "update-ref", "-d", "refs/tmp/x"), cwd=bare, env=environment, check=True)
    return tip


def history(commits: int) -> Iterator[bytes]:
    """Modules that grow, three changed lines and a new one at a time."""
    drawn = random.Random(7)
    files: dict[str, list[str]] = {}
    for number in range(1, commits + 1):
        at = drawn.randrange(200)
        path = f"src/module_{at:03}.py" if at % 10 else f"docs/page_{at:03}.md"
        lines = files.setdefault(path, [line(drawn) for _ in range(80)])
        for _ in range(3):
            lines[drawn.randrange(len(lines))] = line(drawn)
        lines.append(f"VERSION_{number} = {number}\n")
        del lines[60 : 60 + 10 * (len(lines) > 120)]
        data = "".join(lines).encode()
        a, b, c = drawn.sample(WORDS, 3)
        text = f"feat({a}): {b} the {c} number {number}\n\nThis makes the {a} faster, since {b} was slow before.\n".encode()
        yield b"commit refs/tmp/x\nmark :%d\ncommitter Ann Author <ann@acme.example> %d +0000\n" % (
            number,
            1_700_000_000 + 60 * number,
        )
        yield b"data %d\n%s%s" % (len(text), text, b"from :%d\n" % (number - 1) if number > 1 else b"")
        yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)


def line(drawn: random.Random) -> str:
    """One line of code or prose."""
    a, b, c = drawn.sample(WORDS, 3)
    return drawn.choice(FORMS).format(a=a, b=b, c=c, n=drawn.randint(1, 999))


def once(command: tuple[str, ...], bare: Path, environment: dict[str, str], lines: str) -> Took:
    """One run of the hook; memory is looked at every few milliseconds."""
    before, start = os.times(), time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=bare,
        env={**environment, "GIT_DIR": "."},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    peaks = [0.0]
    over = threading.Event()
    watcher = threading.Thread(target=watch, args=(process.pid, over, peaks))
    watcher.start()
    _, err = process.communicate(lines.encode())
    wall, after = time.perf_counter() - start, os.times()
    over.set()
    watcher.join()
    if process.returncode not in {0, 1}:
        sys.exit(err.decode())
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Took(wall, cpu, max(peaks), process.returncode)


def watch(pid: int, over: threading.Event, peaks: list[float]) -> None:
    """The memory of a process and all below it, pages that they share counted once."""
    while not over.wait(0.05):
        peaks.append(sum(proportional(one) for one in family(pid)) / 1024)


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for one in found:
        try:
            told = Path(f"/proc/{one}/task/{one}/children").read_text()
        except OSError:
            continue
        found += map(int, told.split())
    return found


def proportional(pid: int) -> int:
    """Kilobytes."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(row.split()[1]) for row in rows if row.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
